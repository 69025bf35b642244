"""The facilitator of a listening round: moves people, sets it, mixes tables, and sees no content."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from random import Random

import pytest

from facilitator.activities.listening import Listening
from facilitator.domain.activity import Refused
from facilitator.domain.gathering import END
from facilitator.domain.planned import PRESETS
from tests.activities.test_listening import (
    LENGTHS,
    NAMES,
    gathered,
    joined,
    tables,
    talking,
    to,
    who_is,
)
from tests.drawn import Drawn, words


def sits(room, number, letter="A"):
    """Who sits at a place of a table."""
    chair = room.room.seating(room.scene).standing()[number].people["ABCD".index(letter)]
    return next(who for (who, slot), entry in room.laid.items() if entry.id == chair)


# -- more time and less is said softly


@pytest.mark.parametrize("sync", ["room", "group"])
@pytest.mark.parametrize(("seconds", "nl", "en"), [
    (30, "Er komt tijd bij.", "A little more time."),
    (-30, "Iets minder tijd.", "A little less time."),
])  # fmt: skip
def test_the_screen_says_for_a_moment_that_the_time_was_changed(house, sync, seconds, nl, en):
    room = to(talking(6, sync=sync), 0, "tell", into=-5)
    assert "stretched" not in room.screen
    at = room.move("extend", seconds=seconds).at
    said = room.screen["stretched"]
    assert (said["more"], said["from"]) == (seconds > 0, at) and 3 <= said["to"] - at <= 10
    for lang, says in (("nl", nl), ("en", en)):
        page = Drawn(house, lang).screen(room)
        assert says in words(page)
        assert f'data-from="{said["from"]}" data-to="{said["to"]}" hidden' in page
        assert says not in words(Drawn(house, lang).phone(room))
        assert says not in words(Drawn(house, lang).own(room, NAMES[0]))
    assert "stretched" not in room.phone and "data-sound" not in page.split(en)[0][-200:]


@pytest.mark.parametrize("into", [-8, 1])
def test_time_that_could_not_be_changed_is_not_announced(into):
    """It is as short as it may be, or what is left of it is."""
    room = to(talking(6), 0, "check", into=into).move("extend", seconds=-30)
    assert "stretched" not in room.screen


def test_time_that_is_changed_in_a_pause_is_said_there_and_not_later():
    room = to(talking(6), 0, "tell", into=-5).move("pause").waits(60).move("extend", seconds=30)
    said = room.screen["stretched"]
    assert said["from"] <= room.screen["paused_at"] < said["to"]
    room.waits(60).move("resume")
    assert room.screen["stretched"]["to"] < room.at


# -- moving people while all gather


def test_one_person_goes_to_another_table_and_both_are_to_sit_down_anew():
    room = gathered(5)
    trio = next(n for n, people in tables(room).items() if len(people) == 3)
    pair = next(n for n, people in tables(room).items() if len(people) == 2)
    who = sits(room, trio, "B")
    room.by(who, "ready").move("place", **{"from": f"{trio}B", "table": str(pair)})
    assert who in tables(room)[pair] and len(tables(room)[pair]) == 3
    assert len(tables(room)[trio]) == 2
    assert not room.own(who)["ready"] and not room.console["tables"][trio - 1]["ready"]


def test_two_people_change_places_and_roles():
    room = gathered(6)
    one, other = sits(room, 1, "A"), sits(room, 2, "C")
    room.move("swap", **{"from": [1, 0], "to": [2, 2]})
    assert (room.own(one)["table"], room.own(other)["table"]) == (2, 1)
    assert (room.own(one)["roles"][0], room.own(other)["roles"][0]) == ("observer", "teller")


def test_nobody_is_left_alone_by_it_even_if_it_is_forced():
    room = gathered(5)
    pair = next(n for n, people in tables(room).items() if len(people) == 2)
    with pytest.raises(Refused, match="somebody_alone"):
        room.move("place", **{"from": f"{pair}A", "table": 3 - pair, "force": True})


def test_four_sit_together_where_a_facilitator_wants_it_and_each_has_a_turn():
    room = gathered(6).move("place", **{"from": "1A", "table": 2})
    assert sorted(map(len, tables(room).values())) == [2, 4]
    four = max(tables(room.move("next")).values(), key=len)
    assert [room.own(who)["roles"].count("teller") for who in four] == [1] * 4
    room = gathered(9).move("place", **{"from": "1A", "table": 2, "force": True})
    with pytest.raises(Refused, match="table_is_full"):
        room.move("place", **{"from": "3A", "table": 2, "force": True})


def led():
    """A table of three with its leader elsewhere, among five who lead."""
    room = joined(3)
    for who in ("l0", "l1", "l2"):
        room.by(who, "join", leads=True)
    return room.move("next")


def test_a_rule_is_kept_unless_the_facilitator_means_it():
    room = led()
    with pytest.raises(Refused, match="not_together"):
        room.move("swap", **{"from": "1A", "to": "2A"})
    room.move("swap", **{"from": "1A", "to": "2A", "force": True})
    assert {who[0] for who in tables(room)[1]} == {"p", "l"}


def test_who_found_no_table_is_given_a_place():
    room = joined(4)
    room.by("boss", "join", leads=True)
    room.move("next")
    assert room.console["unplaced"] == 1
    with pytest.raises(Refused, match="not_together"):
        room.move("place", **{"from": "0A", "table": 1})
    room.move("place", **{"from": "0A", "table": 1, "force": True})
    assert room.console["unplaced"] == 0 and room.own("boss")["table"] == 1


@pytest.mark.parametrize("asked", [
    {"from": "9A", "table": 1}, {"from": "1A", "table": 9}, {"from": "1A", "table": 1},
    {"from": "1A"}, {"from": "A1", "table": 2}, {"from": None, "table": 2}, {"from": "1H", "table": 2},
    {"from": "1A", "table": 0}, {"from": [1, -1], "table": 2},
])  # fmt: skip
def test_nonsense_moves_nobody(asked):
    room = gathered(6)
    before = tables(room)
    with pytest.raises(Refused, match="not_understood"):
        room.move("place", **asked)
    assert tables(room) == before


def test_a_latecomer_and_a_merged_table_are_moved_like_all():
    room = gathered(5).by("late", "join")
    assert len(room.console["tables"][0]["places"]) == 3
    number = room.own("late")["table"]
    letter = "ABC"[
        [p["at"] for p in room.console["tables"][number - 1]["places"]].index(f"{number}C")
    ]
    room.move("swap", **{"from": f"{number}{letter}", "to": f"{3 - number}A"})
    assert room.own("late")["table"] == 3 - number
    room = gathered(7)
    pair = next(n for n, people in tables(room).items() if len(people) == 2)
    room.by(tables(room)[pair][0], "leave")
    assert sum(map(len, tables(room).values())) == 6
    four = next(n for n, people in tables(room).items() if len(people) > 2)
    other = next(n for n in tables(room) if n != four)
    room.move("swap", **{"from": f"{four}A", "to": f"{other}A"})
    assert sorted(who for people in tables(room).values() for who in people) == sorted(
        who for who in NAMES[:7] if room.own(who)["roles"][0] != "out")  # fmt: skip


def test_once_people_talk_nobody_is_moved():
    with pytest.raises(Refused, match="unknown_move"):
        talking(6).move("place", **{"from": "1A", "table": 2, "force": True})


def test_an_empty_chair_is_told_by_its_letter():
    room = to(talking(6), 0, "tell")
    who = sits(room, 2, "B")
    room.move("remove", chair="2B")
    assert room.own(who)["roles"][0] == "out"
    assert [p["letter"] for p in room.console["tables"][1]["places"]] == ["A", "C"]


def test_the_console_knows_places_and_never_who():
    room = gathered(6)
    chairs = [entry.id for entry in room.laid.values()]
    assert not [one for one in chairs if one in str(room.console)]
    assert "places" not in str(room.screen) + str(room.phone)
    assert [p["role"] for p in room.console["tables"][0]["places"]] == [
        "teller",
        "listener",
        "observer",
    ]


# -- what is set before people talk


def parts(room):
    return [(part["name"], part["to"] - part["from"]) for part in room.phone["parts"]]


def usual(n=6, **set_up):
    """People who said yes to a round with its own lengths."""
    return joined(n, lengths={}, **set_up)


def test_what_is_set_is_what_people_get():
    room = (
        usual().move("set", size="2", time_factor="1.25").move("set", preset="kort", contrast="on")
    )
    assert room.console["set"]["size"] == "2" and room.console["turns"] == 2
    room.move("next").move("next")
    assert sorted(map(len, tables(room).values())) == [2, 2, 2]
    assert parts(room)[:3] == [("contrast", 120), ("land", 30), ("tell", 150)]
    assert room.results.facts == {"size": 2, "preset": "kort", "observer": "light"}


@pytest.mark.parametrize(
    ("factor", "tell", "land"), [("1", 300, 30), ("1.25", 375, 45), ("1.5", 450, 45)]
)
def test_a_time_factor_keeps_to_quarter_minutes_and_limits(factor, tell, land):
    room = usual(preset="diep").move("set", time_factor=factor).move("next").move("next")
    assert dict(parts(room))["tell"] == tell and dict(parts(room))["land"] == land
    assert max(length for name, length in parts(room) if name != "tell") <= 300


def test_the_summary_and_who_may_share_it_are_set_too():
    room = joined(3).move(
        "set", summary_mode="written", share="offer", observer="none", mnemonics="off"
    )
    seen = room.phone
    assert (seen["summary_mode"], seen["share"], seen["observer"], seen["mnemonics"]) == (
        "written", True, "none", False)  # fmt: skip
    to(room.move("next").move("next"), 0, "check")
    (listener,), (teller,) = who_is(room, "listener", 0), who_is(room, "teller", 0)
    room.by(listener, "draft", text="het was druk").by(
        teller, "verdict", answer="right", share=True
    )
    shared = [e.body for e in room.laid.values() if e.body["what"] == "harvest"]
    assert shared == [{"what": "harvest", "text": "het was druk"}]


@pytest.mark.parametrize("asked", [
    {}, {"size": 4}, {"size": True}, {"colour": "red"}, {"observer": "spy"}, {"time_factor": 2},
    {"share": None}, {"sync": ["room"]}, {"preset": "lang"}, {"mnemonics": "yes"}, {"turns": 9},
])  # fmt: skip
def test_nonsense_is_not_set(asked):
    room = joined(3)
    with pytest.raises(Refused):
        room.move("set", **asked)
    assert "set" not in room.stage.data


def test_the_size_is_set_before_there_are_tables_and_the_rest_before_people_talk():
    room = gathered(6)
    with pytest.raises(Refused, match="too_late_for_that"):
        room.move("set", size="2")
    assert room.move("set", sync="group").console["sync"] == "group"
    with pytest.raises(Refused, match="unknown_move"):
        room.move("next").move("set", sync="room")


# -- each table at its own pace


def own_pace(n=6):
    return to(joined(n).move("set", sync="group").move("next").move("next"), 0, "tell")


def test_a_table_goes_on_by_itself_and_the_console_sees_where_it_is():
    room = own_pace()
    who = sits(room, 1)
    room.by(who, "ready")
    ends = {one["number"]: one["parts"][1]["to"] for one in room.console["tables"]}
    assert ends[1] == room.at < ends[2]
    assert "parts" not in str(room.screen["tables"]), "the console alone"


def test_two_who_say_that_they_are_ready_say_it_once():
    room = own_pace()
    one, other = sits(room, 1, "A"), sits(room, 1, "B")
    room.by(one, "ready").by(other, "ready")
    assert room.own(one)["parts"][2]["to"] > room.at


def test_a_break_and_a_calm_end_are_for_every_table():
    room = own_pace()
    who, other = sits(room, 1), sits(room, 2)
    room.by(who, "ready")
    before = room.own(who)["parts"][-1]["to"], room.own(other)["parts"][-1]["to"]
    room.move("pause").waits(50).move("resume")
    assert (room.own(who)["parts"][-1]["to"], room.own(other)["parts"][-1]["to"]) == (
        before[0] + 60, before[1] + 60)  # fmt: skip
    room.move("stop")
    assert {room.own(one)["parts"][-1]["name"] for one in (who, other)} == {"fb"}
    assert {room.own(one)["parts"][-1]["to"] for one in (who, other)} == {room.at + LENGTHS["fb"]}


def test_the_room_does_not_step_while_tables_go_their_own_way():
    for name in ("skip", "back", "mix"):
        with pytest.raises(Refused, match="own_pace"):
            own_pace().move(name)
    room = own_pace().waits(9999)
    assert room.move("next").phone["stand"] == "debrief"


def slow(room):
    """At the first table the summary is never right at once: half a minute more in each turn. The
    room's own clock is over."""
    for turn in range(3):
        teller = next(who for who in who_is(room, "teller", turn) if room.own(who)["table"] == 1)
        room.at = next(p["from"] + 1 for p in room.own(teller)["parts"]
                       if (p["turn"], p["name"]) == (turn, "check"))  # fmt: skip
        room.by(teller, "check", answer="almost")
    room.at = room.phone["parts"][-1]["to"] + 1
    return room


