"""Ideas: written in silence, sorted by one, opened for all; removed words are gone for good."""

import pytest

from facilitator.activities.ideas import LANES, LONGEST, PARKED_FOR, PER_PAGE, REMOVED_FOR, Ideas
from facilitator.domain.activity import Refused
from tests.drawn import Drawn, weight
from tests.play import play

PEOPLE = ("an", "bo", "cem", "dirk", "els", "fien")


def crowd():
    ideas = play(Ideas())
    for n, who in enumerate(PEOPLE):
        lane = "concern" if n % 2 else "idea"
        ideas.by(who, "add", lane=lane, text=f"canary {who}")
    return ideas


def written(*texts, room=None):
    """One card of each person."""
    ideas = play(room or Ideas())
    for n, text in enumerate(texts):
        ideas.by(f"p{n}", "add", lane="concern", text=text)
    return ideas


def card(ideas, who="p0", n=0):
    return ideas.own(who)["cards"][n]["id"]


def seen(view):
    return sorted(c["text"] for c in view["cards"])


# -- writing


def test_a_card_is_mine_to_see_and_nobody_elses():
    ideas = written("Te weinig karren")
    assert ideas.own("p0")["cards"][0]["text"] == "Te weinig karren"
    assert ideas.own("bo")["cards"] == []
    for view in (ideas.phone, ideas.screen, ideas.console):
        assert "Te weinig karren" not in str(view)


def test_a_phone_has_five_cards_and_says_what_is_left():
    ideas = play(Ideas(most=5))
    for n in range(5):
        assert ideas.own("an")["left"] == 5 - n
        ideas.by("an", "add", lane="idea", text=f"{n}")
    with pytest.raises(Refused, match="none_left") as no:
        ideas.by("an", "add", lane="idea", text="zes")
    assert no.value.details == {"most": 5}


def test_a_withdrawn_card_frees_its_place_and_is_nowhere():
    ideas = play(Ideas(most=1)).by("an", "add", lane="idea", text="spijt")
    ideas.by("an", "withdraw", id=card(ideas, "an")).by("an", "add", lane="idea", text="beter")
    ideas.move("next").move("next")
    assert seen(ideas.screen) == ["beter"]
    assert "spijt" not in str(ideas.results) + str(ideas.console)


def test_a_change_keeps_the_card_and_its_lane():
    ideas = written("oud")
    before = card(ideas)
    ideas.by("p0", "change", id=before, text="nieuw")
    (mine,) = ideas.own("p0")["cards"]
    assert (mine["id"], mine["text"], mine["lane"]["id"]) == (before, "nieuw", "concern")


def test_nobody_touches_a_strangers_card():
    ideas = written("van p0")
    for act, fields in (("change", {"text": "gekaapt"}), ("withdraw", {})):
        with pytest.raises(Refused, match="not_your_card"):
            ideas.by("boef", act, id=card(ideas), **fields)


@pytest.mark.parametrize("id", [None, "", "card.0", 0, ["x"], {"a": 1}])
def test_a_card_that_is_none_cannot_be_changed(id):
    with pytest.raises(Refused, match="not_your_card"):
        written("a").by("p0", "change", id=id, text="b")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"lane": "concern"}, "write_something_first"),
        ({"lane": "concern", "text": "  \n\t "}, "write_something_first"),
        ({"lane": "concern", "text": "\u200b\u202e"}, "write_something_first"),
        ({"lane": "concern", "text": "\x00\x07"}, "write_something_first"),
        ({"lane": "concern", "text": "x" * (LONGEST + 1)}, "too_long"),
        ({"lane": "concern", "text": " " * 100_000}, "too_long"),
        ({"lane": "concern", "text": 5}, "not_understood"),
        ({"lane": "concern", "text": ["a"]}, "not_understood"),
        ({"lane": "concern", "text": None}, "not_understood"),
        ({"text": "zonder stapel"}, "choose_one_first"),
        ({"lane": "gossip", "text": "a"}, "choose_one_first"),
        ({"lane": ["concern"], "text": "a"}, "choose_one_first"),
        ({"lane": "concern", "text": "a", "name": "An"}, "not_understood"),
        ({"lane": "concern", "text": "a", "chosen": True}, "not_understood"),
    ],
)
def test_what_is_no_card_is_refused(fields, code):
    ideas = play(Ideas())
    with pytest.raises(Refused, match=code):
        ideas.by("an", "add", **fields)
    assert ideas.laid == {}


