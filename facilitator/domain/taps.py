"""What is tapped while people talk: how it was to be listened to, and what an observer counts."""

from __future__ import annotations

from .about import yes
from .activity import Act, Mine, Put
from .heard import TALLIES, VALUES
from .words import choice, only

ITEMS = ("heard", "voice", "attention", "helped")
TOGGLES = ("attention", "content", "feeling", "own_view", "asked_right")


def rated(act: Act, turn: int, table: int, side: str) -> Put:
    """One answer on the scale of five, or passed."""
    only(act.fields, "value", "item", "turn")
    item = choice({"item": "heard", **act.fields}, "item", ITEMS)
    value = choice(act.fields, "value", (*VALUES, "pass"))
    body = {"what": item, "turn": turn, "table": table, "value": value, "side": side}
    return Put(f"{item}.{turn}", body)


def counted(mine: Mine, act: Act, turn: int, table: int) -> Put:
    """One more or one less of what is counted; a mark is set or taken away."""
    only(act.fields, "what", "turn", "less")
    what, slot = choice(act.fields, "what", (*TALLIES, *TOGGLES)), f"tally.{turn}"
    known = mine.body(slot) or {"what": "tally", "turn": turn, "table": table,
                                "counts": {}, "marks": []}  # fmt: skip
    if what in TOGGLES:
        return Put(slot, {**known, "marks": sorted({*known["marks"]} ^ {what})})
    more = -1 if yes(act.fields.get("less")) else 1
    n = min(max(known["counts"].get(what, 0) + more, 0), 99)
    return Put(slot, {**known, "counts": {**known["counts"], what: n}})
