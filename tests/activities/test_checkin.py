"""Check-in: one tap to arrive; what it shows can point at nobody."""

import pytest

from facilitator.activities.checkin import Checkin
from facilitator.domain.activity import Refused
from tests.play import play

PEOPLE = ("an", "bo", "cem", "dirk", "els", "fien")


def crowd():
    checkin = play(Checkin(word=True))
    for n, who in enumerate(PEOPLE):
        checkin.by(who, "choose", value=str(1 + n % 5), word=f"canary {who}")
    return checkin


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
