"""Pulse: a few short sentences, one tap each; only the whole room's answers are ever seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..domain.activity import (
    Act,
    Activity,
    Audience,
    Body,
    Mine,
    Outcome,
    Put,
    Refused,
    Scene,
    Take,
)
from ..domain.results import Finding, Results
from ..domain.tally import enough, spread, turnout
from ..domain.trend import Figure, Trend
from ..domain.words import choice, only

VALUES = ("1", "2", "3", "4", "5")


@dataclass(frozen=True)
class Pulse(Activity):
    """Each statement has its own slot; one statement a screen on a phone."""

    kind: ClassVar[str] = "pulse"
    trend: ClassVar[Trend] = Trend((Figure("agree", part=("4", "5")),))

    items: tuple[Body, ...] = ()  # {"id": "heard", "text": {"nl": …, "en": …}}
    shows: bool = True

    @property
    def phases(self) -> tuple[str, ...]:
        return ("ask", "result") if self.shows else ("ask",)

    def slots(self) -> tuple[str, ...]:
        return tuple(self.ids())

    def ids(self) -> tuple[str, ...]:
        """The statements by name."""
        return tuple(item["id"] for item in self.items)

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        if scene.stage.locked:
            raise Refused("answering_is_over")
        item = choice(act.fields, "item", self.ids())
        match act.name:
            case "answer":
                only(act.fields, "item", "value")
                value = choice(act.fields, "value", (*VALUES, "pass"))
                return [Put(item, {"what": item, "value": value})]
            case "undo":
                only(act.fields, "item")
                return [Take(item)]
        raise Refused("unknown_act")

    def counts(self, scene: Scene, item: str) -> dict[str, int]:
        """How the room answered one statement."""
        return spread((body["value"] for body in scene.bodies(item)), VALUES)

    def view(self, scene: Scene, audience: Audience) -> Body:
        rows = []
        for item in self.items:
            counts = self.counts(scene, item["id"])
            n = sum(counts.values())
            row: Body = {**item, "turnout": turnout(n, scene.present), "enough": False}
            if scene.stage.shown and enough(n):
                row |= {
                    "enough": True,
                    "counts": counts,
                    "n": n,
                    "agree": counts["4"] + counts["5"],
                }
            rows.append(row)
        return {
            "phase": scene.stage.phase,
            "question": self.question,
            "rows": rows,
            "values": VALUES,
            "locked": scene.stage.locked,
            "shown": scene.stage.shown,
            "turnout": rows[0]["turnout"] if rows else "none",
        }

    def own(self, scene: Scene, mine: Mine) -> Body:
        answers = {slot: entry.body["value"] for slot, entry in mine.entries.items()}
        unanswered = [item for item in self.ids() if item not in answers]
        return {
            "answers": answers,
            "now": unanswered[0] if unanswered else "",
            "last": next((i for i in reversed(self.ids()) if i in answers), ""),
            "locked": scene.stage.locked,
        }

    def results(self, scene: Scene) -> Results:
        findings = []
        for item in self.items:
            counts = self.counts(scene, item["id"])
            if enough(n := sum(counts.values())):
                findings.append(Finding(item["id"], counts, n))
        return Results(findings=tuple(findings), facts={"statements": self.statements()})

    def statements(self) -> list[Body]:
        """The statements by the key under which their answers are kept."""
        return [{"key": item["id"], "text": item["text"]} for item in self.items]


ROOM = Pulse
