"""A page as it stands now, for a browser that runs no scripts.

A view never depends on the time: it carries every part, and `stage-clock.js` shows the one that is
on. A whole page is asked for at one moment, so the same can be marked in its HTML. The rules here
are those of the script, which goes on from what it finds.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

CLOCK = re.compile(r"(<stage-clock\b[^>]*>)(.*?)(?=</stage-clock>)", re.S)
PLACE = re.compile(r"<(?=[^>]*?\sdata-(?:part|turn|role|from)=)[a-z][^>]*>")
TOLD = re.compile(r"<[a-z][^>]*?\sdata-roles=[^>]*>")
ATTRIBUTE = re.compile(r"""\sdata-([\w-]+)=(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")
HIDDEN = re.compile(r"\shidden(?=[\s/>])")
LEFT = re.compile(r"(<[a-z][^>]*?\sdata-left(?=[\s>])[^>]*>)[^<]*")
FIELD = re.compile(r"\sdata-fill(?![=\w-])")  # it is filled in before it is sent

USUAL, SOONEST, LATEST = 5, 2, 15  # seconds until a page without a field looks again


@dataclass(frozen=True)
class Still:
    """A view and an own part at one moment; whether somebody may be typing in what is shown; and
    after how many seconds to look again."""

    view: str
    own: str
    field: bool
    look_again: int


@dataclass(frozen=True)
class Moment:
    """What one clock says at one time."""

    name: str
    turn: int
    time: float
    left: float  # seconds of the part that is on
    into: float  # seconds of it that are over
    runs: bool
    role: str | None  # mine in this turn; None where roles do not matter
    of: str | None = None  # how many turns there are for me

    def shows(self, place: Mapping[str, str]) -> bool:
        """Whether something with these attributes shows now."""
        begin, end = place.get("from"), place.get("to", "inf")
        return (
            (begin is None or float(begin) <= self.time < float(end))
            and math.ceil(self.left) <= float(place.get("last", "inf"))
            and self.into >= float(place.get("after", 0))
            and says(place.get("part"), self.name)
            and says(place.get("turn"), str(self.turn))
            and says(place.get("of"), self.of)
            and says(place.get("role"), self.role)
        )

    def mark(self, html: str) -> str:
        """The same HTML, but what is not on now is hidden."""
        return PLACE.sub(self.marked, html)

    def marked(self, tag: re.Match[str]) -> str:
        bare = HIDDEN.sub("", tag[0])
        if self.shows(attributes(tag[0])):
            return bare
        return re.sub(r"\s*(/?>)$", r" hidden\1", bare)


def still(now: float, view: str, own: str = "") -> Still:
    """A page at this time."""
    told = TOLD.search(own)
    mine = attributes(told[0]) if told else {}
    moments: list[Moment] = []

    def stopped(clock: re.Match[str]) -> str:
        moment = at(now, attributes(clock[1]), mine)
        moments.append(moment)
        head = clock[1][:-1] + f' data-now="{moment.name}" data-turn-now="{moment.turn}">'
        return head + LEFT.sub(rf"\g<1>{written(moment)}", moment.mark(clock[2]))

    view = CLOCK.sub(stopped, view)
    ours = next((moment for moment in moments if moment.role is not None), None)
    own = ours.mark(own) if ours else own
    ends = min((moment.left for moment in moments if moment.runs), default=USUAL)
    soon = min(max(math.ceil(ends), SOONEST), LATEST)
    return Still(view, own, holds_a_field(view) or holds_a_field(own), soon)


def at(now: float, clock: Mapping[str, str], mine: Mapping[str, str]) -> Moment:
    """What a clock with these attributes says now, to who has these roles."""
    told = mine if "roles-in" in clock else {}
    parts: list[dict[str, Any]] = json.loads(told.get("parts") or clock.get("parts") or "[]")
    stands = [
        one for one in (clock.get("paused"), told.get("paused")) if one not in (None, "", "None")
    ]
    paused = bool(stands)
    time = float(stands[0]) if paused else held(now, parts, told.get("frozen", ""))
    part = next((one for one in parts if time < one["to"]), None)
    before = bool(parts) and time < parts[0]["from"]
    name = "before" if before else part["name"] if part else "after"
    last = parts[-1].get("turn", 0) if parts and name == "after" else 0
    turn = part.get("turn", 0) if part else last
    left = part["to"] - max(time, part["from"]) if part else 0.0
    into = max(time - part["from"], 0.0) if part else 0.0
    role = None
    if "roles-in" in clock:
        mine_by_turn = dict(enumerate(told.get("roles", "").split()))
        role = mine_by_turn.get(turn) or clock.get("usual-role", "")
    of = told.get("of") or clock.get("of")
    return Moment(name, turn, time, left, into, part is not None and not paused, role, of)


def held(now: float, parts: list[dict[str, Any]], frozen: str) -> float:
    """The time of a phone whose clock stands still within its part, for somebody without a line."""
    begin, end = map(float, frozen.split() or (now, now))
    part = next((one for one in parts if now < one["to"]), None)
    return begin if part and begin <= now < end and part["from"] <= begin else now


def attributes(tag: str) -> dict[str, str]:
    """The data attributes of a tag."""
    return {name: unescape(a or b or c) for name, a, b, c in ATTRIBUTE.findall(tag)}


def says(asked: str | None, what: str | None) -> bool:
    """Whether one of the words that are asked for is the one; anything when none is."""
    return asked is None or what is None or what in asked.split(" ")


def written(moment: Moment) -> str:
    """The time that is left, as the clock writes it."""
    seconds = math.ceil(moment.left)
    return f"{seconds // 60}:{seconds % 60:02}"


def holds_a_field(html: str) -> bool:
    """Whether something that shows is filled in before it is sent. Only fields that say when they
    show are looked at: for the others the room answers."""
    areas = (tag for tag in PLACE.findall(html) if tag.startswith("<textarea"))
    return bool(FIELD.search(html)) or any(not HIDDEN.search(tag) for tag in areas)
