"""Pairs: tell, sum up, swap. The phone lies face down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..domain.activity import (
    Act,
    Audience,
    Body,
    Entry,
    Mine,
    Move,
    Outcome,
    Put,
    Refused,
    Scene,
    Stage,
    Touch,
)
from ..domain.arrivals import lap
from ..domain.fitting import others_in_turns
from ..domain.gathering import Answer, role_of
from ..domain.results import Results
from ..domain.seating import INTERPRETER, MOST, OUT, TELLER, WAITING, Seating, Table
from ..domain.shares import LAST, own_turns, people_at, roles
from ..domain.sharing import LEADER, chairs_on, phone_of
from ..domain.signals import signals
from ..domain.swapping import IN_TURNS, Swapping, sharing
from ..domain.words import only


@dataclass(frozen=True)
class Pairs(Swapping):
    """With `find: neighbour` nobody is matched: the screen says who begins and when to swap. Else
    each phone says so. One trio at most is made where the number is odd: there each has a shorter
    turn, and all are ready on the same gong."""

    kind: ClassVar[str] = "pairs"
    shares: ClassVar[bool] = True

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
        return super().accept(scene, mine, act)

    def answers(self) -> dict[str, Answer]:
        return super().answers() | {"pass": self.pass_on}

    def pass_on(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller lets the turn go by: another tells first, and it is offered once more at the
        end."""
        only(act.fields)
        stage, table = scene.stage, self.my_table(scene, chair)
        if stage.phase != "talk" or table is None:
            raise Refused("nothing_to_answer_here")
        seating = self.seating(scene)
        on = self.part_at(scene, self.people_to_tell(stage, seating, table))
        if on is None or not on["name"].startswith("tell"):
            raise Refused("too_late_for_that")
        roles = self.roles_now(scene, seating, table)
        tells = [one for one, role in roles.items() if role == TELLER and phone_of(one) == chair]
        if not tells:
            raise Refused("not_your_role")
        passed = {"what": "pass", "turn": on["turn"], "chair": tells[0], "lap": lap(stage)}
        return [Put(f"pass.{on['turn']}", passed), Touch(table.people)]

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
            case "pause" | "resume" | "extend" | "again" if stage.phase in ("open", "talk"):
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
        return {} if self.find == "neighbour" else super().own(scene, mine)

    def own_place(self, scene: Scene, mine: Mine, chair: Entry) -> Body:
        """My table, and what I do in each turn: by those of the room, or of a table of its own."""
        place, seating = super().own_place(scene, mine, chair), self.seating(scene)
        table, people = self.my_table(scene, chair.id), [*chairs_on(chair.id, chair.body)]
        by_turn = self.by_own_turns(scene.stage, seating, table) if table else []
        if table and by_turn:
            place |= self.told_by_turn(scene, seating, table, by_turn, people)
        told = [TELLER in each for each in zip(*place["cards"], strict=True)]
        return {"shares": IN_TURNS, **place, "all_tell": all(told)}

    def told_by_turn(
        self, scene: Scene, seating: Seating, table: Table,
        by_turn: list[Mapping[str, str]], chairs: list[str],
    ) -> Body:  # fmt: skip
        """What people are told of their table, if it has turns of its own."""
        stage, shares = scene.stage, len(by_turn) - self.rounds + IN_TURNS
        cards = [[one[chair] for chair in chairs] for one in by_turn]
        no_talk = (OUT, WAITING, INTERPRETER)
        return {
            "shares": shares,
            "parts": self.shared(stage, shares) if stage.phase == "talk" else [],
            "tables": [table.number for _ in by_turn],
            "together": [sum(does not in no_talk for does in one.values()) for one in by_turn],
            "calls": self.calls(scene, seating, [table for _ in by_turn]),
            "types": [False for _ in by_turn],
            "roles": [role_of(one) for one in cards],
            "cards": cards if len(chairs) > 1 else [],
            "others": others_in_turns(by_turn, chairs),
        }  # fmt: skip

    def leaders_place(self, scene: Scene) -> Body | None:
        """The same for who leads and takes part."""
        place = super().leaders_place(scene)
        table = self.my_table(scene, LEADER) if place and scene.stage.phase == "talk" else None
        seating = self.seating(scene)
        by_turn = self.by_own_turns(scene.stage, seating, table) if table else []
        if table is None or not by_turn:
            return place
        told = self.told_by_turn(scene, seating, table, by_turn, [LEADER])
        return {name: told[name] for name in ("tables", "roles", "parts")}

    def by_own_turns(
        self, stage: Stage, seating: Seating, table: Table
    ) -> list[Mapping[str, str]]:  # fmt: skip
        """What everybody does in each turn of a table that has its own; none where it goes by
        the room's."""
        people = self.people_to_tell(stage, seating, table)
        if people == IN_TURNS:
            return []
        at_table = self.at_own_table(stage, seating, people)
        return [roles(at_table, table, turn) for turn in range(people + self.rounds - IN_TURNS)]

    def people_to_tell(self, stage: Stage, seating: Seating, table: Table) -> int:
        """How many turns a table has in the time of the talk. While all gather, what it would be."""
        if stage.phase == "talk":
            return sharing(stage).get(str(table.number), IN_TURNS)
        return people_at(seating, table, MOST)

    def at_own_table(self, stage: Stage, seating: Seating, people: int) -> Seating:
        """Everybody by the turns of a table at which so many share the time."""
        begins = [part["from"] for part in self.shared(stage, people)]
        swaps = [self.moment_when(stage, begin, people) for begin in begins[::2]]
        return own_turns(seating, people, swaps)

    def roles_now(self, scene: Scene, seating: Seating, table: Table) -> Mapping[str, str]:
        stage, people = scene.stage, self.people_to_tell(scene.stage, seating, table)
        if people == IN_TURNS:
            return super().roles_now(scene, seating, table)
        on = self.part_at(scene, people) or self.shared(stage, people)[-1]
        return self.at_own_table(stage, seating, people).roles(table, (on["turn"], LAST))

    def results(self, scene: Scene) -> Results:
        return Results()


ROOM = Pairs
