"""Who leads: more than one may, whoever is stopped may not, and with nobody the clock waits."""

from __future__ import annotations

import pytest

from facilitator.activities.listening import Listening
from facilitator.domain.activity import Act, Refused
from facilitator.doors import OF_THE_CONSOLE, STEPS, devices, door, is_led, leaders, role
from facilitator.keys import Token
from facilitator.leading import INVITED
from facilitator.places import Place
from facilitator.watch import ALONE, Watch

#: Three turns of a minute, thirty seconds each to tell and to give back.
LENGTHS = {"land": 0, "tell": 30, "sum": 0, "check": 0, "ask": 0, "fb": 30}
TURN = sum(LENGTHS.values())
ROUND = {"id": "l", "kind": "listening", "title": {"nl": "Ronde"}, "minutes": 3,
         "set": {"find": "neighbour", "size": 3, "lengths": LENGTHS}}  # fmt: skip
NOTHING_RUNS = {"id": "v", "kind": "info", "title": {"nl": "Welkom"}, "minutes": 3}


@pytest.fixture
def running(house, monkeypatch):
    """A round in which everybody talks; its first turn begins."""
    monkeypatch.setattr(Listening, "must_make_sense", lambda room: None)  # no turn is this short
    running = house.start("host", {"agenda": [ROUND, NOTHING_RUNS], "ready": True}, "nl")
    house.move(running.code, "next", {})
    return running


def invited(house, running, **part):
    """The key of a code for one more device."""
    house.move(running.code, "add_lead", part)
    return house.view(running.code, "console")[0]["invitation"]


def added(house, running, **part):
    """The key of one more device that leads, or has another part in it."""
    return house.leads.take(running.code, invited(house, running, **part))


def at(house, running, seconds):
    """A wake-up at this second of the talk."""
    begun = running.course.opened["l"].stage.since
    house.clock.now = begun + seconds
    house.wake()
    return running.course


def test_a_session_that_fails_keeps_no_other_from_its_time(house, running, monkeypatch, caplog):
    first = house.start("host", {"agenda": [NOTHING_RUNS], "ready": True}, "nl")
    order = [one.code for one in house.running.values()]
    broken = order[0]
    other = next(one for one in (running, first) if one.code != broken)
    own = Watch.look

    def look(self, one, now):
        if one.code == broken:
            raise RuntimeError("canary")
        own(self, one, now)

    monkeypatch.setattr(Watch, "look", look)
    key = invited(house, other)
    house.clock.passes(INVITED)
    house.wake()
    assert key and house.view(other.code, "console")[0]["invitation"] == ""
    assert "could not be looked at" in caplog.text


# -- one more lead


def test_a_second_device_leads_beside_the_first(house, running, reopen):
    first, second = added(house, running), added(house, running)
    assert first != second and leaders(running) == ["second.1", "second.2"]
    assert {role(running, key) for key in (first, second, door(running, "console"))} == {"console"}
    after = reopen(house).find(running.code)
    assert {role(after, key) for key in (first, second)} == {"console"}


def test_a_code_works_once(house, running, reopen):
    key = invited(house, running)
    house.leads.take(running.code, key)
    for desk in (house, reopen(house)):
        with pytest.raises(Refused, match="link_is_used"):
            desk.leads.take(running.code, key)
        assert desk.view(running.code, "console")[0]["invitation"] == ""


def test_a_code_that_was_used_comes_to_no_life_with_the_next_one(house, running):
    key = invited(house, running)
    house.leads.take(running.code, key)
    assert invited(house, running) != key
    with pytest.raises(Refused, match="link_is_used"):
        house.leads.take(running.code, key)


def test_two_who_scan_in_the_same_moment_are_one(house, running):
    key, plain, refused = invited(house, running), house.commit, []

    def commit(change):
        house.commit = plain
        with pytest.raises(Refused) as no:
            house.leads.take(running.code, key)
        refused.append(no.value.code)
        plain(change)

    house.commit = commit
    house.leads.take(running.code, key)
    assert refused == ["lead_is_taken"] and leaders(running) == ["second.1"]


def test_a_code_is_good_for_a_short_while_and_not_after_a_restart(house, running, reopen):
    key = invited(house, running)
    house.clock.passes(INVITED - 1)
    assert house.view(running.code, "console")[0]["invitation"] == key
    assert invited(house, running) == key  # pressed by the other: the same code
    house.clock.passes(1)
    heard = []
    house.heard = heard.append
    house.wake()
    assert len(heard) == 1 and house.view(running.code, "console")[0]["invitation"] == ""
    with pytest.raises(Refused, match="link_is_used"):
        house.leads.take(running.code, key)
    key = invited(house, running)
    with pytest.raises(Refused, match="link_is_used"):
        reopen(house).leads.take(running.code, key)


