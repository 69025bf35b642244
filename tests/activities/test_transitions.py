"""A round at random: people come, go, come back and are said to be gone, the clock is paused and
stretched, the server starts anew. Whatever happens, nobody sits twice or alone, and whoever stays
tells once."""

from __future__ import annotations

import contextlib
import json
from random import Random

import pytest

from facilitator.domain.activity import Refused
from facilitator.domain.clocks import NOT_TOLD_YET
from facilitator.domain.sitting import END
from tests.activities.test_listening import NAMES, TURN, tables, talking, to

#: What may happen at any moment. A phone that sleeps does nothing at all: that is waiting.
HAPPENS = ("leave", "back", "late", "wait", "wait", "pause", "gone", "extend", "restart", "pass")
#: The same, while nobody goes.
CALM = ("late", "wait", "wait", "pause", "extend", "restart")
#: How long one waits, in seconds: so that many rounds come to their last turn.
WAITS = (3, 12, 60)


def test_nobody_sits_twice_or_alone():
    for seed in range(30):
        RandomRound(seed).goes_on(25)


def test_in_twos_nobody_sits_twice_or_alone():
    for seed in range(12):
        RandomRound(seed, size=2).goes_on(40)


def test_while_nobody_goes_everybody_who_was_there_tells():
    for seed in range(12):
        round_ = RandomRound(seed, size=3, happens=CALM).goes_on(25)
        assert round_.to_the_end().without_turn() == [], seed


@pytest.mark.parametrize("size", [2, 3])
def test_whoever_goes_everybody_who_stays_tells_once(size):
    for seed in range(12):
        assert RandomRound(seed, size).goes_on(40).to_the_end().without_turn() == [], seed


@pytest.mark.long
@pytest.mark.parametrize("size", [2, 3])
def test_the_same_for_a_hundred_thousand_transitions(size):
    for seed in range(1_000, 1_500):
        assert RandomRound(seed, size).goes_on(100).to_the_end().without_turn() == [], seed


@pytest.mark.long
@pytest.mark.parametrize("size", [2, 3])
def test_at_their_own_pace_too(size):
    happens = (*HAPPENS, "ready", "ready")
    for seed in range(1_000, 1_100):
        played = RandomRound(seed, size, happens, sync="group").goes_on(100)
        assert played.to_the_end().without_turn() == [], seed


