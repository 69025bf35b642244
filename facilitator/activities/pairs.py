"""Pairs: tell, sum up, swap. The phone lies face down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..domain.activity import (
    Act,
    Audience,
    Body,
    Mine,
    Move,
    Outcome,
    Refused,
    Scene,
    Stage,
    seconds,
)
from ..domain.arrivals import BEFORE
from ..domain.gathering import Gathering
from ..domain.results import Results
from ..domain.seating import Moment
from ..domain.signals import signals

#: The turn in which each part falls. While people choose nobody is the teller.
TURNS = {"tell_1": 0, "sum_1": 0, "tell_2": 1, "sum_2": 1, "choose": 2}
#: What the stage keeps of a clock that runs, and of all that was added to it.
CLOCK = ("started", "longer", "paused_at")
ADDED = ("extra", "timed_from")


@dataclass(frozen=True)
class Pairs(Gathering):
    """With `find: neighbour` nobody is matched: the screen says who begins and when to swap. Else
    each phone says so. One trio at most is made where the number is odd: the third listens along."""

    kind: ClassVar[str] = "pairs"

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
        return 2

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
            end = begin + max(5.0, length + extra.get(name, 0))
            parts.append({"name": name, "from": begin, "to": end})
            begin = end
        return parts

    def moment_at(self, stage: Stage, now: float, table: int = 0) -> Moment:
        if stage.phase != "talk":
            return BEFORE
        running = self.running(stage, now)
        if running is None:
            return (self.rounds, 0)
        turn = TURNS[running]
        return (turn, [name for name in TURNS if TURNS[name] == turn].index(running))

    def running(self, stage: Stage, now: float) -> str | None:
        """The part that is on, if the talk is not over."""
        clock = stage.data.get("paused_at", now)
        return next((p["name"] for p in self.schedule(stage) if clock < p["to"]), None)

    # -- what the facilitator does

    def move(self, stage: Stage, move: Move) -> Stage:
        match move.name:
            case "show":
                raise Refused("unknown_move", name=move.name)  # there is nothing to look at
            case "pause" | "resume" | "extend" | "again" if stage.phase in ("open", "talk"):
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
            case "again":
                anew = without(stage.to(since=move.at), *CLOCK, *ADDED)
                return anew if stage.phase == "open" else self.afresh(anew, move)
        return stage

    def extend(self, stage: Stage, move: Move) -> Stage:
        """Give the part that is running now more or less time."""
        running = self.running(stage, move.at)
        if running is None:
            raise Refused("time_is_up")
        extra = stage.data.get("longer", {})
        longer = {**extra, running: extra.get(running, 0) + seconds(move)}
        return stage.note(longer=longer, extra=stage.data.get("extra", 0) + seconds(move))

    def enter(self, stage: Stage, phase: str, move: Move) -> Stage:
        return without(super().enter(stage, phase, move), *CLOCK)

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
        in_turns = [{**part, "turn": TURNS[part["name"]]} for part in seen["parts"]]
        seen["parts"] = in_turns if stage.phase == "talk" else []
        return seen | self.told(scene, audience) | {"turns": self.rounds}

    def own(self, scene: Scene, mine: Mine) -> Body:
        return {} if self.find == "neighbour" else super().own(scene, mine)

    def results(self, scene: Scene) -> Results:
        return Results()


def without(stage: Stage, *names: str) -> Stage:
    """The same stage without what is noted under these names."""
    return stage.to(data={name: kept for name, kept in stage.data.items() if name not in names})


ROOM = Pairs