def test_only_consoles_are_told_the_code(house, running):
    key = invited(house, running)
    assert key not in str(house.view(running.code, "phone")) + str(
        house.view(running.code, "screen")
    )


def test_who_is_stopped_leads_no_longer_and_the_others_do(house, running, reopen):
    one, two = added(house, running), added(house, running)
    house.move(running.code, "stop_lead", {"who": "second.1"})
    house.move(running.code, "stop_lead", {"who": "second.1"})  # pressed by both
    for desk in (house, reopen(house)):
        found = desk.find(running.code)
        assert (role(found, one), role(found, two)) == (None, "console")
    again = added(house, running)
    assert again not in (one, two) and leaders(running) == ["second.2", "second.3"]


@pytest.mark.parametrize("who", ["", "start", "console", "screen", "second.9", None, ["leader"]])
def test_nobody_else_can_be_stopped(house, running, who):
    before = dict(running.doors)
    house.move(running.code, "stop_lead", {"who": who})
    assert running.doors == before and role(running, door(running, "console")) == "console"


def test_the_screen_takes_the_lead_back_from_all(house):
    running = house.start("host", {"ready": True}, "nl")
    keys = [house.leads.take(running.code, door(running, "lead")), added(house, running)]
    code = invited(house, running)
    house.move(running.code, "take_back_lead", {})
    assert [role(running, key) for key in keys] == [None, None] and leaders(running) == []
    with pytest.raises(Refused, match="link_is_used"):
        house.leads.take(running.code, code)


@pytest.mark.parametrize(
    ("name", "fields"),
    [("next", {}), ("back", {}), ("lock", {}), ("unlock", {}), ("show", {}), ("hide", {}),
     ("undo", {}), ("pause", {}), ("resume", {}), ("extend", {"seconds": 60}), ("stop", {}),
     ("timer", {"seconds": 9}), ("qr", {"large": True}), ("open", {"activity": "v"}),
     ("skip", {"force": True}), ("tip", {"text": "Wacht."}), ("nudge", {"table": 1}),
     ("seen", {"table": 1}), ("panel", {"n": 1}), ("call", {"link": ""}), ("remove", {}),
     ("close", {"force": True}), ("reopen", {}), ("seal", {}), ("add_lead", {}),
     ("take_back_lead", {}), ("stop_lead", {"who": "leader"})],
)  # fmt: skip
def test_whatever_the_other_did_a_move_on_what_was_before_is_none(house, running, name, fields):
    """Every control names the version that was seen; there is no way around it."""
    seen = running.version
    house.move(running.code, "extend", {"seconds": 30}, seen)
    log, doors = list(running.log), dict(running.doors)
    with pytest.raises(Refused, match="stale"):
        house.move(running.code, name, fields, seen)
    assert (running.log, running.doors) == (log, doors)


# -- a part of leading

PARK = ("park", "put_back", "remove", "enlarge", "tip", "whatever a room has")


def may(house, running, key, name):
    """Whether a device with this key may make this move."""
    try:
        house.leads.must_be_part(running.code, role(running, key), name)
    except Refused:
        return False
    return True


def test_each_part_does_its_own_and_no_other(house, running):
    keys = {part: added(house, running, role=part) for part in ("console", "moderator", "remote")}
    keys |= {"screen": door(running, "screen"), "nobody": "remote.1"}
    steps = STEPS - {"undo"}
    allowed = {"console": {*steps, *OF_THE_CONSOLE, *PARK, "undo"}, "moderator": {*PARK},
               "remote": {*steps, "undo"}, "screen": set(), "nobody": set()}  # fmt: skip
    for part, key in keys.items():
        names = {*steps, *OF_THE_CONSOLE, *PARK, "undo"}
        assert {name for name in names if may(house, running, key, name)} == allowed[part], part


def test_a_part_is_kept_over_a_restart_and_ends_when_it_is_stopped(house, running, reopen):
    keys = [added(house, running, role="moderator"), added(house, running, role="remote")]
    house = reopen(house)
    running = house.find(running.code)
    assert [role(running, key) for key in keys] == ["moderator", "remote"]
    assert (devices(running), leaders(running)) == (["moderator.1", "remote.1"], [])
    house.move(running.code, "stop_lead", {"who": "remote.1"})
    assert [role(running, key) for key in keys] == ["moderator", None]
    house.move(running.code, "take_back_lead", {})
    assert [role(running, key) for key in keys] == [None, None]
    assert role(running, added(house, running, role="remote")) == "remote"
    assert devices(running) == ["remote.2"]


