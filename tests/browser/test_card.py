"""The listening card: it grows round by round, on one phone, and nothing of it ever leaves it."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import BROKEN_LINE, PHONE, Crowd
from tests.browser.test_access import wrong
from tests.server import HASTY, Console, Phone, Server, step

#: One part a turn: the talk itself is not what is looked at here.
LENGTHS = {"land": 0, "tell": 60, "sum": 0, "check": 0, "ask": 0, "sum2": 0, "fb": 0}
AGENDA = {"agenda": [step("listen", "listening", size=3, observer="full", lengths=LENGTHS)]}
CANARY = "canary: eerst tot drie tellen"
KEPT = "JSON.parse(localStorage.getItem('listening-card'))"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One that lets the parts of a round be short."""
    with Server(program=("-c", HASTY)) as started:
        yield started


class Table:
    """A session with one table of three: a phone that is looked at, and two that are not."""

    def __init__(self, server: Server, page: Page) -> None:
        self.session = server.begin(**AGENDA)
        self.code, self.page = self.session["code"], page
        self.console = Console(server, self.session)
        self.others = [Phone(server, self.code) for _ in range(2)]

    def play(self, **counted: int) -> Table:
        """The whole round. While this phone's owner listens their observer counts, and their
        teller does not feel heard."""
        self.page.goto(f"{self.console.server.url}/{self.code}")
        self.page.locator("#own button[value=yes]").click()
        self.page.locator("#own .state").wait_for()
        for other in self.others:
            assert "refused" not in other.act("join")
        self.console.must("next")
        self.console.must("next")
        self.page.locator("#own [data-roles]").wait_for(state="attached")
        roles = (self.page.locator("#own [data-roles]").get_attribute("data-roles") or "").split()
        for turn, role in enumerate(roles):
            if role == "listener":
                self.counts(turn, counted)
            self.console.must("skip", force=True)
            if role == "listener":  # who told says so once they have
                (teller,) = self.who_is("teller", turn)
                assert "refused" not in teller.act("heard", value="2", turn=turn)
        self.console.must("next")
        self.page.locator("growth-card").wait_for()
        return self

    def who_is(self, role: str, turn: int) -> list[Phone]:
        """Who of the others has this role in a turn."""
        roles = [re.findall(r'data-roles="([^"]*)"', unescape(one.own()))[0] for one in self.others]
        return [
            one for one, all in zip(self.others, roles, strict=True) if all.split()[turn] == role
        ]

    def counts(self, turn: int, counted: dict[str, int]) -> None:
        """Who observes taps so often."""
        for one in self.who_is("observer", turn):
            for what, n in counted.items():
                for _ in range(n):
                    assert "refused" not in one.act("tally", what=what, turn=turn)

    def close(self) -> None:
        for one in (self.console, *self.others):
            one.close()


@pytest.fixture
def play(server: Server) -> Iterator[Any]:
    played: list[Table] = []

    def play(page: Page, **counted: int) -> Table:
        played.append(Table(server, page))
        return played[-1].play(**counted)

    yield play
    for one in played:
        one.close()


def overheard(page: Page) -> list[str]:
    """All that this phone sends, from now on."""
    sent: list[str] = []

    def note(data: bytes | str | None) -> None:
        sent.append(data.decode(errors="replace") if isinstance(data, bytes) else data or "")

    page.on("websocket", lambda line: line.on("framesent", note))
    page.on("request", lambda asked: (note(asked.post_data), note(asked.url)))
    return sent


def size_of_png(path: Path) -> tuple[int, int]:
    """Its width and height, once every piece of it was checked."""
    data, place, kinds = path.read_bytes(), 8, []
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        piece = data[place + 4 : place + 8 + length]
        assert (
            struct.pack(">I", zlib.crc32(piece)) == data[place + 8 + length : place + 12 + length]
        )
        kinds.append(piece[:4])
        place += 12 + length
    assert kinds[0] == b"IHDR" and kinds[-1] == b"IEND" and b"IDAT" in kinds
    wide, high = struct.unpack(">II", data[16:24])
    return wide, high


