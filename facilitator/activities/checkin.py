"""Check-in: one tap to arrive. Nothing is discussed, passing is always possible."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from ..domain.about import SIDES, side_of
from ..domain.activity import (
    Act,
    Activity,
    Audience,
    Body,
    Mine,
    Move,
    Outcome,
    Put,
    Refused,
    Scene,
    Stage,
    Take,
    Text,
)
from ..domain.breath import must_be_a_breath, paced
from ..domain.results import Finding, Results
from ..domain.tally import enough, spread, turnout
from ..domain.words import choice, only, sentence

ENERGY: tuple[Body, ...] = (
    {"id": "1", "name": {"nl": "Leeg", "en": "Empty"}},
    {"id": "2", "name": {"nl": "Laag", "en": "Low"}},
    {"id": "3", "name": {"nl": "Gaat", "en": "Okay"}},
    {"id": "4", "name": {"nl": "Goed", "en": "Good"}},
    {"id": "5", "name": {"nl": "Vol", "en": "Full"}},
)
#: The two questions there may be: each has a slot, a sort of entry and a finding of its own, so
#: that nothing joins what one person said to both.
SCALES = ("tap", "second")
MEASURES = {"tap": "values", "second": "second"}
WHAT_A_SECOND_HAS = {"name", "question", "values"}


@dataclass(frozen=True)
class Checkin(Activity):
    """One value out of a few, with a word if the set-up asks for one."""

    kind: ClassVar[str] = "checkin"

    values: tuple[Body, ...] = ENERGY
    word: bool = False
    hint: Text = field(default_factory=dict)
    before_listening: bool = False  # low energy is told to the console, with what helps
    breath: Body = field(default_factory=dict)  # then offered there: a breath for the whole room
    shorter: Text = field(default_factory=dict)  # then said there: where a shorter form is chosen
    shortens: bool = False  # then one tap there makes the round that takes this outcome shorter
    name: Text = field(default_factory=dict)  # what the question is called beside a second one
    second: Body = field(default_factory=dict)  # a second question: its name, question and values
    sides: bool = False  # people may say where they are, with one more tap

    def __post_init__(self) -> None:
        if self.breath:
            must_be_a_breath(self.breath)
        if self.second and set(self.second) != WHAT_A_SECOND_HAS:
            raise ValueError("a second question has name, question and values")

    @property
    def brings(self) -> frozenset[str]:
        return frozenset({"breath"}) if self.breath else super().brings

    @property
    def phases(self) -> tuple[str, ...]:
        return ("ask", "result")

    def slots(self) -> tuple[str, ...]:
        return self.scales()

    def scales(self) -> tuple[str, ...]:
        """The questions there are."""
        return SCALES if self.second else SCALES[:1]

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        if scene.stage.locked:
            raise Refused("answering_is_over")
        match act.name:
            case "choose":
                only(act.fields, "value", "word", "scale")
                scale = self.scale_in(act)
                value = choice(act.fields, "value", (*self.ids(scale), "pass"))
                asked = self.word and scale == "tap"
                word = sentence(act.fields, "word", 30, needed=False) if asked else ""
                body = {"what": scale, "value": value, "word": word}
                return [Put(scale, body | ({"side": self.side(mine)} if self.sides else {}))]
            case "undo":
                only(act.fields, "scale")
                return [Take(self.scale_in(act))]
            case "where" if self.sides:
                only(act.fields, "side")
                side = choice(act.fields, "side", SIDES)
                laid = [(scale, mine.body(scale)) for scale in self.scales()]
                if not any(body for _, body in laid):
                    raise Refused("choose_one_first")
                return [Put(scale, {**body, "side": side}) for scale, body in laid if body]
        raise Refused("unknown_act")

    def scale_in(self, act: Act) -> str:
        """Which question an act is about: the first, unless it says otherwise."""
        return choice({"scale": act.fields.get("scale", "tap")}, "scale", self.scales())

    def side(self, mine: Mine) -> str:
        """Where this person is: as they said here, or else as their phone keeps it; "" when
        neither says. Then they count as in the room, so that nobody is left over to be worked out
        from the rest."""
        said = (str((mine.body(scale) or {}).get("side", "")) for scale in self.scales())
        told = next((side for side in said if side), "")
        return told or (side_of({}, mine.about) if mine.about.get("side") in SIDES else "")

    def values_of(self, scale: str) -> tuple[Body, ...]:
        """What can be answered to a question."""
        return self.values if scale == "tap" else tuple(self.second["values"])

    def ids(self, scale: str = "tap") -> tuple[str, ...]:
        """The values one can choose."""
        return tuple(value["id"] for value in self.values_of(scale))

    def move(self, stage: Stage, move: Move) -> Stage:
        if move.name in ("breathe", "settle") and self.breath and stage.shown:
            only(move.fields)
            return stage.note(breath=move.at if move.name == "breathe" else 0.0)
        if move.name in ("shorten", "as_planned") and self.shortens and stage.shown:
            only(move.fields)
            return stage.note(shortened=move.name == "shorten")
        return super().move(stage, move)

    def enter(self, stage: Stage, phase: str, move: Move) -> Stage:
        return super().enter(stage, phase, move).note(breath=0.0)

    # -- what is seen

    def counts(self, scene: Scene, scale: str, side: str = "") -> dict[str, int]:
        """How often each value was chosen, by everybody or on one side."""
        taps = scene.bodies(scale)
        here = [tap for tap in taps if not side or (tap.get("side") or SIDES[0]) == side]
        return spread((tap["value"] for tap in here), self.ids(scale))

    def series(self, scene: Scene, scale: str) -> list[Body]:
        """How a question was answered, if enough did: by all; or before and now, where an earlier
        item asked the same; or on each side, where both have enough."""
        now = self.counts(scene, scale)
        if not enough(sum(now.values())):
            return []
        if before := self.earlier(scene, scale):
            return [told("before", before), told("after", now)]
        sides = [told(side, self.counts(scene, scale, side)) for side in SIDES]
        if self.sides and all(enough(one["n"]) for one in sides):
            return sides
        return [told("all", now)]

    def earlier(self, scene: Scene, scale: str) -> dict[str, int]:
        """What an earlier item handed on of the same question; nothing where it was another."""
        for given in scene.given:
            counts = given.get("counts", {})
            if given.get("scale") == scale and set(counts) == set(self.ids(scale)):
                return dict(counts) if enough(sum(counts.values())) else {}
        return {}

    def view(self, scene: Scene, audience: Audience) -> Body:
        counts = self.counts(scene, "tap")
        answers, shown = sum(counts.values()), scene.stage.shown
        seen: Body = {
            "phase": scene.stage.phase,
            "question": self.question,
            "values": self.values,
            "second": self.second,
            "sides": self.sides,
            "word": self.word,
            "turnout": turnout(self.answered(scene), scene.present),
            "locked": scene.stage.locked,
            "shown": shown,
            "enough": enough(self.answered(scene)),
            "has_field": self.word,
        }
        if shown:
            seen["scales"] = [self.seen_of(scene, scale) for scale in self.scales()]
            seen["words"] = []
        if shown and enough(answers):
            seen |= {"counts": counts, "n": answers, "words": self.words(scene)}
            if self.before_listening and audience == "console":
                seen["low"] = self.is_low(counts, answers)
                seen |= {"offers": bool(self.breath), "shorter": self.shorter}
                seen |= {"shortens": self.shortens, "shortened": self.shortened(scene)}
        if shown and scene.stage.data.get("breath"):
            seen["breath"] = paced(self.breath, scene.stage.data["breath"])
        return seen

    def answered(self, scene: Scene) -> int:
        """How many answered the question that most have answered."""
        return max(sum(self.counts(scene, scale).values()) for scale in self.scales())

    def seen_of(self, scene: Scene, scale: str) -> Body:
        """One question with how it was answered."""
        asked = self.question if scale == "tap" else self.second["question"]
        name = self.name if scale == "tap" else self.second["name"]
        return {"scale": scale, "name": name or asked, "question": asked,
                "options": self.values_of(scale), "series": self.series(scene, scale)}  # fmt: skip

    def is_low(self, counts: dict[str, int], answers: int) -> bool:
        """Whether the middle answer is among the two lowest, or more than 40 % are."""
        lowest = sum(counts[value] for value in self.ids()[:2])
        return 2 * lowest > answers or lowest > 0.4 * answers

    def shortened(self, scene: Scene) -> bool:
        """Whether whoever leads asked for a shorter round."""
        return bool(scene.stage.data.get("shortened"))

    def words(self, scene: Scene) -> list[str]:
        """The words people gave, once there are enough to hide among."""
        given = [tap["word"] for tap in scene.bodies("tap") if tap["word"]]
        return given if enough(len(given)) else []

    def own(self, scene: Scene, mine: Mine) -> Body:
        chosen = {scale: (mine.body(scale) or {}).get("value", "") for scale in self.scales()}
        now = next((scale for scale, value in chosen.items() if not value), "")
        mine_too: Body = {"side": self.side(mine)} if self.sides else {}
        return {"value": chosen["tap"], "second": chosen.get("second", ""), "now": now,
                "locked": scene.stage.locked, **mine_too}  # fmt: skip

    # -- what is kept

    def results(self, scene: Scene) -> Results:
        findings = [found for scale in self.scales() for found in self.found(scene, scale)]
        if not findings:
            return Results()
        facts: Body = {"words": sorted(self.words(scene)), "values": keyed(self.values)}
        if self.second:
            values = keyed(tuple(self.second["values"]))
            facts["second"] = {**self.second, "values": values}
            facts["name"] = self.name
        return Results(findings=tuple(findings), facts=facts)

    def found(self, scene: Scene, scale: str) -> list[Finding]:
        """The counts of one question; those of before and of each side have names of their own."""
        series, measure = self.series(scene, scale), MEASURES[scale]
        if not series:
            return []
        now = self.counts(scene, scale)
        more = [one for one in series if one["name"] in ("before", *SIDES)]
        parts = [Finding(f"{measure}:{one['name']}", one["counts"], one["n"]) for one in more]
        return [Finding(measure, now, sum(now.values())), *parts]

    def gives(self, scene: Scene) -> tuple[Body, ...]:
        """What a later measurement may show beside its own: counts, where enough answered. And
        that a round is to be shorter, where that was asked."""
        counted = {scale: self.counts(scene, scale) for scale in self.scales()}
        wish: tuple[Body, ...] = ({"shorter": True},) if self.shortened(scene) else ()
        return wish + tuple(
            {"scale": scale, "counts": counts}
            for scale, counts in counted.items()
            if enough(sum(counts.values()))
        )


def told(name: str, counts: dict[str, int]) -> Body:
    """One row of counts by its name."""
    return {"name": name, "counts": counts, "n": sum(counts.values())}


def keyed(values: tuple[Body, ...]) -> list[Body]:
    """Values as they are kept: a key named id would be dropped."""
    return [{"key": value["id"], "name": value["name"]} for value in values]


ROOM = Checkin
