"""What stands around every room: the session's title, place, people and time."""

from __future__ import annotations

from typing import Literal

from .domain.activity import Body
from .domain.session import HELD, Item, intended
from .domain.tally import FEWEST
from .doors import devices, door, is_led, lead_is_open, leaders, part, role_of
from .running import Running

#: What somebody is shown: an audience, or a console that is for a part of leading.
Face = Literal["phone", "screen", "console", "moderator", "remote"]
CONSOLES = ("console", "moderator", "remote")


def frame(running: Running, audience: Face, now: float) -> Body:
    """What stands around every room."""
    course, item = running.course, running.current
    present = running.present(now)
    opened = course.opened.get(item.id) if item else None
    people = running.here(item) if item else present
    seen: Body = {
        "code": running.code,
        "code_spaced": spaced(running.code),
        "path": f"/{running.code}",
        "title": running.entered.title,
        "topic": running.set_up["fill"]["topic"],
        "until": running.set_up.get("until", ""),
        "state": course.state,
        "activity": item.id if item else "",
        "item": item and told(running, item),
        "few": people < FEWEST,
        "present": present if audience != "phone" else roughly(present),
        "ends": item.activity.ends(opened.stage)
        if item and opened and item.activity.minutes
        else None,
        "paused": course.paused,
        "halted": course.halted,
        "qr_large": course.qr_large,
        "results_url": running.entered.report_path if course.state == "closing" else "",
        "closing_until": course.closing_at + HELD if course.state == "closing" else None,
    }
    if audience == "screen":
        seen["lead"] = {
            "key": door(running, "lead"),
            "open": lead_is_open(running),
            "taken": bool(leaders(running)),
        }
        seen["halted"] = course.halted and not is_led(running)
    if audience in CONSOLES:
        seen |= for_the_console(running, audience) | {"part": audience}
    if audience == "console":
        seen |= who_leads(running, now)
    return seen


def who_leads(running: Running, now: float) -> Body:
    """The devices that lead or help to, and the code for one more."""
    invites = now < running.invited_until
    return {
        "invitation": door(running, "invitation") if invites else "",
        "invited_as": running.invited_as if invites else "",
        "leaders": [{"name": name, "part": role_of(name)} for name in devices(running)],
    }


def for_the_console(running: Running, face: Face) -> Body:
    """The agenda, what comes next and how the time goes."""
    course, item = running.course, running.current
    places = [one.id for one in running.agenda]
    here = places.index(item.id) if item else -1
    ahead = intended(running.items, course, "next", {}) if course.state != "closing" else None
    following = running.agenda[here + 1].title if here + 1 < len(running.agenda) else None
    opened = course.opened.get(item.id) if item else None
    room = item.activity.as_set(opened.stage) if item and opened else None
    phase = room.next_phase(opened.stage) if room and opened else None
    says = {"open": "next_item", "close": "close"}.get(ahead.move.name if ahead else "", "lock")
    if room and phase and phase == room.phases[-1]:
        says = "show"
    begun = [o.stage.data.get("begun", 0.0) for o in course.opened.values()]
    return {
        "agenda": places_on(running, here),
        "next_title": following,
        "next_says": says,
        "looking": bool(item and opened and looking(item, opened.stage.phase)),
        "can_undo": running.can_undo() and may_undo(running, face),
        "companions": [
            {"id": one.id, "title": one.title, "on": one.id in course.beside}
            for one in running.items
            if one.beside
        ],
        "cue": item.activity.cue if item else {},
        "started": min(begun, default=0.0),
        "started_item": course.opened[item.id].stage.data.get("begun", 0.0) if item else 0.0,
        "behind": behind(running),
    }


def may_undo(running: Running, face: Face) -> bool:
    """A moderator takes back what a moderator may do, and no step of somebody else."""
    last = running.moves.last()
    return face != "moderator" or (last is not None and part("moderator", last[1].move.name))


def places_on(running: Running, here: int) -> list[Body]:
    """The agenda as the console shows it; the session stands at place `here`."""
    return [
        {"id": one.id, "n": n + 1, "title": one.title, "minutes": planned(running, one),
         "state": "now" if n == here else "done" if one.id in running.course.opened else "later"}
        for n, one in enumerate(running.agenda)
    ]  # fmt: skip


def looking(item: Item, phase: str) -> bool:
    """Whether a room has come to where everybody looks at what was collected."""
    return len(item.activity.phases) > 1 and phase == item.activity.phases[-1]


def behind(running: Running) -> int:
    """Whole minutes behind the plan at the moment this item was opened."""
    course, item = running.course, running.current
    if item is None:
        return 0
    places = [one.id for one in running.agenda]
    plan = sum(planned(running, one) for one in running.agenda[: places.index(item.id)])
    begun = [o.stage.data.get("begun", 0.0) for o in course.opened.values()]
    spent: float = course.opened[item.id].stage.data.get("begun", 0.0) - min(begun)
    return round(spent / 60 - plan)


def planned(running: Running, item: Item) -> float:
    """How many minutes an item is planned for, as it stands."""
    stage = running.course.stage(item.id)
    return item.activity.minutes_at(stage) if stage else item.activity.minutes


def agenda(running: Running) -> list[Body]:
    """The agenda as tools read it."""
    return [
        {"id": item.id, "kind": item.activity.kind, "title": item.title,
         "minutes": planned(running, item), "current": item.id == running.course.current}
        for item in running.agenda
    ]  # fmt: skip


def told(running: Running, item: Item) -> Body:
    """An item as every audience may know it."""
    told = {
        "id": item.id,
        "kind": item.activity.kind,
        "template_dir": f"activities/{item.activity.kind}",
        "title": item.title,
        "minutes": planned(running, item),
    }
    if item.beside:
        return told
    n = [one.id for one in running.agenda].index(item.id) + 1
    return {**told, "n": n, "of": len(running.agenda)}


def spaced(code: str) -> str:
    """A code as people read it aloud: in groups of three or four."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"


def roughly(people: int) -> int:
    """How many are here, as phones are told: in fives and tens, so that not every arrival is
    sent to everybody."""
    if people < 5:
        return people
    return people // 5 * 5 if people < 30 else people // 10 * 10
