"""Days as people write them in forms: YYYY-MM-DD, without a time."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from .activity import Refused


def day(fields: Mapping[str, Any], name: str, *, needed: bool = True) -> str:
    """One field that holds a day, as ISO text, or Refused."""
    value = fields.get(name) or ""
    if not value and not needed:
        return ""
    try:
        return datetime.date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise Refused("choose_a_day") from None


def within(fields: Mapping[str, Any], name: str, today: str, days: int) -> str:
    """A day from today on, at most so many days ahead; "" when the field is empty."""
    last = day(fields, name, needed=False)
    if last and not today <= last <= days_later(today, days):
        raise Refused("not_that_far", days=days)
    return last


def days_later(iso: str, days: int) -> str:
    """The day that many days after this one."""
    return (datetime.date.fromisoformat(iso) + datetime.timedelta(days=days)).isoformat()
