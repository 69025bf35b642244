"""Who may sit at one table, where some share a phone and some interpret."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import combinations

from .people import Person, Rules, may_sit_together, spoken


def apart(people: Sequence[Person], rules: Rules) -> set[frozenset[str]]:
    """The pairs whom a rule keeps apart. Who interprets takes the want of a common language
    away, for people who each speak one of their languages; who shares a phone is not divided."""
    tongues = [spoken(one, rules) for one in people if one.interprets]
    anyhow = dataclasses.replace(rules, language="any") if tongues else rules

    def together(a: Person, b: Person) -> bool:
        if a.phone == b.phone != "" or may_sit_together(a, b, rules):
            return True
        understood = any(spoken(a, rules) & these and spoken(b, rules) & these for these in tongues)
        return understood and may_sit_together(a, b, anyhow)

    return {frozenset((a.id, b.id)) for a, b in combinations(people, 2) if not together(a, b)}


def welcome(one: Person, people: Sequence[Person], rules: Rules) -> bool:
    """Whether somebody may sit down with these people."""
    if all(may_sit_together(one, other, rules) for other in people):
        return True
    return not any(one.id in pair for pair in apart((*people, one), rules))
