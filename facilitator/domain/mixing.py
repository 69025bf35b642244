"""Other tables at a swap of turns: people change tables, and keep their turn.

Only people who stand alike change places: they tell in the same turn still to come (or have told,
or only listen), and are the same to the hard rules. So every table keeps as many people, nobody
loses a turn, nobody tells twice while another has not, and no rule that held is broken.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .grouping import sort

if TYPE_CHECKING:
    from .chairs import Table
    from .seating import Seating

#: How far along the row of tables somebody is moved at most, in search of new faces.
FARTHEST = 4
LAST = 99_999  # the last moment of a turn


@dataclass(frozen=True)
class Mix:
    """From which turn on, by which lot, and which tables; none named: all."""

    turn: int
    seed: int
    tables: tuple[int, ...] = ()


def mixed(seating: Seating, standing: dict[int, Table], mix: Mix) -> dict[int, Table]:
    """The tables as they are from this turn on."""
    row = [n for n in standing if (n in mix.tables or not mix.tables)
           and seating.steady.get(n, mix.turn) >= mix.turn]  # fmt: skip
    row.sort(key=lambda number: seating.lot(f"{mix.seed}/mix/{number}"))
    before = {one: number for number in row for one in standing[number].people}
    alike: dict[Hashable, list[str]] = defaultdict(list)
    places: dict[str, int] = {}
    for number in row:
        for one, place in in_line(seating, standing[number], mix.turn).items():
            places[one] = place
            person = seating.person(one)
            alike[place, sort(person), person.phone and one].append(one)  # a phone is not divided
    after: dict[int, list[str]] = {n: [one for one in standing[n].people if one not in places]
                                   for n in row}  # fmt: skip
    for people in sorted(alike.values(), key=lambda people: (-places[people[0]], people)):
        for one, number in shifted(people, before, after).items():
            after[number].append(one)
    told = frozenset().union(*(seating.have_told(standing[n], mix.turn) for n in row))
    anew = {
        n: dataclasses.replace(
            standing[n], begins=mix.turn, told=told,
            people=tuple(sorted(after[n], key=lambda one: places.get(one, len(places)))),
            came=tuple((one, (mix.turn, 0)) for one in after[n]),
        )
        for n in row
    }  # fmt: skip
    return {**standing, **anew}


def in_line(seating: Seating, table: Table, turn: int) -> dict[str, int]:
    """Who is there just before a turn, and how many tell before them from then on; who has told
    comes after those, and who only listens last."""
    at = (turn - 1, LAST)
    queue = [one for one in seating.line(table, turn - 1)[1] if seating.is_there(one, at)]
    found = {one: place for place, one in enumerate(queue)}
    for one in seating.there(table, at):
        found.setdefault(one, HAVE_TOLD if seating.tells(one) else COMPANY)
    return found


#: After any line.
HAVE_TOLD, COMPANY = 100, 101


def shifted(
    people: list[str], before: dict[str, int], after: dict[int, list[str]]
) -> dict[str, int]:
    """Each goes to the table of another, all equally far along the row: so far that as few as
    can be meet the same people again. Who has told stays, with others around them."""
    numbers = [before[one] for one in people]

    def moved(by: int) -> dict[str, int]:
        return {one: numbers[(n + by) % len(people)] for n, one in enumerate(people)}

    def again(by: int) -> int:
        return sum(
            before[one] == before.get(other)
            for one, number in moved(by).items() for other in after[number]
        )  # fmt: skip

    return moved(min(range(min(FARTHEST, len(people))), key=lambda by: (again(by), by)))


# -- as the stage keeps them


def read(kept: Sequence[Any]) -> tuple[Mix, ...]:
    """The mixes that a stage keeps."""
    return tuple(Mix(turn, seed, tuple(tables)) for turn, seed, tables in kept)


def written(mixes: Iterable[Mix]) -> list[list[Any]]:
    """As a stage keeps them; `read` makes them mixes again."""
    return [[one.turn, one.seed, list(one.tables)] for one in mixes]


def took_place(mixes: Iterable[Mix], turn: int) -> tuple[Mix, ...]:
    """Those by which people have changed tables when this turn is on."""
    return tuple(one for one in mixes if one.turn <= turn)


def asked(mixes: tuple[Mix, ...], new: Mix) -> tuple[Mix, ...]:
    """With one more mix. The same once more is no other; a table is mixed once at a swap."""
    others = tuple(one for one in mixes if one.turn != new.turn)
    pending = tuple(one for one in mixes if one.turn == new.turn)
    if any(one.tables in ((), new.tables) for one in pending):
        return mixes
    free = (one for one in pending if new.tables and not {*one.tables} & {*new.tables})
    return (*others, *free, new)
