"""How people come: before there are tables, while all find theirs, and while people talk.

A chair says from when it counts, so that a latecomer moves nobody.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from .about import SAID, told_of, yes
from .activity import Act, Body, Entry, Mine, Outcome, Put, Refused, Scene, Take, Touch
from .chairs import START, moments
from .fitting import table_at_once
from .laps import as_of_now, lap
from .leaving import Leaving, before
from .seating import MOST, Seating
from .sharing import chairs_on, phone_of
from .sitting import BEFORE, END, chairs_in
from .words import choice, only

#: Where people may still come in.
OPEN = ("optin", "gather", "talk")
NEWCOMER = "newcomer"


@dataclass(frozen=True)
class Arrivals(Leaving):
    """Who comes late sits down where there is room, and who was away on their own chair."""

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
        small = [table.people for table in tables if len(table.people) < MOST]
        return tuple(sorted(late.union(*(small or [table.people for table in tables]))))

    # -- a place

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


def met_before(sent: Any) -> list[list[str]]:
    """What this phone kept of earlier rounds, most recent first; nothing when it makes no sense."""
    if not isinstance(sent, list):
        return []
    rounds = [one for one in sent[:4] if isinstance(one, list)]
    return [[str(mark)[:16] for mark in one[:4]] for one in rounds]
