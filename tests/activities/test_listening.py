"""Listening: everybody has a turn, whoever comes and goes; only what hides people is counted."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from facilitator.activities.listening import Listening
from facilitator.domain import hints
from facilitator.domain.activity import Refused
from facilitator.domain.planned import PARTS
from facilitator.domain.results import kept
from facilitator.domain.trend import followed
from facilitator.web.render import TEMPLATES
from tests.drawn import Drawn, words
from tests.play import play

NAMES = [f"p{n:02}" for n in range(60)]
LENGTHS = {"land": 15, "tell": 60, "sum": 20, "check": 15, "ask": 30, "fb": 20}
TURN = sum(LENGTHS.values())


def joined(n, **set_up):
    """People who said yes, before there are tables."""
    room = play(Listening(**{"size": 3, "lengths": LENGTHS, **set_up}))
    for who in NAMES[:n]:
        room.by(who, "join")
    return room


def gathered(n, **set_up):
    return joined(n, **set_up).move("next")


def talking(n, **set_up):
    """The first second of the first turn."""
    return gathered(n, **set_up).move("next")


def to(room, turn, part, into=1.0):
    """Go on to a part of a turn."""
    before = sum(LENGTHS[one] for one in PARTS[: PARTS.index(part)] if one in LENGTHS)
    start = room.stage.data["schedule"]["parts"][0]["from"]
    room.at = start + turn * TURN + before + into
    return room


def who_is(room, role, turn):
    """Everybody who has this role in a turn."""
    found = []
    for who in sorted({owner for owner, slot in room.laid if slot == "chair"}):
        if room.own(who)["roles"][turn] == role:
            found.append(who)
    return found


def tables(room, turn=0):
    """Who sits where, by number."""
    seated = {}
    for who in sorted({owner for owner, slot in room.laid if slot == "chair"}):
        own = room.own(who)
        if own["roles"][turn] != "out":
            seated.setdefault(own["tables"][turn], []).append(who)
    return seated


def round_played(n=9, checks="right", value="4", **set_up):
    """A whole round: each teller says that it was right, and felt heard."""
    room = talking(n, **set_up)
    for turn in range(room.room.rounds):
        to(room, turn, "check")
        for who in who_is(room, "teller", turn):
            room.by(who, "check", answer=checks)
        to(room, turn, "fb")
        for who in who_is(room, "teller", turn):
            room.by(who, "heard", value=value)
    return to(room, room.room.rounds - 1, "fb", into=LENGTHS["fb"] + 1)


def crowd():
    """Six people who said yes; what some of them said otherwise says nothing of who."""
    return joined(6)


def crowds():
    """The same, with a phone that is shared and somebody who interprets among them; and in twos,
    where three divide the time."""
    with_help = joined(4)
    with_help.by("p04", "join", people=3).by("p05", "join", interprets="yes", languages="nl,en")
    in_twos = joined(2, size=2).by("p05", "join", people=3).by("p06", "join")
    return [crowd(), with_help.move("join_in", on="yes"), in_twos]


# -- taking part


def test_who_says_nothing_or_not_now_is_not_seated():
    room = joined(6)
    room.by("p05", "join", **{"as": "no"})
    room.move("next")
    assert sorted(who for people in tables(room).values() for who in people) == NAMES[:5]


@pytest.mark.parametrize(
    "n", [*range(2, 14), *(pytest.param(n, marks=pytest.mark.long) for n in range(14, 31))]
)
def test_everybody_has_one_chair_and_one_turn(n):
    room = talking(n)
    told = Counter(who for turn in range(3) for who in who_is(room, "teller", turn))
    assert sorted(told) == NAMES[:n] and set(told.values()) == {1}
    for turn in range(3):
        for people in tables(room, turn).values():
            roles = Counter(room.own(who)["roles"][turn] for who in people)
            assert roles in (Counter(teller=1, listener=1, observer=1),
                             Counter(teller=1, listener=1), Counter(deeper=2))  # fmt: skip


def test_a_pair_among_trios_goes_one_layer_deeper_and_ends_on_the_same_gong():
    room = talking(5)
    pair = next(people for people in tables(room).values() if len(people) == 2)
    assert [room.own(pair[0])["roles"][n] for n in range(3)][2] == "deeper"
    assert room.phone["parts"][-1]["to"] == room.stage.data["schedule"]["parts"][-1]["to"]


def test_who_watches_has_no_turn_and_is_not_counted_for_the_sizes():
    room = joined(6)
    room.by("p06", "join", **{"as": "watch"})
    room.move("next").move("next")
    assert [room.own("p06")["roles"][n] for n in range(3)] == ["company"] * 3


# -- time


def test_one_clock_for_the_room():
    room = talking(9)
    parts = room.phone["parts"]
    assert [part["name"] for part in parts[:6]] == list(LENGTHS)
    assert parts[-1]["to"] - parts[0]["from"] == 3 * TURN


@pytest.mark.parametrize(
    ("preset", "size", "minutes"), [("vloer", 2, 9.5), ("kort", 3, 17.5), ("standaard", 3, 25.5),
                                    ("diep", 3, 45)]
)  # fmt: skip
def test_the_presets_last_as_long_as_they_say(preset, size, minutes):
    plan = Listening(size=size, preset=preset).plan()
    assert sum(length for _, _, length in plan) == minutes * 60


def test_a_time_factor_stretches_and_rounds_to_a_quarter_minute():
    plan = Listening(preset="kort", time_factor=1.25).plan()
    assert dict((name, length) for name, turn, length in plan if turn == 0)["tell"] == 150
    assert all(length % 15 == 0 for _, _, length in plan)


def test_a_pause_of_37_seconds_shifts_the_end_by_37_seconds():
    room = to(talking(6), 0, "tell")
    end = room.phone["parts"][-1]["to"]
    room.at -= 10
    room.move("pause").waits(27).move("resume")
    assert room.phone["parts"][-1]["to"] == end + 37


def test_the_check_is_not_skipped_by_people_nor_by_mistake():
    room = to(talking(6), 0, "check")
    room.at -= 10
    with pytest.raises(Refused, match="check_stays"):
        room.move("next")
    with pytest.raises(Refused):
        room.by("p00", "ready")
    room.at -= 5
    assert room.move("skip", force=True).phone["parts"][3]["to"] == room.at


def test_next_goes_to_the_next_part_and_after_the_last_to_looking_together():
    room = talking(6).move("next")
    assert room.phone["parts"][0]["to"] == room.at
    to(room, 2, "fb", into=999)
    assert room.move("next").phone["stand"] == "debrief"


def test_stopping_calmly_leaves_only_the_words_after():
    room = to(talking(6), 0, "tell").move("stop")
    assert [part["name"] for part in room.phone["parts"]] == ["land", "tell", "fb"]


def test_a_table_at_its_own_pace_goes_on_when_it_is_ready():
    room = to(talking(6, sync="group"), 0, "tell")
    who = room.own("p00")
    before = [who["parts"][1]["to"]]
    room.by("p00", "ready")
    mates = [one for one in NAMES[:6] if room.own(one)["table"] == who["table"]]
    others = [one for one in NAMES[:6] if one not in mates]
    assert {room.own(one)["parts"][1]["to"] for one in mates} == {room.at}
    assert [room.own(others[0])["parts"][1]["to"]] == before


# -- while people talk


def test_after_almost_the_listener_tries_once_more():
    room = to(talking(3), 0, "check")
    (teller,), (listener,) = who_is(room, "teller", 0), who_is(room, "listener", 0)
    room.by(teller, "check", answer="almost")
    assert room.own(listener)["turns"][0]["again"] is True
    to(room, 0, "ask").by(teller, "check", answer="right")
    assert room.own(teller)["answers"] == {"check.0": "almost", "second.0": "right"}


def test_only_the_teller_says_whether_it_is_right():
    room = to(talking(3), 0, "check")
    (listener,) = who_is(room, "listener", 0)
    with pytest.raises(Refused, match="not_your_role"):
        room.by(listener, "check", answer="right")


def test_nothing_is_right_before_anything_was_summed_up():
    room = to(talking(3), 0, "tell")
    with pytest.raises(Refused, match="not_open_yet"):
        room.by(who_is(room, "teller", 0)[0], "check", answer="right")


def test_what_the_observer_counts_reaches_the_listener_alone():
    room = to(talking(3, observer="full"), 0, "ask")
    (observer,), (listener,) = who_is(room, "observer", 0), who_is(room, "listener", 0)
    room.by(observer, "tally", what="open").by(observer, "tally", what="open")
    room.by(observer, "tally", what="advice").by(observer, "tally", what="feeling")
    assert room.own(listener)["turns"][0]["tallied"] == {"open": 2, "advice": 1}
    (teller,) = who_is(room, "teller", 0)
    assert "tallied" not in room.own(teller)["turns"][0]
    room.by(observer, "tally", what="open", less=True)
    assert room.own(observer)["turns"][0]["counts"] == {"open": 1, "advice": 1}


def test_who_passes_is_offered_the_last_turn():
    room = to(talking(3), 0, "land")
    order = [who_is(room, "teller", n)[0] for n in range(3)]
    room.by(order[0], "pass")
    assert [who_is(room, "teller", n)[0] for n in range(3)] == [order[1], order[2], order[0]]


def test_who_passed_may_tell_after_all_while_it_is_still_being_told():
    room = to(talking(3), 0, "land")
    order = [who_is(room, "teller", n)[0] for n in range(3)]
    room.by(order[0], "pass")
    assert room.own(order[0])["passed"] == [0] and room.own(order[1])["passed"] == []
    with pytest.raises(Refused, match="nothing_to_answer_here"):
        room.by(order[1], "tell_after_all")
    room.touched.clear()
    to(room, 0, "tell").by(order[0], "tell_after_all")
    assert [who_is(room, "teller", n)[0] for n in range(3)] == order
    assert len(room.touched) == 3 and room.own(order[0])["passed"] == []
    room.by(order[0], "pass")
    for turn, part in ((0, "sum"), (1, "land")):
        with pytest.raises(Refused):
            to(room, turn, part).by(order[0], "tell_after_all")


def test_who_tells_says_how_it_was_no_sooner_than_they_have_told():
    room = to(talking(3), 0, "tell")
    (teller,) = who_is(room, "teller", 0)
    with pytest.raises(Refused, match="not_your_role"):
        room.by(teller, "heard", value="4", turn=0)
    to(room, 0, "sum").by(teller, "heard", value="4", turn=0)
    assert [body["value"] for body in room.scene.bodies("heard")] == ["4"]


def test_a_turn_far_ahead_is_refused_before_anything_is_counted(monkeypatch):
    room = to(talking(3), 0, "check")
    (teller,), asked = who_is(room, "teller", 0), []
    monkeypatch.setattr(type(room.room), "at_turn", lambda *_: asked.append(1))
    with pytest.raises(Refused, match="not_open_yet"):
        room.by(teller, "check", answer="right", turn=9999)
    assert asked == []


def test_at_its_own_pace_a_pass_is_taken_back_by_the_clock_of_the_table():
    room = to(talking(6, sync="group"), 0, "land")
    tellers = who_is(room, "teller", 0)
    for who in tellers:
        room.by(who, "pass")
    room.by(tellers[0], "ready").waits(4).by(tellers[0], "ready")
    with pytest.raises(Refused, match="too_late_for_that"):
        room.by(tellers[0], "tell_after_all")
    assert room.by(tellers[1], "tell_after_all").own(tellers[1])["roles"][0] == "teller"


def test_away_destroys_the_written_summary_at_once():
    room = to(talking(3, summary_mode="note"), 0, "check")
    (teller,), (listener,) = who_is(room, "teller", 0), who_is(room, "listener", 0)
    room.by(listener, "draft", text="canary: het was te druk")
    assert room.own(teller)["turns"][0]["draft"] == "canary: het was te druk"
    room.by(teller, "verdict", answer="away")
    assert "canary" not in str([e.body for e in room.laid.values()])


def test_the_teller_changes_a_summary_in_their_own_words_and_keeps_it():
    room = to(talking(3, summary_mode="note"), 0, "check")
    (teller,), (listener,) = who_is(room, "teller", 0), who_is(room, "listener", 0)
    room.by(listener, "draft", text="het was te druk")
    room.by(teller, "verdict", answer="change", text="het was te druk voor mij")
    assert room.own(teller)["turns"][0]["confirmed"] is True
    assert room.results.items == ()


@pytest.mark.parametrize(("shared", "kept_texts"), [(4, 0), (5, 5)])
def test_a_harvest_needs_five(shared, kept_texts):
    room = talking(15, summary_mode="note", share=True)
    to(room, 0, "check")
    tellers = who_is(room, "teller", 0)
    for n, teller in enumerate(tellers[:shared]):
        table = room.own(teller)["table"]
        listener = next(w for w in who_is(room, "listener", 0) if room.own(w)["table"] == table)
        room.by(listener, "draft", text=f"samenvatting {n}")
        room.by(teller, "verdict", answer="right", share=True)
    room.waits(9999).move("next").move("harvest", on="yes")
    assert len(room.results.items) == kept_texts
    assert all(item["confirmed"] for item in room.results.items)


def test_a_tip_during_telling_comes_at_the_summary():
    room = to(talking(6), 0, "tell")
    room.at -= 10
    room.move("tip", id="their_word")
    summary = next(part for part in room.phone["parts"] if part["name"] == "sum")
    assert room.phone["tip"]["from"] == summary["from"]
    with pytest.raises(Refused, match="one_tip_a_part"):
        room.move("tip", id="feeling")


@pytest.mark.parametrize(("fields", "no"), [
    ({}, "write_something_first"), ({"id": "", "text": "  ", "role": "teller"}, "write_something_first"),
    ({"id": "own_words"}, "not_understood"), ({"id": ["short"]}, "not_understood"),
    ({"id": "short", "table": "x"}, "not_understood"), ({"id": "short", "role": "boss"}, "choose_one_first"),
])  # fmt: skip
@pytest.mark.parametrize("sync", ["room", "group"])
def test_an_empty_or_unknown_tip_is_refused_and_uses_nothing_up(sync, fields, no):
    room = to(talking(6, sync=sync), 0, "sum")
    with pytest.raises(Refused, match=no):
        room.move("tip", **fields)
    assert room.console["tip"] is None and room.move("tip", id="short").console["tip"]


def test_the_tips_that_are_known_are_those_with_words():
    page = (TEMPLATES / "activities/listening/tips.html").read_text()
    by_part, words = page.split("{% macro tip_text(id, aids=false) %}")
    assert set(re.findall(r'^  "(\w+)": _', words, re.M)) == hints.TIPS
    named = re.findall(r'"(\w+)"', by_part.split("{% set tips = {")[1])
    assert {one for one in named if one not in (*PARTS, "mixed")} == hints.TIPS
    assert len(hints.TIPS) == 24


@pytest.mark.parametrize("sync", ["room", "group"])
@pytest.mark.parametrize("role", ["all", "listener"])
def test_a_tip_for_one_table_reaches_its_phones_and_no_other(house, sync, role):
    room = to(talking(9, sync=sync), 0, "sum")
    room.move("tip", text="Noem ook het gevoel.", role=role, table="2")
    assert room.phone["tip"] is None and room.screen["tip"] is None
    drawn = Drawn(house)
    assert "Noem ook" not in drawn.phone(room) + drawn.screen(room)
    assert "Verstuurd naar tafel 2: Noem ook het gevoel." in words(drawn.console(room))
    for who in NAMES[:9]:
        own = room.own(who)
        assert ("Noem ook" in drawn.own(room, who)) is (own["table"] == 2)
        if own["table"] == 2:
            assert own["tip"]["role"] == role and own["tip"]["from"] == room.at
    html = drawn.console(room)
    form = html.split('data-move="tip"')[1].split("</form>")[0]
    assert all(f'value="{n}"' in form or f"value={n}" in form for n in range(4))


def test_while_people_tell_a_tip_for_one_table_waits_too():
    room = to(talking(9), 0, "tell")
    room.at -= 10
    room.move("tip", id="short", table=1)
    summary = next(part for part in room.phone["parts"] if part["name"] == "sum")
    at_1 = next(who for who in NAMES if room.own(who)["table"] == 1)
    assert room.own(at_1)["tip"]["from"] == summary["from"]


def test_a_waiting_tip_goes_along_when_the_talk_is_moved():
    room = to(talking(6), 0, "tell")
    room.at -= 10
    room.move("tip", id="their_word").move("extend", seconds=30)
    summary = next(part for part in room.phone["parts"] if part["name"] == "sum")
    assert room.phone["tip"]["from"] == summary["from"]


def reads_tip(room, who):
    """Whether this phone shows a tip now. While the clock stands still its time does too."""
    own = room.own(who)
    tip = own.get("tip") or (None if room.room.own_pace else room.phone["tip"])
    stands = own["paused_at"] if "parts" in own else room.phone["paused_at"]
    return bool(tip) and tip["from"] <= (room.at if stands is None else stands) < tip["to"]


@pytest.mark.parametrize("sync", ["room", "group"])
@pytest.mark.parametrize("table", [0, 1])
@pytest.mark.parametrize("waited", [20, 200])
@pytest.mark.parametrize("lasts", [5, 12, 100])
def test_a_tip_while_the_clock_stands_still_is_read_and_does_not_come_back(
    sync, table, waited, lasts
):
    room = to(talking(6, sync=sync), 0, "sum", into=-5).move("pause").waits(waited)
    at_1 = next(who for who in NAMES if room.own(who)["table"] == 1)
    assert not reads_tip(room, at_1)
    sent = room.move("tip", id="short", table=table).at
    assert reads_tip(room, at_1), "at once"
    room.waits(lasts)
    assert reads_tip(room, at_1), "no time goes by"
    back = room.waits(-10).move("resume").at
    for second in range(40):
        room.at = back + second
        assert reads_tip(room, at_1) is (back + second < sent + 15), second


@pytest.mark.parametrize("sync", ["room", "group"])
def test_a_tip_while_the_clock_stands_still_in_telling_waits_for_the_summary(sync):
    room = to(talking(6, sync=sync), 0, "tell", into=-5).move("pause").waits(90)
    room.move("tip", id="short")
    who = NAMES[0]
    assert not reads_tip(room, who)
    room.move("resume")
    parts = room.own(who).get("parts") or room.phone["parts"]
    summary = next(part for part in parts if part["name"] == "sum")
    assert summary["from"] > room.at and not reads_tip(room, who)
    room.at = summary["from"]
    assert reads_tip(room, who) and not reads_tip(room.waits(15), who)


@pytest.mark.parametrize("role", ["teller", "listener", "observer", "all"])
def test_with_a_neighbour_a_tip_is_for_all(house, role):
    room = play(Listening(find="neighbour", size=2, lengths=LENGTHS)).move("next")
    to(room, 0, "sum")
    assert "Voor wie" not in words(Drawn(house).console(room))
    room.move("tip", id="short", role=role, table=1)
    assert (room.phone["tip"]["role"], room.phone["tip"]["table"]) == ("all", 0)
    page = Drawn(house).phone(room)
    assert "data-role" not in page.split('<p class="tip"')[1].split(">")[0]
    assert "In 1 of 2 zinnen" in words(page) and "In 1 of 2 zinnen" in words(
        Drawn(house).screen(room)
    )


def test_at_tables_a_tip_is_still_for_whom_one_chooses(house):
    assert "Voor wie" in words(Drawn(house).console(to(talking(6), 0, "sum")))


def test_a_second_call_for_help_is_seen_again():
    room = to(talking(6), 0, "tell").by("p00", "help", reason="time")
    table = room.own("p00")["table"]
    room.move("seen", table=table)
    assert not any(one["help"] for one in room.console["tables"])
    room.by("p00", "help", reason="over").by("p00", "help", reason="tension")
    assert [one["help"] for one in room.console["tables"] if one["help"]] == ["tension"]


def test_help_is_seen_by_the_console_alone():
    room = to(talking(6), 0, "tell").by("p00", "help", reason="tension")
    assert "tension" in str(room.console["tables"])
    assert "tension" not in str(room.screen) + str(room.phone) + str(room.own("p01"))


# -- coming and going


@pytest.mark.parametrize("n", [3, 4, 5, 6, 7, 8])
@pytest.mark.parametrize("part", ["land", "tell", "sum", "check", "ask", "fb"])
@pytest.mark.parametrize("turn", [0, 1, 2])
def test_a_latecomer_reshuffles_nobody_and_ends_on_a_chair(n, part, turn):
    room = to(talking(n), turn, part)
    before = {who: (room.own(who)["table"], room.own(who)["roles"][: turn + 1])
              for who in NAMES[:n]}  # fmt: skip
    turns = Counter(w for t in range(3) for w in who_is(room, "teller", t))
    room.by("late", "join")
    after = {who: (room.own(who)["table"], room.own(who)["roles"][: turn + 1])
             for who in NAMES[:n]}  # fmt: skip
    assert after == before
    again = Counter(w for t in range(3) for w in who_is(room, "teller", t))
    assert all(again[who] == 1 for who in turns)
    roles = room.own("late")["roles"]
    assert roles[turn] == ("waiting" if turn < 2 else "company")
    assert not {"waiting", "without", "too_late"} & {*roles[turn + 1 :]} and "alone" not in roles


def test_two_latecomers_in_the_first_turn_are_a_pair_with_a_turn_each():
    room = to(talking(6), 0, "tell").by("late", "join").by("later", "join")
    assert room.own("late")["tables"][1] == room.own("later")["tables"][1] == 3
    told = [who for n in (1, 2) for who in who_is(room, "teller", n) if "late" in who]
    assert sorted(told) == ["late", "later"]


def test_while_all_gather_a_pair_becomes_a_trio_and_else_two_wait_for_each_other():
    room = gathered(5).by("late", "join")
    assert sorted(map(len, tables(room).values())) == [3, 3]
    room.by("l2", "join")
    assert room.own("l2")["table"] == 0 and room.console["waiting"] == 1
    room.by("l3", "join")
    assert room.own("l2")["table"] == room.own("l3")["table"] == 3


def test_a_phone_that_sleeps_keeps_its_chair():
    room = talking(6)
    before = [room.own(who) for who in NAMES[:6]]
    room.waits(30)
    assert [room.own(who)["roles"] for who in NAMES[:6]] == [one["roles"] for one in before]


@pytest.mark.parametrize("part", ["land", "tell"])
@pytest.mark.parametrize("said", [False, True])
@pytest.mark.parametrize("size", [3, 2])
def test_when_the_teller_is_gone_the_next_one_tells_and_the_turn_waits_for_who_returns(
    part, said, size
):
    room = to(talking(3, size=size), 0, part)  # in twos three divide the time
    order = [who_is(room, "teller", n)[0] for n in range(3)]
    room.by(
        *((order[1], "gone") if said else (order[0], "leave")),
        **({"role": "teller"} if said else {}),
    )
    assert [room.own(who)["roles"][0] for who in order] == ["out", "teller", "listener"]
    assert room.own(order[2])["roles"][1:] == ["teller", "deeper"]
    room.by(order[0], "join")
    assert [who_is(room, "teller", n)[0] for n in range(3)] == [order[1], order[2], order[0]]


def test_who_leaves_when_they_have_told_is_not_offered_another_turn():
    room = to(talking(3), 0, "sum")
    order = [who_is(room, "teller", n)[0] for n in range(3)]
    room.by(order[0], "leave")
    assert {room.own(who)["roles"][0] for who in order[1:]} == {"deeper"}
    room.by(order[0], "join")
    assert [who_is(room, "teller", n)[0] for n in range(3)] == order


def test_a_listener_who_is_gone_for_a_moment_keeps_their_turn():
    room = to(talking(3), 0, "land")
    order = [who_is(room, "teller", n)[0] for n in range(3)]
    room.by(order[1], "leave")
    to(room, 0, "sum").by(order[1], "join")
    assert [who_is(room, "teller", n)[0] for n in range(3)] == order


def test_the_last_to_tell_is_gone_and_the_others_who_told_talk_on():
    room = to(talking(3), 2, "tell")
    (teller,) = who_is(room, "teller", 2)
    room.by(teller, "leave")
    others = [who for who in NAMES[:3] if who != teller]
    assert {room.own(who)["roles"][2] for who in others} == {"deeper"}


def test_when_the_listener_leaves_the_observer_listens():
    room = to(talking(3), 0, "tell")
    (listener,), (observer,) = who_is(room, "listener", 0), who_is(room, "observer", 0)
    room.by(listener, "leave")
    assert room.own(observer)["roles"][0] == "listener"


def test_who_is_left_alone_joins_another_table_at_once():
    room = to(talking(5), 0, "tell")
    pair = next(people for people in tables(room).values() if len(people) == 2)
    room.by(pair[0], "leave")
    assert room.own(pair[1])["roles"][0] == "company"
    assert len(tables(room)) == 1


def test_a_table_says_that_somebody_is_gone_and_they_may_come_back():
    room = to(talking(3), 0, "tell")
    (teller,), (listener,) = who_is(room, "teller", 0), who_is(room, "listener", 0)
    room.by(teller, "gone", role="listener")
    assert room.own(listener)["roles"][0] == "out"
    room.by(listener, "join")
    assert room.own(listener)["roles"][0] == "listener"


def test_another_table_once_and_silently():
    room = gathered(6)
    before = room.own("p00")["table"]
    room.by("p00", "other")
    assert room.own("p00")["table"] != before
    assert sorted(map(len, tables(room).values())) == [3, 3]
    with pytest.raises(Refused, match="once_is_enough"):
        room.by("p00", "other")
    with pytest.raises(Refused, match="too_late_for_that"):
        room.waits(60).by("p01", "other")


# -- what is measured


def test_too_few_answers_or_groups_show_no_figure():
    assert round_played(3).move("next").screen["panels"]["heard"] is None  # three of one group
    assert round_played(6).move("next").screen["panels"]["heard"] is None  # six of two groups
    shown = round_played(9).move("next").screen["panels"]["heard"]
    assert shown == {"of_ten": 10, "n": 9, "part": 9}


@pytest.mark.parametrize(("answers", "shown"), [(4, False), (5, True)])
def test_four_answers_are_none(answers, shown):
    room = talking(15)
    to(room, 0, "fb")
    for who in who_is(room, "teller", 0)[:answers]:
        room.by(who, "heard", value="5")
    to(room, 2, "fb", into=999).move("next")
    assert bool(room.screen["panels"]["heard"]) is shown
    assert bool(room.results.findings) is shown


def test_what_is_kept_names_no_table_and_no_chair():
    room = round_played(9).move("next")
    written = str(kept(room.results))
    for hidden in ("table", "chair", "turn", *(e.id for e in room.laid.values())):
        assert hidden not in written
    assert {f.measure: f.value for f in room.results.findings}["summary"]["right"] == 9


def test_room_and_remote_are_compared_only_when_both_can_be_told():
    room = play(Listening(lengths=LENGTHS))
    for n, who in enumerate(NAMES[:24]):
        room.about[who] = {"side": "remote" if n % 2 else "room"}
        room.by(who, "join")
    room.move("next").move("next")
    for turn in range(3):
        to(room, turn, "fb")
        for who in who_is(room, "teller", turn):
            room.by(who, "heard", value="4")
    measured = [f.measure for f in room.results.findings]
    assert {"heard:room", "heard:remote"} <= set(measured)


def test_the_console_gets_the_uncertainty_and_nobody_else():
    room = round_played(9).move("next")
    low, high = room.console["intervals"]["heard"]
    assert 0.69 < low < 0.71 and high == 1.0
    assert "intervals" not in room.screen and "intervals" not in room.phone


def observed(room, turns=3, advice=2, asked=True):
    """In these turns each observer counts an open question, advice, and whether it was asked."""
    for turn in range(turns):
        to(room, turn, "ask")
        for who in who_is(room, "observer", turn):
            for what in ("open", *["advice"] * advice, *["asked_right"] * asked):
                room.by(who, "tally", what=what, turn=turn)
    return to(room, 2, "fb", into=LENGTHS["fb"] + 1).move("next")


def test_how_often_it_was_asked_is_kept_for_the_whole_room():
    found = {f.measure: f for f in observed(talking(9, observer="full")).results.findings}
    assert (found["asked"].value, found["asked"].n) == (9, 9)
    assert found["questions"].value["advice"] == 18 and found["questions"].n == 9
    found = {
        f.measure: f for f in observed(talking(9, observer="full"), asked=False).results.findings
    }
    assert (found["asked"].value, found["asked"].n) == (0, 9)


@pytest.mark.parametrize(("people", "turns"), [(6, 3), (9, 1)])
def test_of_two_tables_or_four_turns_it_is_not_kept(people, turns):
    measured = {
        f.measure for f in observed(talking(people, observer="full"), turns).results.findings
    }
    assert "asked" not in measured


def test_rounds_can_be_followed_by_what_they_keep():
    rounds = [
        observed(talking(9, preset="kort", observer="full"), advice=4),
        observed(talking(9, observer="full"), advice=1),
    ]
    told = [{"date": f"2026-0{n}-01", "activities": [kept(room.results)]}
            for n, room in enumerate(rounds, 1)]  # fmt: skip
    lines = {line["name"]: line for line in followed(Listening.trend, told)}
    assert set(lines) == {"asked", "open", "advice"}, "nobody said how it was to be heard"
    assert [p["counted"] for p in lines["advice"]["points"]] == [(36, 9), (9, 9)]
    assert [p["counted"] for p in lines["open"]["points"]] == [(9, 45), (9, 18)]
    assert lines["advice"]["verdict"] == "less" and lines["asked"]["verdict"] == "unclear"
    assert all(line["other_form"] for line in lines.values())


def test_with_a_neighbour_there_is_no_matching():
    room = play(Listening(find="neighbour", size=2, preset="vloer")).move("next")
    assert room.phone["stand"] == "talk"
    room.waits(190)
    for who in NAMES[:6]:
        room.by(who, "check", answer="right")
    room.waits(999).move("next")
    assert room.screen["panels"]["summary"]["of_ten"] == 10


# -- with nobody who leads


def halts(room):
    """When the clock stops by itself, in seconds of the talk."""
    begun = room.stage.data["schedule"]["parts"][0]["from"] if "schedule" in room.stage.data else 0
    found = room.room.halts_at(room.stage, room.at)
    return found and found - begun


def test_with_nobody_who_leads_it_waits_at_the_swap():
    room = talking(6)
    assert halts(to(room, 0, "tell")) == TURN
    assert halts(to(room, 1, "check")) == 2 * TURN
    assert halts(to(room, 2, "land")) is None, "after the last turn nothing begins"


def test_before_the_talk_in_a_pause_and_after_stop_nothing_waits():
    assert halts(joined(6)) is None and halts(gathered(6)) is None
    room = to(talking(6), 0, "tell")
    assert halts(room.move("pause")) is None
    assert halts(room.move("resume").move("stop")) is None


def test_tables_at_their_own_pace_wait_for_nobody():
    assert halts(to(talking(6, sync="group"), 0, "tell")) is None
