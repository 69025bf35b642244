"""Grouping: who shares a phone stays together, and who interprets sits where it helps."""

from __future__ import annotations

import dataclasses
from itertools import combinations
from random import Random

import pytest

from bench.grouping import with_phones
from facilitator.domain.grouping import Person, Rules, apart, cost, grouped, sizes, welcome
from facilitator.domain.grouping.beginning import thirds
from tests.domain.test_grouping import blind, check, groups_of, is_legal, total

PL, NL, TR = frozenset({"pl"}), frozenset({"nl"}), frozenset({"tr"})


def singles(n, **what):
    return [Person(f"s{i}", **what) for i in range(n)]


def phone(name, n, **what):
    """So many people on one phone."""
    return [Person(f"{name}{i}", phone=name, **what) for i in range(n)]


def placed(people, size=3, seed=7, **rules):
    """The groups as sets of people, and who has none."""
    found = grouped(people, Rules(size=size, **rules), seed)
    known = {one.id: one for one in people}
    return [[known[name] for name in group] for group in found.groups], found.unplaced


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("seed", range(60))
def test_everybody_has_one_table_and_no_phone_is_divided(size, seed):
    rng = Random(seed)
    people = singles(rng.randrange(2, 30))
    for n in range(rng.randrange(4)):
        people += phone(f"t{n}", rng.choice((2, 3)))
    groups, unplaced = placed(people, size, seed)
    assert sorted(one.id for group in groups for one in group) == sorted(p.id for p in people)
    assert not unplaced
    for group in groups:
        assert 2 <= len(group) <= 3
        for name in {one.phone for one in group} - {""}:
            assert sum(one.phone == name for one in people) == sum(p.phone == name for p in group)


@pytest.mark.parametrize("n", range(1, 30))
def test_with_one_phone_of_two_there_are_no_more_pairs_than_without_it(n):
    groups, unplaced = placed([*singles(n), *phone("t", 2)])
    assert not unplaced
    assert sum(len(group) == 2 for group in groups) == sizes(n + 2, 3).count(2)


def test_a_phone_of_three_is_a_table_and_nobody_joins_it():
    groups, unplaced = placed([*phone("t", 3), *singles(1)])
    assert [[one.phone for one in group] for group in groups] == [["t"] * 3]
    assert unplaced == ("s0",)


def test_one_who_is_left_over_in_pairs_comes_to_a_phone_of_two():
    groups, unplaced = placed([*phone("t", 2), *singles(3)], size=2)
    assert sorted(map(len, groups)) == [2, 3] and not unplaced


def test_a_third_must_fit_by_the_rules():
    polish = [*phone("t", 2, languages=PL), *singles(1, languages=NL)]
    assert placed(polish)[1] == ("s0",)
    assert placed([*phone("t", 2, languages=PL), *singles(1, languages=PL | NL)])[1] == ()


def test_two_on_a_phone_elsewhere_are_one_line_where_rooms_mix():
    people = [*phone("t", 2, side="remote"), *singles(1)]
    assert placed(people, remote="mixed_buddy")[1] == ()


def test_people_on_one_phone_take_their_turns_in_a_row_and_always_alike():
    for seed in range(20):
        ((first, *others),), _ = placed([*phone("t", 2), *singles(1)], seed=seed)
        ids = [one.id for one in (first, *others)]
        assert ids.index("t1") == ids.index("t0") + 1


def bridge(name="i", languages=PL | NL, **what):
    return Person(name, languages=languages, interprets=True, listens=True, **what)


@pytest.mark.parametrize("here", range(1, 12))
def test_who_shares_no_language_gets_a_table_by_who_interprets(here):
    lonely = Person("p", languages=PL)
    people = [*singles(here, languages=NL), lonely]
    assert "p" in placed(people)[1]
    groups, unplaced = placed([*people, bridge()])
    assert not unplaced
    home = next(group for group in groups if lonely in group)
    assert bridge() in home and len(home) in (3, 4)
    assert sum(not one.interprets for one in home) >= 2


