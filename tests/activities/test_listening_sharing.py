"""Listening in twos where the number is odd: three have a turn each in the time of two."""

from __future__ import annotations

import re

import pytest

from facilitator.domain.activity import Refused
from facilitator.domain.schedule import fitted, laid
from facilitator.web.still import still
from tests.activities.test_listening import LENGTHS, NAMES, TURN, gathered, joined, tables, talking
from tests.drawn import Drawn, words

ROLES = [
    ["listener", "teller", "observer"],
    ["observer", "listener", "teller"],
    ["teller", "observer", "listener"],
]


def in_twos(n, **set_up):
    """The first second of a round in twos."""
    return talking(n, size=2, **set_up).waits(1)


def roles(room, who):
    return room.own(who)["roles"]


def trio(room):
    return max(tables(room).values(), key=len)


def own_parts(room, who="p00"):
    """The time of my own table, in seconds of the talk."""
    begin = room.phone["parts"][0]["from"]
    return [(part["name"], part["turn"], part["to"] - begin) for part in room.own(who)["parts"]]


def to_own(room, turn, part, into=1.0):
    """Go on to a part of a turn of the table of three."""
    parts = room.own(trio(room)[0])["parts"]
    found = next(one for one in parts if (one["turn"], one["name"]) == (turn, part))
    room.at = found["from"] + into
    return room


def does(room, role, turn):
    """Who at the table of three has this role in a turn of theirs."""
    return next(who for who in trio(room) if roles(room, who)[turn] == role)


def gong(room):
    return room.phone["parts"][-1]["to"]


# -- everybody has a turn


