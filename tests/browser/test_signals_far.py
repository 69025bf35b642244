"""The signals of a talk on the phone of who is somewhere else; phones in the room stay silent."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.browsers import Conversation, Crowd
from tests.browser.test_not_here import say
from tests.server import step as part

LENGTHS = {"land": 60.0, "tell": 60.0, "sum": 60.0, "check": 60.0, "ask": 20.0, "fb": 60.0}
EARS = """() => {
  window.heard = []
  document.addEventListener("steentje:sound", ({ detail }) => window.heard.push(detail))
}"""


def heard(page: Page) -> list[str]:
    """The sounds since the last time."""
    return list(page.evaluate("() => window.heard.splice(0)"))


def hears(page: Page, *names: str) -> None:
    """These sounds are made, and no other."""
    page.wait_for_function("n => window.heard.length >= n", arg=len(names))
    assert heard(page) == [*names]


def test_who_is_elsewhere_hears_the_talk_and_who_is_in_the_room_does_not(crowd: Crowd) -> None:
    agenda = [part("one", "listening", size=2, time_factor=1, lengths=LENGTHS)]
    talk = Conversation(crowd, format=None, agenda=agenda, ready=True)
    far, other, near, last = pages = talk.join(4)
    for page in pages:
        page.evaluate(EARS)
        page.locator("#more-of-me").wait_for()
        if page in (far, other):
            say(page)
        else:
            page.locator("#own button[value=yes]").click()
            expect(page.locator("#own .state")).to_be_visible()
    talk.lead.must("next")
    expect(far.locator("#own h1.table")).to_be_visible()
    assert heard(far) == []
    talk.lead.must("next")
    hears(far, "bowl")
    for _ in ("tell", "sum", "check"):
        talk.lead.must("skip", force=True)
        hears(far, "bowl")
    talk.lead.must("pause")
    hears(far, "low")
    talk.lead.must("resume")
    talk.lead.must("skip", force=True)
    hears(far, "bowl", "ticks")
    expect(far.locator(".soon")).to_be_visible()
    expect(near.locator(".soon")).to_be_hidden()
    talk.lead.must("skip", force=True)
    talk.lead.must("skip", force=True)
    hears(far, "bowl", "rise")
    for _ in range(6):
        talk.lead.must("skip", force=True)
    far.wait_for_function("() => window.heard.at(-1) === 'end'")
    assert heard(near) == heard(last) == []
    for page in (near, last):
        fetched = "performance.getEntriesByType('resource').some(one => one.name.endsWith('lib/sound.js'))"
        assert not page.evaluate(fetched)


def test_who_wants_no_sound_has_none(crowd: Crowd) -> None:
    agenda = [part("one", "listening", size=2, lengths=LENGTHS)]
    talk = Conversation(crowd, format=None, agenda=agenda, ready=True)
    far, other = talk.join(2)
    for page in (far, other):
        say(page)
    far.locator("phone-sound button").click()
    expect(far.locator("phone-sound button")).to_have_attribute("aria-pressed", "false")
    far.evaluate(EARS)
    talk.lead.must("next")
    talk.lead.must("next")
    expect(far.locator("listening-round stage-clock")).to_have_attribute("data-now", "land")
    talk.lead.must("skip", force=True)
    expect(far.locator("listening-round stage-clock")).to_have_attribute("data-now", "tell")
    assert heard(far) == []
