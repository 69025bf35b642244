"""Themes: the room sees cards come together; nobody's words get lost in a group."""

from __future__ import annotations

import dataclasses
import itertools
import random
import re

import pytest

from facilitator.activities.ideas import LANES
from facilitator.activities.themes import (
    BESIDE_GROUPS,
    CARDS_PER_PAGE,
    GROUPS_PER_PAGE,
    Themes,
)
from facilitator.document import document
from facilitator.domain.activity import Act, Move, Refused
from facilitator.domain.card_groups import LONGEST
from facilitator.domain.results import canonical, kept
from facilitator.domain.session import Course, Item, Logged, Opened, course, without
from facilitator.domain.suggestions import suggestions
from facilitator.keys import Token
from tests.drawn import Drawn
from tests.play import Play, play

CONCERN, IDEA = LANES
ROUND = 15_000  # bytes to one phone
ids = (f"themes {n}" for n in itertools.count())


def card(id, text="", lane=CONCERN, **more):
    return {"id": id, "lane": lane, "text": text or f"Tekst van {id}", **more}


CARDS = (
    card("a", "De overdracht is te kort"),
    card("b", "Ploegoverdracht aan het bord", IDEA),
    card("c", "Te weinig karren"),
    card("d", "Karretjes zijn stuk"),
    card("e", "Koffie", IDEA),
)


class Table(Play):
    """The room with these cards on the table, as the desk opens it."""

    def __init__(self, cards):
        super().__init__(Themes(), given=cards)
        self.stage = self.room.start(Move("open", {"given": list(cards)}, at=self.at))

    def move(self, what, /, **fields):
        self.at += 10
        self.stage = self.room.move(self.stage, Move(what, fields, at=self.at))
        return self


def themes(*cards):
    return Table(cards or CARDS)


def crowd():
    return themes()


def many(n):
    return Table(tuple(card(f"c{k:02}") for k in range(n)))


def groups(room):
    """What lies where, as the console has it."""
    return {g["id"]: [p["id"] for p in g["piles"]] for g in room.console["groups"]}


def loose(room):
    return [one["id"] for one in room.console["loose"]]


# -- grouping


def test_at_first_every_card_lies_loose():
    room = themes()
    assert groups(room) == {} and loose(room) == list("abcde")
    assert [one["id"] for one in room.screen["loose"]] == list("abcde")


def test_cards_are_laid_together_and_the_room_sees_it_happen():
    room = themes().move("group", ids=["a", "b"], name=" De  overdracht ")
    assert groups(room) == {"g001": ["a", "b"]} and loose(room) == ["c", "d", "e"]
    (seen,) = room.screen["groups"]
    assert (seen["name"], seen["count"]) == ("De overdracht", 2)
    assert [one["id"] for one in room.screen["loose"]] == ["c", "d", "e"]


def test_a_form_ticks_its_cards_and_calls_the_group():
    room = themes().move("group", ids={"a": 1, "b": 1, "c": 0}, called="Bord")
    assert groups(room) == {"g001": ["a", "b"]}
    assert (
        room.move("rename", group="g001", called="Wissel").console["groups"][0]["name"] == "Wissel"
    )


def test_a_card_is_added_taken_out_and_moved_to_another_group():
    room = themes().move("group", ids=["a", "b"]).move("group", ids=["c", "d"])
    room.move("add", id="e", group="g002").move("take_out", id="a")
    assert groups(room) == {"g001": ["b"], "g002": ["c", "d", "e"]} and loose(room) == ["a"]
    assert groups(room.move("add", id="c", group="g001"))["g001"] == ["b", "c"]


def test_who_takes_the_last_card_out_takes_the_group_away():
    room = themes().move("group", ids=["a", "b"])
    room.move("take_out", id="a").move("take_out", id="b")
    assert groups(room) == {} and loose(room) == list("abcde")
    assert groups(room.move("group", ids=["c", "d"])) == {"g001": ["c", "d"]}, "its number is free"


def test_a_group_is_renamed_and_can_lose_its_name():
    room = themes().move("group", ids=["a", "b"], name="X").move("rename", group="g001", name="Y")
    assert room.phone["groups"][0]["name"] == "Y"
    assert room.move("rename", group="g001", name=" ").phone["groups"][0]["name"] == ""