def test_the_longest_card_fits():
    ideas = written("é" * LONGEST)
    assert len(ideas.own("p0")["cards"][0]["text"]) == LONGEST


def test_control_characters_and_line_ends_become_a_space():
    assert written("een\r\n\ttwee\x1bdrie").own("p0")["cards"][0]["text"] == "een twee drie"


def test_an_unknown_act_is_refused():
    with pytest.raises(Refused, match="unknown_act"):
        crowd().by("an", "like", id="x")


def test_the_jar_fills_in_steps():
    ideas, steps = play(Ideas()), []
    for n in range(21):
        steps.append(ideas.screen["steps"])
        ideas.by(f"p{n}", "add", lane="idea", text=f"{n}")
    assert sorted(set(steps)) == [0, 1, 5, 10, 20]
    assert steps[4:10] == [1, 5, 5, 5, 5, 5]


# -- the lock


@pytest.mark.parametrize("act", ["add", "change", "withdraw"])
def test_after_the_lock_nobody_writes(act):
    ideas = written("a").move("lock")
    fields = {"add": {"lane": "idea", "text": "b"}, "change": {"id": card(ideas), "text": "b"},
              "withdraw": {"id": card(ideas)}}[act]  # fmt: skip
    with pytest.raises(Refused, match="writing_is_over"):
        ideas.by("p0", act, **fields)


def test_between_lock_and_show_the_console_alone_gets_the_cards():
    ideas = crowd().move("lock")
    assert ideas.stage.phase == "sort"
    assert len(ideas.console["all"]) == len(PEOPLE)
    assert "canary" not in str(ideas.phone) + str(ideas.screen)


def test_the_console_gets_cards_in_the_order_of_their_random_ids():
    ids = [c["id"] for c in crowd().move("lock").console["all"]]
    assert ids == sorted(ids)


def test_unlock_opens_the_jar_for_writing_again():
    ideas = crowd().move("lock").move("unlock").by("gus", "add", lane="idea", text="nog een")
    assert "all" not in ideas.console and ideas.own("gus")["cards"]


def test_show_locks_first():
    ideas = written("a").move("show")
    assert ideas.stage.locked and seen(ideas.phone) == ["a"]
    with pytest.raises(Refused, match="writing_is_over"):
        ideas.by("p0", "add", lane="idea", text="te laat")


def test_hide_takes_the_cards_from_the_screen():
    ideas = written("a").move("show").move("hide")
    assert "cards" not in ideas.screen and "cards" not in ideas.phone
    assert seen(ideas.move("show").screen) == ["a"]


def test_a_helper_types_a_card_for_somebody_after_the_lock():
    ideas = written("a").move("lock")
    with pytest.raises(Refused, match="writing_is_over"):
        ideas.by("p9", "type", lane="idea", text="van papier")
    ideas.about["help"] = {"role": "helper"}
    ideas.by("help", "type", lane="idea", text="van papier")
    assert {c["text"] for c in ideas.console["all"]} == {"a", "van papier"}


# -- parking and removing


@pytest.mark.parametrize("reason", PARKED_FOR)
def test_a_parked_card_is_kept_with_its_reason(reason):
    ideas = written("later", "nu").move("lock")
    ideas.move("park", id=card(ideas), reason=reason).move("show")
    assert seen(ideas.screen) == ["nu"] and ideas.phone["parked_count"] == 1
    (parked,) = [item for item in ideas.results.items if "parked" in item]
    assert (parked["text"], parked["parked"], parked["shown"]) == ("later", reason, False)


