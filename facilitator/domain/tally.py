"""Counts, steps and thresholds that several rooms share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

#: Below this many answers nothing is shown that could point at a person.
FEWEST = 5

STEPS = (0, 1, 5, 10, 20)


def step(count: int) -> int:
    """The highest step that this count has reached: counts go up in steps, so that no
    single note can be seen to fall."""
    return max(s for s in STEPS if s <= count)


def turnout(answered: int, present: int) -> str:
    """How many took part, as a word: none, few, some, half, most or nearly_all."""
    if answered == 0:
        return "none"
    if answered < FEWEST:
        return "few"
    share = answered / max(present, answered)
    if share >= 0.9:
        return "nearly_all"
    if share >= 0.6:
        return "most"
    return "half" if share >= 0.4 else "some"


def spread(answers: Iterable[str], options: Sequence[str]) -> dict[str, int]:
    """How often each option was chosen, options nobody chose included."""
    seen = Counter(answers)
    return {option: seen[option] for option in options}


def enough(answers: int) -> bool:
    """Whether there are enough answers to hide among."""
    return answers >= FEWEST


def out_of_ten(part: int, whole: int) -> int:
    """The part in words of ten, rounded half up; ten of ten are all. whole > 0."""
    rounded = (20 * part + whole) // (2 * whole)
    return rounded if part == whole else min(rounded, 9)
