"""What a round of listening measured: only for the whole room, only when enough hide it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

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


def rate(count: int, turns: int, z: float = Z, dispersion: float = 1.0) -> tuple[float, float]:
    """How many times a turn, with its uncertainty: the score interval of one Poisson rate, made
    wider where counts differ more than by chance. turns > 0."""
    z *= math.sqrt(dispersion)
    middle, reach = count + z * z / 2, z * math.sqrt(count + z * z / 4)
    return max(0.0, middle - reach) / turns, (middle + reach) / turns


def dispersion(counts: Sequence[tuple[int, int]]) -> float:
    """How much more counts differ than by chance alone, from (table, count) of each turn: the
    statistic of Pearson by its degrees of freedom (P. McCullagh and J. A. Nelder, "Generalized
    Linear Models", 1989, §6.2). What happens at one table hangs together, so it is taken of turns
    and of tables, and the larger one counts. Never under 1, and in coarse steps, rounded up: it
    says nothing of any table."""
    if not (total := sum(count for _, count in counts)):
        return 1.0
    turns, sums = Counter[int](), Counter[int]()
    for table, count in counts:
        turns[table] += 1
        sums[table] += count
    expected = total / len(counts)
    by_turn = pearson([(count, expected) for _, count in counts])
    by_table = pearson([(sums[table], expected * n) for table, n in turns.items()])
    return coarse(max(by_turn, by_table))


def pearson(pairs: Sequence[tuple[int, float]]) -> float:
    """How far counts are from what was expected, for each degree of freedom."""
    if len(pairs) < 2:
        return 1.0
    return sum((count - mean) ** 2 / mean for count, mean in pairs) / (len(pairs) - 1)


def coarse(dispersion: float) -> float:
    """1, 1.5, 2, 3, 4 and so on, rounded up."""
    steps = (1.0, 1.5)
    return next((step for step in steps if dispersion <= step), float(math.ceil(dispersion)))
