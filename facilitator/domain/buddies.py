"""Somebody who is the only one that is not in the room, and who of the room calls with them."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence

from .grouping import Person, Rules, lot, may_sit_together


def apart(one: Person) -> Person:
    """Somebody of the room in a quiet corner, who counts as not being in it."""
    return dataclasses.replace(one, side="remote")


def may_call(one: Person, lone: Person, rules: Rules) -> bool:
    """Whether somebody of the room may call with who is alone elsewhere."""
    return (
        rules.remote == "remote_with_remote"
        and one.side == "room"
        and not one.listens
        and may_sit_together(apart(one), lone, rules)
    )


def buddy(people: Sequence[Person], willing: Collection[str], rules: Rules, seed: int) -> str:
    """Who of those who are willing calls with the only one elsewhere, by lot; "" when nobody
    need, or when that would leave somebody in the room alone."""
    far = [one for one in people if one.side == "remote"]
    near = [one for one in people if one.side == "room" and not one.listens]
    if len(far) != 1 or far[0].listens or len(near) == 2:
        return ""
    fit = [one.id for one in near if one.id in willing and may_call(one, far[0], rules)]
    return min(fit, key=lambda name: lot(seed, "buddy", name), default="")
