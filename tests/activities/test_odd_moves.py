"""Whatever is sent as a move to a room with tables is done or refused, at every moment of it."""

from __future__ import annotations

from random import Random

import pytest

from facilitator.activities.listening import Listening
from facilitator.activities.pairs import Pairs
from facilitator.domain.activity import Refused
from tests.play import play

MOVES = (
    "merged", "gone", "ready", "asks", "again", "waits", "waited", "place", "swap", "remove", "buddy",
    "mix", "unmix", "tip", "nudge", "well", "seen", "call", "join_in", "regroup", "extend", "pause",
    "resume", "skip", "back", "stop", "next", "set", "preset", "ask", "panel", "hush", "noisy",
    "share", "park", "put_back", "harvest", "page",
)  # fmt: skip
FIELDS = (
    "table", "into", "turn", "turns", "part", "told", "chair", "at", "from", "to", "with", "force",
    "seconds", "id", "text", "role", "what", "link", "on", "n", "preset", "size", "find", "form",
    "lone", "place", "languages",
)  # fmt: skip
ODD = (
    None, True, -1, 0, 1, 2, 3, 4, 10**12, 1.5, "", "x", "-1", "1A", "2B", [], ["x"], [0, 0], [1, -1],
    [2, 3], {}, {"x": 1}, "three", "all_well", "silence",
)  # fmt: skip


@pytest.mark.parametrize("sync", ["room", "group", None])
def test_no_move_makes_a_room_stumble(sync):
    chance, done = Random(5), 0
    for seed in range(60):
        room = play(Listening(sync=sync) if sync else Pairs(find="table"))
        for n in range(7):
            room.by(f"p{n}", "join")
        for _ in range(chance.randint(0, 2)):
            room.move("next")
        for step in range(60):
            fields = {
                name: chance.choice(ODD) for name in chance.sample(FIELDS, chance.randint(0, 5))
            }
            name = chance.choice(MOVES)
            before = room.stage
            try:
                room.move(name, **fields)
                room.own("p0"), room.console, room.screen, room.phone
                done += 1
            except Refused:
                room.stage = before
            except Exception as stumbled:
                raise AssertionError(f"{name} {fields} in round {seed}, step {step}") from stumbled
    assert done > 400
