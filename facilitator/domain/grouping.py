"""Who sits with whom: pairs and trios that keep every hard rule and mix as well as they can.

The method is a shuffled greedy start, then up to 300 changes that each lessen the total cost.
Chance is a lot per person, a hash of the seed and the id, so that the same people and the same
seed give the same groups, in whatever order the people came.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import blake2b
from itertools import combinations
from operator import add
from typing import Literal

#: What a pair costs, in points; the sizes say only which wish gives way to which.
SAME_TEAM, SAME_CAMP, BOTH_LEAD = 10, 15, 3
MET_TODAY, MET_BEFORE = 50, 20

#: How many changes may lessen the total, and how many people may look for one.
CHANGES, TRIES = 300, 150
#: How many people, in the order of their lots, are considered for a place.
LOOK = 24
#: How many sorts of people are asked to make way for somebody, and for how many sorts of
#: people this may be in vain.
PATIENCE = SORTS = 30

Group = tuple[int, ...]


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


@dataclass(frozen=True)
class Grouping:
    """Groups of ids in the order of turns, co-listeners last, and who found no group."""

    groups: tuple[tuple[str, ...], ...]
    unplaced: tuple[str, ...]


def sizes(n: int, size: int) -> tuple[int, ...]:
    """The sizes of the groups of n people, largest first. Nobody is alone but one alone."""
    if n <= 1:
        return (1,) * n
    if size == 2:
        return (3,) * (n % 2) + (2,) * ((n - 3 * (n % 2)) // 2)
    pairs = -n % 3
    return (3,) * ((n - 2 * pairs) // 3) + (2,) * pairs


# -- hard rules


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


# -- wishes


def cost(a: Person, b: Person, rules: Rules) -> int:
    """How little two people are wanted in one group, in points."""
    return likeness(a, b, rules) + acquaintance(a, b)


def likeness(a: Person, b: Person, rules: Rules) -> int:
    """Points for one team, for one camp where camps should mix, and for two who lead."""
    return (
        SAME_TEAM * (rules.other_team and a.team == b.team != "")
        + SAME_CAMP * (rules.across_camps and a.camp == b.camp != "")
        + BOTH_LEAD * (a.leads and b.leads)
    )


def acquaintance(a: Person, b: Person) -> int:
    """Points for having met: most for earlier today, fewer the more sessions ago.

    What two people share stands at a different distance for each when one of them came to
    more sessions since. The smaller distance counts; it is today only if it is so for both.
    """
    shared = [
        (i, j) for i, ours in enumerate(a.met) for j, theirs in enumerate(b.met) if ours & theirs
    ]
    if not shared:
        return 0
    if (0, 0) in shared:
        return MET_TODAY
    return MET_BEFORE // max(1, min(map(min, shared)))


# -- the people as numbers


@dataclass(frozen=True)
class Room:
    """The people in the order of their lots. From here on somebody is their number in that
    order, and a set of people is a whole number with their bits."""

    people: tuple[Person, ...]
    rules: Rules
    partners: tuple[int, ...]  # by person: everybody they may sit with, and they themselves
    tongues: tuple[int, ...]  # by person: a bit for each language that counts
    costs: tuple[list[int], ...]  # by person and person, in points
    sorts: tuple[Hashable, ...]  # by person: who is of one sort is the same to the hard rules

    @classmethod
    def of(cls, people: Iterable[Person], rules: Rules, seed: int) -> Room:
        row = tuple(sorted(people, key=lambda one: lot(seed, "place", one.id)))
        return cls(
            people=row,
            rules=rules,
            partners=partners(row, rules),
            tongues=tongues(row, rules),
            costs=costs(row, rules),
            sorts=sorts(row, rules),
        )

    def listeners(self) -> list[int]:
        return [one for one, person in enumerate(self.people) if person.listens]

    def tellers(self) -> list[int]:
        return [one for one, person in enumerate(self.people) if not person.listens]

    def agree(self, group: Sequence[int]) -> bool:
        """Everybody may sit with everybody, and one language is everybody's."""
        everybody, common = bits(group), -1
        for one in group:
            if everybody & ~self.partners[one]:
                return False
            common &= self.tongues[one]
        return common != 0

    def may_be(self, group: Sequence[int]) -> bool:
        """Two or three who agree, or four with a co-listener, and somebody to listen to."""
        listening = sum(self.people[one].listens for one in group)
        most = 4 if listening else 3
        return 2 <= len(group) <= most and listening < len(group) and self.agree(group)

    def strain(self, one: int, group: Sequence[int]) -> int:
        """What it costs that somebody sits with a group."""
        row = self.costs[one]
        return sum([row[other] for other in group])

    def total(self, groups: Iterable[Sequence[int]]) -> int:
        """What an arrangement costs, in points."""
        return sum(self.costs[a][b] for group in groups for a, b in combinations(group, 2))


