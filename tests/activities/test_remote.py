"""People who are not in the room: they say so, sit with each other, and reach each other."""

from __future__ import annotations

import dataclasses
import itertools
import json
import re

import pytest

from facilitator.activities.listening import Listening
from facilitator.activities.pairs import Pairs
from facilitator.domain.activity import Act, Move, Refused, Touch
from facilitator.domain.calls import link_for, links_of
from facilitator.domain.results import kept
from facilitator.keys import Token
from facilitator.store import Live
from facilitator.web.still import still
from tests.activities.test_listening import LENGTHS, to
from tests.drawn import Drawn, words
from tests.play import play

NAMES = [f"p{n:02}" for n in range(30)]
KINDS = pytest.mark.parametrize("kind", [Listening, Pairs])


def asked(kind=Listening, **set_up):
    """A round at tables, people still being asked."""
    lengths = {"lengths": LENGTHS} if kind is Listening else {}
    return play(kind(**{"find": "table", **lengths, **set_up}))


def joined(*people, kind=Listening, **set_up):
    """These people said yes: each what they said of themselves."""
    room = asked(kind, **set_up)
    for who, said in zip(NAMES, people, strict=False):
        room.by(who, "join", **said)
    return room


def gathered(*people, **set_up):
    return joined(*people, **set_up).move("next")


FAR, NEAR = {"side": "remote"}, {"side": "room"}


def tables(room, turn=0):
    """Who sits where, by number."""
    seated = {}
    for who in sorted({owner for owner, slot in room.laid if slot == "chair"}):
        if number := room.own(who)["tables"][turn]:
            seated.setdefault(number, []).append(who)
    return seated


# -- what people say of themselves


@KINDS
def test_who_says_where_they_are_sits_with_who_is_there_too(kind):
    room = gathered(*[FAR, NEAR] * 4, kind=kind)
    for people in tables(room).values():
        assert len({room.own(who)["side"] for who in people}) == 1


def test_a_form_without_scripts_says_the_same_as_a_phone_that_kept_it():
    ticks = joined({"side": "remote", "languages": {"pl": 1, "nl": 1}, "by": "both"})
    room = asked()
    room.about["p00"] = {"side": "remote", "languages": "nl,pl", "by": "both"}
    room.by("p00", "join")
    (said,), (kept_by_phone,) = ([e.body for e in one.laid.values()] for one in (ticks, room))
    assert said == kept_by_phone


def test_what_is_said_now_counts_over_what_the_phone_kept():
    room = asked()
    room.about["p00"] = {"side": "remote", "languages": "pl"}
    chair = room.by("p00", "join", side="room").mine("p00").body("chair")
    assert (chair["side"], chair["languages"]) == ("room", ["pl"])


@pytest.mark.parametrize("said", [{"side": "moon"}, {"languages": 7}, {"by": "dance"}])
def test_what_makes_no_sense_is_refused(said):
    with pytest.raises(Refused):
        joined(said)


def test_who_shares_no_language_sits_apart_and_who_speaks_both_is_the_bridge():
    pl, nl = {"languages": "pl"}, {"languages": "nl"}
    room = gathered(pl, pl, nl, nl, size=2)
    assert sorted(tables(room).values()) == [["p00", "p01"], ["p02", "p03"]]
    assert gathered(pl, nl).console["unplaced"] == 2
    assert gathered(pl, {"languages": "nl,pl"}).console["unplaced"] == 0


def test_a_team_counts_however_it_is_typed():
    shift = [{"team": " Ploeg A"}, {"team": "ploeg  a"}, {"team": "Ploeg B"}, {"team": "ploeg b"}]
    for people in tables(gathered(*shift, size=2, asks=("team",))).values():
        assert people not in (["p00", "p01"], ["p02", "p03"])
    with pytest.raises(ValueError, match="asks"):
        Listening(asks=("age",))


def test_a_team_is_asked_only_where_the_facilitator_wants_it(house):
    pages = Drawn(house)
    plain, with_team = asked(), asked(asks=("team",))
    assert 'name="team"' not in pages.own(plain, "p00")
    assert 'name="team"' in pages.own(with_team, "p00")


def test_the_form_begins_in_the_room_and_with_the_language_of_the_page(house):
    page = Drawn(house, "en").own(asked(), "p00")
    assert 'value="room" checked' in page and 'value="remote" checked' not in page
    assert 'name="languages[en]" value="1" checked' in page
    assert 'name="languages[nl]" value="1">' in page
    assert "Where are you?" not in words(Drawn(house, "en").own(asked(find="remote"), "p00"))


def test_felt_heard_counts_for_where_the_chair_stands():
    room = gathered(*[FAR] * 3).move("next")
    to(room, 0, "fb")
    teller = next(who for who in NAMES[:3] if room.own(who)["roles"][0] == "teller")
    room.by(teller, "heard", value="4")
    assert [body["side"] for body in room.scene.bodies("heard")] == ["remote"]


# -- how they call each other


def rooms(room, turn=0):
    """Room number and link of everybody who has one."""
    found = {}
    for who in sorted({owner for owner, slot in room.laid if slot == "chair"}):
        if call := room.own(who)["calls"][turn]:
            found[who] = (call["room"], call["link"])
    return found


LISTED = "https://meet.example/a\r\nhttps://meet.example/b"


