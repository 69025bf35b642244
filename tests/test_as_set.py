"""A room as a facilitator set it: the steps through it and what is kept of it follow."""

from __future__ import annotations

from tests.server import step


def test_steps_and_report_go_by_the_room_as_it_was_set(house):
    agenda = [step("talk", "listening", size=3), step("end", "info")]
    code = house.start("host", {"agenda": agenda, "ready": True}, "nl").code
    house.move(code, "set", {"form": "neighbour"})
    house.move(code, "ask", {"text": "Wat houdt jou bezig?"})
    assert house.view(code, "console")[0]["next_says"] == "lock"
    house.move(code, "next", {})
    assert house.view(code, "phone")[1]["stand"] == "talk"
    house.move(code, "close", {"force": True})
    kept = house.report(code=code)[1]["activities"]
    assert kept[0]["question"] == {"nl": "Wat houdt jou bezig?", "en": "Wat houdt jou bezig?"}
