"""Pairs: turn to your neighbour, tell, sum up, swap. The phone lies face down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..domain.activity import (
    Act,
    Activity,
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
from ..domain.results import Results


@dataclass(frozen=True)
class Pairs(Activity):
    """With `find: neighbour` nobody is matched: the screen says who begins and when to swap."""

    kind: ClassVar[str] = "pairs"

    find: str = "neighbour"
    tell: float = 75  # seconds
    sum_up: float = 45  # seconds
    choose: float = 60  # seconds; 0 when there is nothing to choose together

    def slots(self) -> tuple[str, ...]:
        return ()

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        raise Refused("nothing_to_answer_here")

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

    def move(self, stage: Stage, move: Move) -> Stage:
        match move.name:
            case "pause" if "paused_at" not in stage.data:
                return stage.note(paused_at=move.at)
            case "resume" if "paused_at" in stage.data:
                waited = move.at - stage.data["paused_at"]
                data = {k: v for k, v in stage.data.items() if k != "paused_at"}
                started = stage.data.get("started", stage.since) + waited
                return stage.to(data={**data, "started": started})
            case "extend":
                return self.extend(stage, move)
            case "again":
                return stage.to(since=move.at, data={"begun": stage.data["begun"]})
        return super().move(stage, move)

    def extend(self, stage: Stage, move: Move) -> Stage:
        """Give the part that is running now more or less time."""
        clock = stage.data.get("paused_at", move.at)
        running = next((p["name"] for p in self.schedule(stage) if clock < p["to"]), None)
        if running is None:
            raise Refused("time_is_up")
        extra = stage.data.get("longer", {})
        longer = {**extra, running: extra.get(running, 0) + seconds(move)}
        return stage.note(longer=longer, extra=stage.data.get("extra", 0) + seconds(move))

    def view(self, scene: Scene, audience: Audience) -> Body:
        return {
            "question": self.question,
            "parts": self.schedule(scene.stage),
            "paused_at": scene.stage.data.get("paused_at"),
        }

    def results(self, scene: Scene) -> Results:
        return Results()


ROOM = Pairs
