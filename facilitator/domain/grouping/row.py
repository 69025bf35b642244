"""The people in a row, in the order of their lots: from here on somebody is their number in it.

Chance is a lot per person, a hash of the seed and the id, so that the same people and the same
seed give the same row, in whatever order the people came.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from hashlib import blake2b

from .partners import in_any_language, languages, on_one_phone, partners, sorts
from .people import Person, Rules
from .sets import People, all_in, bits, each
from .wishes import costs


@dataclass(frozen=True)
class Row:
    """Everybody, and what the rules say of them."""

    people: tuple[Person, ...]
    rules: Rules
    partners: tuple[People, ...]  # by person: whom they may sit with, they themselves too
    anyhow: tuple[People, ...]  # the same, if somebody interprets
    tongues: tuple[int, ...]  # by person: a bit for each language that counts
    speakers: tuple[People, ...]  # by language: who speaks it
    costs: tuple[list[int], ...]  # by person and person, in points
    sorts: tuple[Hashable, ...]  # by person: who is of one sort is the same to the hard rules
    phones: tuple[People, ...]  # those who share a phone: they sit together
    fixed: People  # all of these: they change places with nobody
    tellers: People
    listeners: People
    interpreters: People

    @classmethod
    def of(cls, people: Iterable[Person], rules: Rules, seed: int) -> Row:
        row = tuple(sorted(people, key=lambda one: lot(seed, "place", one.id)))
        tongues, speakers = languages(row, rules)
        phones, anyhow = on_one_phone(row), in_any_language(row, rules)
        interpreters = bits(number for number, one in enumerate(row) if one.interprets)
        listeners = bits(number for number, one in enumerate(row) if one.listens) & ~interpreters
        return cls(
            people=row, rules=rules, partners=partners(row, rules, anyhow), anyhow=anyhow,
            tongues=tongues, speakers=speakers, costs=costs(row, rules), sorts=sorts(row, rules),
            phones=phones, fixed=all_in(phones),
            tellers=bits(range(len(row))) & ~listeners & ~interpreters,
            listeners=listeners, interpreters=interpreters,
        )  # fmt: skip

    def welcome(self, group: People) -> People:
        """Everybody who agrees with a group that agrees: who may sit with each of them, and
        speaks a language that is everybody's."""
        found, common = -1, -1
        for one in each(group):
            found &= self.partners[one]
            common &= self.tongues[one]
        speaking = 0
        for tongue in each(common):
            speaking |= self.speakers[tongue]
        return found & speaking & ~group

    def agree(self, group: People) -> bool:
        """Everybody may sit with everybody, and one language is everybody's."""
        common = -1
        for one in each(group):
            if group & ~self.partners[one]:
                return False
            common &= self.tongues[one]
        return common != 0

    def may_be(self, group: People) -> bool:
        """Two or three who agree, or four with a co-listener, and somebody to listen to."""
        size, listening = group.bit_count(), (group & self.listeners).bit_count()
        return 2 <= size <= (4 if listening else 3) and listening < size and self.agree(group)

    def strain(self, one: int, group: People) -> int:
        """What it costs that somebody sits with a group."""
        line = self.costs[one]
        return sum([line[other] for other in each(group)])

    def total(self, groups: Iterable[People]) -> int:
        """What an arrangement costs, in points."""
        return sum(self.strain(one, group) for group in groups for one in each(group)) // 2


def lot(seed: int, purpose: str, name: str) -> bytes:
    """Chance that anybody can repeat who knows the seed."""
    return blake2b(f"{seed} {purpose} {name}".encode(), digest_size=12).digest()
