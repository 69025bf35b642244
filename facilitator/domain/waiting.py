"""Somebody at a table in a call has no line: the others are told, and their clock waits a while."""

from __future__ import annotations

from dataclasses import dataclass

from . import settings
from .activity import Body, Move, Outcome, Scene, Stage, Touch
from .chairs import Table
from .distance import in_call
from .gathering import told_to_phones
from .leaving import TO_WAIT
from .own_pace import OwnPace
from .seating import Seating
from .sharing import phone_of
from .tables import whole

MISSED_AFTER = 15.0  # seconds without a line, after which the others are told
LONGEST_WAIT = 45.0  # seconds that a clock stands still for somebody without a line


@dataclass(frozen=True)
class Waiting(OwnPace):
    """A clock that stands still for somebody without a line."""

    def by_itself(self, scene: Scene) -> Outcome:
        """A table at its own pace waits for who has no line, and goes on when they are back."""
        if (room := settings.effective(self, scene.stage)) is not self:
            return room.by_itself(scene)
        waits = scene.stage.data.get("waits", {})
        if scene.stage.phase != "talk" or not self.own_pace or not (scene.away or waits):
            return []
        seating, at = self.seating(scene), self.end_of_turn(scene)
        tables = {table.number: table for table in seating.tables_at(at)}
        misses = {n for n, table in tables.items() if self.lost_at(scene, seating, table)}
        through = {int(n) for n, since in waits.items()
                   if int(n) not in misses or scene.now >= since + LONGEST_WAIT}  # fmt: skip
        begins = {n for n in misses if str(n) not in waits and self.runs(scene, n)}
        found: Outcome = [Move("waited", {"table": n}) for n in sorted(through)]
        found += [Move("waits", {"table": n}) for n in sorted(begins)]
        people = [tables[n].people for n in sorted(through | begins) if n in tables]
        return told_to_phones([*found, Touch(tuple(one for some in people for one in some))])

    def by_group(self, stage: Stage, move: Move) -> Stage:
        if stage.phase == "talk" and move.name == "waits":
            return self.halted(stage, move, whole(move.fields.get("table")))
        if stage.phase == "talk" and move.name == "waited":
            return self.goes_on(stage, move, whole(move.fields.get("table")))
        return super().by_group(stage, move)

    def lost_at(self, scene: Scene, seating: Seating, table: Table) -> list[str]:
        """Who in the call of a table has had no line for a moment: not so long yet that the
        others may choose."""
        there = seating.there(table, self.end_of_turn(scene))
        return [one for one in sorted(in_call(seating, there))
                if 0 < scene.away.get(phone_of(one), 0) < TO_WAIT]  # fmt: skip

    def runs(self, scene: Scene, table: int) -> bool:
        """Whether the clock of a table runs."""
        schedule = self.schedule(scene.stage, table)
        return schedule.paused_at is None and schedule.part(scene.now) is not None

    def halted(self, stage: Stage, move: Move, table: int) -> Stage:
        """The clock of a table stands still, unless that of the room does."""
        if self.schedule(stage, table).paused_at is not None:
            return stage
        waits = {**stage.data.get("waits", {}), str(table): move.at}
        return self.paced(stage.note(waits=waits), table, lambda s: s.paused(move.at))

    def goes_on(self, stage: Stage, move: Move, table: int) -> Stage:
        """It runs again. However late somebody noticed, it stood still no longer than it may."""
        waits = dict(stage.data.get("waits", {}))
        since = waits.pop(str(table), None)
        if since is None:
            return stage
        at = min(move.at, since + LONGEST_WAIT)
        return self.paced(stage.note(waits=waits), table, lambda s: s.resumed(at))

    def frozen(self, scene: Scene, chair: str, table: int) -> Body | None:
        """From when to when the clock on this phone stands still for somebody without a line:
        that of its table, or only what it shows of the room's, which goes on."""
        if self.own_pace:
            since = scene.stage.data.get("waits", {}).get(str(table))
        else:
            mine = self.my_table(scene, chair)
            lost = self.lost_at(scene, self.seating(scene), mine) if mine else []
            ids = {phone_of(one) for one in lost} - {chair}
            since = min((scene.lost.get(one, scene.now) for one in ids), default=None)
            since = None if since is None else since + MISSED_AFTER
        return None if since is None else {"from": since, "to": since + LONGEST_WAIT}
