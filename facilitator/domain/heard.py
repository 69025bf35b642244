"""What a round of listening showed, all tables together; nothing that could point at anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from .activity import Body, Scene
from .measures import dispersion, interval, may_be_shown, rate
from .results import Finding
from .tally import out_of_ten, spread
from .taps import QUESTIONS, VALUES, offered

ANSWERS = ("right", "almost", "no")
SIDES = ("room", "remote")
#: What is a question among what observers count there.
REAL_QUESTIONS = ("open", "deeper", "closed", "leading")


@dataclass(frozen=True)
class Observed:
    """One turn at one table in which an observer tapped anything of what was offered there."""

    table: int
    turn: int
    offered: tuple[str, ...]
    counts: Counter[str] = field(default_factory=Counter)
    marks: set[str] = field(default_factory=set)

    def add(self, body: Body) -> None:
        """What one phone tapped. After a swap of roles there may be two at a table."""
        self.counts.update({k: v for k, v in body["counts"].items() if k in self.offered})
        self.marks.update(mark for mark in body["marks"] if mark in self.offered)


@dataclass(frozen=True)
class Heard:
    """The answers of a round. `beside`: with a neighbour, where nobody knows who sits with whom.
    `observer`: in which mode it was observed. `sums`: how often is summed up in a turn."""

    scene: Scene
    beside: bool = False
    observer: str = "full"
    sums: int = 1

    def answers(self, item: str, side: str = "") -> list[Body]:
        """The answers to one question, passes left out."""
        given = [b for b in self.scene.bodies(item) if b["value"] != "pass"]
        return [b for b in given if not side or b["side"] == side]

    def groups(self, bodies: list[Body]) -> int:
        """From how many groups these came at least. With a neighbour everybody tells once and
        answers once, so a pair gives two."""
        if self.beside:
            return len(bodies) // 2
        return len({body["table"] for body in bodies})

    def heard_well(self, answers: list[Body]) -> int:
        """How many felt heard: four or five of five."""
        return sum(body["value"] in ("4", "5") for body in answers)

    def checks(self, what: str = "check") -> list[Body]:
        """What tellers said of the summaries, passes left out."""
        return [b for b in self.scene.bodies(what) if b["answer"] in ANSWERS]

    def observed(self, *whats: str) -> list[Observed]:
        """Turns in which an observer tapped anything, and could tap one of these."""
        turns: dict[tuple[int, int], Observed] = {}
        for body in self.scene.bodies("tally"):
            place = (body["table"], body["turn"])
            turns.setdefault(place, Observed(*place, offered(self.observer, place[1]))).add(body)
        return [
            one for one in turns.values()
            if (one.marks or any(one.counts.values())) and {*whats} & {*one.offered}
        ]  # fmt: skip

    def tables(self, turns: list[Observed]) -> int:
        """At how many tables these turns were."""
        return len({one.table for one in turns})

    def asked(self) -> Finding | None:
        """In how many of the turns where it could be marked the observer heard: is that right?"""
        turns = self.observed("asked_right")
        if not may_be_shown(len(turns), self.tables(turns)):
            return None
        return Finding("asked", sum("asked_right" in one.marks for one in turns), len(turns))

    def interruptions(self) -> Finding | None:
        """How often somebody was interrupted, in the turns where that could be counted."""
        turns = self.observed("interruption")
        if not may_be_shown(len(turns), self.tables(turns)):
            return None
        return Finding("interruptions", sum(t.counts["interruption"] for t in turns), len(turns))

    def questions(self) -> Finding | None:
        """Which questions were asked, in the turns where these could be counted. What was never
        offered is no nought: it is left out. What it rests on are turns, however often was tapped
        in them."""
        turns = self.observed(*QUESTIONS)
        kinds = [what for what in QUESTIONS if any(what in one.offered for one in turns)]
        counts = {what: sum(one.counts[what] for one in turns) for what in kinds}
        if not may_be_shown(len(turns), self.tables(turns)):
            return None
        return Finding("questions", counts, len(turns))

    def added(self) -> Finding | None:
        """In how many of the turns whose summary was judged the teller had something to add: by
        *almost*, or by saying so. That is a good sign."""
        checks, added = self.checks(), self.scene.bodies("added")
        almost = [body for body in checks if body["answer"] == "almost"]
        if self.beside:  # who tapped both is not known there: no more than the larger one
            n, groups = len(checks), self.groups(checks)
            part = min(n, max(len(almost), len(added)))
        else:
            turns, adding = places([*checks, *added]), places([*almost, *added])
            n, part, groups = len(turns), len(adding), len({table for table, _ in turns})
        return Finding("added_after_summary", part, n) if may_be_shown(n, groups) else None

    def summed_up(self) -> list[Observed]:
        """Turns in which every sort of question could be counted, and that came so far."""
        came = places(self.checks())
        return [
            one for one in self.observed(*REAL_QUESTIONS)
            if {*REAL_QUESTIONS} <= {*one.offered}
            and ((one.table, one.turn) in came or any(one.counts[what] for what in REAL_QUESTIONS))
        ]  # fmt: skip

    def per_question(self) -> Finding | None:
        """How many summaries there were beside how many questions."""
        turns = self.summed_up()
        if not may_be_shown(len(turns), self.tables(turns)):
            return None
        again = places(self.scene.bodies("second"))
        summaries = sum(self.sums + ((one.table, one.turn) in again) for one in turns)
        questions = sum(one.counts[what] for one in turns for what in REAL_QUESTIONS)
        value = {"summaries": summaries, "questions": questions}
        return Finding("sum_per_question", value, len(turns))

    def dispersions(self) -> dict[str, float]:
        """How much what is counted by the turn differs more than by chance, for what is kept."""
        found, questions = {}, self.questions()
        if questions and "advice" in questions.value:
            found["advice"] = self.dispersion_of("advice", self.observed(*QUESTIONS))
        if self.interruptions():
            turns = self.observed("interruption")
            found["interruptions"] = self.dispersion_of("interruption", turns)
        return found

    def dispersion_of(self, what: str, turns: list[Observed]) -> float:
        """The same for one thing that was counted."""
        return dispersion([(one.table, one.counts[what]) for one in turns])

    def panels(self) -> Body:
        """The four things to look at together; one without enough answers says so."""
        heard, checks = self.answers("heard"), self.checks()
        questions, interruptions = self.questions(), self.interruptions()
        told: Body = {"heard": None, "summary": None, "mix": None}
        if may_be_shown(len(heard), self.groups(heard)):
            well = self.heard_well(heard)
            told["heard"] = {"of_ten": out_of_ten(well, len(heard)), "n": len(heard), "part": well}
        if may_be_shown(len(checks), self.groups(checks)):
            counts = spread((b["answer"] for b in checks), ANSWERS)
            told["summary"] = {"counts": counts, "n": len(checks),
                               "of_ten": out_of_ten(counts["right"], len(checks)),
                               "second": self.second_time()}  # fmt: skip
        if questions:
            told["mix"] = {"counts": questions.value, "turns": questions.n, "interruption": None}
            if interruptions:
                told["mix"]["interruption"] = {"n": interruptions.value, "turns": interruptions.n}
        return told

    def second_time(self) -> int | None:
        """How many were right the second time, when enough tried again."""
        again = self.checks("second")
        if not may_be_shown(len(again), self.groups(again)):
            return None
        return len([body for body in again if body["answer"] == "right"])

    def intervals(self) -> Body:
        """How sure every figure is, for the console: shares from 0 to 1, and how often a turn."""
        panels, found = self.panels(), Body()
        if heard := panels["heard"]:
            found["heard"] = interval(heard["part"], heard["n"])
        if summary := panels["summary"]:
            found["summary"] = interval(summary["counts"]["right"], summary["n"])
            if summary["second"] is not None:
                found["second"] = interval(summary["second"], len(self.checks("second")))
        if written := self.written():
            found["written"] = interval(written["changed"], written["drafts"])
        for name, finding in (("asked", self.asked()), ("added", self.added())):
            if finding:
                found[name] = interval(finding.value, finding.n)
        for finding in self.parity():
            found[finding.measure] = interval(finding.value["4"] + finding.value["5"], finding.n)
        return found | self.rates()

    def rates(self) -> Body:
        """The same of all that is counted by the turn."""
        found, wide = Body(), self.dispersions()
        if questions := self.questions():
            turns = self.observed(*QUESTIONS)
            found["questions"] = {
                what: rate(n, questions.n, dispersion=self.dispersion_of(what, turns))
                for what, n in questions.value.items()
            }
        if often := self.interruptions():
            found["interruptions"] = rate(often.value, often.n, dispersion=wide["interruptions"])
        if sums := self.per_question():
            wider = dispersion([
                (one.table, sum(one.counts[what] for what in REAL_QUESTIONS))
                for one in self.summed_up()
            ])  # fmt: skip
            asked, of = sums.value["questions"], sums.value["summaries"]
            found["sum_per_question"] = rate(asked, of, dispersion=wider)
        return found

    def beyond(self) -> Body:
        """What only the console and the report tell: each as it is kept, if it is."""
        found = {"asked": self.asked(), "added": self.added(), "per_question": self.per_question()}
        return {name: one and {"value": one.value, "n": one.n} for name, one in found.items()}

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
        observed = (self.questions(), self.interruptions(), self.asked(), self.added(),
                    self.per_question())  # fmt: skip
        found += [one for one in observed if one]
        if written := self.written():
            found.append(Finding("written", written, written["drafts"]))
        return (*found, *self.parity())


def places(bodies: Iterable[Body]) -> set[tuple[int, int]]:
    """At which table and in which turn these were laid."""
    return {(body["table"], body["turn"]) for body in bodies}
