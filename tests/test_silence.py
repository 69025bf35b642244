"""Before the lock nobody sees anything: not the screen, not another phone, not the console."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest

from facilitator.breath import PEOPLE_EVERY
from tests.server import CARDS, VOTE, Client, Console, Phone, Screen, Server, ballot_ids, slips

TEXTS = ["Het hek klemt als het regent", "Een bel bij de poort", "Te weinig karren op maandag",
         "Wie begint er eigenlijk", "Handschoenen in maat zes", "Laat de pauze om tien uur",
         "De printer staat te ver weg"]  # fmt: skip
#: The numbers of cards at which the words about the jar change.
STEPS = (1, 5, 10, 20)
QR = re.compile(r'<svg class="qr".*?</svg>', re.S)  # it spells the code
CHANGING = re.compile(
    r"\b[0-9a-f]{16}\b|\b\d{6,8}\b|\b\d{3,4} \d{3,4}\b|\b\d{10}\.\d+|\.[0-9a-f]{40}"
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as server:
        yield server
        server.assert_calm()


class Room:
    """A few phones, a screen and a console in one session."""

    def __init__(self, server: Server, phones: int) -> None:
        self.session = server.begin(agenda=[CARDS, VOTE])
        code = self.session["code"]
        self.phones = [Phone(server, code, "en" if n % 3 == 2 else "nl") for n in range(phones)]
        self.screen, self.console = Screen(server, self.session), Console(server, self.session)
        self.everybody: list[Client] = [*self.phones, self.screen, self.console]
        self.still()

    def still(self) -> None:
        """Wait until nothing moves any more, and begin counting anew."""
        while any([one.quiet(0.1) for one in self.everybody]):
            pass
        for one in self.everybody:
            one.frames.clear()

    def heard(self, *but: Client) -> dict[str, list[str]]:
        """What everybody else heard since then, in words."""
        self.quiet = [one.quiet(0.15 if one is self.console else 0) for one in self.everybody]
        return {f"{one.audience} {n}": [frame.event for frame in one.frames]
                for n, one in enumerate(self.everybody) if one.frames and one not in but}  # fmt: skip

    def close(self) -> None:
        for one in self.everybody:
            one.close()


@pytest.fixture
def room(server: Server) -> Iterator[Room]:
    made = Room(server, 6)
    time.sleep(PEOPLE_EVERY + 0.5)  # until the phones were told who else came in
    yield made
    made.close()


def text_in(client: Client, texts: list[str]) -> list[str]:
    """Which of these texts this page was ever sent."""
    sent = unescape(str(client.welcome) + "".join(str(frame.payload) for frame in client.frames))
    return [text for text in texts if text in sent]


def test_these_tests_can_fail(room: Room) -> None:
    """After *show* the texts are there: the reading would have seen them before."""
    room.phones[0].act("add", lane="idea", text=TEXTS[0])
    room.console.must("show")
    for one in room.everybody:
        one.wait_for_view(TEXTS[0])
        assert text_in(one, TEXTS) == TEXTS[:1]


def test_nobody_reads_along_before_the_lock(room: Room) -> None:
    author, others = room.phones[0], [one for one in room.everybody if one is not room.phones[0]]
    for text in TEXTS[:5]:
        assert "refused" not in author.act("add", lane="concern", text=text)
    card = next(iter(author.cards()))
    author.act("change", id=card, text="Toch maar anders gezegd")
    author.act("withdraw", id=card)
    room.heard()
    said = [*TEXTS, "Toch maar anders gezegd"]
    for one in others:
        assert text_in(one, said) == [], one.audience
        assert text_in(one, [card]) == []
        page = one.browser.get(one.url(f"/{one.audience}" if one.audience != "phone" else ""),
                               timeout=10).text  # fmt: skip
        assert [text for text in said if text in unescape(page)] == []
    room.console.must("lock")
    assert sorted(slips(room.console.wait_for_view(TEXTS[1]).html)) == sorted(
        text for text in TEXTS[:5] if text in text_in(room.console, TEXTS)
    )
    room.heard()
    for one in others:
        if one is not room.console:
            assert text_in(one, said) == [], one.audience


def test_a_card_moves_nothing_but_the_word_for_the_jar(room: Room) -> None:
    """The only frames that a card causes: the screen and the console, when a step is reached."""
    for laid in range(1, 13):
        author = room.phones[laid % 6]
        room.still()
        assert "refused" not in author.act("add", lane="idea", text=f"kaart {laid}")
        if laid in STEPS:
            room.screen.wait_for("view")
            room.console.wait_for("view")
        told = room.heard()
        led = {who for who in told if not who.startswith("phone")}
        assert not [who for who in told if who.startswith("phone")], (laid, told)
        assert bool(led) is (laid in STEPS), (laid, told)
        assert all(frames == ["view"] for frames in told.values()), told
    room.still()
    author = room.phones[0]
    card = next(iter(author.cards()))
    room.still()
    author.act("change", id=card, text="anders")
    author.act("withdraw", id=card)
    assert room.heard() == {}


def test_a_phone_that_wrote_gets_the_same_frames_as_one_that_did_not(room: Room) -> None:
    author, silent = room.phones[0], room.phones[1]
    room.still()
    author.act("add", lane="idea", text=TEXTS[0])
    room.console.must("lock")
    room.console.must("unlock")
    room.heard()
    views = [[frame.html for frame in one.of("view")] for one in (author, silent)]
    assert views[0] == views[1]


def test_the_console_gets_the_cards_in_an_order_that_says_nothing(server: Server) -> None:
    """By their random ids: never the order of writing, and all of one person's apart."""
    room = Room(server, 5)
    for n, text in enumerate(TEXTS[:5] * 2):
        room.phones[n % 5].act("add", lane="idea", text=f"{text} {n}")
    room.console.must("lock")
    html = room.console.wait_for_view(TEXTS[0]).html
    ids = list(dict.fromkeys(re.findall(r'name="id" value="([0-9a-f]{16})"', html)))
    assert len(ids) == 10 and ids == sorted(ids)
    room.console.must("show")
    room.console.must("next")
    ballots = [ballot_ids(one.wait_for_view('name="choices[').html) for one in room.phones]
    assert all(sorted(ballot) == sorted(ids) for ballot in ballots)
    assert all(ballot == ballots[0] for ballot in ballots)
    room.close()


