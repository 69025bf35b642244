"""Whose turn it is at a table, and what everybody there does: pure over chairs and moments."""

from __future__ import annotations

from dataclasses import dataclass

from .chairs import LAST_OF_TURN, START, Chairs, Moment, Table

TELLER, LISTENER, OBSERVER, COMPANY = "teller", "listener", "observer", "company"
DEEPER, WAITING, ALONE, OUT = "deeper", "waiting", "alone", "out"
INTERPRETER = "interpreter"


@dataclass(frozen=True)
class Turns(Chairs):
    """Who tells when, and who listens to them."""

    # -- who tells

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

    def passed(self, chair: str, turn: int) -> bool:
        """Whether somebody let a turn go by: they said so, or left before they had told."""
        if turn >= len(self.told_at) or (chair, turn) in self.passes:
            return (chair, turn) in self.passes
        return any((turn, 0) <= one < self.told_at[turn] for one in self.absences(chair))

    # -- who has told, and who has yet to

    def have_told(self, table: Table, turn: int) -> frozenset[str]:
        """Who told at a table before a turn, or at another before that."""
        tellers = (self.line(table, n)[0] for n in range(table.begins, turn))
        return table.told | {one for one in tellers if one}

    def told_by(self, table: Table, now: Moment) -> frozenset[str]:
        """Who has told by now: in this turn too, once the telling in it is over."""
        over = now[0] < len(self.told_at) and now >= self.told_at[now[0]]
        return self.have_told(table, now[0] + over)

    def has_yet_to_tell(self, table: Table, chair: str, now: Moment) -> bool:
        """Whether somebody takes turns and had none until now, nor has one that is nearly over."""
        return self.tells(chair) and chair not in self.told_by(table, now)

    def to_come(self, table: Table, turn: int) -> list[str]:
        """Who is there and has yet to tell after this turn."""
        _, queue = self.line(table, turn)
        return [one for one in queue if self.is_there(one, (turn, LAST_OF_TURN))]

    def has_a_turn(self, table: Table, now: Moment) -> bool:
        """Whether one more could tell at a table, by the turns of the room."""
        left = self.turns - now[0] - 1
        return table.number not in self.steady and len(self.to_come(table, now[0])) < left

    # -- what everybody does

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
