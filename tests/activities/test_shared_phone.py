"""Two or three people share a phone: they are a table, and pass it on. And one who interprets, and
one who leads, take part without a phone to answer on."""

from __future__ import annotations

from collections import Counter

import pytest

from facilitator.activities.listening import Listening
from facilitator.activities.pairs import Pairs
from facilitator.domain.activity import Refused
from facilitator.domain.chairs import Table
from facilitator.domain.gathering import letters
from facilitator.domain.sharing import LEADER
from facilitator.domain.sitting import END
from tests.activities.test_listening import LENGTHS, NAMES, to, who_is
from tests.drawn import Drawn, words
from tests.play import play

THREE, TWO = {"people": 3}, {"people": "2"}


def asked(**set_up):
    return play(Listening(**{"lengths": LENGTHS, **set_up}))


def joined(*people, **set_up):
    """These people said yes: each what they said of themselves."""
    room = asked(**set_up)
    for who, said in zip(NAMES, people, strict=False):
        room.by(who, "join", **said)
    return room


def gathered(*people, **set_up):
    return joined(*people, **set_up).move("next")


def talking(*people, **set_up):
    return gathered(*people, **set_up).move("next")


def cards(room, who, turn):
    return room.own(who)["cards"][turn]


# -- who sits where


def test_three_on_one_phone_are_a_table_and_each_tells_once():
    room = talking(THREE, {}, {}, {})
    assert [Counter(cards(room, "p00", n)) for n in range(3)] == [
        Counter(teller=1, listener=1, observer=1)
    ] * 3
    told = {cards(room, "p00", n).index("teller") for n in range(3)}
    assert told == {0, 1, 2}
    assert room.own("p00")["roles"] == ["shared"] * 3
    assert {room.own(who)["table"] for who in NAMES[1:4]} != {room.own("p00")["table"]}


def test_two_on_one_phone_and_one_more_are_a_trio():
    room = talking(TWO, {})
    assert room.own("p00")["table"] == room.own("p01")["table"]
    for turn in range(3):
        everybody = [*cards(room, "p00", turn), room.own("p01")["roles"][turn]]
        assert sorted(everybody) == ["listener", "observer", "teller"]


def test_two_on_one_phone_alone_go_one_layer_deeper_as_any_pair():
    room = talking(TWO)
    assert room.own("p00")["roles"] == ["shared", "shared", "deeper"]


def test_people_on_a_phone_count_as_so_many():
    tables = gathered(THREE, TWO).console["tables"]
    assert sorted(table["people"] for table in tables) == [2, 3]
    assert gathered(TWO, {}, {}, {}).console["unplaced"] == 0


def test_how_many_take_part_goes_up_by_phones_so_that_none_is_seen_to_come():
    assert joined(THREE, THREE).console["taking"] == joined({}, {}).console["taking"]


def test_who_watches_shares_no_phone():
    room = joined({"people": 3, "as": "watch"}, {}, {}, {}).move("next")
    assert room.own("p00")["cards"] == [] and room.own("p00")["roles"][0] == "company"


@pytest.mark.parametrize("said", [{"people": 4}, {"people": 0}, {"people": "x"}, {"people": True}])
def test_more_than_three_on_a_phone_make_no_sense(said):
    with pytest.raises(Refused):
        joined(said)


# -- what they tap


def test_whoever_tells_on_a_shared_phone_taps_and_each_answer_counts():
    room = talking(*[THREE] * 3)
    for turn in range(3):
        to(room, turn, "check")
        for who in NAMES[:3]:
            room.by(who, "check", answer="right")
        to(room, turn, "fb")
        for who in NAMES[:3]:
            room.by(who, "heard", value="4")
    room.waits(99)
    assert len(room.scene.bodies("heard")) == 9
    assert {body["table"] for body in room.scene.bodies("heard")} == {1, 2, 3}
    assert room.move("next").phone["panels"]["heard"]["n"] == 9


def test_the_observer_on_a_shared_phone_counts_and_nobodys_card_gets_it():
    room = to(talking(THREE), 0, "ask")
    room.by("p00", "tally", what="advice")
    assert room.own("p00")["turns"][0]["counts"] == {"advice": 1}
    assert "tallied" not in room.own("p00")["turns"][0]


