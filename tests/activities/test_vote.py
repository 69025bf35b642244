"""Vote: unseen until everybody looks together; the top concern is never voted away."""

import pytest

from facilitator.activities.vote import LONGEST, Vote
from facilitator.domain.activity import Refused
from tests.drawn import Drawn, items, weight, words
from tests.play import play

CONCERN = {"id": "concern", "name": {"nl": "Zorg", "en": "Concern"}, "look": "concern"}
IDEA = {"id": "idea", "name": {"nl": "Idee", "en": "Idea"}, "look": "idea"}
CARDS = (
    {"id": "k", "lane": CONCERN, "text": "Te weinig karren", "shown": True},
    {"id": "l", "lane": CONCERN, "text": "Lawaai", "shown": True},
    {"id": "r", "lane": IDEA, "text": "Rooster eerder", "shown": True},
)
PEOPLE = ("an", "bo", "cem", "dirk", "els", "fien")


def crowd():
    vote = table()
    for n, who in enumerate(PEOPLE):
        vote.by(who, "cast", choices={"krl"[n % 3]: 1})
    return vote


def table(*cards, present=8, **set_up):
    return play(Vote(**set_up), given=cards or CARDS, present=present)


def cast(*ballots, **set_up):
    vote = table(**set_up)
    for n, ballot in enumerate(ballots):
        vote.by(f"p{n}", "cast", choices=ballot)
    return vote


def dots(vote):
    return {row["id"]: row["dots"] for row in vote.screen["rows"]}


# -- laying stones


def test_stones_are_unseen_until_everybody_looks():
    vote = crowd()
    for view in (vote.phone, vote.screen, vote.console):
        assert "rows" not in view and "first" not in view
    assert dots(vote.move("next")) == {"k": 2, "l": 2, "r": 2}


def test_one_phone_has_one_ballot_and_may_change_its_mind():
    vote = cast({"k": 1}, {"k": 1}).by("p0", "cast", choices={"r": 1})
    assert vote.own("p0")["choices"] == {"r": 1}
    assert dots(vote.move("show")) == {"k": 1, "l": 0, "r": 1}


def test_an_empty_ballot_takes_everything_back():
    vote = cast({"k": 1}).by("p0", "cast", choices={})
    assert vote.screen["turnout"] == "none" and vote.own("p0")["left"] == 2
    assert dots(vote.move("show"))["k"] == 0


def test_nought_on_a_card_is_no_stone():
    vote = cast({"k": 0, "l": 1})
    assert vote.own("p0")["choices"] == {"l": 1} and vote.own("p0")["left"] == 1


def test_the_budget_holds():
    with pytest.raises(Refused, match="too_many_dots") as no:
        cast({"k": 1, "l": 1, "r": 1}, dots=2)
    assert no.value.details == {"dots": 2}
    assert cast({"k": 1, "l": 1}, dots=2).own("p0")["left"] == 0


def test_the_cap_on_one_card_holds():
    with pytest.raises(Refused, match="too_many_on_one") as no:
        cast({"k": 2}, dots=3, cap=1)
    assert no.value.details == {"cap": 1}
    assert cast({"k": 2}, dots=3, cap=2).own("p0")["choices"] == {"k": 2}


@pytest.mark.parametrize(
    ("choices", "code"),
    [
        (None, "not_understood"),
        ("k", "not_understood"),
        (["k"], "not_understood"),
        ({"k": "1"}, "not_understood"),
        ({"k": 1.0}, "not_understood"),
        ({"k": True}, "not_understood"),
        ({"k": -1}, "not_understood"),
        ({"k": 1, "l": -1}, "not_understood"),
        ({"foreign": 1}, "not_on_the_ballot"),
        ({"foreign": 0}, "not_on_the_ballot"),
        ({"k": 10**30}, "too_many_on_one"),
    ],
)
def test_what_is_no_ballot_is_refused(choices, code):
    vote = table()
    with pytest.raises(Refused, match=code):
        vote.by("an", "cast", choices=choices)
    assert vote.laid == {}


