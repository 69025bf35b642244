"""The hard rules for everybody at once: whom each may sit with, without comparing every two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

from .people import Person, Rules, sort, spoken
from .sets import People, all_in, bits, each


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


def partners(row: Sequence[Person], rules: Rules, anyhow: Sequence[People]) -> tuple[People, ...]:
    """Whom each may sit with: `may_sit_together`, told of one person and everybody. Who share a
    phone are not divided."""
    if rules.language == "any":
        return tuple(anyhow)
    speaking = having(row, lambda one: spoken(one, rules))
    understood = (all_in(speaking[tongue] for tongue in spoken(one, rules)) for one in row)
    return tuple(may & these for may, these in zip(anyhow, understood, strict=True))


def in_any_language(row: Sequence[Person], rules: Rules) -> tuple[People, ...]:
    """The same, if somebody interprets for them."""
    everybody = (1 << len(row)) - 1
    side, by = having(row, lambda one: [one.side]), having(row, lambda one: [one.by])
    site, leads = having(row, lambda one: [one.site]), having(row, lambda one: [one.leads])
    mixing = having(row, lambda one: [one.with_leaders])[True]
    apart = kept_apart(row, rules)
    mates = {number: phone for phone in on_one_phone(row) for number in each(phone)}
    found = []
    for number, one in enumerate(row):
        if rules.remote == "mixed_buddy":
            sides = everybody if one.side == "room" else side["room"]
        else:
            sides = side[one.side]
        other_way = {"voice": by["text"], "text": by["voice"]}.get(one.by, 0)
        sites = everybody if one.side == "remote" else site[one.site] | side["remote"]
        ranks = leads[one.leads] | (mixing if one.with_leaders else 0)
        may = sides & ~other_way & sites & ranks & ~apart[number]
        found.append(may | 1 << number | mates.get(number, 0))
    return tuple(found)


def on_one_phone(row: Sequence[Person]) -> tuple[People, ...]:
    """Those who share a phone, wherever there are two or more."""
    found = having(row, lambda one: [one.phone] if one.phone and not one.interprets else [])
    return tuple(phone for phone in found.values() if phone & (phone - 1))


def kept_apart(row: Sequence[Person], rules: Rules) -> list[People]:
    """By person: those with whom they are one of the pairs that are kept apart."""
    number_of = {one.id: number for number, one in enumerate(row)}
    found = [0] * len(row)
    for one, other in (pair for pair in rules.apart if len(pair) == 2):
        if one in number_of and other in number_of:
            found[number_of[one]] |= 1 << number_of[other]
            found[number_of[other]] |= 1 << number_of[one]
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
