"""Info: what this is about, what we agree, when you hear more and who decides."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    Text,
)
from ..domain.breath import must_be_a_breath, paced
from ..domain.dates import day
from ..domain.influence import INFLUENCE
from ..domain.results import Results
from ..domain.words import choice, only, sentence


@dataclass(frozen=True)
class Info(Activity):
    """Nothing to answer here: people read, listen and come in."""

    kind: ClassVar[str] = "info"

    topic: str = ""
    answer_by: str = ""  # ISO day
    influence: str = "think"
    agreements: tuple[Text, ...] = ()
    joining: bool = False
    previous: tuple[Body, ...] = field(default_factory=tuple)  # what was promised last time
    breath: Body = field(default_factory=dict)  # a breath along, from the moment it is opened

    def __post_init__(self) -> None:
        if self.breath:
            must_be_a_breath(self.breath)

    @property
    def brings(self) -> frozenset[str]:
        return frozenset({"breath"}) if self.breath else super().brings

    def slots(self) -> tuple[str, ...]:
        return ()

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        raise Refused("nothing_to_answer_here")

    def move(self, stage: Stage, move: Move) -> Stage:
        if move.name == "breathe" and self.breath:
            only(move.fields)
            return stage.note(breath=move.at)
        if move.name == "set":
            only(move.fields, "topic", "answer_by", "influence")
            return stage.note(
                topic=sentence(move.fields, "topic", 80, needed=False),
                answer_by=day(move.fields, "answer_by"),
                influence=choice(move.fields, "influence", INFLUENCE),
            )
        return super().move(stage, move)

    def says(self, stage: Stage) -> Body:
        """What stands there now: as set up, or as changed on the console."""
        return {
            "topic": stage.data.get("topic", self.topic),
            "answer_by": stage.data.get("answer_by", self.answer_by),
            "influence": stage.data.get("influence", self.influence),
        }

    def view(self, scene: Scene, audience: Audience) -> Body:
        if self.breath:
            pressed = scene.stage.data.get("breath", scene.stage.since)
            return {"question": self.question, "breath": paced(self.breath, pressed)}
        return {
            **self.says(scene.stage),
            "question": self.question,
            "agreements": self.agreements,
            "previous": self.previous,
            "joining": self.joining,
            "choices": INFLUENCE,
        }

    def results(self, scene: Scene) -> Results:
        return Results() if self.breath else Results(facts=self.says(scene.stage))


ROOM = Info
