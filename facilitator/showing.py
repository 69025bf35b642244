"""What each face of a session shows, and what is of one phone alone."""

from __future__ import annotations

from collections.abc import Callable

from .domain.activity import Audience, Body, Mine
from .domain.session import Item
from .frame import Face, frame, told
from .keys import Token
from .running import Running

#: As which audience a room sees who looks.
ROOM_SEES: dict[Face, Audience] = {
    "phone": "phone", "screen": "screen", "console": "console", "moderator": "console",
    "remote": "screen",
}  # fmt: skip


def view(running: Running, face: Face, now: float) -> tuple[Body, Body]:
    """The frame and the room's view for one face: an audience, or what a device that helps to
    lead is shown. A remote control is in somebody's hand: it gets what the screen gets."""
    around = frame(running, face, now)
    item = running.current
    is_open = running.course.state == "open" and item is not None
    view = room_view(running, item, face, now) if is_open and item else {}
    if beside := running.beside:
        view["beside"] = [
            {"item": told(running, one), "view": room_view(running, one, face, now)}
            for one in beside
        ]
    return around, view


def room_view(running: Running, item: Item, face: Face, now: float) -> Body:
    """What a room shows, for one face."""
    scene = running.scene(item, now)
    usual = {"has_field": False, "locked": scene.stage.locked, "shown": scene.stage.shown}
    return {**usual, **item.activity.view(scene, ROOM_SEES[face])}


def own(running: Running, token: Token, now: float) -> Body:
    """One phone's own part of where the session is."""
    return own_part(
        running, lambda item: running.mine(token, item, {}, ahead=False), now, away=True
    )


def empty_own(running: Running, now: float) -> Body:
    """The own part of a phone that laid nothing."""
    return own_part(running, lambda item: Mine(), now, away=False)


def own_part(
    running: Running, mine: Callable[[Item], Mine], now: float, *, away: bool
) -> Body:  # fmt: skip
    """What is of one person where the session is, and in what stands beside."""

    def of(item: Item) -> Body:
        return item.activity.own(running.scene(item, now, away=away), mine(item))

    is_open = running.course.state == "open" and running.current is not None
    part = of(running.current) if is_open and running.current else {}
    if beside := running.beside:
        part["beside"] = [{"item": told(running, one), "own": of(one)} for one in beside]
    return part
