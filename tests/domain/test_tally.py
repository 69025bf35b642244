"""Tally: counts go in steps and in words, and small numbers stay unseen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facilitator.domain.tally import FEWEST, enough, out_of_ten, spread, step, turnout

WORDS = ["none", "few", "some", "half", "most", "nearly_all"]


@pytest.mark.parametrize(
    ("count", "reached"),
    [(0, 0), (1, 1), (4, 1), (5, 5), (9, 5), (10, 10), (19, 10), (20, 20), (500, 20)],
)
def test_counts_go_up_in_steps(count, reached):
    assert step(count) == reached


@pytest.mark.parametrize(
    ("answered", "present", "word"),
    [(0, 0, "none"), (0, 30, "none"), (1, 1, "few"), (4, 4, "few"), (5, 30, "some"),
     (12, 30, "half"), (18, 30, "most"), (26, 30, "most"), (27, 30, "nearly_all"),
     (5, 0, "nearly_all"), (9, 5, "nearly_all")],
)  # fmt: skip
def test_the_turnout_is_a_word(answered, present, word):
    assert turnout(answered, present) == word


@given(st.integers(0, 200))
def test_one_more_answer_never_lowers_the_word(present):
    words = [WORDS.index(turnout(n, present)) for n in range(present + 5)]
    assert words == sorted(words)


def test_five_are_enough_to_hide_among():
    assert FEWEST == 5
    assert not enough(4) and enough(5)


def test_options_nobody_chose_are_counted_too_and_strangers_are_not():
    assert spread(["a", "a", "pass"], ("a", "b")) == {"a": 2, "b": 0}


@pytest.mark.parametrize(
    ("part", "whole", "ten"),
    [
        (0, 7, 0),
        (7, 7, 10),
        (3, 4, 8),
        (1, 4, 3),
        (7, 10, 7),
        (2, 3, 7),
        (19, 20, 9),
        (499, 500, 9),
    ],
)
def test_shares_are_told_in_words_of_ten(part, whole, ten):
    assert out_of_ten(part, whole) == ten


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_shares_are_rounded_to_the_nearest_but_ten_is_all(share):
    part, whole = share
    ten = out_of_ten(part, whole)
    assert abs(ten - 10 * part / whole) <= (0.5 if ten != 9 else 1)
    assert (ten == 10) is (part == whole)