def on_now(room, who):
    """The part that is on at somebody's table."""
    return next((p["name"] for p in room.own(who)["parts"] if room.at < p["to"]), "after")


def test_while_one_table_talks_the_console_leads_though_the_rooms_clock_is_over():
    room = slow(own_pace())
    who, other = sits(room, 1), sits(room, 2)
    assert on_now(room, who) != "after" and on_now(room, other) == "after"
    room.move("tip", id="short").move("nudge", table=1, what="softer")
    assert room.own(who)["nudge"]["what"] == "softer"
    before = room.own(who)["parts"][-1]["to"], room.own(other)["parts"][-1]["to"]
    room.move("extend", seconds=-30)
    after = room.own(who)["parts"][-1]["to"], room.own(other)["parts"][-1]["to"]
    assert after[0] < before[0] and after[1] == before[1], "what is over stays over"
    room.move("stop")
    assert room.own(who)["parts"][-1] == {
        "name": "fb",
        "turn": 2,
        "from": room.at,
        "to": room.at + 20,
    }
    assert room.console["parts"][-1] == {
        "name": "still", "turn": 2, "from": room.phone["parts"][-1]["to"], "to": room.at + 20}  # fmt: skip
    room.waits(21)
    with pytest.raises(Refused, match="time_is_up"):
        room.move("extend", seconds=30)