def test_a_field_that_does_not_belong_is_refused():
    with pytest.raises(Refused, match="not_understood"):
        table().by("an", "cast", choices={}, seat="an")
    with pytest.raises(Refused, match="unknown_act"):
        table().by("an", "drop")


def test_after_the_lock_no_stone_moves():
    vote = cast({"k": 1}).move("lock")
    with pytest.raises(Refused, match="voting_is_over"):
        vote.by("p0", "cast", choices={"r": 1})
    assert vote.move("unlock").by("p0", "cast", choices={"r": 1}).own("p0")["left"] == 1


def test_cards_that_were_laid_aside_are_not_on_the_ballot():
    parked = {**CARDS[0], "id": "p", "shown": False}
    vote = table(*CARDS, parked)
    assert [c["id"] for c in vote.phone["options"]] == ["k", "l", "r"]
    with pytest.raises(Refused, match="not_on_the_ballot"):
        vote.by("an", "cast", choices={"p": 1})


def test_each_phone_has_its_own_order_and_keeps_it():
    vote = table(*({**CARDS[0], "id": f"c{n}", "text": f"{n}"} for n in range(8)))
    orders = {tuple(vote.own(who)["order"]) for who in PEOPLE}
    assert len(orders) > 1
    assert all(sorted(order) == [f"c{n}" for n in range(8)] for order in orders)
    assert vote.own("an") == vote.own("an")


def test_with_too_many_cards_their_words_decide_which_are_drawn():
    many = [{**CARDS[0], "id": f"c{n}", "text": f"kaart {n}"} for n in range(9)]
    renamed = [{**card, "id": f"x{9 - n}"} for n, card in enumerate(many)]
    drawn, again = table(*many, most_cards=4), table(*reversed(renamed), most_cards=4)
    texts = {c["text"] for c in drawn.screen["options"]}
    assert len(texts) == 4 and texts == {c["text"] for c in again.screen["options"]}
    assert texts != {f"kaart {n}" for n in range(4)}


def test_the_turnout_is_told_in_words():
    vote, words = table(present=10), []
    for n in range(10):
        words.append(vote.screen["turnout"])
        vote.by(f"p{n}", "cast", choices={"k": 1})
    words.append(vote.screen["turnout"])
    assert words == ["none", *["few"] * 4, "half", *["most"] * 3, *["nearly_all"] * 2]


# -- looking together


def test_the_most_stones_come_first_and_equal_stones_share_a_rank():
    vote = cast({"r": 1}, {"r": 1}, {"k": 1}, {"l": 1}).move("show")
    assert [(r["id"], r["rank"], r["tied"]) for r in vote.screen["rows"]] == [
        ("r", 1, False), ("l", 2, True), ("k", 2, True)]  # fmt: skip


def test_a_shared_first_place_is_shared():
    vote = cast({"r": 1}, {"k": 1}).move("show")
    assert {card["id"] for card in vote.screen["first"]} == {"r", "k"}


def test_without_stones_nothing_comes_first():
    vote = table().move("show")
    assert vote.screen["first"] == []
    assert vote.results.facts["begin_with"] == []


def test_the_top_concern_is_never_voted_away():
    vote = cast({"r": 1}, {"r": 1}, {"k": 1}).move("show")
    assert vote.screen["first"][0]["id"] == "r"
    assert vote.screen["top_concern"]["id"] == "k"
    assert vote.results.facts["top_concern"] == {"lane": CONCERN, "text": "Te weinig karren"}


def test_a_concern_without_a_stone_is_still_named():
    assert cast({"r": 1}).move("show").screen["top_concern"]["lane"] == CONCERN


def test_without_concerns_there_is_none_to_name():
    vote = table(CARDS[2]).move("show")
    assert vote.screen["top_concern"] is None and vote.results.facts["top_concern"] is None


