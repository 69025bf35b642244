"""Who may come in where: a session's keys, what each of them opens, and who leads with one."""

from __future__ import annotations

import secrets
from typing import Literal

from .keys import Token
from .running import Running

Role = Literal["console", "screen"]

#: The device that took the lead with the code on the screen, and those that were added later.
LEADER, SECOND = "leader", "second."
#: Keys that work once: whoever has one gets a key that lasts.
ONCE = ("lead.", "invitation.")


def door(running: Running, role: str) -> str:
    """The key in the link to the screen or console."""
    return running.key.door(role, running.doors.get(role, 0))


def opens(running: Running, role: str, key: str) -> bool:
    """Whether this is the key, told in the same time whatever it is."""
    return secrets.compare_digest(door(running, role).encode(), key.encode())


def opened_by(running: Running, key: str | None) -> str | None:
    """The name of the door that this key opens."""
    if not key:
        return None
    names = ("console", *leaders(running), "screen")
    return next((name for name in names if opens(running, name, key)), None)


def role(running: Running, key: str | None) -> Role | None:
    """What this key opens: the console for every device that leads, too."""
    name = opened_by(running, key)
    if name is None:
        return None
    return "screen" if name == "screen" else "console"


# -- who leads


def leaders(running: Running) -> list[str]:
    """The devices that were given the lead, by the names of their doors."""
    first = [LEADER] if running.doors.get("lead_taken") else []
    return [*first, *(name for name, on in running.doors.items() if name.startswith(SECOND) and on)]


def next_leader(running: Running) -> str:
    """The name of the door for one more device: never one that was somebody's before."""
    return f"{SECOND}{1 + sum(name.startswith(SECOND) for name in running.doors)}"


def stopped(running: Running, names: list[str]) -> dict[str, int]:
    """How the locks stand once these devices lead no longer."""
    shut = {name: 0 for name in names if name != LEADER}
    if LEADER in names:
        shut |= {"lead_taken": 0, LEADER: running.doors.get(LEADER, 0) + 1}
    return shut


def lead_is_open(running: Running) -> bool:
    """Only until a phone took the lead or anybody has joined."""
    return not running.doors.get("lead_taken") and not running.seats and not running.sockets


def is_led(running: Running) -> bool:
    """Whether somebody who leads is connected. The window with the screen counts only as long as
    nobody else was given the lead: a projector that is on is nobody."""
    here = running.leading.values()
    return "console" in here or ("screen" in here and not leaders(running))


def takes_part(running: Running, token: Token | None) -> bool:
    """Whether this phone is on the roster: who takes part may look at the screen as well."""
    return token is not None and token.seat(running.entered.id) in running.seats
