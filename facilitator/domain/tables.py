"""Making tables and changing them: what a facilitator does there, and what happens at one.

Such a room has the phases *optin* and *gather* before people talk.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from .about import languages_of, yes
from .activity import Body, Move, Refused, Stage
from .arrivals import Arrivals
from .buddies import apart, buddy
from .calls import links_of
from .chairs import LATEST, START, Merger, Moment, person_of
from .fitting import has_room, left_over, may_all_sit
from .grouping import grouped
from .leaving import noted_gone
from .mixing import Mix, asked, read, took_place, written
from .moving import moved, must_be_possible, must_be_wise, swapped
from .sharing import LEADER, a_leaders_chair, phone_of, shared_by
from .signals import signalled
from .sitting import END, chairs_of

#: The places at a table, as the facilitator hears them: "table 3, B".
LETTERS = "ABCDEFGH"
PLACE = re.compile(r"([0-9]{1,3})([A-H])")
NOBODY_SITS: Body = {"tables": [], "unplaced": [], "merges": [], "given": [], "ready": []}


@dataclass(frozen=True)
class Tables(Arrivals):
    """Who takes part is put at a table; a facilitator may change it by hand."""

    groups_at: ClassVar[frozenset[str]] = frozenset(
        {
            "next",
            "back",
            "lock",
            "unlock",
            "show",
            "regroup",
            "again",
            "remove",
            "place",
            "swap",
            "buddy",
            "join_in",
        }
    )

    def move(self, stage: Stage, move: Move) -> Stage:
        if signal := signalled(stage, move):
            return signal
        if self.find == "neighbour":
            return super().move(stage, move)
        match move.name:
            case "regroup" if stage.phase == "gather":
                return self.group(stage, move)
            case "place" | "swap" if stage.phase == "gather":
                return self.rearranged(stage, move)
            case "place" if stage.phase == "talk":
                return self.place_given(stage, move)
            case "buddy" if stage.phase == "gather":
                return self.with_buddy(stage, move)
            case "join_in" if stage.phase in ("optin", "gather"):
                return self.led_from_a_chair(stage, move)
            case "ready" | "merged" | "gone" | "asks":
                return self.by_group(stage, move)
            case "seen":
                table = whole(move.fields.get("table"))
                return stage.note(seen=sorted({*stage.data.get("seen", ()), table}))
            case "call":
                return stage.note(links=links_of(move.fields.get("link")))
            case "remove" if stage.phase in ("gather", "talk"):
                return self.removed(stage, move)
        return super().move(stage, move)

    def enter(self, stage: Stage, phase: str, move: Move) -> Stage:
        entered = super().enter(stage, phase, move)
        if phase == "optin":
            return self.afresh(entered, move).note(**NOBODY_SITS)
        if phase == "gather" and stage.phase == "optin":
            return self.group(entered, move)
        if phase == "gather" and stage.phase == "talk":
            return self.afresh(entered.note(mixes=self.until_now(stage, move)), move)
        return entered

    def group(self, stage: Stage, move: Move) -> Stage:
        """Put everybody who takes part at a table."""
        chairs = chairs_of(stage, move)
        seating = self.seated(stage, chairs)
        here = [one for one in chairs if seating.is_there(one, (self.rounds, END))]
        rules, people = self.rules(), [person_of(one, chairs[one]) for one in here]
        willing = [one for one in here
                   if chairs[one].get("buddy") and not shared_by(chairs, one)]  # fmt: skip
        calls = buddy(people, willing, rules, move.seed)
        people = [apart(one) if one.id == calls else one for one in people]
        found = grouped(people, rules, move.seed)
        return stage.note(
            buddies=[calls] if calls else [],
            tables=[list(group) for group in found.groups], unplaced=list(found.unplaced),
            seed=move.seed, grouped_at=move.at, merges=[], mixes=[], given=[], ready=[],
        )  # fmt: skip

    def led_from_a_chair(self, stage: Stage, move: Move) -> Stage:
        """Who leads takes part too, or no longer. One who found no table is then no longer alone;
        else the tables are made anew."""
        on = yes(move.fields.get("on"))
        if on == bool(stage.data.get("leader")):
            return stage
        sites = sorted(body["site"] for body in chairs_of(stage, move).values())
        usual = max(sites, key=sites.count, default="")
        side = "remote" if self.find == "remote" else "room"
        chair = a_leaders_chair(side, usual, languages_of(move.fields.get("languages")))
        joined = stage.note(leader=chair if on else None)
        if stage.phase == "optin":
            return joined
        before = self.seated(stage, chairs_of(stage, move))
        after = self.seated(joined, chairs_of(joined, move))
        for one in before.unseated() if on else ():
            if after.may_pair(one, LEADER):
                stood = before.gathered()
                places = range(1, max(stood, default=0) + 1)
                tables = [list(stood[n].people) if n in stood else [] for n in places]
                left = [other for other in stage.data.get("unplaced", ()) if other != one]
                return joined.note(tables=[*tables, [one, LEADER]], unplaced=left)
        return self.group(joined, move)

    # -- what happens at a table

    def by_group(self, stage: Stage, move: Move) -> Stage:
        """What happened at a table."""
        if move.name == "gone":
            return noted_gone(stage, str(move.fields.get("chair")), place_of(move, "at"))
        table = whole(move.fields.get("table"))
        if move.name == "merged":
            return stage.note(merges=[*stage.data.get("merges", ()), list(merger_of(move))])
        if move.name == "asks":  # what was seen before was another call
            return stage.note(seen=[one for one in stage.data.get("seen", ()) if one != table])
        return stage.note(ready=sorted({*stage.data.get("ready", ()), table}))

    def with_buddy(self, stage: Stage, move: Move) -> Stage:
        """A table of two more: who was alone elsewhere, and who calls with them from here."""
        pair = [str(move.fields.get(name)) for name in ("lone", "chair")]
        chairs = chairs_of(stage, move)
        if not {*pair} <= {*chairs} or len({*pair}) < 2:
            raise Refused("not_understood")
        stood = self.seated(stage, chairs).gathered()
        places = range(1, max(stood, default=0) + 1)
        tables = [list(stood[n].people) if n in stood else [] for n in places]
        tables = [[one for one in people if one not in pair] for people in tables]
        after = stage.note(
            tables=[*tables, pair], buddies=[*stage.data.get("buddies", ()), pair[1]],
            unplaced=[one for one in stage.data.get("unplaced", ()) if one not in pair],
        )  # fmt: skip
        mergers = [list(one) for one in self.seated(after, chairs).mergers(START)]
        return after.note(merges=[*stage.data.get("merges", ()), *mergers])

    # -- what a facilitator changes by hand

    def rearranged(self, stage: Stage, move: Move) -> Stage:
        """One person goes to another table, or two change places."""
        seating = self.seated(stage, chairs_of(stage, move))
        here = place_of(move, "from")
        if move.name == "place":
            there = (whole(move.fields.get("table")), 0)
            after = moved(seating, here, there[0])
        else:
            there = place_of(move, "to")
            after = swapped(seating, here, there)
        must_be_possible(seating, after)
        if move.fields.get("force") not in (True, "true"):
            must_be_wise(seating, after)
        ready = [n for n in stage.data.get("ready", ()) if n not in (here[0], there[0])]
        tables = [list(after.get(number, ())) for number in range(1, max(after) + 1)]
        return stage.note(tables=tables, merges=[], ready=ready)

    def place_given(self, stage: Stage, move: Move) -> Stage:
        """From the next swap on somebody without a table, or alone at one, sits here."""
        number, (nowhere, which) = whole(move.fields.get("table")), place_of(move, "from")
        turn = 1 + max(self.moment_at(stage, move.at, table)[0] for table in (0, number))
        if nowhere:  # who sits with others is moved by nobody while they talk
            raise Refused("unknown_move", name=move.name)
        if turn >= self.rounds:
            raise Refused("too_late_for_that")
        seating, at = self.seated(stage, chairs_of(stage, move)), (turn, END)
        left = left_over(seating, at)
        table = next((one for one in seating.tables_at(at) if one.number == number), None)
        if not 0 <= which < len(left) or table is None or left[which] in table.people:
            raise Refused("not_understood")
        people = sorted(one for one in seating.chairs if phone_of(one) == phone_of(left[which]))
        here = [one for one in people if seating.is_there(one, at)]
        if not has_room(seating, table, here, at):
            raise Refused("table_is_full")
        if move.fields.get("force") not in (True, "true") and not may_all_sit(
            seating, table, here, at
        ):
            raise Refused("not_together")
        given = [[one, number, turn] for one in people]
        return stage.note(given=[*stage.data.get("given", ()), *given])

    def removed(self, stage: Stage, move: Move) -> Stage:
        """A chair that stands empty, said by the facilitator, by table and place. Nobody is left
        alone by it."""
        number, place = (
            place_of(move, "chair") if "chair" in move.fields
            else (whole(move.fields.get("table")), whole(move.fields.get("place")))
        )  # fmt: skip
        at = self.moment_at(stage, move.at)
        here = (min(at[0], self.rounds - 1), END)
        seen = whole(move.fields.get("turn", max(0, here[0])))
        if any(seen < one.turn <= here[0] for one in read(stage.data.get("mixes", ()))):
            raise Refused("stale")  # others sit there now
        chairs = chairs_of(stage, move)
        tables = {t.number: t.people for t in self.seated(stage, chairs).tables_at(here)}
        if not 0 <= place < len(people := tables.get(number, ())):
            raise Refused("not_understood")
        without = noted_gone(stage, people[place], at)
        seating, now = self.seated(without, chairs), min(at, (self.rounds - 1, LATEST))
        mergers = seating.mergers(here, now)
        for one in self.told_of_mergers(without, seating, mergers, move.at):
            without = self.by_group(
                without, dataclasses.replace(move, name=one.name, fields=one.fields)
            )
        return without

    def mix(self, stage: Stage, move: Move) -> Stage:
        """At the next swap all tables are mixed, or two with each other; or they are not after
        all. Never in the middle of a turn."""
        turn = self.moment_at(stage, move.at)[0] + 1
        if move.name == "unmix":
            return stage.note(mixes=self.until_now(stage, move))
        if turn >= self.rounds:
            raise Refused("too_late_for_that")
        named = [whole(move.fields[name]) for name in ("table", "with") if name in move.fields]
        tables = tuple(sorted({*named}))
        known = [n for n, people in enumerate(stage.data.get("tables", ()), 1) if people]
        if len(tables) != len(named) or len(tables) == 1 or not {*tables} <= {*known}:
            raise Refused("not_understood")
        mixes = asked(read(stage.data.get("mixes", ())), Mix(turn, move.seed, tables))
        return stage.note(mixes=written(mixes))

    def until_now(self, stage: Stage, move: Move) -> list[Any]:
        """The mixes that took place already."""
        now = self.moment_at(stage, move.at)[0]
        return written(took_place(read(stage.data.get("mixes", ())), now))


def now_at(stage: Stage, table: int) -> int:
    """The table, or the one into which it went since."""
    for merged, into, *_ in stage.data.get("merges", ()):
        table = into if merged == table else table
    return table


def whole(value: Any) -> int:
    """A whole number from outside, or Refused."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 5:
        return int(value)
    if type(value) is not int or not 0 <= value < 10_000:
        raise Refused("not_understood")
    return value


def merger_of(move: Move) -> Merger:
    """What a move says of two tables that became one, or Refused."""
    table, into, turn = (whole(move.fields.get(name)) for name in ("table", "into", "turn"))
    part, told = move.fields.get("part", 0), move.fields.get("told", ())
    if type(part) is not int or not -1 <= part <= END:
        raise Refused("not_understood")
    if not isinstance(told, list | tuple) or not all(isinstance(one, str) for one in told):
        raise Refused("not_understood")
    return Merger(table, into, turn, part, tuple(told))


def place_of(move: Move, name: str) -> Moment:
    """A pair of whole numbers in a move, the second of which may be -1. A form says 3B."""
    pair = move.fields.get(name)
    if isinstance(pair, str) and (said := PLACE.fullmatch(pair.strip().upper())):
        pair = (int(said[1]), LETTERS.index(said[2]))
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise Refused("not_understood")
    if not all(type(n) is int and -1 <= n <= END for n in pair):
        raise Refused("not_understood")
    return (pair[0], pair[1])
