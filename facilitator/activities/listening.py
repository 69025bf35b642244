"""Listening: tell, sum up, *is that right?*, ask on, in pairs and trios with rotating roles.

What is told is kept nowhere. Only what the teller confirms goes further.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ..domain import lines, settings
from ..domain.activity import (
    Act,
    Audience,
    Body,
    Destroy,
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
    seconds,
)
from ..domain.arrivals import BEFORE, END
from ..domain.gathering import NEXT, Answer, Gathering, whole
from ..domain.heard import ANSWERS, TALLIES, VALUES, Heard
from ..domain.mixing import read as read_mixes
from ..domain.results import Results
from ..domain.schedule import Schedule, laid, read
from ..domain.seating import LISTENER, OBSERVER, TELLER, Moment, Table
from ..domain.trend import Figure, Trend
from ..domain.words import choice, only, sentence

#: Seconds of each part; `sum2` only where it is deep. A turn lasts their sum.
PARTS = ("land", "tell", "sum", "check", "ask", "sum2", "fb")
PRESETS: Mapping[str, tuple[float, ...]] = {
    "vloer": (15, 120, 45, 15, 60, 0, 30),
    "kort": (20, 120, 45, 15, 90, 0, 60),
    "standaard": (30, 180, 60, 30, 120, 0, 90),
    "diep": (30, 300, 90, 30, 240, 60, 150),
}
#: The least and most seconds a facilitator may make of a part.
LIMITS = {"tell": (45, 600)}
USUAL_LIMITS = (15, 300)
ROUNDED_TO = 15  # seconds, when the time factor stretches a part
AGAIN = 30.0  # seconds for a second try, when a group goes at its own pace
AT_ONCE = 3.0  # seconds within which two who say that they are ready say the same
TIP_STAYS = 15.0
AFTER_THE_GONG = 5.0  # seconds in which a line still counts for the part before
LONGEST = 280

CONTRAST = 90.0  # seconds in which listening is done wrong first, when it is asked for
#: What a facilitator may set until people talk: the button, and what it makes of the field.
CHOICES: settings.Choices = {
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
ITEMS = ("heard", "voice", "attention", "helped")
TOGGLES = ("attention", "content", "feeling", "own_view", "asked_right")
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
class Listening(Gathering):
    """Turns in which one tells, one listens and one observes, on one clock for the room or each
    table at its own pace."""

    kind: ClassVar[str] = "listening"
    trend: ClassVar[Trend] = TREND
    types: ClassVar[bool] = True
    fleeting: ClassVar[frozenset[str]] = frozenset({"line"})

    preset: str = "standaard"
    turns: int = 0  # 0: as many as the size
    sync: str = "room"
    lengths: dict[str, float] = field(default_factory=dict)  # seconds by part, over the preset
    time_factor: float = 1.0
    contrast: float = 0.0  # seconds in which listening is done wrong first
    observer: str = "light"
    items: tuple[str, ...] = ("heard",)
    summary_mode: str = "spoken"
    share: bool = False
    prompts: tuple[Text, ...] = ()
    mnemonics: bool = True
    call: str = "call"  # how remote people reach each other: call, links or text

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.size not in (2, 3) or self.preset not in PRESETS:
            raise ValueError("size is 2 or 3, preset one of " + ", ".join(PRESETS))
        if set(self.lengths) - set(PARTS) or not set(self.items) <= set(ITEMS):
            raise ValueError("a part or an item that does not exist")

    @property
    def phases(self) -> tuple[str, ...]:
        if self.find == "neighbour":
            return ("ready", "talk", "debrief")
        return ("optin", "gather", "talk", "debrief")

    @property
    def rounds(self) -> int:
        return self.turns or self.size

    def slots(self) -> tuple[str, ...]:
        by_turn = ("check", "second", "tally", "pass", "draft", "verdict", *ITEMS)
        turns = range(max(self.rounds, 3))  # a facilitator may still choose trios
        answers = [f"{what}.{n}" for n in turns for what in by_turn]
        return ("chair", "help", *answers, *(slot for n in turns for slot in lines.slots(n)))

    # -- time

    def plan(self, preset: str = "") -> list[tuple[str, int, float]]:
        """Every part of every turn with its seconds."""
        usual = dict(zip(PARTS, PRESETS[preset or self.preset], strict=True))
        length = {part: self.stretched(part, self.lengths.get(part, usual[part])) for part in PARTS}
        parts = [(part, n, length[part]) for n in range(self.rounds) for part in PARTS]
        first = [("contrast", 0, self.contrast)] if self.contrast else []
        return [*first, *(one for one in parts if one[2])]

    def minutes_of(self, preset: str) -> int:
        """How long the whole talk lasts, in whole minutes."""
        return round(sum(length for _, _, length in self.plan(preset)) / 60)

    def stretched(self, part: str, length: float) -> float:
        """More time, where languages, distance or an interpreter ask it."""
        if self.time_factor == 1.0 or not length:
            return length
        least, most = LIMITS.get(part, USUAL_LIMITS)
        longer = int(length * self.time_factor / ROUNDED_TO + 0.5) * ROUNDED_TO
        return min(max(longer, least), most)

    def schedule(self, stage: Stage, table: int = 0) -> Schedule:
        """The room's time, or that of a table which goes at its own pace."""
        kept = stage.data.get("paces", {}).get(str(table)) or stage.data.get("schedule")
        return read(kept) if kept else laid(self.plan(), at=stage.since)

    def moment_at(self, stage: Stage, now: float, table: int = 0) -> Moment:
        if stage.phase in ("optin", "gather", "ready"):
            return BEFORE
        schedule = self.schedule(stage, table)
        place = schedule.place(now)
        if place == len(schedule.parts):
            return (self.rounds, 0)
        turn = schedule.parts[place].turn
        first = next(n for n, part in enumerate(schedule.parts) if part.turn == turn)
        return (turn, place - first)

    def is_over(self, stage: Stage, now: float) -> bool:
        if (room := settings.effective(self, stage)) is not self:
            return room.is_over(stage, now)
        tables = (0, *map(int, stage.data.get("paces", {})))
        return stage.phase != "talk" or not any(
            self.schedule(stage, table).part(now) for table in tables
        )

    def halts_at(self, stage: Stage, now: float) -> float | None:
        """At the swap. Tables at their own pace wait for nobody."""
        if (room := settings.effective(self, stage)) is not self:
            return room.halts_at(stage, now)
        if stage.phase != "talk" or self.sync == "group":
            return None
        return self.schedule(stage).end_of_turn(now)

    # -- what people do

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        if (room := settings.effective(self, scene.stage)) is not self:
            return room.accept(scene, mine, act)
        if act.name == "check" and self.find == "neighbour":
            return self.check_beside(scene, act)
        if act.name == "heard" and self.find == "neighbour":
            return [self.rating(scene, act, self.moment(scene)[0])]
        return super().accept(scene, mine, act)

    def answers(self) -> dict[str, Answer]:
        return super().answers() | {
            "well": self.all_well, "check": self.check, "heard": self.heard, "tally": self.tally, "pass": self.pass_on,
            "draft": self.draft, "verdict": self.verdict, "line": self.line,
        }  # fmt: skip

    def ready(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """We sit; or, at our own pace, we are ready for the next part."""
        table = self.my_table(scene, chair)
        if scene.stage.phase != "talk" or self.sync != "group" or table is None:
            return super().ready(scene, mine, chair, act)
        only(act.fields)
        if self.part(scene, table.number) == "check":
            raise Refused("check_stays")
        return [Move("ready", {"table": table.number}), Touch(table.people)]

    def all_well(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The answer to *is all well?*, for the whole table. If it is not, they ask for help."""
        only(act.fields)
        nudge, table = scene.stage.data.get("nudge"), self.my_table(scene, chair)
        if (
            not nudge
            or table is None
            or (nudge["table"], nudge["what"]) != (table.number, "all_well")
        ):
            raise Refused("nothing_to_answer_here")
        return [Move("well", {"table": table.number}), Touch(table.people)]

    # -- what people do while they talk

    def part(self, scene: Scene, table: int = 0) -> str:
        """What is on: the name of the part, or "after"."""
        part = self.schedule(scene.stage, table).part(scene.now)
        return part.name if part else "after"

    def my_turn(self, scene: Scene, chair: str, role: str, act: Act) -> tuple[int, Table]:
        """The turn for which an act is meant, if I have this role in it, or Refused."""
        if scene.stage.phase != "talk":
            raise Refused("answering_is_over")
        seating = self.seating(scene)
        now = self.my_moment(scene, chair)[0]
        turn = whole(act.fields.get("turn", min(now, self.rounds - 1)))
        table = seating.table_of(chair, (turn, END))
        if table is None or turn > now:
            raise Refused("not_open_yet")
        if seating.roles(table, (turn, END)).get(chair) != role:
            raise Refused("not_your_role")
        return turn, table

    def my_moment(self, scene: Scene, chair: str) -> Moment:
        """Where the talk is at my table, which may go at its own pace."""
        table = self.my_table(scene, chair)
        return self.moment(scene, table.number if table else 0)

    def check(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller says whether the summary is right; after *almost* or *no* once more."""
        only(act.fields, "answer", "turn")
        answer = choice(act.fields, "answer", (*ANSWERS, "pass"))
        turn, table = self.my_turn(scene, chair, TELLER, act)
        here, part = self.moment(scene, table.number), self.part(scene, table.number)
        if turn == here[0] and part in ("contrast", "land", "tell"):
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
        told = [n for n in range(self.rounds) if self.told_in(scene, chair, n)]
        turn = whole(act.fields.get("turn", told[-1] if told else 0))
        if turn not in told:
            raise Refused("not_your_role")
        seating = self.seating(scene)
        table, side = seating.table_of(chair, (turn, END)), seating.chairs[chair]["side"]
        return [self.rating(scene, act, turn, table.number if table else 0, side)]

    def rating(
        self, scene: Scene, act: Act, turn: int, table: int = 0, side: str = "room"
    ) -> Put:  # fmt: skip
        """One answer on the scale of five, or passed."""
        only(act.fields, "value", "item", "turn")
        if scene.stage.phase != "talk":
            raise Refused("answering_is_over")
        item = choice({"item": "heard", **act.fields}, "item", ITEMS)
        value = choice(act.fields, "value", (*VALUES, "pass"))
        turn = min(max(turn, 0), self.rounds - 1)
        body = {"what": item, "turn": turn, "table": table, "value": value, "side": side}
        return Put(f"{item}.{turn}", body)

    def told_in(self, scene: Scene, chair: str, turn: int) -> bool:
        """Whether I told in a turn that has come to its check."""
        here, seating = self.my_moment(scene, chair), self.seating(scene)
        table = seating.table_of(chair, (turn, END))
        part = self.part(scene, table.number if table else 0)
        if turn > here[0] or (turn == here[0] and part in ("contrast", "land")):
            return False
        return table is not None and seating.teller(table, turn) == chair

    def tally(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The observer counts what the listener does. It reaches the listener, and is summed for
        the whole room; it says nothing of a person."""
        only(act.fields, "what", "turn", "less")
        what = choice(act.fields, "what", (*TALLIES, *TOGGLES))
        turn, table = self.my_turn(scene, chair, OBSERVER, act)
        slot = f"tally.{turn}"
        known = mine.body(slot) or {"what": "tally", "turn": turn, "table": table.number,
                                    "counts": {}, "marks": []}  # fmt: skip
        if what in TOGGLES:
            marks = sorted({*known["marks"]} ^ {what})
            laid_down = {**known, "marks": marks}
        else:
            more = -1 if act.fields.get("less") in (True, "true") else 1
            n = min(max(known["counts"].get(what, 0) + more, 0), 99)
            laid_down = {**known, "counts": {**known["counts"], what: n}}
        roles = self.seating(scene).roles(table, (turn, END))
        listeners = tuple(one for one, role in roles.items() if role == LISTENER)
        return [Put(slot, laid_down), Touch(listeners)]

    def pass_on(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller lets the turn go by; it is offered once more at the end."""
        only(act.fields, "turn")
        turn, table = self.my_turn(scene, chair, TELLER, act)
        here, part = self.moment(scene, table.number), self.part(scene, table.number)
        if turn != here[0] or part not in ("contrast", "land", "tell"):
            raise Refused("too_late_for_that")
        passed = {"what": "pass", "turn": turn, "chair": chair}
        return [Put(f"pass.{turn}", passed), Touch(self.all_if_mixed(scene, table.people))]

    def draft(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The listener writes the summary down, for the teller alone."""
        only(act.fields, "text", "turn")
        if self.summary_mode == "spoken":
            raise Refused("nothing_to_answer_here")
        turn, table = self.my_turn(scene, chair, LISTENER, act)
        text = sentence(act.fields, "text", LONGEST)
        body = {"what": "draft", "turn": turn, "table": table.number, "text": text}
        return [Put(f"draft.{turn}", body), Touch(table.people)]

    def verdict(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """The teller decides: right, changed, or away. Away destroys it now."""
        only(act.fields, "answer", "text", "share", "turn")
        answer = choice(act.fields, "answer", ("right", "change", "away"))
        turn, table = self.my_turn(scene, chair, TELLER, act)
        draft = self.draft_for(scene, turn, table.number)
        if draft is None:
            raise Refused("nothing_to_answer_here")
        verdict = {"what": "verdict", "turn": turn, "table": table.number, "answer": answer}
        if answer == "away":
            gone = Destroy((draft.id,))
            return [Put(f"verdict.{turn}", verdict), gone, Touch(table.people)]
        text = draft.body["text"] if answer == "right" else sentence(act.fields, "text", LONGEST)
        share = self.share and act.fields.get("share") in (True, "true", "yes")
        kept = {**verdict, "text": text, "share": share}
        return [Put(f"verdict.{turn}", kept), Destroy((draft.id,)), Touch(table.people)]

    def line(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """Who writes at a table that types says something. The others of it read it at once."""
        only(act.fields, "text", "turn")
        text = sentence(act.fields, "text", lines.LONGEST)
        if scene.stage.phase != "talk":
            raise Refused("answering_is_over")
        turn, seating = self.my_moment(scene, chair)[0], self.seating(scene)
        table = seating.table_of(chair, (turn, END)) if turn < self.rounds else None
        if table is None or not seating.types(table):
            raise Refused("nothing_to_answer_here")
        if whole(act.fields.get("turn", turn)) != turn:
            raise Refused("too_late_for_that")
        role = seating.roles(table, (turn, END)).get(chair, "")
        if not self.parts_now(scene, table.number) & set(lines.parts_of(role)):
            raise Refused("not_your_role")
        free = [slot for slot in lines.slots(turn) if slot not in mine.entries]
        if not free:
            raise Refused("no_lines_left", most=lines.MOST)
        before = lines.written(scene, table.number, turn)
        n = before[-1].body["n"] + 1 if before else 1
        body = {"what": "line", "turn": turn, "table": table.number, "n": n, "role": role,
                "text": text}  # fmt: skip
        wiped = Destroy(lines.earlier(scene, table.number, turn))
        return [Put(free[0], body), wiped, Touch(table.people)]

    def parts_now(self, scene: Scene, table: int) -> set[str]:
        """The part that is on, and the one that ended just now: who sent something at the gong
        did not come too late."""
        schedule = self.schedule(scene.stage, table)
        on = [schedule.part(now) for now in (scene.now, scene.now - AFTER_THE_GONG)]
        return {part.name for part in on if part}

    def draft_for(self, scene: Scene, turn: int, table: int) -> Entry | None:
        """What was written at this table in this turn, while the teller has not decided."""
        return next(
            (e for e in scene.entries if e.body["what"] == "draft"
             and (e.body["turn"], e.body["table"]) == (turn, table)), None,
        )  # fmt: skip

    # -- what the facilitator does

    def move(self, stage: Stage, move: Move) -> Stage:
        if (room := settings.effective(self, stage)) is not self:
            return room.move(stage, move)
        if stage.phase == "talk" and (changed := self.timed(stage, move)):
            return changed
        match move.name:
            case "again" | "well":
                return self.by_group(stage, move)
            case "preset" | "set" if stage.phase in ("ready", "optin", "gather"):
                return self.chosen(stage, move)
            case "mix" | "unmix" if stage.phase == "talk" and self.find != "neighbour":
                if self.sync == "group":
                    raise Refused("own_pace")
                return self.mix(stage, move)
            case "panel":
                return stage.note(panel=max(0, min(3, whole(move.fields.get("n", 0)))))
        return super().move(stage, move)

    def chosen(self, stage: Stage, move: Move) -> Stage:
        """What the facilitator chose instead of what the format says. Tables that stand keep
        their size, and who sits beside each other are two."""
        if "size" in move.fields and stage.phase != "optin":
            raise Refused("too_late_for_that")
        return settings.chosen(stage, move, CHOICES)

    def timed(self, stage: Stage, move: Move) -> Stage | None:
        """Moves that change the time of the talk."""
        schedule = self.schedule(stage)
        over = schedule.part(move.at) is None or self.all_done(stage, move.at)
        match move.name:
            case "next" | "skip" | "back" if not over and self.sync == "group":
                raise Refused("own_pace")
            case "next" | "skip" if not over:
                if self.on(schedule, move) == "check" and not move.fields.get("force"):
                    raise Refused("check_stays")
                return self.kept(stage, schedule.skipped(move.at))
            case "back" if not over:
                return self.kept(stage, schedule.back(move.at))
            case "pause":
                return self.everywhere(stage, lambda one: one.paused(move.at))
            case "resume":
                resumed = self.everywhere(stage, lambda one: one.resumed(move.at))
                return resumed.note(resumed_at=move.at)
            case "extend":
                return self.everywhere(stage, lambda one: self.longer(one, move))
            case "stop" if stage.data.get("stopped"):
                return stage
            case "stop" if not over:
                fb = next(length for name, _, length in self.plan() if name == "fb")
                stopped = self.everywhere(stage, lambda one: one.stopped(move.at, "fb", fb))
                return stopped.note(stopped=True)
            case "tip" | "nudge" if not over:
                return self.hinted(stage, schedule, move)
        return None

    def all_done(self, stage: Stage, now: float) -> bool:
        """Whether every table at its own pace is through."""
        numbers = [n for n, people in enumerate(stage.data.get("tables", ()), 1) if people]
        paced = stage.data.get("paces", {})
        return bool(paced) and all(self.schedule(stage, n).part(now) is None for n in numbers)

    def longer(self, schedule: Schedule, move: Move) -> Schedule:
        """The part that is on lasts longer or shorter, within its limits."""
        least, most = LIMITS.get(self.on(schedule, move), USUAL_LIMITS)
        return schedule.stretched(move.at, seconds(move), least, most)

    def everywhere(self, stage: Stage, change: Callable[[Schedule], Schedule]) -> Stage:
        """The clock of the room is changed, and with it those of tables at their own pace. A
        table that is through stays so."""
        paces = {}
        for table, kept in stage.data.get("paces", {}).items():
            try:
                paces[table] = change(read(kept)).written()
            except Refused:
                paces[table] = kept
        return self.kept(stage, change(self.schedule(stage))).note(paces=paces)

    def on(self, schedule: Schedule, move: Move) -> str:
        """The part that is on when a move is made."""
        part = schedule.part(move.at)
        return part.name if part else ""

    def kept(self, stage: Stage, schedule: Schedule) -> Stage:
        """The stage with a changed clock of the room."""
        return stage.note(schedule=schedule.written())

    def hinted(self, stage: Stage, schedule: Schedule, move: Move) -> Stage:
        """One tip a part at most. While people tell it waits for the summary."""
        part = schedule.part(move.at)
        assert part is not None
        place = schedule.place(move.at)
        if move.name == "nudge":
            what = choice(move.fields, "what", ("softer", "switch", "all_well"))
            nudge = {"table": whole(move.fields.get("table")), "what": what, "from": move.at}
            return stage.note(nudge=nudge)
        waits = part.name == "tell"
        when = place + waits
        before = stage.data.get("tip")
        if before and before["part"] == when:
            raise Refused("one_tip_a_part")
        text = sentence(move.fields, "text", 80, needed=False)
        tip = {"id": str(move.fields.get("id", ""))[:20], "text": text, "part": when, "at": 0.0 if waits else move.at,
               "role": choice({"role": "all", **move.fields}, "role",
                              ("all", TELLER, LISTENER, OBSERVER))}  # fmt: skip
        return stage.note(tip=tip)

    def tip(self, stage: Stage, schedule: Schedule) -> Body | None:
        """The tip with its time. One that waits goes along when the talk is moved."""
        tip = stage.data.get("tip")
        if tip is None or tip["part"] >= len(schedule.parts):
            return None
        begin = tip["at"] or schedule.parts[tip["part"]].begin
        told = {name: tip[name] for name in ("id", "text", "role")}
        return {**told, "from": begin, "to": begin + TIP_STAYS}

    def enter(self, stage: Stage, phase: str, move: Move) -> Stage:
        entered = super().enter(stage, phase, move)
        if phase == "talk" and stage.phase in ("gather", "ready"):
            return entered.note(schedule=self.begun(stage, move).written(), paces={}, stopped=False)
        return entered

    def begun(self, stage: Stage, move: Move) -> Schedule:
        """The whole talk, beginning now."""
        return laid(self.plan(), at=move.at)

    def by_group(self, stage: Stage, move: Move) -> Stage:
        if move.name == "well":
            nudge = stage.data.get("nudge") or {}
            mine = nudge.get("table") == whole(move.fields.get("table"))
            return stage.note(nudge={**nudge, "well": True}) if mine else stage
        if stage.phase == "talk" and move.name in ("again", "ready"):
            table = whole(move.fields.get("table"))
            if move.name == "ready":
                last = stage.data.get("went_on", {})
                if move.at < last.get(str(table), 0.0) + AT_ONCE:  # two of them tapped
                    return stage
                stage = stage.note(went_on={**last, str(table): move.at})
                return self.paced(stage, table, lambda s: s.skipped(move.at))
            return self.paced(stage, table, lambda s: s.stretched(move.at, AGAIN, *USUAL_LIMITS))
        return super().by_group(stage, move)

    def paced(self, stage: Stage, table: int, change: Any) -> Stage:
        """A table changes its own time."""
        paces = stage.data.get("paces", {})
        changed = change(self.schedule(stage, table)).written()
        return stage.note(paces={**paces, str(table): changed})

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
        if stage.phase == "debrief":
            seen |= {"panel": stage.data.get("panel", 0), "panels": self.measured(scene).panels()}
        if audience == "console":
            seen |= self.mixing(scene)
            seen["nudge"] = stage.data.get("nudge") if stage.phase == "talk" else None
            if self.sync == "group" and stage.phase == "talk":
                seen["tables"] = [self.paced_table(stage, table) for table in seen["tables"]]
            looks = stage.phase == "debrief"
            seen["intervals"] = self.measured(scene).intervals() if looks else {}
            seen["sides"] = self.measured(scene).sides() if looks else []
        return seen

    def mixing(self, scene: Scene) -> Body:
        """Whether tables can be mixed at the next swap, and which are to be."""
        turn = self.moment(scene)[0] + 1
        stopped = scene.stage.data.get("stopped") or self.sync == "group"
        possible = scene.stage.phase == "talk" and self.find != "neighbour" and not stopped
        mixes = [one for one in read_mixes(scene.stage.data.get("mixes", ())) if one.turn >= turn]
        return {
            "turn": max(0, turn - 1),
            "may_mix": possible and turn < self.rounds,
            "mixes": [one.tables for one in mixes] if possible else [],
        }

    def paced_table(self, stage: Stage, table: Body) -> Body:
        """A table with its own clock."""
        return {**table, "parts": self.schedule(stage, table["number"]).told()}

    def form(self, stage: Stage) -> Body:
        """In which form this round is held."""
        return {
            "prompts": self.prompts,
            "turns": self.rounds,
            "preset": self.preset,
            "presets": {name: self.minutes_of(name) for name in PRESETS},
            "observer": self.observer,
            "items": self.items,
            "summary_mode": self.summary_mode,
            "share": self.share,
            "mnemonics": self.mnemonics,
            "contrast": self.contrast,
            "sync": self.sync,
            "set": settings.pressed(self, CHOICES),
        }

    def clock(self, stage: Stage) -> Body:
        """The talk in time: all its parts, so that nobody need ask what is on."""
        schedule = self.schedule(stage)
        return {
            "parts": schedule.told() if stage.phase == "talk" else [],
            "paused_at": schedule.paused_at,
            "resumed_at": stage.data.get("resumed_at"),
            "stopped": bool(stage.data.get("stopped")),
            "tip": self.tip(stage, schedule),
        }

    def own(self, scene: Scene, mine: Mine) -> Body:
        if (room := settings.effective(self, scene.stage)) is not self:
            return room.own(scene, mine)
        answered = {
            slot: entry.body.get("answer") or entry.body.get("value")
            for slot, entry in mine.entries.items()
            if slot.split(".")[0] in ("check", "second", *ITEMS)
        }
        return super().own(scene, mine) | {"pick": mine.seed % 1000, "answers": answered}

    def own_place(self, scene: Scene, mine: Mine, chair: Entry) -> Body:
        """My table, my role in each turn, and what reaches me alone."""
        place = super().own_place(scene, mine, chair)
        first, by_turn = place["table"], zip(place["tables"], place["roles"], strict=True)
        place["turns"] = [
            self.own_turn(scene, mine, table, n, role) for n, (table, role) in enumerate(by_turn)
        ]
        place["writes"] = [
            self.own_lines(scene, mine, table, n, place["roles"][n]) if place["types"][n] else None
            for n, table in enumerate(place["tables"])
        ]
        table = self.my_table(scene, chair.id)
        number = table.number if table else first
        if self.sync == "group" and number and scene.stage.phase == "talk":
            place["parts"] = self.schedule(scene.stage, number).told()
        if nudge := scene.stage.data.get("nudge"):
            place["nudge"] = nudge if number and nudge["table"] == number else None
        return place

    def own_lines(self, scene: Scene, mine: Mine, table: int, turn: int, role: str) -> Body:
        """What was written at my table in one turn, when I may write, and how much still."""
        ours = {entry.id for entry in mine.entries.values()}
        told = [{"role": e.body["role"], "text": e.body["text"], "mine": e.id in ours}
                for e in lines.written(scene, table, turn)]  # fmt: skip
        left = sum(slot not in mine.entries for slot in lines.slots(turn))
        return {"lines": told, "parts": lines.parts_of(role), "left": left}

    def own_turn(self, scene: Scene, mine: Mine, table: int, turn: int, role: str) -> Body:
        """What reaches me alone in one turn, by my role in it."""
        if not table:
            return {}
        if role == OBSERVER:
            known = mine.body(f"tally.{turn}") or {"counts": {}, "marks": []}
            return {"counts": known["counts"], "marks": known["marks"]}
        if role == LISTENER:
            return {
                "again": self.said(scene, turn, table) in ("almost", "no"),
                "tallied": self.tallied(scene, turn, table),
                "draft": (mine.body(f"draft.{turn}") or {}).get("text", ""),
                "verdict": self.decided(scene, turn, table).get("answer", ""),
            }
        if role == TELLER:
            draft = self.draft_for(scene, turn, table)
            return {"draft": draft.body["text"] if draft else "",
                    "mine": (mine.body(f"verdict.{turn}") or {}).get("text", "")}  # fmt: skip
        return {}

    def at_table(self, scene: Scene, what: str, turn: int, table: int) -> Body:
        """What was laid at one table in one turn."""
        return next((b for b in scene.bodies(what) if (b["turn"], b["table"]) == (turn, table)), {})

    def said(self, scene: Scene, turn: int, table: int) -> str:
        """Whether the teller said that the summary was right."""
        return str(self.at_table(scene, "check", turn, table).get("answer", ""))

    def tallied(self, scene: Scene, turn: int, table: int) -> dict[str, int]:
        """What the observer counted, for the listener's own card. It is kept nowhere else."""
        return dict(self.at_table(scene, "tally", turn, table).get("counts", {}))

    def decided(self, scene: Scene, turn: int, table: int) -> Body:
        """What the teller decided about the written summary."""
        return self.at_table(scene, "verdict", turn, table)

    def results(self, scene: Scene) -> Results:
        if (room := settings.effective(self, scene.stage)) is not self:
            return room.results(scene)
        measured = self.measured(scene)
        items = tuple(
            {"lane": CONFIRMED, "text": text, "shown": True, "confirmed": True, "id": f"h{n}"}
            for n, text in enumerate(measured.harvest())
        )
        facts = {"size": self.size, "preset": self.preset}
        return Results(items=items, findings=measured.findings(ITEMS), facts=facts)

    def measured(self, scene: Scene) -> Heard:
        """What the round showed."""
        return Heard(scene, beside=self.find == "neighbour")


#: What people agreed to share, as cards for whatever comes after.
CONFIRMED: Body = {
    "id": "confirmed", "look": "idea",
    "name": {"nl": "Bevestigd door de verteller", "en": "Confirmed by the teller"},
}  # fmt: skip


ROOM = Listening
