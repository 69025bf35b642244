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
    Take,
    Touch,
)
from ..domain.chairs import Table
from ..domain.gathering import Answer
from ..domain.laps import laid_now, mine_of_now, of_now
from ..domain.results import Results
from ..domain.seating import MOST
from ..domain.sharing import phone_of
from ..domain.signals import signals
from ..domain.sitting import let_go
from ..domain.swapping import IN_TURNS, Swapping
from ..domain.turns import TELLER
from ..domain.words import only


@dataclass(frozen=True)
class Pairs(Swapping):
    """With `find: neighbour` nobody is matched: the screen says who begins and when to swap. Else
    each phone says so. One trio at most is made where the number is odd: there each has a shorter
    turn, and all are ready on the same gong."""

    kind: ClassVar[str] = "pairs"

    find: str = "neighbour"
    size: int = 2

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

    def slots(self) -> tuple[str, ...]:
        passes = (f"pass.{n}" for n in range(MOST))
        return () if self.find == "neighbour" else ("chair", "help", *passes)

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        if self.find == "neighbour":
            raise Refused("nothing_to_answer_here")
        outcome = super().accept(of_now(scene), mine_of_now(mine, scene.stage), act)
        return laid_now(outcome, scene.stage)

    def answers(self) -> dict[str, Answer]:
        return super().answers() | {"pass": self.pass_on, "tell_after_all": self.tell_after_all}

    def pass_on(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller lets the turn go by: another tells first, and it is offered once more at the
        end."""
        only(act.fields)
        turn, table = self.telling(scene, chair)
        roles = self.roles_now(scene, self.seating(scene), table)
        tells = [one for one, role in roles.items() if role == TELLER and phone_of(one) == chair]
        if not tells:
            raise Refused("not_your_role")
        return [let_go(mine, turn, tells[0]), Touch(table.people)]

    def tell_after_all(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """Who let this turn go by tells in it after all, while it is still being told."""
        only(act.fields)
        turn, table = self.telling(scene, chair)
        if mine.body(f"pass.{turn}") is None:
            raise Refused("nothing_to_answer_here")
        return [Take(f"pass.{turn}"), Touch(table.people)]

    def telling(self, scene: Scene, chair: str) -> tuple[int, Table]:
        """The turn in which somebody tells at this table now, and the table."""
        stage, table = scene.stage, self.my_table(scene, chair)
        if stage.phase != "talk" or table is None:
            raise Refused("nothing_to_answer_here")
        on = self.part_at(scene, self.people_to_tell(stage, self.seating(scene), table))
        if on is None or not on["name"].startswith("tell"):
            raise Refused("too_late_for_that")
        return on["turn"], table

    def part_at(self, scene: Scene, people: int) -> Body | None:
        """The part that is on, at a table at which so many share the time."""
        stage, own = scene.stage, people != IN_TURNS
        clock = stage.data.get("paused_at", scene.now)
        parts = self.shared(stage, people) if own else self.in_turns(stage)
        return next((part for part in parts if clock < part["to"]), None)

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
        if self.find == "neighbour":
            return {}
        mine = mine_of_now(mine, scene.stage)
        place = super().own(scene, mine)
        if "roles" in place:
            place["passed"] = [n for n, _ in enumerate(place["roles"]) if mine.body(f"pass.{n}")]
        return place

    def results(self, scene: Scene) -> Results:
        return Results()


ROOM = Pairs
