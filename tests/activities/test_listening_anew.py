"""A round that is begun once more: only what is laid in this talk counts."""

from __future__ import annotations

import dataclasses

import pytest

from facilitator.activities.listening import Listening
from facilitator.domain.activity import Refused
from facilitator.domain.results import kept
from facilitator.domain.taps import ITEMS
from tests.activities.test_listening import LENGTHS, NAMES, talking, to, who_is
from tests.activities.test_written import written
from tests.play import play


def anew(room, mixed=True):
    """The talk begins once more: from anywhere back to the tables, made anew, and on."""
    back(room)
    if mixed:
        room.move("regroup")
    return room.move("next")


def back(room):
    """To where people find their table. When the time is up *back* leaves the talk."""
    if room.stage.phase == "debrief":
        room.move("back")
    return room.waits(9999).move("back")


def answered(room, most=99, **fields):
    """In each turn every teller answers everything, up to so many in all."""
    for turn in range(room.room.rounds):
        for who in who_is(to(room, turn, "fb"), "teller", turn):
            if most > 0:
                room.by(who, "check", answer=fields.get("answer", "right"))
                for item in ITEMS:
                    room.by(who, "heard", item=item, value=fields.get("value", "4"), turn=turn)
            most -= 1
    return to(room, room.room.rounds - 1, "fb", into=999)


def counts(room):
    return {f.measure: f.n for f in room.results.findings}


def over(n=9, **set_up):
    """A whole first talk in which everybody said everything."""
    room = talking(n, observer="full", **set_up)
    for turn in range(3):
        for who in who_is(to(room, turn, "ask"), "observer", turn):
            for what in ("open", "advice", "interruption", "asked_right"):
                room.by(who, "tally", what=what, turn=turn)
    room = answered(room, answer="almost")
    for who in NAMES[:n]:
        for turn in range(3):
            if who in who_is(room, "teller", turn):
                room.by(who, "check", answer="right", turn=turn)  # the second time
    return room


def test_the_first_talk_has_every_figure():
    assert {"heard", "summary", "second_time", "questions", "interruptions", "asked"} <= {
        *counts(over())
    }


@pytest.mark.parametrize("mixed", [True, False])
def test_with_nobody_answering_the_second_time_there_is_no_figure(mixed):
    room = to(anew(over(), mixed), 2, "fb", into=999)
    assert counts(room) == {}
    room.move("next")
    assert not any(room.screen["panels"].values()) and not any(room.console["intervals"].values())
    assert room.console["sides"] == [] and room.console["written"] is None


def test_nine_people_are_nine_answers_whoever_told_when():
    room = answered(anew(over()), value="5")
    assert {name: counts(room)[name] for name in ("summary", *ITEMS)} == dict.fromkeys(
        ("summary", *ITEMS), 9
    )
    assert {f.measure: f.value for f in room.results.findings}["heard"]["5"] == 9


def test_of_nine_of_whom_five_answer_anew_there_are_five():
    assert counts(answered(anew(over()), most=5))["heard"] == 5


def test_an_observer_begins_at_nought():
    room = to(anew(over()), 0, "ask")
    for who in who_is(room, "observer", 0):
        turn = room.own(who)["turns"][0]
        assert (turn["counts"], turn["marks"]) == ({}, [])
        room.by(who, "tally", what="open")
        assert room.own(who)["turns"][0]["counts"] == {"open": 1}
    for who in who_is(room, "listener", 0):
        assert room.own(who)["turns"][0]["tallied"] == {"open": 1}


def test_who_passed_the_first_time_tells_the_second_time():
    room = to(talking(9), 0, "land")
    first = who_is(room, "teller", 0)
    for who in first:
        room.by(who, "pass")
    room = to(anew(room, mixed=False), 0, "land")
    assert who_is(room, "teller", 0) == first
    assert room.room.seating(room.scene).passes == frozenset()
    for who in first:
        assert room.own(who)["passed"] == []
        with pytest.raises(Refused, match="nothing_to_answer_here"):
            room.by(who, "tell_after_all")
    room.by(first[0], "pass")
    assert room.own(first[0])["passed"] == [0] and first[0] not in who_is(room, "teller", 0)


def test_own_answers_are_asked_anew():
    room = to(anew(over()), 0, "fb")
    for who in NAMES[:9]:
        assert room.own(who)["answers"] == {}
    teller = who_is(room, "teller", 0)[0]
    assert room.own(teller)["rates"][0]["given"] == 0
    room.by(teller, "check", answer="almost")
    assert room.own(teller)["answers"] == {"check.0": "almost"}


