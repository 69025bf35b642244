"""What a round of listening measured: only for the whole room, only when enough hide it."""

from __future__ import annotations

import math

#: Figures need this many answers, from this many groups: a group alone is three people.
FEWEST_ANSWERS, FEWEST_GROUPS = 5, 3
#: For an interval of 95 %.
Z = 1.96


def may_be_shown(answers: int, groups: int) -> bool:
    """Whether figures of so many answers from so many groups point at nobody."""
    return answers >= FEWEST_ANSWERS and groups >= FEWEST_GROUPS


def interval(part: int, whole: int, z: float = Z) -> tuple[float, float]:
    """The share part/whole with its uncertainty, from 0 to 1: the score interval of E. B. Wilson,
    "Probable inference, the law of succession, and statistical inference", 1927. whole > 0."""
    share, spread = part / whole, z * z / whole
    middle = (share + spread / 2) / (1 + spread)
    reach = z * math.sqrt(share * (1 - share) / whole + spread / (4 * whole)) / (1 + spread)
    return max(0.0, middle - reach), min(1.0, middle + reach)