def test_without_cards_there_is_nothing_to_vote_on():
    vote = play(Vote()).by("an", "cast", choices={}).move("show")
    assert (vote.screen["rows"], vote.screen["top_concern"]) == ([], None)
    assert vote.results.items == ()


def test_hands_counted_in_the_room_weigh_as_much_as_stones():
    vote = cast({"k": 1}).move("hands", counts={"l": 3}).move("show")
    assert vote.screen["rows"][0]["id"] == "l" and vote.screen["counted"]
    assert vote.screen["top_concern"]["id"] == "l"
    assert vote.results.facts["hands_counted"]


@pytest.mark.parametrize(
    "counts", [None, [3], {"k": "3"}, {"k": -1}, {"k": 1000}, {"k": True}, {"k": 1.5}]
)
def test_hands_that_nobody_has_are_refused(counts):
    with pytest.raises(Refused, match="not_understood"):
        table().move("hands", counts=counts)


def test_hide_takes_the_rows_away():
    vote = crowd().move("show").move("hide")
    assert "rows" not in vote.screen and vote.screen["locked"]


# -- what is missing?


def test_what_is_missing_is_asked_once_the_result_is_there():
    vote = crowd()
    with pytest.raises(Refused, match="writing_is_over"):
        vote.by("an", "missing", text="te vroeg")
    vote.move("show").by("an", "missing", text="de nachtploeg")
    assert vote.own("an")["missing"] == "de nachtploeg"
    for view in (vote.phone, vote.screen, vote.console):
        assert "nachtploeg" not in str(view)
    assert vote.move("show_missing").screen["missing"] == ["de nachtploeg"]
    assert vote.results.facts["missing"] == ["de nachtploeg"]


def test_what_is_missing_can_be_changed_and_taken_back_until_it_is_shown():
    vote = crowd().move("show").by("an", "missing", text="oud").by("an", "missing", text="nieuw")
    vote.by("bo", "missing", text="spijt").by("bo", "take_back").move("show_missing")
    assert vote.screen["missing"] == ["nieuw"]
    with pytest.raises(Refused, match="writing_is_over"):
        vote.by("an", "missing", text="te laat")
    assert vote.by("an", "take_back").screen["missing"] == ["nieuw"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "write_something_first"), (" \u200b", "write_something_first"), (3, "not_understood"),
     ("x" * (LONGEST + 1), "too_long")],
)  # fmt: skip
def test_what_is_missing_must_be_a_sentence(text, code):
    with pytest.raises(Refused, match=code):
        crowd().move("show").by("an", "missing", text=text)


# -- what is kept


def test_counts_are_kept_and_ballots_are_not():
    results = cast({"k": 1, "r": 1}, {"k": 1}, {}).move("show").results
    assert {i["text"]: i["dots"] for i in results.items} == {
        "Te weinig karren": 2, "Lawaai": 0, "Rooster eerder": 1}  # fmt: skip
    (voters,) = results.findings
    assert (voters.measure, voters.value, voters.n) == ("voters", 2, 2)
    assert "choices" not in str(results)


def test_equal_cards_share_their_place_whatever_their_ids():
    def results(one, other):
        twins = ({**CARDS[0], "id": one}, {**CARDS[0], "lane": IDEA, "id": other})
        return table(*twins).move("show").results.facts

    assert results("a", "z") == results("z", "a")


# -- what goes over the line

TWO_DOZEN = tuple(
    {"id": f"{n:016x}", "lane": (CONCERN, IDEA)[n % 2], "shown": True,
     "text": f"Kaart {n:02d}: de overdracht tussen de ploegen duurt nu te kort."}
    for n in range(24)
)  # fmt: skip


