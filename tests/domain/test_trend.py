"""Sessions are compared by published methods, and nothing is claimed that can be chance."""

from __future__ import annotations

import math
from random import Random

import pytest

from facilitator.domain import measures
from facilitator.domain.measures import coarse, dispersion, interval
from facilitator.domain.trend import (
    Figure,
    Trend,
    difference,
    followed,
    pooled,
    rate,
    ratio,
    verdict,
)

Z95 = 1.959964

# Newcombe 1998, table II, method 10: the intervals of 95 % for a/m - b/n.
NEWCOMBE = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((6, 7), (2, 7), (0.0582, 0.8062)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ((0, 10), (0, 20), (-0.1611, 0.2775)),
    ((0, 10), (0, 10), (-0.2775, 0.2775)),
    ((10, 10), (0, 20), (0.6791, 1.0)),
    ((10, 10), (0, 10), (0.6075, 1.0)),
]


@pytest.mark.parametrize(("now", "was", "published"), NEWCOMBE)
def test_a_difference_of_shares_is_as_newcombe_printed_it(now, was, published):
    assert difference(was, now, Z95) == pytest.approx(published, abs=0.00005)
    low, high = difference(now, was, Z95)
    assert (-high, -low) == pytest.approx(published, abs=0.00005), "the other way round"


def test_a_ratio_of_rates_is_that_of_a_published_comparison():
    """60 cases in 51,477.5 person-years against 30 in 54,308.7 (Gu, Ng, Tang and Schucany,
    "Testing the ratio of two Poisson rates", 2008); R's ratesci gives the score interval."""
    assert ratio((30, 54308.7), (60, 51477.5), Z95) == pytest.approx((1.365962, 3.259306), abs=5e-6)


def test_the_score_interval_of_one_rate_is_that_of_r():
    """DescTools: PoissonCI(15, 400, method = "score")."""
    assert rate(15, 400, Z95) == pytest.approx((0.0227264749, 0.0618771721), abs=1e-8)
    assert rate(0, 20)[0] == 0


@pytest.mark.parametrize(
    ("was", "now", "is_rate", "said"),
    [
        ((18, 24), (22, 24), False, "unclear"),
        ((14, 24), (22, 24), False, "more"),
        ((22, 24), (14, 24), False, "less"),
        ((5, 5), (5, 5), False, "unclear"),
        ((0, 5), (5, 5), False, "more"),
        ((22, 24), (4, 24), True, "less"),
        ((4, 24), (22, 24), True, "more"),
        ((11, 24), (22, 48), True, "unclear"),  # twice as often in twice as many turns
        ((6, 24), (9, 24), True, "unclear"),
        ((0, 24), (0, 24), True, "unclear"),
        ((9, 24), (0, 24), True, "less"),
        ((0, 24), (9, 24), True, "more"),
    ],
)
def test_more_and_less_are_said_only_when_the_interval_leaves_out_the_same(was, now, is_rate, said):
    assert verdict(was, now, is_rate=is_rate) == said


def test_the_claim_turns_exactly_where_the_interval_does():
    for now in range(25):
        low, high = difference((12, 24), (now, 24))
        said = {"more": low > 0, "less": high < 0}
        assert verdict((12, 24), (now, 24), is_rate=False) == next(
            (word for word, holds in said.items() if holds), "unclear"
        )


def test_of_the_usual_interval_nothing_changed():
    assert interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=0.0001)
    narrow, wide = interval(8, 10, 1.6449), interval(8, 10)
    assert wide[0] < narrow[0] < 0.8 < narrow[1] < wide[1]


# -- session after session

SPREAD = Figure("heard", "heard", ("4", "5"))
RATE = Figure("advice", "questions", ("advice",), rate=True)
PART = Figure("open", "questions", ("open",), of=("open", "closed"))
COUNT = Figure("asked", "asked")
EVERY = Figure("agree", part=("yes",))


def session(date, *findings, **facts):
    """What was kept of one kind on one day."""
    kept = [{"measure": m, "value": v, "n": n} for m, v, n in findings]
    return {"date": date, "activities": [{"findings": kept, "facts": facts}]}


def heard(date, well, of=10, **facts):
    return session(date, ("heard", {"1": of - well, "4": well, "5": 0}, of), **facts)


def lines(figure, *sessions, form=()):
    return followed(Trend((figure,), form), sessions)


