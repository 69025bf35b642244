"""Two lead, one of them falls away, or both: against the real server process."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from functools import partial
from html import unescape
from typing import Any

import pytest
import requests

from facilitator.register import Register
from tests.server import Client, Console, Phone, Screen, Server, at_once

LONG = dict.fromkeys(("land", "tell", "sum", "check", "ask", "fb"), 60.0)
#: Turns of four seconds: time enough to see that nothing happens too early.
SHORT = {"land": 0, "tell": 2, "sum": 0, "check": 0, "ask": 0, "fb": 2}
TURN = 4.0
ALONE = 1.5  # seconds; the server waits a minute, but for these tests
HASTY = f"""
from facilitator import runtime
runtime.patch()
from facilitator import watch
watch.ALONE = {ALONE}
from facilitator.activities.listening import Listening
Listening.must_make_sense = lambda room: None
import runpy
runpy.run_path("wsgi.py", run_name="__main__")
"""


def a_round(lengths: dict[str, float], size: int = 3) -> list[dict[str, Any]]:
    """With a neighbour: nobody need sit down first."""
    return [{"id": "l", "kind": "listening", "title": {"nl": "Ronde", "en": "Round"}, "minutes": 5,
             "question": {"nl": "Vertel iets.", "en": "Tell something."},
             "set": {"find": "neighbour", "turns": size, "lengths": lengths}}]  # fmt: skip


@pytest.fixture(scope="module")
def house() -> Iterator[Server]:
    with Server(program=("-c", HASTY)) as server:
        yield server


@pytest.fixture
def server(house: Server) -> Iterator[Server]:
    before = len(house.stderr())
    yield house
    house.assert_calm(before)


class Beside(Console):
    """A second device, which leads with what it scanned."""

    def __init__(self, server: Server, session: dict[str, str], link: str) -> None:
        super().__init__(server, {**session, "console_url": link})


@pytest.fixture
def here(server: Server) -> Iterator[list[Client]]:
    """Whoever comes in leaves when the test is over."""
    people: list[Client] = []
    yield people
    for one in people:
        one.close()


def invitation(console: Console, **part: str) -> str:
    """The link that stands in the code, as the console shows it beside."""
    console.must("add_lead", **part)
    return link_in(console.join()["html"])


def link_in(html: str) -> str:
    found = re.search(r'value="(http[^"]*/lead#k=invitation\.\w+)"', html)
    assert found, "no code for one more lead"
    return unescape(found[1])


def parts_of(client: Client) -> list[dict[str, Any]]:
    """The schedule of the talk, as this page has it now."""
    found = re.findall(r"data-parts='([^']*)'", client.join()["html"])
    return next(p for one in found if (p := json.loads(unescape(one))) and "turn" in p[0])


def paused_at(html: str) -> float | None:
    found = re.search(r'data-paused="(\d[\d.]*)"', html)
    return float(found[1]) if found else None


def halted(phone: Phone, patience: float = 10) -> float | None:
    """When the clock stopped, once it did."""
    tries = time.monotonic() + patience
    while (found := paused_at(phone.join()["html"])) is None and time.monotonic() < tries:
        time.sleep(0.2)
    return found


def until(server: Server, moment: float) -> None:
    """Wait until the server's clock stands there."""
    time.sleep(max(0.0, moment - float(server.get("/now").text)))


# -- a second lead


def test_a_second_device_comes_in_by_a_code_that_works_once(
    server: Server, here: list[Client]
) -> None:
    session = server.begin(agenda=a_round(LONG))
    console, phone = Console(server, session), Phone(server, session["code"])
    here += [console, phone]  # people are here already: the code on the screen is gone
    link = invitation(console)
    assert link.startswith(f"{server.url}/{session['code']}/lead#k=")
    second = Beside(server, session, link)
    here.append(second)
    row = console.wait_for("view", lambda frame: 'data-leads="second.1"' in frame.html)
    assert "invitation." not in row.html, "the code is used up"
    key = {"key": link.partition("#k=")[2]}
    again = server.post(f"/{session['code']}/key", json=key)
    assert (again.status_code, again.json()["refused"]) == (422, "link_is_used")
    assert "refused" not in second.move("next")
    page = second.browser.get(second.url("/console"), timeout=10).text
    assert 'data-me="second.1"' in page and 'data-leads="second.1" data-is-me' in page
    for one in (phone, Screen(server, session)):
        here.append(one)
        assert "invitation." not in str(one.welcome) + "".join(f.html for f in one.frames)


