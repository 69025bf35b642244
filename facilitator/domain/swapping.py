"""One tells, the other sums up, and they swap: by the clock of the room, or by that of a table at
which more people share the same time."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from itertools import accumulate

from .activity import Body, Move, Refused, Stage, seconds
from .chairs import Moment
from .dividing import Dividing, sharing
from .planned import A_QUARTER_MORE, ROUNDED_TO
from .schedule import NEVER_UNDER
from .shares import stretched
from .sitting import BEFORE

#: The turn in which each part falls. While people choose nobody is the teller.
TURNS = {"tell_1": 0, "sum_1": 0, "tell_2": 1, "sum_2": 1, "choose": 2}
IN_TURNS = 2  # how many tell where the time is not shared
#: So many moments lie within a part: somebody may leave and return in it.
A_PART = 10
AT_ONCE = 0.1  # seconds; two clocks that differ less swap together
#: What the stage keeps of a clock that runs, and of all that was added to it.
CLOCK = ("started", "longer", "paused_at", "stretches", "stopped")
ADDED = ("extra", "timed_from")


@dataclass(frozen=True)
class Swapping(Dividing):
    """The clock of a talk in which two take turns, and in the end may choose together."""

    tell: float = 75  # seconds
    sum_up: float = 45  # seconds
    choose: float = 60  # seconds; 0 when there is nothing to choose together
    time_factor: float = 0.0  # 0: what people who are not together need

    @property
    def rounds(self) -> int:
        return 3 if self.choose else 2

    @property
    def to_tell(self) -> int:
        return IN_TURNS

    # -- time

    @property
    def slower(self) -> float:
        """How much longer each part takes. With somebody at the table by phone a quarter, unless
        the format says otherwise."""
        return self.time_factor or (A_QUARTER_MORE if self.remote_policy == "mixed_buddy" else 1.0)

    def longer(self, length: float) -> float:
        """More time, where languages, distance or an interpreter ask it."""
        if self.slower == 1.0 or not length:
            return length
        return max(1, int(length * self.slower / ROUNDED_TO + 0.5)) * ROUNDED_TO

    def lengths(self) -> list[tuple[str, float]]:
        """The parts of the talk in order, in seconds."""
        tell, sum_up = self.longer(self.tell), self.longer(self.sum_up)
        turns = [("tell_1", tell), ("sum_1", sum_up), ("tell_2", tell), ("sum_2", sum_up)]
        return [*turns, ("choose", self.longer(self.choose))] if self.choose else turns

    def schedule(self, stage: Stage) -> list[Body]:
        """Each part with its begin and end in server seconds; extensions counted in."""
        extra = stage.data.get("longer", {})
        begin, parts = float(stage.data.get("started", stage.since)), []
        for name, length in self.lengths():
            end = begin + max(NEVER_UNDER, length + extra.get(name, 0))
            if name != "choose":
                end = min(end, self.stops_at(stage))
            parts.append({"name": name, "from": begin, "to": end})
            begin = end
        return parts

    def stops_at(self, stage: Stage) -> float:
        """When telling is over, by the clock or because it was stopped."""
        started = float(stage.data.get("started", stage.since))
        return started + float(stage.data.get("stopped", math.inf))

    def moment_at(self, stage: Stage, now: float, table: int = 0) -> Moment:
        if stage.phase != "talk":
            return BEFORE
        return self.moment_when(stage, stage.data.get("paused_at", now))

    def moment_when(self, stage: Stage, clock: float, people: int = IN_TURNS) -> Moment:
        """The turn that is on, and how many parts of it are over, at any table."""
        parts = self.schedule(stage)
        on = next((part for part in parts if clock < part["to"]), None)
        if on is None:
            return (self.rounds, 0)
        turn = TURNS[on["name"]]
        begin = min(part["from"] for part in parts if TURNS[part["name"]] == turn)
        sizes = {people, *sharing(stage).values()} - {IN_TURNS}
        all_parts = parts + [part for n in sizes for part in self.shared(stage, n)]
        over = {part["to"] for part in all_parts if begin < part["to"] <= clock}
        return (turn, A_PART * len(over))

    def shared(self, stage: Stage, people: int) -> list[Body]:
        """The parts of a table at which so many share the time."""
        parts = self.schedule(stage)
        begin, gong = parts[0]["from"], gong_of(parts)
        turn = [length * IN_TURNS / people for _, length in self.lengths()[:2]]
        ends = list(accumulate(turn * people))
        ends = [begin + end for end in stretched(ends, stage.data.get("stretches", ()))]
        ends[-1] = gong  # to the last digit: nobody hears a second one
        names = [f"{what}_{n + 1}" for n in range(people) for what in ("tell", "sum")]
        found = [
            {"name": name, "turn": n // 2, "from": start, "to": end}
            for n, (name, start, end) in enumerate(zip(names, [begin, *ends], ends, strict=False))
        ]
        return found + [{**part, "turn": people} for part in parts if part["name"] == "choose"]

    def parts_at(self, stage: Stage, table: int, people: int) -> list[Body]:
        return self.shared(stage, people)

    def swaps_at(self, stage: Stage, table: int, people: int) -> list[Moment]:
        begins = [part["from"] for part in self.shared(stage, people)]
        return [self.moment_when(stage, begin, people) for begin in begins[::2]]

    def halts_at(self, stage: Stage, now: float) -> float | None:
        """At the swap, and before people choose; never in the middle of somebody's turn."""
        if stage.phase not in ("open", "talk") or "paused_at" in stage.data:
            return None
        own = [swaps(self.shared(stage, people)) for people in {*sharing(stage).values()}]
        return next((
            swap for swap in swaps(self.in_turns(stage))
            if now < swap and all(any(abs(swap - one) < AT_ONCE for one in table) for table in own)
        ), None)  # fmt: skip

    def in_turns(self, stage: Stage) -> list[Body]:
        """The parts of the room, each with its turn."""
        return [{**part, "turn": TURNS[part["name"]]} for part in self.schedule(stage)]

    def running(self, stage: Stage, now: float) -> Body | None:
        """The part that is on, if the talk is not over."""
        clock = stage.data.get("paused_at", now)
        return next((part for part in self.schedule(stage) if clock < part["to"]), None)

    def enter(self, stage: Stage, phase: str, move: Move) -> Stage:
        entered = without(super().enter(stage, phase, move), *CLOCK)
        return self.divided(entered, move) if phase == "talk" else entered

    def timed(self, stage: Stage, move: Move) -> Stage:
        """Moves that change the time of the talk."""
        match move.name:
            case "pause" if "paused_at" not in stage.data:
                return stage.note(paused_at=move.at)
            case "resume" if "paused_at" in stage.data:
                waited = move.at - stage.data["paused_at"]
                started = stage.data.get("started", stage.since) + waited
                return without(stage, "paused_at").note(started=started)
            case "extend":
                return self.extend(stage, move)
            case "stop":
                return self.stopped(stage, move)
            case "again":
                anew = without(stage.to(since=move.at), *CLOCK, *ADDED)
                if stage.phase == "open":
                    return anew
                return self.divided(self.afresh(anew, move), move)
        return stage

    def stopped(self, stage: Stage, move: Move) -> Stage:
        """Telling is over for all, at a table with its own turns too: they choose, or it is done.
        While they choose that is over. A clock that stands still runs again."""
        runs = self.timed(stage, dataclasses.replace(move, name="resume"))
        on = self.running(runs, move.at)
        if on is None:
            return runs
        if on["name"] == "choose":
            return self.cut(runs, "choose", move.at - on["from"])
        parts = self.schedule(runs)
        begin, gong = parts[0]["from"], gong_of(parts)
        stretch = [move.at - begin, gong - begin, move.at - begin]
        return runs.note(
            stopped=move.at - begin, stretches=[*runs.data.get("stretches", ()), stretch]
        )

    def cut(self, stage: Stage, name: str, length: float) -> Stage:
        """A part is as long as this, or as short as it may be."""
        longer = {**stage.data.get("longer", {}), name: length - dict(self.lengths())[name]}
        return stage.note(longer=longer)

    def extend(self, stage: Stage, move: Move) -> Stage:
        """Give the part that is running now more or less time. Less never takes from the part
        after it."""
        on = self.running(stage, move.at)
        if on is None:
            raise Refused("time_is_up")
        clock, name = stage.data.get("paused_at", move.at), on["name"]
        by = seconds(move)
        if by < 0:
            by = max(by, min(0.0, clock + NEVER_UNDER - on["to"]))
        extra = stage.data.get("longer", {})
        longer = {**extra, name: on["to"] - on["from"] + by - dict(self.lengths())[name]}
        after = stage.note(longer=longer, extra=stage.data.get("extra", 0) + by)
        if TURNS[name] == IN_TURNS:
            return after
        begin = self.schedule(stage)[0]["from"]
        gongs = [gong_of(self.schedule(one)) - begin for one in (stage, after)]
        stretch = [clock - begin, *gongs]
        return after.note(stretches=[*stage.data.get("stretches", ()), stretch])


def swaps(parts: list[Body]) -> list[float]:
    """When each turn ends that gives way to another."""
    turns = sorted({part["turn"] for part in parts})[:-1]
    return [max(float(part["to"]) for part in parts if part["turn"] == turn) for turn in turns]


def gong_of(parts: list[Body]) -> float:
    """When everybody has told."""
    return max(float(part["to"]) for part in parts if part["name"] != "choose")


def without(stage: Stage, *names: str) -> Stage:
    """The same stage without what is noted under these names."""
    return stage.to(data={name: kept for name, kept in stage.data.items() if name not in names})
