"""A first arrangement: who has the fewest partners left chooses first, the cheapest."""

from __future__ import annotations

from .row import Row
from .sets import People, each
from .sizes import sizes

#: How many people, in the order of their lots, are considered for a place.
LOOK = 24


def begun(row: Row) -> list[People]:
    """Groups of the sizes that the table asks, or as near as the rules allow. Some may be alone
    still."""
    groups, todo = [], islands(row, row.tellers)
    while todo:
        island = todo.pop()
        group = gathered(row, island)
        todo += islands(row, island & ~group)
        if group & (group - 1):
            groups.append(group)
    return groups


def islands(row: Row, free: People) -> list[People]:
    """People by whom they can be linked to: between two islands nobody may sit with anybody."""
    found = []
    while free:
        found.append(reach(row, free & -free, free))
        free &= ~found[-1]
    return found


def reach(row: Row, some: People, free: People) -> People:
    """Everybody who is linked to these by people who may sit together."""
    reached = todo = some
    while todo and reached != free:
        lowest = todo & -todo
        new = row.partners[lowest.bit_length() - 1] & free & ~reached
        reached |= new
        todo = (todo ^ lowest) | new
    return reached


def gathered(row: Row, island: People) -> People:
    """One group out of those who can be linked to each other."""
    wanted = sizes(island.bit_count(), row.rules.size)[0]
    left = {one: (row.partners[one] & island).bit_count() for one in each(island)}
    first = min(left, key=left.__getitem__)
    group = 1 << first
    while group.bit_count() < wanted and (fit := row.welcome(group) & island):
        strain = [row.costs[one] for one in each(group)]
        best = min(
            each(fit)[:LOOK], key=lambda one: (sum([line[one] for line in strain]), left[one])
        )
        group |= 1 << best
    return group
