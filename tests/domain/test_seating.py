"""Who sits where and whose turn it is, from chairs and moments alone."""

from facilitator.domain.grouping import Rules
from facilitator.domain.seating import Seating, Table


def chair(**more):
    """Somebody who said yes before there were tables."""
    return {
        "as": "yes", "side": "room", "languages": [], "team": "", "site": "", "leads": False,
        "with_leaders": False, "met": [], "from": 0, "until": None, "back": None, **more,
    }  # fmt: skip


def seating(chairs, *tables, turns=3, **more):
    placed = tuple(Table(n, tuple(ids)) for n, ids in enumerate(tables, 1))
    return Seating(turns, placed, chairs, Rules(), **more)


def test_who_comes_back_was_away_until_then():
    trio = seating({"a": chair(until=[0, 2], back=[2, 1]), "b": chair(), "c": chair()}, "abc")
    there = [trio.is_there("a", (turn, part)) for turn, part in ((0, 1), (0, 2), (1, 0), (2, 1))]
    assert there == [True, False, False, True]


def test_nobody_is_seated_in_a_turn_in_which_they_were_away():
    late = chair(**{"from": 1}, until=[0, 3], back=[2, 1])
    room = seating({"a": chair(), "b": chair(), "l": late}, "ab")
    assert room.table_of("l", (1, 5)) is None
    assert room.role("l", (1, 5)) == "out"


def test_a_latecomer_goes_first_to_whoever_is_alone():
    chairs = {"a": chair(until=[0, 1]), "b": chair(), **{x: chair() for x in "cde"},
              "l": chair(**{"from": 1})}  # fmt: skip
    room = seating(chairs, "ab", "cde")
    assert room.table_of("l", (1, 0)).people == ("a", "b", "l")


def test_a_table_that_somebody_was_said_to_have_left():
    room = seating({x: chair() for x in "abc"}, "abc", gone={"b": (1, 2)})
    assert room.roles(room.tables[0], (1, 1)) == {"b": "teller", "c": "listener", "a": "observer"}
    assert room.roles(room.tables[0], (1, 2)) == {"a": "deeper", "c": "deeper"}
