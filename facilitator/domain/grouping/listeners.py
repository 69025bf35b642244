"""Co-listeners: they come on top of a group."""

from __future__ import annotations

from collections.abc import Hashable

from .completion import SORTS, replaced
from .row import Row
from .sets import People, all_in, each


def with_listeners(row: Row, groups: list[People]) -> list[People]:
    """Co-listeners join the smallest groups they fit. A second one comes to a group only when
    no group without one can take one more."""
    while joined := matched(row, groups, row.listeners & ~all_in(groups)):
        groups = [group | joined.get(place, 0) for place, group in enumerate(groups)]
    hopeless: set[Hashable] = set()
    for one in each(row.listeners & ~all_in(groups)):
        if row.sorts[one] not in hopeless and len(hopeless) < SORTS:
            after = with_room_for(row, groups, one)
            if after is groups:
                hopeless.add(row.sorts[one])
            groups = after
    return groups


def matched(row: Row, groups: list[People], free: People) -> dict[int, People]:
    """One co-listener for as many groups as can be, the groups with fewest first.

    A group that comes later may take a co-listener for whom the earlier group finds another
    (Kuhn's augmenting paths), so that no group goes without for want of a better order.
    """
    heard = [(group & row.listeners).bit_count() for group in groups]
    fit = {
        place: sorted(each(row.welcome(group) & free), key=lambda o: row.strain(o, group))
        for place, group in enumerate(groups) if group.bit_count() < 4
    }  # fmt: skip
    fewest = min((heard[place] for place in fit if fit[place]), default=0)
    joins: dict[int, int] = {}  # co-listener: group

    def finds(group: int, asked: set[int]) -> bool:
        for one in sorted(fit[group], key=joins.__contains__):  # the free first
            if one not in asked:
                asked.add(one)
                if one not in joins or finds(joins[one], asked):
                    joins[one] = group
                    return True
        return False

    for place in sorted(fit, key=lambda place: groups[place].bit_count()):
        if heard[place] == fewest and len(joins) < free.bit_count():
            finds(place, set())
    return {place: 1 << one for one, place in joins.items()}


def with_room_for(row: Row, groups: list[People], one: int) -> list[People]:
    """The groups with one more co-listener, or as they were: two others change places first,
    or another co-listener goes on to a group that still has room."""
    strangers = ~row.partners[one]
    place_of = {one: place for place, group in enumerate(groups) for one in each(group)}
    for place, group in enumerate(groups if any(map(has_room, groups)) else []):
        foes = group & strangers
        if foes & (foes - 1):  # two or more would have to make way
            continue
        for other in each((foes or group) & ~row.fixed):
            here = group ^ 1 << other | 1 << one
            if row.may_be(here):
                change = going_on(row, groups, other, place, here)
                if not change and has_room(group):
                    change = trading(row, groups, other, place_of, here)
                if change:
                    return replaced(groups, change)
    return groups


def has_room(group: People) -> bool:
    """Whether one more may come at all."""
    return group.bit_count() < 4


def going_on(
    row: Row, groups: list[People], other: int, place: int, here: People
) -> dict[int, list[People]]:  # fmt: skip
    """What changes when a co-listener goes from here to a group that still has room."""
    it, strangers = 1 << other & row.listeners, ~row.partners[other]
    for there, group in enumerate(groups if it else []):
        if there != place and not group & strangers and row.may_be(group | it):
            return {place: [here], there: [group | it]}
    return {}


def trading(
    row: Row, groups: list[People], other: int, place_of: dict[int, int], here: People
) -> dict[int, list[People]]:  # fmt: skip
    """What changes when somebody goes from here to another group and one of that group comes."""
    it, strangers, place = 1 << other, ~row.partners[other], place_of[other]
    for new in each(row.welcome(here) & all_in(groups) & ~groups[place] & ~row.fixed):
        there = place_of[new]
        gone = groups[there] ^ 1 << new | it
        if not gone & strangers and row.may_be(here | 1 << new) and row.may_be(gone):
            return {place: [here | 1 << new], there: [gone]}
    return {}
