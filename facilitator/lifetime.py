"""A session begins, is taken up again after a start, and is sealed."""

from __future__ import annotations

import datetime
import logging
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .archive import Doc, slug
from .document import document, promises
from .domain.activity import Body, Text
from .keys import SessionKey
from .news import News
from .opening import asked_for, planned, titled
from .register import Entered, NewerData
from .running import Running, load
from .store import Change, Live, keep_key, shred, somebody_was_in

if TYPE_CHECKING:
    from .desk import Desk

log = logging.getLogger(__name__)


class Lifetimes:
    """Files come and go here only. Part of the desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    # -- beginning

    def start(self, owner: str, wishes: Mapping[str, Any], lang: str) -> Running:
        """Start a conversation; asks nothing first. Wishes: format, preset, title, topic,
        answer_by, agenda, until, ready."""
        today = datetime.date.fromtimestamp(self.desk.clock()).isoformat()
        chosen, preset = asked_for(wishes)
        previous = self.promised_last_time(owner, chosen.slug, titled(chosen, wishes))
        plan = planned(chosen, preset, wishes, today, previous)
        session, secret = secrets.token_hex(8), secrets.token_bytes(32)
        database, key_path = self.desk.files(session)
        keep_key(key_path, secret)
        live = Live.make(database, SessionKey(session, secret))
        self.desk.commit(Change(database, notes=[live.note_row("set_up", plan.set_up)]))
        folder = f"{today}-{slug(plan.title.get(lang, ''))}-{session}"
        entered = self.desk.register.enter(
            id=session, code=self.free_code(), owner=owner, title=plan.title, format=chosen.slug,
            lang=lang, date=today, state="live", folder=folder,
        )  # fmt: skip
        running = self.desk.running[entered.code] = Running(entered, live, self.desk.clock())
        if wishes.get("ready"):
            self.desk.move(running.code, "next", {})
        return running

    def promised_last_time(self, owner: str, format: str, title: Text) -> list[Body]:
        """What was promised the last time in this series, and what became of it."""
        series = self.desk.register.series_of(owner, format, title)
        before = self.desk.last_time(series) if series else None
        promises = self.desk.register.promises(before.id) if before else []
        return [{k: p[k] for k in ("what", "who", "by", "status", "note")} for p in promises]

    def free_code(self) -> str:
        """A code that never stood for another session; longer where many are live."""
        digits = 8 if len(self.desk.running) > 10 else self.desk.digits
        taken = self.desk.register.codes()
        while True:
            code = str(secrets.randbelow(9 * 10 ** (digits - 1)) + 10 ** (digits - 1))
            if code not in taken:
                return code

    # -- after a start of the server

    def take_up(self) -> None:
        """All sessions that were running, and seals that were interrupted. One
        whose files are damaged is told in the log and holds up none of the others."""
        self.clear_away()
        many = self.desk.register.many
        for entered in [*many(state="live"), *many(state="sealing")]:
            try:
                self.take_up_one(entered)
            except NewerData:
                raise
            except Exception:
                log.exception("session %s could not be taken up; its files are left", entered.id)

    def take_up_one(self, entered: Entered) -> None:
        """Go on where one session was."""
        if self.desk.archive.is_sealed(entered.folder):
            self.finish(
                entered, self.desk.archive.finish(entered.folder, *self.desk.files(entered.id))
            )
            return
        database, key = self.desk.files(entered.id)
        running = load(entered, database, key.read_bytes(), self.desk.clock())
        self.desk.running[entered.code] = running
        if entered.state == "sealing":
            self.seal(running)

    def clear_away(self) -> None:
        """Files of a session that was being made when the server stopped: nobody was ever in it."""
        known = {entered.id for entered in self.desk.register.many()}
        folders = [self.desk.folder / name for name in ("keys", "live")]
        found = [path for folder in folders for path in folder.glob("*.*")]
        for session in {path.name.partition(".")[0] for path in found} - known:
            if somebody_was_in(self.desk.files(session)[0]):
                log.error("session %s is not in the register; its files are left", session)
            else:
                shred([path for path in found if path.name.startswith(f"{session}.")])

    # -- the seal

    def seal(self, running: Running) -> None:
        """Write the results, check them, destroy the rest; everyone hears where the report is."""
        entered, running.sealing = running.entered, True
        try:
            self.desk.register.mark(entered.id, state="sealing")
            doc = document(running)
            self.desk.forget(running.database)
            doc = self.desk.archive.seal(entered.folder, doc, *self.desk.files(entered.id))
        finally:
            running.sealing = False
        self.finish(entered, doc)

    def finish(self, entered: Entered, doc: Doc) -> None:
        """After the seal: the promises go on living, the session does not."""
        self.desk.register.promise(entered.id, promises(doc))
        self.desk.register.mark(entered.id, state="sealed")
        self.desk.running.pop(entered.code, None)
        self.desk.heard(News(entered.code, sealed=entered.report_path))
