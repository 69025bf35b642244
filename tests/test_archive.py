"""The seal: interrupted anywhere and taken up again, it keeps all it must and nothing else."""

from __future__ import annotations

import json

import pytest

from facilitator.archive import STEPS, Archive, NotWhole, fingerprint, slug, write_whole
from facilitator.document import document
from facilitator.domain.activity import Act
from facilitator.domain.results import SCHEMA, canonical
from facilitator.keys import Token

DOC = {"schema": SCHEMA, "session": {"id": "x"}, "activities": []}


class PowerCut(BaseException):
    """The plug was pulled."""


def closing(house):
    """A conversation that is about to be sealed, and the results it must give."""
    running = house.start("host", {"format": "werkvloergesprek-30", "title": "Rooster"}, "nl")
    house.move(running.code, "open", {"activity": "cards"})
    for n, text in enumerate(("karren", "lawaai", "karren")):
        house.act(running.code, None, Token.fresh(),
                  Act(f"{n}", "add", {"lane": "concern", "text": text}))  # fmt: skip
    house.move(running.code, "open", {"activity": "agreed"})
    house.move(running.code, "promise", {"side": "we", "what": "Karren", "who": "Els",
                                         "by": "2026-12-01", "first_step": ""})  # fmt: skip
    house.move(running.code, "close", {"force": True})
    return running, canonical(document(running)) + "\n"


def cut_at(house, name):
    def step(now):
        if now == name:
            raise PowerCut(name)

    house.archive.step = step


def results(house, running):
    return (house.archive.home(running.entered.folder) / "results.json").read_text()


def sealed(house, running, expected):
    """All that must hold once a session is sealed."""
    assert results(house, running) == expected
    assert house.files_left() == [] and house.running == {}
    assert house.register.one(id=running.entered.id).state == "sealed"
    assert [p["what"] for p in house.register.promises(running.entered.id)] == ["Karren"]
    home = house.archive.home(running.entered.folder)
    assert sorted(path.name for path in home.iterdir()) == ["report.html", "results.json"]
    return True


def data_are_somewhere(house, running):
    """Either all data still live with their key, or whole results are there: never neither."""
    live, key = house.files(running.entered.id)
    alive = live.exists() and key.exists() and len(key.read_bytes()) == 32
    return alive or house.archive.is_sealed(running.entered.folder)


def test_the_steps_are_those_that_a_seal_makes(house):
    running, expected = closing(house)
    made = []
    house.archive.step = made.append
    house.move(running.code, "seal", {})
    assert tuple(made) == STEPS
    assert sealed(house, running, expected)


@pytest.mark.parametrize("name", STEPS)
def test_cut_at_any_step_a_restart_finishes_the_seal(house, reopen, name):
    running, expected = closing(house)
    cut_at(house, name)
    with pytest.raises(PowerCut):
        house.move(running.code, "seal", {})
    assert data_are_somewhere(house, running)
    assert sealed(reopen(house), running, expected)


def test_what_sqlite_keeps_beside_its_data_goes_too(house, reopen):
    running, expected = closing(house)
    cut_at(house, "key")
    with pytest.raises(PowerCut):
        house.move(running.code, "seal", {})
    live, _ = house.files(running.entered.id)
    for tail in ("-wal", "-shm", "-journal"):
        live.with_name(live.name + tail).write_bytes(b"canary" * 1000)
    assert sealed(reopen(house), running, expected)


@pytest.mark.parametrize("first", STEPS)
def test_cut_twice_the_third_start_finishes_the_seal(house, build, reopen, first):
    running, expected = closing(house)
    cut_at(house, first)
    with pytest.raises(PowerCut):
        house.move(running.code, "seal", {})
    house.stop()
    again = build(house.folder, house.clock)
    cut_at(again, "live")
    with pytest.raises(PowerCut):
        again.take_up()
    assert data_are_somewhere(again, running)
    assert sealed(reopen(again), running, expected)


@pytest.mark.parametrize("name", STEPS)
def test_a_seal_that_failed_can_be_asked_for_again(house, name):
    running, expected = closing(house)
    cut_at(house, name)
    with pytest.raises(PowerCut):
        house.move(running.code, "seal", {})
    house.archive.step = lambda now: None
    house.move(running.code, "seal", {})
    assert sealed(house, running, expected)


