"""How people go: on their own, said by others, or because all others went. Nobody stays alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .activity import Act, Body, Mine, Move, Outcome, Put, Refused, Scene, Stage, Take, Touch
from .chairs import NEVER, START, Merger, Moment, Table, moments
from .fitting import others_by_word
from .laps import as_of_now, lap, next_lap
from .seating import Seating
from .sharing import chairs_on, phone_of, shared_by
from .sitting import BEFORE, END, Sitting, chairs_of
from .turns import INTERPRETER
from .words import only

TO_WAIT = 60  # seconds for somebody whose line is gone, before the others may choose


@dataclass(frozen=True)
class Leaving(Sitting):
    """Who leaves keeps their chair, empty from that moment on."""

    def leave(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """Stop taking part. Nobody is left alone by it."""
        only(act.fields)
        if scene.stage.phase == "optin":
            return [Take("chair")]
        at, known = self.latest(scene), as_of_now(mine.entries["chair"].body, lap(scene.stage))
        left, returned = [*before(known, "left", at), list(at)], before(known, "returned", at)
        gone = {**known, "left": left, "returned": returned, "lap": lap(scene.stage)}
        return [Put("chair", gone), *self.sheltered(scene, {chair: gone})]

    # -- somebody says it of another

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

    # -- what follows from it

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


def mine_alone(seating: Seating, chair: str) -> set[str]:
    """The chair that only this phone can speak for. Who shares one may say that another left."""
    return set() if shared_by(seating.chairs, chair) else {chair}


def before(body: Body, what: str, at: Moment) -> list[list[int]]:
    """When somebody left, or returned, before a moment."""
    return [list(one) for one in moments(body, what) if one < at]


def noted_gone(stage: Stage, chair: str, at: Moment) -> Stage:
    """A chair stands empty from now on, said by somebody else. What was said before is kept."""
    gone = stage.data.get("gone", {})
    return stage.note(gone={**gone, chair: [*gone.get(chair, ()), list(at)]})
