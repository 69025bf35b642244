"""What rooms in which people sit together share: saying yes, finding a table, coming and going.

Such a room has the phases *optin* and *gather* before people talk. Who takes part is a chair in
the bag; who sits where is computed from chairs and from moves, so that nobody is moved by those
who come later.
"""

from __future__ import annotations

import dataclasses
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from .activity import (
    Act,
    Activity,
    Audience,
    Body,
    Mine,
    Move,
    Outcome,
    Put,
    Refused,
    Scene,
    Stage,
    Take,
    Touch,
)
from .grouping import Rules, grouped, may_sit_together
from .seating import Moment, Seating, Table, person_of
from .words import choice, only

NEWCOMER = "newcomer"
TO_ASK_OTHERS = 30.0  # seconds after the tables are known
#: The last moment of a turn: who left during it is gone by then.
END = 99


@dataclass(frozen=True)
class Gathering(Activity):
    """With `find: neighbour` nobody is matched. With `table` and `remote` people say that they
    take part, and find each other by a number, a colour and an animal."""

    groups_at: ClassVar[frozenset[str]] = frozenset({"next", "regroup"})

    find: str = "table"
    size: int = 3
    other_team: bool = True
    remote_policy: str = "remote_with_remote"
    language: str = "same"

    @property
    @abstractmethod
    def rounds(self) -> int:
        """How many turns there are."""

    @abstractmethod
    def moment(self, scene: Scene, table: int = 0) -> Moment:
        """Where the talk is: (turn, part). Before it (0, -1), after it (rounds, 0)."""

    # -- who sits where

    def rules(self) -> Rules:
        """Who may sit with whom."""
        return Rules(
            size=self.size, remote=self.remote_policy,  # type: ignore[arg-type]
            language=self.language, other_team=self.other_team,  # type: ignore[arg-type]
        )  # fmt: skip

    def seating(self, scene: Scene) -> Seating:
        """Who sits where."""
        data = scene.stage.data
        tables = tuple(Table(n, tuple(ids)) for n, ids in enumerate(data.get("tables", ()), 1))
        return Seating(
            self.rounds, tables, chairs_in(scene), self.rules(), data.get("seed", 0),
            frozenset((b["chair"], b["turn"]) for b in scene.bodies("pass")),
            tuple(tuple(one) for one in data.get("merges", ())),
            {chair: tuple(at) for chair, at in data.get("gone", {}).items()},
        )  # fmt: skip

    def mates(self, scene: Scene, chair: str) -> tuple[str, ...]:
        """Everybody at the same table, oneself included."""
        table = self.seating(scene).table_of(chair, self.end_of_turn(scene))
        return table.people if table else ()

    def end_of_turn(self, scene: Scene) -> Moment:
        """The end of the turn that is on: what has changed in it counts."""
        return (min(self.moment(scene)[0], self.rounds - 1), END)

    # -- taking part

    def join(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        """Take part, watch, or not now. Who was away takes their own chair again."""
        only(act.fields, "as", "met", "leads", "with_leaders")
        how = choice({"as": "yes", **act.fields}, "as", ("yes", "watch", "no"))
        if scene.stage.phase in (self.phases[-1], "ready"):
            raise Refused("nothing_to_answer_here")
        known = mine.body("chair")
        if known and scene.stage.phase != "optin":
            return self.come_back(scene, mine, known)
        if how == "no":
            return [Take("chair")] if known else []
        chair = {
            "what": "chair", "as": how, "side": side_of(mine), "team": mine.about.get("team", ""),
            "site": mine.about.get("site", ""), "languages": languages_of(mine),
            "leads": act.fields.get("leads") in (True, "true", "yes"),
            "with_leaders": act.fields.get("with_leaders") in (True, "true", "yes"),
            "met": met_before(act.fields.get("met")), "until": None, "back": None,
            **self.place_for(scene, mine, how),
        }  # fmt: skip
        return [Put("chair", chair), Touch(self.beside_latecomers(scene, chair["from"]))]

    def beside_latecomers(self, scene: Scene, turn: int) -> tuple[str, ...]:
        """Whose place may change by one more latecomer: the others, and who they may join."""
        if not turn:
            return ()
        late = {one for one, body in chairs_in(scene).items() if body["from"] == turn}
        tables = self.seating(scene).tables_at((turn, 0))
        small = [table.people for table in tables if len(table.people) < 4]
        return tuple(sorted(late.union(*small)))

    def place_for(self, scene: Scene, mine: Mine, how: str) -> Body:
        """From which turn a newcomer counts, and at which table while all gather."""
        if scene.stage.phase == "optin":
            return {"from": 0}
        turn = self.moment(scene)[0]
        if scene.stage.phase == "talk":
            return {"from": min(turn + 1, self.rounds)}
        return self.place_while_gathering(scene, mine, how)

    def place_while_gathering(self, scene: Scene, mine: Mine, how: str) -> Body:
        """A pair becomes a trio; else one waits for a second latecomer, and they are a pair."""
        body = {"as": how, "side": side_of(mine), "languages": languages_of(mine), "team": "",
                "site": mine.about.get("site", ""), "leads": False, "with_leaders": False,
                "met": [], "from": 0, "until": None, "back": None}  # fmt: skip
        seating = self.seating(scene)
        trial = dataclasses.replace(seating, chairs={**seating.chairs, NEWCOMER: body})
        tables = list(seating.gathered().values())
        small = [table for table in tables if len(seating.there(table, (0, 0))) < 3]
        waiting = seating.unseated()
        if found := trial.room_at(small, NEWCOMER, (0, 0)):
            return {"from": 0, "table": found.number}
        for other in waiting:
            if trial.makes_a_pair(NEWCOMER, other, 0):
                number = max((table.number for table in tables), default=0) + 1
                return {"from": 0, "table": number, "with": other}
        if how == "watch" and (found := trial.room_at(tables, NEWCOMER, (0, 0))):
            return {"from": 0, "table": found.number}
        return {"from": 0}

    def come_back(self, scene: Scene, mine: Mine, known: Body) -> Outcome:
        """Who left, or was said to be gone, sits down on the same chair; without a table they
        wait for the next turn as any latecomer."""
        at = min(self.moment(scene), (self.rounds - 1, END))
        chair = mine.entries["chair"].id
        back = {**known, "back": list(at)}
        if scene.stage.phase == "talk" and not self.mates(scene, chair):
            back = {**known, "from": min(at[0] + 1, self.rounds), "until": None, "back": None}
        return [Put("chair", back), *self.sheltered(scene, {chair: back})]

    def leave(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """Stop taking part. Nobody is left alone by it."""
        only(act.fields)
        if scene.stage.phase == "optin":
            return [Take("chair")]
        left = {**mine.entries["chair"].body, "until": list(self.moment(scene)), "back": None}
        return [Put("chair", left), *self.sheltered(scene, {chair: left})]

    def sheltered(
        self, scene: Scene, changed: Mapping[str, Body], gone: Mapping[str, Moment] | None = None
    ) -> Outcome:  # fmt: skip
        """After these chairs changed: nobody stays alone, and all who are concerned are told."""
        now, here = self.seating(scene), self.end_of_turn(scene)
        after = dataclasses.replace(
            now, chairs={**now.chairs, **changed}, gone=now.gone if gone is None else gone
        )
        mergers = after.mergers(here)
        numbers = {number for table, into, _ in mergers for number in (table, into)}
        concerned = [
            table.people for table in after.tables_at(here)
            if table.number in numbers or set(table.people) & (set(changed) | set(gone or ()))
        ]  # fmt: skip
        moves: Outcome = [
            Move("merged", {"table": table, "into": into, "turn": turn})
            for table, into, turn in mergers
        ]
        late = set(after.without_table(after.tables_at(here), here))
        return [*moves, Touch(tuple(sorted(late.union(*concerned))))]

    def is_gone(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """Somebody at the table says that another is not there any more."""
        only(act.fields, "role")
        at, seating = self.moment(scene), self.seating(scene)
        table = seating.table_of(chair, (at[0], END))
        roles = seating.roles(table, (at[0], END)) if table else {}
        who = next((one for one, role in roles.items()
                    if role == act.fields.get("role") and one != chair), None)  # fmt: skip
        if who is None:
            raise Refused("not_understood")
        body = seating.chairs[who]
        if body.get("back") and tuple(body["back"]) >= at:  # came back in this very moment
            at = (body["back"][0], body["back"][1] + 1)
        return [
            Move("gone", {"chair": who, "at": list(at)}),
            *self.sheltered(scene, {}, {**seating.gone, who: at}),
        ]

    def ask_other(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """Another table, once, silently: changes place with somebody for whom it is as good."""
        only(act.fields)
        body = mine.entries["chair"].body
        since = scene.stage.data.get("grouped_at", scene.stage.since)
        if scene.stage.phase != "gather" or scene.now > since + TO_ASK_OTHERS:
            raise Refused("too_late_for_that")
        if body.get("asked_other"):
            raise Refused("once_is_enough")
        swap = self.swap_for(scene, chair)
        if swap is None:
            raise Refused("no_other_table")
        (table, place), (other, there) = swap
        people = self.seating(scene)
        touched = [t.people for t in people.tables if t.number in (table, other)]
        return [
            Put("chair", {**body, "asked_other": True}),
            Move("swap", {"from": [table, place], "to": [other, there]}),
            Touch(tuple(one for group in touched for one in group)),
        ]

    def swap_for(self, scene: Scene, chair: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """Two places, by table and place at it, that can change; the least costly."""
        seating, rules = self.seating(scene), self.rules()
        home = next((t for t in seating.tables if chair in t.people), None)
        if home is None:
            return None
        place = home.people.index(chair)
        for table in sorted(seating.tables, key=lambda t: seating.lot(f"{chair}/{t.number}")):
            for there, other in enumerate(table.people):
                if table is home or self.chairs_differ(seating, chair, other):
                    continue
                here = (*home.people[:place], other, *home.people[place + 1 :])
                yonder = (*table.people[:there], chair, *table.people[there + 1 :])
                if fits(seating, here, rules) and fits(seating, yonder, rules):
                    return (home.number, place), (table.number, there)
        return None

    def chairs_differ(self, seating: Seating, one: str, other: str) -> bool:
        """Whether one tells and the other watches: they cannot change places."""
        return seating.tells(one) != seating.tells(other)

    # -- what becomes of the tables

    def group(self, stage: Stage, move: Move) -> Stage:
        """Put everybody who takes part at a table."""
        people = [person_of(one["id"], one) for one in move.chairs if not one.get("until")]
        found = grouped(people, self.rules(), move.seed)
        return stage.note(
            tables=[list(group) for group in found.groups], unplaced=list(found.unplaced),
            seed=move.seed, grouped_at=move.at, merges=[], gone={}, ready=[],
        )  # fmt: skip

    def by_group(self, stage: Stage, move: Move) -> Stage:
        """What happened at a table."""
        if move.name == "swap":
            return self.swapped(stage, place_of(move, "from"), place_of(move, "to"))
        if move.name == "gone":
            at = list(place_of(move, "at"))
            return stage.note(gone={**stage.data.get("gone", {}), str(move.fields["chair"]): at})
        table = whole(move.fields.get("table"))
        if move.name == "merged":
            merged = [table, whole(move.fields.get("into")), whole(move.fields.get("turn"))]
            return stage.note(merges=[*stage.data.get("merges", ()), merged])
        return stage.note(ready=sorted({*stage.data.get("ready", ()), table}))

    def swapped(self, stage: Stage, one: Moment, other: Moment) -> Stage:
        """Two people change places: (table, place) each."""
        tables = [list(ids) for ids in stage.data.get("tables", ())]
        for table, place in (one, other):
            if not (0 < table <= len(tables) and 0 <= place < len(tables[table - 1])):
                raise Refused("not_understood")
        (a, i), (b, j) = one, other
        tables[a - 1][i], tables[b - 1][j] = tables[b - 1][j], tables[a - 1][i]
        return stage.note(tables=tables)

    # -- what is seen

    def tables_told(self, scene: Scene, audience: Audience) -> list[Body]:
        """The tables without their people: number, how many, whether they sit. Who asks for help
        is for the console alone."""
        seating = self.seating(scene)
        asks = {body["table"]: body["reason"] for body in scene.bodies("help")}
        seen = scene.stage.data.get("seen", ())
        ready, told = scene.stage.data.get("ready", ()), []
        for table in seating.gathered().values():
            there = seating.there(table, (0, 0))
            one: Body = {"number": table.number, "people": len(there),
                         "ready": table.number in ready}  # fmt: skip
            if audience == "console":
                one["help"] = asks.get(table.number, "") if table.number not in seen else ""
            told.append(one)
        return told

    def waiting(self, scene: Scene) -> int:
        """How many came late and sit nowhere yet."""
        late = [body for body in chairs_in(scene).values() if 0 < body["from"] < self.rounds]
        return len(self.seating(scene).unseated()) + len(late)


def chairs_in(scene: Scene) -> dict[str, Body]:
    """All chairs by their id."""
    return {e.id: e.body for e in scene.entries if e.body["what"] == "chair"}


def fits(seating: Seating, people: tuple[str, ...], rules: Rules) -> bool:
    """Whether all of these may sit together."""
    known = [seating.person(one) for one in people]
    return all(may_sit_together(a, b, rules) for n, a in enumerate(known) for b in known[n + 1 :])


def side_of(mine: Mine) -> str:
    """In the room, unless this phone says that it is not."""
    return "remote" if mine.about.get("side") == "remote" else "room"


def languages_of(mine: Mine) -> list[str]:
    """The languages that this phone says its owner speaks."""
    spoken = mine.about.get("languages", "").replace(";", ",").split(",")
    return sorted({one.strip()[:8] for one in spoken if one.strip()})


def met_before(sent: Any) -> list[list[str]]:
    """What this phone kept of earlier rounds, most recent first; nothing when it makes no sense."""
    if not isinstance(sent, list):
        return []
    rounds = [one for one in sent[:4] if isinstance(one, list)]
    return [[str(mark)[:16] for mark in one[:4]] for one in rounds]


def whole(value: Any) -> int:
    """A whole number from outside, or Refused."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 5:
        return int(value)
    if type(value) is not int or not 0 <= value < 10_000:
        raise Refused("not_understood")
    return value


def place_of(move: Move, name: str) -> Moment:
    """A pair of whole numbers in a move, the second of which may be -1."""
    pair = move.fields.get(name)
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise Refused("not_understood")
    if not all(type(n) is int and -1 <= n < 10_000 for n in pair):
        raise Refused("not_understood")
    return (pair[0], pair[1])
