"""The whole conversation, as it goes in a canteen: a laptop, a screen and twelve phones."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import cv2
import numpy as np
from playwright.sync_api import Locator, Page, expect

from tests.browser.browsers import LAPTOP, PHONE, WALL, Crowd, lay, put_down
from tests.server import Server

TAPS = 14  # from Start now to closed, the agreement included
SAID = (
    ("concern", "De overdracht is te kort"), ("idea", "Eén bord per lijn"),
    ("concern", "Het rooster komt te laat"), ("idea", "Begin samen met vijf minuten"),
    ("concern", "Gereedschap ligt niet op zijn plek"), ("idea", "Een bel bij de poort"),
    ("concern", "Niemand vertelt wat er stuk is"), ("idea", "Koffie bij de start"),
    ("concern", "Jan van lijn twee luistert nooit"), ("idea", "Handschoenen in alle maten"),
    ("concern", "De hal is koud in de ochtend"), ("idea", "Een whiteboard bij de lijn"),
)  # fmt: skip
PUT_FORWARD = (0, 1, 2, 3, 7, 8)  # whose pairs chose their card
PARKED, REMOVED = SAID[7][1], SAID[8][1]
ON_TABLE = [SAID[n][1] for n in (0, 1, 2, 3)]
AGREED = {"what": "Tien minuten overdracht aan het bord", "who": "Teamleiders lijn 2",
          "first_step": "Bord ophangen bij lijn 2"}  # fmt: skip


class Leader:
    """Whoever leads: every tap counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, what: Locator) -> None:
        """One tap."""
        self.taps += 1
        what.click()

    def next(self, shows: str) -> None:
        """Next: the console then shows this."""
        self.tap(self.page.locator(".dock form[data-move=next] button"))
        expect(self.page.locator(f"#view {shows}").first).to_be_visible()


NEARER = (1, 0.8, 0.6, 0.45, 0.35, 0.25)  # a camera that moves until it reads


