"""The ready-made conversations: one YAML file each, in Dutch and English."""

from __future__ import annotations

import dataclasses
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from ..activities import catalogue
from ..domain.activity import Text
from ..domain.session import Item

FOLDER = Path(__file__).parent


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One place on a format's agenda. `set` is the set-up of its room."""

    id: str
    kind: str
    title: Text
    minutes: float
    question: Text = {}
    cue: Text = {}
    goes_on_with: str = ""
    takes: tuple[str, ...] = ()
    set: dict[str, Any] = {}


class Preset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One length of a format."""

    name: Text
    minutes: int
    steps: tuple[Step, ...]


class Format(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A conversation that works, as somebody would choose it."""

    slug: str
    name: Text
    goal: Text
    when: Text
    people: dict[str, Any]
    presets: dict[str, Preset]
    place: int = 100  # on the shelf


class Unknown(Exception):
    """There is no such format, preset or kind, or its set-up is not understood."""


@cache
def formats() -> dict[str, Format]:
    """Every format by its slug, as they stand on the shelf; the first is what *Start now* starts."""
    read = [read_format(path) for path in FOLDER.glob("*.yaml")]
    return {one.slug: one for one in sorted(read, key=lambda one: (one.place, one.slug))}


def read_format(path: Path) -> Format:
    """One format from its file; a field that does not belong there is an error."""
    return msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), Format)


def preset(slug: str, name: str | None) -> tuple[Format, Preset]:
    """A format and one of its presets; the first when none is named."""
    found = formats().get(slug)
    if found is None:
        raise Unknown(slug)
    chosen = found.presets.get(name) if name else next(iter(found.presets.values()))
    if chosen is None:
        raise Unknown(f"{slug} {name}")
    return found, chosen


def steps_from(agenda: Any) -> tuple[Step, ...]:
    """Steps that a tool sent along, checked like those of a format."""
    try:
        return msgspec.convert(agenda, tuple[Step, ...])
    except msgspec.ValidationError as problem:
        raise Unknown(str(problem)) from None


def told(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    """Steps as they are kept with a session; `steps_from` reads them again."""
    return [dict(msgspec.to_builtins(one)) for one in steps]


def agenda(steps: tuple[Step, ...], fill: dict[str, Any]) -> tuple[Item, ...]:
    """The steps as rooms. `fill` holds what is known at the start (topic, answer_by, …): each
    room takes what its set-up has a field for."""
    items = tuple(item(step, fill) for step in steps)
    ids = [one.id for one in items]
    known = set(ids)
    if len(known) != len(ids) or any({one.bag, *one.takes} - known for one in items):
        raise Unknown("id, takes, goes_on_with")
    return items


def companions() -> tuple[Item, ...]:
    """What may stand beside the agenda of any session."""
    rooms = [room() for room in catalogue().values() if room.companion]
    names = [(f"beside.{room.kind}", room) for room in rooms]
    return tuple(Item(name, room, name, title=dict(room.companion)) for name, room in names)


def item(step: Step, fill: dict[str, Any]) -> Item:
    """One step as a room on the agenda."""
    room = catalogue().get(step.kind)
    if room is None or room.companion:
        raise Unknown(step.kind)
    fields = {field.name for field in dataclasses.fields(room)}
    set_up = {"question": step.question, "cue": step.cue, "minutes": step.minutes}
    set_up |= {name: value for name, value in fill.items() if name in fields}
    set_up |= step.set
    if set(set_up) - fields:
        raise Unknown(f"{step.id}: {', '.join(sorted(set(set_up) - fields))}")
    try:
        activity = msgspec.convert(set_up, room)
    except msgspec.ValidationError as problem:
        raise Unknown(f"{step.id}: {problem}") from None
    return Item(step.id, activity, step.goes_on_with or step.id, step.takes, dict(step.title))
