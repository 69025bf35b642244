"""A series over time: what rooms keep is compared by session, where facilitator and team look."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html import unescape

import pytest

from facilitator.activities import catalogue
from facilitator.domain.activity import Refused
from facilitator.domain.results import canonical
from facilitator.trends import figures, trends
from facilitator.web.assets import Assets
from facilitator.web.render import LANGUAGES, TEMPLATES, Renderer
from tests.server import Console, Phone, Server, step

FOLLOWED = {kind: room.trend for kind, room in catalogue().items() if room.trend}
STATEMENTS = [{"id": "heard", "text": {"nl": "Ik voelde me gehoord.", "en": "I felt heard."}},
              {"id": "fair", "text": {"nl": "Het was eerlijk.", "en": "It was fair."}}]  # fmt: skip
AGENDA = {"agenda": [step("taps", "pulse", items=STATEMENTS)]}


@pytest.fixture(scope="module")
def render() -> Renderer:
    return Renderer(Assets().address)


def text_of(html: str) -> str:
    """What stands on a page, tags left out."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


# -- what rooms say


def kept_by(kind, part, whole, day="2026-01-01", **facts):
    """Results in which every figure of a room is part of whole."""
    found: dict[str, dict[str, int]] = {}
    for figure in FOLLOWED[kind].figures:
        counts = found.setdefault(figure.measure or "heard", {})
        rest = [key for key in figure.of if key not in figure.part][:1]
        counts |= {figure.part[0]: part, **dict.fromkeys(rest, whole - part)}
    findings = [{"measure": m, "value": v.get("", v), "n": whole} for m, v in found.items()]
    statements = [{"key": one["id"], "text": one["text"]} for one in STATEMENTS]
    kept = {"kind": kind, "findings": findings, "facts": {"statements": statements, **facts}}
    return {"session": {"date": day}, "activities": [kept]}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", FOLLOWED)
def test_a_room_has_words_for_all_its_figures(kind, lang, render):
    assert (TEMPLATES / f"activities/{kind}/trend.html").exists()
    few, many = (
        kept_by(kind, 4, 30, size=3, preset="kort", observer="light"),
        kept_by(kind, 26, 30, size=2, preset="diep", observer="focus"),
    )
    nothing = {"session": {"date": "2026-03-01"}, "activities": []}
    said = set()
    for docs in ([few, many], [many, few], [few, few], [few, many, nothing], [few, nothing, many]):
        (found,) = trends(docs)
        assert len(found["lines"]) >= len(FOLLOWED[kind].figures)
        page = render(f"activities/{kind}/trend.html", lang, t=found)
        assert page.count("<svg") == page.count("<h4>") == len(found["lines"])
        assert page.count("<circle") == sum(
            bool(p["counted"]) for li in found["lines"] for p in li["points"]
        )
        assert "style=" not in page
        said |= set(re.findall(r"<b>(.*?)</b>", page))
    assert len(said) >= 2, "more and less are other words"


@pytest.mark.parametrize("kind", FOLLOWED)
def test_outside_a_series_only_many_answers_together_are_told(kind):
    """Three sessions and fifteen answers: not two sessions, not fourteen answers."""
    three = [kept_by(kind, 3, 7, day=f"2026-01-0{n}") for n in (1, 2, 3)]
    first = FOLLOWED[kind].figures[0].name
    assert {one["name"] for one in figures(three)} == {one.name for one in FOLLOWED[kind].figures}
    for found in figures(three):
        assert (found["sessions"], found["part"]) == (3, 9) and found["whole"] >= 21
        assert found["low"] < found["value"] == 9 / found["whole"] < found["high"]
    assert figures(three[:2]) == []
    few = [kept_by(kind, 1, 5) for _ in range(3)]
    assert [one["whole"] for one in figures(few) if one["name"] == first] == [15]
    few = [kept_by(kind, 1, 7), kept_by(kind, 1, 7), kept_by(kind, 0, 0)]
    assert figures(few) == [], "a session that kept too little is none"
    lean = [kept_by(kind, 1, 6), kept_by(kind, 1, 5), kept_by(kind, 1, 4)]
    assert first not in [one["name"] for one in figures(lean)]


def test_a_kind_without_a_trend_has_no_words_for_one():
    assert {p.parent.name for p in TEMPLATES.glob("activities/*/trend.html")} == set(FOLLOWED)
    assert trends([kept_by("pulse", 4, 30)]) == [], "once is no trend"


def test_a_figure_is_never_another_kinds(render):
    """The same measure in another room is another figure."""
    assert trends([kept_by("pulse", 4, 30), kept_by("listening", 26, 30)]) == []


# -- on the pages


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as server:
        yield server
        server.assert_calm()


def played(server: Server, title: str, well: int, badly: int) -> dict[str, str]:
    """A closed session in which so many felt heard, and so many did not."""
    session = server.begin(**AGENDA, title=title)
    console = Console(server, session)
    for n in range(well + badly):
        phone = Phone(server, session["code"], join=False)
        for item in STATEMENTS:
            fields = {"item": item["id"], "value": "5" if n < well else "2"}
            asked = {"activity": "taps", "name": "answer", "fields": fields}
            assert phone.browser.post(phone.url("/act"), json=asked, timeout=10).status_code == 200
    console.must("close", force=True)
    console.must("seal")
    console.close()
    return session


