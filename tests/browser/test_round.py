"""A whole listening round: thirty people, twelve of them in browsers, with seconds for minutes."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from facilitator import formats
from tests.browser.browsers import LAPTOP, PHONE, WALL, Conversation, Crowd
from tests.server import HASTY, Console, Phone, Server
from tests.server import step as part

#: Seconds of each part: a turn lasts 24.
LENGTHS = {"land": 3, "tell": 5, "sum": 4, "check": 4, "ask": 4, "fb": 4}
TURN = sum(LENGTHS.values())
A_DAY = 24 * 3600 * 1000  # ms
IN_BROWSERS, IN_ALL = 12, 30
NOBODY = ("away", "out", "waiting", "alone")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One that lets the parts of a round be short."""
    with Server(program=("-c", HASTY)) as started:
        yield started


def trio(**lengths: float) -> list[dict[str, Any]]:
    """F02, its talk in seconds."""
    steps = formats.told(formats.preset("luisterronde-trio", "standaard")[1].steps)
    for step in steps:
        if step["kind"] == "listening":
            step["set"] |= {"lengths": lengths or LENGTHS}
    return steps


def mine(html: str) -> dict[str, Any]:
    """What a phone that nobody looks at was told about its own turns."""
    found = re.search(r"data-mine='([^']*)'|data-mine=\"([^\"]*)\"", html)
    roles = re.search(r'data-roles="([^"]*)"', html)
    told = json.loads(unescape(found[1] or found[2])) if found else {}
    return {**told, "roles": roles[1].split()} if roles and roles[1] else told


def of_page(page: Page) -> dict[str, Any]:
    """The same, of a phone in a browser."""
    return mine(page.locator("#own").inner_html())


def hurry(page: Page, says: str) -> None:
    """Wait until the phone shows this heading, of whatever is hidden nothing."""
    page.wait_for_function(
        """says => [...document.querySelectorAll("#view h1")]
           .some(h => !h.closest("[hidden]") && h.textContent.includes(says))""",
        arg=says, timeout=90_000,
    )  # fmt: skip


def until(console: Console, turn: int, part: str) -> None:
    """Wait until the room's clock has come to a part of a turn."""
    parts = schedule(console)
    begins = next(p["from"] for p in parts if (p["turn"], p["name"]) == (turn, part))
    clock = float(console.server.get("/now").text)
    time.sleep(max(0.0, begins - clock) + 0.3)


def schedule(console: Console) -> list[dict[str, Any]]:
    """The parts of the talk with their times, as the console has them."""
    html = console.join()["html"]
    found = re.findall(r"data-parts='([^']*)'", html)
    return next(
        parts for one in found if (parts := json.loads(unescape(one))) and "turn" in parts[0]
    )


@pytest.fixture
def own_server() -> Any:
    """A server of this test alone: it is killed halfway."""
    with Server(program=("-c", HASTY)) as started:
        yield started


