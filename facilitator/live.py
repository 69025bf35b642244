"""The live line: join, act and move come in; one view per audience and language goes out."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any, Literal

import msgspec
import socketio

from . import runtime
from .desk import Desk, News, Unknown
from .domain.activity import Act, Refused
from .fanout import Fanout
from .keys import Token
from .limits import TooFast, Turnstile
from .running import Running
from .web.faces import Faces
from .web.forms import sound
from .web.sentences import sentence_for

log = logging.getLogger(__name__)

AUDIENCES = ("screen", "console", "phone")  # in this order views go out
ABOUT = ("side", "languages", "site", "team")
CHUNK = 25
PEOPLE_EVERY = 2.0  # seconds


class Frames:
    """How packets are read and written. What no page would send arrives as an event that does
    not exist, and is answered like one."""

    dumps = staticmethod(json.dumps)

    @staticmethod
    def loads(text: str) -> Any:
        """The name of an event and what comes with it."""
        said = json.loads(text)
        named = isinstance(said, list) and said and isinstance(said[0], str)
        return said if named else ["", None]


class Join(msgspec.Struct, forbid_unknown_fields=True):
    """What a page says when it comes in."""

    code: str
    audience: Literal["phone", "screen", "console"]
    lang: str = ""
    key: str | None = None
    about: dict[str, str] = {}


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """An act as it comes over the line."""

    id: str
    name: str
    activity: str | None = None
    fields: dict[str, Any] = {}


class Moved(msgspec.Struct, forbid_unknown_fields=True):
    """A move as it comes over the line."""

    name: str
    fields: dict[str, Any] = {}
    version: int | None = None
    activity: str | None = None


@dataclass
class Place:
    """Where one socket sits."""

    code: str
    audience: str
    lang: str
    token: Token | None = None
    role: str | None = None
    key: str | None = None
    about: dict[str, str] = field(default_factory=dict)
    own: str = ""

    @property
    def channel(self) -> str:
        """All sockets that are shown the same."""
        return f"{self.code}/{self.audience}/{self.lang}"


class Line:
    """Everybody who is connected, and what each of them was last shown."""

    def __init__(
        self, desk: Desk, faces: Faces, server: socketio.Server, turnstile: Turnstile
    ) -> None:
        self.desk, self.faces, self.turnstile = desk, faces, turnstile
        self.server, self.fanout = server, Fanout(server)
        server.packet_class.json = Frames
        self.places: dict[str, Place] = {}
        self.shown: dict[str, str] = {}  # channel -> the html it was last shown
        self.news: dict[str, News] = {}  # code -> what happened since the last breath
        self.breathing: set[str] = set()
        self.told_phones: dict[str, float] = {}  # code -> when phones last heard who is here
        self.later: set[str] = set()
        desk.heard = self.hear
        for event, handle in (("join", self.join), ("act", self.act), ("move", self.move)):
            server.on(event, self.answering(handle))
        server.on("disconnect", self.left)
        server.on("*", self.unknown)
        # It complains, at length, of what strangers send; our own failures stand in our own log.
        logging.getLogger("engineio.server").setLevel(logging.CRITICAL)

    # -- what comes in

    def answering(
        self, handle: Callable[[str, Any], dict[str, Any]]
    ) -> Callable[..., dict[str, Any]]:
        """A handler whose refusals go back as a sentence, and whose failures hurt nobody else."""

        def answer(socket: str, *data: Any) -> dict[str, Any]:
            asked = data[0] if data else None
            lang = asked.get("lang") if isinstance(asked, dict) else None
            try:
                if not sound(asked):
                    raise Refused("not_understood")
                return handle(socket, asked)
            except Refused as no:
                return self.refusal(socket, no, lang)
            except TooFast:
                return self.refusal(socket, Refused("too_fast"), lang)
            except Unknown:
                return self.refusal(socket, Refused("unknown_code"), lang)
            except (msgspec.ValidationError, TypeError, RecursionError):
                return self.refusal(socket, Refused("not_understood"))
            except Exception:
                log.exception("a live request failed")
                return self.refusal(socket, Refused("trouble"))

        return answer

    def refusal(self, socket: str, no: Refused, lang: Any = None) -> dict[str, Any]:
        """What goes back when something is not done."""
        place = self.places.get(socket)
        running = self.desk.running.get(place.code) if place else None
        known = lang if isinstance(lang, str) and lang in self.faces.languages else "nl"
        answer = {"refused": no.code, "message": sentence_for(no, place.lang if place else known)}
        return {**answer, "version": running.version} if running else answer

    def unknown(self, *asked: Any) -> dict[str, Any]:
        """An event that this product does not have. Before its socket stands its name, unless
        that is "*"."""
        socket = next((one for one in asked[:2] if isinstance(one, str) and one in self.places), "")
        return self.refusal(socket, Refused("not_understood"))

    def join(self, socket: str, data: Any) -> dict[str, Any]:
        """Somebody's page comes in, or comes back."""
        asked = msgspec.convert(data, Join)
        cookies = self.cookies(socket)
        running = self.found(socket, asked, cookies)
        lang = asked.lang if asked.lang in self.faces.languages else running.entered.lang
        place = Place(asked.code, asked.audience, lang)
        place.key = asked.key or cookies.get(f"k{asked.code}")
        place.role = self.desk.role(running, place.key)
        if not place.role and self.faces.is_host(cookies.get("host"), running.entered):
            place.role = "console"
        if asked.audience == "phone":
            place.token = Token.read(cookies.get(f"s{asked.code}"))
            if not place.token:
                raise Refused("reload_first")
            place.about = {k: v[:40] for k, v in asked.about.items() if k in ABOUT}
        elif not self.may_watch(running, place, Token.read(cookies.get(f"s{asked.code}"))):
            raise Refused("key_needed")
        self.sit(socket, place)
        return self.welcome(socket, place)

    def found(self, socket: str, asked: Join, cookies: dict[str, str]) -> Running:
        """The session of a code. Guessing codes is limited here as it is on the pages."""
        running = self.desk.running.get(asked.code)
        if running and cookies.get(f"r{asked.code}") == running.entered.report_key:
            return running
        address = (self.server.get_environ(socket) or {}).get("REMOTE_ADDR", "")
        if not self.turnstile.may_guess(address):
            raise TooFast
        if running is None:
            self.turnstile.wrong_code(address)
            raise Unknown(asked.code)
        return running

    def may_watch(self, running: Running, place: Place, token: Token | None) -> bool:
        """The console is for who leads; the screen for who has its key or takes part."""
        if place.audience == "console":
            return place.role == "console"
        return place.role is not None or self.desk.takes_part(running, token)

    def sit(self, socket: str, place: Place) -> None:
        """Take a place, giving up the one before."""
        if before := self.places.get(socket):
            self.fanout.leave(socket, before.channel)
            self.desk.leave(before.code, socket)
        self.places[socket] = place
        self.fanout.enter(socket, place.channel)
        if place.token:
            self.desk.arrive(place.code, socket, place.token)
            runtime.spawn(self.desk.seat, place.code, place.token)

    def welcome(self, socket: str, place: Place) -> dict[str, Any]:
        """All that a page needs to be where the session is, in one round trip."""
        running = self.desk.find(place.code)
        html = self.faces.view(place.code, place.audience, place.lang)
        answer = {"version": running.version, "activity": running.course.current or "",
                  "html": html, "now": time.time()}  # fmt: skip
        if place.token:
            place.own = self.faces.own(place.code, place.token, place.lang)
            answer["own"] = place.own
        return answer

    def act(self, socket: str, data: Any) -> dict[str, Any]:
        """A participant asks for something; answered once it is on disk."""
        asked = msgspec.convert(data, Asked)
        place = self.place(socket)
        about, token = dict(place.about), place.token
        if place.audience == "console":
            if not self.still_leads(socket, place):
                raise Refused("key_needed")
            # A helper types for somebody: an entry of its own, with no tie to this console.
            about, token = {"role": "helper"}, Token.fresh()
        if token is None:
            raise Refused("key_needed")
        self.turnstile.pass_one(socket)
        act = Act(asked.id, asked.name, asked.fields)
        self.desk.act(place.code, asked.activity, token, act, about)
        answer: dict[str, Any] = {"version": self.desk.find(place.code).version}
        if place.token:
            place.own = self.faces.own(place.code, place.token, place.lang)
            answer["own"] = place.own
            self.tell_other_tabs(socket, place)
        return answer

    def tell_other_tabs(self, socket: str, place: Place) -> None:
        """One phone with two tabs shows the same in both."""
        running = self.desk.find(place.code)
        for other, tab in list(self.places.items()):
            if other == socket or tab.code != place.code:
                continue
            if tab.token is None or tab.token != place.token:
                continue
            tab.own = self.faces.own(tab.code, tab.token, tab.lang)
            self.fanout.to_socket(other, "own", {"version": running.version, "html": tab.own})

    def move(self, socket: str, data: Any) -> dict[str, Any]:
        """The facilitator does something."""
        asked = msgspec.convert(data, Moved)
        place = self.place(socket)
        if place.role != "console" or not self.still_leads(socket, place):
            raise Refused("key_needed")
        version = self.desk.move(
            place.code, asked.name, asked.fields, asked.version, asked.activity
        )
        return {"version": version}

    def still_leads(self, socket: str, place: Place) -> bool:
        """Whether the key that this socket came with still opens the console."""
        running = self.desk.find(place.code)
        host = self.cookies(socket).get("host")
        return self.desk.role(running, place.key) == "console" or self.faces.is_host(
            host, running.entered
        )

    def left(self, socket: str, *reason: Any) -> None:
        """A connection is gone."""
        place = self.places.pop(socket, None)
        if place and place.token:
            self.desk.leave(place.code, socket)

    def place(self, socket: str) -> Place:
        """Where this socket sits; it must have joined."""
        if socket not in self.places:
            raise Refused("join_first")
        return self.places[socket]

    def cookies(self, socket: str) -> dict[str, str]:
        """The cookies that came with the connection."""
        environ = self.server.get_environ(socket) or {}
        try:
            jar: SimpleCookie = SimpleCookie(environ.get("HTTP_COOKIE", ""))
        except CookieError:
            return {}
        return {name: morsel.value for name, morsel in jar.items()}

    # -- what goes out: one breath

    def hear(self, news: News) -> None:
        """Something was committed. It rides along in the next breath."""
        before = self.news.get(news.code, news)
        self.news[news.code] = News(
            news.code, before.touched | news.touched, before.everyone or news.everyone,
            news.sealed or before.sealed, news.people and before.people,
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
            self.turn_away(news.code)
        sockets = [place for place in self.places.values() if place.code == news.code]
        for audience in AUDIENCES:
            if audience == "phone" and news.people and not self.phones_may_hear(news):
                return
            for lang in sorted({p.lang for p in sockets if p.audience == audience}):
                self.show(news.code, audience, lang)
                runtime.sleep(0)
        if news.everyone or news.touched:
            self.show_own(news.code)

    def turn_away(self, code: str) -> None:
        """Consoles whose key was taken back see nothing any more."""
        for socket, place in list(self.places.items()):
            led = place.code == code and place.audience == "console" and place.role
            if led and not self.still_leads(socket, place):
                place.role = None
                self.fanout.leave(socket, place.channel)
                self.fanout.to_socket(socket, "bye", {"url": f"/{code}"})

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

    def show(self, code: str, audience: str, lang: str) -> None:
        """Send a view, unless it is what was last shown."""
        running = self.desk.running.get(code)
        if running is None:
            return
        channel, html = f"{code}/{audience}/{lang}", self.faces.view(code, audience, lang)
        if self.shown.get(channel) == html:
            return
        self.shown[channel] = html
        view = {"version": running.version, "activity": running.course.current or "", "html": html}
        self.fanout.to_channel(channel, "view", view)

    def show_own(self, code: str) -> None:
        """Send own parts that changed, a few at a time."""
        phones = [(s, p) for s, p in self.places.items() if p.code == code and p.token]
        for n, (socket, place) in enumerate(phones, 1):
            running = self.desk.running.get(code)
            if running is None or place.token is None:
                return
            own = self.faces.own(code, place.token, place.lang)
            if own != place.own:
                place.own = own
                self.fanout.to_socket(socket, "own", {"version": running.version, "html": own})
            if n % CHUNK == 0:
                runtime.sleep(0)
                if code in self.news:  # a newer view goes first; then all own parts once more
                    self.hear(News(code, everyone=True))
                    return

    def say_bye(self, news: News) -> None:
        """The session is sealed: tell everyone where the report is, and let go."""
        for channel in {p.channel for p in self.places.values() if p.code == news.code}:
            phone = "/phone/" in channel
            url = f"/{news.code}/bye" if phone else news.sealed
            self.fanout.to_channel(channel, "bye", {"url": url})
            self.shown.pop(channel, None)
        self.faces.forget(news.code)
        self.told_phones.pop(news.code, None)

    def stop(self) -> None:
        """Before the server goes: pages hear that the connection ends, and come back later."""
        self.desk.stopping = True
        for socket in list(self.places):
            self.server.disconnect(socket)
