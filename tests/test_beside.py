"""What stands beside the agenda: it touches nothing on it, and what passes is never written."""

from __future__ import annotations

import contextlib
import itertools
import json
import sqlite3
from dataclasses import dataclass
from typing import ClassVar

import pytest

from facilitator.activities import catalogue
from facilitator.activities.hand_up import SHOWN_FOR
from facilitator.activities.ideas import Ideas
from facilitator.document import document
from facilitator.domain.activity import Act, Refused
from facilitator.formats import Unknown
from facilitator.frame import agenda
from facilitator.keys import Token
from tests.server import CARDS, VOTE

AN, BO = Token(b"a" * 32), Token(b"b" * 32)
HANDS = "beside.hand_up"
ids = (f"act {n}" for n in itertools.count())


@dataclass(frozen=True)
class Notes(Ideas):
    """A room whose entries do last, beside the others."""

    kind: ClassVar[str] = "notes"
    companion: ClassVar = {"nl": "Blaadjes", "en": "Notes"}


@pytest.fixture
def running(house, monkeypatch):
    monkeypatch.setitem(catalogue(), "notes", Notes)
    running = house.start("host", {"agenda": [CARDS, VOTE], "ready": True}, "nl")
    for n, who in enumerate((AN, BO)):
        house.arrive(running.code, f"socket {n}", who)
        house.seat(running.code, who)
    return running


def beside(house, running, who=None):
    """What stands beside the room, as this phone has it; or as the console has it."""
    seen = house.own(running.code, who) if who else house.view(running.code, "console")[1]
    return {one["item"]["id"]: one.get("own", one.get("view")) for one in seen.get("beside", ())}


def open_(house, running, item=HANDS):
    house.move(running.code, "open", {"activity": item})


def hand(house, running, who, name="raise", signal="hand", about=None):
    act = Act(next(ids), name, {"signal": signal})
    house.act(running.code, HANDS, who, act, about)


def up(house, running):
    return len(beside(house, running)[HANDS]["hands"])


