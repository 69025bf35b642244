"""Every use of the product, one function each: the only place where rules meet storage."""

from __future__ import annotations

import contextlib
import datetime
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .archive import Archive, Doc, NotWhole, slug
from .document import document, promises
from .domain.activity import Act, Audience, Body, Mine, Move, Outcome, Put, Refused, Text, Touch
from .domain.session import Item, Logged, intended
from .frame import Face, frame, told
from .keys import SessionKey, Token
from .leading import Leads
from .news import News
from .opening import asked_for, planned, titled
from .register import Entered, NewerData, Register, Series
from .running import Running, filled, load
from .store import Change, Live, StoreError, keep_key, shred, somebody_was_in
from .watch import Watch

log = logging.getLogger(__name__)

Commit = Callable[[Change], None]

#: As which audience a room sees who looks.
ROOM_SEES: dict[Face, Audience] = {
    "phone": "phone", "screen": "screen", "console": "console", "moderator": "console",
    "remote": "screen",
}  # fmt: skip
LONGEST_ID = 64  # an id that was cut off could be another's


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
        self.leads = Leads(self)

    # -- beginning and taking up again

    def take_up(self) -> None:
        """After a start: all sessions that were running, and seals that were interrupted. One
        whose files are damaged is told in the log and holds up none of the others."""
        self.clear_away()
        for entered in [*self.register.many(state="live"), *self.register.many(state="sealing")]:
            try:
                self.take_up_one(entered)
            except NewerData:
                raise
            except Exception:
                log.exception("session %s could not be taken up; its files are left", entered.id)

    def take_up_one(self, entered: Entered) -> None:
        """Go on where one session was."""
        if self.archive.is_sealed(entered.folder):
            self.finish(entered, self.archive.finish(entered.folder, *self.files(entered.id)))
            return
        database, key = self.files(entered.id)
        self.running[entered.code] = load(entered, database, key.read_bytes(), self.clock())
        if entered.state == "sealing":
            self.seal(self.running[entered.code])

    def clear_away(self) -> None:
        """Files of a session that was being made when the server stopped: nobody was ever in it."""
        known = {entered.id for entered in self.register.many()}
        found = [path for folder in ("keys", "live") for path in (self.folder / folder).glob("*.*")]
        for session in {path.name.partition(".")[0] for path in found} - known:
            if somebody_was_in(self.files(session)[0]):
                log.error("session %s is not in the register; its files are left", session)
            else:
                shred([path for path in found if path.name.startswith(f"{session}.")])

    def files(self, session: str) -> tuple[Path, Path]:
        """The database of a running session and its key, which lies apart."""
        return self.folder / "live" / f"{session}.db", self.folder / "keys" / f"{session}.key"

    def start(self, owner: str, wishes: Mapping[str, Any], lang: str) -> Running:
        """Start a conversation; asks nothing first. Wishes: format, preset, title, topic,
        answer_by, agenda, ready."""
        today = datetime.date.fromtimestamp(self.clock()).isoformat()
        chosen, preset = asked_for(wishes)
        previous = self.promised_last_time(owner, chosen.slug, titled(chosen, wishes))
        plan = planned(chosen, preset, wishes, today, previous)
        session, secret = secrets.token_hex(8), secrets.token_bytes(32)
        database, key_path = self.files(session)
        keep_key(key_path, secret)
        live = Live.make(database, SessionKey(session, secret))
        self.commit(Change(database, notes=[live.note_row("set_up", plan.set_up)]))
        folder = f"{today}-{slug(plan.title.get(lang, ''))}-{session}"
        entered = self.register.enter(
            id=session, code=self.free_code(), owner=owner, title=plan.title, format=chosen.slug,
            lang=lang, date=today, state="live", folder=folder,
        )  # fmt: skip
        running = self.running[entered.code] = Running(entered, live, self.clock())
        if wishes.get("ready"):
            self.move(running.code, "next", {})
        return running

    def promised_last_time(self, owner: str, format: str, title: Text) -> list[Body]:
        """What was promised the last time in this series, and what became of it."""
        series = self.register.series_of(owner, format, title)
        before = self.last_time(series) if series else None
        promises = self.register.promises(before.id) if before else []
        return [{k: p[k] for k in ("what", "who", "by", "status", "note")} for p in promises]

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

    def free_code(self) -> str:
        """A code that never stood for another session; longer where many are live."""
        digits = 8 if len(self.running) > 10 else self.digits
        taken = self.register.codes()
        while True:
            code = str(secrets.randbelow(9 * 10 ** (digits - 1)) + 10 ** (digits - 1))
            if code not in taken:
                return code

    def find(self, code: str) -> Running:
        """A running session."""
        running = self.running.get(code)
        if running is None:
            raise Unknown(code)
        return running

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
        if changed and item and running.course.state == "open":
            scene = running.scene(item, self.clock())
            if touched := item.activity.misses(scene, changed):
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

    # -- acts

    def act(
        self, code: str, activity: str | None, token: Token, act: Act,
        about: dict[str, str] | None = None, *, by_line: bool = True,
    ) -> None:  # fmt: skip
        """A participant asks for something. Returns once it is on disk. Who did not ask by their
        line (it may just come up) is told by it as well."""
        running = self.find(code)
        if not 0 < len(act.id) <= LONGEST_ID:
            raise Refused("not_understood")
        item = self.item_for(running, activity)
        mark = token.mark(running.entered.id, item.id, act.id)
        if self.is_done(running, mark):
            return
        self.must_be_open(running, item)
        running.away.back(token.seat(running.entered.id))
        scene = running.scene(item, self.clock(), ahead=True, away=True)
        mine = running.mine(token, item, about or {}, ahead=True)
        outcome = item.activity.accept(scene, mine, act)
        if item.activity.passing:
            self.lay_for_now(running, item, token, mark, outcome)
        else:
            helps = mine.about.get("role") == "helper"
            self.lay(running, item, token, mark, outcome, seat=not helps)
        if not by_line:
            self.heard(News(code, seats=frozenset({token.seat(running.entered.id)})))

    def item_for(self, running: Running, activity: str | None) -> Item:
        """The activity that an act names; the current one when it names none."""
        if activity is None:
            activity = running.ahead.current
        if not activity:
            raise Refused("not_open_yet")
        return running.item(activity)

    def is_done(self, running: Running, mark: bytes) -> bool:
        """Once is once: whether this act was done before, waiting for it if it is on its way."""
        if mark in running.in_flight:
            with contextlib.suppress(StoreError):
                self.commit(Change(running.database))
        return mark in running.marks

    def must_be_open(self, running: Running, item: Item) -> None:
        """Acts are for the activity where the session is."""
        if self.stopping:
            raise Refused("try_again")
        if running.ahead.state == "closing":
            raise Refused("session_is_closing")
        if item.id not in (running.ahead.current, *running.ahead.beside):
            raise Refused("moved_on")

    def lay(
        self, running: Running, item: Item, token: Token, mark: bytes, outcome: Outcome,
        *, seat: bool,
    ) -> None:  # fmt: skip
        """Write an outcome and its mark together; a failed commit leaves nothing behind. Who
        types for somebody else takes no seat for them."""
        change, laid = running.change(token, item, outcome)
        change.marks.append(mark)
        seats = {token.seat(running.entered.id)} if seat else set()
        change.seats += seats - running.seats
        numbers = self.group_moves(running, item, outcome, change)
        bag = running.bag(item)
        bag.coming.update(laid)
        running.in_flight.add(mark)
        try:
            self.commit(change)
        except StoreError:
            bag.dropped(laid)
            for number in numbers:
                running.moves.failed(number)
            raise Refused("not_saved") from None
        finally:
            running.in_flight.discard(mark)
        bag.arrived(laid)
        for number in numbers:
            running.moves.arrived(number)
        running.marks.add(mark)
        running.seats |= seats
        running.remember(token, laid)
        running.version += 1
        running.touched_at = self.clock()
        touched = frozenset(i for one in outcome if isinstance(one, Touch) for i in one.ids)
        self.heard(News(running.code, touched))

    def lay_for_now(
        self, running: Running, item: Item, token: Token, mark: bytes, outcome: Outcome
    ) -> None:
        """What is of this moment only: in memory, and nowhere else."""
        _, laid = running.change(token, item, outcome)
        running.bag(item).arrived(laid)
        running.marks.add(mark)
        running.remember(token, laid)
        for put in (one for one in outcome if isinstance(one, Put) and one.seconds):
            tag = running.key.tag(token, item.bag, put.slot)
            running.passes_at[tag] = self.clock() + put.seconds
        running.version += 1
        touched = frozenset(i for one in outcome if isinstance(one, Touch) for i in one.ids)
        self.heard(News(running.code, touched))

    def let_pass(self, running: Running) -> None:
        """What was of a moment is gone when the moment is over."""
        if not (gone := running.passed(self.clock())):
            return
        ids = frozenset(running.bag(item).laid[tag].id for item, tag in gone)
        for item, tag in gone:
            running.bag(item).arrived({tag: None})
            running.passes_at.pop(tag, None)
        running.version += 1
        self.heard(News(running.code, ids))

    def group_moves(
        self, running: Running, item: Item, outcome: Outcome, change: Change
    ) -> list[int]:
        """What a group did, into the log with what its member wrote."""
        numbers = []
        for asked in (one for one in outcome if isinstance(one, Move)):
            meant = Logged(item.id, asked, by_group=True)
            chairs = running.chairs_for(item, asked.name)
            logged = filled(meant, self.clock(), secrets.randbits(31), 0, chairs=chairs)
            number = running.moves.add(logged, running.moves.after(logged))
            change.moves.append(running.live.move_row(number, logged))
            numbers.append(number)
        return numbers

    # -- moves

    def move(
        self, code: str, name: str, fields: Mapping[str, Any],
        version: int | None = None, activity: str | None = None,
    ) -> int:  # fmt: skip
        """The facilitator does something. A second press of the same button is no second step."""
        running = self.find(code)
        if running.moving or (version is not None and version < running.moved_at):
            raise Refused("stale")
        if self.stopping:
            raise Refused("try_again")
        running.led_at = self.clock()
        match name:
            case "undo":
                self.undo(running)
            case "seal":
                if running.course.state != "closing" or running.sealing:
                    raise Refused("close_first")
                self.seal(running)
                return running.version
            case "take_back_lead":
                self.leads.take_back(code)
            case "add_lead":
                self.leads.invite(code, fields.get("role"))
            case "stop_lead":
                self.leads.stop(code, str(fields.get("who")))
            case _:
                self.do(running, name, fields, activity)
        return running.version

    def do(
        self, running: Running, name: str, fields: Mapping[str, Any], activity: str | None,
        at: float | None = None,
    ) -> None:  # fmt: skip
        """One more move in the log, made now unless told otherwise."""
        if (
            activity
            and activity != running.course.current
            and activity not in running.course.beside
            and name not in ("open", "put_away", "close", "reopen")
        ):
            raise Refused("moved_on")
        meant = intended(running.items, running.course, name, fields, activity)
        if meant.move.name == "close" and not fields.get("force"):
            self.nothing_left(running)
        now = self.clock() if at is None else at
        present = running.present(self.clock())
        given = self.given(running, str(meant.move.fields.get("activity", "")), meant)
        chairs = running.chairs_for(running.current, meant.move.name)
        logged = filled(meant, now, secrets.randbits(31), present, given, chairs)
        ahead = running.moves.after(logged)
        if not running.holds(ahead.gone() - running.course.gone()):
            raise Refused("no_such_card")
        number = running.moves.add(logged, ahead)
        change = Change(running.database, moves=[running.live.move_row(number, logged)])
        gone = running.destroyed() + running.outdated(ahead, now)
        change.take += [(item.bag, tag) for item, tag in gone]
        self.write_move(running, change, running.moves.arrived, running.moves.failed, number)
        for item, tag in gone:
            running.bag(item).arrived({tag: None})

    def undo(self, running: Running) -> None:
        """Drop the facilitator's last move."""
        last = running.moves.last()
        if last is None or not running.can_undo():
            raise Refused("nothing_to_undo")
        number, moves = last[0], running.moves
        if not running.holds(running.course.gone() - moves.without(number).gone()):
            raise Refused("destroyed_for_good")
        moves.must_be_undoable(number, self.clock())
        moves.drop(number)
        change = Change(running.database, dropped=[number])
        self.write_move(running, change, moves.dropped, moves.kept, number)

    def write_move(
        self, running: Running, change: Change,
        done: Callable[[int], None], failed: Callable[[int], None], number: int,
    ) -> None:  # fmt: skip
        """A move on disk, then everywhere. People's acts meet the new stage from now on."""
        running.moving = True
        try:
            self.commit(change)
        except StoreError:
            failed(number)
            raise Refused("not_saved") from None
        finally:
            running.moving = False
        done(number)
        running.version += 1
        running.moved_at = running.version
        running.touched_at = self.clock()
        self.let_pass(running)
        self.heard(News(running.code, everyone=True))

    def nothing_left(self, running: Running) -> None:
        """Closing asks about items that were not opened yet."""
        left = [item for item in running.agenda if item.id not in running.course.opened]
        if left:
            raise Refused("items_left", n=len(left))

    def given(self, running: Running, item_id: str, meant: Logged) -> tuple[Body, ...]:
        """What earlier activities hand on to the one that is opened now."""
        if meant.move.name != "open" or item_id in running.course.opened:
            return ()
        takes = running.item(item_id).takes
        opened = [running.item(one) for one in takes if one in running.course.opened]
        scenes = [(item, running.scene(item, self.clock())) for item in opened]
        return tuple(body for item, scene in scenes for body in item.activity.results(scene).items)

    # -- what is seen

    def view(self, code: str, face: Face) -> tuple[Body, Body]:
        """The frame and the room's view for one face: an audience, or what a device that helps to
        lead is shown. A remote control is in somebody's hand: it gets what the screen gets."""
        running = self.find(code)
        around = frame(running, face, self.clock())
        item = running.current
        is_open = running.course.state == "open" and item is not None
        view = self.room_view(running, item, face) if is_open and item else {}
        if beside := running.beside:
            view["beside"] = [
                {"item": told(running, one), "view": self.room_view(running, one, face)}
                for one in beside
            ]
        return around, view

    def room_view(self, running: Running, item: Item, face: Face) -> Body:
        """What a room shows, for one face."""
        scene = running.scene(item, self.clock())
        usual = {"has_field": False, "locked": scene.stage.locked, "shown": scene.stage.shown}
        return {**usual, **item.activity.view(scene, ROOM_SEES[face])}

    def own(self, code: str, token: Token) -> Body:
        """One phone's own part of where the session is."""
        running = self.find(code)
        return self.own_part(
            running, lambda item: running.mine(token, item, {}, ahead=False), away=True
        )

    def empty_own(self, code: str) -> Body:
        """The own part of a phone that laid nothing."""
        return self.own_part(self.find(code), lambda item: Mine(), away=False)

    def own_part(
        self, running: Running, mine: Callable[[Item], Mine], *, away: bool
    ) -> Body:  # fmt: skip
        """What is of one person where the session is, and in what stands beside."""

        def of(item: Item) -> Body:
            return item.activity.own(running.scene(item, self.clock(), away=away), mine(item))

        is_open = running.course.state == "open" and running.current is not None
        own = of(running.current) if is_open and running.current else {}
        if beside := running.beside:
            own["beside"] = [{"item": told(running, one), "own": of(one)} for one in beside]
        return own

    # -- results, closing and the seal

    def seal(self, running: Running) -> None:
        """Write the results, check them, destroy the rest; everyone hears where the report is."""
        entered, running.sealing = running.entered, True
        try:
            self.register.mark(entered.id, state="sealing")
            doc = document(running)
            self.forget(running.database)
            doc = self.archive.seal(entered.folder, doc, *self.files(entered.id))
        finally:
            running.sealing = False
        self.finish(entered, doc)

    def finish(self, entered: Entered, doc: Doc) -> None:
        """After the seal: the promises go on living, the session does not."""
        self.register.promise(entered.id, promises(doc))
        self.register.mark(entered.id, state="sealed")
        self.running.pop(entered.code, None)
        self.heard(News(entered.code, sealed=entered.report_path))

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

    def wake(self) -> None:
        """What must happen at a time, whoever presses or not."""
        Watch(self).round()