@pytest.mark.long
def test_thirty_people_play_a_round_and_all_end_on_the_same_gong(
    browser: Any, own_server: Server
) -> None:
    crowd = Crowd(browser, own_server)
    crowd.forgive("WebSocket", "ERR_CONNECTION", "Failed to load resource", "status of 403")
    session = own_server.begin(agenda=trio(), title="Luisterronde", ready=True)
    code = session["code"]
    console = Console(own_server, session)
    pages = []
    for n in range(IN_BROWSERS):
        page = crowd.open(size=PHONE, lang="en" if n % 4 == 3 else "nl")
        if n % 2:  # half of them a day off
            page.add_init_script(f"const t = Date.now; Date.now = () => t() + {A_DAY}")
        page.goto(f"{own_server.url}/{code}")
        pages.append(page)
    phones = [Phone(own_server, code) for _ in range(IN_ALL - IN_BROWSERS)]
    for _ in range(8):  # energy and how we listen, up to the round
        if "kind-listening" in console.join()["html"]:
            break
        console.must("next")
    for page in pages:
        page.locator("#own button[value=yes]").click()
        page.locator("#own .state").wait_for()
    for phone in phones:
        assert "refused" not in phone.act("join")
    console.must("next")
    for page in pages:
        page.locator("#own .table b").wait_for()
    assert len({page.locator("#own .table b").inner_text() for page in pages}) > 1
    pages[0].locator("#own form[data-act=ready] button").click()
    console.must("next")
    for page in pages:
        page.locator("#own [data-mine]").wait_for(state="attached")

    # The first turn: everybody in a browser sees the role that is theirs.
    until(console, 0, "tell")
    headings = {"teller": ("Vertel.", "Tell."), "listener": ("Luister.", "Listen."),
                "observer": ("Kijk naar de luisteraar.", "Watch the listener.")}  # fmt: skip
    for n, page in enumerate(pages):
        hurry(page, headings[of_page(page)["roles"][0]][n % 4 == 3])
    late = [Phone(own_server, code) for _ in range(3)]
    for phone in late:
        assert "refused" not in phone.act("join")
    until(console, 0, "check")
    answered = tell_all(pages, phones)
    assert answered >= 8

    # Two leave, ten lose their line, and the server is killed in the middle of the second turn.
    until(console, 1, "tell")
    leavers = [p for p in phones if mine(p.own())["roles"][1] != "teller"][:2]
    for phone in leavers:
        assert "refused" not in phone.act("leave")
    for phone in phones[2:12]:
        phone.close()
        phone.join()
    before = schedule(console)
    own_server.kill9()
    own_server.restart()
    console.close()
    for one in (*phones, *late):
        one.close()
        one.join()
    for page in pages:
        page.wait_for_function("() => document.querySelector('#connection').hidden", timeout=30_000)
    console.join()
    assert schedule(console) == before, "a restart moves no clock"

    until(console, 2, "fb")
    staying = [p for p in (*phones, *late) if p not in leavers]
    tell_all(pages, staying, act="heard", value="5")
    ends = {
        json.loads(page.locator("#view stage-clock").get_attribute("data-parts") or "[]")[-1]["to"]
        for page in pages
    }
    assert ends == {before[-1]["to"]}, "one gong for all"
    for page in pages:
        page.wait_for_function(
            "() => document.querySelector('stage-clock')?.dataset.now === 'after'", timeout=60_000
        )
    told = [Counter(mine(p.own())["roles"])["teller"] for p in phones if p not in leavers]
    told += [Counter(of_page(page)["roles"])["teller"] for page in pages]
    assert set(told) == {1}, "everybody who stayed had one turn"
    for phone in late:
        assert not set(mine(phone.own())["roles"][1:]) & set(NOBODY)

    console.must("next")
    for page in pages:
        expect(page.locator("growth-card")).to_be_visible()
    crowd.close()  # before the seal sends every page elsewhere
    console.must("close", force=True)
    console.must("seal")
    kept = json.loads((own_server.home(code) / "results.json").read_text())
    listened = next(a for a in kept["activities"] if a["kind"] == "listening")
    assert {f["measure"] for f in listened["findings"]} >= {"heard", "summary"}
    assert not re.search(r'"(table|chair|turn|roles?|id_of|met)"', json.dumps(listened))
    for one in (console, *phones, *late):
        one.close()
    crowd.assert_calm()


def tell_all(
    pages: list[Page], phones: list[Phone], act: str = "check", value: str = "right"
) -> int:
    """Every teller of the turn that is on answers; how many did."""
    answered = 0
    for page in pages:
        button = f":is(#view, #own) form[data-act={act}] button[value='{value}']:visible"
        if page.locator(button).count():
            page.locator(button).first.click()
            answered += 1
    for phone in phones:
        fields = {"answer": value} if act == "check" else {"value": value}
        answered += "refused" not in phone.act(act, **fields)
    return answered


