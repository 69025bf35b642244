"""A series' fixed door: today's session, or a page that waits for it. And the door on paper."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response

from ..domain.activity import Refused
from ..domain.trend import POOLED_FROM
from ..register import Series
from ..trends import figures, trends
from .asking import desk, faces, guess, language, owner, page, redirect, was_there
from .papers import safe
from .render import said

series = Blueprint("series", __name__)

LOOKED_BACK = 12  # sessions that are compared
MOST = 200  # sessions of a series that are counted together


@series.get("/t/<key>")
@series.get("/T/<key>")  # as the QR code spells it
def door(key: str) -> Response:
    """Into today's session; otherwise a page that looks again by itself."""
    found = known(key)
    if running := desk().going_on(found):
        return redirect(f"/{running.code}", 303)
    last = desk().last_time(found)
    return page(
        "waiting.html", language(), doc_title=found.title,
        loop_url=f"/l/{last.loop_key}" if last else "",
    )  # fmt: skip


@series.get("/t/<key>/poster")
def poster(key: str) -> Response:
    """The door on one sheet of paper, to hang up."""
    found = known(key)
    if not leads(found):
        raise Refused("key_needed")
    house = faces().public_url
    return page(
        "poster.html", language(), doc_title=found.title, link=f"{house}{found.path}".upper(),
        address=house.split("://")[1], key=found.key,
    )  # fmt: skip


@series.get("/t/<key>/trend")
def over_time(key: str) -> Response:
    """How the series goes, for its facilitator: computed now, kept nowhere."""
    found = known(key)
    if not leads(found):
        raise Refused("key_needed")
    sealed = desk().register.many(series=found.id, state="sealed")
    sessions = [
        {"date": one.date, "results": one.report_path, "loop": f"/l/{one.loop_key}"}
        for one in sealed[:100]
    ]
    return page(
        "series.html", language(), doc_title=found.title, sessions=sessions,
        trends=trends(desk().kept(found.id, LOOKED_BACK)),
    )  # fmt: skip


@series.get("/figures.csv")
def all_figures() -> Response:
    """For the organisation: what all sessions of a series say together, where there are enough. A
    facilitator gets their own series, the host of the house all of them."""
    who = owner()
    if who is None:
        raise Refused("key_needed")
    mine = {} if who == "host" else {"owner": who}
    out, lang = io.StringIO(), language()
    rows = csv.writer(out, delimiter=";", lineterminator="\r\n")
    rows.writerow(
        ["series", "part", "figure", "measure", "sessions", "count", "of", "value", "low", "high"]
    )
    for one in desk().register.all_series(POOLED_FROM, **mine):
        for found in figures(desk().kept(one.id, MOST)):
            named = [said(one.title, lang), found["kind"], found["name"], found["measure"]]
            counted = [found[key] for key in ("sessions", "part", "whole")]
            values = [f"{found[key]:.3f}" for key in ("value", "low", "high")]
            rows.writerow([safe(cell) for cell in (*named, *counted, *values)])
    return Response(out.getvalue().encode("utf-8-sig"), mimetype="text/csv", headers={
        "Content-Disposition": "attachment; filename=figures.csv",
    })  # fmt: skip


def known(key: str) -> Series:
    """The series with this key. Guessing keys is limited, as with codes; who is in may always."""
    found = next(iter(desk().register.all_series(key=key.upper())), None)
    if found is None or not belongs(found):
        guess(key, found is not None)
    assert found, "a wrong guess is refused"
    return found


def belongs(found: Series) -> bool:
    """Whether the asker leads this series, or is in today's session."""
    running = desk().going_on(found)
    return leads(found) or bool(running and was_there(running.entered))


def leads(found: Series) -> bool:
    """Whether the asker is its facilitator, or the host of the house."""
    return owner() in ("host", found.owner)
