"""What a facilitator says to tables while they talk: one tip a part, and a tap for one table."""

from __future__ import annotations

from .activity import Body, Move, Refused, Stage
from .schedule import Schedule
from .seating import LISTENER, OBSERVER, TELLER
from .tables import whole
from .words import choice, sentence

TIP_STAYS = 15.0
FOR_WHOM = ("all", TELLER, LISTENER, OBSERVER)


def given(stage: Stage, schedule: Schedule, move: Move) -> Stage:
    """One tip a part at most. While people tell it waits for the summary."""
    part = schedule.part(move.at)
    assert part is not None
    place = schedule.place(move.at)
    if move.name == "nudge":
        what = choice(move.fields, "what", ("softer", "switch", "all_well"))
        nudge = {"table": whole(move.fields.get("table")), "what": what, "from": move.at}
        return stage.note(nudge=nudge)
    waits = part.name == "tell"
    when = place + waits
    before = stage.data.get("tip")
    if before and before["part"] == when:
        raise Refused("one_tip_a_part")
    text = sentence(move.fields, "text", 80, needed=False)
    tip = {"id": str(move.fields.get("id", ""))[:20], "text": text, "part": when, "at": 0.0 if waits else move.at,
           "role": choice({"role": "all", **move.fields}, "role", FOR_WHOM)}  # fmt: skip
    return stage.note(tip=tip)


def tip(stage: Stage, schedule: Schedule) -> Body | None:
    """The tip with its time. One that waits goes along when the talk is moved."""
    said = stage.data.get("tip")
    if said is None or said["part"] >= len(schedule.parts):
        return None
    begin = said["at"] or schedule.parts[said["part"]].begin
    told = {name: said[name] for name in ("id", "text", "role")}
    return {**told, "from": begin, "to": begin + TIP_STAYS}


def nudged(stage: Stage, table: int) -> Body | None:
    """The tap for this table."""
    nudge = stage.data.get("nudge")
    return nudge if nudge and table and nudge["table"] == table else None


def asks_if_well(stage: Stage, table: int) -> bool:
    """Whether a table was asked if all is well."""
    nudge = nudged(stage, table)
    return bool(nudge and nudge["what"] == "all_well")


def well(stage: Stage, move: Move) -> Stage:
    """A table answered that it is."""
    nudge = nudged(stage, whole(move.fields.get("table")))
    return stage.note(nudge={**nudge, "well": True}) if nudge else stage