def test_the_next_who_holds_the_phone_does_not_see_what_was_tapped(house):
    room = to(talking(THREE, items=("heard",)), 0, "fb")
    room.by("p00", "heard", value="2")
    assert room.own("p00")["answers"] == {"heard.0": "given"}
    page = Drawn(house, "en").own(room, "p00")
    assert "Nobody here can see it" in words(page)
    assert "heard.0&#34;: &#34;2" not in page and '"heard.0": "2"' not in page


def test_a_role_that_nobody_on_the_phone_has_is_refused():
    room = to(talking(TWO, {}), 0, "check")
    turn = next(n for n in range(3) if "teller" not in cards(room, "p00", n))
    to(room, turn, "check")
    with pytest.raises(Refused, match="not_your_role"):
        room.by("p00", "check", answer="right")


def test_who_passes_on_a_shared_phone_is_offered_a_turn_once_more():
    room = talking(THREE)
    first = cards(room, "p00", 0).index("teller")
    room.by("p00", "pass")
    assert cards(room, "p00", 0).index("teller") != first
    assert cards(room, "p00", 2).index("teller") == first


def test_the_second_on_a_phone_passes_for_themselves_alone():
    room = to(talking(THREE), 1, "land")
    second = cards(room, "p00", 1).index("teller")
    room.by("p00", "pass")
    assert cards(room, "p00", 1).index("teller") != second
    assert cards(room, "p00", 2).index("teller") == second


def test_each_on_a_shared_phone_may_pass_and_the_one_does_not_undo_the_other():
    room, tellers = talking(THREE), []
    for _ in range(3):
        tellers.append(cards(room, "p00", 0).index("teller"))
        room.by("p00", "pass")
    assert sorted(tellers) == [0, 1, 2] and "teller" not in cards(room, "p00", 0)
    assert room.by("p00", "tell_after_all").own("p00")["passed"] == []
    assert cards(room, "p00", 0).index("teller") == tellers[0]


def test_who_is_given_another_table_goes_there_with_who_is_away_on_that_phone():
    polish = {**TWO, "languages": "pl"}
    room = to(talking(polish, {"languages": "en"}, {"languages": "en"}, size=2), 0, "tell")
    room.by("p00", "gone", role=cards(room, "p00", 0)[1])
    other = room.own("p01")["table"]
    room.move("place", **{"from": [0, 0], "table": other, "force": True})
    at_swap, phone = (1, END), room.mine("p00").entries["chair"].id
    seating = room.room.seating(to(room, 1, "land").scene)
    assert {seating.table_of(one, at_swap).number for one in (phone, f"{phone}.2")} == {other}
    assert room.own("p00")["roles"][1] not in ("alone", "waiting", "out")


def test_a_phone_that_was_divided_all_the_same_still_has_its_letters():
    assert letters(Table(1, ("a", "b", "a.2")), ["a", "a.2"]) == "AC"
    assert letters(Table(1, ("a", "b")), ["a", "a.2"]) == "AB"


def test_a_written_summary_goes_from_hand_to_hand():
    room = to(talking(THREE, summary_mode="note"), 0, "check")
    room.by("p00", "draft", text="canary draft")
    assert room.own("p00")["turns"][0]["each"]["teller"]["draft"] == "canary draft"
    room.by("p00", "verdict", answer="away")
    assert not room.scene.bodies("draft")


# -- coming and going


def test_one_of_three_leaves_and_the_others_go_on():
    room = talking(THREE, {}, {}, {})
    gone = cards(room, "p00", 0).index("observer")
    room.by("p00", "gone", role="observer")
    assert cards(room, "p00", 0)[gone] == "out"
    assert sorted(cards(room, "p00", 1)) == ["listener", "out", "teller"]
    room.by("p00", "join")
    assert "out" not in cards(room, "p00", 1)


def test_each_of_them_can_be_said_to_be_gone_on_that_very_phone():
    for place in range(3):
        room = talking(THREE, {}, {}, {})
        room.by("p00", "gone", role=cards(room, "p00", 0)[place])
        assert cards(room, "p00", 0)[place] == "out"


