"""The desk: once is once, nothing acknowledged is lost, and nobody is blocked by anybody."""

from __future__ import annotations

import datetime
import itertools
import secrets
from typing import Any

import pytest

from facilitator import formats
from facilitator.desk import Unknown
from facilitator.document import document
from facilitator.domain.activity import Act, Refused
from facilitator.domain.session import HELD
from facilitator.doors import door, lead_is_open, role
from facilitator.keys import Token
from facilitator.store import Change, Live
from facilitator.watch import IDLE

AUDIENCES = ("phone", "screen", "console")
AN, BO = Token(b"a" * 32), Token(b"b" * 32)
ids = (f"act {n}" for n in itertools.count())


def started(house, **wishes):
    """The code of a conversation where people write."""
    wishes = {"format": "werkvloergesprek-30", "topic": "Rooster", "ready": True, **wishes}
    running = house.start("host", wishes, "nl")
    if wishes["ready"]:
        house.move(running.code, "open", {"activity": "cards"})
    return running.code


def act(house, code, who, name, *, id=None, activity=None, about=None, **fields):
    house.act(code, activity, who, Act(id or next(ids), name, fields), about)


def write(house, code, who, text, **more):
    act(house, code, who, "add", lane="concern", text=text, **more)


def go(house, code, item):
    house.move(code, "open", {"activity": item})


def texts(house, code, who):
    return [card["text"] for card in house.own(code, who)["cards"]]


def first_card(house, code, who):
    return house.own(code, who)["cards"][0]["id"]


def seen(house, code, *people):
    """All that anybody sees."""
    views = {audience: house.view(code, audience) for audience in AUDIENCES}
    return views | {who.secret: house.own(code, who) for who in people}


def on_disk(house, code):
    """The entries as a fresh reader finds them."""
    running = house.find(code)
    bags = Live(running.database, running.key).bags()
    return [entry.body for bag in bags.values() for entry in bag.values()]


def during_the_commit(house, run):
    """Let this happen while the next change is on its way to disk."""
    plain = house.commit

    def commit(change):
        house.commit = plain
        run()
        plain(change)

    house.commit = commit


# -- beginning


def test_start_now_asks_nothing(house):
    running = house.start("host", {}, "nl")
    assert house.view(running.code, "screen")[0]["state"] == "lobby"
    assert running.entered.title["nl"] == "Werkvloergesprek"


def test_what_is_known_at_the_start_stands_in_the_first_part(house):
    code = started(house, topic="  Het\u200b rooster ", answer_by="2026-12-01", title="Dag!")
    go(house, code, "welcome")
    frame, view = house.view(code, "phone")
    assert (view["topic"], view["answer_by"]) == ("Het rooster", "2026-12-01")
    assert frame["title"] == {"nl": "Dag!", "en": "Dag!"}


@pytest.mark.parametrize(
    "wishes",
    [
        {"format": "nope"},
        {"preset": "nope"},
        {"agenda": [{"id": "a", "kind": "nope", "title": {}, "minutes": 1}]},
        {"agenda": [{"id": "a", "kind": "vote", "title": {}, "minutes": "x"}]},
        {"agenda": [{"id": "a", "kind": "vote", "title": {}, "minutes": 1, "set": {"dot": 3}}]},
        {"agenda": [{"id": "a", "kind": "vote", "title": {}, "minutes": 1, "set": {"dots": "x"}}]},
        {"agenda": [{"id": "a", "kind": "vote", "title": {}, "minutes": 1, "takes": ["b"]}]},
        {"agenda": [{"id": "a", "kind": "vote", "title": {}, "minutes": 1}] * 2},
        {"agenda": "vote"},
        {"agenda": [{"kind": "vote"}]},
    ],
)
def test_nonsense_is_refused_before_anything_is_written(house, wishes):
    with pytest.raises(formats.Unknown):
        house.start("host", wishes, "nl")
    assert house.files_left() == [] and house.register.many() == []


def test_the_data_and_the_key_are_for_this_user_alone(house):
    running = house.start("host", {}, "nl")
    for path in house.files(running.entered.id):
        assert path.stat().st_mode & 0o777 == 0o600


def test_codes_are_never_given_twice(house, monkeypatch):
    numbers = iter([111, 111, 111, 222])
    monkeypatch.setattr(secrets, "randbelow", lambda most: next(numbers))
    codes = [house.start("host", {}, "nl").code, house.start("host", {}, "nl").code]
    assert codes == ["100111", "100222"]


def test_codes_are_longer_where_many_are_live(house):
    codes = [house.start("host", {}, "nl").code for _ in range(13)]
    assert len(set(codes)) == 13
    assert [len(code) for code in codes] == [6] * 11 + [8] * 2


def test_a_code_that_never_was_is_unknown(house):
    for use in (lambda: house.view("000000", "phone"), lambda: house.move("000000", "next", {}),
                lambda: house.own("000000", AN), lambda: write(house, "000000", AN, "x")):  # fmt: skip
        with pytest.raises(Unknown):
            use()


