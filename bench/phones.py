"""Phones: each one a socket and a small state machine, all of them in one loop.

A phone does what a browser does: it loads the page, keeps its token cookie, opens a WebSocket,
joins, and from then on sends acts and receives views.
"""

import os
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any, NamedTuple

from bench import wire
from bench.loop import Loop, now

Answer = dict[str, Any]
ENOUGH = 65_536  # bytes taken from a socket in one go


@dataclass(frozen=True)
class Door:
    """Where to knock, as whom."""

    port: int
    code: str
    audience: str = "phone"
    key: str = ""
    lang: str = "nl"

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def joining(self) -> Answer:
        """The payload of `join`."""
        payload = {"code": self.code, "audience": self.audience, "lang": self.lang}
        return payload | ({"key": self.key} if self.key else {})


@dataclass
class Acks:
    """What came back on a series of requests; times in seconds, from the *scheduled* moment."""

    sent: int = 0
    waits: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)

    def answered(self, due: float, answer: Answer) -> None:
        """Note one acknowledgement; a refusal is an answer too, but not a time that counts."""
        if "refused" in answer:
            self.refusals[str(answer["refused"])] += 1
            return
        self.waits.append(now() - due)

    @property
    def complete(self) -> bool:
        return len(self.waits) + self.refusals.total() >= self.sent


class Sight(NamedTuple):
    """A view that reached a phone: when (seconds), which phone, which version."""

    at: float
    phone: int
    version: int


