"""A demo on a scratch folder: the real server, and simulated phones over the real sockets.

The phones know the room only by its contract: they look at what their page offers and tap it.
On Ctrl-C, and at the end, nothing is left.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import socketio

from .config import lan_address
from .names import PRODUCT

ROOT = Path(__file__).resolve().parents[1]

SAID = (
    ("concern", "De overdracht tussen ploegen is te kort."),
    ("idea", "Eén bord per lijn met wat er speelt."),
    ("concern", "Het rooster komt pas op vrijdag."),
    ("idea", "Begin de dienst met vijf minuten samen."),
    ("concern", "Gereedschap ligt niet op zijn plek."),
    ("concern", "Ik hoor zelden dat iets goed ging."),
    ("idea", "Geef nieuwe mensen een vaste maat."),
    ("concern", "Bij de oven is het 's middags te warm."),
    ("idea", "Laat ons meekijken bij het rooster."),
    ("concern", "Wij horen laat dat een order wisselt."),
    ("idea", "Zet de karren per lijn bij elkaar."),
    ("concern", "De kantine is dicht in de nachtdienst."),
)
AGREED = {
    "side": "we",
    "what": "Tien minuten overdracht aan het bord",
    "who": "Teamleiders lijn 2",
    "first_step": "Morgen het bord ophangen",
}

FORM = re.compile(r'<form[^>]*data-act="(\w+)".*?</form>', re.S)
BUTTON = re.compile(r'<(?:button|input)[^>]*name="(\w+)"[^>]*value="([^"]*)"')
CARD = re.compile(r'name="choices\[([^\]]+)\]"')
HIDDEN = re.compile(r'type="hidden"')


@dataclass
class DemoPhone:
    """One simulated phone: what it sees, and what it still has to do."""

    base: str
    code: str
    n: int
    seen: str = ""
    own: str = ""
    activity: str = ""
    done: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def come_in(self) -> None:
        """Load the page for its cookie, then join."""
        jar = CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        opener.open(f"{self.base}/{self.code}", timeout=10).read()
        cookie = "; ".join(f"{c.name}={c.value}" for c in jar)
        self.socket = socketio.Client(reconnection=True)
        self.socket.on("view", self.look)
        self.socket.on("own", self.look_at_own)
        self.socket.connect(self.base, headers={"Cookie": cookie}, transports=["websocket"])
        answer = self.socket.call("join", {"code": self.code, "audience": "phone", "lang": "nl"})
        self.own = answer.get("own", "")
        self.look(answer)

    def look(self, view: dict[str, Any]) -> None:
        """A new view."""
        with self.lock:
            self.seen, self.activity = view["html"], view.get("activity", "")

    def look_at_own(self, own: dict[str, Any]) -> None:
        """A new own part."""
        with self.lock:
            self.own = own["html"]

    def tap(self) -> None:
        """Do one thing that the page offers and that was not done yet, as a person would."""
        with self.lock:
            html, activity = self.own + self.seen, self.activity
        for form in FORM.finditer(html):
            name, markup = form[1], form[0]
            key = f"{activity}/{name}/{len(HIDDEN.sub('', markup)) if name == 'answer' else ''}"
            if key in self.done or name in ("change", "withdraw", "undo", "unchoose", "take_back"):
                continue
            fields = self.fill(name, markup)
            if fields is None:
                continue
            self.done.add(key)
            act = {"activity": activity, "id": os.urandom(8).hex(), "name": name, "fields": fields}
            self.socket.call("act", act)
            return

    def fill(self, name: str, markup: str) -> dict[str, Any] | None:
        """What this person would fill in, or None to leave it."""
        chance = random.Random(f"{self.n}/{name}")
        if 'name="lane"' in markup:
            lane, text = SAID[self.n % len(SAID)]
            return {"lane": lane, "text": text}
        if cards := CARD.findall(markup):
            cards = sorted(cards)
            best = cards[: max(2, len(cards) // 2)]
            return {"choices": {card: 1 for card in chance.sample(best, min(2, len(best)))}}
        if "<textarea" in markup:
            return None
        offered = [
            (k, unescape(v)) for k, v in BUTTON.findall(markup) if k not in ("activity", "name")
        ]
        fixed = {k: v for k, v in offered if k in ("id", "item")}
        choices = [(k, v) for k, v in offered if k not in fixed and v != "pass"]
        if "id" in fixed and not choices:
            return fixed if self.n % 2 == 0 else None
        if not choices:
            return None
        leaning = (
            choices[0] if "right" in dict(choices).values() and chance.random() < 0.85 else None
        )
        picked = leaning or chance.choice(choices[len(choices) // 2 :] or choices)
        return {**fixed, picked[0]: picked[1]}


class Demo:
    """The server in a scratch folder, the phones, and a facilitator who keeps time."""

    def __init__(self, phones: int, seconds: float) -> None:
        self.seconds, self.count = seconds, phones
        self.folder = Path(tempfile.mkdtemp(prefix="steentje-demo-"))
        self.port = int(os.environ.get("PORT", "0")) or free_port()
        self.host = os.environ.get("HOST", "0.0.0.0")
        self.base = f"http://127.0.0.1:{self.port}"
        self.key = os.urandom(16).hex()
        self.phones: list[DemoPhone] = []

    def serve(self) -> None:
        """Start the real server and wait until it answers."""
        address = "127.0.0.1" if self.host == "127.0.0.1" else lan_address()
        public = os.environ.get("PUBLIC_URL") or f"http://{address}:{self.port}"
        self.public = public
        env = {**os.environ, "HOST": self.host, "PORT": str(self.port), "PUBLIC_URL": public,
               "HOST_KEY": self.key, "DATA_DIR": str(self.folder)}  # fmt: skip
        self.server = subprocess.Popen(
            [sys.executable, "wsgi.py"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL
        )
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{self.base}/healthz", timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the demo's server did not start")

    def begin(self) -> None:
        """Start the conversation and tell where to look."""
        asked = {"format": "werkvloergesprek-30", "preset": "kort", "lang": "nl",
                 "topic": "De overdracht tussen ploegen", "ready": True}  # fmt: skip
        request = urllib.request.Request(
            f"{self.base}/sessions", data=json.dumps(asked).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json",
                     "Authorization": f"Bearer {self.key}"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=10) as answer:
            self.links = json.load(answer)
        print(f"\n{PRODUCT}: a conversation that plays itself. Nothing is kept.\n")
        print(f"  Screen:   {self.links['screen_url']}")
        print(f"  Console:  {self.links['console_url']}")
        print(f"  Join in:  {self.links['join_url']}\n\nStop: Ctrl-C\n", flush=True)

    def lead(self) -> None:
        """Join as the console."""
        self.console = socketio.Client(reconnection=True)
        self.console.connect(self.base, transports=["websocket"])
        key = self.links["console_url"].partition("#k=")[2]
        asked = {"code": self.links["code"], "audience": "console", "key": key, "lang": "nl"}
        self.console.call("join", asked)

    def people(self) -> None:
        """The phones come in, one after another."""
        for n in range(self.count):
            phone = DemoPhone(self.base, self.links["code"], n)
            phone.come_in()
            self.phones.append(phone)
            time.sleep(self.seconds / 180 * 0.8)

    def play(self) -> None:
        """Part after part, with time to watch."""
        plain = (
            "next",
            "next",
            "next",
            "next",
            "lock",
            "show",
            "next",
            "show",
            "next",
            "show",
            "next",
        )
        steps: list[tuple[str, dict[str, Any]]] = [(name, {}) for name in plain]
        steps += [("promise", self.agreed()), ("next", {}), ("close", {"force": True})]
        pause = self.seconds / 180 * 11
        for name, fields in steps:
            time.sleep(pause / 3)
            for phone in self.phones:
                phone.tap()
                phone.tap()
                time.sleep(pause / 2 / len(self.phones))
            self.console.call("move", {"name": name, "fields": fields})
            time.sleep(pause / 4)
        print(f"The conversation is closed. Report: {self.links['results_url']}", flush=True)

    def agreed(self) -> dict[str, Any]:
        """An agreement for next week."""
        by = time.strftime("%Y-%m-%d", time.localtime(time.time() + 7 * 86400))
        return {**AGREED, "by": by}

    def stop(self) -> None:
        """Leave nothing behind."""
        for phone in self.phones:
            phone.socket.disconnect()
        if hasattr(self, "server"):
            self.server.send_signal(signal.SIGTERM)
            try:
                self.server.wait(5)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port() -> int:
    """A port that nobody uses: 8000 if it is free."""
    import socket

    for port in (8000, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("0.0.0.0", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SystemExit("no port is free")


def play(phones: int, seconds: float) -> None:
    """Play it once, then wait until somebody has seen enough."""
    demo = Demo(phones, seconds)
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    try:
        demo.serve()
        demo.begin()
        demo.lead()
        demo.people()
        demo.play()
        while demo.server.poll() is None:
            time.sleep(1)
    except KeyboardInterrupt:
        pass
    finally:
        demo.stop()
