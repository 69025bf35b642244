"""What a form or a piece of JSON says, in the shape that acts and moves have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

NESTED = re.compile(r"^(\w+)\[([^\]]+)\]$")
OURS = ("activity", "name", "id_of_act", "version")
WHOLE = ("n", "seconds", "page")


def fields(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Form fields as an act's fields: `choices[card]=1` becomes {"choices": {"card": 1}}."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in OURS:
            continue
        if nested := NESTED.match(name):
            found.setdefault(nested[1], {})[nested[2]] = whole(value)
        else:
            found[name] = whole(value) if name in WHOLE else value
    return found


def whole(text: str) -> Any:
    """A whole number where there is one."""
    text = text.strip() or "0"
    return int(text) if text.lstrip("-").isdigit() and len(text) < 9 else text
