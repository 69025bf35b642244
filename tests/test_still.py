"""A page for a browser that runs no scripts: what is on now, and what is mine of it."""

from __future__ import annotations

import json
import re
from html import escape

import pytest

from facilitator.web.still import LATEST, USUAL, still
from tests.activities.test_listening import LENGTHS, talking, to, who_is
from tests.drawn import Drawn

PARTS = [{"name": name, "turn": turn, "from": 100 + 60 * turn + 30 * n, "to": 130 + 60 * turn + 30 * n}
         for turn in range(2) for n, name in enumerate(("tell", "ask"))]  # fmt: skip
HEADING = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.S)


def clock(inside, paused="", **more):
    told = "".join(f' data-{name.replace("_", "-")}="{escape(str(v))}"' for name, v in more.items())
    return f"<stage-clock data-parts='{json.dumps(PARTS)}' data-paused=\"{paused}\"{told}>{inside}</stage-clock>"


def shown(html):
    """The words of what is not hidden, where nothing lies in anything."""
    return re.findall(r"<p(?![^>]*\shidden)[^>]*>(\w+)", html)


def tags(*each):
    return "".join(f"<p {attributes}>{word}</p>" for word, attributes in each)


def test_the_part_that_is_on_shows_and_the_others_do_not():
    inside = tags(("tells", 'data-part="tell" hidden'), ("asks", 'data-part="ask"'),
                  ("both", 'data-part="tell ask" hidden'), ("always", 'class="x"'),
                  ("over", 'data-part="after" hidden'), ("early", 'data-part="before" hidden'))  # fmt: skip
    for now, words in [(90, ["always", "early"]), (100, ["tells", "both", "always"]),
                       (130, ["asks", "both", "always"]), (160, ["tells", "both", "always"]),
                       (220, ["always", "over"])]:  # fmt: skip
        assert shown(still(now, clock(inside)).view) == words, now


def test_turns_times_and_a_pause():
    inside = tags(("first", 'data-turn="0"'), ("second", 'data-turn="1"'),
                  ("tip", 'data-from="150" data-to="165" hidden'),
                  ("soon", 'data-part="tell" data-last="5" hidden'))  # fmt: skip
    assert shown(still(124.9, clock(inside)).view) == ["first"]
    assert shown(still(125, clock(inside)).view) == ["first", "soon"]
    assert shown(still(149, clock(inside)).view) == ["first"]
    assert shown(still(164, clock(inside)).view) == ["second", "tip"]
    assert shown(still(999, clock(inside, paused=155)).view) == ["first", "tip"]


def test_my_role_is_that_of_the_turn_that_is_on():
    inside = tags(
        ("teller", 'data-role="teller" hidden'), ("listener", 'data-role="listener any" hidden')
    )
    view = clock(inside, roles_in="#own [data-roles]", usual_role="")
    own = '<div class="mine" data-roles="teller listener"><p data-turn="0">mine</p></div>'
    assert shown(still(100, view, own).view) == ["teller"]
    assert shown(still(160, view, own).view) == ["listener"]
    assert shown(still(160, view, "<div></div>").view) == [], "who has no role sees none"
    assert [shown(still(now, view, own).own) for now in (100, 160)] == [["mine"], []]
    beside = clock(inside, roles_in="#own [data-roles]", usual_role="any")
    assert shown(still(100, beside, "<div></div>").view) == ["listener"]


def test_a_table_at_its_own_pace_has_its_own_time():
    view = clock(tags(("tells", 'data-part="tell"'), ("asks", 'data-part="ask"')), roles_in="#own")
    mine = [{"name": "ask", "turn": 0, "from": 0, "to": 999}]
    own = f"<div data-parts='{json.dumps(mine)}' data-roles=\"teller\"></div>"
    assert shown(still(101, view, own).view) == ["asks"]


def test_the_time_that_is_left_is_written():
    html = clock('<b class="time" data-left>25 min</b>')
    assert '<b class="time" data-left>0:18</b>' in still(112.4, html).view
    assert "data-left>0:20</b>" in still(500, clock("<b data-left></b>", paused=110)).view
    assert "data-left>0:00</b>" in still(500, html).view


@pytest.mark.parametrize(
    ("now", "paused", "seconds"),
    [(101, "", LATEST), (121.5, "", 9), (129.9, "", 2), (500, "", USUAL), (500, 110, USUAL)],
)
def test_it_looks_again_when_the_part_is_over(now, paused, seconds):
    assert still(now, clock("", paused=paused)).look_again == seconds


def test_a_page_without_a_clock_is_as_it_was():
    html = '<p data-part="x">a</p><b data-left>5 min</b>'
    assert still(1, html, html) == type(still(1, ""))(html, html, False, USUAL)


def test_a_field_that_shows_keeps_the_page_from_looking_again_by_itself():
    area = clock(
        '<textarea data-role="alone" data-keep="x"></textarea>', roles_in="#own", usual_role=""
    )
    assert still(100, area, '<i data-roles="alone alone"></i>').field
    assert not still(100, area, '<i data-roles="teller alone"></i>').field
    assert still(100, '<vote-ballot data-dots="3" data-fill>').field
    assert not still(100, '<span data-fill="table"></span><input data-fills>').field


@pytest.mark.parametrize("role", ["teller", "listener", "observer"])
def test_a_phone_in_a_round_sees_its_own_part_and_no_other(house, role):
    """Each part of each turn: one heading, as the same page would show it live."""
    room, drawn = talking(3), Drawn(house, "en")
    for turn in range(3):
        who = who_is(room, role, turn)[0]
        seen = []
        for part in LENGTHS:
            to(room, turn, part)
            page = still(room.at, drawn.phone(room), drawn.own(room, who))
            found = visible_headings(page.view)
            assert len(found) == 1, (turn, part, found)
            seen += found
        assert len(set(seen)) == len(LENGTHS), "each part says something else"


def visible_headings(html):
    """What the headings say that are in nothing hidden."""
    panels = re.findall(
        r'(<div class="part"[^>]*>)(.*?)(?=<div class="part"|</stage-clock>)', html, re.S
    )
    return [h for tag, inside in panels if " hidden" not in tag for h in HEADING.findall(inside)]


def test_the_console_says_which_part_is_on(house):
    room, drawn = talking(3), Drawn(house, "en")
    for turn, part, says in (
        (0, "tell", "Listen"),
        (1, "land", "Swap of roles"),
        (2, "fb", "Give back"),
    ):
        to(room, turn, part, into=2)
        html = still(room.at, drawn.console(room)).view
        running = re.findall(r'<p class="part"(?![^>]*hidden)[^>]*>(.*?)</p>', html)
        assert len(running) == 1 and says in running[0] and f"Turn {turn + 1} of 3" in running[0]
        left = LENGTHS[part] - 2
        assert f"data-left>{left // 60}:{left % 60:02}<" in html


def test_a_view_knows_nothing_of_the_time(house):
    """It is shared and compared: only a whole page is of one moment."""
    room, drawn = talking(3), Drawn(house, "en")
    before = drawn.phone(to(room, 0, "land")), drawn.console(room)
    assert (drawn.phone(to(room, 0, "tell")), drawn.console(room)) == before
