"""How large the groups are."""

from __future__ import annotations


def sizes(n: int, size: int) -> tuple[int, ...]:
    """The sizes of the groups of n people, largest first. Nobody is alone but one alone."""
    if n <= 1:
        return (1,) * n
    if size == 2:
        return (3,) * (n % 2) + (2,) * ((n - 3 * (n % 2)) // 2)
    pairs = -n % 3
    return (3,) * ((n - 2 * pairs) // 3) + (2,) * pairs
