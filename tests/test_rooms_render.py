"""Every page of every room is drawn: in each phase, with and without people, in both languages."""

from __future__ import annotations

import importlib
import re

import pytest

from facilitator.activities import catalogue
from facilitator.domain.activity import Mine
from facilitator.domain.results import kept
from facilitator.web.faces import Faces
from facilitator.web.render import LANGUAGES, TEMPLATES
from tests.drawn import drawing
from tests.play import play

AUDIENCES = ("phone", "screen", "console")
ASSETS, RENDERER = drawing()
ICONS = {name: ASSETS.text(f"{name}.svg") for name in ("icons", "more-icons")}
TITLE = {"nl": "Titel", "en": "Title"}


def states(kind):
    """A room with nobody, with a crowd, and that crowd in each phase after it; in each form for
    which the tests of a room have a crowd."""
    tests = importlib.import_module(f"tests.activities.test_{kind}")
    crowds = tests.crowds() if hasattr(tests, "crowds") else [tests.crowd()]
    for crowd in crowds:
        yield play(crowd.room, given=crowd.given)
        yield crowd
        while crowd.room.next_phase(crowd.stage):
            yield crowd.move("next", force=True)


def around(faces, code, kind):
    """The real frames of a session, with this kind standing where it is."""
    frames = {audience: faces.frame(code, audience)[0] for audience in AUDIENCES}
    for audience, frame in frames.items():
        folder = f"activities/{kind}"
        frame["item"] = {**frame["item"], "kind": kind, "template_dir": folder}
        frame["template"] = f"{folder}/{audience}.html"
    return frames


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", catalogue())
def test_every_page_of_a_room_is_drawn(kind, lang, house):
    faces = Faces(house, ASSETS, "http://127.0.0.1:8000", "k" * 32)
    faces.render = RENDERER
    code = house.start("host", {"ready": True}, "nl").code
    frames = around(faces, code, kind)
    for state in states(kind):
        usual = {"has_field": False, "locked": state.stage.locked, "shown": state.stage.shown}
        for audience in AUDIENCES:
            view = {**usual, **state.room.view(state.scene, audience)}
            drawn = {"frame": frames[audience], "view": view}
            check(faces.render(f"{audience}_view.html", lang, **drawn))
            if audience != "phone":
                continue
            people = sorted({owner for owner, _ in state.laid})
            for mine in [Mine(), *(state.mine(who) for who in people)]:
                own = state.room.own(state.scene, mine)
                check(faces.render("phone_own.html", lang, **drawn, own=own))
        report(faces, kind, lang, state)


def report(faces, kind, lang, state):
    """What it leaves, on paper."""
    kept_of_it = {"kind": kind, "title": TITLE, "question": state.room.question,
                  **kept(state.room.results(state.scene))}  # fmt: skip
    for part in ("report", "lead"):
        if (TEMPLATES / f"activities/{kind}/{part}.html").exists():
            doc = {"activities": [kept_of_it]}
            check(faces.render(f"activities/{kind}/{part}.html", lang, a=kept_of_it, doc=doc))


def check(html):
    for sprite, name in re.findall(r"([\w-]*icons)\.svg#([\w-]+)", html):
        assert f'id="{name}"' in ICONS[sprite], f"no icon {name}: add it to assets/icons.txt"