def test_looking_together_says_how_many_still_talk_and_is_confirmed():
    room = slow(own_pace())
    assert room.console["next"]["en"] == "Look back together"
    (last,) = [one for one in room.console["still"] if one["from"] <= room.at < one["to"]]
    assert last["n"] == 1 and [one["n"] for one in own_pace().console["still"]] == [2]
    with pytest.raises(Refused, match="still_talking") as no:
        room.move("next")
    assert no.value.details == {"n": 1} and room.stage.phase == "talk"
    assert room.move("next", force="true").stage.phase == "debrief"


def through(room, *whose):
    """These people's tables go through all parts as fast as they can."""
    for who in whose:
        while (part := on_now(room, who)) != "after":
            if part == "check":  # nobody skips the question
                room.waits(1)
            else:
                room.by(who, "ready").waits(4)
    return room


def test_who_came_late_is_waited_for_too():
    room = own_pace().by("late", "join").by("later", "join")
    through(room, sits(room, 1), sits(room, 2))
    assert room.at < room.console["parts"][-1]["to"] == room.phone["parts"][-1]["to"]
    with pytest.raises(Refused, match="still_talking") as no:
        room.move("next")
    assert no.value.details == {"n": 1}
    assert room.move("stop").own("late")["parts"][-1]["to"] == room.at + LENGTHS["fb"]


