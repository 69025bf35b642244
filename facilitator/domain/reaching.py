"""What reaches one phone alone in one turn, by the role that somebody has there."""

from __future__ import annotations

from . import summaries
from .activity import Body, Mine, Scene
from .turns import LISTENER, OBSERVER, TELLER


def in_turn(scene: Scene, mine: Mine, table: int, turn: int, role: str) -> Body:
    """What reaches me alone in one turn, by my role in it."""
    if not table:
        return {}
    if role == OBSERVER:
        known = mine.body(f"tally.{turn}") or {"counts": {}, "marks": []}
        return {
            "counts": known["counts"], "marks": known["marks"], "last": known.get("last", ""),
            "wanted": tip_wanted(scene, turn, table),
        }  # fmt: skip
    if role == LISTENER:
        return {
            "again": is_to_try(scene, turn, table),
            "tallied": tallied(scene, turn, table),
            "draft": (mine.body(f"draft.{turn}") or {}).get("text", ""),
            "decided": bool(at_table(scene, "verdict", turn, table)),
        }
    if role == TELLER:
        return {
            "draft": summaries.draft_for(scene, turn, table),
            "shared": (mine.body(f"harvest.{turn}") or {}).get("text", ""),
            "confirmed": (mine.body(f"verdict.{turn}") or {}).get("answer") in ("right", "change"),
            "wanted": tip_wanted(scene, turn, table),
        }
    return {}


def on_one_phone(each: dict[str, Body]) -> Body:
    """What reaches several people on one phone, by role. What was counted for one of them is on
    no card there: nobody's."""
    here = {**each.get(OBSERVER, {}), "again": each.get(LISTENER, {}).get("again", False)}
    return {**here, "each": each}


def at_table(scene: Scene, what: str, turn: int, table: int) -> Body:
    """What was laid at one table in one turn."""
    return next((b for b in scene.bodies(what) if (b["turn"], b["table"]) == (turn, table)), {})


def tip_wanted(scene: Scene, turn: int, table: int) -> str:
    """Whether the listener would like a tip; nothing while they did not say."""
    return str(at_table(scene, "tip_wanted", turn, table).get("answer", ""))


def said(scene: Scene, turn: int, table: int) -> str:
    """Whether the teller said that the summary was right."""
    return str(at_table(scene, "check", turn, table).get("answer", ""))


def is_to_try(scene: Scene, turn: int, table: int) -> bool:
    """Whether the listener is to sum up once more: it was not right, and nobody said of a second
    time how that was."""
    return said(scene, turn, table) in ("almost", "no") and not at_table(
        scene, "second", turn, table
    )


def tallied(scene: Scene, turn: int, table: int) -> dict[str, int]:
    """What the observer counted, for the listener's own card. It is kept nowhere else."""
    return dict(at_table(scene, "tally", turn, table).get("counts", {}))
