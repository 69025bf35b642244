"""The live contract, against the real server process: every page, every event, every refusal."""

from __future__ import annotations

import csv
import datetime
import io
import json
import random
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import requests
import socketio
import websocket

from facilitator.activities import catalogue
from tests.server import (
    CARDS,
    PROMISES,
    VOTE,
    Client,
    Console,
    Phone,
    Screen,
    Server,
    at_once,
    ballot_ids,
    slips,
    step,
)

CHECKIN = step("energy", "checkin", word=True)
LINKS = {"code", "join_url", "screen_url", "console_url", "results_url", "series_url"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
Begin = Callable[..., dict[str, str]]


@pytest.fixture(scope="module")
def house() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def server(house: Server) -> Iterator[Server]:
    """The one server of this file; whatever a test does to it, it may not have failed inside."""
    before = len(house.stderr())
    yield house
    house.assert_calm(before)
    assert house.process and house.process.poll() is None
    assert house.get("/healthz").text == "ok\n"


@pytest.fixture
def begin(server: Server) -> Begin:
    """Begins a session with a short agenda."""
    return lambda **wishes: server.begin(**{"agenda": [CARDS, VOTE, PROMISES], **wishes})


@pytest.fixture
def come(server: Server) -> Iterator[Callable[..., Any]]:
    """Somebody comes in, and leaves when the test is over."""
    here: list[Client] = []

    def come(who: type[Client], *where: Any, **how: Any) -> Any:
        here.append(who(server, *where, **how))
        return here[-1]

    yield come
    for one in here:
        one.close()


def written(phone: Phone, *texts: str) -> None:
    """This phone lays these cards."""
    for text in texts:
        answer = phone.act("add", lane="idea", text=text)
        assert "refused" not in answer, answer


def sealed(server: Server, session: dict[str, str], console: Console) -> str:
    """Close and seal a session: its report link."""
    console.must("close", force=True)
    console.must("seal")
    key: str = server.entered(session["code"])["report_key"]
    return f"/r/{key}"


# -- beginning


def test_a_tool_starts_a_session_and_gets_its_links(server: Server) -> None:
    answer = server.post("/sessions", json={"format": "werkvloergesprek-30"}, headers=server.bearer)
    assert answer.status_code == 201
    links = answer.json()
    assert set(links) == LINKS
    base = f"{server.url}/{links['code']}"
    assert re.fullmatch(r"\d{6,8}", links["code"])
    assert links["join_url"] == base
    assert re.fullmatch(re.escape(base) + r"/screen#k=screen\.\w{40}", links["screen_url"])
    assert re.fullmatch(re.escape(base) + r"/console#k=console\.\w{40}", links["console_url"])
    assert links["results_url"] == f"{base}/results"
    assert re.fullmatch(re.escape(server.url) + r"/t/[2-9A-HJ-NP-Z]{12}", links["series_url"])


def test_the_facilitators_cookie_starts_a_session_too(server: Server) -> None:
    browser = server.host()
    answer = browser.post(f"{server.url}/sessions", json={"lang": "en"}, timeout=10)
    assert answer.status_code == 201 and set(answer.json()) == LINKS
    assert "host" in browser.cookies and server.key not in str(browser.cookies)


def test_a_form_leads_to_the_screen(server: Server) -> None:
    browser = server.host()
    where = {"format": "werkvloergesprek-30", "preset": "kort", "topic": "Laden en lossen"}
    answer = browser.post(f"{server.url}/sessions", data=where, timeout=10, allow_redirects=False)
    assert answer.status_code == 303 and re.fullmatch(r"/\d+/screen", answer.headers["Location"])
    screen = browser.get(server.url + answer.headers["Location"], timeout=10)
    assert screen.status_code == 200 and "Laden en lossen" in screen.text


@pytest.mark.parametrize("proof", [{}, {"Authorization": "Bearer x"}, {"Cookie": "host=host.00"},
                                   {"Cookie": "host=é"}, {"Authorization": "Bearer é"}])  # fmt: skip
def test_who_leads_nothing_starts_nothing(server: Server, proof: dict[str, str]) -> None:
    proof = {name: value.encode() for name, value in proof.items()}  # type: ignore[misc]
    answer = server.post("/sessions", json={}, headers=proof)
    assert answer.status_code == 403 and answer.json()["refused"] == "key_needed"


@pytest.mark.parametrize(
    "wishes",
    [
        {"format": "nope"}, {"preset": "nope"}, {"format": ["x"]}, {"preset": ["x"]},
        {"agenda": 5}, {"agenda": [5]}, {"agenda": [{"id": "a", "kind": "nope"}]},
        {"agenda": [step("a", "nope")]}, {"agenda": [step("a", "ideas", nope=1)]},
        {"agenda": [CARDS, CARDS]}, {"agenda": [VOTE]}, {"answer_by": "tomorrow"},
        {"answer_by": 5}, {"agenda": [step("a", "ideas", most="x")]}, [], 5, "x",
    ],
    ids=str,
)  # fmt: skip
def test_a_start_that_makes_no_sense_is_refused_in_a_sentence(server: Server, wishes: Any) -> None:
    before = len(list((server.folder / "live").iterdir()))
    answer = server.post("/sessions", json=wishes, headers=server.bearer)
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["message"].endswith(".")
    assert len(list((server.folder / "live").iterdir())) == before


@pytest.mark.parametrize("lang", [5, ["nl"], {"a": 1}, None, "fr"])
def test_an_odd_language_is_no_reason_to_refuse(server: Server, lang: Any) -> None:
    assert server.begin(lang=lang, title=5, topic=["x"])


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b"[" * 30_000, b'{"title": NaN}', b'{"title": "\\ud800"}', b""]
)
def test_broken_json_is_answered_in_a_sentence(server: Server, body: bytes) -> None:
    headers = {**server.bearer, "Content-Type": "application/json"}
    answer = server.post("/sessions", data=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.json()["refused"] == "not_understood"


def test_the_agenda_for_tools(server: Server, begin: Begin) -> None:
    code = begin()["code"]
    items = server.get(f"/{code}/agenda.json", headers=server.bearer).json()
    assert [item["id"] for item in items] == ["cards", "stones", "agreed"]
    assert all(set(item) == {"id", "kind", "title", "minutes", "current"} for item in items)
    assert [item["current"] for item in items] == [True, False, False]
    assert server.get(f"/{code}/agenda.json").status_code == 403


# -- coming in


def test_everyone_who_joins_gets_the_whole_picture(begin: Begin, come: Any) -> None:
    session = begin()
    phone, screen = come(Phone, session["code"]), come(Screen, session)
    console = come(Console, session)
    for one in (phone, screen, console):
        assert one.welcome["activity"] == "cards" and isinstance(one.welcome["version"], int)
        assert "Vraag van cards?" in one.welcome["html"] or one is console
        assert abs(one.welcome["now"] - time.time()) < 30
    assert "own" in phone.welcome
    assert "own" not in screen.welcome and "own" not in console.welcome


def test_a_key_may_also_come_along_with_join(server: Server, begin: Begin, come: Any) -> None:
    session = begin()
    console = come(Console, session)
    stranger = come(Phone, session["code"])
    assert "refused" not in stranger.join(audience="console", key=console.key)
    assert stranger.ask("move", {"name": "lock", "fields": {}}).get("version")


def test_the_facilitators_browser_needs_no_key(server: Server, begin: Begin, come: Any) -> None:
    code = begin()["code"]
    phone = come(Phone, code, join=False)
    phone.browser.cookies.update(server.host().cookies)
    assert "refused" not in phone.join(audience="console")
    assert phone.browser.get(phone.url("/console"), timeout=10).status_code == 200


def test_each_phone_in_its_own_language(begin: Begin, come: Any) -> None:
    session = begin()
    an, bob = come(Phone, session["code"], "nl"), come(Phone, session["code"], "en")
    assert "Vraag van cards?" in an.welcome["html"]
    assert "Question of cards?" in bob.welcome["html"]
    console = come(Console, session)
    console.must("open", activity="stones")
    an.wait_for_view("Vraag van stones?")
    bob.wait_for_view("Question of stones?")
    assert "Question" not in "".join(frame.html for frame in an.of("view"))


def test_a_refusal_speaks_the_language_of_the_phone(begin: Begin, come: Any) -> None:
    code = begin()["code"]
    bob = come(Phone, code, "en")
    said = [bob.ask("join", {"code": "000000", "audience": "phone", "lang": lang})["message"]
            for lang in ("nl", "en")]  # fmt: skip
    assert bob.act("add", lane="idea", text="")["message"] == "Write something first."
    stranger = Phone(bob.server, code, join=False)
    stranger.connect()
    unknown = [stranger.ask("join", {"code": "000000", "audience": "phone", "lang": lang})
               for lang in ("nl", "en", "xx", "nl-BE")]  # fmt: skip
    stranger.close()
    assert said[0] == said[1]  # who is in, is answered in the language of the page
    assert unknown[1]["message"].startswith("I don't know this code")
    assert unknown[0]["message"] == unknown[2]["message"] != unknown[1]["message"]


def test_join_turns_away_who_has_no_business_here(begin: Begin, come: Any) -> None:
    session, other = begin(), begin()
    phone = come(Phone, session["code"])
    screen_key = session["screen_url"].partition("#k=")[2]
    for asked, why in [
        ({"code": "000000"}, "unknown_code"),
        ({"code": "é"}, "unknown_code"),
        ({"code": other["code"]}, "reload_first"),
        ({"audience": "console"}, "key_needed"),
        ({"audience": "console", "key": screen_key}, "key_needed"),
        ({"audience": "console", "key": other["console_url"].partition("#k=")[2]}, "key_needed"),
        ({"audience": "console", "key": "é"}, "key_needed"),
        ({"audience": "host"}, "not_understood"),
        ({"audience": ["phone"]}, "not_understood"),
        ({"nope": 1}, "not_understood"),
        ({"about": {"side": 5}}, "not_understood"),
        ({"lang": None}, "not_understood"),
    ]:
        assert phone.join(**asked)["refused"] == why, asked


def test_who_takes_part_may_watch_the_screen(server: Server, begin: Begin, come: Any) -> None:
    """A participant's laptop shows the screen beside the phone; a stranger's does not."""
    code = begin()["code"]
    phone, looker = come(Phone, code), come(Phone, code, join=False)
    assert "own" not in phone.join(audience="screen")
    assert phone.ask("move", {"name": "next"})["refused"] == "key_needed"
    assert phone.ask("act", phone.an_act("add", {}))["refused"] == "key_needed"
    assert looker.join(audience="screen", key="console." + "0" * 40)["refused"] == "key_needed"


# -- acts


def test_an_act_is_answered_once_it_is_on_disk(server: Server, begin: Begin, come: Any) -> None:
    code = begin()["code"]
    phone = come(Phone, code)
    before = phone.version
    for n in range(5):
        answer = phone.act("add", lane="concern", text=f"zorg {n}")
        assert (server.count(code, "done"), server.count(code, "entry")) == (n + 1, n + 1)
        assert f"zorg {n}" in answer["own"]
        assert answer["version"] > before
        before = answer["version"]


def test_the_same_act_twice_is_once(server: Server, begin: Begin, come: Any) -> None:
    code = begin()["code"]
    phone = come(Phone, code)
    act = phone.an_act("add", {"lane": "idea", "text": "een bel"})
    answers = [phone.send(act) for _ in range(3)]
    assert all("refused" not in answer for answer in answers)
    assert list(phone.cards().values()) == ["een bel"]
    assert server.count(code, "done") == 1


def test_a_resend_at_the_same_moment_is_once(server: Server, begin: Begin, come: Any) -> None:
    """Two tabs of one phone, the same outbox."""
    code = begin()["code"]
    phone = come(Phone, code)
    tab = come(Phone, code, join=False)
    tab.browser.cookies.update(phone.browser.cookies)
    tab.join()
    for n in range(4):
        act = phone.an_act("add", {"lane": "idea", "text": f"bel {n}"})
        answers = at_once(partial(phone.send, act), partial(tab.send, act))
        assert not any("refused" in answer for answer in answers), answers
        assert list(phone.cards().values()) == [f"bel {n}"]
        phone.act("withdraw", id=next(iter(phone.cards())))
    assert server.count(code, "entry") == 0


def test_a_late_resend_changes_nothing(begin: Begin, come: Any) -> None:
    code = begin()["code"]
    phone = come(Phone, code)
    first = phone.an_act("add", {"lane": "idea", "text": "eerste"})
    phone.send(first)
    card = next(iter(phone.cards()))
    changed = phone.an_act("change", {"id": card, "text": "tweede"})
    phone.send(changed)
    assert "refused" not in phone.send(first)
    assert phone.cards() == {card: "tweede"}
    phone.act("withdraw", id=card)
    for late in (first, changed):
        assert "refused" not in phone.send(late)
    assert phone.cards() == {}


def test_a_late_resend_after_the_lock_is_still_an_answer(begin: Begin, come: Any) -> None:
    """What was on disk before the lock was done; the phone must hear that, not a refusal."""
    session = begin()
    phone, console = come(Phone, session["code"]), come(Console, session)
    act = phone.an_act("add", {"lane": "idea", "text": "net op tijd"})
    phone.send(act)
    console.must("lock")
    console.must("open", activity="stones")
    assert "refused" not in phone.send(act)


@pytest.mark.parametrize(
    ("name", "fields", "why"),
    [
        ("add", {"lane": "idea", "text": ""}, "write_something_first"),
        ("add", {"lane": "idea", "text": " \t\n\u200b\x00 "}, "write_something_first"),
        ("add", {"lane": "idea"}, "write_something_first"),
        ("add", {"lane": "idea", "text": "x" * 281}, "too_long"),
        ("add", {"lane": "idea", "text": "x" * 9000}, "too_long"),
        ("add", {"lane": "nope", "text": "x"}, "choose_one_first"),
        ("add", {"text": "x"}, "choose_one_first"),
        ("add", {"lane": "idea", "text": 5}, "not_understood"),
        ("add", {"lane": ["idea"], "text": "x"}, "choose_one_first"),
        ("add", {"lane": "idea", "text": "x", "name": "An"}, "not_understood"),
        ("add", {"lane": "idea", "text": None}, "not_understood"),
        ("add", {"lane": "idea", "text": float("nan")}, "not_understood"),
        ("add", {"lane": "idea", "text": "a\ud800b"}, "not_understood"),
        ("change", {"id": "nope", "text": "x"}, "not_your_card"),
        ("change", {"id": ["nope"], "text": "x"}, "not_your_card"),
        ("withdraw", {"id": 5}, "not_your_card"),
        ("withdraw", {}, "not_your_card"),
        ("type", {"lane": "idea", "text": "x"}, "unknown_act"),
        ("nope", {}, "unknown_act"),
        ("", {}, "unknown_act"),
    ],
    ids=str,
)
def test_what_cannot_be_done_is_told(
    begin: Begin, come: Any, name: str, fields: dict[str, Any], why: str
) -> None:
    code = begin()["code"]
    phone, other = come(Phone, code), come(Phone, code)
    written(phone, "staat er al")
    other.quiet(0.1)
    before = len(other.frames)
    assert phone.send(phone.an_act(name, fields))["refused"] == why
    assert list(phone.cards().values()) == ["staat er al"]
    assert len(other.frames) == before


@pytest.mark.parametrize(
    "payload",
    [
        None, 5, "x", [], [1, 2], True, {}, {"id": "a"}, {"id": 5, "name": "add"},
        {"id": "a", "name": "add", "fields": []}, {"id": "a", "name": "add", "fields": None},
        {"id": "a", "name": "add", "nope": 1}, {"id": "", "name": "add", "fields": {}},
        {"id": "a" * 65, "name": "add", "fields": {}}, {"id": "a\ud800", "name": "add"},
        {"id": "a", "name": "add", "activity": 5}, {"id": "a", "name": b"add"},
        {"id": "a", "name": "add", "fields": {"lane": "idea", "text": b"\x00\xff"}},
        {"id": "a", "name": "add", "fields": {"lane": "idea", "text": {"a": [{}]}}}, b"\x00\xff",
    ],
    ids=lambda payload: repr(payload)[:60],
)  # fmt: skip
def test_nonsense_is_not_understood(begin: Begin, come: Any, payload: Any) -> None:
    session = begin()
    phone, console = come(Phone, session["code"]), come(Console, session)
    assert phone.ask("act", payload)["refused"] == "not_understood"
    assert phone.ask("join", payload)["refused"] == "not_understood"
    assert console.ask("move", payload)["refused"] == "not_understood"
    written(phone, "het gaat nog")


def test_an_act_for_a_part_that_does_not_exist(begin: Begin, come: Any) -> None:
    phone = come(Phone, begin()["code"])
    for activity, why in (("nope", "no_such_activity"), ("stones", "moved_on")):
        assert phone.send(phone.an_act("add", {}, activity))["refused"] == why


def test_before_the_beginning_nothing_can_be_said(begin: Begin, come: Any) -> None:
    session = begin(ready=False)
    phone = come(Phone, session["code"])
    assert phone.welcome["activity"] == ""
    assert phone.ask("act", {"id": "a", "name": "add"})["refused"] == "not_open_yet"


def test_whoever_did_not_join_is_told_to(server: Server, begin: Begin, come: Any) -> None:
    phone = come(Phone, begin()["code"], join=False)
    phone.connect()
    assert phone.ask("act", {"id": "a", "name": "add"})["refused"] == "join_first"
    assert phone.ask("move", {"name": "next"})["refused"] == "join_first"


def test_events_that_do_not_exist(begin: Begin, come: Any) -> None:
    phone = come(Phone, begin()["code"])
    for event in ("ideas", "view", "own", "bye", "*", "", "x" * 200):
        assert phone.ask(event, {})["refused"] == "not_understood"
    written(phone, "het gaat nog")


def test_each_phase_has_its_acts(begin: Begin, come: Any) -> None:
    session = begin()
    phone, console = come(Phone, session["code"]), come(Console, session)
    written(phone, "een bel")
    console.must("lock")
    answer = phone.act("add", lane="idea", text="te laat")
    assert answer["refused"] == "writing_is_over" and answer["version"] >= console.version
    console.must("unlock")
    written(phone, "toch nog")
    console.must("show")
    console.must("next")
    card = ballot_ids(phone.wait_for_view('name="choices[').html)[0]
    late = phone.an_act("add", {"lane": "idea", "text": "x"}, "cards")
    assert phone.send(late)["refused"] == "moved_on"
    assert "refused" not in phone.act("cast", choices={card: 1})
    for choices, why in [
        ({card: 2}, "too_many_on_one"), ({card: -1}, "not_understood"), (5, "not_understood"),
        ({card: True}, "not_understood"), ({card: 1.0}, "not_understood"),
        ({"nope": 1}, "not_on_the_ballot"), ({card: float("inf")}, "not_understood"),
    ]:  # fmt: skip
        assert phone.act("cast", choices=choices)["refused"] == why, choices
    console.must("lock")
    assert phone.act("cast", choices={})["refused"] == "voting_is_over"


def test_a_closed_session_takes_nothing(server: Server, begin: Begin, come: Any) -> None:
    session = begin()
    phone, console = come(Phone, session["code"]), come(Console, session)
    console.must("close", force=True)
    assert phone.act("add", lane="idea", text="te laat")["refused"] == "session_is_closing"
    assert console.move("next")["refused"] == "session_is_closing"
    assert console.must("reopen")
    written(phone, "nog één")
    sealed(server, session, console)
    assert phone.act("add", lane="idea", text="te laat")["refused"] == "unknown_code"
    assert console.move("next")["refused"] == "unknown_code"
    assert phone.join()["refused"] == "unknown_code"


# -- frames that no page sends


def raw(server: Server, cookie: str = "", address: str = "") -> websocket.WebSocket:
    """A socket without a library between; through a proxy, from this address."""
    line = websocket.create_connection(
        f"ws://127.0.0.1:{server.port}/socket.io/?EIO=4&transport=websocket",
        cookie=cookie, timeout=5, header={"X-Forwarded-For": address} if address else None,
    )  # fmt: skip
    assert line.recv()[0] == "0"
    line.send("40")
    assert line.recv().startswith("40")
    return line


RUDE = [
    '421["act",' + "[" * 3000 + "]" * 3000 + "]", '421["act",' + '{"a":' * 2000 + "1" + "}" * 2001,
    '421["move",{"name":"timer","fields":{"seconds":NaN}}]', '421["act",{"id":' + "9" * 5000 + "}]",
    '421["act"]', '421["act",1,2,3]', '421["disconnect"]', '421["connect"]', '4215{"a":1}',
    "4216[]", "4217[5,{}]", "42[{}]", "42", "429999999999999999999[\"act\",{}]", "42[broken",
    "9", "x", "40/other,", "45", '43["x"]', "431[]", "44", "4", "3", "6", "40", "41",
    '459-["act",{"_placeholder":true,"num":7}]', '451-["act",{"_placeholder":true,"num":-9}]',
]  # fmt: skip


def test_frames_that_no_page_sends_hurt_nobody(server: Server, begin: Begin, come: Any) -> None:
    code = begin()["code"]
    phone = come(Phone, code)
    lines = [raw(server, phone.cookie) for _ in RUDE]
    for line, rude in zip(lines, RUDE, strict=True):
        line.send('420["join",' + json.dumps({"code": code, "audience": "phone"}) + "]")
        line.send(rude)
        line.send_binary(b"\x00\x01\xff")
    written(phone, "het gaat nog")
    assert phone.wait_for("view")
    for line in lines:
        line.close(timeout=0)
    assert list(phone.cards().values()) == ["het gaat nog"]


@pytest.mark.parametrize("size", [16_000, 17_000, 70_000, 1_000_000])
def test_frames_that_are_too_large_cost_only_their_sender(
    server: Server, begin: Begin, come: Any, size: int
) -> None:
    code = begin()["code"]
    phone = come(Phone, code)
    line = raw(server, phone.cookie)
    line.send('420["join",' + json.dumps({"code": code, "audience": "phone"}) + "]")
    assert line.recv()
    act = {"id": "big", "name": "add", "fields": {"lane": "idea", "text": "x" * size}}
    answers: list[str] = []
    try:
        line.send('421["act",' + json.dumps(act) + "]")
        while not any(answer.startswith("431") for answer in answers):
            answers.append(line.recv())
    except (OSError, websocket.WebSocketException):
        pass
    assert bool([one for one in answers if "too_long" in one]) is (size < 16_384)
    line.close(timeout=0)
    written(phone, "het gaat nog")
    assert list(phone.cards().values()) == ["het gaat nog"]
    answer = phone.browser.post(phone.url("/act"), json=act, timeout=10)
    assert answer.status_code in (413, 422) and answer.json()["message"].endswith(".")


def test_other_sites_get_no_line(server: Server) -> None:
    for origin, status in [("https://evil.example", 400), ("null", 400), (server.url, 200)]:
        answer = server.get("/socket.io/?EIO=4&transport=polling", headers={"Origin": origin})
        assert answer.status_code == status, origin


def test_polling_works_where_sockets_do_not(begin: Begin, come: Any) -> None:
    code = begin()["code"]
    phone = come(Phone, code, join=False)
    phone.connect(transports=("polling",))
    assert "refused" not in phone.join()
    written(phone, "langs de oude weg")


def test_who_asks_too_fast_waits_and_loses_nothing(begin: Begin, come: Any) -> None:
    code = begin(agenda=[step("cards", "ideas", most=60)])["code"]
    phone, other = come(Phone, code), come(Phone, code)
    acts = [phone.an_act("add", {"lane": "idea", "text": f"kaart {n}"}) for n in range(35)]
    answers = [phone.send(act) for act in acts]
    refused = [act for act, answer in zip(acts, answers, strict=True) if "refused" in answer]
    assert refused and {a.get("refused") for a in answers} == {None, "too_fast"}
    written(other, "ik mag wel")
    until = time.monotonic() + 15
    while refused and time.monotonic() < until:
        if "refused" not in phone.send(refused[0]):
            refused.pop(0)
        else:
            time.sleep(0.5)
    assert sorted(phone.cards().values()) == sorted(act["fields"]["text"] for act in acts)


# -- moves


def test_only_who_leads_moves(begin: Begin, come: Any) -> None:
    session = begin()
    phone, screen = come(Phone, session["code"]), come(Screen, session)
    for one in (phone, screen):
        answer = one.ask("move", {"name": "next", "fields": {}, "version": one.version})
        assert answer["refused"] == "key_needed"
    assert screen.ask("act", {"id": "a", "name": "add"})["refused"] == "key_needed"


def test_moves_that_cannot_be(begin: Begin, come: Any) -> None:
    session = begin(ready=False)
    console = come(Console, session)
    for name, fields, why in [
        ("lock", {}, "not_open_yet"), ("nope", {}, "not_open_yet"), ("undo", {}, "nothing_to_undo"),
        ("seal", {}, "close_first"), ("open", {"activity": "nope"}, "no_such_activity"),
        ("open", {}, "no_such_activity"), ("close", {}, "items_left"),
    ]:  # fmt: skip
        assert console.move(name, **fields)["refused"] == why, name
    console.must("next")
    for name, fields, why in [
        ("nope", {}, "unknown_move"), ("", {}, "unknown_move"),
        ("timer", {}, "not_understood"), ("timer", {"seconds": "5"}, "not_understood"),
        ("timer", {"seconds": 1e9}, "not_understood"),
        ("timer", {"seconds": float("nan")}, "not_understood"),
        ("extend", {"seconds": True}, "not_understood"), ("park", {"id": "x"}, "lock_first"),
        ("back", {}, "already_at_the_first"), ("enlarge", {"id": "\ud800"}, "not_understood"),
    ]:  # fmt: skip
        assert console.move(name, **fields)["refused"] == why, (name, fields)


def test_a_double_press_is_one_step(begin: Begin, come: Any) -> None:
    """Two consoles press within 50 ms, seeing the same: one of them was just ahead."""
    for _ in range(5):
        session = begin()
        one, two = come(Console, session), come(Console, session)
        seen = {"name": "next", "fields": {}, "version": one.version}
        answers = at_once(partial(one.ask, "move", seen), partial(two.ask, "move", seen))
        assert sorted(answer.get("refused", "") for answer in answers) == ["", "stale"]
        assert one.ask("move", seen)["refused"] == "stale"  # and a third, much later
        assert one.join()["version"] == two.join()["version"]
        assert one.must("back") and one.move("back")["refused"] == "already_at_the_first"


def test_people_who_write_never_block_the_facilitator(begin: Begin, come: Any) -> None:
    session = begin()
    console, phone = come(Console, session), come(Phone, session["code"])
    seen = console.version
    written(phone, "een", "twee", "drie")
    assert "refused" not in console.move("lock", version=seen)


def test_undo_takes_back_the_last_step(begin: Begin, come: Any) -> None:
    session = begin()
    console, phone = come(Console, session), come(Phone, session["code"])
    written(phone, "een")
    console.must("lock")
    assert phone.act("add", lane="idea", text="te vroeg")["refused"] == "writing_is_over"
    console.must("undo")
    written(phone, "twee")
    assert set(phone.cards().values()) == {"een", "twee"}


def test_views_are_whole_and_in_order(begin: Begin, come: Any) -> None:
    session = begin()
    phones = [come(Phone, session["code"]) for _ in range(3)]
    screen, console = come(Screen, session), come(Console, session)
    written(phones[0], "een bel")
    for name in ("lock", "unlock", "lock", "show", "hide", "next", "lock", "show", "next"):
        console.must(name)
        time.sleep(0.03)
    screen.wait_for_view("Vraag van agreed?")
    for one in (*phones, screen, console):
        one.wait_for("view", lambda frame: frame.payload["activity"] == "agreed")
        views = one.of("view")
        assert all(set(view.payload) == {"version", "activity", "html"} for view in views)
        versions = [view.payload["version"] for view in views]
        assert versions == sorted(versions)
        assert views[-1].html == one.join()["html"]
        assert "<html" not in views[-1].html


def test_phones_get_their_own_part_when_the_stage_changes(begin: Begin, come: Any) -> None:
    session = begin()
    an, bob = come(Phone, session["code"]), come(Phone, session["code"])
    console = come(Console, session)
    written(an, "een bel")
    console.must("lock")
    own = an.wait_for("own", lambda frame: "form=m" not in frame.html)
    assert set(own.payload) == {"version", "html"}
    console.must("unlock")
    again = an.wait_for("own", lambda frame: "een bel" in frame.html and "form=m" in frame.html)
    assert again.payload["version"] > own.payload["version"]
    assert not any("een bel" in frame.html for frame in bob.frames)


def test_a_helper_types_for_somebody_also_at_the_lock(begin: Begin, come: Any) -> None:
    session = begin()
    console, phone = come(Console, session), come(Phone, session["code"])
    console.must("lock")
    asked = {"activity": None, "id": "helper-1", "name": "type",
             "fields": {"lane": "idea", "text": "voor iemand zonder telefoon"}}  # fmt: skip
    answer = console.ask("act", asked)
    assert set(answer) == {"version"}
    frame = console.wait_for_view("voor iemand zonder telefoon")
    assert slips(frame.html) == ["voor iemand zonder telefoon"]
    assert phone.cards() == {}


# -- keys


def test_a_phone_takes_the_lead_and_the_screen_takes_it_back(
    server: Server, begin: Begin, come: Any
) -> None:
    session = begin()
    screen = come(Screen, session)
    door = re.search(r"k=(lead\.\w+)", str(screen.browser.get(screen.url("/screen"), timeout=10)))
    leader = come(Console, session, join=False)
    leader.close()
    leader.browser.cookies.clear()
    key = lead_key(server, session)
    assert door is None  # it stands in a QR code only
    answer = leader.browser.post(leader.url("/key"), json={"key": key}, timeout=10)
    assert answer.json() == {"go": f"/{session['code']}/console"}
    assert leader.join()["html"]
    leader.must("next")
    again = server.post(f"/{session['code']}/key", json={"key": key})
    assert again.status_code == 422 and again.json()["refused"] == "lead_is_taken"
    console = come(Console, session)
    console.must("take_back_lead")
    leader.wait_for("bye")
    assert leader.move("next")["refused"] == "key_needed"
    assert leader.ask("act", {"id": "a", "name": "type"})["refused"] == "key_needed"
    assert leader.join()["refused"] == "key_needed"
    before = len(leader.frames)
    console.must("back")
    console.must("lock")
    assert leader.quiet(0.3) == [] and len(leader.frames) == before
    assert leader.browser.get(leader.url("/console"), timeout=10).status_code == 403


def lead_key(server: Server, session: dict[str, str]) -> str:
    """The single-use key, made from the session key as the server makes it."""
    from facilitator.keys import SessionKey

    entered = server.entered(session["code"])
    return SessionKey(entered["id"], server.key_file(session["code"]).read_bytes()).door("lead", 0)


@pytest.mark.parametrize("key", ["", "x", "é", "lead.é", "console.", 5, None, "\ud800", "x" * 3000])
def test_keys_that_open_nothing(server: Server, begin: Begin, key: Any) -> None:
    code = begin()["code"]
    answer = server.post(f"/{code}/key", json={"key": key})
    assert answer.status_code in (403, 422) and answer.json()["message"].endswith(".")
    cookie = str(key).encode("utf-8", "replace").decode("latin-1")
    for page in ("screen", "console", "cards"):
        page = server.get(f"/{code}/{page}", headers={"Cookie": f"k{code}={cookie}"})
        assert page.status_code == 403


# -- doors without sockets


def test_the_same_door_without_javascript(server: Server, begin: Begin, come: Any) -> None:
    session = begin()
    phone = come(Phone, session["code"], join=False)
    form = {"activity": "cards", "name": "add", "lane": "idea", "text": "met een formulier"}
    answer = phone.browser.post(phone.url("/act"), data=form, timeout=10, allow_redirects=False)
    assert answer.status_code == 303 and answer.headers["Location"] == f"/{session['code']}"
    assert "met een formulier" in phone.browser.get(phone.url(), timeout=10).text
    long = {**form, "text": "y" * 300}
    answer = phone.browser.post(phone.url("/act"), data=long, timeout=10)
    assert answer.status_code == 422 and "280" in answer.text
    assert server.count(session["code"], "entry") == 1


def test_the_same_door_in_json(server: Server, begin: Begin, come: Any) -> None:
    phone = come(Phone, begin()["code"], join=False)
    act = phone.an_act("add", {"lane": "idea", "text": "met JSON"}, "cards")
    for _ in range(2):
        answer = phone.browser.post(phone.url("/act"), json=act, timeout=10).json()
        assert set(answer) == {"own", "version"}
    assert answer["own"].count("type=radio") == 1
    for nonsense in ([], {"fields": 5}, {"id": "a", "name": 5, "fields": {"lane": "\ud800"}},
                     {**act, "id": "x" * 70}, {**act, "id": "new", "activity": ["cards"]}):  # fmt: skip
        answer = phone.browser.post(phone.url("/act"), json=nonsense, timeout=10)
        assert answer.status_code == 422 and answer.json()["message"]
    deep = phone.browser.post(phone.url("/act"), data="[" * 40_000, timeout=10,
                              headers={"Content-Type": "application/json"})  # fmt: skip
    assert deep.status_code in (400, 422)
    stranger = server.post(f"/{phone.code}/act", json=act)
    assert stranger.status_code == 422 and stranger.json()["refused"] == "reload_first"


def test_a_phone_that_is_handed_over_forgets(begin: Begin, come: Any) -> None:
    phone = come(Phone, begin()["code"])
    written(phone, "van mij")
    before = phone.token
    answer = phone.browser.post(phone.url("/hand-over"), timeout=10, allow_redirects=False)
    assert answer.status_code == 303
    assert phone.token and phone.token != before
    assert "van mij" not in phone.browser.get(phone.url(), timeout=10).text
    phone.close()
    assert phone.cards() == {}


def test_the_token_is_a_cookie_that_scripts_cannot_read(server: Server, begin: Begin) -> None:
    code = begin()["code"]
    answer = server.get(f"/{code}")
    cookie = next(c for c in answer.raw.headers.getlist("Set-Cookie") if c.startswith(f"s{code}="))
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=86400"):
        assert part in cookie
    token = cookie.partition("=")[2].partition(";")[0]
    assert re.fullmatch(r"[0-9a-f]{64}", token) and token not in answer.text
    again = server.get(f"/{code}", headers={"Cookie": f"s{code}={token}"})
    assert "Set-Cookie" not in again.headers


def test_a_page_view_is_not_a_person(server: Server, begin: Begin, come: Any) -> None:
    code = begin()["code"]
    assert server.get(f"/{code}").status_code == 200
    assert server.count(code, "roster") == 0
    phone = come(Phone, code)
    written(phone, "nu wel")
    assert server.count(code, "roster") == 1


def test_typed_codes_find_their_way(server: Server, begin: Begin) -> None:
    code = begin()["code"]
    for typed in (code, f"{code[:3]} {code[3:]}", f" {code[:3]}-{code[3:]} "):
        answer = server.get("/join", params={"code": typed})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/{code}")
    for typed in ("000000", "", "abc", "<script>alert(1)</script>", "9" * 500, "٣٤٥٦٧٨"):
        answer = server.get("/join", params={"code": typed})
        assert answer.status_code == 404 and "<script>alert" not in answer.text


def test_guessing_codes_is_limited_and_joining_is_not() -> None:
    """Pages and the line count together. Who is in already notices nothing."""
    with Server() as server:
        code = server.begin(agenda=[CARDS])["code"]
        phone, line = Phone(server, code), raw(server, f"s100000={'0' * 64}")

        def over_the_line(tried: str) -> str:
            line.send('421["join",' + json.dumps({"code": tried, "audience": "phone"}) + "]")
            return re.findall(r"unknown_code|too_fast|reload_first", line.recv())[0]

        paths = ("/{}", "/{}/screen", "/{}/results.json", "/join?code={}")
        headers = {"Accept": "application/json"}
        for n in range(30):
            path = paths[n % 4].format(100_000 + n)
            assert server.get(path, headers=headers).status_code == 404
        assert server.get("/favicon.ico").status_code == 404  # that is not a guess
        assert over_the_line(code) == "reload_first"
        assert {over_the_line(str(200_000 + n)) for n in range(30)} == {"unknown_code"}
        for tried in (code, "099999"):
            assert over_the_line(tried) == "too_fast"
            for path in paths:
                cookie = {"Cookie": f"s{tried}={'0' * 64}"}
                assert server.get(path.format(tried)).status_code == 429, path
                assert server.get(path.format(tried), headers=cookie).status_code == 429, path
        assert phone.browser.get(phone.url(), timeout=10).status_code == 200
        assert "refused" not in phone.join()
        assert "refused" not in phone.act("add", lane="idea", text="ik hoor er al bij")
        assert server.get(f"/{code}/agenda.json", headers=server.bearer).status_code == 200
        line.close(timeout=0)
        phone.close()
        server.assert_calm()


# -- pages


def pages_of(server: Server, begin: Begin, come: Any) -> dict[str, requests.Response]:
    """Every sort of page, as its audience gets it."""
    session = begin(agenda=[CHECKIN, CARDS, VOTE, PROMISES])
    code, host = session["code"], server.host()
    phone, console = come(Phone, code), come(Console, session)

    def led(path: str) -> requests.Response:
        return host.get(server.url + path, timeout=10)

    found = {path: server.get(path) for path in ("/", f"/{code}/screen", f"/{code}/lead",
                                                 "/000000", "/nope/nope", "/healthz")}  # fmt: skip
    found |= {f"host {p}": led(p) for p in ("/", f"/{code}/screen", f"/{code}/console",
                                            f"/{code}/cards", f"/{code}/agenda.json")}  # fmt: skip
    for item in ("energy", "cards", "stones", "agreed"):
        console.must("open", activity=item)
        for lang in ("nl", "en"):
            found[f"phone {item} {lang}"] = phone.browser.get(
                phone.url(f"?lang={lang}"), timeout=10
            )
            found[f"screen {item} {lang}"] = led(f"/{code}/screen?lang={lang}")
    report = sealed(server, session, console)
    loop = f"/l/{server.entered(code)['loop_key']}"
    ends = (report, loop, f"{report}/results.json", f"{report}/results.csv", f"/{code}")
    found |= {path: server.get(path) for path in ends}
    found |= {f"host {loop}": led(loop)}
    return found


def test_no_page_asks_anything_of_anybody_else(server: Server, begin: Begin, come: Any) -> None:
    sheets: set[str] = set()
    found = pages_of(server, begin, come)
    for name, answer in found.items():
        text = answer.text.replace(server.url, "").replace(f"127.0.0.1:{server.port}", "")
        assert "Internal Server Error" not in text, name
        for header, begins in HEADERS.items():
            assert answer.headers.get(header, "").startswith(begins), (name, header)
        assert answer.headers.get("Cache-Control") == "no-store", name
        if "html" not in answer.headers["Content-Type"]:
            continue
        outside = re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"'<]*", text)
        assert set(outside) <= {"http://www.w3.org/2000/svg", "//www.w3.org/1999/xlink"}, name
        assert not re.search(r"<script(?![^>]* src=)", text), name
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", text), name
        sheets |= set(re.findall(r'(?:href|src)="(/s/[^"#]+)', text))
    assert {path.rpartition(".")[2] for path in sheets} >= {"css", "js"}
    for path in sheets:
        answer = server.get(path)
        assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"], path
        if path.endswith(".css"):
            assert not re.search(r"url\(['\"]?(?:https?:)?//", answer.text), path
    csp = found["/"].headers["Content-Security-Policy"]
    assert "unsafe" not in csp and "*" not in csp