def test_a_table_that_all_left_is_not_waited_for():
    room = joined(4, find="remote", sync="group")
    room.by("two", "join", people=2)
    to(room.move("next").move("next"), 0, "tell")
    number = room.own("two")["table"]
    room.by("two", "leave")
    through(room, *(sits(room, n) for n in tables(room) if n != number))
    assert room.move("next").stage.phase == "debrief"


def test_when_every_table_is_through_the_room_is_through():
    room = own_pace()
    through(room, sits(room, 1), sits(room, 2))
    assert room.at < room.phone["parts"][-1]["to"], "sooner than the room's own clock says"
    assert room.console["parts"][-1]["to"] <= room.at
    assert room.move("next").stage.phase == "debrief"


def test_a_tip_waits_at_the_table_where_somebody_tells_and_comes_at_once_at_the_other():
    room = own_pace()
    tells, sums = sits(room, 1), sits(room, 2)
    room.by(sums, "ready").move("tip", id="short")
    assert room.own(sums)["tip"]["from"] == room.at
    assert room.own(tells)["tip"]["from"] == room.own(tells)["parts"][1]["to"] > room.at
    with pytest.raises(Refused, match="one_tip_a_minute"):
        room.move("tip", id="feeling")
    room.by(tells, "ready")
    assert room.own(tells)["tip"]["from"] == room.at
    assert room.waits(60).move("tip", id="feeling").own(sums)["tip"]["id"] == "feeling"


