"""The three things that are always asked: how people sit, how long, and about what."""

from __future__ import annotations

import pytest

from facilitator.activities.listening import Listening
from facilitator.domain.activity import Refused
from tests.activities.test_listening import gathered, joined, tables
from tests.play import play


@pytest.mark.parametrize(("form", "stand", "sizes"), [
    ("neighbour", "ready", []), ("two", "optin", [2, 2, 2]), ("three", "optin", [3, 3]),
])  # fmt: skip
def test_a_form_sets_how_people_find_each_other_and_how_many_they_are(form, stand, sizes):
    room = joined(6).move("set", form=form)
    assert room.stage.phase == stand and room.console["set"]["form"] == form
    assert room.phone["stand"] == stand
    room.move("next")
    if form == "neighbour":
        assert room.stage.phase == "talk" and room.phone["find"] == "neighbour"
    else:
        assert sorted(map(len, tables(room).values())) == sizes


@pytest.mark.parametrize(("planned", "now"), [
    ("diep", "standaard"), ("standaard", "kort"), ("kort", "vloer"), ("vloer", "vloer"),
])  # fmt: skip
def test_where_a_shorter_round_was_asked_it_is_one_step_shorter_and_may_still_change(planned, now):
    room = play(Listening(preset=planned, lengths={"tell": 240.0}), given=({"shorter": True},))
    console = room.console
    assert console["set"]["preset"] == now
    assert room.room.as_set(room.stage).lasts() <= room.room.lasts()
    assert room.stage.data.get("set_longer", 0.0) <= 0
    assert room.move("set", preset=planned).console["set"]["preset"] == planned
    assert play(Listening(preset=planned), given=({"n": 1},)).console["set"]["preset"] == planned


def test_who_goes_back_to_tables_after_a_neighbour_finds_everybody_still_there():
    room = joined(6).move("set", form="neighbour").move("set", form="three").move("next")
    assert room.stage.phase == "gather" and sorted(map(len, tables(room).values())) == [3, 3]


def test_people_who_are_all_elsewhere_stay_so_in_pairs_and_in_trios():
    room = joined(6, find="remote").move("set", form="two")
    assert (room.console["find"], room.console["size"]) == ("remote", 2)
    assert room.move("set", form="neighbour").console["find"] == "neighbour"


def test_another_question_is_shown_everywhere_and_leaves_the_formats_beginnings_out():
    prompts = ({"nl": "Wat ging er goed?", "en": "What went well?"},)
    room = joined(6, prompts=prompts).move("ask", text="  Wat  houdt je bezig? ")
    for seen in (room.phone, room.console, room.screen):
        assert seen["question"]["nl"] == "Wat houdt je bezig?" and seen["prompts"] == ()
    assert room.room.as_set(room.stage).question["en"] == "Wat houdt je bezig?"


@pytest.mark.parametrize("text", ["", "   ", "x" * 121, 7])
def test_a_question_is_one_line(text):
    room = joined(3)
    with pytest.raises(Refused):
        room.move("ask", text=text)


def test_tables_that_stand_keep_their_form():
    room = gathered(6)
    for asked in (
        {"form": "two"},
        {"find": "remote"},
        {"asks": "team"},
        {"remote_policy": "mixed"},
    ):
        with pytest.raises(Refused, match="too_late_for_that"):
            room.move("set", **asked)
    assert room.move("ask", text="Iets anders?").phone["question"]["nl"] == "Iets anders?"
    with pytest.raises(Refused, match="unknown_move"):
        room.move("next").move("ask", text="Te laat?")


@pytest.mark.parametrize("form", ["four", "", 3, None])
def test_no_other_form_is_set(form):
    with pytest.raises(Refused):
        joined(3).move("set", form=form)


def test_teams_are_asked_when_the_facilitator_wants_them_mixed():
    room = joined(0).move("set", asks="team")
    assert room.phone["asks"] == ("team",)
    for who, team in zip("abcdef", ("Dag", "Dag", "Dag", "Nacht", "Nacht", "Nacht"), strict=True):
        room.by(who, "join", team=team)
    room.move("set", form="two").move("next")
    chairs = {e.id: e.body["team"] for e in room.laid.values() if e.body["what"] == "chair"}
    assert all(len({chairs[one] for one in ids}) == 2 for ids in room.stage.data["tables"])


def test_mixed_tables_take_a_quarter_more_time():
    room = joined(6, lengths={}).move("set", remote_policy="mixed")
    assert room.console["set"]["time_factor"] == "1.25"