def test_each_part_is_told_once_and_works_by_keyboard(crowd: Crowd, server: Server) -> None:
    """Who listens to the page hears each part once; a check is given with the keyboard."""
    alone = {"id": "l", "kind": "listening", "title": {"nl": "Ronde", "en": "Round"}, "minutes": 2,
             "question": {"nl": "Vertel iets.", "en": "Tell something."},
             "set": {"size": 2, "lengths": {"land": 4, "tell": 4, "sum": 4, "check": 9, "ask": 4,
                                            "fb": 4}}}  # fmt: skip
    session = server.begin(agenda=[alone], ready=True)
    console, other = Console(server, session), Phone(server, session["code"])
    page = crowd.open(f"/{session['code']}")
    page.evaluate(
        """() => { window.told = []
          new MutationObserver(() => told.push(document.getElementById("announce").textContent))
            .observe(document.getElementById("announce"), { childList: true, characterData: true, subtree: true }) }"""
    )
    page.locator("#own button[value=yes]").click()
    page.locator("#own .state").wait_for()
    other.act("join")
    console.must("next")
    page.locator("#own .table").wait_for()
    console.must("next")
    page.locator("#own [data-mine]").wait_for(state="attached")
    role = of_page(page)["roles"][0]
    if role == "teller":
        hurry(page, "Klopt wat je hoorde?")
        page.locator("button.say.right").focus()
        page.keyboard.press("Enter")
        expect(page.locator("button.say.right")).to_have_attribute("aria-pressed", "true")
    hurry(page, "Hoe was het?" if role == "teller" else "Jij eerst")
    told = Counter(page.evaluate("told"))
    assert told and max(told.values()) == 1, told
    console.close()
    other.close()


def test_the_room_sees_the_clock_and_the_word(crowd: Crowd, server: Server) -> None:
    """The screen says what is on; paused it says so; it never shows a name or a card."""
    begun = Conversation(crowd, agenda=trio(land=2, tell=60, sum=4, check=4, ask=4, fb=4))
    begun.others(6)
    for phone in begun.hands:
        if isinstance(phone, Phone):
            phone.join()
    lead = begun.lead
    for _ in range(8):
        if "kind-listening" in lead.join()["html"]:
            break
        lead.must("next")
    for phone in [one for one in begun.hands if isinstance(one, Phone)]:
        phone.act("join")
    lead.must("next")
    lead.must("next")
    screen = begun.led("screen", WALL)
    expect(screen.get_by_text("LUISTEREN", exact=True).first).to_be_visible(timeout=15_000)
    lead.must("pause")
    expect(screen.locator("[data-is-paused]")).to_be_visible()
    lead.must("resume")
    expect(screen.locator("[data-is-paused]")).to_have_count(0)
    begun.close()


@pytest.mark.parametrize("kind", ["listening", "pairs"])
@pytest.mark.parametrize(
    "more", ["", " Wat gebeurde er, wie was erbij, en wat had jij toen graag gewild?"]
)
def test_no_text_crosses_the_horizon(crowd: Crowd, kind: str, more: str) -> None:
    """A question of two lines or three leaves room for who does what, and for whom it is."""
    told = "Vertel over een moment op je werk dat je bijblijft." + more
    agenda = [part("one", kind, find="table") | {"question": {"nl": told, "en": told}}]
    begun = Conversation(crowd, format=None, agenda=agenda, ready=True)
    people = begun.others(3)
    for phone in people:
        phone.join()
        phone.act("join")
    begun.lead.must("next")
    begun.lead.must("next")
    screen = begun.led("screen", WALL)
    screen.locator(".now .roles:visible").wait_for()
    lowest = screen.evaluate(LOWEST)
    assert lowest < 0.76, (told, lowest)
    begun.close()


def sit(begun: Conversation, people: int, **said: str) -> list[Phone]:
    """So many take part, and tables are made."""
    phones = begun.others(people)
    for phone in phones:
        phone.join()
        phone.act("join", **said)
    begun.lead.must("next")
    return phones


