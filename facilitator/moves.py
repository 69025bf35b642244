"""The log of moves in memory: what is on disk, and what is on its way there."""

from __future__ import annotations

from collections.abc import Sequence

from .domain.session import Course, Item, Logged, course, step

Numbered = tuple[int, Logged]


class Moves:
    """Moves that are on their way count for what people ask next; views show those on disk."""

    def __init__(self, items: Sequence[Item], log: list[Numbered]) -> None:
        self.items, self.log = items, log
        self.coming: list[Numbered] = []
        self.going: set[int] = set()  # numbers of moves that are being undone
        self.course = self.fold(log)
        self.ahead = self.course

    def fold(self, log: list[Numbered]) -> Course:
        """The course that this log leads to."""
        return course(self.items, (logged for _, logged in log))

    def last(self) -> Numbered | None:
        """The facilitator's last move: what groups did is not theirs to undo."""
        return next((one for one in reversed(self.log) if not one[1].by_group), None)

    def without(self, number: int) -> Course:
        """The course without one move."""
        return self.fold([one for one in self.log if one[0] != number])

    # -- one more

    def after(self, logged: Logged) -> Course:
        """The course after one more move, or Refused."""
        return step(self.items, self.ahead, logged)

    def add(self, logged: Logged, ahead: Course) -> int:
        """A move is on its way; its number."""
        number = max((n for n, _ in [*self.log, *self.coming]), default=0) + 1
        self.coming.append((number, logged))
        self.ahead = ahead
        return number

    def arrived(self, number: int) -> None:
        """It is on disk."""
        one = self.leave(number)
        inserted = bool(self.log) and self.log[-1][0] > number
        self.log = sorted([*self.log, one], key=lambda numbered: numbered[0])
        self.course = self.fold(self.log) if inserted else step(self.items, self.course, one[1])

    def failed(self, number: int) -> None:
        """It never came there."""
        self.leave(number)
        self.look_ahead()

    def leave(self, number: int) -> Numbered:
        """It is no longer on its way."""
        one = next(one for one in self.coming if one[0] == number)
        self.coming.remove(one)
        return one

    # -- one less

    def must_be_undoable(self, number: int, now: float) -> None:
        """Refuse to leave out a move by which people went already."""
        before = self.without(number)
        for item in self.items:
            stage, earlier = self.course.stage(item.id), before.stage(item.id)
            if not stage or not earlier:
                continue
            if bar := item.activity.as_set(stage).bars_undo(stage, earlier, now):
                raise bar

    def drop(self, number: int) -> None:
        """A move is being undone."""
        self.going.add(number)
        self.look_ahead()

    def dropped(self, number: int) -> None:
        """It is gone from the disk."""
        self.going.discard(number)
        self.log = [one for one in self.log if one[0] != number]
        self.course = self.fold(self.log)
        self.look_ahead()

    def kept(self, number: int) -> None:
        """It could not be undone."""
        self.going.discard(number)
        self.look_ahead()

    def look_ahead(self) -> None:
        """Fold again what will be there."""
        there = [one for one in [*self.log, *self.coming] if one[0] not in self.going]
        self.ahead = self.fold(there)
