"""What rooms in which people sit together share: finding a table, and what is seen of it.

Such a room has the phases *optin* and *gather* before people talk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from .activity import (
    Act,
    Audience,
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
    Text,
    Touch,
)
from .arrivals import END, TO_WAIT, Arrivals, chairs_in, noted_gone
from .buddies import apart, buddy, may_call
from .calls import link_for, links_of
from .grouping import Rules, grouped, may_sit_together
from .mixing import Mix, asked, read, took_place, written
from .moving import moved, must_be_possible, must_be_wise, swapped
from .seating import START, Moment, Seating, Table, met_mark, person_of
from .signals import signalled, signals
from .tally import step
from .words import choice, only

TO_GATHER = 60.0  # seconds to find one's table; a help, not an end
#: The places at a table, as the facilitator hears them: "table 3, B".
LETTERS = "ABCDEFGH"
PLACE = re.compile(r"([0-9]{1,3})([A-H])")
TO_ASK_OTHERS = 30.0  # seconds after the tables are known
HELP = ("time", "technique", "tension")
#: What the large button does next, until people talk.
NEXT: Mapping[str, Text] = {
    "optin": {"nl": "Maak tafels", "en": "Make tables"},
    "gather": {"nl": "Begin", "en": "Begin"},
}
NOBODY_SITS: Body = {"tables": [], "unplaced": [], "merges": [], "ready": []}

Answer = Callable[[Scene, Mine, str, Act], Outcome]


@dataclass(frozen=True)
class Gathering(Arrivals):
    """People find each other by a number, a colour and an animal, and ask for help if need be."""

    groups_at: ClassVar[frozenset[str]] = frozenset(
        {"next", "back", "lock", "unlock", "regroup", "again", "remove", "place", "swap", "buddy"}
    )

    @property
    def brings(self) -> frozenset[str]:
        return frozenset({"gathering"})

    # -- what people do

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        if act.name == "join":
            return self.join(scene, mine, act)
        chair = mine.entries.get("chair")
        if chair is None:
            raise Refused("join_the_round_first")
        answers = self.answers()
        if act.name not in answers:
            raise Refused("unknown_act")
        return answers[act.name](scene, mine, chair.id, act)

    def answers(self) -> dict[str, Answer]:
        """What somebody who takes part may do."""
        return {
            "leave": self.leave, "ready": self.ready, "other": self.ask_other,
            "help": self.ask_help, "gone": self.is_gone, "buddy": self.be_buddy,
        }  # fmt: skip

    def ready(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """We sit."""
        only(act.fields)
        table = self.my_table(scene, chair)
        if table is None or scene.stage.phase != "gather":
            raise Refused("nothing_to_answer_here")
        return [Move("ready", {"table": table.number}), Touch(table.people)]

    def ask_help(self, scene: Scene, mine: Mine, chair: str, act: Act) -> Outcome:
        """A table asks the facilitator to come; only the console sees it."""
        only(act.fields, "reason")
        if act.fields.get("reason") == "over":
            return [Take("help")]
        reason = choice(act.fields, "reason", HELP)
        table = self.my_table(scene, chair)
        number = table.number if table else 0
        asked = Put("help", {"what": "help", "table": number, "reason": reason})
        return [asked, Move("asks", {"table": number})]

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
        concerned = {*self.mates(scene, chair)}
        for one in self.seating(scene).standing().values():
            if one.number in (table, other):
                concerned |= {*one.people, *self.mates(scene, one.people[0])}
        return [
            Put("chair", {**body, "asked_other": True}),
            Move("swap", {"from": [table, place], "to": [other, there]}),
            Touch(tuple(sorted(concerned))),
        ]

    def swap_for(self, scene: Scene, chair: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """Two places, by table and place at it, that can change; the least costly."""
        seating, rules = self.seating(scene), self.rules()
        standing = seating.standing().values()
        home = next((t for t in standing if chair in t.people), None)
        if home is None:
            return None
        place, mates = home.people.index(chair), self.mates(scene, chair)
        for table in sorted(standing, key=lambda t: seating.lot(f"{chair}/{t.number}")):
            for there, other in enumerate(table.people):
                if other in mates or not seating.is_there(other, START):
                    continue
                if seating.tells(chair) != seating.tells(other):  # one has turns, one has none
                    continue
                here = (*home.people[:place], other, *home.people[place + 1 :])
                yonder = (*table.people[:there], chair, *table.people[there + 1 :])
                if fits(seating, here, rules) and fits(seating, yonder, rules):
                    return (home.number, place), (table.number, there)
        return None

    # -- what the facilitator does, and what happens at a table

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
            case "buddy" if stage.phase == "gather":
                return self.with_buddy(stage, move)
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

    def until_now(self, stage: Stage, move: Move) -> list[Any]:
        """The mixes that took place already."""
        now = self.moment_at(stage, move.at)[0]
        return written(took_place(read(stage.data.get("mixes", ())), now))

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

    def group(self, stage: Stage, move: Move) -> Stage:
        """Put everybody who takes part at a table."""
        chairs = {one["id"]: one for one in move.chairs}
        seating = self.seated(stage, chairs)
        here = [one for one in chairs if seating.is_there(one, (self.rounds, END))]
        rules, people = self.rules(), [person_of(one, chairs[one]) for one in here]
        willing = [one for one in here if chairs[one].get("buddy")]
        calls = buddy(people, willing, rules, move.seed)
        people = [apart(one) if one.id == calls else one for one in people]
        found = grouped(people, rules, move.seed)
        return stage.note(
            buddies=[calls] if calls else [],
            tables=[list(group) for group in found.groups], unplaced=list(found.unplaced),
            seed=move.seed, grouped_at=move.at, merges=[], mixes=[], ready=[],
        )  # fmt: skip

    def by_group(self, stage: Stage, move: Move) -> Stage:
        """What happened at a table."""
        if move.name == "gone":
            return noted_gone(stage, str(move.fields["chair"]), place_of(move, "at"))
        table = whole(move.fields.get("table"))
        if move.name == "merged":
            merged = [table, whole(move.fields.get("into")), whole(move.fields.get("turn"))]
            return stage.note(merges=[*stage.data.get("merges", ()), merged])
        if move.name == "asks":  # what was seen before was another call
            return stage.note(seen=[one for one in stage.data.get("seen", ()) if one != table])
        return stage.note(ready=sorted({*stage.data.get("ready", ()), table}))

    def rearranged(self, stage: Stage, move: Move) -> Stage:
        """One person goes to another table, or two change places."""
        seating = self.seated(stage, {one["id"]: one for one in move.chairs})
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
        chairs = {one["id"]: one for one in move.chairs}
        tables = {t.number: t.people for t in self.seated(stage, chairs).tables_at(here)}
        if place >= len(people := tables.get(number, ())):
            raise Refused("not_understood")
        without = noted_gone(stage, people[place], at)
        mergers = [list(one) for one in self.seated(without, chairs).mergers(here)]
        return without.note(merges=[*stage.data.get("merges", ()), *mergers])

    # -- what is seen

    def told(self, scene: Scene, audience: Audience) -> Body:
        """What rooms with tables show alike."""
        stage = scene.stage
        seen: Body = {
            "stand": stage.phase, "find": self.find, "size": self.size,
            "policy": self.remote_policy, "types": self.types, "asks": self.asks,
            "next": NEXT.get(stage.phase, {}),
        }  # fmt: skip
        if stage.phase == "optin":
            there = [body for one, body in chairs_in(scene).items() if self.takes_part(scene, one)]
            seen["taking"] = step(sum(body["as"] == "yes" for body in there))
        if stage.phase in ("gather", "talk") and audience != "phone":
            seen["tables"] = self.tables_told(scene, audience)
        if audience != "phone":
            seen["signals"] = signals(stage)
        if stage.phase == "gather" and audience != "phone":
            begun = stage.data.get("grouped_at", stage.since)
            seen["to_gather"] = {"name": "gather", "from": begun, "to": begun + TO_GATHER}
        if audience == "console":
            unplaced, waiting = self.without_table(scene)
            seen |= {"links": "\n".join(self.links(stage)), "lone": bool(self.lone(scene))}
            seen |= {"unplaced": unplaced, "waiting": waiting}
        return seen

    def tables_told(self, scene: Scene, audience: Audience) -> list[Body]:
        """The tables without their people: number, how many, whether they sit. Who asks for help
        is for the console alone."""
        seating, end = self.seating(scene), (self.rounds, END)
        asks = {body["table"]: body["reason"] for body in scene.bodies("help")}
        seen = scene.stage.data.get("seen", ())
        ready, told = scene.stage.data.get("ready", ()), []
        standing = seating.standing()
        if scene.stage.phase == "talk":
            standing = {one.number: one for one in seating.tables_at(self.end_of_turn(scene))}
        for number, table in sorted(standing.items()):
            if not table.people:  # it went into another, before the talk began once more
                continue
            one: Body = {"number": number, "people": len(seating.there(table, end)),
                         "ready": number in ready}  # fmt: skip
            if audience == "console":
                one["help"] = asks.get(number, "") if number not in seen else ""
                one["places"] = places(seating, table)
            told.append(one)
        return told

    def without_table(self, scene: Scene) -> tuple[int, int]:
        """How many found no table, and how many came late and sit nowhere yet."""
        if scene.stage.phase == "optin":
            return 0, 0
        unplaced, unseated = (
            set(scene.stage.data.get("unplaced", ())),
            self.seating(scene).unseated(),
        )
        late = [body for body in chairs_in(scene).values() if 0 < body["from"] < self.rounds]
        found_none = len(unplaced.intersection(unseated))
        return found_none, len(unseated) - found_none + len(late)

    def takes_part(self, scene: Scene, chair: str) -> bool:
        """Whether a chair counts. When all are asked anew one that was left is none."""
        end = (self.rounds, END)
        return scene.stage.phase != "optin" or self.seating(scene).is_there(chair, end)

    def own(self, scene: Scene, mine: Mine) -> Body:
        chair = mine.entries.get("chair")
        own: Body = {
            "joined": chair.body["as"] if chair and self.takes_part(scene, chair.id) else "",
            "help": (mine.body("help") or {}).get("reason", ""),
            "far": bool(chair and chair.body["side"] == "remote"),
        }
        if chair is None or scene.stage.phase == "optin" or self.find == "neighbour":
            return own
        return own | self.own_place(scene, mine, chair)

    def own_place(self, scene: Scene, mine: Mine, chair: Entry) -> Body:
        """My table and my role in each turn."""
        seating, turns = self.seating(scene), range(self.rounds)
        tables = [seating.table_of(chair.id, (n, END)) for n in turns]
        first = tables[0]
        together = [len(seating.there(table, (n, END))) if table else 0
                    for n, table in enumerate(tables)]  # fmt: skip
        return {
            "table": first.number if first else 0,
            "tables": [table.number if table else 0 for table in tables],
            "people": together[0],
            "together": together,
            "side": seating.chairs[chair.id]["side"],
            "corner": chair.id in scene.stage.data.get("buddies", ()),
            "wanted": self.may_be_buddy(scene, chair.id),
            "missing": self.missing(scene, seating, chair.id),
            "calls": self.calls(scene, seating, tables),
            "types": [bool(table and seating.types(table)) for table in tables],
            "roles": [seating.role(chair.id, (n, END)) for n in turns],
            "met": [met_mark(seating.seed, chair.id, one)
                    for one in (first.people if first else ()) if one != chair.id],
            "ready": bool(first and first.number in scene.stage.data.get("ready", ())),
            "may_ask_other": not chair.body.get("asked_other"),
        }  # fmt: skip

    # -- people who are not in the room

    def misses(self, scene: Scene, who: frozenset[str]) -> tuple[str, ...]:
        seating = self.seating(scene)
        tables = seating.tables_at(self.end_of_turn(scene))
        return tuple(sorted({
            one for table in tables if in_call(seating, table.people) & who for one in table.people
        }))  # fmt: skip

    def missing(self, scene: Scene, seating: Seating, chair: str) -> Body | None:
        """Whether somebody in a call with me lost their line: for a moment, or for so long that
        we may choose. In the room a phone that sleeps is nobody who went."""
        if not scene.away:
            return None
        at = self.end_of_turn(scene)
        table = seating.table_of(chair, at)
        there = seating.there(table, at) if table else []
        gone = [scene.away.get(one, 0) for one in in_call(seating, there) if one != chair]
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

    def with_buddy(self, stage: Stage, move: Move) -> Stage:
        """A table of two more: who was alone elsewhere, and who calls with them from here."""
        pair = [str(move.fields.get(name)) for name in ("lone", "chair")]
        chairs = {one["id"]: one for one in move.chairs}
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


def in_call(seating: Seating, people: Iterable[str]) -> frozenset[str]:
    """Which of these people are not in the room."""
    return frozenset(one for one in people if seating.chairs[one]["side"] == "remote")


def is_far(seating: Seating, table: Table) -> bool:
    """Whether somebody of a table is not in the room."""
    return bool(in_call(seating, table.people))


def far_rooms(seating: Seating, turns: int) -> dict[int, int]:
    """A number of their own for all tables where somebody is not in the room: those that were
    made first come first, so that who comes later changes nobody's number."""
    made = [seating.tables, seating.gathered().values()]
    made += [seating.tables_at((turn, END)) for turn in range(turns)]
    rooms: dict[int, int] = {}
    for tables in made:
        for table in sorted(tables, key=lambda table: table.number):
            if is_far(seating, table):
                rooms.setdefault(table.number, len(rooms) + 1)
    return rooms