class RandomRound:
    """One round, out of its seed alone. After each transition the invariants are checked."""

    def __init__(self, seed, size=None, happens=HAPPENS, sync="room"):
        self.chance, self.happens, self.seed = Random(seed), happens, seed
        n = self.chance.randint(3, 14)
        either = self.chance.choice((2, 3))
        self.room = talking(n, size=size or either, sync=sync)
        self.first, self.came = set(NAMES[:n]), list(NAMES[:n])
        self.away, self.went, self.steps = set(), set(), 0
        self.too_late = set()  # whose table fell apart when there was no turn left to divide
        self.told = {}  # (table, turn) -> who was heard there

    @property
    def end(self):
        return self.room.console["parts"][-1]["to"]  # of the last table, where each has its pace

    def goes_on(self, steps):
        for _ in range(steps):
            self.steps += 1
            merged = len(self.room.stage.data["merges"])
            before = self.room.room.seating(self.room.scene)
            self.happen(self.chance.choice(self.happens))
            self.note_too_late(before, self.room.stage.data["merges"][merged:])
            self.check()
            self.went |= self.away
        return self

    def to_the_end(self):
        while self.room.at < self.end:
            self.room.waits(5)
            self.check()
        return self

    def happen(self, what):
        room, here = self.room, [who for who in self.came if who not in self.away]
        talk = room.at < self.end
        match what:
            case "wait":
                room.waits(self.chance.choice(WAITS))
            case "pause" if room.at < self.end - 60:
                room.move("pause").waits(5).move("resume")
            case "extend" if room.at < self.end - 60:
                room.move("extend", seconds=self.chance.choice((-30, 30, 60)))
            case "restart":  # what a stage and a bag keep is all there is
                room.stage = room.stage.to(data=json.loads(json.dumps(room.stage.data)))
            case "leave" if len(here) > 2 and talk:
                who = self.chance.choice(here)
                if room.own(who)["roles"]:
                    room.by(who, "leave")
                    self.away.add(who)
            case "gone" if len(here) > 2 and talk:
                self.away |= self.said_gone(here)
            case "back" if self.away:
                who = self.chance.choice(sorted(self.away))
                room.by(who, "join")
                self.away.discard(who)
            case "late" if len(self.came) < 20:
                room.by(f"late{self.steps}", "join")
                self.came.append(f"late{self.steps}")
            case "ready" if talk:  # a table goes on by itself
                with contextlib.suppress(Refused):
                    room.by(self.chance.choice(here), "ready")
            case "pass" if talk:
                who = self.chance.choice(here)
                with contextlib.suppress(Refused):
                    room.by(who, "pass")
                    self.went.add(who)  # who lets a turn go by may have none

    def said_gone(self, here):
        """Somebody at a table says that another is not there any more: who that was, if anybody."""
        who = self.chance.choice(here)
        role = self.chance.choice(("teller", "listener", "observer"))
        before = self.room.stage.data.get("gone", {})
        with contextlib.suppress(Refused):
            self.room.by(who, "gone", role=role)
        after = self.room.stage.data.get("gone", {})
        chairs = {chair for chair in after if len(after[chair]) > len(before.get(chair, ()))}
        return {who for who in here if self.chair(who) in chairs}

    def chair(self, who):
        return self.room.mine(who).entries["chair"].id

    def note_too_late(self, before, merges):
        """Whose table is no more, in the last turn of the table to which they went."""
        for table, into, turn, *_ in merges:
            last = self.room.room.schedule(self.room.stage, into).parts[-1].turn
            on = self.room.room.schedule(self.room.stage, into).part(self.room.at)
            if on is None or on.turn == last:
                people = next(t.people for t in before.tables_at((turn, END)) if t.number == table)
                self.too_late |= {who for who in self.came if self.chair(who) in people}

    def tables(self):
        """The tables as they are, with the people by the turns of each, and the turn that is on."""
        room = self.room.room
        seating, here = room.seating(self.room.scene), room.end_of_turn(self.room.scene)
        for table in seating.tables_at(here):
            turns = room.turns_at(self.room.stage, seating, table)
            by_own = room.by_own_clock(self.room.stage, seating, table) if turns else None
            yield *(by_own or (seating, table)), turns or room.rounds

    def check(self):
        """Nobody twice, nobody alone, and who is there has a place or waits for the next turn.
        Nobody tells twice, and what was heard stays heard."""
        room, where = self.room.room, (self.seed, self.steps)
        seating, at = room.seating(self.room.scene), room.end_of_turn(self.room.scene)
        there = [seating.there(table, at) for table in seating.tables_at(at)]
        seated = [chair for people in there for chair in people]
        assert len(seated) == len(set(seated)), where
        sizes = sorted(len(people) for people in there if people)
        assert sizes == [1] or 1 not in sizes, (where, "alone")
        ids = {self.chair(who): who for who in self.came}
        assert not set(seated) & {chair for chair, who in ids.items() if who in self.away}, where
        waiting = [one for one in ids if one not in seated and ids[one] not in self.away]
        assert all(seating.role(chair, at) == "waiting" for chair in waiting), where
        self.hear(ids, where)

    def hear(self, ids, where):
        """Who told at each table: in turns that are over, and in this one once it is summed up."""
        for seating, table, turns in self.tables():
            part = self.room.room.schedule(self.room.stage, table.number).part(self.room.at)
            over = part.turn + (part.name not in NOT_TOLD_YET) if part else turns
            for turn in range(over):
                if teller := seating.teller(table, turn):
                    place = (table.number, turn)
                    assert self.told.setdefault(place, ids[teller]) == ids[teller], (where, place)
        heard = list(self.told.values())
        assert len(heard) == len(set(heard)), (where, "told twice", self.told)

    def without_turn(self):
        """Who were there from the first moment to the last and did not tell."""
        stayed = self.first - self.went - self.too_late
        return sorted(stayed - set(self.told.values()))


# -- a table that falls apart


def left_alone(turn):
    """Two tables of three. In a turn, while somebody tells, two of one table go home; who stays
    behind. Whose turn it was at both tables is told too."""
    room = to(talking(6), turn, "tell", into=10)
    here = tables(room)
    one, other = sorted(here.values())
    stays = next(who for who in one if "teller" in room.own(who)["roles"][turn + 1 :])
    for who in one:
        if who != stays:
            room.by(who, "leave")
    return room, stays, other


@pytest.mark.parametrize("turn", [0, 1])
def test_who_comes_to_a_full_table_tells_there_in_what_is_left(turn):
    room, stays, other = left_alone(turn)
    mine, gong = room.own(stays), room.phone["parts"][-1]["to"]
    assert mine["tables"][-1] == room.own(other[0])["tables"][-1]
    assert mine["roles"].count("teller") == 1
    for who in (*other, stays):
        own = room.own(who)
        assert own["shares"] == 4 and own["parts"][-1]["to"] == gong
        assert own["shorter_from"] == turn + 1
    assert room.console["sharing"] == 1
    turns = [sum(p["to"] - p["from"] for p in mine["parts"] if p["turn"] == n) for n in range(4)]
    assert turns[: turn + 1] == [TURN] * (turn + 1), "the turn that is on, and those before, stay"
    left = (3 - turn - 1) * TURN / (4 - turn - 1)
    assert all(abs(one - left) <= 3 for one in turns[turn + 1 :]), turns


