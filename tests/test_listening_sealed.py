"""Rounds of listening at the real desk, to the seal: what is kept rests on enough, and says nothing
of anybody."""

from __future__ import annotations

import re

import pytest

from facilitator.verify import check
from tests.atdesk import AtDesk
from tests.drawn import words


def says_all(round, turn, answer="right", taps=("open", "advice")):
    """In one turn everybody taps all that they may."""
    for what in taps:
        round.to(turn, "ask").all("observer", turn, "tally", what=what)
    round.to(turn, "check").all("teller", turn, "check", answer=answer)
    return round.to(turn, "fb").all("teller", turn, "heard", value="4")


def began(house, n=9, **set_up):
    return AtDesk(house, n, **set_up).go("next").go("next")


def whole(house, n=9, **set_up):
    """A whole round."""
    round = began(house, n, observer="full", **set_up)
    for turn in range(3):
        says_all(round, turn)
    return round.to(2, "fb", into=999)


def stopped_in_the_first_turn(house):
    """Three observers, two taps each: six taps, but three turns."""
    return says_all(began(house, observer="full"), 0).go("stop").waits(999).go("next")


def with_a_neighbour(house):
    round = AtDesk(house, 7, find="neighbour", size=2, preset="vloer").go("next")
    for who in round.to(0, "fb").people:
        round.by(who, "check", answer="right").by(who, "heard", value="5")
    return round.to(1, "fb", into=999).go("next")


def begun_once_more(house):
    round = whole(house).go("next").go("back").go("back").go("regroup").go("next")
    return says_all(says_all(round, 0, "almost"), 1, "no").to(2, "fb", into=999).go("next")


def back_from_looking(house):
    round = whole(house).go("next").go("panel", n=2).go("back")
    return round.go("next")


def at_two_tables(house):
    return whole(house, 6).go("next")


def with_shared_words(house):
    round = began(house, 15, summary_mode="note", share=True)
    for who in round.to(0, "check").who_is("listener", 0):
        round.by(who, "draft", text="Het ging over de planning.", turn=0)
    round.all("teller", 0, "verdict", answer="right", share="yes")
    round.waits(9999).go("next")
    first = round.seen("console")["harvest"]["all"][0]["id"]
    return round.go("remove", id=first, reason="name").go("harvest", on="yes")


PLAYED = {
    "stopped in the first turn": (stopped_in_the_first_turn, 9, set()),
    "with a neighbour": (with_a_neighbour, 7, {"heard", "summary", "added_after_summary"}),
    "begun once more": (begun_once_more, 9, {"heard", "summary", "questions",
                                             "interruptions", "asked", "added_after_summary",
                                             "sum_per_question"}),
    "back from looking": (back_from_looking, 9, {"heard", "summary", "questions",
                                                 "interruptions", "asked", "added_after_summary",
                                             "sum_per_question"}),
    "at two tables": (at_two_tables, 6, set()),
    "with shared words": (with_shared_words, 15, {"removed:name", "written"}),
}  # fmt: skip


@pytest.fixture(params=PLAYED)
def played(house, request):
    """A round that was played, its folder, and what must be kept of it."""
    play, _, measures = PLAYED[request.param]
    round = play(house)
    return round, round.sealed(), measures


def test_what_is_kept_rests_on_five_or_more_and_is_whole(played):
    round, folder, measures = played
    assert check(folder) == []
    findings = round.doc["activities"][0]["findings"]
    assert all(found["n"] >= 5 for found in findings), findings
    assert {found["measure"] for found in findings} >= measures
    if not measures:
        assert findings == []


def test_a_second_beginning_keeps_only_what_was_said_in_it(house):
    round = begun_once_more(house)
    round.sealed()
    found = {one["measure"]: one for one in round.doc["activities"][0]["findings"]}
    assert found["summary"]["value"] == {"right": 0, "almost": 3, "no": 3}
    assert found["heard"]["n"] == found["questions"]["n"] == 6


# -- nothing in it points at anybody

KEYS = {"id", "pid", "table", "tables", "chair", "turn", "at", "since", "lap", "seat", "tag", "group",
        "name_of", "nickname", "created_at", "time"}  # fmt: skip
#: What stands on no page and in no cell: a time of day, a moment, an id, a table by its number.
TRACES = (
    r"\b[0-2]?\d[:.h][0-5]\d(?::\d\d)?\b(?! ?%)", r"\b1[5-9]\d{8}(?:\.\d+)?\b", r"T\d\d:\d\d",
    r"\b[0-9a-f]{12,}\b", r"(?i)\b(?:tafel|table|groep|group|tisch)\s*#?\d", r"\bp\d\d\b",
    r"(?i)\b(?:vos|fox|uil|owl|egel|hedgehog|haas|hare|otter|das|badger)\b",
)  # fmt: skip


