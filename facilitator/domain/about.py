"""What people say of themselves before they sit down: coarse, and only what grouping needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .activity import Body, Mine, Refused
from .words import choice, plain

SIDES = ("room", "remote")
#: How somebody takes part: they talk, they type, or either will do.
WAYS = ("voice", "both", "text")
#: What an act may say of who does it.
SAID = ("side", "languages", "by", "team", "site", "buddy", "people", "interprets")


def told_of(mine: Mine, said: Mapping[str, Any], known: Body | None = None) -> Body:
    """What counts of somebody: what they say now, or else said before, or else what their phone
    keeps. Without any of it they are in the room, talk, and speak the session's language."""
    kept: Mapping[str, Any] = known or mine.about
    return {
        "side": side_of(said, kept),
        "languages": languages_of(said.get("languages") or kept.get("languages")),
        "by": way_of(said, kept),
        "team": name_of(said.get("team") or kept.get("team")),
        "site": name_of(said.get("site") or kept.get("site")),
        "buddy": yes(said["buddy"] if "buddy" in said else kept.get("buddy")),
        "people": people_of(said, kept),
        "interprets": yes(said["interprets"] if "interprets" in said else kept.get("interprets")),
    }


def side_of(said: Mapping[str, Any], kept: Mapping[str, Any]) -> str:
    """In the room, unless somebody says that they are not."""
    if "side" in said:
        return choice(said, "side", SIDES)
    return "remote" if kept.get("side") == "remote" else "room"


def way_of(said: Mapping[str, Any], kept: Mapping[str, Any]) -> str:
    """By voice, unless somebody says otherwise."""
    if "by" in said:
        return choice(said, "by", WAYS)
    return str(kept["by"]) if kept.get("by") in WAYS else "voice"


def people_of(said: Mapping[str, Any], kept: Mapping[str, Any]) -> int:
    """One on a phone, unless somebody says that more of them share it."""
    if "people" in said:
        return int(choice({"people": str(said["people"])}, "people", ("1", "2", "3")))
    return int(kept["people"]) if str(kept.get("people")) in ("2", "3") else 1


def languages_of(told: Any) -> list[str]:
    """The languages that somebody speaks: "nl,en", a list of them, or a form's ticks."""
    if isinstance(told, str):
        told = told.replace(";", ",").split(",")
    if not isinstance(told, list | dict | None):
        raise Refused("not_understood")
    return sorted({str(one).strip()[:8] for one in list(told or ())[:20] if str(one).strip()})


def name_of(told: Any) -> str:
    """A team or a site, written alike however it was typed."""
    return plain(told)[:40].casefold() if isinstance(told, str) else ""


def yes(told: Any) -> bool:
    """Whether a box was ticked."""
    return told in (True, "true", "yes")