@KINDS
def test_each_remote_group_gets_its_own_link_and_nobody_else_any(kind):
    room = gathered(*[FAR, NEAR] * 6, kind=kind).move("call", link=LISTED)
    by_link = {}
    for who, (number, link) in rooms(room).items():
        by_link.setdefault((number, link), set()).add(room.own(who)["table"])
        assert room.own(who)["side"] == "remote"
    assert all(len(one) == 1 for one in by_link.values())
    assert {number for number, _ in by_link} == set(range(1, len(by_link) + 1))
    assert {link for _, link in by_link} - {""} == set(LISTED.split())
    assert len(rooms(room)) == 6


@pytest.mark.parametrize(
    ("told", "links"),
    [("https://m.example/k-{n}", ["https://m.example/k-1", "https://m.example/k-2"]),
     ("https://m.example/one", ["https://m.example/one"] * 2),
     (LISTED, LISTED.split()), ("\n https://m.example/x \n\nhttps://m.example/y?a=1",
     ["https://m.example/x", "https://m.example/y?a=1"]), ("", ["", ""])],
)  # fmt: skip
def test_a_pattern_a_list_or_one_for_all(told, links):
    assert [link_for(links_of(told), n) for n in (1, 2)] == links


def test_with_too_few_links_the_last_groups_call_each_other(house):
    room = gathered(*[FAR] * 9).move("call", link=LISTED)
    without = next(who for who, (_, link) in rooms(room).items() if not link)
    page = Drawn(house, "en").own(room, without)
    assert "Room 3. Swap phone numbers" in words(page) and "https://" not in page
    linked = next(who for who, (number, _) in rooms(room).items() if number == 2)
    page = Drawn(house, "en").own(room, linked)
    assert "Go to room 2" in words(page) and "https://meet.example/b" in page
    assert "https://meet.example/a" not in page


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "http://a.example", "https://", "https:// a", "x https://a.b",
             "https://good.example@bad.example", "https://" + "a" * 600],
)  # fmt: skip
def test_only_links_over_https(link):
    with pytest.raises(Refused, match="not_a_link") as no:
        asked().move("call", link=f"https://fine.example/1\n{link}")
    assert no.value.details == {"n": 2}


@KINDS
def test_a_link_is_on_no_screen_and_in_no_result(kind):
    room = gathered(*[FAR] * 6, kind=kind).move("call", link=LISTED).move("next")
    assert "meet.example" not in str(room.screen) + str(room.phone)
    assert room.console["links"] == LISTED.replace("\r", "")
    to_the_end = room.move("next") if kind is Listening else room
    assert "meet.example" not in str(kept(to_the_end.results)) + str(to_the_end.screen)


def test_who_comes_later_changes_no_room_number():
    room = gathered(*[FAR] * 5, *[NEAR] * 5).move("next")
    before = rooms(room)
    for n in range(4):
        room.by(f"late{n}", "join", side="remote")
    to(room, 1, "land")
    after = rooms(room, 1)
    assert {who: after[who] for who in before} == before
    assert {f"late{n}" for n in range(4)} <= set(after)


# -- somebody's line is gone


def without_line(room, **people):
    """What everybody's own part says when these have had no line for so many seconds."""
    away = {room.mine(who).entries["chair"].id: seconds for who, seconds in people.items()}
    scene = dataclasses.replace(room.scene, away=away)
    return {who: room.room.own(scene, room.mine(who))["missing"]
            for who, slot in room.laid if slot == "chair"}  # fmt: skip


@KINDS
def test_who_sits_in_a_call_with_somebody_without_a_line_waits_and_then_chooses(kind):
    room = gathered(*[FAR] * 4, *[NEAR] * 4, kind=kind, size=2).move("next")
    pair = next(people for people in tables(room).values() if "p00" in people)
    mate = next(who for who in pair if who != "p00")
    said = without_line(room, p00=15)
    assert {who for who, one in said.items() if one} == {mate}
    assert said[mate] == {"pair": True, "choose": False, "other": False}
    assert without_line(room, p00=60)[mate] == {"pair": True, "choose": True, "other": False}
    assert not any(without_line(room).values())


def away_in(room, **people):
    """The scene in which these have had no line for so many seconds."""
    away = {room.mine(who).entries["chair"].id: seconds for who, seconds in people.items()}
    return dataclasses.replace(room.scene, away=away)


def presses(room, who, lost, **fields):
    """Somebody chooses what they do while others have no line."""
    act = Act("a", "gone", {"role": "away", **fields})
    for one in room.room.accept(away_in(room, **lost), room.mine(who), act):
        if isinstance(one, Move):
            room.stage = room.room.move(room.stage, room.filled(one.name, one.fields))
        elif isinstance(one, Touch):
            room.touched |= set(one.ids)
    return room


def three_and_others(kind, n=8, **set_up):
    """A table of three in a call, beside others; who of it loses the line, and the two others."""
    size = 2 if kind is Pairs else 3
    room = gathered(*[FAR] * n, kind=kind, size=size, **set_up).move("next")
    lost, *rest = next(people for people in tables(room).values() if len(people) == 3)
    return room, lost, rest


@KINDS
def test_of_three_the_two_who_are_left_go_on_wait_or_go_to_another_group(kind):
    room, lost, rest = three_and_others(kind, n=5)
    said = without_line(room, **{lost: 60})
    for who in rest:
        assert said[who] == {"pair": False, "choose": True, "other": True}
    assert without_line(room, **{lost: 15})[rest[0]]["other"] is False, "first they wait"
    others = next(people for people in tables(room).values() if lost not in people)
    presses(room, rest[0], {lost: 60}, then="other")
    together = [room.own(who)["tables"][0] for who in (*rest, *others)]
    assert len({*together}) == 1 and room.own(lost)["roles"][0] == "out"
    assert room.own(rest[0])["together"][0] == 4
    chairs = {room.mine(who).entries["chair"].id for who in (*rest, *others)}
    assert chairs <= room.touched


