"""Tables that go by turns of their own: more people tell there than there are turns for, and divide
the time; or the table goes at its own pace. What their people do, and what they are told of it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar

from .activity import Body, Entry, Mine, Move, Scene, Stage
from .chairs import Moment, Table
from .fitting import others_in_turns
from .gathering import Gathering, role_of
from .seating import MOST, Seating
from .shares import own_moment, own_table, own_turns, people_at, roles, shared
from .sharing import LEADER, chairs_on
from .sitting import END, chairs_of
from .turns import INTERPRETER, OUT, TELLER, WAITING

#: What is told for each turn.
BY_TURN = ("tables", "together", "types", "roles", "others", "cards")


@dataclass(frozen=True)
class Dividing(Gathering):
    """Where more people sit down to tell than there are turns, they share the time: each has a
    shorter turn, and all are ready on the same gong."""

    shares: ClassVar[bool] = True

    @abstractmethod
    def parts_at(self, stage: Stage, table: int, people: int) -> list[Body]:
        """The parts of a table with so many turns of its own, each with its turn."""

    @abstractmethod
    def swaps_at(self, stage: Stage, table: int, people: int) -> list[Moment]:
        """At which moments of the room each of its turns begins."""

    def told_at(self, stage: Stage, table: int = 0, people: int = 0) -> list[Moment]:
        """At which moments of the room somebody has told, turn by turn, if it matters; those of the
        room's turns, or of a table's own."""
        return []

    def has_own_pace(self, stage: Stage, table: Table) -> bool:
        """Whether a table has a clock of its own, though everybody there has a turn."""
        return False

    def divided(self, stage: Stage, move: Move) -> Stage:
        """Where more people sit down to tell than there are turns, they share the time."""
        return stage.note(shares=shared(self.seated(stage, chairs_of(stage, move)), MOST))

    # -- by which turns a table goes

    def people_to_tell(self, stage: Stage, seating: Seating, table: Table) -> int:
        """How many turns a table has in the time of the talk. While all gather, what it would be."""
        if stage.phase == "talk":
            return sharing(stage).get(str(table.number), self.to_tell)
        return people_at(seating, table, MOST)

    def turns_at(self, stage: Stage, seating: Seating, table: Table | None) -> int:
        """How many turns of its own a table has; none where it goes by the room's."""
        if table is None:
            return 0
        people = self.people_to_tell(stage, seating, table)
        return people if people != self.to_tell or self.has_own_pace(stage, table) else 0

    def by_own_clock(
        self, stage: Stage, seating: Seating, table: Table
    ) -> tuple[Seating, Table]:  # fmt: skip
        """Everybody by the turns of a table that has its own, and that table."""
        turns = self.turns_at(stage, seating, table)
        swaps = self.swaps_at(stage, table.number, turns)
        told = self.told_at(stage, table.number, turns)
        since = turns_since(stage, table.number)
        return own_turns(seating, turns, swaps, told, since), own_table(table, swaps)

    def told_by_now(
        self, stage: Stage, seating: Seating, table: Table, now: float
    ) -> frozenset[str]:  # fmt: skip
        turns = self.turns_at(stage, seating, table)
        if not turns:
            return super().told_by_now(stage, seating, table, now)
        swaps = self.swaps_at(stage, table.number, turns)
        own, at_table = self.by_own_clock(stage, seating, table)
        return own.told_by(at_table, own_moment(self.moment_at(stage, now), swaps))

    def by_own_turns(
        self, stage: Stage, seating: Seating, table: Table | None
    ) -> list[Mapping[str, str]]:  # fmt: skip
        """What everybody does in each turn of a table that has its own; none where it goes by
        the room's."""
        turns = self.turns_at(stage, seating, table)
        if table is None or not turns:
            return []
        own, at_table = self.by_own_clock(stage, seating, table)
        return [roles(own, at_table, n) for n in range(turns + self.rounds - self.to_tell)]

    def at_turn(self, scene: Scene, chair: str, turn: int) -> tuple[Seating, Table | None]:
        """Who sits where in a turn of my table, by the clock of that table; and the table."""
        seating, table = self.seating(scene), self.my_table(scene, chair)
        if table and self.turns_at(scene.stage, seating, table):
            own, at_table = self.by_own_clock(scene.stage, seating, table)
            if turn >= came_in(scene.stage, at_table, [chair]):
                return own, at_table
        return seating, seating.table_of(chair, (turn, END))

    def turns_of(self, scene: Scene, chair: str) -> int:
        """How many turns there are for me."""
        table = self.my_table(scene, chair)
        return self.turns_at(scene.stage, self.seating(scene), table) or self.rounds

    def roles_now(self, scene: Scene, seating: Seating, table: Table) -> Mapping[str, str]:
        stage, turns = scene.stage, self.turns_at(scene.stage, seating, table)
        if not turns:
            return super().roles_now(scene, seating, table)
        clock, parts = self.clock_at(scene, table.number), self.parts_at(stage, table.number, turns)
        on = next((part for part in parts if clock < part["to"]), parts[-1])
        own, at_table = self.by_own_clock(stage, seating, table)
        return own.roles(at_table, (on["turn"], END))

    def clock_at(self, scene: Scene, table: int) -> float:
        """The time that counts at a table: that of the pause while there is one."""
        return float(scene.stage.data.get("paused_at", scene.now))

    # -- what people are told of it

    def own_place(self, scene: Scene, mine: Mine, chair: Entry) -> Body:
        """My table, and what I do in each turn: by those of the room, or of a table of its own."""
        place, seating = super().own_place(scene, mine, chair), self.seating(scene)
        table, people = self.my_table(scene, chair.id), [*chairs_on(chair.id, chair.body)]
        by_turn = self.by_own_turns(scene.stage, seating, table)
        if table and by_turn:
            told = self.told_by_turn(scene, seating, table, by_turn, people)
            at_table = self.by_own_clock(scene.stage, seating, table)[1]
            came = came_in(scene.stage, at_table, people)
            place |= told | {  # what I did elsewhere before
                name: [*place[name][:came], *told[name][came:]]
                for name in BY_TURN if len(told[name]) == len(by_turn)
            }  # fmt: skip
        tells = [TELLER in each for each in zip(*place["cards"], strict=True)]
        return {"shares": self.to_tell, "shorter_from": 0, **place, "all_tell": all(tells)}

    def told_by_turn(
        self, scene: Scene, seating: Seating, table: Table,
        by_turn: list[Mapping[str, str]], chairs: list[str],
    ) -> Body:  # fmt: skip
        """What people are told of their table, if it has turns of its own."""
        stage, shares = scene.stage, len(by_turn) - self.rounds + self.to_tell
        cards = [[one[chair] for chair in chairs] for one in by_turn]
        no_talk = (OUT, WAITING, INTERPRETER)
        return {
            "shares": shares,
            "shorter_from": next((n for n, _ in reversed(turns_since(stage, table.number))), 0),
            "parts": self.parts_at(stage, table.number, shares) if stage.phase == "talk" else [],
            "tables": [table.number for _ in by_turn],
            "together": [sum(does not in no_talk for does in one.values()) for one in by_turn],
            "calls": self.calls(scene, seating, [table for _ in by_turn]),
            "types": [seating.types(table) for _ in by_turn],
            "roles": [role_of(one) for one in cards],
            "cards": cards if len(chairs) > 1 else [],
            "others": others_in_turns(by_turn, chairs),
        }  # fmt: skip

    def leaders_place(self, scene: Scene) -> Body | None:
        """The same for who leads and takes part."""
        place = super().leaders_place(scene)
        table = self.my_table(scene, LEADER) if place and scene.stage.phase == "talk" else None
        seating = self.seating(scene)
        by_turn = self.by_own_turns(scene.stage, seating, table)
        if table is None or not by_turn:
            return place
        told = self.told_by_turn(scene, seating, table, by_turn, [LEADER])
        return {name: told[name] for name in ("tables", "roles", "parts", "shares")}

    def tables_sharing(self, scene: Scene) -> int:
        """How many tables share the time; while all gather, how many would."""
        if scene.stage.phase != "gather":
            no_more = {str(one[0]) for one in scene.stage.data.get("merges", ())}
            return len(sharing(scene.stage).keys() - no_more)
        return len(shared(self.seating(scene), MOST))


def came_in(stage: Stage, table: Table, people: Collection[str]) -> int:
    """In which turn these came to a table, if it went by the turns of the room until then."""
    came = max((at[0] for one, at in table.came if one in people), default=0)
    return min(came, by_the_room_until(stage, table.number))


def by_the_room_until(stage: Stage, table: int) -> int:
    """With which turn a table began to divide what was left, if it went by the room until then."""
    if str(table) not in stage.data.get("shares_since", {}):  # it had turns of its own before
        return 0
    return next((first for first, _ in turns_since(stage, table)[1:]), 0)


def turns_since(stage: Stage, table: int) -> list[tuple[int, int]]:
    """From which of its own turns on a table had how many, if more people came to it: at first, and
    each time that it divided what was left."""
    return [
        (first, turns) for first, turns in stage.data.get("turns_since", {}).get(str(table), ())
    ]


def sharing(stage: Stage) -> Mapping[str, int]:
    """How many share the time of the talk, by table, where they do."""
    return dict(stage.data.get("shares", {}))
