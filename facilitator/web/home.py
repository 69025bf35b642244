"""The front door: join with a code; for a facilitator, start or find a conversation."""

from __future__ import annotations

import datetime
import secrets
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from .. import formats
from ..desk import Unknown
from ..domain.activity import Refused
from ..domain.dates import days_later
from ..doors import door
from ..opening import FARTHEST
from ..register import Entered
from ..running import Running
from .asking import (
    YEAR,
    desk,
    faces,
    guess,
    language,
    owner,
    page,
    redirect,
    role,
    sent,
    set_cookie,
    wants_json,
)
from .render import LANGUAGES
from .sentences import sentence_for

home = Blueprint("home", __name__)
START = {"format": "werkvloergesprek-30", "preset": "kort"}


@home.get("/")
def front_door() -> Response:
    """Join with a code; for a facilitator, start or find a conversation."""
    if key := request.args.get("host"):
        return become_host(key)
    return home_page(language())


def become_host(key: str) -> Response:
    """Make this browser a facilitator's, and forget the key in the address."""
    known = secrets.compare_digest(key.encode(), faces().host_key.encode())
    who = "host" if known else desk().register.facilitator(key)
    if who is None:
        return home_page(language(), 403, refused=Refused("key_needed"))
    answer = redirect("/")
    set_cookie(answer, "host", faces().host_cookie(who), YEAR)
    return answer


def home_page(
    lang: str, status: int = 200, refused: Refused | None = None, code: str = ""
) -> Response:
    """The front door, with what was wrong if anything was."""
    who = owner()
    today = datetime.date.today().isoformat()
    return page(
        "home.html", lang, status, host=who is not None, sessions=own_sessions(who) if who else [],
        fixed=fixed_doors(who) if who else [], address=faces().public_url.split("://")[1],
        formats=[shelf(one) for one in formats.formats().values()], start=START, code=code,
        refused=sentence_for(refused, lang) if refused else "", default_topic="",
        answer_by=days_later(today, 7), today=today, farthest=days_later(today, FARTHEST),
    )  # fmt: skip


def shelf(one: formats.Format) -> dict[str, Any]:
    """A format as it stands on the shelf."""
    presets = [{"id": key, "name": p.name, "minutes": p.minutes} for key, p in one.presets.items()]
    return {"slug": one.slug, "name": one.name, "goal": one.goal, "when": one.when,
            "people": one.people, "presets": presets,
            "minutes": [p["minutes"] for p in presets]}  # fmt: skip


def own_sessions(who: str) -> list[dict[str, Any]]:
    """This facilitator's sessions, running ones first."""
    entered = desk().register.many() if who == "host" else desk().register.of(who)
    entered.sort(key=lambda one: one.state == "sealed")
    return [
        {"code": one.code, "title": one.title, "date": one.date, "state": state_of(one),
         "links": {**led(one, who), "results": f"/r/{one.report_key}",
                   "loop": f"/l/{one.loop_key}"}}
        for one in entered[:100]
    ]  # fmt: skip


def led(one: Entered, who: str) -> dict[str, str]:
    """The pages that lead a session, for who may. What was shared is led with the key that came
    with it, and no longer once that was taken back."""
    running = desk().running.get(one.code)
    if who in ("host", one.owner) or (running and role(running)):
        return {"screen": f"/{one.code}/screen", "console": f"/{one.code}/console"}
    return {}


def fixed_doors(who: str) -> list[dict[str, Any]]:
    """The doors of this facilitator's series, from the second time on."""
    mine = {} if who == "host" else {"owner": who}
    return [
        {"title": one.title, "path": one.path, "key": one.key}
        for one in desk().register.all_series(2, **mine)[:100]
    ]


def state_of(one: Entered) -> str:
    """lobby, open, closing or sealed."""
    running = desk().running.get(one.code)
    return running.course.state if running else "sealed"


@home.get("/join")
def join() -> Response:
    """A typed code; spaces and dashes do not matter."""
    code = "".join(c for c in request.args.get("code", "") if c.isdigit())
    right = code in desk().running or desk().register.one(code=code or "-") is not None
    try:
        guess(code, right, counts=bool(code))
    except Unknown:
        typed = request.args.get("code", "")[:12]
        return home_page(language(), 404, Refused("unknown_code"), typed)
    return redirect(f"/{code}")


@home.post("/sessions")
def start_session() -> Response:
    """Start a conversation: asks nothing first."""
    who = owner()
    if who is None:
        raise Refused("key_needed")
    wishes: dict[str, Any] = sent() if request.is_json else request.form.to_dict()
    lang = wishes.get("lang") if wishes.get("lang") in tuple(LANGUAGES) else language()
    if "ready" not in wishes:
        wishes["ready"] = not request.is_json
    try:
        running = desk().start(who, wishes, str(lang))
    except (formats.Unknown, ValueError, TypeError) as problem:
        if wishes.get("agenda"):
            raise Refused("unknown_agenda", why=str(problem)) from None
        raise Refused("unknown_format") from None
    if not wants_json(request):
        return redirect(f"/{running.code}/screen", 303)
    return Response(msgspec.json.encode(links(running)), 201, mimetype="application/json")


def links(running: Running) -> dict[str, str]:
    """The addresses of a new session. Keys stand in the fragment: it is in no log."""
    base = f"{faces().public_url}/{running.code}"
    (series,) = desk().register.all_series(id=running.entered.series)
    return {
        "code": running.code,
        "join_url": base,
        "screen_url": f"{base}/screen#k={door(running, 'screen')}",
        "console_url": f"{base}/console#k={door(running, 'console')}",
        "results_url": f"{base}/results",
        "series_url": f"{faces().public_url}{series.path}",
    }
