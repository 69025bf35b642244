"""Frames of a WebSocket, as they go out."""

import json
import socket
import time
import zlib

import pytest

from bench.wire import Frames as Came
from bench.wire import client_frame, event, upgrade
from facilitator.wire import AT_ONCE, Frames, agreed, framed
from tests.server import CARDS, VOTE, Console, Phone, Server

LONG = "Het licht is te zwak bij lijn 7, elke dag. ❄ " * 40


def body(frame: bytes) -> bytes:
    """The payload, by the length in the frame."""
    start, size = {126: (4, frame[2:4]), 127: (10, frame[2:10])}.get(frame[1], (2, frame[1:2]))
    assert len(frame) - start == int.from_bytes(size, "big")
    return frame[start:]


def inflated(frame: bytes) -> bytes:
    return zlib.decompressobj(-15).decompress(body(frame) + b"\x00\x00\xff\xff")


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65535, 65536])
def test_a_frame_says_how_long_it_is(size: int):
    frame = framed("x" * size, deflate=False)
    assert frame[0] == 0x81
    assert body(frame) == b"x" * size


def test_a_long_text_is_deflated_for_who_can_read_that_and_for_nobody_else():
    assert body(framed(LONG, deflate=False)) == LONG.encode()
    frame = framed(LONG, deflate=True)
    assert frame[0] == 0xC1
    assert inflated(frame) == LONG.encode()
    assert len(frame) < len(LONG) / 5


def test_a_short_text_is_never_deflated():
    assert framed("2", deflate=True) == b"\x81\x012"


def test_each_frame_stands_by_itself():
    assert framed(LONG, deflate=True) == framed(LONG, deflate=True)


def test_the_same_text_is_framed_once_for_all_and_let_go():
    frames = Frames()
    first = frames.of(LONG, deflate=True)
    assert frames.of(LONG, deflate=True) is first
    assert frames.of(LONG, deflate=False) != first
    frames.clear()
    assert frames.of(LONG, deflate=True) is not first


def test_another_text_in_the_same_place_is_another_frame():
    frames = Frames()
    for n in range(200):  # freed objects give their place, and so their id, to the next
        text = f"{n} {LONG}"
        assert inflated(frames.of(text, deflate=True)) == text.encode()
    assert len(frames.made) <= AT_ONCE


def test_what_is_agreed_leaves_no_memory_on_either_side():
    asked = {"server_no_context_takeover": False, "client_max_window_bits": 15}
    yes = agreed(asked)
    assert yes and yes["server_no_context_takeover"] and yes["client_no_context_takeover"]


def test_a_window_of_another_size_is_declined():
    assert agreed({"server_max_window_bits": 10}) is None
    assert agreed({"server_max_window_bits": 15}) is not None
    assert agreed(None) is None


# -- on the line, with a phone that asks for what a browser asks for

ROUND = 15_000  # bytes to one phone: write, look, vote, look


class Raw:
    """A phone that only counts."""

    def __init__(self, server: Server, code: str, deflate: bool = True) -> None:
        page = Phone(server, code, join=False)
        cookie = "; ".join(f"{c.name}={c.value}" for c in page.browser.cookies)
        self.line = socket.create_connection(("127.0.0.1", server.port), timeout=5)
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

    def until(self, holds: object, seconds: float = 5) -> None:
        end = time.monotonic() + seconds
        while not holds():  # type: ignore[operator]
            assert time.monotonic() < end, self.packets[-1:]
            data, self.rest = self.rest or self.line.recv(65_536), b""
            self.packets += [packet for _, packet in self.came.feed(data)]

    def view(self, text: str) -> None:
        """Wait for a view with this in it."""
        self.until(lambda: any(p.startswith(b'42["view"') and text.encode() in p
                               for p in self.packets))  # fmt: skip


def test_a_round_is_light_on_the_line():
    with Server() as server:
        session = server.begin(agenda=[CARDS, VOTE])
        code, console = session["code"], Console(server, session)
        phone, plain = Raw(server, code), Raw(server, code, deflate=False)
        assert b"permessage-deflate" in phone.head and b"permessage-deflate" not in plain.head
        assert b"server_no_context_takeover" in phone.head
        start, bare = phone.came.taken, plain.came.taken
        for n in range(5):
            other = Phone(server, code)
            for m in range(5):
                text = f"Kaart {n}.{m}: het licht boven lijn {m} is te zwak om goed te zien"
                other.act("add", lane="idea" if m % 2 else "concern", text=text)
            other.close()
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
