"""Everybody at a table: people who share a phone together, and interpreters where they are needed.

The others are grouped as ever. Where nobody shares a phone or interprets nothing else happens.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from .grouping import (
    Grouping,
    Person,
    Rules,
    cost,
    grouped,
    lot,
    may_sit_together,
    sizes,
    spoken,
)

People = tuple[Person, ...]
LARGEST = 4  # at a table, with who only listens or interprets
#: How many ways to give phones of two a third are tried, when somebody found no table.
MOST_WAYS = 3
#: How many without a table are looked at for each who interprets.
FEW = 12


def arranged(people: Iterable[Person], rules: Rules, seed: int) -> Grouping:
    """Everybody in a group that keeps the hard rules, or unplaced."""
    everybody = sorted(people, key=lambda one: lot(seed, "place", one.id))
    bridges = [one for one in everybody if one.interprets]
    phones, single = by_phone(one for one in everybody if not one.interprets)
    if not bridges and not phones:
        return grouped(everybody, rules, seed)
    groups, left = around(phones, single, rules, seed)
    groups, left = bridged(groups, left, bridges, rules)
    return Grouping(
        groups=tuple(in_order(group, seed) for group in groups),
        unplaced=tuple(one.id for one in everybody if one in left),
    )


def apart(people: Sequence[Person], rules: Rules) -> set[frozenset[str]]:
    """The pairs whom a rule keeps apart. Who interprets takes the want of a common language
    away, for people who each speak one of their languages; who shares a phone is not divided."""
    tongues = [spoken(one, rules) for one in people if one.interprets]
    anyhow = dataclasses.replace(rules, language="any") if tongues else rules

    def together(a: Person, b: Person) -> bool:
        if a.phone == b.phone != "" or may_sit_together(a, b, rules):
            return True
        understood = any(spoken(a, rules) & these and spoken(b, rules) & these for these in tongues)
        return understood and may_sit_together(a, b, anyhow)

    return {frozenset((a.id, b.id)) for a, b in combinations(people, 2) if not together(a, b)}


def welcome(one: Person, people: Sequence[Person], rules: Rules) -> bool:
    """Whether somebody may sit down with these people."""
    if all(may_sit_together(one, other, rules) for other in people):
        return True
    return not any(one.id in pair for pair in apart((*people, one), rules))


def by_phone(people: Iterable[Person]) -> tuple[list[People], list[Person]]:
    """The people of each shared phone, and those who have one for themselves."""
    phones, single = defaultdict[str, list[Person]](list), list[Person]()
    for one in people:
        (phones[one.phone] if one.phone else single).append(one)
    return [tuple(sorted(both, key=lambda one: one.id)) for both in phones.values()], single


# -- phones that are shared


def around(
    phones: list[People], single: list[Person], rules: Rules, seed: int
) -> tuple[list[People], list[Person]]:
    """A phone that is shared is a table. With trios two on one phone get a third, as often as it
    leaves the fewest pairs; in the end also whoever found no other table."""
    tellers = sum(not one.listens for one in single)
    pairs = [both for both in phones if len(both) < rules.size]
    ways = sorted(
        range(min(len(pairs), tellers) + 1),
        key=lambda n: (len(pairs) - n + sizes(tellers - n, rules.size).count(2), n),
    )[:MOST_WAYS]
    tried = []
    for n in ways:
        tried.append(with_thirds(n, phones, single, rules, seed))
        if not tried[-1][1]:
            break
    return min(tried, key=lambda way: len(way[1]))


def with_thirds(
    n: int, phones: list[People], single: list[Person], rules: Rules, seed: int
) -> tuple[list[People], list[Person]]:
    """The tables when so many join a phone that two share."""
    tables, free = list(phones), list(single)
    for place, both in enumerate(tables):
        fits = [one for one in free if not one.listens and may_join(both, one, rules)]
        if n and len(both) < rules.size and fits:
            third = min(fits, key=lambda one: sum(cost(one, other, rules) for other in both))
            tables[place], n = (*both, third), n - 1
            free.remove(third)
    rest = grouped(free, rules, seed)
    known = {one.id: one for one in free}
    left = [known[name] for name in rest.unplaced]
    for one in list(left):
        if place_for := roomiest(tables, one, rules):
            tables[place_for - 1] = (*tables[place_for - 1], one)
            left.remove(one)
    return [*tables, *(tuple(known[name] for name in group) for group in rest.groups)], left


def may_join(group: People, one: Person, rules: Rules) -> bool:
    """Whether one more may sit with these people: a fourth only where somebody has no turn."""
    tellers = sum(not other.listens for other in (*group, one))
    return len(group) < LARGEST and tellers <= 3 and not apart((*group, one), rules)


def roomiest(groups: Sequence[People], one: Person, rules: Rules) -> int:
    """Which group takes one more: the smallest that may, counted from one; 0 when there is none."""
    fits = [n for n, group in enumerate(groups, 1) if may_join(group, one, rules)]
    return min(fits, key=lambda n: len(groups[n - 1]), default=0)


# -- people who interpret


def bridged(
    groups: list[People], left: list[Person], bridges: list[Person], rules: Rules
) -> tuple[list[People], list[Person]]:
    """Who interprets goes first where it brings somebody a table, then where few understand the
    others, then anywhere there is room."""
    for bridge in bridges:
        for way in (both_alone, third_at_a_pair, one_of_a_trio):
            if found := way(groups, left, bridge, rules):
                groups, left = found
                break
        else:
            usual = rules.usual_language
            few = [group for group in groups
                   if any(usual not in spoken(one, rules) for one in group)]  # fmt: skip
            home = next((g for g in (*few, *groups) if may_join(g, bridge, rules)
                         and not any(one.interprets for one in g)), None)  # fmt: skip
            if home is None:
                left = [*left, bridge]
            else:
                groups = [(*g, bridge) if g is home else g for g in groups]
    return groups, left


Found = tuple[list[People], list[Person]] | None


def both_alone(groups: list[People], left: list[Person], bridge: Person, rules: Rules) -> Found:
    """People without a table understand each other by who interprets."""
    for n in (3, 2) if rules.size == 3 else (2, 3):
        for some in combinations([one for one in left if not one.listens][:FEW], n):
            if not apart((*some, bridge), rules):
                return [*groups, (*some, bridge)], [one for one in left if one not in some]
    return None


def third_at_a_pair(
    groups: list[People], left: list[Person], bridge: Person, rules: Rules
) -> Found:
    """Somebody without a table comes to two others."""
    for place, group in enumerate(groups):
        for one in left:
            if len(group) == 2 and not one.listens and not apart((*group, one, bridge), rules):
                with_both = (*group, one, bridge)
                return replaced(groups, place, with_both), [o for o in left if o != one]
    return None


def one_of_a_trio(groups: list[People], left: list[Person], bridge: Person, rules: Rules) -> Found:
    """Somebody of a trio sits with who has no table."""
    for place, group in enumerate(groups):
        for one in left:
            for other in group:
                pair = (other, one, bridge)
                free = len(group) == 3 and not (other.phone or other.listens or one.listens)
                if free and not apart(pair, rules):
                    rest = tuple(o for o in group if o != other)
                    if any(o.listens for o in rest):
                        continue
                    after = [*replaced(groups, place, rest), pair]
                    return after, [o for o in left if o != one]
    return None


def replaced(groups: list[People], place: int, group: People) -> list[People]:
    """The groups, with another in this place."""
    return [*groups[:place], group, *groups[place + 1 :]]


def in_order(group: People, seed: int) -> tuple[str, ...]:
    """The ids of a group in the order of turns, as `grouping.turns` has it; people on one phone
    come one after another."""

    def place(one: Person) -> tuple[bool, bool, bool, bytes, str]:
        chance = lot(seed, "turn", one.phone or one.id)
        return one.interprets, one.listens, one.side == "room", chance, one.id

    return tuple(one.id for one in sorted(group, key=place))