def test_when_a_phone_leaves_the_third_at_their_table_is_not_alone():
    room = talking(TWO, {}, {}, {}, {})
    third = next(who for who in NAMES[1:5] if room.own(who)["table"] == room.own("p00")["table"])
    room.by("p00", "leave")
    assert room.own(third)["together"][0] == 4


def test_one_of_two_is_left_and_is_not_alone():
    room = talking(TWO, {}, {}, {})
    trio = room.own("p01")["table"]
    room.by("p00", "gone", role="listener")
    assert room.own("p00")["tables"][0] == trio
    assert room.own("p00")["roles"][1] in ("teller", "listener", "observer", "company")


def test_all_of_a_phone_stop_at_once_and_come_back_together():
    room = talking(THREE, {}, {}, {}).by("p00", "leave")
    assert room.own("p00")["roles"][0] == "out"
    assert room.by("p00", "join").own("p00")["roles"][1] == "shared"


@pytest.mark.parametrize("while_talking", [False, True])
def test_a_shared_phone_that_comes_late_is_a_table_of_its_own(while_talking):
    room = gathered(*[{}] * 6)
    if while_talking:
        room.move("next")
    room.by("p07", "join", people=3)
    tables = room.own("p07")["tables"]
    assert bool(tables[0]) != while_talking
    assert tables[1] and tables[1] not in {room.own(who)["table"] for who in NAMES[:6]}
    assert room.own("p07")["roles"][1] == "shared"
    assert {room.own(who)["together"][1] for who in NAMES[:6]} == {3}


def test_tables_that_mix_divide_no_phone():
    room = talking(*[TWO] * 4, *[{}] * 8).move("mix")
    seating = room.room.seating(room.scene)
    for turn in range(3):
        for who in NAMES[:4]:
            phone = room.mine(who).entries["chair"].id
            homes = {seating.table_of(one, (turn, END)).number for one in (phone, f"{phone}.2")}
            assert len(homes) == 1


def test_a_facilitator_does_not_divide_a_phone():
    room = gathered(THREE, {}, {}, {})
    table = room.own("p00")["table"]
    with pytest.raises(Refused, match="shares_a_phone"):
        room.move("place", **{"from": [table, 0], "table": 3 - table, "force": True})


def test_who_shares_a_phone_cannot_ask_for_another_table():
    room = gathered(THREE, {}, {}, {})
    assert not room.own("p00")["may_ask_other"]
    with pytest.raises(Refused, match="no_other_table"):
        room.by("p00", "other")


def test_only_phones_are_told_of_a_change():
    room = to(talking(TWO, {}), 0, "check").move("back")
    room.touched.clear()
    room.by("p00", "gone", role="observer") if "observer" in cards(room, "p00", 0) else room.by(
        "p01", "leave"
    )
    assert room.touched <= {entry.id for entry in room.laid.values()}


# -- what the phone shows


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_each_part_has_a_card_for_everybody_and_who_begins_is_open(house, lang):
    room = talking(THREE)
    page = Drawn(house, lang).own(room, "p00")
    assert page.count('name="card-check-0"') == 3
    first = page.split('id="card-check-0-teller"')[1].split(">")[0]
    assert "open" in first
    assert "open" not in page.split('id="card-check-0-listener"')[1].split(">")[0]


def test_each_part_is_named_for_who_has_no_panel_of_their_own(house):
    page = Drawn(house, "en").phone(talking(THREE))
    assert '<h1 data-part="sum" data-role="shared interpreter" hidden>Sum up</h1>' in page


def test_a_tip_for_one_role_reaches_who_shares_a_phone_too(house):
    room = to(talking(THREE), 0, "sum").move("tip", text="Noem ook het gevoel.", role="listener")
    page = Drawn(house).phone(room)
    assert 'data-role="listener shared"' in page


@pytest.mark.parametrize("people", [[THREE], [TWO, {}], [TWO, {}, {}, {}, {}]])
def test_a_letter_on_a_phone_is_that_place_on_the_console(people):
    room = gathered(*people)
    own = room.own("p00")
    table = next(t for t in room.console["tables"] if t["number"] == own["table"])
    at = {place["letter"]: place["role"] for place in table["places"]}
    assert [at[letter] for letter in own["letters"]] == own["cards"][0]