def test_cut_before_the_seal_the_session_still_runs(house, reopen):
    running, _ = closing(house)
    after = reopen(house)
    assert after.find(running.code).course.state == "closing"
    after.move(running.code, "reopen", {})
    assert after.find(running.code).course.state == "open"


def test_before_the_results_are_checked_nothing_is_destroyed(house):
    running, _ = closing(house)
    cut_at(house, "checked")
    with pytest.raises(PowerCut):
        house.move(running.code, "seal", {})
    live, key = house.files(running.entered.id)
    assert live.exists() and len(key.read_bytes()) == 32


def test_the_key_goes_before_the_data_that_it_opens(house):
    running, _ = closing(house)
    cut_at(house, "key")
    with pytest.raises(PowerCut):
        house.move(running.code, "seal", {})
    live, key = house.files(running.entered.id)
    assert live.exists() and not key.exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[: len(whole) // 2],
        lambda whole: b"",
        lambda whole: whole[:-1],
        lambda whole: whole.replace(b"karren", b"k\xc3", 1),
        lambda whole: whole.replace(b":", b": ", 1),
        lambda whole: b"[]\n",
        lambda whole: b"null\n",
        lambda whole: whole.replace(SCHEMA.encode(), b"steentje/results/9"),
        lambda whole: whole + whole,
    ],
    ids=["half", "empty", "no last byte", "half a letter", "spaced", "a list", "null",
         "another version", "twice"],
)  # fmt: skip
def test_half_written_results_are_written_again_from_the_live_data(house, reopen, damage):
    running, expected = closing(house)
    cut_at(house, "results")
    with pytest.raises(PowerCut):
        house.move(running.code, "seal", {})
    path = house.archive.home(running.entered.folder) / "results.json"
    path.write_bytes(damage(path.read_bytes()))
    assert not house.archive.is_sealed(running.entered.folder)
    assert sealed(reopen(house), running, expected)


def test_results_that_do_not_read_back_as_written_stop_the_seal(house):
    running, _ = closing(house)

    def tamper(now):
        if now == "results":
            path = house.archive.home(running.entered.folder) / "results.json"
            path.write_text(path.read_text() + " ")

    house.archive.step = tamper
    with pytest.raises(NotWhole):
        house.move(running.code, "seal", {})
    live, key = house.files(running.entered.id)
    assert live.exists() and key.exists(), "what could not be checked destroys nothing"


def test_results_that_were_changed_afterwards_are_not_read(house):
    running, _ = closing(house)
    house.move(running.code, "seal", {})
    path = house.archive.home(running.entered.folder) / "results.json"
    path.write_text(json.dumps(json.loads(path.read_text()), indent=1))
    with pytest.raises(NotWhole):
        house.archive.read(running.entered.folder)


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    write_whole(tmp_path, "results.json", "oud")

    def cut(now):
        raise PowerCut(now)

    with pytest.raises(PowerCut):
        write_whole(tmp_path, "results.json", "nieuw", cut)
    assert (tmp_path / "results.json").read_text() == "oud"
    write_whole(tmp_path, "results.json", "nieuw")
    assert [path.name for path in tmp_path.iterdir()] == ["results.json"]


def test_a_session_that_never_was_has_no_results(tmp_path):
    assert not Archive(tmp_path).is_sealed("nope")


@pytest.mark.parametrize(
    ("title", "name"),
    [("Rooster, en nu?", "rooster-en-nu"), ("Eén idee", "een-idee"), ("../../etc", "etc"),
     ("", "gesprek"), ("!!!", "gesprek"), ("日本", "gesprek"), ("a" * 90, "a" * 40)],
)  # fmt: skip
def test_a_title_becomes_a_safe_folder_name(title, name):
    assert slug(title) == name


def test_equal_results_have_equal_fingerprints():
    assert fingerprint(DOC) == fingerprint(json.loads(canonical(DOC)))
    assert fingerprint(DOC) != fingerprint({**DOC, "activities": [1]})
