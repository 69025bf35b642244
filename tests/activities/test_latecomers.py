"""Who comes late says where they are and how they take part; who comes in the last turn listens
along; who fits nowhere is told so, and the facilitator knows why."""

from __future__ import annotations

import re

import pytest

from facilitator.activities.listening import Listening
from facilitator.activities.pairs import Pairs
from facilitator.domain.activity import Refused
from facilitator.web.still import still
from tests.activities.test_listening import LENGTHS, TURN
from tests.drawn import Drawn, words
from tests.play import play

NAMES = [f"p{n:02}" for n in range(12)]
KINDS = pytest.mark.parametrize("kind", [Listening, Pairs])
FAR, PL, NL = {"side": "remote"}, {"languages": "pl"}, {"languages": "nl"}


def gathered(*people, kind=Listening, **set_up):
    """These people found their tables."""
    lengths = {"lengths": LENGTHS, "size": 2} if kind is Listening else {}
    room = play(kind(**{"find": "table", **lengths, **set_up}))
    for who, said in zip(NAMES, people, strict=False):
        room.by(who, "join", **said)
    return room.move("next")


def talking(*people, **set_up):
    return gathered(*people, **set_up).move("next").waits(1)


def last_turn(room):
    """The first seconds of the last turn."""
    began = room.stage.data["schedule"]["parts"][0]["from"] if "schedule" in room.stage.data else 0
    turns = [part["from"] for part in room.phone["parts"] if part["turn"] == room.room.rounds - 1]
    room.at = (turns[0] if turns else began + TURN) + 1
    return room


def now(room, who):
    """What somebody does in the turn that is on."""
    return room.own(who)["roles"][min(room.room.moment(room.scene)[0], room.room.rounds - 1)]


# -- what who comes late may say


@KINDS
@pytest.mark.parametrize("talks", [False, True])
def test_who_comes_late_may_say_all_that_the_others_could(kind, talks, house):
    room = (talking if talks else gathered)({}, {}, kind=kind, asks=("team",))
    page = Drawn(house, "en").own(room, "late")
    for name in ("side", "languages[pl]", "people", "interprets", "leads", "team"):
        assert f'name="{name}"' in page, name
    assert ('name="by"' in page) == kind.types


@KINDS
def test_a_late_remote_person_never_sits_in_the_room(kind):
    room = gathered(FAR, FAR, {}, {}, kind=kind).move("call", link="https://call.example/{n}")
    room.by("far", "join", side="remote")
    assert room.own("far")["table"] == room.own("p00")["table"]
    assert room.own("far")["calls"][0]["link"].startswith("https://call.example/")


@KINDS
@pytest.mark.parametrize("said", [FAR, {"by": "text"}], ids=["remote", "types"])
def test_who_fits_nobody_here_waits_honestly(kind, said, house):
    if "by" in said and not kind.types:
        return
    room = gathered({}, {}, {}, {}, kind=kind)
    room.by("late", "join", **said)
    assert room.own("late")["table"] == 0 and not any(room.own("late")["tables"])
    page = words(Drawn(house, "en").own(room, "late"))
    assert "At the latest at the swap" not in page
    room.move("next").waits(1)
    assert set(room.own("late")["roles"]) == {"without"}


@KINDS
def test_a_late_remote_person_joins_remote_people_at_the_swap(kind):
    room = talking(FAR, FAR, {}, {}, kind=kind).by("far", "join", side="remote")
    own = room.own("far")
    assert own["tables"][1] == room.own("p00")["tables"][1] and own["calls"][1]


@KINDS
def test_who_shares_a_phone_and_comes_late_is_a_table(kind):
    room = gathered({}, {}, kind=kind).by("late", "join", people="2")
    assert room.own("late")["table"] == 2 and room.own("late")["people"] == 2
    room = talking({}, {}, {}, {}, kind=kind).by("late", "join", people="2")
    assert room.own("late")["tables"][1] == 3


@KINDS
def test_a_leader_who_comes_late_sits_with_no_team_that_did_not_choose_it(kind):
    room = gathered({}, {}, kind=kind).by("boss", "join", leads="yes", with_leaders="yes")
    assert room.own("boss")["table"] == 0
    room = gathered(*[{"with_leaders": "yes"}] * 2, kind=kind)
    assert room.by("boss", "join", leads="yes", with_leaders="yes").own("boss")["table"] == 1


# -- in the last turn


