"""Pulse: one tap per statement; only the whole room's answers are ever seen."""

import pytest

from facilitator.activities.pulse import Pulse
from facilitator.domain.activity import Refused
from facilitator.domain.results import Finding
from tests.drawn import Drawn, words
from tests.play import play

HEARD = {"id": "heard", "text": {"nl": "Ik voelde me gehoord.", "en": "I felt heard."}}
SAFE = {"id": "safe", "text": {"nl": "Ik kon alles zeggen.", "en": "I could say anything."}}
ROOM = Pulse(items=(HEARD, SAFE))


def crowd():
    return answers(*"123455")


def answers(*values, room=ROOM, present=8):
    pulse = play(room, present=present)
    for n, value in enumerate(values):
        pulse.by(f"p{n}", "answer", item="heard", value=value)
    return pulse


def test_a_phone_gets_one_statement_at_a_time():
    pulse = play(ROOM)
    assert pulse.own("an")["now"] == "heard"
    pulse.by("an", "answer", item="heard", value="4")
    assert (pulse.own("an")["now"], pulse.own("an")["last"]) == ("safe", "heard")
    pulse.by("an", "answer", item="safe", value="pass")
    assert (pulse.own("an")["now"], pulse.own("an")["last"]) == ("", "safe")


def test_one_phone_has_one_answer_per_statement_and_may_change_it():
    pulse = answers(*"11111").by("p0", "answer", item="heard", value="5").move("show")
    assert pulse.screen["rows"][0]["counts"] == {"1": 4, "2": 0, "3": 0, "4": 0, "5": 1}


def test_an_answer_can_be_taken_back():
    pulse = answers("3").by("p0", "undo", item="heard")
    assert pulse.own("p0")["answers"] == {} and pulse.screen["turnout"] == "none"


def test_nothing_is_seen_until_everybody_looks():
    pulse = crowd()
    for view in (pulse.phone, pulse.screen, pulse.console):
        assert all("counts" not in row for row in view["rows"])
    row = pulse.move("next").screen["rows"][0]
    assert row["n"] == 6 and row["agree"] == 3


def test_ten_of_the_ten_are_all(house):
    for last, says in (("4", "10 van de 10"), ("3", "9 van de 10")):
        shown = answers(*["5"] * 19, last).move("show")
        assert says in words(Drawn(house, "nl").screen(shown))


def test_each_statement_needs_five_answers_of_its_own():
    pulse = crowd().by("p0", "answer", item="safe", value="5").move("next")
    heard, safe = pulse.screen["rows"]
    assert heard["enough"] and not safe["enough"] and "counts" not in safe
    assert [f.measure for f in pulse.results.findings] == ["heard"]


def test_passing_counts_nowhere():
    pulse = answers("5", "5", "5", "5", "pass").move("next")
    assert not pulse.screen["rows"][0]["enough"]
    assert pulse.results.findings == ()


def test_nobody_answered():
    pulse = play(ROOM).move("next")
    assert pulse.screen["turnout"] == "none" and pulse.results.findings == ()


def test_without_statements_there_is_nothing_to_do():
    pulse = play(Pulse())
    assert pulse.screen["rows"] == [] and pulse.own("an")["now"] == ""
    with pytest.raises(Refused, match="choose_one_first"):
        pulse.by("an", "answer", item="heard", value="5")


def test_a_closing_pulse_shows_nothing_and_keeps_the_counts():
    pulse = answers(*"44444", room=Pulse(items=(HEARD,), shows=False))
    assert pulse.room.next_phase(pulse.stage) is None
    with pytest.raises(Refused, match="unknown_move"):
        pulse.move("show")
    assert not pulse.screen["rows"][0]["enough"]
    counts = {"1": 0, "2": 0, "3": 0, "4": 5, "5": 0}
    assert pulse.results.findings == (Finding("heard", counts, 5),)
    assert pulse.results.facts["statements"] == [{"key": "heard", "text": HEARD["text"]}]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "choose_one_first"),
        ({"item": "loved", "value": "3"}, "choose_one_first"),
        ({"item": ["heard"], "value": "3"}, "choose_one_first"),
        ({"item": "heard"}, "choose_one_first"),
        ({"item": "heard", "value": 3}, "choose_one_first"),
        ({"item": "heard", "value": "0"}, "choose_one_first"),
        ({"item": "heard", "value": "3", "seat": "an"}, "not_understood"),
    ],
)
def test_what_is_no_answer_is_refused(fields, code):
    pulse = play(ROOM)
    with pytest.raises(Refused, match=code):
        pulse.by("an", "answer", **fields)
    assert pulse.laid == {}


def test_after_the_lock_nobody_answers():
    pulse = crowd().move("lock")
    for act, fields in (("answer", {"item": "heard", "value": "1"}), ("undo", {"item": "heard"})):
        with pytest.raises(Refused, match="answering_is_over"):
            pulse.by("p0", act, **fields)


def test_an_unknown_act_is_refused():
    with pytest.raises(Refused, match="unknown_act"):
        crowd().by("p0", "add", item="heard")
