"""A listening round at the real desk: its own log, its own disk, its own seal. No tests here.

round = AtDesk(house, 9).go("next").go("next").to(0, "fb").all("teller", "heard", value="4")
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from facilitator.activities.listening import Listening
from facilitator.archive import Archive
from facilitator.domain.activity import Act, Body
from facilitator.keys import Token
from facilitator.web.papers import standalone as report_of  # what is drawn at the seal
from facilitator.web.papers import table
from tests.drawn import Drawn

LENGTHS = {"land": 15, "tell": 60, "sum": 20, "check": 15, "ask": 30, "fb": 20}
PARTS = list(LENGTHS)


class AtDesk:
    """One session with one round, and its people."""

    def __init__(self, house: Any, n: int, **set_up: Any) -> None:
        set_up = {"lengths": LENGTHS, "size": 3, **set_up}
        step = {"id": "talk", "kind": "listening", "title": {"nl": "Rond"}, "minutes": 5,
                "set": set_up}  # fmt: skip
        wishes = {"agenda": [step], "title": "Team", "ready": True}
        self.house, self.code = house, house.start("host", wishes, "nl").code
        house.move(self.code, "open", {"activity": "talk"})
        self.ids = itertools.count()
        self.room = Listening(**set_up)
        self.people: dict[str, Token] = {}
        for who in [f"p{n:02}" for n in range(n)]:
            self.comes(who)
            if self.room.find != "neighbour":
                self.by(who, "join")

    def comes(self, who: str) -> None:
        """A phone comes in."""
        self.people[who] = Token(who.encode().ljust(32, b"."))
        self.house.arrive(self.code, f"socket-{who}", self.people[who])

    def by(self, who: str, name: str, **fields: Any) -> AtDesk:
        """This person does this."""
        act = Act(f"{who}/{next(self.ids)}", name, fields)
        self.house.act(self.code, "talk", self.people[who], act, {})
        return self

    def go(self, name: str, **fields: Any) -> AtDesk:
        """Who leads does this, a second later."""
        self.house.clock.passes(1)
        self.house.move(self.code, name, fields)
        return self

    def waits(self, seconds: float) -> AtDesk:
        self.house.clock.passes(seconds)
        return self

    def own(self, who: str) -> Body:
        return self.house.own(self.code, self.people[who])

    def seen(self, audience: str) -> Body:
        return self.house.view(self.code, audience)[1]

    @property
    def parts(self) -> list[Body]:
        return self.seen("phone")["parts"]

    def to(self, turn: int, part: str, into: float = 1.0) -> AtDesk:
        """Go on to a part of a turn, by the clock that phones show."""
        begin = next(p["from"] for p in self.parts if (p["turn"], p["name"]) == (turn, part))
        self.house.clock.now = begin + into
        return self

    def who_is(self, role: str, turn: int) -> list[str]:
        return [who for who in self.people if self.own(who).get("roles", {turn: ""})[turn] == role]

    def all(self, role: str, turn: int, name: str, **fields: Any) -> AtDesk:
        """All who have this role in a turn do the same."""
        for who in self.who_is(role, turn):
            self.by(who, name, turn=turn, **fields)
        return self

    def sealed(self) -> Path:
        """The folder, once the session is closed, with a report as the server draws it."""
        drawn = Drawn(self.house)
        entered = self.house.find(self.code).entered
        self.house.archive = Archive(self.house.folder, report_of(drawn.faces, self.house.register))
        self.go("close", force=True).go("seal")
        self.doc = self.house.archive.read(entered.folder)
        self.csv = table(self.doc, "nl")
        return self.house.archive.home(entered.folder)
