"""Who sits where in a room with tables, and how people come and go.

Who takes part is a chair in the bag; who sits where is computed from chairs and from moves, so
that nobody is moved by those who come later.
"""

from __future__ import annotations

import dataclasses
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from .about import SAID, told_of, yes
from .activity import (
    Act,
    Activity,
    Body,
    Entry,
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
from .chairs import LAST_OF_TURN, LATEST, NEVER, START, Merger, Moment, Table, moments
from .fitting import others_by_word, table_at_once
from .grouping import Rules
from .mixing import read, took_place
from .seating import Seating
from .sharing import chairs_on, everybody, phone_of, shared_by
from .turns import INTERPRETER
from .words import choice, only

FINDS = ("neighbour", "table", "remote")
#: Where people may still come in.
OPEN = ("optin", "gather", "talk")
BEFORE: Moment = (0, -1)  # nobody talks yet
#: The last moment of a turn: who left during it is gone by then.
END = LAST_OF_TURN
NEWCOMER = "newcomer"
#: What somebody laid that outlasts a talk: all else is of the talk in which it was laid.
LASTING = ("chair", "help")
TO_WAIT = 60  # seconds for somebody whose line is gone, before the others may choose


@dataclass(frozen=True)
class Arrivals(Activity):
    """With `find: neighbour` nobody is matched. With `table` people say that they take part, and
    find each other in the room; with `remote` they do so in a call."""

    find: str = "table"
    size: int = 3
    other_team: bool = True
    remote_policy: str = "remote_with_remote"
    language: str = "same"
    asks: tuple[str, ...] = ()  # what everybody is asked first: side, team, site

    types: ClassVar[bool] = False  # whether people can take part by typing
    shares: ClassVar[bool] = False  # whether more people than turns share the time

    def __post_init__(self) -> None:
        if self.find not in FINDS:
            raise ValueError("find is one of " + ", ".join(FINDS))
        if not set(self.asks) <= {"side", "team", "site"}:
            raise ValueError("asks is of side, team and site")

    @property
    @abstractmethod
    def rounds(self) -> int:
        """How many turns there are."""

    @property
    def to_tell(self) -> int:
        """In how many of them somebody tells."""
        return self.rounds

    def told_at(self, stage: Stage) -> Sequence[Moment]:
        """At which moment each teller has told, turn by turn, if it matters."""
        return ()

    @abstractmethod
    def moment_at(self, stage: Stage, now: float, table: int = 0) -> Moment:
        """Where the talk is: (turn, part). Before it (0, -1), after it (rounds, 0)."""

    def moment(self, scene: Scene, table: int = 0) -> Moment:
        """The same, as the scene has it."""
        return self.moment_at(scene.stage, scene.now, table)

    def latest(self, scene: Scene) -> Moment:
        """The same, but after the talk it is the end of its last turn."""
        return min(self.moment(scene), (self.rounds - 1, LATEST))

    # -- who sits where

    def rules(self) -> Rules:
        """Who may sit with whom."""
        return Rules(
            size=self.size, remote=self.remote_policy,  # type: ignore[arg-type]
            language=self.language, other_team=self.other_team,  # type: ignore[arg-type]
        )  # fmt: skip

    def seating(self, scene: Scene) -> Seating:
        """Who sits where."""
        passes = frozenset((b["chair"], b["turn"]) for b in of_now(scene).bodies("pass"))
        return self.seated(scene.stage, chairs_in(scene), passes)

    def seated(
        self, stage: Stage, chairs: Mapping[str, Body], passes: frozenset[tuple[str, int]] = frozenset()
    ) -> Seating:  # fmt: skip
        """Who sits where, with these chairs."""
        data, now, apart = stage.data, lap(stage), stage.data.get("buddies", ())
        tables = tuple(Table(n, tuple(ids)) for n, ids in enumerate(data.get("tables", ()), 1))
        return Seating(
            self.to_tell, tables,
            {chair: as_of_now(body, now) | ({"side": "remote"} if chair in apart else {})
             for chair, body in chairs.items()},
            self.rules(), data.get("seed", 0), passes,
            tuple(Merger(*one[:4], *map(tuple, one[4:])) for one in data.get("merges", ())),
            {chair: tuple(map(tuple, at)) for chair, at in data.get("gone", {}).items()},
            read(data.get("mixes", ())), self.shares, given_in(stage),
            steady=steady_in(stage), told_at=tuple(self.told_at(stage)),
        )  # fmt: skip

    def mates(self, scene: Scene, chair: str) -> tuple[str, ...]:
        """Everybody at the same table, oneself included."""
        table = self.my_table(scene, chair)
        return table.people if table else ()

    def my_table(self, scene: Scene, chair: str) -> Table | None:
        """Where somebody sits now."""
        return self.seating(scene).table_of(chair, self.end_of_turn(scene))

    def end_of_turn(self, scene: Scene) -> Moment:
        """The end of the turn that is on: what has changed in it counts."""
        return (self.latest(scene)[0], END)

    def roles_now(self, scene: Scene, seating: Seating, table: Table) -> Mapping[str, str]:
        """What everybody at a table does now."""
        return seating.roles(table, self.end_of_turn(scene))

    # -- taking part

    def join(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        """Take part, watch, or not now. Who was away takes their own chair again."""
        only(act.fields, "as", "met", "leads", "with_leaders", *SAID)
        how = choice({"as": "yes", **act.fields}, "as", ("yes", "watch", "no"))
        if scene.stage.phase not in OPEN:
            raise Refused("nothing_to_answer_here")
        known = mine.body("chair")
        if known and scene.stage.phase != "optin":
            return self.come_back(scene, mine, known, self.about(mine, act, known))
        if how == "no":
            return [Take("chair")] if known else []
        who = self.about(mine, act)
        if who["interprets"]:  # they have no turn, so that they are there for the others
            how = "watch"
        chair = {
            "what": "chair", "as": how, **who, "people": who["people"] if how == "yes" else 1,
            "met": met_before(act.fields.get("met")), "lap": lap(scene.stage), "left": [],
            "returned": [list(BEFORE)] if known else [],  # they may have been said to be gone
            **self.place_for(scene, mine, how, who),
        }  # fmt: skip
        return [Put("chair", chair), Touch(self.beside(scene, chair))]

    def about(self, mine: Mine, act: Act, known: Body | None = None) -> Body:
        """What counts of somebody here. When all find each other in a call nobody is in the room;
        where nobody can type everybody talks."""
        who = told_of(mine, act.fields, known)
        side = "remote" if self.find == "remote" else who["side"]
        shared = who["people"] > 1 and not who["interprets"]
        by = who["by"] if self.types and not shared else "voice"
        ranks = {what: yes({**(known or {}), **act.fields}.get(what))
                 for what in ("leads", "with_leaders")}  # fmt: skip
        return who | ranks | {"side": side, "by": by, "people": who["people"] if shared else 1}

    def beside(self, scene: Scene, place: Body) -> tuple[str, ...]:
        """Whose place may change by one who comes: those at the table; later on also the others
        who came late, and whom they may join."""
        seating, turn = self.seating(scene), place["from"]
        if not turn:
            table, other = seating.gathered().get(place.get("table", 0)), place.get("with")
            if "others" in place:
                return tuple(place["others"])
            return table.people if table else (other, *self.mates(scene, other)) if other else ()
        if "joins" in place:
            return next((table.people for table in seating.tables_at((turn, END))
                         if table.number == place["joins"]), ())  # fmt: skip
        late = {one for one, body in chairs_in(scene).items() if body["from"] == turn}
        late |= {*seating.without_table(seating.tables_at((turn, 0)), (turn, 0))}
        tables = seating.tables_at((turn, 0))
        small = [table.people for table in tables if len(table.people) < 4]
        return tuple(sorted(late.union(*small)))

    def place_for(self, scene: Scene, mine: Mine, how: str, who: Body) -> Body:
        """From which turn a newcomer counts, and at which table while all gather."""
        if scene.stage.phase == "optin":
            return {"from": 0}
        if scene.stage.phase == "talk":
            return self.place_while_talking(scene, how, who)
        return self.place_while_gathering(scene, mine, how, who)

    def place_while_talking(self, scene: Scene, how: str, who: Body) -> Body:
        """From the next turn on; in the last one at once, to listen along where there is room."""
        turn = self.moment(scene)[0]
        if turn + 1 != self.rounds:
            return {"from": min(turn + 1, self.rounds)}
        along = {**who, "as": "watch", "team": "", "met": [], "from": turn}
        table = table_at_once(self.seating(scene), along, self.end_of_turn(scene))
        if table is None:
            return {"from": self.rounds}
        return {"as": "watch", "wished": how, "from": turn, "joins": table.number}

    def place_while_gathering(self, scene: Scene, mine: Mine, how: str, who: Body) -> Body:
        """With whoever is alone, or with another who waits; else with those who wait and understand
        each other by who interprets; else a pair becomes a trio; else one waits. Where pairs are
        wanted, who made a trio of one becomes a pair with the next."""
        body = {"as": how, **who, "team": "", "met": [], "from": 0}
        seating = self.seating(scene)
        if who["people"] > 1:  # they are a table
            number = max(seating.gathered(), default=0) + 1
            return {"from": 0, "table": number, "seed": seating.seed}
        trial = dataclasses.replace(seating, chairs={**seating.chairs, NEWCOMER: body})
        tables = list(seating.standing().values())
        small = [table for table in tables if len(seating.talking(table, START)) < 3]
        alone = [table for table in small if len(seating.talking(table, START)) == 1]
        own = mine.entries.get("chair")
        free = [*seating.unseated(), *(seating.thirds() if self.size == 2 else ())]
        if found := trial.room_at(alone, NEWCOMER, START):
            return {"from": 0, "table": found.number, "seed": seating.seed}
        for other in free:
            if (own is None or other != own.id) and trial.makes_a_pair(NEWCOMER, other, 0):
                number = max(seating.gathered(), default=0) + 1
                return {"from": 0, "table": number, "with": other, "seed": seating.seed}
        if others := trial.brought_together(NEWCOMER, self.waiting(seating, own), START):
            number = max(seating.gathered(), default=0) + 1
            return {"from": 0, "table": number, "others": others, "seed": seating.seed}
        for some in (small, tables if how == "watch" else ()):
            if found := trial.room_at(some, NEWCOMER, START):
                return {"from": 0, "table": found.number, "seed": seating.seed}
        return {"from": 0}

    def waiting(self, seating: Seating, own: Entry | None) -> list[str]:
        """Who has no table, but for who comes now."""
        return [one for one in seating.unseated() if own is None or phone_of(one) != own.id]

    # -- coming and going

    def come_back(self, scene: Scene, mine: Mine, known: Body, who: Body) -> Outcome:
        """Who left, or was said to be gone, sits down on the same chair; without a table they
        are as any latecomer."""
        at, chair = self.latest(scene), mine.entries["chair"].id
        known = as_of_now(known, lap(scene.stage))
        gone = self.seating(scene).gone
        since = max([at, *(when for one in chairs_on(chair, known) for when in gone.get(one, ()))])
        left = [list(one) for one in moments(known, "left") if one <= at]
        returned = [*before(known, "returned", since), list(since)]
        back = {**known, "left": left, "returned": returned, "lap": lap(scene.stage)}
        if not self.mates(scene, chair):
            back = {**back, **who, "left": [], **self.place_for(scene, mine, known["as"], who)}
        return [Put("chair", back), *self.sheltered(scene, {chair: back})]

    def leave(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """Stop taking part. Nobody is left alone by it."""
        only(act.fields)
        if scene.stage.phase == "optin":
            return [Take("chair")]
        at, known = self.latest(scene), as_of_now(mine.entries["chair"].body, lap(scene.stage))
        left, returned = [*before(known, "left", at), list(at)], before(known, "returned", at)
        gone = {**known, "left": left, "returned": returned, "lap": lap(scene.stage)}
        return [Put("chair", gone), *self.sheltered(scene, {chair: gone})]

    def sheltered(
        self, scene: Scene, changed: Mapping[str, Body],
        gone: Mapping[str, tuple[Moment, ...]] | None = None,
    ) -> Outcome:  # fmt: skip
        """After these chairs changed: nobody stays alone, and all who are concerned are told."""
        changed = {one: it for chair, body in changed.items()
                   for one, it in chairs_on(chair, body).items()}  # fmt: skip
        now, here = self.seating(scene), self.end_of_turn(scene)
        after = dataclasses.replace(
            now, chairs={**now.chairs, **changed}, gone=now.gone if gone is None else gone
        )
        mergers = after.mergers(here, self.latest(scene))
        numbers = {number for one in mergers for number in (one.table, one.into)}
        concerned = [
            table.people for table in after.tables_at(here)
            if table.number in numbers or set(table.people) & (set(changed) | set(gone or ()))
        ]  # fmt: skip
        moves = self.told_of_mergers(scene.stage, after, mergers, scene.now)
        late = set(after.without_table(after.tables_at(here), here))
        return [*moves, Touch(self.all_if_mixed(scene, late.union(*concerned)))]

    def told_of_mergers(
        self, stage: Stage, seating: Seating, mergers: Iterable[Merger], now: float
    ) -> list[Move]:  # fmt: skip
        """Tables that merge, one after the other, as moves."""
        moves = []
        for merger in mergers:
            leaving = next(
                t for t in seating.tables_at((merger.turn, END)) if t.number == merger.table
            )
            told = self.told_by_now(stage, seating, leaving, now)
            one = merger._replace(told=tuple(sorted(told)))
            seating = dataclasses.replace(seating, merges=(*seating.merges, one))
            table = next(t for t in seating.tables_at((one.turn, END)) if t.number == one.into)
            turns = self.turns_needed(stage, seating, table, now)
            moves.append(Move("merged", {**one._asdict(), "turns": turns}))
        return moves

    def told_by_now(
        self, stage: Stage, seating: Seating, table: Table, now: float
    ) -> frozenset[str]:  # fmt: skip
        """Who has told by now, of those at a table."""
        return seating.told_by(table, self.moment_at(stage, now))

    def turns_needed(self, stage: Stage, seating: Seating, table: Table, now: float) -> int:
        """How many turns a table must have from now on, so that everybody has one; 0 where no more
        than it has."""
        return 0

    def bars_undo(self, stage: Stage, before: Stage, now: float) -> Refused | None:
        """Who changed tables at a swap is not sent back in the middle of a turn."""
        turn = self.moment_at(stage, now)[0]
        here, there = (took_place(read(one.data.get("mixes", ())), turn) for one in (stage, before))
        sat, sit = ([one for one in given_in(each) if one[2] <= turn] for each in (stage, before))
        return None if here == there and sat == sit else Refused("tables_are_mixed")

    def all_if_mixed(self, scene: Scene, people: Iterable[str]) -> tuple[str, ...]:
        """Whose page may change when these people's does: everybody's, while tables are yet to be
        mixed."""
        ahead = any(one.turn > self.latest(scene)[0] for one in self.seating(scene).mixes)
        return tuple(sorted(chairs_in(scene) if ahead else people))

    def is_gone(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """Somebody at the table says that another is not there any more; at a table of two there
        is no need to say who."""
        only(act.fields, "role", "then")
        at, seating = self.latest(scene), self.seating(scene)
        table = seating.table_of(chair, (at[0], END))
        roles = self.roles_now(scene, seating, table) if table else {}
        named, me = act.fields.get("role"), mine_alone(seating, chair)
        elsewhere = {one: role for one, role in roles.items() if phone_of(one) != chair}
        if named is None:
            others = [one for one, role in elsewhere.items() if role != INTERPRETER]
        elif who := others_by_word(elsewhere).get(str(named)):
            others = [who]
        else:  # somebody on this very phone
            others = [one for one, role in roles.items() if one not in me and named == role]
        if named == "away":  # whoever lost their line, while they have none
            others = [one for one in roles if phone_of(one) != chair]
            others = self.without_line(scene, seating, others)
            if not others:
                raise Refused("is_back")
            if table and act.fields.get("then") == "other":
                return self.go_elsewhere(scene, table, others)
        if not others or (named is None and len(others) > 1):
            raise Refused("not_understood")
        said = self.said_gone(scene, others[0])
        at = tuple(said.fields["at"])
        gone = {**seating.gone, others[0]: (*seating.gone.get(others[0], ()), at)}
        return [said, *self.sheltered(scene, {}, gone)]

    def without_line(self, scene: Scene, seating: Seating, people: Iterable[str]) -> list[str]:
        """Who of these people is in a call and has had no line for so long that the others may
        choose. In the room a phone that sleeps is nobody who went."""
        far = (one for one in people if seating.chairs[one]["side"] == "remote")
        return [one for one in far if scene.away.get(phone_of(one), 0) >= TO_WAIT]

    def said_gone(self, scene: Scene, who: str) -> Move:
        """Somebody is not there any more, from now on."""
        at = self.latest(scene)
        back = max(moments(self.seating(scene).chairs[who], "returned"), default=NEVER)
        if back >= at:  # came back in this very moment
            at = (back[0], back[1] + 1)
        return Move("gone", {"chair": who, "at": list(at)})

    def go_elsewhere(self, scene: Scene, table: Table, lost: list[str]) -> Outcome:
        """Those who still have a line join another group together."""
        seating, here = self.seating(scene), self.end_of_turn(scene)
        rest = [one for one in seating.there(table, here) if one not in lost]
        host = seating.host_for(rest, here)
        if host is None:
            raise Refused("no_other_table")
        merger = Merger(table.number, host.number, *self.latest(scene))
        concerned = self.all_if_mixed(scene, {*table.people, *host.people})
        gone = {one: self.said_gone(scene, one) for one in lost}
        at = {one: (*seating.gone.get(one, ()), tuple(it.fields["at"])) for one, it in gone.items()}
        after = dataclasses.replace(seating, gone={**seating.gone, **at})
        moves = self.told_of_mergers(scene.stage, after, [merger], scene.now)
        return [*gone.values(), *moves, Touch(concerned)]

    def afresh(self, stage: Stage, move: Move) -> Stage:
        """The talk is to begin once more, with the tables as they are now: who is away is away
        from its start, and however people came and went before counts no more."""
        chairs, end = chairs_of(stage, move), (self.rounds, END)
        seating = self.seated(stage, chairs)
        tables = {table.number: list(table.people) for table in seating.tables_at(end)}
        anew = stage.note(
            tables=[tables.get(number, []) for number in range(1, max(tables, default=0) + 1)],
            gone={chair: [list(BEFORE)] for chair in chairs if not seating.is_there(chair, end)},
            merges=[], mixes=[], given=[], lap=next_lap(stage, move),
        )  # fmt: skip
        mergers = self.seated(anew, chairs).mergers((0, END), START)
        return anew.note(merges=[list(one) for one in mergers])


def chairs_in(scene: Scene) -> dict[str, Body]:
    """All chairs by their id."""
    laid = ((e.id, e.body) for e in scene.entries if e.body["what"] == "chair")
    return everybody(scene.stage, laid)


def chairs_of(stage: Stage, move: Move) -> dict[str, Body]:
    """The chairs that there were when a move was made."""
    return everybody(stage, ((one["id"], one) for one in move.chairs))


def mine_alone(seating: Seating, chair: str) -> set[str]:
    """The chair that only this phone can speak for. Who shares one may say that another left."""
    return set() if shared_by(seating.chairs, chair) else {chair}


def lap(stage: Stage) -> int:
    """Which talk this is: 0, and another number each time it is begun once more."""
    return int(stage.data.get("lap", 0))


def next_lap(stage: Stage, move: Move) -> int:
    """A number that no earlier talk had, nor one that was undone."""
    return lap(stage) + 1 + move.seed


def as_of_now(body: Body, now: int) -> Body:
    """A chair without what it tells of an earlier beginning of the talk."""
    if body.get("lap", 0) == now:
        return body
    told = {name: value for name, value in body.items() if name not in ("joins", "wished")}
    return {**told, "as": body.get("wished", body["as"]), "from": 0, "left": [], "returned": []}


def steady_in(stage: Stage) -> dict[int, int]:
    """The tables that share the time, and since which turn."""
    since = stage.data.get("shares_since", {})
    return {int(table): since.get(table, 0) for table in stage.data.get("shares", {})}


def given_in(stage: Stage) -> tuple[tuple[str, int, int], ...]:
    """The places that the facilitator gave while people talked."""
    return tuple((chair, table, turn) for chair, table, turn in stage.data.get("given", ()))


def is_of_now(entry: Entry, now: int) -> bool:
    """Whether it was laid in this talk, and not before it was begun once more."""
    return entry.body["what"] in LASTING or entry.body.get("lap", 0) == now


def of_now(scene: Scene) -> Scene:
    """The scene without what was laid in an earlier talk."""
    now = lap(scene.stage)
    return dataclasses.replace(
        scene, entries=tuple(one for one in scene.entries if is_of_now(one, now))
    )


def mine_of_now(mine: Mine, stage: Stage) -> Mine:
    """The same of what one phone laid."""
    now, entries = lap(stage), mine.entries.items()
    return dataclasses.replace(
        mine, entries={slot: one for slot, one in entries if is_of_now(one, now)}
    )


def laid_now(outcome: Outcome, stage: Stage) -> Outcome:
    """What is laid says in which talk, once there was an earlier one."""
    now = lap(stage)
    return [
        dataclasses.replace(one, body={**one.body, "lap": now})
        if now and isinstance(one, Put) and one.body["what"] not in LASTING else one
        for one in outcome
    ]  # fmt: skip


def before(body: Body, what: str, at: Moment) -> list[list[int]]:
    """When somebody left, or returned, before a moment."""
    return [list(one) for one in moments(body, what) if one < at]


def noted_gone(stage: Stage, chair: str, at: Moment) -> Stage:
    """A chair stands empty from now on, said by somebody else. What was said before is kept."""
    gone = stage.data.get("gone", {})
    return stage.note(gone={**gone, chair: [*gone.get(chair, ()), list(at)]})


def met_before(sent: Any) -> list[list[str]]:
    """What this phone kept of earlier rounds, most recent first; nothing when it makes no sense."""
    if not isinstance(sent, list):
        return []
    rounds = [one for one in sent[:4] if isinstance(one, list)]
    return [[str(mark)[:16] for mark in one[:4]] for one in rounds]