def places(seating: Seating, table: Table) -> list[Body]:
    """The chairs of a table on which somebody sits, by letter, with what they do first."""
    return [
        {"at": f"{table.number}{LETTERS[n]}", "letter": LETTERS[n],
         "role": seating.role(chair, (0, END))}
        for n, chair in enumerate(table.people[: len(LETTERS)])
        if seating.is_there(chair, (seating.turns, END))
    ]  # fmt: skip


def fits(seating: Seating, people: tuple[str, ...], rules: Rules) -> bool:
    """Whether all of these may sit together."""
    known = [seating.person(one) for one in people]
    return all(may_sit_together(a, b, rules) for n, a in enumerate(known) for b in known[n + 1 :])


def whole(value: Any) -> int:
    """A whole number from outside, or Refused."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 5:
        return int(value)
    if type(value) is not int or not 0 <= value < 10_000:
        raise Refused("not_understood")
    return value


def place_of(move: Move, name: str) -> Moment:
    """A pair of whole numbers in a move, the second of which may be -1. A form says 3B."""
    pair = move.fields.get(name)
    if isinstance(pair, str) and (said := PLACE.fullmatch(pair.strip().upper())):
        pair = (int(said[1]), LETTERS.index(said[2]))
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise Refused("not_understood")
    if not all(type(n) is int and -1 <= n < 10_000 for n in pair):
        raise Refused("not_understood")
    return (pair[0], pair[1])
