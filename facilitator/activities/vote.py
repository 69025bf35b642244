"""Vote: lay stones on cards, unseen until everybody looks together."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

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
    Take,
)
from ..domain.results import Finding, Results, by_content, canonical, without_ids
from ..domain.tally import turnout
from ..domain.words import only, sentence

LONGEST = 280


@dataclass(frozen=True)
class Vote(Activity):
    """A budget of dots, a cap per card, each phone its own order, counts hidden until *show*."""

    kind: ClassVar[str] = "vote"

    dots: int = 2
    cap: int = 1
    most_cards: int = 24

    @property
    def phases(self) -> tuple[str, ...]:
        return ("cast", "result")

    def slots(self) -> tuple[str, ...]:
        return ("ballot", "missing")

    def start(self, move: Move) -> Stage:
        """With too many cards a draw by their words decides, once, so that it favours nobody and
        comes out the same every time. Cards that stand for several never fall off."""
        stage, cards = super().start(move), on_the_table(move.fields.get("given", ()))
        if len(cards) <= self.most_cards:
            return stage
        drawn = sorted(cards, key=lambda card: ("cards" not in card, lot(card)))
        return stage.note(drawn=[card["id"] for card in drawn[: self.most_cards]])

    def options(self, scene: Scene) -> list[Body]:
        """The cards to vote on, as they lay on the table."""
        cards, drawn = on_the_table(scene.given), scene.stage.data.get("drawn")
        return cards if drawn is None else [card for card in cards if card["id"] in drawn]

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        match act.name:
            case "cast":
                if scene.stage.locked:
                    raise Refused("voting_is_over")
                only(act.fields, "choices")
                chosen = self.ballot(scene, act.fields.get("choices"))
                return [Put("ballot", {"what": "ballot", "choices": chosen})]
            case "missing":
                return self.missing(scene, act)
            case "take_back":
                only(act.fields)
                return [Take("missing")] if not scene.stage.data.get("missing_shown") else []
        raise Refused("unknown_act")

    def ballot(self, scene: Scene, choices: Any) -> dict[str, int]:
        """The dots per card of one phone, checked against budget and cap."""
        if not isinstance(choices, Mapping) or not all(
            type(n) is int and n >= 0 for n in choices.values()
        ):
            raise Refused("not_understood")
        known = {card["id"] for card in self.options(scene)}
        if set(choices) - known:
            raise Refused("not_on_the_ballot")
        if max(choices.values(), default=0) > self.cap:
            raise Refused("too_many_on_one", cap=self.cap)
        if sum(choices.values()) > self.dots:
            raise Refused("too_many_dots", dots=self.dots)
        return {card: n for card, n in choices.items() if n}

    def missing(self, scene: Scene, act: Act) -> Outcome:
        """What is missing? Asked once the result is there."""
        only(act.fields, "text")
        if not scene.stage.shown or scene.stage.data.get("missing_shown"):
            raise Refused("writing_is_over")
        return [Put("missing", {"what": "missing", "text": sentence(act.fields, "text", LONGEST)})]

    def move(self, stage: Stage, move: Move) -> Stage:
        match move.name:
            case "hands":
                return stage.note(hands=counted(move.fields.get("counts")))
            case "show_missing":
                return stage.note(missing_shown=True)
        return super().move(stage, move)

    def tally(self, scene: Scene) -> list[Body]:
        """Cards with their dots, most first; equal dots have equal rank."""
        dots: Counter[str] = Counter()
        for ballot in scene.bodies("ballot"):
            dots.update(ballot["choices"])
        hands = scene.stage.data.get("hands", {})
        rows = [
            {**card, "dots": dots[card["id"]], "hands": hands.get(card["id"], 0)}
            for card in self.options(scene)
        ]
        rows.sort(key=lambda r: (-total(r), r["text"]))
        for row in rows:
            row["rank"] = 1 + sum(total(other) > total(row) for other in rows)
            row["tied"] = sum(total(other) == total(row) for other in rows) > 1
        return rows

    def first(self, rows: list[Body]) -> list[Body]:
        """Where we begin: all that share the highest count, when there is one."""
        return [row for row in rows if row["rank"] == 1 and total(row) > 0]

    def top_concern(self, rows: list[Body]) -> Body | None:
        """The concern with the most dots is never voted away."""
        concerns = [row for row in rows if row["lane"]["id"] == "concern"]
        return concerns[0] if concerns else None

    def voters(self, scene: Scene) -> int:
        """How many phones laid at least one stone."""
        return sum(bool(ballot["choices"]) for ballot in scene.bodies("ballot"))

    def view(self, scene: Scene, audience: Audience) -> Body:
        stage = scene.stage
        seen: Body = {
            "phase": stage.phase,
            "question": self.question,
            "options": self.options(scene),
            "dots": self.dots,
            "cap": self.cap,
            "locked": stage.locked,
            "turnout": turnout(self.voters(scene), scene.present),
            "shown": stage.shown,
            "has_field": stage.shown,
            "missing_shown": bool(stage.data.get("missing_shown")),
            "counted": bool(stage.data.get("hands")),
        }
        if stage.shown:
            rows = self.tally(scene)
            seen |= {
                "rows": rows,
                "first": self.first(rows),
                "top_concern": self.top_concern(rows),
                "missing": missing(scene) if seen["missing_shown"] else [],
            }
        return seen

    def own(self, scene: Scene, mine: Mine) -> Body:
        choices = (mine.body("ballot") or {}).get("choices", {})
        order = [card["id"] for card in self.options(scene)]
        Random(mine.seed).shuffle(order)
        return {
            "choices": choices,
            "left": self.dots - sum(choices.values()),
            "order": order if scene.stage.phase == "cast" else [],
            "locked": scene.stage.locked,
            "shown": scene.stage.shown,
            "missing": (mine.body("missing") or {}).get("text", ""),
        }

    def results(self, scene: Scene) -> Results:
        rows = self.tally(scene)
        concern = self.top_concern(rows)
        facts: Body = {
            "begin_with": by_content(
                [{"lane": r["lane"], "text": r["text"]} for r in self.first(rows)]
            ),
            "top_concern": concern and {"lane": concern["lane"], "text": concern["text"]},
            "missing": sorted(missing(scene)),
            "hands_counted": bool(scene.stage.data.get("hands")),
        }
        voters = Finding("voters", self.voters(scene), self.voters(scene))
        return Results(items=tuple(rows), findings=(voters,), facts=facts)


def on_the_table(given: Iterable[Body]) -> list[Body]:
    """The cards that everybody saw."""
    return [card for card in given if card.get("shown", True)]


def lot(card: Body) -> str:
    """What a card draws: the same for the same words, and nothing that one can foresee."""
    return hashlib.sha256(canonical(without_ids(card)).encode()).hexdigest()


def total(row: Body) -> int:
    """Stones and counted hands together."""
    return int(row["dots"]) + int(row["hands"])


def counted(counts: Any) -> dict[str, int]:
    """Hands counted in the room, per card."""
    if not isinstance(counts, Mapping):
        raise Refused("not_understood")
    if not all(type(n) is int and 0 <= n < 1000 for n in counts.values()):
        raise Refused("not_understood")
    return {str(card): n for card, n in counts.items() if n}


def missing(scene: Scene) -> list[str]:
    """What people missed, in an order that says nothing."""
    return [body["text"] for body in scene.bodies("missing")]


ROOM = Vote