# -- the second try, at a table at its own pace


def checking(**set_up):
    """One table, at its own pace, being asked whether it is right; who tells, who listens."""
    room = to(talking(3, sync="group", **set_up), 0, "check")
    return room, who_is(room, "teller", 0)[0], who_is(room, "listener", 0)[0]


def check_lasts(room, who):
    part = next(p for p in room.own(who)["parts"] if p["name"] == "check")
    return part["to"] - part["from"]


@pytest.mark.parametrize("first", ["almost", "no"])
def test_at_its_own_pace_what_is_tapped_after_the_second_try_is_the_second_answer(first):
    room, teller, listener = checking()
    room.by(teller, "check", answer=first)
    assert check_lasts(room, teller) == LENGTHS["check"] + 30
    assert room.own(listener)["turns"][0]["again"]
    room.waits(20).by(teller, "check", answer="right")
    assert room.own(teller)["answers"] == {"check.0": first, "second.0": "right"}
    assert not room.own(listener)["turns"][0]["again"], "asking on asks for no third"
    room.by(teller, "check", answer="no").by(teller, "check", answer="almost")
    assert room.own(teller)["answers"] == {"check.0": first, "second.0": "almost"}
    assert check_lasts(room, teller) == LENGTHS["check"] + 30, "once"


def test_who_said_right_and_then_almost_tries_once_more_too():
    room, teller, _ = checking()
    room.by(teller, "check", answer="right").by(teller, "check", answer="almost")
    assert room.own(teller)["answers"] == {"check.0": "almost"}
    assert check_lasts(room, teller) == LENGTHS["check"] + 30


def test_a_part_as_long_as_it_may_be_has_its_half_minute_too():
    room, teller, _ = checking(lengths={**LENGTHS, "check": 300})
    assert check_lasts(room.by(teller, "check", answer="no"), teller) == 330


def test_on_one_clock_a_slip_is_put_right_and_no_time_moves():
    room = to(talking(3), 0, "check")
    (teller,) = who_is(room, "teller", 0)
    before = room.phone["parts"]
    room.by(teller, "check", answer="almost").by(teller, "check", answer="right")
    assert room.own(teller)["answers"] == {"check.0": "right"} and room.phone["parts"] == before


def test_almost_after_the_talk_counts_and_moves_no_time():
    room, teller, _ = checking()
    before = room.own(teller)["parts"]
    room.waits(9999).by(teller, "check", answer="almost", turn=0)
    assert room.own(teller)["answers"] == {"check.0": "almost"}
    assert room.own(teller)["parts"] == before
    again = room.filled("again", {"table": 1})
    assert room.room.move(room.stage, again) == room.stage, "said just before, heard after"
    for late in (1, 2):  # at what is on in a later turn neither
        room, teller, _ = checking()
        to(room, late, "ask").by(teller, "check", answer="almost", turn=0)
        assert room.own(teller)["parts"] == before


def test_the_phones_say_that_there_is_a_second_try(house):
    own_pace, one_clock = (
        Drawn(house, "en").phone(room) for room in (checking()[0], to(talking(3), 0, "check"))
    )
    for says in ("The other tries once more", "Try once more: you have half a minute more"):
        assert says in words(own_pace) and says not in words(one_clock)


# -- what a preset the facilitator chooses does


