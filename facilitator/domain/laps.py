"""What was laid in which talk, when a talk is begun once more: only what is of now counts."""

from __future__ import annotations

import dataclasses

from .activity import Body, Entry, Mine, Move, Outcome, Put, Scene, Stage

#: What somebody laid that outlasts a talk: all else is of the talk in which it was laid.
LASTING = ("chair", "help")


def lap(stage: Stage) -> int:
    """Which talk this is: 0, and another number each time it is begun once more."""
    return int(stage.data.get("lap", 0))


def next_lap(stage: Stage, move: Move) -> int:
    """A number that no earlier talk had, nor one that was undone."""
    return lap(stage) + 1 + move.seed


def as_of_now(body: Body, now: int) -> Body:
    """A chair without what it tells of an earlier beginning of the talk."""
    if body.get("lap", 0) == now:
        return body
    told = {name: value for name, value in body.items() if name not in ("joins", "wished")}
    return {**told, "as": body.get("wished", body["as"]), "from": 0, "left": [], "returned": []}


def is_of_now(entry: Entry, now: int) -> bool:
    """Whether it was laid in this talk, and not before it was begun once more."""
    return entry.body["what"] in LASTING or entry.body.get("lap", 0) == now


def of_now(scene: Scene) -> Scene:
    """The scene without what was laid in an earlier talk."""
    now = lap(scene.stage)
    return dataclasses.replace(
        scene, entries=tuple(one for one in scene.entries if is_of_now(one, now))
    )


def mine_of_now(mine: Mine, stage: Stage) -> Mine:
    """The same of what one phone laid."""
    now, entries = lap(stage), mine.entries.items()
    return dataclasses.replace(
        mine, entries={slot: one for slot, one in entries if is_of_now(one, now)}
    )


def laid_now(outcome: Outcome, stage: Stage) -> Outcome:
    """What is laid says in which talk, once there was an earlier one."""
    now = lap(stage)
    return [
        dataclasses.replace(one, body={**one.body, "lap": now})
        if now and isinstance(one, Put) and one.body["what"] not in LASTING else one
        for one in outcome
    ]  # fmt: skip
