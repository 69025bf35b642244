"""What a new session starts with: a format's steps, and what rooms are prefilled with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import formats
from .domain.activity import Body, Text
from .domain.dates import days_later, within
from .domain.words import plain

LONGEST_TITLE = 80
FARTHEST = 30  # days that a session may stay open


@dataclass(frozen=True)
class Plan:
    """The title of a session, and all that its rooms are made from."""

    title: Text
    set_up: Body


def asked_for(wishes: Mapping[str, Any]) -> tuple[formats.Format, formats.Preset]:
    """The format and the preset that somebody wishes; the first when they name none."""
    slug = str(wishes.get("format") or next(iter(formats.formats())))
    return formats.preset(slug, wishes.get("preset"))


def titled(chosen: formats.Format, wishes: Mapping[str, Any]) -> Text:
    """The title that somebody typed, or the format's own."""
    title = short(wishes, "title")
    return {"nl": title, "en": title} if title else chosen.name


def planned(
    chosen: formats.Format, preset: formats.Preset, wishes: Mapping[str, Any], today: str,
    previous: list[Body],
) -> Plan:  # fmt: skip
    """The plan of a session on this day. Refuses nonsense before anything is written."""
    steps = formats.steps_from(wishes["agenda"]) if wishes.get("agenda") else preset.steps
    fill = {
        "topic": short(wishes, "topic"),
        "answer_by": days_later(str(wishes.get("answer_by") or days_later(today, 7)), 0),
        "later_by": days_later(today, 28),
        "previous": previous,
    }
    formats.agenda(steps, fill)
    return Plan(
        titled(chosen, wishes),
        {
            "steps": formats.told(steps),
            "fill": fill,
            "minutes": preset.minutes,
            "until": within(wishes, "until", today, FARTHEST),
        },
    )


def short(wishes: Mapping[str, Any], name: str) -> str:
    """A line that somebody typed, made harmless and cut to length."""
    return plain(str(wishes.get(name) or ""))[:LONGEST_TITLE]