VERSION = re.compile(r'name="version" value="\d+"|data-moved="\d*"')


def told(frames: list[Any]) -> list[str]:
    """Frames as a stranger would compare them: without ids, codes, keys and times; cards, whose
    order is random, in one order."""
    told = []
    for frame in frames:
        html = unescape(CHANGING.sub("*", VERSION.sub("", QR.sub("", frame.html))))
        found = [text for text in TEXTS if text in html]
        for text in found:
            html = html.replace(text, "TEXT")
        told.append(f"{sorted(found)} {sorted(html.split())}")
    return list(dict.fromkeys(told))


def test_whoever_wrote_what_the_screen_shows_the_same(server: Server) -> None:
    """Two sessions with the same cards and stones from other hands, in another order."""
    seen = []
    for shuffle in (1, 2):
        chance = random.Random(shuffle)
        texts, stones = TEXTS[:5], [0, 0, 0, 1, 2]
        room = Room(server, 5)
        hands = list(range(5))
        chance.shuffle(hands)
        order = list(range(5))
        chance.shuffle(order)
        for n in order:
            room.phones[hands[n]].act("add", lane="idea", text=texts[n])
        room.console.must("lock")
        room.screen.wait_for("view", lambda frame: "kind-ideas" in frame.html)
        room.still()
        room.console.must("show")
        cards = room.phones[0].wait_for_view(texts[0]).html
        room.console.must("next")
        for one in room.phones:
            ballot = one.wait_for_view('name="choices[').html
        ids = {text: id for text, id in re.findall(
            r'</i>([^<]*)<input[^>]*name="choices\[(\w+)\]', ballot)}  # fmt: skip
        assert set(ids) == set(texts) and cards
        chance.shuffle(hands)
        for n in order:
            answer = room.phones[hands[n]].act("cast", choices={ids[texts[stones[n]]]: 1})
            assert "refused" not in answer
        room.console.must("show")
        room.screen.wait_for("view", lambda frame: "vote-rows" in frame.html)
        room.heard()
        by_step = [frame for frame in room.screen.of("view") if "cast" not in frame.html]
        seen.append((told(by_step), told(room.console.of("view")[-1:])))
        room.close()
    assert seen[0] == seen[1]