def test_the_card_grows_on_this_phone_and_goes_nowhere(
    crowd: Crowd, play: Any, tmp_path: Path
) -> None:
    page = crowd.open(size=PHONE)
    sent = overheard(page)
    page.goto(crowd.address("/"))
    page.evaluate(  # as it was kept before there was one card: a round for each session
        """localStorage.setItem("card-111111", JSON.stringify({ on: "2026-01-05", said: { silence: "no", asked: "no", heard: "5" }, tallied: { advice: 6, open: 1 } }));
           localStorage.setItem("card-222222", "torn")"""
    )
    card = page.locator("growth-card")

    first = play(page, advice=4, open=2)
    changes = card.locator("[data-changes]")
    expect(card.locator("[data-counted] span")).to_have_text("Advies 4×, Open 2×")
    expect(changes.locator("li")).to_have_count(2)  # the old round came onto the card
    expect(changes).to_contain_text("eerder 6×, vandaag 4×")
    assert page.evaluate("Object.keys(localStorage).filter(k => /^card-/.test(k))") == []
    card.locator("label", has=page.locator("[name=asked][value=partly]")).click()
    card.locator("[name=step]").fill(CANARY)
    expect(changes).to_contain_text("Je vroeg vaker: klopt dat?")
    page.reload()
    expect(card.locator("[name=step]")).to_have_value(CANARY)
    expect(card.locator("[name=asked][value=partly]")).to_be_checked()
    first.console.must("panel", n=1)
    expect(card.locator("[name=step]")).to_have_value(CANARY)
    expect(card.locator("[data-counted] span")).to_have_text("Advies 4×, Open 2×")

    play(page, advice=1, deeper=3)
    expect(card.locator("[data-earlier-step] span")).to_have_text(CANARY)
    expect(changes).to_contain_text("eerder 4×, vandaag 1×")
    expect(changes).not_to_contain_text("klopt dat?")  # not said yet today
    card.locator("label", has=page.locator("[name=asked][value=yes]")).click()
    expect(changes.locator(".says")).to_have_text(["Je vroeg vaker: klopt dat?", "", "", ""])
    expect(changes).to_contain_text("eerder deels, vandaag ja")
    assert not wrong(page, "card")

    with page.expect_download() as taken:
        card.locator("[data-picture]").click()
    picture = tmp_path / "card.png"
    taken.value.save_as(picture)
    assert taken.value.suggested_filename == "luisterkaart.png"
    assert size_of_png(picture) == (1080, 1350)
    with page.expect_download() as taken:
        card.locator("[data-file]").click()
    taken.value.save_as(tmp_path / "card.json")
    rounds = json.loads((tmp_path / "card.json").read_text())["rounds"]
    assert [one["tallied"] for one in rounds] == [{"advice": 6, "open": 1}, {"advice": 4, "open": 2},
                                                  {"advice": 1, "deeper": 3}]  # fmt: skip
    assert rounds[1]["said"] == {"asked": "partly", "step": CANARY}
    for one in rounds:  # nothing that a teller answered, and no moment but the day
        assert set(one) == {"on", "said", "tallied", "turns"} and re.fullmatch(
            r"[\d-]{10}", one["on"]
        )
        assert set(one["said"]) <= {"silence", "asked", "advice", "step"}
    assert len(page.evaluate(KEPT)) == 3

    page.goto(crowd.address("/mine/listening"))  # its own page, after the session
    expect(card.locator("[data-rounds] li")).to_have_count(3)
    expect(card.locator("[data-rounds] li").nth(1)).to_contain_text(CANARY)
    expect(card.locator("[data-none]")).to_be_hidden()
    assert not wrong(page, "page of the card")
    card.locator("#wipe-card summary").click()
    assert len(page.evaluate(KEPT)) == 3, "asked first"
    card.locator("[data-wipe]").click()
    expect(card.locator("[data-none]")).to_be_visible()
    expect(card.locator("[data-wiped]")).to_be_focused()
    expect(card.locator("[data-rounds]")).to_be_hidden()
    page.reload()
    assert page.evaluate("[localStorage.length, localStorage.getItem('listening-card')]")[1] is None
    page.go_back()
    expect(card.locator("[name=step]")).to_have_value("")
    assert page.evaluate(KEPT) is None, "what was counted does not come back by itself"

    assert any('"act"' in one for one in sent), "what it did send was heard"
    for one in sent:
        assert "canary" not in one and "listening-card" not in one.replace("listening.card", "")
        assert not re.search(r"silence|partly|said|tallied", one), one[:300]


