"""A breath to breathe along with, in a browser: the room as one, and for who wants no motion."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.browsers import Conversation, Crowd
from tests.server import step as part

QUICK = {"in": 4, "out": 6, "times": 5}
SIZE = "document.querySelector('[data-stone]').getBoundingClientRect().width"


def breathing(crowd: Crowd) -> Conversation:
    return Conversation(crowd, format=None, agenda=[part("b", "info", breath=QUICK)], ready=True)


def size(page: Page) -> float:
    """How wide the stone is now."""
    return float(page.evaluate(SIZE))


def test_the_stone_grows_with_the_breath_in(crowd: Crowd) -> None:
    page = breathing(crowd).phone()
    page.emulate_media(reduced_motion="no-preference")
    page.reload()
    expect(page.locator("[data-says=before]")).to_be_visible()
    small = size(page)
    expect(page.locator("[data-says=in]")).to_be_visible()
    expect(page.locator("[data-count]")).to_have_text("3")
    assert size(page) > 1.2 * small
    expect(page.locator("[data-says=out]")).to_be_visible()
    expect(page.locator("[data-says=in]")).to_be_hidden()
    expect(page.locator("[data-round]")).to_have_text("1")


def test_without_motion_there_are_words_and_a_count(crowd: Crowd) -> None:
    page = breathing(crowd).phone()
    expect(page.locator("[data-says=in]")).to_be_visible()
    expect(page.locator("[data-count]")).to_have_text("2")
    expect(page.locator(".breath-stone")).to_be_hidden()


def test_without_scripts_there_are_three_lines(crowd: Crowd) -> None:
    page = breathing(crowd).phone(script=False)
    expect(page.locator("paced-breath")).to_be_hidden()
    expect(page.locator(".breath-lines li")).to_have_count(3)
    expect(page.locator(".breath-lines li").first).to_be_visible()
