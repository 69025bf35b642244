"""Listening: tell, sum up, *is that right?*, ask on, in pairs and trios with rotating roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..domain import harvest, hints, lines, reaching, settings, taps
from ..domain.activity import (
    Act,
    Activity,
    Audience,
    Body,
    Entry,
    Mine,
    Move,
    Outcome,
    Refused,
    Scene,
    Stage,
    Text,
)
from ..domain.chairs import Table
from ..domain.choosing import FIRST, Choosing
from ..domain.dividing import sharing
from ..domain.gathering import NEXT, Answer
from ..domain.harvest import Harvest
from ..domain.laps import laid_now, lap, mine_of_now, next_lap, of_now
from ..domain.results import Results
from ..domain.seating import Seating
from ..domain.sharing import LEADER, SHARED, phone_of
from ..domain.sitting import END
from ..domain.tables import whole
from ..domain.trend import Figure, Trend
from ..domain.turns import LISTENER, OBSERVER, TELLER

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
class Listening(Choosing):
    """Turns in which one tells, one listens and one observes, on one clock for the room or each
    table at its own pace."""

    kind: ClassVar[str] = "listening"
    trend: ClassVar[Trend] = TREND
    types: ClassVar[bool] = True
    cards_on_a_sheet: ClassVar[int] = 4
    fleeting: ClassVar[frozenset[str]] = frozenset({"line", "draft", "tip_wanted"})

    @property
    def phases(self) -> tuple[str, ...]:
        if self.find == "neighbour":
            return ("ready", "talk", "debrief")
        return ("optin", "gather", "talk", "debrief")

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

    def answers(self) -> dict[str, Answer]:
        return super().answers() | {
            "well": self.all_well, "check": self.check, "heard": self.heard, "tally": self.tally, "pass": self.pass_on,
            "tell_after_all": self.tell_after_all, "undo": self.undo,
            "draft": self.draft, "verdict": self.verdict, "line": self.line,
            "added": self.added, "tip_wanted": self.tip_wanted,
        }  # fmt: skip

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
            case "show" if stage.phase != "debrief":
                return self.looked_back(stage, move)
            case "back" if stage.data.get("called_off"):
                again = Activity.enter(self, stage, stage.data["called_off"], move)
                return again.note(called_off="")
            case "panel":
                return stage.note(panel=min(harvest.LAST_PANEL, whole(move.fields.get("n", 0))))
        if stage.phase == "debrief" and (changed := harvest.sorted_out(stage, move)):
            return changed
        return super().move(stage, move)

    def looked_back(self, stage: Stage, move: Move) -> Stage:
        """*Show* cuts nobody off: looking back begins when the talk is over, as with *next*."""
        if stage.phase == "talk" and self.own_pace:
            self.must_mean_it(stage, move)
        elif stage.phase != "talk" or self.talks(stage, move.at):
            raise Refused("unknown_move", name=move.name)
        return self.enter(stage, "debrief", move)

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


def watching(seating: Seating, table: Table | None, turn: int) -> set[str]:
    """Whose phone is looked at at a table in a turn: that of who observes, or else of who listens.
    Where nobody does, each of them."""
    roles = seating.roles(table, (turn, END)) if table else {}
    held = {one: role for one, role in roles.items() if one != LEADER}
    for wanted in (OBSERVER, LISTENER):
        if found := {phone_of(one) for one, role in held.items() if role == wanted}:
            return found
    return {phone_of(one) for one in held}


ROOM = Listening
