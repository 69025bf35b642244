"""Who may come in where: a session's keys, and what each of them opens."""

from __future__ import annotations

import secrets
from typing import Literal

from .keys import Token
from .running import Running

Role = Literal["console", "screen"]


def door(running: Running, role: str) -> str:
    """The key in the link to the screen or console."""
    return running.key.door(role, running.doors.get(role, 0))


def opens(running: Running, role: str, key: str) -> bool:
    """Whether this is the key, told in the same time whatever it is."""
    return secrets.compare_digest(door(running, role).encode(), key.encode())


def role(running: Running, key: str | None) -> Role | None:
    """What this key opens: the console for the one phone that leads, too."""
    if not key:
        return None
    for role in ("console", "leader", "screen"):
        if role == "leader" and not running.doors.get("lead_taken"):
            continue
        if opens(running, role, key):
            return "screen" if role == "screen" else "console"
    return None


def lead_is_open(running: Running) -> bool:
    """Only until a phone took the lead or anybody has joined."""
    return not running.doors.get("lead_taken") and not running.seats and not running.sockets


def takes_part(running: Running, token: Token | None) -> bool:
    """Whether this phone is on the roster: who takes part may look at the screen as well."""
    return token is not None and token.seat(running.entered.id) in running.seats