@pytest.mark.parametrize("kind", ["listening", "pairs"])
def test_while_a_room_has_a_clock_of_its_own_the_console_shows_that_alone(
    crowd: Crowd, kind: str
) -> None:
    """How long the step lasts comes back when all parts are over; then nothing is left to lengthen or stop."""
    hasty = {"tell": 5.0, "sum_up": 0.0, "choose": 0.0} if kind == "pairs" else {"size": 2}
    cue = {"cue": {"nl": "Kies niet je zwaarste verhaal.", "en": "Not your heaviest story."}}
    agenda = [part("one", kind, find="table", **hasty) | cue]
    begun = Conversation(crowd, format=None, agenda=agenda, ready=True)
    sit(begun, 2)
    console = begun.led("console", LAPTOP)
    step, own = (
        console.locator(".plan .time"),
        console.locator(".tools .running .time, .tools .time"),
    )
    expect(step).to_be_visible()
    expect(console.locator(".cue")).to_be_visible()
    begun.lead.must("next")
    expect(own.first).to_be_visible()
    expect(step).to_be_hidden()
    expect(console.locator(".plan .beads")).to_be_hidden()
    expect(console.locator(".cue")).to_be_visible(visible=kind == "pairs")
    steers = console.locator(".tools .longer button:visible, .tools [id$=-stop]:visible")
    assert steers.count() >= 4
    over = console.get_by_text("Alle delen zijn voorbij.")

    def ends() -> None:
        """One part, or all of them."""
        begun.lead.must("stop") if kind == "pairs" else begun.lead.must("skip", force=True)

    for _ in range(20):
        if over.is_visible():
            break
        ends()
        console.wait_for_timeout(200)
    expect(over).to_be_visible()
    expect(steers).to_have_count(0)
    expect(console.locator("#listening-tip")).to_be_hidden()
    expect(own.first).to_be_hidden()
    expect(step).to_be_visible()
    begun.close()


def test_who_skips_the_question_is_asked_again_in_the_next_turn(crowd: Crowd) -> None:
    lengths = dict.fromkeys(("land", "tell", "sum", "check", "ask", "fb"), 60.0)
    agenda = [part("one", "listening", size=2, lengths=lengths)]
    begun = Conversation(crowd, format=None, agenda=agenda, ready=True)
    sit(begun, 2)
    console = begun.console
    begun.lead.must("next")
    for _ in range(3):
        begun.lead.must("skip", force=True)
    console.locator("#listening-skip summary").click()
    console.locator("#listening-skip button").click()
    expect(console.locator("#listening-skip")).to_be_hidden()
    assert console.locator("#listening-skip[open]").count() == 0
    begun.close()


@pytest.mark.parametrize("across", ["of-40", "of-70", "of-104"])
def test_the_tick_of_a_table_that_sits_leaves_its_animal_free(crowd: Crowd, across: str) -> None:
    begun = Conversation(crowd, format=None, agenda=[part("one", "listening", size=2)], ready=True)
    [one, *_] = sit(begun, 4)
    one.act("ready")
    screen = begun.led("screen", WALL)
    screen.locator(".tables .sits > .icon").wait_for()
    # As where there are many tables; the one that sits has a number of two digits.
    over = screen.evaluate(
        """across => {
          document.querySelector(".tables").className = `tables ${across}`
          const table = document.querySelector(".tables .sits")
          table.querySelector(".n").textContent = "26"
          const [tick, animal] = [table.querySelector(":scope > .icon"), table.querySelector(".table-badge > g:last-child")].map(it => it.getBoundingClientRect())
          return Math.min(tick.right - animal.left, animal.bottom - tick.top)
        }""",
        across,
    )
    assert over <= 0, over
    begun.close()


#: How far down the words of the part that is on come, as a share of the screen.
LOWEST = """() => Math.max(...[...document.querySelectorAll(".now *")]
    .map(one => one.getBoundingClientRect().bottom)) / innerHeight"""


def test_a_step_begins_at_the_top_of_the_console_with_the_whole_question(crowd: Crowd) -> None:
    """Also where what came before was read to its end."""
    told = "Vertel over een moment waarop de overdracht misging, en zeg wat jij toen deed of liet."
    agenda = [part("one", "listening") | {"question": {"nl": told, "en": told}}]
    begun = Conversation(crowd, format=None, agenda=agenda, ready=True)
    begun.others(6)
    console = begun.console
    field = console.locator("#listening-question")
    hidden = field.evaluate(
        "it => [it.scrollHeight - it.clientHeight, it.scrollWidth - it.clientWidth]"
    )
    assert max(hidden) <= 1, "the whole question is seen"
    desk = console.locator(".desk")
    desk.evaluate("it => it.scrollTo(0, it.scrollHeight)")
    assert desk.evaluate("it => it.scrollTop") > 0
    begun.next()
    assert desk.evaluate("it => it.scrollTop") == 0
    begun.close()
