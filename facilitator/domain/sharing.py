"""Chairs that are not one phone's: two or three people share a phone, and who leads may sit down
with the others. Each of them has a chair; that of the first on a phone is the entry itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .activity import Body, Stage

#: The chair of who leads. It stands in the stage: no phone laid it.
LEADER = "leader"
#: What a phone does that shows the cards of several people.
SHARED = "shared"


def chairs_on(phone: str, body: Body) -> dict[str, Body]:
    """The chairs of all who are on one phone."""
    people = body.get("people", 1)
    if people == 1:
        return {phone: body}
    shared = {**body, "phone": phone}
    return {phone: shared} | {f"{phone}.{n}": shared for n in range(2, people + 1)}


def phone_of(chair: str) -> str:
    """The entry that laid a chair."""
    return chair.split(".")[0]


def everybody(stage: Stage, laid: Iterable[tuple[str, Body]]) -> dict[str, Body]:
    """All chairs by their id, out of the entries that laid them."""
    chairs = {chair: one for phone, body in laid for chair, one in chairs_on(phone, body).items()}
    leader = stage.data.get("leader")
    return {**chairs, LEADER: leader} if leader else chairs


def shared_by(chairs: Mapping[str, Body], chair: str) -> bool:
    """Whether somebody shares a phone."""
    return bool(chairs[chair].get("phone"))


def a_leaders_chair(side: str, site: str, languages: list[str]) -> Body:
    """The chair of who leads: they take turns as anybody, and no phone of theirs is asked."""
    return {
        "what": "chair", "as": "yes", "side": side, "languages": languages, "by": "both", "team": "",
        "site": site, "buddy": False, "people": 1, "interprets": False, "leads": False,
        "with_leaders": False, "met": [], "lap": 0, "from": 0,
    }  # fmt: skip
