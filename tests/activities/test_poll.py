"""Poll: one choice a phone, unseen until everybody looks together."""

import pytest

from facilitator.activities.poll import Poll
from facilitator.domain.activity import Refused
from facilitator.domain.results import Finding
from tests.drawn import Drawn, words
from tests.play import play

OPTIONS = ({"nl": "Vroege dienst", "en": "Early shift"}, {"nl": "Late dienst", "en": "Late shift"},
           {"nl": "Maakt niet uit", "en": "Either"})  # fmt: skip


def crowd():
    return chosen(*"112233")


def crowds():
    return [crowd(), chosen(*"112233", influence="decide")]


def chosen(*options, present=8, influence=""):
    poll = play(Poll(options=OPTIONS, influence=influence), present=present)
    for n, option in enumerate(options):
        poll.by(f"p{n}", "choose", option=option)
    return poll


def test_counts_are_unseen_until_everybody_looks():
    poll = crowd()
    for view in (poll.phone, poll.screen, poll.console):
        assert "counts" not in view and "n" not in view
    poll.move("lock")
    assert "counts" not in poll.console
    assert poll.move("show").screen["counts"] == {"1": 2, "2": 2, "3": 2}


def test_one_phone_has_one_choice_and_may_change_its_mind():
    poll = chosen(*"11111").by("p0", "choose", option="2")
    assert poll.own("p0")["option"] == "2"
    assert poll.move("show").screen["counts"] == {"1": 4, "2": 1, "3": 0}


def test_after_the_lock_nobody_chooses():
    poll = crowd().move("lock")
    with pytest.raises(Refused, match="answering_is_over"):
        poll.by("p0", "choose", option="3")
    assert poll.move("unlock").by("p0", "choose", option="3").own("p0")["option"] == "3"


@pytest.mark.parametrize("answers", [0, 1, 4])
def test_fewer_than_five_answers_are_neither_shown_nor_kept(answers):
    poll = chosen(*["1"] * answers).move("show")
    for view in (poll.phone, poll.screen, poll.console):
        assert view["shown"] and "counts" not in view and "n" not in view
    assert poll.results.findings == ()


def test_hide_takes_the_counts_away():
    assert "counts" not in crowd().move("show").move("hide").screen


def test_the_turnout_is_told_in_words():
    poll, words = chosen(present=10), []
    for n in range(10):
        words.append(poll.screen["turnout"])
        poll.by(f"p{n}", "choose", option="1")
    words.append(poll.screen["turnout"])
    assert words == ["none", *["few"] * 4, "half", *["most"] * 3, *["nearly_all"] * 2]


def test_counts_are_kept_and_choices_are_not():
    results = crowd().move("show").results
    assert results.findings == (Finding("options", {"1": 2, "2": 2, "3": 2}, 6),)
    assert results.items == ()
    assert results.facts["options"][0] == {"key": "1", "text": OPTIONS[0]}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "choose_one_first"),
        ({"option": "4"}, "choose_one_first"),
        ({"option": 1}, "choose_one_first"),
        ({"option": ["1"]}, "choose_one_first"),
        ({"option": "1", "seat": "an"}, "not_understood"),
    ],
)
def test_what_is_no_choice_is_refused(fields, code):
    poll = chosen()
    with pytest.raises(Refused, match=code):
        poll.by("an", "choose", **fields)
    assert poll.laid == {}


def test_an_unknown_act_is_refused():
    with pytest.raises(Refused, match="unknown_act"):
        chosen().by("an", "undo")


@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_poll_has_two_to_six_options(count):
    with pytest.raises(ValueError, match="2 to 6"):
        Poll(options=OPTIONS[:1] * count)


def test_how_far_the_choice_reaches_is_said_before_and_kept_after(house):
    poll, pages = chosen(*"112233", influence="decide"), Drawn(house)
    for _ in ("before", "after"):
        assert "We beslissen samen." in words(pages.screen(poll))
        assert "Je beslist mee." in words(pages.phone(poll))
        assert "Ze beslissen mee" in words(pages.console(poll))
        poll.move("show")
    assert poll.results.facts["influence"] == "decide"


def test_where_nothing_hangs_on_it_nothing_is_said_of_it(house):
    poll = crowd()
    assert "influence" not in poll.results.facts
    assert "beslis" not in words(Drawn(house).phone(poll)) + words(Drawn(house).screen(poll))
    with pytest.raises(ValueError, match="influence"):
        Poll(options=OPTIONS, influence="dictate")
