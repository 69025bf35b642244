"""Who sits where and whose turn it is, from chairs and moments alone."""

from collections import Counter
from random import Random

import pytest

from facilitator.domain.chairs import Merger, Table
from facilitator.domain.grouping import Rules
from facilitator.domain.mixing import Mix, asked
from facilitator.domain.moving import without_turn
from facilitator.domain.seating import Seating


def chair(**more):
    """Somebody who said yes before there were tables."""
    return {
        "as": "yes", "side": "room", "languages": [], "team": "", "site": "", "leads": False,
        "with_leaders": False, "met": [], "from": 0, **more,
    }  # fmt: skip


def seating(chairs, *tables, turns=3, **more):
    placed = tuple(Table(n, tuple(ids)) for n, ids in enumerate(tables, 1))
    return Seating(turns, placed, chairs, Rules(), **more)


def test_who_comes_back_was_away_until_then():
    trio = seating(
        {"a": chair(left=[[0, 2]], returned=[[2, 1]]), "b": chair(), "c": chair()}, "abc"
    )
    there = [trio.is_there("a", (turn, part)) for turn, part in ((0, 1), (0, 2), (1, 0), (2, 1))]
    assert there == [True, False, False, True]


def test_nobody_is_seated_in_a_turn_in_which_they_were_away():
    late = chair(**{"from": 1}, left=[[0, 3]], returned=[[2, 1]])
    room = seating({"a": chair(), "b": chair(), "l": late}, "ab")
    assert room.table_of("l", (1, 5)) is None
    assert room.role("l", (1, 5)) == "out"


def test_a_latecomer_goes_first_to_whoever_is_alone():
    chairs = {"a": chair(left=[[0, 1]]), "b": chair(), **{x: chair() for x in "cde"},
              "l": chair(**{"from": 1})}  # fmt: skip
    room = seating(chairs, "ab", "cde")
    assert room.table_of("l", (1, 0)).people == ("a", "b", "l")


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.parametrize("late", range(1, 12))
def test_however_many_come_late_four_at_a_table_are_the_most(late, turn):
    chairs = {x: chair() for x in "abcdef"}
    chairs |= {f"l{n}": chair(**{"from": turn}) for n in range(late)}
    room = seating(chairs, "abc", "def")
    sizes = [len(table.people) for table in room.tables_at((turn, 99))]
    assert sum(sizes) == 6 + late and min(sizes) > 1
    assert max(sizes) <= (5 if late == 3 and turn == 2 else 4)
    new = [table for table in room.tables_at((turn, 99)) if table.begins == turn]
    assert all(room.teller(table, turn) for table in new), "somebody tells there"
    assert all(len(table.people) in (2, 3) for table in new)


def test_who_comes_late_alone_is_a_fifth_where_all_tables_are_full():
    chairs = {x: chair() for x in "abcd"} | {"l": chair(**{"from": 1})}
    room = seating(chairs, "abcd", turns=2)
    assert [len(table.people) for table in room.tables_at((1, 99))] == [5]
    room = seating({**chairs, "m": chair(**{"from": 1})}, "abcd", turns=2)
    assert sorted(len(table.people) for table in room.tables_at((1, 99))) == [2, 4]


def test_where_tables_are_mixed_who_comes_late_still_sits_where_there_is_room():
    chairs = {one: chair() for one in "abcdef"} | {x: chair(**{"from": 2}) for x in "lm"}
    room = seating(chairs, "abc", "def", mixes=(Mix(2, 5),))
    assert [len(table.people) for table in room.tables_at((2, 99))] == [4, 4]


@pytest.mark.parametrize(("shares", "without"), [(False, 1), (True, 0)])
def test_where_the_time_is_shared_three_have_a_turn_in_the_time_of_two(shares, without):
    room = seating({x: chair() for x in "abc"}, "abc", turns=2, shares=shares)
    assert without_turn(room, {1: list("abc")}) == without


def test_a_table_that_somebody_was_said_to_have_left():
    room = seating({x: chair() for x in "abc"}, "abc", gone={"b": ((1, 2),)})
    assert room.roles(room.tables[0], (1, 1)) == {"b": "teller", "c": "listener", "a": "observer"}
    assert room.roles(room.tables[0], (1, 2)) == {"a": "deeper", "c": "deeper"}


# -- other tables at a swap


def sitting(room, turn):
    return {table.number: set(table.people) for table in room.tables_at((turn, 99))}


def told(room, turns=3):
    return [one for turn in range(turns) for table in room.tables_at((turn, 99))
            if (one := room.teller(table, turn))]  # fmt: skip


def nine(*mixes, **more):
    return seating({one: chair() for one in "abcdefghi"}, "abc", "def", "ghi", mixes=mixes, **more)


def test_at_the_swap_everybody_meets_others_and_keeps_their_turn():
    plain, room = nine(), nine(Mix(1, 5))
    assert sitting(room, 0) == sitting(plain, 0), "never in the middle of a turn"
    for people in sitting(room, 1).values():
        assert len(people) == 3
        assert all(len(people & before) == 1 for before in sitting(plain, 0).values())
    assert sorted(told(room)) == list("abcdefghi")
    for one in "abcdefghi":
        assert [room.role(one, (n, 0)) for n in range(3)] == [
            plain.role(one, (n, 0)) for n in range(3)
        ]


