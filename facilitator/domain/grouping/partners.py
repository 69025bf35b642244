"""The hard rules for everybody at once: whom each may sit with, without comparing every two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

from .people import Person, Rules, sort, spoken
from .sets import People, all_in, bits


def sorts(row: Sequence[Person], rules: Rules) -> tuple[Hashable, ...]:
    """What the rules see of each: two of one sort can take each other's place anywhere."""
    named = {name for pair in rules.apart for name in pair}
    return tuple((sort(one), one.id if one.id in named else "") for one in row)


def having(
    row: Sequence[Person], what: Callable[[Person], Iterable[Hashable]]
) -> defaultdict[Hashable, People]:
    """By each thing that somebody can have: who has it."""
    found: defaultdict[Hashable, People] = defaultdict(int)
    for number, one in enumerate(row):
        for thing in what(one):
            found[thing] |= 1 << number
    return found


def partners(row: Sequence[Person], rules: Rules) -> tuple[People, ...]:
    """Whom each may sit with: `may_sit_together`, told of one person and everybody."""
    everybody = (1 << len(row)) - 1
    side, by = having(row, lambda one: [one.side]), having(row, lambda one: [one.by])
    site, leads = having(row, lambda one: [one.site]), having(row, lambda one: [one.leads])
    mixing = having(row, lambda one: [one.with_leaders])[True]
    speaking = having(row, lambda one: spoken(one, rules))
    apart = kept_apart(row, rules)
    found = []
    for number, one in enumerate(row):
        if rules.remote == "mixed_buddy":
            sides = everybody if one.side == "room" else side["room"]
        else:
            sides = side[one.side]
        other_way = {"voice": by["text"], "text": by["voice"]}.get(one.by, 0)
        sites = everybody if one.side == "remote" else site[one.site] | side["remote"]
        ranks = leads[one.leads] | (mixing if one.with_leaders else 0)
        understood = everybody
        if rules.language == "same":
            understood = all_in(speaking[tongue] for tongue in spoken(one, rules))
        may = sides & ~other_way & sites & ranks & understood & ~apart[number]
        found.append(may | 1 << number)
    return tuple(found)


def kept_apart(row: Sequence[Person], rules: Rules) -> list[People]:
    """By person: those with whom they are one of the pairs that are kept apart."""
    number_of = {one.id: number for number, one in enumerate(row)}
    found = [0] * len(row)
    for pair in rules.apart:
        both = [number_of[name] for name in pair if name in number_of]
        if len(both) == 2:
            found[both[0]] |= 1 << both[1]
            found[both[1]] |= 1 << both[0]
    return found


def languages(
    row: Sequence[Person], rules: Rules
) -> tuple[tuple[int, ...], tuple[People, ...]]:  # fmt: skip
    """The languages of each, as bits, and who speaks each of these; one for all where any
    language will do."""
    if rules.language == "any":
        return (1,) * len(row), ((1 << len(row)) - 1,)
    speaking = having(row, lambda one: spoken(one, rules))
    bit = {tongue: number for number, tongue in enumerate(sorted(speaking, key=str))}
    tongues = tuple(bits(bit[tongue] for tongue in spoken(one, rules)) for one in row)
    return tongues, tuple(speaking[tongue] for tongue in sorted(speaking, key=str))