@KINDS
@pytest.mark.parametrize(("lang", "says", "waits"), [
    ("nl", "Samen naar een andere groep", "Of wacht."),
    ("en", "To another group, together", "Or wait."),
])  # fmt: skip
def test_the_three_choices_stand_on_the_phone_and_the_last_only_where_there_is_a_group(
    house, kind, lang, says, waits
):
    pages = Drawn(house, lang)
    for n, shown in ((5, True), (3, False)):
        room, lost, rest = three_and_others(kind, n=n)
        own = room.room.own(away_in(room, **{lost: 60}), room.mine(rest[0]))
        page = words(pages.draw("phone_own.html", "phone", room, own=own))
        assert (says in page) is shown and waits in page


@KINDS
def test_of_three_the_two_who_go_on_stay_at_their_table(kind):
    room, lost, rest = three_and_others(kind, n=5)
    number = room.own(rest[0])["table"]
    presses(room, rest[0], {lost: 60})
    assert {room.own(who)["tables"][0] for who in rest} == {number}
    assert room.own(rest[0])["together"][0] == 2 and room.own(lost)["roles"][0] == "out"


def test_two_find_no_other_group_where_five_would_sit_together():
    room, lost, rest = three_and_others(Listening, n=6)
    assert without_line(room, **{lost: 60})[rest[0]] == {
        "pair": False, "choose": True, "other": False}  # fmt: skip
    before = room.stage
    with pytest.raises(Refused, match="no_other_table"):
        presses(room, rest[0], {lost: 60}, then="other")
    assert room.stage == before, "and nobody was said to be gone"


def test_two_find_no_other_group_among_people_whose_language_they_do_not_share():
    room = gathered(*[{**FAR, "languages": "pl"}] * 3, *[{**FAR, "languages": "nl"}] * 2)
    room.move("next")
    assert without_line(room, p00=60)["p01"]["other"] is False
    with pytest.raises(Refused, match="no_other_table"):
        presses(room, "p01", {"p00": 60}, then="other")


def test_two_go_to_the_smallest_group_that_fits_both():
    people = [{**FAR, "languages": "pl"}] * 3 + [{**FAR, "languages": "nl"}] * 2 + [
        {**FAR, "languages": "pl"}] * 2  # fmt: skip
    for n in range(3):
        room = gathered(*people).move("next")
        trio = next((who for who in tables(room).values() if len(who) == 3), None)
        assert trio
        lost, *rest = trio[n:] + trio[:n]
        presses(room, rest[0], {lost: 60}, then="other")
        together = tables(room)[room.own(rest[0])["tables"][0]]
        assert {people[NAMES.index(who)]["languages"] for who in together} == {"pl"}
        assert len([who for who in together if room.own(who)["roles"][0] != "out"]) == 4


@KINDS
def test_who_comes_back_sits_with_those_who_went_to_another_group(kind):
    room, lost, rest = three_and_others(kind, n=5)
    presses(room, rest[0], {lost: 60}, then="other").by(lost, "join")
    assert room.own(lost)["tables"][0] == room.own(rest[0])["tables"][0]
    assert room.own(lost)["roles"][0] != "out"


def test_a_phone_that_sleeps_in_the_room_is_not_who_lost_their_line():
    room = joined(FAR, NEAR, NEAR, remote_policy="mixed_buddy", size=3).move("next").move("next")
    with pytest.raises(Refused, match="is_back"):
        presses(room, "p00", {"p01": 60})
    presses(room, "p02", {"p01": 60, "p00": 60})
    assert [room.own(who)["roles"][0] == "out" for who in NAMES[:3]] == [True, False, False]


@KINDS
def test_in_the_room_a_phone_that_sleeps_is_nobody_who_went(kind):
    room = gathered(*[NEAR] * 4, kind=kind, size=2).move("next")
    assert not any(without_line(room, p00=60).values())
    assert room.room.misses(room.scene, frozenset(e.id for e in room.scene.entries)) == ()


def presses_itself(room, **people):
    """What the groups do though nobody presses, when these have had no line for so many seconds."""
    outcome = room.room.by_itself(away_in(room, **people))
    for one in outcome:
        if isinstance(one, Move):
            room.stage = room.room.move(room.stage, room.filled(one.name, one.fields))
    return [(one.name, one.fields["table"]) for one in outcome if isinstance(one, Move)]


def own_pace_far(n=4):
    """Pairs in calls, each at its own pace, while somebody tells; one who will lose the line, and
    who sits with them."""
    room = to(gathered(*[FAR] * n, size=2, sync="group").move("next"), 0, "tell")
    lost, mate = next(people for people in tables(room).values() if "p00" in people)
    return room, lost, mate


def ends(room, who):
    return room.own(who)["parts"][-1]["to"]


