"""What a commit changed, as those who show it are told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class News:
    """What a commit changed: whose own part is touched, and whether everybody's may be."""

    code: str
    touched: frozenset[str] = frozenset()
    everyone: bool = False
    sealed: str = ""  # the link to the report
    people: bool = False  # only who is here changed
    seats: frozenset[bytes] = frozenset()  # phones that did something, but not by their line
