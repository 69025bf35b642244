"""Talking in writing, for who cannot or would not talk aloud: who may write when, and what stands
there. Lines are for one table in one turn, and are destroyed when the talk is over."""

from __future__ import annotations

from .activity import Act, Body, Destroy, Entry, Mine, Outcome, Put, Refused, Scene, Touch
from .chairs import Table
from .turns import COMPANY, DEEPER, LISTENER, OBSERVER, TELLER
from .words import sentence

MOST = 12  # lines of one person in one turn
LONGEST = 280  # characters in one line
#: Who writes in each part. Where everybody talks everybody writes.
WRITES = {
    "contrast": (TELLER, LISTENER), "tell": (TELLER,), "sum": (LISTENER,),
    "check": (TELLER, LISTENER), "ask": (TELLER, LISTENER), "sum2": (LISTENER,),
    "fb": (TELLER, LISTENER, OBSERVER, COMPANY),
}  # fmt: skip


def parts_of(role: str) -> tuple[str, ...]:
    """The parts in which somebody with this role may write."""
    return tuple(part for part, roles in WRITES.items() if role in (*roles, DEEPER))


def slots(turn: int) -> tuple[str, ...]:
    """Where one person's lines of a turn lie."""
    return tuple(f"line.{turn}.{n}" for n in range(MOST))


def written(scene: Scene, table: int, turn: int) -> list[Entry]:
    """What was written at a table in a turn, in the order in which it was said."""
    found = [
        e for e in scene.entries
        if e.body["what"] == "line" and (e.body["table"], e.body["turn"]) == (table, turn)
    ]  # fmt: skip
    return sorted(found, key=lambda e: (e.body["n"], e.id))


def earlier(scene: Scene, table: int, turn: int) -> tuple[str, ...]:
    """The lines of a table's turns before this one: nobody needs them any more."""
    return tuple(
        e.id for e in scene.entries
        if e.body["what"] == "line" and e.body["table"] == table and e.body["turn"] < turn
    )  # fmt: skip


def said(scene: Scene, mine: Mine, act: Act, turn: int, table: Table, role: str) -> Outcome:
    """Who may write says something. The others of the table read it at once."""
    text = sentence(act.fields, "text", LONGEST)
    free = [slot for slot in slots(turn) if slot not in mine.entries]
    if not free:
        raise Refused("no_lines_left", most=MOST)
    before = written(scene, table.number, turn)
    n = before[-1].body["n"] + 1 if before else 1
    body = {"what": "line", "turn": turn, "table": table.number, "n": n, "role": role, "text": text}
    return [Put(free[0], body), Destroy(earlier(scene, table.number, turn)), Touch(table.people)]


def told(scene: Scene, mine: Mine, table: int, turn: int, role: str) -> Body:
    """What was written at my table in one turn, when I may write, and how much still."""
    ours = {entry.id for entry in mine.entries.values()}
    lines = [{"role": e.body["role"], "text": e.body["text"], "mine": e.id in ours}
            for e in written(scene, table, turn)]  # fmt: skip
    left = sum(slot not in mine.entries for slot in slots(turn))
    return {"lines": lines, "parts": parts_of(role), "left": left}
