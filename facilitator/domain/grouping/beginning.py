"""A first arrangement: who has the fewest partners left chooses first, the cheapest."""

from __future__ import annotations

from .row import Row
from .sets import People, all_in, each
from .sizes import sizes

#: How many people, in the order of their lots, are considered for a place.
LOOK = 24


def begun(row: Row) -> list[People]:
    """Groups of the sizes that the table asks, or as near as the rules allow. Some may be alone
    still."""
    groups, todo = [], list[People]()
    for island in islands(row, row.tellers):
        tables = around_phones(row, island)
        groups += tables
        todo += islands(row, island & ~all_in(tables))
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
    left = partners_left(row, island)
    first = min(left, key=left.__getitem__)
    return grown(row, 1 << first, left, wanted, island)


def partners_left(row: Row, free: People) -> dict[int, int]:
    """How many each of these can choose from."""
    return {one: (row.partners[one] & free).bit_count() for one in each(free)}


def grown(row: Row, group: People, left: dict[int, int], wanted: int, free: People) -> People:
    """A group with the cheapest of those who may sit with it, until it is as large as wanted."""
    while group.bit_count() < wanted and (fit := row.welcome(group) & free):
        strain = [row.costs[one] for one in each(group)]
        best = min(
            each(fit)[:LOOK], key=lambda one: (sum([line[one] for line in strain]), left[one])
        )
        group |= 1 << best
    return group


# -- phones that are shared


def around_phones(row: Row, island: People) -> list[People]:
    """A phone that is shared is a table. Where tables are of three, two on one phone get a third,
    as often as it leaves the fewest pairs; who has the fewest to choose from chooses first."""
    phones = [phone for phone in row.phones if phone & island]
    if not phones:
        return []
    free = island & ~row.fixed
    small = [phone for phone in phones if phone.bit_count() < row.rules.size]
    small.sort(key=lambda phone: (row.welcome(phone) & free).bit_count())
    todo, left = thirds(len(small), free.bit_count(), row.rules.size), partners_left(row, free)
    tables = [phone for phone in phones if phone not in small]
    for phone in small:
        table = grown(row, phone, left, row.rules.size if todo else 0, free)
        free, todo = free & ~table, todo - (table != phone)
        tables.append(table)
    return tables


def thirds(phones: int, free: int, size: int) -> int:
    """How many come to a phone that two share, so that nobody is alone and the fewest are pairs."""

    def outcome(n: int) -> tuple[bool, int, int]:
        return free - n == 1, phones - n + sizes(free - n, size).count(2), n

    return min(range(min(phones, free) + 1), key=outcome)
