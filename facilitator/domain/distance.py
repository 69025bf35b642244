"""Tables where somebody is not in the room."""

from __future__ import annotations

from collections.abc import Iterable

from .chairs import Table
from .seating import Seating
from .sitting import END


def in_call(seating: Seating, people: Iterable[str]) -> frozenset[str]:
    """Which of these people are not in the room."""
    return frozenset(one for one in people if seating.chairs[one]["side"] == "remote")


def is_far(seating: Seating, table: Table) -> bool:
    """Whether somebody of a table is not in the room."""
    return bool(in_call(seating, table.people))


def far_rooms(seating: Seating, turns: int) -> dict[int, int]:
    """A number of their own for all tables where somebody is not in the room: those that were
    made first come first, so that who comes later changes nobody's number."""
    made = [seating.tables, seating.gathered().values()]
    made += [seating.tables_at((turn, END)) for turn in range(turns)]
    rooms: dict[int, int] = {}
    for tables in made:
        for table in sorted(tables, key=lambda table: table.number):
            if is_far(seating, table):
                rooms.setdefault(table.number, len(rooms) + 1)
    return rooms