def keys_of(value):
    if isinstance(value, dict):
        return {*value}.union(*map(keys_of, value.values()))
    return set().union(*map(keys_of, value)) if isinstance(value, list) else set()


def test_no_file_says_who_sat_where_or_when(house, request):
    for play, _, _ in PLAYED.values():
        round = play(house)
        running = house.find(round.code)
        ids = {e.id for bag in running.bags.values() for e in bag.laid.values()}
        session = running.entered.id
        folder = round.sealed()
        assert check(folder) == []
        report = re.sub(
            r"(?s)<style.*?</style>|<svg.*?</svg>", "", (folder / "report.html").read_text()
        )
        report = re.sub(r'(?:href|src)="[^"]*"', "", report)
        texts = {
            "results": (folder / "results.json").read_text().replace(session, ""),
            "table": round.csv,
            "report": words(report),
        }
        assert not keys_of(round.doc["activities"]) & KEYS
        for name, text in texts.items():
            for trace in TRACES:
                assert not re.search(trace, text), (name, trace, re.search(trace, text))
            assert not [one for one in ids if one in text]
            assert not [who for who in round.people if who in text.split()]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", round.doc["session"]["date"])


# -- by the clock


def test_a_pause_of_37_seconds_is_37_seconds_and_versions_only_grow(house):
    round = began(house).to(0, "tell", into=10)
    running, seen = house.find(round.code), []

    def look():
        seen.append(running.version)
        assert running.moved_at <= running.version

    look()
    end = round.parts[-1]["to"]
    house.move(round.code, "pause", {})
    look()
    round.by("p00", "help", reason="time")
    look()
    round.waits(37)
    house.move(round.code, "resume", {})
    look()
    assert round.parts[-1]["to"] == end + 37
    round.by("p00", "help", reason="over").go("extend", seconds=30)
    look()
    assert seen == sorted(seen) and len({*seen}) >= 5
    assert round.parts[-1]["to"] == end + 67


def test_a_phone_without_a_line_for_three_minutes_keeps_its_seat(house):
    round = began(
        house, lengths={"land": 15, "tell": 300, "sum": 20, "check": 15, "ask": 30, "fb": 20}
    )
    round.to(0, "tell")
    own = ("table", "tables", "roles", "turns")
    before = {who: {name: round.own(who)[name] for name in own} for who in round.people}
    teller, observer = round.who_is("teller", 0)[0], round.who_is("observer", 0)[1]
    moves = len(house.find(round.code).log)
    for who in (teller, observer):
        house.leave(round.code, f"socket-{who}")
    for _ in range(12):
        round.waits(15)
        house.wake()
        assert before == {who: {name: round.own(who)[name] for name in own} for who in round.people}
    assert len(house.find(round.code).log) == moves, "and nothing was noted of it"
    assert not any(one["away"] for one in round.seen("console")["tables"] if "away" in one)
    for who in (teller, observer):
        house.arrive(round.code, f"socket-{who}", round.people[who])
    assert before == {who: {name: round.own(who)[name] for name in own} for who in round.people}
    assert teller in round.to(0, "check").who_is("teller", 0)
    round.by(teller, "check", answer="right", turn=0)


@pytest.mark.parametrize("sync", ["room", "group"])
def test_the_phone_of_a_pair_and_of_a_trio_end_on_the_same_second(house, sync):
    round = began(house, 8, sync=sync)
    pair = [who for who in round.people if "deeper" in round.own(who)["roles"]]
    assert len(pair) == 2
    ends = {who: (round.own(who).get("parts") or round.parts)[-1]["to"] for who in round.people}
    assert len({*ends.values()}) == 1
    assert [round.own(who)["roles"][2] for who in pair] == ["deeper"] * 2
    round.to(2, "tell").go("extend", seconds=30)
    after = {who: (round.own(who).get("parts") or round.parts)[-1]["to"] for who in round.people}
    assert {*after.values()} == {end + 30 for end in ends.values()}


def test_a_tip_while_a_table_tells_at_its_own_pace_comes_with_its_own_summary(house):
    round = began(house, 9, sync="group").to(0, "tell", into=5)
    first = next(who for who in round.people if round.own(who)["table"] == 1)
    round.by(first, "ready").waits(5).go("tip", id="short")
    now = house.clock.now
    begins = {}
    for who in round.people:
        own = round.own(who)
        summary = next(part for part in own["parts"] if part["name"] == "sum")
        begins[own["table"]] = own["tip"]["from"]
        if own["table"] == 1:
            assert own["tip"]["from"] == now and summary["from"] < now, "it sums up already"
        else:
            assert own["tip"]["from"] == summary["from"] > now
            assert own["tip"]["to"] == summary["from"] + 15
    assert len(begins) == 3
