"""Two phones that lead, and a phone without scripts that follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.browsers import PHONE, Conversation, Crowd
from tests.browser.test_conversation import scanned
from tests.server import CARDS, HASTY, PROMISES, VOTE, Console, Phone, Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One that lets the parts of a round be short."""
    with Server(program=("-c", HASTY)) as started:
        yield started


NEXT = ".dock form[data-move=next] button"


def menu(page: Page) -> None:
    expect(page.locator("body.live")).to_be_visible()
    page.locator("#menu > summary").click()
    page.locator("#leaders > summary").click()


def second_lead(crowd: Crowd, console: Page, role: str = "console", **how: Any) -> Page:
    """Another phone scans what the console shows."""
    menu(console)
    console.locator(f"#leaders form[data-move=add_lead] button[value={role}]").click()
    console.locator("#leaders .qr").wait_for()
    link = scanned(console, "#leaders .qr")
    assert link == console.locator("#leaders input[readonly]").input_value()
    page = crowd.open(size=PHONE, **how)
    page.goto(link)
    expect(page.locator("body.console.live")).to_be_visible()
    assert "#" not in page.url, "no key stays in the address"
    return page


def test_a_second_phone_leads_and_is_stopped(
    begin: Callable[..., Conversation], crowd: Crowd
) -> None:
    console = begin(agenda=[CARDS, VOTE, PROMISES]).console
    other = second_lead(crowd, console)
    expect(console.locator("#leaders .qr")).to_have_count(0)
    menu(other)
    for page, says in ((console, ["Dit apparaat", "Een ander apparaat"]),
                       (other, ["Waar het gesprek begon", "Dit apparaat"])):  # fmt: skip
        expect(page.locator(".who span:visible:not(.small)")).to_have_text(says)
    console.locator(".who summary").click()
    console.locator(".who form[data-move=stop_lead] button").click()
    other.wait_for_url(re.compile(r"/\d{6}$"))  # it takes part like everybody else
    expect(console.locator(".who li")).to_have_count(1)


def test_two_who_press_next_make_one_step(
    begin: Callable[..., Conversation], crowd: Crowd, server: Server
) -> None:
    """The second has not been told yet: it is not done twice, it hears why, and sees how it stands."""
    talk = begin(agenda=[CARDS, VOTE, PROMISES])
    console, held = talk.console, [False]
    expect(console.locator("body.live")).to_be_visible()
    other = crowd.open(size=PHONE)
    other.route_web_socket(re.compile("/socket.io/"), lambda line: slow(line, held))
    other.goto(talk.links["console_url"])
    expect(other.locator("body.live")).to_be_visible()
    console.locator(NEXT).click()  # the jar is closed: cards on paper are typed now
    expect(other.locator("#ideas-paper summary")).to_be_visible()
    held[0] = True
    console.locator(NEXT).click()
    expect(console.locator("form[data-move=hide]")).to_be_visible()
    moves = server.count(talk.code, "move")
    other.locator("#ideas-paper summary").click()
    other.locator("#ideas-paper textarea").fill("Een bel bij de poort")
    other.locator("#ideas-paper form button").click()  # its answer names a newer version
    other.wait_for_timeout(300)
    other.locator(NEXT).dblclick()
    expect(other.locator("#connection")).to_have_text(
        "Iemand anders drukte net. Dit is de stand nu."
    )
    expect(other.locator("form[data-move=hide]")).to_be_visible()
    assert server.count(talk.code, "move") == moves
    expect(other.locator("form[data-move=undo]")).not_to_be_visible()  # it was somebody else's step
    held[0] = False
    other.locator(NEXT).click()
    expect(console.locator(".current h1")).to_contain_text("stones")
    assert server.count(talk.code, "move") == moves + 1


def slow(line: WebSocketRoute, held: list[bool]) -> None:
    """A line on which views get lost, as long as they are held."""
    server = line.connect_to_server()

    def pass_on(message: str | bytes) -> None:
        if not (held[0] and isinstance(message, str) and message.startswith('42["view"')):
            line.send(message)

    line.on_message(server.send)
    server.on_message(pass_on)


def test_a_key_that_is_held_down_is_pressed_once(
    begin: Callable[..., Conversation], server: Server
) -> None:
    talk = begin(agenda=[CARDS, VOTE, PROMISES])
    console = talk.console
    expect(console.locator("body.live")).to_be_visible()
    moves = server.count(talk.code, "move")
    for _ in range(6):  # without letting go
        console.keyboard.down("ArrowRight")
        console.wait_for_timeout(120)
    console.keyboard.up("ArrowRight")
    assert server.count(talk.code, "move") == moves + 1


# -- a phone without scripts

LENGTHS = {"land": 3, "tell": 120, "sum": 60, "check": 60, "ask": 60, "fb": 60}
ROUND = {"id": "l", "kind": "listening", "title": {"nl": "Ronde", "en": "Round"}, "minutes": 2,
         "question": {"nl": "Wat ging goed?", "en": "What went well?"},
         "set": {"size": 3, "lengths": LENGTHS}}  # fmt: skip
SAYS = {"teller": ("Jij vertelt.", "Vertel."), "listener": ("Jij luistert.", "Luister."),
        "observer": ("Jij kijkt mee.", "Kijk naar de luisteraar.")}  # fmt: skip


def test_without_scripts_a_phone_follows_its_own_part(crowd: Crowd, server: Server) -> None:
    """Its part and role alone; and it looks again when that is over."""
    session = server.begin(agenda=[ROUND])
    console = Console(server, session)
    phones = [Phone(server, session["code"]) for _ in range(3)]
    for phone in phones:
        phone.act("join")
    console.must("next")
    pages = [crowd.open(size=PHONE, script=False) for _ in phones]
    for page, phone in zip(pages, phones, strict=True):
        kept = [
            {"name": c.name, "value": c.value, "url": server.url} for c in phone.browser.cookies
        ]
        page.context.add_cookies(kept)  # type: ignore[arg-type]
    console.must("next")
    roles = [first_role(phone) for phone in phones]
    for page in pages:
        page.goto(crowd.address(f"/{session['code']}"))
    for n in (0, 1):
        for page, role in zip(pages, roles, strict=True):
            expect(page.locator("h1:visible")).to_have_text(SAYS[role][n])
    again = [
        page.locator("noscript meta[http-equiv=refresh]").get_attribute("content") for page in pages
    ]
    assert again == ["15"] * 3
    for one in (console, *phones):
        one.close()


def first_role(phone: Phone) -> str:
    found = re.search(r'data-roles="([^" ]*)', phone.own())
    assert found
    return found[1]
