"""For every eye and every thumb, on any line: axe, 320 pixels, 44 pixels, 60 kB, nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import LAPTOP, PHONE, WALL, Conversation, Crowd, dress, put_down
from tests.browser.played import Paired, Played, Round
from tests.server import Server

AXE = (Path(__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = (320, 568)
LIGHTEST = 60_000  # bytes over the wire, the first time

#: Finds elements that scroll sideways, and what can be tapped but is small.
SMALL = """() => [...document.querySelectorAll(
  'button, a[href], summary, select, input:not([type=hidden]):not([type=radio]):not([type=checkbox]), textarea, label:has(input[type=radio], input[type=checkbox])')]
  .filter(e => e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && !e.closest('.sr-only, [inert]'))
  .filter(e => !(e.matches('a') && getComputedStyle(e).display === 'inline' && e.closest('p, li')))
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 43.5 || box.height < 43.5))
  .map(([e, box]) => `${e.outerHTML.slice(0, 90)} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


def wrong(page: Page, where: str) -> list[str]:
    """What axe finds, in short."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'], iframes: false })",
        RULES,
    )
    return [
        f"{where}: {one['id']} at {' '.join(map(str, node['target']))[:80]}: "
        f"{(node['any'] or node['all'] or node['none'] or [{'message': ''}])[0]['message'][:160]}"
        for one in found["violations"] for node in one["nodes"][:3]
    ]  # fmt: skip


#: What a page is built from. One that is built like a page before it needs no second look.
BUILD = "() => [...document.querySelectorAll('body *')].map(e => e.tagName + e.className).join(' ')"


class Faces:
    """The same step on several pages."""

    def __init__(self, crowd: Crowd, played: Played, looks: list[tuple[str, str, bool]]) -> None:
        self.crowd, self.played = crowd, played
        crowd.forgive("status of 403")
        self.pages = {look: self.open(*look) for look in looks}
        self.built: set[tuple[str, str]] = set()

    def open(self, audience: str, lang: str, dark: bool) -> Page:
        size = {"phone": PHONE, "console": PHONE, "desk": LAPTOP, "screen": WALL}[audience]
        page = self.crowd.open(size=size, lang=lang, dark=dark)
        code = self.played.code
        if audience == "phone":
            page.goto(self.crowd.address(f"/{code}"))
            return page
        door = "screen" if audience == "screen" else "console"
        page.goto(self.played.links[f"{door}_url"])
        page.locator("body[data-code]").wait_for()
        page.goto(self.crowd.address(f"/{code}/{door}?lang={lang}"))
        dress(page, "dark" if dark else "light")
        return page

    def look(self) -> Iterator[tuple[str, Page]]:
        """Every page that is not built like one that was looked at."""
        for (audience, lang, dark), page in self.pages.items():
            name = f"{audience} {lang} {'dark' if dark else 'light'}"
            seen = len(self.built)
            self.built.add((name, page.evaluate(BUILD)))
            if len(self.built) > seen:
                yield name, page


def check(crowd: Crowd, server: Server, looks: list[tuple[str, str, bool]]) -> None:
    """Axe on every page at every step."""
    played = Played(server)
    faces = Faces(crowd, played, looks)
    found: list[str] = []
    for step in played.steps():
        for page in faces.pages.values():
            page.wait_for_timeout(150 // len(faces.pages))
        for name, page in faces.look():
            found += wrong(page, f"{step} {name}")
    played.seal()
    report, loop = played.papers()
    played.close()
    for path in (report, loop):
        _, lang, dark = looks[0]
        page = crowd.open(path, PHONE, lang=lang, dark=dark)
        found += wrong(page, f"{path[:3]} {lang}")
    assert not found, "\n".join(sorted(set(found)))


@pytest.mark.parametrize(
    "looks",
    [[("phone", "nl", False), ("console", "en", True)],
     pytest.param([("phone", "en", True), ("desk", "nl", False), ("screen", "en", True),
                   ("screen", "nl", False)], marks=pytest.mark.long)],
    ids=["phone-light", "phone-dark"],
)  # fmt: skip
def test_axe_finds_nothing(crowd: Crowd, server: Server, looks: list[Any]) -> None:
    check(crowd, server, looks)


@pytest.mark.long
@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_anywhere(crowd: Crowd, server: Server, lang: str, dark: bool) -> None:
    check(crowd, server, [(one, lang, dark) for one in ("phone", "console", "desk", "screen")])


@pytest.mark.parametrize(
    "looks",
    [[("phone", "nl", False), ("console", "en", True)],
     pytest.param([("phone", "en", True), ("desk", "nl", False), ("screen", "en", True),
                   ("screen", "nl", False)], marks=pytest.mark.long)],
    ids=["phone-light", "phone-dark"],
)  # fmt: skip
def test_axe_finds_nothing_while_people_listen(
    crowd: Crowd, server: Server, looks: list[Any]
) -> None:
    """Each part in each role; what a thumb must hit is large enough."""
    played = Round(server)
    faces, found = Faces(crowd, played, looks), list[str]()
    for step in played.steps():
        for (audience, _, _), page in faces.pages.items():
            if audience == "phone" or step[:9] not in ("20-turn-2", "20-turn-3"):
                page.wait_for_timeout(120)
                found += wrong(page, f"{step} {audience}")
            if audience == "phone":
                found += [f"{step} small: {one}" for one in page.evaluate(SMALL)]
            if audience == "phone" and step == "20-listening-asked":
                page.locator("#own button[value=yes]").click()
                page.locator("#own .state").wait_for()
    played.close()
    assert not found, "\n".join(sorted(set(found)))


@pytest.mark.long
def test_axe_finds_nothing_while_people_talk_in_pairs(crowd: Crowd, server: Server) -> None:
    played = Paired(server, people=2)
    looks = [("phone", "nl", False), ("console", "en", True), ("screen", "nl", False)]
    faces, found = Faces(crowd, played, looks), list[str]()
    for step in played.steps():
        for (audience, _, _), page in faces.pages.items():
            page.wait_for_timeout(120)
            found += wrong(page, f"{step} {audience}")
            if audience == "phone":
                found += [f"{step} small: {one}" for one in page.evaluate(SMALL)]
            if audience == "phone" and step.endswith("-asked"):
                page.locator("#own button[value=yes]").click()
                page.locator("#own .state").wait_for()
    played.close()
    assert not found, "\n".join(sorted(set(found)))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_at_the_front_door(crowd: Crowd, server: Server, dark: bool) -> None:
    server.begin(title="Werkoverleg")
    door = server.begin(title="Werkoverleg")["series_url"]
    page = crowd.open("/", PHONE, dark=dark)
    found = wrong(page, "visitor")
    page.goto(crowd.address(f"/?host={server.key}"))
    expect(page.locator(".fixed")).to_be_visible()
    found += wrong(page, "host")
    page.goto(f"{door}/poster")
    found += wrong(page, "poster")
    crowd.forgive("status of 404")
    page.goto(crowd.address("/join?code=111111"))
    found += wrong(page, "wrong code")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("lang", ["nl", pytest.param("en", marks=pytest.mark.long)])
def test_a_narrow_phone_scrolls_one_way_and_a_thumb_hits(
    crowd: Crowd, server: Server, lang: str
) -> None:
    played = Played(server, lang)
    page = crowd.open(f"/{played.code}", NARROW, lang=lang)
    small: set[str] = set()
    for step in played.steps():
        page.wait_for_timeout(150)
        if step == "02-write-many":
            put_down(page, "Een woord dat nergens past: " + "Hottentottententententoonstelling" * 2)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROW[0], f"{step} is {wide} wide"
        for opened in ("#promise", "#skip"):
            page.evaluate(f"document.querySelector('{opened}')?.setAttribute('open', '')")
        page.evaluate("document.querySelector('#own [type=radio]')?.click()")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROW[0], f"{step} opened is {wide} wide"
        small |= {f"{step}: {one}" for one in page.evaluate(SMALL)}
        page.evaluate("document.querySelector('form.change')?.reset()")
    played.seal()
    report, loop = played.papers()
    played.close()
    for path in ("/", report, loop):
        page = crowd.open(path, NARROW, lang=lang)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0], path
    assert not small, "\n".join(sorted(small))


def test_the_first_load_is_light(conversation: Conversation, crowd: Crowd) -> None:
    page = crowd.open()
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes: dict[str, tuple[str, float]] = {}
    names: dict[str, str] = {}
    wire.on(
        "Network.requestWillBeSent", lambda e: names.update({e["requestId"]: e["request"]["url"]})
    )
    wire.on("Network.loadingFinished", lambda e: sizes.update(
        {e["requestId"]: (names.get(e["requestId"], ""), e["encodedDataLength"])}))  # fmt: skip
    page.goto(crowd.address(f"/{conversation.code}"))
    page.wait_for_load_state("networkidle")
    total = sum(size for _, size in sizes.values())
    assert 5_000 < total <= LIGHTEST, sorted(sizes.values(), key=lambda one: -one[1])
    assert page.evaluate("performance.getEntriesByType('resource').length") <= 25


def test_a_page_that_breaks_the_policy_is_found(crowd: Crowd) -> None:
    """The net under all these tests holds: what breaks the policy is an error on the console."""
    page = crowd.open("/")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('img'), {src: 'http://192.0.2.1/x'}))"
    )
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p><button></button>')"
    )
    expect(page.locator("p", has_text="x").last).to_be_attached()
    page.wait_for_timeout(200)
    said = " ".join(crowd.trouble)
    assert "img-src" in said and "style" in said and "another host" in said, said
    assert any("button-name" in one for one in wrong(page, "here"))
    crowd.trouble.clear()
