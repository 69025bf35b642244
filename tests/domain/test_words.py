"""Words: the same sentence from any phone gives the same bytes, so they do not name the phone."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilitator.domain.activity import Refused
from facilitator.domain.words import choice, only, plain, sentence

SAME = {
    "iOS, smart punctuation": "Wij willen ‘echt’ “meer” tijd… – nu",
    "Android": "Wij willen 'echt' \"meer\" tijd... - nu",
    "Windows, Dutch quotes": "Wij willen ‚echt’ „meer” tijd… — nu",
    "Windows, line ends": "Wij willen 'echt' \"meer\"\r\ntijd...\t- nu ",
    "French spaces": "Wij willen 'echt' «meer»\u00a0tijd...\u202f-\u2009nu",
    "pasted with invisible marks": "\ufeffWij\u200b willen 'echt' \"meer\" tijd\u00ad... - nu\u2060",
}


@pytest.mark.parametrize("typed", SAME.values(), ids=SAME)
def test_the_phone_that_typed_it_cannot_be_told(typed):
    assert plain(typed).encode() == b"Wij willen 'echt' \"meer\" tijd... - nu"


def test_an_accent_is_one_letter_however_it_was_typed():
    assert plain("cafe\u0301") == plain("café") == "café"
    assert plain("cafe\u200b\u0301") == "café"


def test_a_heart_is_a_heart_with_or_without_its_variation():
    assert plain("❤\ufe0f") == plain("❤\ufe0e") == plain("❤") == "❤"


def test_text_cannot_run_backwards():
    assert plain("veilig\u202egnal") == "veilignal"[:6] + "gnal"
    assert plain("\u2066a\u2069\u202ab\u202c\u200fc") == "abc"


def test_a_tower_of_accents_is_cut_down():
    tower = plain("z" + "\u0336\u0300\u0317" * 40)
    assert len(tower) == 4
    assert plain("a" + "\u0317" * 2) == "a" + "\u0317" * 2


@pytest.mark.parametrize("nothing", ["", "   ", "\x00\x1b\x7f", "\u200b\u200d\u2063", "\ud800"])
def test_what_cannot_be_seen_is_nothing(nothing):
    assert plain(nothing) == ""


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    assert plain(plain(text)) == plain(text)


@given(st.text())
def test_nothing_that_hides_or_breaks_gets_through(text):
    clean = plain(text)
    clean.encode()
    assert not any(unicodedata.category(c)[0] == "C" for c in clean)
    assert clean == " ".join(clean.split())


@given(st.text(alphabet="aeo\u0301\u0308\u0336\u200b\u00ad \u202ené"))
def test_accents_and_invisible_marks_together_come_out_whole(text):
    assert unicodedata.is_normalized("NFC", plain(text))
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "write_something_first"),
        ({"text": ""}, "write_something_first"),
        ({"text": "\u200b \n"}, "write_something_first"),
        ({"text": None}, "not_understood"),
        ({"text": b"x"}, "not_understood"),
        ({"text": {"a": 1}}, "not_understood"),
        ({"text": "abcdef"}, "too_long"),
        ({"text": " " * 101}, "too_long"),
    ],
)
def test_a_field_that_is_no_sentence_is_refused(fields, code):
    with pytest.raises(Refused, match=code):
        sentence(fields, "text", 5)


def test_only_what_is_kept_counts_for_the_length():
    assert sentence({"text": "  a\u200bb  \n cd "}, "text", 5) == "ab cd"
    assert sentence({}, "text", 5, needed=False) == ""


@pytest.mark.parametrize("value", [None, "", "c", 1, True, ["a"], {"a": 1}])
def test_a_choice_is_one_of_those_that_were_offered(value):
    with pytest.raises(Refused, match="choose_one_first"):
        choice({"pick": value}, "pick", ("a", "b"))


def test_fields_nobody_asked_for_are_refused():
    only({"a": 1}, "a", "b")
    with pytest.raises(Refused, match="not_understood"):
        only({"a": 1, "c": 1}, "a", "b")