def test_whoever_leads_already_uses_nobodys_code_up(server: Server, here: list[Client]) -> None:
    session = server.begin(agenda=a_round(LONG))
    console, host = Console(server, session), server.host()
    here.append(console)
    link = invitation(console)
    for browser in (console.browser, host):
        answer = browser.post(
            console.url("/key"), json={"key": link.partition("#k=")[2]}, timeout=10
        )
        assert answer.json() == {"go": f"/{session['code']}/console"}
    assert host.get(console.url("/console"), timeout=10).text.count('data-leads="second') == 0
    here.append(Beside(server, session, link))


def test_who_is_stopped_sees_and_does_nothing_more(server: Server, here: list[Client]) -> None:
    session = server.begin(agenda=a_round(LONG))
    console = Console(server, session)
    second, third = (Beside(server, session, invitation(console)) for _ in range(2))
    here += [console, second, third]
    console.must("stop_lead", who="second.1")
    second.wait_for("bye")
    assert second.move("next")["refused"] == "key_needed"
    assert second.join()["refused"] == "key_needed"
    assert second.browser.get(second.url("/console"), timeout=10).status_code == 403
    third.join()
    third.must("next")


# -- a part of leading

WRITE = {"id": "c", "kind": "ideas", "title": {"nl": "Pot"}, "minutes": 3}
CANARY = "canary: het licht is te zwak"


def test_who_sorts_sorts_and_who_steps_steps(server: Server, here: list[Client]) -> None:
    session = server.begin(agenda=[WRITE, *a_round(LONG)])
    console, phone = Console(server, session), Phone(server, session["code"])
    sorts, steps = (
        Beside(server, session, invitation(console, role=part)) for part in ("moderator", "remote")
    )
    here += [console, phone, sorts, steps]
    assert sorts.move("lock")["refused"] == "not_your_part"
    steps.must("lock")
    typed = {"activity": "c", "id": "t", "name": "type", "fields": {"lane": "idea", "text": CANARY}}
    assert steps.ask("act", typed)["refused"] == "key_needed"
    assert "refused" not in sorts.ask("act", typed)
    seen = sorts.wait_for("view", lambda frame: CANARY in frame.html)
    card = re.search(r'name="id" value="(\w{16})"', seen.html)
    assert card and CANARY in console.join()["html"] and CANARY not in str(steps.join())
    for page in (steps, sorts):
        html = page.browser.get(page.url("/console"), timeout=10).text
        assert (CANARY in html) == (page is sorts)
        assert ('data-move="next"' in html) == (page is steps)
        assert 'data-move="add_lead"' not in html and 'data-move="close"' not in html
    assert steps.move("park", id=card[1], reason="not_now")["refused"] == "not_your_part"
    sorts.must("park", id=card[1], reason="not_now")
    sorts.must("undo")
    for page, name in ((sorts, "close"), (steps, "close"), (steps, "add_lead"), (sorts, "next")):
        assert page.move(name, force=True)["refused"] == "not_your_part"
        form = page.browser.post(page.url("/move"), data={"name": name}, timeout=10)
        assert form.status_code == 422, "nor by a form"
    steps.join()
    steps.must("show")
    assert CANARY in phone.join()["html"]
    console.join()
    console.must("stop_lead", who="remote.1")
    steps.wait_for("bye")
    assert steps.move("next")["refused"] == "key_needed"
    assert CANARY in sorts.join()["html"]


def test_a_remote_control_keeps_the_clock_going_and_a_moderator_does_not(
    server: Server, here: list[Client]
) -> None:
    session = server.begin(agenda=a_round(SHORT, size=4))
    console, phone = Console(server, session), Phone(server, session["code"])
    sorts, steps = (
        Beside(server, session, invitation(console, role=part)) for part in ("moderator", "remote")
    )
    here += [console, phone, sorts, steps]
    steps.join()
    steps.must("next")
    begun = parts_of(phone)[0]["from"]
    console.break_line()
    until(server, begun + TURN + 1.2)
    assert paused_at(phone.join()["html"]) is None
    steps.break_line()
    assert halted(phone) in (begun + 2 * TURN, begun + 3 * TURN)


# -- acceptance test 13


def test_a_facilitators_line_breaks_and_the_round_goes_on(
    server: Server, here: list[Client]
) -> None:
    """In the middle of a part. The other goes on; back again both press; a restart in between."""
    session = server.begin(agenda=a_round(LONG))
    code, one = session["code"], Console(server, session)
    two, phone = Beside(server, session, invitation(one)), Phone(server, code)
    here += [one, two, phone]
    one.join()
    one.must("next")
    schedule = parts_of(two)
    one.break_line()
    time.sleep(ALONE + 1.5)
    assert parts_of(phone) == schedule and paused_at(phone.welcome["html"]) is None
    two.join()
    two.must("next")  # to the next part, by the one who is left
    step_on = parts_of(phone)
    assert step_on[0]["to"] < schedule[0]["to"] and len(step_on) == len(schedule)

    one.join()
    assert press_together(server, code, one, two, "next") == 1
    assert changed(step_on, parts_of(phone)) == 1, "one part ended, not two"

    server.kill9()
    server.restart()
    for who in (one, two, phone):
        who.close()
        who.join()
    before = parts_of(phone)
    assert press_together(server, code, one, two, "next") == 1
    assert changed(before, parts_of(phone)) == 1