def test_healthz_tells_when_the_store_can_be_written(server: Server) -> None:
    answer = server.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_methods_and_paths_that_do_not_exist(server: Server, begin: Begin) -> None:
    code = begin()["code"]
    for method, path in [
        ("DELETE", f"/{code}"), ("GET", f"/{code}/act"), ("POST", f"/{code}"), ("PUT", "/sessions"),
        ("GET", "/s/x/../../host.key"), ("GET", "/s/x/%2e%2e/%2e%2e/register.db"), ("GET", "/r/x"),
        ("GET", "/r/x/results.json"), ("GET", "/l/x"), ("POST", "/l/x/status"), ("GET", "/%00"),
        ("GET", "/favicon.ico"), ("GET", "/é"), ("POST", f"/{code}/move"), ("GET", "/" + "9" * 3000),
    ]:  # fmt: skip
        answer = requests.request(method, server.url + path, timeout=10, allow_redirects=False)
        assert answer.status_code in (403, 404, 405), (method, path, answer.status_code)


# -- the end


def test_results_only_from_closing_on(server: Server, begin: Begin, come: Any) -> None:
    session = begin()
    code = session["code"]
    phone, console, idle = come(Phone, code), come(Console, session), come(Phone, code, join=False)
    written(phone, "voor het verslag")
    asks = [phone.browser, console.browser, server.host()]
    for path in ("/results", "/results.json", "/results.csv"):
        for browser in asks:
            answer = browser.get(phone.url(path), timeout=10)
            assert answer.status_code in (403, 404, 422) and "voor het verslag" not in answer.text
    console.must("close", force=True)
    for browser in asks:
        report = browser.get(phone.url("/results"), timeout=10)
        assert report.status_code == 200 and "voor het verslag" in report.text
        assert "voor het verslag" in browser.get(phone.url("/results.json"), timeout=10).text
        assert "voor het verslag" in browser.get(phone.url("/results.csv"), timeout=10).text
    for browser in (requests.Session(), idle.browser):
        assert browser.get(phone.url("/results"), timeout=10).status_code == 403
        assert browser.get(phone.url("/results.json"), timeout=10).status_code == 403


