"""What tellers confirmed and share without their name. Who leads goes through it first: nobody
else sees a word of it before it is shown, and what was never shown is not kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from .about import yes
from .activity import Body, Entry, Move, Refused, Scene, Stage
from .results import Finding
from .tables import whole
from .words import choice, only

FEWEST = 5  # to hide among
PER_PAGE = 4  # they may be long
LAST_PANEL = 3  # the harvest lies behind the figures
REMOVED_FOR = ("name", "insult", "personal")

#: What these are, as cards for whatever comes after.
CONFIRMED: Body = {
    "id": "confirmed", "look": "idea",
    "name": {"nl": "Bevestigd door de verteller", "en": "Confirmed by the teller"},
}  # fmt: skip


@dataclass(frozen=True)
class Harvest:
    """The summaries that tellers share, all tables and turns together."""

    scene: Scene

    def aside(self, pile: str) -> dict[str, str]:
        """What was set aside or removed, by the id of its entry."""
        return dict(self.scene.stage.data.get(pile, {}))

    def laid(self) -> list[Entry]:
        """All but the removed ones, ordered by their random id."""
        gone = self.aside("removed")
        found = [e for e in self.scene.entries if e.body["what"] == "harvest" and e.id not in gone]
        return sorted(found, key=lambda e: e.id)

    def ready(self) -> list[Body]:
        """Those that may be shown, as cards."""
        aside = self.aside("parked")
        return [told(e) for e in self.laid() if e.id not in aside]

    def may_be_listed(self) -> bool:
        """Whether so many were shared that none points at a table. That stays so when some are
        set aside or removed."""
        return len(self.laid()) + len(self.aside("removed")) >= FEWEST

    def may_be_shown(self) -> bool:
        """Whether enough are left to hide among."""
        return len(self.ready()) >= FEWEST

    def shown(self) -> list[Body]:
        """What everybody may see, and what is kept: shown by who leads, and enough of it."""
        on = self.scene.stage.data.get("harvest_on")
        return self.ready() if on and self.may_be_shown() else []

    def page(self) -> Body | None:
        """One page of it, for the screen and the phones."""
        cards = self.shown()
        if not cards:
            return None
        pages = -(-len(cards) // PER_PAGE)
        page = min(self.scene.stage.data.get("page", 0), pages - 1)
        most = -(-len(cards) // pages)  # three and two rather than four and one
        on_page = cards[page * most : (page + 1) * most]
        return {"cards": on_page, "page": page, "pages": pages}

    def sorting(self) -> Body:
        """What the console gets: every summary without table or turn, once there are enough."""
        aside = self.aside("parked")
        listed = self.laid() if self.may_be_listed() else []
        return {
            "all": [{**told(e), "parked": e.id in aside} for e in listed],
            "enough": self.may_be_shown(),
            "on": bool(self.shown()),
            "page": self.page(),
            "removed": len(self.aside("removed")),
            "reasons": REMOVED_FOR,
        }

    def items(self) -> tuple[Body, ...]:
        """What is kept of it, and what a later activity is given."""
        return tuple({**card, "shown": True, "confirmed": True} for card in self.shown())

    def findings(self) -> tuple[Finding, ...]:
        """How many of those that were shared were removed, by reason. Everybody may see this."""
        if not self.may_be_listed():
            return ()
        removed = Counter(self.aside("removed").values())
        shared = len(self.laid()) + sum(removed.values())
        return tuple(Finding(f"removed:{why}", n, shared) for why, n in sorted(removed.items()))


def told(entry: Entry) -> Body:
    """A summary as a card."""
    return {"id": entry.id, "lane": CONFIRMED, "text": entry.body["text"]}


def sorted_out(stage: Stage, move: Move) -> Stage | None:
    """What who leads does with it. None for any other move."""
    card = str(move.fields.get("id"))
    match move.name:
        case "park":
            return stage.note(parked={**stage.data.get("parked", {}), card: "aside"})
        case "put_back":
            return put_back(stage, card)
        case "remove":
            reason = choice(move.fields, "reason", REMOVED_FOR)
            removed = {**stage.data.get("removed", {}), card: reason}
            return put_back(stage, card).note(removed=removed).to(gone=stage.gone | {card})
        case "page":
            return stage.note(page=whole(move.fields.get("n")))
        case "harvest":
            return turned(stage, move)
    return None


def put_back(stage: Stage, card: str) -> Stage:
    """The same stage with this one no longer set aside."""
    parked = stage.data.get("parked", {})
    return stage.note(parked={k: v for k, v in parked.items() if k != card})


def turned(stage: Stage, move: Move) -> Stage:
    """The screen and the phones show it, or no longer."""
    only(move.fields, "on")
    if "on" not in move.fields:
        raise Refused("choose_one_first")
    on = yes(move.fields["on"])
    return stage.note(harvest_on=on, panel=LAST_PANEL + on, page=0)
