"""Moving people by hand while all gather: what a facilitator may do at the tables, and what
stands in the way of it.

A place is (table, place): people are told to the facilitator by where they sit, never by who they
are. Table 0 are those who found none.
"""

from __future__ import annotations

from . import grouping
from .activity import Refused
from .chairs import START
from .seating import MOST, Seating
from .sharing import shared_by

NOWHERE = 0
Place = tuple[int, int]
People = dict[int, tuple[str, ...]]


def as_they_sit(seating: Seating) -> People:
    """Everybody by table as they gathered, and those without a table."""
    found = {number: table.people for number, table in seating.standing().items()}
    return {NOWHERE: tuple(seating.unseated()), **found}


def moved(seating: Seating, place: Place, to: int) -> People:
    """One person goes to another table, and is last there."""
    sitting = as_they_sit(seating)
    number, chair = place[0], who_sits(seating, sitting, place)
    if not to or to == number or not sitting.get(to):
        raise Refused("not_understood")
    left = tuple(one for one in sitting[number] if one != chair)
    return {**sitting, number: left, to: (*sitting[to], chair)}


def swapped(seating: Seating, place: Place, other: Place) -> People:
    """Two people change places."""
    sitting = as_they_sit(seating)
    one, two = who_sits(seating, sitting, place), who_sits(seating, sitting, other)
    if place[0] == other[0] or NOWHERE in (place[0], other[0]):
        raise Refused("not_understood")
    change = {one: two, two: one}
    return {
        number: tuple(change.get(chair, chair) for chair in people)
        for number, people in sitting.items()
    }


def who_sits(seating: Seating, sitting: People, place: Place) -> str:
    """The chair at a place, if somebody is there."""
    people = sitting.get(place[0], ())
    if not 0 <= place[1] < len(people) or not seating.is_there(people[place[1]], START):
        raise Refused("not_understood")
    if shared_by(seating.chairs, people[place[1]]):
        raise Refused("shares_a_phone")
    return people[place[1]]


def must_be_possible(seating: Seating, after: People) -> None:
    """Refuse what leaves somebody alone, and what makes a table too large."""
    were = present(seating, as_they_sit(seating))
    for number, now in present(seating, after).items():
        before = len(were.get(number, []))
        if sum(not seating.interprets(one) for one in now) == 1 and before > 1:
            raise Refused("somebody_alone")
        if len(now) > max(MOST, before):
            raise Refused("table_is_full")


def must_be_wise(seating: Seating, after: People) -> None:
    """Refuse what a facilitator may still want: people whom the rules keep apart, and somebody
    without a turn. What was so before is not held against it."""
    before, now = present(seating, as_they_sit(seating)), present(seating, after)
    if apart(seating, now) - apart(seating, before):
        raise Refused("not_together")
    if without_turn(seating, now) > without_turn(seating, before):
        raise Refused("no_turn_left")


def present(seating: Seating, sitting: People) -> dict[int, list[str]]:
    """Who is there, by table."""
    return {
        number: [one for one in people if seating.is_there(one, START)]
        for number, people in sitting.items() if number != NOWHERE
    }  # fmt: skip


def apart(seating: Seating, sitting: dict[int, list[str]]) -> set[frozenset[str]]:
    """The pairs at one table whom a rule keeps apart."""
    tables = ([seating.person(one) for one in people] for people in sitting.values())
    return {pair for people in tables for pair in grouping.apart(people, seating.rules)}


def without_turn(seating: Seating, sitting: dict[int, list[str]]) -> int:
    """How many would have no turn to tell, and how many tables nobody who tells."""
    tellers = [sum(map(seating.tells, people)) for people in sitting.values() if people]
    most = MOST if seating.shares else seating.turns
    return sum(max(0, n - most) + (n == 0) for n in tellers)
