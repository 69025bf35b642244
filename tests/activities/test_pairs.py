"""Pairs: the schedule is in the view, so a clock on any phone is right without asking. At tables
nobody is left alone, whoever comes and goes."""

from __future__ import annotations

import re
from random import Random

import pytest

from facilitator.activities.pairs import Pairs
from facilitator.domain.activity import Refused
from facilitator.domain.sitting import END
from facilitator.web.still import still
from tests.drawn import Drawn, words
from tests.play import play

ROOM = Pairs(tell=75, sum_up=45, choose=60, minutes=5)
NAMES = [f"p{n:02}" for n in range(40)]
PARTS = {"tell_1": 0, "sum_1": 75, "tell_2": 120, "sum_2": 195, "choose": 240, "after": 300}


def crowd():
    return play(ROOM)


def crowds():
    """All ways in which people can be here: with a neighbour, at tables, in a call."""
    with_help = joined(4).by("p04", "join", people=3)
    with_help.by("p05", "join", interprets="yes", languages="nl,en").by("p06", "join", people=2)
    return [crowd(), joined(6), joined(7, find="remote"), with_help.move("join_in", on="yes")]


def joined(n, find="table", **set_up):
    """People who said yes, before there are tables."""
    room = play(Pairs(find=find, **set_up))
    for who in NAMES[:n]:
        room.by(who, "join")
    return room


def gathered(n, **set_up):
    return joined(n, **set_up).move("next")


def talking(n, **set_up):
    """The first second of the first part."""
    return gathered(n, **set_up).move("next").waits(1)


def to(room, part):
    """Go on to the first second of a part."""
    room.at = room.stage.since + PARTS[part] + 1
    return room


def people(room):
    """Everybody who ever took part."""
    return sorted({owner for owner, slot in room.laid if slot == "chair"})


def tables(room, turn=0):
    """Who sits where in a turn, by number."""
    seated = {}
    for who in people(room):
        own = room.own(who)
        n = place(room, own, turn)
        if own["roles"][n] not in ("out", "waiting"):
            seated.setdefault(own["tables"][n], []).append(who)
    return seated


def place(room, own, turn):
    """Which of my turns is on in a turn of the room; a table of three goes by its own."""
    if len(own["roles"]) == room.room.rounds:
        return turn
    if not own["parts"]:
        return len(own["roles"]) - 1 if turn == 2 else turn
    spans = [part for part in room.phone["parts"] if part["turn"] == turn]
    at = min(max(room.at, spans[0]["from"]), spans[-1]["to"] - 1)
    return next(part["turn"] for part in own["parts"] if at < part["to"])


def role(room, who, turn):
    """What somebody does in a turn of the room."""
    own = room.own(who)
    return own["roles"][place(room, own, turn)]


def sizes(room, turn=0):
    return sorted(map(len, tables(room, turn).values()))


def roles(room, who):
    return room.own(who)["roles"]


def who_is(room, what, turn=0):
    return [who for who in people(room) if role(room, who, turn) == what]


def times(pairs):
    return {part["name"]: (part["from"], part["to"]) for part in pairs.screen["parts"]}


def test_the_phone_lies_face_down():
    with pytest.raises(Refused, match="nothing_to_answer_here"):
        crowd().by("an", "ready")
    assert ROOM.slots() == ()


def test_each_tells_and_each_sums_up_then_they_choose():
    assert times(crowd()) == {
        "tell_1": (1000, 1075),
        "sum_1": (1075, 1120),
        "tell_2": (1120, 1195),
        "sum_2": (1195, 1240),
        "choose": (1240, 1300),
    }


def test_everyone_has_the_same_schedule():
    pairs = crowd()
    assert pairs.screen == pairs.console
    assert pairs.phone == {k: v for k, v in pairs.screen.items() if k != "signals"}


def test_without_choosing_the_talk_ends_after_the_second_summary():
    assert list(times(play(Pairs(choose=0)))) == ["tell_1", "sum_1", "tell_2", "sum_2"]


def test_a_view_never_depends_on_the_moment_of_looking():
    pairs = crowd()
    before = pairs.screen
    pairs.at += 500
    assert pairs.screen == before


def test_a_pause_moves_everything_that_follows():
    pairs = crowd().move("pause")  # at 1010
    assert pairs.screen["paused_at"] == 1010
    pairs.at += 40
    pairs.move("resume")  # at 1060: fifty seconds later
    assert pairs.screen["paused_at"] is None
    assert times(pairs)["tell_1"] == (1050, 1125)
    assert times(pairs)["choose"] == (1290, 1350)


def test_two_pauses_add_up_and_a_second_pause_is_none():
    pairs = crowd().move("pause").move("pause").move("resume").move("pause").move("resume")
    assert times(pairs)["tell_1"][0] == 1000 + 20 + 10


def test_more_time_goes_to_the_part_that_runs_now():
    pairs = crowd().move("extend", seconds=30)
    assert times(pairs)["tell_1"] == (1000, 1105)
    assert times(pairs)["sum_1"] == (1105, 1150)


def test_an_extension_during_a_pause_goes_to_the_part_that_stands_still():
    pairs = crowd().move("pause")
    pairs.at += 300
    pairs.move("extend", seconds=30).move("resume")
    assert times(pairs)["tell_1"][1] - times(pairs)["tell_1"][0] == 105
    assert times(pairs)["sum_1"][1] - times(pairs)["sum_1"][0] == 45


