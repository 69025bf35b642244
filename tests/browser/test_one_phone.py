"""One phone for three people, in a browser; and which languages somebody counts as speaking."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import Conversation, Crowd
from tests.server import step as part

LONG = {name: 300.0 for name in ("land", "tell", "sum", "check", "ask", "fb")}


def talk_of(crowd: Crowd) -> Conversation:
    agenda = [part("one", "listening", lengths=LONG)]
    return Conversation(crowd, format=None, agenda=agenda, ready=True)


def share(page: Page, people: int = 3) -> None:
    """We share this phone."""
    page.locator("#more-of-me > summary").click()
    page.locator(f"[name=people][value='{people}']").check()
    page.locator("#own button[value=yes]").click()
    expect(page.locator("#own .state")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_phone_goes_from_hand_to_hand(crowd: Crowd, script: bool) -> None:
    talk = talk_of(crowd)
    page = talk.phone(script=script)
    share(page)
    talk.lead.must("next")
    talk.lead.must("next")
    for _ in ("land", "tell", "sum"):
        talk.lead.must("next")
    if not script:
        page.reload()
    cards = page.locator(".card-of:visible")
    expect(cards).to_have_count(3)
    expect(cards.first).to_have_attribute("open", "")
    cards.first.locator("button[value=almost]").click()
    cards = page.locator(".card-of:visible")
    if script:
        expect(cards.first.locator("button[value=almost]")).to_have_attribute(
            "aria-pressed", "true"
        )
    cards.nth(1).locator("summary").click()
    expect(cards.nth(1).locator(".part")).to_be_visible()
    expect(cards.first.locator(".part")).to_be_hidden()


@pytest.mark.parametrize("script", [True, False])
def test_in_pairs_three_pass_one_phone_on_by_the_clock_of_their_table(
    crowd: Crowd, script: bool
) -> None:
    pairs = part("one", "pairs", find="table", tell=600.0, sum_up=600.0)
    talk = Conversation(crowd, format=None, agenda=[pairs], ready=True)
    page = talk.phone(script=script)
    share(page)
    talk.lead.must("next")
    if not script:
        page.reload()
    expect(page.locator("#own .who .letter")).to_have_text(["A", "B", "C"])
    talk.lead.must("next")
    if not script:
        page.reload()
    cards = page.locator(".card-of:visible")
    expect(cards).to_have_count(3)
    expect(cards.first).to_have_attribute("open", "")
    cards.nth(2).locator("summary").click()
    expect(cards.nth(2).locator(".part")).to_be_visible()
    expect(cards.first.locator(".part")).to_be_hidden()
    expect(page.locator("[data-left]")).to_have_text(re.compile("^6:"))  # two thirds of ten
    if script:
        box = page.locator(".dusk .clock").bounding_box()
        assert box and box["width"] < 110, "so that all cards are seen at once"


def test_who_never_chose_a_language_counts_as_speaking_the_sessions_too(crowd: Crowd) -> None:
    talk = talk_of(crowd)
    dutch, english, chose = (
        talk.phone(),
        talk.phone(lang="en"),
        crowd.open(f"/{talk.code}?lang=en", lang="nl"),
    )
    for page, speaks in ((dutch, "nl"), (english, "en nl"), (chose, "en")):
        expect(page.locator("#more-of-me")).to_be_attached()
        ticked = page.eval_on_selector_all(
            "[name^='languages[']:checked", "all => all.map(one => one.name.slice(10, -1))"
        )
        assert " ".join(sorted(ticked)) == speaks
