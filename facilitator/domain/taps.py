"""What is tapped while people talk: how it was to be listened to, and what an observer counts."""

from __future__ import annotations

from collections.abc import Container, Mapping

from .about import yes
from .activity import Act, Body, Mine, Put, Refused
from .words import choice, only

ITEMS = ("heard", "voice", "attention", "helped")
VALUES = ("1", "2", "3", "4", "5")
#: By preset what is asked of who told: a short one has time for one question.
ASKED: Mapping[str, tuple[str, ...]] = {
    "vloer": ITEMS[:1], "kort": ITEMS[:1], "standaard": ITEMS, "diep": ITEMS,
}  # fmt: skip
#: What an observer marks once a turn, and what they count each time.
TOGGLES = ("attention", "content", "feeling", "own_view", "asked_right")
QUESTIONS = ("open", "deeper", "closed", "leading", "advice", "silence")
TALLIES = (*QUESTIONS, "interruption")
#: By mode what is offered, turn after turn and then anew: in focus one sort of thing at a time.
MODES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "none": ((),),
    "light": (("content", "feeling", "asked_right", "deeper", "advice"),),
    "full": ((*TOGGLES, *TALLIES),),
    "focus": (
        ("attention", "interruption"),
        ("content", "feeling", "own_view", "asked_right"),
        QUESTIONS,
    ),
}


def offered(mode: str, turn: int) -> tuple[str, ...]:
    """What an observer may tap in a turn. Nothing else says it: phones show this, other taps are
    refused, and a measure counts only the turns in which it was among these."""
    by_turn = MODES[mode]
    return by_turn[turn % len(by_turn)]


def offered_in(mode: str, turns: int) -> dict[str, list[int]]:
    """Everything that may be tapped, each with its turns."""
    by_turn = [offered(mode, turn) for turn in range(turns)]
    known = dict.fromkeys(what for turn in by_turn for what in turn)
    return {what: [n for n, turn in enumerate(by_turn) if what in turn] for what in known}


def rated(act: Act, asked: tuple[str, ...], turn: int, table: int, side: str) -> Body:
    """One answer on the scale of five, or passed."""
    only(act.fields, "value", "item", "turn")
    item = choice({"item": "heard", **act.fields}, "item", asked)
    value = choice(act.fields, "value", (*VALUES, "pass"))
    return {"what": item, "turn": turn, "table": table, "value": value, "side": side}


def to_rate(asked: tuple[str, ...], given: Container[str]) -> Body:
    """Which question comes next, one at a time, and the one before it to go back to."""
    done = [item for item in asked if item in given]
    now = next((item for item in asked if item not in given), "")
    return {"now": now, "given": len(done), "of": len(asked), "last": done[-1] if done else ""}


def counted(mine: Mine, act: Act, turn: int, table: int, mode: str) -> Put:
    """One more or one less of what is counted; a mark is set or taken away."""
    only(act.fields, "what", "turn", "less")
    what, slot = choice(act.fields, "what", (*TALLIES, *TOGGLES)), f"tally.{turn}"
    if what not in offered(mode, turn):
        raise Refused("nothing_to_answer_here")
    known = mine.body(slot) or {"what": "tally", "turn": turn, "table": table,
                                "counts": {}, "marks": []}  # fmt: skip
    if what in TOGGLES:
        return Put(slot, {**known, "marks": sorted({*known["marks"]} ^ {what})})
    less = yes(act.fields.get("less"))
    n = min(max(known["counts"].get(what, 0) + (-1 if less else 1), 0), 99)
    last = "" if less else what  # a slip can be taken back
    return Put(slot, {**known, "counts": {**known["counts"], what: n}, "last": last})