def test_a_chosen_preset_has_its_own_lengths():
    room = joined(6, lengths={**LENGTHS, "tell": 600}, minutes=40)
    assert dict(parts(room.move("set", preset="kort").move("next").move("next")))["tell"] == 120
    room = joined(6, lengths={**LENGTHS, "tell": 600}).move("set", observer="none")
    assert dict(parts(room.move("next").move("next")))["tell"] == 600


def test_listening_badly_is_stretched_as_all_is():
    assert Listening(contrast=90, time_factor=1.5).plan()[0] == ("contrast", 0, 135)
    assert Listening(contrast=90).plan()[0] == ("contrast", 0, 90)


def test_the_planned_minutes_follow_what_was_chosen():
    room = usual(preset="standaard", minutes=29)
    assert room.room.minutes_at(room.stage) == 29
    room.move("set", preset="kort")  # 25:30 becomes 17:30
    assert room.room.minutes_at(room.stage) == 21
    assert room.room.ends(room.stage) == 1000 + 21 * 60
    room.move("set", size="2").move("set", preset="standaard")  # 17:00
    assert room.room.minutes_at(room.stage) == round(29 - 8.5)
    assert usual().move("set", preset="diep").room.minutes_at(room.stage) == 0, "none were planned"


# -- a set-up that means nothing


@pytest.mark.parametrize("wrong", [
    {"observer": "spy"}, {"sync": "table"}, {"summary_mode": "sung"}, {"remote_policy": "all"},
    {"time_factor": 2}, {"time_factor": True}, {"turns": 4}, {"turns": -1}, {"share": "yes"}, {"share": 1},
    {"prompts": ({"nl": "a"},) * 4}, {"lengths": {"tell": 44}}, {"lengths": {"tell": 601}},
    {"lengths": {"sum": 301}}, {"lengths": {"sum": 14}}, {"lengths": {"tell": 0}}, {"lengths": {"sum": 0}},
    {"lengths": {"check": 0}}, {"lengths": {"ask": 0}}, {"lengths": {"land": -1}}, {"lengths": {"sum": "60"}},
    {"lengths": {"sum": float("nan")}}, {"lengths": {"dance": 60}}, {"contrast": 301}, {"contrast": 5},
])  # fmt: skip
def test_a_set_up_that_means_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match=r"\w"):
        Listening(**wrong)


def test_what_may_be_left_out_may_be():
    left_out = Listening(
        lengths={"land": 0, "sum2": 0, "fb": 0}, turns=1, prompts=({"nl": "a"},) * 3
    )
    assert [name for name, _, _ in left_out.plan()] == ["tell", "sum", "check", "ask"]


@pytest.mark.parametrize("sync", ["room", "group"])
def test_stopping_gives_back_as_long_as_the_preset_says_where_that_was_left_out(sync):
    room = to(talking(6, sync=sync, preset="kort", lengths={**LENGTHS, "fb": 0}), 0, "tell").move(
        "stop"
    )
    last = room.own("p00").get("parts", room.phone["parts"])[-1]
    assert (last["name"], last["to"] - last["from"]) == ("fb", 60)


def test_a_talk_with_nothing_after_it_stops_at_once(monkeypatch):
    monkeypatch.setitem(PRESETS, "kort", (*PRESETS["kort"][:-1], 0))
    room = to(talking(6, preset="kort", lengths={**LENGTHS, "fb": 0}), 0, "tell").move("stop")
    assert [part["name"] for part in room.phone["parts"]] == ["land", "tell"]
    assert room.phone["parts"][-1]["to"] == room.at
    assert room.move("next").stage.phase == "debrief"


# -- other tables at the next swap


def test_tables_are_mixed_at_the_swap_and_never_before():
    room = to(talking(9), 0, "tell")
    before = tables(room)
    room.move("mix")
    assert tables(room) == before and room.console["mixes"] == [()]
    assert tables(room, 1) != before
    told = Counter(who for turn in range(3) for who in who_is(room, "teller", turn))
    assert told == Counter(NAMES[:9])
    assert room.move("mix").console["mixes"] == [()], "once more is no other"
    assert tables(to(room, 0, "fb").move("unmix"), 1) == before


