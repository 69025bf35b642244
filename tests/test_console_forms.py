"""The console's buttons without sockets: a form each, answered by the page that follows."""

from __future__ import annotations

import re

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


def test_a_double_press_is_one_step() -> None:
    with Server() as server:
        code = server.begin(agenda=[CARDS, VOTE])["code"]
        bearer = {"Authorization": f"Bearer {server.key}"}
        page = server.get(f"/{code}/console", headers=bearer).text
        version = re.search(r'name="version" value="(\d+)"', page)[1]
        pressed = {"name": "next", "version": version}
        first = server.post(f"/{code}/move", data=pressed, headers=bearer)
        again = server.post(f"/{code}/move", data=pressed, headers=bearer)
        assert (first.status_code, again.status_code) == (303, 422)
        assert "Iemand anders drukte net. Dit is de stand nu." in again.text
        agenda = server.get(f"/{code}/agenda.json", headers=bearer).json()
        assert [one["id"] for one in agenda if one["current"]] == [CARDS["id"]]
