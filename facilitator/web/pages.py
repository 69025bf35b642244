"""The pages and the doors without sockets. Each handler asks the desk one thing."""

from __future__ import annotations

import datetime
import gzip
import secrets
from typing import Any

import flask
import msgspec
from flask import Blueprint, Request, Response, current_app, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, NotFound

from .. import formats
from ..desk import Desk, Unknown
from ..domain.activity import Act, Refused
from ..domain.dates import days_later
from ..keys import Token
from ..limits import TooFast, Turnstile
from ..register import Entered
from ..running import Running
from .faces import Faces
from .forms import fields, sound
from .render import LANGUAGES
from .sentences import sentence_for

bp = Blueprint("pages", __name__)
DAY = 24 * 3600
YEAR = 365 * DAY
START = {"format": "werkvloergesprek-30", "preset": "kort"}


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
    """The reader's language: chosen, kept from before, the session's, or the browser's."""
    for lang in (request.args.get("lang"), request.cookies.get("lang"), usual):
        if lang in LANGUAGES:
            return str(lang)
    best = request.accept_languages.best_match(list(LANGUAGES))
    return best or str(current_app.config["DEFAULT_LANG"])


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


def role(running: Running) -> str | None:
    """What the asker may do in this session: console, screen or nothing."""
    asker = owner()
    if asker in ("host", running.entered.owner):
        return "console"
    return desk().role(running, request.cookies.get(f"k{running.code}"))


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


# -- the front door


@bp.get("/")
def home() -> Response:
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
        formats=[shelf(one) for one in formats.formats().values()], start=START, code=code,
        refused=sentence_for(refused, lang) if refused else "", default_topic="",
        answer_by=days_later(today, 7),
    )  # fmt: skip


def shelf(one: formats.Format) -> dict[str, Any]:
    """A format as it stands on the shelf."""
    presets = [{"id": key, "name": p.name, "minutes": p.minutes} for key, p in one.presets.items()]
    return {"slug": one.slug, "name": one.name, "goal": one.goal, "when": one.when,
            "people": one.people, "presets": presets,
            "minutes": [p["minutes"] for p in presets]}  # fmt: skip


def own_sessions(who: str) -> list[dict[str, Any]]:
    """This facilitator's sessions, running ones first."""
    entered = desk().register.many() if who == "host" else desk().register.many(owner=who)
    entered.sort(key=lambda one: one.state == "sealed")
    return [
        {"code": one.code, "title": one.title, "date": one.date, "state": state_of(one),
         "links": {"screen": f"/{one.code}/screen", "console": f"/{one.code}/console",
                   "results": f"/r/{one.report_key}", "loop": f"/l/{one.loop_key}"}}
        for one in entered[:100]
    ]  # fmt: skip


def state_of(one: Entered) -> str:
    """lobby, open, closing or sealed."""
    running = desk().running.get(one.code)
    return running.course.state if running else "sealed"


@bp.get("/join")
def join() -> Response:
    """A typed code; spaces and dashes do not matter."""
    code = "".join(c for c in request.args.get("code", "") if c.isdigit())
    try:
        guess(code, code in desk().running or desk().register.one(code=code or "-") is not None)
    except Unknown:
        typed = request.args.get("code", "")[:12]
        return home_page(language(), 404, Refused("unknown_code"), typed)
    return redirect(f"/{code}")


@bp.post("/sessions")
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
        raise Refused("unknown_format", why=str(problem)) from None
    if not wants_json(request):
        return redirect(f"/{running.code}/screen", 303)
    return Response(msgspec.json.encode(links(running)), 201, mimetype="application/json")


def links(running: Running) -> dict[str, str]:
    """The addresses of a new session. Keys stand in the fragment: it is in no log."""
    base = f"{faces().public_url}/{running.code}"
    return {
        "code": running.code,
        "join_url": base,
        "screen_url": f"{base}/screen#k={desk().door(running, 'screen')}",
        "console_url": f"{base}/console#k={desk().door(running, 'console')}",
        "results_url": f"{base}/results",
    }


