"""Poll: one question, a few options, one choice a phone; counts unseen until *show*."""

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
    Text,
)
from ..domain.influence import INFLUENCE
from ..domain.results import Finding, Results
from ..domain.tally import enough, spread, turnout
from ..domain.words import choice, only

FEWEST_OPTIONS, MOST_OPTIONS = 2, 6


@dataclass(frozen=True)
class Poll(Activity):
    """An option is known by its place: "1" is the first."""

    kind: ClassVar[str] = "poll"

    options: tuple[Text, ...] = ()
    influence: str = ""  # how far what comes out reaches; unsaid where nothing hangs on it

    def __post_init__(self) -> None:
        if not FEWEST_OPTIONS <= len(self.options) <= MOST_OPTIONS:
            raise ValueError(f"a poll has {FEWEST_OPTIONS} to {MOST_OPTIONS} options")
        if self.influence not in ("", *INFLUENCE):
            raise ValueError(f"influence is one of {', '.join(INFLUENCE)}")

    @property
    def phases(self) -> tuple[str, ...]:
        return ("ask", "result")

    def slots(self) -> tuple[str, ...]:
        return ("choice",)

    def keys(self) -> tuple[str, ...]:
        """The options by their place."""
        return tuple(str(n) for n in range(1, len(self.options) + 1))

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        if act.name != "choose":
            raise Refused("unknown_act")
        if scene.stage.locked:
            raise Refused("answering_is_over")
        only(act.fields, "option")
        option = choice(act.fields, "option", self.keys())
        return [Put("choice", {"what": "choice", "option": option})]

    def counts(self, scene: Scene) -> dict[str, int]:
        """How often each option was chosen."""
        return spread((body["option"] for body in scene.bodies("choice")), self.keys())

    def view(self, scene: Scene, audience: Audience) -> Body:
        counts = self.counts(scene)
        answers = sum(counts.values())
        seen: Body = {
            "phase": scene.stage.phase,
            "question": self.question,
            "options": self.named(),
            "turnout": turnout(answers, scene.present),
            "locked": scene.stage.locked,
            "shown": scene.stage.shown,
            "influence": self.influence,
            "rung": INFLUENCE.index(self.influence) + 1 if self.influence else 0,
            "rungs": len(INFLUENCE),
        }
        if scene.stage.shown and enough(answers):
            seen |= {"counts": counts, "n": answers}
        return seen

    def named(self) -> list[Body]:
        """The options with the key under which they are chosen and counted."""
        return [
            {"key": key, "text": text} for key, text in zip(self.keys(), self.options, strict=True)
        ]

    def own(self, scene: Scene, mine: Mine) -> Body:
        return {
            "option": (mine.body("choice") or {}).get("option", ""),
            "locked": scene.stage.locked,
        }

    def results(self, scene: Scene) -> Results:
        counts = self.counts(scene)
        answers = sum(counts.values())
        findings = (Finding("options", counts, answers),) if enough(answers) else ()
        facts: Body = {"options": self.named()}
        if self.influence:
            facts["influence"] = self.influence
        return Results(findings=findings, facts=facts)


ROOM = Poll
