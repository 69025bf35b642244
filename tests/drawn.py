"""A room's pages as they go over the wire, without a server. No tests here.

html = Drawn(house).phone(play(Vote(…), given=cards))
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from facilitator.web.assets import Assets
from facilitator.web.faces import Faces, spare
from facilitator.web.render import Renderer
from tests.play import Play

TAG = re.compile(r"<[^>]*>")


@cache
def drawing() -> tuple[Assets, Renderer]:
    """Files and compiled templates: the same ones for every test."""
    assets = Assets()
    return assets, Renderer(assets.address)


class Drawn:
    """Draws a played room within the real frame of a session."""

    def __init__(self, house: Any, lang: str = "nl") -> None:
        assets, renderer = drawing()
        self.faces, self.lang = Faces(house, assets, "http://127.0.0.1:8000", "k" * 32), lang
        self.faces.render = renderer
        self.code = house.start("host", {"ready": True}, "nl").code

    def phone(self, played: Play) -> str:
        """What all phones are sent."""
        return self.draw("phone_view.html", "phone", played)

    def screen(self, played: Play) -> str:
        """What the room's screen is sent."""
        return self.draw("screen_view.html", "screen", played)

    def console(self, played: Play) -> str:
        """What the console is sent."""
        return self.draw("console_view.html", "console", played)

    def own(self, played: Play, who: str) -> str:
        """What this person's phone is sent besides."""
        return self.draw("phone_own.html", "phone", played, own=played.own(who))

    def draw(self, template: str, audience: Any, played: Play, **more: Any) -> str:
        """One part of one page, without the room between its tags."""
        kind = played.room.kind
        frame = self.faces.frame(self.code, audience)[0]
        folder = f"activities/{kind}"
        frame["item"] = {**frame["item"], "kind": kind, "template_dir": folder}
        frame["template"] = f"{folder}/{audience}.html"
        view = {"locked": played.stage.locked, "shown": played.stage.shown, "has_field": False}
        view |= played.room.view(played.scene, audience)
        return spare(self.faces.render(template, self.lang, frame=frame, view=view, **more))


def words(html: str) -> str:
    """What there is to read."""
    return " ".join(TAG.sub(" ", html).split())


def items(html: str, of: str) -> list[str]:
    """The items of the first list of this class."""
    inside = html.split(f'class="{of}"', 1)[1].split("</ul>")[0].split("</ol>")[0]
    return re.findall(r"<li\b.*?</li>", inside, re.S)


def weight(html: str) -> int:
    """Bytes."""
    return len(html.encode())