def test_two_dozen_cards_are_light_on_a_phone(house):
    """They go to every phone, which is sent 15 kB in a whole round."""
    pages, vote = Drawn(house), table(*TWO_DOZEN, dots=3, cap=2)
    ballot = pages.phone(vote)
    cards = items(ballot, "ballot")
    assert len(cards) == 24 and max(map(weight, cards)) <= 260
    assert weight(ballot) <= 7_500

    for n in range(40):
        vote.by(f"p{n}", "cast", choices={f"{n % 3:016x}": 1, f"{3 + n % 9:016x}": 1})
    result = pages.phone(vote.move("show"))
    cards = items(result, "result")
    assert len(cards) == 8 and sum(map(weight, cards)) / 8 <= 500
    assert weight(ballot) + weight(result) <= 12_000


def test_what_is_mine_is_lighter_still(house):
    pages, vote = Drawn(house), table(*TWO_DOZEN, dots=3, cap=2)
    assert weight(pages.own(vote, "an")) <= 300
    vote.by("an", "cast", choices={f"{n:016x}": 1 for n in range(3)})
    assert weight(pages.own(vote, "an")) <= 600
    assert weight(pages.own(vote.move("show"), "an")) <= 600


def test_a_ballot_works_by_numbers_alone(house):
    cards = items(Drawn(house).phone(table(dots=3, cap=2)), "ballot")
    said = [f"{card['lane']['name']['nl']} {card['text']}" for card in CARDS]
    assert [words(card) for card in cards] == said
    for html, card in zip(cards, CARDS, strict=True):
        label = html[html.index("<label") : html.index("</label>")]
        assert f'name="choices[{card["id"]}]"' in label and "max=2 value=0" in label


def test_the_phone_is_told_how_its_cards_begin(house):
    vote = table(*({**card, "id": f"{n}{card['id']}"} for n, card in enumerate(TWO_DOZEN[:8])))
    own = Drawn(house).own(vote, "an")
    told = own.split('data-order="')[1].split('"')[0].split()
    assert told == [card[:4] for card in vote.own("an")["order"]]


@pytest.mark.parametrize("longer", ["", " en dat duurt al zo lang als ik hier werk, en langer"])
def test_the_screen_gives_a_card_one_sign(house, longer):
    """Where we begin, or the biggest concern when that comes later."""
    pages, cards = Drawn(house), [{**card, "text": card["text"] + longer} for card in CARDS]

    def signs(*ballots):
        vote = table(*cards)
        for n, ballot in enumerate(ballots):
            vote.by(f"p{n}", "cast", choices=ballot)
        html = pages.screen(vote.move("show"))
        return html.count('class="here"'), html.count('class="top-concern"')

    assert signs({"k": 1}, {"k": 1}, {"r": 1}) == (1, 0)
    assert signs({"r": 1}, {"r": 1}, {"k": 1}) == (1, 1)
    assert signs({"r": 1}, {"k": 1}) == (2, 0)
    assert signs() == (0, 0)


def test_a_phone_gets_what_leads_and_hears_how_much_more_there_is(house):
    many = [{**CARDS[0], "id": f"{n:04x}", "text": f"kaart {n:02}"} for n in range(24)]
    result = Drawn(house).phone(table(*many).move("show"))
    assert len(items(result, "result")) == 8
    assert "En nog 16 briefjes" in words(result)
    assert "En nog" not in words(Drawn(house).phone(table().move("show")))
    assert weight(result) < 6_000


def test_a_card_that_stands_for_several_never_falls_off_the_ballot():
    cards = [{"id": f"{n:016x}", "lane": CARDS[0]["lane"], "text": f"Kaart {n}"} for n in range(40)]
    group = {**cards[7], "id": "g001", "cards": [{"id": "x", "text": "Kaart x"}]}
    vote = table(*cards, group, most_cards=4)
    drawn = [card["id"] for card in vote.screen["options"]]
    assert "g001" in drawn and len(drawn) == 4


def test_the_draw_stands_while_people_vote():
    vote = table(*TWO_DOZEN, most_cards=4)
    before = vote.screen["options"]
    vote.by("an", "cast", choices={before[0]["id"]: 1})
    assert vote.screen["options"] == before == vote.move("lock").screen["options"]
