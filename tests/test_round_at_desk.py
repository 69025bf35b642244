"""A round at the desk as it is: what a phone laid is found again, and nothing stands still."""

from __future__ import annotations

import pytest

from facilitator.domain.activity import Refused
from tests.atdesk import AtDesk


def reformed(house, form):
    """Six people in a round that is set from a neighbour to tables, or the other way round."""
    find = "table" if form == "neighbour" else "neighbour"
    round = AtDesk(house, 6, find=find, size=3, observer="full", preset="standaard")
    round.go("set", form=form)
    if form != "neighbour":
        for who in round.people:
            round.by(who, "join")
        round.go("next")
    return round.go("next")


def test_set_from_a_neighbour_to_tables_each_phone_keeps_what_it_laid(house):
    round = reformed(house, "three").to(0, "check")
    (teller, *_), (watcher, *_) = round.who_is("teller", 0), round.who_is("observer", 0)
    round.by(teller, "check", answer="almost", turn=0)
    assert round.own(teller)["answers"] == {"check.0": "almost"}
    for times in (1, 2):
        round.by(watcher, "tally", what="open", turn=0)
        assert round.own(watcher)["turns"][0]["counts"]["open"] == times
    round.to(0, "fb").by(teller, "heard", value="4", item="heard", turn=0)
    assert round.own(teller)["rates"][0]["given"] == 1


def test_set_from_tables_to_a_neighbour_each_phone_keeps_what_it_laid(house):
    round = reformed(house, "neighbour").to(0, "fb")
    for given, item in enumerate(("heard", "voice"), 1):
        round.by("p00", "heard", value="4", item=item)
        assert round.own("p00")["rates"][0]["given"] == given


@pytest.mark.parametrize("size", [2, 3])
def test_who_stepped_out_before_a_step_was_undone_sits_nowhere_and_all_goes_on(house, size):
    round = AtDesk(house, 6, size=size).go("next").go("back")
    round.by("p00", "join", **{"as": "no"}).go("undo")
    for _ in ("they gather", "they talk"):
        for audience in ("phone", "screen", "console"):
            round.seen(audience)
        assert not round.own("p00").get("table")
        assert sum(round.own(who).get("table", 0) > 0 for who in round.people) == 5
        round.go("next")
    round.by("p00", "join")
    assert round.own("p00")["joined"] == "yes"


def test_at_the_swap_phones_and_console_hear_who_sits_down(house):
    round = AtDesk(house, 4, sync="group", size=2).go("next").go("next").to(0, "tell")
    house.wake()
    round.comes("late")
    round.by("late", "join")
    heard = []
    house.heard = heard.append
    house.wake()
    assert heard == [], "nothing changed yet"
    waiting = round.own("late")["roles"][0]
    round.to(1, "land", into=2)
    house.wake()
    assert [news.everyone for news in heard] == [True]
    house.wake()
    assert len(heard) == 1, "once is enough"
    assert waiting == "waiting" and round.own("late")["roles"][1] != "waiting"


def test_looking_back_cuts_nobody_off_by_a_key(house):
    round = AtDesk(house, 6)
    for _ in range(2):
        with pytest.raises(Refused, match="unknown_move"):
            round.go("show")
        round.go("next")
    with pytest.raises(Refused, match="unknown_move"):
        round.to(0, "tell").go("show")
    round.waits(3600)
    assert round.go("show").seen("console")["stand"] == "debrief"


def test_at_its_own_pace_the_same_key_asks_who_still_talks(house):
    round = AtDesk(house, 6, sync="group").go("next").go("next").to(0, "tell")
    with pytest.raises(Refused, match="still_talking"):
        round.go("show")
    assert round.go("show", force=True).seen("console")["stand"] == "debrief"