def test_what_was_written_and_shared_in_the_first_talk_is_nowhere():
    room = talking(15, summary_mode="note", share=True)
    for turn in range(3):
        for _, teller, _ in written(room, turn, says="eerst"):
            room.by(teller, "verdict", answer="right", share="yes", turn=turn)
    to(room, 2, "fb", into=9999).move("next").move("harvest", on="yes")
    assert len(room.results.items) == 15
    room = anew(room)
    for _, teller, _ in written(room, 0, says="daarna"):
        assert not any(turn.get("confirmed") for turn in room.own(teller)["turns"])
        room.by(teller, "verdict", answer="right", share="yes", turn=0)
    to(room, 2, "fb", into=9999).move("next")
    assert room.screen["harvest"] is None and room.screen["panel"] == 0, "nobody showed this one"
    assert "eerst" not in str(room.console) + str(room.screen) + str(kept(room.results))
    assert len(room.console["harvest"]["all"]) == 5 and room.console["written"]["drafts"] == 5
    room.move("harvest", on="yes")
    assert [item["text"][:6] for item in room.results.items] == ["daarna"] * 5


def test_what_was_set_aside_or_removed_before_is_no_matter_of_this_talk():
    room = talking(18, summary_mode="note", share=True)
    for _, teller, _ in written(room):
        room.by(teller, "verdict", answer="right", share="yes")
    to(room, 2, "fb", into=9999).move("next")
    ids = [card["id"] for card in room.console["harvest"]["all"]]
    room.move("park", id=ids[0]).move("remove", id=ids[1], reason="name")
    room = to(anew(room, mixed=False), 2, "fb", into=9999).move("next")
    assert room.console["harvest"]["removed"] == 0 and room.results.findings == ()


def test_a_tip_of_the_first_talk_is_not_given_again():
    room = to(talking(6), 0, "tell")
    room.at -= 5
    room.move("tip", id="feeling").move("nudge", table=1, what="softer")
    room = to(anew(room), 0, "land")
    assert room.phone["tip"] is None and room.console["nudge"] is None
    to(room, 0, "tell", into=-5).move("tip", id="short")


def test_with_a_neighbour_it_is_the_same():
    room = play(Listening(find="neighbour", size=2, preset="vloer", lengths=LENGTHS)).move("next")
    for who in NAMES[:9]:
        to(room, 0, "fb").by(who, "check", answer="right").by(who, "heard", value="5")
    back(room)
    assert room.stage.phase == "ready"
    room.move("next")
    assert counts(room) == {} and room.own("p00")["answers"] == {}
    for who in NAMES[:6]:
        room.by(who, "check", answer="no")
    assert counts(room) == {"summary": 6, "added_after_summary": 6}


# -- undo


def test_undo_gives_the_first_talk_back_as_it_was():
    room = over()
    stage, before = room.stage, counts(room)
    room.move("back")
    assert room.room.bars_undo(room.stage, stage, room.at) is None
    room.stage = stage
    assert counts(room) == before


def test_a_talk_that_was_undone_counts_in_no_other():
    room = over()
    stage = room.stage
    answered(anew(room), value="1")
    room.stage = stage  # all of it undone
    plain = room.filled
    room.filled = lambda *asked: dataclasses.replace(plain(*asked), seed=8)
    assert counts(anew(room)) == {}


def test_people_answer_anew_after_the_figures_of_a_first_talk():
    """Also when the room then has figures already, while people still answer."""
    room = anew(over().move("next"))
    assert counts(answered(room))["heard"] == 9
    teller = who_is(room, "teller", 0)[0]
    room.by(teller, "heard", value="1", turn=0)
    room.move("next")
    room.move("back")
    with pytest.raises(Refused, match="answering_is_over"):
        room.by(teller, "heard", value="2", turn=0)


def test_a_first_talk_that_was_seen_does_not_come_back_with_one_answer_changed():
    room = over().move("next")
    seen = room.stage
    gathers = back(room).stage
    assert room.room.bars_undo(gathers, seen, room.at) is None, "nobody answered since"
    room.move("next")
    assert room.room.bars_undo(room.stage, gathers, room.at).code == "figures_were_seen"
    room = anew(talking(9))
    assert room.room.bars_undo(room.stage, gathers, room.at) is None, "nothing was seen"
