"""Check-in: one tap to arrive; what it shows can point at nobody."""

import re

import pytest

from facilitator.activities.checkin import Checkin
from facilitator.domain.activity import Refused
from facilitator.domain.breath import LEAD
from facilitator.domain.results import Finding, kept
from tests.drawn import Drawn, words
from tests.play import play

PEOPLE = ("an", "bo", "cem", "dirk", "els", "fien")


def crowd():
    checkin = play(Checkin(word=True))
    for n, who in enumerate(PEOPLE):
        checkin.by(who, "choose", value=str(1 + n % 5), word=f"canary {who}")
    return checkin


VALUES = tuple({"id": v, "name": {"nl": f"Trede {v}", "en": f"Step {v}"}} for v in "12345")
SECOND = {
    "name": {"nl": "Verbonden", "en": "Connected"},
    "question": {"nl": "Hoe verbonden voel je je?", "en": "How connected do you feel?"},
    "values": VALUES,
}
BATTERY = {"nl": "Batterij", "en": "Battery"}
BREATH = {"in": 4, "out": 6, "times": 6}


def crowds():
    """In each form: one question; two, on two sides; two, beside what was said before; low."""
    return [
        crowd(), split(*"334455", *"112233"), again("445544", *"112211"), again("", *"112211"), low()
    ]  # fmt: skip


def low():
    """Six people without energy, before listening."""
    shorter = {"nl": "Kies kort.", "en": "Choose short."}
    checkin = play(Checkin(before_listening=True, breath=BREATH, shorter=shorter, shortens=True))
    for n in range(6):
        checkin.by(f"p{n}", "choose", value="1")
    return checkin


def split(*values, remote=6, room=None):
    """So many people, the first in the room, the last so many elsewhere; each answers both."""
    checkin = play(room or Checkin(sides=True, second=SECOND, name=BATTERY), present=len(values))
    for n, value in enumerate(values):
        who = f"p{n:02}"
        checkin.by(who, "choose", value=value).by(who, "choose", value="3", scale="second")
        if n >= len(values) - remote:
            checkin.by(who, "where", side="remote")
    return checkin


def again(before, *now, second=SECOND):
    """A second measurement, given what the first hands on."""
    first = split(*before, remote=0) if before else play(Checkin(second=SECOND))
    given = first.room.gives(first.move("lock").scene)
    later = play(Checkin(second=second, name=BATTERY), given=given)
    for n, value in enumerate(now):
        later.by(f"q{n}", "choose", value=value)
        if second:
            later.by(f"q{n}", "choose", value="5", scale="second")
    return later


def pictures(checkin, scale="tap"):
    """What is shown of one question: the rows by their names."""
    (found,) = [one for one in checkin.screen["scales"] if one["scale"] == scale]
    return {one["name"]: one["counts"] for one in found["series"]}


def taps(*values, present=8):
    checkin = play(Checkin(), present=present)
    for n, value in enumerate(values):
        checkin.by(f"p{n}", "choose", value=value)
    return checkin


def test_nothing_is_seen_until_everybody_looks():
    checkin = crowd()
    for view in (checkin.phone, checkin.screen, checkin.console):
        assert "counts" not in view and "words" not in view
    assert checkin.move("next").screen["counts"] == {"1": 2, "2": 1, "3": 1, "4": 1, "5": 1}


def test_one_phone_has_one_answer_and_may_change_its_mind():
    checkin = taps("1", "1", "1", "1", "1").by("p0", "choose", value="5")
    assert checkin.move("show").screen["counts"] == {"1": 4, "2": 0, "3": 0, "4": 0, "5": 1}
    assert checkin.own("p0")["value"] == "5"


def test_an_answer_can_be_taken_back():
    checkin = taps("1").by("p0", "undo")
    assert checkin.own("p0")["value"] == ""
    assert checkin.screen["turnout"] == "none"


def test_passing_is_an_answer_that_counts_nowhere():
    checkin = taps("1", "2", "3", "4", "pass").move("next")
    assert checkin.own("p4")["value"] == "pass"
    assert "counts" not in checkin.screen and checkin.screen["turnout"] == "few"
    assert checkin.results.findings == ()


@pytest.mark.parametrize("answers", [0, 1, 4])
def test_fewer_than_five_answers_are_neither_shown_nor_kept(answers):
    checkin = taps(*["2"] * answers).move("next")
    assert not checkin.screen["enough"] and "counts" not in checkin.screen
    assert checkin.results.findings == () and checkin.results.facts == {}


def test_five_answers_are_shown_and_kept():
    checkin = taps(*["2"] * 5).move("next")
    assert checkin.screen["n"] == 5
    (finding,) = checkin.results.findings
    assert (finding.measure, finding.value["2"], finding.n) == ("values", 5, 5)
    assert checkin.results.facts["values"][0] == {"key": "1", "name": {"nl": "Leeg", "en": "Empty"}}