def report(server: Server, session: dict[str, str], lang: str = "nl") -> str:
    key = server.entered(session["code"])["report_key"]
    answer = server.get(f"/r/{key}?lang={lang}")
    assert answer.status_code == 200
    return answer.text


def compared(page: str) -> str:
    """The words of what is compared on a page, or nothing."""
    found = re.search(
        r'<section class="trends">(.*?)</section>\s*(?:</div>|<section|</main>)', page, re.S
    )
    return text_of(found[1]) if found else ""


def over_time(server: Server, session: dict[str, str]) -> str:
    return "/t/" + session["series_url"].rpartition("/")[2] + "/trend"


def test_three_sessions_are_compared_where_people_look(server: Server) -> None:
    sessions = [played(server, "Ploeg 7", *counts) for counts in ((2, 8), (3, 7), (9, 1))]
    first, second, third = sessions
    before = [(server.home(one["code"]) / "results.json").read_bytes() for one in sessions]
    assert compared(report(server, first)) == "", "there was nothing before it"
    then = compared(report(server, second))
    assert "Vorige keer 2 van 10, nu 3 van 10." in then
    assert "We kunnen niet zeggen of dat echt verschilt. Het kan toeval zijn." in then
    assert "Meer mensen" not in then and "Minder mensen" not in then
    now = compared(report(server, third))
    assert "Vorige keer 3 van 10, nu 9 van 10. Meer mensen waren het ermee eens." in now
    assert "2 van 10" in now, "the dots go back further"
    assert "toeval zijn" not in now
    assert "Last time 3 of 10, now 9 of 10. More people agreed." in compared(
        report(server, third, "en")
    )

    host = server.host()
    assert server.get(over_time(server, third)).status_code == 403
    page = host.get(server.url + over_time(server, third), timeout=10).text
    assert "Vorige keer 3 van 10, nu 9 van 10." in compared(page)
    links = [server.entered(one["code"])["report_key"] for one in reversed(sessions)]
    assert re.findall(r'href="/r/([^"]+)"', page) == links
    assert f'href="{over_time(server, third)}"' in host.get(server.url, timeout=10).text

    assert server.get("/figures.csv").status_code == 403
    table = host.get(f"{server.url}/figures.csv?lang=nl", timeout=10)
    assert 'href="/figures.csv"' in host.get(server.url, timeout=10).text
    rows = [row.split(";") for row in table.content.decode("utf-8-sig").splitlines()]
    assert ["Ploeg 7", "pulse", "agree", "heard", "3", "14", "30", "0.467"] in [r[:8] for r in rows]

    assert before == [(server.home(one["code"]) / "results.json").read_bytes() for one in sessions]
    for one in sessions:
        assert 'class="trends"' not in (server.home(one["code"]) / "report.html").read_text()


def test_too_few_answers_are_a_gap_and_no_number_is_made_of_them(server: Server) -> None:
    sessions = [played(server, "Ploeg 8", *counts) for counts in ((5, 0), (4, 0), (1, 4), (0, 4))]
    assert compared(report(server, sessions[1])) == "", "one figure is no trend"
    third = compared(report(server, sessions[2]))
    assert re.search(r"Op \w+ \d+ \w+ was het 5 van 5, nu 1 van 5. Minder mensen", third)
    assert "4 van 4" not in third and "geen cijfer" in third
    fourth = compared(report(server, sessions[3]))
    assert "Deze keer is er geen cijfer. Te weinig mensen gaven antwoord." in fourth
    assert "5 van 5" in fourth and "0 van 4" not in fourth


def test_a_session_whose_files_are_gone_is_left_out(server: Server) -> None:
    sessions = [played(server, "Ploeg 9", *counts) for counts in ((2, 4), (3, 3), (4, 2))]
    shutil.rmtree(server.home(sessions[1]["code"]))
    home = server.home(sessions[0]["code"])
    assert "Vorige keer 2 van 6, nu 4 van 6." in compared(report(server, sessions[2]))
    doc = json.loads((home / "results.json").read_text())
    (home / "results.json").write_text(json.dumps(doc, indent=1))
    assert compared(report(server, sessions[2])) == "", "what was changed by hand is not read"
    (home / "results.json").write_text(canonical(doc) + "\n")
    assert compared(report(server, sessions[2])) != ""


def test_a_series_that_has_nothing_to_compare_says_so(server: Server) -> None:
    session = server.begin(**AGENDA, title="Ploeg 10")
    page = server.host().get(server.url + over_time(server, session), timeout=10)
    assert page.status_code == 200 and "Er is nog niets te vergelijken." in page.text
    assert server.get("/t/222222222222/trend").status_code == 404


def test_only_so_many_sessions_are_read(house) -> None:
    entered = [house.start("host", {"format": "energiecheck", "title": "Elke dag"}, "nl").entered
               for _ in range(15)]  # fmt: skip
    for one in entered:
        house.move(one.code, "close", {"force": True})
        house.move(one.code, "seal", {})
    ids = [one.id for one in entered]
    told = [doc["session"]["id"] for doc in house.kept(entered[0].series, 12)]
    assert told == ids[-12:]
    before = house.kept(entered[0].series, 12, before=ids[2])
    assert [doc["session"]["id"] for doc in before] == ids[:2]
    assert house.kept(entered[0].series, 12, before=ids[0]) == []
    with pytest.raises(Refused):
        house.move(house.start("host", {}, "nl").code, "seal", {})
