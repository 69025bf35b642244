"""The real server process, and real phones, screens and consoles that talk to it. No tests here.

with Server() as server:
    session = server.begin(agenda=[CARDS, VOTE])
    an = Phone(server, session["code"])
    assert "refused" not in an.act("add", lane="idea", text="a bell at the gate")
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import requests
import socketio

ROOT = Path(__file__).parent.parent
#: The server, but the parts of a round may be as short as a test likes them, and as many.
HASTY = """
from facilitator import runtime
runtime.patch()
from facilitator.activities.listening import Listening
Listening.must_make_sense = lambda room: None
import runpy
runpy.run_path("wsgi.py", run_name="__main__")
"""
STARTING = 60  # seconds
SETTINGS = ("HOST", "PORT", "PUBLIC_URL", "HOST_KEY", "DATA_DIR", "DEFAULT_LANG",
            "JOIN_CODE_DIGITS", "TRUSTED_PROXIES", "CARE_TEXT")  # fmt: skip


def step(id: str, kind: str, **more: Any) -> dict[str, Any]:
    """One place on an agenda, short as a test likes it."""
    set_up = {k: v for k, v in more.items() if k not in ("takes", "goes_on_with")}
    asked = {"nl": f"Vraag van {id}?", "en": f"Question of {id}?"}
    rest = {k: v for k, v in more.items() if k in ("takes", "goes_on_with")}
    return {"id": id, "kind": kind, "title": {"nl": f"Deel {id}", "en": f"Part {id}"},
            "minutes": 5, "question": asked, "set": set_up, **rest}  # fmt: skip


CARDS = step("cards", "ideas", most=6)
VOTE = step("stones", "vote", takes=["cards"], dots=2, cap=1)
PROMISES = step("agreed", "commitments", takes=["stones"])


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def at_once(*requests: Callable[[], Any]) -> list[Any]:
    """All these requests in the same moment, and their answers."""
    with ThreadPoolExecutor(len(requests)) as hands:
        return list(hands.map(lambda ask: ask(), requests))


class Server:
    """`python wsgi.py` in a process of its own, with its own data; stopped by its own pid."""

    def __init__(
        self, folder: Path | None = None, before: Callable[[], None] | None = None,
        program: tuple[str, ...] = ("wsgi.py",), **settings: str,
    ) -> None:  # fmt: skip
        self.scratch = Path(tempfile.mkdtemp(prefix="steentje-"))
        self.folder = folder or self.scratch / "data"
        self.port, self.key = free_port(), secrets.token_urlsafe(24)
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = {
            "HOST": "127.0.0.1", "PORT": str(self.port), "PUBLIC_URL": self.url,
            "HOST_KEY": self.key, "DATA_DIR": str(self.folder), **settings,
        }  # fmt: skip
        self.before = before  # runs in the new process, before Python does
        self.program = program  # what Python is given
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    # -- starting and stopping

    def __enter__(self) -> Server:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_: object) -> None:
        self.close()

    def launch(self) -> subprocess.Popen[bytes]:
        """The process, without waiting for anything."""
        kept = {k: v for k, v in os.environ.items() if k not in SETTINGS}
        self.starts += 1
        with self.stderr_file.open("ab") as err, (self.scratch / "stdout").open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, *self.program], cwd=ROOT, env={**kept, **self.settings},
                stdout=out, stderr=err, preexec_fn=self.before,
            )  # fmt: skip
        return self.process

    def start(self) -> Server:
        """The process, once it answers."""
        process, until = self.launch(), time.monotonic() + STARTING
        while time.monotonic() < until:
            if process.poll() is not None:
                raise AssertionError(f"ended with {process.returncode}: {self.stderr()}")
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{self.url}/healthz", timeout=2).ok:
                    return self
            time.sleep(0.02)
        raise AssertionError(f"did not start: {self.stderr()}")

    def kill9(self) -> None:
        """As when the power goes."""
        assert self.process
        self.process.kill()
        self.process.wait(10)

    def term(self, patience: float = 10) -> tuple[int, float]:
        """Ask it to stop: its exit code, and how many seconds that took."""
        assert self.process
        asked = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(patience)
        return code, time.monotonic() - asked

    def restart(self) -> Server:
        """The same port, the same data."""
        if self.process and self.process.poll() is None:
            self.term()
        return self.start()

    def close(self) -> None:
        """Stop what still runs, and leave nothing."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.kill9()
        shutil.rmtree(self.scratch, ignore_errors=True)

    # -- what it says

    @property
    def stderr_file(self) -> Path:
        """All that it complained about, over restarts."""
        return self.scratch / "stderr"

    def stderr(self) -> str:
        """All that it complained about, as text."""
        return self.stderr_file.read_text(errors="replace") if self.stderr_file.exists() else ""

    def assert_calm(self, since: int = 0) -> None:
        """Nothing failed in there without being told."""
        said = self.stderr()[since:]
        assert "Traceback" not in said and "ERROR" not in said, said[-4000:]

    # -- asking it

    def get(self, path: str, **how: Any) -> requests.Response:
        """A page for somebody without cookies, redirects not followed."""
        return requests.get(self.url + path, timeout=10, **{"allow_redirects": False, **how})

    def post(self, path: str, **how: Any) -> requests.Response:
        """A request by somebody without cookies, redirects not followed."""
        return requests.post(self.url + path, timeout=10, **{"allow_redirects": False, **how})

    @property
    def bearer(self) -> dict[str, str]:
        """What a tool of the facilitator sends along."""
        return {"Authorization": f"Bearer {self.key}"}

    def host(self) -> requests.Session:
        """A browser of the facilitator."""
        browser = requests.Session()
        answer = browser.get(f"{self.url}/?host={self.key}", timeout=10, allow_redirects=False)
        assert answer.status_code == 302, answer.status_code
        return browser

    def entered(self, code: str) -> dict[str, str]:
        """What the register knows of a session."""
        with contextlib.closing(sqlite3.connect(self.folder / "register.db")) as register:
            register.row_factory = sqlite3.Row
            row = register.execute("SELECT * FROM session WHERE code = ?", (code,)).fetchone()
        return dict(row)

    def database(self, code: str) -> Path:
        """Where a running session's data are."""
        return self.folder / "live" / f"{self.entered(code)['id']}.db"

    def key_file(self, code: str) -> Path:
        """Where its key lies."""
        return self.folder / "keys" / f"{self.entered(code)['id']}.key"

    def home(self, code: str) -> Path:
        """Where a closed session is kept."""
        return self.folder / self.entered(code)["folder"]

    def count(self, code: str, table: str) -> int:
        """How many rows a table of a running session has, on disk."""
        with contextlib.closing(sqlite3.connect(self.database(code))) as live:
            return int(live.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def begin(self, **wishes: Any) -> dict[str, str]:
        """A new conversation: its links."""
        wishes = {"ready": True, "title": "Proef", **wishes}
        answer = self.post("/sessions", json=wishes, headers=self.bearer)
        assert answer.status_code == 201, answer.text[:500]
        return dict(answer.json())


class Lost(Exception):
    """No answer came. Whether it was done, nobody knows: ask again with the same id."""


@dataclass
class Frame:
    """Something the server sent by itself."""

    event: str
    payload: dict[str, Any]
    at: float = field(default_factory=time.monotonic)

    @property
    def html(self) -> str:
        """What is to be shown."""
        return str(self.payload.get("html", ""))


class Client:
    """One page that is live: cookies, a socket, and all that it was sent."""

    audience = "phone"

    def __init__(self, server: Server, code: str, lang: str = "nl", join: bool = True) -> None:
        self.server, self.code, self.lang = server, code, lang
        self.browser = requests.Session()
        self.frames: list[Frame] = []
        self.arrived = threading.Condition()
        self.version, self.activity, self.welcome = 0, "", dict[str, Any]()
        self.socket: socketio.Client | None = None
        self.arrive()
        if join:
            answer = self.join()
            assert "refused" not in answer, answer

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def arrive(self) -> None:
        """Load what must be loaded before the socket."""

    def url(self, path: str = "") -> str:
        """An address within this session."""
        return f"{self.server.url}/{self.code}{path}"

    @property
    def cookie(self) -> str:
        """The cookies of this browser, as the socket sends them along."""
        return "; ".join(f"{c.name}={c.value}" for c in self.browser.cookies)

    # -- the line

    def connect(self, transports: tuple[str, ...] = ("websocket",)) -> None:
        """A fresh socket; what was received stays."""
        self.close()
        made = socketio.Client(reconnection=False, handle_sigint=False)
        for event in ("view", "own", "bye"):
            made.on(event, self.hearing(event))
        made.on("disconnect", self.hang_up)
        self.lost = False
        headers = {"Cookie": self.cookie} if self.cookie else {}
        made.connect(self.server.url, headers=headers, transports=list(transports), wait_timeout=10)
        self.socket = made

    def hearing(self, event: str) -> Callable[[dict[str, Any]], None]:
        """Keeps every frame, in the order in which it came."""

        def heard(payload: dict[str, Any]) -> None:
            with self.arrived:
                self.frames.append(Frame(event, payload))
                self.note(payload)
                self.arrived.notify_all()

        return heard

    def hang_up(self, *_: object) -> None:
        """The other side is gone: nobody need wait for an answer any more."""
        with self.arrived:
            self.lost = True
            self.arrived.notify_all()

    def note(self, payload: dict[str, Any]) -> None:
        """The newest version and activity that this page knows of."""
        if payload.get("version", 0) >= self.version:
            self.version = payload.get("version", self.version)
            self.activity = payload.get("activity", self.activity)

    def ask(self, event: str, payload: Any = None, timeout: float = 10) -> dict[str, Any]:
        """One request over the line and its answer, as a dict. Lost when the line is."""
        assert self.socket
        came: list[Any] = []

        def answered(*answer: Any) -> None:
            with self.arrived:
                came.extend(answer)
                self.arrived.notify_all()

        self.socket.emit(event, payload, callback=answered)
        with self.arrived:
            self.arrived.wait_for(lambda: came or self.lost, timeout)
        if not came:
            raise Lost(event)
        answer = came[0]
        assert isinstance(answer, dict), answer
        if "refused" in answer:
            assert answer["message"][0].isupper() and answer["message"][-1] in ".?!", answer
        return answer

    def join(self, **more: Any) -> dict[str, Any]:
        """Come in, or come back."""
        if self.socket is None or not self.socket.connected:
            self.connect()
        payload = {"code": self.code, "audience": self.audience, "lang": self.lang, **more}
        self.welcome = answer = self.ask("join", payload)
        if "refused" not in answer:
            self.version, self.activity = answer["version"], answer["activity"]
        return answer

    def close(self) -> None:
        """Hang up."""
        if self.socket is not None:
            with contextlib.suppress(Exception):
                self.socket.disconnect()
        self.socket = None

    def break_line(self) -> None:
        """As when a phone falls into the water: nobody says goodbye."""
        assert self.socket
        self.socket.eio.ws.sock.shutdown(socket.SHUT_RDWR)
        with self.arrived:
            assert self.arrived.wait_for(lambda: self.lost, 5)

    # -- what came

    def of(self, event: str) -> list[Frame]:
        """All frames of one sort."""
        with self.arrived:
            return [frame for frame in self.frames if frame.event == event]

    def wait_for(
        self, event: str, holds: Callable[[Frame], bool] = lambda frame: True, timeout: float = 5
    ) -> Frame:
        """The first frame of this sort for which it holds, come already or to come."""

        def found() -> Frame | None:
            return next((f for f in self.frames if f.event == event and holds(f)), None)

        with self.arrived:
            frame = self.arrived.wait_for(found, timeout)
        assert frame, f"no such {event} among {len(self.frames)} frames"
        return frame

    def wait_for_view(self, text: str, timeout: float = 5) -> Frame:
        """The first view that shows this text."""
        return self.wait_for("view", lambda frame: text in unescape(frame.html), timeout)

    def quiet(self, seconds: float = 0.4) -> list[Frame]:
        """What comes in the next moment."""
        before = len(self.frames)
        time.sleep(seconds)
        return self.frames[before:]


class Phone(Client):
    """One participant. The page gives the cookie; acts are answered once they are on disk."""

    def arrive(self) -> None:
        answer = self.browser.get(self.url(), timeout=10)
        assert answer.status_code == 200, answer.status_code
        self.page = answer.text

    @property
    def token(self) -> str | None:
        """What the server knows this phone by."""
        return self.browser.cookies.get(f"s{self.code}")

    def act(self, name: str, **fields: Any) -> dict[str, Any]:
        """Ask for something here and now."""
        return self.send(self.an_act(name, fields))

    def an_act(self, name: str, fields: dict[str, Any], activity: str = "") -> dict[str, Any]:
        """An act as it lies in the outbox. The same id is the same act."""
        return {"activity": activity or self.activity, "id": secrets.token_hex(12),
                "name": name, "fields": fields}  # fmt: skip

    def send(self, act: dict[str, Any], timeout: float = 10) -> dict[str, Any]:
        """Send what lies in the outbox."""
        return self.ask("act", act, timeout)

    def own(self) -> str:
        """This phone's own part, as it stands on the server now."""
        return str(self.join()["own"])

    def cards(self) -> dict[str, str]:
        """My own cards: id to text."""
        return own_cards(self.own())


class Led(Client):
    """A page that needs a key: the key in its link becomes a cookie, as the page itself does."""

    def __init__(
        self, server: Server, session: dict[str, str], lang: str = "nl", join: bool = True
    ) -> None:
        self.key = session[f"{self.audience}_url"].partition("#k=")[2]
        super().__init__(server, session["code"], lang, join)

    def arrive(self) -> None:
        answer = self.browser.post(self.url("/key"), json={"key": self.key}, timeout=10)
        assert answer.status_code == 200, answer.text[:300]

    def move(self, name: str, *, version: int | None = None, **fields: Any) -> dict[str, Any]:
        """The facilitator does something, seeing the newest version unless told otherwise."""
        asked = {"name": name, "fields": fields, "version": version or self.version}
        answer = self.ask("move", asked)
        self.version = max(self.version, answer.get("version", 0))
        return answer

    def must(self, name: str, **fields: Any) -> dict[str, Any]:
        """A move that has to succeed."""
        answer = self.move(name, **fields)
        assert "refused" not in answer, (name, answer)
        return answer


class Screen(Led):
    """The room's screen: it only shows."""

    audience = "screen"


class Console(Led):
    """The facilitator's console."""

    audience = "console"


# -- reading pages, as people do

MINE = re.compile(r" value=(\w+)(?: form=m)? id=\w+[^>]*>(?:<i>.*?</i>)?(.*?)</", re.S)
SLIP = re.compile(r'<p class="said">(.*?)</p>', re.S)
SLIP_ID = re.compile(r'name="id" value="(\w+)"')


def own_cards(html: str) -> dict[str, str]:
    """The cards in a phone's own part: id to text."""
    return {id: unescape(text) for id, text in MINE.findall(html)}


def slips(html: str) -> list[str]:
    """The cards on the console after the lock, in the order in which they stand there."""
    return [unescape(text) for text in SLIP.findall(html)]


def ballot_ids(html: str) -> list[str]:
    """The cards on a phone's ballot."""
    return re.findall(r'name="choices\[(\w+)\]"', html)
