"""A table at which more people tell than there are turns for: they share the time of the talk, each
with a shorter turn, and are ready on the same gong.

Such a table goes by turns of its own. Who came and went is kept by the turns of the room; here it is
told anew by those of the table, so that the rules of seating hold there too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from .activity import Body
from .chairs import LAST_OF_TURN, START, Moment, Table, moments
from .seating import Seating
from .turns import OUT, WAITING

#: More than any moment at which something happens within a turn of the room.
A_TURN = 10_000

#: The time that was left of a talk was made longer or shorter: when, and its end before and after.
Stretch = Sequence[float]


def shared(seating: Seating, most: int) -> dict[str, int]:
    """How many share the time, by table, where there are more than turns. They are those who are
    there when people begin to talk."""
    tables = seating.tables_at(START)
    found = {str(table.number): people_at(seating, table, most) for table in tables}
    return {number: people for number, people in found.items() if people > seating.turns}


def people_at(seating: Seating, table: Table, most: int) -> int:
    """How many turns a table needs, so that all who are there when it begins have one."""
    tellers = sum(map(seating.tells, seating.there(table, START)))
    return min(max(tellers, seating.turns), most)


def stretched(ends: Iterable[float], stretches: Iterable[Stretch]) -> list[float]:
    """Ends of parts after the talk was made longer or shorter: what was past stays, what was left
    keeps its proportions."""
    found = list(ends)
    for at, old, new in stretches:
        by = max(0.0, new - at) / (old - at)
        found = [end if end <= at else at + (end - at) * by for end in found]
    return found


def own_turns(
    seating: Seating, turns: int, swaps: Sequence[Moment], told: Sequence[Moment] = (),
    since: Sequence[Sequence[int]] = (),
) -> Seating:  # fmt: skip
    """The same people by the turns of one table, which begin at these moments of the room; at those
    of `told` each teller there has told. `since`: from which turn on there were how many."""

    def own(at: Moment) -> Moment:
        return own_moment(at, swaps)

    def by_turn(body: Body) -> Body:
        kept = {what: [own(at) for at in moments(body, what)] for what in ("left", "returned")}
        return {**body, **kept, "from": own((body["from"], 0))[0]}

    return dataclasses.replace(
        seating, turns=turns, merges=(), mixes=(), told_at=tuple(map(own, told)),
        turns_since=tuple((first, n) for first, n in since),
        chairs={chair: by_turn(body) for chair, body in seating.chairs.items()},
        gone={chair: tuple(map(own, at)) for chair, at in seating.gone.items()},
        given=tuple((chair, table, own((turn, 0))[0]) for chair, table, turn in seating.given),
    )  # fmt: skip


def own_table(table: Table, swaps: Sequence[Moment]) -> Table:
    """A table by its own turns."""
    came = tuple((one, own_moment(at, swaps)) for one, at in table.came)
    begins = own_moment((table.begins, 0), swaps)[0]
    return dataclasses.replace(table, begins=begins, came=came)


def own_moment(at: Moment, swaps: Sequence[Moment]) -> Moment:
    """A moment of the room by the turns of a table, which begin at these."""
    turn = max((n for n, swap in enumerate(swaps) if swap <= at), default=0)
    return turn, within(at) - within(swaps[turn])


def within(at: Moment) -> int:
    """A moment as one number."""
    return at[0] * A_TURN + at[1]


def roles(seating: Seating, table: Table, turn: int) -> Mapping[str, str]:
    """What everybody at a table does in one of its own turns."""
    given = seating.roles(table, (turn, LAST_OF_TURN))
    usual = {one: WAITING if seating.begins(one) > turn else OUT for one in table.people}
    return {**usual, **given}
