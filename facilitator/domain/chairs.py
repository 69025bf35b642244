"""Who takes part, and when: chairs and the tables at which they stand.

A chair is an entry: somebody takes part, from which turn on and until when. Moments are (turn,
part): part is the index of a part within its turn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from .activity import Body
from .grouping import Person, Rules
from .mixing import Mix

Moment = tuple[int, int]
START: Moment = (0, 0)
NEVER: Moment = (-1, 0)
#: In a turn something happens no later than this, and all that happened in it is before its last
#: moment: also where a table's own turn is longer than one of the room.
LATEST, LAST_OF_TURN = 9_999, 99_999


@dataclass(frozen=True)
class Table:
    """People around one table, in their order of turns. `begins` is its first turn."""

    number: int
    people: tuple[str, ...]
    begins: int = 0
    told: frozenset[str] = frozenset()  # who told elsewhere before they came here
    came: tuple[tuple[str, Moment], ...] = ()  # who came to it later, and when


class Merger(NamedTuple):
    """All of one table went to another: when, and who of them had told by then."""

    table: int
    into: int
    turn: int
    part: int = 0
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chairs:
    """All that decides who sits where.

    turns: how many there are in which somebody tells. tables: as they were first seated. chairs:
    by id. passes: (chair, turn) of tellers who passed. merges: in the order in which they happened.
    gone: chair -> the moments at which it stood empty, said by somebody else.

    Every coming and going is kept with its moment, so that what is past stays as it was.
    """

    turns: int
    tables: tuple[Table, ...]
    chairs: Mapping[str, Body]
    rules: Rules
    seed: int = 0
    passes: frozenset[tuple[str, int]] = frozenset()
    merges: tuple[Merger, ...] = ()
    gone: Mapping[str, tuple[Moment, ...]] = field(default_factory=dict)
    mixes: tuple[Mix, ...] = ()
    shares: bool = False  # whether more people than turns share the time
    given: tuple[tuple[str, int, int], ...] = ()  # (chair, table, turn): places that were given
    #: Tables that share it, and since which turn: after that they are not mixed.
    steady: Mapping[int, int] = field(default_factory=dict)
    told_at: tuple[Moment, ...] = ()  # when each teller has told, turn by turn
    turns_since: tuple[tuple[int, int], ...] = ()  # from which turn on there were how many

    def is_there(self, chair: str, at: Moment) -> bool:
        """Whether somebody sits on this chair: they came, and did not leave since."""
        body = self.chairs.get(chair)
        if body is None or self.begins(chair) > at[0]:
            return False
        left = [one for one in self.absences(chair) if one <= at]
        back = [one for one in moments(body, "returned") if one <= at]
        return not left or max(left) <= max(back, default=NEVER)

    def absences(self, chair: str) -> tuple[Moment, ...]:
        """When somebody left, or was said to be gone."""
        return (*moments(self.chairs[chair], "left"), *self.gone.get(chair, ()))

    def begins(self, chair: str) -> int:
        """From which turn somebody counts: the first, if they were grouped with the others."""
        return 0 if chair in self.placed else int(self.chairs[chair]["from"])

    @cached_property
    def placed(self) -> frozenset[str]:
        """Who was grouped."""
        return frozenset(chair for table in self.tables for chair in table.people)

    def tells(self, chair: str) -> bool:
        """Whether this person takes turns; who watches does not."""
        return bool(self.chairs[chair]["as"] == "yes")

    def interprets(self, chair: str) -> bool:
        """Whether this person is there to be understood by."""
        return bool(self.chairs[chair].get("interprets"))

    def types(self, table: Table) -> bool:
        """Whether people type at a table: somebody there rather does."""
        return any(self.chairs[one].get("by") == "text" for one in table.people)

    def person(self, chair: str) -> Person:
        """What the rules of grouping know of who sits there."""
        return person_of(chair, self.chairs[chair])

    def there(self, table: Table, at: Moment) -> list[str]:
        """Who sits at a table at this moment, in order of turns."""
        return [chair for chair in table.people if self.is_there(chair, at)]

    def talking(self, table: Table, at: Moment) -> list[str]:
        """The same, without who only interprets: one of these is alone."""
        return [chair for chair in self.there(table, at) if not self.interprets(chair)]

    def lot(self, what: str) -> str:
        """A lot that nobody can foresee, and that comes out the same every time."""
        return hashlib.sha256(f"{self.seed}/{what}".encode()).hexdigest()


def person_of(chair: str, body: Body) -> Person:
    """What the rules of grouping need of somebody."""
    return Person(
        id=chair, side=body["side"], languages=frozenset(body["languages"]), team=body["team"],
        site=body["site"], leads=body["leads"], with_leaders=body["with_leaders"],
        met=tuple(frozenset(tokens_met) for tokens_met in body["met"]),
        listens=body["as"] == "watch", by=body.get("by", "voice"),
        interprets=body.get("interprets", False), phone=body.get("phone", ""),
    )  # fmt: skip


def moments(body: Body, what: str) -> tuple[Moment, ...]:
    """When somebody left, or returned, out of what their chair keeps."""
    return tuple((int(turn), int(part)) for turn, part in body.get(what, ()))
