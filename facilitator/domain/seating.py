"""Who sits where, and whose turn it is: pure over chairs, tables and what happened to them.

A chair is an entry: somebody takes part, from which turn on and until when. Moments are (turn,
part): part is the index of a part within its turn. A latecomer's chair says from which turn it
counts, so nobody who sits already is moved by it.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, combinations
from typing import NamedTuple

from .activity import Body
from .grouping import Person, Rules, apart, may_sit_together, welcome
from .mixing import Mix, mixed
from .sharing import phone_of

Moment = tuple[int, int]
START: Moment = (0, 0)
NEVER: Moment = (-1, 0)
#: In a turn something happens no later than this, and all that happened in it is before its last
#: moment: also where a table's own turn is longer than one of the room.
LATEST, LAST_OF_TURN = 9_999, 99_999
EVE = -1  # the part before a turn: who leaves at its very start changes nobody's place in it
MOST = 4  # people at a table
FEW = 12  # without a table, of whom those are sought whom who interprets brings together

TELLER, LISTENER, OBSERVER, COMPANY = "teller", "listener", "observer", "company"
DEEPER, WAITING, ALONE, OUT = "deeper", "waiting", "alone", "out"
INTERPRETER = "interpreter"


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
class Seating:
    """All that decides who sits where.

    turns: how many there are in which somebody tells. tables: as they were first seated. chairs: by id. passes: (chair,
    turn) of tellers who passed. merges: in the order in which they happened. gone: chair -> the moments at which it stood empty, said by somebody else.

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

    # -- who is there

    def is_there(self, chair: str, at: Moment) -> bool:
        """Whether somebody sits on this chair: they came, and did not leave since."""
        body = self.chairs.get(chair)
        if body is None or self.begins(chair) > at[0]:
            return False
        left = [one for one in self.absences(chair) if one <= at]
        back = [one for one in moments(body, "returned") if one <= at]
        return not left or max(left) <= max(back, default=NEVER)

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

    # -- who sits where

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
            chair: self.chairs[chair]["with"] for chair in came if "with" in self.chairs[chair]
        }
        for chair, other in pairs.items():
            standing[self.came_to(chair)] = Table(self.came_to(chair), (other, chair))
        brought = {chair: self.chairs[chair]["others"] for chair in came
                   if "others" in self.chairs[chair]}  # fmt: skip
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

    def seat_as_told(self, standing: dict[int, Table], turn: int) -> None:
        """Who was given a place by the facilitator sits there from this turn on."""
        for chair, number, when in self.given:
            if when != turn or number not in standing or not self.is_there(chair, (turn, EVE)):
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

    def lot(self, what: str) -> str:
        """A lot that nobody can foresee, and that comes out the same every time."""
        return hashlib.sha256(f"{self.seed}/{what}".encode()).hexdigest()

    # -- whose turn it is

    def there(self, table: Table, at: Moment) -> list[str]:
        """Who sits at a table at this moment, in order of turns."""
        return [chair for chair in table.people if self.is_there(chair, at)]

    def talking(self, table: Table, at: Moment) -> list[str]:
        """The same, without who only interprets: one of these is alone."""
        return [chair for chair in self.there(table, at) if not self.interprets(chair)]

    def teller(self, table: Table, turn: int) -> str | None:
        """Who tells in a turn. Who passed comes once more at the end; None when all have told."""
        return self.line(table, turn)[0] if turn < self.turns else None

    def line(self, table: Table, turn: int) -> tuple[str | None, list[str]]:
        """Who tells in a turn, and who is to tell after it, in order."""
        queue = [one for one in table.people if self.tells(one) and one not in table.told]
        teller, came = None, dict(table.came)
        for now in range(table.begins, turn + 1):
            there = [one for one in queue if self.is_there(one, (now, 0))]
            begin = [one for one in there if came.get(one, START) <= (now, 0)]
            in_time = [one for one in there if one not in begin and self.in_time(came[one], now)]
            ready = [*self.by_right(begin, now), *in_time]
            teller = next((chair for chair in ready if not self.passed(chair, now)), None)
            before = queue[: queue.index(teller)] if teller else queue
            passed = [chair for chair in before if self.passed(chair, now)]
            queue = [chair for chair in queue if chair not in (teller, *passed)] + passed
        return teller, queue

    def by_right(self, ready: list[str], turn: int) -> list[str]:
        """Who may tell, in order. When there are fewer turns left than people, who went away for a
        while comes after those who stayed."""
        turns = next((n for since, n in reversed(self.turns_since) if since <= turn), self.turns)
        if len(ready) <= turns - turn:
            return ready
        return sorted(
            ready, key=lambda one: any(START <= at <= (turn, 0) for at in self.absences(one))
        )

    def in_time(self, came: Moment, turn: int) -> bool:
        """Whether somebody came to a table before the teller of a turn had told."""
        return came < self.told_at[turn] if turn < len(self.told_at) else came[0] <= turn

    def absences(self, chair: str) -> tuple[Moment, ...]:
        """When somebody left, or was said to be gone."""
        return (*moments(self.chairs[chair], "left"), *self.gone.get(chair, ()))

    def have_told(self, table: Table, turn: int) -> frozenset[str]:
        """Who told at a table before a turn, or at another before that."""
        tellers = (self.line(table, n)[0] for n in range(table.begins, turn))
        return table.told | {one for one in tellers if one}

    def to_come(self, table: Table, turn: int) -> list[str]:
        """Who is there and has yet to tell after this turn."""
        _, queue = self.line(table, turn)
        return [one for one in queue if self.is_there(one, (turn, LAST_OF_TURN))]

    def passed(self, chair: str, turn: int) -> bool:
        """Whether somebody let a turn go by: they said so, or left before they had told."""
        if turn >= len(self.told_at) or (chair, turn) in self.passes:
            return (chair, turn) in self.passes
        return any((turn, 0) <= one < self.told_at[turn] for one in self.absences(chair))

    def roles(self, table: Table, at: Moment) -> dict[str, str]:
        """The role of everybody at a table."""
        there, teller = self.talking(table, at), self.teller(table, at[0])
        bridges = {one: INTERPRETER for one in self.there(table, at) if self.interprets(one)}
        if len(there) == 1:
            return {there[0]: ALONE, **bridges}
        if teller is None or teller not in there:
            return {chair: DEEPER if self.tells(chair) else COMPANY for chair in there} | bridges
        place = there.index(teller)
        ring = [*there[place + 1 :], *there[:place]]
        # Who watches comes last; before them who came late, so that nobody's role is another's.
        ring.sort(key=lambda chair: (not self.tells(chair), self.came_late(chair, table)))
        given = [LISTENER, OBSERVER, *[COMPANY] * len(ring)]
        found = {teller: TELLER, **dict(zip(ring, given, strict=False)), **bridges}
        along = (one for one in ring[1:] if "joins" in self.chairs[one])
        return found | dict.fromkeys(along, COMPANY)

    def came_late(self, chair: str, table: Table) -> bool:
        """Whether somebody came to others who sat there already."""
        since = max((turn for one, _, turn in self.given if one == chair), default=0)
        return max(since, self.begins(chair)) >= max(1, table.begins)

    def role(self, chair: str, at: Moment) -> str:
        """What one person does at one moment."""
        if self.begins(chair) > at[0]:
            return WAITING
        if not self.is_there(chair, at):
            return OUT
        table = self.table_of(chair, at)
        return WAITING if table is None else self.roles(table, at)[chair]

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

    def has_yet_to_tell(self, table: Table, chair: str, now: Moment) -> bool:
        """Whether somebody takes turns and had none until now, nor has one that is nearly over."""
        return self.tells(chair) and chair not in self.told_by(table, now)

    def told_by(self, table: Table, now: Moment) -> frozenset[str]:
        """Who has told by now: in this turn too, once the telling in it is over."""
        over = now[0] < len(self.told_at) and now >= self.told_at[now[0]]
        return self.have_told(table, now[0] + over)

    def has_a_turn(self, table: Table, now: Moment) -> bool:
        """Whether one more could tell at a table, by the turns of the room."""
        left = self.turns - now[0] - 1
        return table.number not in self.steady and len(self.to_come(table, now[0])) < left


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


def met_mark(seed: int, one: str, other: str) -> str:
    """What two who sat together both remember, and nobody else can make."""
    first, second = sorted((one, other))
    return hashlib.sha256(f"{seed}/{first}/{second}".encode()).hexdigest()[:16]