def test_two_tables_are_mixed_with_each_other():
    room = to(talking(9), 0, "tell").move("mix", table=1, **{"with": "3"})
    assert room.console["mixes"] == [(1, 3)]
    assert tables(room, 1)[2] == tables(room)[2] and tables(room, 1)[1] != tables(room)[1]
    for asked in ({"table": 1}, {"table": 1, "with": 1}, {"table": 1, "with": 9}):
        with pytest.raises(Refused, match="not_understood"):
            room.move("mix", **asked)


def test_what_took_place_is_not_taken_back_and_after_the_last_swap_there_is_none():
    room = to(to(talking(9), 0, "tell").move("mix"), 1, "tell")
    after = tables(room, 1)
    assert tables(room.move("unmix"), 1) == after and room.console["mixes"] == []
    with pytest.raises(Refused, match="too_late_for_that"):
        to(room, 2, "tell").move("mix")
    who = sits_now(room, 1)
    with pytest.raises(Refused, match="stale"):
        room.move("remove", chair="1A", turn=0)
    assert room.move("remove", chair="1A", turn=2).own(who)["roles"][2] == "out"


def sits_now(room, number):
    """Who is first at a table in the turn that is on."""
    seating = room.room.seating(room.scene)
    table = {t.number: t for t in seating.tables_at(room.room.end_of_turn(room.scene))}[number]
    return next(who for (who, slot), entry in room.laid.items() if entry.id == table.people[0])


def test_who_leaves_returns_and_leaves_again_changes_nothing_of_an_earlier_swap():
    for who in NAMES[:9]:
        room = to(talking(9), 0, "tell").move("mix")
        to(room, 0, "ask").by(who, "leave")
        to(room, 1, "tell")
        mixed = {table.number: table.people for table in seats(room, 1)}
        room.by(who, "join")
        to(room, 1, "ask").by(who, "leave")
        to(room, 2, "land").by(who, "join").by(who, "leave").by(who, "join")
        assert {table.number: table.people for table in seats(room, 1)} == mixed


def seats(room, turn):
    """All tables in a turn, with who left since."""
    return room.room.seating(room.scene).tables_at((turn, END))


def sat(room):
    """Who sat where, and who told, in every turn that is over; the last one never is."""
    seating, now = room.room.seating(room.scene), room.room.moment(room.scene)[0]
    return {
        turn: [(table.number, table.people, seating.teller(table, turn))
               for table in seats(room, turn)]
        for turn in range(min(now, room.room.rounds - 1))
    }  # fmt: skip


WHAT = (*["wait"] * 3, "leave", "leave", "back", "back", "gone", "pass", "late", "mix")


@pytest.mark.parametrize("seeds", [range(20), pytest.param(range(20, 300), marks=pytest.mark.long)])
def test_whatever_people_do_a_turn_that_is_over_stays_as_it_was(seeds):
    for seed in seeds:
        chance = Random(seed)
        room = talking(chance.randint(5, 12))
        came, over = list(NAMES[: len(people_of(room))]), {}
        for step in range(40):
            who = chance.choice(came)
            match chance.choice(WHAT):
                case "wait":
                    room.waits(chance.choice((20, 60)))
                case "leave" if len(people_of(room)) > 3:
                    room.by(who, "leave")
                case "back":
                    room.by(who, "join")
                case "late" if len(came) < 16:
                    room.by(f"late{step}", "join")
                    came.append(f"late{step}")
                case "gone" | "pass" | "mix" as what:
                    with contextlib.suppress(Refused):
                        if what == "mix":
                            room.move("mix")
                        else:
                            room.by(who, what, **({"role": chance.choice(("teller", "listener"))}
                                                  if what == "gone" else {}))  # fmt: skip
            now = sat(room)
            assert {turn: now[turn] for turn in over} == over, (seed, step)
            over = now


def people_of(room):
    """Who is there."""
    seating, at = room.room.seating(room.scene), (room.room.rounds - 1, END)
    return [one for one in seating.chairs if seating.is_there(one, at)]


def test_all_phones_hear_of_who_leaves_before_the_tables_are_mixed():
    room = to(talking(9), 0, "tell").move("mix")
    room.touched.clear()
    room.by("p00", "leave")
    assert len(room.touched) == 9