# -- once is once


def test_the_same_act_twice_is_one_card(house):
    code = started(house)
    for _ in range(3):
        write(house, code, AN, "Te weinig karren", id="same")
    assert texts(house, code, AN) == ["Te weinig karren"]


def test_a_late_resend_does_not_undo_a_change(house):
    code = started(house)
    write(house, code, AN, "oud", id="first")
    house.act(code, None, AN, Act("second", "change",
              {"id": first_card(house, code, AN), "text": "nieuw"}))  # fmt: skip
    write(house, code, AN, "oud", id="first")
    assert texts(house, code, AN) == ["nieuw"]


def test_a_late_resend_does_not_bring_back_what_was_withdrawn(house, reopen):
    code = started(house)
    write(house, code, AN, "spijt", id="first")
    house.act(code, None, AN, Act("second", "withdraw", {"id": first_card(house, code, AN)}))
    write(house, code, AN, "spijt", id="first")
    house = reopen(house)
    write(house, code, AN, "spijt", id="first")
    assert texts(house, code, AN) == [] and on_disk(house, code) == []


def test_a_resend_after_moving_on_is_still_answered(house):
    code = started(house)
    write(house, code, AN, "op tijd", id="first", activity="cards")
    go(house, code, "stones")
    write(house, code, AN, "op tijd", id="first", activity="cards")
    assert len(on_disk(house, code)) == 1
    with pytest.raises(Refused, match="moved_on"):
        write(house, code, AN, "te laat", id="second", activity="cards")


def test_two_people_may_use_the_same_id(house):
    code = started(house)
    write(house, code, AN, "van an", id="same")
    write(house, code, BO, "van bo", id="same")
    assert texts(house, code, AN) == ["van an"] and texts(house, code, BO) == ["van bo"]


def test_a_refused_act_may_be_tried_again_with_the_same_id(house):
    code = started(house)
    with pytest.raises(Refused, match="write_something_first"):
        write(house, code, AN, "", id="same")
    write(house, code, AN, "toch", id="same")
    assert texts(house, code, AN) == ["toch"]


def test_two_tabs_never_take_one_slot(house):
    code = started(house)
    during_the_commit(house, lambda: write(house, code, AN, "tweede tab"))
    write(house, code, AN, "eerste tab")
    assert sorted(texts(house, code, AN)) == ["eerste tab", "tweede tab"]
    assert len(on_disk(house, code)) == 2


def test_two_tabs_never_go_over_the_quota(house):
    code, refused = started(house), []

    def sixth():
        with pytest.raises(Refused, match="none_left") as no:
            write(house, code, AN, "zesde")
        refused.append(no)

    for n in range(4):
        write(house, code, AN, f"{n}")
    during_the_commit(house, sixth)
    write(house, code, AN, "vijfde")
    assert refused and len(on_disk(house, code)) == 5


def test_views_show_only_what_is_on_disk(house):
    code, shown = started(house), []
    during_the_commit(house, lambda: shown.append(house.view(code, "screen")[1]["steps"]))
    write(house, code, AN, "onderweg")
    assert shown == [0] and house.view(code, "screen")[1]["steps"] == 1


def test_the_last_word_on_a_slot_counts_also_within_one_transaction(house):
    running = house.find(started(house))
    laid = [("cards", b"t1", b"box"), ("cards", b"t2", b"box")]
    put, take = (
        Change(running.database, put=laid),
        Change(running.database, take=[("cards", b"t1")]),
    )
    tags = "SELECT tag FROM entry"
    assert house.writer.commit([put, take]) == [None, None]
    assert house.writer.connection(running.database).execute(tags).fetchall() == [(b"t2",)]
    assert house.writer.commit([take, put]) == [None, None]
    assert len(house.writer.connection(running.database).execute(tags).fetchall()) == 2


def test_one_phone_has_one_ballot_also_in_a_second_tab_and_after_a_restart(house, reopen):
    code, insult = vote_on_two(house)
    go(house, code, "stones")
    during_the_commit(house, lambda: act(house, code, AN, "cast", choices={insult: 1}))
    act(house, code, AN, "cast", choices={insult: 1})
    house = reopen(house)
    act(house, code, AN, "cast", choices={insult: 1})
    house.move(code, "show", {})
    assert [row["dots"] for row in house.view(code, "screen")[1]["rows"]] == [1, 0]


# -- acts in the wrong place


def test_nobody_writes_in_the_lobby(house):
    code = started(house, ready=False)
    with pytest.raises(Refused, match="not_open_yet"):
        write(house, code, AN, "te vroeg")


def test_acts_are_for_where_the_session_is(house):
    code = started(house)
    go(house, code, "stones")
    with pytest.raises(Refused, match="moved_on"):
        write(house, code, AN, "te laat", activity="cards")
    for nowhere in ("nowhere", 7, ["cards"]):
        with pytest.raises(Refused, match="no_such_activity"):
            write(house, code, AN, "x", activity=nowhere)


