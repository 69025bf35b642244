"""What it costs to make groups: `python -m bench.grouping [--people 300] [--seeds 5]`.

Crowds from one in which all are alike to some in which hardly two are. Each is grouped several times and the
least CPU time counts. The yardstick is looking once at every two of the same crowd: whether they
may sit together, and at what cost. So a ratio within one run says how the work grows, on any
machine.
"""

from __future__ import annotations

import argparse
import dataclasses
import time
from collections.abc import Callable
from itertools import combinations
from random import Random

from facilitator.domain.grouping import Person, Rules, cost, grouped, may_sit_together

Crowd = tuple[list[Person], Rules]
TONGUES = [f"tongue {n}" for n in range(40)]
REPEATS = 5


def rounds_before(rng: Random, n: int, rounds: int) -> list[tuple[frozenset[str], ...]]:
    """What these earlier rounds in trios left with each."""
    left: list[list[set[str]]] = [[set() for _ in range(rounds)] for _ in range(n)]
    for k in range(rounds):
        row = rng.sample(range(n), n)
        for start in range(0, n, 3):
            for a, b in combinations(row[start : start + 3], 2):
                left[a][k].add(f"{k} {a} {b}")
                left[b][k].add(f"{k} {a} {b}")
    return [tuple(map(frozenset, one)) for one in left]


def alike(rng: Random, n: int) -> Crowd:
    """Nobody said anything of themselves."""
    return [Person(f"p{i}") for i in range(n)], Rules()


def usual(rng: Random, n: int) -> Crowd:
    """A staff meeting: twelve teams, three languages, some who lead, one round before."""
    tongues = [frozenset({"nl"})] * 4 + [frozenset({"nl", "en"}), frozenset({"pl", "en"})]
    met = rounds_before(rng, n, 1)
    return [
        Person(
            f"p{i}", languages=rng.choice(tongues), team=f"team {rng.randrange(12)}", met=met[i],
            leads=rng.random() < 0.08, with_leaders=rng.random() < 0.7,
        )
        for i in range(n)
    ], Rules()  # fmt: skip


def differing(
    rng: Random, n: int, tongues: int = 4, of: int = 24, apart: int = 600,
    listening: float = 0.0, size: int = 3,
) -> Crowd:  # fmt: skip
    """Hardly two alike: each a team and languages of their own, four rounds before, two sites
    and some elsewhere, some who type, and many who are kept apart."""
    met = rounds_before(rng, n, 4)
    everybody = [
        Person(
            f"p{i}", side="remote" if rng.random() < 0.3 else "room",
            languages=frozenset(rng.sample(TONGUES[:of], rng.randint(1, tongues))),
            team=f"team {rng.randrange(n)}", site=rng.choice(["a", "a", "b"]),
            camp=f"camp {rng.randrange(6)}", leads=rng.random() < 0.3,
            with_leaders=rng.random() < 0.6, met=met[i],
            by=rng.choice(["voice", "both", "text"]), listens=rng.random() < listening,
        )
        for i in range(n)
    ]  # fmt: skip
    names = [one.id for one in everybody]
    return everybody, Rules(
        size=size, remote=rng.choice(["remote_with_remote", "mixed_buddy"]), across_camps=True,
        apart=frozenset(frozenset(rng.sample(names, 2)) for _ in range(apart)),
    )  # fmt: skip


def same_teams(rng: Random, n: int) -> Crowd:
    """Two teams and two camps: no arrangement is free of cost, so all look for a better place."""
    met = rounds_before(rng, n, 4)
    return [
        Person(f"p{i}", languages=frozenset(rng.sample(TONGUES[:12], rng.randint(2, 6))),
               team=f"team {i % 2}", camp=f"camp {rng.randrange(2)}", met=met[i])
        for i in range(n)
    ], Rules(across_camps=True)  # fmt: skip


