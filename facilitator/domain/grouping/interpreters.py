"""People who interpret: first where they bring somebody a table, then where they help most.

At a table with somebody who interprets no language need be everybody's, if each there speaks one
of theirs.
"""

from __future__ import annotations

import dataclasses

from .beginning import LOOK, grown, partners_left
from .people import spoken
from .row import Row
from .sets import People, all_in, bits, each

LARGEST = 4  # at a table, with who only listens or interprets
TELLING = 3  # of them

Groups = list[People]


def with_interpreters(row: Row, groups: Groups) -> Groups:
    """The groups with who interprets, and with those whom they bring a table."""
    if not row.interpreters:
        return groups
    anyhow = where_all_understand(row)
    near = {it: understood(row, it) & anyhow.partners[it] for it in each(row.interpreters)}
    for way in (bridged, at_home):
        for bridge in each(row.interpreters & ~all_in(groups)):
            groups = way(anyhow, groups, bridge, near[bridge] & ~row.interpreters)
    for one in each((row.tellers | row.listeners) & ~all_in(groups)):
        groups = seated(anyhow, groups, one, bits(it for it in near if near[it] >> one & 1))
    return groups


def where_all_understand(row: Row) -> Row:
    """The same people, as if all spoke one language."""
    everybody, tongues = (1 << len(row.people)) - 1, (1,) * len(row.people)
    return dataclasses.replace(row, partners=row.anyhow, tongues=tongues, speakers=(everybody,))


def understood(row: Row, bridge: int) -> People:
    """Who speaks one of the languages of who interprets."""
    return all_in(row.speakers[tongue] for tongue in each(row.tongues[bridge]))


def bridged(row: Row, groups: Groups, bridge: int, near: People) -> Groups:
    """Who interprets brings somebody a table, if they can. Those near are who understand them."""
    alone = row.tellers & ~all_in(groups) & near
    for way in (both_alone, third_at_a_pair, one_of_a_trio) if alone else ():
        if found := way(row, groups, alone, near):
            *others, table = found
            return [*others, table | 1 << bridge]
    return groups


def both_alone(row: Row, groups: Groups, alone: People, near: People) -> Groups:
    """People without a table understand each other by who interprets."""
    left = partners_left(row, alone)
    for wanted in (3, 2) if row.rules.size == 3 else (2,):
        for one in each(alone)[: LOOK if wanted == 3 else None]:
            table = grown(row, 1 << one, left, wanted, alone)
            if table.bit_count() == wanted:
                return [*groups, table]
    return []


def third_at_a_pair(row: Row, groups: Groups, alone: People, near: People) -> Groups:
    """Somebody without a table comes to two others."""
    for place, group in enumerate(groups):
        if group.bit_count() == 2 and not group & ~near and row.welcome(group) & alone:
            table = grown(row, group, partners_left(row, alone), 3, alone)
            return [*without(groups, place), table]
    return []


def one_of_a_trio(row: Row, groups: Groups, alone: People, near: People) -> Groups:
    """Somebody of a trio sits with who has no table."""
    left = partners_left(row, alone)
    for place, group in enumerate(groups):
        if group.bit_count() != 3 or group & row.interpreters:
            continue
        free = each(group & near & ~row.fixed)
        for other in sorted(free, key=lambda one: row.listeners >> one & 1):
            rest, pair = group & ~(1 << other), grown(row, 1 << other, left, 2, alone)
            if pair & alone and rest & row.tellers:
                return [*without(groups, place), rest, pair]
    return []


def at_home(row: Row, groups: Groups, bridge: int, near: People) -> Groups:
    """On top of a table where nobody interprets yet: first where some do not speak the usual
    language."""
    usual = row.rules.usual_language
    speak = bits(n for n, one in enumerate(row.people) if usual in spoken(one, row.rules))
    fits = [n for n, it in enumerate(groups) if not it & ~near and it.bit_count() < LARGEST]
    home = min(fits, default=None, key=lambda n: not groups[n] & ~speak)
    if home is None:
        return groups
    return [*without(groups, home), groups[home] | 1 << bridge]


def seated(row: Row, groups: Groups, one: int, bridges: People) -> Groups:
    """Who is still without a table comes to where one of these interprets, if there is room."""
    for place, group in enumerate(groups):
        tellers = ((group | 1 << one) & row.tellers).bit_count()
        room = group.bit_count() < LARGEST and tellers <= TELLING
        if group & bridges and room and not group & ~row.partners[one]:
            return [*without(groups, place), group | 1 << one]
    return groups


def without(groups: Groups, place: int) -> Groups:
    """The other groups."""
    return [*groups[:place], *groups[place + 1 :]]
