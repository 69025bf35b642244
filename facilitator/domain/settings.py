"""What a facilitator may still choose of a round, on top of its format, until people talk.

What was chosen lies in the stage; the room as it was set is the same room with other fields.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

from .activity import Activity, Move, Refused, Stage
from .words import only

Room = TypeVar("Room", bound=Activity)

#: By setting: what may be chosen, as a button says it, and what it makes of the field.
Choices = Mapping[str, Mapping[str, Any]]


def effective(room: Room, stage: Stage) -> Room:
    """The room as it was set. The very same one when nothing was chosen, or it is set already."""
    chosen = stage.data.get("set", {})
    other = {name: value for name, value in chosen.items() if getattr(room, name) != value}
    return dataclasses.replace(room, **other) if other else room


def chosen(stage: Stage, move: Move, choices: Choices) -> Stage:
    """The stage with what this move sets, or Refused."""
    only(move.fields, *choices)
    if not move.fields:
        raise Refused("choose_one_first")
    found = {}
    for name, said in move.fields.items():
        fits = [value for key, value in choices[name].items()
                if (type(said) is str and said == key) or same(said, value)]  # fmt: skip
        if not fits:
            raise Refused("choose_one_first")
        found[name] = fits[0]
    return stage.note(set={**stage.data.get("set", {}), **found})


def same(said: Any, value: Any) -> bool:
    """Whether somebody sent the value itself. Yes is not the number one."""
    return isinstance(said, bool) == isinstance(value, bool) and bool(said == value)


def pressed(room: Activity, choices: Choices) -> dict[str, str]:
    """Which button of each setting is on."""
    return {
        name: next((key for key, value in known.items() if getattr(room, name) == value), "")
        for name, known in choices.items()
    }
