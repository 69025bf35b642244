"""Tables at their own pace: who comes and goes does so in the turn of their own table."""

from __future__ import annotations

from tests.activities.test_listening import LENGTHS, tables, talking, to, who_is


def ahead(turn):
    """Two tables of three, of which that of p00 is so many turns ahead of the room's clock."""
    room = talking(6, sync="group").waits(1)
    mates = next(people for people in tables(room).values() if "p00" in people)
    for _ in range(turn):
        for part in LENGTHS:
            if part == "check":
                left = next(one for one in room.own("p00")["parts"] if room.at < one["to"])
                room.at = left["to"] + 1
            else:
                room.waits(4).by("p00", "ready")
    return room.waits(1), mates


def roles(room, who):
    return room.own(who)["roles"]


def test_who_leaves_a_table_that_is_ahead_was_there_in_its_turns_before():
    room, mates = ahead(1)
    assert room.room.moment(room.scene)[0] == 0, "for the room it is the first turn"
    gone = next(who for who in mates if roles(room, who)[1] == "listener")
    before = roles(room, gone)[0]
    room.by(gone, "leave")
    assert roles(room, gone) == [before, "out", "out"]
    room.waits(1).by(gone, "join")
    assert roles(room, gone)[1] == "listener"


def test_who_leaves_a_table_that_is_behind_is_gone_from_the_turn_that_is_on_there():
    room, mates = ahead(1)
    slow = next(people for people in tables(room).values() if people != mates)
    room.by(slow[0], "ready")  # it has its own clock from now on
    to(room, 1, "land").move("extend", seconds=60)
    now = room.own(slow[0])["parts"]
    part = next(one for one in now if room.at < one["to"])
    gone = next(who for who in slow if roles(room, who)[part["turn"]] == "observer")
    room.by(gone, "leave")
    assert roles(room, gone)[part["turn"]] == "out"
    assert "out" not in roles(room, gone)[: part["turn"]]


def test_when_the_time_of_the_room_is_over_people_still_come_and_go_at_their_table():
    room = to(talking(3, sync="group"), 0, "check").by("p00", "help", reason="time")
    room.move("extend", seconds=60).move("extend", seconds=60)
    (teller,) = who_is(room, "teller", 0)
    room.by(teller, "check", answer="no")  # half a minute more, at this table
    room.at = room.phone["parts"][-1]["to"] + 1
    assert room.at < room.own("p00")["parts"][-1]["to"]
    gone = next(who for who in ("p00", "p01", "p02") if roles(room, who)[2] == "listener")
    room.by(gone, "leave")
    assert roles(room, gone)[2] == "out" and "out" not in roles(room, gone)[:2]
    room.waits(1).by(gone, "join")
    assert roles(room, gone)[2] == "listener"