def test_the_turn_that_is_on_is_not_disturbed():
    room, stays, other = left_alone(0)
    assert room.own(stays)["roles"][0] == "company"
    assert sorted(room.own(who)["roles"][0] for who in other) == ["listener", "observer", "teller"]
    own = room.own(stays)
    assert [p["to"] for p in own["parts"] if p["turn"] == 0] == [
        p["to"] for p in room.phone["parts"] if p["turn"] == 0
    ]


def test_what_was_said_to_a_table_goes_with_its_people():
    room = to(talking(6), 0, "sum", into=2)
    one, other = sorted(tables(room).values())
    number = room.own(one[0])["tables"][0]
    room.move("nudge", table=number, what="all_well").move("tip", id="silence", table=number)
    for who in one[:2]:
        room.by(who, "leave")
    for who in (one[2], *other):
        assert room.own(who)["tip"]["id"] == "silence"
    assert room.own(one[2])["nudge"] or room.own(other[0])["nudge"] or room.own(other[1])["nudge"]


def test_a_fifth_is_announced_to_those_with_whom_they_will_sit():
    room = to(talking(4, size=2), 0, "tell")
    for who in ("late1", "late2", "late3", "late4"):
        room.by(who, "join", **{"as": "watch"})
    room.touched.clear()
    room.by("late5", "join", **{"as": "watch"})
    to(room, 1, "tell")
    mates = [
        who for who in room_of(room) if room.own(who)["tables"][1] == room.own("late5")["tables"][1]
    ]
    assert len(mates) == 5
    assert {room.mine(who).entries["chair"].id for who in mates if who != "late5"} <= room.touched


def room_of(room):
    """Everybody who has a chair."""
    return sorted({owner for owner, slot in room.laid if slot == "chair"})


@pytest.mark.parametrize("led", ["skip", "back", "extend", "pause"])
def test_in_the_turn_that_is_on_the_table_goes_by_the_room(led):
    room, stays, other = left_alone(0)
    room.move(led, seconds=30)
    if led == "pause":
        room.waits(40).move("resume")
    gong = room.phone["parts"][-1]["to"]
    for who in (*other, stays):
        own = room.own(who)["parts"]
        assert of_turn(own, 0) == of_turn(room.phone["parts"], 0)
        assert own[-1]["to"] == gong and {part["turn"] for part in own} == {0, 1, 2, 3}
    room.at = of_turn(own, 1)[1]["from"] + 1
    room.move("skip")  # now by a clock of its own: the step of the room is not theirs
    assert of_turn(room.own(stays)["parts"], 1)[1]["to"] > room.at


def test_when_the_room_goes_on_to_the_next_turn_so_does_the_table():
    room, stays, _ = left_alone(0)
    to(room, 0, "fb").move("skip")
    assert room.room.part(room.scene) == "land"
    (on,) = [p for p in room.own(stays)["parts"] if p["from"] <= room.at < p["to"]]
    assert (on["turn"], on["name"]) == (1, "land")


def test_stopped_in_that_turn_it_is_over_for_all_at_once():
    room, stays, other = left_alone(0)
    room.move("stop")
    assert room.own(stays)["parts"] == room.phone["parts"] == room.own(other[0])["parts"]


def of_turn(parts, turn):
    return [part for part in parts if part["turn"] == turn]


def test_in_the_last_turn_there_is_nothing_left_to_divide():
    room = to(talking(6), 2, "tell", into=10)
    one, other = sorted(tables(room).values())
    for who in one[:2]:
        room.by(who, "leave")
    assert room.own(one[2])["shares"] == 3 == room.own(other[0])["shares"]
    assert room.own(one[2])["tables"][2] == room.own(other[0])["tables"][2]


def test_where_a_turn_is_to_spare_nobody_has_a_shorter_one():
    room = to(talking(8), 0, "tell", into=10)  # two, three and three
    small, one, _ = sorted(tables(room).values(), key=len)
    for who in one[1:]:
        room.by(who, "leave")
    assert room.own(one[0])["tables"][-1] == room.own(small[0])["tables"][-1]
    assert not room.stage.data["shares"]
    assert [room.own(who)["shares"] for who in (*small, one[0])] == [3, 3, 3]