def test_a_parked_card_can_be_put_back():
    ideas = written("later").move("lock")
    ideas.move("park", id=card(ideas), reason="not_now").move("put_back", id=card(ideas))
    assert seen(ideas.move("show").screen) == ["later"]
    assert ideas.screen["parked_count"] == 0 and "parked" not in ideas.results.items[0]


@pytest.mark.parametrize("reason", REMOVED_FOR)
def test_removed_words_are_nowhere_but_their_number_and_reason_are_known(reason):
    ideas = written("Jan is een ezel", "nu").move("lock")
    ideas.move("remove", id=card(ideas), reason=reason).move("show")
    for told in (ideas.screen, ideas.phone, ideas.console, ideas.results):
        assert "ezel" not in str(told)
    assert ideas.phone["removed"] == ideas.screen["removed"] == {reason: 1}
    (finding,) = ideas.results.findings
    assert (finding.measure, finding.value) == (f"removed:{reason}", 1)
    assert ideas.stage.gone == {card(ideas)}


def test_a_parked_card_that_is_removed_is_no_longer_parked():
    ideas = written("Jan is een ezel").move("lock")
    ideas.move("park", id=card(ideas), reason="not_now")
    ideas.move("remove", id=card(ideas), reason="insult")
    assert ideas.screen["parked_count"] == 0 and ideas.screen["removed"] == {"insult": 1}


def test_removing_twice_counts_once():
    ideas = written("x").move("lock")
    ideas.move("remove", id=card(ideas), reason="name").move(
        "remove", id=card(ideas), reason="name"
    )
    assert ideas.screen["removed"] == {"name": 1}


@pytest.mark.parametrize("name", ["park", "remove"])
def test_nothing_is_laid_aside_before_the_lock(name):
    ideas = written("a")
    with pytest.raises(Refused, match="lock_first"):
        ideas.move(name, id=card(ideas), reason="name" if name == "remove" else "not_now")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("park", "boring"), ("park", None), ("park", "insult"), ("remove", "not_now"), ("remove", 1)],
)
def test_laying_aside_needs_a_reason(name, reason):
    ideas = written("a").move("lock")
    with pytest.raises(Refused, match="choose_one_first"):
        ideas.move(name, id=card(ideas), reason=reason)
    assert not ideas.stage.gone


# -- showing


def test_cards_come_in_pages():
    ideas = written(*[f"kaart {n:02}" for n in range(PER_PAGE + 1)]).move("show")
    assert (ideas.screen["pages"], len(ideas.screen["cards"])) == (2, PER_PAGE)
    (last,) = ideas.move("page", n=1).screen["cards"]
    assert last["n"] == PER_PAGE + 1
    assert ideas.move("page", n=99).screen["page"] == 1
    assert ideas.move("page", n=-3).screen["page"] == 0


@pytest.mark.parametrize("n", [None, "1", 1.5, True, [1]])
def test_a_page_is_a_whole_number(n):
    with pytest.raises(Refused, match="not_understood"):
        written("a").move("show").move("page", n=n)


def test_one_card_can_be_enlarged_until_the_next_step():
    ideas = written("a", "b").move("show")
    assert ideas.move("enlarge", id=card(ideas)).phone["large"]["text"] == "a"
    assert ideas.move("enlarge", id="foreign").screen["large"] is None
    assert ideas.move("enlarge", id=card(ideas)).move("enlarge").screen["large"] is None


def test_an_empty_jar_opens_too():
    ideas = play(Ideas()).move("show")
    assert (ideas.screen["cards"], ideas.screen["pages"]) == ([], 1)
    assert ideas.results.items == ()


def test_back_goes_to_sorting():
    assert crowd().move("show").move("back").stage.phase == "sort"


# -- two rooms, one bag of cards


