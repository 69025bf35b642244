"""Listening: tell, sum up, *is that right?*, ask on, in pairs and trios with rotating roles.

What is told is kept nowhere. Only what the teller confirms goes further.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ..domain.activity import (
    Act,
    Activity,
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
from ..domain.grouping import Rules, grouped, may_sit_together
from ..domain.measures import interval, may_be_shown
from ..domain.results import Finding, Results
from ..domain.schedule import Schedule, laid, read
from ..domain.seating import (
    LISTENER,
    OBSERVER,
    TELLER,
    Moment,
    Seating,
    Table,
    met_mark,
    person_of,
)
from ..domain.tally import out_of_ten, spread, step
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
TO_ASK_OTHERS = 30.0  # seconds after the tables are known
TIP_STAYS = 15.0
LONGEST = 280

ANSWERS = ("right", "almost", "no")
HEARD = ("1", "2", "3", "4", "5")
ITEMS = ("heard", "voice", "attention", "helped")
TALLIES = ("open", "deeper", "closed", "leading", "advice", "silence", "interruption")
TOGGLES = ("attention", "content", "feeling", "own_view", "asked_right")
HELP = ("time", "technique", "tension")
SIDES = ("room", "remote")
NEWCOMER = "newcomer"
#: The last moment of a turn: who left during it is gone by then.
END = len(PARTS) + 1
#: What the large button does next.
NEXT: Mapping[str, Text] = {
    "ready": {"nl": "Begin", "en": "Begin"},
    "optin": {"nl": "Maak tafels", "en": "Make tables"},
    "gather": {"nl": "Begin", "en": "Begin"},
    "talk": {"nl": "Volgende stap", "en": "Next step"},
}


@dataclass(frozen=True)
class Listening(Activity):
    """With `find: neighbour` nobody is matched. With `table` and `remote` people say that they
    take part, and find each other by a number, a colour and an animal."""

    kind: ClassVar[str] = "listening"
    groups_at: ClassVar[frozenset[str]] = frozenset({"next", "regroup", "remove"})

    find: str = "table"
    size: int = 3
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
    other_team: bool = True
    remote_policy: str = "remote_with_remote"
    language: str = "same"
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

    def rules(self) -> Rules:
        """Who may sit with whom."""
        return Rules(
            size=self.size, remote=self.remote_policy,  # type: ignore[arg-type]
            language=self.language, other_team=self.other_team,  # type: ignore[arg-type]
        )  # fmt: skip

    def seating(self, scene: Scene) -> Seating:
        """Who sits where."""
        data = scene.stage.data
        tables = tuple(Table(n, tuple(ids)) for n, ids in enumerate(data.get("tables", ()), 1))
        return Seating(
            self.rounds, tables, chairs_in(scene), self.rules(), data.get("seed", 0),
            frozenset((b["chair"], b["turn"]) for b in scene.bodies("pass")),
            tuple(tuple(one) for one in data.get("merges", ())),
            {chair: tuple(at) for chair, at in data.get("gone", {}).items()},
        )  # fmt: skip

    def mates(self, scene: Scene, chair: str) -> tuple[str, ...]:
        """Everybody at the same table, oneself included."""
        table = self.seating(scene).table_of(chair, self.end_of_turn(scene))
        return table.people if table else ()

    def end_of_turn(self, scene: Scene) -> Moment:
        """The end of the turn that is on: what has changed in it counts."""
        return (min(self.moment(scene)[0], self.rounds - 1), END)

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

    def join(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        """Take part, watch, or not now. Who was away takes their own chair again."""
        only(act.fields, "as", "met", "leads", "with_leaders")
        how = choice({"as": "yes", **act.fields}, "as", ("yes", "watch", "no"))
        if scene.stage.phase == "debrief" or self.find == "neighbour":
            raise Refused("nothing_to_answer_here")
        known = mine.body("chair")
        if known and scene.stage.phase != "optin":
            return self.come_back(scene, mine, known)
        if how == "no":
            return [Take("chair")] if known else []
        chair = {
            "what": "chair", "as": how, "side": side_of(mine), "team": mine.about.get("team", ""),
            "site": mine.about.get("site", ""), "languages": languages_of(mine),
            "leads": act.fields.get("leads") in (True, "true", "yes"),
            "with_leaders": act.fields.get("with_leaders") in (True, "true", "yes"),
            "met": met_before(act.fields.get("met")), "until": None, "back": None,
            **self.place_for(scene, mine, how),
        }  # fmt: skip
        return [Put("chair", chair), Touch(self.beside_latecomers(scene, chair["from"]))]

    def beside_latecomers(self, scene: Scene, turn: int) -> tuple[str, ...]:
        """Whose place may change by one more latecomer: the others, and who they may join."""
        if not turn:
            return ()
        late = {one for one, body in chairs_in(scene).items() if body["from"] == turn}
        tables = self.seating(scene).tables_at((turn, 0))
        small = [table.people for table in tables if len(table.people) < 4]
        return tuple(sorted(late.union(*small)))

    def place_for(self, scene: Scene, mine: Mine, how: str) -> Body:
        """From which turn a newcomer counts, and at which table while all gather."""
        if scene.stage.phase == "optin":
            return {"from": 0}
        turn = self.moment(scene)[0]
        if scene.stage.phase == "talk":
            return {"from": min(turn + 1, self.rounds)}
        return self.place_while_gathering(scene, mine, how)

    def place_while_gathering(self, scene: Scene, mine: Mine, how: str) -> Body:
        """A pair becomes a trio; else one waits for a second latecomer, and they are a pair."""
        body = {"as": how, "side": side_of(mine), "languages": languages_of(mine), "team": "",
                "site": mine.about.get("site", ""), "leads": False, "with_leaders": False,
                "met": [], "from": 0, "until": None, "back": None}  # fmt: skip
        seating = self.seating(scene)
        trial = dataclasses.replace(seating, chairs={**seating.chairs, NEWCOMER: body})
        tables = list(seating.gathered().values())
        small = [table for table in tables if len(seating.there(table, (0, 0))) < 3]
        waiting = seating.unseated()
        if found := trial.room_at(small, NEWCOMER, (0, 0)):
            return {"from": 0, "table": found.number}
        for other in waiting:
            if trial.makes_a_pair(NEWCOMER, other, 0):
                number = max((table.number for table in tables), default=0) + 1
                return {"from": 0, "table": number, "with": other}
        if how == "watch" and (found := trial.room_at(tables, NEWCOMER, (0, 0))):
            return {"from": 0, "table": found.number}
        return {"from": 0}

    def come_back(self, scene: Scene, mine: Mine, known: Body) -> Outcome:
        """Who left, or was said to be gone, sits down on the same chair; without a table they
        wait for the next turn as any latecomer."""
        at = min(self.moment(scene), (self.rounds - 1, END))
        chair = mine.entries["chair"].id
        back = {**known, "back": list(at)}
        if scene.stage.phase == "talk" and not self.mates(scene, chair):
            back = {**known, "from": min(at[0] + 1, self.rounds), "until": None, "back": None}
        return [Put("chair", back), *self.sheltered(scene, {chair: back})]

    def leave(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """Stop taking part. Nobody is left alone by it."""
        only(act.fields)
        if scene.stage.phase == "optin":
            return [Take("chair")]
        left = {**mine.entries["chair"].body, "until": list(self.moment(scene)), "back": None}
        return [Put("chair", left), *self.sheltered(scene, {chair: left})]

    def sheltered(
        self, scene: Scene, changed: Mapping[str, Body], gone: Mapping[str, Moment] | None = None
    ) -> Outcome:  # fmt: skip
        """After these chairs changed: nobody stays alone, and all who are concerned are told."""
        now, here = self.seating(scene), self.end_of_turn(scene)
        after = dataclasses.replace(
            now, chairs={**now.chairs, **changed}, gone=now.gone if gone is None else gone
        )
        mergers = after.mergers(here)
        numbers = {number for table, into, _ in mergers for number in (table, into)}
        concerned = [
            table.people for table in after.tables_at(here)
            if table.number in numbers or set(table.people) & (set(changed) | set(gone or ()))
        ]  # fmt: skip
        moves: Outcome = [
            Move("merged", {"table": table, "into": into, "turn": turn})
            for table, into, turn in mergers
        ]
        late = set(after.without_table(after.tables_at(here), here))
        return [*moves, Touch(tuple(sorted(late.union(*concerned))))]

    def is_gone(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """Somebody at the table says that another is not there any more."""
        only(act.fields, "role")
        at, seating = self.moment(scene), self.seating(scene)
        table = seating.table_of(chair, (at[0], END))
        roles = seating.roles(table, (at[0], END)) if table else {}
        who = next((one for one, role in roles.items()
                    if role == act.fields.get("role") and one != chair), None)  # fmt: skip
        if who is None:
            raise Refused("not_understood")
        body = seating.chairs[who]
        if body.get("back") and tuple(body["back"]) >= at:  # came back in this very moment
            at = (body["back"][0], body["back"][1] + 1)
        return [
            Move("gone", {"chair": who, "at": list(at)}),
            *self.sheltered(scene, {}, {**seating.gone, who: at}),
        ]

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

    def ask_other(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """Another table, once, silently: changes place with somebody for whom it is as good."""
        only(act.fields)
        body = mine.entries["chair"].body
        since = scene.stage.data.get("grouped_at", scene.stage.since)
        if scene.stage.phase != "gather" or scene.now > since + TO_ASK_OTHERS:
            raise Refused("too_late_for_that")
        if body.get("asked_other"):
            raise Refused("once_is_enough")
        swap = self.swap_for(scene, chair)
        if swap is None:
            raise Refused("no_other_table")
        (table, place), (other, there) = swap
        people = self.seating(scene)
        touched = [t.people for t in people.tables if t.number in (table, other)]
        return [
            Put("chair", {**body, "asked_other": True}),
            Move("swap", {"from": [table, place], "to": [other, there]}),
            Touch(tuple(one for group in touched for one in group)),
        ]

    def swap_for(self, scene: Scene, chair: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """Two places, by table and place at it, that can change; the least costly."""
        seating, rules = self.seating(scene), self.rules()
        home = next((t for t in seating.tables if chair in t.people), None)
        if home is None:
            return None
        place = home.people.index(chair)
        for table in sorted(seating.tables, key=lambda t: seating.lot(f"{chair}/{t.number}")):
            for there, other in enumerate(table.people):
                if table is home or self.chairs_differ(seating, chair, other):
                    continue
                here = (*home.people[:place], other, *home.people[place + 1 :])
                yonder = (*table.people[:there], chair, *table.people[there + 1 :])
                if fits(seating, here, rules) and fits(seating, yonder, rules):
                    return (home.number, place), (table.number, there)
        return None

    def chairs_differ(self, seating: Seating, one: str, other: str) -> bool:
        """Whether one tells and the other watches: they cannot change places."""
        return seating.tells(one) != seating.tells(other)

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
        value = choice(act.fields, "value", (*HEARD, "pass"))
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
        return [Put("help", {"what": "help", "table": table.number if table else 0,
                             "reason": reason})]  # fmt: skip

    # -- what the facilitator does

    def move(self, stage: Stage, move: Move) -> Stage:
        if stage.phase == "talk" and (changed := self.timed(stage, move)):
            return changed
        match move.name:
            case "regroup" if stage.phase == "gather":
                return self.group(stage, move)
            case "ready" | "merged" | "gone" | "swap" | "again":
                return self.by_group(stage, move)
            case "seen":
                return stage.note(seen=[*stage.data.get("seen", ()), move.fields.get("table")])
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
        begin = part.end if part.name == "tell" else move.at
        when = [part.turn, place + (part.name == "tell")]
        before = stage.data.get("tip")
        if before and before["part"] == when:
            raise Refused("one_tip_a_part")
        text = sentence(move.fields, "text", 80, needed=False)
        tip = {"id": str(move.fields.get("id", ""))[:20], "text": text, "part": when,
               "from": begin, "to": begin + TIP_STAYS,
               "role": choice({"role": "all", **move.fields}, "role",
                              ("all", TELLER, LISTENER, OBSERVER))}  # fmt: skip
        return stage.note(tip=tip)

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

    def group(self, stage: Stage, move: Move) -> Stage:
        """Put everybody who takes part at a table."""
        people = [person_of(one["id"], one) for one in move.chairs if not one.get("until")]
        found = grouped(people, self.rules(), move.seed)
        return stage.note(
            tables=[list(group) for group in found.groups], unplaced=list(found.unplaced),
            seed=move.seed, grouped_at=move.at, merges=[], gone={}, ready=[],
        )  # fmt: skip

    def by_group(self, stage: Stage, move: Move) -> Stage:
        """What happened at a table."""
        if move.name == "swap":
            return self.swapped(stage, place_of(move, "from"), place_of(move, "to"))
        if move.name == "gone":
            at = list(place_of(move, "at"))
            return stage.note(gone={**stage.data.get("gone", {}), str(move.fields["chair"]): at})
        table = whole(move.fields.get("table"))
        if move.name == "merged":
            merged = [table, whole(move.fields.get("into")), whole(move.fields.get("turn"))]
            return stage.note(merges=[*stage.data.get("merges", ()), merged])
        if move.name == "again":
            stretched = lambda s: s.stretched(move.at, AGAIN, *USUAL_LIMITS)  # noqa: E731
            return self.paced(stage, table, stretched)
        if stage.phase == "gather":
            return stage.note(ready=sorted({*stage.data.get("ready", ()), table}))
        return self.paced(stage, table, lambda s: s.skipped(move.at))

    def paced(self, stage: Stage, table: int, change: Any) -> Stage:
        """A table changes its own time."""
        paces = stage.data.get("paces", {})
        changed = change(self.schedule(stage, table)).written()
        return stage.note(paces={**paces, str(table): changed})

    def swapped(self, stage: Stage, one: Moment, other: Moment) -> Stage:
        """Two people change places: (table, place) each."""
        tables = [list(ids) for ids in stage.data.get("tables", ())]
        for table, place in (one, other):
            if not (0 < table <= len(tables) and 0 <= place < len(tables[table - 1])):
                raise Refused("not_understood")
        (a, i), (b, j) = one, other
        tables[a - 1][i], tables[b - 1][j] = tables[b - 1][j], tables[a - 1][i]
        return stage.note(tables=tables)

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
        schedule = self.schedule(stage)
        taking = [body for body in chairs_in(scene).values() if body["as"] == "yes"]
        seen: Body = {
            "stand": stage.phase,
            "question": self.question,
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
            "shown": stage.phase == "debrief",
            "locked": stage.phase == "debrief",
            "parts": schedule.told() if stage.phase == "talk" else [],
            "paused_at": schedule.paused_at,
            "resumed_at": stage.data.get("resumed_at"),
            "stopped": bool(stage.data.get("stopped")),
            "tip": stage.data.get("tip"),
            "call": self.call,
            "link": stage.data.get("link", ""),
            "has_field": self.summary_mode != "spoken",
            "next": NEXT.get(stage.phase, {}),
        }
        if stage.phase == "optin":
            seen["taking"] = step(len(taking))
        if stage.phase in ("gather", "talk") and audience != "phone":
            seen["tables"] = self.tables_told(scene, audience)
        if stage.phase == "debrief":
            seen |= {"panel": stage.data.get("panel", 0), "panels": self.panels(scene)}
        if audience == "console":
            seen["unplaced"] = len(stage.data.get("unplaced", ()))
            seen["waiting"] = 0 if stage.phase == "optin" else self.waiting(scene)
            seen["intervals"] = self.intervals(scene) if stage.phase == "debrief" else {}
        return seen

    def tables_told(self, scene: Scene, audience: Audience) -> list[Body]:
        """The tables without their people: number, how many, whether they sit. Who asks for help
        is for the console alone."""
        seating = self.seating(scene)
        asks = {body["table"]: body["reason"] for body in scene.bodies("help")}
        seen = scene.stage.data.get("seen", ())
        ready, told = scene.stage.data.get("ready", ()), []
        for table in seating.gathered().values():
            there = seating.there(table, (0, 0))
            one: Body = {"number": table.number, "people": len(there),
                         "ready": table.number in ready}  # fmt: skip
            if audience == "console":
                one["help"] = asks.get(table.number, "") if table.number not in seen else ""
            told.append(one)
        return told

    def waiting(self, scene: Scene) -> int:
        """How many came late and sit nowhere yet."""
        late = [body for body in chairs_in(scene).values() if 0 < body["from"] < self.rounds]
        return len(self.seating(scene).unseated()) + len(late)

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

    # -- what it measured

    def answers(self, scene: Scene, item: str, side: str = "") -> list[Body]:
        """The answers to one question, passes left out."""
        given = [b for b in scene.bodies(item) if b["value"] != "pass"]
        return [b for b in given if not side or b["side"] == side]

    def groups(self, bodies: list[Body]) -> int:
        """From how many groups these came. With a neighbour each answer is a pair's."""
        if self.find == "neighbour":
            return len(bodies)
        return len({body["table"] for body in bodies})

    def heard_well(self, answers: list[Body]) -> int:
        """How many felt heard: four or five of five."""
        return sum(body["value"] in ("4", "5") for body in answers)

    def checks(self, scene: Scene, what: str = "check") -> list[Body]:
        """What tellers said of the summaries, passes left out."""
        return [b for b in scene.bodies(what) if b["answer"] in ANSWERS]

    def mix(self, scene: Scene) -> dict[str, int]:
        """What observers counted, all tables together."""
        counted: Counter[str] = Counter()
        for body in scene.bodies("tally"):
            counted.update({k: v for k, v in body["counts"].items() if k in TALLIES})
        return {what: counted[what] for what in TALLIES}

    def observed(self, scene: Scene) -> list[Body]:
        """Turns in which somebody counted."""
        return [body for body in scene.bodies("tally") if any(body["counts"].values())]

    def panels(self, scene: Scene) -> Body:
        """The four things to look at together; one without enough answers says so."""
        heard, checks = self.answers(scene, "heard"), self.checks(scene)
        observed = self.observed(scene)
        told: Body = {"heard": None, "summary": None, "mix": None}
        if may_be_shown(len(heard), self.groups(heard)):
            well = self.heard_well(heard)
            told["heard"] = {"of_ten": out_of_ten(well, len(heard)), "n": len(heard), "part": well}
        if may_be_shown(len(checks), self.groups(checks)):
            counts = spread((b["answer"] for b in checks), ANSWERS)
            told["summary"] = {"counts": counts, "n": len(checks),
                               "of_ten": out_of_ten(counts["right"], len(checks)),
                               "second": self.second_time(scene)}  # fmt: skip
        if may_be_shown(sum(self.mix(scene).values()), self.groups(observed)):
            told["mix"] = {"counts": self.mix(scene), "turns": len(observed)}
        return told

    def second_time(self, scene: Scene) -> int | None:
        """How many were right the second time, when enough tried again."""
        again = self.checks(scene, "second")
        if not may_be_shown(len(again), self.groups(again)):
            return None
        return len([body for body in again if body["answer"] == "right"])

    def intervals(self, scene: Scene) -> Body:
        """How sure the shares are, from 0 to 1: for the console."""
        panels, found = self.panels(scene), {}
        if heard := panels["heard"]:
            found["heard"] = interval(heard["part"], heard["n"])
        if summary := panels["summary"]:
            found["summary"] = interval(summary["counts"]["right"], summary["n"])
        return found

    def harvest(self, scene: Scene) -> list[str]:
        """What tellers confirmed and want to share, once there are enough to hide among."""
        texts = [b["text"] for b in scene.bodies("verdict") if b.get("share") and b.get("text")]
        return sorted(texts) if len(texts) >= FEWEST_SHARED else []

    def results(self, scene: Scene) -> Results:
        findings, panels = [], self.panels(scene)
        for item in ITEMS:
            given = self.answers(scene, item)
            if may_be_shown(len(given), self.groups(given)):
                counts = spread((b["value"] for b in given), HEARD)
                findings.append(Finding(item, counts, len(given)))
        if summary := panels["summary"]:
            findings.append(Finding("summary", summary["counts"], summary["n"]))
            if summary["second"] is not None:
                again = len(self.checks(scene, "second"))
                findings.append(Finding("second_time", summary["second"], again))
        if mix := panels["mix"]:
            findings.append(Finding("questions", mix["counts"], mix["turns"]))
        findings += self.parity(scene)
        items = tuple(
            {"lane": CONFIRMED, "text": text, "shown": True, "confirmed": True, "id": f"h{n}"}
            for n, text in enumerate(self.harvest(scene))
        )
        facts = {"size": self.size, "preset": self.preset}
        return Results(items=items, findings=tuple(findings), facts=facts)

    def parity(self, scene: Scene) -> list[Finding]:
        """Room and remote beside each other, only when both can be told."""
        found = []
        for side in SIDES:
            given = self.answers(scene, "heard", side)
            if not may_be_shown(len(given), self.groups(given)):
                return []
            counts = spread((b["value"] for b in given), HEARD)
            found.append(Finding(f"heard:{side}", counts, len(given)))
        return found


