"""What is asked of who told, one question after another, on a small phone in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import Conversation, Crowd
from tests.server import step as part

LONG = {name: 300.0 for name in ("land", "tell", "sum", "check", "ask", "fb")}

OF = {"nl": "van", "en": "of"}


def fits(page: Page) -> bool:
    """Whether nothing needs scrolling; a pixel is rounding."""
    return bool(page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1"))


@pytest.mark.parametrize("lang", ["nl", pytest.param("en", marks=pytest.mark.long)])
@pytest.mark.parametrize("script", [True, False])
def test_four_questions_come_one_by_one_and_each_fits(
    crowd: Crowd, script: bool, lang: str
) -> None:
    agenda = [part("one", "listening", find="neighbour", size=2, preset="standaard", lengths=LONG)]
    talk = Conversation(crowd, format=None, agenda=agenda, ready=True)
    page = talk.phone(script=script, lang=lang)
    talk.lead.must("next")
    for _ in ("land", "tell", "sum"):
        talk.lead.must("next")
    if not script:
        page.reload()
    page.locator("button.say[value=right]").click()
    expect(page.locator("#own .state:visible")).to_be_visible()
    if script:
        expect(page.locator("button.say[value=right]")).to_have_attribute("aria-pressed", "true")
    talk.lead.must("skip", force=True)
    talk.lead.must("next")
    if not script:
        page.reload()
    for n in range(4):
        expect(page.locator(".rate .step")).to_have_text(f"{n + 1} {OF[lang]} 4")
        expect(page.locator(".rate .step")).to_be_visible()
        assert fits(page), n
        page.locator(".rate button[value='4']").click()
    expect(page.locator(".rate .state")).to_be_visible()
    page.locator(".rate form[data-act=undo] button").click()
    expect(page.locator(".rate .step")).to_have_text(f"4 {OF[lang]} 4")


def test_at_a_table_each_fits_too(crowd: Crowd) -> None:
    talk = Conversation(crowd, format=None, agenda=[part("one", "listening", size=2, lengths=LONG)],
                        ready=True)  # fmt: skip
    pages = talk.join(2)
    for page in pages:
        page.locator("#own button[value=yes]").click()
        expect(page.locator("#own .state")).to_be_visible()
    talk.lead.must("next")
    talk.lead.must("next")
    for _ in ("land", "tell", "sum", "check", "ask"):
        talk.lead.must("skip", force=True)
    roles = [page.locator("#own [data-roles]").get_attribute("data-roles") for page in pages]
    page = pages[[str(one).split()[0] for one in roles].index("teller")]
    for n in range(4):
        expect(page.locator(".rate:visible .step")).to_have_text(f"{n + 1} van 4")
        assert fits(page), n
        page.locator(".rate:visible button[value='4']").click()
    expect(page.locator(".rate:visible .state")).to_be_visible()
