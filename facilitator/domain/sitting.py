"""Who sits where in a room with tables.

Who takes part is a chair in the bag; who sits where is computed from chairs and from moves, so
that nobody is moved by those who come later.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from .activity import Activity, Body, Mine, Move, Put, Refused, Scene, Stage
from .chairs import LAST_OF_TURN, LATEST, Merger, Moment, Table
from .grouping import Rules
from .laps import as_of_now, lap, of_now
from .mixing import read, took_place
from .seating import Seating
from .sharing import everybody

FINDS = ("neighbour", "table", "remote")
BEFORE: Moment = (0, -1)  # nobody talks yet
#: The last moment of a turn: who left during it is gone by then.
END = LAST_OF_TURN


@dataclass(frozen=True)
class Sitting(Activity):
    """With `find: neighbour` nobody is matched. With `table` people say that they take part, and
    find each other in the room; with `remote` they do so in a call."""

    find: str = "table"
    size: int = 3
    other_team: bool = True
    remote_policy: str = "remote_with_remote"
    language: str = "same"
    asks: tuple[str, ...] = ()  # what everybody is asked first: side, team, site
    types: ClassVar[bool] = False  # whether people can take part by typing
    shares: ClassVar[bool] = False  # whether more people than turns share the time

    def __post_init__(self) -> None:
        if self.find not in FINDS:
            raise ValueError("find is one of " + ", ".join(FINDS))
        if not set(self.asks) <= {"side", "team", "site"}:
            raise ValueError("asks is of side, team and site")

    @property
    @abstractmethod
    def rounds(self) -> int:
        """How many turns there are."""

    @property
    def to_tell(self) -> int:
        """In how many of them somebody tells."""
        return self.rounds

    def told_at(self, stage: Stage) -> Sequence[Moment]:
        """At which moment each teller has told, turn by turn, if it matters."""
        return ()

    @abstractmethod
    def moment_at(self, stage: Stage, now: float, table: int = 0) -> Moment:
        """Where the talk is: (turn, part). Before it (0, -1), after it (rounds, 0)."""

    def moment(self, scene: Scene, table: int = 0) -> Moment:
        """The same, as the scene has it."""
        return self.moment_at(scene.stage, scene.now, table)

    def latest(self, scene: Scene) -> Moment:
        """The same, but after the talk it is the end of its last turn."""
        return min(self.moment(scene), (self.rounds - 1, LATEST))

    def end_of_turn(self, scene: Scene) -> Moment:
        """The end of the turn that is on: what has changed in it counts."""
        return (self.latest(scene)[0], END)

    def beat(self, stage: Stage, now: float) -> int:
        """The turn that is on: at a swap who came late sits down, also beside others who go by a
        clock of their own."""
        sits = stage.phase == "talk" and self.find != "neighbour"
        return max(0, self.moment_at(stage, now)[0]) if sits else 0

    # -- who sits where

    def rules(self) -> Rules:
        """Who may sit with whom."""
        return Rules(
            size=self.size, remote=self.remote_policy,  # type: ignore[arg-type]
            language=self.language, other_team=self.other_team,  # type: ignore[arg-type]
        )  # fmt: skip

    def seating(self, scene: Scene) -> Seating:
        """Who sits where."""
        let = of_now(scene).bodies("pass")
        passes = frozenset((chair, one["turn"]) for one in let for chair in one["chairs"])
        return self.seated(scene.stage, chairs_in(scene), passes)

    def seated(
        self, stage: Stage, chairs: Mapping[str, Body], passes: frozenset[tuple[str, int]] = frozenset()
    ) -> Seating:  # fmt: skip
        """Who sits where, with these chairs. A chair that was taken away stands at no table, also
        where undoing brings back tables at which it stood."""
        data, now, apart = stage.data, lap(stage), stage.data.get("buddies", ())

        def standing(ids: Iterable[str]) -> tuple[str, ...]:
            return tuple(one for one in ids if one in chairs)

        tables = tuple(Table(n, standing(ids)) for n, ids in enumerate(data.get("tables", ()), 1))
        return Seating(
            self.to_tell, tables,
            {chair: as_of_now(body, now) | ({"side": "remote"} if chair in apart else {})
             for chair, body in chairs.items()},
            self.rules(), data.get("seed", 0), passes,
            tuple(Merger(*one[:4], *map(standing, one[4:])) for one in data.get("merges", ())),
            {chair: tuple(map(tuple, at)) for chair, at in data.get("gone", {}).items()},
            read(data.get("mixes", ())), self.shares, given_in(stage),
            steady=steady_in(stage), told_at=tuple(self.told_at(stage)),
        )  # fmt: skip

    def mates(self, scene: Scene, chair: str) -> tuple[str, ...]:
        """Everybody at the same table, oneself included."""
        table = self.my_table(scene, chair)
        return table.people if table else ()

    def my_table(self, scene: Scene, chair: str) -> Table | None:
        """Where somebody sits now."""
        return self.seating(scene).table_of(chair, self.end_of_turn(scene))

    def roles_now(self, scene: Scene, seating: Seating, table: Table) -> Mapping[str, str]:
        """What everybody at a table does now."""
        return seating.roles(table, self.end_of_turn(scene))

    def all_if_mixed(self, scene: Scene, people: Iterable[str]) -> tuple[str, ...]:
        """Whose page may change when these people's does: everybody's, while tables are yet to be
        mixed."""
        ahead = any(one.turn > self.latest(scene)[0] for one in self.seating(scene).mixes)
        return tuple(sorted(chairs_in(scene) if ahead else people))

    def bars_undo(self, stage: Stage, before: Stage, now: float) -> Refused | None:
        """Who changed tables at a swap is not sent back in the middle of a turn."""
        turn = self.moment_at(stage, now)[0]
        here, there = (took_place(read(one.data.get("mixes", ())), turn) for one in (stage, before))
        sat, sit = ([one for one in given_in(each) if one[2] <= turn] for each in (stage, before))
        return None if here == there and sat == sit else Refused("tables_are_mixed")


def let_go(mine: Mine, turn: int, chair: str) -> Put:
    """A turn goes by for one more of those on this phone."""
    before = (mine.body(f"pass.{turn}") or {}).get("chairs", [])
    return Put(f"pass.{turn}", {"what": "pass", "turn": turn, "chairs": sorted({*before, chair})})


def chairs_in(scene: Scene) -> dict[str, Body]:
    """All chairs by their id."""
    laid = ((e.id, e.body) for e in scene.entries if e.body["what"] == "chair")
    return everybody(scene.stage, laid)


def chairs_of(stage: Stage, move: Move) -> dict[str, Body]:
    """The chairs that there were when a move was made."""
    return everybody(stage, ((one["id"], one) for one in move.chairs))


def steady_in(stage: Stage) -> dict[int, int]:
    """The tables that share the time, and since which turn."""
    since = stage.data.get("shares_since", {})
    return {int(table): since.get(table, 0) for table in stage.data.get("shares", {})}


def given_in(stage: Stage) -> tuple[tuple[str, int, int], ...]:
    """The places that the facilitator gave while people talked."""
    return tuple((chair, table, turn) for chair, table, turn in stage.data.get("given", ()))