def test_a_room_that_hands_on_only_writes():
    ideas = written("a", room=Ideas(hands_on=True))
    assert ideas.room.next_phase(ideas.stage) is None
    with pytest.raises(Refused, match="unknown_move"):
        ideas.move("lock").move("show")
    assert ideas.stage.locked


def choosing(*texts):
    """The same cards in a room that goes on with them."""
    ideas = written(*texts, room=Ideas(hands_on=True))
    there = play(Ideas(choose=True))
    there.laid = ideas.laid
    return there


def test_pairs_lay_one_card_on_the_table():
    ideas = choosing("a", "b", "c")
    ideas.by("p1", "choose", id=card(ideas, "p1"))
    for view in (ideas.phone, ideas.screen, ideas.console):
        assert "'text': 'b'" not in str(view)
    assert seen(ideas.move("show").screen) == ["b"]
    assert {item["text"]: item["shown"] for item in ideas.results.items} == {
        "a": False, "b": True, "c": False}  # fmt: skip


def test_when_nobody_chose_all_cards_are_shown():
    assert seen(choosing("a", "b").move("show").screen) == ["a", "b"]


def test_a_choice_can_be_taken_back():
    ideas = choosing("a", "b")
    ideas.by("p1", "choose", id=card(ideas, "p1")).by("p1", "unchoose", id=card(ideas, "p1"))
    assert seen(ideas.move("show").screen) == ["a", "b"]


def test_while_choosing_nothing_is_written_but_a_card_can_go():
    ideas = choosing("a", "b")
    for act, fields in (("add", {"lane": "idea", "text": "x"}), ("change", {"text": "x"})):
        with pytest.raises(Refused, match="writing_is_over"):
            ideas.by("p0", act, id=card(ideas), **fields)
    assert seen(ideas.by("p0", "withdraw", id=card(ideas)).move("show").screen) == ["b"]


def test_only_my_own_card_can_be_chosen_and_only_where_choosing_is_done():
    ideas = choosing("a", "b")
    with pytest.raises(Refused, match="not_your_card"):
        ideas.by("p0", "choose", id=card(ideas, "p1"))
    ideas.move("lock")
    with pytest.raises(Refused, match="writing_is_over"):
        ideas.by("p0", "choose", id=card(ideas))
    plain = written("a")
    with pytest.raises(Refused, match="unknown_act"):
        plain.by("p0", "choose", id=card(plain))


def test_when_all_chosen_cards_are_laid_aside_the_rest_comes_forward():
    ideas = choosing("a", "b")
    ideas.by("p0", "choose", id=card(ideas)).move("lock")
    assert seen(ideas.move("park", id=card(ideas), reason="not_now").move("show").screen) == ["b"]


def test_hidden_again_the_cards_are_in_the_closed_jar_again():
    ideas = play(Ideas()).by("an", "add", lane="idea", text="a bell").move("show").move("hide")
    for view in (ideas.phone, ideas.screen, ideas.console):
        assert view["phase"] == "sort" and "cards" not in view
    assert ideas.move("show").screen["cards"][0]["text"] == "a bell"


# -- what goes over the line


FIVE = tuple(f"Kaart {n}: de overdracht tussen de ploegen duurt nu te kort." for n in range(5))


def mine_of(*texts, lane="concern"):
    """Somebody writes these; the same cards in a room that goes on with them."""
    ideas = play(Ideas())
    for text in texts:
        ideas.by("an", "add", lane=lane, text=text)
    going_on = play(Ideas(choose=True))
    going_on.laid = ideas.laid
    return ideas, going_on


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("lane", ["concern", "idea"])
def test_what_is_mine_is_my_words_and_little_else(house, lang, lane):
    pages = Drawn(house, lang)
    assert pages.own(play(Ideas()), "an") == ""
    words = weight("".join(FIVE))
    writing, choosing = mine_of(*FIVE, lane=lane)
    assert weight(pages.own(writing, "an")) - words <= 600
    locked = mine_of(*FIVE, lane=lane)[0]
    locked.room = Ideas(hands_on=True)
    assert 0 < weight(pages.own(locked.move("lock"), "an")) - words <= 600
    for mine in ("", *(one["id"] for one in choosing.own("an")["cards"])):
        choosing = choosing.by("an", "choose", id=mine) if mine else choosing
        own = pages.own(choosing, "an")
        assert all(text in own for text in FIVE) and weight(own) - words <= 600