def test_who_is_handed_a_phone_does_not_see_its_owners_card(crowd: Crowd, play: Any) -> None:
    page = crowd.open(size=PHONE)
    page.goto(crowd.address("/"))
    owners = [{"round": "1/a", "on": "2026-01-05", "said": {"step": CANARY}, "tallied": {}}]
    page.evaluate(f"localStorage.setItem('listening-card', {json.dumps(json.dumps(owners))})")
    table = play(page, advice=2)
    card = page.locator("growth-card")
    expect(card.locator("[data-earlier-step] span")).to_have_text(CANARY)
    page.locator("#promise summary").first.click()
    page.locator("form[action$=hand-over] button").click()
    page.wait_for_url(f"**/{table.code}*")
    expect(card.locator("[data-passed]")).to_be_visible()
    card.locator("[name=step]").fill("mine")
    card.locator("label", has=page.locator("[name=asked][value=yes]")).click()
    expect(card.locator("[data-earlier-step]")).to_be_hidden()
    page.reload()
    expect(card.locator("[name=step]")).to_have_value("")
    kept = page.evaluate(KEPT)
    assert [one["said"].get("step") for one in kept] == [CANARY, None], "the owner's, as it was"
    assert kept[1]["said"] == {}


def test_the_page_of_the_card_is_the_same_for_everybody(server: Server) -> None:
    page = server.get("/mine/listening")
    assert page.status_code == 200 and not page.cookies
    assert page.text == server.host().get(f"{server.url}/mine/listening", timeout=10).text
    for none in ("vote", "nothing", "..%2fparts"):
        assert server.get(f"/mine/{none}").status_code == 404, none


def test_a_session_without_a_round_loads_nothing_of_the_card(crowd: Crowd, server: Server) -> None:
    page = crowd.open()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(server.begin(agenda=[step("energy", "checkin")])["join_url"])
    page.wait_for_load_state("networkidle")
    assert asked and not [one for one in asked if "listening" in one or "bricolage" in one]
    page.goto(server.begin(**AGENDA)["join_url"])
    page.wait_for_load_state("networkidle")
    assert [one for one in asked if "/listening.js" in one]
    assert not [one for one in asked if "listening.card" in one or "listening.picture" in one]


def test_the_page_of_the_card_has_a_tip_each_day_another(crowd: Crowd) -> None:
    page = crowd.open("/mine/listening", PHONE)
    tip = page.locator("[data-tip] span")
    expect(tip).to_be_visible()
    said = set()
    for day in ("2026-11-22", "2026-11-23", "2026-11-24"):
        page.clock.set_fixed_time(f"{day}T09:00:00")
        page.reload()
        expect(tip).not_to_have_text("")
        said.add(tip.inner_text())
    assert len(said) == 3


#: The check lasts long enough to write in, and what follows is calm.
NOTED = {"land": 60, "tell": 60, "sum": 60, "check": 60, "ask": 60, "sum2": 0, "fb": 600}
WORDS = "canary: niemand was van de storing"


class Written:
    """A table of three where a summary was written for the phone that is looked at: it tells in
    one of the turns, and all give back now."""

    def __init__(self, server: Server, page: Page) -> None:
        self.server, self.page = server, page
        one = step("listen", "listening", size=3, lengths=NOTED, summary_mode="note")
        self.session = server.begin(agenda=[one])
        self.code, self.console = self.session["code"], Console(server, self.session)
        self.others = [Phone(server, self.code) for _ in range(2)]

    def play(self) -> Written:
        self.page.goto(f"{self.server.url}/{self.code}")
        self.page.locator("#own button[value=yes]").click()
        self.page.locator("#own .state").wait_for()
        for other in self.others:
            assert "refused" not in other.act("join")
        self.console.must("next")
        self.console.must("next")
        self.page.locator("#own [data-roles]").wait_for(state="attached")
        roles = (self.page.locator("#own [data-roles]").get_attribute("data-roles") or "").split()
        turn = roles.index("teller")
        for _ in range(6 * turn + 3):
            self.console.must("skip", force=True)
        for other in self.others:
            own = re.findall(r'data-roles="([^"]*)"', unescape(other.own()))[0].split()
            if own[turn] == "listener":
                assert "refused" not in other.act("draft", text=WORDS, turn=turn)
        expect(self.form).to_be_hidden()  # they say whether it is right, and then are asked on
        self.console.must("skip", force=True)
        self.console.must("skip", force=True)
        expect(self.form).to_be_visible()
        return self

    @property
    def form(self) -> Any:
        return self.page.locator("#own form[data-act=verdict]")

    def close(self) -> None:
        for one in (self.console, *self.others):
            one.close()