def test_who_comes_late_when_tables_are_mixed_takes_nobodys_role():
    chairs = {one: chair() for one in "abcdefghi"}
    tables = ("abc", "def", "ghi")
    before = seating(chairs, *tables, mixes=(Mix(1, 5),))
    after = seating({**chairs, "l": chair(**{"from": 1})}, *tables, mixes=(Mix(1, 5),))
    for turn in (1, 2):
        assert after.role("l", (turn, 3)) == "company"
        assert [after.role(one, (turn, 3)) for one in chairs] == [
            before.role(one, (turn, 3)) for one in chairs
        ]


def test_two_tables_are_mixed_and_the_third_is_left_alone():
    room = nine(Mix(2, 5, (1, 3)))
    assert sitting(room, 2)[2] == set("def") and sitting(room, 2)[1] != set("abc")
    assert sorted(told(room)) == list("abcdefghi")


def test_a_table_at_which_somebody_passed_is_mixed_too():
    room = nine(Mix(1, 5), passes=frozenset({("a", 0)}))
    assert sorted(told(room)) == list("abcdefghi")


def test_no_rule_is_broken_by_it():
    chairs = {one: chair(languages=["pl"] if one in "abcghi" else ["nl"]) for one in "abcdefghijkl"}
    room = seating(chairs, "abc", "def", "ghi", "jkl", mixes=(Mix(1, 5),))
    assert {frozenset(chairs[one]["languages"][0] for one in people)
            for people in sitting(room, 1).values()} == {frozenset({"pl"}), frozenset({"nl"})}  # fmt: skip
    assert sitting(room, 1)[1] != set("abc")


def test_what_happens_after_a_swap_moves_nobody_back():
    before = sitting(nine(Mix(1, 5)), 1)
    chairs = {one: chair() for one in "abcdefghi"}
    chairs |= {"e": chair(left=[[1, 2]]), "g": chair(left=[[2, 0]], returned=[[2, 3]])}
    after = seating(chairs, "abc", "def", "ghi", mixes=(Mix(1, 5),), gone={"c": ((1, 4),)})
    assert sitting(after, 1) == before


@pytest.mark.parametrize("first", [0, 100])
def test_however_tables_are_mixed_nobody_is_twice_alone_or_loses_a_turn(first):
    for seed in range(first, first + 100):
        chance = Random(seed)
        sizes = [chance.choice((2, 3, 3)) for _ in range(chance.randint(1, 8))]
        people = [f"p{n}" for n in range(sum(sizes))]
        chairs = {
            one: chair(languages=chance.choice([["nl"], ["nl"], ["nl", "pl"]])) for one in people
        }
        rows, rest = [], list(people)
        for size in sizes:
            rows.append([rest.pop() for _ in range(size)])
            if size == 3 and chance.random() < 0.2:
                chairs[rows[-1][-1]]["as"] = "watch"
        mixes = tuple(
            Mix(turn, seed, () if chance.random() < 0.5 or len(rows) < 2
                else tuple(chance.sample(range(1, len(rows) + 1), 2)))
            for turn in (1, 2) if chance.random() < 0.8
        )  # fmt: skip
        plain = seating(chairs, *rows)
        passes = frozenset(
            (plain.teller(table, 0), 0) for table in plain.tables if chance.random() < 0.2
        )
        plain = seating(chairs, *rows, passes=passes)
        room = seating(chairs, *rows, passes=passes, mixes=mixes)
        for turn in range(3):
            sat = [one for table in room.tables_at((turn, 99)) for one in table.people]
            assert sorted(sat) == sorted(people), (seed, "nobody twice, nobody left out")
            assert sorted(len(t.people) for t in room.tables_at((turn, 99))) == sorted(sizes), seed
        counted = Counter(told(room))
        assert counted == Counter(told(plain)), (seed, "nobody loses a turn")
        assert set(counted.values()) <= {1}, (seed, "nobody tells twice")


def test_the_same_mix_once_more_is_no_other():
    one = asked((), Mix(1, 5, (1, 2)))
    assert asked(one, Mix(1, 6, (1, 2))) == one
    assert asked(one, Mix(1, 6, (2, 3))) == (Mix(1, 6, (2, 3)),)
    assert asked(one, Mix(1, 6, (3, 4))) == (*one, Mix(1, 6, (3, 4)))
    assert asked(asked(one, Mix(1, 7)), Mix(1, 8, (1, 2))) == (Mix(1, 7),)


@pytest.mark.parametrize(("part", "tells"), [(2, "c"), (3, None), (4, None)])
def test_who_comes_to_a_table_tells_in_a_turn_whose_telling_is_not_over(part, tells):
    told_at = ((0, 3), (1, 3), (2, 3))
    chairs = {x: chair() for x in "abc"} | {"d": chair(left=[[2, 0]])}
    room = seating(chairs, "ab", "cd", told_at=told_at, merges=(Merger(2, 1, 2, part),))
    (table,) = room.tables_at((2, 9))
    assert room.teller(table, 2) == tells


def test_who_leaves_as_a_turn_begins_changes_nobodys_place_in_it():
    chairs = {x: chair() for x in "abcd"} | {x: chair(**{"from": 1}) for x in "klmn"}
    room = seating(chairs, "ab", "cd", turns=4)
    places = {x: room.table_of(x, (1, 9)).number for x in chairs}
    for gone in "klmn":
        left = seating({**chairs, gone: chair(**{"from": 1}, left=[[1, 0]])}, "ab", "cd", turns=4)
        now = {x: left.table_of(x, (1, 9)).number for x in chairs}
        assert now == places and not left.is_there(gone, (1, 9)), gone
