"""A series over time, for every eye: axe, a narrow phone, and the same in words as in dots."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.browsers import LAPTOP, Crowd
from tests.browser.test_access import NARROW, SMALL, wrong
from tests.server import Server
from tests.test_trends import over_time, played


def test_what_is_compared_can_be_read_heard_and_hit(crowd: Crowd, server: Server) -> None:
    for well, badly in ((2, 6), (4, 0), (7, 1)):
        last = played(server, "Weekstart lijn 2 met een titel die niet meer past", well, badly)
    report = f"/r/{server.entered(last['code'])['report_key']}"
    for size, lang, dark in ((NARROW, "nl", False), (LAPTOP, "en", True)):
        page = crowd.open(f"/?host={server.key}", size, lang=lang, dark=dark)
        for path in (over_time(server, last), report):
            page.goto(crowd.address(f"{path}?lang={lang}"))
            expect(page.locator(".trends .line")).to_have_count(2)
            line = page.locator(".trends .line").first
            expect(line.locator("circle")).to_have_count(2)  # four answers are no dot
            expect(line.locator("ol li")).to_have_count(3)
            expect(line.locator("ol li").nth(1)).to_contain_text(
                "geen cijfer" if lang == "nl" else "no figure"
            )
            expect(line.locator("ol li").nth(2)).to_contain_text(
                "7 van 8, waarschijnlijk" if lang == "nl" else "7 of 8, probably"
            )
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
            assert not wrong(page, f"{path[:3]} {lang}")
            assert not page.evaluate(SMALL), path
        page.goto(crowd.address("/mine/listening"))
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert not page.evaluate(SMALL)
