"""What a phone is sent on the real line, when it asks for what a browser asks for."""

import json
import socket
import time
from collections.abc import Callable

from bench.wire import Frames as Came
from bench.wire import client_frame, event, upgrade
from tests.server import CARDS, VOTE, Console, Phone, Server

PEOPLE_TOLD = 2.5  # seconds
TURNS = 60
ROUND = 15_000  # bytes to one phone: write, look, vote, look


class Raw:
    """A phone that only counts."""

    def __init__(self, server: Server, code: str, deflate: bool = True, room: int = 0) -> None:
        page = Phone(server, code, join=False)
        cookie = "; ".join(f"{c.name}={c.value}" for c in page.browser.cookies)
        self.line = socket.socket()
        if room:  # bytes that the system takes in for a phone that does not read
            self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        self.line.settimeout(20)
        self.line.connect(("127.0.0.1", server.port))
        self.line.sendall(upgrade(f"127.0.0.1:{server.port}", cookie, deflate))
        self.head, _, rest = self.line.recv(4096).partition(b"\r\n\r\n")
        self.came, self.packets, self.rest = Came(), [], rest
        self.until(lambda: any(p[:1] == b"0" for p in self.packets))
        self.say(b"40")
        self.until(lambda: any(p[:2] == b"40" for p in self.packets))
        self.ask("join", {"code": code, "audience": "phone"})

    def say(self, packet: bytes) -> None:
        self.line.sendall(client_frame(packet, b"mask"))

    def ask(self, name: str, payload: dict) -> None:
        before = len([p for p in self.packets if p[:2] == b"43"])
        self.say(event(name, payload, before + 1))
        self.until(lambda: len([p for p in self.packets if p[:2] == b"43"]) > before)

    def until(self, holds: object, seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not holds():  # type: ignore[operator]
            assert time.monotonic() < end, self.packets[-1:]
            data, self.rest = self.rest or self.line.recv(65_536), b""
            self.packets += [packet for _, packet in self.came.feed(data)]

    def views(self) -> list[bytes]:
        return [packet for packet in self.packets if packet.startswith(b'42["view"')]

    def view(self, text: str) -> None:
        """Wait for a view with this in it."""
        self.until(lambda: any(p.startswith(b'42["view"') and text.encode() in p
                               for p in self.packets))  # fmt: skip


def test_a_round_is_light_on_the_line():
    with Server() as server:
        session = server.begin(agenda=[CARDS, VOTE])
        code, console = session["code"], Console(server, session)
        others = [Phone(server, code) for _ in range(5)]
        phone, plain = Raw(server, code), Raw(server, code, deflate=False)
        time.sleep(PEOPLE_TOLD)  # who is here is told once more; that is no part of the round
        for one in (phone, plain):
            one.ask("act", {"activity": "cards", "id": "a0", "name": "none", "fields": {}})
        assert b"permessage-deflate" in phone.head and b"permessage-deflate" not in plain.head
        assert b"server_no_context_takeover" in phone.head
        start, bare = phone.came.taken, plain.came.taken
        for n, other in enumerate(others):
            for m in range(5):
                text = f"Kaart {n}.{m}: het licht boven lijn {m} is te zwak om goed te zien"
                other.act("add", lane="idea" if m % 2 else "concern", text=text)
        for one in (phone, plain):
            card = {"lane": "idea", "text": "Een bel bij de poort, en een zeef voor bij lijn twee"}
            one.ask("act", {"activity": "cards", "id": "a1", "name": "add", "fields": card})
        console.must("show")
        console.must("next")
        for one in (phone, plain):
            one.view('name=\\"choices[')
        ballot = json.loads(next(p for p in phone.packets if b"choices[" in p)[2:])[1]["html"]
        assert ballot.count("data-card=") == 24
        choices = {ballot.partition("data-card=")[2][:16]: 1}
        for one in (phone, plain):
            cast = {"activity": "stones", "id": "a2", "name": "cast"}
            one.ask("act", {**cast, "fields": {"choices": choices}})
        console.must("show")
        for one in (phone, plain):
            one.view("class=total")
        # It reads the same, deflated or not, and what is left out is most of it.
        assert [p for p in phone.packets if p[:6] == b'42["vi'][-1] == [
            p for p in plain.packets if p[:6] == b'42["vi'][-1]  # fmt: skip
        assert phone.came.taken - start < ROUND / 2
        assert plain.came.taken - bare < ROUND


RESULT, BALLOT = "class=total", 'name="choices['


def after(phone: Phone, move: Callable[[], object], shows: str) -> None:
    """Do this, and wait until the phone was shown what came of it: nobody who keeps up is passed
    over."""
    move()
    end = time.monotonic() + 10
    while shows not in phone.of("view")[-1].html:
        assert time.monotonic() < end, shows
        time.sleep(0.005)


def test_a_phone_that_cannot_keep_up_gets_less_and_ends_with_the_newest() -> None:
    with Server() as server:
        session = server.begin(agenda=[CARDS, VOTE])
        code, console = session["code"], Console(server, session)
        others = [Phone(server, code) for _ in range(5)]
        for n, other in enumerate(others):
            for m in range(5):
                text = f"Kaart {n}.{m}: " + "het licht boven de lijn is te zwak. " * 7
                other.act("add", lane="idea", text=text)
        slow = Raw(server, code, deflate=False, room=16_384)
        console.must("show")
        console.must("next")
        for _ in range(TURNS):
            after(others[0], lambda: console.must("show"), RESULT)
            after(others[0], lambda: console.must("hide"), BALLOT)
        console.must("unlock")
        card = others[0].of("view")[-1].html.partition("data-card=")[2][:16]
        # So that the last view is like none before it.
        assert "refused" not in others[0].act("cast", choices={card: 1})
        after(others[0], lambda: console.must("show"), '"1 steen"')
        time.sleep(0.5)
        slow.view("class=total")
        slow.until(lambda: json.loads(slow.views()[-1][2:])[1]["html"] == others[0].join()["html"])
        assert len(slow.views()) < TURNS  # twice as many were shown to the others
