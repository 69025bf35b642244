"""What it costs that two people sit together, in points: wishes, which can give way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from operator import itemgetter

from .people import Person, Rules

#: The sizes say only which wish gives way to which.
SAME_TEAM, SAME_CAMP, BOTH_LEAD = 10, 15, 3
MET_TODAY, MET_BEFORE = 50, 20

#: Something two people had better not have in common, and the points for it.
Trait = tuple[str, str, int]


def cost(a: Person, b: Person, rules: Rules) -> int:
    """How little two people are wanted in one group, in points."""
    return likeness(a, b, rules) + acquaintance(a, b)


def likeness(a: Person, b: Person, rules: Rules) -> int:
    """Points for one team, for one camp where camps should mix, and for two who lead."""
    return sum(points for *_, points in {*traits(a, rules)} & {*traits(b, rules)})


def traits(one: Person, rules: Rules) -> tuple[Trait, ...]:
    """What of somebody is no better for being there twice."""
    found = []
    if rules.other_team and one.team:
        found.append(("team", one.team, SAME_TEAM))
    if rules.across_camps and one.camp:
        found.append(("camp", one.camp, SAME_CAMP))
    if one.leads:
        found.append(("leads", "", BOTH_LEAD))
    return tuple(found)


def acquaintance(a: Person, b: Person) -> int:
    """Points for having met."""
    shared = [
        met_points(i, j) for i, ours in enumerate(a.met) for j, theirs in enumerate(b.met)
        if ours & theirs
    ]  # fmt: skip
    return max(shared, default=0)


def met_points(ago: int, other: int) -> int:
    """Most for earlier today, fewer the more sessions ago.

    What two people share stands at a different distance for each when one of them came to
    more sessions since. The smaller distance counts; it is today only if it is so for both.
    """
    return MET_BEFORE // max(1, min(ago, other)) if ago or other else MET_TODAY


# -- all pairs at once


def costs(row: Sequence[Person], rules: Rules) -> tuple[list[int], ...]:
    """What every pair costs, by place in the row. Those who share something are looked up, so
    that nobody need be compared with everybody."""
    kinds = [traits(one, rules) for one in row]
    having = defaultdict(list)
    for number, kind in enumerate(kinds):
        for trait in kind:
            having[trait].append(number)
    lines = {kind: [0] * len(row) for kind in kinds}
    for kind, line in lines.items():
        for trait in kind:
            for number in having[trait]:
                line[number] += trait[-1]
    found = [lines[kind].copy() for kind in kinds]
    for number, (line, met) in enumerate(zip(found, acquainted(row), strict=True)):
        for other, points in met.items():
            line[other] += points
        line[number] = 0
    return tuple(found)


def acquainted(row: Sequence[Person]) -> list[dict[int, int]]:
    """By person: those who share something of an earlier round, and the points for it."""
    holders: defaultdict[str, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, one in enumerate(row):
        for ago, marks in enumerate(one.met):
            for mark in marks:
                holders[mark][ago].append(number)
    meetings = [
        (met_points(i, j), some, others)
        for held in holders.values() for i, some in held.items() for j, others in held.items()
    ]  # fmt: skip
    found: list[dict[int, int]] = [{} for _ in row]
    for points, some, others in sorted(meetings, key=itemgetter(0)):  # the most points come last
        for number in some:
            found[number] |= dict.fromkeys(others, points)
    return found
