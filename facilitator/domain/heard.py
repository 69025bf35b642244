"""What a round of listening showed, all tables together; nothing that could point at anybody."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from .activity import Body, Scene
from .measures import interval, may_be_shown
from .results import Finding
from .tally import out_of_ten, spread

ANSWERS = ("right", "almost", "no")
VALUES = ("1", "2", "3", "4", "5")
TALLIES = ("open", "deeper", "closed", "leading", "advice", "silence", "interruption")
SIDES = ("room", "remote")


@dataclass(frozen=True)
class Heard:
    """The answers of a round. `beside`: with a neighbour, where each answer is a pair's."""

    scene: Scene
    beside: bool = False

    def answers(self, item: str, side: str = "") -> list[Body]:
        """The answers to one question, passes left out."""
        given = [b for b in self.scene.bodies(item) if b["value"] != "pass"]
        return [b for b in given if not side or b["side"] == side]

    def groups(self, bodies: list[Body]) -> int:
        """From how many groups these came. With a neighbour each answer is a pair's."""
        if self.beside:
            return len(bodies)
        return len({body["table"] for body in bodies})

    def heard_well(self, answers: list[Body]) -> int:
        """How many felt heard: four or five of five."""
        return sum(body["value"] in ("4", "5") for body in answers)

    def checks(self, what: str = "check") -> list[Body]:
        """What tellers said of the summaries, passes left out."""
        return [b for b in self.scene.bodies(what) if b["answer"] in ANSWERS]

    def mix(self) -> dict[str, int]:
        """What observers counted, all tables together."""
        counted: Counter[str] = Counter()
        for body in self.scene.bodies("tally"):
            counted.update({k: v for k, v in body["counts"].items() if k in TALLIES})
        return {what: counted[what] for what in TALLIES}

    def observed(self) -> list[Body]:
        """Turns in which somebody counted."""
        return [body for body in self.scene.bodies("tally") if any(body["counts"].values())]

    def asked(self) -> int:
        """In how many of these turns the observer heard: is that right?"""
        return sum("asked_right" in body["marks"] for body in self.observed())

    def panels(self) -> Body:
        """The four things to look at together; one without enough answers says so."""
        heard, checks = self.answers("heard"), self.checks()
        observed = self.observed()
        told: Body = {"heard": None, "summary": None, "mix": None}
        if may_be_shown(len(heard), self.groups(heard)):
            well = self.heard_well(heard)
            told["heard"] = {"of_ten": out_of_ten(well, len(heard)), "n": len(heard), "part": well}
        if may_be_shown(len(checks), self.groups(checks)):
            counts = spread((b["answer"] for b in checks), ANSWERS)
            told["summary"] = {"counts": counts, "n": len(checks),
                               "of_ten": out_of_ten(counts["right"], len(checks)),
                               "second": self.second_time()}  # fmt: skip
        if may_be_shown(sum(self.mix().values()), self.groups(observed)):
            told["mix"] = {"counts": self.mix(), "turns": len(observed)}
        return told

    def second_time(self) -> int | None:
        """How many were right the second time, when enough tried again."""
        again = self.checks("second")
        if not may_be_shown(len(again), self.groups(again)):
            return None
        return len([body for body in again if body["answer"] == "right"])

    def intervals(self) -> Body:
        """How sure the shares are, from 0 to 1: for the console."""
        panels, found = self.panels(), {}
        if heard := panels["heard"]:
            found["heard"] = interval(heard["part"], heard["n"])
        if summary := panels["summary"]:
            found["summary"] = interval(summary["counts"]["right"], summary["n"])
        return found

    def written(self) -> Body | None:
        """What became of the summaries that were written down, in counts alone."""
        decided = self.scene.bodies("verdict")
        if not may_be_shown(len(decided), self.groups(decided)):
            return None
        drafts = len({(body["turn"], body["table"]) for body in self.scene.bodies("written")})
        counts = Counter(body["answer"] for body in decided)
        kept = counts["right"] + counts["change"]
        return {"drafts": drafts, "right": counts["right"], "changed": counts["change"],
                "away": drafts - kept}  # fmt: skip

    def parity(self) -> list[Finding]:
        """Room and remote beside each other, only when both can be told."""
        found = []
        for side in SIDES:
            given = self.answers("heard", side)
            if not may_be_shown(len(given), self.groups(given)):
                return []
            counts = spread((b["value"] for b in given), VALUES)
            found.append(Finding(f"heard:{side}", counts, len(given)))
        return found

    def sides(self) -> list[Body]:
        """The same in two numbers each, for the console."""
        return [
            {"side": found.measure.split(":")[1], "n": found.n,
             "part": found.value["4"] + found.value["5"]}
            for found in self.parity()
        ]  # fmt: skip

    def spreads(self, items: tuple[str, ...]) -> list[Finding]:
        """How often each value was given, for every question with answers enough."""
        found = []
        for item in items:
            given = self.answers(item)
            if may_be_shown(len(given), self.groups(given)):
                counts = spread((b["value"] for b in given), VALUES)
                found.append(Finding(item, counts, len(given)))
        return found

    def findings(self, items: tuple[str, ...]) -> tuple[Finding, ...]:
        """All that is kept of it."""
        found, panels = self.spreads(items), self.panels()
        if summary := panels["summary"]:
            found.append(Finding("summary", summary["counts"], summary["n"]))
            if summary["second"] is not None:
                again = len(self.checks("second"))
                found.append(Finding("second_time", summary["second"], again))
        if mix := panels["mix"]:
            found.append(Finding("questions", mix["counts"], mix["turns"]))
        if may_be_shown(turns := len(self.observed()), self.groups(self.observed())):
            found.append(Finding("asked", self.asked(), turns))
        if written := self.written():
            found.append(Finding("written", written, written["drafts"]))
        return (*found, *self.parity())