def test_groups_merge_under_the_first_name_that_one_has():
    room = themes().move("group", ids=["a", "b"]).move("group", ids=["c", "d"], name="Karren")
    room.move("merge", groups={"g001": 1, "g002": 1})
    assert groups(room) == {"g001": ["a", "b", "c", "d"]}
    assert room.console["groups"][0]["name"] == "Karren"


def test_a_split_group_leaves_its_cards_loose():
    room = themes().move("group", ids=["a", "b"]).move("group", ids=["c", "d"])
    assert groups(room.move("split", group="g001")) == {"g002": ["c", "d"]}
    assert loose(room) == ["a", "b", "e"]


def test_a_number_that_came_free_is_given_again():
    room = themes().move("group", ids=["a", "b"]).move("group", ids=["c", "d"])
    room.move("split", group="g001").move("group", ids=["a", "e"])
    assert [(g["id"], g["n"]) for g in room.console["groups"]] == [("g002", 2), ("g001", 1)]


def test_what_says_the_same_lies_under_it_and_stays_readable():
    room = themes().move("group", ids=["a", "b", "c"]).move("same", id="b", **{"as": "a"})
    (one,) = room.console["groups"]
    assert [(p["id"], p["times"]) for p in one["piles"]] == [("a", 2), ("c", 1)]
    assert [under["text"] for under in one["piles"][0]["under"]] == ["Ploegoverdracht aan het bord"]
    assert one["count"] == 3
    room.move("apart", id="b")
    assert [(p["id"], p["times"]) for p in room.console["groups"][0]["piles"]] == [
        ("a", 1), ("c", 1), ("b", 1)]  # fmt: skip


def test_a_whole_pile_goes_under_another_and_along_to_another_group():
    room = themes().move("group", ids=["a", "b", "c"]).move("group", ids=["d", "e"])
    room.move("same", id="b", **{"as": "a"}).move("same", id="a", **{"as": "c"})
    assert groups(room)["g001"] == ["c"]
    room.move("add", id="c", group="g002")
    assert groups(room) == {"g002": ["d", "e", "c"]}
    assert room.console["groups"][0]["piles"][2]["times"] == 3


def test_a_card_from_under_a_pile_goes_alone():
    room = themes().move("group", ids=["a", "b", "c"]).move("group", ids=["d", "e"])
    room.move("same", id="b", **{"as": "a"}).move("add", id="b", group="g002")
    assert groups(room) == {"g001": ["a", "c"], "g002": ["d", "e", "b"]}
    room.move("same", id="c", **{"as": "a"}).move("take_out", id="a")
    assert groups(room)["g001"] == ["c"]


def test_what_was_not_shown_before_is_not_shown_here():
    room = themes(*CARDS, card("p", "geparkeerd", shown=False))
    assert "geparkeerd" not in str((room.console, room.screen, room.phone, room.results))
    with pytest.raises(Refused, match="no_such_card"):
        room.move("group", ids=["a", "p"])


