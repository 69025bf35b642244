"""Arranging: who shares a phone stays together, and who interprets sits where it helps."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from facilitator.domain.arranging import apart, arranged, welcome
from facilitator.domain.grouping import Person, Rules, grouped, may_sit_together, sizes, spoken

PL, NL, TR = frozenset({"pl"}), frozenset({"nl"}), frozenset({"tr"})


def singles(n, **what):
    return [Person(f"s{i}", **what) for i in range(n)]


def phone(name, n, **what):
    """So many people on one phone."""
    return [Person(f"{name}{i}", phone=name, **what) for i in range(n)]


def placed(people, size=3, seed=7, **rules):
    """The groups as sets of people, and who has none."""
    found = arranged(people, Rules(size=size, **rules), seed)
    known = {one.id: one for one in people}
    return [[known[name] for name in group] for group in found.groups], found.unplaced


def test_without_phones_to_share_and_interpreters_it_is_grouping():
    people, rules = singles(20), Rules()
    assert arranged(people, rules, 3) == grouped(people, rules, 3)


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


@pytest.mark.parametrize("seed", range(60))
def test_no_hard_rule_is_broken_by_any_of_it(seed):
    rng = Random(seed)
    tongues = [PL, NL, TR, PL | NL]

    def what():
        return {"languages": rng.choice(tongues), "side": rng.choice(("room", "room", "remote"))}

    people = [Person(f"s{n}", **what()) for n in range(rng.randrange(2, 25))]
    for n in range(3):
        people += phone(f"t{n}", rng.choice((2, 3)), **what())
    people += [bridge(f"i{n}", rng.choice((PL | NL, PL | TR)), side=what()["side"])
               for n in range(rng.randrange(3))]  # fmt: skip
    rules = Rules(size=rng.choice((2, 3)))
    found = arranged(people, rules, seed)
    known = {one.id: one for one in people}
    names = [name for group in found.groups for name in group]
    assert sorted([*names, *found.unplaced]) == sorted(known)
    for group in found.groups:
        sitting = [known[name] for name in group]
        tellers = [one for one in sitting if not one.listens]
        assert 2 <= len(tellers) <= 3 and len(sitting) <= 4
        bridges = [spoken(one, rules) for one in sitting if one.interprets]
        for a, b in combinations(sitting, 2):
            through = any(spoken(a, rules) & t and spoken(b, rules) & t for t in bridges)
            assert a.side == b.side
            assert may_sit_together(a, b, rules) or a.phone == b.phone != "" or through
