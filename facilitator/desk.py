"""Every use of the product, one function each: the only place where rules meet storage."""

from __future__ import annotations

import contextlib
import datetime
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from . import formats
from .archive import Archive, Doc, slug
from .domain.activity import Act, Audience, Body, Mine, Refused
from .domain.dates import days_later
from .domain.results import SCHEMA, kept
from .domain.session import HELD, Item, Logged, intended
from .domain.session import step as one_step
from .domain.tally import step
from .domain.words import plain
from .keys import SessionKey, Token
from .register import Entered, NewerData, Register
from .running import Running, filled, load
from .store import Change, Live, StoreError, keep_key, shred

log = logging.getLogger(__name__)

Role = Literal["console", "screen"]
Commit = Callable[[Change], None]

IDLE = 8 * 3600  # seconds after which a session that nobody touches closes by itself
LONGEST = 24 * 3600
LONGEST_ID = 64  # an id that was cut off could be another's
UNDONE_BY_OPPOSITE = ("close", "reopen")
PROMISE = {"side", "what", "who", "by", "first_step"}


@dataclass(frozen=True)
class News:
    """What a commit changed: whose own part is touched, and whether everybody's may be."""

    code: str
    touched: frozenset[str] = frozenset()
    everyone: bool = False
    sealed: str = ""  # the link to the report
    people: bool = False  # only who is here changed


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
        for folder in ("keys", "live"):
            files = (self.folder / folder).glob("*.*")
            shred([path for path in files if path.name.partition(".")[0] not in known])

    def files(self, session: str) -> tuple[Path, Path]:
        """The database of a running session and its key, which lies apart."""
        return self.folder / "live" / f"{session}.db", self.folder / "keys" / f"{session}.key"

    def start(self, owner: str, wishes: Mapping[str, Any], lang: str) -> Running:
        """Start a conversation; asks nothing first. Wishes: format, preset, title, topic,
        answer_by, agenda, ready."""
        chosen, preset = formats.preset(
            str(wishes.get("format") or next(iter(formats.formats()))), wishes.get("preset")
        )
        steps = formats.steps_from(wishes["agenda"]) if wishes.get("agenda") else preset.steps
        today = datetime.date.fromtimestamp(self.clock()).isoformat()
        fill = self.known_at_start(owner, chosen.slug, wishes, today)
        formats.agenda(steps, fill)  # refuses nonsense before anything is written
        title = (
            {"nl": t, "en": t} if (t := plain(str(wishes.get("title") or ""))[:80]) else chosen.name
        )
        return self.begin(owner, title, chosen.slug, lang, today, {
            "steps": [asdict(one) for one in steps], "fill": fill,
            "minutes": preset.minutes}, ready=bool(wishes.get("ready")))  # fmt: skip

    def known_at_start(
        self, owner: str, format: str, wishes: Mapping[str, Any], today: str
    ) -> dict[str, Any]:
        """What rooms are prefilled with; all of it can be changed on the console."""
        answer_by = str(wishes.get("answer_by") or days_later(today, 7))
        return {
            "topic": plain(str(wishes.get("topic") or ""))[:80],
            "answer_by": days_later(answer_by, 0),
            "later_by": days_later(today, 28),
            "previous": self.promised_last_time(owner, format),
        }

    def promised_last_time(self, owner: str, format: str) -> list[Body]:
        """What this facilitator promised the last time, and what became of it."""
        before = self.register.many(owner=owner, format=format, state="sealed")
        if not before:
            return []
        promises = self.register.promises(before[0].id)
        return [{k: p[k] for k in ("what", "who", "by", "status", "note")} for p in promises]

    def begin(
        self, owner: str, title: dict[str, str], format: str, lang: str, today: str,
        set_up: Body, *, ready: bool,
    ) -> Running:  # fmt: skip
        """Make the files of a new session and enter it in the register."""
        session, secret = secrets.token_hex(8), secrets.token_bytes(32)
        database, key_path = self.files(session)
        keep_key(key_path, secret)
        live = Live.make(database, SessionKey(session, secret))
        self.commit(Change(database, notes=[live.note_row("set_up", set_up)]))
        folder = f"{today}-{slug(title.get(lang, ''))}-{session}"
        entered = self.register.enter(
            id=session, code=self.free_code(), owner=owner, title=title, format=format,
            lang=lang, date=today, state="live", folder=folder,
        )  # fmt: skip
        running = self.running[entered.code] = Running(entered, live, self.clock())
        if ready:
            self.move(running.code, "next", {})
        return running

    def free_code(self) -> str:
        """A code that never stood for another session; longer where many are live."""
        digits = 8 if len(self.running) > 10 else self.digits
        taken = self.register.codes()
        while True:
            code = str(secrets.randbelow(9 * 10 ** (digits - 1)) + 10 ** (digits - 1))
            if code not in taken:
                return code

    # -- doors

    def find(self, code: str) -> Running:
        """A running session."""
        running = self.running.get(code)
        if running is None:
            raise Unknown(code)
        return running

    def door(self, running: Running, role: str) -> str:
        """The key in the link to the screen or console."""
        return running.key.door(role, running.doors.get(role, 0))

    def opens(self, running: Running, role: str, key: str) -> bool:
        """Whether this is the key, told in the same time whatever it is."""
        return secrets.compare_digest(self.door(running, role).encode(), key.encode())

    def role(self, running: Running, key: str | None) -> Role | None:
        """What this key opens: the console for the one phone that leads, too."""
        if not key:
            return None
        for role in ("console", "leader", "screen"):
            if role == "leader" and not running.doors.get("lead_taken"):
                continue
            if self.opens(running, role, key):
                return "screen" if role == "screen" else "console"
        return None

    def takes_part(self, running: Running, token: Token | None) -> bool:
        """Whether this phone is on the roster: who takes part may look at the screen as well."""
        return token is not None and token.seat(running.entered.id) in running.seats

    def lead(self, code: str, key: str) -> str:
        """A phone takes the lead with the single-use key; it gets a key that lasts."""
        running = self.find(code)
        if not self.lead_is_open(running) or not self.opens(running, "lead", key):
            raise Refused("lead_is_taken")
        self.turn(running, lead_taken=1, lead=running.doors.get("lead", 0) + 1)
        return self.door(running, "leader")

    def lead_is_open(self, running: Running) -> bool:
        """Only until a phone took the lead or anybody has joined."""
        return not running.doors.get("lead_taken") and not running.seats and not running.sockets

    def take_back_lead(self, code: str) -> None:
        """The screen's window takes the lead back: the phone's key opens nothing any more."""
        running = self.find(code)
        self.turn(running, lead_taken=0, leader=running.doors.get("leader", 0) + 1)

    def turn(self, running: Running, **doors: int) -> None:
        """Change locks, on disk first."""
        turned = {**running.doors, **doors}
        try:
            self.commit(Change(running.database, notes=[running.live.note_row("doors", turned)]))
        except StoreError:
            raise Refused("not_saved") from None
        running.doors = turned
        running.version += 1
        self.heard(News(running.code, everyone=True))

    # -- people

    def arrive(self, code: str, socket: str, token: Token) -> None:
        """A phone is here. The roster holds a hash of its token, nothing else."""
        running = self.find(code)
        running.sockets[socket] = token.seat(running.entered.id)
        self.heard(News(code, people=True))

    def leave(self, code: str, socket: str) -> None:
        """A phone's connection is gone. Its place stays."""
        running = self.running.get(code)
        if running and running.sockets.pop(socket, None):
            self.heard(News(code, people=True))

    def seen(self, code: str, token: Token) -> None:
        """A phone without sockets asked for its page again."""
        running = self.find(code)
        running.pages[token.seat(running.entered.id)] = self.clock()

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
        about: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        """A participant asks for something. Returns once it is on disk."""
        running = self.find(code)
        if not 0 < len(act.id) <= LONGEST_ID:
            raise Refused("not_understood")
        item = self.item_for(running, activity)
        mark = token.mark(running.entered.id, item.id, act.id)
        if self.is_done(running, mark):
            return
        self.must_be_open(running, item)
        scene = running.scene(item, self.clock(), ahead=True)
        mine = running.mine(token, item, about or {}, ahead=True)
        outcome = item.activity.accept(scene, mine, act)
        self.lay(running, item, token, mark, outcome)

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
        if running.ahead.current != item.id:
            raise Refused("moved_on")

    def lay(
        self, running: Running, item: Item, token: Token, mark: bytes, outcome: list[Any]
    ) -> None:
        """Write an outcome and its mark together; a failed commit leaves nothing behind."""
        change, laid = running.change(token, item, outcome)
        change.marks.append(mark)
        seat = token.seat(running.entered.id)
        change.seats += [seat] if seat not in running.seats else []
        bag = running.bag(item)
        bag.coming.update(laid)
        running.in_flight.add(mark)
        try:
            self.commit(change)
        except StoreError:
            bag.dropped(laid)
            raise Refused("not_saved") from None
        finally:
            running.in_flight.discard(mark)
        bag.arrived(laid)
        running.marks.add(mark)
        running.seats.add(seat)
        running.version += 1
        running.touched_at = self.clock()
        touched = frozenset(i for one in outcome for i in getattr(one, "ids", ()))
        self.heard(News(running.code, touched))

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
        match name:
            case "undo":
                self.undo(running)
            case "seal":
                if running.course.state != "closing" or running.sealing:
                    raise Refused("close_first")
                self.seal(running)
                return running.version
            case "take_back_lead":
                self.take_back_lead(code)
            case _:
                self.do(running, name, fields, activity)
        return running.version

    def do(
        self, running: Running, name: str, fields: Mapping[str, Any], activity: str | None
    ) -> None:
        """One more move in the log."""
        if (
            activity
            and activity != running.course.current
            and name not in ("open", "close", "reopen")
        ):
            raise Refused("moved_on")
        meant = intended(running.items, running.course, name, fields)
        if meant.move.name == "close" and not fields.get("force"):
            self.nothing_left(running)
        now, present = self.clock(), running.present(self.clock())
        given = self.given(running, str(meant.move.fields.get("activity", "")), meant)
        logged = filled(meant, now, secrets.randbits(31), present, given)
        course = one_step(running.items, running.course, logged)
        number = running.next_number()
        change = Change(running.database, moves=[running.live.move_row(number, logged)])
        gone = running.destroyed()
        change.take += [(item.bag, tag) for item, tag in gone]
        self.write_move(running, change, course, [*running.log, (number, logged)])
        for item, tag in gone:
            running.bag(item).arrived({tag: None})

    def undo(self, running: Running) -> None:
        """Drop the last move."""
        if not running.log:
            raise Refused("nothing_to_undo")
        number, last = running.log[-1]
        if last.move.name in UNDONE_BY_OPPOSITE or running.course.state == "closing":
            raise Refused("nothing_to_undo")
        shorter = running.log[:-1]
        change = Change(running.database, dropped=[number])
        self.write_move(running, change, running.refold(shorter), shorter)

    def write_move(self, running: Running, change: Change, course: Any, log: list[Any]) -> None:
        """A move on disk, then everywhere. People's acts meet the new stage from now on."""
        running.moving, running.ahead = True, course
        try:
            self.commit(change)
        except StoreError:
            running.ahead = running.course
            raise Refused("not_saved") from None
        finally:
            running.moving = False
        running.course, running.log = course, log
        running.version += 1
        running.moved_at = running.version
        running.touched_at = self.clock()
        self.heard(News(running.code, everyone=True))

    def nothing_left(self, running: Running) -> None:
        """Closing asks about items that were not opened yet."""
        left = [item for item in running.items if item.id not in running.course.opened]
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

    def view(self, code: str, audience: Audience) -> tuple[Body, Body]:
        """The frame and the room's view for one audience."""
        running = self.find(code)
        item = running.current
        if running.course.state != "open" or item is None:
            return self.frame(running, audience), {}
        scene = running.scene(item, self.clock())
        usual = {"has_field": False, "locked": scene.stage.locked, "shown": scene.stage.shown}
        return self.frame(running, audience), {**usual, **item.activity.view(scene, audience)}

    def own(self, code: str, token: Token) -> Body:
        """One phone's own part of where the session is."""
        running = self.find(code)
        item = running.current
        if running.course.state != "open" or item is None:
            return {}
        mine = running.mine(token, item, {}, ahead=False)
        return item.activity.own(running.scene(item, self.clock()), mine)

    def empty_own(self, code: str) -> Body:
        """The own part of a phone that laid nothing."""
        running = self.find(code)
        if running.course.state != "open" or running.current is None:
            return {}
        scene = running.scene(running.current, self.clock())
        return running.current.activity.own(scene, Mine())

    def frame(self, running: Running, audience: Audience) -> Body:
        """What stands around every room."""
        course, item = running.course, running.current
        present = running.present(self.clock())
        opened = course.opened.get(item.id) if item else None
        seen: Body = {
            "code": running.code,
            "code_spaced": spaced(running.code),
            "path": f"/{running.code}",
            "title": running.entered.title,
            "topic": running.set_up["fill"]["topic"],
            "state": course.state,
            "activity": item.id if item else "",
            "item": item and told(running, item),
            "few": (opened.present if opened and opened.present else present) < 5,
            "present": present if audience != "phone" else roughly(present),
            "ends": item.activity.ends(opened.stage)
            if item and opened and item.activity.minutes
            else None,
            "paused": course.paused,
            "qr_large": course.qr_large,
            "results_url": self.report_path(running.entered) if course.state == "closing" else "",
            "closing_until": course.closing_at + HELD if course.state == "closing" else None,
        }
        if audience == "screen":
            seen["lead"] = {
                "key": self.door(running, "lead"),
                "open": self.lead_is_open(running),
                "taken": bool(running.doors.get("lead_taken")),
            }
        if audience == "console":
            seen |= self.for_the_console(running)
        return seen

    def for_the_console(self, running: Running) -> Body:
        """The agenda, what comes next and how the time goes."""
        course, item = running.course, running.current
        places = [one.id for one in running.items]
        here = places.index(item.id) if item else -1
        agenda = [
            {"id": one.id, "n": n + 1, "title": one.title, "minutes": one.activity.minutes,
             "state": "now" if n == here else "done" if one.id in course.opened else "later"}
            for n, one in enumerate(running.items)
        ]  # fmt: skip
        ahead = intended(running.items, course, "next", {}) if course.state != "closing" else None
        following = running.items[here + 1].title if here + 1 < len(running.items) else None
        opened = course.opened.get(item.id) if item else None
        phase = item.activity.next_phase(opened.stage) if item and opened else None
        says = {"open": "next_item", "close": "close"}.get(ahead.move.name if ahead else "", "lock")
        if item and phase and phase == item.activity.phases[-1]:
            says = "show"
        begun = [o.stage.data.get("begun", 0.0) for o in course.opened.values()]
        return {
            "agenda": agenda,
            "next_title": following,
            "next_says": says,
            "can_undo": bool(running.log)
            and running.log[-1][1].move.name not in UNDONE_BY_OPPOSITE
            and course.state != "closing",
            "cue": item.activity.cue if item else {},
            "started": min(begun, default=0.0),
            "started_item": course.opened[item.id].stage.data.get("begun", 0.0) if item else 0.0,
            "behind": self.behind(running),
        }

    def behind(self, running: Running) -> int:
        """Whole minutes behind the plan at the moment this item was opened."""
        course, item = running.course, running.current
        if item is None:
            return 0
        places = [one.id for one in running.items]
        planned = sum(one.activity.minutes for one in running.items[: places.index(item.id)])
        begun = [o.stage.data.get("begun", 0.0) for o in course.opened.values()]
        spent: float = course.opened[item.id].stage.data.get("begun", 0.0) - min(begun)
        return round(spent / 60 - planned)

    def agenda(self, code: str) -> list[Body]:
        """The agenda as tools read it."""
        running = self.find(code)
        return [
            {"id": item.id, "kind": item.activity.kind, "title": item.title,
             "minutes": item.activity.minutes, "current": item.id == running.course.current}
            for item in running.items
        ]  # fmt: skip

    # -- results, closing and the seal

    def document(self, running: Running) -> Doc:
        """What is kept: made from the final content alone."""
        entered, fill = running.entered, running.set_up["fill"]
        about: Body = {"topic": fill["topic"], "answer_by": fill["answer_by"], "influence": ""}
        activities = []
        for item in running.items:
            if item.id not in running.course.opened or running.outlived_by(item):
                continue
            outcome = kept(item.activity.results(running.scene(item, 0.0)))
            about |= {k: v for k, v in outcome["facts"].items() if k in about}
            activities.append({"kind": item.activity.kind, "title": item.title,
                               "question": item.activity.question, **outcome})  # fmt: skip
        session = {"id": entered.id, "title": entered.title, "date": entered.date,
                   "lang": entered.lang, "format": entered.format,
                   "present": step(len(running.seats)), **about}  # fmt: skip
        return {"schema": SCHEMA, "session": session, "activities": activities}

    def seal(self, running: Running) -> None:
        """Write the results, check them, destroy the rest; everyone hears where the report is."""
        entered, running.sealing = running.entered, True
        try:
            self.register.mark(entered.id, state="sealing")
            doc = self.document(running)
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
        self.heard(News(entered.code, sealed=self.report_path(entered)))

    def report_path(self, entered: Entered) -> str:
        """The link that everyone gets; it lives as long as the report."""
        return f"/r/{entered.report_key}"

    def report(self, **where: str) -> tuple[Entered, Doc]:
        """The report of a session that is closing or sealed."""
        entered = self.register.one(**where)
        if entered is None:
            raise Unknown(str(where))
        running = self.running.get(entered.code)
        if running is None:
            return entered, self.archive.read(entered.folder)
        if running.course.state != "closing":
            raise Unknown(entered.code)
        return entered, self.document(running)

    def wake(self) -> None:
        """What must happen at a time: closing ends, forgotten sessions close by themselves."""
        now = self.clock()
        for running in list(self.running.values()):
            course = running.course
            if running.sealing or running.moving:
                continue
            if course.state == "closing" and now >= course.closing_at + HELD:
                self.seal(running)
            elif course.state != "closing" and self.is_forgotten(running, now):
                self.do(running, "close", {"force": True}, None)

    def is_forgotten(self, running: Running, now: float) -> bool:
        """Nobody touched it for long, or it has been open for a day."""
        begun = running.log[0][1].move.at if running.log else running.touched_at
        return now >= running.touched_at + IDLE or now >= begun + LONGEST


def promises(doc: Doc) -> list[Body]:
    """The agreements in a report, whichever room made them."""
    items = [item for activity in doc["activities"] for item in activity["items"]]
    return [{k: item[k] for k in PROMISE} for item in items if set(item) >= PROMISE]


def told(running: Running, item: Item) -> Body:
    """An item as every audience may know it."""
    return {
        "id": item.id,
        "kind": item.activity.kind,
        "template_dir": f"activities/{item.activity.kind}",
        "n": [one.id for one in running.items].index(item.id) + 1,
        "of": len(running.items),
        "title": item.title,
        "minutes": item.activity.minutes,
    }


def spaced(code: str) -> str:
    """A code as people read it aloud: in groups of three or four."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"


def roughly(people: int) -> int:
    """How many are here, as phones are told: in fives and tens, so that not every arrival is
    sent to everybody."""
    if people < 5:
        return people
    return people // 5 * 5 if people < 30 else people // 10 * 10
