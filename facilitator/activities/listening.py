"""Listening: tell, sum up, *is that right?*, ask on, in pairs and trios with rotating roles.

What is told is kept nowhere. Only what the teller confirms goes further.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

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
    Take,
    Text,
    Touch,
    seconds,
)
from ..domain.gathering import END, Gathering, chairs_in, side_of, whole
from ..domain.heard import ANSWERS, TALLIES, VALUES, Heard
from ..domain.results import Results
from ..domain.schedule import Schedule, laid, read
from ..domain.seating import LISTENER, OBSERVER, TELLER, Moment, Table, met_mark
from ..domain.tally import step
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
TIP_STAYS = 15.0
LONGEST = 280

ITEMS = ("heard", "voice", "attention", "helped")
TOGGLES = ("attention", "content", "feeling", "own_view", "asked_right")
HELP = ("time", "technique", "tension")
#: What the large button does next.
NEXT: Mapping[str, Text] = {
    "ready": {"nl": "Begin", "en": "Begin"},
    "optin": {"nl": "Maak tafels", "en": "Make tables"},
    "gather": {"nl": "Begin", "en": "Begin"},
    "talk": {"nl": "Volgende stap", "en": "Next step"},
}


@dataclass(frozen=True)
class Listening(Gathering):
    """Turns in which one tells, one listens and one observes, on one clock for the room or each
    table at its own pace."""

    kind: ClassVar[str] = "listening"
    groups_at: ClassVar[frozenset[str]] = frozenset({"next", "regroup", "remove"})

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
        """How many turns there are."""
        return self.turns or self.size

    def slots(self) -> tuple[str, ...]:
        by_turn = ("check", "second", "tally", "pass", "draft", "verdict", *ITEMS)
        return ("chair", "help", *(f"{what}.{n}" for n in range(self.rounds) for what in by_turn))

    # -- time

    def plan(self, preset: str = "") -> list[tuple[str, int, float]]:
        """Every part of every turn with its seconds."""
        usual = dict(zip(PARTS, PRESETS[preset or self.preset], strict=True))
        length = {part: self.lengths.get(part, self.stretched(usual[part])) for part in PARTS}
        parts = [(part, n, length[part]) for n in range(self.rounds) for part in PARTS]
        first = [("contrast", 0, self.contrast)] if self.contrast else []
        return [*first, *(one for one in parts if one[2])]

    def minutes_of(self, preset: str) -> int:
        """How long the whole talk lasts, in whole minutes."""
        return round(sum(length for _, _, length in self.plan(preset)) / 60)

    def stretched(self, length: float) -> float:
        """More time, where languages, distance or an interpreter ask it."""
        if self.time_factor == 1.0:
            return length
        return round(length * self.time_factor / ROUNDED_TO) * ROUNDED_TO

    def schedule(self, stage: Stage, table: int = 0) -> Schedule:
        """The room's time, or that of a table which goes at its own pace."""
        kept = stage.data.get("paces", {}).get(str(table)) or stage.data.get("schedule")
        return read(kept) if kept else laid(self.plan(stage.data.get("preset", "")), at=stage.since)

    def moment(self, scene: Scene, table: int = 0) -> Moment:
        """Where the talk is: (turn, part). Before it (0, -1), after it (turns, 0)."""
        if scene.stage.phase in ("optin", "gather", "ready"):
            return (0, -1)
        return self.moment_at(self.schedule(scene.stage, table), scene.now)

    def moment_at(self, schedule: Schedule, now: float) -> Moment:
        """The same, at one time."""
        place = schedule.place(now)
        if place == len(schedule.parts):
            return (self.rounds, 0)
        turn = schedule.parts[place].turn
        first = next(n for n, part in enumerate(schedule.parts) if part.turn == turn)
        return (turn, place - first)

    # -- people

    # -- what people do

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        if act.name == "join":
            return self.join(scene, mine, act)
        if act.name == "check" and self.find == "neighbour":
            return self.check_beside(scene, act)
        if act.name == "heard" and self.find == "neighbour":
            return [self.rating(scene, act, self.moment(scene)[0])]
        chair = mine.entries.get("chair")
        if chair is None:
            raise Refused("join_the_round_first")
        answers = {
            "leave": self.leave, "ready": self.ready, "other": self.ask_other,
            "check": self.check, "heard": self.heard, "tally": self.tally, "pass": self.pass_on,
            "draft": self.draft, "verdict": self.verdict, "help": self.ask_help,
            "gone": self.is_gone,
        }  # fmt: skip
        if act.name not in answers:
            raise Refused("unknown_act")
        return answers[act.name](scene, mine, chair.id, act)

    def ready(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """We sit; or, at our own pace, we are ready for the next part."""
        only(act.fields)
        table = self.seating(scene).table_of(chair, self.end_of_turn(scene))
        if table is None or scene.stage.phase not in ("gather", "talk"):
            raise Refused("nothing_to_answer_here")
        if scene.stage.phase == "talk" and self.sync != "group":
            raise Refused("nothing_to_answer_here")
        if scene.stage.phase == "talk" and self.part(scene, table.number) == "check":
            raise Refused("check_stays")
        return [Move("ready", {"table": table.number}), Touch(table.people)]

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
        table = self.seating(scene).table_of(chair, self.end_of_turn(scene))
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
        table = self.seating(scene).table_of(chair, (turn, END))
        return [self.rating(scene, act, turn, table.number if table else 0, side_of(mine))]

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
        if turn > here[0] or (turn == here[0] and self.part(scene) in ("contrast", "land")):
            return False
        table = seating.table_of(chair, (turn, END))
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
        if turn != self.moment(scene)[0] or self.part(scene) not in ("contrast", "land", "tell"):
            raise Refused("too_late_for_that")
        passed = {"what": "pass", "turn": turn, "chair": chair}
        return [Put(f"pass.{turn}", passed), Touch(table.people)]

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

    def draft_for(self, scene: Scene, turn: int, table: int) -> Entry | None:
        """What was written at this table in this turn, while the teller has not decided."""
        return next(
            (e for e in scene.entries if e.body["what"] == "draft"
             and (e.body["turn"], e.body["table"]) == (turn, table)), None,
        )  # fmt: skip

    def ask_help(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """A table asks the facilitator to come; only the console sees it."""
        only(act.fields, "reason")
        if act.fields.get("reason") == "over":
            return [Take("help")]
        reason = choice(act.fields, "reason", HELP)
        table = self.seating(scene).table_of(chair, self.end_of_turn(scene))
        number = table.number if table else 0
        asked = Put("help", {"what": "help", "table": number, "reason": reason})
        return [asked, Move("asks", {"table": number})]

    # -- what the facilitator does

    def move(self, stage: Stage, move: Move) -> Stage:
        if stage.phase == "talk" and (changed := self.timed(stage, move)):
            return changed
        match move.name:
            case "regroup" if stage.phase == "gather":
                return self.group(stage, move)
            case "ready" | "merged" | "gone" | "swap" | "again" | "asks":
                return self.by_group(stage, move)
            case "seen":
                table = whole(move.fields.get("table"))
                return stage.note(seen=[*stage.data.get("seen", ()), table])
            case "preset" if stage.phase != "talk":
                return stage.note(preset=choice(move.fields, "preset", tuple(PRESETS)))
            case "panel":
                return stage.note(panel=max(0, min(3, whole(move.fields.get("n", 0)))))
            case "call":
                return stage.note(link=link_of(move.fields.get("link")))
            case "remove" if stage.phase in ("gather", "talk"):
                return self.removed(stage, move)
        return super().move(stage, move)

    def timed(self, stage: Stage, move: Move) -> Stage | None:
        """Moves that change the time of the talk."""
        schedule = self.schedule(stage)
        over = schedule.part(move.at) is None
        match move.name:
            case "next" | "skip" if not over:
                if self.on(schedule, move) == "check" and not move.fields.get("force"):
                    raise Refused("check_stays")
                return self.kept(stage, schedule.skipped(move.at))
            case "back" if not over:
                return self.kept(stage, schedule.back(move.at))
            case "pause":
                return self.kept(stage, schedule.paused(move.at))
            case "resume":
                resumed = self.kept(stage, schedule.resumed(move.at))
                return resumed.note(resumed_at=move.at)
            case "extend":
                least, most = LIMITS.get(self.on(schedule, move), USUAL_LIMITS)
                return self.kept(stage, schedule.stretched(move.at, seconds(move), least, most))
            case "stop" if not over:
                fb = next(length for name, _, length in self.plan() if name == "fb")
                return self.kept(stage, schedule.stopped(move.at, "fb", fb)).note(stopped=True)
            case "tip" | "nudge" if not over:
                return self.hinted(stage, schedule, move)
        return None

    def on(self, schedule: Schedule, move: Move) -> str:
        """The part that is on when a move is made."""
        part = schedule.part(move.at)
        return part.name if part else ""

    def kept(self, stage: Stage, schedule: Schedule) -> Stage:
        """The stage with a changed schedule; tables at their own pace begin from it anew."""
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
        if phase == "gather" and stage.phase == "optin":
            return self.group(entered, move)
        if phase == "talk" and stage.phase in ("gather", "ready"):
            return entered.note(schedule=self.begun(stage, move).written(), paces={})
        return entered

    def begun(self, stage: Stage, move: Move) -> Schedule:
        """The whole talk, beginning now."""
        return laid(self.plan(stage.data.get("preset", "")), at=move.at)

    def by_group(self, stage: Stage, move: Move) -> Stage:
        if move.name == "asks":  # what was seen before was another call
            table = whole(move.fields.get("table"))
            return stage.note(seen=[one for one in stage.data.get("seen", ()) if one != table])
        if stage.phase == "talk" and move.name in ("again", "ready"):
            table = whole(move.fields.get("table"))
            if move.name == "ready":
                return self.paced(stage, table, lambda s: s.skipped(move.at))
            return self.paced(stage, table, lambda s: s.stretched(move.at, AGAIN, *USUAL_LIMITS))
        return super().by_group(stage, move)

    def paced(self, stage: Stage, table: int, change: Any) -> Stage:
        """A table changes its own time."""
        paces = stage.data.get("paces", {})
        changed = change(self.schedule(stage, table)).written()
        return stage.note(paces={**paces, str(table): changed})

    def removed(self, stage: Stage, move: Move) -> Stage:
        """A chair that stands empty, said by the facilitator, by table and place."""
        table, place = whole(move.fields.get("table")), whole(move.fields.get("place"))
        tables = stage.data.get("tables", [])
        if not (0 < table <= len(tables) and 0 <= place < len(tables[table - 1])):
            raise Refused("not_understood")
        at = self.moment_at(self.schedule(stage), move.at) if stage.phase == "talk" else (0, -1)
        return stage.note(gone={**stage.data.get("gone", {}), tables[table - 1][place]: list(at)})

    # -- what is seen

    def view(self, scene: Scene, audience: Audience) -> Body:
        stage = scene.stage
        seen: Body = {
            "stand": stage.phase,
            "question": self.question,
            "has_field": self.summary_mode != "spoken",
            "shown": stage.phase == "debrief",
            "locked": stage.phase == "debrief",
            "call": self.call,
            "link": stage.data.get("link", ""),
            "next": NEXT.get(stage.phase, {}),
            **self.form(stage),
            **self.clock(stage),
        }
        if stage.phase == "optin":
            taking = [body for body in chairs_in(scene).values() if body["as"] == "yes"]
            seen["taking"] = step(len(taking))
        if stage.phase in ("gather", "talk") and audience != "phone":
            seen["tables"] = self.tables_told(scene, audience)
        if stage.phase == "debrief":
            seen |= {"panel": stage.data.get("panel", 0), "panels": self.measured(scene).panels()}
        if audience == "console":
            seen["unplaced"] = len(stage.data.get("unplaced", ()))
            seen["waiting"] = 0 if stage.phase == "optin" else self.waiting(scene)
            seen["intervals"] = self.measured(scene).intervals() if stage.phase == "debrief" else {}
        return seen

    def form(self, stage: Stage) -> Body:
        """In which form this round is held."""
        return {
            "prompts": self.prompts,
            "size": self.size,
            "turns": self.rounds,
            "find": self.find,
            "preset": stage.data.get("preset", self.preset),
            "presets": {name: self.minutes_of(name) for name in PRESETS},
            "observer": self.observer,
            "items": self.items,
            "summary_mode": self.summary_mode,
            "share": self.share,
            "mnemonics": self.mnemonics,
            "contrast": self.contrast,
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
        chair = mine.entries.get("chair")
        own: Body = {
            "joined": chair.body["as"] if chair else "",
            "pick": mine.seed % 1000,
            "answers": {
                slot: entry.body.get("answer") or entry.body.get("value")
                for slot, entry in mine.entries.items()
                if slot.split(".")[0] in ("check", "second", *ITEMS)
            },
            "help": (mine.body("help") or {}).get("reason", ""),
        }
        if chair is None or scene.stage.phase == "optin" or self.find == "neighbour":
            return own
        return own | self.own_place(scene, mine, chair)

    def own_place(self, scene: Scene, mine: Mine, chair: Entry) -> Body:
        """My table, my role in each turn, and what reaches me alone."""
        seating, turns = self.seating(scene), range(self.rounds)
        tables = [seating.table_of(chair.id, (n, END)) for n in turns]
        roles = [seating.role(chair.id, (n, END)) for n in turns]
        first = tables[0]
        place: Body = {
            "table": first.number if first else 0,
            "tables": [table.number if table else 0 for table in tables],
            "people": len(seating.there(first, (0, END))) if first else 0,
            "roles": roles,
            "met": [met_mark(seating.seed, chair.id, one)
                    for one in (first.people if first else ()) if one != chair.id],
            "ready": bool(first and first.number in scene.stage.data.get("ready", ())),
            "may_ask_other": not chair.body.get("asked_other"),
            "turns": [self.own_turn(scene, mine, table, n, role)
                      for n, (table, role) in enumerate(zip(tables, roles, strict=True))],
        }  # fmt: skip
        if self.sync == "group" and first and scene.stage.phase == "talk":
            place["parts"] = self.schedule(scene.stage, first.number).told()
        if nudge := scene.stage.data.get("nudge"):
            place["nudge"] = nudge if first and nudge["table"] == first.number else None
        return place

    def own_turn(
        self, scene: Scene, mine: Mine, table: Table | None, turn: int, role: str
    ) -> Body:  # fmt: skip
        """What reaches me alone in one turn, by my role in it."""
        if table is None:
            return {}
        if role == OBSERVER:
            known = mine.body(f"tally.{turn}") or {"counts": {}, "marks": []}
            return {"counts": known["counts"], "marks": known["marks"]}
        if role == LISTENER:
            return {
                "again": self.said(scene, turn, table.number) in ("almost", "no"),
                "tallied": self.tallied(scene, turn, table.number),
                "draft": (mine.body(f"draft.{turn}") or {}).get("text", ""),
                "verdict": self.decided(scene, turn, table.number).get("answer", ""),
            }
        if role == TELLER:
            draft = self.draft_for(scene, turn, table.number)
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
        measured = self.measured(scene)
        items = tuple(
            {"lane": CONFIRMED, "text": text, "shown": True, "confirmed": True, "id": f"h{n}"}
            for n, text in enumerate(measured.harvest())
        )
        facts = {"size": self.size, "preset": scene.stage.data.get("preset", self.preset)}
        return Results(items=items, findings=measured.findings(ITEMS), facts=facts)

    def measured(self, scene: Scene) -> Heard:
        """What the round showed."""
        return Heard(scene, beside=self.find == "neighbour")


#: What people agreed to share, as cards for whatever comes after.
CONFIRMED: Body = {
    "id": "confirmed", "look": "idea",
    "name": {"nl": "Bevestigd door de verteller", "en": "Confirmed by the teller"},
}  # fmt: skip


def link_of(value: Any) -> str:
    """A link to a call: https, or nothing."""
    text = str(value or "").strip()[:200]
    if text and not text.startswith("https://"):
        raise Refused("not_understood")
    return text


ROOM = Listening
