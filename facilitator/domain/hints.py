"""What a facilitator says to tables while they talk: one tip a part, and a tap for one table."""

from __future__ import annotations

import dataclasses

from .activity import Body, Move, Refused, Stage
from .schedule import Schedule
from .tables import now_at, whole
from .turns import LISTENER, OBSERVER, TELLER
from .words import choice, sentence

TIP_STAYS = 15.0
A_MINUTE = 60.0  # between two tips, where tables go at their own pace
FOR_WHOM = ("all", TELLER, LISTENER, OBSERVER)
#: The tips there are; what they say stands with the pages (`tips.html`).
TIPS = frozenset({
    "look", "solve", "silence", "short", "feeling", "their_word", "no_opinion", "really_ask",
    "almost", "what_how", "one_question", "last_word", "not_why", "example", "important", "oma",
    "nivea", "saw", "strength", "thanks", "calmly", "repeat", "hands", "once_more",
})  # fmt: skip


def given(stage: Stage, schedule: Schedule, move: Move) -> Stage:
    """One tip a part at most. While people tell it waits for the summary."""
    part = schedule.part(move.at)
    assert part is not None
    waits = part.name == "tell"
    when = schedule.place(move.at) + waits
    before = stage.data.get("tip")
    if before and before["part"] == when:
        raise Refused("one_tip_a_part")
    return stage.note(tip=tip_of(move) | {"part": when, "at": 0.0 if waits else move.at})


def given_at_own_pace(stage: Stage, move: Move) -> Stage:
    """One tip a minute at most. At a table where somebody tells it waits for the summary."""
    before = stage.data.get("tip")
    if before and move.at < before["at"] + A_MINUTE:
        raise Refused("one_tip_a_minute")
    return stage.note(tip=tip_of(move) | {"part": 0, "at": move.at})


def tip_of(move: Move) -> Body:
    """What a tip says, and to whom: one role or all, at one table or (0) everywhere."""
    known = move.fields.get("id") or ""
    text = sentence(move.fields, "text", 80, needed=not known)
    if known and (not isinstance(known, str) or known not in TIPS):
        raise Refused("not_understood")
    return {
        "id": known,
        "text": text,
        "role": choice({"role": "all", **move.fields}, "role", FOR_WHOM),
        "table": whole(move.fields.get("table") or 0),
    }


def for_all(move: Move) -> Move:
    """A tip where nobody has a role or a table of their own."""
    fields = {name: said for name, said in move.fields.items() if name not in ("role", "table")}
    return dataclasses.replace(move, fields=fields)


def tip(stage: Stage, schedule: Schedule) -> Body | None:
    """The tip with its time. One that waits goes along when the talk is moved; one that was sent
    while the clock stood still is read from where it stands."""
    said = stage.data.get("tip")
    if said is None or said["part"] >= len(schedule.parts):
        return None
    begin = schedule.clock(said["at"]) if said["at"] else schedule.parts[said["part"]].begin
    return from_then_on(stage, said, begin)


def tip_at(stage: Stage, schedule: Schedule) -> Body | None:
    """The same, at a table with this time of its own."""
    said = stage.data.get("tip")
    if said is None:
        return None
    at = schedule.clock(said["at"])
    part = next((one for one in schedule.parts if at < one.end), None)
    return from_then_on(stage, said, part.end if part and part.name == "tell" else at)


def from_then_on(stage: Stage, said: Body, begin: float) -> Body:
    """A tip as it is told, from when to when."""
    told = {name: said[name] for name in ("id", "text", "role")}
    return {**told, "table": now_at(stage, said["table"]), "from": begin, "to": begin + TIP_STAYS}


def told_at(said: Body | None, table: int) -> Body | None:
    """A tip, if it is for this table too."""
    return said if said and said["table"] in (0, table) else None


def nudge(stage: Stage, move: Move) -> Stage:
    """A tap for one table, which nobody else sees."""
    what = choice(move.fields, "what", ("softer", "switch", "all_well"))
    table = whole(move.fields.get("table"))
    return stage.note(nudge={"table": table, "what": what, "from": move.at})


def nudged(stage: Stage, table: int) -> Body | None:
    """The tap for this table."""
    nudge = stage.data.get("nudge")
    return nudge if nudge and table and now_at(stage, nudge["table"]) == table else None


def asks_if_well(stage: Stage, table: int) -> bool:
    """Whether a table was asked if all is well."""
    nudge = nudged(stage, table)
    return bool(nudge and nudge["what"] == "all_well")


def well(stage: Stage, move: Move) -> Stage:
    """A table answered that it is."""
    nudge = nudged(stage, whole(move.fields.get("table")))
    return stage.note(nudge={**nudge, "well": True}) if nudge else stage
