"""A summary that was written down: the listener writes it, and the teller alone decides what
becomes of it."""

from __future__ import annotations

from .about import yes
from .activity import Act, Body, Destroy, Entry, Outcome, Put, Refused, Scene, Touch
from .seating import Table
from .words import choice, only, sentence

LONGEST = 280


def drafted(act: Act, turn: int, table: Table) -> Outcome:
    """The listener writes it down, for the teller alone."""
    only(act.fields, "text", "turn")
    text = sentence(act.fields, "text", LONGEST)
    body = {"what": "draft", "turn": turn, "table": table.number, "text": text}
    return [Put(f"draft.{turn}", body), Touch(table.people)]


def decided(scene: Scene, act: Act, turn: int, table: Table, may_share: bool) -> Outcome:
    """The teller decides: right, changed, or away. Away destroys it now."""
    only(act.fields, "answer", "text", "share", "turn")
    answer = choice(act.fields, "answer", ("right", "change", "away"))
    draft = draft_for(scene, turn, table.number)
    if draft is None:
        raise Refused("nothing_to_answer_here")
    verdict: Body = {"what": "verdict", "turn": turn, "table": table.number, "answer": answer}
    if answer != "away":
        right = answer == "right"
        text = draft.body["text"] if right else sentence(act.fields, "text", LONGEST)
        verdict |= {"text": text, "share": may_share and yes(act.fields.get("share"))}
    return [Put(f"verdict.{turn}", verdict), Destroy((draft.id,)), Touch(table.people)]


def draft_for(scene: Scene, turn: int, table: int) -> Entry | None:
    """What was written at this table in this turn, while the teller has not decided."""
    return next(
        (e for e in scene.entries if e.body["what"] == "draft"
         and (e.body["turn"], e.body["table"]) == (turn, table)), None,
    )  # fmt: skip
