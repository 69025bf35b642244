"""Chromium as people hold it: phones, a console and the room's screen. No tests here."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.server import Console, Phone, Server

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update")  # fmt: skip
PATIENCE = 15_000  # ms
MINE = "#own :is(label, button[aria-pressed])"  #: my own cards, on my phone
PHONE, LAPTOP, WALL = (360, 740), (1440, 900), (1920, 1080)
LOCALES = {"nl": "nl-NL", "en": "en-GB"}
#: How the browser tells of a line that a test broke on purpose.
BROKEN_LINE = ("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_INTERNET_DISCONNECTED",
               "ERR_EMPTY_RESPONSE", "ERR_FAILED", "WebSocket connection to")  # fmt: skip

expect.set_options(timeout=PATIENCE)


def installed() -> str:
    """Where Chromium stands on this machine."""
    found = [path for name in NAMES if (path := shutil.which(name))]
    path = os.environ.get("CHROMIUM") or (found[0] if found else "")
    assert path, "the browser tests need Chromium"
    return path


@contextmanager
def chromium() -> Iterator[Browser]:
    """One Chromium, stopped at the end."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=installed(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


class Crowd:
    """All the browsers of one test. What goes wrong in any of them is remembered."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.browser, self.server = browser, server
        self.trouble: list[str] = []
        self.forgiven: list[str] = []
        self.contexts: list[Any] = []

    def open(
        self, path: str = "", size: tuple[int, int] = PHONE, *, lang: str = "nl",
        dark: bool = False, script: bool = True, **more: Any,
    ) -> Page:  # fmt: skip
        """A browser of its own, with its own cookies, on this address."""
        touch = {"is_mobile": True, "has_touch": True} if size[0] < 800 else {}
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=LOCALES[lang],
            color_scheme="dark" if dark else "light", java_script_enabled=script,
            reduced_motion="reduce", **touch, **more,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        self.watch(context)
        page = context.new_page()
        if path:
            page.goto(self.address(path))
        return page

    def address(self, path: str) -> str:
        """An address of the server, whole or from its root."""
        return path if "://" in path else f"{self.server.url}{path}"

    def watch(self, context: Any) -> None:
        """Remember errors, and whoever else is asked for anything."""
        context.on("console", lambda said: said.type == "error" and self.note(said.text))
        context.on("weberror", lambda wrong: self.note(str(wrong.error)))
        context.on("request", lambda asked: self.same_house(asked.url))
        context.on(
            "page", lambda page: page.on("websocket", lambda line: self.same_house(line.url))
        )

    def note(self, text: str) -> None:
        """Something went wrong on a page."""
        self.trouble.append(text)

    def same_house(self, url: str) -> None:
        """No other host is ever asked for anything."""
        ours = self.server.url.partition("://")[2]
        if not re.match(rf"(https?|wss?)://{re.escape(ours)}(/|$)|data:|blob:|about:", url):
            self.note(f"another host was asked: {url}")

    def forgive(self, *texts: str) -> None:
        """This test breaks something itself: the browser may say so."""
        self.forgiven += texts

    def assert_calm(self) -> None:
        """Nothing went wrong on any page, nor in the server."""
        left = [t for t in self.trouble if not any(one in t for one in self.forgiven)]
        assert not left, left
        self.server.assert_calm()

    def close(self) -> None:
        """Hang up everything."""
        for context in self.contexts:
            context.close()
        self.contexts.clear()


class Conversation:
    """One session, seen from all sides. Pages are opened when they are first looked at."""

    def __init__(self, crowd: Crowd, lang: str = "nl", **wishes: Any) -> None:
        self.crowd, self.lang = crowd, lang
        asked = {"format": "werkvloergesprek-30", "preset": "kort", "topic": "De overdracht",
                 "lang": lang, **wishes}  # fmt: skip
        self.links = crowd.server.begin(**asked)
        self.code = self.links["code"]
        self.phones: list[Page] = []
        self.pages: dict[str, Page] = {}
        self.hands: list[Console | Phone] = []

    @property
    def lead(self) -> Console:
        """Whoever leads, when nobody looks at the console: moves and no page."""
        found = [one for one in self.hands if isinstance(one, Console)]
        if not found:
            self.hands.append(Console(self.crowd.server, self.links, join=False))
            found = [self.hands[-1]]
        found[0].join()
        return found[0]

    def others(self, n: int) -> list[Phone]:
        """So many more phones that nobody looks at."""
        more = [Phone(self.crowd.server, self.code) for _ in range(n)]
        self.hands += more
        return more

    def close(self) -> None:
        """Hang up what has no page."""
        for one in self.hands:
            one.close()

    @property
    def screen(self) -> Page:
        """The room's screen, which may only show."""
        return self.pages.get("screen") or self.led("screen", WALL)

    @property
    def console(self) -> Page:
        """The facilitator's phone."""
        return self.pages.get("console") or self.led("console", PHONE)

    def led(self, audience: str, size: tuple[int, int], **how: Any) -> Page:
        """A page that needs its key, kept under its name."""
        page = self.crowd.open(size=size, lang=how.pop("lang", self.lang), **how)
        self.crowd.forgive("status of 403")  # the door, before the key in the link is a cookie
        page.goto(self.links[f"{audience}_url"])
        page.locator("body[data-code]").wait_for()
        self.pages.setdefault(audience, page)
        return page

    def phone(self, **how: Any) -> Page:
        """Somebody joins."""
        page = self.crowd.open(f"/{self.code}", **{"lang": self.lang, **how})
        self.phones.append(page)
        return page

    def join(self, n: int, **how: Any) -> list[Page]:
        """So many people join."""
        return [self.phone(**how) for _ in range(n)]

    def next(self, times: int = 1) -> None:
        """The facilitator goes on, by the button that says so."""
        for _ in range(times):
            forward(self.console)


def forward(console: Page) -> None:
    """Press Next, and wait until the console stands elsewhere."""
    where = "[document.querySelector('#view .count')?.textContent, document.querySelector('#view .tools')?.textContent].join()"
    before = console.evaluate(where)
    console.locator(".dock form[data-move=next] button").click()
    console.wait_for_function(f"before => {where} !== before", arg=before)


def dress(page: Page, theme: str) -> None:
    """Light or dark: a phone follows its own setting, the screen the key D."""
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.evaluate(
        """async theme => {
          if (document.body.matches(".screen")) document.documentElement.dataset.theme = theme
          const frame = () => new Promise(requestAnimationFrame)
          for (let n = 0; n < 40; n++) if (await frame(), await frame(), !document.getAnimations().length) break
        }""",
        theme,
    )


def put_down(page: Page, text: str, lane: str = "concern") -> None:
    """Write a card, a letter at first, and send it."""
    page.locator(f".lanes label:has(input[value={lane}])").click()
    page.locator("#idea").press_sequentially(text[0])
    page.locator("#idea").fill(text)
    page.locator("form[data-act=add] button").click()
    expect(page.locator(MINE, has_text=text)).to_be_visible()


def lay(page: Page, *texts: str) -> None:
    """One stone on each of these cards."""
    for text in texts:
        page.locator("[data-card]", has_text=text).locator('[data-step="1"]').click()
