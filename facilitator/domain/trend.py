"""How figures go from one session to the next. A session is the unit, never a person.

What comes in are sealed results. A figure that was not kept then is not made up for here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from . import measures
from .measures import interval
from .tally import enough

Body = dict[str, Any]
Counted = tuple[int, int]  # so many of so many answers, or so many times in so many turns
Verdict = Literal["more", "less", "unclear"]

#: For an interval of 90 %: *more* and *less* are said only when it leaves out *the same*.
Z = 1.6449
FEWEST_SESSIONS = 2
#: What is told outside a series, of all its sessions together: not of fewer sessions or answers.
POOLED_FROM, POOLED_ANSWERS = 3, 15


@dataclass(frozen=True)
class Figure:
    """What a room lets be followed: of a measure that it keeps, the counts of `part` among those
    of `of`, or among all n. A finding that is one count needs no part. As a rate it is so many
    times in each of n turns. Without a measure it is every measure that the room keeps."""

    name: str
    measure: str = ""
    part: tuple[str, ...] = ("",)
    of: tuple[str, ...] = ()
    rate: bool = False

    def counted(self, finding: Body) -> Counted | None:
        """What one session kept of it; None when that is too little to compare."""
        value = finding["value"]
        counts = value if isinstance(value, dict) else {"": value}
        part = sum(counts.get(key, 0) for key in self.part)
        whole = sum(counts.get(key, 0) for key in self.of) if self.of else finding["n"]
        return (part, whole) if enough(whole) else None


@dataclass(frozen=True)
class Trend:
    """The figures of a room that may be followed, and the facts that say in which form it was
    held: a change of form is told, for then sessions compare less well."""

    figures: tuple[Figure, ...]
    form: tuple[str, ...] = ()


# -- how sure it is


def difference(was: Counted, now: Counted, z: float = Z) -> tuple[float, float]:
    """The difference between two shares, now minus was, with its uncertainty: the hybrid score
    interval (method 10) of R. G. Newcombe, "Interval estimation for the difference between
    independent proportions: comparison of eleven methods", Statistics in Medicine 17, 1998."""
    (p, (p_low, p_high)), (q, (q_low, q_high)) = (
        (part / whole, interval(part, whole, z)) for part, whole in (was, now)
    )
    apart = q - p
    return (
        apart - math.hypot(q - q_low, p_high - p),
        apart + math.hypot(q_high - q, p - p_low),
    )


def rate(count: int, turns: int, z: float = Z, dispersion: float = 1.0) -> tuple[float, float]:
    """How many times a turn, with its uncertainty (`measures.rate`)."""
    return measures.rate(count, turns, z, dispersion)


def ratio(was: Counted, now: Counted, z: float = Z) -> tuple[float, float]:
    """How many times as often now as then, with its uncertainty: the score interval of the ratio
    of two Poisson rates (O. Miettinen and M. Nurminen, "Comparative analysis of two rates",
    Statistics in Medicine 4, 1985). Given how often it was in all, those of now are a share: what
    Wilson says of that share says the same of the ratio. At least one count is not 0."""
    low, high = interval(now[0], was[0] + now[0], z)
    scale = was[1] / now[1]
    return low / (1 - low) * scale, high / (1 - high) * scale if high < 1 else math.inf


def verdict(
    was: Counted, now: Counted, *, is_rate: bool, dispersion: float = 1.0
) -> Verdict:  # fmt: skip
    """Whether it became more or less. *Unclear* when the same as then is not left out. Rates that
    differ more than by chance at one time must differ more between two (McCullagh and Nelder,
    "Generalized Linear Models", 1989, §6.2)."""
    if is_rate and was[0] + now[0] == 0:
        return "unclear"
    wide = Z * math.sqrt(dispersion)
    low, high = ratio(was, now, wide) if is_rate else difference(was, now)
    same = 1.0 if is_rate else 0.0
    return "more" if low > same else "less" if high < same else "unclear"


# -- session after session


def followed(trend: Trend, sessions: Sequence[Body]) -> list[Body]:
    """A line for each figure that at least two sessions kept. `sessions`, oldest first, are
    {"date", "activities"}: what was kept of this kind on that day."""
    lines = []
    for figure in trend.figures:
        for measure in measures_of(figure, sessions):
            points = [point(figure, measure, trend.form, one) for one in sessions]
            if sum(found is not None for _, found in points) >= FEWEST_SESSIONS:
                lines.append(line(figure, measure, points))
    return lines


