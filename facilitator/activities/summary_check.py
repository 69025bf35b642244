"""Summary check: the leader says what was heard, the room says right, almost or no."""

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
    Put,
    Refused,
    Scene,
    Stage,
)
from ..domain.results import Finding, Results
from ..domain.tally import enough, out_of_ten, spread, turnout
from ..domain.trend import Figure, Trend
from ..domain.words import choice, only, sentence

ANSWERS = ("right", "almost", "no")

#: The summary is right when at least this many of ten say so.
RIGHT_FROM = 8


@dataclass(frozen=True)
class SummaryCheck(Activity):
    """Each try has its own slot, so that a second answer does not wipe out the first."""

    kind: ClassVar[str] = "summary_check"
    trend: ClassVar[Trend] = Trend((Figure("first", "try.1", ("right",)),))

    tries: int = 2

    @property
    def phases(self) -> tuple[str, ...]:
        return ("say", "result")

    def slots(self) -> tuple[str, ...]:
        return tuple(f"answer.{n}" for n in range(1, self.tries + 1))

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        if act.name != "say":
            raise Refused("unknown_act")
        if scene.stage.locked:
            raise Refused("answering_is_over")
        only(act.fields, "answer")
        answer = choice(act.fields, "answer", (*ANSWERS, "pass"))
        n = this_try(scene.stage)
        return [Put(f"answer.{n}", {"what": f"try.{n}", "answer": answer})]

    def move(self, stage: Stage, move: Move) -> Stage:
        match move.name:
            case "again":
                if this_try(stage) >= self.tries or not stage.shown:
                    raise Refused("no_more_tries")
                return self.enter(stage, "say", move).note(tried=this_try(stage) + 1)
            case "said":
                only(move.fields, "text")
                return stage.note(said=sentence(move.fields, "text", 140, needed=False))
            case "hands":
                return stage.note(**{f"hands.{this_try(stage)}": hands(move)})
        return super().move(stage, move)

    def counts(self, scene: Scene, n: int) -> dict[str, int]:
        """Answers of one try, counted hands included; passing is counted nowhere."""
        by_phone = spread((b["answer"] for b in scene.bodies(f"try.{n}")), ANSWERS)
        by_hand = scene.stage.data.get(f"hands.{n}", {})
        return {answer: by_phone[answer] + by_hand.get(answer, 0) for answer in ANSWERS}

    def enough(self, scene: Scene, n: int) -> bool:
        """Whether the counts of one try may be told. Hands are seen by all, so only phones need
        each other to hide among: none, or enough."""
        by_phone = sum(b["answer"] in ANSWERS for b in scene.bodies(f"try.{n}"))
        return enough(sum(self.counts(scene, n).values())) and (not by_phone or enough(by_phone))

    def verdict(self, scene: Scene) -> str:
        """Right the first time, the second time, not yet, or too few answers to say."""
        measured = False
        for n in range(1, self.tries + 1):
            counts = self.counts(scene, n)
            if self.enough(scene, n):
                measured, answers = True, sum(counts.values())
                if out_of_ten(counts["right"], answers) >= RIGHT_FROM:
                    return ("first_time", "second_time")[min(n, 2) - 1]
        return "not_yet" if measured else "too_few"

    def concern(self, scene: Scene) -> Body | None:
        """What the leader sums up: the top concern, or else the card with the most stones."""
        ranked = sorted(scene.given, key=lambda c: (c["lane"]["id"] != "concern", c.get("rank", 0)))
        return ranked[0] if ranked else None

    def view(self, scene: Scene, audience: Audience) -> Body:
        n = this_try(scene.stage)
        counts = self.counts(scene, n)
        answers = sum(counts.values())
        seen: Body = {
            "phase": scene.stage.phase,
            "question": self.question,
            "concern": self.concern(scene),
            "said": scene.stage.data.get("said", ""),
            "answers": ANSWERS,
            "try": n,
            "turnout": turnout(answers, scene.present),
            "locked": scene.stage.locked,
            "shown": scene.stage.shown,
            "counted": f"hands.{n}" in scene.stage.data,
            "may_try_again": n < self.tries,
        }
        if scene.stage.shown and self.enough(scene, n):
            seen |= {"counts": counts, "of_ten": out_of_ten(counts["right"], answers),
                     "n": answers, "right": out_of_ten(counts["right"], answers) >= RIGHT_FROM}  # fmt: skip
        return seen

    def own(self, scene: Scene, mine: Mine) -> Body:
        n = this_try(scene.stage)
        return {
            "answer": (mine.body(f"answer.{n}") or {}).get("answer", ""),
            "locked": scene.stage.locked,
        }

    def results(self, scene: Scene) -> Results:
        findings = []
        for n in range(1, this_try(scene.stage) + 1):
            counts = self.counts(scene, n)
            if self.enough(scene, n):
                findings.append(Finding(f"try.{n}", counts, sum(counts.values())))
        concern = self.concern(scene)
        facts = {
            "verdict": self.verdict(scene),
            "about": concern and {"lane": concern["lane"], "text": concern["text"]},
            "said": scene.stage.data.get("said", ""),
        }
        return Results(findings=tuple(findings), facts=facts)


def this_try(stage: Stage) -> int:
    """Which try the room is in: 1 or 2."""
    return int(stage.data.get("tried", 1))


def hands(move: Move) -> dict[str, int]:
    """Hands counted in the room, per answer."""
    counts = move.fields.get("counts")
    if not isinstance(counts, dict) or set(counts) - set(ANSWERS):
        raise Refused("not_understood")
    if not all(type(n) is int and 0 <= n < 1000 for n in counts.values()):
        raise Refused("not_understood")
    return dict(counts)


ROOM = SummaryCheck