def test_a_line_holds_each_session_with_its_reach():
    (line,) = lines(SPREAD, heard("2026-01-01", 4), heard("2026-02-01", 9))
    assert [p["counted"] for p in line["points"]] == [(4, 10), (9, 10)]
    assert [p["at"] for p in line["points"]] == [0.4, 0.9]
    for point in line["points"]:
        assert 0 <= point["low"] < point["at"] < point["high"] <= 1
    assert (line["name"], line["verdict"], line["last_time"], line["top"]) == (
        "heard",
        "more",
        True,
        1,
    )
    assert line["was"]["date"] < line["now"]["date"]


@pytest.mark.parametrize("many", [0, 1])
def test_one_session_is_no_trend(many):
    assert lines(SPREAD, *[heard("2026-01-01", 4)] * many) == []
    assert lines(SPREAD, *[heard("2026-01-01", 4)] * many, session("2026-02-01")) == []


def test_a_figure_that_was_not_kept_is_a_gap_and_is_compared_with_nothing():
    (line,) = lines(SPREAD, heard("2026-01-01", 4), heard("2026-02-01", 9), session("2026-03-01"))
    assert [p["counted"] for p in line["points"]] == [(4, 10), (9, 10), None]
    assert line["verdict"] is None and line["now"] is None
    assert "at" not in line["points"][2]


def test_over_a_gap_it_is_compared_with_the_time_before_it_and_says_so():
    (line,) = lines(SPREAD, heard("2026-01-01", 4), session("2026-02-01"), heard("2026-03-01", 9))
    assert line["was"]["date"] == "2026-01-01" and not line["last_time"]
    assert line["verdict"] == "more"


@pytest.mark.parametrize(
    ("figure", "finding", "kept"),
    [
        (SPREAD, ("heard", {"4": 4}, 4), False),
        (SPREAD, ("heard", {"4": 4, "1": 1}, 5), True),
        (PART, ("questions", {"open": 2, "closed": 2, "silence": 9}, 12), False),
        (PART, ("questions", {"open": 3, "closed": 2, "silence": 9}, 12), True),
        (RATE, ("questions", {"advice": 9}, 4), False),
        (RATE, ("questions", {"advice": 0}, 5), True),
        (COUNT, ("asked", 3, 4), False),
        (COUNT, ("asked", 3, 5), True),
    ],
)
def test_under_five_answers_or_turns_there_is_no_dot(figure, finding, kept):
    again = [session("2026-01-01", finding), session("2026-02-01", finding)]
    assert bool(lines(figure, *again)) is kept


def test_counts_spreads_parts_and_rates_are_all_figures():
    def told(figure, *finding):
        (line,) = lines(figure, session("2026-01-01", finding), session("2026-02-01", finding))
        return line["now"]["counted"], line["top"]

    questions = ("questions", {"open": 6, "closed": 2, "advice": 30}, 12)
    assert told(COUNT, "asked", 7, 12) == ((7, 12), 1)
    assert told(PART, *questions) == ((6, 8), 1)
    counted, top = told(RATE, *questions)
    assert counted == (30, 12) and top == math.ceil(rate(30, 12)[1]) == 4


def test_a_room_that_asks_what_it_likes_has_a_line_for_each_measure():
    both = [("a", {"yes": 5, "no": 1}, 6), ("b", {"yes": 1, "no": 5}, 6)]
    first, second = session("2026-01-01", both[0]), session("2026-02-01", *both)
    third = session("2026-03-01", *both, ("c", {"yes": 9}, 9))
    found = lines(EVERY, first, second, third)
    assert [line["measure"] for line in found] == ["a", "b"]
    assert [p["counted"] for p in found[1]["points"]] == [None, (1, 6), (1, 6)]


def test_another_form_is_marked_once_and_told_with_the_comparison():
    days = [("2026-01-01", 3), ("2026-02-01", 2), ("2026-03-01", 2)]
    (line,) = lines(SPREAD, *[heard(day, 5, size=n, more=day) for day, n in days], form=("size",))
    assert [p["changed"] for p in line["points"]] == [False, True, False]
    assert [p["form"] for p in line["points"]] == [{"size": 3}, {"size": 2}, {"size": 2}]
    assert line["other_form"] is False
    (line,) = lines(SPREAD, *[heard(day, 5, size=n) for day, n in days[:2]], form=("size",))
    assert line["other_form"] is True


