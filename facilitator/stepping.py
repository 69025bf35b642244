"""What who leads does: a move into the log and out of it, on disk and then everywhere."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .domain.activity import Body, Refused
from .domain.session import Logged, intended
from .news import News
from .running import Running, filled
from .store import Change, StoreError

if TYPE_CHECKING:
    from .desk import Desk


class Steps:
    """Moves, one at a time. Part of the desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def move(
        self, running: Running, name: str, fields: Mapping[str, Any],
        version: int | None, activity: str | None,
    ) -> int:  # fmt: skip
        """One press. A second press of the same button is no second step."""
        if running.moving or (version is not None and version < running.moved_at):
            raise Refused("stale")
        if self.desk.stopping:
            raise Refused("try_again")
        running.led_at, leads = self.desk.clock(), self.desk.leads
        match name:
            case "undo":
                self.undo(running)
            case "seal":
                if running.course.state != "closing" or running.sealing:
                    raise Refused("close_first")
                self.desk.seal(running)
                return running.version
            case "take_back_lead":
                leads.take_back(running.code)
            case "add_lead":
                leads.invite(running.code, fields.get("role"))
            case "stop_lead":
                leads.stop(running.code, str(fields.get("who")))
            case _:
                self.do(running, name, fields, activity)
        return running.version

    def do(
        self, running: Running, name: str, fields: Mapping[str, Any], activity: str | None,
        at: float | None = None,
    ) -> None:  # fmt: skip
        """One more move in the log, made now unless told otherwise."""
        must_be_on(running, name, activity)
        meant = intended(running.items, running.course, name, fields, activity)
        if meant.move.name == "close" and not fields.get("force"):
            nothing_left(running)
        here = self.desk.clock()
        now = here if at is None else at
        logged = filled(
            meant, now, secrets.randbits(31), running.present(here), handed_on(running, meant, here),
            running.chairs_for(running.current, meant.move.name),
        )  # fmt: skip
        ahead = running.moves.after(logged)
        if not running.holds(ahead.gone() - running.course.gone()):
            raise Refused("no_such_card")
        number = running.moves.add(logged, ahead)
        change = Change(running.database, moves=[running.live.move_row(number, logged)])
        gone = running.destroyed() + running.outdated(ahead, now)
        change.take += [(item.bag, tag) for item, tag in gone]
        self.write_move(running, change, running.moves.arrived, running.moves.failed, number)
        for item, tag in gone:
            running.bag(item).arrived({tag: None})

    def undo(self, running: Running) -> None:
        """Drop the facilitator's last move."""
        last = running.moves.last()
        if last is None or not running.can_undo():
            raise Refused("nothing_to_undo")
        number, moves = last[0], running.moves
        if not running.holds(running.course.gone() - moves.without(number).gone()):
            raise Refused("destroyed_for_good")
        moves.must_be_undoable(number, self.desk.clock())
        moves.drop(number)
        change = Change(running.database, dropped=[number])
        self.write_move(running, change, moves.dropped, moves.kept, number)

    def write_move(
        self, running: Running, change: Change,
        done: Callable[[int], None], failed: Callable[[int], None], number: int,
    ) -> None:  # fmt: skip
        """A move on disk, then everywhere. People's acts meet the new stage from now on."""
        running.moving = True
        try:
            self.desk.commit(change)
        except StoreError:
            failed(number)
            raise Refused("not_saved") from None
        finally:
            running.moving = False
        done(number)
        running.version += 1
        running.moved_at = running.version
        running.touched_at = self.desk.clock()
        self.desk.acts.let_pass(running)
        self.desk.heard(News(running.code, everyone=True))


def must_be_on(running: Running, name: str, activity: str | None) -> None:
    """A move for an activity is for one that is on, but for those that open and close."""
    on = (None, "", running.course.current, *running.course.beside)
    if activity not in on and name not in ("open", "put_away", "close", "reopen"):
        raise Refused("moved_on")


def nothing_left(running: Running) -> None:
    """Closing asks about items that were not opened yet."""
    left = [item for item in running.agenda if item.id not in running.course.opened]
    if left:
        raise Refused("items_left", n=len(left))


def handed_on(running: Running, meant: Logged, now: float) -> tuple[Body, ...]:
    """What earlier activities give to the one that is opened now for the first time."""
    item_id = str(meant.move.fields.get("activity", ""))
    if meant.move.name != "open" or item_id in running.course.opened:
        return ()
    takes = running.item(item_id).takes
    opened = [running.item(one) for one in takes if one in running.course.opened]
    scenes = [(item, running.scene(item, now)) for item in opened]
    return tuple(body for item, scene in scenes for body in item.activity.gives(scene))