def press_together(
    server: Server, code: str, one: Console, two: Console, name: str, **fields: Any
) -> int:
    """Both press the same at the same instant, seeing the same: so many moves were made."""
    assert one.join()["version"] == two.join()["version"]
    moves = server.count(code, "move")
    asked = {"name": name, "fields": fields, "version": one.version}
    answers = at_once(partial(one.ask, "move", asked), partial(two.ask, "move", asked))
    refused = [answer for answer in answers if "refused" in answer]
    assert [answer["refused"] for answer in refused] == ["stale"], answers
    assert refused[0]["message"] == "Iemand anders drukte net. Dit is de stand nu."
    return server.count(code, "move") - moves


def changed(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> int:
    """How many parts became shorter."""
    lengths = [[round(part["to"] - part["from"], 2) for part in parts] for parts in (before, after)]
    return sum(a != b for a, b in zip(*lengths, strict=True))


@pytest.mark.parametrize(
    ("name", "fields"),
    [("back", {}), ("pause", {}), ("resume", {}), ("extend", {"seconds": 30}), ("stop", {}),
     ("skip", {"force": True}), ("tip", {"text": "Wacht."}), ("nudge", {"table": 1, "what": "softer"}),
     ("qr", {"large": "true"}), ("undo", {}), ("open", {"activity": "l"}), ("close", {"force": True})],
)  # fmt: skip
def test_any_control_pressed_by_both_is_done_once(
    server: Server, here: list[Client], name: str, fields: dict[str, Any]
) -> None:
    session = server.begin(agenda=a_round(LONG))
    one = Console(server, session)
    two = Beside(server, session, invitation(one))
    here += [one, two]
    one.join()
    one.must("next")
    made = press_together(server, session["code"], one, two, name, **fields)
    assert made == (-1 if name == "undo" else 1)


# -- nobody leads any more


def test_the_clock_waits_at_the_end_of_the_turn_and_whoever_comes_back_goes_on(
    server: Server, here: list[Client]
) -> None:
    session = server.begin(agenda=a_round(SHORT))
    console, phone = Console(server, session), Phone(server, session["code"])
    screen = Screen(server, session)
    here += [console, phone, screen]
    console.must("next")
    end = parts_of(phone)[0]["from"] + TURN
    console.break_line()
    until(server, end - 0.5)
    assert paused_at(phone.join()["html"]) is None, "not before the turn is over"
    frame = screen.wait_for_view("Wie leidt, is even weg.", timeout=10)
    assert "invitation." not in frame.html
    assert paused_at(phone.join()["html"]) == end, "to the moment, whenever the wake-up came"
    time.sleep(TURN)
    assert paused_at(phone.join()["html"]) == end

    console.join()
    assert "Een minuut lang leidde niemand." in unescape(console.welcome["html"])
    screen.wait_for_view("Even pauze")
    assert "Wie leidt, is even weg." not in screen.join()["html"]
    resumed = float(server.get("/now").text)
    console.must("resume")
    parts = parts_of(phone)
    assert paused_at(phone.welcome["html"]) is None
    assert parts[2]["from"] - resumed == pytest.approx(0, abs=1), (
        "the next turn, from its beginning"
    )
    assert parts[3]["to"] - parts[2]["from"] == pytest.approx(TURN)


@pytest.mark.long
def test_with_somebody_there_it_does_not_wait(server: Server, here: list[Client]) -> None:
    """The first falls away, the second stays; a third leads without a socket."""
    session = server.begin(agenda=a_round(SHORT, size=4))
    one, phone = Console(server, session), Phone(server, session["code"])
    two = Beside(server, session, invitation(one))
    here += [one, two, phone]
    one.join()
    one.must("next")
    begun = parts_of(phone)[0]["from"]
    one.break_line()
    until(server, begun + TURN + 1.2)
    assert paused_at(phone.join()["html"]) is None
    two.break_line()
    while float(server.get("/now").text) < begun + 2 * TURN + 1.2:
        assert requests.get(two.url("/console"), cookies=two.browser.cookies, timeout=10).ok
        time.sleep(0.4)
    assert paused_at(phone.join()["html"]) is None
    assert halted(phone) == begun + 3 * TURN


@pytest.mark.long
def test_a_restart_begins_to_count_anew(server: Server, here: list[Client]) -> None:
    session = server.begin(agenda=a_round(SHORT, size=8))
    console, phone = Console(server, session), Phone(server, session["code"])
    here += [console, phone]
    console.must("next")
    begun = parts_of(phone)[0]["from"]
    until(server, begun + TURN - 0.3)
    killed = float(server.get("/now").text)
    server.kill9()
    server.restart()
    started = float(server.get("/now").text)
    phone.close()
    ends = [begun + n * TURN for n in range(1, 8)]
    earliest, latest = (next(end for end in ends if end > at + ALONE) for at in (killed, started))
    until(server, latest)
    found = halted(phone)
    assert found in (earliest, latest), "it began to count somewhere in between"
    server.kill9()
    server.restart()
    phone.close()
    assert paused_at(phone.join()["html"]) == found, "and it stays so"


def test_the_code_on_the_wall_comes_after_a_press_and_only_while_nobody_leads(
    server: Server, here: list[Client]
) -> None:
    session = server.begin(agenda=a_round(SHORT))
    code, host = session["code"], server.host()
    console, phone, screen = Console(server, session), Phone(server, code), Screen(server, session)
    here += [console, phone, screen]
    console.must("next")

    def pressed(browser: requests.Session) -> requests.Response:
        return browser.post(f"{server.url}/{code}/take-over", timeout=10)

    assert pressed(host).url.endswith("/screen"), "somebody leads: no code"
    console.break_line()
    screen.wait_for_view("Wie leidt, is even weg.", timeout=8)
    for stranger in (screen.browser, phone.browser):
        assert pressed(stranger).status_code == 403
        assert stranger.get(f"{server.url}/{code}/take-over", timeout=10).status_code == 403
    assert host.get(f"{server.url}/{code}/take-over", timeout=10).url.endswith("/screen")
    wall = pressed(host)
    assert wall.url.endswith("/take-over") and "Scan dit om te leiden." in wall.text
    assert "invitation." not in wall.text, "it stands in the picture alone"
    assert screen.join()["html"].count('class="qr"') == 1, "the way in for everybody, and no other"

    other = Console(server, session, join=False)  # to read the code: it sees the console's page
    html = other.browser.get(other.url("/console"), timeout=10).text
    here.append(Beside(server, session, link_in(html)))
    assert host.get(f"{server.url}/{code}/take-over", timeout=10).url.endswith("/screen")
    here[-1].must("resume")  # type: ignore[attr-defined]


# -- what one facilitator leads along with another


def test_who_led_along_finds_it_among_their_own(server: Server, here: list[Client]) -> None:
    register = Register(server.folder / "register.db")
    own, other = (requests.Session() for _ in range(2))
    for browser, name in ((own, "own"), (other, "other")):
        key = register.add_facilitator(name)
        browser.get(f"{server.url}/?host={key}", timeout=10)
    body = {"format": "energiecheck", "title": "Kleine kring"}
    made = own.post(f"{server.url}/sessions", json=body, timeout=10).json()
    console = Console(server, made)
    here.append(console)
    key = {"key": invitation(console).partition("#k=")[2]}
    assert "Kleine kring" not in other.get(server.url, timeout=10).text
    assert other.post(f"{server.url}/{made['code']}/key", json=key, timeout=10).ok
    page = other.get(server.url, timeout=10).text
    assert "Kleine kring" in page and f'/{made["code"]}/console"' in page
    console.join()
    console.must("stop_lead", who="second.1")
    page = other.get(server.url, timeout=10).text
    assert "Kleine kring" in page and f'/{made["code"]}/console"' not in page
    console.join()
    console.must("close", force=True)
    console.must("seal")
    page = other.get(server.url, timeout=10).text
    found = re.search(r'href="(/r/[\w-]+)"', page)
    assert found and other.get(f"{server.url}{found[1]}", timeout=10).ok
    assert requests.get(server.url, timeout=10).text.count("Kleine kring") == 0


def test_whoever_started_it_leads_whatever_key_this_browser_got_besides(
    server: Server, here: list[Client]
) -> None:
    """The host opened the screen by its link, in the same browser."""
    session = server.begin(agenda=a_round(LONG))
    console = Console(server, {**session, "console_url": session["screen_url"]}, join=False)
    here.append(console)
    host = server.host()
    console.browser.cookies.update(host.cookies)
    assert "refused" not in console.join()
    console.must("next")
    assert console.browser.get(console.url("/console"), timeout=10).status_code == 200
