"""The table that a run prints, and the same numbers for a machine."""

import math
import os
import platform
import sys
from typing import Any

from bench.figures import Row, percentile
from bench.host import Weight
from bench.scenario import Level

MOST_FIRST_LOAD = 60_000  # bytes over the wire, everything
MOST_PER_ROUND = 15_000  # bytes to one phone in a round
CALM = 0.2  # of a core; with more other work than this a time says nothing
HEADINGS = (
    *("phase", "wanted", "done", "p50", "p95", "p99", "max", "last", "x bare"),
    *("srv CPU s", "CPU ms/1", "gen %", "late p95", "B in", "B out"),
)


def number(value: float, digits: int = 1) -> str:
    """A figure, or a dash when there is none."""
    return "-" if math.isnan(value) or math.isinf(value) else f"{value:.{digits}f}"


def cells(row: Row) -> list[str]:
    """One line of the table; milliseconds where the heading says nothing else."""
    shares = [number(1000 * percentile(row.waits, at)) for at in (0.5, 0.95, 0.99, 1.0)]
    done = len(row.waits)
    return [
        row.name + (" VOID" if row.void else ""),
        str(row.wanted),
        str(done),
        *shares,
        number(1000 * row.last) if row.by_last else "-",
        number(row.times_bare),
        number(row.server_cpu, 2),
        number(1000 * row.server_cpu / done if done else math.nan, 2),
        number(100 * row.generator, 0),
        number(1000 * percentile(row.late, 0.95)),
        number(row.bytes_in, 0),
        number(row.bytes_out, 0),
    ]


def table(rows: list[list[str]]) -> str:
    """Columns as wide as they must be; words to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        pairs = list(zip(row, widths, strict=True))
        first, *others = pairs
        lines.append("  ".join([first[0].ljust(first[1]), *(w.rjust(n) for w, n in others)]))
    return "\n".join(line.rstrip() for line in lines)


def level_text(level: Level) -> str:
    """All about one number of phones."""
    unit = level.unit
    facts = level.facts
    lines = [
        f"== {level.phones} phones ==",
        f"Yardstick (bare server, same generator): echo {1000 * unit.echo:.2f} ms, "
        f"join {1000 * unit.join:.2f} ms, all at once {1000 * unit.rush:.1f} ms, "
        f"fan-out to the last phone {1000 * unit.fanout:.1f} ms "
        f"(generator {100 * unit.generator:.0f} %)",
        table([list(HEADINGS), *(cells(row) for row in level.rows)]),
        f"Joined within 5 s of the first: {facts.get('joined_within_5_s', '-')} of {level.phones}",
        f"Bytes to a phone while all join: mean {facts.get('bytes_join_mean', '-')}",
        f"Bytes to a phone in one round: mean {facts.get('bytes_round_mean', '-')}, "
        f"most {facts.get('bytes_round_most', '-')} (cap {MOST_PER_ROUND}), "
        f"inflated {facts.get('bytes_round_unpacked', '-')}; "
        f"from a phone: {facts.get('bytes_round_sent', '-')}",
        other_work(facts.get("other_work", 0.0)),
        "Server memory, kB: "
        + ", ".join(f"{name} {kb}" for name, kb in level.memory.items())
        + f"; per phone {facts.get('memory_per_phone_kb', '-')}",
    ]
    odd = [f"{row.name}: {dict(row.refusals)}" for row in level.rows if row.refusals]
    lines += [f"Not counted in {words}" for words in odd]
    lines += [f"{'ok    ' if good else 'NOT OK'} {words}" for good, words in level.checks]
    return "\n".join(lines)


def other_work(share: float) -> str:
    """What else the machine was doing, in cores, and what that means."""
    words = f"Other work on this machine meanwhile: {share:.2f} of a core"
    return words + (": THE TIMES ABOVE DO NOT COUNT" if share > CALM else "")


def weight_text(weight: Weight) -> str:
    """The first load, file by file."""
    largest = sorted(weight.files.items(), key=lambda pair: -pair[1])
    rows = [[name, str(size)] for name, size in largest]
    lines = [
        "== First load of a phone (bytes over the wire, gzip, headers included) ==",
        table([*rows, ["total", str(weight.total)], ["cap", str(MOST_FIRST_LOAD)]]),
    ]
    lines += [f"NOT OK could not be fetched: {name}" for name in weight.broken]
    named = sorted(set(weight.only_named) - set(weight.files))
    lines += [f"named in a style sheet, fetched only when used: {name}" for name in named]
    return "\n".join(lines)


def machine() -> dict[str, Any]:
    """Where this was measured, as far as it matters for comparing."""
    return {"cores": os.cpu_count(), "python": sys.version.split()[0], "arch": platform.machine()}


def level_data(level: Level) -> dict[str, Any]:
    """The same as `level_text`, for a machine."""
    times = {name: round(1000 * seconds, 3) for name, seconds in vars(level.unit).items()}
    del times["generator"]
    return {
        "phones": level.phones,
        "bare_ms": times,
        "bare_generator_share": round(level.unit.generator, 3),
        "rows": [row.summary() for row in level.rows],
        "memory_kb": level.memory,
        **level.facts,
        "checks": [{"ok": good, "what": words} for good, words in level.checks],
    }
