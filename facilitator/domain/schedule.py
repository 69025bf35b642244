"""A timed talk: its parts with absolute times, and what a facilitator may do to them.

Times are seconds on the server's clock. Whoever holds a schedule can tell what is on at any
moment, without asking anybody.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from .activity import Body, Refused

NEVER_UNDER = 5.0  # seconds that a running part keeps
TENTHS = 1  # to how many decimals a swap is told that is nobody's gong: all digits are sent


@dataclass(frozen=True)
class Part:
    """One part: what it is called, in which turn (0 for the first), and its begin and end."""

    name: str
    turn: int
    begin: float
    end: float

    @property
    def length(self) -> float:
        """In seconds."""
        return self.end - self.begin


@dataclass(frozen=True)
class Schedule:
    """Parts that follow each other; a pause leaves a gap before the part in which it fell. While
    paused its clock stands still."""

    parts: tuple[Part, ...]
    paused_at: float | None = None

    # -- what is on

    def clock(self, now: float) -> float:
        """The time that counts: that of the pause while there is one."""
        return now if self.paused_at is None else min(now, self.paused_at)

    def place(self, now: float) -> int:
        """The index of the part that is on; the number of parts when all are over."""
        clock = self.clock(now)
        return next((n for n, part in enumerate(self.parts) if clock < part.end), len(self.parts))

    def part(self, now: float) -> Part | None:
        """The part that is on, if the talk is not over."""
        place = self.place(now)
        return self.parts[place] if place < len(self.parts) else None

    def running(self, now: float) -> int:
        """The index of the part that is on, or Refused."""
        if self.part(now) is None:
            raise Refused("time_is_up")
        return self.place(now)

    def end_of_turn(self, now: float) -> float | None:
        """When the turn that is on is over. None while the clock stands still, and in the last
        turn: after it nothing begins by itself."""
        part = self.part(now)
        if part is None or self.paused_at is not None or part.turn == self.parts[-1].turn:
            return None
        return max(one.end for one in self.parts if one.turn == part.turn)

    @property
    def end(self) -> float:
        """When all is over."""
        return self.parts[-1].end

    def ends(self) -> list[float]:
        """When each turn is over."""
        turns = sorted({part.turn for part in self.parts})
        return [max(part.end for part in self.parts if part.turn == turn) for turn in turns]

    # -- what changes it

    def stretched(self, now: float, seconds: float, least: float, most: float) -> Schedule:
        """The running part becomes longer or shorter, within its limits and its own past."""
        place = self.running(now)
        part, clock = self.parts[place], self.clock(now)
        length = min(max(part.length + seconds, least), max(most, part.length))
        length = max(length, clock - part.begin + NEVER_UNDER)
        return self.moved(place, length - part.length)

    def skipped(self, now: float) -> Schedule:
        """The running part ends now."""
        place = self.running(now)
        return self.moved(place, self.clock(now) - self.parts[place].end)

    def moved(self, place: int, seconds: float) -> Schedule:
        """The part at this place ends so much later; those after it move along."""
        shifted = [
            dataclasses.replace(
                part, begin=part.begin + seconds * (n > place), end=part.end + seconds
            )
            for n, part in enumerate(self.parts[place:], place)
        ]
        return dataclasses.replace(self, parts=(*self.parts[:place], *shifted))

    def back(self, now: float) -> Schedule:
        """The part before begins again, within the same turn; the first begins again itself."""
        place = self.place(now)
        if place == len(self.parts):
            raise Refused("time_is_up")
        here, clock = self.parts[place], self.clock(now)
        first = place == 0 or self.parts[place - 1].turn != here.turn
        start = place if first else place - 1
        before = list(self.parts[:start])
        if before:
            before[-1] = dataclasses.replace(before[-1], end=clock)
        again = laid(((p.name, p.turn, p.length) for p in self.parts[start:]), at=clock)
        return dataclasses.replace(self, parts=(*before, *again.parts))

    def paused(self, now: float) -> Schedule:
        """The clock stands still."""
        return self if self.paused_at is not None else dataclasses.replace(self, paused_at=now)

    def resumed(self, now: float) -> Schedule:
        """The clock runs on: what was left of each part is what is left."""
        if self.paused_at is None:
            return self
        place, waited = self.place(now), now - self.paused_at
        later = [
            dataclasses.replace(part, begin=part.begin + waited, end=part.end + waited)
            for part in self.parts[place:]
        ]
        return Schedule((*self.parts[:place], *later))

    def stopped(self, now: float, last: str, seconds: float) -> Schedule:
        """All that is left falls away but for one last part, which begins now; without seconds
        for it the talk is over. A clock that stands still runs again."""
        place = self.running(now)
        here = self.parts[place]
        done = [*self.parts[:place], dataclasses.replace(here, end=self.clock(now))]
        ends = [Part(last, here.turn, now, now + seconds)] if seconds else []
        return Schedule((*done, *ends))

    def over_at(self, end: float, name: str) -> Schedule:
        """The same talk, but it is over at this time: cut off, or with one part more."""
        last = self.parts[-1]
        if end > last.end:
            more = Part(name, last.turn, last.end, end)
            return dataclasses.replace(self, parts=(*self.parts, more))
        parts = [dataclasses.replace(part, end=min(part.end, end))
                 for part in self.parts if part.begin < end]  # fmt: skip
        return dataclasses.replace(self, parts=tuple(parts) or self.parts[:1])

    def ending(self, now: float, end: float) -> Schedule:
        """What is left of it ends at this time, each part in proportion; what is past stays."""
        place, clock = self.place(now), self.clock(now)
        if place == len(self.parts):
            return self
        left = [part.end - max(part.begin, clock) for part in self.parts[place:]]
        parts, begin = list(self.parts[:place]), self.parts[place].begin
        lasts = accumulate(fitted(left, max(0.0, end - clock)), initial=clock)
        ends = [min(max(round(until, TENTHS), clock), end) for until in lasts][1:-1]
        for part, until in zip(self.parts[place:], [*ends, max(end, clock)], strict=True):
            parts.append(dataclasses.replace(part, begin=begin, end=until))
            begin = until
        return dataclasses.replace(self, parts=tuple(parts))

    def divided(self, turns: int, first: str) -> Schedule:
        """The same time in so many turns, each with all its parts. What comes `first` is for all."""
        before = [part for part in self.parts if part.name == first]
        of_turn = [part for part in self.parts if part.turn == 0 and part.name != first]
        return self.in_turns(before, of_turn, range(turns))

    def divided_after(self, turn: int, turns: int) -> Schedule:
        """The time after a turn in other turns, so that there are so many in all."""
        before = [part for part in self.parts if part.turn <= turn]
        of_turn = [part for part in self.parts if part.turn == turn + 1]
        return self.in_turns(before, of_turn, range(turn + 1, turns))

    def in_turns(self, before: list[Part], of_turn: list[Part], turns: Sequence[int]) -> Schedule:
        """First these parts, and then these turns, each with all parts of a turn."""
        begin, end = of_turn[0].begin, self.parts[-1].end
        lengths = fitted([part.length for part in of_turn] * len(turns), end - begin)
        whole = min(lengths) >= NEVER_UNDER  # seconds, where they are many
        ends = [begin + (int(by + 0.5) if whole else by) for by in accumulate(lengths)]
        parts, names = [*before], [(part.name, n) for n in turns for part in of_turn]
        for (name, turn), until in zip(names, [*ends[:-1], end], strict=True):
            parts.append(Part(name, turn, begin, until))
            begin = until
        return dataclasses.replace(self, parts=tuple(parts))

    # -- on paper

    def told(self) -> list[Body]:
        """As a view carries it."""
        return [{"name": p.name, "turn": p.turn, "from": p.begin, "to": p.end} for p in self.parts]

    def written(self) -> Body:
        """As a stage keeps it; `read` makes it a schedule again."""
        return {"parts": self.told(), "paused_at": self.paused_at}


def fitted(lengths: Sequence[float], total: float) -> list[float]:
    """These lengths so that they last this long together. As far as there is time none of them
    gets shorter than people can do something in, nor than it was."""
    least = [min(length, NEVER_UNDER) for length in lengths]
    if sum(least) >= total:
        return [length * total / sum(least) for length in least] if sum(least) else least
    kept = set[int]()
    while True:
        free = sum(length for n, length in enumerate(lengths) if n not in kept)
        by = (total - sum(least[n] for n in kept)) / free if free else 1.0
        found = [least[n] if n in kept else length * by for n, length in enumerate(lengths)]
        short = {n for n, length in enumerate(found) if length < least[n]}
        if not short:
            return found
        kept |= short


def laid(lengths: Iterable[tuple[str, int, float]], at: float = 0.0) -> Schedule:
    """A schedule of (name, turn, seconds), the first part beginning at this time."""
    parts, begin = [], at
    for name, turn, seconds in lengths:
        parts.append(Part(name, turn, begin, begin + seconds))
        begin += seconds
    return Schedule(tuple(parts))


def read(kept: Any) -> Schedule:
    """A schedule from what a stage keeps."""
    parts = tuple(Part(p["name"], p["turn"], p["from"], p["to"]) for p in kept["parts"])
    return Schedule(parts, kept["paused_at"])
