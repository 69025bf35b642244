"""Ideas: cards in lanes, written in silence, opened together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import ClassVar

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
)
from ..domain.results import Finding, Results
from ..domain.tally import step
from ..domain.words import choice, only, sentence

LONGEST = 280
PARKED_FOR = ("not_now", "not_ours", "said_before")
REMOVED_FOR = ("name", "insult", "personal")
PER_PAGE = 9
MOST_ABOUT = 3

LANES: tuple[Body, ...] = (
    {"id": "concern", "name": {"nl": "Zorg", "en": "Concern"}, "look": "concern"},
    {"id": "idea", "name": {"nl": "Idee", "en": "Idea"}, "look": "idea"},
)


@dataclass(frozen=True)
class Ideas(Activity):
    """Write, sort, show. A room that hands on only writes; the one that goes on with its
    cards lets people choose one together first."""

    kind: ClassVar[str] = "ideas"

    lanes: tuple[Body, ...] = LANES
    most: int = 5
    hint: Text = field(default_factory=dict)
    hands_on: bool = False
    choose: bool = False

    @property
    def phases(self) -> tuple[str, ...]:
        if self.hands_on:
            return ("write",)
        return ("choose" if self.choose else "write", "sort", "show")

    def slots(self) -> tuple[str, ...]:
        return tuple(f"card.{n}" for n in range(self.most))

    # -- what people do

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        if act.name == "type" and mine.about.get("role") == "helper":
            return self.add(mine, act)
        if scene.stage.locked:
            raise Refused("writing_is_over")
        match act.name:
            case "choose" | "unchoose" if self.choose:
                return self.put_forward(mine, act)
            case "withdraw":
                only(act.fields, "id", "text")  # its form without scripts sends the field along
                return [Take(self.my_slot(mine, act))]
            case "add" | "change" if self.choose:
                raise Refused("writing_is_over")
            case "add":
                return self.add(mine, act)
            case "change":
                only(act.fields, "id", "text")
                slot = self.my_slot(mine, act)
                body = mine.entries[slot].body
                return [Put(slot, {**body, "text": sentence(act.fields, "text", LONGEST)})]
        raise Refused("unknown_act")

    def add(self, mine: Mine, act: Act) -> Outcome:
        """One more card, in the first free slot."""
        only(act.fields, "lane", "text")
        lane = choice(act.fields, "lane", tuple(lane["id"] for lane in self.lanes))
        text = sentence(act.fields, "text", LONGEST)
        free = next((slot for slot in self.slots() if slot not in mine.entries), None)
        if free is None:
            raise Refused("none_left", most=self.most)
        return [Put(free, {"what": "card", "lane": lane, "text": text})]

    def put_forward(self, mine: Mine, act: Act) -> Outcome:
        """Lay one of my cards on the table, or take it back."""
        only(act.fields, "id")
        slot = self.my_slot(mine, act)
        card = {**mine.entries[slot].body, "chosen": act.name == "choose"}
        return [Put(slot, card)]

    def my_slot(self, mine: Mine, act: Act) -> str:
        """Where my card with the id in this act lies, or Refused."""
        slot = mine.slot_of(str(act.fields.get("id")))
        if slot is None:
            raise Refused("not_your_card")
        return slot

    # -- what the facilitator does

    def move(self, stage: Stage, move: Move) -> Stage:
        match move.name:
            case "park":
                return self.aside(stage, move, "parked", PARKED_FOR)
            case "remove":
                card = str(move.fields.get("id"))
                aside = self.aside(unparked(stage, card), move, "removed", REMOVED_FOR)
                return aside.to(gone=stage.gone | {card})
            case "put_back":
                return unparked(stage, str(move.fields.get("id")))
            case "enlarge":
                return stage.note(large=str(move.fields.get("id") or ""))
            case "page":
                return stage.note(page=page_number(move), large="")
        return super().move(stage, move).note(large="")

    def aside(self, stage: Stage, move: Move, pile: str, reasons: tuple[str, ...]) -> Stage:
        """Lay a card aside with its reason. Only after the lock: before it nobody sees cards."""
        if not stage.locked:
            raise Refused("lock_first")
        reason = choice(move.fields, "reason", reasons)
        card = str(move.fields.get("id"))
        return stage.note(**{pile: {**stage.data.get(pile, {}), card: reason}})

    # -- what is seen

    def cards(self, scene: Scene) -> list[Entry]:
        """All cards but the removed ones, ordered by their random id."""
        removed = scene.stage.data.get("removed", {})
        kept = [e for e in scene.entries if e.body["what"] == "card" and e.id not in removed]
        return sorted(kept, key=lambda e: e.id)

    def on_table(self, scene: Scene) -> list[Entry]:
        """The cards to be shown: those people chose together, or all when nobody chose."""
        parked = scene.stage.data.get("parked", {})
        ready = [e for e in self.cards(scene) if e.id not in parked]
        return [e for e in ready if e.body.get("chosen")] or ready

    def told(self, entry: Entry) -> Body:
        """A card as everybody may see it."""
        lane = next((x for x in self.lanes if x["id"] == entry.body["lane"]), self.lanes[0])
        return {"id": entry.id, "lane": lane, "text": entry.body["text"]}

    def view(self, scene: Scene, audience: Audience) -> Body:
        stage = scene.stage
        seen: Body = {
            "phase": seen_phase(stage),
            "question": self.question,
            "hint": self.hint,
            "lanes": self.lanes,
            "longest": LONGEST,
            "most": self.most,
            "about": foremost(scene),
            "steps": step(len(self.cards(scene))),
            "removed": removed_counts(stage),
            "parked_count": len(stage.data.get("parked", {})),
            "has_field": stage.phase == "write",
        }
        if stage.shown:
            seen |= self.page(scene)
        if audience == "console" and stage.locked:
            seen |= self.sorting(scene)
        return seen

    def page(self, scene: Scene) -> Body:
        """One page of cards, numbered over all pages, and the enlarged one if there is one."""
        cards = [{**self.told(e), "n": n} for n, e in enumerate(self.on_table(scene), 1)]
        pages = max(1, -(-len(cards) // PER_PAGE))
        page = min(scene.stage.data.get("page", 0), pages - 1)
        large = next((c for c in cards if c["id"] == scene.stage.data.get("large")), None)
        on_page = cards[page * PER_PAGE : (page + 1) * PER_PAGE]
        return {"cards": on_page, "large": large, "page": page, "pages": pages, "total": len(cards)}

    def sorting(self, scene: Scene) -> Body:
        """What the console gets after the lock: every card, in the order of its random id."""
        parked = scene.stage.data.get("parked", {})
        table = {e.id for e in self.on_table(scene)}
        everything = [
            {**self.told(e), "on_table": e.id in table, "parked": parked.get(e.id)}
            for e in self.cards(scene)
        ]
        return {"all": everything, "park_reasons": PARKED_FOR, "remove_reasons": REMOVED_FOR}

    def own(self, scene: Scene, mine: Mine) -> Body:
        told = [{**self.told(e), "chosen": e.body.get("chosen", False)}
                for slot, e in sorted(mine.entries.items())]  # fmt: skip
        return {
            "cards": told,
            "left": self.most - len(mine.entries),
            "phase": seen_phase(scene.stage),
            "locked": scene.stage.locked,
        }

    def results(self, scene: Scene) -> Results:
        table = {e.id for e in self.on_table(scene)}
        parked = scene.stage.data.get("parked", {})
        items = []
        for entry in self.cards(scene):
            item = {**self.told(entry), "shown": entry.id in table}
            if entry.id in parked:
                item["parked"] = parked[entry.id]
            items.append(item)
        removed = removed_counts(scene.stage)
        findings = tuple(Finding(f"removed:{why}", n, n) for why, n in removed.items())
        return Results(items=tuple(items), findings=findings)


def unparked(stage: Stage, card: str) -> Stage:
    """The same stage with this card no longer parked."""
    parked = stage.data.get("parked", {})
    return stage.note(parked={k: v for k, v in parked.items() if k != card})


def page_number(move: Move) -> int:
    """Which page of cards the screen turns to; the last is found when it is shown."""
    n = move.fields.get("n")
    if type(n) is not int:
        raise Refused("not_understood")
    return max(0, n)


def chosen(card: Body) -> int:
    """The stones on a card that comes from a vote, and the hands counted for it."""
    return int(card.get("dots", 0)) + int(card.get("hands", 0))


def foremost(scene: Scene) -> list[str]:
    """What this writing is about: what came first in an earlier activity, when one hands it on."""
    first = [card for card in scene.given if card.get("rank") == 1 and chosen(card)]
    return sorted(card["text"] for card in first)[:MOST_ABOUT]


def seen_phase(stage: Stage) -> str:
    """What people see: cards that are hidden again are in the closed jar again."""
    return "sort" if stage.phase == "show" and not stage.shown else stage.phase


def removed_counts(stage: Stage) -> dict[str, int]:
    """How many cards were removed, by reason. Everybody may see this."""
    return dict(sorted(Counter(stage.data.get("removed", {}).values()).items()))


ROOM = Ideas
