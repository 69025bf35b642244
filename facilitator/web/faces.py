"""What every audience sees, as HTML: the desk's plain dicts through the templates."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from ..desk import Desk
from ..frame import CONSOLES, Face
from ..keys import Token, keyed
from ..register import Entered
from .assets import Assets
from .render import LANGUAGES, Renderer

GAP = re.compile(r">\s+<")


@dataclass
class Seen:
    """What one audience sees at one moment, and what it looks like once somebody looked."""

    stand: tuple[int, int, int]  # version, sockets, phones present
    frame: dict[str, Any]
    view: dict[str, Any]
    html: dict[str, str] = field(default_factory=dict)  # by language
    own: dict[tuple[str, str], str] = field(default_factory=dict)  # by language and content


def spare(html: str) -> str:
    """Without the room between tags: it is sent to every phone."""
    return GAP.sub("> <", html).strip()


class Faces:
    """Renders views and own parts. Knows the addresses of pages, and who is a facilitator."""

    languages = LANGUAGES

    def __init__(self, desk: Desk, assets: Assets, public_url: str, host_key: str) -> None:
        self.desk, self.assets = desk, assets
        self.public_url, self.host_key = public_url, host_key
        self.render = Renderer(assets.address)
        self.known: dict[tuple[str, str], Seen] = {}

    # -- facilitators

    def host_cookie(self, owner: str) -> str:
        """What a facilitator's browser keeps: a proof made from the key, not the key."""
        return f"{owner}.{keyed(self.host_key.encode(), 'host', owner).hex()}"

    def owner(self, cookie: str | None) -> str | None:
        """Which facilitator this cookie proves."""
        owner = (cookie or "").split(".")[0]
        if cookie and secrets.compare_digest(self.host_cookie(owner).encode(), cookie.encode()):
            return owner
        return None

    def is_host(self, cookie: str | None, entered: Entered) -> bool:
        """Whether this browser may lead this session: its owner, or the host of the house."""
        return self.owner(cookie) in ("host", entered.owner)

    # -- views

    def face(self, code: str, audience: str) -> Seen:
        """What one audience sees now; the same one as long as nothing in it changed."""
        running = self.desk.find(code)
        stand = (running.version, len(running.sockets), running.present(self.desk.clock()))
        known = self.known.get((code, audience))
        if known and known.stand == stand:
            return known
        frame, view = self.frame(code, audience)
        if known and known.frame == frame and known.view == view:
            known.stand = stand
            return known
        fresh = self.known[code, audience] = Seen(stand, frame, view)
        return fresh

    def forget(self, code: str) -> None:
        """A session is sealed: nothing of it stays here."""
        for audience in ("phone", "screen", *CONSOLES):
            self.known.pop((code, audience), None)

    def frame(self, code: str, audience: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The desk's frame and view, with the addresses a page needs."""
        of: Face = audience  # type: ignore[assignment]
        frame, view = self.desk.view(code, of)
        frame["join_url"] = f"{self.public_url}/{code}".upper()
        frame["join_address"] = self.public_url.split("://")[1]
        frame["languages"] = LANGUAGES
        if frame["item"]:
            page = "console" if audience in CONSOLES else audience
            frame["template"] = f"{frame['item']['template_dir']}/{page}.html"
        if frame["results_url"]:
            frame["results_full_url"] = f"{self.public_url}{frame['results_url']}"
        if audience in (*CONSOLES, "screen"):
            frame["moved_at"] = self.desk.find(code).moved_at
        if "lead" in frame:
            frame["lead"]["url"] = f"{self.public_url}/{code}/lead#k={frame['lead']['key']}"
        return frame, view

    def view(self, code: str, audience: str, lang: str) -> str:
        """The inside of #view for one audience and language."""
        face = self.face(code, audience)
        if lang not in face.html:
            page = "console" if audience in CONSOLES else audience
            html = self.render(f"{page}_view.html", lang, frame=face.frame, view=face.view)
            face.html[lang] = spare(html)
        return face.html[lang]

    def own(self, code: str, token: Token, lang: str) -> str:
        """The inside of #own for one phone."""
        face, own = self.face(code, "phone"), self.desk.own(code, token)
        key = (lang, repr(own))
        if key not in face.own:
            html = self.render("phone_own.html", lang, frame=face.frame, view=face.view, own=own)
            face.own[key] = spare(html)
        return face.own[key]