def test_nobody_writes_while_it_closes(house):
    code = started(house)
    house.move(code, "close", {"force": True})
    with pytest.raises(Refused, match="session_is_closing"):
        write(house, code, AN, "te laat")


def test_an_act_meets_a_lock_that_is_on_its_way(house):
    code, refused = started(house), []

    def late():
        with pytest.raises(Refused, match="writing_is_over") as no:
            write(house, code, AN, "net te laat")
        refused.append(no)

    during_the_commit(house, late)
    house.move(code, "lock", {})
    assert refused and on_disk(house, code) == []


def test_while_the_server_stops_acts_wait(house):
    code = started(house)
    house.stopping = True
    with pytest.raises(Refused, match="try_again"):
        write(house, code, AN, "straks")
    with pytest.raises(Refused, match="try_again"):
        house.move(code, "lock", {})


# -- moves


def test_a_double_press_is_one_step(house):
    code = started(house)
    version = house.find(code).version
    house.move(code, "next", {}, version)
    with pytest.raises(Refused, match="stale"):
        house.move(code, "next", {}, version)
    assert house.find(code).course.current == "neighbours"


def test_a_second_press_while_the_first_is_on_its_way_is_none(house):
    code, refused = started(house), []

    def again():
        with pytest.raises(Refused, match="stale") as no:
            house.move(code, "next", {})
        refused.append(no)

    during_the_commit(house, again)
    house.move(code, "next", {})
    assert refused and house.find(code).course.current == "neighbours"


def test_people_who_write_never_block_the_facilitator(house):
    code = started(house)
    version = house.find(code).version
    for n in range(4):
        write(house, code, AN, f"{n}")
    assert house.find(code).version == version + 4
    house.move(code, "lock", {}, version)
    assert house.view(code, "phone")[1]["locked"]


def test_a_move_for_another_part_is_refused(house):
    code = started(house)
    with pytest.raises(Refused, match="moved_on"):
        house.move(code, "lock", {}, activity="stones")


def test_undo_goes_back_one_step_at_a_time(house):
    code = started(house)
    before = seen(house, code, AN)
    house.move(code, "lock", {})
    house.move(code, "undo", {})
    assert seen(house, code, AN) == before
    for _ in range(2):
        house.move(code, "undo", {})
    assert house.view(code, "phone")[0]["state"] == "lobby"
    with pytest.raises(Refused, match="nothing_to_undo"):
        house.move(code, "undo", {})


def test_undo_survives_a_restart(house, reopen):
    code = started(house)
    house.move(code, "lock", {})
    house.move(code, "undo", {})
    assert not reopen(house).view(code, "phone")[1]["locked"]


def test_closing_has_an_opposite_and_no_undo(house):
    code = started(house)
    house.move(code, "close", {"force": True})
    with pytest.raises(Refused, match="nothing_to_undo"):
        house.move(code, "undo", {})
    house.move(code, "reopen", {})
    with pytest.raises(Refused, match="nothing_to_undo"):
        house.move(code, "undo", {})
    assert house.view(code, "phone")[1]["phase"] == "write"


def test_closing_asks_about_parts_that_were_not_done(house):
    code = started(house)
    with pytest.raises(Refused, match="items_left") as no:
        house.move(code, "close", {})
    assert no.value.details == {"n": 6}
    house.move(code, "close", {"force": True})
    assert house.view(code, "phone")[0]["state"] == "closing"


def test_a_refused_move_changes_nothing(house):
    code = started(house)
    before, log = seen(house, code, AN), len(house.find(code).log)
    for name, fields in (("dance", {}), ("open", {"activity": "nowhere"}), ("seal", {}),
                         ("extend", {"seconds": "x"}), ("reopened", {})):  # fmt: skip
        with pytest.raises(Refused):
            house.move(code, name, fields)
    assert seen(house, code, AN) == before and len(house.find(code).log) == log


def test_a_pause_moves_the_schedule_of_the_pairs(house):
    code = started(house)
    go(house, code, "neighbours")
    begin = house.view(code, "phone")[1]["parts"][0]["from"]
    house.move(code, "pause", {})
    assert house.view(code, "screen")[1]["paused_at"] == house.clock()
    house.clock.passes(60)
    house.move(code, "resume", {})
    assert house.view(code, "phone")[1]["parts"][0]["from"] == begin + 60


# -- words that go on, and words that go for good


def vote_on_two(house):
    """A conversation where people vote on two cards; one of them insults somebody."""
    code = started(house)
    write(house, code, AN, "Jan is een ezel")
    write(house, code, BO, "Te weinig karren")
    insult = first_card(house, code, AN)
    go(house, code, "table")
    house.move(code, "show", {})
    return code, insult


def test_a_vote_is_given_what_lies_on_the_table(house):
    code, _ = vote_on_two(house)
    go(house, code, "stones")
    assert len(house.view(code, "phone")[1]["options"]) == 2