#: What people agreed to share, as cards for whatever comes after.
FEWEST_SHARED = 5
CONFIRMED: Body = {
    "id": "confirmed", "look": "idea",
    "name": {"nl": "Bevestigd door de verteller", "en": "Confirmed by the teller"},
}  # fmt: skip


def chairs_in(scene: Scene) -> dict[str, Body]:
    """All chairs by their id."""
    return {e.id: e.body for e in scene.entries if e.body["what"] == "chair"}


def fits(seating: Seating, people: tuple[str, ...], rules: Rules) -> bool:
    """Whether all of these may sit together."""
    known = [seating.person(one) for one in people]
    return all(may_sit_together(a, b, rules) for n, a in enumerate(known) for b in known[n + 1 :])


def side_of(mine: Mine) -> str:
    """In the room, unless this phone says that it is not."""
    return "remote" if mine.about.get("side") == "remote" else "room"


def languages_of(mine: Mine) -> list[str]:
    """The languages that this phone says its owner speaks."""
    spoken = mine.about.get("languages", "").replace(";", ",").split(",")
    return sorted({one.strip()[:8] for one in spoken if one.strip()})


def met_before(sent: Any) -> list[list[str]]:
    """What this phone kept of earlier rounds, most recent first; nothing when it makes no sense."""
    if not isinstance(sent, list):
        return []
    rounds = [one for one in sent[:4] if isinstance(one, list)]
    return [[str(mark)[:16] for mark in one[:4]] for one in rounds]


def whole(value: Any) -> int:
    """A whole number from outside, or Refused."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 5:
        return int(value)
    if type(value) is not int or not 0 <= value < 10_000:
        raise Refused("not_understood")
    return value


def place_of(move: Move, name: str) -> Moment:
    """A pair of whole numbers in a move, the second of which may be -1."""
    pair = move.fields.get(name)
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise Refused("not_understood")
    if not all(type(n) is int and -1 <= n < 10_000 for n in pair):
        raise Refused("not_understood")
    return (pair[0], pair[1])


def link_of(value: Any) -> str:
    """A link to a call: https, or nothing."""
    text = str(value or "").strip()[:200]
    if text and not text.startswith("https://"):
        raise Refused("not_understood")
    return text


ROOM = Listening
