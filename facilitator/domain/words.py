"""People's words, made safe to keep: one form for the same sentence from any phone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from .activity import Refused

QUOTES = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
     "–": "-", "—": "-", "…": "...", "\u00a0": " ", "\u202f": " ", "\u2009": " "}
)  # fmt: skip
#: Zero-width, direction-override and variation characters: they fake, hide, or name the phone.
HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\u00ad]")
MARKS_IN_A_ROW = re.compile("((?:[\u0300-\u036f]){3})[\u0300-\u036f]+")


def plain(text: str) -> str:
    """NFC, straight quotes, no control or invisible characters, single spaces."""
    text = HIDDEN.sub("", text.translate(QUOTES))
    text = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in text)
    # Only now: what was hidden may have stood between a letter and its accent.
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    return MARKS_IN_A_ROW.sub(r"\1", text)


def sentence(fields: Mapping[str, Any], name: str, longest: int, *, needed: bool = True) -> str:
    """One field of free text, or Refused with what is wrong in it."""
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise Refused("not_understood")
    if len(value) > 20 * longest:
        raise Refused("too_long", most=longest)
    text = plain(value)
    if needed and not text:
        raise Refused("write_something_first")
    if len(text) > longest:
        raise Refused("too_long", most=longest)
    return text


def choice(fields: Mapping[str, Any], name: str, options: tuple[str, ...]) -> str:
    """One field that must be one of these options."""
    value = fields.get(name)
    if not isinstance(value, str) or value not in options:
        raise Refused("choose_one_first")
    return value


def only(fields: Mapping[str, Any], *names: str) -> None:
    """Refuse fields that this act does not have."""
    if set(fields) - set(names):
        raise Refused("not_understood")