def test_who_interprets_other_languages_brings_nobody_together():
    people = [Person("p", languages=PL), Person("n", languages=NL)]
    assert sorted(placed([*people, bridge(languages=TR | NL)])[1]) == ["i", "n", "p"]


def test_who_interprets_is_on_top_of_a_table():
    groups, unplaced = placed([*singles(3), bridge()])
    assert [len(group) for group in groups] == [4] and not unplaced
    assert groups[0][-1].interprets


def test_only_language_gives_way_to_who_interprets():
    far = Person("p", languages=PL, side="remote")
    near = Person("n", languages=NL)
    assert frozenset(("p", "n")) in apart([far, near, bridge()], Rules())
    assert not apart([Person("p", languages=PL), near, bridge()], Rules())
    assert not welcome(Person("t", languages=TR), [near, bridge()], Rules())


def test_who_interprets_for_many_is_joined_by_a_third_who_would_be_alone():
    people = [Person(name, languages=frozenset({name})) for name in ("nl", "pl", "tr")]
    groups, unplaced = placed([*people, bridge(languages=PL | NL | TR)], size=2)
    assert [len(group) for group in groups] == [4] and not unplaced


def test_one_of_whom_the_others_on_their_phone_left_is_grouped_as_anybody():
    groups, unplaced = placed([*phone("t", 1), *singles(6)])
    assert [len(group) for group in groups] in ([3, 2, 2], [2, 3, 2], [2, 2, 3]) and not unplaced


@pytest.mark.parametrize("size", [2, 3])
def test_the_third_at_a_phone_makes_way_for_one_who_fits_nowhere_else(size):
    """Whoever sits down with those who speak both is needed there by one who speaks Polish."""
    people = [
        *phone("t", 2, languages=PL),
        *singles(4, languages=PL | NL),
        Person("p", languages=PL),
    ]
    for seed in range(30):
        assert not placed([*people, Person("n", languages=NL)], size, seed)[1]


def test_a_trio_with_who_only_listens_makes_way_too():
    people = [*singles(2), Person("l", listens=True), Person("p", languages=PL), bridge()]
    for seed in range(20):
        groups, unplaced = placed(people, seed=seed)
        assert not unplaced and all(any(not one.listens for one in group) for group in groups)
        assert {"p", "i"} < {one.id for group in groups if bridge() in group for one in group}


def test_one_with_company_that_only_listens_gives_some_of_it_away():
    people = [*singles(1), *(Person(f"l{n}", listens=True) for n in range(2))]
    for seed in range(20):
        found = check([*people, Person("p", languages=PL), bridge()], Rules(), seed)
        assert not found.unplaced


def test_who_interprets_for_others_does_not_stand_in_the_way():
    people = [*singles(2), Person("p", languages=PL), bridge("i", PL | NL), bridge("j", TR | NL)]
    for seed in range(20):
        assert "p" not in check(people, Rules(), seed).unplaced


def test_nobody_is_taken_from_a_table_so_that_one_is_left_with_who_interprets():
    people = [Person("a", languages=PL), Person("b", languages=TR), bridge("i", PL | TR),
              Person("p", languages=NL), bridge("j", PL | NL)]  # fmt: skip
    for seed in range(20):
        check(people, Rules(), seed)


def test_who_shares_a_phone_stays_there_when_room_is_made_for_who_listens():
    people = [*phone("t", 2), *singles(4), Person("l", listens=True)]
    apart_from = frozenset(frozenset(("l", name)) for name in ("t0", "s1"))
    for seed in range(60):
        assert not check(people, Rules(apart=apart_from), seed).unplaced


def test_who_interprets_sits_first_with_those_who_do_not_speak_the_usual_language():
    people = [*singles(6, languages=NL), *(Person(f"p{n}", languages=PL) for n in range(3))]
    for seed in range(20):
        groups, unplaced = placed([*people, bridge()], seed=seed)
        assert not unplaced
        assert all(
            one.languages == PL for group in groups if bridge() in group for one in group[:3]
        )


@pytest.mark.parametrize(
    ("phones", "free", "found"),
    [(1, 0, 0), (1, 1, 1), (1, 2, 0), (1, 3, 0), (1, 4, 1), (2, 2, 2), (3, 4, 1), (10, 30, 9)],
)
def test_how_many_come_to_a_phone_of_two(phones, free, found):
    assert thirds(phones, free, 3) == found


