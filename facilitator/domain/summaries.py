"""A summary that was written down: the listener writes it, and the teller alone decides what
becomes of it. What they keep for themselves goes to their own phone, and no word of it stays here.
"""

from __future__ import annotations

from .about import yes
from .activity import Act, Body, Destroy, Entry, Outcome, Put, Refused, Scene, Touch
from .chairs import Table
from .words import choice, only, sentence

LONGEST = 280


def drafted(scene: Scene, act: Act, turn: int, table: Table) -> Outcome:
    """The listener writes it down, for the teller alone. That there was one is counted."""
    only(act.fields, "text", "turn")
    text = sentence(act.fields, "text", LONGEST)
    if laid_at(scene, "verdict", turn, table.number):
        raise Refused("too_late_for_that")
    here: Body = {"turn": turn, "table": table.number}
    return [
        Put(f"draft.{turn}", {"what": "draft", **here, "text": text}),
        Put(f"written.{turn}", {"what": "written", **here}),
        Touch(table.people),
    ]


def decided(scene: Scene, act: Act, turn: int, table: Table, may_share: bool) -> Outcome:
    """The teller decides: right, changed, or away. The draft is destroyed now; its words go on
    only where they are shared."""
    only(act.fields, "answer", "text", "share", "turn")
    answer = choice(act.fields, "answer", ("right", "change", "away"))
    drafts = laid_at(scene, "draft", turn, table.number)
    if not drafts:
        raise Refused("nothing_to_answer_here")
    shares = answer != "away" and may_share and yes(act.fields.get("share"))
    text = drafts[0].body["text"]
    if answer != "away" and ("text" in act.fields or (shares and answer == "change")):
        said = sentence(act.fields, "text", LONGEST)
        answer, text = ("right" if said == text else "change"), said
    verdict = {"what": "verdict", "turn": turn, "table": table.number, "answer": answer}
    outcome: Outcome = [Put(f"verdict.{turn}", verdict)]
    if shares:
        outcome.append(Put(f"harvest.{turn}", {"what": "harvest", "text": text}))
    return [*outcome, Destroy(tuple(e.id for e in drafts)), Touch(table.people)]


def laid_at(scene: Scene, what: str, turn: int, table: int) -> list[Entry]:
    """What lies at this table of this turn."""
    found = [e for e in scene.entries
             if e.body["what"] == what and (e.body["turn"], e.body["table"]) == (turn, table)]  # fmt: skip
    return sorted(found, key=lambda e: e.id)


def draft_for(scene: Scene, turn: int, table: int) -> str:
    """What was written at this table in this turn, while the teller has not decided."""
    return next((str(e.body["text"]) for e in laid_at(scene, "draft", turn, table)), "")
