"""Pairs: tell, sum up, swap. The phone lies face down."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar

from ..domain.activity import (
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
    seconds,
)
from ..domain.arrivals import BEFORE, chairs_of
from ..domain.gathering import Gathering, role_of
from ..domain.results import Results
from ..domain.schedule import NEVER_UNDER
from ..domain.seating import (
    INTERPRETER,
    MOST,
    OUT,
    TELLER,
    WAITING,
    Moment,
    Seating,
    Table,
)
from ..domain.shares import LAST, own_turns, people_at, roles, shared, stretched
from ..domain.sharing import LEADER, chairs_on
from ..domain.signals import signals

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
class Pairs(Gathering):
    """With `find: neighbour` nobody is matched: the screen says who begins and when to swap. Else
    each phone says so. One trio at most is made where the number is odd: there each has a shorter
    turn, and all are ready on the same gong."""

    kind: ClassVar[str] = "pairs"
    shares: ClassVar[bool] = True

    find: str = "neighbour"
    size: int = 2
    tell: float = 75  # seconds
    sum_up: float = 45  # seconds
    choose: float = 60  # seconds; 0 when there is nothing to choose together

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.size != 2:
            raise ValueError("size is 2")

    @property
    def brings(self) -> frozenset[str]:
        return frozenset() if self.find == "neighbour" else super().brings

    @property
    def phases(self) -> tuple[str, ...]:
        return ("open",) if self.find == "neighbour" else ("optin", "gather", "talk")

    @property
    def rounds(self) -> int:
        return 3 if self.choose else 2

    @property
    def to_tell(self) -> int:
        return IN_TURNS

    def slots(self) -> tuple[str, ...]:
        return () if self.find == "neighbour" else ("chair", "help")

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        if self.find == "neighbour":
            raise Refused("nothing_to_answer_here")
        return super().accept(scene, mine, act)

    # -- time

    def lengths(self) -> list[tuple[str, float]]:
        """The parts of the talk in order, in seconds."""
        turns = [("tell_1", self.tell), ("sum_1", self.sum_up),
                 ("tell_2", self.tell), ("sum_2", self.sum_up)]  # fmt: skip
        return [*turns, ("choose", self.choose)] if self.choose else turns

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
        turn = [self.tell * IN_TURNS / people, self.sum_up * IN_TURNS / people]
        ends = list(accumulate(turn * people))
        ends = [begin + end for end in stretched(ends, stage.data.get("stretches", ()))]
        ends[-1] = gong  # to the last digit: nobody hears a second one
        names = [f"{what}_{n + 1}" for n in range(people) for what in ("tell", "sum")]
        found = [
            {"name": name, "turn": n // 2, "from": start, "to": end}
            for n, (name, start, end) in enumerate(zip(names, [begin, *ends], ends, strict=False))
        ]
        return found + [{**part, "turn": people} for part in parts if part["name"] == "choose"]

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

    # -- what the facilitator does

    def move(self, stage: Stage, move: Move) -> Stage:
        match move.name:
            case "show":
                raise Refused("unknown_move", name=move.name)  # there is nothing to look at
            case "pause" | "resume" | "extend" | "again" | "stop" if stage.phase in (
                "open",
                "talk",
            ):
                return self.timed(stage, move)
        return super().move(stage, move)

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

    def enter(self, stage: Stage, phase: str, move: Move) -> Stage:
        entered = without(super().enter(stage, phase, move), *CLOCK)
        return self.divided(entered, move) if phase == "talk" else entered

    def divided(self, stage: Stage, move: Move) -> Stage:
        """Where more people sit down to tell than there are turns, they share the time."""
        seating = self.seated(stage, chairs_of(stage, move))
        return stage.note(shares=shared(seating, MOST))

    # -- what is seen

    def view(self, scene: Scene, audience: Audience) -> Body:
        stage = scene.stage
        seen: Body = {
            "find": self.find,
            "question": self.question,
            "parts": self.schedule(stage),
            "paused_at": stage.data.get("paused_at"),
        }
        if self.find == "neighbour":
            return seen if audience == "phone" else seen | {"signals": signals(stage)}
        seen["parts"] = self.in_turns(stage) if stage.phase == "talk" else []
        return seen | self.told(scene, audience) | {"turns": self.rounds}

    def own(self, scene: Scene, mine: Mine) -> Body:
        return {} if self.find == "neighbour" else super().own(scene, mine)

    def own_place(self, scene: Scene, mine: Mine, chair: Entry) -> Body:
        """My table, and what I do in each turn: by those of the room, or of a table of its own."""
        place, seating = super().own_place(scene, mine, chair), self.seating(scene)
        table, people = self.my_table(scene, chair.id), [*chairs_on(chair.id, chair.body)]
        by_turn = self.by_own_turns(scene.stage, seating, table) if table else []
        if table and by_turn:
            place |= self.told_by_turn(scene, seating, table, by_turn, people)
        told = [TELLER in each for each in zip(*place["cards"], strict=True)]
        return {"shares": IN_TURNS, **place, "all_tell": all(told)}

    def told_by_turn(
        self, scene: Scene, seating: Seating, table: Table,
        by_turn: list[Mapping[str, str]], chairs: list[str],
    ) -> Body:  # fmt: skip
        """What people are told of their table, if it has turns of its own."""
        stage, shares = scene.stage, len(by_turn) - self.rounds + IN_TURNS
        cards = [[one[chair] for chair in chairs] for one in by_turn]
        no_talk = (OUT, WAITING, INTERPRETER)
        return {
            "shares": shares,
            "parts": self.shared(stage, shares) if stage.phase == "talk" else [],
            "tables": [table.number for _ in by_turn],
            "together": [sum(does not in no_talk for does in one.values()) for one in by_turn],
            "calls": self.calls(scene, seating, [table for _ in by_turn]),
            "types": [False for _ in by_turn],
            "roles": [role_of(one) for one in cards],
            "cards": cards if len(chairs) > 1 else [],
        }  # fmt: skip

    def leaders_place(self, scene: Scene) -> Body | None:
        """The same for who leads and takes part."""
        place = super().leaders_place(scene)
        table = self.my_table(scene, LEADER) if place and scene.stage.phase == "talk" else None
        seating = self.seating(scene)
        by_turn = self.by_own_turns(scene.stage, seating, table) if table else []
        if table is None or not by_turn:
            return place
        told = self.told_by_turn(scene, seating, table, by_turn, [LEADER])
        return {name: told[name] for name in ("tables", "roles", "parts")}

    def by_own_turns(
        self, stage: Stage, seating: Seating, table: Table
    ) -> list[Mapping[str, str]]:  # fmt: skip
        """What everybody does in each turn of a table that has its own; none where it goes by
        the room's."""
        people = self.people_to_tell(stage, seating, table)
        if people == IN_TURNS:
            return []
        at_table = self.at_own_table(stage, seating, people)
        return [roles(at_table, table, turn) for turn in range(people + self.rounds - IN_TURNS)]

    def people_to_tell(self, stage: Stage, seating: Seating, table: Table) -> int:
        """How many turns a table has in the time of the talk. While all gather, what it would be."""
        if stage.phase == "talk":
            return sharing(stage).get(str(table.number), IN_TURNS)
        return people_at(seating, table, MOST)

    def at_own_table(self, stage: Stage, seating: Seating, people: int) -> Seating:
        """Everybody by the turns of a table at which so many share the time."""
        begins = [part["from"] for part in self.shared(stage, people)]
        swaps = [self.moment_when(stage, begin, people) for begin in begins[::2]]
        return own_turns(seating, people, swaps)

    def roles_now(self, scene: Scene, seating: Seating, table: Table) -> Mapping[str, str]:
        stage, people = scene.stage, self.people_to_tell(scene.stage, seating, table)
        if people == IN_TURNS:
            return super().roles_now(scene, seating, table)
        clock, parts = stage.data.get("paused_at", scene.now), self.shared(stage, people)
        on = next((part for part in parts if clock < part["to"]), parts[-1])
        return self.at_own_table(stage, seating, people).roles(table, (on["turn"], LAST))

    def results(self, scene: Scene) -> Results:
        return Results()


def sharing(stage: Stage) -> Mapping[str, int]:
    """How many share the time of the talk, by table, where they do."""
    return dict(stage.data.get("shares", {}))


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


ROOM = Pairs
