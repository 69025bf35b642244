"""Hands: I want to say something, too fast, I cannot hear it, I need help. Beside whatever goes on.

Who is here says it now: nothing of it is written down, and nothing is kept.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import ClassVar

from ..domain.activity import (
    Act,
    Activity,
    Audience,
    Body,
    Destroy,
    Mine,
    Outcome,
    Put,
    Refused,
    Scene,
    Take,
    Text,
    Touch,
)
from ..domain.results import Results
from ..domain.words import choice, only

HAND = "hand"
#: What goes away by itself: it is about this minute.
PASSING = ("faster", "slower", "louder")
SIGNALS = (HAND, "slower", "louder", "faster", "help")
SHOWN_FOR = 30.0  # seconds


@dataclass(frozen=True)
class HandUp(Activity):
    """A hand stays up until it is lowered, by whoever raised it or by who leads."""

    kind: ClassVar[str] = "hand_up"
    companion: ClassVar[Text] = {"nl": "Handen en seintjes", "en": "Hands and signals"}
    passing: ClassVar[bool] = True

    def slots(self) -> tuple[str, ...]:
        return SIGNALS

    # -- what people do

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        if mine.about.get("role") == "helper":
            return self.lower(scene, act)
        only(act.fields, "signal")
        signal = choice(act.fields, "signal", SIGNALS)
        match act.name:
            case "raise":
                return [Put(signal, self.raised(scene, mine, signal), lasting(signal))]
            case "lower":
                return [Take(signal)]
        raise Refused("unknown_act")

    def raised(self, scene: Scene, mine: Mine, signal: str) -> Body:
        """What lies there. Pressed once more, a hand keeps its turn."""
        side = "remote" if mine.about.get("side") == "remote" else "room"
        before = mine.body(signal) if signal not in PASSING else None
        return before or {"what": signal, "side": side, "since": scene.now}

    def lower(self, scene: Scene, act: Act) -> Outcome:
        """Whoever leads has seen it: one, or all of a sort."""
        if act.name != "seen":
            raise Refused("unknown_act")
        only(act.fields, "id", "signal")
        asked, signal = act.fields.get("id"), act.fields.get("signal")
        ids = tuple(e.id for e in scene.entries if e.id == asked or e.body["what"] == signal)
        return [Destroy(ids), Touch(ids)]

    # -- what is seen

    def view(self, scene: Scene, audience: Audience) -> Body:
        if audience == "phone":
            return {"signals": SIGNALS}
        hands = in_turn(scene)
        if audience == "screen":
            return {"remote": sum(hand["side"] == "remote" for hand in hands)}
        counts = Counter(e.body["what"] for e in scene.entries)
        return {
            "hands": hands,
            "calls": sorted(e.id for e in scene.entries if e.body["what"] == "help"),
            "counts": {signal: counts[signal] for signal in PASSING},
        }

    def own(self, scene: Scene, mine: Mine) -> Body:
        return {"raised": [signal for signal in SIGNALS if signal in mine.entries]}

    def results(self, scene: Scene) -> Results:
        return Results()


def lasting(signal: str) -> float:
    """For how many seconds a signal is shown; 0 is until it is lowered."""
    return SHOWN_FOR if signal in PASSING else 0.0


def in_turn(scene: Scene) -> list[Body]:
    """Hands in the order in which they speak: the longest up first, and one from afar and one from
    the room by turns, for from afar it is harder to come in."""
    hands = [e for e in scene.entries if e.body["what"] == HAND]
    hands.sort(key=lambda e: (e.body["since"], e.id))
    sides = [[e for e in hands if e.body["side"] == side] for side in ("remote", "room")]
    turns = [e for e in chain.from_iterable(zip_longest(*sides)) if e]
    return [{"id": e.id, "side": e.body["side"]} for e in turns]


ROOM = HandUp