def test_before_it_begins_they_choose_who_is_who(house):
    page = words(Drawn(house, "en").own(gathered(THREE), "p00"))
    assert "Choose together who has which letter." in page and "You are a table together" in page


def test_a_shared_phone_keeps_nobodys_listening_card(house):
    room = talking(THREE, {}, {}, {})
    room.waits(999).move("next")
    assert "growth-card" not in Drawn(house).own(room, "p00")
    assert "growth-card" in Drawn(house).own(room, "p01")


# -- who interprets


PL, NL, BOTH = {"languages": "pl"}, {"languages": "nl"}, {"languages": "nl,pl", "interprets": "yes"}


def test_who_interprets_brings_two_languages_to_one_table():
    assert gathered(PL, NL).console["unplaced"] == 2
    room = talking(PL, NL, BOTH)
    assert room.console["unplaced"] == 0
    assert {room.own(who)["table"] for who in NAMES[:3]} == {1}
    assert room.own("p02")["roles"] == ["interpreter"] * 3
    assert room.own("p00")["roles"] in (["teller", "listener", "deeper"],
                                        ["listener", "teller", "deeper"])  # fmt: skip


def test_with_three_others_they_are_four_and_nobody_loses_a_turn():
    room = talking(NL, NL, NL, BOTH)
    told = Counter(who for turn in range(3) for who in who_is(room, "teller", turn))
    assert told == Counter(NAMES[:3])
    assert room.own("p03")["people"] == 4 and room.own("p03")["together"] == [3, 3, 3]


def test_who_interprets_may_not_tap_for_others():
    room = to(talking(NL, NL, BOTH), 0, "ask")
    with pytest.raises(Refused, match="not_your_role"):
        room.by("p02", "tally", what="advice")


def test_one_who_is_left_with_an_interpreter_is_alone_and_both_find_a_table():
    room = talking(NL, NL, NL, NL, NL, BOTH)
    home = room.own("p05")["table"]
    mates = [who for who in NAMES[:5] if room.own(who)["table"] == home]
    for who in mates[1:]:
        room.by(who, "leave")
    assert room.own(mates[0])["tables"][0] == room.own("p05")["tables"][0] != home


def test_the_interpreters_page_is_in_both_languages(house):
    room = talking(PL, NL, BOTH, question={"nl": "Wat ging goed?", "en": "What went well?"})
    page = words(Drawn(house, "nl").own(room, "p02"))
    for said in ("Jij vertelt.", "You tell.", "Vraag: klopt dat?", "Ask: is that right?",
                 "Wat ging goed?", "What went well?"):  # fmt: skip
        assert said in page
    assert "You tell." not in words(Drawn(house, "nl").own(room, "p00"))


def test_a_latecomer_sits_down_where_somebody_interprets():
    room = talking(PL, NL, BOTH)
    room.by("p03", "join", languages="pl")
    assert room.own("p03")["tables"][1] == 1


TR = {"languages": "tr"}
ALL = {"languages": "nl,pl,tr", "interprets": "yes"}


def seated(room, *who):
    return {room.own(one)["table"] for one in who}


@pytest.mark.parametrize(
    "people", [(PL, NL, BOTH), (PL, BOTH, NL), (PL, NL, TR, ALL), (PL, NL, NL, NL, BOTH)]
)
def test_who_interprets_or_needs_it_comes_late_and_they_are_a_table(people):
    *early, late = people
    room = gathered(*early)
    before = {who: room.own(who)["table"] for who in NAMES[: len(early)]}
    room.by("late", "join", **late)
    alone = [who for who, table in before.items() if not table]
    if len(alone) > 1:
        (table,) = seated(room, "late", *alone)
        assert table and table not in before.values()
        assert room.console["unplaced"] == room.console["waiting"] == 0
    assert all(room.own(who)["table"] == table for who, table in before.items() if table)
    assert {room.mine(who).entries["chair"].id for who in alone} <= room.touched or not alone[1:]


