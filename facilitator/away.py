"""Whose phone has lost its line. In memory only: who it was is never written, and nobody is told
but who sits with them in a call. That a table waits may stand in the log."""

from __future__ import annotations

from collections.abc import Mapping

#: After so many seconds something changes for who sits with them.
STEPS = (15, 60)


class Away:
    """Since when a phone that had a line has none."""

    def __init__(self) -> None:
        self.since: dict[bytes, float] = {}  # seat -> when its last socket went
        self.told: dict[str, int] = {}  # id of an entry -> the last step that its phone has passed

    def lost(self, seat: bytes, now: float) -> None:
        """A phone has no line any more."""
        self.since.setdefault(seat, now)

    def back(self, seat: bytes) -> None:
        """It is there again, with a line or without."""
        self.since.pop(seat, None)

    def lately(self, now: float) -> set[bytes]:
        """The phones that lost their line not long ago, and are likely to be back."""
        return {seat for seat, since in self.since.items() if now - since < STEPS[-1]}

    def changed(self, laid_by: Mapping[str, bytes], now: float) -> frozenset[str]:
        """The entries for whose phones something has changed since this was last asked."""
        steps = {seat: passed(now - since) for seat, since in self.since.items()}
        steps = {seat: step for seat, step in steps.items() if step}
        before, self.told = self.told, {
            entry: steps[seat] for entry, seat in laid_by.items() if seat in steps
        } if steps else {}  # fmt: skip
        return frozenset(entry for entry, _ in before.items() ^ self.told.items())


def passed(seconds: float) -> int:
    """The last step that was passed by now; 0 when none was."""
    return max((step for step in STEPS if seconds >= step), default=0)