def test_what_i_confirm_for_myself_is_on_this_phone_before_it_is_sent(
    crowd: Crowd, server: Server, tmp_path: Path
) -> None:
    page = crowd.open(size=PHONE)
    table = Written(server, page).play()
    sent = overheard(page)
    page.reload()
    server.kill9()
    crowd.forgive(*BROKEN_LINE)
    table.form.locator("textarea").fill(WORDS + ", en dat raakte mij")
    table.form.locator("[value=change]").click()
    kept = page.evaluate(KEPT)
    assert list(kept[0]["told"].values()) == [WORDS + ", en dat raakte mij"], "with no line at all"
    server.restart()
    expect(page.locator("#own [data-confirmed] [data-text]")).to_have_text(
        WORDS + ", en dat raakte mij"
    )
    expect(page.locator("#own [data-kept]")).to_be_visible()
    assert not wrong(page, "confirmed")
    page.reload()
    expect(page.locator("#own [data-confirmed] [data-text]")).to_have_text(
        WORDS + ", en dat raakte mij"
    )
    table.console = Console(server, table.session)
    table.console.must("stop")
    table.console.must("skip", force=True)
    table.console.must("next")
    card = page.locator("growth-card")
    expect(card.locator("[data-told] span")).to_have_text(WORDS + ", en dat raakte mij")
    with page.expect_download() as taken:
        card.locator("[data-file]").click()
    taken.value.save_as(tmp_path / "card.json")
    rounds = json.loads((tmp_path / "card.json").read_text())["rounds"]
    assert list(rounds[0]["told"].values()) == [WORDS + ", en dat raakte mij"]
    card.locator("label", has=page.locator("[name=asked][value=yes]")).click()
    assert "told" in page.evaluate(KEPT)[0], "what is filled in writes nothing over"
    page.goto(crowd.address("/mine/listening"))
    expect(card.locator("[data-rounds] li")).to_contain_text(WORDS)
    card.locator("#wipe-card summary").click()
    card.locator("[data-wipe]").click()
    assert page.evaluate(KEPT) is None
    assert any("verdict" in one for one in sent) and not [one for one in sent if "canary" in one]
    table.close()


def test_a_phone_that_keeps_nothing_says_so_and_shows_it(crowd: Crowd, server: Server) -> None:
    page = crowd.open(size=PHONE)
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked') } })"
    )
    table = Written(server, page).play()
    table.form.locator("[value=change]").click()
    text = page.locator("#own [data-confirmed] [data-text]")
    expect(text).to_have_text(WORDS)
    expect(page.locator("#own [data-unkept]")).to_be_visible()
    expect(page.locator("#own [data-kept]")).to_be_hidden()
    table.console.must("pause")
    expect(text).to_have_text(WORDS)
    table.close()


def test_a_tap_says_in_which_turn_it_was_made(crowd: Crowd, server: Server) -> None:
    page = crowd.open(size=PHONE)
    table = Written(server, page).play()
    sent = overheard(page)
    page.reload()
    expect(page.locator("#own .rate:visible")).to_have_count(0)  # what was written comes first
    table.form.locator("[value=change]").click()
    page.locator("#own .rate form.scale:visible button[value='4']").click()
    expect(page.locator("#own .rate:visible .step")).to_contain_text("2 ")
    (act,) = [one for one in sent if '"heard"' in one]
    turn = page.locator("listening-round stage-clock").get_attribute("data-turn-now")
    assert f'"turn":{turn}' in act
    table.close()
