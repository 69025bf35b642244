"""Somebody who is somewhere else, in a browser: what they say of themselves stays on their phone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.browsers import Conversation, Crowd
from tests.server import step as part

ROUNDS = [part(name, "listening", size=2, lengths={"land": 60.0}) for name in ("one", "two")]


def say(page: Page) -> None:
    """I am somewhere else, and Polish is fine too."""
    page.locator("#more-of-me > summary").click()
    page.locator("[name=side][value=remote]").check()
    page.locator("[name='languages[pl]']").check()
    page.locator("#own button[value=yes]").click()
    expect(page.locator("#own .state")).to_be_visible()


def said(page: Page) -> list[bool]:
    """What the form says: elsewhere, Dutch, Polish, English."""
    names = (
        "[name=side][value=remote]",
        *(f"[name='languages[{one}]']" for one in ("nl", "pl", "en")),
    )
    return [page.locator(name).is_checked() for name in names]


def test_what_i_say_of_myself_holds_for_the_next_round_and_not_for_the_next_person(
    crowd: Crowd,
) -> None:
    talk = Conversation(crowd, format=None, agenda=ROUNDS, ready=True)
    page, other = talk.join(2)
    expect(page.locator("#more-of-me")).to_be_attached()
    assert said(page) == [False, True, False, False]
    say(page)
    say(other)
    expect(page.locator("phone-sound button")).to_have_attribute("aria-pressed", "true")
    page.locator("phone-sound button").click()
    expect(page.locator("phone-sound button")).to_have_attribute("aria-pressed", "false")
    talk.lead.must("next")
    talk.lead.must("call", link="https://meet.example/{n}")
    link = page.locator("#own a[href='https://meet.example/1']")
    expect(link).to_be_visible()
    talk.lead.must("open", activity="two")
    expect(page.locator("#more-of-me")).to_be_attached()
    page.locator("#more-of-me > summary").click()
    assert said(page) == [True, True, True, False]
    page.goto(crowd.address(f"/{talk.code}?fresh=1"))
    expect(page.locator("#more-of-me")).to_be_attached()
    assert said(page) == [False, True, False, False]
    assert not page.evaluate("Object.keys(localStorage).filter(k => k.endsWith('-about')).length")


def test_what_a_phone_keeps_travels_when_it_joins_again(crowd: Crowd) -> None:
    talk = Conversation(crowd, format=None, agenda=ROUNDS, ready=True)
    page, other = talk.join(2)
    for one in (page, other):
        expect(one.locator("#more-of-me")).to_be_attached()
        key = f"draft-{talk.code}-about"
        about = '{"side": "remote", "languages": "pl"}'
        one.evaluate("([key, about]) => localStorage.setItem(key, about)", [key, about])
        one.reload()
        expect(one.locator("#more-of-me")).to_be_attached()
    talk.lead.must("next")
    for one in (page, other):
        one.locator("#own button").first.click()  # late: nothing is asked
    expect(page.locator("#own h1.table")).to_be_visible()
    expect(page.locator("#own")).to_contain_text("Kamer 1")
