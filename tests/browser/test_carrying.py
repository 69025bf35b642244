"""Cards and people that are carried by hand on the console. Menus do the same: other tests."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.browsers import LAPTOP, PHONE, Conversation
from tests.server import step

CARDS = step("cards", "ideas", hands_on=True)
SORT = step("sort", "themes", takes=["cards"])
ROUND = step("l", "listening", find="table", size=3)
TEXTS = ("De poort klemt", "Een bel bij de poort", "De hal is koud", "Het rooster komt laat")


def carry(page: Page, what: Locator, to: Locator) -> None:
    """Take it up, go there in small steps as a hand does, and let go."""
    what.scroll_into_view_if_needed()
    start = what.bounding_box()
    assert start
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    for _ in range(30):  # what lies there may move along meanwhile
        end = to.bounding_box()
        assert end
        page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=4)
        page.wait_for_timeout(60)
        if "over" in (to.get_attribute("class") or ""):
            break
    page.mouse.up()


def test_cards_are_carried_together_and_apart(begin: Callable[..., Conversation]) -> None:
    talk = begin(agenda=[CARDS, SORT])
    for phone, text in zip(talk.others(4), TEXTS, strict=True):
        phone.act("add", lane="concern", text=text)
    talk.lead.must("next")
    console = talk.led("console", LAPTOP)
    expect(console.locator("body.live")).to_be_visible()
    loose = console.locator("[data-loose] [data-card]")
    expect(loose).to_have_count(4)
    carry(console, loose.nth(0).locator("[data-grip]"), loose.nth(1))
    expect(loose).to_have_count(2)
    group = console.locator("li.group")
    expect(group.locator(".size")).to_have_text("2 briefjes")
    carry(console, loose.nth(0).locator("[data-grip]"), group)
    expect(group.locator(".size")).to_have_text("3 briefjes")
    expect(loose).to_have_count(1)


def tables(page: Page) -> Locator:
    return page.locator("people-board [data-table]")


def test_people_are_carried_to_another_table(begin: Callable[..., Conversation]) -> None:
    talk = begin(agenda=[ROUND])
    for phone in talk.others(7):  # a table of three, and two of two
        phone.act("join")
    talk.lead.must("next")
    console = talk.led("console", PHONE)
    expect(console.locator("body.live")).to_be_visible()
    expect(tables(console)).to_have_count(3)
    assert sorted(len(one["places"]) for one in console_tables(console)) == [2, 2, 3]
    trio = next(t["number"] for t in console_tables(console) if len(t["places"]) == 3)
    pair = next(t["number"] for t in console_tables(console) if len(t["places"]) == 2)
    console.locator(f"#table-{trio} > summary").click()
    carry(console, console.locator(f'[data-place="{trio}C"]'), console.locator(f"#at-{pair}"))
    expect(console.locator("people-board .refusal:visible")).to_have_count(0)
    expect(console.locator(f'[data-place="{pair}C"]')).to_have_count(1)
    expect(console.locator(f'[data-place="{trio}C"]')).to_have_count(0)


def console_tables(page: Page) -> list[dict[str, list[str]]]:
    """The tables as they stand on the page: their number and their places."""
    return page.evaluate(
        """[...document.querySelectorAll("people-board [data-table]")].map(t => ({
            number: t.dataset.table,
            places: [...t.querySelectorAll("[data-place]")].map(p => p.dataset.place)}))"""
    )
