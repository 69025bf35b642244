"""Nobody alone, as far as exchanges of one person can bring it about."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable

from .row import Row
from .sets import People, all_in, each

#: How many sorts of people are asked to make way for somebody, and for how many sorts of
#: people this may be in vain.
PATIENCE = SORTS = 30


def completed(row: Row, groups: list[People], spare: People = 0) -> list[People]:
    """Everybody who tells has a group, if it can be. Spare co-listeners may be called upon."""
    hopeless: set[Hashable] = set()
    for one in each(row.tellers & ~all_in(groups)):
        waiting = (row.tellers | spare) & ~all_in(groups)
        if not waiting >> one & 1 or row.sorts[one] in hopeless or len(hopeless) == SORTS:
            continue
        after = placed(row, groups, one, waiting & ~(1 << one))
        if after is groups:
            hopeless.add(row.sorts[one])
        groups = after
    return groups


def placed(row: Row, groups: list[People], one: int, waiting: People) -> list[People]:
    """The groups with somebody among them, or as they were: one takes the place of another,
    who takes the place of another, until somebody finds a group without sending anybody away."""
    seen, queue = {row.sorts[one]}, deque([(groups, one)])
    while queue and len(seen) < PATIENCE:
        now, left = queue.popleft()
        if found := taken_in(row, now, left, waiting):
            return found
        strangers = ~row.partners[left]
        for place, group in enumerate(now):
            foes = group & strangers
            if foes & (foes - 1):  # two or more would have to make way
                continue
            for other in each((foes or group) & ~row.fixed):
                if row.sorts[other] in seen:
                    continue
                swapped = group ^ 1 << other | 1 << left
                if row.may_be(swapped):
                    after = replaced(now, {place: [swapped]})
                    if row.people[other].listens:
                        return after
                    seen.add(row.sorts[other])
                    queue.append((after, other))
    return groups


def taken_in(row: Row, groups: list[People], one: int, waiting: People) -> list[People] | None:
    """The groups when somebody joins another who waits, joins a pair, or is joined from a trio."""
    me, partners = 1 << one, row.partners[one]
    for others in (waiting & partners & row.tellers, waiting & partners):
        if others:
            return [*groups, me | others & -others]
    ways = [joining, parting] if row.rules.size == 3 else [parting, joining]
    for way in ways:
        for place, group in enumerate(groups):
            if group & partners and (found := way(row, group, one)):
                return replaced(groups, {place: found})
    return None


def joining(row: Row, group: People, one: int) -> list[People]:
    """A pair becomes a trio."""
    larger = group | 1 << one
    return [larger] if group.bit_count() == 2 and row.may_be(larger) else []


def parting(row: Row, group: People, one: int) -> list[People]:
    """A trio becomes two pairs."""
    for other in each(group & row.partners[one] & ~row.fixed):
        pairs = [group ^ 1 << other, 1 << other | 1 << one]
        if all(map(row.may_be, pairs)):
            return pairs
    return []


def replaced(groups: list[People], change: dict[int, list[People]]) -> list[People]:
    """The groups, with others in some places."""
    return [one for place, group in enumerate(groups) for one in change.get(place, [group])]
