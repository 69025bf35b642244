"""Check-in: one tap to arrive. Nothing is discussed, passing is always possible."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    Text,
)
from ..domain.results import Finding, Results
from ..domain.tally import enough, spread, turnout
from ..domain.words import choice, only, sentence

ENERGY: tuple[Body, ...] = (
    {"id": "1", "name": {"nl": "Leeg", "en": "Empty"}},
    {"id": "2", "name": {"nl": "Laag", "en": "Low"}},
    {"id": "3", "name": {"nl": "Gaat", "en": "Okay"}},
    {"id": "4", "name": {"nl": "Goed", "en": "Good"}},
    {"id": "5", "name": {"nl": "Vol", "en": "Full"}},
)


@dataclass(frozen=True)
class Checkin(Activity):
    """One value out of a few, with a word if the set-up asks for one."""

    kind: ClassVar[str] = "checkin"

    values: tuple[Body, ...] = ENERGY
    word: bool = False
    hint: Text = field(default_factory=dict)
    before_listening: bool = False  # low energy is told to the console, with what helps

    @property
    def phases(self) -> tuple[str, ...]:
        return ("ask", "result")

    def slots(self) -> tuple[str, ...]:
        return ("tap",)

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        if scene.stage.locked:
            raise Refused("answering_is_over")
        match act.name:
            case "choose":
                only(act.fields, "value", "word")
                value = choice(act.fields, "value", (*self.ids(), "pass"))
                word = sentence(act.fields, "word", 30, needed=False) if self.word else ""
                return [Put("tap", {"what": "tap", "value": value, "word": word})]
            case "undo":
                only(act.fields)
                return [Take("tap")]
        raise Refused("unknown_act")

    def ids(self) -> tuple[str, ...]:
        """The values one can choose."""
        return tuple(value["id"] for value in self.values)

    def view(self, scene: Scene, audience: Audience) -> Body:
        counts = spread((tap["value"] for tap in scene.bodies("tap")), self.ids())
        answers = sum(counts.values())
        seen: Body = {
            "phase": scene.stage.phase,
            "question": self.question,
            "values": self.values,
            "word": self.word,
            "turnout": turnout(answers, scene.present),
            "locked": scene.stage.locked,
            "shown": scene.stage.shown,
            "enough": enough(answers),
            "has_field": self.word,
        }
        if scene.stage.shown and seen["enough"]:
            seen |= {"counts": counts, "n": answers, "words": self.words(scene)}
            if self.before_listening and audience == "console":
                seen["low"] = self.is_low(counts, answers)
        return seen

    def is_low(self, counts: dict[str, int], answers: int) -> bool:
        """Whether the middle answer is among the two lowest, or more than 40 % are."""
        lowest = sum(counts[value] for value in self.ids()[:2])
        return 2 * lowest > answers or lowest > 0.4 * answers

    def words(self, scene: Scene) -> list[str]:
        """The words people gave, once there are enough to hide among."""
        given = [tap["word"] for tap in scene.bodies("tap") if tap["word"]]
        return given if enough(len(given)) else []

    def own(self, scene: Scene, mine: Mine) -> Body:
        return {"value": (mine.body("tap") or {}).get("value", ""), "locked": scene.stage.locked}

    def results(self, scene: Scene) -> Results:
        counts = spread((tap["value"] for tap in scene.bodies("tap")), self.ids())
        answers = sum(counts.values())
        if not enough(answers):
            return Results()
        values = [{"key": value["id"], "name": value["name"]} for value in self.values]
        facts = {"words": sorted(self.words(scene)), "values": values}
        return Results(findings=(Finding("values", counts, answers),), facts=facts)


ROOM = Checkin