@KINDS
def test_who_comes_in_the_last_turn_listens_along_at_once(kind, house):
    room = last_turn(talking({}, {}, {}, {}, {}, kind=kind))
    before = {who: now(room, who) for who in NAMES[:5]}
    sizes = {who: room.own(who)["together"][-1] for who in NAMES[:5]}
    room.by("late", "join")
    own = room.own("late")
    assert now(room, "late") == "company" and own["joined"] == "watch"
    host = next(who for who in NAMES[:5] if room.own(who)["tables"][-1] == own["tables"][-1])
    assert sizes[host] == min(sizes.values()), "the smallest table"
    assert {who: now(room, who) for who in NAMES[:5]} == before
    seated = [one for table in room.room.seating(room.scene).tables_at((room.room.rounds - 1, 99))
              for one in table.people]  # fmt: skip
    assert len(seated) == len({*seated}) == 6, "everybody on one chair"
    pages = Drawn(house, "en")
    assert "listen along" in words(still(room.at, pages.phone(room), pages.own(room, "late")).own)


@KINDS
@pytest.mark.parametrize("said", [FAR, PL], ids=["remote", "language"])
def test_who_fits_no_table_in_the_last_turn_is_told_so(kind, said, house):
    room = last_turn(talking(NL, NL, NL, NL, kind=kind)).by("late", "join", **said)
    assert set(room.own("late")["roles"]) == {"too_late"}
    page = words(Drawn(house, "nl").own(room, "late"))
    assert "De laatste beurt is bezig. Praat straks mee." in page


@KINDS
def test_in_the_last_turn_nobody_is_promised_the_next(kind, house):
    room, pages = talking({}, {}, kind=kind), Drawn(house, "en")
    for at_last in (False, True):
        room = last_turn(room) if at_last else room
        page = still(room.at, pages.phone(room), pages.own(room, "late")).own
        shown = re.findall(r'<div class="late"(?![^>]*hidden)[^>]*>(.*?)</div>', page, re.S)
        assert ("You can still listen along" in " ".join(shown)) == at_last
        assert ("You can join at the next" in " ".join(shown)) != at_last


def test_when_the_talk_begins_again_who_listened_along_tells():
    room = last_turn(talking({}, {}, {}, kind=Pairs)).by("late", "join").move("again")
    assert room.own("late")["tables"][0] and "teller" in room.own("late")["roles"]


# -- who is gone


@KINDS
def test_whoever_is_offered_as_gone_can_be_said_to_be_gone(kind):
    """Those at my table but me, in each turn, whatever they do then."""
    for n in (2, 3, 4):
        people = [{}] * min(n, 3) + [{"as": "watch"}] * (n > 3)
        set_up = {"size": 3} if kind is Listening and n > 2 else {}
        for turn in range(3):
            room = at_turn(talking(*people, kind=kind, **set_up), turn)
            if room is None:
                continue
            who = NAMES[0]
            mine = room.own(who)
            place = own_turn(room, mine)
            offered = mine["others"][place]
            assert len(offered) == mine["together"][place] - 1
            for one in offered:
                again = at_turn(talking(*people, kind=kind, **set_up), turn)
                again.by(who, "gone", role=one["word"])
                left = [w for w in NAMES[1:n] if now_out(again, w)]
                assert len(left) == 1 and not now_out(again, who)


def at_turn(room, turn):
    """The first seconds of a turn of the room, if there is one."""
    parts = [part for part in room.phone["parts"] if part["turn"] == turn]
    if not parts:
        return None
    room.at = parts[0]["from"] + 1
    return room


def own_turn(room, own):
    parts = own.get("parts") or room.phone["parts"]
    return next(part["turn"] for part in parts if room.at < part["to"])


def now_out(room, who):
    own = room.own(who)
    return own["roles"][own_turn(room, own)] == "out"


@KINDS
def test_on_a_shared_phone_nobody_of_that_phone_is_offered(kind):
    set_up = {"size": 3} if kind is Listening else {}
    room = talking({"people": "2"}, {}, kind=kind, **set_up)
    if room.own("p01")["table"] != room.own("p00")["table"]:
        return
    for one in room.own("p00")["others"]:
        assert len(one) == 1
    room.by("p00", "gone")
    assert now_out(room, "p01")


# -- another table


@KINDS
def test_another_table_is_offered_for_thirty_seconds(kind, house):
    room, pages = gathered({}, {}, {}, {}, kind=kind), Drawn(house, "en")
    page = pages.own(room, "p00")
    until = float(re.search(r'data-from="0" data-to="([0-9.]+)"', page)[1])
    assert until == room.stage.data["grouped_at"] + 30
    assert "<stage-clock>" in page
    room.at = until + 1
    with pytest.raises(Refused, match="too_late_for_that"):
        room.by("p00", "other")


# -- why, and a place all the same


