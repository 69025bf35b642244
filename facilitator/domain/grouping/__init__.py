"""Who sits with whom: pairs and trios that keep every hard rule and mix as well as they can.

A shuffled greedy beginning, then up to 300 changes that each lessen the total cost; before and
after it exchanges for those who are alone. Who share a phone are a table from the beginning, and
stay there; who interpret come last, where they bring people together. The same people and the same
seed give the same groups.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .beginning import begun
from .completion import completed
from .improvement import improved
from .interpreters import with_interpreters
from .listeners import with_listeners
from .people import Person, Rules, may_sit_together, sort, spoken
from .row import Row, lot
from .sets import People, all_in, each
from .sizes import sizes
from .together import apart, welcome
from .wishes import cost

__all__ = [
    "Grouping", "Person", "Rules", "apart", "cost", "grouped", "lot", "may_sit_together", "sizes", "sort",
    "spoken", "welcome",
]  # fmt: skip


@dataclass(frozen=True)
class Grouping:
    """Groups of ids in the order of turns, co-listeners last, and who found no group."""

    groups: tuple[tuple[str, ...], ...]
    unplaced: tuple[str, ...]


def grouped(people: Iterable[Person], rules: Rules, seed: int) -> Grouping:
    """Everybody in a group that keeps the hard rules, at a low cost; or unplaced.

    The sizes are those of the table wherever the hard rules leave the choice. The same people
    and the same seed give the same groups and turns. Ids are unique.
    """
    row = Row.of(people, rules, seed)
    groups = improved(row, completed(row, begun(row)))
    groups = completed(row, completed(row, groups), row.listeners)
    groups = with_interpreters(row, with_listeners(row, groups))
    groups = sorted(groups, key=lambda group: group & -group)
    alone = (1 << len(row.people)) - 1 & ~all_in(groups)
    return Grouping(
        groups=tuple(turns(row, group, seed) for group in groups),
        unplaced=tuple(row.people[one].id for one in each(alone)),
    )


def turns(row: Row, group: People, seed: int) -> tuple[str, ...]:
    """The ids of a group in the order of turns, by a lot of its own; co-listeners last. Among
    people of the room the one who is elsewhere begins; on one phone they come one after another."""

    def place(one: Person) -> tuple[bool, bool, bool, bytes, str]:
        chance = lot(seed, "turn", one.phone or one.id)
        return one.interprets, one.listens, one.side == "room", chance, one.id

    return tuple(one.id for one in sorted((row.people[n] for n in each(group)), key=place))