def test_who_went_away_and_came_back_takes_nobodys_turn():
    room = to(talking(6), 0, "tell", into=10)
    one, other = sorted(tables(room).values())
    _, then, last = sorted(other, key=lambda who: room.own(who)["roles"].index("teller"))
    room.by(then, "leave")
    for who in one[1:]:
        room.by(who, "leave")
    to(room, 1, "land").by(then, "join")
    assert room.own(last)["roles"].count("teller") == 1
    assert room.own(one[0])["roles"].count("teller") == 1
    assert room.own(then)["roles"].count("teller") == 0, (
        "three turns were left for three who stayed"
    )


def test_what_was_counted_for_a_turn_stays_where_it_was():
    """Who told, and then came to a table that divides what is left, answers for their own turn."""
    room = to(talking(6), 1, "tell", into=10)
    one, _ = sorted(tables(room).values())
    told = next(who for who in one if room.own(who)["roles"][0] == "teller")
    number = room.own(told)["tables"][0]
    for who in one:
        if who != told:
            room.by(who, "leave")
    assert room.own(told)["roles"][0] == "teller" and room.own(told)["tables"][0] == number
    room.by(told, "heard", value="4", turn=0)
    assert [body["table"] for body in room.scene.bodies("heard")] == [number]
    assert room.own(told)["roles"].count("teller") == 1


def test_who_is_left_alone_goes_where_there_is_a_turn_for_them():
    """Two tables of two: at one somebody is yet to tell, at the other a turn is to spare."""
    for full, spare in ((0, 1), (1, 0)):
        room = talking(9)
        by_turn = [sorted(some, key=lambda who: room.own(who)["roles"].index("teller"))
                   for some in sorted(tables(room).values())]  # fmt: skip
        to(room, 1, "tell")
        room.by(by_turn[full][0], "leave").by(by_turn[spare][2], "leave")
        for who in by_turn[2][:2]:
            room.by(who, "leave")
        lone = by_turn[2][2]
        assert room.own(lone)["tables"][2] == room.own(by_turn[spare][0])["tables"][2]
        assert not room.stage.data["shares"]


def test_what_one_did_at_another_table_before_stays_what_it_was():
    room, stays, _ = left_alone(1)
    own = room.own(stays)
    assert own["roles"][0] != "company" and own["tables"][0] != own["tables"][1]
    assert len(own["roles"]) == len(own["tables"]) == len(own["others"]) == 4


def test_a_table_that_divides_what_is_left_is_mixed_no_more_and_was_mixed_before():
    room = to(talking(9), 0, "tell").move("mix")
    to(room, 1, "tell")
    before = {who: room.own(who)["tables"][:2] for who in NAMES[:9]}
    one, other, third = sorted(tables(room, 1).values())
    for who in sorted(one, key=lambda who: room.own(who)["roles"].index("teller"))[:2]:
        room.by(who, "leave")
    assert list(room.stage.data["shares"].values()) == [4]
    assert all(room.own(who)["tables"][:2] == before[who] for who in (*other, *third))
    for who in (*other, *third):  # who told before the swap says how it was, there
        if room.own(who)["roles"][0] == "teller":
            room.by(who, "heard", value="4", turn=0)
            assert room.scene.bodies("heard")[-1]["table"] == before[who][0]
            room.by(who, "undo", item="heard", turn=0)
    (divided,) = map(int, room.stage.data["shares"])
    sat = people_at(room, divided, 1)
    to(room.move("mix"), 2, "tell")
    assert people_at(room, divided, 2) == sat and len(sat) > 3
    assert all(room.own(who)["roles"].count("teller") == 1 for who in (*other, *third))


def people_at(room, number, turn):
    """Who sits at a table in a turn of the room, also who went."""
    standing = room.room.seating(room.scene).tables_at((turn, END))
    return next(table.people for table in standing if table.number == number)


@pytest.mark.parametrize(
    ("seed", "size", "steps"),
    [
        (5, 3, 40),  # who comes late at the swap comes in the middle of a turn that a table divides
        (84, 2, 40),  # who told by the clock of a table of its own has told
        (17, 2, 40),  # a table that divides the time from the start, and then once more
        (1436, 2, 100),  # who leaves in the first second of a turn moves nobody who came with it
        (1175, 3, 100),  # who came back before a table divided what is left
        (1020, 3, 100),  # a new table has no number of one that is no more
    ],
)
def test_what_once_went_wrong(seed, size, steps):
    assert RandomRound(seed, size).goes_on(steps).to_the_end().without_turn() == []


@pytest.mark.parametrize("size", [2, 3])
def test_the_same_where_each_table_goes_at_its_own_pace(size):
    happens = (*HAPPENS, "ready", "ready")
    for seed in range(6):
        played = RandomRound(seed, size, happens, sync="group").goes_on(40)
        assert played.to_the_end().without_turn() == [], seed