def test_a_code_for_one_part_gives_no_other(house, running):
    sorts = invited(house, running, role="moderator")
    leads = invited(house, running)
    assert sorts != leads
    with pytest.raises(Refused, match="link_is_used"):
        house.leads.take(running.code, sorts)
    assert role(running, house.leads.take(running.code, leads)) == "console"


@pytest.mark.parametrize("part", ["screen", "host", "", 7, ["console"]])
def test_there_are_no_other_parts(house, running, part):
    with pytest.raises(Refused, match="not_understood"):
        house.move(running.code, "add_lead", {"role": part})
    assert not house.leads.invites(running)


def test_a_remote_control_goes_to_the_last_part_and_does_not_close(house, running):
    key = added(house, running, role="remote")
    house.move(running.code, "open", {"activity": "v"})
    assert house.view(running.code, "remote")[0]["next_says"] == "close"
    assert not may(house, running, key, "next") and may(house, running, key, "back")


def test_a_moderator_takes_back_no_step_of_somebody_else(house, running):
    key = added(house, running, role="moderator")
    house.move(running.code, "tip", {"text": "Wacht."})
    assert may(house, running, key, "undo") and house.view(running.code, "moderator")[0]["can_undo"]
    house.move(running.code, "next", {})
    assert not may(house, running, key, "undo")
    assert not house.view(running.code, "moderator")[0]["can_undo"]
    assert house.view(running.code, "console")[0]["can_undo"]


def test_a_remote_control_is_shown_what_the_screen_is_shown(house):
    running = house.start("host", {"ready": True}, "nl")
    house.move(running.code, "open", {"activity": "cards"})
    card = Act("a1", "add", {"lane": "idea", "text": "canary"})
    house.act(running.code, None, Token.fresh(), card)
    house.move(running.code, "open", {"activity": "table"})
    house.move(running.code, "lock", {})
    seen = {
        face: str(house.view(running.code, face)[1]) for face in ("console", "moderator", "remote")
    }
    assert {face: "canary" in view for face, view in seen.items()} == {
        "console": True, "moderator": True, "remote": False,
    }  # fmt: skip


def test_a_remote_control_leads_and_a_moderator_does_not(house, running):
    """So the places of sockets tell the desk; here what the desk makes of it."""
    added(house, running, role="moderator")
    assert leaders(running) == [], "the window with the screen still counts"
    house.leads.comes(running.code, "wall", "screen")
    assert is_led(running)


# -- nobody leads any more


def test_the_clock_waits_at_the_end_of_the_turn_and_not_before(house, running):
    end = 2 * TURN  # alone for a minute when the second turn has begun
    assert not at(house, running, end - 0.1).paused
    course = at(house, running, end + 0.7)  # a wake-up comes when it comes
    assert course.paused and course.halted
    view = house.view(running.code, "phone")[1]
    assert view["paused_at"] == view["parts"][0]["from"] + end


def test_it_is_the_turn_that_is_on_when_a_minute_is_over(house, running):
    house.clock.passes(TURN - ALONE / 2)
    house.leads.seen(running.code)  # the last that was heard, half a minute before the first swap
    assert not at(house, running, TURN + 1).paused
    assert at(house, running, 2 * TURN).halted


def test_with_a_console_there_it_goes_on(house, running):
    house.leads.comes(running.code, "socket", "console")
    for second in range(0, 3 * TURN, 20):
        assert not at(house, running, second).paused


def test_who_comes_back_in_time_is_in_time(house, running):
    assert not at(house, running, 2 * TURN - 1).paused
    house.leads.comes(running.code, "socket", "console")
    assert not at(house, running, 2 * TURN + 1).paused
    house.leads.goes(running.code, "socket")
    assert not at(house, running, 3 * TURN).paused  # the last turn: nothing begins after it


def test_one_of_two_is_enough(house, running):
    for socket in ("one", "two"):
        house.leads.comes(running.code, socket, "console")
    house.leads.goes(running.code, "one")
    assert not at(house, running, 2 * TURN + 1).paused


def test_the_window_with_the_screen_leads_until_somebody_else_does(house, running):
    house.leads.comes(running.code, "wall", "screen")
    assert is_led(running) and not at(house, running, 2 * TURN + 1).paused
    house.clock.passes(-2 * TURN)
    added(house, running)
    assert not is_led(running)
    house.leads.seen(running.code)
    assert at(house, running, 2 * TURN + 1).halted