@pytest.mark.parametrize("n", range(2, 16))
def test_in_twos_everybody_tells_once_also_where_the_number_is_odd(n):
    room = in_twos(n)
    assert [roles(room, who).count("teller") for who in NAMES[:n]] == [1] * n
    assert all("deeper" not in roles(room, who) for who in NAMES[:n])
    assert sorted(map(len, tables(room).values())) == [2] * (n // 2 - n % 2) + [3] * (n % 2)


def test_three_have_three_turns_in_the_time_of_two_and_end_on_the_gong_of_the_room():
    room = in_twos(5)
    assert sorted(roles(room, who) for who in trio(room)) == ROLES
    parts = own_parts(room, trio(room)[0])
    assert [name for name, _, _ in parts] == list(LENGTHS) * 3
    assert [ends for name, _, ends in parts if name == "fb"] == [107, 213, 2 * TURN]
    assert dict((name, ends) for name, turn, ends in parts if turn == 0) == {
        "land": 10, "tell": 50, "sum": 63, "check": 73, "ask": 93, "fb": 107,
    }  # fmt: skip
    pair = min(tables(room).values(), key=len)
    assert "parts" not in room.own(pair[0]) and len(roles(room, pair[0])) == 2


def test_four_in_a_round_of_two_have_four_turns():
    room = gathered(5, size=2)
    pair, three = sorted(tables(room).values(), key=len)
    room.by(pair[0], "leave").move("next").waits(1)
    four = [*three, pair[1]]
    assert [roles(room, who).count("teller") for who in four] == [1] * 4
    assert [ends for name, _, ends in own_parts(room, four[0]) if name == "fb"] == [
        80,
        160,
        240,
        320,
    ]
    assert room.room.halts_at(room.stage, room.at) == room.stage.since + TURN, "they swap then too"
    last = next(who for who in four if roles(room, who)[3] == "teller")
    room.at = gong(room) + 1
    assert room.by(last, "heard", value="4").own(last)["answers"] == {"heard.3": "4"}
    assert {slot for _, slot in room.laid} <= {*room.room.slots()}


def test_where_everybody_has_a_turn_nothing_is_divided():
    room = talking(9)
    assert room.stage.data["divided"] == {} and "parts" not in room.own("p00")
    assert room.phone["shares"] == [3] and room.console["sharing"] == 0


@pytest.mark.parametrize(("turns", "expected"), [(1, 3), (2, 3), (3, 3)])
def test_with_fewer_turns_than_people_everybody_still_tells_once(turns, expected):
    room = talking(6, turns=turns)
    assert {len(roles(room, who)) for who in NAMES[:6]} == {expected}
    assert all(roles(room, who).count("teller") == 1 for who in NAMES[:6])
    assert room.own("p00").get("parts", room.phone["parts"])[-1]["to"] == gong(room)


def test_no_part_is_shorter_than_five_seconds_while_there_is_time():
    assert fitted([6, 60, 6], 48) == pytest.approx([5, 38, 5])
    assert fitted([4, 60], 32) == pytest.approx([4, 28]), "nor longer than it was"
    assert sum(fitted([6, 60, 6], 9)) == pytest.approx(9)
    parts = laid([("land", 0, 6), ("tell", 0, 60), ("land", 1, 6), ("tell", 1, 60)]).divided(3, "")
    assert min(part.length for part in parts.parts) >= 5 and parts.parts[-1].end == 132


def test_listening_badly_first_is_for_all():
    room = in_twos(3, contrast=30.0)
    parts = own_parts(room)
    assert parts[0] == ("contrast", 0, 30) and parts[-1][2] == 30 + 2 * TURN
    assert [name for name, _, _ in parts].count("contrast") == 1


# -- the time


@pytest.mark.parametrize("turn", [0, 1])
@pytest.mark.parametrize("part", LENGTHS)
@pytest.mark.parametrize(
    ("name", "fields"),
    [("extend", {"seconds": 60}), ("extend", {"seconds": -30}), ("skip", {"force": True}),
     ("back", {}), ("stop", {})],
)  # fmt: skip
def test_whatever_is_done_to_the_time_three_end_on_the_gong_of_the_room(turn, part, name, fields):
    room = in_twos(5)
    one, start = trio(room)[0], room.phone["parts"][0]["from"]
    before = sum(seconds for what, seconds in LENGTHS.items()
                 if [*LENGTHS].index(what) < [*LENGTHS].index(part))  # fmt: skip
    room.at = start + turn * TURN + before + 2 - 10
    was = room.own(one)["parts"]
    room.move(name, **fields)
    now = room.at
    parts = room.own(one)["parts"]
    assert parts[-1]["to"] == gong(room)
    for old, new in zip(was, parts, strict=False):
        if old["to"] <= now:
            assert new == old, "what is past stays"
    ends = [part["to"] for part in parts]
    assert ends == sorted(ends) and [part["from"] for part in parts[1:]] == ends[:-1]
    left = [part["to"] for part in parts]
    room.move("pause").waits(27).move("resume")
    moved = [part["to"] for part in room.own(one)["parts"]]
    assert [b - a for a, b in zip(left, moved, strict=True)] == [
        pytest.approx(37 if end > now + 10 else 0) for end in left
    ]
    assert moved[-1] == gong(room)


def test_begun_again_three_have_their_whole_time():
    room = in_twos(3).move("extend", seconds=60)
    room.at = gong(room) + 1
    room.move("back").move("next")
    assert own_parts(room)[-1] == ("fb", 2, 2 * TURN)


def test_with_nobody_who_leads_no_clock_stops_within_a_turn_of_three():
    assert in_twos(4).room.halts_at(in_twos(4).stage, 1001.0) == in_twos(4).stage.since + TURN
    assert in_twos(5).room.halts_at(in_twos(5).stage, 1001.0) is None


# -- what people do in a turn of their own


def test_each_answers_in_the_turns_of_their_table():
    room = in_twos(3)
    for turn in range(3):
        teller, listener, observer = (
            does(room, role, turn) for role in ("teller", "listener", "observer")
        )
        to_own(room, turn, "tell")
        with pytest.raises(Refused, match="not_open_yet"):
            room.by(teller, "check", answer="right")
        to_own(room, turn, "check").by(teller, "check", answer="almost")
        assert room.own(listener)["turns"][turn]["again"] is True
        room.touched.clear()
        to_own(room, turn, "ask").by(observer, "tally", what="advice")
        assert room.touched == {room.mine(listener).entries["chair"].id}
        assert room.own(listener)["turns"][turn]["tallied"] == {"advice": 1}
        with pytest.raises(Refused, match="not_your_role"):
            room.by(listener, "tally", what="advice")
        to_own(room, turn, "fb").by(teller, "heard", value="4")
        assert room.own(teller)["answers"][f"heard.{turn}"] == "4"
    assert len(room.scene.bodies("heard")) == len(room.scene.bodies("check")) == 3
    room.at = gong(room) + 1
    room.by(does(room, "teller", 2), "heard", value="5")


def test_what_is_written_down_reaches_the_teller_of_that_turn():
    room = to_own(in_twos(3, summary_mode="note"), 2, "check")
    room.by(does(room, "listener", 2), "draft", text="het was te druk")
    teller = does(room, "teller", 2)
    assert room.own(teller)["turns"][2]["draft"] == "het was te druk"
    room.by(teller, "verdict", answer="right")
    assert room.own(teller)["turns"][2]["confirmed"]


def test_who_passes_is_offered_the_last_of_three_turns():
    room = to_own(in_twos(3), 0, "land")
    order = [does(room, "teller", n) for n in range(3)]
    room.by(order[0], "pass")
    assert [does(room, "teller", n) for n in range(3)] == [order[1], order[2], order[0]]


@pytest.mark.parametrize("part", ["land", "ask"])  # the first falls in a turn of the room before
def test_somebody_who_leaves_in_a_turn_of_three_is_there_in_those_before(part):
    room = to_own(in_twos(3), 1, part)
    gone = does(room, "listener", 1)
    room.by(gone, "leave")
    assert roles(room, gone)[0] != "out" and roles(room, gone)[1:] == ["out", "out"]
    rest = [who for who in NAMES[:3] if who != gone]
    assert all(roles(room, who).count("teller") <= 1 for who in rest)
    room.waits(1).by(gone, "join")
    assert "out" not in roles(room, gone)


@pytest.mark.parametrize("paused", [False, True])
def test_a_pause_changes_nothing_of_what_was(paused):
    room = to_own(in_twos(3), 1, "land", into=2)
    gone = does(room, "teller", 2)
    room.by(gone, "leave")
    before = {who: roles(room, who) for who in NAMES[:3]}
    if paused:
        to_own(room, 1, "tell", into=9).move("pause").waits(40).move("resume")
    assert {who: roles(room, who) for who in NAMES[:3]} == before


def test_each_of_three_says_who_is_gone_by_the_turn_of_the_table():
    room = to_own(in_twos(3), 1, "land")
    teller, observer = does(room, "teller", 1), does(room, "observer", 1)
    room.by(teller, "gone", role="observer")
    assert roles(room, observer)[1:] == ["out", "out"]


def test_who_comes_late_to_three_takes_nobodys_turn():
    room = in_twos(3)
    before = {who: roles(room, who) for who in NAMES[:3]}
    room.by("late", "join")
    room.at = room.phone["parts"][0]["from"] + TURN + 1
    assert roles(room, "late")[1:] == ["company", "company"]
    assert {who: roles(room, who) for who in NAMES[:3]} == before


def test_three_who_share_the_time_are_not_mixed_and_pairs_beside_them_are():
    room = in_twos(7)
    three, before = trio(room), tables(room)
    numbers = {n for n, people in before.items() if people != three}
    mine = room.own(three[0])["table"]
    with pytest.raises(Refused, match="shares_the_time"):
        room.move("mix", table=mine, **{"with": min(numbers)})
    room.move("mix")
    room.at = room.phone["parts"][0]["from"] + TURN + 1
    assert {room.own(who)["tables"][1] for who in three} == {mine}
    after = tables(room, 1)
    assert all(after[n] != before[n] for n in numbers)


def test_at_its_own_pace_a_table_of_three_goes_on_when_it_is_ready():
    room = in_twos(5, sync="group")
    one = trio(room)[0]
    assert own_parts(room, one)[-1][2] == 2 * TURN
    room.by(one, "ready")
    assert room.own(one)["parts"][0]["to"] == room.at
    assert [len(roles(room, who)) for who in trio(room)] == [3] * 3


# -- one phone, an interpreter, who leads


def test_on_one_phone_three_have_their_cards_by_the_turns_of_their_table(house):
    room = joined(2, size=2).by("abc", "join", people=3).move("next").move("next").waits(1)
    own = room.own("abc")
    assert own["roles"] == ["shared"] * 3 and len(own["parts"]) == 3 * len(LENGTHS)
    assert [cards.count("teller") for cards in zip(*own["cards"], strict=True)] == [1, 1, 1]
    to = next(part for part in own["parts"] if (part["turn"], part["name"]) == (2, "check"))
    room.at = to["from"] + 1
    room.by("abc", "check", answer="right")
    assert room.own("abc")["answers"] == {"check.2": "right"}
    seen = still(room.at, Drawn(house).phone(room), Drawn(house).own(room, "abc"))
    cards = [tag for tag in re.findall("<details class=.card-of[^>]*>", seen.own)
             if 'id="card-check-' in tag and " hidden" not in tag]  # fmt: skip
    assert len(cards) == 3 and all('id="card-check-2-' in tag for tag in cards)


def test_who_interprets_for_three_has_each_of_their_turns():
    room = joined(3, size=2)
    room.by("i", "join", interprets="yes", languages="nl,pl").move("next").move("next").waits(1)
    assert roles(room, "i") == ["interpreter"] * 3
    assert room.own("i")["parts"] == room.own("p00")["parts"]


def test_who_leads_and_sits_with_two_goes_by_the_clock_of_that_table(house):
    room = joined(2, size=2)
    room.move("join_in", on="yes").move("next").move("next").waits(1)
    leader = room.console["leader"]
    assert sorted(leader["roles"]) == ["listener", "observer", "teller"]
    assert leader["parts"] == room.own("p00")["parts"] and leader["shares"] == 3
    page = Drawn(house, "en").console(room)
    assert page.count("leaders-card") == 3 and "Your table has shorter turns." in words(page)


# -- what there is to read


@pytest.mark.parametrize(
    ("lang", "says", "count"),
    [("en", "You are 3 people. Each has a shorter turn.", "Turn 3 of 3"),
     ("nl", "Jullie zijn met 3. Ieder heeft een kortere beurt.", "Beurt 3 van 3")],
)  # fmt: skip
def test_three_read_that_their_turns_are_shorter_and_which_is_on(house, lang, says, count):
    room, pages = in_twos(5), Drawn(house, lang)
    three, pair = trio(room)[0], min(tables(room).values(), key=len)[0]
    assert says in words(pages.own(room, three)) and says not in words(pages.own(room, pair))
    to_own(room, 2, "tell")
    for who, expected in ((three, count), (pair, count.replace("3", "2"))):
        seen = still(room.at, pages.phone(room), pages.own(room, who))
        assert re.findall('<span class="which"(?![^>]* hidden)[^>]*>([^<]*)<', seen.view) == [
            expected
        ]


def test_three_read_it_too_while_they_gather(house):
    room, pages = gathered(5, size=2), Drawn(house, "en")
    three = max(tables(room).values(), key=len)[0]
    assert "Each has a shorter turn." in words(pages.own(room, three))
    assert room.console["sharing"] == 1
    assert "1 table divides the same time." in words(pages.console(room))


def test_the_console_says_how_many_divide_the_time_and_the_screen_that_some_do(house):
    pages = Drawn(house, "nl")
    room = in_twos(5)
    assert "1 tafel verdeelt dezelfde tijd." in words(pages.console(room))
    assert "Met drie: volg je telefoon." in words(pages.screen(room))
    assert "verdeelt" not in words(pages.console(in_twos(4)))
    assert "Met drie" not in words(pages.screen(in_twos(4)))
    assert "sharing" not in room.phone
