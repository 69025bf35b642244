"""The ballot on a phone: one for all, with my stones and my order laid over it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.browsers import Conversation, lay
from tests.server import CARDS, step

TEXTS = (
    "De poort klemt",
    "De hal is koud",
    "Een bel bij de poort",
    "Koffie",
    "Het rooster is laat",
)
MORE, LESS = "Eén steen erbij", "Eén steen minder"


@pytest.fixture
def voting(begin: Callable[..., Conversation]) -> Conversation:
    """Five cards, three stones each, no more than two on one card."""
    where = begin(agenda=[CARDS, step("stones", "vote", takes=["cards"], dots=3, cap=2)])
    (an,) = where.others(1)
    for n, text in enumerate(TEXTS):
        an.act("add", lane=("concern", "idea")[n % 2], text=text)
    where.lead.must("show")
    where.lead.must("next")
    return where


def card(page: Page, text: str) -> Locator:
    return page.locator("[data-card]", has_text=text)


def stones(page: Page, text: str) -> Locator:
    return card(page, text).locator("use.mine:not(.gone)")


def test_every_button_says_what_it_does_and_to_which_card(voting: Conversation) -> None:
    page = voting.phone()
    expect(page.locator(".stepper")).to_have_count(len(TEXTS))
    expect(page.get_by_role("group", name=f"Zorg {TEXTS[0]}")).to_have_count(1)
    for text in TEXTS:
        group = page.get_by_role("group", name=text)
        expect(group).to_have_count(1)
        expect(group.get_by_role("button", name=LESS)).to_have_attribute("aria-disabled", "true")
        expect(group.get_by_role("button", name=MORE)).to_have_attribute("aria-disabled", "false")
    page.get_by_role("group", name=TEXTS[1]).get_by_role("button", name=MORE).click()
    expect(stones(page, TEXTS[1])).to_have_count(1)
    expect(page.locator("#own .state")).to_be_visible()


def test_arrows_lay_stones_and_a_view_that_comes_in_takes_nothing_away(
    voting: Conversation,
) -> None:
    page = voting.phone()
    plus = page.get_by_role("group", name=TEXTS[2]).get_by_role("button", name=MORE)
    plus.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(stones(page, TEXTS[2])).to_have_count(2)
    order = page.locator("[data-card]").all_inner_texts()

    voting.lead.must("pause")
    expect(page.locator("#view > .calm")).to_be_visible()
    expect(plus).to_be_focused()
    expect(page.locator(".stepper")).to_have_count(len(TEXTS))
    expect(stones(page, TEXTS[2])).to_have_count(2)
    assert page.locator("[data-card]").all_inner_texts() == order
    page.keyboard.press("ArrowLeft")
    expect(stones(page, TEXTS[2])).to_have_count(1)

    voting.lead.must("lock")
    expect(page.locator(".purse")).to_contain_text("Stemmen kan niet meer")
    expect(page.locator('[data-step][aria-disabled="false"]')).to_have_count(0)
    expect(stones(page, TEXTS[2])).to_have_count(1)


def test_everybody_sees_the_result_in_the_same_order_and_their_own_marks(
    voting: Conversation,
) -> None:
    pages = voting.join(3)
    for n, page in enumerate(pages):
        lay(page, TEXTS[4], TEXTS[4], TEXTS[n])
        expect(page.locator("#own .state")).to_be_visible()
        expect(page.locator("[data-remaining='0']")).to_be_visible()
    orders = {tuple(page.locator("[data-card]").all_inner_texts()) for page in pages}
    voting.lead.must("show")
    for n, page in enumerate(pages):
        expect(page.locator(".result li")).to_have_count(len(TEXTS))
        assert page.locator(".result .total b").all_inner_texts() == ["6", "1", "1", "1", "0"]
        assert page.locator(".result .text").first.inner_text() == TEXTS[4]
        expect(page.locator("[data-mine]:visible")).to_have_count(2)
        expect(card(page, TEXTS[n]).locator("[data-mine]")).to_be_visible()
        expect(page.locator(".stepper")).to_have_count(0)
        expect(page.get_by_role("img", name="6 stenen")).to_be_visible()
    assert len({tuple(page.locator(".result .text").all_inner_texts()) for page in pages}) == 1
    assert len(orders) > 1, "each phone had its own order before"

    voting.lead.must("hide")
    for page in pages:
        expect(page.locator(".stepper")).to_have_count(len(TEXTS))
        expect(page.locator("[data-mine]")).to_have_count(0)


def test_no_script_is_needed_to_lay_stones(voting: Conversation) -> None:
    page = voting.phone(script=False)
    expect(page.locator(".stepper")).to_have_count(0)
    for text, n in ((TEXTS[0], "2"), (TEXTS[3], "1")):
        page.get_by_label(text).fill(n)
    page.get_by_role("button", name="Leg mijn stenen").click()
    expect(page.locator("#own .state")).to_be_visible()
    voting.lead.must("show")
    page.reload()
    assert page.locator(".result .total b").all_inner_texts() == ["2", "1", "0", "0", "0"]
