"""One running session in memory: what its database says, and what is on its way there."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .away import Away
from .domain.activity import Body, Destroy, Entry, Mine, Move, Outcome, Put, Scene, Take
from .domain.session import UNDONE_BY_OPPOSITE, Course, Item, Logged, find
from .formats import agenda, companions, steps_from
from .keys import SessionKey, Token
from .moves import Moves
from .register import Entered, NewerData
from .store import VERSION, Change, Live


@dataclass
class Bag:
    """The entries of one activity by tag: those on disk, and those on their way."""

    laid: dict[bytes, Entry] = field(default_factory=dict)
    coming: dict[bytes, Entry | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._sorted: tuple[Entry, ...] | None = None

    def entries(self) -> tuple[Entry, ...]:
        """What is on disk, in the order of the random ids."""
        if self._sorted is None:
            self._sorted = tuple(sorted(self.laid.values(), key=lambda e: e.id))
        return self._sorted

    def ahead(self) -> dict[bytes, Entry]:
        """What will be on disk once all that is on its way has arrived."""
        if not self.coming:
            return self.laid
        merged: dict[bytes, Entry | None] = {**self.laid, **self.coming}
        return {tag: entry for tag, entry in merged.items() if entry is not None}

    def arrived(self, changes: dict[bytes, Entry | None]) -> None:
        """These changes are on disk now."""
        for tag, entry in changes.items():
            if entry is None:
                self.laid.pop(tag, None)
            else:
                self.laid[tag] = entry
        self._sorted = None
        self.dropped(changes)

    def dropped(self, changes: dict[bytes, Entry | None]) -> None:
        """These changes are no longer on their way."""
        for tag, entry in changes.items():
            if tag in self.coming and self.coming[tag] is entry:
                del self.coming[tag]


class Running:
    """Loads from the database, and is written through."""

    def __init__(self, entered: Entered, live: Live, now: float) -> None:
        self.entered, self.live, self.key = entered, live, live.key
        notes = live.notes()
        self.set_up: dict[str, Any] = notes["set_up"]  # type: ignore[assignment]
        self.doors: dict[str, int] = notes.get("doors", {})  # type: ignore[assignment]
        steps, fill = steps_from(self.set_up["steps"]), self.set_up["fill"]
        self.items: tuple[Item, ...] = (*agenda(steps, fill), *companions())
        self.moves = Moves(self.items, live.log())
        self.bags = {name: Bag(laid) for name, laid in live.bags().items()}
        self.marks, self.in_flight = live.marks(), set[bytes]()
        self.seats = live.seats()
        # Versions only ever grow, over a restart too: the clock is ahead of any count of commits.
        self.version = int(now * 1000)
        self.moved_at, self.moving, self.sealing = self.version, False, False
        self.touched_at = max([now, *(logged.move.at for _, logged in self.log)])
        self.laid_by: dict[str, bytes] = {}  # id of an entry -> seat; in memory only
        self.sockets: dict[str, bytes] = {}  # socket -> seat
        self.away = Away()
        self.pages: dict[bytes, float] = {}  # seat -> when a phone without sockets was last seen
        self.leading: dict[str, str] = {}  # socket of who leads -> audience
        self.led_at = now  # when somebody who leads was last here; a restart begins anew
        self.passes_at: dict[bytes, float] = {}  # tag of a passing entry -> when it is over
        self.beat = ("", 0)  # what of the time changes who is where, as people last heard
        self.invited_until = 0.0  # until then a code gives one more device a part in leading
        self.invited_as = "console"
        self.turning = False

    @property
    def log(self) -> list[tuple[int, Logged]]:
        """The moves on disk, in order."""
        return self.moves.log

    @property
    def course(self) -> Course:
        """Where the moves on disk have brought the session."""
        return self.moves.course

    @property
    def ahead(self) -> Course:
        """Where it will be once the moves that are on their way have arrived."""
        return self.moves.ahead

    @property
    def code(self) -> str:
        """The code that people type."""
        return self.entered.code

    @property
    def database(self) -> Path:
        """Where this session's data are."""
        return self.live.database

    # -- people

    def present(self, now: float) -> int:
        """How many phones are here: those connected, and those without sockets seen lately."""
        return len(self.here_now(now))

    def here_now(self, now: float) -> set[bytes]:
        """The seats of phones that are here."""
        lately = {seat for seat, seen in self.pages.items() if now - seen < 90}
        return lately | set(self.sockets.values())

    def mine(self, token: Token, item: Item, about: dict[str, str], *, ahead: bool) -> Mine:
        """One phone's own entries in an activity. No other part of the house asks this."""
        bag, opened = self.bag(item), (self.ahead if ahead else self.course).opened.get(item.id)
        laid = bag.ahead() if ahead else bag.laid
        room = item.activity.as_set(opened.stage) if opened else item.activity
        tags = {slot: self.key.tag(token, item.bag, slot) for slot in room.slots()}
        own = {slot: laid[tag] for slot, tag in tags.items() if tag in laid}
        return Mine(own, token.seed(self.entered.id, item.id), about)

    # -- scenes

    def item(self, item_id: str) -> Item:
        """An item on the agenda."""
        return find(self.items, item_id)

    @property
    def agenda(self) -> tuple[Item, ...]:
        """The items that follow one another."""
        return tuple(item for item in self.items if not item.beside)

    @property
    def beside(self) -> tuple[Item, ...]:
        """The items that stand beside the current one now, whatever that is."""
        closing = self.course.state == "closing"
        return () if closing else tuple(self.item(one) for one in self.course.beside)

    @property
    def closes_at(self) -> float:
        """When the last day is over of a session that stays open until a day, in server seconds
        and by the server's own midnight; 0 for any other."""
        until = self.set_up.get("until")
        if not until:
            return 0.0
        after = datetime.date.fromisoformat(until) + datetime.timedelta(days=1)
        return datetime.datetime.combine(after, datetime.time()).timestamp()

    @property
    def current(self) -> Item | None:
        """The item where the session is."""
        return self.item(self.course.current) if self.course.current else None

    def bag(self, item: Item) -> Bag:
        """The entries that an item works with."""
        return self.bags.setdefault(item.bag, Bag())

    def scene(
        self, item: Item, now: float, *, ahead: bool = False, away: bool = False
    ) -> Scene:  # fmt: skip
        """All that the room of this item may know. Views show only what is on disk, and nothing
        of who is away."""
        stage_of = self.ahead if ahead else self.course
        opened = stage_of.opened[item.id]
        bag = self.bag(item)
        entries = tuple(bag.ahead().values()) if ahead and bag.coming else bag.entries()
        told = self.away.told if away else {}
        lost = {one: self.away.since.get(self.laid_by[one], now) for one in told}
        here = self.here(item, ahead=ahead)
        return Scene(opened.stage, entries, opened.given, here, now, told, lost)

    def here(self, item: Item, *, ahead: bool = False) -> int:
        """How many people an item is for: all who came so far, sleeping phones included."""
        opened = (self.ahead if ahead else self.course).opened.get(item.id)
        return max(opened.present if opened else 0, len(self.seats))

    # -- changes

    def change(
        self, token: Token, item: Item, outcome: Outcome
    ) -> tuple[Change, dict[bytes, Entry | None]]:
        """What the outcome of an act writes. An entry that is changed keeps its id."""
        change, laid = Change(self.database), dict[bytes, Entry | None]()
        bag = self.bag(item).ahead()
        for one in outcome:
            if isinstance(one, Put):
                tag = self.key.tag(token, item.bag, one.slot)
                known = bag.get(tag)
                entry = Entry(known.id if known else secrets.token_hex(8), one.body)
                laid[tag] = entry
                change.put.append(self.live.entry_row(item.bag, tag, entry))
            elif isinstance(one, Take):
                laid[self.key.tag(token, item.bag, one.slot)] = None
            elif isinstance(one, Destroy):
                laid |= {tag: None for tag, entry in bag.items() if entry.id in one.ids}
        change.take += [(item.bag, tag) for tag, entry in laid.items() if entry is None]
        return change, laid

    def remember(self, token: Token, laid: Mapping[bytes, Entry | None]) -> None:
        """Which seat laid these entries, as long as the server runs."""
        seat = token.seat(self.entered.id)
        self.laid_by |= {entry.id: seat for entry in laid.values() if entry}

    def chairs_for(self, item: Item | None, move: str) -> tuple[Body, ...]:
        """The chairs that a move records, when its room groups people by it."""
        if item is None or move not in item.activity.groups_at:
            return ()
        entries = self.bag(item).entries()
        return tuple({"id": e.id, **e.body} for e in entries if e.body.get("what") == "chair")

    def passed(self, now: float) -> list[tuple[Item, bytes]]:
        """Passing entries whose time is over, whose phone is gone for long, or whose room was put
        away."""
        here = self.here_now(now) | self.away.lately(now)
        return [
            (item, tag)
            for item in self.items
            if item.activity.passing
            for tag, entry in self.bag(item).laid.items()
            if item.id not in self.course.beside
            or self.passes_at.get(tag, now + 1) <= now
            or self.laid_by.get(entry.id) not in here
        ]

    def destroyed(self) -> list[tuple[Item, bytes]]:
        """Entries whose text is to be destroyed: removed before the move that comes now."""
        found = []
        for item in self.items:
            stage = self.course.stage(item.id)
            if stage and stage.gone:
                laid = self.bag(item).laid
                found += [(item, tag) for tag, entry in laid.items() if entry.id in stage.gone]
        return found

    def outdated(self, course: Course, now: float) -> list[tuple[Item, bytes]]:
        """Entries that last no longer than the talk they belong to, once it is over."""
        found = []
        for item in self.items:
            room, opened = item.activity, course.opened.get(item.id)
            if opened is None or not room.fleeting:
                continue
            here = course.state == "open" and course.current == item.id
            if not here or room.is_over(opened.stage, now):
                laid = self.bag(item).laid
                found += [
                    (item, tag) for tag, e in laid.items() if e.body.get("what") in room.fleeting
                ]
        return found

    def holds(self, ids: Iterable[str]) -> bool:
        """Whether entries with all of these ids still lie in some bag."""
        wanted = set(ids)
        return not wanted or wanted <= {
            entry.id for bag in self.bags.values() for entry in bag.laid.values()
        }

    def can_undo(self) -> bool:
        """Whether there is a last move, and it has no opposite of its own."""
        last = self.moves.last()
        return (
            last is not None
            and last[1].move.name not in UNDONE_BY_OPPOSITE
            and self.course.state != "closing"
            and not self.course.halted  # that was nobody's press; *go on* is its opposite
        )

    def outlived_by(self, item: Item) -> bool:
        """Whether a later item that was opened goes on with this one's entries."""
        places = [one.id for one in self.items]
        return any(
            other.bag == item.bag
            and places.index(other.id) > places.index(item.id)
            and other.id in self.course.opened
            for other in self.items
        )


def filled(
    logged: Logged, at: float, seed: int, present: int,
    given: tuple[Body, ...] = (), chairs: tuple[Body, ...] = (),
) -> Logged:  # fmt: skip
    """A move with what only the desk may fill in."""
    fields = dict(logged.move.fields)
    if logged.move.name == "open":
        fields["given"] = list(given)
    move = Move(logged.move.name, fields, at=at, seed=seed, present=present, chairs=chairs)
    return Logged(logged.item, move, logged.by_group)


def load(entered: Entered, database: Path, secret: bytes, now: float) -> Running:
    """A session from its files, or NewerData when a newer version wrote them."""
    live = Live(database, SessionKey(entered.id, secret))
    if live.version() > VERSION:
        raise NewerData(str(database))
    return Running(entered, live, now)
