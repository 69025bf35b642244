"""What rooms with tables do for people who are not in the room: their calls, a line that is lost, and
somebody of the room who calls with who is alone."""

from __future__ import annotations

from dataclasses import dataclass

from .activity import Act, Body, Mine, Move, Outcome, Refused, Scene, Stage, Touch
from .buddies import may_call
from .calls import link_for
from .chairs import Table
from .distance import far_rooms, in_call, is_far
from .leaving import TO_WAIT
from .seating import Seating
from .sharing import phone_of, shared_by
from .sitting import chairs_in
from .tables import Tables
from .words import only


@dataclass(frozen=True)
class Elsewhere(Tables):
    """Some people at the tables are somewhere else."""

    def all_elsewhere(self, scene: Scene) -> bool:
        """Whether nobody who takes part is in the room: words about chairs then mean nothing."""
        sides = {body["side"] for body in chairs_in(scene).values()}
        return self.find == "remote" or sides == {"remote"}

    def misses(self, scene: Scene, who: frozenset[str]) -> tuple[str, ...]:
        seating = self.seating(scene)
        tables = seating.tables_at(self.end_of_turn(scene))
        return tuple(sorted({
            phone_of(one) for table in tables for one in table.people
            if {phone_of(far) for far in in_call(seating, table.people)} & who
        }))  # fmt: skip

    def missing(self, scene: Scene, seating: Seating, chair: str) -> Body | None:
        """Whether somebody in a call with me lost their line: for a moment, or for so long that
        we may choose. In the room a phone that sleeps is nobody who went."""
        if not scene.away:
            return None
        at = self.end_of_turn(scene)
        table = seating.table_of(chair, at)
        there = seating.there(table, at) if table else []
        gone = [scene.away.get(phone_of(one), 0) for one in in_call(seating, there)
                if phone_of(one) != chair]  # fmt: skip
        longest = max(gone, default=0)
        if not longest or chair not in there:
            return None
        choose = longest >= TO_WAIT
        lost = self.without_line(scene, seating, there)
        rest = [one for one in there if one not in lost]
        other = choose and len(there) > 2 and seating.host_for(rest, at) is not None
        return {"pair": len(there) == 2, "choose": choose, "other": other}

    def lone(self, scene: Scene) -> str:
        """The only one who is elsewhere and found nobody, while there is time to help."""
        chairs = chairs_in(scene).values() if scene.stage.phase == "gather" else ()
        if self.find != "table" or not any(body["side"] == "remote" for body in chairs):
            return ""
        seating = self.seating(scene)
        far = [one for one in in_call(seating, seating.unseated()) if seating.tells(one)]
        return far[0] if len(far) == 1 else ""

    def may_be_buddy(self, scene: Scene, chair: str) -> bool:
        """Whether I may call with who is alone elsewhere. Three in the room are enough for one of
        them to go."""
        lone = self.lone(scene)
        if not lone or chair in scene.stage.data.get("buddies", ()):
            return False
        seating = self.seating(scene)
        if shared_by(seating.chairs, chair) or seating.interprets(chair):
            return False
        here = [one for table in seating.standing().values() for one in table.people]
        left = len([one for one in here if one != chair]) - len(in_call(seating, here))
        return left != 1 and may_call(seating.person(chair), seating.person(lone), self.rules())

    def be_buddy(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """I go to a quiet corner, and call with who is alone elsewhere."""
        only(act.fields)
        if not self.may_be_buddy(scene, chair):
            raise Refused("too_late_for_that")
        moved_away = Move("buddy", {"chair": chair, "lone": self.lone(scene)})
        return [moved_away, Touch(tuple(sorted(chairs_in(scene))))]

    def links(self, stage: Stage) -> list[str]:
        """The links to their calls."""
        return list(stage.data.get("links", ()))

    def calls(
        self, scene: Scene, seating: Seating, tables: list[Table | None]
    ) -> list[Body | None]:  # fmt: skip
        """Where I meet my group in each turn, when one of us is not in the room: the number of
        a room, and the link of that group alone. Who types needs no call."""
        meets = [bool(table and is_far(seating, table)) for table in tables]
        rooms = far_rooms(seating, len(tables)) if any(meets) else {}
        links, found = self.links(scene.stage), list[Body | None]()
        for table, far in zip(tables, meets, strict=True):
            room = rooms[table.number] if table and far and not seating.types(table) else 0
            found.append({"room": room, "link": link_for(links, room)} if room else None)
        return found
