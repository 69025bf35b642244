"""What a form or a piece of JSON says, in the shape that acts and moves have."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

NESTED = re.compile(r"^(\w+)\[([^\]]+)\]$")
OURS = ("activity", "name", "id_of_act", "version")
WHOLE = ("n", "seconds", "page")
HALF = re.compile("[\ud800-\udfff]")  # half a character cannot be written down


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


def sound(value: Any) -> bool:
    """Whether a value from outside can be kept and shown: whole characters, numbers that end."""
    match value:
        case str():
            return HALF.search(value) is None
        case float():
            return math.isfinite(value)
        case dict():
            return all(sound(name) and sound(one) for name, one in value.items())
        case list():
            return all(sound(one) for one in value)
    return value is None or isinstance(value, int)
