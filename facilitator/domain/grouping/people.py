"""Who takes part, what the facilitator chose, and the hard rules: who may sit together."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Person:
    """Somebody who takes part, and what the rules need to know about them."""

    id: str
    side: str = "room"  # room or remote
    languages: frozenset[str] = frozenset()  # empty: the session's language
    team: str = ""
    site: str = ""  # in the room an empty site is a place of its own
    camp: str = ""  # opinion group
    leads: bool = False
    with_leaders: bool = False  # chose that leader and others may sit together
    met: tuple[frozenset[str], ...] = ()  # what each round left; 0 is earlier today
    by: str = "voice"  # voice, text, or both
    listens: bool = False  # co-listener: comes on top of a group, may be the fourth
    interprets: bool = False  # listens, and is every language they speak to the others
    phone: str = ""  # whose phone they share


@dataclass(frozen=True)
class Rules:
    """What the facilitator chose. Only other_team and across_camps can give way."""

    size: int = 3
    remote: Literal["remote_with_remote", "mixed_buddy", "separate_sessions"] = "remote_with_remote"
    language: Literal["same", "any"] = "same"
    usual_language: str = "nl"
    other_team: bool = True
    across_camps: bool = False
    apart: frozenset[frozenset[str]] = frozenset()


def may_sit_together(a: Person, b: Person, rules: Rules) -> bool:
    """Whether no hard rule keeps two people apart."""
    return frozenset((a.id, b.id)) not in rules.apart and alike_enough(a, b, rules)


def alike_enough(a: Person, b: Person, rules: Rules) -> bool:
    """Whether side, site, leadership, language and the way they take part let two people sit
    together: who types sits with nobody who only talks."""
    return (
        sides_agree(a, b, rules)
        and {a.by, b.by} != {"voice", "text"}
        and (a.site == b.site or "remote" in (a.side, b.side))
        and (a.leads == b.leads or (a.with_leaders and b.with_leaders))
        and (rules.language == "any" or not spoken(a, rules).isdisjoint(spoken(b, rules)))
    )


def sides_agree(a: Person, b: Person, rules: Rules) -> bool:
    """Remote people sit together, or each with a buddy in the room. Somebody who is the only
    one at a distance where they do not mix finds no group, and the facilitator must know."""
    if rules.remote == "mixed_buddy":
        return "room" in (a.side, b.side)
    return a.side == b.side


def spoken(one: Person, rules: Rules) -> frozenset[str]:
    """The languages that somebody speaks."""
    return one.languages or frozenset((rules.usual_language,))


def sort(one: Person) -> Hashable:
    """What the rules see of somebody, pairs that are kept apart aside."""
    return (
        one.side, one.site, one.leads, one.with_leaders, one.languages, one.by, one.listens,
        one.interprets,
    )  # fmt: skip
