"""Listening: tell, sum up, *is that right?*, ask on, in pairs and trios with rotating roles.

What is told is kept nowhere. Only what the teller confirms goes further.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..domain import harvest, hints, lines, reaching, settings, summaries, taps
from ..domain.activity import (
    Act,
    Activity,
    Audience,
    Body,
    Entry,
    Mine,
    Move,
    Outcome,
    Put,
    Refused,
    Scene,
    Stage,
    Take,
    Text,
    Touch,
)
from ..domain.chairs import Table
from ..domain.clocks import NOT_TOLD_YET
from ..domain.course import MOST_OWN_TURNS, Course
from ..domain.dividing import sharing
from ..domain.gathering import NEXT, Answer
from ..domain.harvest import Harvest
from ..domain.heard import ANSWERS, Heard
from ..domain.laps import laid_now, lap, mine_of_now, next_lap, of_now
from ..domain.own_pace import TRIES
from ..domain.planned import PRESETS, must_be
from ..domain.results import Results
from ..domain.seating import Seating
from ..domain.seats import END
from ..domain.sharing import LEADER, SHARED, phone_of
from ..domain.tables import whole
from ..domain.trend import Figure, Trend
from ..domain.turns import LISTENER, OBSERVER, TELLER
from ..domain.words import choice, only, sentence

MOST_PROMPTS = 3
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
    "summary_mode": {"spoken": "spoken", "note": "note", "written": "written"},
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
#: Before there are tables the form may still change.
FIRST = ("ready", "optin")
FIXED_BY_TABLES = {"size", "find", "asks", "remote_policy"}
LONGEST_QUESTION = 120
#: What goes with a talk when it is begun once more.
UNTOLD: Body = {
    "tip": None, "nudge": None, "panel": 0, "harvest_on": False, "page": 0, "parked": {},
    "removed": {},
}  # fmt: skip
#: What changes the figures that the room looks at together.
COUNTED = ("check", "added", "heard", "tally", "undo")
#: What becomes of a summary that was written down, while people talk.
WRITTEN = ("draft", "verdict")
#: What the large button does next.
STEPS: Mapping[str, Text] = {
    **NEXT, "ready": NEXT["gather"], "talk": {"nl": "Volgende stap", "en": "Next step"},
}  # fmt: skip
#: The same while each table goes at its own pace: there is no next step for all.
LOOK_TOGETHER: Text = {"nl": "Samen terugkijken", "en": "Look back together"}

#: What may be followed from one round to the next, and what makes rounds differ in form.
TREND = Trend(
    (
        Figure("heard", "heard", ("4", "5")),
        Figure("summary", "summary", ("right",)),
        Figure("asked", "asked"),
        Figure("open", "questions", ("open", "deeper"), of=taps.QUESTIONS[:5]),
        Figure("advice", "questions", ("advice",), rate=True),
    ),
    form=("size", "preset", "observer"),
)


@dataclass(frozen=True)
class Listening(Course):
    """Turns in which one tells, one listens and one observes, on one clock for the room or each
    table at its own pace."""

    kind: ClassVar[str] = "listening"
    trend: ClassVar[Trend] = TREND
    types: ClassVar[bool] = True
    cards_on_a_sheet: ClassVar[int] = 4
    fleeting: ClassVar[frozenset[str]] = frozenset({"line", "draft", "tip_wanted"})

    observer: str = "light"
    items: tuple[str, ...] = ()  # what is asked of who told; none: what fits the preset
    summary_mode: str = "spoken"
    share: bool = False
    prompts: tuple[Text, ...] = ()
    mnemonics: bool = True
    interview: bool = False  # the listener begins with a question

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.size not in (2, 3):
            raise ValueError("size is 2 or 3")
        if not set(self.items) <= set(taps.ITEMS):
            raise ValueError("an item that does not exist")

    def must_make_sense(self) -> None:
        super().must_make_sense()
        must_be("observer", self.observer, tuple(taps.MODES))
        must_be("summary_mode", self.summary_mode, tuple(CHOICES["summary_mode"]))
        for name in ("share", "interview"):
            if not isinstance(getattr(self, name), bool):
                raise ValueError(f"{name} is true or false")
        if len(self.prompts) > MOST_PROMPTS:
            raise ValueError(f"at most {MOST_PROMPTS} prompts")

    @property
    def phases(self) -> tuple[str, ...]:
        if self.find == "neighbour":
            return ("ready", "talk", "debrief")
        return ("optin", "gather", "talk", "debrief")

    @property
    def scales(self) -> tuple[str, ...]:
        """What is asked of who told, on the scale of five."""
        return self.items or taps.ASKED[self.preset]

    def slot(self, what: str, turn: int) -> str:
        """Where an answer lies: one a turn. With a neighbour nobody knows who tells, but everybody
        does so once: there it is one in all, and a later one replaces it."""
        return what if self.find == "neighbour" else f"{what}.{turn}"

    def slots(self) -> tuple[str, ...]:
        if self.find == "neighbour":
            return ("chair", "help", "check", "added", *taps.ITEMS)
        by_turn = ("check", "added", "second", "tally", "pass", "draft", "written", "verdict",
                   "harvest", "wanted", *taps.ITEMS)  # fmt: skip
        turns = range(MOST_OWN_TURNS)  # at a table that shares the time each has one
        answers = [f"{what}.{n}" for n in turns for what in by_turn]
        return ("chair", "help", *answers, *(slot for n in turns for slot in lines.slots(n)))

    # -- what people do

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        if (room := settings.effective(self, scene.stage)) is not self:
            return room.accept(scene, mine, act)
        scene, mine = of_now(scene), mine_of_now(mine, scene.stage)
        return laid_now(self.answered(scene, mine, act), scene.stage)

    def answered(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        """What an act changes, in the talk that is on."""
        if act.name in COUNTED and self.was_seen(scene):
            raise Refused("answering_is_over")
        if act.name in WRITTEN and self.is_over(scene.stage, scene.now):
            raise Refused("answering_is_over")
        match act.name if self.find == "neighbour" else "":
            case "check":
                return self.check_beside(scene, act)
            case "added":
                return [self.addition(scene, act)]
            case "heard":
                return [self.rating(scene, act)]
            case "undo":
                return [self.taken_back(scene, act)]
        return super().accept(scene, mine, act)

    def was_seen(self, scene: Scene) -> bool:
        """Whether the room looked at figures: one more answer would then be seen in them, also
        when it went back to the talk since."""
        looked = lap(scene.stage) in scene.stage.data.get("looked", ())
        return bool(looked and self.measured(scene).findings(taps.ITEMS))

    def answers(self) -> dict[str, Answer]:
        return super().answers() | {
            "well": self.all_well, "check": self.check, "heard": self.heard, "tally": self.tally, "pass": self.pass_on,
            "tell_after_all": self.tell_after_all, "undo": self.undo,
            "draft": self.draft, "verdict": self.verdict, "line": self.line,
            "added": self.added, "tip_wanted": self.tip_wanted,
        }  # fmt: skip

    def all_well(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The answer to *is all well?*, for the whole table. If it is not, they ask for help."""
        only(act.fields)
        table = self.my_table(scene, chair)
        if table is None or not hints.asks_if_well(scene.stage, table.number):
            raise Refused("nothing_to_answer_here")
        return [Move("well", {"table": table.number}), Touch(table.people)]

    # -- what people do while they talk

    def my_turn(self, scene: Scene, chair: str, role: str, act: Act) -> tuple[int, Table]:
        """The turn for which an act is meant, if I have this role in it, or Refused."""
        if scene.stage.phase != "talk":
            raise Refused("answering_is_over")
        now = self.my_moment(scene, chair)[0]
        turn = whole(act.fields.get("turn", min(now, self.turns_of(scene, chair) - 1)))
        seating, table = self.at_turn(scene, chair, turn)
        if table is None or turn > now:
            raise Refused("not_open_yet")
        roles = seating.roles(table, (turn, END))
        if role not in (does for one, does in roles.items() if phone_of(one) == chair):
            raise Refused("not_your_role")
        return turn, table

    def check(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller says whether the summary is right; after *almost* or *no* once more."""
        only(act.fields, "answer", "turn")
        answer = choice(act.fields, "answer", (*ANSWERS, "pass"))
        turn, table = self.my_turn(scene, chair, TELLER, act)
        here, part = self.moment(scene, table.number), self.part(scene, table.number)
        if turn == here[0] and part in NOT_TOLD_YET:
            raise Refused("not_open_yet")
        first, past = mine.body(f"check.{turn}"), turn < here[0]
        tried = is_not_right((first or {}).get("answer"))
        # At its own pace a table tries at once; on one clock that comes in the next part.
        again = tried and (self.own_pace or past or part not in ("sum", "check"))
        if past and first and (not again or mine.body(f"second.{turn}")):
            raise Refused("too_late_for_that")
        body = {"what": "check", "turn": turn, "table": table.number, "answer": answer}
        if again:
            return [Put(f"second.{turn}", {**body, "what": "second"}), Touch(table.people)]
        more: Outcome = []
        longer = self.own_pace and not past and not tried and part in TRIES
        if longer and is_not_right(answer):
            more = [Move("again", {"table": table.number})]
        return [Put(f"check.{turn}", body), *more, Touch(table.people)]

    def check_beside(self, scene: Scene, act: Act) -> Outcome:
        """With a neighbour nobody knows who tells: whoever told answers, once in all."""
        only(act.fields, "answer", "turn")
        answer = choice(act.fields, "answer", (*ANSWERS, "pass"))
        if scene.stage.phase != "talk":
            raise Refused("answering_is_over")
        return [Put("check", {"what": "check", "turn": 0, "table": 0, "answer": answer})]

    def added(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller adds something to the summary, aloud. That it was so is counted; what, is
        kept nowhere."""
        turn, table = self.my_turn(scene, chair, TELLER, act)
        here, part = self.moment(scene, table.number), self.part(scene, table.number)
        if turn == here[0] and part in NOT_TOLD_YET:
            raise Refused("not_open_yet")
        return [self.addition(scene, act, turn, table.number)]

    def addition(self, scene: Scene, act: Act, turn: int = 0, table: int = 0) -> Put:
        """That something was added, while there is a talk."""
        only(act.fields, "answer", "turn")
        choice({"answer": "yes", **act.fields}, "answer", ("yes",))
        if scene.stage.phase != "talk":
            raise Refused("answering_is_over")
        return Put(self.slot("added", turn), {"what": "added", "turn": turn, "table": table})

    def tip_wanted(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The listener says whether a tip is welcome. It reaches the table, and outlives no talk."""
        only(act.fields, "answer", "turn")
        answer = choice(act.fields, "answer", ("yes", "no"))
        turn, table = self.my_turn(scene, chair, LISTENER, act)
        if turn != self.moment(scene, table.number)[0]:
            raise Refused("too_late_for_that")
        if "fb" not in self.parts_now(scene, table.number):
            raise Refused("not_open_yet")
        body = {"what": "tip_wanted", "turn": turn, "table": table.number, "answer": answer}
        return [Put(f"wanted.{turn}", body), Touch(table.people)]

    def heard(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller says how it was to be listened to. Nobody at the table sees it."""
        turn = self.told_turn(scene, chair, act)
        seating, table = self.at_turn(scene, chair, turn)
        side = seating.chairs[chair]["side"]
        return [self.rating(scene, act, turn, table.number if table else 0, side)]

    def undo(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller goes back to a question, to answer it anew."""
        return [self.taken_back(scene, act, self.told_turn(scene, chair, act))]

    def told_turn(self, scene: Scene, chair: str, act: Act) -> int:
        """The turn that an answer is about: one in which I told, the last one unless it says."""
        turns = range(self.turns_of(scene, chair))
        told = [n for n in turns if self.told_in(scene, chair, n)]
        turn = whole(act.fields.get("turn", told[-1] if told else 0))
        if turn not in told:
            raise Refused("not_your_role")
        return turn

    def rating(
        self, scene: Scene, act: Act, turn: int = 0, table: int = 0, side: str = "room"
    ) -> Put:  # fmt: skip
        """One answer on the scale of five, while there is a talk."""
        if scene.stage.phase != "talk":
            raise Refused("answering_is_over")
        body = taps.rated(act, self.scales, turn, table, side)
        return Put(self.slot(body["what"], turn), body)

    def taken_back(self, scene: Scene, act: Act, turn: int = 0) -> Take:
        """An answer on the scale is taken back, while there is a talk."""
        only(act.fields, "item", "turn")
        if scene.stage.phase != "talk":
            raise Refused("answering_is_over")
        return Take(self.slot(choice(act.fields, "item", self.scales), turn))

    def told_in(self, scene: Scene, chair: str, turn: int) -> bool:
        """Whether I told in a turn that has come to its check."""
        here, (seating, table) = self.my_moment(scene, chair), self.at_turn(scene, chair, turn)
        part = self.part(scene, table.number if table else 0)
        if turn > here[0] or (turn == here[0] and part in ("contrast", "land")):
            return False
        teller = seating.teller(table, turn) if table else None
        return teller is not None and phone_of(teller) == chair

    def tally(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The observer counts what the listener does. It reaches the listener, and is summed for
        the whole room; it says nothing of a person."""
        turn, table = self.my_turn(scene, chair, OBSERVER, act)
        put = taps.counted(mine, act, turn, table.number, self.observer)
        roles = self.at_turn(scene, chair, turn)[0].roles(table, (turn, END))
        listeners = tuple(one for one, role in roles.items() if role == LISTENER)
        return [put, Touch(listeners)]

    def pass_on(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller lets the turn go by; it is offered once more at the end."""
        only(act.fields, "turn")
        turn, table = self.my_turn(scene, chair, TELLER, act)
        here, part = self.moment(scene, table.number), self.part(scene, table.number)
        if turn != here[0] or part not in NOT_TOLD_YET:
            raise Refused("too_late_for_that")
        teller = self.at_turn(scene, chair, turn)[0].teller(table, turn)
        passed = {"what": "pass", "turn": turn, "chair": teller, "lap": lap(scene.stage)}
        return [Put(f"pass.{turn}", passed), Touch(self.all_if_mixed(scene, table.people))]

    def tell_after_all(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """Who let this turn go by tells in it after all, while it is still being told."""
        only(act.fields)
        turn, table = self.my_moment(scene, chair)[0], self.my_table(scene, chair)
        if table is None or mine.body(f"pass.{turn}") is None:
            raise Refused("nothing_to_answer_here")
        if self.part(scene, table.number) not in NOT_TOLD_YET:
            raise Refused("too_late_for_that")
        return [Take(f"pass.{turn}"), Touch(self.all_if_mixed(scene, table.people))]

    def draft(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The listener writes the summary down, for the teller alone."""
        if self.summary_mode == "spoken":
            raise Refused("nothing_to_answer_here")
        return summaries.drafted(scene, act, *self.my_turn(scene, chair, LISTENER, act))

    def verdict(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller decides what becomes of it."""
        turn, table = self.my_turn(scene, chair, TELLER, act)
        return summaries.decided(scene, act, turn, table, self.share)

    def line(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """Who writes at a table that types says something."""
        only(act.fields, "text", "turn")
        if scene.stage.phase != "talk":
            raise Refused("answering_is_over")
        turn = self.my_moment(scene, chair)[0]
        seating, table = self.at_turn(scene, chair, turn)
        over = turn >= self.turns_of(scene, chair)
        if over or table is None or not seating.types(table):
            raise Refused("nothing_to_answer_here")
        if whole(act.fields.get("turn", turn)) != turn:
            raise Refused("too_late_for_that")
        role = seating.roles(table, (turn, END)).get(chair, "")
        if not self.parts_now(scene, table.number) & set(lines.parts_of(role)):
            raise Refused("not_your_role")
        return lines.said(scene, mine, act, turn, table, role)

    # -- what the facilitator does

    def move(self, stage: Stage, move: Move) -> Stage:
        if (room := settings.effective(self, stage)) is not self:
            return room.move(stage, move)
        if stage.phase == "talk" and (changed := self.timed(stage, move)):
            return self.in_step(stage, changed, move)
        match move.name:
            case "again" | "waits" | "waited":
                return self.by_group(stage, move)
            case "well":
                return hints.well(stage, move)
            case "preset" | "set" if stage.phase in (*FIRST, "gather"):
                return self.chosen(stage, move)
            case "ask" if stage.phase in (*FIRST, "gather"):
                return self.asked(stage, move)
            case "mix" | "unmix" if stage.phase == "talk" and self.find != "neighbour":
                if self.own_pace:
                    raise Refused("own_pace")
                if {str(move.fields.get(name)) for name in ("table", "with")} & {*sharing(stage)}:
                    raise Refused("shares_the_time")
                return self.mix(stage, move)
            case "stop":
                return self.ended_calmly(stage, move)
            case "back" if stage.data.get("called_off"):
                again = Activity.enter(self, stage, stage.data["called_off"], move)
                return again.note(called_off="")
            case "panel":
                return stage.note(panel=min(harvest.LAST_PANEL, whole(move.fields.get("n", 0))))
        if stage.phase == "debrief" and (changed := harvest.sorted_out(stage, move)):
            return changed
        return super().move(stage, move)

    def ended_calmly(self, stage: Stage, move: Move) -> Stage:
        """Stopped where nobody talks: before the talk there will be none, and nothing to look at;
        after it all look together."""
        if stage.phase == "debrief":
            return stage
        if stage.phase == "talk":
            return self.enter(stage, "debrief", move)
        return Activity.enter(self, stage, "debrief", move).note(called_off=stage.phase)

    def enter(self, stage: Stage, phase: str, move: Move) -> Stage:
        entered = super().enter(stage, phase, move)
        if phase == "ready" and stage.phase == "talk":
            entered = entered.note(lap=next_lap(stage, move))
        if lap(entered) != lap(stage):
            return entered.note(**UNTOLD)
        if phase == "debrief":
            return entered.note(looked=sorted({*stage.data.get("looked", ()), lap(stage)}))
        return entered

    def bars_undo(self, stage: Stage, before: Stage, now: float) -> Refused | None:
        """What the room saw it has seen. Going back is possible; answering once more is not, nor
        going back to an earlier talk that was seen once people answer in this one."""
        looked, earlier = ({*one.data.get("looked", ())} for one in (stage, before))
        begun = stage.phase == "talk" and before.phase not in ("talk", "debrief")
        if looked - earlier or (begun and looked):
            return Refused("figures_were_seen")
        return super().bars_undo(stage, before, now)

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

    # -- what is seen

    def view(self, scene: Scene, audience: Audience) -> Body:
        if (room := settings.effective(self, scene.stage)) is not self:
            return room.view(scene, audience)
        scene = of_now(scene)
        stage = scene.stage
        seen: Body = {
            **self.told(scene, audience),
            "question": self.question,
            "has_field": self.summary_mode != "spoken",
            "shown": stage.phase == "debrief",
            "locked": stage.phase == "debrief",
            "called_off": bool(stage.data.get("called_off")),
            "next": STEPS.get(stage.phase, {}),
            **self.form(stage),
            **self.clock(scene, audience),
        }
        if self.own_pace and stage.phase == "talk":
            seen["next"] = LOOK_TOGETHER
        if audience != "phone":
            seen["sharing"] = self.tables_sharing(scene)
        if stage.phase == "debrief":
            seen |= {"panel": stage.data.get("panel", 0), "panels": self.measured(scene).panels()}
            seen["harvest"] = Harvest(scene).page()
        if audience == "console":
            seen |= self.mixing(scene)
            seen["nudge"] = stage.data.get("nudge") if stage.phase == "talk" else None
            if stage.phase == "talk":
                seen["tables"] = [self.with_clock(stage, table) for table in seen["tables"]]
            if self.own_pace and stage.phase == "talk":
                seen["still"] = self.tables_still(scene)
            looks = stage.phase == "debrief"
            seen["intervals"] = self.measured(scene).intervals() if looks else {}
            seen["sides"] = self.measured(scene).sides() if looks else []
            seen["written"] = self.measured(scene).written() if looks else None
            seen["beyond"] = self.measured(scene).beyond() if looks else {}
            seen["harvest"] = Harvest(scene).sorting() if looks else None
        return seen

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

    def own(self, scene: Scene, mine: Mine) -> Body:
        if (room := settings.effective(self, scene.stage)) is not self:
            return room.own(scene, mine)
        scene, mine = of_now(scene), mine_of_now(mine, scene.stage)
        answered = {
            slot: entry.body.get("answer") or entry.body.get("value") or "yes"
            for slot, entry in mine.entries.items()
            if slot.split(".")[0] in ("check", "second", "added", "wanted", *taps.ITEMS)
        }
        own = super().own(scene, mine)
        if own["shared"] > 1:  # the next who holds this phone does not see what was tapped
            secret = (slot for slot in answered if slot.split(".")[0] in taps.ITEMS)
            answered |= {slot: "given" for slot in secret}
        return own | {"pick": mine.seed % 1000, "answers": answered, "rates": self.rates(own, mine)}

    def rates(self, own: Body, mine: Mine) -> list[Body | None]:
        """What I am asked next, by turn in which somebody on my phone tells; with a neighbour it
        is the same all along."""
        by_turn = own.get("cards") or [[role] for role in own.get("roles", ())]
        if self.find == "neighbour":
            by_turn = [[TELLER]]
        return [
            self.to_rate(mine, n) if TELLER in roles else None for n, roles in enumerate(by_turn)
        ]

    def to_rate(self, mine: Mine, turn: int) -> Body:
        """The same for one turn."""
        given = [item for item in self.scales if self.slot(item, turn) in mine.entries]
        return taps.to_rate(self.scales, given)

    def own_place(self, scene: Scene, mine: Mine, chair: Entry) -> Body:
        """My table, my role in each turn, and what reaches me alone."""
        place = super().own_place(scene, mine, chair)
        first, by_turn = place["table"], zip(place["tables"], place["roles"], strict=True)
        place["turns"] = [
            reaching.in_turn(scene, mine, table, n, role) for n, (table, role) in enumerate(by_turn)
        ]
        for n, cards in enumerate(place["cards"]):
            if place["roles"][n] == SHARED:
                table = place["tables"][n]
                each = {role: reaching.in_turn(scene, mine, table, n, role) for role in cards}
                place["turns"][n] = reaching.on_one_phone(each)
        place["writes"] = [
            lines.told(scene, mine, table, n, place["roles"][n]) if place["types"][n] else None
            for n, table in enumerate(place["tables"])
        ]
        table = self.my_table(scene, chair.id)
        number = table.number if table else first
        place |= self.own_time(scene, chair, number)
        place["passed"] = [n for n, _ in enumerate(place["roles"]) if mine.body(f"pass.{n}")]
        place["nudge"] = self.nudge_for(scene, chair.id, number)
        return place

    def nudge_for(self, scene: Scene, chair: str, table: int) -> Body | None:
        """The tap for my table, with the turns in which it reaches me: other phones lie face
        down."""
        if (nudge := hints.nudged(scene.stage, table)) is None:
            return None
        turns = [n for n in range(self.turns_of(scene, chair))
                 if chair in watching(*self.at_turn(scene, chair, n), n)]  # fmt: skip
        return {**nudge, "turns": turns} if turns else None

    def results(self, scene: Scene) -> Results:
        if (room := settings.effective(self, scene.stage)) is not self:
            return room.results(scene)
        scene = of_now(scene)
        measured = self.measured(scene)
        gathered = Harvest(scene)
        findings = (*measured.findings(taps.ITEMS), *gathered.findings())
        observer = "none" if self.find == "neighbour" else self.observer
        facts: Body = {"size": self.size, "preset": self.preset, "observer": observer}
        if dispersion := measured.dispersions():
            facts["dispersion"] = dispersion
        return Results(items=gathered.items(), findings=findings, facts=facts)

    def measured(self, scene: Scene) -> Heard:
        """What the round showed."""
        sums = 1 + any(part == "sum2" for part, _, _ in self.plan())
        return Heard(scene, self.find == "neighbour", self.observer, sums)


def watching(seating: Seating, table: Table | None, turn: int) -> set[str]:
    """Whose phone is looked at at a table in a turn: that of who observes, or else of who listens.
    Where nobody does, each of them."""
    roles = seating.roles(table, (turn, END)) if table else {}
    held = {one: role for one, role in roles.items() if one != LEADER}
    for wanted in (OBSERVER, LISTENER):
        if found := {phone_of(one) for one, role in held.items() if role == wanted}:
            return found
    return {phone_of(one) for one in held}


def is_not_right(answer: object) -> bool:
    """Whether a teller said that the summary is not right yet."""
    return answer in ("almost", "no")


ROOM = Listening