def test_at_its_own_pace_a_table_waits_for_who_has_no_line_and_goes_on_when_they_are_back():
    room, lost, mate = own_pace_far()
    number, end = room.own(mate)["table"], ends(room, mate)
    (other,) = {room.own(who)["table"] for who in NAMES[:4]} - {number}
    begun = room.at
    assert presses_itself(room, **{lost: 15}) == [("waits", number)]
    assert presses_itself(room, **{lost: 15}) == [], "once"
    room.waits(20)
    assert room.own(mate)["paused_at"] == begun
    assert room.own(mate)["frozen"] == {"from": begun, "to": begun + 45}
    assert {t["number"]: t["paused_at"] for t in room.console["tables"]} == {
        number: begun,
        other: None,
    }
    assert room.phone["paused_at"] is None, "the others go on"
    assert presses_itself(room) == [("waited", number)]
    assert ends(room, mate) == end + 20 and room.own(mate)["frozen"] is None
    assert all(ends(room, who) == end for who in NAMES[:4] if room.own(who)["table"] == other)


def test_it_waits_no_longer_than_it_may_however_late_that_is_noticed():
    room, lost, mate = own_pace_far()
    end = ends(room, mate)
    presses_itself(room, **{lost: 15})
    room.waits(45)
    assert [name for name, _ in presses_itself(room, **{lost: 60})] == ["waited"]
    assert ends(room, mate) == end + 45
    room, lost, mate = own_pace_far()
    presses_itself(room, **{lost: 15})
    room.waits(300)  # as after a restart: nobody knows any more who was away
    presses_itself(room)
    assert ends(room, mate) == end + 45


def test_a_break_of_the_room_is_no_wait_and_going_on_ends_both():
    room, lost, mate = own_pace_far()
    end = ends(room, mate)
    presses_itself(room, **{lost: 15})
    room.move("pause")
    assert presses_itself(room) == [] and room.own(mate)["paused_at"] == room.at - 10
    room.waits(20).move("resume")
    assert ends(room, mate) == end + 40 and room.own(mate)["paused_at"] is None
    room.move("pause")
    assert presses_itself(room, **{lost: 15}) == [], "it stands still already"


def test_nobody_waits_in_the_room_nor_before_nor_after_the_talk():
    room = to(gathered(*[NEAR] * 4, size=2, sync="group").move("next"), 0, "tell")
    assert presses_itself(room, p00=15) == []
    room, lost, _ = own_pace_far()
    room.waits(9999)
    assert presses_itself(room, **{lost: 15}) == []
    assert presses_itself(gathered(*[FAR] * 4, size=2, sync="group"), p00=15) == []
    assert presses_itself(gathered(*[FAR] * 4, size=2).move("next"), p00=15) == [], "one clock"


def test_on_one_clock_what_the_phones_show_stands_still_and_nothing_else():
    room = to(gathered(*[FAR] * 4, size=2).move("next"), 0, "tell")
    lost, mate = next(people for people in tables(room).values() if "p00" in people)
    scene = away_in(room, **{lost: 15})
    entry = room.mine(lost).entries["chair"].id
    scene = dataclasses.replace(scene, lost={entry: room.at - 17})
    own = room.room.own(scene, room.mine(mate))
    assert own["frozen"] == {"from": room.at - 2, "to": room.at + 43}
    assert "parts" not in own and room.phone["paused_at"] is None
    assert room.room.own(scene, room.mine(lost))["frozen"] is None
    assert all(room.room.own(scene, room.mine(who))["frozen"] is None
               for who in NAMES[:4] if who not in (lost, mate))  # fmt: skip
    chosen = dataclasses.replace(scene, away={entry: 60})
    assert room.room.own(chosen, room.mine(mate))["frozen"] is None


@pytest.mark.parametrize(("lang", "says"), [("nl", "Even wachten… De ander heeft nu geen verbinding."),
                                            ("en", "One moment… The other has no connection now.")])  # fmt: skip
def test_the_phone_says_that_its_clock_stands_still(house, lang, says):
    room, lost, mate = own_pace_far()
    presses_itself(room, **{lost: 15})
    own = room.room.own(away_in(room, **{lost: 15}), room.mine(mate))
    page = Drawn(house, lang).draw("phone_own.html", "phone", room, own=own)
    assert says in words(page)
    assert {"nl": "De klok staat even stil.", "en": "The clock stands still for now."}[
        lang
    ] in words(page)


def clock_of(now, own, parts="[]"):
    """What a phone without scripts shows at a time."""
    view = f'<stage-clock data-parts=\'{parts}\' data-paused="" data-roles-in="x"><b data-left></b></stage-clock>'
    return re.findall(r"data-left>([^<]*)", still(now, view, own).view)[0]


def test_without_scripts_the_clock_stands_still_within_its_part_too():
    parts = '[{"name": "tell", "turn": 0, "from": 0, "to": 100}, {"name": "sum", "turn": 0, "from": 100, "to": 160}]'
    held = '<div data-roles="teller" data-frozen="60.0 105.0">'
    assert clock_of(59, held, parts) == "0:41"
    assert clock_of(60, held, parts) == clock_of(99, held, parts) == "0:40"
    assert clock_of(101, held, parts) == "0:59", "the room goes on, and so does the part"
    assert clock_of(106, held, parts) == "0:54"
    paused = f'<div data-roles="teller" data-parts=\'{parts}\' data-paused="30">'
    assert clock_of(90, paused) == "1:10"


