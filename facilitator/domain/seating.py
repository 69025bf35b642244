"""Who sits where, turn by turn: pure over chairs, tables and what happened to them.

A latecomer's chair says from which turn it counts, so nobody who sits already is moved by it.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations

from .chairs import START, Merger, Moment, Table
from .grouping import apart, may_sit_together, welcome
from .mixing import mixed
from .sharing import phone_of
from .turns import OUT, WAITING, Turns

EVE = -1  # the part before a turn: who leaves at its very start changes nobody's place in it
MOST = 4  # people at a table
FEW = 12  # without a table, of whom those are sought whom who interprets brings together


@dataclass(frozen=True)
class Seating(Turns):
    """The tables at any moment, and what everybody does there."""

    # -- the tables

    def tables_at(self, at: Moment) -> tuple[Table, ...]:
        """All tables at one moment, those that merged into another left out."""
        if at[0] not in self.known:
            self.known[at[0]] = self.tables_in(at[0])
        return self.known[at[0]]

    @cached_property
    def known(self) -> dict[int, tuple[Table, ...]]:
        """What was computed already, by turn."""
        return {}

    def tables_in(self, until: int) -> tuple[Table, ...]:
        """The same, for a whole turn."""
        standing = self.gathered()
        for turn in range(until + 1):
            for mix in self.mixes:
                if mix.turn == turn > 0:
                    standing = mixed(self, standing, mix)
            self.seat_as_told(standing, turn)
            if turn:
                late = self.without_table(standing.values(), (turn, EVE))
                along = [one for one in late if self.chairs[one].get("joins")]
                self.seat_latecomers(standing, [one for one in late if one not in along], turn)
            self.seat_along(standing, turn)
            if turn:  # who meant to listen along at a table that is no more
                left = self.without_table(standing.values(), (turn, EVE))
                self.seat_latecomers(standing, [one for one in left if one in along], turn)
            for one in self.merges:
                if one.turn == turn:
                    merge(standing, one)
        return tuple(standing[number] for number in sorted(standing))

    def gathered(self) -> dict[int, Table]:
        """The tables as people found them: as grouped, and with who came since, while all
        gathered. A place from before a later grouping is none."""
        standing = {table.number: table for table in self.tables}
        came = [chair for chair in sorted(self.chairs) if self.came_to(chair)]
        pairs = {
            chair: str(other) for chair in came
            if (other := self.chairs[chair].get("with")) in self.chairs
        }  # fmt: skip
        for chair, other in pairs.items():
            standing[self.came_to(chair)] = Table(self.came_to(chair), (other, chair))
        brought = {
            chair: [one for one in self.chairs[chair]["others"] if one in self.chairs]
            for chair in came if "others" in self.chairs[chair]
        }  # fmt: skip
        for chair, others in brought.items():
            standing[self.came_to(chair)] = Table(self.came_to(chair), (*others, chair))
        found = {*pairs, *pairs.values(), *brought, *chain(*brought.values())}
        for chair in came:
            if chair in found:
                continue
            number = self.came_to(chair)
            table = standing.get(number, Table(number, ()))
            standing[number] = Table(number, (*table.people, chair), table.begins)
        return standing

    def came_to(self, chair: str) -> int:
        """The table to which somebody came late, while all gathered; 0 for all others."""
        body = self.chairs[chair]
        if chair in self.placed or body.get("seed", self.seed) != self.seed:
            return 0
        return int(body.get("table") or 0)

    def thirds(self) -> list[str]:
        """Who came late, and made three of a pair."""
        return [
            table.people[-1] for table in self.gathered().values()
            if len(table.people) > 2 and self.came_to(table.people[-1]) == table.number
        ]  # fmt: skip

    def standing(self) -> dict[int, Table]:
        """The same after all mergers: what there is to see of them, at whatever moment."""
        tables = self.gathered()
        for one in self.merges:
            merge(tables, one)
        return tables

    def unseated(self) -> list[str]:
        """Who came while all gathered and has no table yet."""
        seated = {one for table in self.gathered().values() for one in table.people}
        return [chair for chair in self.without_table((), START) if chair not in seated]

    def table_of(self, chair: str, at: Moment) -> Table | None:
        """The table where this chair stands."""
        return next((table for table in self.tables_at(at) if chair in table.people), None)

    def role(self, chair: str, at: Moment) -> str:
        """What one person does at one moment."""
        if self.begins(chair) > at[0]:
            return WAITING
        if not self.is_there(chair, at):
            return OUT
        table = self.table_of(chair, at)
        return WAITING if table is None else self.roles(table, at)[chair]

    # -- who comes later

    def seat_as_told(self, standing: dict[int, Table], turn: int) -> None:
        """Who was given a place by the facilitator sits there from this turn on; all who are on one
        phone, also who is away for now."""
        for chair, number, when in self.given:
            phone = [one for one in self.chairs if phone_of(one) == phone_of(chair)]
            here = any(self.is_there(one, (turn, EVE)) for one in phone)
            if when != turn or number not in standing or not here:
                continue
            told = False
            for table in [one for one in standing.values() if chair in one.people]:
                told = chair in self.have_told(table, turn)
                left = tuple(one for one in table.people if one != chair)
                standing[table.number] = dataclasses.replace(table, people=left)
            add(standing, number, chair, (turn, 0), told)

    def seat_along(self, standing: dict[int, Table], turn: int) -> None:
        """Who came in the last turn listens along where there was room, and moves nobody."""
        for chair in sorted(self.chairs):
            number = self.chairs[chair].get("joins")
            sits = any(chair in table.people for table in standing.values())
            if number in standing and self.begins(chair) == turn and not sits:
                add(standing, number, chair)

    def seat_latecomers(
        self, standing: dict[int, Table], waiting: list[str], turn: int
    ) -> None:  # fmt: skip
        """Who has no table yet: first to whoever is alone, then a new pair while there are turns
        enough for both, else third at a pair, else company at the smallest table. Where all tables
        are full they sit with each other; only one alone is a fifth."""
        before = [*standing]
        while waiting:
            chair = waiting.pop(0)
            if phone := self.chairs[chair].get("phone"):  # who share one are a table
                both = sorted(one for one in self.chairs if phone_of(one) == phone)
                waiting = [one for one in waiting if one not in both]
                number = self.next_number(standing, turn)
                standing[number] = Table(number, tuple(both), begins=turn)
                continue
            lonely = [t for t in standing.values() if len(self.talking(t, (turn, EVE))) == 1]
            table = self.room_at(lonely, chair, (turn, EVE))
            partner = self.partner_for(chair, waiting, [standing[n] for n in before], turn)
            if table is None and partner:
                waiting.remove(partner)
                number = self.next_number(standing, turn)
                standing[number] = Table(number, (chair, partner), begins=turn)
            elif table := table or self.room_at(standing.values(), chair, (turn, EVE)):
                add(standing, table.number, chair, (turn, 0))

    def next_number(self, standing: Iterable[int], turn: int) -> int:
        """For a new table: one that no table had before this turn."""
        return (
            max([*standing, *(one.table for one in self.merges if one.turn < turn)], default=0) + 1
        )

    def partner_for(
        self, chair: str, waiting: Iterable[str], before: Iterable[Table], turn: int
    ) -> str | None:  # fmt: skip
        """With whom a latecomer makes a table: each of them has a turn, or none of those before has
        room."""
        room = any(
            len(self.there(table, (turn, EVE))) < MOST and self.may_join(table, chair, (turn, 0))
            for table in before
        )
        if self.turns - turn < 2 and room:
            return None
        free = (one for one in waiting if not self.chairs[one].get("phone"))
        return next((one for one in free if self.may_pair(chair, one)), None)

    def without_table(self, tables: Iterable[Table], at: Moment) -> list[str]:
        """Who is there and sits nowhere, in the order of their lots."""
        seated = {chair for table in tables for chair in table.people}
        found = [one for one in self.chairs if one not in seated and self.is_there(one, at)]
        return sorted(found, key=self.lot)

    def makes_a_pair(self, one: str, other: str, turn: int) -> bool:
        """Whether two latecomers can still have a turn each."""
        return (
            self.turns - turn >= 2
            and not self.chairs[other].get("phone")
            and self.may_pair(one, other)
        )

    def brought_together(self, chair: str, waiting: Sequence[str], at: Moment) -> list[str]:
        """With whom somebody makes a table, if they understand each other only by who interprets:
        one of those who wait, or who comes."""
        bridges = [one for one in (chair, *waiting) if self.interprets(one)]
        tellers = [one for one in waiting if self.tells(one) and not self.chairs[one].get("phone")]
        for bridge in bridges:
            with_me = [] if bridge == chair else [bridge]
            come = 0 if bridge == chair else 1  # who comes tells too
            for n in (3, 2) if self.rules.size == 3 else (2,):
                for some in combinations(tellers[:FEW], n - come):
                    people = [self.person(one) for one in (*some, chair, *with_me)]
                    if (not come or self.tells(chair)) and not apart(people, self.rules):
                        return [*some, *with_me]
        return []

    def may_pair(self, one: str, other: str) -> bool:
        """Whether both have a turn, and no rule keeps them apart."""
        return (
            self.tells(one) and self.tells(other)
            and may_sit_together(self.person(one), self.person(other), self.rules)
        )  # fmt: skip

    # -- who may sit where

    def room_at(self, tables: Iterable[Table], chair: str, at: Moment) -> Table | None:
        """Where one more may sit: a pair first, which has a turn to spare, then the smallest."""
        fits = [table for table in tables if self.may_join(table, chair, at)]
        return min(
            fits, default=None,
            key=lambda table: (len(self.there(table, at)), self.lot(f"{chair}/{table.number}")),
        )  # fmt: skip

    def host_for(self, people: Sequence[str], at: Moment) -> Table | None:
        """The smallest table where all of these may sit too."""
        hosts = [
            table for table in self.tables_at(at)
            if not {*people} & {*table.people}
            and len(self.there(table, at)) + len(people) <= MOST
            and all(self.may_join(table, one, at) for one in people)
        ]  # fmt: skip
        return min(hosts, default=None, key=lambda table: (
            len(self.there(table, at)), self.lot(f"{people[0]}/{table.number}")
        ))  # fmt: skip

    def may_join(self, table: Table, chair: str, at: Moment) -> bool:
        """Whether somebody is there, and all of them may sit with one more."""
        there = [one for one in self.there(table, at) if one != chair]
        if all(self.interprets(one) for one in there):
            return False
        people = [self.person(one) for one in there]
        return welcome(self.person(chair), people, self.rules)

    # -- what must happen when somebody is left alone

    def mergers(self, at: Moment, now: Moment | None = None) -> list[Merger]:
        """Which tables must merge, so that nobody stays alone, as it is at one moment: they do so
        now. Who has yet to tell goes where there is a turn for them, if there is such a table."""
        now = now or at
        standing = {table.number: table for table in self.tables_at(at)}
        found = []
        for number in sorted(standing):
            table = standing.get(number)
            there = (self.talking(table, at) or self.there(table, at)) if table else []
            if table is None or len(there) != 1:
                continue
            others = [one for one in standing.values() if one.number != number]
            if self.has_yet_to_tell(table, there[0], now):
                spare = [one for one in others if self.has_a_turn(one, now)]
                host = self.room_at(spare, there[0], at) or self.room_at(others, there[0], at)
            else:
                host = self.room_at(others, there[0], at)
            if host:
                merger = Merger(number, host.number, *now)
                merge(standing, merger)
                found.append(merger)
        return found


def add(
    standing: dict[int, Table], number: int, chair: str, at: Moment = START, told: bool = False
) -> None:
    """One more at a table, last in its order of turns."""
    table = standing[number]
    came = (*table.came, (chair, at)) if at > START else table.came
    standing[number] = dataclasses.replace(
        table, people=(*table.people, chair), came=came,
        told=table.told | {chair} if told else table.told,
    )  # fmt: skip


def merge(standing: dict[int, Table], one: Merger) -> None:
    """All of one table move to another, at the end of its order of turns. Who has told has."""
    if one.table not in standing or one.into not in standing:
        return
    leaving, staying = standing.pop(one.table), standing[one.into]
    came = tuple((chair, (one.turn, one.part)) for chair in leaving.people)
    standing[one.into] = dataclasses.replace(
        staying, people=(*staying.people, *leaving.people), came=(*staying.came, *came),
        told=staying.told | leaving.told | {*one.told},
    )  # fmt: skip


def met_mark(seed: int, one: str, other: str) -> str:
    """What two who sat together both remember, and nobody else can make."""
    first, second = sorted((one, other))
    return hashlib.sha256(f"{seed}/{first}/{second}".encode()).hexdigest()[:16]
