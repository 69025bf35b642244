"""A breath to breathe along with: so many counts in, so many out, so many times."""

from __future__ import annotations

from .activity import Body

FIELDS = ("in", "out", "times")
#: Seconds between the press and the first breath: people look up, and breathe out.
LEAD = 5.0


def must_be_a_breath(breath: Body) -> None:
    """What a set-up says of it: all three, and each more than nothing."""
    counts = [breath.get(name) for name in FIELDS]
    whole = isinstance(breath.get("times"), int)
    if set(breath) != set(FIELDS) or not whole or any(not n or n < 0 for n in counts):
        raise ValueError("a breath has in, out and times")


def paced(breath: Body, pressed: float) -> Body:
    """The whole of it in server time, from the moment at which it was asked for."""
    begins = pressed + LEAD
    ends = begins + breath["times"] * (breath["in"] + breath["out"])
    return {**breath, "begins": begins, "ends": ends}