def test_after_the_seal(server: Server, begin: Begin, come: Any) -> None:
    session = begin()
    code = session["code"]
    phone, sleeper = come(Phone, code), come(Phone, code)
    screen, console = come(Screen, session), come(Console, session)
    written(phone, "blijft bewaard")
    assert console.move("seal")["refused"] == "close_first"
    sleeper.close()
    database, key = server.database(code), server.key_file(code)
    report = sealed(server, session, console)
    assert not [p for p in database.parent.iterdir() if p.name.startswith(database.name)]
    assert not key.exists()
    for one, url in ((phone, f"/{code}/bye"), (screen, report), (console, report)):
        assert one.wait_for("bye").payload == {"url": url}

    answer = phone.browser.get(phone.url("/bye"), timeout=10, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, report)
    assert re.search(rf"s{code}=;.*(?:Max-Age=0|1970)", answer.headers["Set-Cookie"])
    assert phone.token is None

    page = server.get(report)
    assert page.status_code == 200 and "blijft bewaard" in page.text
    assert (
        server.get(f"{report}/results.json").content
        == (server.home(code) / "results.json").read_bytes()
    )
    for browser in (phone.browser, sleeper.browser, console.browser):
        assert browser.get(phone.url(), timeout=10).url == server.url + report
    for cookie in ("", f"s{code}=x", f"s{code}={'0' * 64}", f"k{code}=x", f"r{code}=x"):
        answer = server.get(f"/{code}", headers={"Cookie": cookie})
        assert answer.status_code == 410 and report not in answer.text
        answer = server.get(f"/{code}/bye", headers={"Cookie": cookie})
        assert answer.headers["Location"] == "/"
        assert server.get(f"/{code}/results", headers={"Cookie": cookie}).status_code == 403


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1", '"=1', ";=1", "a\n=1"]


