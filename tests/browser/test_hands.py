"""Hands and signals, as people use them."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.browsers import Conversation
from tests.browser.test_access import wrong
from tests.server import CARDS


def opened(talk: Conversation) -> Page:
    """The console, with signals allowed from its menu."""
    console = talk.console
    expect(console.locator("body.live")).to_be_visible()
    console.locator("#menu > summary").click()
    switch = console.get_by_role("switch", name="Handen en seintjes")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    console.locator("#menu > summary").click()
    return console


def test_a_hand_goes_up_by_thumb_and_is_seen(begin: Callable[..., Conversation]) -> None:
    talk = begin(agenda=[CARDS])
    phone, other = talk.join(2)
    console = opened(talk)
    expect(phone.locator("#signals")).to_be_visible()
    area = phone.locator("textarea#idea")
    area.fill("Half een zin")
    phone.locator("#signals > summary").click()
    assert wrong(phone, "phone") == []
    phone.get_by_role("button", name="Ik wil iets zeggen").click()
    expect(phone.locator("#signals")).not_to_have_attribute("open", "")
    mine = phone.get_by_role("button", name="Je hand is omhoog. Omlaag")
    expect(mine).to_be_visible()
    assert wrong(phone, "phone") == []
    expect(area).to_have_value("Half een zin")
    expect(other.locator(".raised .up")).to_have_count(0)
    expect(console.locator("#hands .turns li")).to_have_count(1)
    assert wrong(console, "console") == []
    console.locator("#hands .turns button").click()
    expect(console.locator("#hands .turns")).to_have_count(0)
    expect(mine).to_have_count(0)


def test_it_works_by_keyboard_and_can_be_taken_back(begin: Callable[..., Conversation]) -> None:
    talk = begin(agenda=[CARDS])
    (phone,) = talk.join(1)
    console = opened(talk)
    phone.locator("#signals > summary").focus()
    phone.keyboard.press("Enter")
    phone.keyboard.press("Tab")
    phone.keyboard.press("Tab")
    expect(phone.get_by_role("button", name="Te snel")).to_be_focused()
    phone.keyboard.press("Enter")
    expect(console.locator("#hands .sign")).to_have_text("Eén persoon zegt: te snel.")
    phone.get_by_role("button", name="Gezegd: te snel.").click()
    expect(console.locator("#hands .sign")).to_have_count(0)
