"""The facilitator's window on the screen: keys, a presenter's clicker, and the console's Next."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import LAPTOP, PHONE, WALL, Conversation, Crowd
from tests.browser.played import Played
from tests.server import CARDS, PROMISES, VOTE, Server

TEXTS = ("De poort klemt", "Een bel bij de poort", "De hal is koud")
AT = {"write": ".jar-slide .time-left", "sort": ".jar-slide:not(:has(.time-left))",
      "show": ".table .card", "large": ".one-card", "qr": ".door", "vote": ".kind-vote.cast",
      "result": ".heaps-slide"}  # fmt: skip


@pytest.fixture
def talk(begin: Callable[..., Conversation]) -> Conversation:
    """Three cards lie in the jar."""
    talk = begin(agenda=[CARDS, VOTE, PROMISES])
    for phone, text in zip(talk.others(3), TEXTS, strict=True):
        phone.act("add", lane="concern", text=text)
    return talk


@pytest.fixture
def wall(talk: Conversation, crowd: Crowd, server: Server) -> Page:
    """The screen in the window of who leads."""
    page = crowd.open(f"/?host={server.key}", WALL)
    page.goto(crowd.address(f"/{talk.code}/screen"))
    live(page)
    return page


def live(page: Page) -> None:
    """A screen listens once Q was answered."""
    expect(page.locator(AT["write"])).to_be_visible()
    while not page.locator(AT["qr"]).is_visible():
        page.keyboard.press("q")
        page.wait_for_timeout(400)
    press(page, "q", "write")


def press(page: Page, key: str, leads_to: str) -> None:
    """One key, and what the room then sees."""
    page.keyboard.press(key)
    expect(page.locator(AT[leads_to]).first).to_be_visible()


def test_keys_and_a_clicker_lead(wall: Page) -> None:
    press(wall, "ArrowRight", "sort")
    press(wall, "PageDown", "show")
    press(wall, "PageUp", "sort")
    press(wall, "Space", "show")
    press(wall, "ArrowLeft", "sort")
    press(wall, "u", "show")
    press(wall, "2", "large")
    expect(wall.locator(".one-card .tag")).to_contain_text("2")
    press(wall, "0", "show")
    press(wall, "q", "qr")
    press(wall, "j", "show")
    press(wall, "n", "vote")
    press(wall, "r", "result")
    press(wall, "h", "vote")
    press(wall, "r", "result")


def test_keys_of_this_window_only(wall: Page) -> None:
    body = wall.locator("body")
    for key, name in (("b", "black"), ("w", "white"), (".", "black")):
        wall.keyboard.press(key)
        assert name in (body.get_attribute("class") or "").split()
        wall.keyboard.press("Escape")
        assert name not in (body.get_attribute("class") or "").split()
    wall.keyboard.press("b")
    wall.keyboard.press("ArrowRight")  # the first press only wakes the screen
    assert "black" not in (body.get_attribute("class") or "").split()
    expect(wall.locator(AT["write"])).to_be_visible()
    wall.keyboard.press("?")
    expect(wall.locator("#keys")).to_be_visible()
    wall.keyboard.press("Escape")
    expect(wall.locator("#keys")).to_be_hidden()
    wall.keyboard.press("d")
    expect(wall.locator("html")).to_have_attribute("data-theme", "dark")
    wall.keyboard.press("Control+ArrowRight")
    wall.wait_for_timeout(300)
    expect(wall.locator(AT["write"])).to_be_visible()


def test_a_screen_with_the_key_of_a_screen_only_shows(talk: Conversation) -> None:
    expect(talk.screen.locator(AT["write"])).to_be_visible()
    for key in ("ArrowRight", "PageDown", "q", "r"):
        talk.screen.keyboard.press(key)
    talk.screen.wait_for_timeout(500)
    expect(talk.screen.locator(AT["write"])).to_be_visible()


def test_keys_are_letters_while_somebody_types(talk: Conversation) -> None:
    desk = talk.led("console", LAPTOP)
    expect(desk.locator("body.live")).to_be_visible()
    desk.keyboard.press("ArrowRight")
    expect(desk.locator(".slip")).to_have_count(3)
    desk.locator("#ideas-paper summary").click()
    area = desk.locator("#ideas-paper textarea")
    area.press_sequentially("n rl qu. 1 hub")
    area.press("ArrowRight")
    area.press("PageDown")
    expect(area).to_have_value("n rl qu. 1 hub")
    expect(desk.locator(".slip")).to_have_count(3)
    desk.locator("#ideas-paper form button").click()
    expect(desk.locator(".slip")).to_have_count(4)
    desk.locator("h1").click()
    desk.keyboard.press("r")
    expect(desk.locator("form[data-move=enlarge]").first).to_be_visible()


NEXT = ".dock form[data-move=next] button"


@pytest.mark.parametrize("lang", ["nl", pytest.param("en", marks=pytest.mark.long)])
def test_next_is_always_in_the_same_place(crowd: Crowd, server: Server, lang: str) -> None:
    played = Played(server, lang)
    page = crowd.open(size=PHONE, lang=lang)
    crowd.forgive("status of 403")
    page.goto(played.links["console_url"])
    expect(page.locator("body.live")).to_be_visible()
    places: dict[str, tuple[int, ...]] = {}
    for name in played.steps():
        page.wait_for_timeout(250)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE[0], f"{name} is {wide} wide"
        if name != "13-closing":
            places[name] = place(page)
    played.close()
    assert len(set(places.values())) == 1, places
    x, y, width, height = places["00-lobby"]
    assert x >= 0 and x + width <= PHONE[0] and y + height <= PHONE[1] and height >= 56


def place(page: Page) -> tuple[int, ...]:
    """Where Next stands, in whole pixels; and a finger there hits it."""
    box = page.locator(NEXT).bounding_box()
    assert box
    hit = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y)?.closest('form')?.dataset.move",
        [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
    )
    assert hit == "next", hit
    return tuple(round(box[k]) for k in ("x", "y", "width", "height"))


def test_a_key_after_a_move_that_the_wall_does_not_show_is_no_old_one(
    talk: Conversation, wall: Page
) -> None:
    """What the console parks changes nothing on the wall; the clicker's first press counts."""
    press(wall, "ArrowRight", "sort")
    console = talk.lead
    console.must("extend", seconds=60)
    seen = console.join()["html"]
    card = re.search(r'name="id" value="(\w{16})"', seen)
    assert card
    console.must("park", id=card[1], reason="not_now")
    wall.wait_for_timeout(500)
    press(wall, "PageDown", "show")
    expect(wall.locator("#connection")).to_be_hidden()
