"""Who leads: devices come to lead with a code that works once, and stop again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .domain.activity import Refused
from .domain.session import intended
from .doors import (
    INVITED_AS,
    LEADER,
    Role,
    devices,
    door,
    is_led,
    lead_is_open,
    next_device,
    opens,
    part,
    stopped,
)
from .frame import may_undo
from .news import News
from .running import Running
from .store import Change, StoreError

if TYPE_CHECKING:
    from .desk import Desk

INVITED = 300  # seconds for which a code for one more device works


class Leads:
    """The locks of sessions, and who leads them now. Part of the desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    # -- with a code

    def take(self, code: str, key: str) -> str:
        """A device takes the lead with a key that works once; it gets a key that lasts."""
        running = self.desk.find(code)
        if running.turning:
            raise Refused("lead_is_taken")
        if key.startswith("invitation."):
            return self.come_along(running, key)
        if not lead_is_open(running) or not opens(running, "lead", key):
            raise Refused("lead_is_taken")
        self.turn(running, {"lead_taken": 1, "lead": running.doors.get("lead", 0) + 1})
        return door(running, LEADER)

    def come_along(self, running: Running, key: str) -> str:
        """One more device gets a part in leading."""
        if not self.invites(running) or not opens(running, "invitation", key):
            raise Refused("link_is_used")
        name = next_device(running, running.invited_as)
        self.turn(running, {name: 1})
        running.invited_until = 0.0
        return door(running, name)

    def invites(self, running: Running) -> bool:
        """Whether a code for one more device works now."""
        return self.desk.clock() < running.invited_until

    def invite(self, code: str, role: object = None) -> None:
        """Somebody may help to lead: a code that works once, for a short while. For another part
        there is another code, and the one before works no longer."""
        running, invited_as = self.desk.find(code), "console" if role is None else role
        if not isinstance(invited_as, str) or invited_as not in INVITED_AS:
            raise Refused("not_understood")
        if self.invites(running) and running.invited_as == invited_as:
            return
        self.turn(running, {"invitation": running.doors.get("invitation", 0) + 1})
        running.invited_until, running.invited_as = self.desk.clock() + INVITED, invited_as

    def stop(self, code: str, *names: str) -> None:
        """These devices lead no longer: their keys open nothing any more."""
        running = self.desk.find(code)
        if gone := [name for name in devices(running) if name in names]:
            self.turn(running, stopped(running, gone))

    def take_back(self, code: str) -> None:
        """The screen's window takes the lead back from every other device."""
        running = self.desk.find(code)
        running.invited_until = 0.0
        self.turn(running, stopped(running, devices(running)))

    def turn(self, running: Running, doors: dict[str, int]) -> None:
        """Change locks, on disk first; one at a time."""
        if running.turning:
            raise Refused("stale")
        running.turning, turned = True, {**running.doors, **doors}
        note = running.live.note_row("doors", turned)
        try:
            self.desk.commit(Change(running.database, notes=[note]))
        except StoreError:
            raise Refused("not_saved") from None
        finally:
            running.turning = False
        running.doors, running.led_at = turned, self.desk.clock()
        running.version += 1
        self.desk.heard(News(running.code, everyone=True))

    # -- what each part may do

    def must_be_part(self, code: str, role: Role | None, name: str) -> None:
        """Refused unless this move is among what a device with this key is for."""
        running = self.desk.find(code)
        if role in (None, "screen"):
            raise Refused("key_needed")
        allowed = part(role, name)
        if allowed and role == "remote" and name == "next":
            meant = intended(running.items, running.course, name, {})
            allowed = meant.move.name != "close"  # that is for who holds the console
        if role == "moderator" and name == "undo":
            allowed = may_undo(running, role)
        if not allowed:
            raise Refused("not_your_part")

    # -- who is here

    def comes(self, code: str, socket: str, audience: str) -> None:
        """Somebody who leads is connected, with the console or the screen's window."""
        running = self.desk.find(code)
        running.leading[socket] = audience
        self.tell_whether_led(running)

    def goes(self, code: str, socket: str) -> None:
        """A connection of somebody who leads is gone, or leads no longer."""
        running = self.desk.running.get(code)
        if running and running.leading.pop(socket, None):
            running.led_at = self.desk.clock()
            self.tell_whether_led(running)

    def tell_whether_led(self, running: Running) -> None:
        """What was halted says whether anybody is back. A code on the wall is for nobody then."""
        if not running.course.halted:
            return
        if is_led(running):
            running.invited_until = 0.0
        running.version += 1
        self.desk.heard(News(running.code))

    def seen(self, code: str) -> None:
        """Somebody who leads asked for a page: they are here too, without a socket."""
        self.desk.find(code).led_at = self.desk.clock()
