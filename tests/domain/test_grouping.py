"""Grouping: nobody alone, no hard rule broken, and as mixed as it can be."""

import dataclasses
from collections import Counter
from itertools import combinations, pairwise
from random import Random

import pytest

from bench.grouping import CROWDS
from facilitator.domain.grouping import (
    Grouping,
    Person,
    Rules,
    cost,
    grouped,
    may_sit_together,
    sizes,
)
from facilitator.domain.grouping.beginning import begun
from facilitator.domain.grouping.completion import completed
from facilitator.domain.grouping.improvement import improved
from facilitator.domain.grouping.row import Row
from facilitator.domain.grouping.sets import bits, each

NL, PL, BOTH = frozenset({"nl"}), frozenset({"pl"}), frozenset({"nl", "pl"})
TONGUES = [frozenset(), NL, NL, PL, BOTH, frozenset({"fr"}), frozenset({"fr", "nl"})]
POLICIES = ["remote_with_remote", "mixed_buddy", "separate_sessions"]


def people(n, **what):
    return [Person(f"p{i}", **what) for i in range(n)]


def rounds_before(rng, n):
    """What three earlier rounds left; some have been to one more session since."""
    left = [[set() for _ in range(4)] for _ in range(n)]
    for k in range(3):
        for a, b in pairwise(rng.sample(range(n), n)):
            for one in (a, b):
                left[one][k + rng.choice((0, 0, 1))].add(f"{k} {a} {b}")
    return [tuple(map(frozenset, one)) for one in left]


def crowd(rng, n, remote=0.2, leads=0.15, listens=0.0):
    """People of every sort. Listening, if anybody, is drawn after everything else."""
    met = rounds_before(rng, n)
    return [
        Person(
            f"p{i}",
            side="remote" if rng.random() < remote else "room",
            languages=rng.choice(TONGUES),
            team=rng.choice(["", "weld", "paint", "store"]),
            site=rng.choice(["ghent", "ghent", "ghent", "lier"]),
            camp=rng.choice(["", "A", "B"]),
            leads=rng.random() < leads,
            with_leaders=rng.random() < 0.4,
            met=met[i],
            listens=rng.random() < listens,
        )
        for i in range(n)
    ]