def on_disk(running):
    """How many rows each table has."""
    names = ("entry", "done", "roster", "move")
    with contextlib.closing(sqlite3.connect(running.database)) as db:
        return {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


# -- beside, and not on the agenda


def test_it_stands_beside_whatever_goes_on(house, running):
    open_(house, running)
    assert running.course.current == "cards"
    for who in (AN, BO):
        assert beside(house, running, who) == {HANDS: {"raised": []}}
    for face in ("phone", "screen", "console", "moderator", "remote"):
        assert [one["item"]["id"] for one in house.view(running.code, face)[1]["beside"]] == [HANDS]
    house.move(running.code, "next", {})
    house.move(running.code, "next", {})
    assert HANDS in beside(house, running)
    house.move(running.code, "put_away", {"activity": HANDS})
    assert "beside" not in house.view(running.code, "phone")[1]
    assert "beside" not in house.own(running.code, AN)


def test_the_agenda_does_not_know_of_it(house, running):
    assert [item["id"] for item in agenda(running)] == ["cards", "stones"]
    frame = house.view(running.code, "console")[0]
    assert [item["id"] for item in frame["agenda"]] == ["cards", "stones"]
    assert frame["companions"][0] == {
        "id": HANDS, "title": {"nl": "Handen en seintjes", "en": "Hands and signals"}, "on": False,
    }  # fmt: skip
    house.move(running.code, "open", {"activity": "stones"})
    open_(house, running)
    for _ in range(9):
        if house.view(running.code, "console")[0]["next_says"] == "close":
            break
        house.move(running.code, "next", {})
    house.move(running.code, "next", {})  # and asks about no part that was left out
    assert (
        running.course.state == "closing" and "beside" not in house.view(running.code, "phone")[1]
    )


def test_an_agenda_cannot_name_it(house):
    step = {"id": "a", "kind": "hand_up", "title": {"nl": "Hand"}, "minutes": 1}
    with pytest.raises(Unknown):
        house.start("host", {"agenda": [step]}, "nl")


def test_it_can_stand_there_before_the_first_part(house):
    running = house.start("host", {"agenda": [CARDS]}, "nl")
    house.arrive(running.code, "socket", AN)
    open_(house, running)
    assert running.course.state == "lobby"
    hand(house, running, AN)
    assert up(house, running) == 1
    house.move(running.code, "next", {})
    assert running.course.current == "cards" and up(house, running) == 1


def test_undo_takes_it_away_again_and_it_can_be_opened_twice(house, running):
    open_(house, running)
    house.move(running.code, "undo", {})
    assert beside(house, running) == {}
    open_(house, running)
    open_(house, running)
    assert running.course.beside == (HANDS,)


def test_after_it_was_put_away_or_closed_nothing_can_be_said_there(house, running):
    with pytest.raises(Refused, match="moved_on"):
        hand(house, running, AN)
    open_(house, running)
    house.move(running.code, "put_away", {"activity": HANDS})
    with pytest.raises(Refused, match="moved_on"):
        hand(house, running, AN)
    open_(house, running)
    house.move(running.code, "close", {"force": True})
    with pytest.raises(Refused, match="session_is_closing"):
        hand(house, running, AN)


def test_an_act_without_a_name_is_for_the_current_room(house, running):
    open_(house, running)
    fields = {"lane": "idea", "text": "licht"}
    house.act(running.code, None, AN, Act(next(ids), "add", fields))
    assert len(house.own(running.code, AN)["cards"]) == 1


def test_moves_there_are_for_that_room_alone(house, running):
    open_(house, running, "beside.notes")
    house.move(running.code, "lock", {}, activity="beside.notes")
    assert running.course.stage("beside.notes").locked
    assert not running.course.stage("cards").locked
    with pytest.raises(Refused, match="unknown_move"):
        house.move(running.code, "nonsense", {}, activity="beside.notes")
    house.move(running.code, "undo", {})
    assert not running.course.stage("beside.notes").locked


# -- entries that last


def test_what_is_written_beside_lasts_as_anywhere(house, running, reopen):
    open_(house, running, "beside.notes")
    note = Act("n1", "add", {"lane": "idea", "text": "een blaadje"})
    house.act(running.code, "beside.notes", AN, note)
    house.act(running.code, "beside.notes", AN, note)
    house = reopen(house)
    running = house.find(running.code)
    assert [c["text"] for c in beside(house, running, AN)["beside.notes"]["cards"]] == [
        "een blaadje"
    ]
    assert beside(house, running, BO)["beside.notes"]["cards"] == []
    assert "een blaadje" not in str(house.view(running.code, "console"))
    kinds = [activity["kind"] for activity in document(running)["activities"]]
    assert kinds == ["ideas", "notes"]


# -- entries that pass


def test_what_passes_is_never_written(house, running, reopen):
    open_(house, running)
    before, files = on_disk(running), bytes_of(running)
    hand(house, running, AN)
    hand(house, running, BO, signal="help")
    assert up(house, running) == 1 and on_disk(running) == before and bytes_of(running) == files
    house = reopen(house)
    running = house.find(running.code)
    assert up(house, running) == 0
    assert HANDS in beside(house, running), "the button is there still"
    assert "hand_up" not in json.dumps(document(running))


def bytes_of(running):
    return [
        p.read_bytes() for p in sorted(running.database.parent.glob(running.database.name + "*"))
    ]


def test_once_is_once_here_too(house, running):
    open_(house, running)
    act = Act("late", "raise", {"signal": "hand"})
    house.act(running.code, HANDS, AN, act)
    hand(house, running, AN, "lower")
    house.act(running.code, HANDS, AN, act)
    assert up(house, running) == 0


def test_a_signal_passes_and_a_hand_stays(house, running):
    open_(house, running)
    hand(house, running, AN)
    hand(house, running, BO, signal="slower")
    house.clock.passes(SHOWN_FOR - 1)
    hand(house, running, BO, signal="slower")  # said again: it counts from now
    house.clock.passes(2)
    house.wake()
    assert beside(house, running)[HANDS]["counts"]["slower"] == 1
    heard = []
    house.heard = heard.append
    house.clock.passes(SHOWN_FOR)
    house.wake()
    assert beside(house, running)[HANDS]["counts"]["slower"] == 0 and up(house, running) == 1
    assert len(heard) == 1 and len(heard[0].touched) == 1, "whose it was hears of it"
    assert beside(house, running, BO) == {HANDS: {"raised": []}}


def test_whoever_left_has_no_hand_up_and_a_short_gap_lowers_none(house, running):
    open_(house, running)
    hand(house, running, AN)
    house.leave(running.code, "socket 0")
    house.clock.passes(50)
    house.wake()
    assert up(house, running) == 1
    house.clock.passes(11)
    house.wake()
    assert up(house, running) == 0


def test_a_hand_by_a_phone_without_sockets_stays_as_long_as_it_looks(house, running):
    open_(house, running)
    third = Token(b"c" * 32)
    for _ in range(5):
        house.seen(running.code, third)
        hand(house, running, third)
        house.clock.passes(80)
        house.wake()
        assert up(house, running) == 1
    house.clock.passes(60)
    house.wake()
    assert up(house, running) == 0


def test_put_away_and_opened_again_all_hands_are_down(house, running):
    open_(house, running)
    hand(house, running, AN)
    house.move(running.code, "put_away", {"activity": HANDS})
    open_(house, running)
    assert up(house, running) == 0


def test_whoever_leads_lowers_it_from_the_console(house, running):
    open_(house, running)
    hand(house, running, AN)
    seen = Act("seen", "seen", {"signal": "hand"})
    house.act(running.code, HANDS, Token.fresh(), seen, {"role": "helper"})
    assert up(house, running) == 0 and beside(house, running, AN) == {HANDS: {"raised": []}}
