"""A better arrangement: those whose company costs most look first for a better place."""

from __future__ import annotations

from collections.abc import Iterable
from operator import add, sub

from .row import Row
from .sets import People, each

#: How many changes may lessen the total, and how many people may look for one.
CHANGES, TRIES = 300, 150


class Arrangement:
    """Who sits where, and what it costs each of them."""

    def __init__(self, row: Row, groups: Iterable[People]) -> None:
        self.row, self.groups = row, list(groups)
        self.people = [each(group) for group in self.groups]
        self.place: dict[int, int] = {}
        self.strain = [0] * len(row.people)
        for place in range(len(self.groups)):
            self.weigh(place)

    def put(self, place: int, group: People) -> None:
        """Other people sit here."""
        self.groups[place], self.people[place] = group, each(group)
        self.weigh(place)

    def weigh(self, place: int) -> None:
        """Note of everybody at a place that they are there, and what it costs."""
        group = self.groups[place]
        for one in self.people[place]:
            self.place[one] = place
            self.strain[one] = self.row.strain(one, group)

    def strained(self) -> list[int]:
        """Whose company costs something and who may go, most first."""
        costly = [one for one, points in enumerate(self.strain)
                  if points and not self.row.fixed >> one & 1]  # fmt: skip
        return sorted(costly, key=lambda one: (-self.strain[one], one))


def improved(row: Row, groups: Iterable[People]) -> list[People]:
    """The same sizes at a lower total."""
    now, changes, tries = Arrangement(row, groups), 0, 0
    restless = True
    while restless:
        restless = False
        for one in now.strained():
            tries += 1
            if changes == CHANGES or tries > TRIES:
                return now.groups
            if change := best_change(now, one):
                for place, group in change.items():
                    now.put(place, group)
                changes, restless = changes + 1, True
    return now.groups


def best_change(now: Arrangement, one: int) -> dict[int, People]:
    """The groups that change, by place, when somebody swaps or moves to the greatest gain."""
    row, here, me = now.row, now.place[one], 1 << one
    rest = now.groups[here] & ~me
    welcome, strangers = row.welcome(rest) & ~me & ~row.fixed, ~row.partners[one]
    line, own, size = row.costs[one], now.strain[one], rest.bit_count()
    #: What is gained by it that somebody comes here, whatever it costs me to go there.
    worth = list(map(sub, map(add, line, now.strain), together(row, rest)))
    highest = max(worth)
    change: dict[int, People] = {}
    most = 0
    for there, group in enumerate(now.groups):
        foes = group & strangers
        if foes & (foes - 1) or there == here:  # two or more with whom one may not sit
            continue
        people = now.people[there]
        gone = own - sum([line[other] for other in people])
        if len(people) <= size and not foes and gone > most and row.agree(group | me):
            most, change = gone, {here: rest, there: group | me}
        if gone + highest <= most:
            continue
        for other in people:
            if gone + worth[other] > most:
                it = 1 << other
                if it & welcome and foes in (0, it) and row.agree(group ^ it | me):
                    most = gone + worth[other]
                    change = {here: rest | it, there: group ^ it | me}
        if most >= own:  # one who sits well and troubles nobody need not look further
            break
    return change


def together(row: Row, group: People) -> list[int]:
    """What it costs anybody to sit with a group."""
    found, *others = (row.costs[one] for one in each(group))
    for line in others:
        found = list(map(add, found, line))
    return found
