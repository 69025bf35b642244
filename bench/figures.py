"""Figures: what one phase of a run took, and how it is summed up."""

import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

VOID_ABOVE = 0.90  # of one core: a generator that busy measures itself


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; NaN when there is nothing to rank."""
    if not values:
        return math.nan
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


@dataclass
class Row:
    """One line of the table. Times in seconds, CPU in seconds of one core, bytes per phone."""

    name: str
    of: str = "acts"  # or "join" or "moves"
    wanted: int = 0
    waits: list[float] = field(default_factory=list)
    lasts: list[float] = field(default_factory=list)  # of each repeat, the slowest
    late: list[float] = field(default_factory=list)  # how late the generator itself was
    refusals: Counter[str] = field(default_factory=Counter)
    server_cpu: float = 0.0
    busy: float = 0.0  # CPU seconds of the generator while it measured
    hot: float = 0.0  # seconds that it measured
    bytes_in: float = 0.0  # WebSocket payload as it came, mean over phones
    bytes_in_most: int = 0
    unpacked_most: int = 0  # the same, once inflated
    bytes_out: float = 0.0
    unit: float = math.nan  # the same thing by the bare server, in seconds
    by_last: bool = False  # what counts is the slowest, not the median

    @property
    def generator(self) -> float:
        """Share of one core that the generator used while it measured."""
        return self.busy / self.hot if self.hot > 0 else 0.0

    @property
    def burst(self) -> bool:
        """Whether all phones acted at one instant."""
        return self.of == "acts" and self.by_last

    @property
    def void(self) -> bool:
        return self.generator > VOID_ABOVE

    @property
    def last(self) -> float:
        """The slowest; over several repeats the median of the slowest ones."""
        if not self.lasts:
            return max(self.waits, default=math.nan)
        return percentile(self.lasts, 0.5)

    @property
    def times_bare(self) -> float:
        """How many times the bare server's time this took."""
        return (self.last if self.by_last else percentile(self.waits, 0.5)) / self.unit

    def summary(self) -> dict[str, Any]:
        """All that is known, for a machine: milliseconds, bytes, shares."""
        shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
        answered = len(self.waits)
        return {
            "name": self.name,
            "wanted": self.wanted,
            "answered": answered,
            "refused": dict(self.refusals),
            **{f"{name}_ms": _ms(percentile(self.waits, at)) for name, at in shares.items()},
            "last_ms": _ms(self.last),
            "repeats": len(self.lasts) or 1,
            "times_bare": _known(self.times_bare, 2),
            "server_cpu_s": round(self.server_cpu, 3),
            "server_cpu_ms_each": _known(1000 * self.server_cpu / max(1, answered), 3),
            "generator_share": round(self.generator, 3),
            "generator_late_p95_ms": _ms(percentile(self.late, 0.95)),
            "void": self.void,
            "bytes_in_mean": round(self.bytes_in),
            "bytes_in_most": self.bytes_in_most,
            "unpacked_most": self.unpacked_most,
            "bytes_out_mean": round(self.bytes_out),
        }


def _known(value: float, digits: int) -> float | None:
    return None if math.isnan(value) or math.isinf(value) else round(value, digits)


def _ms(seconds: float) -> float | None:
    return _known(1000 * seconds, 2)


class Watch:
    """Adds up wall time and the generator's own CPU for as long as it is open."""

    def __init__(self, row: Row) -> None:
        self.row = row

    def __enter__(self) -> "Watch":
        self._began, self._cpu = time.monotonic(), time.process_time()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.row.hot += time.monotonic() - self._began
        self.row.busy += time.process_time() - self._cpu


Clock = Callable[[], float]
