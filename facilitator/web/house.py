"""What holds for every page: assets, errors, headers."""

from __future__ import annotations

import gzip
import secrets
import time

import msgspec
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException, NotFound

from ..desk import Unknown
from ..domain.activity import Refused
from ..limits import TooFast
from .asking import desk, faces, language, message, wants_json
from .conversation import after_the_end
from .home import home_page
from .sentences import sentence_for

house = Blueprint("house", __name__)


@house.get("/healthz")
def healthz() -> Response:
    """200 when the store can be written."""
    probe = desk().folder / "live" / f".probe-{secrets.token_hex(4)}"
    try:
        probe.write_text("")
        probe.unlink()
    except OSError:
        return Response("the store cannot be written\n", 503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")


@house.get("/now")
def now() -> Response:
    """The server's clock, in seconds: pages set theirs by it."""
    return Response(f"{time.time():.3f}", mimetype="text/plain")


@house.get("/s/<version>/<path:name>")
def static(version: str, name: str) -> Response:
    """A style sheet, script, font or picture, for ever under this address."""
    found = faces().assets.found(name)
    if found is None:
        raise NotFound
    packed = found.packed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    answer = Response(found.packed if packed else found.body, content_type=found.mime)
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    # Each browser keeps its own, in the form that it asked for: nothing need say that it varies.
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


# -- what goes wrong


def answer_json(no: Refused, status: int) -> Response:
    """A refusal as data."""
    body = {"refused": no.code, "message": sentence_for(no, language())}
    return Response(msgspec.json.encode(body), status, mimetype="application/json")


@house.app_errorhandler(Refused)
def refused(no: Refused) -> Response:
    """A refusal outside a page of its own."""
    status = 403 if no.code == "key_needed" else 422
    if wants_json(request) or request.path.endswith((".json", ".csv")):
        return answer_json(no, status)
    return message("key_needed" if no.code == "key_needed" else "server", status, no)


@house.app_errorhandler(Unknown)
def unknown(_: Unknown) -> Response:
    """A code that stands for nothing: the front door, with one sentence."""
    if wants_json(request):
        return answer_json(Refused("unknown_code"), 404)
    code = str((request.view_args or {}).get("code", ""))
    if desk().register.one(code=code):
        return after_the_end(code)
    return home_page(language(), 404, Refused("unknown_code"), code[:12])


@house.app_errorhandler(TooFast)
def too_fast(_: TooFast) -> Response:
    """Wait a moment."""
    if wants_json(request):
        return answer_json(Refused("too_fast"), 429)
    return message("server", 429, Refused("too_fast"))


@house.app_errorhandler(RecursionError)
def too_deep(_: RecursionError) -> Response:
    """JSON in JSON in JSON."""
    return refused(Refused("not_understood"))


@house.app_errorhandler(HTTPException)
def http_error(problem: HTTPException) -> Response:
    """An address that does not exist, or a request that makes no sense."""
    no = Refused("not_understood")
    if wants_json(request):
        return answer_json(no, problem.code or 500)
    if problem.code == 404:
        return message("missing", 404)
    return message("server", problem.code or 500, no)


@house.app_errorhandler(Exception)
def trouble(problem: Exception) -> Response:
    """Our mistake: written in the log without a word of anybody's, told in one sentence."""
    current_app.logger.exception("a page failed", exc_info=problem)
    return message("server", 500)


@house.after_app_request
def guard(answer: Response) -> Response:
    """Headers that keep a page to itself."""
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if request.endpoint == "house.static":
        return answer
    address = request.host
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"font-src 'self'; connect-src 'self' ws://{address} wss://{address}; "
        "frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'self'"
    )
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers.setdefault("Cache-Control", "no-store")
    return packed(answer)


def packed(answer: Response) -> Response:
    """Packed, when it is text and long enough to matter."""
    wanted = "gzip" in request.headers.get("Accept-Encoding", "")
    if not wanted or "Content-Encoding" in answer.headers or answer.direct_passthrough:
        return answer
    if answer.mimetype in ("text/html", "application/json") and len(answer.get_data()) > 1000:
        answer.set_data(gzip.compress(answer.get_data(), 9, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Vary"] = "Accept-Encoding"
    return answer