def test_removed_words_are_destroyed_at_the_next_move(house):
    code, insult = vote_on_two(house)
    house.move(code, "remove", {"id": insult, "reason": "insult"})
    assert "ezel" not in str([house.view(code, audience) for audience in AUDIENCES])
    assert "ezel" in str(on_disk(house, code)), "until the next move it can be undone"
    house.move(code, "next", {})
    assert "ezel" not in str(on_disk(house, code))
    go(house, code, "table")
    assert house.view(code, "phone")[1]["removed"] == {"insult": 1}
    assert texts(house, code, AN) == []


def test_a_removal_can_be_undone_at_once(house):
    code, insult = vote_on_two(house)
    house.move(code, "remove", {"id": insult, "reason": "insult"})
    house.move(code, "undo", {})
    house.move(code, "next", {})
    assert "ezel" in str(on_disk(house, code))


def test_words_removed_after_the_vote_began_leave_the_ballot_and_the_report(house, reopen):
    code, insult = vote_on_two(house)
    go(house, code, "stones")
    act(house, code, AN, "cast", choices={insult: 1})
    go(house, code, "table")
    house.move(code, "remove", {"id": insult, "reason": "insult"})
    go(house, code, "stones")
    house.move(code, "show", {})
    house = reopen(house)
    assert "ezel" not in str([house.view(code, audience) for audience in AUDIENCES])
    house.move(code, "close", {"force": True})
    assert "ezel" not in str(document(house.find(code)))


def test_a_helper_types_a_card_at_the_lock(house):
    code = started(house)
    house.move(code, "lock", {})
    with pytest.raises(Refused, match="writing_is_over"):
        act(house, code, AN, "type", lane="idea", text="stiekem")
    act(house, code, Token.fresh(), "type", lane="idea", text="van papier",
        about={"role": "helper"})  # fmt: skip
    assert [card["text"] for card in house.view(code, "console")[1]["all"]] == ["van papier"]


# -- closing


def test_closing_is_held_for_five_minutes_and_then_sealed(house):
    code = started(house)
    write(house, code, AN, "blijft")
    house.move(code, "close", {"force": True})
    assert house.view(code, "phone")[0]["closing_until"] == house.clock() + HELD
    house.clock.passes(HELD - 1)
    house.wake()
    assert house.view(code, "phone")[0]["state"] == "closing"
    house.clock.passes(1)
    house.wake()
    with pytest.raises(Unknown):
        house.view(code, "phone")
    assert "blijft" in str(house.report(code=code)[1]) and house.files_left() == []


def test_reopening_goes_on_where_it_was_and_starts_the_five_minutes_anew(house):
    code = started(house)
    house.move(code, "close", {"force": True})
    house.clock.passes(HELD - 1)
    house.move(code, "reopen", {})
    house.clock.passes(HELD)
    house.wake()
    write(house, code, AN, "nog iets")
    house.move(code, "close", {"force": True})
    house.clock.passes(HELD - 1)
    house.wake()
    assert house.view(code, "phone")[0]["state"] == "closing"


def test_a_session_that_nobody_touches_closes_by_itself(house):
    code = started(house)
    house.clock.passes(IDLE - 1)
    house.wake()
    assert house.view(code, "phone")[0]["state"] == "open"
    write(house, code, AN, "nog iemand")
    house.clock.passes(IDLE - 1)
    house.wake()
    assert house.view(code, "phone")[0]["state"] == "open"
    house.clock.passes(1)
    house.wake()
    assert house.view(code, "phone")[0]["state"] == "closing"
    house.clock.passes(HELD)
    house.wake()
    assert house.running == {} and house.files_left() == []


def test_a_held_closing_goes_on_over_a_restart(house, reopen):
    code = started(house)
    house.move(code, "close", {"force": True})
    house = reopen(house)
    assert house.view(code, "phone")[0]["state"] == "closing"
    house.clock.passes(HELD)
    house.wake()
    assert house.files_left() == []


def test_the_report_can_be_read_from_closing_on_and_not_before(house):
    code = started(house)
    with pytest.raises(Refused, match="close_first"):
        house.report(code=code)
    house.move(code, "close", {"force": True})
    entered, closing = house.report(code=code)
    assert house.view(code, "phone")[0]["results_url"] == f"/r/{entered.report_key}"
    house.move(code, "seal", {})
    assert house.report(report_key=entered.report_key)[1] == closing
    with pytest.raises(Unknown):
        house.report(report_key="nope")


def test_everyone_hears_where_the_report_is(house):
    code, heard = started(house), []
    house.heard = heard.append
    house.move(code, "close", {"force": True})
    house.move(code, "seal", {})
    assert heard[-1].sealed == f"/r/{house.register.one(code=code).report_key}"


def test_seal_is_for_a_session_that_closes(house):
    code = started(house)
    with pytest.raises(Refused, match="close_first"):
        house.move(code, "seal", {})


