"""Whatever happens, and however often the server starts anew: everybody sits where they sat."""

from __future__ import annotations

import contextlib
from random import Random

import pytest

from facilitator.domain.activity import Refused
from facilitator.domain.sitting import END
from tests.atdesk import AtDesk

HAPPENS = ("leave", "back", "late", "gone", "sleep", "wake", "wait", "pause", "extend", "restart")


def happens(round, what, chance, reopen, step):
    """One thing; what makes no sense now is refused, and changes nothing."""
    who = chance.choice(sorted(round.people))
    with contextlib.suppress(Refused):
        match what:
            case "leave":
                round.by(who, "leave")
            case "back":
                round.by(who, "join")
            case "late" if len(round.people) < 20:
                round.comes(f"late{step}")
                round.by(f"late{step}", "join")
            case "gone":
                round.by(who, "gone", role=chance.choice(("teller", "listener", "observer")))
            case "sleep":
                round.house.leave(round.code, f"socket-{who}")
            case "wake":
                round.house.arrive(round.code, f"socket-{who}", round.people[who])
            case "wait":
                round.waits(chance.choice((3, 12)))
            case "pause":
                round.go("pause").waits(5).go("resume")
            case "extend":
                round.go("extend", seconds=chance.choice((-30, 30, 60)))
            case "restart":
                before = all_see(round)
                now = round.house.clock.now
                round.house = reopen(round.house)
                round.house.clock.now = now
                assert all_see(round) == before


def all_see(round):
    """All that stays in a restart: the clock, the tables, and everybody's place."""
    names = ("table", "tables", "roles", "turns", "answers")
    people = {who: {name: round.own(who).get(name) for name in names} for who in round.people}
    return people, round.parts, round.seen("console")["tables"]


def check_all(round, where):
    """Nobody at two tables, and nobody alone while another table could take them."""
    running = round.house.find(round.code)
    item = running.item("talk")
    scene = running.scene(item, round.house.clock())
    seating, room = item.activity.seating(scene), item.activity
    at = (min(room.moment(scene)[0], room.rounds - 1), END)
    there = [seating.there(table, at) for table in seating.tables_at(at)]
    seated = [one for people in there for one in people]
    assert len(seated) == len({*seated}), where
    sizes = sorted(len(people) for people in there if people)
    assert sizes == [1] or 1 not in sizes, where


def played(house, reopen, seed, steps):
    chance = Random(seed)
    round = AtDesk(house, chance.randint(3, 10), size=chance.choice((2, 3)))
    round.go("next").go("next")
    for step in range(steps):
        happens(round, chance.choice(HAPPENS), chance, reopen, step)
        check_all(round, (seed, step))


@pytest.mark.parametrize("seed", range(6))
def test_a_restart_changes_nothing_for_anybody(house, reopen, seed):
    played(house, reopen, seed, 25)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 120))
def test_many_restarts_change_nothing_for_anybody(house, reopen, seed):
    played(house, reopen, seed, 100)
