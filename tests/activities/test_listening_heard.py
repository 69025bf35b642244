"""What a round showed is true: each measure over the turns in which it could be tapped, and each
group counted once."""

from __future__ import annotations

import re

import pytest

from facilitator.activities.listening import Listening
from facilitator.domain.activity import Refused
from facilitator.domain.results import kept
from facilitator.domain.taps import MODES, QUESTIONS, TALLIES, TOGGLES, offered, offered_in
from facilitator.domain.trend import followed
from tests.activities.test_listening import LENGTHS, talking, to, who_is
from tests.drawn import Drawn, words

# -- what an observer may tap


def observed(taps, n=18, turns=3, **set_up):
    """A round in which every observer taps `taps(turn, place)`: a list of signs."""
    room = talking(n, **{"observer": "full", **set_up})
    for turn in range(turns):
        to(room, turn, "ask")
        for place, who in enumerate(who_is(room, "observer", turn)):
            for what in taps(turn, place):
                room.by(who, "tally", what=what, turn=turn)
    return to(room, 2, "fb", into=LENGTHS["fb"] + 1).move("next")


def found(room):
    return {f.measure: f for f in room.results.findings}


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.parametrize("mode", MODES)
def test_what_is_not_offered_is_refused_and_what_is_offered_is_not(mode, turn):
    room = to(talking(3, observer=mode), turn, "ask")
    (observer,) = who_is(room, "observer", turn)
    for what in (*TALLIES, *TOGGLES):
        if what in offered(mode, turn):
            room.by(observer, "tally", what=what, turn=turn)
        else:
            with pytest.raises(Refused, match="nothing_to_answer_here"):
                room.by(observer, "tally", what=what, turn=turn)


@pytest.mark.parametrize("mode", MODES)
def test_a_phone_shows_what_is_offered_and_nothing_else(house, mode):
    html = Drawn(house).phone(talking(3, observer=mode))
    shown = {}
    for tag in re.findall(r"<button\b[^>]*\bname=\"?what\b[^>]*>", html):
        what, turns = (re.search(rf'{name}="?([\w ]+)', tag)[1] for name in ("value", "data-turn"))
        shown[what] = [int(n) for n in turns.split()]
    assert shown == offered_in(mode, 3)


def test_in_focus_each_turn_has_one_sort_of_thing_and_all_come_by():
    by_turn = [offered("focus", turn) for turn in range(3)]
    assert sorted(what for turn in by_turn for what in turn) == sorted((*TALLIES, *TOGGLES))
    assert offered("focus", 3) == by_turn[0], "a fourth turn begins anew"
    assert "open" not in offered_in("focus", 2)


def test_a_mode_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="observer"):
        Listening(observer="spy")


# -- over how many turns


def test_marks_alone_make_a_turn_that_was_observed():
    room = observed(lambda turn, place: ["asked_right"])
    assert (found(room)["asked"].value, found(room)["asked"].n) == (18, 18)
    assert found(room)["questions"].n == 18, "nobody asked a question; that was seen"


def test_in_focus_each_measure_has_its_own_turns():
    """Six tables: how often it was asked was to be marked in the second turn alone."""
    taps = {0: ["attention", "interruption"], 1: ["asked_right"], 2: ["advice", "open"]}
    room = observed(lambda turn, place: taps[turn], observer="focus")
    kept = found(room)
    assert (kept["asked"].value, kept["asked"].n) == (6, 6)
    assert (kept["questions"].value["advice"], kept["questions"].n) == (6, 6)
    assert (kept["interruptions"].value, kept["interruptions"].n) == (6, 6)
    assert room.screen["panels"]["mix"]["turns"] == 6


def test_in_light_what_was_not_offered_is_no_nought():
    room = observed(lambda turn, place: ["deeper", "advice"], observer="light")
    assert found(room)["questions"].value == {"deeper": 18, "advice": 18}
    assert found(room)["questions"].n == 18 and "interruptions" not in found(room)
    (open_share,) = [line for line in lines(room, room) if line["name"] == "open"]
    assert open_share["now"]["counted"] == (18, 36)


def test_in_full_all_share_the_same_turns():
    room = observed(lambda turn, place: ["open", "interruption"] if place < 4 else [])
    assert {f.n for f in found(room).values()} == {12}, "who tapped nothing observed nothing"
    assert found(room)["questions"].value == {**dict.fromkeys(QUESTIONS, 0), "open": 12}