def some_rules(rng, n):
    names = [f"p{i}" for i in range(n)]
    return Rules(
        size=rng.choice((2, 3)),
        remote=rng.choice(POLICIES),
        language=rng.choice(("same", "same", "any")),
        across_camps=rng.random() < 0.5,
        apart=frozenset(frozenset(rng.sample(names, 2)) for _ in range(n // 6)),
    )


def is_legal(group, rules):
    """The hard rules, told once more and without the machinery."""
    listening = sum(one.listens for one in group)
    return (
        2 <= len(group) <= (4 if listening else 3)
        and listening < len(group)
        and sum(one.interprets for one in group) <= 1
        and sum(not one.interprets for one in group) >= 2
        and all(may_meet(a, b, group, rules) for a, b in combinations(group, 2))
        and understand(group, rules)
    )


def may_meet(a, b, group, rules):
    """Two at a table: of one phone, or no rule keeps them apart; language does not if somebody
    interprets."""
    if any(one.interprets for one in group):
        rules = dataclasses.replace(rules, language="any")
    return a.phone == b.phone != "" or may_sit_together(a, b, rules)


def understand(group, rules):
    """One language is everybody's, or each speaks one of those of who interprets."""
    spoken = [set(one.languages or {rules.usual_language}) for one in group]
    bridges = [tongues for one, tongues in zip(group, spoken, strict=True) if one.interprets]
    if rules.language == "any" or set.intersection(*spoken):
        return True
    return any(all(tongues & these for these in spoken) for tongues in bridges)


def groups_of(everybody, found):
    by_id = {one.id: one for one in everybody}
    return [[by_id[name] for name in group] for group in found.groups]


def total(everybody, found, rules):
    pairs = (pair for group in groups_of(everybody, found) for pair in combinations(group, 2))
    return sum(cost(a, b, rules) for a, b in pairs)


def check(everybody, rules, seed):
    found = grouped(everybody, rules, seed)
    names = [name for group in found.groups for name in group]
    assert sorted([*names, *found.unplaced]) == sorted(one.id for one in everybody)
    phones = Counter(one.phone for one in everybody)
    for group in groups_of(everybody, found):
        assert is_legal(group, rules), (seed, group)
        for phone in {one.phone for one in group if not one.interprets} - {""}:
            assert sum(one.phone == phone for one in group) == phones[phone]
    return found


# -- sizes


@pytest.mark.parametrize(
    ("n", "three", "two"),
    [(0, (), ()), (1, (1,), (1,)), (2, (2,), (2,)), (3, (3,), (3,)), (4, (2, 2), (2, 2)),
     (5, (3, 2), (3, 2)), (6, (3, 3), (2, 2, 2)), (7, (3, 2, 2), (3, 2, 2)),
     (8, (3, 3, 2), (2, 2, 2, 2)), (9, (3, 3, 3), (3, 2, 2, 2)), (10, (3, 3, 2, 2), (2,) * 5)],
)  # fmt: skip
def test_the_table_of_sizes(n, three, two):
    assert sizes(n, 3) == three
    assert sizes(n, 2) == two


FEW = [*range(62), 100, 299, 300, 301]
MANY = [n for n in range(302) if n not in FEW]


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("numbers", [FEW, pytest.param(MANY, marks=pytest.mark.long)])
def test_everybody_has_one_place_and_the_sizes_are_the_tables(numbers, size):
    for n in numbers:
        found = check(people(n), Rules(size=size), seed=n)
        lengths = sorted(map(len, found.groups), reverse=True)
        assert tuple(lengths) == (sizes(n, size) if n != 1 else ())
        assert len(found.unplaced) == (n == 1)


def test_each_side_has_the_sizes_of_its_own_number():
    everybody = [*people(7), *(Person(f"r{i}", side="remote") for i in range(5))]
    found = check(everybody, Rules(), seed=4)
    assert sorted(len(group) for group in found.groups if group[0][0] == "p") == [2, 2, 3]
    assert sorted(len(group) for group in found.groups if group[0][0] == "r") == [2, 3]


# -- hard rules


@pytest.mark.parametrize(
    "seeds", [range(200), pytest.param(range(200, 1000), marks=pytest.mark.long)]
)
def test_no_hard_rule_is_ever_broken(seeds):
    for seed in seeds:
        rng = Random(seed)
        n = rng.randint(1, 60)
        everybody, rules = crowd(rng, n, listens=rng.choice((0, 0, 0.1))), some_rules(rng, n)
        found = check(everybody, rules, seed)
        left = [one for one in everybody if one.id in found.unplaced and not one.listens]
        assert not any(is_legal(pair, rules) for pair in combinations(left, 2))
        for group in groups_of(everybody, found):
            if len(group) == 2:
                assert not any(is_legal([*group, one], rules) for one in left)


def can_be_complete(left, rules):
    """Every arrangement, tried one by one."""
    if not left:
        return True
    first, rest = left[0], left[1:]
    return any(
        is_legal([first, *others], rules)
        and can_be_complete([one for one in rest if one not in others], rules)
        for k in (1, 2, 3)
        for others in combinations(rest, k)
    )


@pytest.mark.parametrize(
    "seeds", [range(500), pytest.param(range(500, 4000), marks=pytest.mark.long)]
)
def test_nobody_is_left_over_when_there_is_an_arrangement_with_everybody(seeds):
    complete = 0
    for seed in seeds:
        rng = Random(seed)
        n = rng.randint(2, 7)
        everybody, rules = crowd(rng, n, remote=rng.choice((0, 0.3))), some_rules(rng, n)
        found = check(everybody, rules, seed)
        assert (found.unplaced == ()) == can_be_complete(everybody, rules), seed
        complete += not found.unplaced
    assert complete > len(seeds) / 6


def test_who_speaks_only_polish_never_sits_without_polish():
    for seed in range(100):
        rng = Random(seed)
        everybody = [Person(f"p{i}", languages=rng.choice([NL, NL, PL, BOTH])) for i in range(20)]
        for group in groups_of(everybody, check(everybody, Rules(), seed)):
            spoken = [one.languages for one in group]
            assert PL not in spoken or all("pl" in tongues for tongues in spoken)


def test_a_trio_has_a_language_in_common_and_not_only_each_pair():
    trio = [Person("a", languages=BOTH), Person("b", languages=frozenset({"nl", "fr"})),
            Person("c", languages=frozenset({"pl", "fr"}))]  # fmt: skip
    found = check(trio, Rules(), seed=1)
    assert [len(group) for group in found.groups] == [2] and len(found.unplaced) == 1
    assert len(check(trio, Rules(language="any"), seed=1).groups[0]) == 3


def test_a_bilingual_person_goes_where_they_are_needed():
    everybody = [*people(8, languages=NL), Person("b", languages=BOTH), Person("c", languages=PL)]
    for seed in range(50):
        found = check(everybody, Rules(), seed)
        assert {"b", "c"} in map(set, found.groups) and found.unplaced == ()


def test_somebody_makes_way_for_one_who_fits_nowhere_else():
    everybody = [Person("u", languages=PL), Person("a", languages=BOTH), *people(3, languages=NL)]
    row = Row.of(everybody, Rules(), seed=1)
    place = {one.id: number for number, one in enumerate(row.people)}
    start = [bits((place["a"], place["p0"])), bits((place["p1"], place["p2"]))]
    after = [{row.people[one].id for one in each(group)} for group in completed(row, start)]
    assert after == [{"a", "u"}, {"p0", "p1", "p2"}]


def test_no_language_given_is_the_sessions():
    a, b = Person("a"), Person("b", languages=PL)
    assert not may_sit_together(a, b, Rules())
    assert may_sit_together(a, b, Rules(usual_language="pl"))
    assert may_sit_together(a, b, Rules(language="any"))


@pytest.mark.parametrize(
    ("policy", "mixed", "both_remote"),
    [("remote_with_remote", False, True), ("separate_sessions", False, True),
     ("mixed_buddy", True, False)],
)  # fmt: skip
def test_who_sits_with_somebody_at_a_distance(policy, mixed, both_remote):
    room, far, further = Person("a"), Person("b", side="remote"), Person("c", side="remote")
    assert may_sit_together(room, far, Rules(remote=policy)) == mixed
    assert may_sit_together(far, further, Rules(remote=policy)) == both_remote


def test_the_facilitator_hears_of_somebody_who_is_the_only_one_at_a_distance():
    everybody = [*people(6), Person("far", side="remote")]
    assert check(everybody, Rules(), seed=1).unplaced == ("far",)
    assert check(everybody, Rules(remote="mixed_buddy"), seed=1).unplaced == ()


def test_as_many_buddies_as_people_at_a_distance_all_find_one():
    everybody = [*people(6), *(Person(f"r{i}", side="remote") for i in range(6))]
    found = check(everybody, Rules(remote="mixed_buddy"), seed=3)
    assert [len(group) for group in found.groups] == [2] * 6


def test_two_sites_meet_only_at_a_distance():
    ghent, lier = Person("a", site="ghent"), Person("b", site="lier")
    far = Person("c", site="lier", side="remote")
    assert not may_sit_together(ghent, lier, Rules())
    assert may_sit_together(ghent, far, Rules(remote="mixed_buddy"))


@pytest.mark.parametrize("leader_chose", [True, False])
@pytest.mark.parametrize("other_chose", [True, False])
def test_a_leader_and_another_sit_together_only_if_both_chose(leader_chose, other_chose):
    leader = Person("a", leads=True, with_leaders=leader_chose)
    other = Person("b", with_leaders=other_chose)
    assert may_sit_together(leader, other, Rules()) == (leader_chose and other_chose)
    assert may_sit_together(leader, Person("c", leads=True), Rules())


def test_a_pair_that_is_kept_apart_stays_apart():
    rules = Rules(apart=frozenset({frozenset({"p0", "p1"}), frozenset({"p2", "gone"})}))
    for seed in range(50):
        found = check(people(5), rules, seed)
        assert not any({"p0", "p1"} <= set(group) for group in found.groups)
        assert found.unplaced == ()


# -- wishes


def met(*rounds):
    return tuple(frozenset(one) for one in rounds)


@pytest.mark.parametrize(
    ("a", "b", "rules", "points"),
    [
        ({"team": "x"}, {"team": "x"}, Rules(), 10),
        ({"team": "x"}, {"team": "x"}, Rules(other_team=False), 0),
        ({"team": ""}, {"team": ""}, Rules(), 0),
        ({"camp": "A"}, {"camp": "A"}, Rules(), 0),
        ({"camp": "A"}, {"camp": "A"}, Rules(across_camps=True), 15),
        ({"camp": ""}, {"camp": ""}, Rules(across_camps=True), 0),
        ({"leads": True}, {"leads": True}, Rules(), 3),
        ({"leads": True, "team": "x"}, {"leads": True, "team": "x"}, Rules(), 13),
        ({"met": met("q")}, {"met": met("q")}, Rules(), 50),
        ({"met": met("q", "r")}, {"met": met("q", "r")}, Rules(), 50),
        ({"met": met("", "q")}, {"met": met("", "q")}, Rules(), 20),
        ({"met": met("", "", "q")}, {"met": met("", "", "q")}, Rules(), 10),
        ({"met": met("", "", "", "q")}, {"met": met("", "", "", "", "q")}, Rules(), 6),
        ({"met": met("", "", "q")}, {"met": met("", "q")}, Rules(), 20),
        ({"met": met("q")}, {"met": met("", "", "q")}, Rules(), 20),
        ({"met": met("q", "r")}, {"met": met("s", "t")}, Rules(), 0),
    ],
)
def test_what_a_pair_costs(a, b, rules, points):
    one, other = Person("a", **a), Person("b", **b)
    assert cost(one, other, rules) == cost(other, one, rules) == points


def with_buddies(rng, n):
    """Phones that are shared, also elsewhere, where people elsewhere sit with others here."""
    people, rules = CROWDS["phones, many interpret"](rng, n)
    return people, dataclasses.replace(rules, remote="mixed_buddy")


@pytest.mark.parametrize("made", [lambda rng, n: (crowd(rng, n), some_rules(rng, n)),
                                  with_buddies, *CROWDS.values()])  # fmt: skip
def test_the_numbers_say_what_the_words_say(made):
    for seed in range(20):
        everybody, rules = made(Random(seed), 20)
        row = Row.of(everybody, rules, seed)
        for i, j in combinations(range(20), 2):
            a, b = row.people[i], row.people[j]
            one_phone = a.phone == b.phone != ""
            assert bool(row.partners[i] >> j & 1) == (may_sit_together(a, b, rules) or one_phone)
            assert row.partners[i] >> j & 1 == row.partners[j] >> i & 1
            assert row.costs[i][j] == row.costs[j][i] == cost(a, b, rules)
            for k in range(20):
                if k not in (i, j) and row.agree(bits((i, j))):
                    welcome = row.welcome(bits((i, j))) >> k & 1
                    assert bool(welcome) == row.agree(bits((i, j, k)))
            anyhow = may_sit_together(a, b, dataclasses.replace(rules, language="any"))
            assert bool(row.anyhow[i] >> j & 1) == (anyhow or one_phone)


def test_teams_and_old_partners_are_mixed_when_they_can_be():
    teams = [Person(f"p{i}", team="xyz"[i % 3]) for i in range(12)]
    assert all(total(teams, check(teams, Rules(), s), Rules()) == 0 for s in range(50))
    again = [Person(f"p{i}", met=met({f"t{i // 2}"})) for i in range(8)]
    rules = Rules(size=2)
    assert all(total(again, check(again, rules, s), rules) == 0 for s in range(50))


def blind(one):
    """Somebody of whom only the hard rules know anything."""
    return dataclasses.replace(one, team="", camp="", met=())


def test_the_total_is_lower_than_by_chance():
    chosen = chance = 0
    for seed in range(60):
        rng = Random(seed)
        everybody, rules = crowd(rng, 30), some_rules(rng, 30)
        drawn = check([blind(one) for one in everybody], rules, seed)
        chosen += total(everybody, check(everybody, rules, seed), rules)
        chance += total(everybody, drawn, rules)
    assert chosen < chance * 0.7


@pytest.mark.parametrize("made", CROWDS.values(), ids=CROWDS)
def test_of_three_hundred_of_whom_hardly_two_are_alike_no_rule_gives_way(made):
    everybody, rules = made(Random(1), 300)
    found = check(everybody, rules, seed=1)
    assert grouped(reversed(everybody), rules, seed=1) == found
    by_chance = check([blind(one) for one in everybody], rules, seed=1)
    assert total(everybody, found, rules) <= total(everybody, by_chance, rules)
    left = [one for one in everybody if one.id in found.unplaced and not one.listens]
    assert not any(is_legal(pair, rules) for pair in combinations(left, 2))


def test_no_change_makes_the_total_higher_or_a_size_different():
    gained = 0
    for seed in range(100):
        rng = Random(seed)
        row = Row.of(crowd(rng, 36), some_rules(rng, 36), seed)
        start = completed(row, begun(row))
        after = improved(row, start)
        assert row.total(after) <= row.total(start)
        assert sorted(map(int.bit_count, after)) == sorted(map(int.bit_count, start))
        gained += row.total(start) - row.total(after)
    assert gained > 0


# -- chance


def test_the_order_in_which_people_came_changes_nothing():
    for seed in range(30):
        rng = Random(seed)
        everybody, rules = crowd(rng, 25, listens=0.1), some_rules(rng, 25)
        found = grouped(everybody, rules, seed)
        rng.shuffle(everybody)
        assert grouped(iter(everybody), rules, seed) == found


def test_another_seed_gives_other_groups():
    assert len({grouped(people(9), Rules(), seed).groups for seed in range(100)}) == 100


def test_everybody_tells_first_second_and_third_about_equally_often():
    turns = Counter(
        (name, turn)
        for seed in range(1000)
        for group in grouped(people(6), Rules(), seed).groups
        for turn, name in enumerate(group)
    )
    # A third of 1,000 is 333, with a standard deviation of 15.
    assert len(turns) == 18 and all(273 < often < 394 for often in turns.values())


def test_every_two_meet_about_equally_often():
    meetings = Counter(
        frozenset(pair)
        for seed in range(1000)
        for group in grouped(people(6), Rules(), seed).groups
        for pair in combinations(group, 2)
    )
    # Two of the five others in every round: 400, with a standard deviation of 15.
    assert len(meetings) == 15 and all(338 < often < 462 for often in meetings.values())


# -- co-listeners


def with_co_listeners(n, listeners):
    return [*people(n), *(Person(f"l{i}", listens=True) for i in range(listeners))]


def shapes(found: Grouping):
    return sorted("".join(name[0] for name in group) for group in found.groups)


@pytest.mark.parametrize(
    ("n", "listeners", "size", "groups"),
    [
        (7, 1, 3, ["ppl", "pp", "ppp"]),
        (7, 2, 3, ["ppl", "ppl", "ppp"]),
        (7, 3, 3, ["ppl", "ppl", "pppl"]),
        (7, 4, 3, ["ppl", "ppll", "pppl"]),
        (6, 2, 3, ["pppl", "pppl"]),
        (4, 3, 2, ["ppl", "ppll"]),
        (1, 1, 3, ["pl"]),
        (1, 2, 3, ["pll"]),
    ],
)
def test_co_listeners_come_on_top_of_the_smallest_groups(n, listeners, size, groups):
    for seed in range(20):
        found = check(with_co_listeners(n, listeners), Rules(size=size), seed)
        assert shapes(found) == sorted(groups) and found.unplaced == ()


def test_a_fifth_has_no_place_and_two_who_only_listen_are_no_group():
    assert len(check(with_co_listeners(6, 4), Rules(), seed=1).unplaced) == 2
    assert check(with_co_listeners(0, 2), Rules(), seed=1).groups == ()


def test_a_co_listener_gives_way_to_one_whom_no_other_group_fits():
    everybody = [*people(3, languages=NL), *(Person(f"q{i}", languages=PL) for i in range(2)),
                 Person("l0", languages=BOTH, listens=True),
                 Person("l1", languages=PL, listens=True)]  # fmt: skip
    for seed in range(30):
        assert shapes(check(everybody, Rules(), seed)) == ["pppl", "qql"]


def test_a_co_listener_is_company_for_somebody_who_has_no_other():
    everybody = [*people(4), Person("q", languages=PL), Person("l", languages=BOTH, listens=True)]
    assert shapes(check(everybody, Rules(), seed=2)) == ["pp", "pp", "ql"]


def test_no_group_has_two_co_listeners_while_another_has_none():
    everybody = [*people(6), Person("q", languages=PL),
                 *(Person(f"l{i}", languages=BOTH, listens=True) for i in range(2))]  # fmt: skip
    for seed in range(30):
        assert shapes(check(everybody, Rules(), seed)) == ["ppp", "pppl", "ql"]


def test_two_tellers_change_places_to_make_room_for_a_co_listener():
    everybody = [*people(2, languages=NL), Person("b", languages=BOTH), Person("c", languages=BOTH),
                 Person("l", languages=PL, listens=True)]  # fmt: skip
    for seed in range(30):
        assert shapes(check(everybody, Rules(size=2), seed)) in (["bcl", "pp"], ["cbl", "pp"])
