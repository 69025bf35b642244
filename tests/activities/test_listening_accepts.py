"""What a round of listening promises, for every number of people: a place, a turn, a role."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from facilitator.activities.listening import Listening
from facilitator.domain.activity import Move
from facilitator.domain.sitting import END, chairs_of
from tests.activities.test_listening import joined

#: How often somebody has each role, by how many turns there are and how many sit at the table.
ROLES = {
    (3, 3): [{"teller": 1, "listener": 1, "observer": 1}] * 3,
    (3, 2): [{"teller": 1, "listener": 1, "deeper": 1}] * 2,
    (2, 2): [{"teller": 1, "listener": 1}] * 2,
    # three where two turns are: who sits third listens and observes
    (2, 3): [{"teller": 1, "observer": 1}, {"teller": 1, "listener": 1}, {"listener": 1, "observer": 1}],
}  # fmt: skip


def sizes(n, size):
    """The tables there must be, by §3: trios with one pair or two; pairs with one trio."""
    if size == 2:
        return [2] * (n // 2) if n % 2 == 0 else [2] * ((n - 3) // 2) + [3]
    if n in (2, 4):
        return [2] * (n // 2)
    pairs = {0: 0, 1: 2, 2: 1}[n % 3]
    return [2] * pairs + [3] * ((n - 2 * pairs) // 3)


def seated(n, size, seed):
    """A room of so many people, grouped by a real move."""
    room = Listening(size=size)
    body = next(iter(joined(1, size=size).laid.values())).body
    chairs = tuple({"id": f"{seed}.{k:03}", **body} for k in range(n))
    move = Move("next", at=1.0, seed=seed, present=n, chairs=chairs)
    stage = room.move(room.start(Move("open")), move)
    return room, room.seated(stage, chairs_of(stage, move)), [one["id"] for one in chairs]


def check_one(n, size, seed):
    room, seating, people = seated(n, size, seed)
    tables, where = seating.tables_at((0, END)), (n, size, seed)
    placed = [one for table in tables for one in table.people]
    assert sorted(placed) == people, where
    assert sorted(len(table.people) for table in tables) == sizes(n, size), where
    for table in tables:
        does = {one: Counter() for one in table.people}
        for turn in range(room.rounds):
            for one, role in seating.roles(table, (turn, END)).items():
                does[one][role] += 1
        expected = ROLES[room.rounds, len(table.people)]
        assert sorted(map(sorted, (one.items() for one in does.values()))) == sorted(
            map(sorted, (one.items() for one in expected))
        ), where


def pairs(n):
    chance = Random(17)
    return [(chance.randint(2, 301), chance.randrange(2**31)) for _ in range(n)]


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("n", [*range(2, 32), 100, 301])
def test_everybody_has_a_place_and_the_roles_of_it(n, size):
    check_one(n, size, n * 7919 + size)


@pytest.mark.long
@pytest.mark.parametrize("size", [2, 3])
def test_everybody_has_a_place_for_a_thousand_numbers_and_seeds(size):
    for n in range(2, 302):
        check_one(n, size, n)
    for n, seed in pairs(1_000):
        check_one(n, size, seed)