def pooled(trend: Trend, sessions: Sequence[Body]) -> list[Body]:
    """Each figure over all its sessions together, where there are enough of them. `sessions` as
    for `followed`. An interval of 90 % stands with it; answers of one table hang together, so that
    of a share is somewhat narrow. A rate is as wide as at the time at which it differed most."""
    found = []
    for figure in trend.figures:
        for measure in measures_of(figure, sessions):
            points = [point(figure, measure, (), one) for one in sessions]
            counts = [counted for _, counted in points if counted]
            part, whole = (sum(count[n] for count in counts) for n in (0, 1))
            if len(counts) < POOLED_FROM or whole < POOLED_ANSWERS:
                continue
            widest = max(dispersion_of(figure, told["facts"]) for told, kept in points if kept)
            value, low, high = span(figure, (part, whole), widest)
            found.append({
                "name": figure.name, "measure": measure, "rate": figure.rate,
                "sessions": len(counts), "part": part, "whole": whole,
                "value": value, "low": low, "high": high,
            })  # fmt: skip
    return found


def measures_of(figure: Figure, sessions: Iterable[Body]) -> list[str]:
    """Which measures this figure is about: the one it names, or all there are."""
    if figure.measure:
        return [figure.measure]
    kept = (f for one in sessions for a in one["activities"] for f in a["findings"])
    return list(dict.fromkeys(finding["measure"] for finding in kept))


def point(
    figure: Figure, measure: str, form: tuple[str, ...], session: Body
) -> tuple[Body, Counted | None]:
    """One session: its day, its form and what it kept. The last activity that kept it counts."""
    found: Counted | None = None
    told: Body = {"date": session["date"], "form": {}, "facts": {}}
    for activity in session["activities"]:
        facts: Mapping[str, Any] = activity["facts"]
        mine = (f for f in activity["findings"] if f["measure"] == measure)
        counted = next((figure.counted(f) for f in mine), None)
        if counted or not found:
            found = counted or found
            told |= {"form": {key: facts.get(key) for key in form}, "facts": dict(facts)}
    return told, found


def line(figure: Figure, measure: str, points: Sequence[tuple[Body, Counted | None]]) -> Body:
    """One figure over the sessions: dots with their reach, and what became of it since."""
    wide = [dispersion_of(figure, told["facts"]) for told, _ in points]
    spans = {n: span(figure, found, wide[n]) for n, (_, found) in enumerate(points) if found}
    top = math.ceil(max(high for _, _, high in spans.values())) if figure.rate else 1
    dots, form = list[Body](), Body()
    for n, (told, found) in enumerate(points):
        dot = {"date": told["date"], "form": told["form"], "counted": found, "changed": False}
        if told["form"]:
            dot["changed"] = differs(form, told["form"])
            form |= {key: value for key, value in told["form"].items() if value is not None}
        if found:
            dot |= dict(zip(("at", "low", "high"), spans[n], strict=True)) | {"wide": wide[n]}
        dots.append(dot)
    *_, last = spans
    return {
        "name": figure.name, "measure": measure, "rate": figure.rate, "top": top,
        "points": dots, "facts": points[last][0]["facts"], **compared(figure, dots),
    }  # fmt: skip


def differs(was: Body, now: Body) -> bool:
    """Whether a form changed. What an older file does not say is no change."""
    return any(was.get(key) not in (None, value) for key, value in now.items() if value is not None)


def dispersion_of(figure: Figure, facts: Mapping[str, Any]) -> float:
    """How much more than by chance the counts of a rate differed, as it was kept. Older files do
    not say it."""
    kept = facts.get("dispersion")
    return max(1.0, kept.get(figure.name, 1.0)) if figure.rate and isinstance(kept, dict) else 1.0


def span(
    figure: Figure, counted: Counted, dispersion: float = 1.0
) -> tuple[float, float, float]:  # fmt: skip
    """Where a dot stands, and how far it may be off."""
    reach = rate(*counted, Z, dispersion) if figure.rate else interval(*counted, Z)
    return (counted[0] / counted[1], *reach)


def compared(figure: Figure, dots: Sequence[Body]) -> Body:
    """The last session beside the one before it that kept this figure. Nothing is said when the
    last one did not."""
    if not dots[-1]["counted"]:
        return {"was": None, "now": None, "verdict": None}
    *_, before = (n for n, dot in enumerate(dots[:-1]) if dot["counted"])
    was, now = dots[before], dots[-1]
    return {
        "was": was, "now": now, "last_time": before == len(dots) - 2,
        "other_form": any(dot["changed"] for dot in dots[before + 1 :]),
        "verdict": verdict(
            was["counted"], now["counted"], is_rate=figure.rate,
            dispersion=max(was["wide"], now["wide"]),
        ),
    }  # fmt: skip
