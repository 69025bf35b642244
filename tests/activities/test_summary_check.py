"""Summary check: right from eight of ten, told only in numbers of five and more."""

import pytest

from facilitator.activities.summary_check import SummaryCheck
from facilitator.domain.activity import Refused
from facilitator.domain.results import kept
from tests.drawn import Drawn, words
from tests.play import play

CONCERN = {"id": "concern", "name": {"nl": "Zorg", "en": "Concern"}, "look": "concern"}
IDEA = {"id": "idea", "name": {"nl": "Idee", "en": "Idea"}, "look": "idea"}
GIVEN = (
    {"id": "r", "lane": IDEA, "text": "Rooster eerder", "rank": 1},
    {"id": "k", "lane": CONCERN, "text": "Te weinig karren", "rank": 2},
    {"id": "l", "lane": CONCERN, "text": "Lawaai", "rank": 3},
)


def crowd():
    return said("right", "right", "almost", "no", "right", "pass")


def said(*answers, present=10, check=None):
    check = check or play(SummaryCheck(), given=GIVEN, present=present)
    for n, answer in enumerate(answers):
        check.by(f"p{n}", "say", answer=answer)
    return check


def test_the_leader_sums_up_the_top_concern():
    assert crowd().screen["concern"]["id"] == "k"
    assert crowd().results.facts["about"] == {"lane": CONCERN, "text": "Te weinig karren"}


def test_without_a_concern_the_first_card_is_summed_up():
    assert play(SummaryCheck(), given=GIVEN[:1]).screen["concern"]["id"] == "r"
    assert play(SummaryCheck()).screen["concern"] is None
    assert play(SummaryCheck()).results.facts["about"] is None


def test_nothing_is_seen_until_everybody_looks():
    check = crowd()
    for view in (check.phone, check.screen, check.console):
        assert "counts" not in view and "right" not in view
    assert check.move("next").screen["counts"] == {"right": 3, "almost": 1, "no": 1}


def test_one_phone_has_one_answer_and_may_change_it():
    check = said(*["no"] * 5).by("p0", "say", answer="right").move("show")
    assert check.own("p0")["answer"] == "right"
    assert check.screen["counts"] == {"right": 1, "almost": 0, "no": 4}


def test_passing_counts_nowhere():
    check = said(*["right"] * 4, "pass", "pass").move("show")
    assert "counts" not in check.screen
    assert check.results.findings == () and check.results.facts["verdict"] == "too_few"


@pytest.mark.parametrize("answers", [0, 1, 4])
def test_fewer_than_five_answers_are_neither_shown_nor_kept(answers):
    check = said(*["no"] * answers).move("show")
    assert "counts" not in check.screen and "of_ten" not in check.screen
    assert check.results.findings == () and check.results.facts["verdict"] == "too_few"


@pytest.mark.parametrize(
    ("right", "answers", "verdict"),
    [(8, 10, "first_time"), (7, 10, "not_yet"), (4, 5, "first_time"), (3, 5, "not_yet"),
     (3, 4, "too_few"), (15, 20, "first_time"), (14, 19, "not_yet")],
)  # fmt: skip
def test_it_is_right_from_eight_of_ten(right, answers, verdict):
    check = said(*["right"] * right, *["no"] * (answers - right)).move("show")
    assert check.results.facts["verdict"] == verdict
    assert check.screen.get("right", False) == (verdict == "first_time")


def pages(house, check):
    """What everybody reads of it, and what the report says."""
    drawn = Drawn(house, "nl")
    a = {"title": {"nl": "x"}, "question": {}, **kept(check.results)}
    report = drawn.faces.render("activities/summary_check/report.html", "nl", a=a)
    return map(words, (drawn.phone(check), drawn.screen(check), drawn.console(check), report))


@pytest.mark.parametrize(
    ("right", "says"),
    [(20, "10 van de 10 zeggen: klopt"), (19, "9 van de 10 zeggen: klopt"),
     (0, "Niemand zegt: klopt"), (2, "1 van de 10 zegt: klopt")],
)  # fmt: skip
def test_all_pages_say_it_alike_and_ten_of_ten_are_all(house, right, says):
    check = said(*["right"] * right, *["no"] * (20 - right)).move("show")
    assert all(says in page for page in pages(house, check))