def test_whoever_presses_is_there(house, running):
    at(house, running, TURN + 30)
    house.move(running.code, "qr", {"large": True})  # by a form, without a socket
    assert not at(house, running, 2 * TURN + 1).paused


def test_a_restart_begins_to_count_anew(house, running, reopen):
    at(house, running, TURN - 5)
    after = reopen(house)
    running = after.find(running.code)
    assert not at(after, running, TURN + 1).paused
    assert not at(after, running, 2 * TURN - 1).paused
    assert at(after, running, 2 * TURN).halted


def test_pairs_wait_at_the_swap_too(house):
    pairs = {"id": "l", "kind": "pairs", "title": {"nl": "Duo"}, "minutes": 5,
             "set": {"tell": 75, "sum_up": 45, "choose": 60}}  # fmt: skip
    running = house.start("host", {"agenda": [pairs], "ready": True}, "nl")
    assert not at(house, running, 119).paused
    assert at(house, running, 125).halted
    house.clock.passes(100)
    house.move(running.code, "resume", {})
    parts = house.view(running.code, "phone")[1]["parts"]
    assert parts[2]["from"] == house.clock(), "the second turn begins now"


def test_a_restart_keeps_it_halted_and_it_goes_on_where_it_was(house, running, reopen):
    at(house, running, 2 * TURN)
    house = reopen(house)
    running = house.find(running.code)
    assert house.view(running.code, "screen")[0]["halted"]
    house.leads.comes(running.code, "socket", "console")
    assert not house.view(running.code, "screen")[0]["halted"], "somebody leads again"
    assert house.view(running.code, "screen")[0]["paused"]
    house.clock.passes(100)
    before = house.view(running.code, "phone")[1]["parts"]
    house.move(running.code, "resume", {})
    view = house.view(running.code, "phone")[1]
    assert view["parts"][:4] == before[:4], "what was over stays over"
    assert view["parts"][4]["from"] == house.clock() and not view["paused_at"]
    assert not running.course.halted


def test_a_pause_is_not_undone_but_ended(house, running):
    at(house, running, 2 * TURN)
    with pytest.raises(Refused, match="nothing_to_undo"):
        house.move(running.code, "undo", {})
    house.move(running.code, "resume", {})
    assert not running.course.paused


def test_a_break_of_the_facilitator_is_theirs(house, running):
    """Who takes a break may put the phone away: the screen says nothing of anybody being gone."""
    house.move(running.code, "pause", {})
    course = at(house, running, 2 * TURN + 1)
    assert course.paused and not course.halted and len(running.log) == 3


def test_it_is_halted_once(house, running):
    at(house, running, 2 * TURN)
    log = list(running.log)
    assert at(house, running, 5 * TURN).halted and running.log == log


def test_where_nothing_runs_nothing_is_halted(house, running):
    house.move(running.code, "open", {"activity": "v"})
    for _ in range(10):
        house.clock.passes(ALONE)
        house.wake()
    assert not running.course.paused


def test_a_full_disk_only_puts_it_off(house, running):
    house.disk_is_full = 1
    assert not at(house, running, 2 * TURN).paused
    course = at(house, running, 2 * TURN + 1)
    assert course.halted
    view = house.view(running.code, "phone")[1]
    assert view["paused_at"] == view["parts"][0]["from"] + 2 * TURN


def test_a_code_on_the_wall_is_for_nobody_once_somebody_leads_again(house, running):
    at(house, running, 2 * TURN)
    key = invited(house, running)
    house.leads.comes(running.code, "socket", "console")
    with pytest.raises(Refused, match="link_is_used"):
        house.leads.take(running.code, key)


def test_the_screen_hears_that_somebody_is_back(house, running):
    at(house, running, 2 * TURN)
    heard, before = [], running.version
    house.heard = heard.append
    house.leads.comes(running.code, "socket", "console")
    assert heard and running.version > before


def test_phones_that_come_and_go_lead_nothing(house, running):
    house.arrive(running.code, "socket", Token.fresh())
    assert at(house, running, 2 * TURN).halted


# -- what a place is shown


@pytest.mark.parametrize(
    ("audience", "part", "face"),
    [("console", "console", "console"), ("console", "moderator", "moderator"),
     ("console", "remote", "remote"), ("console", None, ""), ("screen", "console", "screen"),
     ("screen", "remote", "screen"), ("screen", None, "screen"), ("phone", None, "phone")],
)  # fmt: skip
def test_what_is_shown_hangs_on_the_key_and_is_nothing_when_that_is_taken_back(
    audience, part, face
):
    place = Place("123456", audience, "nl", role=part)
    assert place.face == face
    assert place.channel == f"123456/{face}/nl"
