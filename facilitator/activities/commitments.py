"""Commitments: who does what, by when, on two sides; the rest is for later, with a reason."""

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
)
from ..domain.dates import day
from ..domain.results import Finding, Results, by_content
from ..domain.words import choice, only, sentence

SIDES = ("we", "management")
FIELDS = ("side", "what", "who", "by", "first_step")


@dataclass(frozen=True)
class Commitments(Activity):
    """Typed on the console, read on every phone. A name stands here only with that person's yes."""

    kind: ClassVar[str] = "commitments"

    most: int = 3
    answer_by: str = ""
    later_by: str = ""

    def slots(self) -> tuple[str, ...]:
        return ()

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        raise Refused("nothing_to_answer_here")

    def move(self, stage: Stage, move: Move) -> Stage:
        promises = list(stage.data.get("promises", ()))
        match move.name:
            case "promise":
                if len(promises) >= self.most * len(SIDES):
                    raise Refused("enough_agreements", most=self.most * len(SIDES))
                return stage.note(promises=(*promises, self.promise(move)))
            case "change":
                promises[self.place(move, promises)] = self.promise(move)
                return stage.note(promises=tuple(promises))
            case "drop":
                del promises[self.place(move, promises)]
                return stage.note(promises=tuple(promises))
            case "later":
                only(move.fields, "until", "reason")
                return stage.note(
                    until=day(move.fields, "until"), reason=sentence(move.fields, "reason", 140)
                )
        return super().move(stage, move)

    def promise(self, move: Move) -> Body:
        """One agreement: what, who, by when and the first step."""
        only(move.fields, "n", *FIELDS)
        return {
            "side": choice(move.fields, "side", SIDES),
            "what": sentence(move.fields, "what", 140),
            "who": sentence(move.fields, "who", 60),
            "by": day(move.fields, "by"),
            "first_step": sentence(move.fields, "first_step", 140, needed=False),
        }

    def place(self, move: Move, promises: list[Body]) -> int:
        """Which agreement this move is about."""
        n = move.fields.get("n")
        if type(n) is not int or not 0 <= n < len(promises):
            raise Refused("no_such_agreement")
        return n

    def later(self, scene: Scene) -> list[Body]:
        """All that lay on the table but was not where we begin."""
        first = {c["id"] for c in self.begin_with(scene)}
        rest = [c for c in scene.given if c.get("shown", True) and c["id"] not in first]
        return [{"lane": c["lane"], "text": c["text"]} for c in rest]

    def begin_with(self, scene: Scene) -> list[Body]:
        """What the room chose to begin with."""
        return [
            c for c in scene.given
            if c.get("rank") == 1 and c.get("dots", 0) + c.get("hands", 0) > 0
        ]  # fmt: skip

    def view(self, scene: Scene, audience: Audience) -> Body:
        data = scene.stage.data
        return {
            "question": self.question,
            "promises": [{**p, "n": n} for n, p in enumerate(data.get("promises", ()))],
            "begin_with": self.begin_with(scene),
            "later": self.later(scene),
            "until": data.get("until", self.later_by),
            "reason": data.get("reason", ""),
            "answer_by": self.answer_by,
            "sides": SIDES,
            "room_for_more": len(data.get("promises", ())) < self.most * len(SIDES),
        }

    def results(self, scene: Scene) -> Results:
        data = scene.stage.data
        promises = tuple({k: p[k] for k in FIELDS} for p in data.get("promises", ()))
        later = by_content(self.later(scene))
        facts = {"later": {"until": data.get("until", self.later_by),
                           "reason": data.get("reason", ""), "cards": later}}  # fmt: skip
        return Results(
            items=promises,
            findings=(Finding("promises", len(promises), len(promises)),),
            facts=facts,
        )


ROOM = Commitments
