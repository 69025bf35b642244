"""Listening: tell, sum up, *is that right?*, ask on, in pairs and trios with rotating roles.

What is told is kept nowhere. Only what the teller confirms goes further.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..domain import hints, lines, reaching, settings, summaries, taps
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
    Text,
    Touch,
)
from ..domain.arrivals import END
from ..domain.course import NOT_TOLD_YET, PRESETS, Course
from ..domain.dividing import sharing
from ..domain.gathering import NEXT, Answer
from ..domain.heard import ANSWERS, TALLIES, Heard
from ..domain.results import Results
from ..domain.seating import LISTENER, MOST, OBSERVER, TELLER, Table
from ..domain.sharing import SHARED, phone_of
from ..domain.tables import whole
from ..domain.trend import Figure, Trend
from ..domain.words import choice, only, sentence

CONTRAST = 90.0  # seconds in which listening is done wrong first, when it is asked for
#: What a facilitator may set until people talk: the button, and what it makes of the field.
CHOICES: settings.Choices = {
    "find": {"neighbour": "neighbour", "table": "table", "remote": "remote"},
    "asks": {"none": (), "team": ("team",)},
    "remote_policy": {"together": "remote_with_remote", "mixed": "mixed_buddy"},
    "size": {"2": 2, "3": 3},
    "preset": {name: name for name in PRESETS},
    "time_factor": {"1": 1.0, "1.25": 1.25, "1.5": 1.5},
    "observer": {"none": "none", "light": "light", "full": "full", "focus": "focus"},
    "summary_mode": {"spoken": "spoken", "note": "note", "written": "written"},
    "share": {"none": False, "offer": True},
    "sync": {"room": "room", "group": "group"},
    "contrast": {"off": 0.0, "on": CONTRAST},
    "mnemonics": {"off": False, "on": True},
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
LONGEST_QUESTION = 120
#: What the large button does next.
STEPS: Mapping[str, Text] = {
    **NEXT, "ready": NEXT["gather"], "talk": {"nl": "Volgende stap", "en": "Next step"},
}  # fmt: skip

#: What may be followed from one round to the next, and what makes rounds differ in form.
TREND = Trend(
    (
        Figure("heard", "heard", ("4", "5")),
        Figure("summary", "summary", ("right",)),
        Figure("asked", "asked"),
        Figure("open", "questions", ("open", "deeper"), of=TALLIES[:5]),
        Figure("advice", "questions", ("advice",), rate=True),
    ),
    form=("size", "preset"),
)


@dataclass(frozen=True)
class Listening(Course):
    """Turns in which one tells, one listens and one observes, on one clock for the room or each
    table at its own pace."""

    kind: ClassVar[str] = "listening"
    trend: ClassVar[Trend] = TREND
    types: ClassVar[bool] = True
    fleeting: ClassVar[frozenset[str]] = frozenset({"line"})

    observer: str = "light"
    items: tuple[str, ...] = ("heard",)
    summary_mode: str = "spoken"
    share: bool = False
    prompts: tuple[Text, ...] = ()
    mnemonics: bool = True
    call: str = "call"  # how remote people reach each other: call, links or text

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.size not in (2, 3):
            raise ValueError("size is 2 or 3")
        if not set(self.items) <= set(taps.ITEMS):
            raise ValueError("an item that does not exist")

    @property
    def phases(self) -> tuple[str, ...]:
        if self.find == "neighbour":
            return ("ready", "talk", "debrief")
        return ("optin", "gather", "talk", "debrief")

    def slots(self) -> tuple[str, ...]:
        by_turn = ("check", "second", "tally", "pass", "draft", "verdict", *taps.ITEMS)
        turns = range(max(self.rounds, MOST))  # at a table that shares the time each has one
        answers = [f"{what}.{n}" for n in turns for what in by_turn]
        return ("chair", "help", *answers, *(slot for n in turns for slot in lines.slots(n)))

    # -- what people do

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        if (room := settings.effective(self, scene.stage)) is not self:
            return room.accept(scene, mine, act)
        if act.name == "check" and self.find == "neighbour":
            return self.check_beside(scene, act)
        if act.name == "heard" and self.find == "neighbour":
            turn = min(max(self.moment(scene)[0], 0), self.rounds - 1)
            return [self.rating(scene, act, turn)]
        return super().accept(scene, mine, act)

    def answers(self) -> dict[str, Answer]:
        return super().answers() | {
            "well": self.all_well, "check": self.check, "heard": self.heard, "tally": self.tally, "pass": self.pass_on,
            "draft": self.draft, "verdict": self.verdict, "line": self.line,
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
        first = mine.body(f"check.{turn}")
        again = first and first["answer"] in ("almost", "no") and part not in ("sum", "check")
        body = {"what": "check", "turn": turn, "table": table.number, "answer": answer}
        if again:
            return [Put(f"second.{turn}", {**body, "what": "second"}), Touch(table.people)]
        more: Outcome = []
        if self.sync == "group" and not first and answer in ("almost", "no"):
            more = [Move("again", {"table": table.number})]
        return [Put(f"check.{turn}", body), *more, Touch(table.people)]

    def check_beside(self, scene: Scene, act: Act) -> Outcome:
        """With a neighbour nobody knows who tells: whoever told answers, once a turn."""
        only(act.fields, "answer", "turn")
        answer = choice(act.fields, "answer", (*ANSWERS, "pass"))
        turn = min(self.moment(scene)[0], self.rounds - 1)
        if scene.stage.phase != "talk" or turn < 0:
            raise Refused("answering_is_over")
        body = {"what": "check", "turn": turn, "table": 0, "answer": answer}
        return [Put(f"check.{turn}", body)]

    def heard(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller says how it was to be listened to. Nobody at the table sees it."""
        turns = range(self.turns_of(scene, chair))
        told = [n for n in turns if self.told_in(scene, chair, n)]
        turn = whole(act.fields.get("turn", told[-1] if told else 0))
        if turn not in told:
            raise Refused("not_your_role")
        seating, table = self.at_turn(scene, chair, turn)
        side = seating.chairs[chair]["side"]
        return [self.rating(scene, act, turn, table.number if table else 0, side)]

    def rating(
        self, scene: Scene, act: Act, turn: int, table: int = 0, side: str = "room"
    ) -> Put:  # fmt: skip
        """One answer on the scale of five, while there is a talk."""
        if scene.stage.phase != "talk":
            raise Refused("answering_is_over")
        return taps.rated(act, turn, table, side)

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
        put = taps.counted(mine, act, turn, table.number)
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
        passed = {"what": "pass", "turn": turn, "chair": teller}
        return [Put(f"pass.{turn}", passed), Touch(self.all_if_mixed(scene, table.people))]

    def draft(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The listener writes the summary down, for the teller alone."""
        if self.summary_mode == "spoken":
            raise Refused("nothing_to_answer_here")
        return summaries.drafted(act, *self.my_turn(scene, chair, LISTENER, act))

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
            case "again":
                return self.by_group(stage, move)
            case "well":
                return hints.well(stage, move)
            case "preset" | "set" if stage.phase in (*FIRST, "gather"):
                return self.chosen(stage, move)
            case "ask" if stage.phase in (*FIRST, "gather"):
                return self.asked(stage, move)
            case "mix" | "unmix" if stage.phase == "talk" and self.find != "neighbour":
                if self.sync == "group":
                    raise Refused("own_pace")
                if {str(move.fields.get(name)) for name in ("table", "with")} & {*sharing(stage)}:
                    raise Refused("shares_the_time")
                return self.mix(stage, move)
            case "panel":
                return stage.note(panel=max(0, min(3, whole(move.fields.get("n", 0)))))
        return super().move(stage, move)

    def chosen(self, stage: Stage, move: Move) -> Stage:
        """What the facilitator chose instead of what the format says. Tables that stand keep
        their form."""
        move = self.spelled_out(move)
        if stage.phase not in FIRST:
            if {"size", "find", "asks", "remote_policy"} & set(move.fields):
                raise Refused("too_late_for_that")
            return settings.chosen(stage, move, CHOICES)
        after = settings.chosen(stage, move, CHOICES)
        return after.to(phase=settings.effective(self, after).phases[0])

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
        stage = scene.stage
        seen: Body = {
            **self.told(scene, audience),
            "question": self.question,
            "has_field": self.summary_mode != "spoken",
            "shown": stage.phase == "debrief",
            "locked": stage.phase == "debrief",
            "call": self.call,
            "next": STEPS.get(stage.phase, {}),
            **self.form(stage),
            **self.clock(stage),
        }
        if audience != "phone":
            seen["sharing"] = self.tables_sharing(scene)
        if stage.phase == "debrief":
            seen |= {"panel": stage.data.get("panel", 0), "panels": self.measured(scene).panels()}
        if audience == "console":
            seen |= self.mixing(scene)
            seen["nudge"] = stage.data.get("nudge") if stage.phase == "talk" else None
            if stage.phase == "talk":
                seen["tables"] = [self.with_clock(stage, table) for table in seen["tables"]]
            looks = stage.phase == "debrief"
            seen["intervals"] = self.measured(scene).intervals() if looks else {}
            seen["sides"] = self.measured(scene).sides() if looks else []
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
            "items": self.items,
            "summary_mode": self.summary_mode,
            "share": self.share,
            "mnemonics": self.mnemonics,
            "contrast": self.contrast,
            "sync": self.sync,
            "set": {
                **settings.pressed(self, CHOICES),
                "time_factor": f"{self.slower:g}",
                "form": "neighbour" if self.find == "neighbour" else SIZES[self.size],
            },
        }

    def own(self, scene: Scene, mine: Mine) -> Body:
        if (room := settings.effective(self, scene.stage)) is not self:
            return room.own(scene, mine)
        answered = {
            slot: entry.body.get("answer") or entry.body.get("value")
            for slot, entry in mine.entries.items()
            if slot.split(".")[0] in ("check", "second", *taps.ITEMS)
        }
        own = super().own(scene, mine)
        if own["shared"] > 1:  # the next who holds this phone does not see what was tapped
            secret = (slot for slot in answered if slot.split(".")[0] in taps.ITEMS)
            answered |= {slot: "given" for slot in secret}
        return own | {"pick": mine.seed % 1000, "answers": answered}

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
        if self.sync == "group" and number and scene.stage.phase == "talk":
            place["parts"] = self.schedule(scene.stage, number).told()
        place["nudge"] = hints.nudged(scene.stage, number)
        return place

    def results(self, scene: Scene) -> Results:
        if (room := settings.effective(self, scene.stage)) is not self:
            return room.results(scene)
        measured = self.measured(scene)
        items = tuple(
            {"lane": CONFIRMED, "text": text, "shown": True, "confirmed": True, "id": f"h{n}"}
            for n, text in enumerate(measured.harvest())
        )
        facts = {"size": self.size, "preset": self.preset}
        return Results(items=items, findings=measured.findings(taps.ITEMS), facts=facts)

    def measured(self, scene: Scene) -> Heard:
        """What the round showed."""
        return Heard(scene, beside=self.find == "neighbour")


#: What people agreed to share, as cards for whatever comes after.
CONFIRMED: Body = {
    "id": "confirmed", "look": "idea",
    "name": {"nl": "Bevestigd door de verteller", "en": "Confirmed by the teller"},
}  # fmt: skip


ROOM = Listening
