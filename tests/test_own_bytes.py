"""What one phone alone is sent: a few hundred bytes on the line, and what a table needs."""

from __future__ import annotations

import importlib
import zlib

import pytest

from facilitator.activities import catalogue
from tests.drawn import Drawn

OWN = 600  # bytes on the line, as browsers ask for it
#: Where people sit at tables a phone is told more of itself: its table, its turns, its card.
MORE = {"listening": 3_600, "pairs": 1_500}


def on_the_line(html: str) -> int:
    """Bytes of a message, deflated by itself."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    return len(deflate.compress(html.encode()) + deflate.flush(zlib.Z_SYNC_FLUSH)) - 4


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("kind", catalogue())
def test_an_own_part_is_small(house, kind, lang):
    pages = Drawn(house, lang)
    tests = importlib.import_module(f"tests.activities.test_{kind}")
    for crowd in tests.crowds() if hasattr(tests, "crowds") else [tests.crowd()]:
        while True:
            for who in sorted({owner for owner, _ in crowd.laid})[:8]:
                own = pages.own(crowd, who)
                assert on_the_line(own) <= MORE.get(kind, OWN), (crowd.stage.phase, len(own))
            if not crowd.room.next_phase(crowd.stage):
                break
            crowd = crowd.move("next", force=True)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_shared_phone_with_a_summary_to_decide_on_is_small(house, lang):
    from tests.activities.test_shared_phone import THREE, talking, to

    room = to(talking(THREE, summary_mode="written", share=True), 0, "check")
    room.by("p00", "draft", text="Het werd te druk, en niemand vroeg hoe het ging. " * 5)
    assert on_the_line(Drawn(house, lang).own(room, "p00")) <= MORE["listening"]
