"""Hands on the real line: who leads sees them at once, phones are sent nothing of it, no file knows."""

from __future__ import annotations

import re
import time

from tests.server import CARDS, Console, Phone, Screen, Server

HANDS = "beside.hand_up"


def asks(phone: Phone, name: str, signal: str) -> dict:
    act = {"activity": HANDS, "id": f"{name} {signal} {time.monotonic()}", "name": name}
    return phone.ask("act", {**act, "fields": {"signal": signal}})


def test_a_hand_goes_up_and_down() -> None:
    with Server() as server:
        session = server.begin(agenda=[CARDS])
        code, console = session["code"], Console(server, session)
        screen, quiet = Screen(server, session), Phone(server, code)
        afar, script_less = Phone(server, code), Phone(server, code, join=False)
        afar.ask("join", {"code": code, "audience": "phone", "about": {"side": "remote"}})
        console.must("open", activity=HANDS)
        quiet.wait_for("view", lambda frame: 'value="slower"' in frame.html)
        moves, entries = server.count(code, "move"), server.count(code, "entry")
        before = len(quiet.of("view"))

        answer = asks(afar, "raise", "hand")
        assert "Omlaag" in answer["own"]
        console.wait_for("view", lambda frame: "Op afstand" in frame.html)
        screen.wait_for_view("Op afstand: één hand")
        page = script_less.browser.get(script_less.url(), timeout=10).text
        assert 'name="signal" value="help"' in page
        form = {"activity": HANDS, "name": "raise", "signal": "help"}
        assert script_less.browser.post(script_less.url("/act"), data=form, timeout=10).ok
        told = console.wait_for("view", lambda frame: "Iemand heeft hulp nodig." in frame.html)
        assert len(quiet.of("view")) == before, "nobody else is sent anything"

        hand = re.search(r'id="hand-(\w{16})"', told.html)
        assert hand
        seen = {"activity": HANDS, "id": "s", "name": "seen", "fields": {"id": hand[1]}}
        assert "refused" not in console.ask("act", seen)
        own = afar.wait_for("own", lambda frame: "Omlaag" not in frame.html)
        assert "raised" in own.html, "it was lowered for them"
        assert asks(quiet, "seen", "help")["refused"] == "unknown_act"
        assert (server.count(code, "move"), server.count(code, "entry")) == (moves, entries)

        console.join()
        console.must("put_away", activity=HANDS)
        quiet.wait_for("view", lambda frame: 'value="slower"' not in frame.html)
        assert asks(quiet, "raise", "hand")["refused"] == "moved_on"