def with_phones(
    rng: Random, n: int, two: float = 0.2, three: float = 0.1, interpret: float = 0.0,
    listening: float = 0.0, misfits: int = 1, size: int = 3,
) -> Crowd:  # fmt: skip
    """A shop floor: some share a phone, some interpret, and some speak what nobody else does."""
    tongues = [frozenset({"nl"})] * 6 + [
        frozenset({"pl"}),
        frozenset({"tr"}),
        frozenset({"nl", "pl"}),
    ]
    both = [frozenset(pair) for pair in (("nl", "pl"), ("nl", "tr"), ("pl", "tr"))]
    everybody: list[Person] = []
    while len(everybody) < n - misfits:
        name, lot = f"p{len(everybody)}", rng.random()
        people = min(
            2 if lot < two else 3 if lot < two + three else 1, n - misfits - len(everybody)
        )
        bridge = people == 1 and rng.random() < interpret
        one = Person(
            name, languages=rng.choice(both if bridge else tongues),
            side="remote" if rng.random() < 0.15 else "room", team=f"team {rng.randrange(12)}",
            leads=rng.random() < 0.08, with_leaders=rng.random() < 0.7, interprets=bridge,
            listens=bridge or (people == 1 and rng.random() < listening),
            phone=name if people > 1 else "",
        )  # fmt: skip
        everybody += [dataclasses.replace(one, id=f"{name}.{k}") for k in range(people)]
    odd = [Person(f"odd {k}", languages=frozenset({f"tongue {k}"})) for k in range(misfits)]
    return [*everybody, *odd], Rules(size=size)


#: Every crowd by what is told of it.
CROWDS: dict[str, Callable[[Random, int], Crowd]] = {
    "all alike": alike,
    "a usual one": usual,
    "two teams, two camps": same_teams,
    "hardly two alike": differing,
    "the same, in pairs": lambda rng, n: differing(rng, n, size=2),
    "many languages each": lambda rng, n: differing(rng, n, tongues=12, of=40),
    "few languages, many apart": lambda rng, n: differing(rng, n, tongues=2, of=30, apart=7 * n),
    "nearly all kept apart": lambda rng, n: differing(rng, n, tongues=8, of=12, apart=50 * n),
    "a third listens": lambda rng, n: differing(rng, n, tongues=6, of=30, listening=0.3),
    "shared phones": with_phones,
    "shared phones, in pairs": lambda rng, n: with_phones(rng, n, size=2),
    "nearly all share a phone": lambda rng, n: with_phones(rng, n, two=0.8),
    "few share a phone": lambda rng, n: with_phones(rng, n, two=0.05, three=0.0),
    "phones, some listen": lambda rng, n: with_phones(rng, n, listening=0.2),
    "some interpret": lambda rng, n: with_phones(rng, n, two=0, three=0, interpret=0.1),
    "phones, many interpret": lambda rng, n: with_phones(rng, n, interpret=0.3),
    "many misfits": lambda rng, n: with_phones(rng, n, interpret=0.1, misfits=n // 7),
}


def least(work: Callable[[], object]) -> float:
    """The least CPU time of several tries, in milliseconds."""
    times = []
    for _ in range(REPEATS):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times) * 1000


def look_at_every_two(people: list[Person], rules: Rules) -> None:
    """The yardstick."""
    for a, b in combinations(people, 2):
        may_sit_together(a, b, rules)
        cost(a, b, rules)


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--people", type=int, default=300)
    args.add_argument("--seeds", type=int, default=5)
    asked = args.parse_args()
    print(f"{asked.people} people, {asked.seeds} crowds of each; the slowest of each counts")
    print(f"{'':26} CPU ms  every two  x every two  alone")
    for name, made in CROWDS.items():
        slowest = yardstick = 0.0
        alone = 0
        for seed in range(asked.seeds):
            people, rules = made(Random(seed), asked.people)
            slowest = max(slowest, least(lambda: grouped(people, rules, seed)))  # noqa: B023
            yardstick = max(yardstick, least(lambda: look_at_every_two(people, rules)))  # noqa: B023
            alone += len(grouped(people, rules, seed).unplaced)
        print(f"{name:26} {slowest:6.1f} {yardstick:10.1f} {slowest / yardstick:12.2f} {alone:6}")


if __name__ == "__main__":
    main()
