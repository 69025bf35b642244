"""The entry: `python -m bench.load --phones 100 300`."""

import argparse
import gc
import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.host import Host, Weight, weigh
from bench.report import (
    MOST_FIRST_LOAD,
    MOST_PER_ROUND,
    level_data,
    level_text,
    machine,
    weight_text,
)
from bench.scenario import ROOT, Level, Plan, play_round, play_rush, yardstick
from bench.server import Others, Server, cores, raise_file_limit

MOST_PHONES = 5000
FEW = 5  # phones that play a short round first, unmeasured: templates are compiled by then
WARM_UP: dict[str, Any] = {"window": 0.5, "join_window": 0.5, "repeats": 1}


def options(words: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench.load", description=__doc__)
    parser.add_argument("--phones", type=int, nargs="+", default=[100, 300], metavar="N")
    parser.add_argument("--window", type=float, default=20.0, help="seconds for one act each")
    parser.add_argument("--join-window", type=float, default=4.5, help="seconds for all arrivals")
    parser.add_argument("--repeats", type=int, default=5, help="of hide and show")
    parser.add_argument("--json", type=Path, help="write the numbers to this file")
    parser.add_argument("--serve", default="python wsgi.py", help="the command that serves")
    parser.add_argument("--tree", type=Path, default=ROOT, help="the folder to serve from")
    parser.add_argument("--format", default=Plan.format, help="the conversation that is played")
    parser.add_argument("--preset", default=Plan.preset)
    parser.add_argument("--no-pin", action="store_true", help="leave the cores to the system")
    parser.add_argument("--cold", action="store_true", help="do not warm the server up first")
    chosen = parser.parse_args(words)
    if not all(1 <= phones <= MOST_PHONES for phones in chosen.phones):
        parser.error(f"--phones: 1 to {MOST_PHONES}")
    if not (0 < chosen.window <= 120 and 0 < chosen.join_window <= 60):
        parser.error("--window: at most 120 s; --join-window: at most 60 s")
    if not 1 <= chosen.repeats <= 50:
        parser.error("--repeats: 1 to 50")
    return chosen


def play(phones: int, plan: Plan, chosen: argparse.Namespace, core: int | None) -> Level:
    """One number of phones on a fresh server."""
    level = Level(phones, yardstick(phones, core))
    with Server(chosen.serve, chosen.tree, core) as server:
        if not chosen.cold:
            play_round(server, replace(plan, **WARM_UP), Level(FEW, level.unit))
        others = Others(server.cpu)
        play_round(server, plan, level)
        play_rush(server, plan, level)
        level.facts["other_work"] = round(others.share(), 2)
        level.memory["most ever"] = server.memory()["most"]
        level.facts["tracebacks"] = complaints(server.log())
    level.facts["stopped_in_s"] = round(server.stopped_in, 2)
    level.check(not level.facts["tracebacks"], f"tracebacks: {level.facts['tracebacks'] or 'none'}")
    most = level.facts.get("bytes_round_most", 0)
    level.check(most <= MOST_PER_ROUND, f"{most} bytes to a phone in a round")
    gc.collect()
    return level


def complaints(log: str) -> dict[str, int]:
    """The errors that a server's log ends its tracebacks with, and how often."""
    found: Counter[str] = Counter()
    for trace in log.split("Traceback (most recent call last):")[1:]:
        ends = (line for line in trace.splitlines() if line and not line.startswith(" "))
        found[next(ends, "?")[:120]] += 1
    return dict(found.most_common(5))


def first_load(plan: Plan, chosen: argparse.Namespace, core: int | None) -> Weight:
    """What a phone that was never here before fetches."""
    with Server(chosen.serve, chosen.tree, core) as server:
        host = Host(server.port, server.key)
        return weigh(host, f"/{host.start(plan.wish())['code']}")


def verdict(levels: list[Level], weight: Weight) -> int:
    """0: all checks hold; 1: one does not. Times decide nothing: they move with the machine."""
    good = all(held for level in levels for held, _ in level.checks)
    light = weight.total <= MOST_FIRST_LOAD and not weight.broken
    void = [f"{row.name} ({level.phones})" for level in levels for row in level.rows if row.void]
    if void:
        print(f"VOID, the generator was the slow side: {', '.join(void)}")
    print("All checks hold." if good and light else "NOT OK: see the lines above.")
    return 0 if good and light else 1


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print, and say whether the checks hold."""
    chosen = options(words)
    plan = Plan(chosen.window, chosen.join_window, chosen.repeats, chosen.format, chosen.preset)
    raise_file_limit()
    pair = None if chosen.no_pin else cores()
    core = pair[0] if pair else None
    if pair:
        os.sched_setaffinity(0, {pair[1]})
    gc.disable()  # no pauses while measuring; all that is kept is bounded
    weight = first_load(plan, chosen, core)
    print(weight_text(weight), flush=True)
    levels = []
    for phones in chosen.phones:
        levels.append(play(phones, plan, chosen, core))
        print(f"\n{level_text(levels[-1])}", flush=True)
    if chosen.json:
        chosen.json.write_text(json.dumps(_data(weight, levels), indent=1) + "\n", "utf-8")
    return verdict(levels, weight)


def _data(weight: Weight, levels: list[Level]) -> dict[str, Any]:
    return {
        "machine": machine(),
        "first_load_bytes": weight.total,
        "first_load_files": weight.files,
        "first_load_broken": weight.broken,
        "levels": [level_data(level) for level in levels],
    }


if __name__ == "__main__":
    raise SystemExit(main())