def lot(seed: int, purpose: str, name: str) -> bytes:
    """Chance that anybody can repeat who knows the seed."""
    return blake2b(f"{seed} {purpose} {name}".encode(), digest_size=12).digest()


def bits(people: Iterable[int]) -> int:
    """A set of people as one number."""
    found = 0
    for one in people:
        found |= 1 << one
    return found


def each(people: int) -> Iterator[int]:
    """The people of a set, in the order of their lots."""
    while people:
        lowest = people & -people
        yield lowest.bit_length() - 1
        people ^= lowest


def sort(one: Person) -> Hashable:
    """What the rules see of somebody, pairs that are kept apart aside."""
    return (
        one.side, one.site, one.leads, one.with_leaders, one.languages, one.by, one.listens,
        one.interprets,
    )  # fmt: skip


def sorts(row: Sequence[Person], rules: Rules) -> tuple[Hashable, ...]:
    """What the rules see of each: two of one sort can take each other's place anywhere."""
    named = {name for pair in rules.apart for name in pair}
    return tuple((sort(one), one.id if one.id in named else "") for one in row)


def partners(row: Sequence[Person], rules: Rules) -> tuple[int, ...]:
    """Whom each may sit with. People who are alike to the rules are compared once."""
    alike = defaultdict(list)
    for number, one in enumerate(row):
        alike[sort(one)].append(number)
    kinds = list(alike.values())
    found = [1 << number for number in range(len(row))]
    for ours in kinds:
        with_us = 0
        for theirs in kinds:
            if alike_enough(row[ours[0]], row[theirs[0]], rules):
                with_us |= bits(theirs)
        for number in ours:
            found[number] |= with_us
    number_of = {one.id: number for number, one in enumerate(row)}
    for pair in rules.apart:
        both = [number_of[name] for name in pair if name in number_of]
        if len(both) == 2:
            found[both[0]] &= ~(1 << both[1])
            found[both[1]] &= ~(1 << both[0])
    return tuple(found)


def tongues(row: Sequence[Person], rules: Rules) -> tuple[int, ...]:
    """The languages of each, as bits; one bit for all where any language will do."""
    if rules.language == "any":
        return (1,) * len(row)
    bit = {tongue: i for i, tongue in enumerate(sorted({t for p in row for t in spoken(p, rules)}))}
    return tuple(bits(bit[tongue] for tongue in spoken(one, rules)) for one in row)


def costs(row: Sequence[Person], rules: Rules) -> tuple[list[int], ...]:
    """What every pair costs. Likeness is compared once a kind, acquaintance where there is any."""
    kind = [(one.team, one.camp, one.leads) for one in row]
    example = dict(zip(kind, row, strict=True))
    points = {
        ours: {theirs: likeness(a, b, rules) for theirs, b in example.items()}
        for ours, a in example.items()
    }
    lines = {ours: [points[ours][theirs] for theirs in kind] for ours in example}
    found = [lines[ours].copy() for ours in kind]
    for i, j in acquainted(row):
        found[i][j] += acquaintance(row[i], row[j])
        found[j][i] = found[i][j]
    for number, line in enumerate(found):
        line[number] = 0
    return tuple(found)


def acquainted(row: Sequence[Person]) -> set[tuple[int, int]]:
    """The pairs that share something of an earlier round."""
    holders = defaultdict(list)
    for number, one in enumerate(row):
        for shared in frozenset().union(*one.met):
            holders[shared].append(number)
    return {pair for both in holders.values() for pair in combinations(both, 2)}


# -- the start


def begun(room: Room) -> list[Group]:
    """A first arrangement: who has the fewest partners left chooses first, the cheapest."""
    free, groups = bits(room.tellers()), []
    while free:
        group = gathered(room, free)
        free &= ~bits(group)
        if len(group) > 1:
            groups.append(group)
    return groups


def gathered(room: Room, free: int) -> Group:
    """One group of the size that the table asks, or as near as the rules allow."""
    first = min(each(free), key=lambda one: (room.partners[one] & free).bit_count())
    wanted = sizes(reach(room, first, free).bit_count(), room.rules.size)[0]
    group: Group = (first,)
    open_to = room.partners[first] & free & ~(1 << first)
    while len(group) < wanted and (found := candidates(room, group, open_to)):
        best = min(
            found, key=lambda o: (room.strain(o, group), (room.partners[o] & free).bit_count())
        )
        group = (*group, best)
        open_to &= room.partners[best] & ~(1 << best)
    return group


