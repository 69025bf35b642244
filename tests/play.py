"""Play a room without a server, in the language of the product.

vote = play(Vote(...), given=cards).by("an", "cast", choices={"a": 1}).move("show")
assert vote.screen["rows"][0]["dots"] == 1
"""

from __future__ import annotations

import hashlib
from typing import Any

from facilitator.domain.activity import (
    Act,
    Activity,
    Body,
    Destroy,
    Entry,
    Mine,
    Move,
    Put,
    Scene,
    Stage,
    Take,
    Touch,
)


class Play:
    """One activity with its people. Ids are made from who and where, so tests repeat."""

    def __init__(
        self, room: Activity, given: tuple[Body, ...] = (), present: int = 8, at: float = 1000.0
    ) -> None:
        self.room, self.given, self.present, self.at = room, given, present, at
        self.stage: Stage = room.start(Move("open", {"given": list(given)}, at=at))
        self.laid: dict[tuple[str, str], Entry] = {}
        self.about: dict[str, dict[str, str]] = {}
        self.acts = 0
        self.touched: set[str] = set()

    @property
    def scene(self) -> Scene:
        entries = tuple(sorted(self.laid.values(), key=lambda e: e.id))
        return Scene(self.stage, entries, self.given, self.present, self.at)

    def mine(self, who: str) -> Mine:
        slots = self.room.as_set(self.stage).slots()
        own = {slot: self.laid[who, slot] for slot in slots if (who, slot) in self.laid}
        seed = int.from_bytes(hashlib.sha256(who.encode()).digest()[:6], "big")
        return Mine(own, seed, self.about.get(who, {}))

    def by(self, who: str, act: str, **fields: Any) -> Play:
        """This person does this; a refusal is raised."""
        self.acts += 1
        for change in self.room.accept(
            self.scene, self.mine(who), Act(str(self.acts), act, fields)
        ):
            match change:
                case Put(slot, body):
                    self.laid[who, slot] = Entry(self.id_of(who, slot), body)
                case Take(slot):
                    self.laid.pop((who, slot), None)
                case Destroy(ids):
                    self.laid = {k: e for k, e in self.laid.items() if e.id not in ids}
                case Move(name, fields):
                    self.stage = self.room.move(self.stage, self.filled(name, fields))
                case Touch(ids):
                    self.touched |= set(ids)
        return self

    def filled(self, name: str, fields: Any) -> Move:
        """A move with what the desk fills in."""
        chairs = [{"id": e.id, **e.body} for e in self.scene.entries if e.body["what"] == "chair"]
        recorded = tuple(chairs) if name in self.room.groups_at else ()
        return Move(name, fields, at=self.at, seed=7, present=self.present, chairs=recorded)

    def id_of(self, who: str, slot: str) -> str:
        known = self.laid.get((who, slot))
        return known.id if known else hashlib.sha256(f"{who}/{slot}".encode()).hexdigest()[:16]

    def move(self, name: str, **fields: Any) -> Play:
        """The facilitator does this, ten seconds later."""
        self.at += 10
        self.stage = self.room.move(self.stage, self.filled(name, fields))
        return self

    def waits(self, seconds: float) -> Play:
        """Time goes by."""
        self.at += seconds
        return self

    def own(self, who: str) -> Body:
        return self.room.own(self.scene, self.mine(who))

    @property
    def phone(self) -> Body:
        return self.room.view(self.scene, "phone")

    @property
    def screen(self) -> Body:
        return self.room.view(self.scene, "screen")

    @property
    def console(self) -> Body:
        return self.room.view(self.scene, "console")

    @property
    def results(self):
        return self.room.results(self.scene)


def play(room: Activity, **setting: Any) -> Play:
    return Play(room, **setting)