def test_whom_they_brought_together_stay_so_when_another_comes_and_when_they_talk():
    room = gathered(PL, NL).by("p02", "join", **BOTH)
    room.by("p03", "join", **PL)
    assert seated(room, "p00", "p01", "p02", "p03") == {1}
    room.move("next")
    assert room.own("p02")["roles"] == ["interpreter"] * 3
    told = Counter(who for turn in range(3) for who in who_is(room, "teller", turn))
    assert told == Counter({"p00": 1, "p01": 1, "p03": 1})


def test_only_those_whom_they_understand_are_brought_together():
    room = gathered(PL, TR).by("p02", "join", **BOTH)
    assert seated(room, "p00", "p01", "p02") == {0}


def test_mixed_anew_what_was_before_counts_no_more():
    room = gathered(PL, NL).by("p02", "join", **BOTH)
    tables = room.move("regroup").room.seating(room.scene).gathered()
    assert [len(table.people) for table in tables.values()] == [3]


# -- who leads takes part


def test_with_who_leads_an_odd_one_is_not_left():
    assert gathered({}).console["unplaced"] == 1
    room = joined({}).move("join_in", on="yes").move("next").move("next")
    assert room.console["unplaced"] == 0
    leads, other = room.console["leader"]["roles"], room.own("p00")["roles"]
    assert sorted({leads[0], other[0]}) == ["listener", "teller"]
    assert room.own("p00")["people"] == 2


@pytest.mark.parametrize("n", range(1, 14))
def test_everybody_tells_once_with_who_leads_among_them(n):
    room = joined(*[{}] * n).move("join_in", on="yes").move("next").move("next")
    leads = room.console["leader"]
    assert leads["roles"].count("teller") == 1
    told = Counter(who for turn in range(3) for who in who_is(room, "teller", turn))
    assert told == Counter(NAMES[:n])
    assert all(table["people"] > 1 for table in room.console["tables"])


def test_who_leads_speaks_the_language_of_the_console(house):
    room = joined({"languages": "en"}).move("join_in", on="yes", languages="nl").move("next")
    assert room.console["unplaced"] == 2
    room = joined({"languages": "en"}).move("join_in", on="yes", languages="en").move("next")
    assert room.console["unplaced"] == 0
    assert 'name="languages" value="en"' in Drawn(house, "en").console(joined({}))


def test_it_is_off_until_it_is_chosen_and_can_be_taken_back():
    room = joined(*[{}] * 5)
    assert room.console["leader"] is None
    room.move("join_in", on="yes").move("join_in", on="no").move("next")
    assert room.console["leader"] is None
    assert sum(table["people"] for table in room.console["tables"]) == 5


def test_who_leads_joins_the_one_who_is_left_and_nobody_else_moves():
    room = gathered(*[{"side": "remote"}] * 3, {})
    before = {who: room.own(who)["table"] for who in NAMES[:3]}
    room.move("join_in", on=True)
    assert {who: room.own(who)["table"] for who in NAMES[:3]} == before
    assert room.console["leader"]["tables"][0] == room.own("p03")["table"] > 0
    assert room.console["unplaced"] == 0


def test_who_leads_may_be_called_away_and_nobody_stays_alone():
    room = joined({}, {}, {}).move("join_in", on="yes").move("next").move("next")
    table = room.console["leader"]["tables"][0]
    other = next(who for who in NAMES[:3] if room.own(who)["table"] == table)
    room.by(other, "gone")
    assert room.console["leader"]["roles"][0] == "out"
    assert room.own(other)["together"][0] == 3


def test_who_leads_taps_nothing_and_is_no_entry():
    room = joined({}, {}).move("join_in", on="yes").move("next").move("next")
    assert len(room.scene.bodies("chair")) == 2
    room.by("p00", "leave")
    assert LEADER not in room.touched


def test_while_people_talk_it_is_too_late_to_join_in():
    with pytest.raises(Refused):
        talking({}, {}, {}).move("join_in", on="yes")
    with pytest.raises(Refused):
        play(Pairs()).move("join_in", on="yes")  # with a neighbour nobody has a place


def test_the_card_of_who_leads_is_on_the_console_alone(house):
    room = joined({}, {}).move("join_in", on="yes").move("next").move("next")
    assert "leaders-card" in Drawn(house).console(room)
    assert "leader" not in room.phone and "leader" not in room.screen
