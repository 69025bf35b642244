"""Turns of timed parts: what the facilitator does with the time, and what is seen of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import hints
from .activity import Audience, Body, Entry, Move, Refused, Scene, Stage, seconds
from .chairs import Table
from .dividing import by_the_room_until, sharing, turns_since
from .mixing import read as read_mixes
from .planned import LIMITS, USUAL_LIMITS
from .schedule import Schedule, read
from .seating import Seating
from .sitting import chairs_of
from .tables import whole
from .waiting import Waiting

#: At a table that came to divide what was left: who told before them counts too.
MOST_OWN_TURNS = 6
#: What is on for the room when its own clock is over, and tables at their own pace still talk.
STILL = "still"
SAID_FOR = 6.0  # seconds, that there is more time or less


@dataclass(frozen=True)
class Course(Waiting):
    """People who found their table go through the same parts in each turn."""

    # -- what the facilitator does

    def timed(self, stage: Stage, move: Move) -> Stage | None:
        """Moves that change the time of the talk."""
        schedule = self.schedule(stage)
        over = not self.talks(stage, move.at)
        match move.name:
            case "next" if self.own_pace:
                self.must_mean_it(stage, move)
            case "skip" | "back" if not over and self.own_pace:
                raise Refused("own_pace")
            case "next" | "skip" if not over:
                if self.on(schedule, move) == "check" and not move.fields.get("force"):
                    raise Refused("check_stays")
                return self.kept(stage, schedule.skipped(move.at))
            case "back" if not over:
                return self.kept(stage, schedule.back(move.at))
            case "pause":  # who was waited for is waited for by all
                return self.everywhere(stage, lambda one: one.paused(move.at)).note(waits={})
            case "resume":
                resumed = self.everywhere(stage, lambda one: one.resumed(move.at))
                return resumed.note(resumed_at=move.at)
            case "extend":
                longer = self.everywhere(stage, lambda one: self.longer(one, move))
                return announced(longer, move, self.schedule(longer).end - schedule.end)
            case "stop" if stage.data.get("stopped"):
                return stage
            case "stop" if not over:
                fb = self.giving_back()
                stopped = self.everywhere(stage, lambda one: one.stopped(move.at, "fb", fb))
                return stopped.note(stopped=True, waits={})
            case "nudge" if not over:
                return hints.nudge(stage, move)
            case "tip" if not over and self.own_pace:
                return hints.given_at_own_pace(stage, move)
            case "tip" if not over:
                beside = self.find == "neighbour"
                return hints.given(stage, schedule, hints.for_all(move) if beside else move)
        return None

    def must_mean_it(self, stage: Stage, move: Move) -> None:
        """To look together cuts off who still talks: that is confirmed."""
        still = self.still_talk(stage, move.at, chairs_of(stage, move))
        if still and not move.fields.get("force"):
            raise Refused("still_talking", n=len(still))

    def longer(self, schedule: Schedule, move: Move) -> Schedule:
        """The part that is on lasts longer or shorter, within its limits."""
        least, most = LIMITS.get(self.on(schedule, move), USUAL_LIMITS)
        return schedule.stretched(move.at, seconds(move), least, most)

    def in_step(self, before: Stage, after: Stage, move: Move) -> Stage:
        """After the room's time was changed, tables that divide it are ready on its gong again."""
        schedule, divided = self.schedule(after), before.data.get("divided", {})
        if not divided or schedule == self.schedule(before):
            return after

        def changed(own: Schedule) -> Schedule:
            match move.name:
                case "pause":
                    return own.paused(move.at)
                case "resume":
                    return own.resumed(move.at)
                case "stop" if own.part(move.at):
                    last = schedule.parts[-1]
                    own = own.stopped(move.at, last.name, last.length)
            return own.ending(move.at, schedule.parts[-1].end)

        kept = {
            table: (
                self.by_the_room(before, after, int(table), move) or changed(read(own))
            ).written()
            for table, own in divided.items()
        }
        return after.note(divided=kept)

    def by_the_room(
        self, before: Stage, after: Stage, table: int, move: Move
    ) -> Schedule | None:  # fmt: skip
        """The time of a table that came to divide what is left, when the room's time is changed in
        the turn before that: in it the table goes by the room."""
        schedule, first = self.schedule(after), by_the_room_until(after, table)
        on = self.schedule(before).part(move.at)
        if on is None or on.turn >= first:
            return None
        if schedule.parts[-1].turn < first:  # it was stopped
            return schedule
        return schedule.divided_after(first - 1, sharing(after)[str(table)])

    def everywhere(self, stage: Stage, change: Callable[[Schedule], Schedule]) -> Stage:
        """The clock of the room is changed, and with it those of tables at their own pace. One
        that is over stays so; Refused if all are."""
        paces = stage.data.get("paces", {})
        clocks = {"": self.schedule(stage), **{table: read(kept) for table, kept in paces.items()}}
        refused = []
        for name, clock in clocks.items():
            try:
                clocks[name] = change(clock)
            except Refused as no:
                refused.append(no)
        if len(refused) == len(clocks):
            raise refused[0]
        changed = {name: clock.written() for name, clock in clocks.items() if name}
        return self.kept(stage, clocks[""]).note(paces=changed)

    # -- the talk begins, and tables come to divide it

    def enter(self, stage: Stage, phase: str, move: Move) -> Stage:
        entered = super().enter(stage, phase, move)
        if phase == "talk" and stage.phase in ("gather", "ready"):
            begun = self.begun(stage, move)
            begins = entered.note(
                schedule=begun.written(), paces={}, divided={}, waits={}, stopped=False,
                shares_since={}, turns_since={},
            )  # fmt: skip
            return self.with_shares(begins, move) if self.find != "neighbour" else begins
        return entered

    def with_shares(self, stage: Stage, move: Move) -> Stage:
        """Tables where more people tell than there are turns divide the time."""
        shares = sharing(shared := self.divided(stage, move))
        clock = self.schedule(stage)
        own = {n: clock.divided(people, "contrast").written() for n, people in shares.items()}
        return shared.note(divided=own)

    def by_group(self, stage: Stage, move: Move) -> Stage:
        after = super().by_group(stage, move)
        if move.name == "merged" and (turns := whole(move.fields.get("turns", 0))):
            return self.with_more_turns(after, move, whole(move.fields.get("into")), turns)
        return after

    def turns_needed(self, stage: Stage, seating: Seating, table: Table, now: float) -> int:
        """As many as there are people who have not told, but not in the last turn: there is no time
        left to divide."""
        on = self.schedule(stage, table.number).part(now) if stage.phase == "talk" else None
        if on is None:
            return 0
        turns = self.turns_at(stage, seating, table)
        if turns:
            seating, table = self.by_own_clock(stage, seating, table)
        left, needed = (turns or self.to_tell) - on.turn - 1, len(seating.to_come(table, on.turn))
        return on.turn + 1 + needed if 0 < left < needed <= MOST_OWN_TURNS - on.turn - 1 else 0

    def with_more_turns(self, stage: Stage, move: Move, table: int, turns: int) -> Stage:
        """More people tell at a table than there are turns left: they divide what is left."""
        schedule = self.schedule(stage, table)
        on = part.turn if (part := schedule.part(move.at)) else MOST_OWN_TURNS
        if stage.phase != "talk" or not on + 1 < turns <= MOST_OWN_TURNS:
            return (
                stage  # the talk is to begin anew: then who shares the time does so from its start
            )
        if on >= schedule.parts[-1].turn:
            return stage
        divided = schedule.divided_after(on, turns)
        clocks = "paces" if self.own_pace else "divided"
        since, now = stage.data.get("shares_since", {}), self.moment_at(stage, move.at)[0]
        known = turns_since(stage, table) or [(0, sharing(stage).get(str(table), self.to_tell))]
        return stage.note(
            shares={**sharing(stage), str(table): turns},
            shares_since={str(table): now} | since if str(table) not in sharing(stage) else since,
            turns_since={
                **stage.data.get("turns_since", {}),
                str(table): [*known, (on + 1, turns)],
            },
            **{clocks: {**stage.data.get(clocks, {}), str(table): divided.written()}},
        )

    # -- what is seen of it

    def clock(self, scene: Scene, audience: Audience) -> Body:
        """The talk in time: all its parts, so that nobody need ask what is on."""
        stage, schedule = scene.stage, self.schedule(scene.stage)
        shown = schedule if audience == "phone" else self.until_all_are_through(scene)
        tip = hints.tip(stage, schedule)
        seen = {"stretched": said_softly(stage, schedule)} if audience == "screen" else {}
        return {
            "parts": shown.told() if stage.phase == "talk" else [],
            "paused_at": schedule.paused_at,
            "resumed_at": stage.data.get("resumed_at"),
            "stopped": bool(stage.data.get("stopped")),
            "tip": tip if audience == "console" else hints.told_at(tip, 0),
            **{name: told for name, told in seen.items() if told},
        }

    def until_all_are_through(self, scene: Scene) -> Schedule:
        """The room's time, over when the last table at its own pace is through."""
        schedule, ends = self.schedule(scene.stage), self.ends_of_tables(scene)
        return schedule.over_at(max(ends), STILL) if ends else schedule

    def own_time(self, scene: Scene, chair: Entry, table: int) -> Body:
        """The time of my table, when it has one of its own; and whether it stands still."""
        found: Body = {"frozen": None}
        if scene.stage.phase != "talk" or not table:
            return found
        found["frozen"] = self.frozen(scene, chair.id, table)
        schedule = self.schedule(scene.stage, table)
        if self.own_pace or table in self.own_clocks(scene.stage):
            found |= {"parts": schedule.told(), "paused_at": schedule.paused_at}
        if self.own_pace:
            found["tip"] = hints.told_at(hints.tip_at(scene.stage, schedule), table)
        elif (tip := hints.told_at(hints.tip(scene.stage, schedule), table)) and tip["table"]:
            found["tip"] = tip  # what is for all stands on every phone
        return found

    def mixing(self, scene: Scene) -> Body:
        """Whether tables can be mixed at the next swap, and which are to be."""
        turn = self.moment(scene)[0] + 1
        stopped = scene.stage.data.get("stopped") or self.own_pace
        possible = scene.stage.phase == "talk" and self.find != "neighbour" and not stopped
        mixes = [one for one in read_mixes(scene.stage.data.get("mixes", ())) if one.turn >= turn]
        return {
            "turn": max(0, turn - 1),
            "may_mix": possible and turn < self.rounds,
            "mixes": [one.tables for one in mixes] if possible else [],
        }

    def with_clock(self, stage: Stage, table: Body) -> Body:
        """A table as the console has it: with its clock, if that is not the room's."""
        own = self.own_pace or table["number"] in self.own_clocks(stage)
        return self.paced_table(stage, table) if own else table

    def paced_table(self, stage: Stage, table: Body) -> Body:
        """A table with its own clock."""
        schedule = self.schedule(stage, table["number"])
        return {**table, "parts": schedule.told(), "paused_at": schedule.paused_at}


def announced(stage: Stage, move: Move, by: float) -> Stage:
    """More time or less is said to the room, if it became that."""
    if by * seconds(move) <= 0:
        return stage
    return stage.note(stretched={"more": by > 0, "at": move.at})


def said_softly(stage: Stage, schedule: Schedule) -> Body | None:
    """Whether there is more time now or less, and from when to when that is said."""
    said = stage.data.get("stretched")
    if said is None:
        return None
    begin = schedule.clock(said["at"])
    return {"more": said["more"], "from": begin, "to": begin + SAID_FOR}
