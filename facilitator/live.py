"""The live line: join, act and move come in."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import msgspec
import socketio

from . import runtime
from .breath import Breath
from .desk import Desk, Unknown
from .domain.activity import Act, Refused
from .doors import role, takes_part
from .frame import CONSOLES
from .keys import Token
from .limits import TooFast, Turnstile
from .places import Place, Places
from .running import Running
from .web.faces import Faces
from .web.forms import sound
from .web.sentences import sentence_for

log = logging.getLogger(__name__)

ABOUT = ("side", "languages", "by", "site", "team")


class Frames:
    """How packets are read and written. What no page would send arrives as an event that does
    not exist, and is answered like one."""

    dumps = staticmethod(partial(json.dumps, ensure_ascii=False))

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


class Line:
    """Answers what comes over the sockets; the breath tells everyone what came of it."""

    def __init__(
        self, desk: Desk, faces: Faces, server: socketio.Server, turnstile: Turnstile
    ) -> None:
        self.desk, self.faces, self.turnstile = desk, faces, turnstile
        self.server, self.places = server, Places(desk, faces, server)
        self.breath = Breath(desk, faces, self.places)
        server.packet_class.json = Frames
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
        place = self.places.by_socket.get(socket)
        running = self.desk.running.get(place.code) if place else None
        known = lang if isinstance(lang, str) and lang in self.faces.languages else "nl"
        answer = {"refused": no.code, "message": sentence_for(no, place.lang if place else known)}
        return {**answer, "version": running.version} if running else answer

    def unknown(self, *asked: Any) -> dict[str, Any]:
        """An event that this product does not have. Before its socket stands its name, unless
        that is "*"."""
        socket = next(
            (one for one in asked[:2] if isinstance(one, str) and one in self.places.by_socket), ""
        )
        return self.refusal(socket, Refused("not_understood"))

    def join(self, socket: str, data: Any) -> dict[str, Any]:
        """Somebody's page comes in, or comes back."""
        asked = msgspec.convert(data, Join)
        cookies = self.places.cookies(socket)
        running = self.found(socket, asked, cookies)
        lang = asked.lang if asked.lang in self.faces.languages else running.entered.lang
        place = Place(asked.code, asked.audience, lang)
        place.key = asked.key or cookies.get(f"k{asked.code}")
        # Whoever started it leads it, whatever key this browser got besides.
        hosts = self.faces.is_host(cookies.get("host"), running.entered)
        place.role = "console" if hosts else role(running, place.key)
        if asked.audience == "phone":
            place.token = Token.read(cookies.get(f"s{asked.code}"))
            if not place.token:
                raise Refused("reload_first")
            place.about = {k: v[:40] for k, v in asked.about.items() if k in ABOUT}
        elif not self.may_watch(running, place, Token.read(cookies.get(f"s{asked.code}"))):
            raise Refused("key_needed")
        self.places.sit(socket, place)
        if place.token:
            runtime.spawn(self.desk.seat, place.code, place.token)
        return self.welcome(socket, place)

    def found(self, socket: str, asked: Join, cookies: dict[str, str]) -> Running:
        """The session of a code. Guessing codes is limited here as it is on the pages."""
        running = self.desk.running.get(asked.code)
        if running and cookies.get(f"r{asked.code}") == running.entered.report_key:
            return running
        address = self.places.address(socket)
        if not self.turnstile.may_guess(address):
            raise TooFast
        if running is None:
            self.turnstile.wrong_code(address)
            raise Unknown(asked.code)
        return running

    def may_watch(self, running: Running, place: Place, token: Token | None) -> bool:
        """The console is for who leads; the screen for who has its key or takes part."""
        if place.audience == "console":
            return place.role in CONSOLES
        return place.role is not None or takes_part(running, token)

    def welcome(self, socket: str, place: Place) -> dict[str, Any]:
        """All that a page needs to be where the session is, in one round trip."""
        running = self.desk.find(place.code)
        html = self.faces.view(place.code, place.face, place.lang)
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
            if self.places.part(socket, place) not in ("console", "moderator"):
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
        for other, tab in self.places.of(place.code):
            if other == socket or tab.token is None or tab.token != place.token:
                continue
            tab.own = self.faces.own(tab.code, tab.token, tab.lang)
            self.places.fanout.to_socket(
                other, "own", {"version": running.version, "html": tab.own}
            )

    def move(self, socket: str, data: Any) -> dict[str, Any]:
        """The facilitator does something."""
        asked = msgspec.convert(data, Moved)
        place = self.place(socket)
        self.desk.leads.must_be_part(
            place.code, place.role and self.places.part(socket, place), asked.name
        )
        version = self.desk.move(
            place.code, asked.name, asked.fields, asked.version, asked.activity
        )
        return {"version": version}

    def left(self, socket: str, *reason: Any) -> None:
        """A connection is gone."""
        self.places.leave(socket)

    def place(self, socket: str) -> Place:
        """Where this socket sits; it must have joined."""
        if socket not in self.places.by_socket:
            raise Refused("join_first")
        return self.places.by_socket[socket]

    def stop(self) -> None:
        """Before the server goes: pages hear that the connection ends, and come back later."""
        self.desk.stopping = True
        for socket in list(self.places.by_socket):
            self.server.disconnect(socket)