# -- in a session


@bp.app_url_value_preprocessor
def note_wrong_codes(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Guessing codes is limited; joining is not."""
    code = (values or {}).get("code")
    if code is None:
        return
    running = desk().running.get(code)
    if running and (was_there(running.entered) or role(running)):
        return
    guess(code, running is not None or desk().register.one(code=code) is not None)


def guess(code: str, right: bool) -> None:
    """Somebody without a place tries a code. Who guessed too often is not told any more."""
    address = request.remote_addr or ""
    if not turnstile().may_guess(address):
        raise TooFast
    if not right:
        if code.isdigit():  # /favicon.ico is not a guess
            turnstile().wrong_code(address)
        raise Unknown(code)


@bp.get("/<code>")
def phone(code: str) -> Response:
    """The phone's page, where the session is now."""
    running = desk().running.get(code)
    if running is None:
        return after_the_end(code)
    return phone_page(running)


def phone_page(running: Running, status: int = 200, refused: Refused | None = None) -> Response:
    """The whole page as HTML; live comes on top of it."""
    lang = language()
    token = Token.read(request.cookies.get(f"s{running.code}"))
    if token:
        desk().seen(running.code, token)
    fresh = token or Token.fresh()
    frame, view = faces().frame(running.code, "phone")
    frame |= scripts("js/phone.js")
    own = desk().own(running.code, fresh)
    answer = page(
        "phone.html", lang, status, frame=frame, view=view, own=own,
        page=shell(running, lang, refused, view_html=faces().view(running.code, "phone", lang),
                   own_html=faces().own(running.code, fresh, lang)),
    )  # fmt: skip
    if not token:
        set_cookie(answer, f"s{running.code}", fresh.written(), DAY)
        # Tokens are destroyed at the seal; this link still leads whoever was here to the report.
        set_cookie(answer, f"r{running.code}", running.entered.report_key, YEAR)
    return answer


def shell(
    running: Running,
    lang: str,
    refused: Refused | None = None,
    view_html: str = "",
    own_html: str = "",
) -> dict[str, Any]:
    """What only a whole page needs."""
    here = request.path if request.method == "GET" else f"/{running.code}"
    return {
        "version": running.version,
        "refused": sentence_for(refused, lang) if refused else "",
        "kept": request.form.to_dict() if refused else {},
        "may_lead": role(running) == "console",
        "key_needed": False,
        "view_html": Markup(view_html),
        "own_html": Markup(own_html),
        "lang_links": [(c, name, f"{here}?lang={c}") for c, name in LANGUAGES.items()],
    }


def scripts(entry: str) -> dict[str, Any]:
    """The scripts of a page, and all modules they need."""
    assets = faces().assets
    rooms = assets.rooms()
    needed = dict.fromkeys(name for one in (entry, *rooms) for name in assets.preload(one))
    return {
        "scripts": [assets.address(name) for name in rooms],
        "preload": [assets.address(name) for name in needed],
    }


@bp.get("/<code>/screen")
def screen(code: str) -> Response:
    """The room's screen."""
    return led_page(code, "screen", ("screen", "console"))


@bp.get("/<code>/console")
def console(code: str) -> Response:
    """The facilitator's console."""
    return led_page(code, "console", ("console",))


def led_page(code: str, audience: str, roles: tuple[str, ...], status: int = 200,
             refused: Refused | None = None) -> Response:  # fmt: skip
    """A page for who leads. Without a key the page asks for the one in its fragment."""
    running = desk().running.get(code)
    if running is None:
        return after_the_end(code)
    lang = language(running.entered.lang)
    token = Token.read(request.cookies.get(f"s{code}"))
    watches = audience == "screen" and desk().takes_part(running, token)
    if role(running) not in roles and not watches:
        return key_page(code, lang)
    frame, view = faces().frame(code, audience)
    frame |= scripts(f"js/{audience}.js")
    return page(
        f"{audience}.html", lang, status, frame=frame, view=view,
        page=shell(running, lang, refused, view_html=faces().view(code, audience, lang)),
    )  # fmt: skip


def key_page(code: str, lang: str) -> Response:
    """No key yet: a script takes it from the fragment."""
    return page("key.html", lang, 403, path=f"/{code}")


@bp.get("/<code>/lead")
def lead(code: str) -> Response:
    """The single-use code on the screen leads here."""
    desk().find(code)
    return page("key.html", language(), path=f"/{code}")


@bp.post("/<code>/key")
def exchange(code: str) -> Response:
    """A key from a fragment for a cookie."""
    running = desk().find(code)
    key = sent().get("key")
    if not isinstance(key, str):
        raise Refused("not_understood")
    if key.startswith("lead."):
        key = desk().lead(code, key)
    opens = desk().role(running, key)
    if opens is None:
        raise Refused("key_needed")
    answer = Response(msgspec.json.encode({"go": f"/{code}/{opens}"}), mimetype="application/json")
    set_cookie(answer, f"k{code}", key, DAY)
    set_cookie(answer, f"r{code}", running.entered.report_key, YEAR)
    return answer


@bp.post("/<code>/act")
def act(code: str) -> Response:
    """The door for phones without JavaScript, or without sockets."""
    running = desk().find(code)
    token = Token.read(request.cookies.get(f"s{code}"))
    if token is None:
        raise Refused("reload_first")
    try:
        asked_activity, asked = read_act()
        turnstile().pass_one(f"{code}/{token.written()}")
        desk().seen(code, token)
        desk().act(code, asked_activity, token, asked)
    except Refused as no:
        if wants_json(request):
            raise
        return phone_page(running, 422, no)
    if wants_json(request):
        body = {"own": faces().own(code, token, language()), "version": running.version}
        return Response(msgspec.json.encode(body), mimetype="application/json")
    return redirect(f"/{code}", 303)


def read_act() -> tuple[str | None, Act]:
    """The act in a form or in JSON."""
    if request.is_json:
        asked = sent()
        if not isinstance(asked.get("fields", {}), dict):
            raise Refused("not_understood")
        act_id = str(asked.get("id") or secrets.token_hex(8))
        return asked.get("activity"), Act(act_id, str(asked.get("name")), asked.get("fields", {}))
    form = request.form
    found = fields(form.items(multi=True))
    return form.get("activity") or None, Act(secrets.token_hex(8), form.get("name", ""), found)


@bp.post("/<code>/move")
def move(code: str) -> Response:
    """The console's buttons without JavaScript."""
    running = desk().find(code)
    if role(running) != "console":
        raise Refused("key_needed")
    form = request.form
    back = "screen" if form.get("name") == "take_back_lead" else "console"
    try:
        if form.get("name") == "type":
            desk().act(code, form.get("activity"), Token.fresh(),
                       Act(secrets.token_hex(8), "type", fields(form.items())), {"role": "helper"})  # fmt: skip
        else:
            asked = fields(form.items())
            if form.get("name") == "open":
                asked["activity"] = form.get("activity", "")
            desk().move(code, form.get("name", ""), asked, activity=form.get("activity") or None)
    except Refused as no:
        return led_page(code, "console", ("console",), 422, no)
    return redirect(f"/{code}/{back}", 303)


@bp.post("/<code>/hand-over")
def hand_over(code: str) -> Response:
    """A new person on this phone: a new token and a blank page."""
    desk().find(code)
    answer = redirect(f"/{code}?fresh=1", 303)
    set_cookie(answer, f"s{code}", Token.fresh().written(), DAY)
    return answer


@bp.get("/<code>/agenda.json")
def agenda(code: str) -> Response:
    """The agenda, for tools."""
    running = desk().find(code)
    if role(running) != "console":
        raise Refused("key_needed")
    return Response(msgspec.json.encode(desk().agenda(code)), mimetype="application/json")


@bp.get("/<code>/cards")
def cards(code: str) -> Response:
    """A sheet of paper cards, for who has no phone."""
    running = desk().find(code)
    if role(running) is None:
        raise Refused("key_needed")
    frame, _ = faces().frame(code, "screen")
    return page("cards.html", language(running.entered.lang), frame=frame)


# -- the end


def after_the_end(code: str) -> Response:
    """A sealed session's code: the report for who took part, one sentence for others."""
    entered = desk().register.one(code=code)
    if entered is None:
        raise Unknown(code)
    if was_there(entered):
        return redirect(desk().report_path(entered), 303)
    return message("closed", 410)


def was_there(entered: Entered) -> bool:
    """Whether this browser took part, or led."""
    link = request.cookies.get(f"r{entered.code}", "")
    return owner() in ("host", entered.owner) or secrets.compare_digest(
        link.encode(), entered.report_key.encode()
    )


@bp.get("/<code>/bye")
def bye(code: str) -> Response:
    """The session is closed: this phone forgets its key, and goes to the report."""
    entered = desk().register.one(code=code)
    if entered is None:
        raise Unknown(code)
    answer = redirect(desk().report_path(entered) if was_there(entered) else "/", 303)
    answer.delete_cookie(f"s{code}", path="/")
    return answer


@bp.get("/healthz")
def healthz() -> Response:
    """200 when the store can be written."""
    probe = desk().folder / "live" / f".probe-{secrets.token_hex(4)}"
    try:
        probe.write_text("")
        probe.unlink()
    except OSError:
        return Response("the store cannot be written\n", 503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")


@bp.get("/s/<version>/<path:name>")
def static(version: str, name: str) -> Response:
    """A style sheet, script, font or picture, for ever under this address."""
    found = faces().assets.files.get(name)
    if found is None:
        raise NotFound
    packed = found.packed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    answer = Response(found.packed if packed else found.body, content_type=found.mime)
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


# -- what goes wrong


def answer_json(no: Refused, status: int) -> Response:
    """A refusal as data."""
    body = {"refused": no.code, "message": sentence_for(no, language())}
    return Response(msgspec.json.encode(body), status, mimetype="application/json")


@bp.app_errorhandler(Refused)
def refused(no: Refused) -> Response:
    """A refusal outside a page of its own."""
    status = 403 if no.code == "key_needed" else 422
    if wants_json(request) or request.path.endswith((".json", ".csv")):
        return answer_json(no, status)
    return message("key_needed" if no.code == "key_needed" else "server", status, no)


@bp.app_errorhandler(Unknown)
def unknown(_: Unknown) -> Response:
    """A code that stands for nothing: the front door, with one sentence."""
    if wants_json(request):
        return answer_json(Refused("unknown_code"), 404)
    code = (request.view_args or {}).get("code", "")
    return home_page(language(), 404, Refused("unknown_code"), str(code)[:12])


@bp.app_errorhandler(TooFast)
def too_fast(_: TooFast) -> Response:
    """Wait a moment."""
    if wants_json(request):
        return answer_json(Refused("too_fast"), 429)
    return message("server", 429, Refused("too_fast"))


@bp.app_errorhandler(RecursionError)
def too_deep(_: RecursionError) -> Response:
    """JSON in JSON in JSON."""
    return refused(Refused("not_understood"))


@bp.app_errorhandler(HTTPException)
def http_error(problem: HTTPException) -> Response:
    """An address that does not exist, or a request that makes no sense."""
    no = Refused("not_understood")
    if wants_json(request):
        return answer_json(no, problem.code or 500)
    return message("server", problem.code or 500, no)


@bp.app_errorhandler(Exception)
def trouble(problem: Exception) -> Response:
    """Our mistake: written in the log without a word of anybody's, told in one sentence."""
    current_app.logger.exception("a page failed", exc_info=problem)
    return message("server", 500)


@bp.after_app_request
def guard(answer: Response) -> Response:
    """Headers that keep a page to itself."""
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if request.endpoint == "pages.static":
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
        answer.set_data(gzip.compress(answer.get_data(), 6))
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Vary"] = "Accept-Encoding"
    return answer