def test_words_show_only_when_five_gave_one():
    checkin = play(Checkin(word=True))
    for n in range(6):
        checkin.by(f"p{n}", "choose", value="3", word=f"woord {n}" if n < 4 else "")
    assert checkin.move("show").screen["words"] == []
    checkin.move("unlock").by("p5", "choose", value="3", word="woord 5").move("show")
    assert sorted(checkin.screen["words"]) == [
        "woord 0",
        "woord 1",
        "woord 2",
        "woord 3",
        "woord 5",
    ]
    assert checkin.results.facts["words"] == sorted(checkin.screen["words"])


def test_a_word_is_not_kept_where_none_was_asked():
    checkin = play(Checkin()).by("an", "choose", value="3", word="stiekem")
    assert "stiekem" not in str(checkin.laid)


def test_hiding_takes_the_picture_away_and_showing_brings_it_back():
    checkin = crowd().move("show").move("hide")
    assert "counts" not in checkin.screen and checkin.screen["locked"]
    assert "counts" in checkin.move("show").screen


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "choose_one_first"),
        ({"value": "6"}, "choose_one_first"),
        ({"value": 3}, "choose_one_first"),
        ({"value": ["3"]}, "choose_one_first"),
        ({"value": None}, "choose_one_first"),
        ({"value": "3", "word": 5}, "not_understood"),
        ({"value": "3", "word": "x" * 31}, "too_long"),
        ({"value": "3", "seat": "an"}, "not_understood"),
    ],
)
def test_what_is_no_answer_is_refused(fields, code):
    checkin = play(Checkin(word=True))
    with pytest.raises(Refused, match=code):
        checkin.by("an", "choose", **fields)
    assert checkin.laid == {}


def test_after_the_lock_nobody_answers_or_takes_back():
    checkin = crowd().move("lock")
    for act, fields in (("choose", {"value": "3"}), ("undo", {})):
        with pytest.raises(Refused, match="answering_is_over"):
            checkin.by("an", act, **fields)
    assert checkin.move("unlock").by("an", "choose", value="3").own("an")["value"] == "3"


def test_an_unknown_act_is_refused():
    with pytest.raises(Refused, match="unknown_act"):
        crowd().by("an", "vote", value="3")


def test_a_word_is_cleaned_of_what_cannot_be_seen():
    checkin = play(Checkin(word=True)).by("an", "choose", value="3", word="goe\u200bd\x07 zo")
    assert checkin.laid["an", "tap"].body["word"] == "goed zo"


# -- two questions


def test_two_questions_are_asked_one_at_a_time(house):
    checkin, pages = play(Checkin(second=SECOND, question={"nl": "Hoe vol?"})), Drawn(house)
    assert checkin.own("an")["now"] == "tap"
    first = words(pages.own(checkin, "an"))
    assert "Hoe vol?" in first and "Hoe verbonden" not in first and "Trede" not in first
    checkin.by("an", "choose", value="2")
    then = words(pages.own(checkin, "an"))
    assert "Hoe verbonden voel je je?" in then and "Trede 5" in then and "Leeg" not in then
    assert checkin.by("an", "choose", value="4", scale="second").own("an")["now"] == ""
    done = words(pages.own(checkin, "an"))
    assert "Je antwoorden zijn binnen." in done and "Laag" in done and "Trede 4" in done
    assert checkin.by("an", "undo", scale="second").own("an")["now"] == "second"
    assert checkin.own("an")["value"] == "2"


def test_nothing_joins_what_one_person_said_to_both():
    checkin = split(*"1234512345", remote=0).move("show")
    bodies = [entry.body for entry in checkin.scene.entries]
    assert all(set(body) == {"what", "value", "word", "side"} for body in bodies)
    assert "quadrant" not in str(checkin.screen) and len(checkin.screen["scales"]) == 2


def test_each_question_has_a_threshold_of_its_own(house):
    checkin = play(Checkin(second=SECOND))
    for n in range(6):
        checkin.by(f"p{n}", "choose", value="3")
        if n < 4:
            checkin.by(f"p{n}", "choose", value="5", scale="second")
    checkin.move("show")
    assert pictures(checkin)["all"]["3"] == 6 and pictures(checkin, "second") == {}
    assert [one.measure for one in checkin.results.findings] == ["values"]
    assert "Te weinig antwoorden" in words(Drawn(house).screen(checkin))


def test_a_question_that_is_not_there_is_not_answered():
    with pytest.raises(Refused, match="choose_one_first"):
        play(Checkin()).by("an", "choose", value="3", scale="second")
    with pytest.raises(ValueError, match="second question"):
        Checkin(second={"question": {}})