def candidates(room: Room, group: Group, open_to: int) -> list[int]:
    """The first people by lot who share the language of a group."""
    common = -1
    for one in group:
        common &= room.tongues[one]
    found = []
    for one in each(open_to):
        if room.tongues[one] & common:
            found.append(one)
            if len(found) == LOOK:
                break
    return found


def reach(room: Room, one: int, free: int) -> int:
    """Everybody who is linked to somebody by people who may sit together."""
    reached = todo = 1 << one
    while todo and reached != free:
        lowest = todo & -todo
        new = room.partners[lowest.bit_length() - 1] & free & ~reached
        reached |= new
        todo = (todo ^ lowest) | new
    return reached


# -- better


def improved(room: Room, groups: Sequence[Group]) -> list[Group]:
    """The same sizes at a lower total: those who cost most look first for a better place."""
    better, changes, tries = list(groups), 0, 0
    strain = {one: room.strain(one, group) for group in groups for one in group}
    restless = True
    while restless:
        restless = False
        for one in sorted(filter(strain.get, strain), key=lambda one: (-strain[one], one)):
            tries += 1
            if changes == CHANGES or tries > TRIES:
                return better
            change = best_change(room, better, strain, one)
            for place, group in change.items():
                better[place] = group
                strain |= {other: room.strain(other, group) for other in group}
            changes += bool(change)
            restless |= bool(change)
    return better


def best_change(
    room: Room, groups: Sequence[Group], strain: dict[int, int], one: int
) -> dict[int, Group]:
    """The groups that change, by place, when somebody swaps or moves to the greatest gain."""
    here = next(place for place, group in enumerate(groups) if one in group)
    rest = without(groups[here], one)
    row, own = room.costs[one], strain[one]
    with_rest = reduce(lambda a, b: [*map(add, a, b)], [room.costs[other] for other in rest])
    change: dict[int, Group] = {}
    most = 0
    for there, group in enumerate(groups):
        if there == here:
            continue
        gone = own - sum([row[other] for other in group])
        if len(group) <= len(rest) and gone > most and room.agree((*group, one)):
            most, change = gone, {here: rest, there: (*group, one)}
        for other in group:
            gain = gone + row[other] + strain[other] - with_rest[other]
            if gain > most and may_swap(room, rest, one, without(group, other), other):
                most = gain
                change = {here: (*rest, other), there: (*without(group, other), one)}
        if most >= own:  # one who sits well and troubles nobody need not look further
            break
    return change


def may_swap(room: Room, ours: Group, one: int, theirs: Group, other: int) -> bool:
    """Whether two people may take each other's place."""
    return room.agree((*ours, other)) and room.agree((*theirs, one))


def without(group: Group, one: int) -> Group:
    return tuple(other for other in group if other != one)


# -- nobody alone


def completed(room: Room, groups: Sequence[Group], spare: Sequence[int] = ()) -> list[Group]:
    """Everybody who tells has a group, as far as exchanges of one person can bring it about.
    Spare co-listeners may be called upon."""
    found = list(groups)
    hopeless: set[Hashable] = set()
    for one in alone(room.tellers(), found):
        waiting = alone([*room.tellers(), *spare], found)
        if one in waiting and room.sorts[one] not in hopeless and len(hopeless) < SORTS:
            waiting.remove(one)
            after = placed(room, found, one, waiting)
            if after is found:
                hopeless.add(room.sorts[one])
            found = after
    return found


def alone(people: Iterable[int], groups: Iterable[Group]) -> list[int]:
    """Those of the people who are in no group."""
    seated = {one for group in groups for one in group}
    return [one for one in people if one not in seated]


def placed(room: Room, groups: list[Group], one: int, waiting: Sequence[int]) -> list[Group]:
    """The groups with somebody among them, or as they were: one takes the place of another,
    who takes the place of another, until somebody finds a group without sending anybody away."""
    seen, queue = {room.sorts[one]}, deque([(groups, one)])
    while queue and len(seen) < PATIENCE:
        now, left = queue.popleft()
        if found := taken_in(room, now, left, waiting):
            return found
        for place, group in enumerate(now):
            for other in group:
                if room.sorts[other] in seen:
                    continue
                swapped = (*without(group, other), left)
                if room.may_be(swapped):
                    after = replaced(now, {place: swapped})
                    if room.people[other].listens:
                        return after
                    seen.add(room.sorts[other])
                    queue.append((after, other))
    return groups


def taken_in(
    room: Room, groups: list[Group], one: int, waiting: Sequence[int]
) -> list[Group] | None:
    """The groups when somebody joins another who waits, joins a pair, or is joined from a trio."""
    for other in waiting:
        if room.may_be((one, other)):
            return [*groups, (one, other)]
    ways = [joining, parting] if room.rules.size == 3 else [parting, joining]
    for way in ways:
        for place, group in enumerate(groups):
            if found := way(room, group, one):
                return [*groups[:place], *found, *groups[place + 1 :]]
    return None