def test_promises_go_on_living_and_come_back_the_next_time(house):
    code = started(house)
    go(house, code, "agreed")
    promise = {"side": "we", "what": "Karren", "who": "Els", "by": "2026-12-01", "first_step": ""}
    house.move(code, "promise", promise)
    house.move(code, "close", {"force": True})
    house.move(code, "seal", {})
    session = house.register.one(code=code).id
    (kept,) = house.register.promises(session)
    assert (kept["what"], kept["status"]) == ("Karren", "open")
    house.register.report(kept["id"], "done", "Staan er")
    next_time = started(house)
    go(house, next_time, "welcome")
    (previous,) = house.view(next_time, "phone")[1]["previous"]
    assert (previous["what"], previous["status"], previous["note"]) == (
        "Karren",
        "done",
        "Staan er",
    )


# -- killed and started again


def steps_of_a_conversation(house, code):
    """A conversation, one thing after another."""
    yield lambda h: h.move(code, "next", {})
    yield lambda h: go(h, code, "cards")
    yield lambda h: write(h, code, AN, "Te weinig karren")
    yield lambda h: write(h, code, BO, "Lawaai")
    yield lambda h: go(h, code, "neighbours")
    yield lambda h: h.move(code, "extend", {"seconds": 30})
    yield lambda h: h.move(code, "pause", {})
    yield lambda h: h.move(code, "resume", {})
    yield lambda h: go(h, code, "table")
    yield lambda h: h.act(
        code, None, AN, Act("choosing", "choose", {"id": first_card(h, code, AN)})
    )
    yield lambda h: h.move(code, "lock", {})
    yield lambda h: h.move(code, "park", {"id": first_card(h, code, BO), "reason": "not_now"})
    yield lambda h: h.move(code, "show", {})
    yield lambda h: go(h, code, "stones")
    yield lambda h: act(h, code, AN, "cast", choices={
        h.view(code, "phone")[1]["options"][0]["id"]: 1})  # fmt: skip
    yield lambda h: h.move(code, "show", {})
    yield lambda h: act(h, code, BO, "missing", text="De nachtploeg")
    yield lambda h: go(h, code, "understood")
    yield lambda h: act(h, code, AN, "say", answer="right")
    yield lambda h: h.move(code, "show", {})
    yield lambda h: h.move(code, "again", {})
    yield lambda h: go(h, code, "agreed")
    yield lambda h: h.move(code, "promise", {"side": "we", "what": "Karren", "who": "Els",
                                             "by": "2026-12-01", "first_step": ""})  # fmt: skip
    yield lambda h: go(h, code, "taps")
    yield lambda h: act(h, code, AN, "answer", item="heard", value="4")
    yield lambda h: h.move(code, "close", {"force": True})


def test_killed_in_every_phase_everybody_is_back_where_they_were(house, reopen):
    code = started(house, ready=False)
    for step in steps_of_a_conversation(house, code):
        step(house)
        before, version = seen(house, code, AN, BO), house.find(code).version
        house = reopen(house)
        assert seen(house, code, AN, BO) == before
        assert house.find(code).version > version
    assert house.find(code).course.state == "closing"


def test_what_was_acknowledged_is_on_disk(house, reopen):
    code = started(house)
    for n in range(5):
        write(house, code, AN, f"kaart {n}")
        assert len(on_disk(house, code)) == n + 1
    assert sorted(texts(reopen(house), code, AN)) == [f"kaart {n}" for n in range(5)]


def test_links_to_screen_and_console_outlive_a_restart(house, reopen):
    running = house.find(started(house))
    keys = {one: door(running, one) for one in ("console", "screen")}
    after = reopen(house).find(running.code)
    assert {one: door(after, one) for one in ("console", "screen")} == keys


# -- a disk that fails


def test_an_act_that_cannot_be_saved_leaves_nothing_behind(house, reopen):
    code = started(house)
    before, version, heard = seen(house, code, AN), house.find(code).version, []
    house.heard, house.disk_is_full = heard.append, 1
    with pytest.raises(Refused, match="not_saved"):
        write(house, code, AN, "Te weinig karren", id="same")
    assert seen(house, code, AN) == before and house.find(code).version == version
    assert heard == [] and house.find(code).seats == set() and on_disk(house, code) == []
    write(house, code, AN, "Te weinig karren", id="same")
    assert texts(reopen(house), code, AN) == ["Te weinig karren"]


def test_a_change_that_cannot_be_saved_leaves_the_card_as_it_was(house):
    code = started(house)
    write(house, code, AN, "oud")
    card, house.disk_is_full = first_card(house, code, AN), 2
    for name, fields in (("change", {"id": card, "text": "nieuw"}), ("withdraw", {"id": card})):
        with pytest.raises(Refused, match="not_saved"):
            house.act(code, None, AN, Act(next(ids), name, fields))
    assert texts(house, code, AN) == ["oud"]
    for n in range(4):
        write(house, code, AN, f"{n}")
    with pytest.raises(Refused, match="none_left"):
        write(house, code, AN, "zes")


