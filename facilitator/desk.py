"""Every use of the product, one function each: the only place where rules meet storage."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import showing
from .acting import Acts
from .archive import Archive, Doc, NotWhole
from .document import document
from .domain.activity import Act, Body, Refused
from .frame import Face
from .keys import Token
from .leading import Leads
from .lifetime import Lifetimes
from .news import News
from .register import Entered, Register, Series
from .running import Running
from .stepping import Steps
from .store import Change, StoreError
from .watch import Watch

Commit = Callable[[Change], None]


class Unknown(Exception):
    """There is no such session. The same for a code that never was."""


class Desk:
    """Holds the running sessions; writes through one writer; tells `heard` what changed."""

    def __init__(
        self,
        folder: Path,
        register: Register,
        archive: Archive,
        commit: Commit,
        *,
        digits: int = 6,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.folder, self.register, self.archive = folder, register, archive
        self.commit, self.digits, self.clock = commit, digits, clock
        self.running: dict[str, Running] = {}
        self.heard: Callable[[News], None] = lambda news: None
        self.forget: Callable[[Path], None] = lambda path: None
        self.stopping = False
        self.lifetimes, self.leads = Lifetimes(self), Leads(self)
        self.acts, self.steps = Acts(self), Steps(self)

    def find(self, code: str) -> Running:
        """A running session."""
        running = self.running.get(code)
        if running is None:
            raise Unknown(code)
        return running

    def files(self, session: str) -> tuple[Path, Path]:
        """The database of a running session and its key, which lies apart."""
        return self.folder / "live" / f"{session}.db", self.folder / "keys" / f"{session}.key"

    # -- from beginning to end

    def take_up(self) -> None:
        """After a start: all sessions that were running, and seals that were interrupted."""
        self.lifetimes.take_up()

    def start(self, owner: str, wishes: Mapping[str, Any], lang: str) -> Running:
        """Start a conversation; asks nothing first. Wishes: format, preset, title, topic,
        answer_by, agenda, until, ready."""
        return self.lifetimes.start(owner, wishes, lang)

    def act(
        self, code: str, activity: str | None, token: Token, act: Act,
        about: dict[str, str] | None = None, *, by_line: bool = True,
    ) -> None:  # fmt: skip
        """A participant asks for something. Returns once it is on disk. Who did not ask by their
        line (it may just come up) is told by it as well."""
        running = self.find(code)
        self.acts.act(running, activity, token, act, about or {})
        if not by_line:
            self.heard(News(code, seats=frozenset({token.seat(running.entered.id)})))

    def move(
        self, code: str, name: str, fields: Mapping[str, Any],
        version: int | None = None, activity: str | None = None,
    ) -> int:  # fmt: skip
        """The facilitator does something. A second press of the same button is no second step."""
        return self.steps.move(self.find(code), name, fields, version, activity)

    def seal(self, running: Running) -> None:
        """Write the results, check them, destroy the rest; everyone hears where the report is."""
        self.lifetimes.seal(running)

    def wake(self) -> None:
        """What must happen at a time, whoever presses or not."""
        Watch(self).round()

    # -- what is seen

    def view(self, code: str, face: Face) -> tuple[Body, Body]:
        """The frame and the room's view for one face."""
        return showing.view(self.find(code), face, self.clock())

    def own(self, code: str, token: Token) -> Body:
        """One phone's own part of where the session is."""
        return showing.own(self.find(code), token, self.clock())

    def empty_own(self, code: str) -> Body:
        """The own part of a phone that laid nothing."""
        return showing.empty_own(self.find(code), self.clock())

    # -- people

    def arrive(self, code: str, socket: str, token: Token) -> None:
        """A phone is here. The roster holds a hash of its token, nothing else."""
        running = self.find(code)
        seat = running.sockets[socket] = token.seat(running.entered.id)
        running.away.back(seat)
        self.tell_who_is_away(running)
        self.heard(News(code, people=True))

    def leave(self, code: str, socket: str) -> None:
        """A phone's connection is gone. Its place stays."""
        running = self.running.get(code)
        if running and (seat := running.sockets.pop(socket, None)):
            if seat not in running.sockets.values():
                running.away.lost(seat, self.clock())
            self.heard(News(code, people=True))

    def tell_who_is_away(self, running: Running) -> None:
        """Who sits with somebody whose line is gone hears of it, where their room cares."""
        changed, item = running.away.changed(running.laid_by, self.clock()), running.current
        if item is None or running.course.state != "open":
            return
        self.acts.by_itself(running, item)
        if changed:
            scene = running.scene(item, self.clock())
            if touched := item.activity.as_set(scene.stage).misses(scene, changed):
                self.heard(News(running.code, frozenset(touched)))

    def seen(self, code: str, token: Token) -> None:
        """A phone without sockets asked for its page again."""
        running, seat = self.find(code), token.seat(self.find(code).entered.id)
        running.pages[seat] = self.clock()
        running.away.back(seat)

    def seat(self, code: str, token: Token) -> None:
        """Note on the roster that a phone was here."""
        running = self.running.get(code)
        if running is None or running.course.state == "closing":
            return
        seat = token.seat(running.entered.id)
        if seat in running.seats:
            return
        running.seats.add(seat)
        try:
            self.commit(Change(running.database, seats=[seat]))
        except StoreError:
            running.seats.discard(seat)  # its first act writes it again

    # -- results, and sessions that follow one another

    def report(self, **where: str) -> tuple[Entered, Doc]:
        """The report of a session that is closing or sealed."""
        entered = self.register.one(**where)
        if entered is None:
            raise Unknown(str(where))
        running = self.running.get(entered.code)
        if running is None:
            return entered, self.archive.read(entered.folder)
        if running.course.state != "closing":
            raise Refused("close_first")
        return entered, document(running)

    def kept(self, series: str, most: int, before: str = "") -> list[Doc]:
        """The newest results of a series, or those just before one of its sessions; oldest first.
        One whose files are gone or damaged is left out."""
        entered = self.register.many(series=series)
        ids = [one.id for one in entered]
        older = entered[ids.index(before) + 1 :] if before in ids else entered
        docs = []
        for one in [one for one in older if one.state == "sealed"][:most]:
            with contextlib.suppress(OSError, NotWhole):
                docs.append(self.archive.read(one.folder))
        return docs[::-1]

    def last_time(self, series: Series) -> Entered | None:
        """The last session of a series that was sealed."""
        return next(iter(self.register.many(series=series.id, state="sealed")), None)

    def going_on(self, series: Series) -> Running | None:
        """The newest session of a series that people can still come into."""
        for entered in self.register.many(series=series.id, state="live"):
            running = self.running.get(entered.code)
            if running and running.course.state != "closing":
                return running
        return None
