"""The rooms: one module per kind of activity. This folder is the catalogue."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from ..domain.activity import Activity


@cache
def catalogue() -> dict[str, type[Activity]]:
    """Every kind of activity by its name: whatever stands in this folder."""
    found: dict[str, type[Activity]] = {}
    for module in pkgutil.iter_modules(__path__):
        room = importlib.import_module(f"{__name__}.{module.name}")
        found[module.name] = room.ROOM
    return found
