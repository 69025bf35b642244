"""One breath: all that happened rides along in one view for each audience and language."""

from __future__ import annotations

import logging
import time

from . import runtime
from .desk import Desk
from .news import News
from .places import Place, Places
from .web.faces import Faces

log = logging.getLogger(__name__)

FACES = ("screen", "console", "remote", "moderator", "phone")  # in this order views go out
CHUNK = 25
LOOK_AGAIN = 0.25  # seconds until somebody who was too slow may be sent something again
PEOPLE_EVERY = 2.0  # seconds


class Breath:
    """Sends what changed, and remembers what each channel was last shown."""

    def __init__(self, desk: Desk, faces: Faces, places: Places) -> None:
        self.desk, self.faces, self.places, self.fanout = desk, faces, places, places.fanout
        self.shown: dict[str, str] = {}  # channel -> the html it was last shown
        self.news: dict[str, News] = {}  # code -> what happened since the last breath
        self.breathing: set[str] = set()
        self.told_phones: dict[str, float] = {}  # code -> when phones last heard who is here
        self.later: set[str] = set()
        self.behind: set[str] = set()  # sockets that were passed over
        desk.heard = self.hear

    def hear(self, news: News) -> None:
        """Something was committed. It rides along in the next breath."""
        before = self.news.get(news.code, news)
        self.news[news.code] = News(
            news.code, before.touched | news.touched, before.everyone or news.everyone,
            news.sealed or before.sealed, news.people and before.people,
            before.seats | news.seats,
        )  # fmt: skip
        if news.code not in self.breathing:
            self.breathing.add(news.code)
            runtime.spawn(self.breathe, news.code)

    def breathe(self, code: str) -> None:
        """Send views until nothing is new: at once when idle, then no faster than the sending."""
        try:
            while news := self.news.pop(code, None):
                begun = time.monotonic()
                self.exhale(news)
                took = time.monotonic() - begun
                runtime.sleep(min(max(2.5 * took, 0.01), max(0.1, 1.5 * took)))
        except Exception:
            log.exception("a breath failed")
        finally:
            self.breathing.discard(code)
            if code in self.news:
                self.hear(self.news[code])

    def exhale(self, news: News) -> None:
        """One view per audience and language, screen and console first; then own parts."""
        if news.sealed:
            self.say_bye(news)
            return
        if news.code not in self.desk.running:
            return
        if news.everyone:
            self.places.turn_away(news.code)
        here = [place for _, place in self.places.of(news.code)]
        for face in FACES:
            if face == "phone" and news.people and not self.phones_may_hear(news):
                return
            for lang in sorted({p.lang for p in here if p.face == face}):
                try:
                    self.show(news.code, face, lang)
                except Exception:  # one page that fails keeps nobody else from theirs
                    log.exception("a view failed: %s in %s", face, lang)
                runtime.sleep(0)
        if news.everyone or news.touched or news.seats:
            self.show_own(news)

    def phones_may_hear(self, news: News) -> bool:
        """Who comes in is told to the phones every few seconds, not at every arrival."""
        now, last = time.monotonic(), self.told_phones.get(news.code, 0.0)
        if now - last >= PEOPLE_EVERY:
            self.told_phones[news.code] = now
            return True
        if news.code not in self.later:
            self.later.add(news.code)
            runtime.spawn(self.tell_later, news, PEOPLE_EVERY - (now - last))
        return False

    def tell_later(self, news: News, seconds: float) -> None:
        """The same news again, when phones may hear it."""
        runtime.sleep(seconds)
        self.later.discard(news.code)
        self.hear(news)

    def show(self, code: str, face: str, lang: str) -> None:
        """Send a view, unless it is what was last shown."""
        running = self.desk.running.get(code)
        if running is None:
            return
        channel, html = f"{code}/{face}/{lang}", self.faces.view(code, face, lang)
        if self.shown.get(channel) == html:
            return
        self.shown[channel] = html
        view = {"version": running.version, "activity": running.course.current or "", "html": html}
        for socket in self.fanout.to_who_keeps_up(channel, "view", view):
            self.pass_over(socket)

    def pass_over(self, socket: str) -> None:
        """A socket that cannot keep up gets one fresh view when it can read again."""
        if socket not in self.behind:
            self.behind.add(socket)
            runtime.spawn(self.catch_up, socket)

    def catch_up(self, socket: str) -> None:
        """Wait until nothing waits for it any more, then send what there is to see now."""
        try:
            while self.fanout.waiting(socket):
                runtime.sleep(LOOK_AGAIN)
            place = self.places.by_socket.get(socket)
            running = self.desk.running.get(place.code) if place else None
            self.behind.discard(socket)  # what comes from here on is for it again
            if place is None or running is None or not place.face:
                return
            view = {"version": running.version, "activity": running.course.current or "",
                    "html": self.faces.view(place.code, place.face, place.lang)}  # fmt: skip
            self.fanout.to_socket(socket, "view", view)
            if place.token:
                self.tell_own(socket, place)
        except Exception:
            log.exception("somebody could not catch up")
        finally:
            self.behind.discard(socket)

    def tell_own(self, socket: str, place: Place) -> None:
        """Its own part, if that is not what this phone was last sent."""
        running = self.desk.running.get(place.code)
        if running is None or place.token is None:
            return
        own = self.faces.own(place.code, place.token, place.lang)
        if own != place.own:
            place.own = own
            self.fanout.to_socket(socket, "own", {"version": running.version, "html": own})

    def show_own(self, news: News) -> None:
        """Send own parts that changed, a few at a time."""
        code = news.code
        for n, (socket, place) in enumerate(self.touched(news), 1):
            try:
                if socket not in self.behind:
                    self.tell_own(socket, place)
            except Exception:  # one part that fails keeps nobody else from theirs
                log.exception("an own part failed")
            if n % CHUNK == 0:
                runtime.sleep(0)
                if code in self.news:  # a newer view goes first; then all own parts once more
                    self.hear(News(code, news.touched, news.everyone, seats=news.seats))
                    return

    def touched(self, news: News) -> list[tuple[str, Place]]:
        """The phones whose own part may have changed: all, those that laid these entries, and
        those that did something without their line.
        After a restart it is not known who laid what: then all."""
        running = self.desk.running.get(news.code)
        phones = [(s, p) for s, p in self.places.of(news.code) if p.token]
        if running is None or news.everyone or not news.touched <= running.laid_by.keys():
            return phones
        seats = news.seats | {running.laid_by[one] for one in news.touched}
        return [(s, p) for s, p in phones if running.sockets.get(s) in seats]

    def say_bye(self, news: News) -> None:
        """The session is sealed: tell everyone where the report is, and let go."""
        for channel in {p.channel for _, p in self.places.of(news.code)}:
            phone = "/phone/" in channel
            url = f"/{news.code}/bye" if phone else news.sealed
            self.fanout.to_channel(channel, "bye", {"url": url})
            self.shown.pop(channel, None)
        self.faces.forget(news.code)
        self.told_phones.pop(news.code, None)