def test_a_move_that_cannot_be_saved_is_not_made(house):
    code = started(house)
    before, house.disk_is_full = seen(house, code, AN), 2
    for name in ("lock", "undo"):
        with pytest.raises(Refused, match="not_saved"):
            house.move(code, name, {})
    assert seen(house, code, AN) == before
    write(house, code, AN, "schrijven gaat door")
    house.move(code, "lock", {})
    assert house.view(code, "phone")[1]["locked"]


# -- doors


def test_each_key_opens_its_own_door(house):
    running = house.find(started(house))
    assert role(running, door(running, "console")) == "console"
    assert role(running, door(running, "screen")) == "screen"
    for key in (None, "", "console", "console." + "0" * 40, door(running, "lead"),
                door(running, "leader"), "screen" + door(running, "console")[7:]):  # fmt: skip
        assert role(running, key) is None


def test_a_key_opens_no_other_conversation(house):
    one, other = house.find(started(house)), house.find(started(house))
    assert role(other, door(one, "console")) is None


def test_one_phone_takes_the_lead_once(house, reopen):
    running = house.find(started(house))
    lead = door(running, "lead")
    leader = house.leads.take(running.code, lead)
    assert role(running, leader) == "console"
    with pytest.raises(Refused, match="lead_is_taken"):
        house.leads.take(running.code, lead)
    after = reopen(house)
    assert role(after.find(running.code), leader) == "console"
    with pytest.raises(Refused, match="lead_is_taken"):
        after.leads.take(running.code, door(after.find(running.code), "lead"))


def test_the_lead_is_gone_once_anybody_is_there(house, reopen):
    running = house.find(started(house))
    lead = door(running, "lead")
    with pytest.raises(Refused, match="lead_is_taken"):
        house.leads.take(running.code, "lead." + "0" * 40)
    house.arrive(running.code, "socket", AN)
    with pytest.raises(Refused, match="lead_is_taken"):
        house.leads.take(running.code, lead)
    house.seat(running.code, AN)
    house.leave(running.code, "socket")
    assert not lead_is_open(running)
    after = reopen(house)
    assert not lead_is_open(after.find(running.code))


def test_the_screen_takes_the_lead_back(house, reopen):
    running = house.find(started(house))
    used = door(running, "lead")
    leader = house.leads.take(running.code, used)
    house.move(running.code, "take_back_lead", {})
    assert role(running, leader) is None
    with pytest.raises(Refused, match="lead_is_taken"):
        house.leads.take(running.code, used)
    again = house.leads.take(running.code, door(running, "lead"))
    assert again != leader and role(running, again) == "console"
    after = reopen(house)
    assert role(after.find(running.code), leader) is None


def test_only_the_screen_gets_the_key_to_the_lead(house):
    code = started(house)
    assert "lead" in house.view(code, "screen")[0]
    key = door(house.find(code), "lead")
    assert key not in str(house.view(code, "phone")) + str(house.view(code, "console"))


# -- people


def test_looking_at_the_page_is_not_taking_part(house):
    running = house.find(started(house))
    house.seen(running.code, AN)
    assert running.present(house.clock()) == 1 and running.seats == set()
    house.clock.passes(91)
    assert running.present(house.clock()) == 0


def test_two_tabs_are_one_person(house):
    running = house.find(started(house))
    for socket in ("tab 1", "tab 2"):
        house.arrive(running.code, socket, AN)
        house.seat(running.code, AN)
    assert running.present(house.clock()) == 1 and len(running.seats) == 1
    house.leave(running.code, "tab 1")
    assert running.present(house.clock()) == 1
    house.leave(running.code, "tab 2")
    assert running.present(house.clock()) == 0


def test_nobody_has_anothers_own(house):
    code = started(house)
    write(house, code, AN, "van an")
    assert house.own(code, BO) == house.empty_own(code)
    assert house.own(code, AN) != house.empty_own(code)


def test_a_day_is_the_longest_that_a_conversation_stays_open(house):
    code = started(house)
    for _ in range(4):
        house.clock.passes(5 * 3600)
        house.move(code, "qr", {"large": True})
        house.wake()
    assert house.find(code).course.state == "open"
    house.clock.passes(4 * 3600)
    house.wake()
    assert house.find(code).course.state == "closing"


def test_what_was_left_of_a_start_that_failed_is_cleared_away(house, reopen):
    code = started(house)
    (house.folder / "keys" / "0123456789abcdef.key").write_bytes(b"k" * 32)
    (house.folder / "live" / "0123456789abcdef.db").write_bytes(b"")
    assert code in reopen(house).running
    assert not list(house.folder.rglob("0123456789abcdef*"))


def test_a_session_that_the_register_forgot_is_left_when_somebody_was_in_it(house, reopen):
    code = started(house)
    write(house, code, AN, "blijft")
    database, key = house.files(house.find(code).entered.id)
    with house.register.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM session")
    assert code not in reopen(house).running
    assert database.exists() and key.exists()


