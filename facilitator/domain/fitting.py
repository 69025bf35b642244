"""Who finds no table that fits, and why; and where somebody may sit down at once, to listen along."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from .activity import Body
from .chairs import Moment, Table
from .grouping import Person, welcome
from .seating import MOST, Seating
from .sharing import LEADER, chairs_on
from .turns import ALONE, OUT, TELLER, WAITING

#: What a phone does whose person gets no table in any turn to come, and that of who came when
#: the last turn was on and no table had room.
WITHOUT, TOO_LATE = "without", "too_late"

LANGUAGE, ELSEWHERE, LEADS, TYPES, ROOM, SEVERAL = (
    "language", "elsewhere", "leads", "types", "room", "several"
)  # fmt: skip
NEWCOMER = "newcomer"


def table_at_once(seating: Seating, who: Body, at: Moment) -> Table | None:
    """The smallest table where all on one phone may listen along from now on."""
    new = chairs_on(NEWCOMER, who)
    trial = dataclasses.replace(seating, chairs={**seating.chairs, **new})
    fits = [
        table for table in seating.tables_at(at)
        if has_room(seating, table, [*new], at) and all(trial.may_join(table, one, at) for one in new)
    ]  # fmt: skip
    return min(fits, default=None, key=lambda table: (
        len(seating.there(table, at)), seating.lot(f"{NEWCOMER}/{table.number}")
    ))  # fmt: skip


def left_over(seating: Seating, at: Moment) -> list[str]:
    """Who has no table at that moment, or is alone at one. Who leads sees to themselves."""
    nowhere = seating.without_table(seating.tables_at(at), at)
    seated = [one for table in seating.tables_at(at) for one in seating.talking(table, at)]
    alone = sorted((one for one in seated if seating.role(one, at) == ALONE), key=seating.lot)
    return [one for one in (*nowhere, *alone) if one != LEADER]


def reasons(seating: Seating, left: Sequence[str], at: Moment) -> dict[str, int]:
    """How many of these find no table, by the rule that stands in the way."""
    found = Counter(reason(seating, one, left, at) for one in left)
    return {why: found[why] for why in sorted(found) if why}


def reason(seating: Seating, chair: str, left: Iterable[str], at: Moment) -> str:
    """The one rule without which somebody could sit somewhere; "" where nobody else is."""
    me, rules = seating.person(chair), seating.rules
    tables = [seating.there(table, at) for table in seating.tables_at(at)]
    people = [[seating.person(one) for one in table] for table in tables if chair not in table]
    groups = [group for group in people if group]
    groups += [[seating.person(one)] for one in left if one != chair]
    if not groups:
        return ""
    if any(welcome(me, group, rules) for group in groups):
        return ROOM
    found, free = set[str](), dataclasses.replace(rules, language="any")
    for group in groups:
        first = group[0]
        if welcome(me, group, free):
            found.add(LANGUAGE)
        if welcome(beside(me, first), group, rules):
            found.add(ELSEWHERE)
        if welcome(ranked(me, first), group, rules):
            found.add(LEADS)
        if welcome(dataclasses.replace(me, by="both"), group, rules):
            found.add(TYPES)
    return next((why for why in (LANGUAGE, ELSEWHERE, LEADS, TYPES) if why in found), SEVERAL)


def beside(one: Person, other: Person) -> Person:
    """Somebody, as if they were where another is."""
    return dataclasses.replace(one, side=other.side, site=other.site)


def ranked(one: Person, other: Person) -> Person:
    """Somebody, as if they led people just as another does."""
    return dataclasses.replace(one, leads=other.leads, with_leaders=other.with_leaders)


def told_roles(roles: Sequence[str], tables: Sequence[int], begins: int) -> list[str]:
    """My role in each turn. Who waits is promised a table only if one comes."""
    if begins >= len(tables):
        return [TOO_LATE for _ in roles]
    return [
        WITHOUT if role == WAITING and not any(tables[n:]) else role
        for n, role in enumerate(roles)
    ]  # fmt: skip


# -- somebody of my table is gone


def others_by_word(roles: Mapping[str, str]) -> dict[str, str]:
    """People at a table by the word with which another says that they are gone: their role, and
    where several have the same, which of them in the order of turns."""
    several, seen, found = Counter(roles.values()), Counter[str](), {}
    for one, role in roles.items():
        seen[role] += 1
        found[role if several[role] == 1 else f"{role}.{seen[role]}"] = one
    return found


def others_in_turns(
    by_turn: Sequence[Mapping[str, str]], mine: Collection[str]
) -> list[list[Body]]:
    """Who else is at my table in each turn: the word for them, their role, and in which turn they
    told, counted from one."""
    told = {one: n for n, roles in reversed([*enumerate(by_turn, 1)])
            for one, role in roles.items() if role == TELLER}  # fmt: skip
    found = []
    for roles in by_turn:
        here = {one: role for one, role in roles.items() if role not in (OUT, WAITING)}
        rest = {one: role for one, role in here.items() if one not in mine}
        words = others_by_word(rest).items() if here.keys() & {*mine} else ()
        found.append([{"word": word, "role": rest[one], "told": told.get(one, 0)}
                      for word, one in words])  # fmt: skip
    return found


# -- a place that the facilitator gave


def has_room(seating: Seating, table: Table, people: Sequence[str], at: Moment) -> bool:
    """Whether so many more find a chair there."""
    return len(seating.there(table, at)) + len(people) <= MOST


def may_all_sit(seating: Seating, table: Table, people: Sequence[str], at: Moment) -> bool:
    """Whether no rule keeps these from the people of a table."""
    there = [seating.person(one) for one in seating.there(table, at)]
    return all(welcome(seating.person(one), there, seating.rules) for one in people)
