"""What is kept of a session, made from its final content alone."""

from __future__ import annotations

from .archive import Doc
from .domain.activity import Body
from .domain.results import SCHEMA, kept
from .domain.tally import step
from .running import Running

PROMISE = {"side", "what", "who", "by", "first_step"}


def document(running: Running) -> Doc:
    """What is kept: made from the final content alone."""
    entered, fill = running.entered, running.set_up["fill"]
    about: Body = {"topic": fill["topic"], "answer_by": fill["answer_by"], "influence": ""}
    activities, told = [], Body()  # what the first that speaks of it says, holds
    for item in running.items:
        if item.activity.passing:
            continue
        if item.id not in running.course.opened or running.outlived_by(item):
            continue
        scene = running.scene(item, 0.0)
        outcome = kept(item.activity.results(scene))
        told |= {k: v for k, v in outcome["facts"].items() if k in about and k not in told}
        activities.append({"kind": item.activity.kind, "title": item.title,
                           "question": item.activity.as_set(scene.stage).question, **outcome})  # fmt: skip
    session = {"id": entered.id, "title": entered.title, "date": entered.date,
               "lang": entered.lang, "format": entered.format,
               "present": step(len(running.seats)), **about, **told}  # fmt: skip
    return {"schema": SCHEMA, "session": session, "activities": activities}


def promises(doc: Doc) -> list[Body]:
    """The agreements in a report, whichever room made them."""
    items = [item for activity in doc["activities"] for item in activity["items"]]
    return [{k: item[k] for k in PROMISE} for item in items if set(item) >= PROMISE]