# -- crowds


def shop_floor(rng):
    """Up to forty people on phones of one to three, of all languages and sides."""
    n, share = rng.randrange(1, 40), rng.choice((0.1, 0.3, 0.8))
    people, rules = with_phones(
        rng, n, two=share, three=share / 3, interpret=rng.choice((0, 0.1, 0.3)),
        listening=rng.choice((0, 0.1, 0.6)), misfits=rng.choice((0, 1, n // 4)), size=rng.choice((2, 3)),
    )  # fmt: skip
    names = [one.id for one in people]
    kept = frozenset(frozenset(rng.sample(names, 2)) for _ in range(n // 6))
    remote = rng.choice(("remote_with_remote", "mixed_buddy"))
    return people, dataclasses.replace(rules, apart=kept, remote=remote)


SEEDS = pytest.mark.parametrize(
    "seeds", [range(300), pytest.param(range(300, 3000), marks=pytest.mark.long)]
)


@SEEDS
def test_no_hard_rule_is_broken_and_nobody_is_left_for_whom_there_is_a_place(seeds):
    for seed in seeds:
        people, rules = shop_floor(Random(seed))
        found = check(people, rules, seed)
        assert grouped(Random(seed).sample(people, len(people)), rules, seed) == found
        known = {one.id: one for one in people}
        left = [known[name] for name in found.unplaced]
        alone = [one for one in left if not one.listens]
        assert not any(one.phone and known[one.id] in left for one in people if shares(one, people))
        assert not any(is_legal(pair, rules) for pair in combinations(alone, 2))
        for group in groups_of(people, found):
            if len(group) == 2 or (len(group) == 3 and any(one.interprets for one in group)):
                assert not any(is_legal([*group, one], rules) for one in alone), seed


def shares(one, people):
    """Whether there is another on the same phone."""
    return any(other.phone == one.phone != "" for other in people if other != one)


@SEEDS
def test_the_sizes_are_those_of_the_table_wherever_no_rule_divides(seeds):
    """People on phones alone, and all of one mind: the fewest pairs that there can be."""
    for seed in seeds:
        rng = Random(seed)
        two, three, n = rng.randrange(8), rng.randrange(4), rng.randrange(20)
        people = singles(n)
        for k in range(two + three):
            people += phone(f"t{k}.", 2 if k < two else 3)
        size = rng.choice((2, 3))
        found = check(people, Rules(size=size), seed)
        assert len(found.unplaced) == (n == 1 and (not two))
        pairs = sum(len(group) == 2 for group in found.groups)
        assert pairs == fewest(n, two, size), (seed, n, two, three, size)


def fewest(n, two, size):
    """Every way to give phones a third, tried one by one; of pairs as many as there are."""
    if size == 2:
        return n // 2 - (n % 2 and n > 2 and 1) + two - (n == 1 and two > 0)
    ways = [(sizes(n - k, 3).count(2) + two - k) for k in range(min(n, two) + 1) if n - k != 1]
    return min(ways, default=two)


@SEEDS
@pytest.mark.parametrize("interpret", [0, 0.1])
def test_they_are_mixed_better_than_by_chance(seeds, interpret):
    """Much better together, and worse in hardly any crowd: one change at a time finds no way out."""
    costs = []
    for seed in seeds:
        people, rules = with_phones(Random(seed), 40, interpret=interpret)
        drawn = check([blind(one) for one in people], rules, seed)
        ours = chosen_cost(people, check(people, rules, seed), rules)
        costs.append((ours, chosen_cost(people, drawn, rules)))
    assert sum(ours > chance for ours, chance in costs) <= len(costs) / 500
    assert sum(ours for ours, _ in costs) < 0.5 * sum(chance for _, chance in costs)


def chosen_cost(people, found, rules):
    """What the groups cost, without what people on one phone cost each other anyway."""
    return total(people, found, rules) - sum(
        cost(a, b, rules) for a, b in combinations(people, 2) if a.phone == b.phone != ""
    )
