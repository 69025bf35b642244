"""How groups that are not in the room call each other: by links, one for each of them, one with a
number in it, or one for all, where each group goes to a room of its own."""

from __future__ import annotations

import re
from typing import Any

from .activity import Refused

MOST, LONGEST = 40, 500  # links; characters in one
LINK = re.compile(r"https://[^\s/\\@]+(/\S*)?")
NUMBER = "{n}"


def links_of(told: Any) -> list[str]:
    """One link a line. Only links over https, that say which number they were if one is not."""
    lines = [line.strip() for line in str(told or "").splitlines()]
    links = [line for line in lines if line]
    for n, link in enumerate(links, 1):
        if len(link) > LONGEST or not LINK.fullmatch(link):
            raise Refused("not_a_link", n=n)
    if len(links) > MOST:
        raise Refused("not_understood")
    return links


def link_for(links: list[str], room: int) -> str:
    """The link of one group; none when there are too few."""
    if len(links) == 1:
        return links[0].replace(NUMBER, str(room))
    return links[room - 1].replace(NUMBER, str(room)) if 0 < room <= len(links) else ""