def scanned(page: Page, place: str) -> str:
    """What a camera reads off the picture of this place.

    At one fixed distance OpenCV misses one code in a hundred: a phone tries again too.
    """
    picture = cv2.imdecode(
        np.frombuffer(page.locator(place).screenshot(), np.uint8), cv2.IMREAD_COLOR
    )
    for size in NEARER:
        seen_so = cv2.resize(picture, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
        text, *_ = cv2.QRCodeDetector().detectAndDecode(seen_so)
        if text:
            return str(text)
    return ""


def test_a_conversation_from_start_now_to_what_became_of_it(crowd: Crowd, server: Server) -> None:
    laptop = crowd.open(f"/?host={server.key}", LAPTOP)
    laptop.set_viewport_size({"width": WALL[0], "height": WALL[1]})
    start = Leader(laptop)
    start.tap(laptop.locator("form.begin button.primary"))
    laptop.wait_for_url(re.compile(r"/\d{6}/screen$"))
    code = re.search(r"/(\d{6})/", laptop.url)[1]  # type: ignore[index]
    screen = laptop

    lead = take_the_lead(crowd, screen, server, code)
    lead.taps = start.taps
    phones = come_in(crowd, screen, server, code)
    write(lead, screen, phones)
    talk(lead, screen, phones)
    choose(lead, screen, phones)
    sort(lead, screen)
    vote(lead, screen, phones)
    sum_up(lead, screen, phones)
    agree(lead, screen, phones)
    tap_twice(lead, screen, phones)

    lead.next(".closing")
    assert lead.taps <= TAPS, f"{lead.taps} taps"
    for phone in phones:
        expect(phone.locator(".closing h1")).to_be_visible()
    expect(screen.locator(".thanks h1")).to_be_visible()

    lead.tap(lead.page.locator("#seal-now summary"))
    lead.tap(lead.page.locator("#seal-now button"))
    for page in (*phones, lead.page, screen):
        page.wait_for_url(re.compile(r"/r/\w+"))
        expect(page.locator("main.sheet")).to_contain_text(AGREED["what"])
    assert all(f"s{code}" not in names(phone) for phone in phones), "a phone still has its key"
    is_kept(server)
    comes_of_it(screen, phones[0])


def take_the_lead(crowd: Crowd, screen: Page, server: Server, code: str) -> Leader:
    """The small code on the screen makes one phone the console."""
    expect(screen.locator(".big-qr svg")).to_be_visible()
    link = scanned(screen, ".lead")
    assert link.startswith(f"{server.url}/{code}/lead#k="), link
    page = crowd.open(link, PHONE)
    page.wait_for_url(f"**/{code}/console")
    assert "#" not in page.url
    expect(screen.locator(".lead.taken")).to_be_visible()
    crowd.forgive("status of 422")
    late = crowd.open(link, PHONE)  # it works once
    expect(late.locator("[data-said]")).to_have_text(
        late.locator("[data-said]").get_attribute("data-no") or ""
    )
    return Leader(page)


def come_in(crowd: Crowd, screen: Page, server: Server, code: str) -> list[Page]:
    """Twelve people scan the large code."""
    link = scanned(screen, ".big-qr")
    assert link == f"{server.url}/{code}".upper(), link
    phones = [crowd.open(link, PHONE, dark=n % 4 == 3) for n in range(len(SAID))]
    for phone in phones:
        expect(phone.locator(".kind-info .arrive")).to_be_visible()
    expect(screen.locator(".foot")).to_contain_text("12")
    return phones


def write(lead: Leader, screen: Page, phones: list[Page]) -> None:
    """Everybody writes one card. Until the lock nobody sees one, the leader included."""
    lead.next(".kind-ideas .step")
    for phone, (lane, text) in zip(phones, SAID, strict=True):
        put_down(phone, text, lane)
    expect(screen.locator(".count")).to_contain_text("10")
    for page in (screen, lead.page, *phones):
        assert not seen(page, "#view")
    for phone, (_, mine) in zip(phones, SAID, strict=True):
        assert seen(phone, "#own") == [mine]


def seen(page: Page, part: str) -> list[str]:
    """The cards that can be read in this part of a page."""
    text = page.locator(part).inner_text()
    return [said for _, said in SAID if said in text]


def talk(lead: Leader, screen: Page, phones: list[Page]) -> None:
    """With a neighbour, the phones face down."""
    lead.next(".kind-pairs")
    expect(screen.locator(".kind-pairs [data-part=tell_1] .word")).to_be_visible()
    expect(screen.locator(".dial [data-left]")).to_have_text(re.compile(r"^1:\d\d$"))
    for phone in phones:
        expect(phone.locator(".kind-pairs .down")).to_be_visible()


def choose(lead: Leader, screen: Page, phones: list[Page]) -> None:
    """Every pair puts one card on the table."""
    lead.next(".kind-ideas .sees")
    for n in PUT_FORWARD:
        phones[n].locator("[aria-pressed]").click()
        expect(phones[n].locator("#own [aria-pressed=true]")).to_be_visible()
    expect(screen.locator(".kind-ideas .count")).to_be_visible()
    assert not seen(screen, "#view") and not seen(lead.page, "#view")


def sort(lead: Leader, screen: Page) -> None:
    """After the lock only the leader sees cards: one is parked, one with a name in it goes."""
    lead.next(".slip >> nth=5")
    for text, way, reason in ((PARKED, "park", "not_now"), (REMOVED, "remove", "name")):
        slip = lead.page.locator(".slip", has_text=text)
        slip.locator(f"details:has(form[data-move={way}]) summary").click()
        slip.locator(f"form[data-move={way}] button[value={reason}]").click()
        expect(lead.page.locator(".slip:not(.parked)", has_text=text)).to_have_count(0)
    assert not seen(screen, "#view")
    lead.next("form[data-move=enlarge]")
    expect(screen.locator(".cards .card")).to_have_count(4)
    for text in ON_TABLE:
        expect(screen.locator(".cards")).to_contain_text(text)
    expect(screen.locator("#view")).not_to_contain_text(REMOVED)


def vote(lead: Leader, screen: Page, phones: list[Page]) -> None:
    """Two stones each; nobody sees a count before everybody does."""
    lead.next(".kind-vote .step")
    for n, phone in enumerate(phones):
        lay(phone, ON_TABLE[0], ON_TABLE[1 + n % 3])
        expect(phone.locator("#own .state")).to_be_visible()
    extra = phones[0].locator("[data-card]", has_text=ON_TABLE[3]).locator('[data-step="1"]')
    expect(extra).to_have_attribute("aria-disabled", "true")
    assert not seen(screen, "#view")
    lead.next(".kind-vote .tally")
    expect(screen.locator(".heaps .number")).to_have_text(["12", "4", "4", "4"])
    expect(phones[5].locator(".result .first .text")).to_have_text(ON_TABLE[0])
    expect(phones[5].locator("[data-mine]:visible")).to_have_count(2)


def sum_up(lead: Leader, screen: Page, phones: list[Page]) -> None:
    """Eleven say right, one says almost."""
    lead.next(".kind-summary_check .about")
    for n, phone in enumerate(phones):
        phone.locator(f"#own button[value={'right' if n else 'almost'}]").click()
        expect(phone.locator("#own [aria-pressed=true]")).to_be_visible()
    lead.next(".answers")
    expect(screen.locator(".verdict-says")).to_contain_text("9")
    expect(phones[3].locator(".verdict")).to_contain_text("9")


def agree(lead: Leader, screen: Page, phones: list[Page]) -> None:
    """One agreement, typed and kept with one tap."""
    lead.next("#promise-add")
    form = lead.page.locator("#promise-add form")
    for name, text in AGREED.items():
        form.locator(f"[name={name}]").fill(text)
    lead.tap(form.locator("button"))
    expect(lead.page.locator(".promises h3")).to_have_text(AGREED["what"])
    for page in (screen, phones[0], phones[11]):
        expect(page.locator("#view")).to_contain_text(AGREED["what"])


def tap_twice(lead: Leader, screen: Page, phones: list[Page]) -> None:
    """Two sentences, one tap each."""
    lead.next(".kind-pulse")
    for phone in phones:
        for sentence in ("gehoord", "verwacht"):
            expect(phone.locator("#own h2")).to_contain_text(sentence)
            phone.locator("#own button[value='4']").click()
        expect(phone.locator("#own .wait")).to_be_visible()


def names(page: Page) -> list[str]:
    """The names of the cookies in this browser."""
    return [cookie["name"] for cookie in page.context.cookies()]


def is_kept(server: Server) -> None:
    """The file says what was said, no more; all else is gone."""
    left = [p.name for part in ("live", "keys") for p in (server.folder / part).iterdir()]
    assert left == []
    (path,) = server.folder.glob("*/results.json")
    text = path.read_text()
    parts = {one["kind"]: one for one in json.loads(text)["activities"]}
    cards = {card["text"]: card for card in parts["ideas"]["items"]}
    assert set(cards) == {said for _, said in SAID} - {REMOVED}
    assert REMOVED not in text
    assert all(cards[said]["lane"]["id" if "id" in cards[said]["lane"] else "look"] == lane
               for lane, said in SAID if said in cards)  # fmt: skip
    assert cards[PARKED]["parked"] == "not_now"
    assert {said for said, card in cards.items() if card["shown"]} == set(ON_TABLE)
    assert {"measure": "removed:name", "n": 1, "value": 1} in parts["ideas"]["findings"]
    dots = Counter({row["text"]: row["dots"] for row in parts["vote"]["items"]})
    assert dots == {ON_TABLE[0]: 12, ON_TABLE[1]: 4, ON_TABLE[2]: 4, ON_TABLE[3]: 4}
    assert dots.total() == 2 * len(SAID)
    assert parts["summary_check"]["facts"]["verdict"] == "first_time"
    assert value(parts["summary_check"], "try.1") == {"right": 11, "almost": 1, "no": 0}
    (agreed,) = parts["commitments"]["items"]
    assert agreed.items() >= AGREED.items()
    assert {f["value"]["4"] for f in parts["pulse"]["findings"]} == {12}
    assert json.loads(text)["session"]["present"] == 10  # in steps


def value(part: dict[str, Any], measure: str) -> Any:
    """What was measured under this name."""
    return next(f["value"] for f in part["findings"] if f["measure"] == measure)


def comes_of_it(laptop: Page, phone: Page) -> None:
    """The report leads to a page that says what becomes of it; only the facilitator writes there."""
    phone.locator(".follow a").click()
    expect(phone.locator(".deal h2")).to_have_text(AGREED["what"])
    expect(phone.locator("form")).to_have_count(0)
    laptop.locator(".follow a").click()
    laptop.locator(".deal summary").click()
    laptop.locator(".deal .choice:has([value=done])").click()
    laptop.locator("textarea[name=note]").fill("Het bord hangt.")
    laptop.locator(".deal form button").click()
    expect(laptop.locator(".deal.done")).to_be_visible()
    phone.reload()
    expect(phone.locator(".deal.done")).to_contain_text("Het bord hangt.")
