"""Themes: cards that belong together are laid together, and named in people's own words."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any, ClassVar

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
from ..domain.results import Finding, Results
from ..domain.words import only, sentence

LONGEST = 60  # characters of a name
NAME = ("name", "called")  # in a form, `name` is that of the move
CARDS_PER_PAGE = 9
BESIDE_GROUPS = 6  # loose cards that stand legibly beside the groups
GROUPS_PER_PAGE = 8
PHONE_TEXT = (
    11_500  # bytes of names and words, with what stands around them, in one view of a phone
)
AROUND, AROUND_GROUP = 90, 150  # bytes of the page around one text

Pile = tuple[str, ...]  # ids of cards that say the same; the first lies on top
Given = tuple[Body, ...]


@dataclass(frozen=True)
class Group:
    """Cards that belong together. Its id serves a running session; its number people see."""

    id: str
    piles: tuple[Pile, ...]
    name: str = ""

    @property
    def n(self) -> int:
        """Its number, for as long as it has no name."""
        return int(self.id[1:])

    @property
    def cards(self) -> tuple[str, ...]:
        """The ids of all its cards."""
        return tuple(chain(*self.piles))

    def only(self, cards: Collection[str]) -> Group:
        """The same group with these of its cards alone. Who lay below comes on top."""
        kept = (tuple(card for card in pile if card in cards) for pile in self.piles)
        return dataclasses.replace(self, piles=tuple(pile for pile in kept if pile))

    def without(self, card: str) -> Group:
        """The same group without this card."""
        return self.only(set(self.cards) - {card})

    def plus(self, *piles: Pile) -> Group:
        """The same group with these cards as well."""
        return dataclasses.replace(self, piles=(*self.piles, *piles))

    def pile_of(self, card: str) -> Pile:
        """The pile in which a card lies."""
        return next(pile for pile in self.piles if card in pile)

    def is_top(self, card: str) -> bool:
        """Whether a card lies on top of its pile."""
        return self.pile_of(card)[0] == card


Groups = tuple[Group, ...]


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


# -- moves: the groups after one more of them


def group(stage: Stage, groups: Groups, fields: Mapping[str, Any]) -> Groups:
    """A new group of loose cards."""
    only(fields, "ids", *NAME)
    return founded(stage, groups, named(fields, "ids"), name_in(fields))


def founded(stage: Stage, groups: Groups, cards: Sequence[str], name: str = "") -> Groups:
    """One group more, under the first number that is free."""
    if set(cards) - set(stage.data["table"]) or any(home(groups, card) for card in cards):
        raise Refused("no_such_card")
    taken = {group.n for group in groups}
    number = next(n for n in range(1, len(taken) + 2) if n not in taken)
    return (*groups, Group(f"g{number:03}", tuple((card,) for card in cards), name))


def add(stage: Stage, groups: Groups, fields: Mapping[str, Any]) -> Groups:
    """A card, loose or from another group, into this group. What lies under it comes along."""
    only(fields, "id", "group")
    card, into = card_in(stage, fields), group_in(groups, fields.get("group"))
    if card in into.cards:
        raise Refused("not_understood")
    before = home(groups, card)
    pile = before.pile_of(card) if before and before.is_top(card) else (card,)
    for one in pile:
        groups = lifted(groups, one)
    return changed(groups, into.plus(pile))


def take_out(stage: Stage, groups: Groups, fields: Mapping[str, Any]) -> Groups:
    """A card out of its group."""
    only(fields, "id")
    card = card_in(stage, fields)
    grouped(groups, card)
    return lifted(groups, card)


def rename(stage: Stage, groups: Groups, fields: Mapping[str, Any]) -> Groups:
    """Another name; none gives the group its number back."""
    only(fields, "group", *NAME)
    one = group_in(groups, fields.get("group"))
    return changed(groups, dataclasses.replace(one, name=name_in(fields)))


def merge(stage: Stage, groups: Groups, fields: Mapping[str, Any]) -> Groups:
    """Several groups become one. It keeps the first name that one of them has."""
    only(fields, "groups")
    wanted = [group_in(groups, one) for one in named(fields, "groups")]
    if len(wanted) < 2:
        raise Refused("choose_one_first")
    first, *rest = wanted
    name = next((one.name for one in wanted if one.name), "")
    whole = dataclasses.replace(first, name=name).plus(*chain(*(one.piles for one in rest)))
    return changed(tuple(one for one in groups if one not in rest), whole)


def split(stage: Stage, groups: Groups, fields: Mapping[str, Any]) -> Groups:
    """All cards of a group loose again."""
    only(fields, "group")
    one = group_in(groups, fields.get("group"))
    return tuple(other for other in groups if other != one)


def same(stage: Stage, groups: Groups, fields: Mapping[str, Any]) -> Groups:
    """This card, with what lies under it, under another that says the same."""
    only(fields, "id", "as")
    card, other = card_in(stage, fields), card_in(stage, fields, "as")
    one = grouped(groups, card)
    if other not in one.cards or other in one.pile_of(card):
        raise Refused("no_such_card")
    below = one.pile_of(card) if one.is_top(card) else (card,)
    rest = one.only(set(one.cards) - set(below))
    piles = (pile + below if other in pile else pile for pile in rest.piles)
    return changed(groups, dataclasses.replace(one, piles=tuple(piles)))


def apart(stage: Stage, groups: Groups, fields: Mapping[str, Any]) -> Groups:
    """This card says something else after all."""
    only(fields, "id")
    card = card_in(stage, fields)
    one = grouped(groups, card)
    if len(one.pile_of(card)) < 2:
        raise Refused("not_understood")
    return changed(groups, one.without(card).plus((card,)))


def accept(stage: Stage, groups: Groups, fields: Mapping[str, Any]) -> Groups:
    """A suggestion, as far as its cards are still loose."""
    only(fields, "n")
    n, hinted = fields.get("n"), stage.data["hints"]
    if type(n) is not int or not 0 <= n < len(hinted):
        raise Refused("not_understood")
    return founded(stage, groups, still_loose(hinted[n], groups, stage.data["table"]))


CHANGES = {change.__name__: change
           for change in (group, add, take_out, rename, merge, split, same, apart, accept)}  # fmt: skip


def groups_of(stage: Stage) -> Groups:
    """The groups as the moves have made them."""
    made: Groups = stage.data.get("groups", ())
    return made


def home(groups: Groups, card: str) -> Group | None:
    """The group in which a card lies."""
    return next((one for one in groups if card in one.cards), None)


def grouped(groups: Groups, card: str) -> Group:
    """The group in which a card lies, or Refused."""
    one = home(groups, card)
    if one is None:
        raise Refused("no_such_card")
    return one


def changed(groups: Groups, fresh: Group) -> Groups:
    """The same groups with this one as it is now."""
    return tuple(fresh if one.id == fresh.id else one for one in groups)


def lifted(groups: Groups, card: str) -> Groups:
    """The groups without this card; an empty one is none."""
    rest = (one.without(card) for one in groups)
    return tuple(one for one in rest if one.piles)


def still_loose(hint: Pile, groups: Groups, table: Collection[str]) -> list[str]:
    """The cards of a suggestion that one can still group, or Refused: one alone is no group."""
    loose = [card for card in hint if card in table and home(groups, card) is None]
    if len(loose) < 2:
        raise Refused("no_such_card")
    return loose


def card_in(stage: Stage, fields: Mapping[str, Any], name: str = "id") -> str:
    """The card that a move names, or Refused."""
    card = fields.get(name)
    if not isinstance(card, str) or card not in stage.data["table"]:
        raise Refused("no_such_card")
    return card


def group_in(groups: Groups, id: Any) -> Group:
    """The group with this id, or Refused."""
    if not isinstance(id, str) or not id:
        raise Refused("choose_one_first")
    one = next((one for one in groups if one.id == id), None)
    if one is None:
        raise Refused("not_understood")
    return one


def name_in(fields: Mapping[str, Any]) -> str:
    """The name that a move gives, or none."""
    field = next((field for field in NAME if field in fields), NAME[0])
    return sentence(fields, field, LONGEST, needed=False)


def named(fields: Mapping[str, Any], name: str) -> list[str]:
    """Ids as a tool lists them, or as a form ticks them: {id: 1}. Each once."""
    value = fields.get(name, ())
    if isinstance(value, Mapping) and all(type(n) is int for n in value.values()):
        value = [id for id, n in value.items() if n]
    if not isinstance(value, list | tuple) or not all(isinstance(id, str) for id in value):
        raise Refused("not_understood")
    if not value:
        raise Refused("choose_one_first")
    if len(set(value)) < len(value):
        raise Refused("not_understood")
    return list(value)


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


# -- suggestions: which cards share a word that not every card has

WORD = re.compile(r"[^\W\d_]+")
SHORTEST, SHORTEST_PART = 3, 5  # letters of a word, and of one inside a longer word
PASSING_WORDS = """aan al alle alleen alles als altijd andere anders beetje beter bij daar dan dat de deze die dit
    doe doen door dus echt een eens eerst elk elke en er erg even ga gaan gaat geen geven goed goede
    graag had heb hebben heeft heel help het hier hij hoe hun iedereen iemand iets ik in is ja je
    jullie kan klaar komen komt krijg krijgen kun kunnen laat laten lang maak maar maken mee meer meestal
    men mensen met mij mijn minder moet moeten mogen na naar niemand niet niets nodig nog nooit nu of om omdat
    ons onze ook op over paar samen slecht snel soms staan staat steeds te teveel toch toe tot tussen uit
    vaak vaker van vaste veel vind voor waar waarom wanneer want was wat we weer weet weinig wel werd
    werk werken wie wij wil willen worden wordt zelf zien zij zijn zo zonder zou
    about after again all also always and any are back because been before better both but can come could
    did does doing don each even every everybody everyone few for from get gets give good had has have
    her here his how into its just know less like make many may more most much must need needs never
    new nobody not now off often once one only our out over own people really should since some somebody
    soon still such than that the their them then there they this those through time together too under until
    use very want was well were what when where which while who why will with without work working would you your"""
PASSING = frozenset(PASSING_WORDS.split())


def suggestions(cards: Mapping[str, str]) -> tuple[Pile, ...]:
    """Groups that one could make: cards that share a word, the largest first, each card once.
    A word that more than a third of the cards have says nothing about any of them."""
    most, taken = max(3, len(cards) // 3), set[str]()
    having = {word: found for word, found in sharing(cards).items() if len(found) <= most}
    found = []
    while left := {word: has - taken for word, has in having.items() if len(has - taken) > 1}:
        word = min(left, key=lambda word: (-len(left[word]), -len(word), word))
        taken |= left[word]
        found.append(tuple(sorted(left[word])))
    return tuple(found)


def sharing(cards: Mapping[str, str]) -> dict[str, set[str]]:
    """Which cards have a word, as it stands or as a part of a longer one: Dutch writes its
    compounds as one."""
    own = {card: set(stems(text)) for card, text in cards.items()}
    known, having = set(chain(*own.values())), defaultdict[str, set[str]](set)
    for card, words in own.items():
        for word in words | (set(chain(*map(parts, words))) & known):
            having[word].add(card)
    return having


def shared_word(texts: Sequence[str]) -> str:
    """The word that all of these share, in the shortest way in which one of them has it."""
    cards = {str(n): text for n, text in enumerate(texts)}
    in_all = [word for word, having in sharing(cards).items() if len(having) == len(texts)]
    longest = max(in_all, key=lambda word: (len(word), word), default="")
    spelled = [stems(text).get(longest, "") for text in texts]
    return min(filter(None, spelled), key=lambda word: (len(word), word), default="")


def parts(word: str) -> Iterator[str]:
    """With what a word begins and ends."""
    for length in range(SHORTEST_PART, len(word)):
        yield from (word[:length], word[-length:])


def stems(text: str) -> dict[str, str]:
    """The words that say something, each by its stem: without accents, capitals and the commonest
    endings."""
    found = (word for word in WORD.findall(text.lower()) if word not in PASSING)
    return {stem(bare(word)): word for word in found if len(word) >= SHORTEST}


def bare(word: str) -> str:
    """A word without its accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def stem(word: str) -> str:
    """A word in the singular, roughly: karren, karretje and kar are one; so are shift and shifts."""
    for ending in ("etjes", "etje", "tjes", "tje", "ingen", "ing", "en", "es", "s", "e"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= SHORTEST:
            return rest[:-1] if len(rest) > SHORTEST and rest[-1] == rest[-2] else rest
    return word


ROOM = Themes
