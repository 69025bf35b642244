"""Signals from the facilitator to a room full of talk: a sign to be quiet, a sound to try, and
light beside sound where it is noisy. The screen shows and plays them; they are kept nowhere."""

from __future__ import annotations

from .activity import Body, Move, Stage
from .words import only

QUIET_STAYS = 15.0  # seconds
CHIME_STAYS = 3.0


def signalled(stage: Stage, move: Move) -> Stage | None:
    """The stage after a signal; None when this move is none."""
    match move.name:
        case "quiet":
            only(move.fields)
            return stage.note(quiet_at=move.at)
        case "chime":
            only(move.fields)
            return stage.note(chime_at=move.at)
        case "noisy":
            only(move.fields, "on")
            return stage.note(noisy=move.fields.get("on") in (True, "true", "yes"))
    return None


def signals(stage: Stage) -> Body:
    """What is signalled, from when to when in server seconds; and whether the room is noisy."""
    asked = stage.data.get("quiet_at", -1.0)  # whoever goes on has been heard
    return {
        "quiet": lasting(asked if asked >= stage.since else None, QUIET_STAYS),
        "chime": lasting(stage.data.get("chime_at"), CHIME_STAYS),
        "noisy": bool(stage.data.get("noisy")),
    }


def lasting(begun: float | None, seconds: float) -> Body | None:
    """From when to when something shows."""
    return None if begun is None else {"from": begun, "to": begun + seconds}