# -- on two sides


def test_both_sides_are_shown_when_both_have_five():
    shown = pictures(split(*"33344", *"11222", remote=5).move("show"))
    assert shown == {
        "room": {"1": 0, "2": 0, "3": 3, "4": 2, "5": 0},
        "remote": {"1": 2, "2": 3, "3": 0, "4": 0, "5": 0},
    }


@pytest.mark.parametrize(("remote", "shown"), [(0, False), (4, False), (5, True), (6, False)])
def test_a_side_with_fewer_than_five_is_nowhere(remote, shown):
    checkin = split(*"3344511222", remote=remote).move("show")
    assert set(pictures(checkin)) == ({"room", "remote"} if shown else {"all"})
    measures = {one.measure for one in checkin.results.findings}
    assert ("values:remote" in measures) == shown == ("values:room" in measures)


def test_who_did_not_say_counts_as_in_the_room_so_that_nobody_is_left_over():
    checkin = split(*"33344", *"11222", remote=5)
    assert checkin.own("p00")["side"] == "" and checkin.own("p09")["side"] == "remote"
    room, remote = pictures(checkin.move("show")).values()
    assert sum(room.values()) + sum(remote.values()) == checkin.screen["n"]


def test_where_somebody_is_they_say_after_their_answer_and_may_change():
    checkin = play(Checkin(sides=True, second=SECOND))
    with pytest.raises(Refused, match="choose_one_first"):
        checkin.by("an", "where", side="remote")
    checkin.by("an", "choose", value="3").by("an", "where", side="remote")
    checkin.by("an", "choose", value="4", scale="second")
    assert {body.body["side"] for body in checkin.laid.values()} == {"remote"}
    assert checkin.by("an", "where", side="room").own("an")["side"] == "room"
    for wrong in ({}, {"side": "train"}, {"side": "room", "name": "an"}):
        with pytest.raises(Refused):
            checkin.by("an", "where", **wrong)
    with pytest.raises(Refused, match="unknown_act"):
        play(Checkin()).by("an", "choose", value="3").by("an", "where", side="room")


def test_what_the_phone_keeps_of_its_side_is_not_asked_again():
    checkin = play(Checkin(sides=True))
    checkin.about["an"] = {"side": "remote"}
    assert checkin.by("an", "choose", value="3").own("an")["side"] == "remote"
    assert checkin.laid["an", "tap"].body["side"] == "remote"


def test_where_nobody_asks_no_side_is_laid():
    checkin = play(Checkin())
    checkin.about["an"] = {"side": "remote"}
    assert "side" not in checkin.by("an", "choose", value="3").laid["an", "tap"].body


# -- before and after


def test_the_second_measurement_stands_beside_the_first(house):
    checkin = again("11222", *"44555").move("show")
    for view in (checkin.phone, checkin.screen, checkin.console):
        (energy, _) = view["scales"]
        assert [one["name"] for one in energy["series"]] == ["before", "after"]
    assert pictures(checkin) == {
        "before": {"1": 2, "2": 3, "3": 0, "4": 0, "5": 0},
        "after": {"1": 0, "2": 0, "3": 0, "4": 2, "5": 3},
    }
    assert set(pictures(checkin, "second")) == {"before", "after"}
    pages = Drawn(house)
    for page in (pages.phone, pages.screen, pages.console):
        said = page(checkin)
        assert {"Voor", "Na"} <= set(words(said).split())
        assert not re.search(r"(?i)\b(hoger|lager|beter|gestegen|gedaald|winst)\b", said)


def test_before_is_unseen_until_everybody_looks():
    checkin = again("11222", *"44555")
    for view in (checkin.phone, checkin.screen, checkin.console):
        assert "before" not in str(view)
    assert "before" not in str(checkin.move("lock").console)


@pytest.mark.parametrize(
    ("before", "now", "shown"),
    [("1122", "44555", {"all"}), ("11222", "4455", set()), ("", "44555", {"all"}),
     ("11222", "44555", {"before", "after"})],
)  # fmt: skip
def test_before_and_after_each_need_five_answers(before, now, shown):
    checkin = again(before, *now).move("show")
    assert set(pictures(checkin)) == shown
    assert ("values:before" in {one.measure for one in checkin.results.findings}) == (
        "before" in shown
    )


def test_what_is_handed_on_are_counts_and_nothing_else():
    first = split(*"1122233", remote=0)
    given = first.room.gives(first.scene)
    assert [set(one) for one in given] == [{"scale", "counts"}] * 2
    assert play(Checkin()).room.gives(split(*"1122", remote=0).scene) == ()
    assert first.results.items == (), "and they are no items of the report"