def test_a_card_of_mine_says_its_pile_where_there_are_more(house):
    pages = Drawn(house)
    assert "<i>Zorg </i>een</label>" in pages.own(mine_of("een")[0], "an")
    ideas = play(Ideas(lanes=LANES[:1])).by("an", "add", lane="concern", text="een")
    assert "Zorg" not in pages.own(ideas, "an")


def test_one_form_changes_the_card_that_is_picked_or_takes_it_back(house):
    ideas, _ = mine_of("een", "twee")
    pages = Drawn(house)
    shared, own = pages.phone(ideas), pages.own(ideas, "an")
    form = shared.partition('<form id="m"')[2].partition("</form>")[0]
    assert "name=name value=change" in form and "name=name value=withdraw formnovalidate" in form
    assert "type=hidden name=name" not in form
    for mine in ideas.own("an")["cards"]:
        assert f"<input type=radio name=id value={mine['id']} form=m id=" in own
    assert "form=back" not in own


def test_a_single_card_is_taken_back_at_once(house):
    ideas, _ = mine_of("een")
    pages = Drawn(house)
    assert f"form=back name=id value={card(ideas, 'an')}>" in pages.own(ideas, "an")
    assert pages.phone(ideas).count('<form id="back" data-act="withdraw"') == 1


def test_what_stands_in_the_field_is_not_asked_for_when_a_card_is_taken_back():
    ideas, _ = mine_of("een")
    assert not ideas.by("an", "withdraw", id=card(ideas, "an"), text="").own("an")["cards"]
    with pytest.raises(Refused, match="not_understood"):
        mine_of("een")[0].by("an", "withdraw", id="x", lane="idea")


def test_one_form_puts_a_card_on_the_table_and_one_takes_it_off(house):
    _, ideas = mine_of("een", "twee")
    pages = Drawn(house)
    shared = pages.phone(ideas)
    for form in ('<form id="on" data-act="choose"', '<form id="off" data-act="unchoose"'):
        assert shared.count(form) == 1
    one = card(ideas, "an")
    assert "form=off" not in pages.own(ideas, "an")
    own = pages.own(ideas.by("an", "choose", id=one), "an")
    assert f"form=off name=id value={one} id={one[:4]} aria-pressed=true>" in own
    assert own.count("form=on") == own.count("aria-pressed=false") == 1


# -- what it is about, when a vote hands it on


def given(text, rank, dots=1):
    return {"id": text, "lane": LANES[0], "text": text, "rank": rank, "dots": dots, "hands": 0}


def test_writing_is_about_what_came_first():
    handed = (given("licht", 1, 4), given("lawaai", 1, 4), given("koffie", 3, 1))
    for view in (play(Ideas(), given=handed).phone, play(Ideas(), given=handed).screen):
        assert view["about"] == ["lawaai", "licht"]


def test_nothing_came_first_when_nobody_voted():
    assert play(Ideas(), given=(given("licht", 1, 0),)).phone["about"] == []
    assert play(Ideas()).phone["about"] == []
    counted = {**given("licht", 1, 0), "hands": 3}
    assert play(Ideas(), given=(counted,)).phone["about"] == ["licht"]


def test_the_phone_and_the_screen_show_what_it_is_about(house):
    pages, ideas = Drawn(house), play(Ideas(), given=(given("licht <b>", 1),))
    for html in (pages.phone(ideas), pages.screen(ideas)):
        assert html.split('class="about')[1].count("licht &lt;b&gt;") == 1
