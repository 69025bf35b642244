"""Where a talk is, by the clock of the room or that of a table: its parts, turns and moments."""

from __future__ import annotations

from dataclasses import dataclass

from .activity import Body, Move, Scene, Stage
from .chairs import LATEST, START, Moment, Table
from .planned import Planned
from .schedule import Schedule, laid, read
from .sitting import BEFORE

#: In these nobody has told yet.
NOT_TOLD_YET = ("contrast", "land", "tell")
A_PART = 3  # so many moments lie within a part: somebody may leave and return in it
AFTER_THE_GONG = 5.0  # seconds in which a line still counts for the part before


@dataclass(frozen=True)
class Clocks(Planned):
    """One clock for the room, and one for each table that divides the time or goes at its own pace."""

    def schedule(self, stage: Stage, table: int = 0) -> Schedule:
        """The room's time, or that of a table which goes at its own pace."""
        for clocks in ("paces", "divided"):
            if kept := stage.data.get(clocks, {}).get(str(table)):
                return read(kept)
        kept = stage.data.get("schedule")
        return read(kept) if kept else laid(self.plan(), at=stage.since)

    def kept(self, stage: Stage, schedule: Schedule) -> Stage:
        """The stage with a changed clock of the room."""
        return stage.note(schedule=schedule.written())

    def begun(self, stage: Stage, move: Move) -> Schedule:
        """The whole talk, beginning now."""
        return laid(self.plan(), at=move.at)

    def own_clocks(self, stage: Stage) -> list[int]:
        """The tables that do not go by the clock of the room."""
        found = {**stage.data.get("divided", {}), **stage.data.get("paces", {})}
        return sorted(map(int, found))

    def has_own_pace(self, stage: Stage, table: Table) -> bool:
        return stage.phase == "talk" and str(table.number) in stage.data.get("paces", {})

    def clock_at(self, scene: Scene, table: int) -> float:
        return self.schedule(scene.stage, table).clock(scene.now)

    # -- moments

    def moment_at(self, stage: Stage, now: float, table: int = 0) -> Moment:
        if stage.phase in ("optin", "gather", "ready"):
            return BEFORE
        schedule = self.schedule(stage, table)
        if not table:
            return self.moment_when(stage, schedule.clock(now))
        place = schedule.place(now)
        if place == len(schedule.parts):
            return (max(self.rounds, schedule.parts[-1].turn + 1), 0)
        turn = schedule.parts[place].turn
        first = next(n for n, part in enumerate(schedule.parts) if part.turn == turn)
        return (turn, place - first)

    def moment_when(self, stage: Stage, clock: float) -> Moment:
        """The turn of the room that is on, and how many parts are over since it began, at any
        table. Tables at their own pace may talk on when the room's time is over."""
        schedule = self.schedule(stage)
        clocks = [schedule, *(self.schedule(stage, n) for n in self.own_clocks(stage))]
        if all(clock >= one.parts[-1].end for one in clocks):
            return (self.rounds, 0)
        on = next((part for part in schedule.parts if clock < part.end), schedule.parts[-1])
        begin = max((p.end for p in schedule.parts if p.turn < on.turn), default=0.0)
        over = {p.end for one in clocks for p in one.parts if begin < p.end <= clock}
        return (on.turn, min(A_PART * len(over), LATEST))

    def my_moment(self, scene: Scene, chair: str) -> Moment:
        """Where the talk is at my table, which may go at its own pace."""
        table = self.my_table(scene, chair)
        return self.moment(scene, table.number if table else 0)

    def swaps_at(self, stage: Stage, table: int, people: int) -> list[Moment]:
        """A turn begins when the one before it ends: a pause between them belongs to it."""
        ends = self.clock_of(stage, table, people).ends()
        return [START, *(self.moment_when(stage, end) for end in ends[:-1])]

    def told_at(self, stage: Stage, table: int = 0, people: int = 0) -> list[Moment]:
        """When the summing up of each turn begins: until then another may tell instead."""
        clock = self.clock_of(stage, table, people or self.to_tell)
        ends = [(part.turn, part.end) for part in clock.parts if part.name in NOT_TOLD_YET]
        return [self.moment_when(stage, end) for end in dict(ends).values()]

    # -- parts

    def parts_at(self, stage: Stage, table: int, people: int) -> list[Body]:
        return self.clock_of(stage, table, people).told()

    def clock_of(self, stage: Stage, table: int, people: int) -> Schedule:
        """The time of a table with so many turns. Before the talk, what it would be."""
        schedule = self.schedule(stage, table)
        begun = stage.phase == "talk" or people == self.to_tell
        return schedule if begun else schedule.divided(people, "contrast")

    def part(self, scene: Scene, table: int = 0) -> str:
        """What is on: the name of the part, or "after"."""
        part = self.schedule(scene.stage, table).part(scene.now)
        return part.name if part else "after"

    def parts_now(self, scene: Scene, table: int) -> set[str]:
        """The part that is on, and the one that ended just now: who sent something at the gong
        did not come too late."""
        schedule = self.schedule(scene.stage, table)
        on = [schedule.part(now) for now in (scene.now, scene.now - AFTER_THE_GONG)]
        return {part.name for part in on if part}

    def on(self, schedule: Schedule, move: Move) -> str:
        """The part that is on when a move is made."""
        part = schedule.part(move.at)
        return part.name if part else ""
