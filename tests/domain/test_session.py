"""A session is a fold over its moves: the same log always leads to the same place."""

import pytest

from facilitator.activities.ideas import Ideas
from facilitator.activities.info import Info
from facilitator.activities.pairs import Pairs
from facilitator.activities.vote import Vote
from facilitator.domain.activity import Move, Refused
from facilitator.domain.session import Course, Item, Logged, course, find, intended, neighbour, step

AGENDA = (
    Item("hello", Info(minutes=3), "hello"),
    Item("cards", Ideas(hands_on=True), "cards"),
    Item("talk", Pairs(minutes=5), "talk"),
    Item("table", Ideas(choose=True), "cards"),
    Item("stones", Vote(), "stones", takes=("table",)),
)


def after(*moves, at=0.0):
    """The course after these moves, each a name or a name with fields, ten seconds apart."""
    now = Course()
    for n, move in enumerate(moves, 1):
        name, fields = (move, {}) if isinstance(move, str) else move
        logged = intended(AGENDA, now, name, fields)
        meant = Move(logged.move.name, logged.move.fields, at=at + 10 * n, present=6)
        now = step(AGENDA, now, Logged(logged.item, meant))
    return now


def go(item):
    return ("open", {"activity": item})


def test_a_session_begins_in_the_lobby_and_next_opens_the_first_item():
    assert Course().state == "lobby" and Course().current is None
    now = after("next")
    assert (now.state, now.current) == ("open", "hello")
    assert now.opened["hello"].present == 6


def test_next_goes_through_phases_then_items_then_closes():
    now, seen = after("next"), []
    while now.state == "open":
        seen.append(f"{now.current}/{now.stage(now.current).phase}")
        now = after(*["next"] * (len(seen) + 1))
    assert seen == [
        "hello/open", "cards/write", "talk/open", "table/choose", "table/sort", "table/show",
        "stones/cast", "stones/result"]  # fmt: skip
    assert (now.state, now.closing_at) == ("closing", 90)


def test_back_goes_through_phases_then_items_and_stops_at_the_first():
    assert after(*["next"] * 5, "back").stage("table").phase == "choose"
    now = after(*["next"] * 4, "back")
    assert now.current == "talk"
    with pytest.raises(Refused, match="already_at_the_first"):
        after("next", "back")
    with pytest.raises(Refused, match="not_open_yet"):
        after("back")


def test_an_item_that_was_opened_before_stands_where_it_was_left():
    now = after(go("table"), "lock", go("hello"), go("table"))
    assert now.stage("table").phase == "sort"


def test_any_item_can_be_opened_and_an_unknown_one_is_refused():
    assert after(go("stones")).current == "stones"
    for wrong in ("nowhere", "", None, 7, ["hello"]):
        with pytest.raises(Refused, match="no_such_activity"):
            after(go(wrong))
    with pytest.raises(Refused, match="no_such_activity"):
        find(AGENDA, "nowhere")


def test_a_room_gets_no_moves_before_it_is_open():
    with pytest.raises(Refused, match="not_open_yet"):
        after("lock")
    with pytest.raises(Refused, match="not_open_yet"):
        step(AGENDA, after("next"), Logged("cards", Move("lock")))


def test_what_a_room_refuses_is_refused():
    with pytest.raises(Refused, match="unknown_move"):
        after("next", "dance")


def test_while_closing_only_reopen_is_possible():
    for name in ("next", "back", "lock", "close", "pause", "qr", "open"):
        with pytest.raises(Refused, match="session_is_closing"):
            after("next", "next", "close", name)
    now = after("next", "close", "reopen")
    assert (now.state, now.current, now.closing_at) == ("open", "hello", 0)
    assert after("close", "reopen").state == "lobby"


def test_a_pause_holds_the_session_and_reaches_the_room():
    now = after(go("talk"), "pause")  # opened at 10, paused at 20
    assert now.paused and now.stage("talk").data["paused_at"] == 20
    now = after(go("talk"), "pause", "resume")
    assert not now.paused and now.stage("talk").data["started"] == 20


def test_a_pause_in_the_lobby_or_in_a_room_without_a_clock_is_fine():
    assert after("pause").paused
    assert after("next", "pause").paused


def test_the_qr_code_grows_until_something_else_happens():
    large = ("qr", {"large": True})
    assert after("next", large).qr_large
    assert not after("next", large, ("qr", {"large": False})).qr_large
    assert not after("next", large, "next").qr_large
    assert not after("next", large, "lock").qr_large


def test_what_was_handed_on_is_frozen_when_an_item_opens():
    given = [{"id": "k", "text": "karren"}]
    first = Logged("", Move("open", {"activity": "stones", "given": given}, at=1))
    again = Logged("", Move("open", {"activity": "stones", "given": []}, at=2))
    assert course(AGENDA, [first, again]).opened["stones"].given == tuple(given)


def test_a_removed_card_is_taken_out_of_what_was_handed_on():
    given = [{"id": "k", "text": "Jan is een ezel"}, {"id": "l", "text": "lawaai"}]
    log = [
        Logged("", Move("open", {"activity": "table"})),
        Logged("table", Move("lock")),
        Logged("", Move("open", {"activity": "stones", "given": given})),
        Logged("", Move("open", {"activity": "table"})),
        Logged("table", Move("remove", {"id": "k", "reason": "insult"})),
    ]
    assert [c["id"] for c in course(AGENDA, log).opened["stones"].given] == ["l"]
    assert len(course(AGENDA, log[:-1]).opened["stones"].given) == 2


def test_the_same_log_leads_to_the_same_place_and_a_shorter_one_to_the_place_before():
    log = [Logged("", Move("open", {"activity": "talk"}, at=1)),
           Logged("talk", Move("extend", {"seconds": 30}, at=2)),
           Logged("", Move("pause", {}, at=3))]  # fmt: skip
    assert course(AGENDA, log) == course(AGENDA, list(log))
    assert course(AGENDA, log[:2]) == step(AGENDA, course(AGENDA, log[:1]), log[1])
    assert not course(AGENDA, log[:-1]).paused


def test_neighbours_on_the_agenda():
    assert neighbour(AGENDA, None, 1) is AGENDA[0] and neighbour(AGENDA, None, -1) is None
    assert neighbour(AGENDA, "stones", 1) is None and neighbour(AGENDA, "hello", -1) is None
    assert neighbour(AGENDA, "cards", 1) is AGENDA[2]
    assert neighbour((), None, 1) is None


@pytest.mark.parametrize("seconds", [None, "60", True, float("nan"), float("-inf"), 36_001])
@pytest.mark.parametrize("name", ["timer", "extend"])
def test_a_time_that_is_none_is_refused(name, seconds):
    with pytest.raises(Refused, match="not_understood"):
        after("next", (name, {"seconds": seconds}))


def test_the_clock_can_be_set_and_given_more():
    now = after("next")  # opened at 10, three minutes
    assert AGENDA[0].activity.ends(now.stage("hello")) == 10 + 180
    now = after("next", ("extend", {"seconds": 60}))
    assert AGENDA[0].activity.ends(now.stage("hello")) == 10 + 240
    now = after("next", ("timer", {"seconds": 30}))
    assert AGENDA[0].activity.ends(now.stage("hello")) == 20 + 30