def joining(room: Room, group: Group, one: int) -> list[Group]:
    """A pair becomes a trio."""
    return [(*group, one)] if len(group) == 2 and room.may_be((*group, one)) else []


def parting(room: Room, group: Group, one: int) -> list[Group]:
    """A trio becomes two pairs."""
    for other in group:
        pairs = [without(group, other), (other, one)]
        if all(room.may_be(pair) for pair in pairs):
            return pairs
    return []


# -- co-listeners


def with_listeners(room: Room, groups: Sequence[Group]) -> list[Group]:
    """Co-listeners join the smallest groups they fit. A second one comes to a group only when
    no group without one can take one more."""
    free = alone(room.listeners(), groups)
    found = list(groups)
    while joined := matched(room, found, free):
        found = [(*group, joined[i]) if i in joined else group for i, group in enumerate(found)]
        free = alone(free, found)
    hopeless: set[Hashable] = set()
    for one in free:
        if room.sorts[one] not in hopeless and len(hopeless) < SORTS:
            after = with_room_for(room, found, one)
            if after is found:
                hopeless.add(room.sorts[one])
            found = after
    return found


def with_room_for(room: Room, groups: list[Group], one: int) -> list[Group]:
    """The groups with one more co-listener, or as they were: two others change places first,
    or another co-listener goes on to a group that still has room."""
    roomy = [i for i, group in enumerate(groups) if len(group) < 4]
    for i, other in ((i, other) for i, group in enumerate(groups) for other in group):
        rest = without(groups[i], other)
        if not roomy or not room.may_be((*rest, one)):
            continue
        for j, there in enumerate(groups):
            if j == i:
                continue
            if room.people[other].listens and room.may_be((*there, other)):
                return replaced(groups, {i: (*rest, one), j: (*there, other)})
            for new in there if i in roomy else ():
                here, gone = (*rest, one, new), (*without(there, new), other)
                if room.may_be(here) and room.may_be(gone):
                    return replaced(groups, {i: here, j: gone})
    return groups


def replaced(groups: Sequence[Group], change: dict[int, Group]) -> list[Group]:
    """The groups, with others in some places."""
    return [change.get(place, group) for place, group in enumerate(groups)]


def matched(room: Room, groups: Sequence[Group], free: Sequence[int]) -> dict[int, int]:
    """One co-listener for as many groups as can be, the groups with fewest first.

    A group that comes later may take a co-listener for whom the earlier group finds another
    (Kuhn's augmenting paths), so that no group goes without for want of a better order.
    """
    heard = [sum(room.people[one].listens for one in group) for group in groups]
    fit = {
        i: sorted(
            (o for o in free if room.may_be((*group, o))), key=lambda o: room.strain(o, group)
        )
        for i, group in enumerate(groups)
    }
    fewest = min((heard[i] for i in fit if fit[i]), default=0)
    joins: dict[int, int] = {}  # co-listener: group

    def finds(group: int, asked: set[int]) -> bool:
        for one in sorted(fit[group], key=joins.__contains__):  # the free first
            if one not in asked:
                asked.add(one)
                if one not in joins or finds(joins[one], asked):
                    joins[one] = group
                    return True
        return False

    for i in sorted(fit, key=lambda i: len(groups[i])):
        if heard[i] == fewest and len(joins) < len(free):
            finds(i, set())
    return {group: one for one, group in joins.items()}


# -- together


def grouped(people: Iterable[Person], rules: Rules, seed: int) -> Grouping:
    """Everybody in a group that keeps the hard rules, at a low cost; or unplaced.

    The sizes are those of the table wherever the hard rules leave the choice. The same people
    and the same seed give the same groups and turns. Ids are unique.
    """
    room = Room.of(people, rules, seed)
    groups = improved(room, completed(room, begun(room)))
    groups = completed(room, completed(room, groups), room.listeners())
    groups = sorted(with_listeners(room, groups), key=min)
    return Grouping(
        groups=tuple(turns(room, group, seed) for group in groups),
        unplaced=tuple(room.people[one].id for one in alone(range(len(room.people)), groups)),
    )


def turns(room: Room, group: Group, seed: int) -> tuple[str, ...]:
    """The ids of a group in the order of turns, by a lot of its own; co-listeners last. Among
    people of the room the one who is elsewhere begins."""
    people = [room.people[one] for one in group]
    people.sort(key=lambda one: (one.listens, one.side == "room", lot(seed, "turn", one.id)))
    return tuple(one.id for one in people)
