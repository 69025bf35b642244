"""Signals to a room full of talk."""

import pytest

from facilitator.activities.listening import Listening
from facilitator.activities.pairs import Pairs
from facilitator.domain.activity import Refused
from facilitator.domain.signals import CHIME_STAYS, QUIET_STAYS
from tests.drawn import Drawn
from tests.play import play

ROOMS = [Listening(size=3), Listening(find="neighbour"), Pairs(), Pairs(find="table")]


@pytest.mark.parametrize("room", ROOMS)
def test_a_sign_to_be_quiet_stands_for_a_while(room):
    played = play(room)
    assert played.screen["signals"]["quiet"] is None
    played.at = 1990.0
    assert played.move("quiet").screen["signals"]["quiet"] == {
        "from": 2000.0, "to": 2000.0 + QUIET_STAYS,
    }  # fmt: skip
    assert played.console["signals"] == played.screen["signals"]
    assert "signals" not in played.phone  # phones lie face down


@pytest.mark.parametrize("room", ROOMS)
def test_the_clock_can_be_heard_before_it_runs(room):
    played = play(room)
    played.at = 1990.0
    chime = played.move("chime").screen["signals"]["chime"]
    assert chime == {"from": 2000.0, "to": 2000.0 + CHIME_STAYS}


@pytest.mark.parametrize("room", ROOMS)
def test_a_noisy_room_is_told_by_light_until_it_is_not(room):
    played = play(room)
    assert not played.screen["signals"]["noisy"]
    assert played.move("noisy", on="yes").screen["signals"]["noisy"]
    assert not played.move("noisy", on="no").screen["signals"]["noisy"]


def test_a_signal_takes_no_words():
    with pytest.raises(Refused):
        play(Listening()).move("quiet", text="stil nu")


def test_a_signal_changes_nothing_else():
    played = play(Listening(find="neighbour")).move("next")
    before = {k: v for k, v in played.screen.items() if k != "signals"}
    played.move("quiet").move("chime").move("noisy", on=True)
    assert {k: v for k, v in played.screen.items() if k != "signals"} == before
    assert not any("quiet" in str(item) for item in played.results.items)


def test_whoever_goes_on_has_been_heard():
    played = play(Listening(find="neighbour")).move("quiet")
    assert played.screen["signals"]["quiet"]
    assert played.move("next").screen["signals"]["quiet"] is None


@pytest.mark.parametrize("room", [Listening(find="neighbour"), Pairs()])
def test_the_console_can_ask_for_quiet_while_people_talk(house, room):
    played = play(room)
    while played.stage.phase not in ("talk", "open"):
        played.move("next")
    assert Drawn(house).console(played).count('data-move="quiet"') == 1
    screen = Drawn(house).screen(played.move("quiet"))
    assert screen.count('data-sound="hush"') == 1
