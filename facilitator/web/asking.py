"""Who asks, in which language, and what an answer to them looks like."""

from __future__ import annotations

import secrets
from typing import Any

import flask
from flask import Request, Response, current_app, request

from .. import doors
from ..desk import Desk, Unknown
from ..domain.activity import Refused
from ..limits import TooFast, Turnstile
from ..register import Entered
from ..running import Running
from .faces import Faces
from .forms import sound
from .render import LANGUAGES
from .sentences import sentence_for

DAY = 24 * 3600
YEAR = 365 * DAY


def desk() -> Desk:
    """The one desk of this house."""
    return current_app.extensions["desk"]  # type: ignore[no-any-return]


def faces() -> Faces:
    """What everybody sees."""
    return current_app.extensions["faces"]  # type: ignore[no-any-return]


def redirect(address: str, status: int = 302) -> Response:
    """Go there."""
    return flask.redirect(address, status, Response)  # type: ignore[return-value]


def turnstile() -> Turnstile:
    """Who asks how fast."""
    return current_app.extensions["turnstile"]  # type: ignore[no-any-return]


def language(usual: str = "") -> str:
    """The reader's language: the one they chose, the session's, or the browser's."""
    if lang := language_said() or (usual if usual in LANGUAGES else ""):
        return lang
    best = request.accept_languages.best_match(list(LANGUAGES))
    return best or str(current_app.config["DEFAULT_LANG"])


def language_said() -> str:
    """The language that a reader chose, now or before; nothing when they never did."""
    for lang in (request.args.get("lang"), request.cookies.get("lang")):
        if lang in LANGUAGES:
            return str(lang)
    return ""


def page(template: str, lang: str, status: int = 200, **context: Any) -> Response:
    """A page in a language, which the browser may not keep."""
    links = [(code, name, f"?lang={code}") for code, name in LANGUAGES.items()]
    answer = Response(faces().render(template, lang, lang_links=links, **context), status)
    if request.args.get("lang") in LANGUAGES:
        set_cookie(answer, "lang", lang, YEAR)
    return answer


def set_cookie(answer: Response, name: str, value: str, age: int) -> None:
    """A cookie that scripts cannot read and other sites cannot send."""
    answer.set_cookie(
        name, value, max_age=age, httponly=True, samesite="Lax", path="/",
        secure=bool(current_app.config["SECURE"]),
    )  # fmt: skip


def owner() -> str | None:
    """Which facilitator asks, if any."""
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if bearer and secrets.compare_digest(bearer.encode(), faces().host_key.encode()):
        return "host"
    return faces().owner(request.cookies.get("host"))


def role(running: Running) -> doors.Role | None:
    """What the asker may do in this session: console, screen or nothing."""
    asker = owner()
    if asker in ("host", running.entered.owner):
        return "console"
    return doors.role(running, request.cookies.get(f"k{running.code}"))


def leads_as(running: Running) -> str:
    """By which door the asker leads: "start" for whoever started it, or a device's own."""
    if owner() in ("host", running.entered.owner):
        return "start"
    name = doors.opened_by(running, request.cookies.get(f"k{running.code}"))
    return name if name in doors.devices(running) else "start" if name == "console" else ""


def wants_json(asked: Request) -> bool:
    """Whether the answer should be data."""
    return asked.is_json or asked.accept_mimetypes.best == "application/json"


def sent() -> dict[str, Any]:
    """The JSON object that was sent."""
    asked = request.get_json()
    if not isinstance(asked, dict) or not sound(asked):
        raise Refused("not_understood")
    return asked


def message(trouble: str, status: int, no: Refused | None = None) -> Response:
    """One sentence and one action."""
    lang = language()
    said = sentence_for(no, lang) if no else ""
    return page("message.html", lang, status, trouble=trouble, to="", sentence=said)


def guess(code: str, right: bool, counts: bool = True) -> None:
    """Somebody without a place tries a code. Who guessed too often is not told any more."""
    address = request.remote_addr or ""
    if not turnstile().may_guess(address):
        raise TooFast
    if not right:
        if counts:
            turnstile().wrong_code(address)
        raise Unknown(code)


def was_there(entered: Entered) -> bool:
    """Whether this browser took part, or led."""
    link = request.cookies.get(f"r{entered.code}", "")
    return owner() in ("host", entered.owner) or secrets.compare_digest(
        link.encode(), entered.report_key.encode()
    )
