"""A session as a fold over its moves: lobby, activity after activity, closing, sealed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .activity import Activity, Body, Move, Refused, Stage, Text

State = Literal["lobby", "open", "closing"]

#: Closing can be taken back for this long, in seconds.
HELD = 300


@dataclass(frozen=True)
class Item:
    """One place on the agenda. Items with the same bag share their entries: a later item
    can go on with the cards that an earlier one collected."""

    id: str
    activity: Activity
    bag: str
    takes: tuple[str, ...] = ()  # ids of the items whose outcome it is given
    title: Text = field(default_factory=dict)

    @property
    def beside(self) -> bool:
        """Whether it stands beside the agenda, and not on it."""
        return bool(self.activity.companion)


@dataclass(frozen=True)
class Logged:
    """A move as it stands in the log, with the item that it was for ("" for the session), and
    whether a group made it, which goes at its own pace."""

    item: str
    move: Move
    by_group: bool = False


@dataclass(frozen=True)
class Opened:
    """What was frozen when an item was opened."""

    stage: Stage
    given: tuple[Body, ...] = ()
    present: int = 0


@dataclass(frozen=True)
class Course:
    """Where the moves have brought the session."""

    state: State = "lobby"
    current: str | None = None
    opened: Mapping[str, Opened] = field(default_factory=dict)
    beside: tuple[str, ...] = ()  # ids of what stands beside the current one
    closing_at: float = 0.0
    closing_by: Body = field(default_factory=dict)
    qr_large: bool = False
    paused: bool = False
    halted: bool = False  # paused because nobody led any more

    def stage(self, item: str) -> Stage | None:
        """The stage of an item, if it was opened."""
        opened = self.opened.get(item)
        return opened.stage if opened else None

    def gone(self) -> frozenset[str]:
        """The ids of all entries whose text was destroyed."""
        return frozenset().union(*(opened.stage.gone for opened in self.opened.values()))


#: These have an opposite instead of being undone.
UNDONE_BY_OPPOSITE = ("close", "reopen")
#: A pause carries this when the desk made it: there was nobody who led.
UNLED = "unled"
ELSEWHERE = ("open", "put_away", "close", "reopen", "qr", "pause", "resume", "blank")


def course(agenda: Sequence[Item], log: Iterable[Logged]) -> Course:
    """Fold the whole log."""
    now = Course()
    for logged in log:
        now = step(agenda, now, logged)
    return now


def step(agenda: Sequence[Item], now: Course, logged: Logged) -> Course:
    """The course after one more move, or Refused."""
    move = logged.move
    if now.state == "closing" and move.name != "reopen":
        raise Refused("session_is_closing")
    match move.name:
        case "open":
            return open_item(agenda, now, str(move.fields.get("activity", "")), move)
        case "put_away":
            left = find(agenda, str(move.fields.get("activity", "")))
            beside = tuple(one for one in now.beside if one != left.id)
            return dataclasses.replace(now, beside=beside)
        case "close":
            return dataclasses.replace(
                now, state="closing", closing_at=move.at, closing_by=dict(move.fields)
            )
        case "reopen":
            state: State = "open" if now.current else "lobby"
            return dataclasses.replace(now, state=state, closing_at=0.0)
        case "qr":
            return dataclasses.replace(now, qr_large=bool(move.fields.get("large")))
        case "pause" | "resume":
            pauses = move.name == "pause"
            halts = pauses and bool(move.fields.get(UNLED))
            paused = dataclasses.replace(now, paused=pauses, halted=halts)
            here = Logged(now.current or "", move)
            return in_room(agenda, paused, here, forgiving=True)
    if move.name == "stop":  # what stood still ends now
        now = dataclasses.replace(now, paused=False, halted=False)
    # What a group did may have lost its sense by an undo of what came before it.
    return in_room(agenda, now, logged, forgiving=logged.by_group)


def open_item(agenda: Sequence[Item], now: Course, item_id: str, move: Move) -> Course:
    """Go to an item, or put it beside the current one. One that was opened before stands where it
    was left."""
    item = find(agenda, item_id)
    opened = now.opened.get(item.id) or Opened(
        stage=item.activity.start(move),
        given=tuple(move.fields.get("given", ())),
        present=move.present,
    )
    all_opened = {**now.opened, item.id: opened}
    if item.beside:
        beside = (*(one for one in now.beside if one != item.id), item.id)
        return dataclasses.replace(now, opened=all_opened, beside=beside)
    return dataclasses.replace(
        now, state="open", current=item.id, opened=all_opened, qr_large=False
    )


def in_room(
    agenda: Sequence[Item], now: Course, logged: Logged, *, forgiving: bool = False
) -> Course:
    """Let the room answer a move of its own."""
    opened = now.opened.get(logged.item)
    if opened is None:
        if forgiving:
            return now
        raise Refused("not_open_yet")
    try:
        stage = find(agenda, logged.item).activity.move(opened.stage, logged.move)
    except Refused:
        if forgiving:
            return now
        raise
    moved = dataclasses.replace(opened, stage=stage)
    all_opened = {**now.opened, logged.item: moved}
    if stage.gone > opened.stage.gone:
        all_opened = {item: without(one, stage.gone) for item, one in all_opened.items()}
    qr_large = now.qr_large and logged.by_group
    return dataclasses.replace(now, opened=all_opened, qr_large=qr_large)


def without(opened: Opened, gone: frozenset[str]) -> Opened:
    """What was handed on, but for what is to be destroyed, however deep it lies."""
    return dataclasses.replace(opened, given=tuple(kept_of(list(opened.given), gone)))


def kept_of(value: Any, gone: frozenset[str]) -> Any:
    """A value without the parts that carry one of these ids."""
    if isinstance(value, list | tuple):
        return [
            kept_of(one, gone) for one in value
            if not (isinstance(one, dict) and one.get("id") in gone)
        ]  # fmt: skip
    if isinstance(value, dict):
        return {name: kept_of(one, gone) for name, one in value.items()}
    return value


def find(agenda: Sequence[Item], item_id: str) -> Item:
    """The item with this id, or Refused."""
    for item in agenda:
        if item.id == item_id:
            return item
    raise Refused("no_such_activity")


def neighbour(agenda: Sequence[Item], item_id: str | None, by: int) -> Item | None:
    """The item that many places further on the agenda; the first when there is no current."""
    agenda = [item for item in agenda if not item.beside]
    if item_id is None:
        return agenda[0] if agenda and by > 0 else None
    place = [item.id for item in agenda].index(item_id) + by
    return agenda[place] if 0 <= place < len(agenda) else None


def intended(
    agenda: Sequence[Item], now: Course, name: str, fields: Mapping[str, Any], at: str | None = None
) -> Logged:  # fmt: skip
    """What *next* and *back* mean here: the next phase, the next item, or closing. A move at what
    stands beside is for that room alone."""
    if at in now.beside and name not in ELSEWHERE:
        return Logged(str(at), Move(name, fields))
    if name not in ("next", "back") or now.current is None:
        if name == "next" and (first := neighbour(agenda, None, 1)):
            return Logged("", Move("open", {"activity": first.id}))
        return Logged("" if name in ELSEWHERE else (now.current or ""), Move(name, fields))
    item = find(agenda, now.current)
    stage = now.opened[item.id].stage
    room = item.activity.as_set(stage)
    inside = room.next_phase(stage) if name == "next" else stage.phase != room.phases[0]
    if inside:
        return Logged(item.id, Move(name, fields))
    other = neighbour(agenda, item.id, 1 if name == "next" else -1)
    if other:
        return Logged("", Move("open", {"activity": other.id}))
    if name == "next":
        return Logged("", Move("close", fields))
    raise Refused("already_at_the_first")
