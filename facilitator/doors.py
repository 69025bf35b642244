"""Who may come in where: a session's keys, what each of them opens, and who leads with one."""

from __future__ import annotations

import secrets
from typing import Literal

from .keys import Token
from .running import Running

#: What a key is for. The console does all; a moderator sorts what people put down; a remote control
#: takes the steps and sees no card before the room does; the screen looks on.
Role = Literal["console", "moderator", "remote", "screen"]

#: The device that took the lead with the code on the screen.
LEADER = "leader"
#: What a device may be added as, and how the names of such doors begin.
INVITED_AS: dict[str, str] = {
    "console": "second.",
    "moderator": "moderator.",
    "remote": "remote.",
}
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
    names = ("console", *devices(running), "screen")
    return next((name for name in names if opens(running, name, key)), None)


def role(running: Running, key: str | None) -> Role | None:
    """What this key opens."""
    name = opened_by(running, key)
    return None if name is None else role_of(name)


def role_of(name: str) -> Role:
    """What a door is for, by its name."""
    if name in ("console", "screen", "moderator", "remote"):
        return name  # type: ignore[return-value]
    found = next((role for role, start in INVITED_AS.items() if name.startswith(start)), "console")
    return found  # type: ignore[return-value]


# -- what each is for

STEPS = frozenset(
    ("next", "back", "open", "put_away", "show", "hide", "lock", "unlock", "timer", "extend",
     "pause", "resume", "qr", "undo")
)  # fmt: skip
OF_THE_CONSOLE = frozenset(
    ("close", "reopen", "seal", "add_lead", "stop_lead", "take_back_lead")
)  # fmt: skip


def part(role: Role, name: str) -> bool:
    """Whether a move is among what a key is for. What is neither a step nor the console's alone is
    a room's own: that is a moderator's work."""
    match role:
        case "console":
            return True
        case "remote":
            return name in STEPS
        case "moderator":
            return name not in STEPS | OF_THE_CONSOLE
    return False


# -- who leads


def devices(running: Running) -> list[str]:
    """The devices that were given a part in leading, by the names of their doors."""
    first = [LEADER] if running.doors.get("lead_taken") else []
    starts = tuple(INVITED_AS.values())
    return [*first, *(name for name, on in running.doors.items() if name.startswith(starts) and on)]


def leaders(running: Running) -> list[str]:
    """Those of them that lead the whole."""
    return [name for name in devices(running) if role_of(name) == "console"]


def next_device(running: Running, role: str) -> str:
    """The name of the door for one more device: never one that was somebody's before."""
    start = INVITED_AS[role]
    return f"{start}{1 + sum(name.startswith(start) for name in running.doors)}"


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
    """Whether somebody who can go on is connected. The window with the screen counts only as long
    as nobody else was given the lead: a projector that is on is nobody."""
    here = running.leading.values()
    return "console" in here or ("screen" in here and not leaders(running))


def takes_part(running: Running, token: Token | None) -> bool:
    """Whether this phone is on the roster: who takes part may look at the screen as well."""
    return token is not None and token.seat(running.entered.id) in running.seats
