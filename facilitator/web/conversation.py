"""In a session: the phone, the screen and the console, and their doors without sockets."""

from __future__ import annotations

import secrets
from typing import Any

import msgspec
from flask import Blueprint, Response, current_app, request
from markupsafe import Markup

from .. import doors
from ..desk import Unknown
from ..domain.activity import Act, Refused
from ..frame import CONSOLES
from ..frame import agenda as agenda_of
from ..keys import Token
from ..running import Running
from .asking import (
    DAY,
    YEAR,
    desk,
    faces,
    guess,
    language,
    language_said,
    leads_as,
    message,
    owner,
    page,
    redirect,
    role,
    sent,
    set_cookie,
    turnstile,
    wants_json,
    was_there,
)
from .forms import fields
from .render import LANGUAGES
from .sentences import sentence_for
from .still import still

conversation = Blueprint("conversation", __name__)


@conversation.app_url_value_preprocessor
def note_wrong_codes(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Guessing codes is limited; joining is not."""
    code = (values or {}).get("code")
    if code is None:
        return
    running = desk().running.get(code)
    if running and (was_there(running.entered) or role(running)):
        return
    right = running is not None or desk().register.one(code=code) is not None
    guess(code, right, counts=code.isdigit())  # /favicon.ico is not a guess


@conversation.get("/<code>")
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
    frame |= furnished(running, "phone")
    own = desk().own(running.code, fresh)
    answer = page(
        "phone.html", lang, status, frame=frame, view=view, own=own,
        page=shell(running, lang, refused, view_html=faces().view(running.code, "phone", lang),
                   own_html=faces().own(running.code, fresh, lang)),
    )  # fmt: skip
    if not token:
        set_cookie(answer, f"s{running.code}", fresh.written(), lasts(running))
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
    mine = leads_as(running)
    view_html = view_html.replace(f'data-leads="{mine}"', f'data-leads="{mine}" data-is-me')
    seen = still(desk().clock(), view_html, own_html)
    return {
        "version": running.version,
        "refused": sentence_for(refused, lang) if refused else "",
        "kept": request.form.to_dict() if refused else {},
        "may_lead": role(running) == "console",
        "leads_as": mine,
        "key_needed": False,
        "view_html": Markup(seen.view),
        "own_html": Markup(seen.own),
        "field": seen.field,
        "look_again": seen.look_again,
        "lang_said": language_said(),
        "care": current_app.config["CARE_TEXT"],
        "lang_usual": running.entered.lang,
        "lang_links": [(c, name, f"{here}?lang={c}") for c, name in LANGUAGES.items()],
    }


def furnished(running: Running, audience: str) -> dict[str, Any]:
    """The style of a page, its scripts, and all modules they need."""
    assets, entry = faces().assets, f"js/{audience}.js"
    rooms = [item.activity for item in running.agenda]
    names = {room.kind for room in rooms}.union(*(room.brings for room in rooms))
    scripts = assets.scripts(names)
    needed = dict.fromkeys(name for one in (entry, *scripts) for name in assets.preload(one))
    return {
        "style": assets.style(audience, names),
        "scripts": [assets.address(name) for name in scripts],
        "preload": [assets.address(name) for name in needed],
    }


@conversation.get("/<code>/screen")
def screen(code: str) -> Response:
    """The room's screen."""
    return led_page(code, "screen", ("screen", *CONSOLES))


@conversation.get("/<code>/console")
def console(code: str) -> Response:
    """The facilitator's console."""
    return led_page(code, "console", CONSOLES)


def led_page(code: str, audience: str, roles: tuple[str, ...], status: int = 200,
             refused: Refused | None = None) -> Response:  # fmt: skip
    """A page for who leads. Without a key the page asks for the one in its fragment."""
    running = desk().running.get(code)
    if running is None:
        return after_the_end(code)
    lang = language(running.entered.lang)
    token = Token.read(request.cookies.get(f"s{code}"))
    watches = audience == "screen" and doors.takes_part(running, token)
    part = role(running)
    if part not in roles and not watches:
        return key_page(code, lang)
    if audience == "console" and part in ("console", "remote"):
        desk().leads.seen(code)
    face = str(part) if audience == "console" else audience
    frame, view = faces().frame(code, face)
    frame |= furnished(running, audience)
    return page(
        f"{audience}.html", lang, status, frame=frame, view=view,
        page=shell(running, lang, refused, view_html=faces().view(code, face, lang)),
    )  # fmt: skip


def key_page(code: str, lang: str) -> Response:
    """No key yet: a script takes it from the fragment."""
    return page("key.html", lang, 403, path=f"/{code}")


@conversation.get("/<code>/lead")
def lead(code: str) -> Response:
    """The single-use code on the screen leads here."""
    desk().find(code)
    return page("key.html", language(), path=f"/{code}")


@conversation.post("/<code>/key")
def exchange(code: str) -> Response:
    """A key from a fragment for a cookie."""
    running = desk().find(code)
    key = sent().get("key")
    if not isinstance(key, str):
        raise Refused("not_understood")
    if key.startswith("invitation.") and role(running) == "console":
        return go(code, "console")  # whoever leads already uses up nobody's code
    if key.startswith(doors.ONCE):
        key = desk().leads.take(code, key)
    opens = doors.role(running, key)
    if opens is None:
        raise Refused("key_needed")
    who = owner()
    if opens == "console" and who not in (None, "host", running.entered.owner):
        desk().register.share(running.entered.id, str(who))
    answer = go(code, "screen" if opens == "screen" else "console")
    set_cookie(answer, f"k{code}", key, lasts(running))
    set_cookie(answer, f"r{code}", running.entered.report_key, YEAR)
    return answer


def go(code: str, where: str) -> Response:
    """Where a key leads, for the script that brought it."""
    return Response(msgspec.json.encode({"go": f"/{code}/{where}"}), mimetype="application/json")


@conversation.get("/<code>/take-over")
def take_over(code: str) -> Response:
    """In the window with the screen, and only while nobody leads: a code that works once."""
    running = desk().find(code)
    lang = language(running.entered.lang)
    if role(running) != "console":
        return key_page(code, lang)
    frame, _ = faces().frame(code, "screen")
    if not frame["halted"] or not desk().leads.invites(running):
        return redirect(f"/{code}/screen", 303)
    frame |= furnished(running, "screen")
    return page("take_over.html", lang, frame=frame, key=doors.door(running, "invitation"))


@conversation.post("/<code>/take-over")
def show_code(code: str) -> Response:
    """The press that brings this code there. It never stands on the wall by itself."""
    running = desk().find(code)
    if role(running) != "console":
        raise Refused("key_needed")
    if faces().frame(code, "screen")[0]["halted"]:
        desk().move(code, "add_lead", {})
    return redirect(f"/{code}/take-over", 303)


@conversation.post("/<code>/act")
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
        desk().act(code, asked_activity, token, asked, by_line=False)
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


@conversation.post("/<code>/move")
def move(code: str) -> Response:
    """The console's buttons without JavaScript."""
    running = desk().find(code)
    part = role(running)
    if part not in CONSOLES:
        raise Refused("key_needed")
    name = request.form.get("name", "")
    try:
        desk().leads.must_be_part(code, part, name)
        type_card(code) if name == "type" else ask_move(code, name)
    except Refused as no:
        return led_page(code, "console", CONSOLES, 422, no)
    return redirect(f"/{code}/{'screen' if name == 'take_back_lead' else 'console'}", 303)


def type_card(code: str) -> None:
    """A helper types a card for somebody without a phone."""
    typed = Act(secrets.token_hex(8), "type", fields(request.form.items()))
    about = {"role": "helper"}
    desk().act(code, request.form.get("activity"), Token.fresh(), typed, about)


def ask_move(code: str, name: str) -> None:
    """A move in a form. The version that the page was made for makes a double press one step."""
    activity, version = request.form.get("activity", ""), request.form.get("version", "")
    asked = fields(request.form.items())
    if name in ("open", "put_away"):
        asked["activity"] = activity
    desk().move(code, name, asked, int(version) if version.isdecimal() else None, activity or None)


@conversation.post("/<code>/hand-over")
def hand_over(code: str) -> Response:
    """A new person on this phone: a new token and a blank page."""
    running = desk().find(code)
    answer = redirect(f"/{code}?fresh=1", 303)
    set_cookie(answer, f"s{code}", Token.fresh().written(), lasts(running))
    return answer


def lasts(running: Running) -> int:
    """For how many seconds a browser keeps what it is known by: a day, or as long as the session
    stays open."""
    return max(DAY, int(running.closes_at - desk().clock()) + DAY)


@conversation.get("/<code>/agenda.json")
def agenda(code: str) -> Response:
    """The agenda, for tools."""
    running = desk().find(code)
    if role(running) != "console":
        raise Refused("key_needed")
    return Response(msgspec.json.encode(agenda_of(running)), mimetype="application/json")


@conversation.get("/<code>/cards")
def cards(code: str) -> Response:
    """A sheet of paper cards, for who has no phone."""
    running = desk().find(code)
    if role(running) is None:
        raise Refused("key_needed")
    frame, _ = faces().frame(code, "screen")
    lang = language(running.entered.lang)
    return page("cards.html", lang, frame=frame, sheets=paper_cards(running, lang))


def paper_cards(running: Running, lang: str) -> list[dict[str, Any]]:
    """A sheet for every kind on the agenda that has a paper card: so many cards, and one drawn.
    Its question is on it where only one activity asks it."""
    sheets, render = [], faces().render
    for kind in dict.fromkeys(item.activity.kind for item in running.agenda):
        template = f"activities/{kind}/cards.html"
        if not render.has(template):
            continue
        rooms = [item.activity for item in running.agenda if item.activity.kind == kind]
        question = rooms[0].question if len(rooms) == 1 else {}
        card = Markup(render(template, lang, question=question, room=rooms[0]))
        sheets.append({"n": rooms[0].cards_on_a_sheet, "card": card})
    return sheets


def after_the_end(code: str) -> Response:
    """A sealed session's code: the report for who took part, one sentence for others."""
    entered = desk().register.one(code=code)
    if entered is None:
        raise Unknown(code)
    if was_there(entered):
        return redirect(entered.report_path, 303)
    return message("closed", 410)


@conversation.get("/<code>/bye")
def bye(code: str) -> Response:
    """The session is closed: this phone forgets its key, and goes to the report."""
    entered = desk().register.one(code=code)
    if entered is None:
        raise Unknown(code)
    answer = redirect(entered.report_path if was_there(entered) else "/", 303)
    answer.delete_cookie(f"s{code}", path="/")
    return answer