def test_of_two_in_one_session_the_last_that_kept_it_counts():
    morning, later = heard("2026-01-01", 2), heard("2026-01-01", 7)
    twice = {**morning, "activities": morning["activities"] + later["activities"]}
    late_and_few = {**twice, "activities": [*twice["activities"], *session("")["activities"]]}
    for first in (twice, late_and_few):
        (line,) = lines(SPREAD, first, heard("2026-02-01", 8))
        assert line["points"][0]["counted"] == (7, 10)


# -- where counts hang together


@pytest.mark.parametrize(("counts", "found"), [
    ([(1, 2), (1, 2), (2, 2), (2, 2), (3, 2)], 1.0),  # all the same
    ([(1, 0), (2, 0), (3, 0)], 1.0), ([], 1.0), ([(1, 4)], 1.0),
    ([(1, 0), (2, 4)], 4.0),  # (4 + 4) / 2 = 4
    ([(1, 0), (2, 3), (3, 3)], 1.5),  # (4 + 1 + 1) / 2, by 2
])  # fmt: skip
def test_dispersion_is_that_of_pearson_rounded_up(counts, found):
    assert dispersion(counts) == found


def test_it_is_in_coarse_steps_and_never_under_one():
    assert [coarse(n) for n in (0, 0.4, 1, 1.01, 1.5, 1.6, 2, 2.1, 3.2)] == [
        1, 1, 1, 1.5, 1.5, 2, 2, 3, 4]  # fmt: skip


def test_turns_of_one_table_that_are_alike_are_no_more_than_one():
    """Turns differ little from each other; tables differ much, and that is what counts."""
    alike = [(table, count) for table, count in ((1, 1), (2, 5), (3, 9)) for _ in range(3)]
    assert dispersion(alike) == 10.0  # ((3-15)^2 + 0 + (27-15)^2) / 15 / 2 = 9.6
    mixed = [(n % 3, count) for n, (_, count) in enumerate(sorted(alike))]
    assert dispersion(mixed) == 3.0  # the same counts, spread over the tables


def test_an_interval_holds_what_it_should_where_tables_differ():
    """Eight tables, each with its own way to be, three turns each: in 19 of 20 rounds or nearly."""
    chance, held, plain = Random(4), 0, 0
    for _ in range(1_000):
        counts = []
        for table in range(8):
            usual = chance.gammavariate(2, 1)  # 2 times a turn, but not everywhere
            counts += [(table, poisson(chance, usual)) for _ in range(3)]
        total = sum(count for _, count in counts)
        low, high = measures.rate(total, len(counts), dispersion=dispersion(counts))
        held += low <= 2 <= high
        low, high = measures.rate(total, len(counts))
        plain += low <= 2 <= high
    assert plain < 720 and held > 900, (plain, held)


def poisson(chance, mean):
    """So many times, by chance (D. E. Knuth)."""
    n, left = 0, chance.random()
    while left > math.exp(-mean):
        n, left = n + 1, left * chance.random()
    return n


def test_a_rate_is_wider_by_the_root_of_it():
    usual, wide = measures.rate(9, 9), measures.rate(9, 9, dispersion=4.0)
    assert wide == measures.rate(9, 9, z=2 * 1.96) and wide[0] < usual[0] < usual[1] < wide[1]


def advice(date, count, of, wide=None):
    facts = {"dispersion": {"advice": wide}} if wide else {}
    return session(date, ("questions", {"advice": count}, of), **facts)


def test_what_was_kept_of_it_widens_dots_verdicts_and_sums():
    plain = [advice(f"2026-0{n}-01", count, 12) for n, count in ((1, 30), (2, 12), (3, 12))]
    wide = [advice(f"2026-0{n}-01", count, 12, 4.0 if n == 1 else None)
            for n, count in ((1, 30), (2, 12), (3, 12))]  # fmt: skip
    (usual,), (line,) = lines(RATE, *plain[:2]), lines(RATE, *wide[:2])
    assert usual["verdict"] == "less" and line["verdict"] == "unclear"
    assert line["points"][0]["low"] < usual["points"][0]["low"]
    assert line["points"][1]["low"] == usual["points"][1]["low"], "its own dot is as it was"
    (usual,), (found,) = (pooled(Trend((RATE,)), some) for some in (plain, wide))
    assert found["low"] < usual["low"] and found["high"] > usual["high"]
    share = [heard("2026-01-01", 4), heard("2026-02-01", 9, dispersion={"heard": 9.0})]
    assert lines(SPREAD, *share)[0]["verdict"] == "more", "a share has none"