@KINDS
@pytest.mark.parametrize(("said", "why"), [
    (PL, "language"), (FAR, "elsewhere"), ({"leads": "yes"}, "leads"),
    ({"leads": "yes", **PL}, "several"),
])  # fmt: skip
def test_the_console_knows_why_somebody_has_no_table(kind, said, why, house):
    room = gathered(NL, NL, NL, NL, said, kind=kind)
    for _ in ("gather", "talk"):
        assert (room.console["why"], room.console["unplaced"]) == ({why: 1}, 1)
        assert "p04" not in Drawn(house, "en").console(room)
        room = room if room.stage.phase == "talk" else room.move("next").waits(1)


@KINDS
def test_who_fits_nowhere_reads_it_and_may_write_for_themselves(kind, house):
    room = gathered(NL, NL, NL, NL, PL, kind=kind)
    for _ in ("gather", "talk"):
        page = Drawn(house, "nl").own(room, "p04")
        assert "Er is nu geen tafel die bij je past. Je begeleider weet het." in re.sub(
            r" +", " ", words(page).replace(" .", ".")
        )
        assert 'data-keep="' in page and "Uiterlijk bij de wissel" not in page
        room = room if room.stage.phase == "talk" else room.move("next").waits(1)


@KINDS
def test_a_place_is_given_at_the_next_swap(kind):
    room = talking(NL, NL, NL, NL, PL, kind=kind)
    with pytest.raises(Refused, match="not_together"):
        room.move("place", **{"from": "0A", "table": 1})
    before = {who: room.own(who)["roles"] for who in NAMES[:4]}
    room.move("place", **{"from": "0A", "table": 1, "force": True})
    own = room.own("p04")
    assert own["tables"][0] == 0 and set(own["tables"][1:]) == {1}
    assert own["roles"][0] == "waiting" and room.console["unplaced"] == 0
    assert {who: room.own(who)["roles"][:2] for who in before} == {
        who: roles[:2] for who, roles in before.items()
    }, "nobody's role is another's"
    with pytest.raises(Refused, match="not_understood"):
        room.move("place", **{"from": "0A", "table": 2})
    last_turn(room)
    with pytest.raises(Refused, match="too_late_for_that"):
        room.move("place", **{"from": "0A", "table": 2, "force": True})


@KINDS
def test_who_is_alone_at_a_table_is_given_a_place_too(kind):
    room = talking(NL, NL, PL, PL, kind=kind).by("p02", "leave")
    assert now(room, "p03") == "alone" and room.console["unplaced"] == 1
    room.move("place", **{"from": "0A", "table": room.own("p00")["table"], "force": True})
    assert room.own("p03")["tables"][1] == room.own("p00")["tables"][1]
    assert room.own("p03")["roles"][0] == "alone"


@KINDS
def test_a_table_of_four_takes_nobody_more(kind):
    people = [NL] * 2 + [{"as": "watch", **NL}] * 2
    room = talking(*people, PL, kind=kind)
    if room.own("p00")["together"][0] == 4:
        with pytest.raises(Refused, match="table_is_full"):
            room.move("place", **{"from": "0A", "table": 1, "force": True})


# -- while people choose


@KINDS
def test_the_console_shows_for_how_long_people_choose(kind, house):
    room = play(kind(find="table"))
    span = room.console["to_choose"]
    assert span["to"] - span["from"] == 20 and "to_choose" not in room.phone
    assert "Give them time" in words(Drawn(house, "en").console(room))


# -- passing, and more time, where two swap


def test_who_passes_lets_the_other_tell_first_and_is_offered_it_again():
    room = talking({}, {}, kind=Pairs)
    teller = next(who for who in NAMES[:2] if now(room, who) == "teller")
    other = next(who for who in NAMES[:2] if who != teller)
    with pytest.raises(Refused, match="not_your_role"):
        room.by(other, "pass")
    room.by(teller, "pass")
    assert room.own(teller)["roles"][:2] == ["listener", "teller"]
    assert room.own(other)["roles"][:2] == ["teller", "listener"]
    room = last_turn(room)
    with pytest.raises(Refused, match="too_late_for_that"):
        room.by(teller, "pass")


def test_three_who_share_the_time_pass_by_their_own_turns():
    room = talking({}, {}, {}, kind=Pairs)
    teller = next(who for who in NAMES[:3] if room.own(who)["roles"][0] == "teller")
    room.by(teller, "pass")
    assert room.own(teller)["roles"][2] == "teller"
    assert sum(room.own(who)["roles"][0] == "teller" for who in NAMES[:3]) == 1


def test_a_pass_of_before_counts_no_more_when_the_talk_begins_again():
    room = talking({}, {}, kind=Pairs)
    teller = next(who for who in NAMES[:2] if now(room, who) == "teller")
    assert room.by(teller, "pass").move("again").own(teller)["roles"][0] == "teller"


