"""What the rooms let be followed, over the sealed sessions of one series. Made when it is read."""

from __future__ import annotations

from collections.abc import Sequence

from .activities import catalogue
from .archive import Doc
from .domain.activity import Body
from .domain.trend import followed, pooled


def trends(docs: Sequence[Doc]) -> list[Body]:
    """For each kind that has something to follow: its lines. `docs`: oldest first."""
    found = []
    for kind, room in catalogue().items():
        lines = followed(room.trend, [of_kind(doc, kind) for doc in docs]) if room.trend else []
        changed = any(point["changed"] for line in lines for point in line["points"])
        if lines:
            found.append({"kind": kind, "lines": lines, "changed": changed})
    return found


def figures(docs: Sequence[Doc]) -> list[Body]:
    """What may be told of a series outside it: its figures over all sessions together."""
    found = []
    for kind, room in catalogue().items():
        sessions = [of_kind(doc, kind) for doc in docs]
        found += (
            [{"kind": kind, **one} for one in pooled(room.trend, sessions)] if room.trend else []
        )
    return found


def of_kind(doc: Doc, kind: str) -> Body:
    """What a session kept of one kind, with its day."""
    kept = [activity for activity in doc["activities"] if activity["kind"] == kind]
    return {"date": doc["session"]["date"], "activities": kept}