def a_desk(house, n=4, **set_up):
    """A talk of people who are not in the room, on a real desk: their phones, their mates."""
    agenda = [{"id": "l", "kind": "listening", "title": {"nl": "Ronde"}, "minutes": 30,
               "set": {"size": 2, **set_up}}]  # fmt: skip
    running = house.start("host", {"agenda": agenda, "title": "Ronde"}, "nl")
    people, heard, acts = [Token.fresh() for _ in range(n)], [], itertools.count()

    def act(who, name, **fields):
        house.act(running.code, None, people[who], Act(f"a{next(acts)}", name, fields))

    def own(who):
        return house.own(running.code, people[who])

    for who, token in enumerate(people):
        house.arrive(running.code, f"socket {who}", token)
    house.move(running.code, "next", {})
    for who in range(n):
        act(who, "join", side="remote", by="text")
    house.move(running.code, "next", {})
    house.move(running.code, "next", {})
    house.heard = heard.append
    return running, act, own, heard


def mate_of(own, who, n=4):
    return next(one for one in range(n) if one != who and own(one)["table"] == own(who)["table"])


def test_after_fifteen_seconds_without_a_line_the_mates_are_told_and_nobody_else(house):
    running, _, own, heard = a_desk(house)
    mate = mate_of(own, 0)
    house.leave(running.code, "socket 0")
    house.clock.passes(14)
    house.wake()
    assert own(mate)["missing"] is None
    heard.clear()
    house.clock.passes(1)
    house.wake()
    assert own(mate)["missing"] == {"pair": True, "choose": False, "other": False}
    told = {running.laid_by[one] for news in heard for one in news.touched}
    assert len(told) == 2 and not any(news.everyone for news in heard)
    heard.clear()
    house.wake()
    assert heard == [], "once is enough"
    house.clock.passes(45)
    house.wake()
    assert own(mate)["missing"]["choose"] and heard
    assert all(own(who)["missing"] is None for who in range(4) if who != mate)


def on_the_desk(own, who):
    return own(who)["paused_at"], own(who)["parts"][-1]["to"]


def test_on_the_desk_a_table_at_its_own_pace_waits_and_goes_on(house):
    running, act, own, heard = a_desk(house, sync="group")
    mate = mate_of(own, 0)
    end = on_the_desk(own, mate)[1]
    house.leave(running.code, "socket 0")
    house.clock.passes(14)
    house.wake()
    assert on_the_desk(own, mate) == (None, end)
    house.clock.passes(1)
    heard.clear()
    house.wake()
    assert on_the_desk(own, mate) == (house.clock(), end) and heard
    house.clock.passes(20)
    act(0, "help", reason="time")  # they are there again
    house.wake()
    assert on_the_desk(own, mate) == (None, end + 20)
    log = [logged.move for _, logged in running.log]
    assert [one.name for one in log][-3:] == ["waits", "asks", "waited"]
    assert log[-1].fields == {"table": own(mate)["table"]}, "of the table, and of nobody"


def test_it_goes_on_after_a_minute_and_after_a_restart(house, reopen):
    running, _, own, _ = a_desk(house, sync="group")
    mate = mate_of(own, 0)
    end = on_the_desk(own, mate)[1]
    house.leave(running.code, "socket 0")
    for seconds in (15, 30, 15):
        house.clock.passes(seconds)
        house.wake()
    assert on_the_desk(own, mate) == (None, end + 45) and own(mate)["missing"]["choose"]
    house.leave(running.code, "socket 1")
    house.clock.passes(15)
    house.wake()
    paused = {who: own(who)["paused_at"] for who in range(4)}
    assert any(paused.values())
    after = reopen(house)
    after.clock.passes(10)
    after.wake()
    stage = after.find(running.code).course.opened["l"].stage
    assert stage.data["waits"] == {} and not any(
        p["paused_at"] for p in stage.data["paces"].values()
    )


def test_a_full_disk_only_puts_the_wait_off(house):
    running, _, own, _ = a_desk(house, sync="group")
    mate = mate_of(own, 0)
    house.leave(running.code, "socket 0")
    house.clock.passes(15)
    house.disk_is_full = 1
    house.wake()
    assert own(mate)["paused_at"] is None
    house.clock.passes(5)
    house.wake()
    assert own(mate)["paused_at"] == house.clock()


def test_on_the_desk_a_phone_knows_since_when_its_clock_stands_still(house):
    running, _, own, _ = a_desk(house)
    mate = mate_of(own, 0)
    lost_at = house.clock()
    house.leave(running.code, "socket 0")
    house.clock.passes(18)
    house.wake()
    house.clock.passes(10)
    assert own(mate)["frozen"] == {"from": lost_at + 15, "to": lost_at + 60}


def test_who_is_back_is_missed_no_longer(house):
    running, act, own, heard = a_desk(house)
    mate = mate_of(own, 0)
    house.leave(running.code, "socket 0")
    house.clock.passes(70)
    house.wake()
    heard.clear()
    house.arrive(running.code, "socket 9", Token.fresh())
    assert own(mate)["missing"] is not None, "a stranger is not the one who is missed"
    house.clock.passes(1)
    act(0, "help", reason="time")
    house.wake()
    assert own(mate)["missing"] is None and any(news.touched for news in heard)
    with pytest.raises(Refused, match="is_back"):
        act(mate, "gone", role="away")


def test_a_second_tab_is_a_line_too(house):
    running, _, own, _ = a_desk(house)
    (seat,) = {running.sockets["socket 0"]}
    running.sockets["tab"] = seat
    house.leave(running.code, "socket 0")
    house.clock.passes(99)
    house.wake()
    assert own(mate_of(own, 0))["missing"] is None