def test_one_of_many_is_no_nought(house):
    check = said("right", *["no"] * 29).move("show")
    assert all("Bijna niemand zegt: klopt" in page for page in pages(house, check))


def test_a_second_try_starts_empty_and_leaves_the_first_as_it_was():
    check = said(*["no"] * 5).move("next").move("again")
    assert check.screen["try"] == 2 and check.screen["turnout"] == "none"
    assert check.own("p0")["answer"] == "" and not check.stage.locked
    said(*["right"] * 5, check=check).move("next")
    assert check.screen["of_ten"] == 10
    assert [(f.measure, f.value["no"]) for f in check.results.findings] == [
        ("try.1", 5), ("try.2", 0)]  # fmt: skip
    assert check.results.facts["verdict"] == "second_time"


def test_a_second_try_that_few_answer_leaves_the_first_verdict():
    check = said(*["no"] * 5).move("next").move("again").by("p0", "say", answer="right")
    assert check.move("next").results.facts["verdict"] == "not_yet"
    assert "counts" not in check.screen


def test_there_are_two_tries_and_no_more():
    check = said(*["no"] * 5).move("next").move("again").move("next")
    assert not check.screen["may_try_again"]
    with pytest.raises(Refused, match="no_more_tries"):
        check.move("again")


def test_a_try_must_be_seen_before_there_is_another():
    with pytest.raises(Refused, match="no_more_tries"):
        crowd().move("again")


def test_hands_count_beside_phones_and_for_their_own_try():
    check = said(*["right"] * 5).move("hands", counts={"right": 2, "no": 1}).move("next")
    assert check.screen["counts"] == {"right": 7, "almost": 0, "no": 1} and check.screen["counted"]
    check.move("again")
    assert not check.screen["counted"] and check.screen["turnout"] == "none"


def test_a_few_phones_do_not_show_between_counted_hands():
    check = said("no").move("hands", counts={"right": 6}).move("next")
    assert "counts" not in check.screen and check.results.findings == ()
    assert check.results.facts["verdict"] == "too_few"


def test_hands_alone_are_seen_by_everybody_anyway():
    check = said().move("hands", counts={"right": 6, "no": 1}).move("next")
    assert check.screen["counts"] == {"right": 6, "almost": 0, "no": 1}


@pytest.mark.parametrize(
    "counts",
    [None, [1], {"yes": 1}, {"right": "1"}, {"right": -1}, {"right": 1000}, {"right": True}],
)
def test_hands_that_nobody_has_are_refused(counts):
    with pytest.raises(Refused, match="not_understood"):
        crowd().move("hands", counts=counts)


def test_what_the_leader_said_can_be_written_down():
    check = crowd().move("said", text="Er zijn te weinig karren.")
    assert check.phone["said"] == check.results.facts["said"] == "Er zijn te weinig karren."
    with pytest.raises(Refused, match="too_long"):
        check.move("said", text="x" * 141)
    with pytest.raises(Refused, match="not_understood"):
        check.move("said", text="x", by="An")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "choose_one_first"),
        ({"answer": "maybe"}, "choose_one_first"),
        ({"answer": 1}, "choose_one_first"),
        ({"answer": ["right"]}, "choose_one_first"),
        ({"answer": "right", "try": 1}, "not_understood"),
    ],
)
def test_what_is_no_answer_is_refused(fields, code):
    check = play(SummaryCheck())
    with pytest.raises(Refused, match=code):
        check.by("an", "say", **fields)
    assert check.laid == {}


def test_after_the_lock_nobody_answers():
    check = crowd().move("lock")
    with pytest.raises(Refused, match="answering_is_over"):
        check.by("p0", "say", answer="no")
    with pytest.raises(Refused, match="unknown_act"):
        check.by("p0", "choose", answer="no")
