"""Tables at their own pace: each goes on when its people are ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from . import settings
from .activity import Act, Body, Mine, Move, Outcome, Refused, Scene, Stage, Touch
from .clocks import Clocks
from .planned import USUAL_LIMITS
from .schedule import Schedule
from .sitting import END, chairs_in
from .tables import whole
from .words import only

AGAIN = 30.0  # seconds for a second try, when a group goes at its own pace
AT_ONCE = 3.0  # seconds within which two who say that they are ready say the same
AT_THE_GONG = 0.1  # seconds; two clocks that differ less swap together
#: The parts in which there is something to try once more.
TRIES = ("sum", "check", "ask", "sum2")


@dataclass(frozen=True)
class OwnPace(Clocks):
    """What happens at a table that goes at its own pace."""

    def ready(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """We sit; or, at our own pace, we are ready for the next part."""
        table = self.my_table(scene, chair)
        if scene.stage.phase != "talk" or not self.own_pace or table is None:
            return super().ready(scene, mine, chair, act)
        only(act.fields)
        if self.part(scene, table.number) == "check":
            raise Refused("check_stays")
        return [Move("ready", {"table": table.number}), Touch(table.people)]

    def by_group(self, stage: Stage, move: Move) -> Stage:
        if stage.phase != "talk" or move.name not in ("again", "ready"):
            return super().by_group(stage, move)
        table = whole(move.fields.get("table"))
        if move.name == "again":
            return self.once_more(stage, move, table)
        last = stage.data.get("went_on", {})
        if move.at < last.get(str(table), 0.0) + AT_ONCE:  # two of them tapped
            return stage
        went = stage.note(went_on={**last, str(table): move.at})
        return self.paced(went, table, lambda s: s.skipped(move.at))

    def once_more(self, stage: Stage, move: Move, table: int) -> Stage:
        """Half a minute for a second try, also where a part is as long as it may be. When the
        summary is long past no time moves."""
        schedule = self.schedule(stage, table)
        if self.on(schedule, move) not in TRIES:
            return stage
        least, most = USUAL_LIMITS
        return self.paced(stage, table, lambda s: s.stretched(move.at, AGAIN, least, most + AGAIN))

    def paced(self, stage: Stage, table: int, change: Callable[[Schedule], Schedule]) -> Stage:
        """A table changes its own time."""
        paces = stage.data.get("paces", {})
        changed = change(self.schedule(stage, table)).written()
        return stage.note(paces={**paces, str(table): changed})

    # -- which tables still talk

    def paced_tables(self, stage: Stage, chairs: Mapping[str, Body] | None = None) -> list[int]:
        """The tables that go at their own pace. With the chairs also who came late, and without
        tables that all have left."""
        if not self.own_pace:
            return []
        if chairs is not None:
            seating, at = self.seated(stage, chairs), (self.rounds - 1, END)
            return [one.number for one in seating.tables_at(at) if seating.talking(one, at)]
        grouped = (n for n, people in enumerate(stage.data.get("tables", ()), 1) if people)
        known = {*grouped, *map(int, stage.data.get("paces", {}))}
        return sorted(known - {one[0] for one in stage.data.get("merges", ())})

    def still_talk(
        self, stage: Stage, now: float, chairs: Mapping[str, Body] | None = None
    ) -> list[int]:
        """Those of them whose talk is not over."""
        tables = self.paced_tables(stage, chairs)
        return [number for number in tables if self.schedule(stage, number).part(now)]

    def talks(self, stage: Stage, now: float) -> bool:
        """Whether the talk goes on: by the room's clock, by which who came late begins, or at
        some table at its own pace."""
        return self.schedule(stage).part(now) is not None or bool(self.still_talk(stage, now))

    def is_over(self, stage: Stage, now: float) -> bool:
        if (room := settings.effective(self, stage)) is not self:
            return room.is_over(stage, now)
        clocks = (0, *self.paced_tables(stage))
        return stage.phase != "talk" or not any(self.schedule(stage, n).part(now) for n in clocks)

    def halts_at(self, stage: Stage, now: float) -> float | None:
        """At the swap. Tables at their own pace wait for nobody."""
        if (room := settings.effective(self, stage)) is not self:
            return room.halts_at(stage, now)
        if stage.phase != "talk" or self.own_pace:
            return None
        swap = self.schedule(stage).end_of_turn(now)
        own = [self.schedule(stage, n).ends() for n in self.own_clocks(stage)]
        at_once = swap and all(any(abs(swap - end) < AT_THE_GONG for end in ends) for ends in own)
        return swap if at_once else None

    def ends_of_tables(self, scene: Scene) -> list[float]:
        """When the tables at their own pace are through, the first one first."""
        if scene.stage.phase != "talk":
            return []
        tables = self.paced_tables(scene.stage, chairs_in(scene))
        return sorted(self.schedule(scene.stage, n).parts[-1].end for n in tables)

    def tables_still(self, scene: Scene) -> list[Body]:
        """How many tables still talk, from when to when: as one after another is through."""
        ends = self.ends_of_tables(scene)
        begins = [0.0, *ends]
        return [{"n": len(ends) - n, "from": begins[n], "to": end}
                for n, end in enumerate(ends) if begins[n] < end]  # fmt: skip