def test_a_table_without_live_formulas(server: Server, begin: Begin, come: Any) -> None:
    session = begin(agenda=[step("cards", "ideas", most=20)])
    phone, console = come(Phone, session["code"]), come(Console, session)
    written(phone, *FORMULAS)
    report = sealed(server, session, console)
    answer = server.get(f"{report}/results.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) >= len(FORMULAS) + 1 and len({len(row) for row in rows}) == 1
    live = re.compile("[=+\\-@\t\r＝＋－＠]")
    assert not [cell for row in rows for cell in row if live.match(cell.lstrip())]


def test_only_the_host_says_what_became_of_it(server: Server, begin: Begin, come: Any) -> None:
    session = begin()
    phone, console = come(Phone, session["code"]), come(Console, session)
    written(phone, "een bel")
    console.must("open", activity="agreed")
    console.must("promise", side="management", what="bel ophangen", who="Kim", by="2030-01-02",
                 first_step="bestellen")  # fmt: skip
    sealed(server, session, console)
    entered = server.entered(session["code"])
    loop, host = f"/l/{entered['loop_key']}", server.host()
    page = server.get(loop)
    assert page.status_code == 200 and "bel ophangen" in page.text
    assert f'action="{loop}/status"' not in page.text
    assert f'action="{loop}/status"' in host.get(server.url + loop, timeout=10).text
    done = {"id": f"{entered['id']}-0", "status": "done", "note": "hangt sinds vandaag"}
    for browser in (phone.browser, console.browser, requests.Session()):
        assert browser.post(server.url + loop + "/status", data=done, timeout=10).status_code == 403
    for wrong in ({**done, "status": "x"}, {**done, "id": "x"}, {**done, "note": "x" * 201}, {},
                  {**done, "status": "wont", "note": ""}):  # fmt: skip
        answer = host.post(server.url + loop + "/status", data=wrong, timeout=10)
        assert answer.status_code == 422, wrong
    assert host.post(server.url + loop + "/status", data=done, timeout=10).url == server.url + loop
    assert "hangt sinds vandaag" in server.get(loop).text


def test_two_press_seal_at_once(server: Server, begin: Begin, come: Any) -> None:
    session = begin()
    one, two = come(Console, session), come(Console, session)
    one.must("close", force=True)
    asked = {"name": "seal", "fields": {}}
    answers = at_once(partial(one.ask, "move", asked), partial(two.ask, "move", asked))
    assert any("refused" not in answer for answer in answers)
    assert (server.home(session["code"]) / "results.json").exists()


def test_a_client_that_leaves_in_the_middle_hurts_nobody(begin: Begin, come: Any) -> None:
    code = begin()["code"]
    stays = come(Phone, code)
    for n in range(5):
        leaves = come(Phone, code)
        leaves.socket.emit("act", leaves.an_act("add", {"lane": "idea", "text": f"weg {n}"}))
        leaves.close()
    written(stays, "ik blijf")
    assert isinstance(stays.socket, socketio.Client)


ODD: tuple[Any, ...] = (
    None, True, -1, 10**12, 1.5, "", "x", "-1", [], ["x"], {}, {"x": 1}, {"x": {"y": -1}},
)  # fmt: skip
NAMES = ("id", "n", "text", "lane", "value", "word", "choices", "counts", "answer", "statement",
         "seconds", "reason", "side", "what", "who", "by", "until", "item", "large", "topic",
         "answer_by", "influence", "first_step", "activity", "scores", "force", "signal")  # fmt: skip
MOVES = ("page", "enlarge", "park", "remove", "put_back", "hands", "said", "again", "promise",
         "change", "drop", "later", "set", "timer", "extend", "pause", "resume", "qr", "blank",
         "show_missing", "hide", "show", "unlock", "open")  # fmt: skip
ACTS = ("add", "change", "withdraw", "choose", "unchoose", "cast", "missing", "take_back", "say",
        "undo", "rate", "score", "tap", "answer", "pass", "raise", "lower", "seen")  # fmt: skip
KINDS = tuple(catalogue())
#: Where each stands: on the agenda, or beside it.
PLACES = tuple(f"beside.{k}" if catalogue()[k].companion else k for k in KINDS)
#: What a kind cannot do without.
SET_UP = {"poll": {"options": [{"nl": "Ja", "en": "Yes"}, {"nl": "Nee", "en": "No"}]}}


def test_no_room_stumbles_over_odd_fields(server: Server, begin: Begin, come: Any) -> None:
    """Whatever comes in is done or refused; `trouble` would mean that a room failed."""
    chance = random.Random(20)
    agenda = [
        step(kind, kind, takes=["ideas"] if kind != "ideas" else [], **SET_UP.get(kind, {}))
        for kind in KINDS
        if kind in PLACES
    ]
    session = begin(agenda=sorted(agenda, key=lambda one: one["id"] != "ideas"))
    console, phones = come(Console, session), [come(Phone, session["code"]) for _ in range(8)]
    stumbled = []
    for n in range(60 * len(KINDS)):
        fields = {name: chance.choice(ODD) for name in chance.sample(NAMES, chance.randint(1, 4))}
        place = PLACES[n // 60]
        if n % 60 == 0:
            console.must("open", activity=place)
            console.move("unlock")
        if n % 20 == 10:
            console.move("show")
        if n % 2:
            asked = {"name": chance.choice(MOVES), "fields": fields}
            answer = console.ask("move", {**asked, "activity": place, "version": console.version})
            console.version = max(console.version, answer.get("version", 0))
        else:
            asked = {"id": f"odd-{n}", "name": chance.choice(ACTS), "fields": fields,
                     "activity": place}  # fmt: skip
            answer = phones[n // 2 % 8].ask("act", asked)
        if answer.get("refused") == "trouble":
            stumbled.append(asked)
    assert stumbled == []


def test_behind_a_proxy_who_guesses_is_told_from_who_does_not() -> None:
    with Server(TRUSTED_PROXIES="1") as server:
        cookie = f"s100000={'0' * 64}"
        guesser, guest = raw(server, cookie, "10.0.0.7"), raw(server, cookie, "10.0.0.8")

        def tried(line: websocket.WebSocket, code: int) -> str:
            line.send(f'421["join",{{"code":"{code}","audience":"phone"}}]')
            return re.findall(r"unknown_code|too_fast", line.recv())[0]

        assert {tried(guesser, 200_000 + n) for n in range(61)} == {"unknown_code", "too_fast"}
        assert tried(guest, 300_000) == "unknown_code"


def test_every_phone_has_help_and_who_to_talk_to_may_be_told() -> None:
    with Server(CARE_TEXT="Bel <Zorg> op 1234.") as server:
        session = server.begin(ready=False)
        console = Console(server, session)
        for name in ("", "next", "next", "close"):
            if name:
                console.must(name, force=True)
            page = requests.get(f"{server.url}/{session['code']}?lang=nl", timeout=10).text
            assert "Bel &lt;Zorg&gt; op 1234." in page and "Bel 113" in page
            assert "vertrouwenspersoon" not in page


@pytest.mark.parametrize(("agenda", "sheets", "says"), [
    ([step("a", "info"), step("b", "checkin")], 0, "geen papieren"),
    ([step("a", "listening"), step("b", "listening"), step("c", "ideas")], 2, "Vraag door."),
])  # fmt: skip
def test_paper_cards_are_those_of_the_rooms_on_the_agenda(
    server: Server, begin: Begin, agenda: list[Any], sheets: int, says: str
) -> None:
    session = begin(agenda=agenda)
    page = server.host().get(f"{server.url}/{session['code']}/cards?lang=nl", timeout=10)
    assert page.status_code == 200 and says in page.text
    assert page.text.count('class="cut of-') == sheets
    assert ("Vraag van c?" in page.text) == (sheets > 0)


def test_a_session_that_stays_open_says_until_when_and_is_remembered_so_long(
    server: Server,
) -> None:
    last = datetime.date.today() + datetime.timedelta(days=29)
    session = server.begin(until=last.isoformat())
    answer = requests.get(f"{server.url}/{session['code']}", timeout=10)
    assert "Open tot en met" in answer.text
    (token,) = (c for c in answer.cookies if c.name == f"s{session['code']}")
    assert token.expires and token.expires > time.time() + 29 * 86400
    wishes = {"ready": True, "until": "2001-01-01"}
    refused = server.post("/sessions", json=wishes, headers=server.bearer)
    assert refused.status_code == 422 and refused.json()["refused"] == "not_that_far"


def test_what_a_phone_did_without_its_line_is_told_by_its_line_too(begin: Begin, come: Any) -> None:
    """Pressed while the line came up: whichever answer arrives last, the page is right."""
    session = begin()
    phone, other = come(Phone, session["code"]), come(Phone, session["code"])
    card = {"lane": "idea", "text": "Een lamp bij de deur"}
    asked = {"activity": phone.activity, "id": "early", "name": "add", "fields": card}
    answer = phone.browser.post(phone.url("/act"), json=asked, timeout=10)
    assert answer.status_code == 200
    told = phone.wait_for("own", lambda frame: "Een lamp bij de deur" in frame.html)
    assert told.payload["version"] >= answer.json()["version"]
    mine = re.search(r"value=(\w{16})", told.html)
    assert mine
    asked = {**asked, "id": "later", "name": "withdraw", "fields": {"id": mine[1]}}
    phone.frames.clear()
    assert phone.browser.post(phone.url("/act"), json=asked, timeout=10).status_code == 200
    phone.wait_for("own", lambda frame: "Een lamp bij de deur" not in frame.html)
    assert not other.of("own")


@pytest.mark.parametrize(
    ("lang", "says"), [("nl", "Hier is niets."), ("en", "There is nothing here.")]
)
def test_an_address_that_does_not_exist_says_so(server: Server, lang: str, says: str) -> None:
    answer = server.get(f"/x/y/z?lang={lang}")
    assert answer.status_code == 404 and says in answer.text and 'href="/"' in answer.text