def test_begun_anew_nothing_is_mixed():
    room = to(talking(9), 0, "tell")
    before = tables(room)
    room.move("mix").at = room.stage.data["schedule"]["parts"][0]["from"] + 5
    for _ in range(2):  # back to the first part, and then to the tables
        room.stage = room.room.enter(room.stage, "gather", room.filled("back", {}))
    assert tables(room) == before and room.stage.data["mixes"] == []


# -- the commands of the console

COMMANDS = {
    "pause": ({}, "tell"), "resume": ({}, "tell"), "skip": ({"force": True}, "check"),
    "extend": ({"seconds": 30}, "tell"), "stop": ({}, "tell"), "back": ({}, "tell"),
    "tip": ({"id": "short"}, "sum"), "nudge": ({"table": 1, "what": "softer"}, "tell"),
    "seen": ({"table": 1}, "tell"), "mix": ({}, "tell"), "unmix": ({}, "tell"),
    "remove": ({"chair": "1A"}, "tell"),
}  # fmt: skip
#: These leave the same when they are pressed twice. The others are steps: a second press with
#: the same version of the page is refused before a room hears of it.
SAME = {"pause", "resume", "stop", "nudge", "seen", "mix", "unmix"}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_of_the_console_is_a_move(name):
    fields, part = COMMANDS[name]
    room = to(talking(9), 0, part)
    stage = room.move(name, **fields).stage
    if name in SAME:
        again = room.room.move(stage, room.filled(name, fields))
        assert again == stage, name


@pytest.mark.parametrize(("name", "fields", "part", "code"), [
    ("next", {}, "check", "check_stays"), ("skip", {}, "check", "check_stays"),
    ("tip", {"text": "x" * 81}, "sum", "too_long"), ("nudge", {"table": 1, "what": "shout"}, "tell", "choose_one_first"),
    ("extend", {"seconds": "x"}, "tell", "not_understood"), ("regroup", {}, "tell", "unknown_move"),
    ("place", {"from": "1A", "table": 2}, "tell", "unknown_move"), ("set", {"sync": "room"}, "tell", "unknown_move"),
])  # fmt: skip
def test_each_guard_of_the_console(name, fields, part, code):
    room = to(talking(9), 0, part)
    room.at -= 10
    with pytest.raises(Refused, match=code):
        room.move(name, **fields)


def test_whether_all_is_well_is_asked_and_answered():
    room = to(talking(6), 0, "tell").move("nudge", table=1, what="all_well")
    who, other = sits(room, 1), sits(room, 2)
    assert room.own(who)["nudge"]["what"] == "all_well" and room.own(other)["nudge"] is None
    with pytest.raises(Refused, match="nothing_to_answer_here"):
        room.by(other, "well")
    assert room.by(who, "well").console["nudge"]["well"] is True
    assert "nudge" not in room.screen and "nudge" not in room.phone


# -- drawn


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("state", ["optin", "gather", "one left", "talk", "pending", "own pace"])
def test_the_console_is_drawn_in_each_of_these(house, lang, state):
    room = {
        "optin": lambda: joined(6).move("set", summary_mode="note"),
        "gather": lambda: gathered(7),
        "one left": lambda: joined(4).by("boss", "join", leads=True).move("next"),
        "talk": lambda: to(talking(66), 0, "tell"),
        "pending": lambda: to(talking(9), 0, "tell").move("mix", table=1, **{"with": 2}),
        "own pace": own_pace,
    }[state]()
    drawn = Drawn(house, lang)
    html = drawn.console(room)
    assert len(re.findall(r'\bid="?([\w-]+)', html)) == len(
        set(re.findall(r'\bid="?([\w-]+)', html))
    )
    for command in {"optin": ("set",), "gather": ("place", "swap", "remove", "regroup"), "one left": ("place",),
                    "talk": ("nudge", "remove", "mix", "stop", "tip"), "pending": ("unmix",),
                    "own pace": ("nudge", "remove", "pause")}[state]:  # fmt: skip
        assert re.search(rf'data-move="?{command}\b', html), command
    for who in NAMES[:3]:
        drawn.own(room, who)