def test_a_round_with_little_advice_is_not_left_out():
    """Four times advice in eighteen turns is a figure too: else only bad rounds would have one."""
    room = observed(lambda turn, place: ["content", *["advice"] * (turn == 0 and place < 4)])
    assert (found(room)["questions"].value["advice"], found(room)["questions"].n) == (4, 18)


def test_two_who_observe_one_turn_count_it_once():
    room = to(talking(9, observer="full"), 0, "ask")
    for who in who_is(room, "observer", 0):
        room.by(who, "tally", what="open")
    (teller, *_), (listener, *_) = who_is(room, "teller", 0), who_is(room, "listener", 0)
    here = [
        who
        for who in who_is(room, "observer", 0)
        if room.own(who)["table"] == room.own(teller)["table"]
    ]
    listener = next(who for who in who_is(room, "listener", 0)
                    if room.own(who)["table"] == room.own(teller)["table"])  # fmt: skip
    room.by(here[0], "leave").by("late", "join")
    seen = room.room.measured(room.scene).observed(*QUESTIONS)
    assert len(seen) == 3
    body = next(
        e.body for (who, slot), e in room.laid.items() if (who, slot) == (here[0], "tally.0")
    )
    room.laid[listener, "tally.0"] = type(next(iter(room.laid.values())))("x" * 16, body)
    seen = room.room.measured(room.scene).observed(*QUESTIONS)
    assert len(seen) == 3 and sum(one.counts["open"] for one in seen) == 4


@pytest.mark.parametrize(("n", "turns", "shown"), [(18, 1, True), (6, 3, False), (9, 1, False)])
def test_marks_of_two_tables_or_four_turns_are_not_kept(n, turns, shown):
    room = observed(lambda turn, place: ["asked_right", "interruption"], n=n, turns=turns)
    assert bool({"asked", "interruptions"} & {*found(room)}) is shown


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_interruptions_are_told_with_their_own_turns(house, lang):
    taps = {0: ["interruption"], 1: ["asked_right"], 2: ["advice", "open"]}
    room = observed(lambda turn, place: taps[turn], observer="focus").move("panel", n=2)
    drawn = Drawn(house, lang)
    told = {"nl": "Onderbreken: 6× in 6 beurten.", "en": "Interrupting: 6× in 6 turns."}[lang]
    assert told in words(drawn.screen(room)) and told in words(drawn.console(room))
    a = {"title": {"nl": "x"}, "question": {}, **kept(room.results)}
    assert told in words(drawn.faces.render("activities/listening/report.html", lang, a=a))


# -- over time


def lines(*rooms):
    told = [{"date": f"2026-0{n}-01", "activities": [kept(room.results)]}
            for n, room in enumerate(rooms, 1)]  # fmt: skip
    return followed(Listening.trend, told)


def test_another_way_to_observe_is_another_form(house):
    full = observed(lambda turn, place: ["deeper", "advice"])
    light = observed(lambda turn, place: ["deeper", "advice"], observer="light")
    for line in lines(full, full, light):
        assert [point["changed"] for point in line["points"]] == [False, False, True]
        assert line["other_form"]
    t = {"lines": lines(full, light)}
    page = words(Drawn(house).faces.render("activities/listening/trend.html", "nl", t=t))
    assert "in drietallen, gewone lengte, de meekijker telt een beetje." in page


def test_what_an_older_file_does_not_say_is_no_change():
    room = observed(lambda turn, place: ["deeper"])
    old = kept(room.results)
    old["facts"] = {"size": 3, "preset": "standaard"}
    told = [{"date": f"2026-0{n}-01", "activities": [one]}
            for n, one in enumerate((kept(room.results), old, kept(room.results)), 1)]  # fmt: skip
    assert not any(p["changed"] for line in followed(Listening.trend, told) for p in line["points"])


def test_between_files_that_do_not_say_a_change_is_still_seen():
    full, light = (
        observed(lambda turn, place: ["deeper"], observer=mode) for mode in ("full", "light")
    )
    old = {**kept(full.results), "facts": {"size": 3, "preset": "standaard"}}
    told = [{"date": f"2026-0{n}-01", "activities": [one]}
            for n, one in enumerate((kept(full.results), old, kept(light.results)), 1)]  # fmt: skip
    for line in followed(Listening.trend, told):
        assert [point["changed"] for point in line["points"]] == [False, False, True]
