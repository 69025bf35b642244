"""What a facilitator chooses of a round until people talk: with whom, how long, about what, and the rest."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from . import settings, taps
from .activity import Activity, Body, Move, Refused, Stage
from .answering import SUMMARY_MODES, Answering
from .dividing import sharing
from .planned import PRESETS
from .words import choice, only, sentence

CONTRAST = 90.0  # seconds in which listening is done wrong first, when it is asked for
#: What a facilitator may set until people talk: the button, and what it makes of the field.
CHOICES: settings.Choices = {
    "find": {"neighbour": "neighbour", "table": "table", "remote": "remote"},
    "asks": {"none": (), "team": ("team",)},
    "remote_policy": {"together": "remote_with_remote", "mixed": "mixed_buddy"},
    "size": {"2": 2, "3": 3},
    "preset": {name: name for name in PRESETS},
    "time_factor": {"1": 1.0, "1.25": 1.25, "1.5": 1.5},
    "observer": {mode: mode for mode in taps.MODES},
    "summary_mode": {mode: mode for mode in SUMMARY_MODES},
    "share": {"none": False, "offer": True},
    "sync": {"room": "room", "group": "group"},
    "contrast": {"off": 0.0, "on": CONTRAST},
    "mnemonics": {"off": False, "on": True},
    "interview": {"off": False, "on": True},
}
#: The three forms that a facilitator sees first, and what each of them sets.
FORMS: Mapping[str, Mapping[str, str]] = {
    "neighbour": {"find": "neighbour", "size": "2"},
    "two": {"find": "table", "size": "2"},
    "three": {"find": "table", "size": "3"},
}
SIZES = {2: "two", 3: "three"}
#: What a round becomes where a room with little energy asked for a shorter one.
SHORTER: Mapping[str, str] = {"diep": "standaard", "standaard": "kort", "kort": "vloer"}
#: Before there are tables the form may still change.
FIRST = ("ready", "optin")
FIXED_BY_TABLES = {"size", "find", "asks", "remote_policy"}
LONGEST_QUESTION = 120


@dataclass(frozen=True)
class Choosing(Answering):
    """A round in the form that was chosen for it."""

    def start(self, move: Move) -> Stage:
        """As the format says; one step shorter where an earlier item hands that on."""
        stage = super().start(move)
        asked = any(given.get("shorter") for given in move.fields.get("given", ()))
        if asked and self.preset in SHORTER:
            return self.chosen(stage, Move("set", {"preset": SHORTER[self.preset]}, at=move.at))
        return stage

    def chosen(self, stage: Stage, move: Move) -> Stage:
        """What the facilitator chose instead of what the format says. Tables that stand keep
        their form."""
        move = self.spelled_out(move)
        if stage.phase not in FIRST and FIXED_BY_TABLES & set(move.fields):
            raise Refused("too_late_for_that")
        found = settings.chosen(stage, move, CHOICES)
        if "preset" in move.fields:  # its lengths hold, whatever those of the format are
            found = found.note(set={**found.data["set"], "lengths": {}})
        room = settings.effective(self, found)
        longer = stage.data.get("set_longer", 0.0) + room.lasts() - self.lasts()
        first = room.phases[0] if stage.phase in FIRST else stage.phase
        return found.note(set_longer=longer).to(phase=first)

    def spelled_out(self, move: Move) -> Move:
        """One of the forms, as what it sets. Who are all elsewhere stay so."""
        if set(move.fields) != {"form"}:
            return move
        form = choice(move.fields, "form", tuple(FORMS))
        fields = dict(FORMS[form])
        if self.find == "remote" and form != "neighbour":
            fields["find"] = "remote"
        return dataclasses.replace(move, fields=fields)

    def asked(self, stage: Stage, move: Move) -> Stage:
        """Another question. The ways to begin that a format gives are of its own question."""
        only(move.fields, "text")
        text = sentence(move.fields, "text", LONGEST_QUESTION)
        said = {"question": {"nl": text, "en": text}, "prompts": ()}
        return stage.note(set={**stage.data.get("set", {}), **said})

    def as_set(self, stage: Stage) -> Activity:
        return settings.effective(self, stage)

    def form(self, stage: Stage) -> Body:
        """In which form this round is held."""
        return {
            "prompts": self.prompts,
            "turns": self.rounds,
            "shares": sorted({self.rounds, *sharing(stage).values()}),
            "preset": self.preset,
            "presets": {name: self.minutes_of(name) for name in PRESETS},
            "observer": self.observer,
            "offered": taps.offered_in(self.observer, self.rounds),
            "summary_mode": self.summary_mode,
            "share": self.share,
            "mnemonics": self.mnemonics,
            "interview": self.interview,
            "contrast": self.badly,
            "sync": "group" if self.own_pace else "room",
            "set": {
                **settings.pressed(self, CHOICES),
                "time_factor": f"{self.slower:g}",
                "form": "neighbour" if self.find == "neighbour" else SIZES[self.size],
            },
        }
