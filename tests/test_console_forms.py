"""The console's buttons without sockets: a form each, answered by the page that follows."""

from __future__ import annotations

from tests.server import CARDS, VOTE, Server


def test_a_form_jumps_to_any_part_of_the_agenda() -> None:
    with Server() as server:
        code = server.begin(agenda=[CARDS, VOTE])["code"]
        bearer = {"Authorization": f"Bearer {server.key}"}
        asked = {"name": "open", "activity": VOTE["id"]}
        answer = server.post(f"/{code}/move", data=asked, headers=bearer)
        assert answer.ok
        agenda = server.get(f"/{code}/agenda.json", headers=bearer).json()
        assert [one["id"] for one in agenda if one["current"]] == [VOTE["id"]]
