"""Hands: who wants to speak is heard in turn, signals pass, and nothing is kept."""

import pytest

from facilitator.activities.hand_up import SHOWN_FOR, HandUp
from facilitator.domain.activity import Act, Mine, Put, Refused, Scene
from tests.play import play

PEOPLE = ("an", "bo", "cem", "dirk", "els", "fien")


def crowd():
    room = play(HandUp())
    for n, who in enumerate(PEOPLE):
        room.about[who] = {"side": "remote" if n % 3 == 2 else "room"}
        room.waits(1).by(who, "raise", signal="hand")
    return room


def sides(room):
    return [hand["side"] for hand in room.console["hands"]]


def test_from_afar_and_in_the_room_speak_by_turns():
    room = crowd()
    assert sides(room) == ["remote", "room", "remote", "room", "room", "room"]
    first = room.console["hands"][1]["id"]
    assert first == room.mine("an").entries["hand"].id, "in the room the first hand is the first"


def test_pressed_again_a_hand_keeps_its_turn():
    room = crowd()
    before = room.console
    assert room.waits(60).by("an", "raise", signal="hand").console == before


def test_whoever_leads_lowers_one_hand_or_all():
    room = crowd()
    room.about["console"] = {"role": "helper"}
    one = room.console["hands"][0]["id"]
    room.by("console", "seen", id=one)
    assert one not in str(room.console) and len(sides(room)) == 5
    assert room.own("cem") == {"raised": []} and one in room.touched
    room.by("console", "seen", signal="hand")
    assert sides(room) == [] and room.screen == {"remote": 0}


def test_a_phone_lowers_its_own_and_nobody_elses():
    room = crowd().by("an", "lower", signal="hand")
    assert room.own("an") == {"raised": []} and len(sides(room)) == 5
    with pytest.raises(Refused):
        room.by("an", "seen", signal="hand")


def test_signals_are_counted_for_who_leads_alone():
    room = play(HandUp())
    for who in PEOPLE[:2]:
        room.by(who, "raise", signal="slower")
    room.by("an", "raise", signal="help")
    assert room.console["counts"] == {"slower": 2, "louder": 0, "faster": 0}
    assert len(room.console["calls"]) == 1 and room.screen == {"remote": 0}
    assert room.own("an") == {"raised": ["slower", "help"]}


def test_phones_see_what_can_be_said_and_never_who_said_it():
    assert crowd().phone == play(HandUp()).phone


@pytest.mark.parametrize(
    ("signal", "seconds"),
    [("slower", SHOWN_FOR), ("louder", SHOWN_FOR), ("faster", SHOWN_FOR), ("hand", 0), ("help", 0)],
)
def test_what_is_about_this_minute_passes(signal, seconds):
    scene = Scene(play(HandUp()).stage, now=5.0)
    [put] = HandUp().accept(scene, Mine(), Act("1", "raise", {"signal": signal}))
    assert isinstance(put, Put) and put.seconds == seconds


@pytest.mark.parametrize(
    "fields", [{}, {"signal": "wave"}, {"signal": 1}, {"signal": "hand", "x": 1}]
)
def test_anything_else_is_refused(fields):
    with pytest.raises(Refused):
        play(HandUp()).by("an", "raise", **fields)


def test_nothing_is_kept():
    results = crowd().results
    assert (results.items, results.findings, results.facts) == ((), (), {})