def test_going_on_without_who_is_away_leads_to_another_group(house):
    running, act, own, _ = a_desk(house)
    mate = mate_of(own, 0)
    house.leave(running.code, "socket 0")
    house.clock.passes(61)
    house.wake()
    act(mate, "gone", role="away")
    assert own(0)["roles"][0] == "out"
    assert own(mate)["together"][0] == 3, "with the other pair"
    assert own(mate)["missing"] is None


def test_who_is_away_is_written_nowhere_and_no_view_knows_it(house):
    running, _, _, _ = a_desk(house)
    before = sorted((p.name, p.read_bytes()) for p in (house.folder / "live").iterdir())
    views = [house.view(running.code, one) for one in ("phone", "screen", "console")]
    house.leave(running.code, "socket 0")
    house.clock.passes(61)
    house.wake()
    after = sorted((p.name, p.read_bytes()) for p in (house.folder / "live").iterdir())
    assert before == after
    seen = [house.view(running.code, one) for one in ("phone", "screen", "console")]
    assert [view for _, view in seen] == [view for _, view in views]


# -- who rather types


TYPES, EITHER, TALKS = {"by": "text"}, {"by": "both"}, {"by": "voice"}


def test_who_types_sits_only_with_who_types_or_finds_it_fine():
    for seed in range(30):
        people = [TYPES, EITHER, *[TALKS] * (4 + seed % 3), TYPES, EITHER]
        room = gathered(*people)
        for table in tables(room).values():
            ways = {people[NAMES.index(who)]["by"] for who in table}
            assert not {"text", "voice"} <= ways
            assert {any(room.own(who)["types"]) for who in table} == {"text" in ways}
        assert room.console["unplaced"] == 0


def test_who_types_finds_no_table_among_people_who_only_talk():
    room = gathered(TYPES, *[TALKS] * 5)
    assert room.own("p00")["table"] == 0 and room.console["unplaced"] == 1
    late = gathered(*[TALKS] * 4).by("late", "join", by="text")
    assert late.own("late")["table"] == 0


def test_who_types_and_comes_late_types_at_their_table_and_with_nobody_who_only_talks():
    room = gathered(*[EITHER] * 2, *[TALKS] * 2, size=3)
    talks = [who for who in NAMES[:4] if room.mine(who).body("chair")["by"] == "voice"]
    room.by("late", "join", by="text")
    number = room.own("late")["table"]
    assert number in (0, *(room.own(who)["table"] for who in NAMES[:2]))
    if number:
        assert room.own("late")["types"][0]
        assert number not in [room.own(who)["table"] for who in talks]
    room = gathered(*[EITHER] * 2, size=2).by("late", "join", by="text")
    assert room.own("late")["types"][0] and room.own("p00")["types"][0]
    room.by("later", "join", by="voice")
    assert room.own("later")["table"] == 0, "who types sits with nobody who only talks"


def test_where_nobody_can_type_everybody_talks(house):
    room = joined(TYPES, *[TALKS] * 3, kind=Pairs)
    assert room.mine("p00").body("chair")["by"] == "voice"
    assert "rather type" not in words(Drawn(house, "en").own(asked(Pairs), "p00"))
    assert "rather type" in words(Drawn(house, "en").own(asked(), "p00"))


def typing(n=3, **set_up):
    """A table that types, in the first second of its first turn."""
    return gathered(TYPES, *[EITHER] * (n - 1), **set_up).move("next")


def by_role(room, turn=0, names=NAMES[:3]):
    return {room.own(who)["roles"][turn]: who for who in names}


def read(room, who, turn=0):
    return [line["text"] for line in room.own(who)["writes"][turn]["lines"]]


@pytest.mark.parametrize(
    ("part", "may"),
    [("land", ()), ("tell", ("teller",)), ("sum", ("listener",)), ("check", ("teller", "listener")),
     ("ask", ("teller", "listener")), ("fb", ("teller", "listener", "observer"))],
)  # fmt: skip
def test_in_each_part_only_who_may_speak_writes(part, may):
    room = to(typing(), 0, part, into=7)
    for role, who in by_role(room).items():
        if role in may:
            room.by(who, "line", text=f"{role} zegt")
            assert part in room.own(who)["writes"][0]["parts"]
        else:
            with pytest.raises(Refused, match="not_your_role"):
                room.by(who, "line", text="nee")
            assert part not in room.own(who)["writes"][0]["parts"]


def test_a_line_sent_at_the_gong_is_not_too_late():
    room = to(typing(), 0, "sum", into=3)
    room.by(by_role(room)["teller"], "line", text="nog net")
    with pytest.raises(Refused, match="not_your_role"):
        to(room, 0, "sum", into=8).by(by_role(room)["teller"], "line", text="te laat")


def test_lines_stand_in_the_order_in_which_they_were_said_for_this_table_alone():
    room = gathered(*[TYPES] * 6).move("next")
    mine = tables(room)[room.own("p00")["table"]]
    roles = by_role(room, names=mine)
    to(room, 0, "tell", into=7).by(roles["teller"], "line", text="eerst").by(
        roles["teller"], "line", text="dan")  # fmt: skip
    to(room, 0, "ask", into=7).by(roles["listener"], "line", text="vraag").by(
        roles["teller"], "line", text="antwoord")  # fmt: skip
    said = ["eerst", "dan", "vraag", "antwoord"]
    for who in NAMES[:6]:
        assert read(room, who) == (said if who in mine else [])
    assert [line["mine"] for line in room.own(roles["listener"])["writes"][0]["lines"]] == [
        False, False, True, False]  # fmt: skip
    assert {room.mine(who).entries["chair"].id for who in mine} == room.touched & {
        e.id for e in room.scene.entries if e.body["what"] == "chair"}  # fmt: skip