def test_too_few_from_before_are_not_shown_whoever_handed_them_on():
    few = ({"scale": "tap", "counts": {**dict.fromkeys("12345", 0), "1": 4}},)
    later = play(Checkin(), given=few)
    for n in range(6):
        later.by(f"p{n}", "choose", value="4")
    assert set(pictures(later.move("show"))) == {"all"}


def test_another_question_is_compared_with_nothing():
    other = {**SECOND, "values": VALUES[:3]}
    later = play(
        Checkin(second=other), given=({"scale": "second", "counts": {"1": 5}}, {"id": "x"})
    )
    for n in range(5):
        later.by(f"p{n}", "choose", value="1").by(f"p{n}", "choose", value="1", scale="second")
    assert set(pictures(later.move("show"), "second")) == {"all"} == set(pictures(later))


def test_before_and_after_are_kept_side_by_side():
    results = again("11222", *"44555").move("show").results
    assert Finding("values:before", {"1": 2, "2": 3, "3": 0, "4": 0, "5": 0}, 5) in results.findings
    assert Finding("values", {"1": 0, "2": 0, "3": 0, "4": 2, "5": 3}, 5) in results.findings
    assert {one.measure for one in results.findings} == {
        "values", "values:before", "second", "second:before"
    }  # fmt: skip
    assert results.facts["name"] == BATTERY
    assert kept(results)["facts"]["second"]["values"][0]["key"] == "1"


# -- few have energy


def test_low_energy_is_told_to_the_console_with_what_helps(house):
    checkin = low()
    pages = Drawn(house)
    assert "Een minuut adem" not in words(pages.console(checkin))
    checkin.move("show")
    said = words(pages.console(checkin))
    assert (
        "Veel mensen hebben weinig energie." in said
        and "Kies kort." in said
        and "Een minuut adem" in said
    )
    assert "low" not in checkin.screen and "low" not in checkin.phone


def test_one_tap_asks_for_a_shorter_round_and_one_takes_that_back(house):
    checkin = low().move("show")
    pages = Drawn(house)
    assert "Een kortere ronde" in words(pages.console(checkin))
    assert not any(one.get("shorter") for one in checkin.room.gives(checkin.scene))
    checkin.move("shorten")
    assert {"shorter": True} in checkin.room.gives(checkin.scene)
    said = words(pages.console(checkin))
    assert "De ronde wordt korter." in said and "Een kortere ronde" not in said
    checkin.move("as_planned")
    assert not any(one.get("shorter") for one in checkin.room.gives(checkin.scene))
    with pytest.raises(Refused, match="unknown_move"):
        crowd().move("show").move("shorten")


def test_nothing_is_offered_to_who_has_energy():
    high = play(Checkin(before_listening=True, breath=BREATH))
    for n in range(6):
        high.by(f"p{n}", "choose", value="4")
    assert high.move("show").console["low"] is False


def test_the_room_breathes_and_comes_back_to_its_answers(house):
    checkin = low()
    checkin.move("show").move("breathe")
    begins = checkin.at + LEAD
    for view in (checkin.phone, checkin.screen, checkin.console):
        assert view["breath"] == {**BREATH, "begins": begins, "ends": begins + 60}
    pages = Drawn(house)
    for said in (pages.phone(checkin), pages.screen(checkin)):
        assert "Adem in, 4 tellen." in words(said) and "Doe mee. Niemand hoeft." in words(said)
    assert "Terug naar de antwoorden" in words(pages.console(checkin))
    assert "breath" not in checkin.move("settle").screen and "counts" in checkin.screen
    checkin.move("breathe").move("hide")
    assert "breath" not in checkin.screen and "breath" not in checkin.move("show").screen


def test_a_breath_is_only_where_it_was_set_up_and_once_answers_are_shown():
    checkin = low()
    for one in (checkin, crowd().move("show")):
        with pytest.raises(Refused, match="unknown_move"):
            one.move("breathe")


@pytest.mark.parametrize(
    "wrong",
    [{"in": 4}, {**BREATH, "hold": 2}, {**BREATH, "out": 0}, {**BREATH, "times": 1.5},
     {**BREATH, "in": -4}],
)  # fmt: skip
def test_half_a_breath_is_no_set_up(wrong):
    with pytest.raises(ValueError, match="a breath"):
        Checkin(breath=wrong)


def test_only_a_room_with_a_breath_loads_one():
    assert Checkin(before_listening=True).brings == frozenset()
    assert Checkin(breath=BREATH).brings == {"breath"}


def test_when_only_the_second_question_has_enough_answers_there_are_no_words_to_show():
    checkin = play(Checkin(second=SECOND, name=BATTERY), present=5)
    for who in "abcde":
        checkin.by(who, "choose", value="3", scale="second")
    checkin.by("a", "choose", value="1")
    checkin.move("show")
    assert checkin.phone["words"] == checkin.screen["words"] == []
