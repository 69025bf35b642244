"""Themes: cards that belong together are laid together, and named in people's own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import ClassVar

from ..domain.activity import (
    Act,
    Activity,
    Audience,
    Body,
    Mine,
    Move,
    Outcome,
    Refused,
    Scene,
    Stage,
)
from ..domain.card_groups import CHANGES, LONGEST, Group, groups_of
from ..domain.results import Finding, Results
from ..domain.suggestions import shared_word, suggestions

CARDS_PER_PAGE = 9
BESIDE_GROUPS = 6  # loose cards that stand legibly beside the groups
GROUPS_PER_PAGE = 8
PHONE_TEXT = (
    11_500  # bytes of names and words, with what stands around them, in one view of a phone
)
AROUND, AROUND_GROUP = 90, 150  # bytes of the page around one text

Given = tuple[Body, ...]


@dataclass(frozen=True)
class Themes(Activity):
    """The facilitator groups, the room sees it happen. Nobody has to: what stays loose is an
    item of its own. Moves see ids alone, so that no word of a card stays behind in the stage."""

    kind: ClassVar[str] = "themes"

    @property
    def phases(self) -> tuple[str, ...]:
        return ("group", "show")

    def start(self, move: Move) -> Stage:
        """The ids of the cards, and which of them share a word."""
        cards = {card["id"]: card["text"] for card in on_table(move.fields.get("given", ()))}
        return super().start(move).note(table=tuple(cards), hints=suggestions(cards))

    def slots(self) -> tuple[str, ...]:
        return ()

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        raise Refused("nothing_to_answer_here")

    # -- what the facilitator does

    def move(self, stage: Stage, move: Move) -> Stage:
        if move.name == "page":
            return stage.note(page=page_number(move))
        change = CHANGES.get(move.name)
        if change:
            return stage.note(groups=change(stage, groups_of(stage), move.fields))
        moved = super().move(stage, move)
        return moved if moved.phase == stage.phase else moved.note(page=0)

    # -- what is seen

    def view(self, scene: Scene, audience: Audience) -> Body:
        shown = scene.stage.shown
        groups, loose = laid(scene, least=1 if audience == "console" or not shown else 2)
        if shown:
            groups.sort(key=lambda group: (-group["count"], group["n"]))
        seen: Body = {
            "question": self.question,
            "shown": shown,
            "total": len(loose) + sum(group["count"] for group in groups),
            "group_count": len(groups),
            "loose_count": len(loose),
            **page(scene, shown),
        }
        if audience == "console":
            return seen | {
                "groups": groups,
                "loose": loose,
                "hints": hints(scene),
                "longest": LONGEST,
            }
        if audience == "phone":
            return seen | fitting(groups, loose)
        return seen | on_page(groups, loose, seen)

    def results(self, scene: Scene) -> Results:
        """Named groups go on as one card; cards of a group that nobody named go on loose."""
        all_groups, loose = laid(scene, least=2)
        groups = [group for group in all_groups if group["name"]]
        unnamed = {
            card["id"] for group in all_groups if not group["name"]
            for pile in group["piles"] for card in (pile, *pile["under"])
        }  # fmt: skip
        shown = on_table(scene.given)
        loose += [told(card) for card in shown if card["id"] in unnamed]
        cards = len(loose) + sum(group["count"] for group in groups)
        items = tuple(chain(map(handed_on, groups), loose))
        return Results(items=items, findings=(Finding("groups", len(groups), cards),))


def page_number(move: Move) -> int:
    """Which page the screen turns to; the last is found when it is shown."""
    n = move.fields.get("n")
    if type(n) is not int:
        raise Refused("not_understood")
    return max(0, n)


# -- what lies where


def on_table(given: Iterable[Body]) -> Given:
    """The cards that were shown before, without what the room did not see."""
    return tuple(card for card in given if card.get("shown", True))


def laid(scene: Scene, least: int) -> tuple[list[Body], list[Body]]:
    """The groups of at least so many cards, and the cards that lie in none. A card that was
    removed since is in neither."""
    cards = {card["id"]: told(card) for card in on_table(scene.given)}
    here = [one.only(cards) for one in groups_of(scene.stage)]
    groups = [one for one in here if len(one.cards) >= least]
    inside = set(chain(*(one.cards for one in groups)))
    loose = [card for id, card in cards.items() if id not in inside]
    return [group_told(one, cards) for one in groups], loose


def told(card: Body) -> Body:
    """A card as everybody may see it."""
    return {"id": card["id"], "lane": card["lane"], "text": card["text"]}


def group_told(one: Group, cards: Mapping[str, Body]) -> Body:
    """A group with its cards; what says the same lies under one of them."""
    piles = [
        {**cards[top], "times": 1 + len(under), "under": [cards[card] for card in under]}
        for top, *under in one.piles
    ]
    lane = lane_of([cards[card]["lane"] for card in one.cards])
    return {"id": one.id, "n": one.n, "name": one.name, "lane": lane,
            "count": len(one.cards), "piles": piles}  # fmt: skip


def lane_of(lanes: list[Body]) -> Body:
    """The lane of most of these; a concern when it could be either."""
    counts = Counter(lane["id"] for lane in lanes)
    return min(lanes, key=lambda lane: (-counts[lane["id"]], lane["id"] != "concern", lane["id"]))


def handed_on(group: Body) -> Body:
    """A named group as a card that one can vote on. Its cards keep their ids as long as the
    session runs: words that are destroyed later are found in here too."""
    cards = [card for pile in group["piles"] for card in (pile, *pile["under"])]
    told = [{"id": card["id"], "text": card["text"]} for card in cards]
    told.sort(key=lambda card: card["text"])
    return {"id": group["id"], "lane": group["lane"], "text": group["name"], "cards": told}


def hints(scene: Scene) -> list[Body]:
    """The suggestions of which two cards or more are still loose, with the word they share."""
    _, loose = laid(scene, least=1)
    known = {card["id"]: card for card in loose}
    offered = [[known[card] for card in hint if card in known]
               for hint in scene.stage.data.get("hints", ())]  # fmt: skip
    return [
        {"n": n, "word": shared_word([card["text"] for card in cards]), "cards": cards}
        for n, cards in enumerate(offered)
        if len(cards) > 1
    ]


# -- pages and bounds


def page(scene: Scene, shown: bool) -> Body:
    """Which page the screen shows, of how many."""
    groups, loose = laid(scene, least=2 if shown else 1)
    for_groups, for_loose = (
        -(-len(groups) // GROUPS_PER_PAGE),
        -(-len(loose) // beside(groups, shown)),
    )
    pages = max(1, for_groups + for_loose if shown else max(for_groups, for_loose))
    return {"page": min(scene.stage.data.get("page", 0), pages - 1), "pages": pages}


def beside(groups: Collection[Body], shown: bool) -> int:
    """How many loose cards go on a page: fewer where groups stand on it too."""
    return BESIDE_GROUPS if groups and not shown else CARDS_PER_PAGE


def on_page(groups: list[Body], loose: list[Body], seen: Body) -> Body:
    """What the screen shows: while grouping, groups with loose cards beside them; afterwards the
    groups first, and then what stayed loose."""
    n, each = seen["page"], beside(groups, seen["shown"])
    last = max(0, -(-len(groups) // GROUPS_PER_PAGE) - 1)
    if seen["shown"]:
        cards = n - last - 1 if groups else n
        return {"groups": part(groups, n, GROUPS_PER_PAGE), "loose": part(loose, cards, each)}
    return {"groups": part(groups, min(n, last), GROUPS_PER_PAGE), "loose": part(loose, n, each)}


def part(things: list[Body], n: int, size: int) -> list[Body]:
    """One page of them."""
    return things[n * size : (n + 1) * size] if n >= 0 else []


def fitting(groups: list[Body], loose: list[Body]) -> Body:
    """All names and counts, and as many words as fit on a phone: first one card of each group,
    then a second, so that none stands there empty."""
    left = PHONE_TEXT - sum(AROUND_GROUP + cost(group["name"]) for group in groups)
    piles = [group["piles"] for group in groups]
    sent: list[list[Body]] = [[] for _ in (*piles, loose)]
    for row in zip_longest(*piles, loose):
        for place, card in enumerate(row):
            if card and cost(card["text"]) <= left:
                left -= cost(card["text"])
                sent[place].append({"text": card["text"], "lane": card["lane"],
                                    "times": card.get("times", 1)})  # fmt: skip
    told = [{**group, "piles": cards} for group, cards in zip(groups, sent, strict=False)]
    return {"groups": told, "loose": sent[-1]}


def cost(text: str) -> int:
    """How many bytes a text takes on a phone: its words, escaped, and what stands around them."""
    return len(text.encode()) + 4 * sum(text.count(sign) for sign in "&<>'\"") + AROUND


ROOM = Themes