def test_who_came_later_counts_too(house):
    code = house.start("host", {"ready": True}, "nl").code  # opened before anybody was there
    people = [Token.fresh() for _ in range(6)]
    for n, token in enumerate(people):
        house.arrive(code, f"socket-{n}", token)
        house.seat(code, token)
    go(house, code, "taps")
    for token in people[:5]:
        act(house, code, token, "answer", item="heard", value="4")
    assert house.view(code, "console")[1]["rows"][0]["turnout"] == "most"
    assert [found["n"] for found in document(house.find(code))["activities"][-1]["findings"]] == [5]


def test_a_helper_takes_no_seat_for_whom_they_type(house):
    code = started(house)
    act(house, code, AN, "add", lane="idea", text="van mij")
    house.move(code, "lock", {})
    act(house, code, Token.fresh(), "type", lane="idea", text="van papier",
        about={"role": "helper"})  # fmt: skip
    assert len(house.find(code).seats) == 1


def test_a_card_that_is_not_there_cannot_be_removed(house):
    code, _ = vote_on_two(house)
    go(house, code, "table")
    with pytest.raises(Refused, match="no_such_card"):
        house.move(code, "remove", {"id": "0" * 16, "reason": "name"})


def test_what_was_removed_stays_counted_once_its_words_are_gone(house):
    code, insult = vote_on_two(house)
    go(house, code, "table")
    house.move(code, "remove", {"id": insult, "reason": "insult"})
    house.move(code, "undo", {})  # at once: the words are still there
    assert not house.view(code, "phone")[1]["removed"]
    house.move(code, "remove", {"id": insult, "reason": "insult"})
    house.move(code, "page", {"n": 0})
    house.move(code, "undo", {})
    with pytest.raises(Refused, match="destroyed_for_good"):
        house.move(code, "undo", {})
    assert house.view(code, "phone")[1]["removed"] == {"insult": 1}


def test_one_damaged_session_holds_up_none_of_the_others(house, reopen):
    damaged, whole = started(house), started(house)
    house.files(house.find(damaged).entered.id)[1].unlink()
    assert set(reopen(house).running) == {whole}


# -- what groups do


def listening(house, people=6, **set_up):
    """A round in which everybody talks, and its people."""
    lengths = {**dict.fromkeys(("land", "sum", "check", "ask", "fb"), 20), "tell": 50}
    steps = [{"id": "l", "kind": "listening", "title": {"nl": "Ronde"}, "minutes": 3,
              "set": {"size": 3, "lengths": lengths, **set_up}}]  # fmt: skip
    code = house.start("host", {"agenda": steps, "ready": True}, "nl").code
    phones = [Token.fresh() for _ in range(people)]
    for token in phones:
        act(house, code, token, "join")
    house.move(code, "next", {})
    house.move(code, "next", {})
    return code, phones


def tables(house, code, phones):
    """The table of each phone in the first turn."""
    return [house.own(code, token)["tables"][0] for token in phones]


def test_what_a_group_does_is_not_the_facilitators_to_undo(house, reopen):
    code, phones = listening(house, people=5)
    before = tables(house, code, phones)
    pair = [token for token, n in zip(phones, before, strict=True) if before.count(n) == 2]
    act(house, code, pair[0], "leave")
    assert house.own(code, pair[1])["roles"][0] == "company"
    house.move(code, "undo", {})  # the talk has not begun; the table stays together
    house.move(code, "next", {})
    house = reopen(house)
    assert house.own(code, pair[1])["roles"][0] == "company"
    assert [logged.by_group for _, logged in house.find(code).log][-2:] == [True, False]


def test_a_shared_phone_and_who_leads_sit_where_they_sat_after_a_restart(house, reopen):
    steps = [{"id": "l", "kind": "listening", "title": {"nl": "Ronde"}, "minutes": 3}]
    code = house.start("host", {"agenda": steps, "ready": True}, "nl").code
    shared, alone = Token.fresh(), Token.fresh()
    act(house, code, shared, "join", people="3")
    act(house, code, alone, "join")
    house.move(code, "join_in", {"on": "yes", "languages": "nl"})
    house.move(code, "next", {})
    before = house.own(code, shared)["cards"], house.view(code, "console")[1]["leader"]
    assert sorted(before[0][0]) == ["listener", "observer", "teller"]
    assert before[1]["tables"][0] == house.own(code, alone)["table"] > 0
    house = reopen(house)
    assert (house.own(code, shared)["cards"], house.view(code, "console")[1]["leader"]) == before
    house.move(code, "undo", {})
    house.move(code, "undo", {})
    assert house.view(code, "console")[1]["leader"] is None


