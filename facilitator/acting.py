"""What a participant asks for, from the question whether it may to the disk."""

from __future__ import annotations

import contextlib
import secrets
from typing import TYPE_CHECKING

from .domain.activity import Act, Move, Outcome, Put, Refused, Touch
from .domain.session import Item, Logged
from .keys import Token
from .news import News
from .running import Running, filled
from .store import Change, StoreError

if TYPE_CHECKING:
    from .desk import Desk

LONGEST_ID = 64  # an id that was cut off could be another's


class Acts:
    """Acts are laid once, and never without their mark. Part of the desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def act(
        self, running: Running, activity: str | None, token: Token, act: Act, about: dict[str, str],
    ) -> None:  # fmt: skip
        """A participant asks for something. Returns once it is on disk."""
        if not 0 < len(act.id) <= LONGEST_ID:
            raise Refused("not_understood")
        item = self.item_for(running, activity)
        mark = token.mark(running.entered.id, item.id, act.id)
        if self.is_done(running, mark):
            return
        self.must_be_open(running, item)
        running.away.back(token.seat(running.entered.id))
        scene = running.scene(item, self.desk.clock(), ahead=True, away=True)
        mine = running.mine(token, item, about, ahead=True)
        outcome = item.activity.accept(scene, mine, act)
        if item.activity.passing:
            self.lay_for_now(running, item, token, mark, outcome)
        else:
            helps = mine.about.get("role") == "helper"
            self.lay(running, item, token, mark, outcome, seat=not helps)

    def item_for(self, running: Running, activity: str | None) -> Item:
        """The activity that an act names; the current one when it names none."""
        if activity is None:
            activity = running.ahead.current
        if not activity:
            raise Refused("not_open_yet")
        return running.item(activity)

    def is_done(self, running: Running, mark: bytes) -> bool:
        """Once is once: whether this act was done before, waiting for it if it is on its way."""
        if mark in running.in_flight:
            with contextlib.suppress(StoreError):
                self.desk.commit(Change(running.database))
        return mark in running.marks

    def must_be_open(self, running: Running, item: Item) -> None:
        """Acts are for the activity where the session is."""
        if self.desk.stopping:
            raise Refused("try_again")
        if running.ahead.state == "closing":
            raise Refused("session_is_closing")
        if item.id not in (running.ahead.current, *running.ahead.beside):
            raise Refused("moved_on")

    def lay(
        self, running: Running, item: Item, token: Token, mark: bytes, outcome: Outcome,
        *, seat: bool,
    ) -> None:  # fmt: skip
        """Write an outcome and its mark together; a failed commit leaves nothing behind. Who
        types for somebody else takes no seat for them."""
        change, laid = running.change(token, item, outcome)
        change.marks.append(mark)
        seats = {token.seat(running.entered.id)} if seat else set()
        change.seats += seats - running.seats
        numbers = self.group_moves(running, item, outcome, change)
        bag = running.bag(item)
        bag.coming.update(laid)
        running.in_flight.add(mark)
        try:
            self.desk.commit(change)
        except StoreError:
            bag.dropped(laid)
            for number in numbers:
                running.moves.failed(number)
            raise Refused("not_saved") from None
        finally:
            running.in_flight.discard(mark)
        bag.arrived(laid)
        for number in numbers:
            running.moves.arrived(number)
        running.marks.add(mark)
        running.seats |= seats
        running.remember(token, laid)
        running.version += 1
        running.touched_at = self.desk.clock()
        self.desk.heard(News(running.code, touched_by(outcome)))

    def lay_for_now(
        self, running: Running, item: Item, token: Token, mark: bytes, outcome: Outcome
    ) -> None:
        """What is of this moment only: in memory, and nowhere else."""
        _, laid = running.change(token, item, outcome)
        running.bag(item).arrived(laid)
        running.marks.add(mark)
        running.remember(token, laid)
        for put in (one for one in outcome if isinstance(one, Put) and one.seconds):
            tag = running.key.tag(token, item.bag, put.slot)
            running.passes_at[tag] = self.desk.clock() + put.seconds
        running.version += 1
        self.desk.heard(News(running.code, touched_by(outcome)))

    def let_pass(self, running: Running) -> None:
        """What was of a moment is gone when the moment is over."""
        if not (gone := running.passed(self.desk.clock())):
            return
        ids = frozenset(running.bag(item).laid[tag].id for item, tag in gone)
        for item, tag in gone:
            running.bag(item).arrived({tag: None})
            running.passes_at.pop(tag, None)
        running.version += 1
        self.desk.heard(News(running.code, ids))

    def by_itself(self, running: Running, item: Item) -> None:
        """What groups do though nobody presses, into the log like what they press. If it cannot
        be saved the next wake-up tries."""
        scene = running.scene(item, self.desk.clock(), ahead=True, away=True)
        outcome = item.activity.by_itself(scene)
        if not outcome or self.desk.stopping:
            return
        change = Change(running.database)
        numbers = self.group_moves(running, item, outcome, change)
        try:
            self.desk.commit(change)
        except StoreError:
            for number in numbers:
                running.moves.failed(number)
            return
        for number in numbers:
            running.moves.arrived(number)
        running.version += 1
        self.desk.heard(News(running.code, touched_by(outcome)))

    def group_moves(
        self, running: Running, item: Item, outcome: Outcome, change: Change
    ) -> list[int]:
        """What a group did, into the log with what its member wrote."""
        numbers = []
        for asked in (one for one in outcome if isinstance(one, Move)):
            meant = Logged(item.id, asked, by_group=True)
            chairs = running.chairs_for(item, asked.name)
            logged = filled(meant, self.desk.clock(), secrets.randbits(31), 0, chairs=chairs)
            number = running.moves.add(logged, running.moves.after(logged))
            change.moves.append(running.live.move_row(number, logged))
            numbers.append(number)
        return numbers


def touched_by(outcome: Outcome) -> frozenset[str]:
    """The entries whose phones an outcome also concerns."""
    return frozenset(i for one in outcome if isinstance(one, Touch) for i in one.ids)