@pytest.mark.parametrize(
    ("at", "less", "ends"), [(1010, -30, 1045), (1060, -30, 1065), (1072, -30, 1075)]
)
@pytest.mark.parametrize("paused", [False, True])
def test_less_time_ends_the_part_in_five_seconds_at_the_soonest(at, less, ends, paused):
    pairs = crowd()
    pairs.at = at - 10
    before = times(pairs)
    if paused:
        pairs.move("pause").waits(300)
    pairs.move("extend", seconds=less)
    after = times(pairs)
    assert after["tell_1"] == (1000, ends)
    for part in ("sum_1", "tell_2", "sum_2", "choose"):
        assert after[part][1] - after[part][0] == before[part][1] - before[part][0]
    assert ROOM.ends(pairs.stage) == after["choose"][1]


def test_less_time_once_more_takes_nothing_more():
    pairs = crowd().move("extend", seconds=-500).move("extend", seconds=-500)
    assert times(pairs)["tell_1"] == (1000, 1015)
    with_more = pairs.waits(-19).move("extend", seconds=60)
    assert times(with_more)["tell_1"] == (1000, 1075)


def test_after_the_last_part_there_is_no_time_to_give():
    pairs = crowd()
    pairs.at = 1300
    with pytest.raises(Refused, match="time_is_up"):
        pairs.move("extend", seconds=30)


@pytest.mark.parametrize(
    "seconds", [None, "30", True, float("nan"), float("inf"), 10**400, 36_001, [30]]
)
def test_a_time_that_is_none_is_refused(seconds):
    with pytest.raises(Refused, match="not_understood"):
        crowd().move("extend", seconds=seconds)


def test_another_round_starts_the_clock_anew():
    pairs = crowd().move("extend", seconds=30).move("pause")
    pairs.at = 2000
    pairs.move("again")
    assert pairs.screen["paused_at"] is None
    assert times(pairs)["tell_1"] == (2010, 2085)


def test_the_planned_end_knows_of_extensions():
    pairs = crowd()
    assert ROOM.ends(pairs.stage) == 1300
    assert ROOM.ends(pairs.move("extend", seconds=30).stage) == 1330
    assert ROOM.ends(pairs.move("timer", seconds=60).stage) == pairs.at + 60


def test_of_what_neighbours_said_nothing_is_kept():
    results = crowd().results
    assert (results.items, results.findings, results.facts) == ((), (), {})


# -- at tables: taking part


@pytest.mark.parametrize("wrong", [{"find": "phone"}, {"size": 3}])
def test_what_is_no_form_of_pairs_is_refused(wrong):
    with pytest.raises(ValueError, match="is"):
        Pairs(**wrong)


def test_people_say_that_they_take_part_before_there_are_tables():
    room = joined(4)
    assert room.phone["stand"] == "optin" and room.phone["parts"] == []
    assert room.own("p00")["joined"] == "yes" and "table" not in room.own("p00")
    assert [play(Pairs(find="table")).screen["taking"], room.screen["taking"]] == [0, 1]


def test_not_now_is_not_seated_and_saying_nothing_neither():
    room = joined(5).by("p04", "join", **{"as": "no"}).by("shy", "join", **{"as": "no"})
    room.move("next")
    assert sorted(who for table in tables(room).values() for who in table) == NAMES[:4]
    assert room.own("shy")["joined"] == "" and "table" not in room.own("shy")


def test_who_watches_listens_along_and_has_no_turn():
    room = joined(4).by("eye", "join", **{"as": "watch"}).move("next").move("next")
    assert roles(room, "eye") in (["observer", "observer", "company"],)
    assert sizes(room) == [2, 3]
    assert len(who_is(room, "teller", 0)) == len(who_is(room, "teller", 1)) == 2