def test_the_teller_alone_has_a_button_to_pass(house):
    room, pages = talking({}, {}, kind=Pairs), Drawn(house)
    for who in NAMES[:2]:
        page = still(room.at, pages.phone(room), pages.own(room, who)).own
        shown = re.search(r'<div data-part="tell_\d" data-turn="0">', page)
        assert bool(shown) == (now(room, who) == "teller")
    assert 'data-act="pass"' not in pages.phone(play(Pairs())), "a neighbour just does not talk"


@pytest.mark.parametrize(("set_up", "lengths"), [
    ({}, [75, 45, 75, 45, 60]), ({"time_factor": 1.25}, [90, 60, 90, 60, 75]),
    ({"time_factor": 1.5}, [120, 75, 120, 75, 90]),
    ({"remote_policy": "mixed_buddy"}, [90, 60, 90, 60, 75]),
    ({"remote_policy": "mixed_buddy", "time_factor": 1.0}, [75, 45, 75, 45, 60]),
])  # fmt: skip
def test_more_time_is_rounded_to_fifteen_seconds(set_up, lengths):
    parts = talking({}, {}, kind=Pairs, **set_up).phone["parts"]
    assert [part["to"] - part["from"] for part in parts] == lengths


def test_more_time_is_more_for_three_who_share_it_too():
    room = talking({}, {}, {}, kind=Pairs, time_factor=1.5)
    parts = room.own("p00")["parts"]
    assert [part["to"] - part["from"] for part in parts[:2]] == pytest.approx([80, 50])


def test_who_is_alone_in_a_pair_may_write_for_themselves(house):
    room = talking({}, {}, kind=Pairs).by("p00", "leave")
    assert now(room, "p01") == "alone"
    assert "It stays on this phone." in words(Drawn(house, "en").phone(room))


# -- a call for help from who has no table


def flagged(room, house):
    """What the console reads in its flags, in Dutch."""
    page = Drawn(house, "nl").console(room)
    return [
        words(one.split("</section>")[0]) for one in re.split(r'<section class="flag', page)[1:]
    ]


@KINDS
def test_who_has_no_table_is_heard_when_they_ask_for_help(kind, house):
    room = talking(NL, NL, NL, NL, PL, kind=kind).by("p04", "help", reason="tension")
    assert room.console["flags"] == [{"table": 0, "asked": 0, "reason": "tension"}]
    assert "flags" not in room.screen and "flags" not in room.phone
    (flag,) = flagged(room, house)
    assert "Iemand zonder tafel: Spanning" in flag and "Gezien" in flag
    assert "p04" not in flag and "pl" not in flag.split()
    room.move("seen", table=0)
    assert room.console["flags"] == [] and flagged(room, house) == []
    room.by("p04", "help", reason="over").by("p04", "help", reason="time")
    assert "Iemand zonder tafel: Tijd" in flagged(room, house)[0]


@KINDS
def test_a_latecomer_who_waits_is_heard_too(kind, house):
    room = talking(NL, NL, NL, NL, kind=kind).by("late", "join")
    assert room.own("late")["roles"][0] == "waiting"
    room.by("late", "help", reason="technique")
    assert "Iemand zonder tafel: Techniek" in flagged(room, house)[0]


@KINDS
def test_a_call_goes_along_when_its_table_merges(kind, house):
    room = talking(*[NL] * 4, kind=kind)
    asks, mate = (
        "p00",
        next(w for w in NAMES[1:4] if room.own(w)["table"] == room.own("p00")["table"]),
    )
    was = room.own(asks)["table"]
    room.by(asks, "help", reason="time").move("seen", table=3 - was).by(mate, "leave")
    ((merged, into, *_),) = room.stage.data["merges"]
    assert (merged, into) == (was, 3 - was), "the table is another one now"
    assert room.console["flags"] == [{"table": into, "asked": was, "reason": "time"}]
    assert [one["help"] for one in room.console["tables"] if one["number"] == into] == ["time"]
    assert f"Tafel {into}: Tijd" in flagged(room, house)[0]
    room.move("seen", table=was)
    assert room.console["flags"] == [] and not any(t["help"] for t in room.console["tables"])


def test_one_table_with_two_reasons_has_one_flag_with_the_gravest():
    room = talking(*[NL] * 4)
    mate = next(w for w in NAMES[1:4] if room.own(w)["table"] == room.own("p00")["table"])
    for who, why in (("p00", "tension"), (mate, "time")):
        room.by(who, "help", reason=why)
    assert [one["reason"] for one in room.console["flags"]] == ["tension"]


def test_a_call_from_a_table_that_is_no_more_is_heard_all_the_same():
    room = talking(*[NL] * 4).by("p00", "help", reason="time")
    room.by("p00", "leave").by("p01", "leave").by("p02", "leave").by("p03", "leave")
    assert len(room.console["flags"]) == 1