def test_so_many_lines_a_turn_and_no_longer_ones():
    room = to(typing(), 0, "tell", into=7)
    teller = by_role(room)["teller"]
    for n in range(12):
        assert room.own(teller)["writes"][0]["left"] == 12 - n
        room.by(teller, "line", text=f"regel {n}")
    with pytest.raises(Refused, match="no_lines_left"):
        room.by(teller, "line", text="nog een")
    assert read(room, teller) == [f"regel {n}" for n in range(12)]
    with pytest.raises(Refused, match="too_long"):
        to(typing(), 0, "tell", into=7).by(teller, "line", text="a" * 281)


def test_lines_of_a_turn_go_when_somebody_writes_in_the_next():
    room = to(typing(), 0, "tell", into=7)
    room.by(by_role(room)["teller"], "line", text="canary")
    to(room, 1, "tell", into=7).by(by_role(room, 1)["teller"], "line", text="nieuw")
    assert "canary" not in str([e.body for e in room.laid.values()])


def test_a_table_that_talks_has_no_lines_and_is_not_asked_to_call():
    room = to(gathered(*[TALKS] * 3).move("next"), 0, "tell", into=7)
    assert room.own("p00")["writes"] == [None] * 3
    with pytest.raises(Refused, match="nothing_to_answer_here"):
        room.by(by_role(room)["teller"], "line", text="nee")
    far = gathered(*[{**FAR, **TYPES}] * 2, size=2)
    assert far.own("p00")["calls"] == [None, None], "who types needs no call"


def test_no_view_and_no_result_has_a_line():
    room = to(typing(), 0, "tell", into=7)
    room.by(by_role(room)["teller"], "line", text="canary")
    for view in (room.phone, room.screen, room.console, kept(room.results)):
        assert "canary" not in str(view)


def test_a_page_without_scripts_has_the_box_for_who_may_write_now(house):
    room, pages = to(typing(), 0, "tell", into=7), Drawn(house, "en")
    roles = by_role(room)
    room.by(roles["teller"], "line", text="zo was het")
    clock = f"<stage-clock data-parts='{json.dumps(room.phone['parts'])}' data-roles-in=x></stage-clock>"
    for role, may in (("teller", True), ("listener", False)):
        seen = still(room.at, clock, pages.own(room, roles[role]))
        assert "zo was het" in words(seen.own) and seen.field is may


def lines_on_disk(running):
    bags = Live(running.database, running.key).bags()
    return [e.body for bag in bags.values() for e in bag.values() if e.body["what"] == "line"]


def written_on_a_desk(house):
    """A line was written, and is on disk."""
    running, act, own, _ = a_desk(house)
    house.clock.passes(35)
    teller = next(who for who in range(4) if own(who)["roles"][0] == "teller")
    act(teller, "line", text="canary getypt")
    assert read_on_desk(own, mate_of(own, teller)) == ["canary getypt"]
    assert len(lines_on_disk(running)) == 1
    return running


def read_on_desk(own, who):
    return [line["text"] for line in own(who)["writes"][0]["lines"]]


@pytest.mark.parametrize("ending", ["next", "undo", "close", "open", "time"])
def test_when_the_talk_ends_every_line_is_destroyed_though_nobody_presses(house, ending):
    running = written_on_a_desk(house)
    match ending:
        case "next":
            for _ in range(40):
                if running.course.opened["l"].stage.phase == "debrief":
                    break
                house.move(running.code, "next", {"force": True})
        case "undo":
            house.move(running.code, "undo", {})  # before the talk
            house.wake()
        case "close":
            house.move(running.code, "close", {"force": True})
        case "open":
            house.move(running.code, "open", {"activity": "l"})
            assert len(lines_on_disk(running)) == 1, "still there: it goes on"
            house.clock.passes(3600)
            house.wake()
        case "time":
            house.clock.passes(3600)
            house.wake()
    assert lines_on_disk(running) == []
    assert not [e for bag in running.bags.values() for e in bag.laid.values()
                if e.body["what"] == "line"]  # fmt: skip


def test_after_the_seal_no_file_has_a_line(house):
    running = written_on_a_desk(house)
    house.move(running.code, "close", {"force": True})
    house.move(running.code, "seal", {})
    left = b"".join(p.read_bytes() for p in sorted(house.folder.rglob("*")) if p.is_file())
    assert b"canary" not in left and b"Ronde" in left


# -- as well heard as in the room?


def rated(n_room, n_far, value="5"):
    """So many tellers here and there say how they felt heard, and all look together."""
    room = gathered(*[NEAR] * n_room, *[FAR] * n_far).move("next")
    for turn in range(3):
        to(room, turn, "fb")
        for who in NAMES[: n_room + n_far]:
            if room.own(who)["roles"][turn] == "teller":
                room.by(who, "heard", value="2" if room.own(who)["side"] == "room" else value)
    return to(room, 2, "fb", into=999).move("next")


