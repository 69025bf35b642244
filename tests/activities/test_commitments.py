"""Commitments: who does what by when, typed on the console, read by everybody."""

import re

import pytest

from facilitator.activities.commitments import Commitments
from facilitator.domain.activity import Refused
from tests.drawn import Drawn, words
from tests.play import play

PROMISE = {
    "side": "management",
    "what": "Tien karren erbij",
    "who": "Els",
    "by": "2026-12-01",
    "first_step": "Bellen",
}
LANE = {"id": "concern", "name": {"nl": "Zorg", "en": "Concern"}, "look": "concern"}


def given(text, **row):
    return {"id": text, "lane": LANE, "text": text, "shown": True, "hands": 0, **row}


RANKED = (given("karren", rank=1, dots=3), given("lawaai", rank=2, dots=1))


def crowd():
    return play(Commitments(), given=RANKED).move("promise", **PROMISE)


def test_people_read_and_do_not_type():
    with pytest.raises(Refused, match="nothing_to_answer_here"):
        crowd().by("an", "promise", what="Tien karren erbij")
    assert Commitments().slots() == ()


def test_a_promise_is_read_by_everybody_and_kept():
    room = crowd()
    for view in (room.phone, room.screen, room.console):
        assert view["promises"] == [{**PROMISE, "n": 0}]
    assert room.results.items == (PROMISE,)
    (finding,) = room.results.findings
    assert (finding.measure, finding.value) == ("promises", 1)


def test_a_promise_can_be_changed_and_dropped():
    room = crowd().move("promise", **PROMISE | {"what": "Tweede"})
    room.move("change", n=0, **PROMISE | {"what": "Vijf karren erbij"})
    assert [p["what"] for p in room.screen["promises"]] == ["Vijf karren erbij", "Tweede"]
    assert [p["what"] for p in room.move("drop", n=0).screen["promises"]] == ["Tweede"]


@pytest.mark.parametrize("n", [None, 1, -1, "0", True, 0.0, [0]])
@pytest.mark.parametrize("name", ["change", "drop"])
def test_a_promise_that_is_not_there_is_refused(name, n):
    fields = PROMISE if name == "change" else {}
    with pytest.raises(Refused, match="no_such_agreement"):
        crowd().move(name, n=n, **fields)


def test_few_promises_are_kept_so_few_can_be_made():
    room = play(Commitments(most=1)).move("promise", **PROMISE)
    assert room.screen["room_for_more"]
    assert not room.move("promise", **PROMISE).screen["room_for_more"]
    with pytest.raises(Refused, match="enough_agreements") as no:
        room.move("promise", **PROMISE)
    assert no.value.details == {"most": 2}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"side": "them"}, "choose_one_first"),
        ({"side": None}, "choose_one_first"),
        ({"what": ""}, "write_something_first"),
        ({"what": "\x00"}, "write_something_first"),
        ({"what": "x" * 141}, "too_long"),
        ({"what": 3}, "not_understood"),
        ({"who": " "}, "write_something_first"),
        ({"who": "x" * 61}, "too_long"),
        ({"by": "gauw"}, "choose_a_day"),
        ({"by": None}, "choose_a_day"),
        ({"by": 20261201}, "choose_a_day"),
        ({"first_step": "x" * 141}, "too_long"),
        ({"seat": "an"}, "not_understood"),
    ],
)
def test_half_a_promise_is_refused(wrong, code):
    room = play(Commitments())
    with pytest.raises(Refused, match=code):
        room.move("promise", **PROMISE | wrong)
    assert room.screen["promises"] == []


def test_a_first_step_may_come_later():
    room = play(Commitments()).move("promise", **PROMISE | {"first_step": ""})
    assert room.screen["promises"][0]["first_step"] == ""


def test_what_the_room_chose_is_begun_and_the_rest_is_later():
    room = crowd()
    assert [c["text"] for c in room.screen["begin_with"]] == ["karren"]
    assert room.screen["later"] == [{"lane": LANE, "text": "lawaai"}]


def test_hands_counted_in_the_room_choose_as_well_as_stones():
    room = play(Commitments(), given=(given("karren", rank=1, dots=0, hands=4),))
    assert [c["text"] for c in room.screen["begin_with"]] == ["karren"]
    assert room.screen["later"] == []


def test_without_any_vote_everything_is_for_later():
    room = play(Commitments(), given=(given("karren", rank=1, dots=0), given("lawaai")))
    assert room.screen["begin_with"] == [] and len(room.screen["later"]) == 2


def test_parked_cards_are_not_promised_for_later():
    room = play(Commitments(), given=(given("karren", shown=False),))
    assert room.screen["later"] == []


def test_later_has_a_day_and_a_reason():
    room = crowd().move("later", until="2026-12-20", reason="Eerst de karren")
    assert (room.phone["until"], room.phone["reason"]) == ("2026-12-20", "Eerst de karren")
    assert room.results.facts["later"] == {
        "until": "2026-12-20",
        "reason": "Eerst de karren",
        "cards": [{"lane": LANE, "text": "lawaai"}],
    }


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"until": "", "reason": "x"}, "choose_a_day"),
        ({"until": "2026-12-20", "reason": ""}, "write_something_first"),
        ({"until": "2026-12-20", "reason": "x", "who": "els"}, "not_understood"),
    ],
)
def test_later_without_a_day_or_a_reason_is_refused(fields, code):
    with pytest.raises(Refused, match=code):
        crowd().move("later", **fields)


def test_nothing_promised_is_kept_as_nothing():
    results = play(Commitments(later_by="2026-12-28")).results
    assert results.items == () and results.facts["later"]["until"] == "2026-12-28"


def test_an_unknown_move_is_refused():
    with pytest.raises(Refused, match="unknown_move"):
        crowd().move("sign")


# -- on the screen


def board(promises, later, reason="Eerst de karren", sides=("we", "management")):
    """So many agreements, and so many cards that wait."""
    cards = (given("karren", rank=1, dots=3), *(given(f"Kaart {n}") for n in range(later)))
    room = play(Commitments(), given=cards)
    for n in range(promises):
        room.move("promise", **PROMISE | {"side": sides[n % len(sides)]})
    return room.move("later", until="2026-12-20", reason=reason) if reason else room


@pytest.mark.parametrize(
    ("room", "whole", "rest"),
    [
        (board(2, 9), 1, "En nog 8, op je telefoon"),
        (board(2, 9, reason=""), 2, "En nog 7, op je telefoon"),
        (board(1, 9, sides=("we",)), 2, "En nog 7, op je telefoon"),
        (board(4, 9), 0, "9 briefjes, op je telefoon"),
        (board(4, 1), 0, "Eén briefje, op je telefoon"),
        (board(6, 9, reason=""), 0, "9 briefjes, op je telefoon"),
        (board(2, 1), 1, ""),
    ],
)
def test_a_card_for_later_has_a_whole_line_or_waits_on_the_phone(house, room, whole, rest):
    html = Drawn(house).screen(room)
    later = html[html.index('class="later"') :].split("</section>")[0]
    assert later.count("<li") == whole
    assert rest in words(later) and ("op je telefoon" in words(later)) == bool(rest)


def test_all_agreements_are_written_equally_large(house):
    long = PROMISE | {"side": "management", "what": "Lang " * 25}
    room = play(Commitments()).move("promise", **PROMISE).move("promise", **long)
    sizes = re.findall(r'class="promise (fit-\d)', Drawn(house).screen(room))
    assert len(sizes) == 2 and len(set(sizes)) == 1 and sizes[0] != "fit-1"
