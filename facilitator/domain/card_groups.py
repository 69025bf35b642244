"""Groups of cards, and what a facilitator does with them: each a function from groups to groups."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from .activity import Refused, Stage
from .words import only, sentence

LONGEST = 60  # characters of a name
NAME = ("name", "called")  # in a form, `name` is that of the move

Pile = tuple[str, ...]  # ids of cards that say the same; the first lies on top


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