class Phone:
    """One device. `failed` says in words why it is out of the game; empty while all is well."""

    def __init__(self, loop: Loop, number: int, door: Door, sights: list[Sight]) -> None:
        self.loop, self.number, self.door, self.sights = loop, number, door, sights
        self.failed = ""
        self.joined = False
        self.version = 0
        self.activity: Any = None
        self.unpacked = 0  # bytes that came, once inflated
        self.sent = 0  # bytes of WebSocket payload
        self.view = b""  # the last view packet, whole
        self.snapshot: Answer = {}  # what `join` answered
        self.cookie = ""
        self._key = os.urandom(4)
        self._acks = 0
        self._waiting: dict[int, Callable[[Answer], None]] = {}
        self._frames = wire.Frames()
        self._sock: socket.socket | None = None
        self._out = b""
        self._in = b""
        self._hear: Callable[[bytes], None] = self._hear_page
        self._join_wait: Callable[[Answer], None] = lambda _answer: None

    @property
    def received(self) -> int:
        """Bytes of WebSocket payload, as they came over the line."""
        return self._frames.taken

    # --- arriving

    def arrive(self, joined: Callable[[Answer], None], page: bool = True) -> None:
        """Load the page (people do, tools need not) and join; `joined` gets the answer."""
        self._join_wait = joined
        if not page:
            self._open_socket()
            return
        headers = {"Accept": "text/html", "Accept-Encoding": "gzip", "Connection": "close"}
        self._hear = self._hear_page
        self._dial(wire.request("GET", f"/{self.door.code}", self.door.address, headers))

    def leave(self) -> None:
        """Hang up, without a word: phones do."""
        if self._sock is not None:
            self.loop.forget(self._sock)
            self._sock.close()
        self._sock = None

    def _dial(self, first_words: bytes) -> None:
        self.leave()
        self._sock = socket.socket()
        self._sock.setblocking(False)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock.connect_ex(("127.0.0.1", self.door.port))
        self._in, self._out = b"", first_words
        self.loop.watch(self._sock, self._ready, writing=True)

    def _hear_page(self, data: bytes) -> None:
        self._in += data
        top, found, body = self._in.partition(b"\r\n\r\n")
        if not found or not _whole(top.lower(), body, ended=not data):
            return
        status = top.split(b" ", 2)[1]
        if status != b"200":
            self._fail(f"page answered {status.decode()}")
            return
        self.cookie = wire.cookies_of(top.decode("latin-1"))
        self._open_socket()

    def _open_socket(self) -> None:
        self._hear = self._hear_upgrade
        self._dial(wire.upgrade(self.door.address, self.cookie))

    def _hear_upgrade(self, data: bytes) -> None:
        self._in += data
        top, found, rest = self._in.partition(b"\r\n\r\n")
        if not found:
            return
        if b" 101 " not in top.split(b"\r\n", 1)[0]:
            self._fail(f"no WebSocket: {top[:60].decode('latin-1')}")
            return
        self._hear = self._hear_frames
        if rest:
            self._hear_frames(rest)

    def _joined(self, answer: Answer) -> None:
        self.joined = "refused" not in answer
        self.snapshot, self.activity = answer, answer.get("activity")
        if not self.joined:
            self._fail(f"join refused: {answer['refused']}")
        self._join_wait(answer)

    # --- talking

    def ask(self, name: str, payload: Answer, answered: Callable[[Answer], None]) -> None:
        """Send an event; `answered` gets the acknowledgement."""
        self._acks += 1
        self._waiting[self._acks] = answered
        self._say(wire.event(name, payload, self._acks))

    def _say(self, packet: bytes) -> None:
        self.sent += len(packet)
        self._write(wire.client_frame(packet, self._key))

    def _write(self, data: bytes) -> None:
        if self._sock is None:
            return
        self._out += data
        self._flush()

    def _flush(self) -> None:
        if self._sock is None:
            return
        try:
            gone = self._sock.send(self._out)
        except BlockingIOError:
            gone = 0
        except OSError as error:
            self._fail(f"cannot send: {error.strerror}")
            return
        self._out = self._out[gone:]
        if self._out:
            self.loop.watch(self._sock, self._ready, writing=True)

    # --- hearing

    def _ready(self, events: int) -> None:
        if events & EVENT_WRITE and self._sock is not None:
            self._flush()
            if self._sock is not None and not self._out:
                self.loop.watch(self._sock, self._ready, writing=False)
        if events & EVENT_READ and self._sock is not None:
            self._read(self._sock)

    def _read(self, sock: socket.socket) -> None:
        try:
            data = sock.recv(ENOUGH)
        except BlockingIOError:
            return
        except OSError as error:
            self._fail(f"cannot read: {error.strerror}")
            return
        self._hear(data)
        if not data and self._sock is sock:
            self._fail("the server hung up")

    def _hear_frames(self, data: bytes) -> None:
        for opcode, payload in self._frames.feed(data):
            if opcode == wire.TEXT:
                self.unpacked += len(payload)
                self._hear_packet(payload)
            elif opcode == wire.PING:
                self._write(wire.client_frame(payload, self._key, wire.PONG))
            elif opcode == wire.CLOSE:
                self._fail("the server closed the WebSocket")

    def _hear_packet(self, packet: bytes) -> None:
        kind = packet[:2]
        if kind == b"42":
            self._hear_event(packet)
        elif kind == b"43":
            number, answer = wire.acknowledged(packet)
            self.version = max(self.version, int(answer.get("version") or 0))
            self._waiting.pop(number, _nobody)(answer)
        elif kind == b"2":
            self._say(b"3")
        elif kind[:1] == b"0":
            self._say(b"40")
        elif kind == b"40":
            self.ask("join", self.door.joining(), self._joined)
        elif kind in (b"41", b"44", b"1"):
            self._fail(f"turned away: {packet[:80].decode('utf-8', 'replace')}")

    def _hear_event(self, packet: bytes) -> None:
        version = wire.version_of(packet)
        self.version = max(self.version, version)
        if packet.startswith(b'42["view"'):
            self.view = packet
            self.sights.append(Sight(now(), self.number, version))

    def _fail(self, why: str) -> None:
        self.failed = self.failed or why
        self.leave()


def _nobody(_answer: Answer) -> None:
    """Nobody waits for this acknowledgement any more."""


def _whole(top: bytes, body: bytes, ended: bool) -> bool:
    """Whether a response is complete; `top` is its head in lower case."""
    if b"\r\ncontent-length:" in top:
        return len(body) >= int(top.split(b"\r\ncontent-length:", 1)[1].split(b"\r\n", 1)[0])
    if b"\r\ntransfer-encoding: chunked" in top:
        return body.endswith(b"0\r\n\r\n")
    return ended
