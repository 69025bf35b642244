"""Turns of timed parts: one clock for the room, or one for each table that goes at its own pace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from . import hints, settings
from .activity import Act, Body, Mine, Move, Outcome, Refused, Scene, Stage, Touch, seconds
from .arrivals import BEFORE
from .dividing import Dividing, sharing
from .mixing import read as read_mixes
from .schedule import Schedule, laid, read
from .seating import LATEST, START, Moment, Table
from .tables import whole
from .words import only

#: Seconds of each part; `sum2` only where it is deep. A turn lasts their sum.
PARTS = ("land", "tell", "sum", "check", "ask", "sum2", "fb")
PRESETS: Mapping[str, tuple[float, ...]] = {
    "vloer": (15, 120, 45, 15, 60, 0, 30),
    "kort": (20, 120, 45, 15, 90, 0, 60),
    "standaard": (30, 180, 60, 30, 120, 0, 90),
    "diep": (30, 300, 90, 30, 240, 60, 150),
}
#: The least and most seconds a facilitator may make of a part.
LIMITS = {"tell": (45, 600)}
USUAL_LIMITS = (15, 300)
#: In these nobody has told yet.
NOT_TOLD_YET = ("contrast", "land", "tell")
A_QUARTER_MORE = 1.25
ROUNDED_TO = 15  # seconds, when the time factor stretches a part
AGAIN = 30.0  # seconds for a second try, when a group goes at its own pace
AT_ONCE = 3.0  # seconds within which two who say that they are ready say the same
A_PART = 3  # so many moments lie within a part: somebody may leave and return in it
AT_THE_GONG = 0.1  # seconds; two clocks that differ less swap together
AFTER_THE_GONG = 5.0  # seconds in which a line still counts for the part before


@dataclass(frozen=True)
class Course(Dividing):
    """People who found their table go through the same parts in each turn."""

    preset: str = "standaard"
    turns: int = 0  # 0: as many as the size
    sync: str = "room"
    lengths: dict[str, float] = field(default_factory=dict)  # seconds by part, over the preset
    time_factor: float = 0.0  # 0: what people who are not together need
    contrast: float = 0.0  # seconds in which listening is done wrong first

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.preset not in PRESETS or set(self.lengths) - set(PARTS):
            raise ValueError("preset is one of " + ", ".join(PRESETS) + "; lengths are of parts")

    @property
    def rounds(self) -> int:
        return self.turns or self.size

    # -- how long

    @property
    def slower(self) -> float:
        """How much longer each part takes. With somebody at the table by phone a quarter, unless
        the facilitator chose otherwise."""
        return self.time_factor or (A_QUARTER_MORE if self.remote_policy == "mixed_buddy" else 1.0)

    def plan(self, preset: str = "") -> list[tuple[str, int, float]]:
        """Every part of every turn with its seconds."""
        usual = dict(zip(PARTS, PRESETS[preset or self.preset], strict=True))
        length = {part: self.stretched(part, self.lengths.get(part, usual[part])) for part in PARTS}
        parts = [(part, n, length[part]) for n in range(self.rounds) for part in PARTS]
        first = [("contrast", 0, self.contrast)] if self.contrast else []
        return [*first, *(one for one in parts if one[2])]

    def minutes_of(self, preset: str) -> int:
        """How long the whole talk lasts, in whole minutes."""
        return round(sum(length for _, _, length in self.plan(preset)) / 60)

    def stretched(self, part: str, length: float) -> float:
        """More time, where languages, distance or an interpreter ask it."""
        if self.slower == 1.0 or not length:
            return length
        least, most = LIMITS.get(part, USUAL_LIMITS)
        longer = int(length * self.slower / ROUNDED_TO + 0.5) * ROUNDED_TO
        return min(max(longer, least), most)

    # -- where it is

    def schedule(self, stage: Stage, table: int = 0) -> Schedule:
        """The room's time, or that of a table which goes at its own pace."""
        for clocks in ("paces", "divided"):
            if kept := stage.data.get(clocks, {}).get(str(table)):
                return read(kept)
        kept = stage.data.get("schedule")
        return read(kept) if kept else laid(self.plan(), at=stage.since)

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

    def own_clocks(self, stage: Stage) -> list[int]:
        """The tables that do not go by the clock of the room."""
        found = {**stage.data.get("divided", {}), **stage.data.get("paces", {})}
        return sorted(map(int, found))

    def has_own_pace(self, stage: Stage, table: Table) -> bool:
        return stage.phase == "talk" and str(table.number) in stage.data.get("paces", {})

    def parts_at(self, stage: Stage, table: int, people: int) -> list[Body]:
        return self.clock_of(stage, table, people).told()

    def clock_of(self, stage: Stage, table: int, people: int) -> Schedule:
        """The time of a table with so many turns. Before the talk, what it would be."""
        schedule = self.schedule(stage, table)
        begun = stage.phase == "talk" or people == self.to_tell
        return schedule if begun else schedule.divided(people, "contrast")

    def swaps_at(self, stage: Stage, table: int, people: int) -> list[Moment]:
        """A turn begins when the one before it ends: a pause between them belongs to it."""
        ends = self.clock_of(stage, table, people).ends()
        return [START, *(self.moment_when(stage, end) for end in ends[:-1])]

    def told_at(self, stage: Stage, table: int = 0, people: int = 0) -> list[Moment]:
        """When the summing up of each turn begins: until then another may tell instead."""
        clock = self.clock_of(stage, table, people or self.to_tell)
        ends = [(part.turn, part.end) for part in clock.parts if part.name in NOT_TOLD_YET]
        return [self.moment_when(stage, end) for end in dict(ends).values()]

    def clock_at(self, scene: Scene, table: int) -> float:
        return self.schedule(scene.stage, table).clock(scene.now)

    def my_moment(self, scene: Scene, chair: str) -> Moment:
        """Where the talk is at my table, which may go at its own pace."""
        table = self.my_table(scene, chair)
        return self.moment(scene, table.number if table else 0)

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

    def is_over(self, stage: Stage, now: float) -> bool:
        if (room := settings.effective(self, stage)) is not self:
            return room.is_over(stage, now)
        tables = (0, *map(int, stage.data.get("paces", {})))
        return stage.phase != "talk" or not any(
            self.schedule(stage, table).part(now) for table in tables
        )

    def halts_at(self, stage: Stage, now: float) -> float | None:
        """At the swap. Tables at their own pace wait for nobody."""
        if (room := settings.effective(self, stage)) is not self:
            return room.halts_at(stage, now)
        if stage.phase != "talk" or self.sync == "group":
            return None
        swap = self.schedule(stage).end_of_turn(now)
        own = [self.schedule(stage, n).ends() for n in self.own_clocks(stage)]
        at_once = swap and all(any(abs(swap - end) < AT_THE_GONG for end in ends) for ends in own)
        return swap if at_once else None

    # -- what the facilitator does

    def timed(self, stage: Stage, move: Move) -> Stage | None:
        """Moves that change the time of the talk."""
        schedule = self.schedule(stage)
        over = schedule.part(move.at) is None or self.all_done(stage, move.at)
        match move.name:
            case "next" | "skip" | "back" if not over and self.sync == "group":
                raise Refused("own_pace")
            case "next" | "skip" if not over:
                if self.on(schedule, move) == "check" and not move.fields.get("force"):
                    raise Refused("check_stays")
                return self.kept(stage, schedule.skipped(move.at))
            case "back" if not over:
                return self.kept(stage, schedule.back(move.at))
            case "pause":
                return self.everywhere(stage, lambda one: one.paused(move.at))
            case "resume":
                resumed = self.everywhere(stage, lambda one: one.resumed(move.at))
                return resumed.note(resumed_at=move.at)
            case "extend":
                return self.everywhere(stage, lambda one: self.longer(one, move))
            case "stop" if stage.data.get("stopped"):
                return stage
            case "stop" if not over:
                fb = next(length for name, _, length in self.plan() if name == "fb")
                stopped = self.everywhere(stage, lambda one: one.stopped(move.at, "fb", fb))
                return stopped.note(stopped=True)
            case "tip" | "nudge" if not over:
                return hints.given(stage, schedule, move)
        return None

    def longer(self, schedule: Schedule, move: Move) -> Schedule:
        """The part that is on lasts longer or shorter, within its limits."""
        least, most = LIMITS.get(self.on(schedule, move), USUAL_LIMITS)
        return schedule.stretched(move.at, seconds(move), least, most)

    def in_step(self, before: Stage, after: Stage, move: Move) -> Stage:
        """After the room's time was changed, tables that divide it are ready on its gong again."""
        schedule, divided = self.schedule(after), before.data.get("divided", {})
        if not divided or schedule == self.schedule(before):
            return after

        def changed(own: Schedule) -> Schedule:
            match move.name:
                case "pause":
                    return own.paused(move.at)
                case "resume":
                    return own.resumed(move.at)
                case "stop" if own.part(move.at):
                    last = schedule.parts[-1]
                    own = own.stopped(move.at, last.name, last.length)
            return own.ending(move.at, schedule.parts[-1].end)

        kept = {table: changed(read(own)).written() for table, own in divided.items()}
        return after.note(divided=kept)

    def everywhere(self, stage: Stage, change: Callable[[Schedule], Schedule]) -> Stage:
        """The clock of the room is changed, and with it those of tables at their own pace. A
        table that is through stays so."""
        paces = {}
        for table, kept in stage.data.get("paces", {}).items():
            try:
                paces[table] = change(read(kept)).written()
            except Refused:
                paces[table] = kept
        return self.kept(stage, change(self.schedule(stage))).note(paces=paces)

    def on(self, schedule: Schedule, move: Move) -> str:
        """The part that is on when a move is made."""
        part = schedule.part(move.at)
        return part.name if part else ""

    def kept(self, stage: Stage, schedule: Schedule) -> Stage:
        """The stage with a changed clock of the room."""
        return stage.note(schedule=schedule.written())

    def enter(self, stage: Stage, phase: str, move: Move) -> Stage:
        entered = super().enter(stage, phase, move)
        if phase == "talk" and stage.phase in ("gather", "ready"):
            begun = self.begun(stage, move)
            begins = entered.note(schedule=begun.written(), paces={}, divided={}, stopped=False)
            return self.with_shares(begins, move) if self.find != "neighbour" else begins
        return entered

    def with_shares(self, stage: Stage, move: Move) -> Stage:
        """Tables where more people tell than there are turns divide the time."""
        shares = sharing(shared := self.divided(stage, move))
        clock = self.schedule(stage)
        own = {n: clock.divided(people, "contrast").written() for n, people in shares.items()}
        return shared.note(divided=own)

    def begun(self, stage: Stage, move: Move) -> Schedule:
        """The whole talk, beginning now."""
        return laid(self.plan(), at=move.at)

    # -- tables at their own pace

    def ready(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """We sit; or, at our own pace, we are ready for the next part."""
        table = self.my_table(scene, chair)
        if scene.stage.phase != "talk" or self.sync != "group" or table is None:
            return super().ready(scene, mine, chair, act)
        only(act.fields)
        if self.part(scene, table.number) == "check":
            raise Refused("check_stays")
        return [Move("ready", {"table": table.number}), Touch(table.people)]

    def by_group(self, stage: Stage, move: Move) -> Stage:
        if stage.phase == "talk" and move.name in ("again", "ready"):
            return self.at_own_pace(stage, move, whole(move.fields.get("table")))
        return super().by_group(stage, move)

    def at_own_pace(self, stage: Stage, move: Move, table: int) -> Stage:
        """A table tries once more, or goes on."""
        if move.name == "again":
            return self.paced(stage, table, lambda s: s.stretched(move.at, AGAIN, *USUAL_LIMITS))
        last = stage.data.get("went_on", {})
        if move.at < last.get(str(table), 0.0) + AT_ONCE:  # two of them tapped
            return stage
        went = stage.note(went_on={**last, str(table): move.at})
        return self.paced(went, table, lambda s: s.skipped(move.at))

    def paced(self, stage: Stage, table: int, change: Callable[[Schedule], Schedule]) -> Stage:
        """A table changes its own time."""
        paces = stage.data.get("paces", {})
        changed = change(self.schedule(stage, table)).written()
        return stage.note(paces={**paces, str(table): changed})

    def all_done(self, stage: Stage, now: float) -> bool:
        """Whether every table at its own pace is through."""
        numbers = [n for n, people in enumerate(stage.data.get("tables", ()), 1) if people]
        paced = stage.data.get("paces", {})
        return bool(paced) and all(self.schedule(stage, n).part(now) is None for n in numbers)

    # -- what is seen of it

    def clock(self, stage: Stage) -> Body:
        """The talk in time: all its parts, so that nobody need ask what is on."""
        schedule = self.schedule(stage)
        return {
            "parts": schedule.told() if stage.phase == "talk" else [],
            "paused_at": schedule.paused_at,
            "resumed_at": stage.data.get("resumed_at"),
            "stopped": bool(stage.data.get("stopped")),
            "tip": hints.tip(stage, schedule),
        }

    def mixing(self, scene: Scene) -> Body:
        """Whether tables can be mixed at the next swap, and which are to be."""
        turn = self.moment(scene)[0] + 1
        stopped = scene.stage.data.get("stopped") or self.sync == "group"
        possible = scene.stage.phase == "talk" and self.find != "neighbour" and not stopped
        mixes = [one for one in read_mixes(scene.stage.data.get("mixes", ())) if one.turn >= turn]
        return {
            "turn": max(0, turn - 1),
            "may_mix": possible and turn < self.rounds,
            "mixes": [one.tables for one in mixes] if possible else [],
        }

    def with_clock(self, stage: Stage, table: Body) -> Body:
        """A table as the console has it: with its clock, if that is not the room's."""
        own = self.sync == "group" or table["number"] in self.own_clocks(stage)
        return self.paced_table(stage, table) if own else table

    def paced_table(self, stage: Stage, table: Body) -> Body:
        """A table with its own clock."""
        schedule = self.schedule(stage, table["number"])
        return {**table, "parts": schedule.told(), "paused_at": schedule.paused_at}