@pytest.mark.parametrize("n", range(2, 31))
def test_all_sit_in_twos_and_one_table_of_three_when_the_number_is_odd(n):
    room = talking(n)
    assert sizes(room) == [2] * (n // 2 - n % 2) + [3] * (n % 2)
    assert all(roles(room, who).count("teller") == 1 for who in people(room))


def test_one_alone_has_no_table_and_the_console_says_so():
    room = gathered(1)
    assert room.own("p00")["table"] == 0
    assert (room.console["tables"], room.console["unplaced"]) == ([], 1)
    assert room.console["waiting"] == 0


def test_a_remote_round_seats_nobody_in_the_room():
    room = gathered(4, find="remote")
    assert {room.mine(who).body("chair")["side"] for who in NAMES[:4]} == {"remote"}
    assert gathered(4).mine("p00").body("chair")["side"] == "room"


def test_room_and_remote_sit_apart():
    room = play(Pairs(find="table"))
    for n, who in enumerate(NAMES[:8]):
        room.about[who] = {"side": "remote" if n % 2 else "room"}
        room.by(who, "join")
    room.move("next")
    for table in tables(room).values():
        assert len({room.about[who]["side"] for who in table}) == 1
    with pytest.raises(Refused):
        room.move("call", link="javascript:alert(1)")


# -- at tables: who does what


def test_each_phone_is_told_whether_it_begins():
    room = gathered(4)
    for table in tables(room).values():
        assert sorted(roles(room, who) for who in table) == [
            ["listener", "teller", "deeper"], ["teller", "listener", "deeper"]
        ]  # fmt: skip


def test_in_a_trio_each_has_a_turn_within_the_same_time_and_all_speak_when_they_choose():
    room = talking(3)
    assert sorted(roles(room, who) for who in NAMES[:3]) == [
        ["listener", "teller", "observer", "deeper"],
        ["observer", "listener", "teller", "deeper"],
        ["teller", "observer", "listener", "deeper"],
    ]
    own, begin = room.own("p00"), room.stage.since
    assert own["together"] == [3, 3, 3, 3] and own["shares"] == 3
    assert [(part["name"], part["to"] - begin, part["turn"]) for part in own["parts"]] == [
        ("tell_1", 50, 0), ("sum_1", 80, 0), ("tell_2", 130, 1), ("sum_2", 160, 1),
        ("tell_3", 210, 2), ("sum_3", 240, 2), ("choose", 300, 3),
    ]  # fmt: skip


def test_pairs_beside_a_trio_keep_the_time_of_the_room():
    room = talking(5)
    pair = min(tables(room).values(), key=len)
    assert "parts" not in room.own(pair[0]) and len(roles(room, pair[0])) == 3


def gongs(room):
    """When everybody has told and when all is over, by the room and by the table of three."""
    trio = max(tables(room).values(), key=len)
    told = [room.phone["parts"], room.own(trio[0])["parts"]]
    return [[part["to"] for part in parts if part["turn"] == parts[-1]["turn"] - by][-1]
            for parts in told for by in (1, 0)]  # fmt: skip


@pytest.mark.parametrize("seconds", [60, 30, -30])
@pytest.mark.parametrize("part", list(PARTS)[:5])
def test_whatever_is_done_to_the_time_all_end_on_the_same_gong(part, seconds):
    room = to(talking(5), part)
    trio = max(tables(room).values(), key=len)
    before, now = room.own(trio[0])["parts"], room.at
    room.move("extend", seconds=seconds).move("pause").waits(7).move("resume")
    gong, end, own_gong, own_end = gongs(room)
    assert (own_gong, own_end) == (gong, end)
    after = room.own(trio[0])["parts"]
    passed = room.at - now - 20  # as long as the pause was
    for was, part in zip(before, after, strict=True):
        if was["to"] < now:
            assert part["to"] == pytest.approx(was["to"] + passed), "what is past stays"
    ends = [part["to"] for part in after]
    assert ends == sorted(ends) and [part["from"] for part in after[1:]] == ends[:-1]


def own_ends(room, who="p00"):
    """When each part of my own table ends, in seconds of the talk."""
    return [part["to"] - room.stage.since for part in room.own(who)["parts"]]


def test_more_time_is_divided_over_what_three_have_left():
    room = talking(3)
    room.at = room.stage.since + 30
    assert own_ends(room.move("extend", seconds=50)) == [52.5, 90, 152.5, 190, 252.5, 290, 350]
    room.at = room.stage.since + 290 - 10
    assert own_ends(room.move("extend", seconds=20))[-2:] == [290, 370], "at the gong itself"
    room.move("again")
    assert own_ends(room) == [50, 80, 130, 160, 210, 240, 300]


def test_at_a_table_of_three_a_turn_goes_on_to_the_next_when_its_teller_leaves_at_its_beginning():
    room = talking(3)
    second, third = (next(w for w in NAMES[:3] if roles(room, w)[n] == "teller") for n in (1, 2))
    room.at = room.stage.since + 81
    room.by(second, "leave")
    assert roles(room, second) == ["listener", "out", "out", "out"]
    assert roles(room, third) == ["observer", "teller", "deeper", "deeper"]


def test_a_trio_of_whom_one_leaves_keeps_its_time_and_nobody_tells_twice():
    for leaver in range(3):
        for part in list(PARTS)[:4]:
            room = to(talking(3), part)
            gone = who_is(room, ("teller", "listener", "observer")[leaver])[0]
            told_before = roles(room, gone)
            turn = place(room, room.own(gone), 0 if part.endswith("1") else 1)
            room.by(gone, "leave")
            rest = [who for who in NAMES[:3] if who != gone]
            assert all(roles(room, who).count("teller") == 1 for who in rest)
            assert roles(room, gone)[:turn] == told_before[:turn]
            assert set(roles(room, gone)[turn:]) == {"out"}
            assert {len(room.own(who)["parts"]) for who in rest} == {7}
            room.by(gone, "join")
            assert all(roles(room, who).count("teller") <= 1 for who in NAMES[:3])
            assert "out" not in roles(room, gone)


def test_at_a_table_of_three_each_says_who_is_gone_by_the_turn_of_the_table():
    room = talking(3)
    room.at = room.stage.since + 100  # its second turn; in the room it is still the first
    who = {roles(room, one)[1]: one for one in NAMES[:3]}
    room.by(who["teller"], "gone", role="observer")
    assert roles(room, who["observer"])[1:] == ["out"] * 3
    assert roles(room, who["observer"])[0] == "teller"


def test_who_comes_late_to_three_listens_along_and_takes_nobodys_turn():
    room = talking(3)
    before = {who: roles(room, who) for who in NAMES[:3]}
    room.by("late", "join")
    assert roles(room, "late") == ["waiting", "company", "deeper"]
    assert {who: roles(room, who) for who in NAMES[:3]} == before
    room.at = room.stage.since + 130
    assert roles(room, "late") == ["waiting", "company", "company", "deeper"]
    assert {who: roles(room, who) for who in NAMES[:3]} == before


def test_begun_again_a_trio_has_its_whole_time_and_one_that_became_a_pair_that_of_the_room():
    room = to(talking(5), "tell_2").move("extend", seconds=30)
    trio = max(tables(room).values(), key=len)
    room.move("again")
    assert [part["to"] - room.at for part in room.own(trio[0])["parts"]][-1] == 300
    room.by(trio[0], "leave").move("again")
    assert {room.own(who)["shares"] for who in trio[1:]} == {2}


def test_four_at_a_table_have_a_turn_each_too():
    room = gathered(5)
    pair, trio = sorted(tables(room).values(), key=len)
    room.by(pair[0], "leave").move("next")
    four = [*trio, pair[1]]
    assert [roles(room, who).count("teller") for who in four] == [1] * 4
    assert {len(room.own(who)["parts"]) for who in four} == {9}
    room.waits(1).by("late", "join")
    assert room.own(trio[0])["together"] == [4] * 5
    room.at = room.stage.since + 121  # their third turn, and the second of the room
    assert room.own(trio[0])["together"] == [4, 4, 5, 5, 5]
    assert roles(room, "late") == ["waiting", "waiting", "company", "company", "deeper"]


# -- with nobody who leads


def halts(room):
    """When the clock stops by itself, in seconds of the talk."""
    found = room.room.halts_at(room.stage, room.at)
    return found and found - room.screen["parts"][0]["from"]


def all_halts(room):
    """When it would stop, seen from several moments."""
    start = room.screen["parts"][0]["from"]
    found = []
    for at in (1, 100, 121, 239, 241, 999):
        room.at = start + at
        found.append(halts(room))
    room.at = start + 1
    return found


@pytest.mark.parametrize("begin", [crowd, lambda: talking(4)])
def test_with_nobody_who_leads_it_waits_at_the_swap_and_before_choosing(begin):
    room = begin()
    assert all_halts(room) == [120, 120, 240, 240, None, None]
    assert halts(room.move("pause")) is None
    assert halts(room.move("resume")) == 120


def test_where_three_share_the_time_it_waits_when_all_have_told():
    assert all_halts(talking(5)) == [240, 240, 240, 240, None, None]
    assert all_halts(talking(5, choose=0)) == [None] * 6
    more = talking(5).move("extend", seconds=30).waits(50).move("extend", seconds=-20)
    assert halts(more) == times(more)["choose"][0] - times(more)["tell_1"][0]


def test_four_who_share_the_time_swap_when_the_room_does():
    room = gathered(5)
    room.by(min(tables(room).values(), key=len)[0], "leave")
    room.at = 1.8e9  # as clocks have it today
    room.move("next").waits(1)
    assert sizes(room) == [4] and all_halts(room) == [120, 120, 240, 240, None, None]
    assert halts(room.move("extend", seconds=1)) == 241, "their swaps are elsewhere now"


def test_before_the_talk_and_after_the_last_turn_nothing_waits():
    assert joined(4).room.halts_at(joined(4).stage, 1000.0) is None
    assert halts(play(Pairs(choose=0)).waits(130)) is None
    room = gathered(4)
    assert room.room.halts_at(room.stage, room.at) is None


def test_without_choosing_there_are_two_turns():
    room = talking(4, choose=0)
    assert {len(roles(room, who)) for who in NAMES[:4]} == {2}
    assert [part["turn"] for part in room.phone["parts"]] == [0, 0, 1, 1]


def test_the_same_parts_on_one_clock_from_when_the_talk_begins():
    room = gathered(4).move("next")
    begin = room.at
    assert times(room) == {name: (begin + a - 1000, begin + b - 1000) for name, (a, b) in
                           times(crowd()).items()}  # fmt: skip
    assert [part["turn"] for part in room.phone["parts"]] == [0, 0, 1, 1, 2]


def test_time_moves_as_it_does_with_a_neighbour():
    room = gathered(4)
    assert room.move("pause").move("extend", seconds=60).phone["paused_at"] is None
    room.move("resume").move("next")
    begin = room.stage.since
    room.move("pause").waits(20).move("resume").move("extend", seconds=30)
    assert times(room)["tell_1"] == (begin + 30, begin + 30 + 75 + 30)


@pytest.mark.parametrize("phases", [0, 1, 2])
def test_there_is_nothing_to_show(phases):
    room = joined(4)
    for _ in range(phases):
        room.move("next")
    with pytest.raises(Refused, match="unknown_move"):
        room.move("show")


def test_locking_makes_tables_and_unlocking_asks_again():
    room = joined(4).move("lock")
    assert sizes(room) == [2, 2]
    room.by("p00", "leave").move("unlock")
    assert room.own("p00")["joined"] == "" and room.own("p01")["joined"] == "yes"
    room.by("p00", "join").move("next")
    assert sizes(room) == [2, 2]


# -- at tables: finding each other


def test_one_tap_says_that_a_table_sits():
    room = gathered(6).by("p00", "ready")
    mine = room.own("p00")["table"]
    assert {t["number"]: t["ready"] for t in room.screen["tables"]} == {
        n: n == mine for n in (1, 2, 3)
    }
    assert all(room.own(who)["ready"] for who in tables(room)[mine])
    with pytest.raises(Refused, match="nothing_to_answer_here"):
        room.move("next").by("p01", "ready")


def test_another_table_once_silently_and_soon():
    room = gathered(6)
    before = room.own("p00")["table"]
    screen = room.screen
    room.by("p00", "other")
    assert room.own("p00")["table"] != before
    assert sizes(room) == [2, 2, 2] and room.screen == screen
    with pytest.raises(Refused, match="once_is_enough"):
        room.by("p00", "other")
    with pytest.raises(Refused, match="too_late_for_that"):
        room.waits(60).by("p01", "other")


def test_nobody_changes_places_with_who_is_not_there():
    room = gathered(4)
    away, _ = next(table for table in tables(room).values() if "p00" not in table)
    assert sizes(room.by(away, "leave")) == [3]
    with pytest.raises(Refused, match="no_other_table"):
        room.by("p00", "other")


@pytest.mark.parametrize("leaver", NAMES[:6])
def test_another_table_is_one_where_somebody_sits(leaver):
    for asker in NAMES[:6]:
        room = gathered(6).by(leaver, "leave")
        if asker == leaver:
            continue
        before = room.own(asker)["table"]
        room.by(asker, "other")
        assert room.own(asker)["table"] != before
        assert sizes(room) == [2, 3]


def test_nobody_takes_the_empty_chair_of_who_left():
    for place in range(3):
        room = gathered(5)
        pair, three = sorted(tables(room).values(), key=len)
        room.by(three[place], "leave").by(pair[0], "other")
        assert sizes(room) == [2, 2]
        assert any(set(table) - {pair[0]} <= set(three) for table in tables(room).values()
                   if pair[0] in table)  # fmt: skip


def test_mixing_anew_is_for_while_people_gather():
    room = gathered(8)
    with pytest.raises(Refused, match="unknown_move"):
        joined(8).move("regroup")
    assert sizes(room.move("regroup")) == [2, 2, 2, 2]
    with pytest.raises(Refused, match="unknown_move"):
        room.move("next").move("regroup")


def test_mixing_anew_takes_in_who_came_and_leaves_out_who_left():
    room = gathered(6).by("p05", "leave").by("late", "join").by("p04", "leave").by("p04", "join")
    room.move("regroup")
    seated = [who for table in tables(room).values() for who in table]
    assert sorted(seated) == ["late", *NAMES[:5]]
    assert [table["people"] for table in room.screen["tables"]] == [2, 2, 2]
    room.by("p05", "join")
    assert room.own("p05")["table"] and sizes(room) == [2, 2, 3]


def test_the_first_to_come_late_while_all_gather_joins_a_pair():
    room = gathered(4)
    before = {who: room.own(who)["table"] for who in NAMES[:4]}
    room.touched.clear()
    room.by("late", "join")
    assert {who: room.own(who)["table"] for who in NAMES[:4]} == before
    assert sizes(room) == [2, 3]
    mates = {room.mine(who).entries["chair"].id for who in tables(room)[room.own("late")["table"]]}
    assert mates - {room.mine("late").entries["chair"].id} <= room.touched


def test_the_second_to_come_late_makes_a_pair_with_the_first():
    room = gathered(4)
    for late, expected in (("l1", [2, 3]), ("l2", [2, 2, 2]), ("l3", [2, 2, 3]), ("l4", [2] * 4)):
        before, touched = {who: room.own(who) for who in people(room)}, room.touched
        touched.clear()
        room.by(late, "join")
        assert sizes(room) == expected and room.console["waiting"] == 0
        moved = {who for who, own in before.items() if room.own(who) != own}
        assert moved <= {who for who in before if room.mine(who).entries["chair"].id in touched}
        assert not [who for who in moved if before[who]["table"] != room.own(who)["table"]
                    and who in NAMES], "nobody who was there is moved"  # fmt: skip
    assert sizes(room.move("next")) == [2] * 4
    told = [who for turn in (0, 1) for who in who_is(room, "teller", turn)]
    assert sorted(told) == people(room)


def test_who_became_a_pair_so_may_leave_again_and_nobody_is_alone():
    for leaver in ("l1", "l2", *NAMES[:4]):
        room = gathered(4).by("l1", "join").by("l2", "join").by(leaver, "leave")
        assert sizes(room) == [2, 3]
        assert sizes(room.by(leaver, "join")) in ([2, 4], [3, 3])


def test_who_waits_is_taken_first_by_the_next_whom_they_fit():
    room = joined(4)
    room.about["far"] = {"languages": "pl"}
    room.about["near"] = {"languages": "nl,pl"}
    room.move("next").by("far", "join")
    assert room.own("far")["table"] == 0
    room.by("near", "join")
    assert room.own("far")["table"] == room.own("near")["table"] == 3
    room.by("third", "join").by("fourth", "join")
    assert sizes(room) == [2, 2, 2, 2]


def test_a_third_comes_to_two_who_found_each_other_late():
    for n in range(12):  # whoever's chair is read first
        room = play(Pairs(find="table"))
        for who in NAMES[:4]:
            room.by(who, "join")
        for who in (f"far{n}", f"away{n}", f"there{n}"):
            room.about[who] = {"side": "remote"}
        room.move("next").by(f"far{n}", "join").by(f"away{n}", "join").by(f"there{n}", "join")
        assert sizes(room) == [2, 2, 3] and {
            room.own(f"{w}{n}")["table"] for w in ("far", "there")
        } == {3}


def test_two_who_fit_no_table_wait_for_each_other():
    room = gathered(4)
    for who in ("far", "away"):
        room.about[who] = {"side": "remote"}
    room.by("far", "join")
    assert room.own("far")["table"] == 0 and room.console["unplaced"] == 1
    room.by("away", "join")
    assert room.own("far")["table"] == room.own("away")["table"] == 3
    assert room.console["waiting"] == room.console["unplaced"] == 0


# -- at tables: coming and going


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("choose", [0, 60])
@pytest.mark.parametrize("part", PARTS)
def test_a_latecomer_changes_no_role_of_now_and_ends_on_a_legal_place(n, part, choose):
    if part == "choose" and not choose:
        return
    room = to(talking(n, choose=choose), part)
    turn = min(room.room.moment(room.scene)[0], room.room.rounds - 1)
    before = {who: (room.own(who)["tables"][: turn + 1], roles(room, who)[: turn + 1])
              for who in NAMES[:n]}  # fmt: skip
    room.by("late", "join")
    assert {who: (room.own(who)["tables"][: turn + 1], roles(room, who)[: turn + 1])
            for who in NAMES[:n]} == before  # fmt: skip
    mine = roles(room, "late")
    if part == "after":
        assert set(mine) == {"too_late"}
        return
    last = turn == room.room.rounds - 1  # then one sits down at once, and listens along
    assert (role(room, "late", turn) == "company") if last else (mine[turn] == "waiting")
    assert set(mine[turn + 1 :]) <= {"observer", "deeper", "company"}
    assert 1 not in [size for t in range(room.room.rounds) for size in sizes(room, t)]


def test_a_latecomer_takes_nobodys_role_at_the_swap():
    room = talking(4)
    before = {who: roles(room, who) for who in NAMES[:4]}
    room.by("late", "join")
    assert roles(room, "late") == ["waiting", "observer", "deeper"]
    assert {who: roles(room, who) for who in NAMES[:4]} == before


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("n", [4, 5, 6, 7])
def test_who_leaves_never_leaves_somebody_alone(n, part):
    for leaver in NAMES[:n]:
        room = to(talking(n), part)
        turn = min(room.room.moment(room.scene)[0], 2)
        room.by(leaver, "leave")
        assert role(room, leaver, turn) == "out"
        assert 1 not in sizes(room, turn) and sum(sizes(room, turn)) == n - 1


def test_when_everybody_leaves_but_one_that_one_is_told():
    room = talking(2)
    room.by("p00", "leave")
    assert roles(room, "p01")[0] == "alone"
    assert [table["people"] for table in room.console["tables"]] == [1]


def test_the_screen_and_the_console_show_the_tables_that_are_left():
    room = gathered(6)
    left = tables(room)[2][0]
    room.by(left, "leave")
    assert sorted(t["people"] for t in room.screen["tables"]) == [2, 3]
    assert 2 not in [t["number"] for t in room.console["tables"]]


def test_a_table_of_two_need_not_say_who_is_gone():
    room = gathered(4)
    gone, mate = tables(room)[1]
    room.by(mate, "gone")
    assert roles(room, gone)[0] == "out"
    assert sizes(room) == [3]
    room.by(gone, "join")
    assert sizes(room) == [4]


@pytest.mark.parametrize("part", list(PARTS)[:5])
def test_the_other_is_gone_in_every_part(part):
    room = to(talking(4), part)
    turn = room.room.moment(room.scene)[0]
    gone, mate = tables(room)[2]
    room.by(mate, "gone")
    assert roles(room, gone)[turn] == "out" and sizes(room, turn) == [3]


def test_a_table_of_three_says_who_is_gone():
    room = talking(3)
    (teller,), (listener,), (third,) = (who_is(room, r) for r in ("teller", "listener", "observer"))
    with pytest.raises(Refused, match="not_understood"):
        room.by(third, "gone")
    room.by(third, "gone", role="listener")
    assert roles(room, listener)[0] == "out"
    assert (roles(room, third)[0], roles(room, teller)[0]) == ("listener", "teller")


def test_who_was_said_to_be_gone_may_come_back_to_their_own_chair():
    room = talking(4)
    gone, mate = tables(room)[1]
    was = roles(room, gone)
    room.by(mate, "gone").by(gone, "join")
    assert room.own(gone)["tables"] == room.own(mate)["tables"]
    assert was[0] in ("teller", "listener") and roles(room, gone)[0] != "out"


def test_who_was_twice_said_to_be_gone_may_come_back_twice():
    room = talking(3)
    gone, mate = who_is(room, "teller")[0], who_is(room, "observer")[0]
    for _ in range(3):
        room.by(mate, "gone", role="teller")
        assert roles(room, gone)[0] == "out"
        assert roles(room.by(gone, "join"), gone)[0] == "teller"


def test_the_facilitator_takes_a_chair_away_and_nobody_is_left_alone():
    room = gathered(4).move("remove", table=1, place=0)
    assert sizes(room) == [3]
    with pytest.raises(Refused, match="not_understood"):
        room.move("remove", table=1, place=0)
    room.move("next").move("remove", table=2, place=3)
    assert sizes(room) == [2]


@pytest.mark.parametrize("chair", [[1, -1], [-1, 0], [1, 4], [0, 0]])
def test_a_chair_that_is_none_is_not_taken_away(chair):
    room = gathered(4)
    with pytest.raises(Refused, match="not_understood"):
        room.move("remove", chair=chair)
    assert sizes(room) == [2, 2]


def test_help_is_seen_by_the_console_alone_until_it_is_seen():
    room = talking(4).by("p00", "help", reason="tension")
    number = room.own("p00")["table"]
    assert [t["help"] for t in room.console["tables"] if t["number"] == number] == ["tension"]
    assert "tension" not in str(room.screen) + str(room.phone) + str(room.own("p01"))
    assert not any(t["help"] for t in room.move("seen", table=number).console["tables"])
    assert room.by("p00", "help", reason="over").own("p00")["help"] == ""


def test_to_begin_again_counts_from_who_is_here_now():
    room = to(talking(6), "tell_2")
    room.by(tables(room)[1][0], "leave")
    room.by(tables(room, 1)[2][0], "leave").by(next(iter(people(room))), "join")
    here = sorted(who for table in tables(room, 1).values() for who in table)
    room.move("again")
    assert times(room)["tell_1"][0] == room.at
    for turn in range(3):
        assert sorted(who for table in tables(room, turn).values() for who in table) == here
        assert 1 not in sizes(room, turn)


def test_back_to_the_tables_and_on_is_a_new_beginning_too():
    room = to(talking(6), "sum_2")
    left = tables(room)[1][0]
    room.by(left, "leave").move("back")
    assert room.phone["stand"] == "gather" and 1 not in sizes(room)
    assert sum(sizes(room)) == 5
    assert sorted(table["people"] for table in room.screen["tables"]) == sizes(room)
    room.move("next")
    assert sum(sizes(room)) == 5 and times(room)["tell_1"][0] == room.at
    room.by(left, "join")
    for turn in range(3):
        assert sum(sizes(room, turn)) == 6 and 1 not in sizes(room, turn)


def test_whoever_came_late_by_a_mistaken_begin_sits_when_all_are_mixed_anew():
    room = talking(4).by("late", "join").by("later", "join").move("back").move("regroup")
    assert sizes(room) == [2, 2, 2]
    assert "waiting" not in roles(room, "late")


def test_who_passes_tells_when_the_other_has_and_may_tell_after_all(house):
    room = to(talking(2), "tell_1")
    (first,), (second,) = who_is(room, "teller", 0), who_is(room, "teller", 1)
    with pytest.raises(Refused, match="not_your_role"):
        room.by(second, "pass")
    with pytest.raises(Refused, match="nothing_to_answer_here"):
        room.by(first, "tell_after_all")
    room.touched.clear()
    room.by(first, "pass")
    assert [who_is(room, "teller", n) for n in (0, 1)] == [[second], [first]]
    assert len(room.touched) == 2, "both phones show it"
    assert room.own(first)["passed"] == [0] and room.own(second)["passed"] == []
    pages = Drawn(house)
    assert "Ik vertel toch" in words(pages.own(room, first))
    assert "Ik vertel toch" not in words(pages.own(room, second))
    room.by(first, "tell_after_all")
    assert [who_is(room, "teller", n) for n in (0, 1)] == [[first], [second]]


@pytest.mark.parametrize("part", ["sum_1", "sum_2", "choose"])
def test_a_turn_that_was_told_is_not_let_go_nor_taken_back(part):
    room = to(talking(2), "tell_1")
    (first,) = who_is(room, "teller", 0)
    room.by(first, "pass")
    to(room, part)
    for who in people(room):
        for name in ("pass", "tell_after_all"):
            with pytest.raises(Refused, match="too_late_for_that"):
                room.by(who, name)


def test_begun_again_a_pass_of_before_is_none():
    room = to(talking(2), "tell_1")
    (first,) = who_is(room, "teller", 0)
    room.by(first, "pass").move("again").waits(1)
    assert room.own(first)["passed"] == [] and who_is(room, "teller", 0) == [first]
    with pytest.raises(Refused, match="nothing_to_answer_here"):
        room.by(first, "tell_after_all")
    room.by(first, "pass")
    assert room.own(first)["passed"] == [0] and who_is(room, "teller", 0) != [first]


def test_at_a_table_of_three_a_pass_goes_by_the_turns_of_the_table():
    room = talking(3)

    def tellers():
        return [next(one for one in people(room) if roles(room, one)[n] == "teller")
                for n in range(3)]  # fmt: skip

    one, two, three = tellers()
    room.by(one, "pass")
    assert tellers() == [two, three, one]
    room.at = room.stage.since + 85  # the second at this table tells; in the room it is summed up
    room.by(three, "pass")
    assert tellers() == [two, one, three]
    assert room.by(three, "tell_after_all").own(three)["passed"] == []
    assert tellers() == [two, three, one]


@pytest.mark.parametrize(
    "seeds", [range(6), pytest.param(range(6, 80), marks=pytest.mark.long)]
)  # fmt: skip
def test_whatever_happens_nobody_is_alone_or_twice_at_a_table(seeds):
    for seed in seeds:
        chance = Random(seed)
        room, away = talking(chance.randint(3, 11)), set()
        came = people(room)
        for step in range(25):
            what = chance.choice(
                ("leave", "gone", "back", "late", "wait", "wait", "again", "gather")
            )
            here = [who for who in came if who not in away]
            if what == "wait":
                room.waits(chance.choice((3, 40)))
            elif what == "leave" and len(here) > 2:
                who = chance.choice(here)
                room.by(who, "leave")
                away.add(who)
            elif what == "gone" and (pair := a_pair(room, here)) and len(here) > 2:
                room.by(pair[0], "gone")
                away.add(pair[1])
            elif what == "back" and away:
                away.discard(who := chance.choice(sorted(away)))
                room.by(who, "join")
            elif what == "late" and len(came) < 16:
                came.append(f"late{step}")
                room.by(came[-1], "join")
            elif what == "again":
                room.move("again")
            elif what == "gather":
                room.move("back")
                if chance.random() < 0.5:
                    room.move("regroup")
                room.move("next")
            check_all(room, came, away, (seed, step, what))


def a_pair(room, here):
    """Two who sit together with nobody else, if there are such."""
    turn = min(room.room.moment(room.scene)[0], room.room.rounds - 1)
    at_table = {}
    for who in here:
        at_table.setdefault(room.own(who)["tables"][turn], []).append(who)
    return next((both for n, both in at_table.items() if n and len(both) == 2), None)


def check_all(room, came, away, where):
    """Nobody twice, nobody alone, nobody who left; who is there sits or waits for a turn."""
    turn = min(room.room.moment(room.scene)[0], room.room.rounds - 1)
    seating, at = room.room.seating(room.scene), (turn, END)
    there = [seating.there(table, at) for table in seating.tables_at(at)]
    seated = [chair for table in there for chair in table]
    ids = {room.mine(who).entries["chair"].id: who for who in came}
    assert len(seated) == len(set(seated)), where
    assert not {ids[chair] for chair in seated} & away, where
    alone = [table for table in there if len(table) == 1]
    assert not alone or len(seated) == 1, where
    for chair in set(ids) - set(seated):
        assert ids[chair] in away or seating.role(chair, at) == "waiting", where
    sharing = {}
    for own in map(room.own, came):
        if own["shares"] > 2:
            sharing.setdefault(own["tables"][0], []).append(own["roles"][: own["shares"]])
    for at_table in sharing.values():
        assert all(roles.count("teller") <= 1 for roles in at_table), (where, "told twice")
        assert all(turn.count("teller") <= 1 for turn in zip(*at_table, strict=True)), where
    for own in map(room.own, came):
        assert len(own["roles"]) == room.room.rounds - 2 + own["shares"], where
        assert len(own["roles"]) == len(own["tables"]) == len(own["together"]), where


def test_of_what_was_told_at_tables_nothing_is_kept():
    room = to(talking(7), "after")
    assert (room.results.items, room.results.findings, room.results.facts) == ((), (), {})


# -- at tables: what there is to read


@pytest.mark.parametrize(("lang", "says"), [("nl", "Eerst vertel jij."), ("en", "First you tell.")])
def test_who_begins_reads_it_before_the_phone_lies_face_down(house, lang, says):
    room, pages = gathered(4), Drawn(house, lang)
    teller, listener = who_is(room, "teller")[0], who_is(room, "listener")[0]
    assert says in words(pages.own(room, teller)) and says not in words(pages.own(room, listener))
    room.move("next")
    assert says in words(pages.own(room, teller)) and says not in words(pages.own(room, listener))


@pytest.mark.parametrize(
    ("lang", "order", "shorter"),
    [("en", "First you listen along. Then you listen and sum up. Last, you tell.",
      "You are 3 people. Each has a shorter turn."),
     ("nl", "Eerst luister je mee. Daarna luister je en vat je samen. Tot slot vertel jij.",
      "Jullie zijn met 3. Ieder heeft een kortere beurt.")],
)  # fmt: skip
def test_three_read_in_which_order_they_tell_before_and_while_they_talk(
    house, lang, order, shorter
):
    room, pages = gathered(3), Drawn(house, lang)
    third = who_is(room, "observer")[0]
    for phase in ("gather", "talk"):
        if phase == "talk":
            room.move("next")
        said = words(pages.own(room, third))
        assert order in said and (shorter in said) is (phase == "gather")


def test_a_page_without_scripts_shows_my_own_turn_at_a_table_of_three(house):
    room, pages = talking(3), Drawn(house, "en")
    who = {roles(room, one)[2]: one for one in NAMES[:3]}
    room.at = room.stage.since + 165  # the third turn; the others in the room are at the second
    shown = {role: words(marked_off(pages, room, one)) for role, one in who.items()}
    assert "You tell." in shown["teller"] and "0:45" in shown["teller"]
    assert "You listen." in shown["listener"] and "Put your phone down" in shown["listener"]
    assert "You keep the time." in shown["observer"]
    assert "Put your phone down" not in shown["observer"]
    room.at = room.stage.since + 245
    assert "Everybody speaks" not in words(marked_off(pages, room, who["teller"]))


def marked_off(pages, room, who):
    """What stands on somebody's page now, what is hidden left out."""
    seen = still(room.at, pages.phone(room), pages.own(room, who))
    html = re.sub(r"<(div|p)[^>]* hidden>.*?</\1>", "", seen.view + seen.own, flags=re.S)
    return html


def test_who_came_third_to_a_pair_speaks_when_they_choose(house):
    room, pages = to(talking(2), "tell_1").by("late", "join"), Drawn(house, "en")
    assert "Everybody speaks now. Who has not told yet begins." in words(pages.own(room, "p00"))
    room = talking(4)
    left, alone = tables(room)[1]
    room.by(left, "leave")
    assert "You have not told yet. You begin now." in words(pages.own(room, alone))
    assert "Everybody speaks" not in words(pages.own(talking(4), "p00"))


def test_a_phone_reads_its_table_and_no_door(house):
    room, pages = talking(4), Drawn(house, "en")
    assert f"Table {room.own('p00')['table']}" in words(pages.own(room, "p00"))
    for page in (pages.phone(room), pages.screen(room)):
        assert "door" not in words(page) and "neighbour" not in words(page)
    assert "Who sits closest to the door begins." in words(pages.screen(crowd()))


def test_the_link_is_for_who_is_not_in_the_room(house):
    room, pages = play(Pairs(find="table")), Drawn(house)
    for who, side in (("an", "remote"), ("bo", "remote"), ("cas", "room"), ("dee", "room")):
        room.about[who] = {"side": side}
        room.by(who, "join")
    room.move("next").move("call", link="https://call.example/1")
    assert "https://call.example/1" in pages.own(room, "an")
    assert "https://call.example/1" not in pages.own(room, "cas") + pages.phone(room)


def test_with_a_neighbour_a_phone_has_nothing_of_its_own(house):
    assert Drawn(house).own(crowd(), "an") == "" and crowd().own("an") == {}
    assert ROOM.brings == frozenset() and Pairs(find="table").brings == {"gathering"}
