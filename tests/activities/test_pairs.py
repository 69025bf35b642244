"""Pairs: the schedule is in the view, so a clock on any phone is right without asking."""

import pytest

from facilitator.activities.pairs import Pairs
from facilitator.domain.activity import Refused
from tests.play import play

ROOM = Pairs(tell=75, sum_up=45, choose=60, minutes=5)


def crowd():
    return play(ROOM)


def times(pairs):
    return {part["name"]: (part["from"], part["to"]) for part in pairs.screen["parts"]}


def test_the_phone_lies_face_down():
    with pytest.raises(Refused, match="nothing_to_answer_here"):
        crowd().by("an", "ready")
    assert ROOM.slots() == ()


def test_each_tells_and_each_sums_up_then_they_choose():
    assert times(crowd()) == {
        "tell_1": (1000, 1075),
        "sum_1": (1075, 1120),
        "tell_2": (1120, 1195),
        "sum_2": (1195, 1240),
        "choose": (1240, 1300),
    }


def test_everyone_has_the_same_schedule():
    pairs = crowd()
    assert pairs.phone == pairs.screen == pairs.console


def test_without_choosing_the_talk_ends_after_the_second_summary():
    assert list(times(play(Pairs(choose=0)))) == ["tell_1", "sum_1", "tell_2", "sum_2"]


def test_a_view_never_depends_on_the_moment_of_looking():
    pairs = crowd()
    before = pairs.screen
    pairs.at += 500
    assert pairs.screen == before


def test_a_pause_moves_everything_that_follows():
    pairs = crowd().move("pause")  # at 1010
    assert pairs.screen["paused_at"] == 1010
    pairs.at += 40
    pairs.move("resume")  # at 1060: fifty seconds later
    assert pairs.screen["paused_at"] is None
    assert times(pairs)["tell_1"] == (1050, 1125)
    assert times(pairs)["choose"] == (1290, 1350)


def test_two_pauses_add_up_and_a_second_pause_is_none():
    pairs = crowd().move("pause").move("pause").move("resume").move("pause").move("resume")
    assert times(pairs)["tell_1"][0] == 1000 + 20 + 10


def test_more_time_goes_to_the_part_that_runs_now():
    pairs = crowd().move("extend", seconds=30)
    assert times(pairs)["tell_1"] == (1000, 1105)
    assert times(pairs)["sum_1"] == (1105, 1150)


def test_an_extension_during_a_pause_goes_to_the_part_that_stands_still():
    pairs = crowd().move("pause")
    pairs.at += 300
    pairs.move("extend", seconds=30).move("resume")
    assert times(pairs)["tell_1"][1] - times(pairs)["tell_1"][0] == 105
    assert times(pairs)["sum_1"][1] - times(pairs)["sum_1"][0] == 45


def test_less_time_never_cuts_a_part_below_five_seconds():
    pairs = crowd().move("extend", seconds=-500)
    assert times(pairs)["tell_1"] == (1000, 1005)


def test_after_the_last_part_there_is_no_time_to_give():
    pairs = crowd()
    pairs.at = 1300
    with pytest.raises(Refused, match="time_is_up"):
        pairs.move("extend", seconds=30)


@pytest.mark.parametrize(
    "seconds", [None, "30", True, float("nan"), float("inf"), 10**400, 36_001, [30]]
)
def test_a_time_that_is_none_is_refused(seconds):
    with pytest.raises(Refused, match="not_understood"):
        crowd().move("extend", seconds=seconds)


def test_another_round_starts_the_clock_anew():
    pairs = crowd().move("extend", seconds=30).move("pause")
    pairs.at = 2000
    pairs.move("again")
    assert pairs.screen["paused_at"] is None
    assert times(pairs)["tell_1"] == (2010, 2085)


def test_the_planned_end_knows_of_extensions():
    pairs = crowd()
    assert ROOM.ends(pairs.stage) == 1300
    assert ROOM.ends(pairs.move("extend", seconds=30).stage) == 1330
    assert ROOM.ends(pairs.move("timer", seconds=60).stage) == pairs.at + 60


def test_of_what_neighbours_said_nothing_is_kept():
    results = crowd().results
    assert (results.items, results.findings, results.facts) == ((), (), {})
