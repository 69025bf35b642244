"""Rounds of listening at the real desk, to the seal: what is kept rests on enough, and says nothing
of anybody."""

from __future__ import annotations

import pytest

from facilitator.verify import check
from tests.atdesk import AtDesk


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
