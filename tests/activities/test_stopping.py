"""Stop calmly: from any point, and never into a clock that stands still."""

from __future__ import annotations

import pytest

from facilitator.activities.listening import Listening
from tests.activities.test_listening import LENGTHS, NAMES, gathered, joined, tables, talking, to
from tests.activities.test_pairs import talking as in_pairs
from tests.activities.test_pairs import times
from tests.activities.test_pairs import to as to_part
from tests.atdesk import AtDesk
from tests.drawn import Drawn, words
from tests.play import play


def ready():
    return play(Listening(find="neighbour", size=2, preset="vloer"))


@pytest.mark.parametrize(("begin", "phase"), [
    (lambda: joined(6), "optin"), (lambda: gathered(6), "gather"), (ready, "ready")])  # fmt: skip
def test_before_anybody_talks_the_round_is_over_without_figures(house, begin, phase):
    room = begin()
    assert 'data-move="stop"' in Drawn(house).console(room)
    before = room.stage
    room.move("stop")
    assert room.stage.phase == "debrief" and room.results.findings == ()
    drawn = Drawn(house, "nl")
    assert "We stoppen hier" in words(drawn.screen(room)) and "We stoppen hier" in words(
        drawn.phone(room)
    )
    page = words(drawn.console(room))
    assert "Zeg: we stoppen hier" in page and "Vraag: wat maakte het verschil?" not in page
    assert "wat hielp" not in words(drawn.screen(room)) + words(drawn.phone(room))
    assert room.room.bars_undo(room.stage, before, room.at) is None, "nobody saw a figure"
    assert room.move("stop").stage.phase == "debrief", "twice is once"
    room.move("back")
    assert room.stage.phase == phase and room.phone["called_off"] is False
    if phase == "gather":
        assert sorted(map(len, tables(room).values())) == [3, 3]
    assert room.move("next").stage.phase != "debrief"


def test_in_a_pause_the_clock_runs_again():
    room = to(talking(6), 0, "tell").move("pause").waits(37).move("stop")
    assert room.phone["paused_at"] is None and room.phone["stopped"]
    last = room.phone["parts"][-1]
    assert (last["name"], last["from"], last["to"]) == ("fb", room.at, room.at + LENGTHS["fb"])
    assert room.room.part(room.scene) == "fb"
    assert room.room.part(room.waits(LENGTHS["fb"] + 1).scene) == "after"


def test_at_their_own_pace_too_also_a_table_that_waits():
    room = to(talking(6, sync="group"), 0, "tell").by("p00", "ready").move("pause").waits(5)
    room.move("stop")
    for who in NAMES[:6]:
        own = room.own(who)
        assert own["paused_at"] is None
        assert (own["parts"][-1]["name"], own["parts"][-1]["from"]) == ("fb", room.at)


def test_when_the_time_is_up_all_look_together():
    room = to(talking(6), 2, "fb", into=999).move("stop")
    assert room.stage.phase == "debrief" and room.phone["called_off"] is False


def test_at_the_desk_the_whole_session_runs_again(house):
    round = AtDesk(house, 6).go("next").go("next").to(0, "tell").go("pause")
    assert house.view(round.code, "phone")[0]["paused"] is True
    round.go("stop")
    frame, view = house.view(round.code, "phone")
    assert frame["paused"] is False and view["paused_at"] is None


# -- in pairs


@pytest.mark.parametrize("part", ["tell_1", "sum_1", "tell_2", "sum_2"])
def test_in_pairs_they_go_on_to_choosing(part):
    room = to_part(in_pairs(4), part).move("stop")
    assert times(room)["choose"] == (room.at, room.at + 60)
    assert room.room.moment(room.scene)[0] == 2
    assert all(end <= room.at for name, (_, end) in times(room).items() if name != "choose")


def test_in_pairs_choosing_is_over_and_a_pause_ends():
    room = to_part(in_pairs(4), "choose").waits(20).move("stop")
    assert times(room)["choose"][1] == room.at and room.room.moment(room.scene) == (3, 0)
    room = to_part(in_pairs(4), "tell_1").move("pause").waits(40).move("stop")
    assert room.screen["paused_at"] is None and times(room)["choose"][0] == room.at


def test_a_table_of_three_that_shares_the_time_stops_with_the_others():
    room = to_part(in_pairs(5), "tell_2").move("stop")
    own = next(room.own(who) for who in NAMES if len(room.own(who)["roles"]) == 4)
    assert own["parts"][-1]["name"] == "choose" and own["parts"][-1]["from"] == room.at
    assert max(one["to"] for one in own["parts"][:-1]) == room.at
    room.move("again")
    assert times(room)["choose"][0] == room.at + 240


def test_in_pairs_the_console_has_it(house):
    assert 'data-move="stop"' in Drawn(house).console(in_pairs(4))
