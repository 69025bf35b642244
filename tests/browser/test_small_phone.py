"""Each part of a listening round on a small phone in a browser: all of it is seen, and large enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import Conversation, Crowd
from tests.browser.test_asked import fits
from tests.server import step as part

SMALL, USUAL = (360, 640), (360, 740)
PARTS = ("land", "tell", "sum", "check", "ask", "sum2", "fb")
LONG = {**dict.fromkeys(PARTS, 300.0), "land": 300.0}
PROMPTS = [
    {"nl": "Wanneer voelde jij je hier voor het laatst gehoord?", "en": "When did you last feel heard here?"},
    {"nl": "Wat zou jij morgen anders willen op het werk?", "en": "What would you like to be different at work tomorrow?"},
    {"nl": "Wat ging er deze week goed?", "en": "What went well this week?"},
]  # fmt: skip
QUESTION = {"nl": "Vertel over een moment op je werk dat je bijblijft.",
            "en": "Tell about a moment at work that stays with you."}  # fmt: skip
#: As long as a summary may be.
WRITTEN = (
    "Dus voor jou was het vooral: niemand was van de storing, en toen de band stilviel wist je "
    "niet wie je moest bellen. Dat maakte je boos en ook moe, want het was de derde keer. Je wilt "
    "dat er nu iemand is die dan belt, zodat jij door kunt met je werk op lijn 2, zonder te zoeken."
)[:280].strip()
#: What is read from where a phone lies in a hand: in pixels, the least.
SIZES = {".part > :is(h1, p:not(.meta))": 22, ".part li": 18, ".part button": 18}

SIZE_OF = """selector => [...document.querySelectorAll("listening-round " + selector)]
  .filter(one => one.checkVisibility()).map(one => [parseFloat(getComputedStyle(one).fontSize), one.textContent])"""


def too_small(page: Page) -> list[Any]:
    """What is written smaller than it is to be."""
    return [one for selector, least in SIZES.items()
            for one in page.evaluate(SIZE_OF, selector) if one[0] < least - 0.1]  # fmt: skip


def look(page: Page, name: str) -> None:
    """Nothing is out of sight or too small."""
    expect(page.locator("#connection")).to_be_hidden()  # it says for a moment that all is well
    over = page.evaluate("document.documentElement.scrollHeight - innerHeight")
    assert fits(page), (name, over)
    assert not too_small(page), (name, too_small(page))


def through(talk: Conversation, pages: list[Page], parts: tuple[str, ...]) -> Iterator[str]:
    """Go through the parts of the first turn, one after another."""
    for n, name in enumerate(parts):
        for page in pages:
            expect(page.locator("listening-round stage-clock")).to_have_attribute("data-now", name)
            page.evaluate(
                "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
            )
        yield name
        if n < len(parts) - 1:
            talk.lead.must("skip", force=True)


def at_table(
    crowd: Crowd, people: int, lang: str, size: tuple[int, int] = SMALL, **set_up: Any
) -> tuple[Conversation, dict[str, Page]]:
    """People at one table, by the role that they have first."""
    agenda = [
        part(
            "one",
            "listening",
            size=people,
            preset="kort",
            question=QUESTION,
            lengths=LONG,
            prompts=PROMPTS,
            **set_up,
        )
    ]
    talk = Conversation(crowd, format=None, agenda=agenda, ready=True, lang=lang)
    pages = talk.join(people, size=size)
    for page in pages:
        page.locator("#own button[value=yes]").click()
        expect(page.locator("#own .state")).to_be_visible()
    talk.lead.must("next")
    talk.lead.must("next")
    for page in pages:
        page.locator("#own [data-roles]").wait_for(state="attached")
    roles = [
        str(page.locator("#own [data-roles]").get_attribute("data-roles")).split()[0]
        for page in pages
    ]
    return talk, dict(zip(roles, pages, strict=True))


SEEN = [
    (SMALL, "nl"), pytest.param(SMALL, "en", marks=pytest.mark.long),
    pytest.param(USUAL, "nl", marks=pytest.mark.long),
]  # fmt: skip


@pytest.mark.parametrize(("size", "lang"), [*SEEN[:2], (USUAL, "nl")])
def test_at_a_table_each_role_sees_all_of_each_part(
    crowd: Crowd, size: tuple[int, int], lang: str
) -> None:
    talk, by_role = at_table(crowd, 3, lang, size, observer="full")
    for name in through(talk, list(by_role.values()), PARTS):
        for role, page in by_role.items():
            look(page, f"{lang}-table-{name}-{role}")
        if name == "check":
            by_role["teller"].locator("button.say[value=almost]").click()
            expect(by_role["listener"].locator("p.again").first).to_be_hidden()
            look(by_role["teller"], f"{lang}-table-check-teller-almost")


@pytest.mark.parametrize(("size", "lang"), SEEN)
def test_with_a_neighbour_all_of_each_part_is_seen(
    crowd: Crowd, size: tuple[int, int], lang: str
) -> None:
    agenda = [
        part(
            "one",
            "listening",
            find="neighbour",
            size=2,
            preset="kort",
            question=QUESTION,
            lengths=LONG,
            prompts=PROMPTS,
        )
    ]
    talk = Conversation(crowd, format=None, agenda=agenda, ready=True, lang=lang)
    page = talk.phone(size=size)
    look(page, f"{lang}-beside-ready")
    talk.lead.must("next")
    for name in through(talk, [page], (*PARTS, "land")):
        look(page, f"{lang}-beside-{name}")


@pytest.mark.parametrize(("size", "lang"), SEEN)
@pytest.mark.parametrize("find", ["table", "neighbour"])
def test_in_an_interview_too(crowd: Crowd, size: tuple[int, int], lang: str, find: str) -> None:
    if find == "neighbour":
        agenda = [
            part(
                "one",
                "listening",
                find=find,
                size=2,
                preset="kort",
                question=QUESTION,
                lengths=LONG,
                interview=True,
            )
        ]
        talk = Conversation(crowd, format=None, agenda=agenda, ready=True, lang=lang)
        by_role = {"any": talk.phone(size=size)}
        talk.lead.must("next")
    else:
        talk, by_role = at_table(crowd, 2, lang, size, interview=True)
    for name in through(talk, list(by_role.values()), ("land", "tell")):
        for role, page in by_role.items():
            look(page, f"{lang}-interview-{name}-{role}")


def test_what_is_tapped_changes_what_is_read(crowd: Crowd) -> None:
    talk, by_role = at_table(crowd, 3, "nl", observer="none")
    teller, listener, observer = (by_role[role] for role in ("teller", "listener", "observer"))
    for name in through(talk, list(by_role.values()), PARTS):
        down = teller.locator(".down")
        if name == "land":
            first = teller.locator(".prompts li:visible").inner_text()
            teller.locator("[data-another]:visible").click()
            expect(teller.locator(".prompts li:visible")).not_to_have_text(first)
            expect(teller.locator(".prompts li:visible")).to_have_count(1)
        if name == "tell":
            expect(down).to_be_visible()
        if name == "check":
            teller.locator("[data-slot=added]:visible").click()
            expect(teller.locator("[data-slot=added]:visible")).to_have_attribute(
                "aria-pressed", "true"
            )
            teller.locator("button.say[value=almost]").click()
            expect(teller.locator("button.say[value=almost]")).to_have_attribute(
                "aria-pressed", "true"
            )
        if name == "ask":
            expect(down).to_be_hidden()
            expect(listener.get_by_text("Stilte is oké.")).to_be_hidden()
            teller.locator("form.again:visible button[value=right]").click()
            expect(teller.locator("form.again:visible")).to_have_count(0)
            expect(down).to_be_visible()
        if name == "fb":
            expect(observer.get_by_text("Geen tip, alleen wat je zag.")).to_be_visible()
            listener.locator("[data-slot=wanted][value=yes]").click()
            expect(observer.get_by_text("Geef een tip: die is gevraagd.")).to_be_visible()
            expect(observer.get_by_text("Geen tip, alleen wat je zag.")).to_be_hidden()


def test_a_phone_reads_what_to_do_and_nothing_else(crowd: Crowd) -> None:
    _, by_role = at_table(crowd, 2, "nl")
    page = by_role["listener"]
    page.evaluate(
        "() => { window.said = []; speechSynthesis.speak = one => said.push([one.text, one.lang, one.volume]) }"
    )
    page.locator("[data-aloud]").click()
    [[text, lang, volume]] = page.evaluate("() => window.said")
    assert text == "Jij luistert. Kaken op elkaar (KOE). Voeten op de grond. Kijk. Luister."
    assert lang == "nl" and volume < 0.5


def in_sight(page: Page, selector: str) -> bool:
    """Whether all of something stands on the screen, without scrolling."""
    box = page.locator(selector).bounding_box()
    assert box, selector
    return box["y"] >= 0 and box["y"] + box["height"] <= USUAL[1]


def test_who_types_sees_what_was_typed_last_and_where_to_type(crowd: Crowd) -> None:
    """In each part in which one may type, also while one says how it was."""
    agenda = [part("one", "listening", size=2, preset="kort", question=QUESTION, lengths=LONG)]
    talk = Conversation(crowd, format=None, agenda=agenda, ready=True)
    pages = talk.join(2, size=USUAL)
    for page in pages:
        page.locator("#more-of-me > summary").click()
        page.locator("#own [name=side][value=remote]").check()
        page.locator("#own [name=by][value=text]").check()
        page.locator("#own button[value=yes]").click()
        expect(page.locator("#own .state")).to_be_visible()
    talk.lead.must("next")
    talk.lead.must("next")
    could = []
    for name in through(talk, pages, PARTS):
        for page in pages:
            page.evaluate("scrollTo(0, 0)")
            if not page.locator("#own .typed textarea:visible").count():
                continue
            could.append(name)
            last = "#own .typed:not([hidden]) li:last-child"
            for one in ("textarea:visible", "button:visible"):
                assert in_sight(page, f"#own .typed {one}"), (name, one)
            if name != "fb":
                page.locator("#own .typed textarea:visible").fill(f"Dit is {name}. " * 4)
                page.locator("#own .typed button:visible").click()
                expect(page.locator(last)).to_contain_text(f"Dit is {name}.")
            cut = page.evaluate(
                """last => document.querySelector(last).getBoundingClientRect().bottom
                  - document.querySelector(last).closest(".lines").getBoundingClientRect().bottom""",
                last,
            )
            assert cut < 1, (name, cut)
    assert could.count("fb") == 2 and "tell" in could


def test_a_summary_that_was_written_is_seen_whole_with_its_buttons(crowd: Crowd) -> None:
    """By who writes it and by who decides; how it was is asked after that."""
    talk, by_role = at_table(crowd, 3, "nl", USUAL, summary_mode="written", share=True)
    teller, listener = by_role["teller"], by_role["listener"]
    box = "#own .card:not([hidden]) textarea"
    whole = f"(() => {{ const it = document.querySelector('{box}'); return it.scrollHeight - it.clientHeight }})()"
    for name in through(talk, list(by_role.values()), PARTS):
        if name == "sum":
            listener.locator(box).fill(WRITTEN)
            assert listener.evaluate(whole) <= 1
            assert in_sight(listener, "#own .card:not([hidden]) button")
            listener.locator("#own .card:not([hidden]) button").click()
            expect(teller.locator("#own .card textarea")).to_have_count(1)
        if name == "fb":
            expect(teller.locator(box)).to_have_value(WRITTEN)
            assert teller.evaluate(whole) <= 1
            for answer in ("change", "away"):
                assert in_sight(teller, f"#own .card:not([hidden]) button[value={answer}]"), answer
            expect(teller.locator("#own .rate")).to_be_hidden()
            teller.locator("#own .card:not([hidden]) button[value=change]").click()
            expect(teller.locator("#own .rate:visible button[value='4']")).to_be_visible()


def test_silence_is_fine_after_a_minute_of_asking(crowd: Crowd) -> None:
    talk, by_role = at_table(crowd, 2, "nl")
    page = by_role["listener"]
    for _ in range(4):
        talk.lead.must("skip", force=True)
    says = page.get_by_text("Stilte is oké.")
    expect(page.locator("listening-round stage-clock")).to_have_attribute("data-now", "ask")
    expect(says).to_be_hidden()
    # A minute ago, for this page alone.
    page.evaluate("""() => {
      const clock = document.querySelector("stage-clock")
      const parts = JSON.parse(clock.dataset.parts).map(one => ({ ...one, from: one.from - 60, to: one.to - 60 }))
      clock.dataset.parts = JSON.stringify(parts)
    }""")
    expect(says).to_be_visible()