def test_the_console_and_the_report_tell_room_and_elsewhere_beside_each_other(house):
    room, pages = rated(9, 9), Drawn(house, "en")
    assert room.console["sides"] == [
        {"side": "room", "n": 9, "part": 0}, {"side": "remote", "n": 9, "part": 9}]  # fmt: skip
    read = words(pages.console(room))
    assert (
        "In the room 0 of 9 Between 0 and 30 of the 100 "
        "Somewhere else 9 of 9 Between 70 and 100 of the 100"
    ) in read
    assert "sides" not in room.screen and "sides" not in room.phone
    told = {"kind": "listening", "title": {}, "question": {}, **kept(room.results)}
    html = pages.faces.render("activities/listening/report.html", "en", a=told)
    assert "I felt heard, in the room. 0 of 9 agree." in words(html)
    assert "I felt heard, from elsewhere. 9 of 9 agree." in words(html)


@pytest.mark.parametrize(("here", "there"), [(9, 3), (9, 6), (3, 9)])
def test_of_too_few_on_one_side_neither_is_told(here, there, house):
    room = rated(here, there)
    assert room.console["sides"] == []
    assert not [f for f in room.results.findings if ":" in f.measure]
    assert "Somewhere else" not in words(Drawn(house, "en").console(room))


# -- one remote only, and rooms that mix


def test_somebody_who_is_willing_calls_with_the_only_one_elsewhere(house):
    willing = {**NEAR, "buddy": "yes"}
    room = gathered(FAR, *[NEAR] * 5, willing, NEAR)
    (pair,) = [people for people in tables(room).values() if "p00" in people]
    assert pair == ["p00", "p06"] and room.console["unplaced"] == 0
    assert room.own("p06")["corner"] and room.own("p06")["calls"][0]["room"] == 1
    assert "Go to a quiet corner with earphones." in words(Drawn(house, "en").own(room, "p06"))
    assert not room.own("p00")["corner"] and not room.own("p01")["wanted"]


@pytest.mark.parametrize("people", [
    [FAR, NEAR, NEAR, NEAR, NEAR],                                    # nobody is willing
    [FAR, {"buddy": "yes"}, {"buddy": "yes"}],                        # one would stay alone
    [{**FAR, "languages": "pl"}, *[{"buddy": "yes"}] * 4],            # no language in common
])  # fmt: skip
def test_else_the_only_one_elsewhere_waits_and_the_console_knows(people, house):
    room = gathered(*people)
    assert room.own("p00")["table"] == 0 and room.console["lone"]
    assert "We look for somebody who calls with you." in words(Drawn(house, "en").own(room, "p00"))
    assert "Ask who calls with them" in words(Drawn(house, "en").console(room))


@pytest.mark.parametrize("n", [3, 4, 5, 6, 7])
def test_who_offers_it_at_the_table_goes_and_leaves_nobody_alone(n):
    room = gathered(FAR, *[NEAR] * n)
    assert all(room.own(who)["wanted"] for who in NAMES[1 : n + 1])
    room.by("p01", "buddy")
    seated = tables(room)
    assert ["p00", "p01"] in seated.values() and room.own("p01")["corner"]
    assert sorted(who for people in seated.values() for who in people) == NAMES[: n + 1]
    assert min(map(len, seated.values())) >= 2 and not room.console["lone"]
    with pytest.raises(Refused, match="too_late_for_that"):
        room.by("p02", "buddy")
    told = room.move("next").own("p00")["roles"]
    assert sorted(told[:2]) == ["listener", "teller"]


def test_with_a_newcomer_the_tables_stay_as_they_are_when_somebody_goes_to_call():
    room = gathered(FAR, *[NEAR] * 6)
    for late in ("l1", "l2"):
        room.by(late, "join", side="room")
    before = tables(room)
    room.by("p01", "buddy")
    for number, people in before.items():
        assert [who for who in people if who != "p01"] == tables(room)[number]


def test_where_rooms_mix_each_has_one_elsewhere_at_most_who_begins():
    for seed in range(25):
        room = joined(*[FAR, NEAR, NEAR] * 4, remote_policy="mixed_buddy")
        room.stage = room.room.move(
            room.stage, dataclasses.replace(room.filled("next", {}), seed=seed)
        )
        for people in tables(room).values():
            far = [who for who in people if room.own(who)["side"] == "remote"]
            assert len(far) <= 1
            assert all(room.own(who)["roles"][0] == "teller" for who in far)
            assert all(bool(room.own(who)["calls"][0]) == bool(far) for who in people)


def test_where_rooms_mix_each_part_lasts_a_quarter_longer_unless_the_facilitator_says_how_long():
    room = joined(FAR, NEAR, NEAR, remote_policy="mixed_buddy", lengths={"tell": 120.0})
    assert room.console["set"]["time_factor"] == "1.25"
    whole = room.room.schedule(room.move("next").move("next").stage).parts
    assert whole[1].end - whole[1].begin == 150
    room = joined(FAR, NEAR, NEAR, remote_policy="mixed_buddy").move("set", time_factor="1")
    assert room.console["set"]["time_factor"] == "1"
    assert Listening(remote_policy="mixed_buddy", time_factor=1.5).slower == 1.5
    assert Listening().slower == 1.0


def test_in_sessions_of_their_own_nobody_of_the_room_is_asked_to_call(house):
    room = gathered(FAR, *[{"buddy": "yes"}] * 4, remote_policy="separate_sessions")
    assert room.own("p00")["table"] == 0 and not room.own("p01")["wanted"]
    assert "another moment" in words(Drawn(house, "en").own(room, "p00"))
    far = gathered(*[FAR, NEAR] * 4, remote_policy="separate_sessions")
    assert all(len({far.own(w)["side"] for w in people}) == 1 for people in tables(far).values())