def test_a_chair_is_one_row_however_many_share_the_phone(house):
    steps = [{"id": "l", "kind": "listening", "title": {"nl": "Ronde"}, "minutes": 3}]
    code = house.start("host", {"agenda": steps, "ready": True}, "nl").code
    act(house, code, Token.fresh(), "join", people="3")
    running = house.find(code)
    assert len(running.bag(running.current).entries()) == 1


def test_an_undo_leaves_out_what_a_group_did_in_the_time_it_takes_back(house, reopen):
    code, phones = listening(house, sync="group")
    house.clock.passes(3 * 150 - 5)
    house.move(code, "extend", {"seconds": 60})
    house.clock.passes(20)  # over, but for what was added
    act(house, code, phones[0], "ready")
    house.move(code, "undo", {})
    assert reopen(house).own(code, phones[0])["parts"]


def test_what_is_planned_follows_what_was_chosen(house):
    steps = [{"id": "l", "kind": "listening", "title": {"nl": "Ronde"}, "minutes": 29},
             {"id": "i", "kind": "info", "title": {"nl": "Slot"}, "minutes": 3}]  # fmt: skip
    code = house.start("host", {"agenda": steps, "ready": True}, "nl").code
    begun = house.view(code, "console")[0]["started_item"]
    house.move(code, "set", {"preset": "kort"})
    for face in ("console", "screen", "phone"):
        frame = house.view(code, face)[0]
        assert frame["item"]["minutes"] == 21 and frame["ends"] == begun + 21 * 60
    assert [one["minutes"] for one in house.view(code, "console")[0]["agenda"]] == [21, 3]
    house.clock.passes(21 * 60)
    house.move(code, "open", {"activity": "i"})
    assert house.view(code, "console")[0]["behind"] == 0


@pytest.mark.parametrize(("pressed", "mixed"), [(["mix"], False), (["mix", "unmix"], True)])
def test_a_mix_is_undone_until_its_swap_and_never_after_it(house, pressed, mixed):
    def where():
        return [house.own(code, token)["tables"] for token in phones]

    code, phones = listening(house, people=9)
    for name in pressed:
        house.move(code, name, {})
    before = where()
    house.move(code, "undo", {})
    assert house.view(code, "console")[1]["mixes"] == ([()] if mixed else [])
    assert where() != before
    house.move(code, pressed[-1], {})
    after = where()
    house.clock.passes(150 + 1)
    with pytest.raises(Refused, match="tables_are_mixed"):
        house.move(code, "undo", {})
    assert where() == after
    house.move(code, "extend", {"seconds": 30})
    house.move(code, "undo", {})
    with pytest.raises(Refused, match="tables_are_mixed"):
        house.move(code, "undo", {})


def test_a_group_never_makes_a_move_of_the_facilitator_stale(house):
    code, phones = listening(house)
    version = house.find(code).version
    act(house, code, phones[0], "leave")
    house.move(code, "pause", {}, version)
    assert house.view(code, "console")[0]["paused"]


def test_a_failed_commit_takes_back_what_a_group_did(house):
    code, phones = listening(house, people=5)
    before = tables(house, code, phones)
    pair = [token for token, n in zip(phones, before, strict=True) if before.count(n) == 2]
    house.disk_is_full = 1
    with pytest.raises(Refused, match="not_saved"):
        act(house, code, pair[0], "leave")
    assert tables(house, code, phones) == before
    act(house, code, pair[0], "leave")
    assert house.own(code, pair[1])["roles"][0] == "company"


# -- a session that stays open until a day


def iso(clock: Any, days: int) -> str:
    return datetime.date.fromtimestamp(clock() + days * 86400).isoformat()


def test_a_session_that_stays_open_closes_when_its_last_day_is_over(house):
    running = house.start("host", {"ready": True, "until": iso(house.clock, 6)}, "nl")
    frame, _ = house.view(running.code, "phone")
    assert frame["until"] == iso(house.clock, 6)
    house.clock.passes(5 * 86400)  # nobody touches it for days
    house.wake()
    assert running.course.state == "open"
    house.clock.passes(running.closes_at - house.clock() - 1)
    house.wake()
    assert running.course.state == "open"
    house.clock.passes(1)
    house.wake()
    assert running.course.state == "closing"


def test_it_still_knows_so_after_a_restart(house, reopen):
    code = house.start("host", {"ready": True, "until": iso(house.clock, 6)}, "nl").code
    house.clock.passes(3 * 86400)
    after = reopen(house)
    after.wake()
    assert after.find(code).course.state == "open"


@pytest.mark.parametrize("until", [31, -1, "morgen", 5])
def test_at_most_thirty_days_and_never_before_today(house, until):
    said = iso(house.clock, until) if isinstance(until, int) else until
    if until == 5:
        said = {"a": said}  # a form cannot say that; a tool can
    with pytest.raises(Refused):
        house.start("host", {"until": said}, "nl")
    assert not house.running


def test_thirty_days_and_today_are_fine(house):
    for days in (30, 0):
        assert (
            house.start("host", {"until": iso(house.clock, days)}, "nl").closes_at > house.clock()
        )
