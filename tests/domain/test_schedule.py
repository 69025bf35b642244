"""A timed talk: who holds the schedule can tell what is on, whatever was done to it."""

from random import Random

import pytest

from facilitator.domain.activity import Refused
from facilitator.domain.schedule import laid, read

LENGTHS = [(name, turn, 60.0) for turn in range(3) for name in ("land", "tell", "sum")]


def talk():
    return laid(LENGTHS, at=1000.0)


def on(schedule, now):
    part = schedule.part(now)
    return part and (part.name, part.turn)


def test_every_moment_has_its_part():
    assert on(talk(), 900) == ("land", 0)
    assert on(talk(), 1000) == ("land", 0)
    assert on(talk(), 1060) == ("tell", 0)
    assert on(talk(), 1539.9) == ("sum", 2)
    assert on(talk(), 1540) is None


def test_a_pause_shifts_the_end_by_exactly_its_length():
    paused = talk().paused(1070)
    assert on(paused, 99_999) == ("tell", 0)
    after = paused.resumed(1107)
    assert after.parts[1].end == talk().parts[1].end + 37
    assert after.parts[-1].end == talk().parts[-1].end + 37
    assert after.parts[0] == talk().parts[0]
    assert after.parts[1].length == talk().parts[1].length


def test_a_second_pause_and_a_second_go_on_change_nothing():
    paused = talk().paused(1070)
    assert paused.paused(1080) == paused
    assert talk().resumed(1080) == talk()


def test_longer_moves_all_that_follows():
    after = talk().stretched(1070, 30, 15, 300)
    assert after.parts[1].length == 90 and after.parts[2].begin == talk().parts[2].begin + 30


def test_limits_hold_and_the_past_is_not_taken_back():
    assert talk().stretched(1070, 3600, 15, 300).parts[1].length == 300
    assert talk().stretched(1061, -3600, 15, 300).parts[1].length == 15
    assert talk().stretched(1100, -3600, 15, 300).parts[1].length == 45


def test_a_skipped_part_ends_now():
    after = talk().skipped(1070)
    assert on(after, 1070) == ("sum", 0) and after.parts[1].length == 10


def test_back_stays_within_the_turn():
    again = talk().back(1130)
    assert on(again, 1130) == ("tell", 0) and again.parts[1].length == 60
    first = talk().back(1190)  # the first part of the second turn: it begins again itself
    assert on(first, 1190) == ("land", 1) and first.parts[3].begin == 1190


def test_stopping_leaves_one_last_part():
    after = talk().stopped(1070, "fb", 45)
    assert [part.name for part in after.parts] == ["land", "tell", "fb"]
    assert on(after, 1070) == ("fb", 0) and on(after, 1115) is None


@pytest.mark.parametrize("change", ["skipped", "back"])
def test_after_the_end_nothing_can_be_changed(change):
    with pytest.raises(Refused, match="time_is_up"):
        getattr(talk(), change)(9999)


def test_a_schedule_survives_being_written_down():
    paused = talk().paused(1070)
    assert read(paused.written()) == paused


def test_whatever_is_done_parts_follow_each_other_and_keep_their_order():
    for seed in range(300):
        chance, schedule, now = Random(seed), talk(), 1000.0
        for _ in range(20):
            now += chance.choice((1, 7, 40))
            try:
                schedule = chance.choice((
                    lambda s, at: s.skipped(at), lambda s, at: s.back(at),
                    lambda s, at: s.paused(at), lambda s, at: s.resumed(at),
                    lambda s, at: s.stretched(at, 30, 15, 300),
                    lambda s, at: s.stretched(at, -30, 15, 300),
                ))(schedule, now)  # fmt: skip
            except Refused:
                continue
            for one, other in zip(schedule.parts, schedule.parts[1:], strict=False):
                assert one.begin <= one.end <= other.begin, seed
            assert [(p.name, p.turn) for p in schedule.parts] == [(n, t) for n, t, _ in LENGTHS]


def test_a_turn_ends_where_its_last_part_does():
    assert [talk().end_of_turn(now) for now in (900, 1000, 1179.9)] == [1180] * 3
    assert talk().end_of_turn(1180) == 1360
    assert talk().stretched(1070, 30, 15, 300).end_of_turn(1070) == 1210


def test_nothing_goes_on_by_itself_after_the_last_turn_or_in_a_pause():
    assert talk().end_of_turn(1361) is None
    assert talk().end_of_turn(99_999) is None
    assert talk().paused(1070).end_of_turn(1100) is None
    assert talk().paused(1070).resumed(1100).end_of_turn(1100) == 1210


def test_a_pause_at_the_end_of_a_turn_leaves_the_next_one_whole():
    after = talk().paused(1180).resumed(1500)
    assert on(talk().paused(1180), 1499) == ("land", 1)
    assert [part.length for part in after.parts] == [60.0] * 9
    assert after.parts[3].begin == 1500 and after.parts[2].end == 1180
