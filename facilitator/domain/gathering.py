"""What rooms in which people sit together share: finding a table, and what is seen of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
    Take,
    Text,
    Touch,
)
from .chairs import START, Table
from .elsewhere import Elsewhere
from .fitting import left_over, others_in_turns, reasons, told_roles
from .grouping import Rules, apart
from .seating import Seating, met_mark
from .sharing import LEADER, SHARED, chairs_on, phone_of, shared_by
from .signals import signals
from .sitting import END, chairs_in
from .tables import LETTERS, now_at
from .tally import step
from .turns import OUT, WAITING
from .words import choice, only

TO_CHOOSE = 20.0  # seconds to say whether one takes part; a help, too
TO_GATHER = 60.0  # seconds to find one's table; a help, not an end
TO_ASK_OTHERS = 30.0  # seconds after the tables are known
HELP = ("time", "technique", "tension")
#: What the large button does next, until people talk.
NEXT: Mapping[str, Text] = {
    "optin": {"nl": "Maak tafels", "en": "Make tables"},
    "gather": {"nl": "Begin", "en": "Begin"},
}

Answer = Callable[[Scene, Mine, str, Act], Outcome]


@dataclass(frozen=True)
class Gathering(Elsewhere):
    """People find each other by a number, a colour and an animal, and ask for help if need be."""

    @property
    def brings(self) -> frozenset[str]:
        return frozenset({"gathering"})

    # -- what people do

    def accept(self, scene: Scene, mine: Mine, act: Act) -> Outcome:
        if act.name == "join":
            return told_to_phones(self.join(scene, mine, act))
        chair = mine.entries.get("chair")
        if chair is None:
            raise Refused("join_the_round_first")
        answers = self.answers()
        if act.name not in answers:
            raise Refused("unknown_act")
        return told_to_phones(answers[act.name](scene, mine, chair.id, act))

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
        if home is None or shared_by(seating.chairs, chair):
            return None
        place, mates = home.people.index(chair), self.mates(scene, chair)
        for table in sorted(standing, key=lambda t: seating.lot(f"{chair}/{t.number}")):
            for there, other in enumerate(table.people):
                if other in mates or not seating.is_there(other, START):
                    continue
                if shared_by(seating.chairs, other) or other == LEADER:
                    continue
                if seating.interprets(other) or seating.interprets(chair):
                    continue
                if seating.tells(chair) != seating.tells(other):  # one has turns, one has none
                    continue
                here = (*home.people[:place], other, *home.people[place + 1 :])
                yonder = (*table.people[:there], chair, *table.people[there + 1 :])
                if fits(seating, here, rules) and fits(seating, yonder, rules):
                    return (home.number, place), (table.number, there)
        return None

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
            # By phone: a count that goes up by three would point at one.
            phones = {phone_of(one) for one, body in chairs_in(scene).items()
                      if self.takes_part(scene, one) and body["as"] == "yes"}  # fmt: skip
            seen["taking"] = step(len(phones - {LEADER}))
        if stage.phase in ("gather", "talk") and audience != "phone":
            seen["tables"] = self.tables_told(scene, audience)
            seen["far"] = self.all_elsewhere(scene)
        if audience != "phone":
            seen["signals"] = signals(stage)
        if stage.phase == "gather" and audience != "phone":
            begun = stage.data.get("grouped_at", stage.since)
            seen["to_gather"] = {"name": "gather", "from": begun, "to": begun + TO_GATHER}
        if audience == "console":
            seen |= {"leader": self.leaders_place(scene), "flags": self.flags(scene)}
            left, waiting = self.without_table(scene)
            seen |= {"links": "\n".join(self.links(stage)), "lone": bool(self.lone(scene))}
            seen |= {"unplaced": len(left), "waiting": waiting, "why": self.why(scene, left)}
            if stage.phase == "optin":
                seen["to_choose"] = {"name": "choose", "from": stage.since,
                                     "to": stage.since + TO_CHOOSE}  # fmt: skip
        return seen

    def tables_told(self, scene: Scene, audience: Audience) -> list[Body]:
        """The tables without their people: number, how many, whether they sit. Who asks for help
        is for the console alone."""
        seating, end = self.seating(scene), (self.rounds, END)
        asks = {flag["table"]: flag["reason"] for flag in self.flags(scene)}
        ready, told = scene.stage.data.get("ready", ()), []
        for number, table in self.tables_seen(scene).items():
            one: Body = {"number": number, "people": len(seating.talking(table, end)),
                         "ready": number in ready}  # fmt: skip
            if audience == "console":
                one["help"] = asks.get(number, "")
                one["places"] = places(seating, table)
            told.append(one)
        return told

    def tables_seen(self, scene: Scene) -> dict[int, Table]:
        """The tables that there are now, by number."""
        seating = self.seating(scene)
        standing = seating.standing()
        if scene.stage.phase == "talk":
            standing = {one.number: one for one in seating.tables_at(self.end_of_turn(scene))}
        # One without people went into another, before the talk began once more.
        return {number: table for number, table in sorted(standing.items()) if table.people}

    def flags(self, scene: Scene) -> list[Body]:
        """The calls for help that are yet to be seen, one for each table from which was asked and
        one (0) for who had none: where that table is now, and the gravest reason."""
        stage, bodies = scene.stage, scene.bodies("help")
        seen, gravest = stage.data.get("seen", ()), sorted(map(gravity, bodies))
        asked = {table: how for how, table in gravest if table not in seen}
        if not asked or stage.phase not in ("gather", "talk"):
            return []
        tables = self.tables_seen(scene)
        now = {table: now_at(stage, table) for table in asked}
        return [
            {
                "table": now[table] if now[table] in tables else 0,
                "asked": table,
                "reason": HELP[how],
            }
            for table, how in sorted(asked.items())
        ]

    def leaders_place(self, scene: Scene) -> Body | None:
        """Where who leads sits, and what they do there in each turn, if they take part."""
        if not scene.stage.data.get("leader"):
            return None
        if scene.stage.phase == "optin":  # there is no place yet, and nothing else to tell of
            return {"tables": [], "roles": [], "parts": []}
        seating, ends = self.seating(scene), [(n, END) for n in range(self.rounds)]
        tables = [seating.table_of(LEADER, end) for end in ends]
        return {
            "tables": [table.number if table else 0 for table in tables],
            "roles": [seating.role(LEADER, end) for end in ends],
            "parts": [],  # those of the room
        }

    def without_table(self, scene: Scene) -> tuple[list[str], int]:
        """Who found no table and gets none by themselves, and how many come to one at the swap."""
        stage, seating = scene.stage, self.seating(scene)
        if stage.phase not in ("gather", "talk"):
            return [], 0
        if stage.phase == "gather":
            unplaced, unseated = set(stage.data.get("unplaced", ())), seating.unseated()
            left = [one for one in unseated
                    if one in unplaced or not seating.table_of(one, (1, END))]  # fmt: skip
            return left, len(unseated) - len(left)
        turn = self.latest(scene)[0]
        left = left_over(seating, (min(turn + 1, self.rounds - 1), END))
        come = [one for one in seating.chairs if turn < seating.begins(one) < self.rounds]
        return left, len([one for one in come if one not in left])

    def why(self, scene: Scene, left: list[str]) -> dict[str, int]:
        """How many of these found no table, by the rule that stands in the way. It says of nobody
        who they are."""
        at = START if scene.stage.phase == "gather" else self.end_of_turn(scene)
        return reasons(self.seating(scene), left, at)

    def takes_part(self, scene: Scene, chair: str) -> bool:
        """Whether a chair counts. When all are asked anew one that was left is none."""
        end = (self.rounds, END)
        return scene.stage.phase != "optin" or self.seating(scene).is_there(chair, end)

    def own(self, scene: Scene, mine: Mine) -> Body:
        chair = mine.entries.get("chair")
        own: Body = {
            "shared": chair.body.get("people", 1) if chair else 1,
            "interprets": bool(chair and chair.body.get("interprets")),
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
        first, mine_too = tables[0], list(chairs_on(chair.id, chair.body))
        by_turn = [[seating.role(one, (n, END)) for one in mine_too] for n in turns]
        numbers = [table.number if table else 0 for table in tables]
        at_table = [
            seating.roles(table, (n, END)) if table else {} for n, table in enumerate(tables)
        ]
        begins = seating.begins(chair.id)
        together = [len(seating.talking(table, (n, END))) if table else 0
                    for n, table in enumerate(tables)]  # fmt: skip
        return {
            "table": first.number if first else 0,
            "tables": numbers,
            "people": len(seating.there(first, (0, END))) if first else 0,
            "together": together,
            "side": seating.chairs[chair.id]["side"],
            "corner": chair.id in scene.stage.data.get("buddies", ()),
            "wanted": self.may_be_buddy(scene, chair.id),
            "missing": self.missing(scene, seating, chair.id),
            "calls": self.calls(scene, seating, tables),
            "types": [bool(table and seating.types(table)) for table in tables],
            "roles": told_roles([role_of(cards) for cards in by_turn], numbers, begins),
            "others": others_in_turns(at_table, mine_too),
            "fits": self.fits_soon(seating, chair.id, numbers),
            "along": "joins" in seating.chairs[chair.id],
            "cards": by_turn if len(mine_too) > 1 else [],
            "letters": letters(first, mine_too),
            "met": [met_mark(seating.seed, me, one) for me in mine_too
                    for one in (first.people if first else ()) if one not in mine_too],
            "ready": bool(first and first.number in scene.stage.data.get("ready", ())),
            "ask_other_until": scene.stage.data.get("grouped_at", scene.stage.since) + TO_ASK_OTHERS,
            "lone": self.lone(scene) == chair.id,
            "may_ask_other": not chair.body.get("asked_other") and len(mine_too) == 1,
        }  # fmt: skip

    def fits_soon(self, seating: Seating, chair: str, numbers: list[int]) -> str:
        """Whether somebody without a table comes to one: soon, not as it is now, or with whoever
        comes next, if nobody else is here."""
        end = (self.rounds, END)
        others = (one for one in seating.chairs if phone_of(one) != chair)
        if any(numbers):
            return "soon"
        return "none" if any(seating.is_there(one, end) for one in others) else "first"


def gravity(asked: Body) -> tuple[int, int]:
    """How grave a call for help is, and from which table it came."""
    return HELP.index(asked["reason"]), asked["table"]


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
    return not apart([seating.person(one) for one in people], rules)


def letters(table: Table | None, people: list[str]) -> str:
    """What people on one phone call themselves: as the facilitator calls their places."""
    if table is None or len(table.people) > len(LETTERS) or not {*people} <= {*table.people}:
        return LETTERS[: len(people)]
    return "".join(LETTERS[table.people.index(one)] for one in people)


def role_of(cards: list[str]) -> str:
    """What a phone does: what the one person on it does, or whoever of them is there; or it shows
    the cards of several, one after another."""
    there = [role for role in cards if role not in (OUT, WAITING)]
    if len({*there}) > 1:
        return SHARED
    return there[0] if there else cards[0]


def told_to_phones(outcome: Outcome) -> Outcome:
    """Whoever is told of a change is told on their phone, by the entry that it laid."""

    def told(chairs: tuple[str, ...]) -> Touch:
        return Touch(tuple(dict.fromkeys(phone_of(one) for one in chairs if one != LEADER)))

    return [told(one.ids) if isinstance(one, Touch) else one for one in outcome]
