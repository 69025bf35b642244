"""What must happen at a time, though nobody presses: looked for at every wake-up."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING

from .domain.activity import Refused
from .domain.session import HELD, UNLED
from .doors import is_led
from .news import News
from .running import Running
from .store import Change, StoreError

if TYPE_CHECKING:
    from .desk import Desk

log = logging.getLogger(__name__)

IDLE = 8 * 3600  # seconds after which a session that nobody touches closes by itself
LONGEST = 24 * 3600
ALONE = 60  # seconds without anybody who leads, after which the clock stops at the next swap


class Watch:
    """Closing ends, forgotten sessions close by themselves, what nobody leads waits, and what
    outlives no talk is destroyed. Every look may be the first after a restart."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def round(self) -> None:
        """Look at every session that runs."""
        now = self.desk.clock()
        for running in list(self.desk.running.values()):
            try:
                self.wake(running, now)
            except Exception:  # one session that fails keeps no other from its time
                log.exception("a session could not be looked at")

    def wake(self, running: Running, now: float) -> None:
        """Whatever is due for one session."""
        course = running.course
        if running.sealing or running.moving:
            return
        if course.state == "closing" and now >= course.closing_at + HELD:
            self.desk.seal(running)
        elif course.state != "closing" and self.is_forgotten(running, now):
            self.desk.steps.do(running, "close", {"force": True}, None)
        else:
            self.look(running, now)

    def look(self, running: Running, now: float) -> None:
        """Who leads may be gone, and a code may have been shown for long enough."""
        if 0 < running.invited_until <= now:
            running.invited_until = 0.0
            running.version += 1
            self.desk.heard(News(running.code))
        self.desk.tell_who_is_away(running)
        self.desk.acts.let_pass(running)
        self.wipe(running, now)
        self.follow(running, now)
        due = None if is_led(running) else self.halts_at(running, running.led_at + ALONE)
        if due is not None and now >= due:
            with contextlib.suppress(Refused):  # it could not be saved: the next wake-up tries
                self.desk.steps.do(running, "pause", {UNLED: True}, None, at=due)

    def wipe(self, running: Running, now: float) -> None:
        """What outlives no talk is destroyed when its time is over, though nobody presses."""
        if not (gone := running.outdated(running.course, now)):
            return
        change = Change(running.database, take=[(item.bag, tag) for item, tag in gone])
        with contextlib.suppress(StoreError):  # the next wake-up tries
            self.desk.commit(change)
            for item, tag in gone:
                running.bag(item).arrived({tag: None})
            running.version += 1
            self.desk.heard(News(running.code, everyone=True))

    def follow(self, running: Running, now: float) -> None:
        """Where time itself changes who is where, all hear of it."""
        course, item = running.course, running.current
        if item is None or course.state != "open":
            return
        stage = course.opened[item.id].stage
        beat = (item.id, item.activity.as_set(stage).beat(stage, now))
        if beat == running.beat:
            return
        running.beat = beat
        if beat[1]:  # at the first there is nothing that a move did not tell
            running.version += 1
            self.desk.heard(News(running.code, everyone=True))

    def halts_at(self, running: Running, alone_from: float) -> float | None:
        """When the clock stops by itself, with nobody who leads from this moment on."""
        course, item = running.course, running.current
        if item is None or course.state != "open":
            return None
        return item.activity.halts_at(course.opened[item.id].stage, alone_from)

    def is_forgotten(self, running: Running, now: float) -> bool:
        """Nobody touched it for long, or it has been open for a day; unless it stays open until a
        day: then that day is over."""
        if running.closes_at:
            return now >= running.closes_at
        begun = running.log[0][1].move.at if running.log else running.touched_at
        return now >= running.touched_at + IDLE or now >= begun + LONGEST
