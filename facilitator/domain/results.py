"""What is kept of a session, and its one canonical form."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

#: The version of results.json that this code writes.
SCHEMA = "steentje/results/1"

#: Keys that hold random ids. They serve a running session and never reach a sealed file.
PASSING = frozenset({"id"})


@dataclass(frozen=True)
class Finding:
    """One measured thing: what was measured, its value and how many answers it rests on."""

    measure: str
    value: Any
    n: int


@dataclass(frozen=True)
class Results:
    """Items are what people put down; findings are counts over all of them."""

    items: tuple[dict[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


def without_ids(value: Any) -> Any:
    """The same value without any random id, at any depth."""
    if isinstance(value, dict):
        return {k: without_ids(v) for k, v in value.items() if k not in PASSING}
    if isinstance(value, list | tuple):
        return [without_ids(v) for v in value]
    return value


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spare space: equal values give equal text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def by_content(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Items in an order that their content alone makes."""
    return sorted(items, key=lambda item: canonical(without_ids(item)))


def kept(results: Results) -> dict[str, Any]:
    """What the file keeps: no ids, and items in an order made by their content alone."""
    items = sorted((without_ids(item) for item in results.items), key=canonical)
    findings = sorted(
        ({"measure": f.measure, "value": without_ids(f.value), "n": f.n} for f in results.findings),
        key=canonical,
    )
    return {"items": items, "findings": findings, "facts": without_ids(results.facts)}
