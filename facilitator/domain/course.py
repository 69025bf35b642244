"""Turns of timed parts: one clock for the room, or one for each table that goes at its own pace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from . import hints, settings
from .activity import (
    Act,
    Audience,
    Body,
    Entry,
    Mine,
    Move,
    Outcome,
    Refused,
    Scene,
    Stage,
    Touch,
    seconds,
)
from .chairs import LATEST, START, Moment, Table
from .distance import in_call
from .dividing import Dividing, sharing, turns_since
from .gathering import told_to_phones
from .leaving import TO_WAIT
from .mixing import read as read_mixes
from .schedule import Schedule, laid, read
from .seating import Seating
from .seats import BEFORE, END, chairs_in, chairs_of
from .sharing import phone_of
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
SYNCS = ("room", "group")
POLICIES = ("remote_with_remote", "mixed_buddy", "separate_sessions")
FACTORS = (0, 1, 1.25, 1.5)  # 0: what people who are not together need
MAY_BE_LEFT_OUT = frozenset({"contrast", "land", "sum2", "fb"})
MOST_TURNS = 3
#: At a table that came to divide what was left: who told before them counts too.
MOST_OWN_TURNS = 6
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
MISSED_AFTER = 15.0  # seconds without a line, after which the others are told
LONGEST_WAIT = 45.0  # seconds that a clock stands still for somebody without a line
#: The parts in which there is something to try once more.
TRIES = ("sum", "check", "ask", "sum2")
#: What is on for the room when its own clock is over, and tables at their own pace still talk.
STILL = "still"


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
        self.must_make_sense()

    def must_make_sense(self) -> None:
        """Refuse a set-up that means nothing."""
        must_be("preset", self.preset, tuple(PRESETS))
        must_be("sync", self.sync, SYNCS)
        must_be("remote_policy", self.remote_policy, POLICIES)
        must_be("time_factor", self.time_factor, FACTORS)
        must_be("turns", self.turns, tuple(range(MOST_TURNS + 1)))
        if set(self.lengths) - set(PARTS):
            raise ValueError("lengths are of parts")
        for part, length in {**self.lengths, "contrast": self.contrast}.items():
            must_last(part, length)

    @property
    def rounds(self) -> int:
        return self.turns or self.size

    @property
    def own_pace(self) -> bool:
        """Whether each table goes on by itself. Who sits beside each other hears the one gong."""
        return self.sync == "group" and self.find != "neighbour"

    # -- how long

    @property
    def slower(self) -> float:
        """How much longer each part takes. With somebody at the table by phone, or all in a call, a
        quarter, unless the facilitator chose otherwise."""
        by_phone = self.find == "remote" or self.remote_policy == "mixed_buddy"
        return self.time_factor or (A_QUARTER_MORE if by_phone else 1.0)

    def plan(self, preset: str = "") -> list[tuple[str, int, float]]:
        """Every part of every turn with its seconds."""
        own = self.lengths if preset in ("", self.preset) else {}
        usual = {**self.usual(preset or self.preset), **own}
        length = {part: self.stretched(part, usual[part]) for part in PARTS}
        parts = [("contrast", 0, self.badly)]
        parts += [(part, n, length[part]) for n in range(self.rounds) for part in PARTS]
        return [one for one in parts if one[2]]

    def usual(self, preset: str) -> dict[str, float]:
        """The seconds of each part that a preset gives it."""
        return dict(zip(PARTS, PRESETS[preset], strict=True))

    @property
    def badly(self) -> float:
        """Seconds in which listening is done wrong first."""
        return self.stretched("contrast", self.contrast)

    def lasts(self, preset: str = "") -> float:
        """How long the whole talk lasts, in seconds."""
        return sum(length for _, _, length in self.plan(preset))

    def minutes_of(self, preset: str) -> int:
        """The same, in whole minutes."""
        return round(self.lasts(preset) / 60)

    def minutes_at(self, stage: Stage) -> float:
        """As planned, and what the facilitator chose since makes it longer or shorter."""
        longer = stage.data.get("set_longer", 0.0)
        return round(self.minutes + longer / 60) if self.minutes and longer else self.minutes

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
        clocks = (0, *self.paced_tables(stage))
        return stage.phase != "talk" or not any(self.schedule(stage, n).part(now) for n in clocks)

    def halts_at(self, stage: Stage, now: float) -> float | None:
        """At the swap. Tables at their own pace wait for nobody."""
        if (room := settings.effective(self, stage)) is not self:
            return room.halts_at(stage, now)
        if stage.phase != "talk" or self.own_pace:
            return None
        swap = self.schedule(stage).end_of_turn(now)
        own = [self.schedule(stage, n).ends() for n in self.own_clocks(stage)]
        at_once = swap and all(any(abs(swap - end) < AT_THE_GONG for end in ends) for ends in own)
        return swap if at_once else None

    # -- what the facilitator does

    def timed(self, stage: Stage, move: Move) -> Stage | None:
        """Moves that change the time of the talk."""
        schedule = self.schedule(stage)
        over = not self.talks(stage, move.at)
        match move.name:
            case "next" if self.own_pace:
                self.must_mean_it(stage, move)
            case "skip" | "back" if not over and self.own_pace:
                raise Refused("own_pace")
            case "next" | "skip" if not over:
                if self.on(schedule, move) == "check" and not move.fields.get("force"):
                    raise Refused("check_stays")
                return self.kept(stage, schedule.skipped(move.at))
            case "back" if not over:
                return self.kept(stage, schedule.back(move.at))
            case "pause":  # who was waited for is waited for by all
                return self.everywhere(stage, lambda one: one.paused(move.at)).note(waits={})
            case "resume":
                resumed = self.everywhere(stage, lambda one: one.resumed(move.at))
                return resumed.note(resumed_at=move.at)
            case "extend":
                return self.everywhere(stage, lambda one: self.longer(one, move))
            case "stop" if stage.data.get("stopped"):
                return stage
            case "stop" if not over:
                fb = self.giving_back()
                stopped = self.everywhere(stage, lambda one: one.stopped(move.at, "fb", fb))
                return stopped.note(stopped=True, waits={})
            case "nudge" if not over:
                return hints.nudge(stage, move)
            case "tip" if not over and self.own_pace:
                return hints.given_at_own_pace(stage, move)
            case "tip" if not over:
                return hints.given(stage, schedule, move)
        return None

    def must_mean_it(self, stage: Stage, move: Move) -> None:
        """To look together cuts off who still talks: that is confirmed."""
        still = self.still_talk(stage, move.at, chairs_of(stage, move))
        if still and not move.fields.get("force"):
            raise Refused("still_talking", n=len(still))

    def giving_back(self) -> float:
        """Seconds to give back in when the talk is stopped, also where that part was left out."""
        planned = (length for name, _, length in self.plan() if name == "fb")
        return next(planned, self.stretched("fb", self.usual(self.preset)["fb"]))

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
        """The clock of the room is changed, and with it those of tables at their own pace. One
        that is over stays so; Refused if all are."""
        paces = stage.data.get("paces", {})
        clocks = {"": self.schedule(stage), **{table: read(kept) for table, kept in paces.items()}}
        refused = []
        for name, clock in clocks.items():
            try:
                clocks[name] = change(clock)
            except Refused as no:
                refused.append(no)
        if len(refused) == len(clocks):
            raise refused[0]
        changed = {name: clock.written() for name, clock in clocks.items() if name}
        return self.kept(stage, clocks[""]).note(paces=changed)

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
            begins = entered.note(
                schedule=begun.written(), paces={}, divided={}, waits={}, stopped=False,
                shares_since={}, turns_since={},
            )  # fmt: skip
            return self.with_shares(begins, move) if self.find != "neighbour" else begins
        return entered

    def with_shares(self, stage: Stage, move: Move) -> Stage:
        """Tables where more people tell than there are turns divide the time."""
        shares = sharing(shared := self.divided(stage, move))
        clock = self.schedule(stage)
        own = {n: clock.divided(people, "contrast").written() for n, people in shares.items()}
        return shared.note(divided=own)

    def turns_needed(self, stage: Stage, seating: Seating, table: Table, now: float) -> int:
        """As many as there are people who have not told, but not in the last turn: there is no time
        left to divide."""
        on = self.schedule(stage, table.number).part(now) if stage.phase == "talk" else None
        if on is None:
            return 0
        turns = self.turns_at(stage, seating, table)
        if turns:
            seating, table = self.by_own_clock(stage, seating, table)
        left, needed = (turns or self.to_tell) - on.turn - 1, len(seating.to_come(table, on.turn))
        return on.turn + 1 + needed if 0 < left < needed <= MOST_OWN_TURNS - on.turn - 1 else 0

    def with_more_turns(self, stage: Stage, move: Move, table: int, turns: int) -> Stage:
        """More people tell at a table than there are turns left: they divide what is left."""
        schedule, on = self.schedule(stage, table), self.moment_at(stage, move.at, table)[0]
        divided = schedule.divided_after(on, turns)
        clocks = "paces" if self.own_pace else "divided"
        since, now = stage.data.get("shares_since", {}), self.moment_at(stage, move.at)[0]
        known = turns_since(stage, table) or [(0, sharing(stage).get(str(table), self.to_tell))]
        return stage.note(
            shares={**sharing(stage), str(table): turns},
            shares_since={str(table): now} | since if str(table) not in sharing(stage) else since,
            turns_since={
                **stage.data.get("turns_since", {}),
                str(table): [*known, (on + 1, turns)],
            },
            **{clocks: {**stage.data.get(clocks, {}), str(table): divided.written()}},
        )

    def begun(self, stage: Stage, move: Move) -> Schedule:
        """The whole talk, beginning now."""
        return laid(self.plan(), at=move.at)

    # -- tables at their own pace

    def ready(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """We sit; or, at our own pace, we are ready for the next part."""
        table = self.my_table(scene, chair)
        if scene.stage.phase != "talk" or not self.own_pace or table is None:
            return super().ready(scene, mine, chair, act)
        only(act.fields)
        if self.part(scene, table.number) == "check":
            raise Refused("check_stays")
        return [Move("ready", {"table": table.number}), Touch(table.people)]

    def by_group(self, stage: Stage, move: Move) -> Stage:
        if stage.phase == "talk" and move.name in ("again", "ready", "waits", "waited"):
            return self.at_own_pace(stage, move, whole(move.fields.get("table")))
        after = super().by_group(stage, move)
        if move.name == "merged" and (turns := move.fields["turns"]):
            return self.with_more_turns(after, move, whole(move.fields["into"]), turns)
        return after

    def at_own_pace(self, stage: Stage, move: Move, table: int) -> Stage:
        """A table tries once more, goes on, or waits for somebody without a line."""
        match move.name:
            case "again":
                return self.once_more(stage, move, table)
            case "waits":
                return self.halted(stage, move, table)
            case "waited":
                return self.goes_on(stage, move, table)
        last = stage.data.get("went_on", {})
        if move.at < last.get(str(table), 0.0) + AT_ONCE:  # two of them tapped
            return stage
        went = stage.note(went_on={**last, str(table): move.at})
        return self.paced(went, table, lambda s: s.skipped(move.at))

    def once_more(self, stage: Stage, move: Move, table: int) -> Stage:
        """Half a minute for a second try, also where a part is as long as it may be. When the
        summary is long past no time moves."""
        schedule = self.schedule(stage, table)
        if self.on(schedule, move) not in TRIES:
            return stage
        least, most = USUAL_LIMITS
        return self.paced(stage, table, lambda s: s.stretched(move.at, AGAIN, least, most + AGAIN))

    def paced(self, stage: Stage, table: int, change: Callable[[Schedule], Schedule]) -> Stage:
        """A table changes its own time."""
        paces = stage.data.get("paces", {})
        changed = change(self.schedule(stage, table)).written()
        return stage.note(paces={**paces, str(table): changed})

    def paced_tables(self, stage: Stage, chairs: Mapping[str, Body] | None = None) -> list[int]:
        """The tables that go at their own pace. With the chairs also who came late, and without
        tables that all have left."""
        if not self.own_pace:
            return []
        if chairs is not None:
            seating, at = self.seated(stage, chairs), (self.rounds - 1, END)
            return [one.number for one in seating.tables_at(at) if seating.talking(one, at)]
        grouped = (n for n, people in enumerate(stage.data.get("tables", ()), 1) if people)
        known = {*grouped, *map(int, stage.data.get("paces", {}))}
        return sorted(known - {one[0] for one in stage.data.get("merges", ())})

    def still_talk(
        self, stage: Stage, now: float, chairs: Mapping[str, Body] | None = None
    ) -> list[int]:
        """Those of them whose talk is not over."""
        tables = self.paced_tables(stage, chairs)
        return [number for number in tables if self.schedule(stage, number).part(now)]

    def talks(self, stage: Stage, now: float) -> bool:
        """Whether the talk goes on: by the room's clock, by which who came late begins, or at
        some table at its own pace."""
        return self.schedule(stage).part(now) is not None or bool(self.still_talk(stage, now))

    # -- somebody at a table in a call has no line

    def by_itself(self, scene: Scene) -> Outcome:
        """A table at its own pace waits for who has no line, and goes on when they are back."""
        if (room := settings.effective(self, scene.stage)) is not self:
            return room.by_itself(scene)
        waits = scene.stage.data.get("waits", {})
        if scene.stage.phase != "talk" or not self.own_pace or not (scene.away or waits):
            return []
        seating, at = self.seating(scene), self.end_of_turn(scene)
        tables = {table.number: table for table in seating.tables_at(at)}
        misses = {n for n, table in tables.items() if self.lost_at(scene, seating, table)}
        through = {int(n) for n, since in waits.items()
                   if int(n) not in misses or scene.now >= since + LONGEST_WAIT}  # fmt: skip
        begins = {n for n in misses if str(n) not in waits and self.runs(scene, n)}
        found: Outcome = [Move("waited", {"table": n}) for n in sorted(through)]
        found += [Move("waits", {"table": n}) for n in sorted(begins)]
        people = [tables[n].people for n in sorted(through | begins) if n in tables]
        return told_to_phones([*found, Touch(tuple(one for some in people for one in some))])

    def lost_at(self, scene: Scene, seating: Seating, table: Table) -> list[str]:
        """Who in the call of a table has had no line for a moment: not so long yet that the
        others may choose."""
        there = seating.there(table, self.end_of_turn(scene))
        return [one for one in sorted(in_call(seating, there))
                if 0 < scene.away.get(phone_of(one), 0) < TO_WAIT]  # fmt: skip

    def runs(self, scene: Scene, table: int) -> bool:
        """Whether the clock of a table runs."""
        schedule = self.schedule(scene.stage, table)
        return schedule.paused_at is None and schedule.part(scene.now) is not None

    def halted(self, stage: Stage, move: Move, table: int) -> Stage:
        """The clock of a table stands still, unless that of the room does."""
        if self.schedule(stage, table).paused_at is not None:
            return stage
        waits = {**stage.data.get("waits", {}), str(table): move.at}
        return self.paced(stage.note(waits=waits), table, lambda s: s.paused(move.at))

    def goes_on(self, stage: Stage, move: Move, table: int) -> Stage:
        """It runs again. However late somebody noticed, it stood still no longer than it may."""
        waits = dict(stage.data.get("waits", {}))
        since = waits.pop(str(table), None)
        if since is None:
            return stage
        at = min(move.at, since + LONGEST_WAIT)
        return self.paced(stage.note(waits=waits), table, lambda s: s.resumed(at))

    def frozen(self, scene: Scene, chair: str, table: int) -> Body | None:
        """From when to when the clock on this phone stands still for somebody without a line:
        that of its table, or only what it shows of the room's, which goes on."""
        if self.own_pace:
            since = scene.stage.data.get("waits", {}).get(str(table))
        else:
            mine = self.my_table(scene, chair)
            lost = self.lost_at(scene, self.seating(scene), mine) if mine else []
            ids = {phone_of(one) for one in lost} - {chair}
            since = min((scene.lost.get(one, scene.now) for one in ids), default=None)
            since = None if since is None else since + MISSED_AFTER
        return None if since is None else {"from": since, "to": since + LONGEST_WAIT}

    # -- what is seen of it

    def clock(self, scene: Scene, audience: Audience) -> Body:
        """The talk in time: all its parts, so that nobody need ask what is on."""
        stage, schedule = scene.stage, self.schedule(scene.stage)
        shown = schedule if audience == "phone" else self.until_all_are_through(scene)
        tip = hints.tip(stage, schedule)
        return {
            "parts": shown.told() if stage.phase == "talk" else [],
            "paused_at": schedule.paused_at,
            "resumed_at": stage.data.get("resumed_at"),
            "stopped": bool(stage.data.get("stopped")),
            "tip": tip if audience == "console" else hints.told_at(tip, 0),
        }

    def until_all_are_through(self, scene: Scene) -> Schedule:
        """The room's time, over when the last table at its own pace is through."""
        schedule, ends = self.schedule(scene.stage), self.ends_of_tables(scene)
        return schedule.over_at(max(ends), STILL) if ends else schedule

    def own_time(self, scene: Scene, chair: Entry, table: int) -> Body:
        """The time of my table, when it has one of its own; and whether it stands still."""
        found: Body = {"frozen": None}
        if scene.stage.phase != "talk" or not table:
            return found
        found["frozen"] = self.frozen(scene, chair.id, table)
        schedule = self.schedule(scene.stage, table)
        if self.own_pace or table in self.own_clocks(scene.stage):
            found |= {"parts": schedule.told(), "paused_at": schedule.paused_at}
        if self.own_pace:
            found["tip"] = hints.told_at(hints.tip_at(scene.stage, schedule), table)
        elif (tip := hints.told_at(hints.tip(scene.stage, schedule), table)) and tip["table"]:
            found["tip"] = tip  # what is for all stands on every phone
        return found

    def ends_of_tables(self, scene: Scene) -> list[float]:
        """When the tables at their own pace are through, the first one first."""
        if scene.stage.phase != "talk":
            return []
        tables = self.paced_tables(scene.stage, chairs_in(scene))
        return sorted(self.schedule(scene.stage, n).parts[-1].end for n in tables)

    def tables_still(self, scene: Scene) -> list[Body]:
        """How many tables still talk, from when to when: as one after another is through."""
        ends = self.ends_of_tables(scene)
        begins = [0.0, *ends]
        return [{"n": len(ends) - n, "from": begins[n], "to": end}
                for n, end in enumerate(ends) if begins[n] < end]  # fmt: skip

    def mixing(self, scene: Scene) -> Body:
        """Whether tables can be mixed at the next swap, and which are to be."""
        turn = self.moment(scene)[0] + 1
        stopped = scene.stage.data.get("stopped") or self.own_pace
        possible = scene.stage.phase == "talk" and self.find != "neighbour" and not stopped
        mixes = [one for one in read_mixes(scene.stage.data.get("mixes", ())) if one.turn >= turn]
        return {
            "turn": max(0, turn - 1),
            "may_mix": possible and turn < self.rounds,
            "mixes": [one.tables for one in mixes] if possible else [],
        }

    def with_clock(self, stage: Stage, table: Body) -> Body:
        """A table as the console has it: with its clock, if that is not the room's."""
        own = self.own_pace or table["number"] in self.own_clocks(stage)
        return self.paced_table(stage, table) if own else table

    def paced_table(self, stage: Stage, table: Body) -> Body:
        """A table with its own clock."""
        schedule = self.schedule(stage, table["number"])
        return {**table, "parts": schedule.told(), "paused_at": schedule.paused_at}


def must_be(name: str, value: object, known: tuple[object, ...]) -> None:
    """Refuse a value that is none of these. Yes is not the number one."""
    if isinstance(value, bool) or value not in known:
        raise ValueError(f"{name} is one of {', '.join(map(str, known))}")


def must_last(part: str, length: float) -> None:
    """Refuse a length that no part may have."""
    least, most = LIMITS.get(part, USUAL_LIMITS)
    if isinstance(length, bool) or not isinstance(length, int | float):
        raise ValueError(f"{part} lasts a number of seconds")
    if not (least <= length <= most or (length == 0 and part in MAY_BE_LEFT_OUT)):
        raise ValueError(f"{part} lasts {least} to {most} seconds")
