"""Series: the same gathering again and again, with one door and its own promises."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import alembic.command
import alembic.config
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from facilitator.register import LETTERS, MIGRATIONS, Register, metadata
from facilitator.web import qr
from tests.server import CARDS, Console, Server

PROMISE = {"side": "we", "who": "Els", "by": "2026-12-01", "first_step": ""}
AGENDA = {"agenda": [CARDS]}


def start(house, owner="host", format="werkvloergesprek-30", title="Ploeg A"):
    return house.start(owner, {"format": format, "title": title, "ready": True}, "nl").entered


def close(house, entered):
    house.move(entered.code, "close", {"force": True})


def seal(house, entered, what=""):
    """The end of a session, in which this was promised."""
    if what:
        house.move(entered.code, "open", {"activity": "agreed"})
        house.move(entered.code, "promise", {**PROMISE, "what": what})
    close(house, entered)
    house.move(entered.code, "seal", {})


def the_series(house, entered):
    return house.register.all_series(id=entered.series)[0]


def promised(house, title="Ploeg A", owner="host"):
    """What the next session with this title begins with."""
    running = house.find(start(house, owner=owner, title=title).code)
    return [one["what"] for one in running.set_up["fill"]["previous"]]


# -- which sessions belong together


def test_the_same_again_is_one_series(house):
    first, again = start(house), start(house)
    assert first.series == again.series and first.id != again.id
    assert len(house.register.all_series()) == 1


@pytest.mark.parametrize(
    "other", [{"owner": "somebody"}, {"format": "energiecheck"}, {"title": "Ploeg B"}], ids=str
)
def test_another_owner_format_or_title_is_another_series(house, other):
    assert start(house).series != start(house, **other).series
    keys = {one.key for one in house.register.all_series()}
    assert len(keys) == 2


def test_a_typed_title_is_the_same_with_other_white_space(house):
    assert start(house, title="  Ploeg\u200b  A ").series == start(house, title="Ploeg A").series


def test_without_a_title_the_formats_own_makes_it_one(house):
    assert start(house, title="").series == start(house, title="").series


def test_a_key_can_be_read_typed_and_put_in_a_small_code(house):
    key = the_series(house, start(house)).key
    assert len(key) == 12 and set(key) <= set(LETTERS)
    assert not set(LETTERS) & set("01OI") and len(set(LETTERS)) == 32
    assert LETTERS.upper() == LETTERS
    assert len(qr.matrix(f"HTTPS://GESPREK.EXAMPLE.NL/T/{key}")) == 29


def test_a_series_holds_no_person_and_no_moment():
    assert set(metadata.tables["series"].columns.keys()) == {
        "id", "key", "owner", "format", "title"
    }  # fmt: skip


# -- what was promised


def test_two_weekly_meetings_of_one_format_have_their_own_promises(house):
    seal(house, start(house, title="Ploeg A"), "Karren")
    seal(house, start(house, title="Ploeg B"), "Lampen")
    assert promised(house, "Ploeg A") == ["Karren"]
    assert promised(house, "Ploeg B") == ["Lampen"]
    assert promised(house, "Ploeg C") == []
    assert promised(house, "Ploeg A", owner="somebody") == []


def test_of_many_on_one_day_the_last_one_counts(house):
    for n in range(5):
        seal(house, start(house), f"nummer {n}")
    assert promised(house) == ["nummer 4"]


# -- today's session


def test_the_door_leads_to_the_newest_that_is_not_closing(house, reopen):
    first, second, third = start(house), start(house), start(house)
    start(house, title="Ploeg B")
    for _ in range(2):
        assert house.going_on(the_series(house, first)).code == third.code
        house = reopen(house)
    close(house, third)
    assert house.going_on(the_series(house, first)).code == second.code
    house.move(third.code, "reopen", {})
    assert house.going_on(the_series(house, first)).code == third.code
    for one in (first, second, third):
        seal(house, one)
    assert house.going_on(the_series(house, first)) is None
    assert house.last_time(the_series(house, first)).code == third.code


def test_a_fixed_door_is_listed_from_the_second_time_on(house):
    start(house, title="Eenmaal")
    a = start(house, title="Ploeg A")
    b = start(house, owner="somebody", title="Ploeg B")
    start(house, owner="somebody", title="Ploeg B")
    start(house, title="Ploeg A")
    ids = [one.id for one in house.register.all_series(2)]
    assert ids == [a.series, b.series], "the newest first"
    assert [one.id for one in house.register.all_series(2, owner="host")] == [a.series]


# -- a register from before there were series

OLD = "INSERT INTO session VALUES (?, ?, ?, ?, ?, 'nl', ?, ?, 'folder', 'r' || ?1, 'l' || ?1)"
SESSIONS = [
    ("9", "111111", "host", '{"nl": "Ploeg A", "en": "Ploeg A"}', "aanpak", "2026-01-01", "sealed"),
    ("8", "222222", "host", '{"en": "Ploeg A", "nl": "Ploeg A"}', "aanpak", "2026-01-01", "sealed"),
    ("7", "333333", "host", '{"nl": "Ploeg B", "en": "Ploeg B"}', "aanpak", "2026-01-08", "live"),
    ("6", "444444", "jan1", '{"nl": "Ploeg A", "en": "Ploeg A"}', "aanpak", "2026-01-09", "sealed"),
    ("5", "555555", "host", '{"nl": "Ploeg A", "en": "Ploeg A"}', "ronde", "2026-01-10", "sealed"),
]


@pytest.fixture
def old(tmp_path) -> Path:
    """A register as the first version of the product made it, with sessions in it."""
    path = tmp_path / "register.db"
    config = alembic.config.Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{path}")
    alembic.command.upgrade(config, "0001")
    with contextlib.closing(sqlite3.connect(path)) as it, it:
        it.executemany(OLD, SESSIONS)
        it.execute("INSERT INTO commitment VALUES ('8-0', '8', 0, 'we', 'Karren', 'Els', "
                   "'2026-02-01', '', 'busy', 'besteld')")  # fmt: skip
    return path


def test_old_sessions_get_their_series(old):
    register = Register(old)
    kept = {one.code: one for one in register.many()}
    assert [(one.id, one.owner, one.title["nl"], one.format, one.date, one.state, one.report_key)
            for one in map(kept.get, sorted(kept))] == [
        (id, owner, re.findall("Ploeg .", title)[0], format, date, state, f"r{id}")
        for id, _, owner, title, format, date, state in SESSIONS
    ]  # fmt: skip
    assert kept["111111"].series == kept["222222"].series
    assert len({one.series for one in kept.values()}) == 4
    series = {one.id: one for one in register.all_series()}
    for one in kept.values():
        belongs = series[one.series]
        assert (belongs.owner, belongs.format, belongs.title) == (one.owner, one.format, one.title)
        assert len(belongs.key) == 12 and set(belongs.key) <= set(LETTERS)
    assert [one["note"] for one in register.promises("8")] == ["besteld"]


def test_the_next_session_joins_the_series_of_old_ones(old):
    register = Register(old)
    gathering = {"owner": "host", "title": {"nl": "Ploeg A", "en": "Ploeg A"}, "format": "aanpak"}
    more = {"lang": "nl", "date": "2026-01-01", "state": "sealed", "folder": "f"}
    new = register.enter(id="0", code="666666", **gathering, **more)
    assert [one.code for one in register.many(series=new.series)] == ["666666", "222222", "111111"]


def test_after_the_upgrade_the_tables_are_as_the_code_says(old):
    register = Register(old)
    with register.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
        alike = sa.inspect(connection).get_unique_constraints("session")
    columns = sorted(column for one in alike for column in one["column_names"])
    assert columns == ["code", "loop_key", "report_key"]
    with pytest.raises(sa.exc.IntegrityError), register.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE session SET series = NULL")
    assert [one.code for one in Register(old).many(state="live")] == ["333333"], (
        "and once is enough"
    )


def test_an_upgrade_that_is_interrupted_leaves_what_there_was(old):
    with contextlib.closing(sqlite3.connect(old)) as it, it:
        before = list(it.iterdump())
        it.execute("UPDATE session SET title = 'torn' WHERE id = '5'")
    with pytest.raises(Exception, match="Expecting value"):
        Register(old)
    with contextlib.closing(sqlite3.connect(old)) as it, it:
        it.execute("UPDATE session SET title = ? WHERE id = '5'", (SESSIONS[-1][3],))
        assert list(it.iterdump()) == before
    assert len(Register(old).all_series()) == 4


# -- the door, as it stands in the wall


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as server:
        yield server
        server.assert_calm()


def path_of(session):
    return "/t/" + session["series_url"].rpartition("/")[2]


def led(server, session, *moves):
    console = Console(server, session)
    for name, fields in moves:
        console.must(name, **fields)
    console.close()


CLOSE, SEAL = ("close", {"force": True}), ("seal", {})


def test_the_door_waits_leads_in_and_waits_again(server: Server) -> None:
    session = server.begin(**AGENDA, title="Dagstart <lijn 2>")
    door = path_of(session)
    assert session["series_url"] == server.url + door
    for spelled in (door, door.upper(), door.lower()):
        answer = server.get(spelled)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/{session['code']}")
        assert answer.headers["Cache-Control"] == "no-store"
    led(server, session, CLOSE)
    waiting = server.get(door)
    assert waiting.status_code == 200 and "Dagstart &lt;lijn 2&gt;" in waiting.text
    assert '<meta http-equiv="refresh" content="10">' in waiting.text
    assert "Het gesprek is nog niet begonnen. Deze pagina kijkt vanzelf opnieuw." in waiting.text
    assert "/l/" not in waiting.text and "<script" not in waiting.text
    assert "This page looks again by itself." in server.get(f"{door}?lang=en").text

    led(server, session, SEAL)
    first = server.entered(session["code"])["loop_key"]
    waiting = server.get(door).text
    assert f'href="/l/{first}"' in waiting and "Wat we de vorige keer afspraken" in waiting
    assert server.get(f"/l/{first}").status_code == 200

    second = server.begin(**AGENDA, title="Dagstart <lijn 2>")
    third = server.begin(**AGENDA, title="Dagstart <lijn 2>")
    assert path_of(second) == path_of(third) == door
    assert server.get(door).headers["Location"] == f"/{third['code']}"
    led(server, third, CLOSE, SEAL)
    assert server.get(door).headers["Location"] == f"/{second['code']}"
    led(server, second, CLOSE)
    third_loop = server.entered(third["code"])["loop_key"]
    assert f'href="/l/{third_loop}"' in server.get(door).text


def test_the_door_outlives_a_restart() -> None:
    with Server() as server:
        first, second = (server.begin(**AGENDA, title="Nacht") for _ in range(2))
        server.kill9()
        server.start()
        assert server.get(path_of(first)).headers["Location"] == f"/{second['code']}"
        again = server.begin(**AGENDA, title="Nacht")
        assert path_of(again) == path_of(first)
        assert server.get(path_of(first)).headers["Location"] == f"/{again['code']}"


def test_home_lists_a_door_from_the_second_time_on(server: Server) -> None:
    host = server.host()
    session = server.begin(**AGENDA, title="Weekstart")
    door = path_of(session)
    assert door not in host.get(server.url, timeout=10).text
    server.begin(**AGENDA, title="Weekstart")
    page = host.get(server.url, timeout=10).text
    assert f'href="{door}"' in page and f'href="{door}/poster"' in page and "Vaste deuren" in page
    assert door not in server.get("/").text and "Vaste deuren" not in server.get("/").text


def test_the_poster_is_for_the_facilitator_alone(server: Server) -> None:
    session = server.begin(**AGENDA, title="Vrijdag")
    poster = f"{path_of(session)}/poster"
    assert server.get(poster).status_code == 403
    page = server.host().get(server.url + poster, timeout=10).text
    assert "Vrijdag" in page and "Scan om mee te doen. Zonder naam." in page
    drawn = re.search(r'<svg class="qr".*? d="([^"]+)"', page)
    spelled = qr.svg(f"{server.url}{path_of(session)}".upper(), border=0)
    assert drawn and drawn[1] in spelled
    assert server.get("/t/" + "2" * 12 + "/poster").status_code == 404


def test_an_unknown_door_is_an_unknown_code(server: Server) -> None:
    strange = server.get("/t/222222222222")
    code = server.get("/999999")
    assert strange.status_code == code.status_code == 404
    assert "Deze code ken ik niet" in strange.text and "Deze code ken ik niet" in code.text
    session = server.begin(**AGENDA)
    for wrong in ("x", "%00", "é", session["code"], "2" * 3000, f"{path_of(session)[3:]}2"):
        assert server.get(f"/t/{wrong}").status_code == 404, wrong
    as_data = server.get("/t/x", headers={"Accept": "application/json"})
    assert (as_data.status_code, as_data.json()["refused"]) == (404, "unknown_code")


def test_guessing_doors_is_limited_and_counts_with_codes() -> None:
    with Server() as server:
        session = server.begin(**AGENDA, title="Vroeg")
        door, code = path_of(session), session["code"]
        inside, host = server.get(f"/{code}").cookies, server.host()
        for n in range(60):
            assert server.get(door).status_code == 303, "right ones are never counted"
            wrong = f"/t/{LETTERS[n % 32] * 12}{'/poster' if n % 2 else ''}"
            assert server.get(f"/{100_000 + n}" if n % 3 else wrong).status_code == 404, n
        for path in (door, f"{door}/poster", "/t/222222222222", f"/{code}", "/100000"):
            assert server.get(path).status_code == 429, path
        assert server.get(door, cookies=inside).status_code == 303
        assert host.get(server.url + door, timeout=10, allow_redirects=False).status_code == 303
        assert host.get(f"{server.url}{door}/poster", timeout=10).status_code == 200
        server.assert_calm()
