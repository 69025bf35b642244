"""Sets of people, as whole numbers: each person is a bit."""

from __future__ import annotations

from collections.abc import Iterable

People = int
#: From how many on it is faster to read all the bits of a set than to take them out one by one.
MANY = 16


def bits(people: Iterable[int]) -> People:
    """A set of people as one number."""
    found = 0
    for one in people:
        found |= 1 << one
    return found


def each(people: People) -> list[int]:
    """The people of a set, in the order of their lots."""
    if people.bit_count() > MANY:
        return [one for one, bit in enumerate(bin(people)[:1:-1]) if bit == "1"]
    found = []
    while people:
        lowest = people & -people
        found.append(lowest.bit_length() - 1)
        people ^= lowest
    return found


def all_in(groups: Iterable[People]) -> People:
    """Everybody who is in one of the groups."""
    found = 0
    for group in groups:
        found |= group
    return found