@pytest.mark.parametrize(
    ("name", "fields", "code"),
    [
        ("group", {}, "choose_one_first"),
        ("group", {"ids": []}, "choose_one_first"),
        ("group", {"ids": {"d": 0}}, "choose_one_first"),
        ("group", {"ids": ["d", "x"]}, "no_such_card"),
        ("group", {"ids": ["a", "d"]}, "no_such_card"),  # it lies in a group already
        ("group", {"ids": ["d", "d"]}, "not_understood"),
        ("group", {"ids": "de"}, "not_understood"),
        ("group", {"ids": ["d", 3]}, "not_understood"),
        ("group", {"ids": {"d": "1"}}, "not_understood"),
        ("group", {"ids": None}, "not_understood"),
        ("group", {"ids": ["d", "e"], "name": "x" * (LONGEST + 1)}, "too_long"),
        ("group", {"ids": ["d", "e"], "name": 3}, "not_understood"),
        ("group", {"ids": ["d", "e"], "owner": "an"}, "not_understood"),
        ("add", {"id": "d"}, "choose_one_first"),
        ("add", {"id": "d", "group": ""}, "choose_one_first"),
        ("add", {"id": "d", "group": ["g001"]}, "choose_one_first"),
        ("add", {"id": "d", "group": "g009"}, "not_understood"),
        ("add", {"id": "a", "group": "g001"}, "not_understood"),
        ("add", {"id": "x", "group": "g001"}, "no_such_card"),
        ("add", {"id": ["d"], "group": "g001"}, "no_such_card"),
        ("take_out", {"id": "d"}, "no_such_card"),
        ("take_out", {}, "no_such_card"),
        ("rename", {"group": "g009", "name": "x"}, "not_understood"),
        ("rename", {"group": "g001", "name": "x" * (LONGEST + 1)}, "too_long"),
        ("rename", {"group": "g001", "name": ["x"]}, "not_understood"),
        ("merge", {"groups": ["g001"]}, "choose_one_first"),
        ("merge", {"groups": ["g001", "g001"]}, "not_understood"),
        ("merge", {"groups": ["g001", "g009"]}, "not_understood"),
        ("merge", {"groups": 5}, "not_understood"),
        ("split", {"group": "g009"}, "not_understood"),
        ("split", {}, "choose_one_first"),
        ("same", {"id": "a", "as": "a"}, "no_such_card"),
        ("same", {"id": "a", "as": "d"}, "no_such_card"),
        ("same", {"id": "d", "as": "a"}, "no_such_card"),
        ("same", {"id": "a"}, "no_such_card"),
        ("apart", {"id": "a"}, "not_understood"),
        ("apart", {"id": "d"}, "no_such_card"),
        ("accept", {"n": 99}, "not_understood"),
        ("accept", {"n": -1}, "not_understood"),
        ("accept", {"n": "0"}, "not_understood"),
        ("accept", {"n": True}, "not_understood"),
        ("page", {"n": "1"}, "not_understood"),
        ("page", {"n": True}, "not_understood"),
        ("juggle", {}, "unknown_move"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(name, fields, code):
    room = themes().move("group", ids=["a", "b", "c"], name="Overdracht")
    before = room.stage
    with pytest.raises(Refused, match=code):
        room.move(name, **fields)
    assert room.stage == before


def test_what_lies_under_a_card_cannot_go_on_top_of_it_as_well():
    room = themes().move("group", ids=["a", "b"]).move("same", id="b", **{"as": "a"})
    for fields in ({"id": "a", "as": "b"}, {"id": "b", "as": "a"}):
        with pytest.raises(Refused, match="no_such_card"):
            room.move("same", **fields)


def test_a_phone_has_nothing_to_answer():
    with pytest.raises(Refused, match="nothing_to_answer_here"):
        themes().by("an", "group", ids=["a", "b"])
    assert Themes().slots() == () and themes().own("an") == {}


# -- the log


AGENDA = (Item("t", Themes(), "t"),)
MOVES = (
    ("open", {"activity": "t", "given": list(CARDS)}),
    ("group", {"ids": ["a", "b"], "name": "Overdracht"}),
    ("group", {"ids": ["c", "d"]}),
    ("same", {"id": "d", "as": "c"}),
    ("add", {"id": "e", "group": "g001"}),
    ("rename", {"group": "g002", "name": "Karren"}),
    ("apart", {"id": "d"}),
    ("merge", {"groups": ["g001", "g002"]}),
    ("take_out", {"id": "e"}),
    ("split", {"group": "g001"}),
    ("accept", {"n": 0}),
    ("show", {}),
)


def folded(moves):
    log = [Logged("t", Move(name, fields, at=float(n))) for n, (name, fields) in enumerate(moves)]
    now = course(AGENDA, log)
    opened = now.opened["t"]
    return dataclasses.replace(themes().scene, stage=opened.stage, given=opened.given)


def test_the_same_moves_give_the_same_ids():
    assert folded(MOVES).stage == folded(MOVES).stage


def test_no_word_of_a_card_stays_in_the_stage():
    stage = str(folded(MOVES[:8]).stage.data)
    assert "Overdracht" in stage, "the facilitator's name for it"
    for one in CARDS:
        assert not {word.lower() for word in re.findall(r"\w{5,}", one["text"])} & set(
            re.findall(r"\w+", stage.lower().replace("'name': 'overdracht'", "").replace("name='overdracht'", ""))
        )  # fmt: skip


# -- what was removed later


def gone(room, *cards):
    """The same room after these cards were removed where they were written."""
    left = without(Opened(room.stage, room.given), frozenset(cards))
    room.given = left.given
    return room


def test_a_card_that_was_removed_later_is_nowhere():
    room = themes().move("group", ids=["a", "b", "c"], name="Overdracht")
    room.move("same", id="b", **{"as": "a"})
    gone(room, "a")
    for _ in range(2):
        told = str((room.console, room.screen, room.phone, room.results))
        assert "te kort" not in told and "Ploegoverdracht" in told
        room.move("show")
    (one,) = room.console["groups"]
    assert one["count"] == 2 and [p["id"] for p in one["piles"]] == ["b", "c"]


def test_a_group_whose_cards_are_all_removed_is_gone():
    room = gone(themes().move("group", ids=["a", "b"], name="Overdracht"), "a", "b")
    assert groups(room) == {} and room.screen["group_count"] == 0
    assert "Overdracht" not in str(room.results)


def test_a_suggestion_says_no_word_that_was_removed():
    room = themes()
    assert any(hint["word"] == "overdracht" for hint in room.console["hints"])
    assert not any("overdracht" in hint["word"] for hint in gone(room, "a").console["hints"])


def test_what_is_open_in_the_session_loses_it_too():
    now = course(AGENDA, [Logged("", Move("open", {"activity": "t", "given": list(CARDS)}))])
    assert isinstance(now, Course)
    assert [c["id"] for c in without(now.opened["t"], frozenset("a")).given] == list("bcde")


# -- suggestions


def shared(*texts):
    """The texts that are suggested to lie together."""
    cards = {f"{n:02}": text for n, text in enumerate(texts)}
    return [[cards[id] for id in found] for found in suggestions(cards)]


def test_cards_that_share_a_rare_word_are_suggested():
    assert shared("Te weinig karren", "Lawaai bij lijn 2", "Karretjes zijn stuk") == [
        ["Te weinig karren", "Karretjes zijn stuk"]]  # fmt: skip


def test_one_finds_a_word_within_a_dutch_compound():
    assert shared("Weekrooster ophangen", "Het rooster is laat", "Koffie") == [
        ["Weekrooster ophangen", "Het rooster is laat"]]  # fmt: skip


@pytest.mark.parametrize(
    "texts",
    [
        (),
        ("Koffie",),
        ("Het is niet goed met de pauze", "Het is niet goed met het licht"),
        ("We need more time", "We need more light"),
        ("Lijn 2", "Oven 2"),
        ("!!", "??"),
    ],
)
def test_words_that_everybody_uses_suggest_nothing(texts):
    assert shared(*texts) == []


def test_a_word_on_too_many_cards_says_nothing_about_them():
    texts = [f"Rooster {word}" for word in ("laat", "klopt", "thuis", "ruil")]
    assert shared(*texts) == []
    assert len(shared(*texts[:3], *["koffie", "pauze", "licht", "lawaai", "stoel", "deur"])[0]) == 3


def test_each_card_is_suggested_once_the_largest_group_first():
    found = shared("Rooster te laat", "Rooster en karren", "Rooster ruilen", "Karren stuk", "Karren weg",
                   "Licht", "Deur", "Stoel", "Koffie")  # fmt: skip
    assert [len(one) for one in found] == [3, 2]
    assert len({text for one in found for text in one}) == 5


def test_accents_and_capitals_make_no_difference():
    assert len(shared("CAFÉ dicht", "Het café is ver", "Koffie")) == 1


def test_the_order_of_the_cards_changes_no_suggestion():
    texts = {f"{n:02}": text for n, text in enumerate(
        ("Rooster laat", "Weekrooster", "Karren", "Karretje stuk", "Koffie", "De kantine", "Kantine dicht"))}  # fmt: skip
    for seed in range(10):
        order = list(texts)
        random.Random(seed).shuffle(order)
        assert suggestions({id: texts[id] for id in order}) == suggestions(texts)


def test_a_suggestion_groups_nothing_until_it_is_accepted():
    room = themes()
    words = {hint["word"]: hint["n"] for hint in room.console["hints"]}
    assert set(words) == {"overdracht", "karren"} and groups(room) == {}
    room.move("accept", n=words["karren"])
    assert groups(room) == {"g001": ["c", "d"]}
    assert [hint["word"] for hint in room.console["hints"]] == ["overdracht"]
    with pytest.raises(Refused, match="no_such_card"):
        room.move("accept", n=words["karren"])


def test_of_a_suggestion_only_what_is_still_loose_is_grouped():
    room = themes(*(card(id, f"Rooster {id}") for id in "abc"), *(card(f"x{n}") for n in range(9)))
    room.move("group", ids=["a", "x1"])
    (hint,) = [hint for hint in room.console["hints"] if hint["word"] == "rooster"]
    assert groups(room.move("accept", n=hint["n"]))["g002"] == ["b", "c"]


def test_only_the_console_gets_suggestions():
    room = themes()
    assert "hints" not in room.screen and "hints" not in room.phone


# -- pages


def test_loose_cards_come_in_pages_of_nine():
    room = many(CARDS_PER_PAGE + 1)
    assert (room.screen["pages"], len(room.screen["loose"])) == (2, CARDS_PER_PAGE)
    assert [one["id"] for one in room.move("page", n=1).screen["loose"]] == ["c09"]
    assert room.move("page", n=99).screen["page"] == 1
    assert room.move("page", n=-3).screen["page"] == 0


def test_beside_groups_fewer_cards_stand_on_a_page():
    room = many(20).move("group", ids=["c00", "c01"])
    assert len(room.screen["loose"]) == BESIDE_GROUPS and room.screen["pages"] == 3
    last = room.move("page", n=2).screen
    assert len(last["groups"]) == 1 and len(last["loose"]) == 18 - 2 * BESIDE_GROUPS


def test_groups_come_in_pages_of_eight():
    room = many(30)
    for n in range(GROUPS_PER_PAGE + 1):
        room.move("group", ids=[f"c{2 * n:02}", f"c{2 * n + 1:02}"])
    assert len(room.screen["groups"]) == GROUPS_PER_PAGE
    assert [g["id"] for g in room.move("page", n=1).screen["groups"]] == ["g009"]


def test_shown_the_groups_come_first_the_largest_first_and_then_the_loose_cards():
    room = many(20).move("group", ids=["c00", "c01"]).move("group", ids=["c02", "c03", "c04"])
    room.move("show")
    assert [g["id"] for g in room.screen["groups"]] == ["g002", "g001"]
    assert room.screen["loose"] == [] and room.screen["pages"] == 3
    room.move("page", n=1)
    assert room.screen["groups"] == [] and len(room.screen["loose"]) == CARDS_PER_PAGE


def test_every_card_is_on_some_page_whatever_lies_where():
    for n, grouped in itertools.product((0, 1, 3, 9, 10, 40), (0, 1, 2, 9)):
        room = many(n)
        for k in range(min(grouped, n // 2)):
            room.move("group", ids=[f"c{2 * k:02}", f"c{2 * k + 1:02}"])
        for _ in range(2):
            seen = []
            for page in range(room.screen["pages"]):
                view = room.move("page", n=page).screen
                assert len(view["loose"]) <= CARDS_PER_PAGE
                assert len(view["groups"]) <= GROUPS_PER_PAGE
                seen += [one["id"] for one in view["loose"]]
                seen += [pile["id"] for one in view["groups"] for pile in one["piles"]]
            assert sorted(set(seen)) == [f"c{k:02}" for k in range(n)]
            room.move("show")


def test_a_minute_more_turns_no_page():
    room = many(20).move("page", n=1).move("extend", seconds=60)
    assert room.screen["page"] == 1
    assert room.move("show").screen["page"] == 0


def test_hidden_again_one_goes_on_grouping():
    room = themes().move("group", ids=["a", "b"]).move("show").move("hide")
    assert not room.screen["shown"] and room.move("add", id="c", group="g001")


def test_a_name_can_still_be_put_right_once_it_is_shown():
    room = themes().move("group", ids=["a", "b"], name="Overdrahct").move("show")
    assert (
        room.move("rename", group="g001", name="Overdracht").screen["groups"][0]["name"]
        == "Overdracht"
    )


# -- what is handed on


def item(room, id):
    return next(one for one in room.results.items if one["id"] == id)


def test_a_group_goes_on_as_one_card_and_each_loose_card_as_its_own():
    room = themes().move("group", ids=["b", "a"], name="De overdracht").move("show")
    assert [one["id"] for one in room.results.items] == ["g001", "c", "d", "e"]
    assert item(room, "g001") == {
        "id": "g001", "lane": CONCERN, "text": "De overdracht",
        "cards": [{"id": "a", "text": "De overdracht is te kort"},
                  {"id": "b", "text": "Ploegoverdracht aan het bord"}],
    }  # fmt: skip
    assert item(room, "e") == {"id": "e", "lane": IDEA, "text": "Koffie"}
    (found,) = room.results.findings
    assert (found.measure, found.value, found.n) == ("groups", 1, 5)


def test_the_lane_is_that_of_most_cards_and_in_doubt_a_concern():
    assert item(themes().move("group", ids=["b", "e", "a"], name="X"), "g001")["lane"] == IDEA
    assert item(themes().move("group", ids=["b", "a"], name="X"), "g001")["lane"] == CONCERN
    assert item(themes().move("group", ids=["b", "e"], name="X"), "g001")["lane"] == IDEA
    other = {"id": "appreciation", "name": {"nl": "Dank", "en": "Thanks"}, "look": "idea"}
    mixed = themes(card("a", lane=other), card("b")).move("group", ids=["a", "b"], name="X")
    assert item(mixed, "g001")["lane"] == CONCERN


def test_cards_of_a_group_that_nobody_named_go_on_loose():
    room = themes().move("group", ids=["c", "d"])
    assert sorted(one["id"] for one in room.results.items) == ["a", "b", "c", "d", "e"]
    room.move("rename", group="g001", name="Karren")
    assert item(room, "g001")["text"] == "Karren"


def test_one_card_alone_keeps_its_own_words_whatever_the_group_is_called():
    room = themes().move("group", ids=["a"], name="Overdracht")
    assert groups(room) == {"g001": ["a"]}, "it can still be filled"
    assert item(room, "a")["text"] == "De overdracht is te kort"
    room.move("show")
    assert room.screen["groups"] == [] and len(room.screen["loose"]) == 5


def test_without_cards_there_is_nothing_to_hand_on():
    room = play(Themes())
    for _ in range(2):
        assert (room.screen["total"], room.results.items, room.screen["pages"]) == (0, (), 1)
        room.move("show")


def test_equal_content_is_kept_equally_whatever_the_ids():
    def file(names, order):
        room = themes(*(card(names[n], f"tekst {n}") for n in order))
        room.move("group", ids=[names[0], names[2]], name="X")
        return canonical(kept(room.results))

    assert file("abcd", (0, 1, 2, 3)) == file("zyxw", (3, 2, 1, 0))


def test_the_order_of_the_cards_is_that_of_what_was_given_and_of_nothing_else():
    room = themes().move("group", ids=["a", "b"])
    for audience in ("phone", "screen", "console"):
        told = room.room.view(room.scene, audience)
        busy = dataclasses.replace(room.scene, now=9.0, present=3)
        assert room.room.view(busy, audience) == told


# -- on a phone


def on_a_phone(house, room, lang="nl"):
    """The view of every phone, as it is sent, in bytes."""
    return Drawn(house, lang).phone(room)


@pytest.mark.parametrize("in_groups", [0, 1, 8, 20, 30, 60])
@pytest.mark.parametrize("text", ["x" * 280, "é" * 280, "<&>\"'" * 56, "Kort"])
def test_sixty_cards_fit_on_a_phone_with_every_name_and_count(house, text, in_groups):
    room = themes(*(card(f"c{n:02}", text) for n in range(60)))
    for n in range(in_groups):
        mine = [f"c{k:02}" for k in range(60) if k % in_groups == n]
        room.move("group", ids=mine, name=f"Groep {n:02} {'naam ' * 10}"[:LONGEST].strip())
    assert len(room.phone["groups"]) == in_groups
    for _ in range(2):
        html = on_a_phone(house, room)
        assert len(html.encode()) <= ROUND
        assert html.count("Groep ") == len(room.phone["groups"])
        room.move("show")
    if text == "Kort" and in_groups <= 20:
        assert html.count("Kort") >= 55, "short cards are not left out for nothing"


def test_on_a_phone_no_group_stands_there_empty_while_there_is_room():
    room = themes(*(card(f"c{n:02}", "x" * 280) for n in range(60)))
    for n in range(4):
        room.move("group", ids=[f"c{k:02}" for k in range(60) if k % 5 == n])
    sizes = [len(group["piles"]) for group in room.phone["groups"]]
    assert min(sizes) >= 3 and max(sizes) - min(sizes) <= 1


# -- through the real desk: written, grouped, voted on

STEPS = [
    {"id": "cards", "kind": "ideas", "title": {"nl": "Pot"}, "minutes": 3, "set": {"most": 9}},
    {"id": "groups", "kind": "themes", "title": {"nl": "Thema's"}, "minutes": 3, "takes": ["cards"]},
    {"id": "stones", "kind": "vote", "title": {"nl": "Stenen"}, "minutes": 3, "takes": ["groups"],
     "set": {"dots": 3, "cap": 2}},
    {"id": "agreed", "kind": "commitments", "title": {"nl": "Wie"}, "minutes": 3, "takes": ["stones"]},
]  # fmt: skip
AN = Token(b"a" * 32)


class Told:
    """A conversation with these cards, opened where they are grouped."""

    def __init__(self, house, *texts):
        self.house = house
        self.code = house.start("host", {"agenda": STEPS, "ready": True}, "nl").code
        for text in texts:
            self.act("add", lane="concern", text=text)
        self.move("show").move("open", activity="groups")

    def act(self, name, **fields):
        self.house.act(self.code, None, AN, Act(next(ids), name, fields))
        return self

    def move(self, what, /, **fields):
        self.house.move(self.code, what, fields)
        return self

    def view(self, audience="console"):
        return self.house.view(self.code, audience)[1]

    def ids(self):
        return {one["text"]: one["id"] for one in self.view()["loose"]}

    def group(self, *texts, name=""):
        return self.move("group", ids=[self.ids()[text] for text in texts], name=name)


def test_from_ideas_to_themes_to_a_vote_to_an_agreement(house):
    told = Told(house, "Te weinig karren", "Karren stuk", "Lawaai").group(
        "Te weinig karren", "Karren stuk", name="Karren")  # fmt: skip
    told.move("next").move("next")
    options = {one["text"]: one["id"] for one in told.view("phone")["options"]}
    assert set(options) == {"Karren", "Lawaai"}
    told.act("cast", choices={options["Karren"]: 2, options["Lawaai"]: 1}).move("next")
    assert [(r["text"], r["dots"]) for r in told.view("screen")["rows"]] == [
        ("Karren", 2), ("Lawaai", 1)]  # fmt: skip
    assert told.view("screen")["top_concern"]["text"] == "Karren"
    told.move("next")
    assert [one["text"] for one in told.view("console")["begin_with"]] == ["Karren"]
    told.move("close", force=True)
    doc = document(house.find(told.code))
    kept_groups, kept_votes = doc["activities"][1], doc["activities"][2]
    assert {one["text"] for one in kept_groups["items"]} == {"Karren", "Lawaai"}
    assert kept_votes["facts"]["begin_with"][0]["text"] == "Karren"
    assert "g001" not in canonical(doc)


def test_the_desks_undo_takes_back_one_move_at_a_time(house):
    told = Told(house, "De overdracht", "Ploegoverdracht", "Karren", "Karretjes", "Koffie")
    a, b, c, d, e = (told.ids()[text] for text in sorted(told.ids()))
    moves = (
        ("group", {"ids": [a, b], "name": "Een"}), ("group", {"ids": [c, d]}),
        ("same", {"id": d, "as": c}), ("add", {"id": e, "group": "g001"}),
        ("rename", {"group": "g002", "name": "Twee"}), ("apart", {"id": d}),
        ("merge", {"groups": ["g001", "g002"]}), ("take_out", {"id": e}),
        ("split", {"group": "g001"}), ("accept", {"n": 0}), ("show", {}),
    )  # fmt: skip
    seen = [told.view()]
    for name, fields in moves:
        seen.append(told.move(name, **fields).view())
        assert seen[-1] != seen[-2], f"{name} did something"
    for before in reversed(seen[:-1]):
        assert told.move("undo").view() == before


def test_groups_are_there_again_after_a_restart(house, reopen):
    told = Told(house, "een", "twee", "drie").group("een", "twee", name="Samen")
    before = told.view()
    told.house = reopen(house)
    assert told.view() == before


def test_the_ids_of_groups_and_cards_are_told_apart_by_how_they_begin(house):
    """A ballot orders its cards by the first four signs of their ids."""
    told = Told(house, *(f"{n}" for n in range(8)))
    for n in range(3):
        told.move("group", ids=list(told.ids().values())[:2], name=f"groep {n}")
    told.move("open", activity="stones")
    begin = [one["id"][:4] for one in told.view("phone")["options"]]
    assert len(set(begin)) == len(begin) == 5 and {len(one) for one in begin} == {4}


def test_a_card_that_is_removed_where_it_was_written_leaves_its_group(house):
    told = Told(house, "Jan is een ezel", "Te weinig karren", "Lawaai")
    insult = told.ids()["Jan is een ezel"]
    told.group("Jan is een ezel", "Te weinig karren", "Lawaai", name="Sfeer")
    told.move("open", activity="cards").move("remove", id=insult, reason="insult")
    told.move("open", activity="groups")
    assert "ezel" not in str((told.view(), told.view("screen"), told.view("phone")))
    assert told.view()["groups"][0]["count"] == 2


def test_words_destroyed_after_the_vote_began_leave_the_group_too(house):
    told = Told(house, "Jan is een ezel", "Te weinig karren", "Lawaai")
    insult = told.ids()["Jan is een ezel"]
    told.group("Jan is een ezel", "Te weinig karren", "Lawaai", name="Sfeer")
    told.move("open", activity="stones")
    told.move("open", activity="cards").move("remove", id=insult, reason="insult")
    told.move("open", activity="stones").move("close", force=True)
    assert "ezel" not in str(document(house.find(told.code)))


def test_the_standard_conversation_goes_from_cards_to_agreements(house):
    wishes = {"format": "werkvloergesprek-30", "preset": "standaard", "ready": True}
    code = house.start("host", wishes, "nl").code
    house.move(code, "open", {"activity": "cards"})
    for text in ("Te weinig karren", "Karren stuk", "Lawaai"):
        house.act(code, None, AN, Act(next(ids), "add", {"lane": "concern", "text": text}))
    seen = []
    while house.find(code).course.state == "open":
        frame, view = house.view(code, "console")
        if not seen or seen[-1] != frame["activity"]:
            seen.append(frame["activity"])
        if view.get("hints"):
            house.move(code, "accept", {"n": view["hints"][0]["n"]})
            house.move(code, "rename", {"group": "g001", "name": "Karren"})
        if frame["activity"] == "stones" and not view["shown"]:
            assert {one["text"] for one in view["options"]} == {"Karren", "Lawaai"}
            house.act(code, None, AN, Act(next(ids), "cast", {"choices": {"g001": 2}}))
        if frame["activity"] == "agreed":
            assert [one["text"] for one in view["begin_with"]] == ["Karren"]
        house.move(code, "next", {"force": True})
    assert seen == [
        "cards",
        "neighbours",
        "themes",
        "stones",
        "solutions",
        "agreed",
        "taps",
        "follow",
    ]
