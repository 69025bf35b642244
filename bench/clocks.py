"""How far the clocks of phones are apart: `python -m bench.clocks [--phones 10]`.

Real pages in Chromium, half of them on phones whose clock is a day off, half behind a line that is
slow one way more than the other. Each is asked what time its stones go by: before and after a
pause, an extension, and a sleep. Told is the distance to the server's clock, and between phones.
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

from playwright.sync_api import Page

from tests.browser.browsers import Crowd, chromium
from tests.server import Console, Phone, Server

A_DAY = 24 * 3600 * 1000  # ms
LENGTHS = {"land": 300, "tell": 600, "sum": 300, "check": 300, "ask": 300, "fb": 300}
ASK = """async () => {
  const url = [...document.querySelectorAll("link[rel=modulepreload]")]
    .map(link => link.href).find(href => href.endsWith("/lib/clock.js"))
  return (await import(url)).now()
}"""


def agenda() -> list[dict[str, Any]]:
    """One long round: nothing happens by itself while we look."""
    return [{"id": "l", "kind": "listening", "title": {"nl": "Ronde", "en": "Round"},
             "minutes": 60, "set": {"size": 2, "lengths": LENGTHS}}]  # fmt: skip


def off(page: Page) -> float:
    """How far this page's clock is from ours, in milliseconds; half a round trip uncertain."""
    asked = time.time()
    said = page.evaluate(ASK)
    return 1000 * (float(said) - (asked + time.time()) / 2)


def opened(crowd: Crowd, code: str, n: int) -> Page:
    """A phone: every second one a day off, every third one on a slow line."""
    page = crowd.open()
    if n % 2:
        page.add_init_script(f"const t = Date.now; Date.now = () => t() + {A_DAY}")
    if n % 3 == 0:
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions",
                  {"offline": False, "latency": 300, "downloadThroughput": 50_000,
                   "uploadThroughput": 20_000})  # fmt: skip
    page.goto(f"{crowd.server.url}/{code}")
    return page


def slept(page: Page) -> None:
    """The page is frozen for two seconds, as a phone in a pocket does it, and looked at again."""
    line = page.context.new_cdp_session(page)
    line.send("Page.setWebLifecycleState", {"state": "frozen"})
    time.sleep(2)
    line.send("Page.setWebLifecycleState", {"state": "active"})


def told(name: str, pages: list[Page]) -> float:
    """One line of figures, and the worst distance between two phones."""
    found = [off(page) for page in pages]
    apart = max(found) - min(found)
    middle = statistics.median(abs(one) for one in found)
    print(f"{name:12}  median {middle:6.1f} ms   worst {max(map(abs, found)):6.1f} ms   "
          f"apart {apart:6.1f} ms")  # fmt: skip
    return apart


def measure(phones: int) -> float:
    """All of it; the worst distance between two phones, in milliseconds."""
    with Server() as server, chromium() as browser:
        crowd = Crowd(browser, server)
        session = server.begin(agenda=agenda(), ready=True)
        console, beside = Console(server, session), Phone(server, session["code"])
        pages = [opened(crowd, session["code"], n) for n in range(phones)]
        for page in pages:
            page.locator("#own button[value=yes]").click()
            page.locator("#own .state").wait_for()
        beside.act("join")
        console.must("next")
        console.must("next")
        for page in pages:
            page.locator("stage-clock").wait_for()
        time.sleep(6)
        worst = [told("begin", pages)]
        console.must("pause")
        time.sleep(1)
        console.must("resume")
        worst.append(told("after pause", pages))
        console.must("extend", seconds=30)
        worst.append(told("longer", pages))
        for page in pages[:4]:
            slept(page)
        time.sleep(4)
        worst.append(told("after sleep", pages))
        for one in (console, beside):
            one.close()
        crowd.close()
        return max(worst)


def main() -> int:
    """0 when no two phones were more than 250 ms apart."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--phones", type=int, default=10)
    worst = measure(asked.parse_args().phones)
    print(f"worst distance between two phones: {worst:.0f} ms (at most 250)")
    return int(worst > 250)


if __name__ == "__main__":
    raise SystemExit(main())
