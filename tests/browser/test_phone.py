"""What a phone goes through on a shop floor: no script, no line, a reload, another hand."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.browsers import BROKEN_LINE, MINE, Conversation, Crowd, lay, put_down
from tests.server import CARDS, VOTE, slips, step

CHECK = step("understood", "summary_check", takes=["stones"])
TAPS = step("taps", "pulse", items=[
    {"id": "heard", "text": {"nl": "Ik voelde me gehoord.", "en": "I felt heard."}},
    {"id": "safe", "text": {"nl": "Ik kon alles zeggen.", "en": "I could say it all."}}])  # fmt: skip
TEXT = "De poort klemt"


@pytest.fixture
def writing(begin: Callable[..., Conversation]) -> Conversation:
    """Everybody writes; then comes a vote, a check and two taps."""
    return begin(agenda=[CARDS, VOTE, CHECK, TAPS])


def sent(where: Conversation) -> list[str]:
    """All cards that reached the server, as the console sees them after a lock."""
    where.lead.must("lock")
    return slips(str(where.lead.join()["html"]))


def listen(crowd: Crowd, page: Page) -> Page:
    """The same address again, with every frame of its line counted; returns once it joined."""
    frames: list[str] = []
    page.on("websocket", lambda line: line.on("framereceived", lambda got: frames.append(str(got))))
    page.reload()
    until = time.monotonic() + 15
    while not any("html" in frame for frame in frames) and time.monotonic() < until:
        page.wait_for_timeout(30)
    assert frames, "never got a line"
    return page


def test_a_phone_without_scripts_does_it_all(writing: Conversation) -> None:
    page = writing.phone(script=False)
    page.locator(".lanes label:has([value=idea])").click()
    page.locator("#idea").fill("Een hek")
    page.locator("form[data-act=add] button").click()
    expect(page.locator(MINE)).to_contain_text("Een hek")
    page.locator(MINE).click()
    page.locator("form.change textarea").fill("Een hoger hek")
    page.locator("form.change [value=change]").click()
    expect(page.locator(MINE)).to_contain_text("Een hoger hek")
    page.locator("#own button").click()
    expect(page.locator(MINE)).to_have_count(0)
    page.locator("#idea").fill(TEXT)
    page.locator("form[data-act=add] button").click()
    expect(page.locator(MINE)).to_have_count(1)

    for text in ("Een bel", "Een zeef"):
        page.locator("#idea").fill(text)
        page.locator("form[data-act=add] button").click()
        page.locator(MINE, has_text=text).click()
        page.locator("form.change [value=withdraw]").click()
        expect(page.locator(MINE)).to_have_count(1)

    writing.lead.must("show")
    page.locator("noscript a.button, main > a.button").click()
    expect(page.locator("#view .cards")).to_contain_text(TEXT)
    writing.lead.must("next")
    page.reload()
    page.locator("[data-card] input").fill("1")
    page.locator("form[data-act=cast] button.plain").click()
    expect(page.locator("#own .state")).to_be_visible()
    expect(page.locator("#own noscript p")).to_contain_text(TEXT)
    writing.lead.must("show")
    page.reload()
    expect(page.locator(".result .total")).to_contain_text("1")

    writing.lead.must("next")
    page.reload()
    page.locator("#own button[value=almost]").click()
    expect(page.locator("#own button[value=almost]")).to_have_attribute("aria-pressed", "true")
    writing.lead.must("next")
    writing.lead.must("next")
    page.reload()
    for _ in range(2):
        page.locator("#own button[value='4']").click()
    expect(page.locator("#own .wait")).to_be_visible()


def test_a_refusal_without_scripts_keeps_what_was_written(
    writing: Conversation, crowd: Crowd
) -> None:
    page = writing.phone(script=False)
    page.locator("#idea").fill(TEXT)
    writing.lead.must("lock")
    crowd.forgive("status of 422")
    page.locator("form[data-act=add] button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator(".kept")).to_contain_text(TEXT)


def test_a_reload_keeps_what_is_mine_and_what_is_half_written(writing: Conversation) -> None:
    page = writing.phone()
    put_down(page, TEXT)
    page.locator("#idea").fill("Nog niet af")
    page.wait_for_timeout(500)
    page.reload()
    expect(page.locator(MINE)).to_contain_text(TEXT)
    expect(page.locator("#idea")).to_have_value("Nog niet af")
    page.locator("form[data-act=add] button").click()
    expect(page.locator(MINE)).to_have_count(2)
    page.reload()
    expect(page.locator("#idea")).to_have_value("")
    assert sorted(sent(writing)) == [TEXT, "Nog niet af"]


def test_a_card_that_is_picked_is_changed_or_taken_back(writing: Conversation) -> None:
    page = writing.phone()
    panel, area = page.locator("form.change"), page.locator("#changed")
    put_down(page, "De poort")
    page.locator("#own button").click()  # a single one goes at once
    expect(page.locator(MINE)).to_have_count(0)
    for text in ("De poort klemt", "De hal is koud", "Het licht is zwak"):
        put_down(page, text)
    expect(panel).to_be_hidden()
    page.locator(MINE, has_text="koud").click()
    expect(area).to_be_focused()
    expect(area).to_have_value("De hal is koud")
    expect(page.locator("form.write")).to_be_hidden()
    area.fill("De hal is te koud")
    panel.locator("[value=change]").click()
    expect(page.locator(MINE, has_text="te koud")).to_be_visible()
    expect(panel).to_be_hidden()
    page.locator(MINE, has_text="te koud").locator("input").focus()
    page.keyboard.press("ArrowUp")  # among the cards by keys: nothing takes the focus away
    expect(page.locator(MINE).first.locator("input")).to_be_focused()
    expect(area).to_have_value("De poort klemt")
    page.keyboard.press("ArrowUp")
    expect(area).to_have_value("Het licht is zwak")
    panel.locator("[type=reset]").click()
    expect(page.locator("#own :checked")).to_have_count(0)
    page.locator(MINE, has_text="licht").click()
    area.fill("")
    panel.locator("[value=withdraw]").click()
    expect(page.locator(MINE)).to_have_count(2)
    expect(panel).to_be_hidden()
    assert sorted(sent(writing)) == ["De hal is te koud", "De poort klemt"]


def test_what_is_picked_stays_picked_when_another_card_goes(writing: Conversation) -> None:
    one = writing.phone()
    for text in ("een", "twee", "drie"):
        put_down(one, text)
    other = one.context.new_page()
    other.goto(one.url)
    one.locator(MINE, has_text="twee").click()
    one.locator("#changed").fill("twee, beter")
    other.locator(MINE, has_text="een").click()
    other.locator("form.change [value=withdraw]").click()
    expect(one.locator(MINE)).to_have_count(2)
    expect(one.locator("#own label:has(:checked)")).to_have_text("Zorg twee")
    expect(one.locator("#changed")).to_have_value("twee, beter")
    one.locator("form.change [value=change]").click()
    expect(one.locator(MINE, has_text="twee, beter")).to_be_visible()
    assert sorted(sent(writing)) == ["drie", "twee, beter"]


def test_two_tabs_of_one_phone_have_one_ballot(writing: Conversation) -> None:
    one = writing.phone()
    put_down(one, TEXT)
    put_down(one, "De hal is koud")
    other = one.context.new_page()
    other.goto(one.url)
    expect(other.locator(MINE)).to_have_count(2)
    put_down(one, "De deur klemt")
    expect(other.locator(MINE)).to_have_count(3)  # what one tab sends, both show
    one.locator(MINE).last.click()
    one.locator("form.change [value=withdraw]").click()
    expect(other.locator(MINE)).to_have_count(2)
    writing.lead.must("show")
    writing.lead.must("next")
    for tab in (one, other):
        expect(tab.locator("[data-card]")).to_have_count(2)
    lay(one, TEXT, "De hal is koud")
    expect(one.locator("#own .state")).to_be_visible()
    lay_anew = other.locator("[data-card]", has_text=TEXT).locator('[data-step="1"]')
    expect(lay_anew).to_have_attribute("aria-disabled", "true")  # no stone is left in either
    writing.lead.must("show")
    for tab in (one, other):
        expect(tab.locator(".result li")).to_have_count(2)
    totals = [int(n) for n in other.locator(".result .total b").all_inner_texts()]
    assert totals == [1, 1]


def test_what_is_sent_without_a_line_arrives_once(writing: Conversation, crowd: Crowd) -> None:
    page = listen(crowd, writing.phone())
    crowd.forgive(*BROKEN_LINE)
    page.context.set_offline(True)
    page.locator("#idea").fill(TEXT)
    page.locator("form[data-act=add] button").click()
    page.wait_for_timeout(1000)
    page.context.set_offline(False)
    expect(page.locator(MINE)).to_have_count(1)
    expect(page.locator(MINE)).to_contain_text(TEXT)
    page.wait_for_timeout(2500)  # longer than the outbox waits before it tries again
    assert sent(writing) == [TEXT]


class Tunnel:
    """A line that passes everything on, but loses what comes back after the first act."""

    def __init__(self, page: Page) -> None:
        self.lines: list[WebSocketRoute] = []
        self.acts, self.deaf = 0, False
        page.route_web_socket("**/socket.io/**", self.dig)

    def dig(self, line: WebSocketRoute) -> None:
        far = line.connect_to_server()
        line.on_message(lambda message: self.there(far, message))
        far.on_message(lambda message: None if self.deaf else line.send(message))
        self.lines.append(line)
        self.deaf = False

    def there(self, far: WebSocketRoute, message: str | bytes) -> None:
        if '"act"' in str(message):
            self.acts += 1
            self.deaf = self.acts == 1
        far.send(message)

    def wait_for_acts(self, page: Page, n: int) -> None:
        """Until so many acts went through."""
        until = time.monotonic() + 20
        while self.acts < n and time.monotonic() < until:
            page.wait_for_timeout(50)
        assert self.acts >= n, f"{self.acts} acts went through"


def test_an_act_whose_answer_got_lost_is_done_once(writing: Conversation, crowd: Crowd) -> None:
    page = crowd.open()
    tunnel = Tunnel(page)
    page.goto(crowd.address(f"/{writing.code}"))
    writing.lead.must("pause")
    expect(page.locator("#view > .calm")).to_be_visible()  # it hears what happens
    page.locator("#idea").fill(TEXT)
    page.locator("form[data-act=add] button").click()
    tunnel.wait_for_acts(page, 1)
    page.wait_for_timeout(500)
    expect(page.locator(MINE)).to_have_count(0)
    tunnel.lines[-1].close()
    expect(page.locator(MINE)).to_have_count(1)
    tunnel.wait_for_acts(page, 2)
    page.wait_for_timeout(500)
    assert sent(writing) == [TEXT]


def test_a_phone_that_wakes_up_elsewhere_sends_what_waited(
    writing: Conversation, crowd: Crowd
) -> None:
    page = writing.phone()
    expect(page.locator("#idea")).to_be_visible()
    crowd.forgive(*BROKEN_LINE)
    page.route("**/act", lambda route: route.abort())
    page.route_web_socket("**/socket.io/**", lambda line: line.close())
    page.route("**/socket.io/**", lambda route: route.abort())
    page.reload()
    page.locator("#idea").fill(TEXT)
    page.locator("form[data-act=add] button").click()
    expect(page.locator("form[data-act=add]")).to_have_attribute("data-state", "waiting")
    page.close()
    again = page.context.new_page()
    again.goto(crowd.address(f"/{writing.code}"))
    expect(again.locator(MINE)).to_contain_text(TEXT)
    assert sent(writing) == [TEXT]


NO_WEBSOCKETS = """window.WebSocket = class extends EventTarget {
  constructor() { super(); setTimeout(() => this.onerror?.(new Event("error"))) }
  close() {}
}"""


@pytest.mark.parametrize("wall", [
    "refuses websockets", "stops every socket",
    pytest.param("lets them hang", marks=pytest.mark.long),
])  # fmt: skip
def test_a_phone_behind_a_wall_still_takes_part(
    writing: Conversation, crowd: Crowd, wall: str
) -> None:
    page = crowd.open()
    crowd.forgive(*BROKEN_LINE)
    polls: list[str] = []
    page.on("request", lambda asked: "transport=polling" in asked.url and polls.append(asked.url))
    if wall == "refuses websockets":
        page.add_init_script(NO_WEBSOCKETS)
    else:
        page.route_web_socket("**/socket.io/**", lambda line: None)
    if wall == "stops every socket":
        page.route("**/socket.io/**", lambda route: route.abort())
    page.goto(crowd.address(f"/{writing.code}"))
    put_down(page, TEXT)
    writing.lead.must("show")
    expect(page.locator("#view .cards")).to_contain_text(TEXT)
    writing.lead.must("next")
    expect(page.locator("vote-ballot")).to_be_visible()
    lay(page, TEXT)
    expect(page.locator("#own .state")).to_be_visible()
    assert len(polls) > 2 or wall != "refuses websockets", "it never came in by polling"


@pytest.mark.parametrize("focus", [True, False])
def test_half_typed_text_stays_when_a_view_comes_in(writing: Conversation, focus: bool) -> None:
    page = writing.phone()
    page.locator(".lanes label:has([value=idea])").click()
    page.locator("#idea").press_sequentially("Half")
    page.locator("#skip summary").click()
    if focus:
        page.locator("#idea").focus()
    writing.lead.must("pause")
    expect(page.locator("#view > .calm")).to_be_visible()
    expect(page.locator("#idea")).to_have_value("Half")
    expect(page.locator(".lanes [value=idea]")).to_be_checked()
    expect(page.locator("#skip")).to_have_attribute("open", "")
    if focus:
        expect(page.locator("#idea")).to_be_focused()
    writing.lead.must("resume")
    expect(page.locator("#view > .calm")).to_have_count(0)
    expect(page.locator("#idea")).to_have_value("Half")


def test_who_comes_late_lands_where_the_others_are(writing: Conversation) -> None:
    (early,) = writing.others(1)
    early.act("add", lane="idea", text=TEXT)
    writing.lead.must("show")
    expect(writing.phone().locator("#view .cards")).to_contain_text(TEXT)
    writing.lead.must("next")
    expect(writing.phone().locator("vote-ballot")).to_contain_text(TEXT)
    writing.lead.must("show")
    writing.lead.must("next")
    expect(writing.phone().locator("#own button[value=right]")).to_be_visible()


def test_another_language_is_the_same_place(writing: Conversation) -> None:
    page = writing.phone()
    put_down(page, TEXT)
    page.locator("#idea").fill("Half")
    page.wait_for_timeout(500)
    page.locator("a.language[lang=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("Question of cards?")
    expect(page.locator(MINE)).to_contain_text(TEXT)
    expect(page.locator("#idea")).to_have_value("Half")
    writing.lead.must("show")
    expect(page.locator("#view .cards .lane")).to_contain_text("Concern")


def test_a_phone_that_is_handed_over_shows_nothing_of_before(writing: Conversation) -> None:
    page = writing.phone()
    put_down(page, TEXT)
    before = page.context.cookies()
    page.locator("#idea").fill("Half")
    page.wait_for_timeout(500)
    page.locator("#promise > summary").click()
    page.locator("form[action$=hand-over] button").click()
    page.wait_for_url(re.compile(rf"/{writing.code}$"))
    expect(page.locator("#idea")).to_have_value("")
    expect(page.locator(MINE)).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('draft'))") == []
    assert key(before) != key(page.context.cookies())
    page.go_back()
    expect(page.locator("#idea")).to_have_value("")
    expect(page.locator(MINE)).to_have_count(0)


def key(cookies: list[Any]) -> str:
    """What the server knows this phone by."""
    return next(str(one["value"]) for one in cookies if re.match(r"s\d", one["name"]))


def test_a_server_that_falls_over_is_not_noticed_for_long(
    writing: Conversation, crowd: Crowd
) -> None:
    page = listen(crowd, writing.phone())
    put_down(page, "Ervoor")
    crowd.forgive(*BROKEN_LINE)
    page.locator("#idea").press_sequentially("Er")
    crowd.server.kill9()
    page.locator("#idea").press_sequentially("tijdens")
    expect(page.locator("#connection")).to_be_visible()
    crowd.server.start()
    began = time.monotonic()
    expect(page.locator("#connection")).to_be_hidden(timeout=20_000)
    assert time.monotonic() - began < 15
    expect(page.locator("#idea")).to_have_value("Ertijdens")
    page.locator("form[data-act=add] button").click()
    expect(page.locator(MINE)).to_have_count(2)
    assert sorted(sent(writing)) == ["Ertijdens", "Ervoor"]


def test_what_is_sent_to_a_server_that_is_gone_waits_for_it(
    writing: Conversation, crowd: Crowd
) -> None:
    page = listen(crowd, writing.phone())
    crowd.forgive(*BROKEN_LINE)
    page.locator("#idea").fill(TEXT)
    crowd.server.kill9()
    page.locator("form[data-act=add] button").click()
    page.wait_for_timeout(1500)
    crowd.server.start()
    expect(page.locator(MINE)).to_contain_text(TEXT, timeout=20_000)
    page.wait_for_timeout(2500)
    assert sent(writing) == [TEXT]


def test_a_phone_that_slept_shows_where_we_are(writing: Conversation, crowd: Crowd) -> None:
    page = listen(crowd, writing.phone())
    page.locator("#idea").fill("Half")
    sleep = page.context.new_cdp_session(page)
    sleep.send("Page.setWebLifecycleState", {"state": "frozen"})
    (other,) = writing.others(1)
    other.act("add", lane="idea", text=TEXT)
    writing.lead.must("show")
    writing.lead.must("next")
    sleep.send("Page.setWebLifecycleState", {"state": "active"})
    expect(page.locator("vote-ballot")).to_contain_text(TEXT)
