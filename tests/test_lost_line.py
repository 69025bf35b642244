"""In a call somebody's line breaks: what the other is told, and when, by the real server."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest

from tests.server import Console, Phone, Server

#: Fifteen and sixty seconds without a line pass in a tenth of that; nothing else is hurried.
FASTER = 10
HASTY = f"""
from facilitator import runtime
runtime.patch()
from facilitator import away
real = away.passed
away.passed = lambda seconds: real(seconds * {FASTER})
import runpy
runpy.run_path("wsgi.py", run_name="__main__")
"""
LONG = dict.fromkeys(("land", "tell", "sum", "check", "ask", "fb"), 60.0)
WAITS = "Even wachten… De ander heeft nu geen verbinding."
CHOOSES = "De ander heeft al een minuut geen verbinding."


def a_round(size: int) -> dict:
    return {"id": "l", "kind": "listening", "title": {"nl": "Ronde"}, "minutes": 5,
            "question": {"nl": "Vertel iets."},
            "set": {"find": "remote", "size": size, "lengths": LONG}}  # fmt: skip


def told(phone: Phone, text: str, patience: float) -> float:
    """For how many seconds one had to wait until this stood on the phone's own part."""
    begun = time.monotonic()
    while time.monotonic() - begun < patience:
        if any(text in unescape(frame.html) for frame in phone.of("own")):
            return time.monotonic() - begun
        time.sleep(0.02)
    pytest.fail(text)


def test_the_other_hears_it_after_a_while_and_may_choose_after_a_longer_one() -> None:
    with Server(program=("-c", HASTY)) as server:
        session = server.begin(agenda=[a_round(2)])
        console = Console(server, session)
        phones = [Phone(server, session["code"]) for _ in range(4)]
        for phone in phones:
            assert "refused" not in phone.act("join", side="remote")
        console.must("next")
        console.must("next")
        groups: dict[str, list[Phone]] = {}
        for phone in phones:
            room = re.search(r"Kamer (\d+)", unescape(phone.join()["own"]))
            assert room
            groups.setdefault(room[1], []).append(phone)
        (lost, other), strangers = groups.values()
        for phone in phones:
            phone.frames.clear()
        lost.break_line()
        gone = time.monotonic()
        told(other, WAITS, 6)
        assert time.monotonic() - gone >= 15 / FASTER
        assert not any(CHOOSES in unescape(frame.html) for frame in other.of("own"))
        told(other, CHOOSES, 12)
        assert time.monotonic() - gone >= 60 / FASTER
        assert "Naar een andere groep" in unescape(other.join()["own"])
        for stranger in strangers:
            assert not any(WAITS in unescape(frame.html) for frame in stranger.of("own"))
        assert WAITS not in unescape(console.join()["html"]), "it is nobody else's business"

        other.frames.clear()
        lost.join()
        back = other.wait_for("own", lambda frame: CHOOSES not in unescape(frame.html))
        assert WAITS not in unescape(back.html)
        server.assert_calm()
