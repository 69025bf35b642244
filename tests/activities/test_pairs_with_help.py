"""Pairs of people who share a phone, with somebody who interprets, or with who leads."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from html.parser import HTMLParser
from random import Random

import pytest

from facilitator.activities.pairs import Pairs
from facilitator.domain.activity import Refused
from facilitator.domain.sharing import LEADER
from facilitator.domain.sitting import END
from facilitator.web.still import still
from tests.drawn import Drawn, words
from tests.play import play

NAMES = [f"p{n:02}" for n in range(30)]
THREE, TWO = {"people": 3}, {"people": "2"}
PL, NL, BOTH = {"languages": "pl"}, {"languages": "nl"}, {"languages": "nl,pl", "interprets": "yes"}


def joined(*people, find="table", **set_up):
    """These people said yes: each what they said of themselves."""
    room = play(Pairs(find=find, **set_up))
    for who, said in zip(NAMES, people, strict=False):
        room.by(who, "join", **said)
    return room


def gathered(*people, **set_up):
    return joined(*people, **set_up).move("next")


def talking(*people, **set_up):
    return gathered(*people, **set_up).move("next").waits(1)


def led(*people, **set_up):
    """The same with who leads among them."""
    return joined(*people, **set_up).move("join_in", on="yes").move("next").move("next").waits(1)


def roles(room, who):
    return room.own(who)["roles"]


def told(room, who):
    """In which turns each person on a phone tells."""
    own = room.own(who)
    by_person = zip(*own["cards"], strict=True) if own["cards"] else [own["roles"]]
    return [[n for n, role in enumerate(one) if role == "teller"] for one in by_person]


class Seen(HTMLParser):
    """What there is to read on a page: what is hidden left out, and what is folded away."""

    def __init__(self, html):
        super().__init__()
        self.open, self.words = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag in ("input", "br"):
            return
        known, folded = dict(attrs), self.open[-1:] == [("details", "folded")]
        if "hidden" in known or (folded and tag != "summary"):
            self.open.append((tag, "hidden"))
        else:
            self.open.append((tag, "folded" if tag == "details" and "open" not in known else ""))

    def handle_startendtag(self, tag, attrs):
        """Nothing stands in it."""

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not any(how == "hidden" for _, how in self.open):
            self.words += data.split()


def shown(pages, room, who):
    """What somebody reads on their phone now, without scripts."""
    seen = still(room.at, pages.phone(room), pages.own(room, who))
    return " ".join(Seen(seen.view + seen.own).words)


# -- one phone for two or three


def test_two_on_one_phone_are_a_pair_and_each_tells_once():
    room = talking(TWO, {}, {})
    own = room.own("p00")
    assert own["roles"] == ["shared", "shared", "deeper"] and "parts" not in own
    assert sorted(map(sorted, own["cards"][:2])) == [["listener", "teller"]] * 2
    assert sorted(told(room, "p00")) == [[0], [1]]
    assert room.own("p01")["table"] == room.own("p02")["table"] != own["table"]


@pytest.mark.parametrize("find", ["table", "remote"])
def test_three_on_one_phone_have_a_turn_each_and_end_on_the_gong_of_all(find):
    room = talking(THREE, {}, {}, find=find)
    own, parts = room.own("p00"), room.phone["parts"]
    assert sorted(told(room, "p00")) == [[0], [1], [2]]
    assert own["shares"] == 3 and own["roles"] == ["shared"] * 3 + ["deeper"]
    assert len(own["parts"]) == 7 and own["parts"][5]["to"] == parts[3]["to"]
    assert own["parts"][6]["to"] == parts[4]["to"]
    assert bool(own["calls"][0]) == (find == "remote") and len(own["calls"]) == 4
    assert room.console["tables"][own["table"] - 1]["people"] == 3


def test_an_odd_one_joins_two_on_a_phone_and_each_of_the_three_has_a_turn():
    room = talking(TWO, {})
    assert room.own("p00")["table"] == room.own("p01")["table"]
    assert sorted(told(room, "p00") + told(room, "p01")) == [[0], [1], [2]]
    assert {"shared"} == {role for role, cards in zip(roles(room, "p00"), room.own("p00")["cards"],
                                                      strict=True) if len(set(cards)) > 1}  # fmt: skip


def test_begun_again_and_back_at_the_tables_all_of_a_phone_keep_their_turns():
    room = talking(THREE, {}, {}).move("again")
    assert sorted(told(room, "p00")) == [[0], [1], [2]]
    room.move("back").move("next")
    assert sorted(told(room, "p00")) == [[0], [1], [2]]


def test_one_of_two_leaves_and_the_other_is_not_alone():
    room = talking(TWO, {}, {})
    listener = room.own("p00")["cards"][0].index("listener")
    room.by("p00", "gone", role="listener")
    own = room.own("p00")
    assert own["cards"][0][listener] == "out" and own["tables"][0] == room.own("p01")["tables"][0]
    assert own["together"][0] == 3
    room.by("p00", "join")
    assert "out" not in room.own("p00")["cards"][0]


def test_one_of_three_leaves_and_the_others_tell_as_before():
    room = talking(THREE, {}, {})
    gone = room.own("p00")["cards"][0].index("observer")
    turns = told(room, "p00")
    room.by("p00", "gone", role="observer")
    assert [one for n, one in enumerate(told(room, "p00")) if n != gone] == [
        one for n, one in enumerate(turns) if n != gone
    ]
    assert room.own("p00")["cards"][1][gone] == "out"
    with pytest.raises(Refused, match="not_understood"):
        room.by("p00", "gone")


def test_a_phone_that_all_leave_comes_back_as_it_was():
    room = talking(THREE, {}, {}).by("p00", "leave")
    assert set(roles(room, "p00")) == {"out"}
    assert roles(room.by("p00", "join"), "p00") == ["shared"] * 3 + ["deeper"]


def test_who_share_a_phone_and_come_late_are_a_table_and_say_who_has_not_told(house):
    room, pages = talking({}, {}), Drawn(house, "en")
    room.by("p02", "join", people=2)
    own = room.own("p02")
    assert own["roles"] == ["waiting", "shared", "deeper"] and not own["all_tell"]
    assert "You get a table at the swap." in shown(pages, room, "p02")
    assert "There you listen along." not in shown(pages, room, "p02")
    room.at = room.stage.since + 241
    assert "Everybody speaks now. Who has not told yet begins." in shown(pages, room, "p02")
    assert "Everybody speaks" not in words(pages.own(talking(TWO, {}, {}), "p00"))


def test_who_shares_a_phone_while_all_gather_is_a_table_of_their_own():
    room = gathered({}, {}).by("p02", "join", people=3)
    assert room.own("p02")["table"] == 2 and room.own("p02")["shares"] == 3


@pytest.mark.parametrize("people", [[TWO, {}, {}], [THREE, {}, {}], [TWO, {}]])
def test_a_letter_on_a_phone_is_that_place_on_the_console(people):
    room = gathered(*people)
    own = room.own("p00")
    table = next(t for t in room.console["tables"] if t["number"] == own["table"])
    at = {place["letter"]: place["role"] for place in table["places"]}
    assert [at[letter] for letter in own["letters"]] == own["cards"][0]


def test_with_a_neighbour_nobody_says_whose_phone_it_is():
    with pytest.raises(Refused, match="nothing_to_answer_here"):
        play(Pairs()).by("p00", "join", people=3)


# -- what such a phone shows


@pytest.mark.parametrize(("lang", "question"), [("en", "Whose phone is this?"),
                                                ("nl", "Van wie is deze telefoon?")])  # fmt: skip
def test_people_are_asked_whether_they_share_or_interpret(house, lang, question):
    page = Drawn(house, lang).own(joined(), "p00")
    assert question in words(page) and 'name="interprets"' in page


def test_before_it_begins_they_choose_who_is_who_and_the_last_reads_so(house):
    page = words(Drawn(house, "en").own(gathered(THREE, {}, {}), "p00"))
    assert (
        "Choose together who has which letter. A tells first B listens first C tells last" in page
    )
    assert "You are 3 people. Each has a shorter turn." in page
    page = words(Drawn(house, "en").own(gathered(TWO, {}, {}), "p00"))
    assert "A tells first B listens first" in page and "does not come" not in page


def test_two_on_one_phone_read_whose_part_is_on_and_to_whom_it_goes(house):
    room, pages = talking(TWO, {}, {}), Drawn(house, "en")
    assert "Now the teller You tell." in shown(pages, room, "p00")
    assert "Pass on to the listener" in shown(pages, room, "p00")
    assert "You listen." not in shown(pages, room, "p00"), "the other card is closed"
    assert "Put this phone where all of you see it." in shown(pages, room, "p00")
    first = [letter for letter in "AB" if f"{letter} Now the teller" in shown(pages, room, "p00")]
    room.at = room.stage.since + 76
    assert "Now the listener You sum up." in shown(pages, room, "p00")
    room.at = room.stage.since + 121
    swapped = "B" if first == ["A"] else "A"
    assert f"{swapped} Now the teller You tell." in shown(pages, room, "p00")
    room.at = room.stage.since + 241
    assert "Choose one card together." in shown(pages, room, "p00")
    assert "Pass on" not in shown(pages, room, "p00")


def test_three_on_one_phone_have_a_card_each_by_the_clock_of_their_table(house):
    room, pages = talking(THREE, {}, {}), Drawn(house, "en")
    last = room.own("p00")["cards"][2].index("teller")
    letter = room.own("p00")["letters"][last]
    room.at = room.stage.since + 165  # their third turn; the others are at the second
    page = shown(pages, room, "p00")
    assert f"{letter} Now the teller You tell." in page and "0:45" in page
    assert page.count("Pass on to") == 2 and "Pass on to who listens along" in page


def test_who_is_gone_can_be_said_on_a_phone_by_what_they_do(house):
    alone_together = Drawn(house, "en").own(talking(TWO, {}, {}), "p00")
    assert 'data-act="gone"' not in alone_together, "nobody of this very phone"
    room = talking(THREE, {}, {}).by("p00", "gone", role="observer")
    page = Drawn(house, "en").own(room, "p00")
    assert "Everybody on this phone is here again" in page


# -- who interprets


def test_who_interprets_brings_two_languages_to_one_table_and_has_no_turn():
    assert gathered(PL, NL).console["unplaced"] == 2
    room = talking(PL, NL, BOTH)
    assert room.console["unplaced"] == 0 and room.console["tables"][0]["people"] == 2
    assert roles(room, "p02") == ["interpreter"] * 3
    assert sorted(told(room, "p00") + told(room, "p01")) == [[0], [1]]
    assert "parts" not in room.own("p00") and room.own("p02")["people"] == 3


def test_three_with_somebody_who_interprets_divide_the_time_by_three():
    room = talking(NL, NL, NL, BOTH)
    assert {room.own(who)["shares"] for who in NAMES[:4]} == {3}
    assert room.own("p03")["parts"] == room.own("p00")["parts"]
    assert roles(room, "p03") == ["interpreter"] * 4
    assert room.own("p00")["together"] == [3] * 4
    assert sorted(told(room, who)[0][0] for who in NAMES[:3]) == [0, 1, 2]


def test_where_somebody_interprets_the_other_may_still_be_gone(house):
    room, pages = talking(PL, NL, BOTH, NL, NL), Drawn(house, "en")
    mate = next(who for who in NAMES[1:5] if who != "p02"
                and room.own(who)["table"] == room.own("p00")["table"])  # fmt: skip
    assert "The other is gone" in pages.own(room, "p00")
    assert "Everybody speaks" not in words(pages.own(room, "p00") + pages.own(room, "p02"))
    mine = pages.own(room, "p02")
    assert 'value="teller"' in mine and 'value="observer"' not in mine
    room.by("p00", "gone")
    assert roles(room, mate)[0] == "out" and roles(room, "p02")[0] == "interpreter"


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_interpreters_page_is_in_both_languages_in_each_part(house, lang):
    room = talking(PL, NL, BOTH, question={"nl": "Wat ging goed?", "en": "What went well?"})
    pages, begin = Drawn(house, lang), room.stage.since
    for at, both in (
        (1, ("Jij vertelt.", "You tell.", "Jij luistert.", "You listen.", "Wat ging goed?",
             "What went well?")),
        (76, ("Luister: klopt het?", "Listen: is it right?", "Jij vat samen.", "You sum up.")),
        (121, ("Jij vertelt.", "You tell.")),
        (196, ("Jij vat samen.", "You sum up.")),
        (241, ("Kies samen één briefje.", "Choose one card together.")),
    ):  # fmt: skip
        room.at = begin + at
        page = shown(pages, room, "p02")
        assert all(said in page for said in both), (at, page)
        assert ("You sum up." in page) is (at in (76, 196))
    assert 'class="both"' not in pages.own(room, "p00")


def test_the_console_says_which_place_interprets(house):
    room = gathered(PL, NL, BOTH)
    assert "C: interprets" in words(Drawn(house, "en").console(room))


# -- who leads takes part


@pytest.mark.parametrize("n", range(1, 8))
@pytest.mark.parametrize("find", ["table", "remote"])
def test_everybody_tells_once_with_who_leads_among_them(n, find):
    room = led(*[{}] * n, find=find)
    leads = room.console["leader"]
    assert leads["roles"].count("teller") == 1
    assert all(len(told(room, who)[0]) == 1 for who in NAMES[:n])
    assert sorted(t["people"] for t in room.console["tables"]) == sorted(
        [2] * ((n + 1) // 2 - (n + 1) % 2) + [3] * ((n + 1) % 2)
    )
    assert bool(leads["parts"]) == (leads["tables"][0] in map(int, room.stage.data["shares"]))


def test_who_leads_has_a_card_by_the_clock_of_their_own_table(house):
    room, pages = led({}, {}), Drawn(house, "en")
    leads = room.console["leader"]
    assert leads["parts"] == room.own("p00")["parts"] and len(leads["roles"]) == 4
    begin = room.stage.since
    for at, part in ((1, 0), (51, 1), (81, 2), (165, 4), (245, 6)):
        room.at = begin + at
        page = " ".join(Seen(still(room.at, pages.console(room)).view).words)
        role, name = leads["roles"][leads["parts"][part]["turn"]], leads["parts"][part]["name"]
        line = {("teller", "tell"): "Tell.", ("teller", "sum"): "Listen: is it right?",
                ("listener", "tell"): "Listen.", ("listener", "sum"): "You sum up.",
                ("deeper", "choose"): "Choose one card together."}  # fmt: skip
        assert line.get((role, name.split("_")[0]), "Listen along.") in page
        assert "You sit at table 1" in page
        assert ("Your table has shorter turns." in page) is (name != "choose")


def test_in_a_pair_who_leads_goes_by_the_clock_of_the_room(house):
    room = led({})
    assert room.console["leader"]["parts"] == []
    page = words(Drawn(house, "en").console(room))
    assert "You sit at table 1" in page and "shorter turns" not in page


def test_who_leads_may_say_so_from_the_first_question_on_and_take_it_back(house):
    room = joined({}, {})
    assert "I join in myself" in words(Drawn(house, "en").console(room))
    room.move("join_in", on="yes").move("join_in", on="no").move("next")
    assert room.console["leader"] is None and room.console["tables"][0]["people"] == 2
    with pytest.raises(Refused, match="unknown_move"):
        room.move("next").move("join_in", on="yes")


def test_who_leads_is_on_no_other_page(house):
    room = led({}, {})
    assert "leader" not in room.phone and "leader" not in room.screen
    assert "leads" not in Drawn(house, "en").phone(room) and LEADER not in room.touched


def test_who_leads_is_called_away_and_nobody_stays_alone():
    room = led({}, {}, {})
    other = next(who for who in NAMES[:3] if room.own(who)["table"]
                 == room.console["leader"]["tables"][0])  # fmt: skip
    room.by(other, "gone")
    assert room.console["leader"]["roles"][0] == "out"
    assert room.own(other)["together"][0] == 3


# -- all of it together


def a_crowd(chance):
    """People, some with one phone together, one who interprets, and perhaps who leads."""
    people = [chance.choice(({}, {}, {}, TWO, THREE)) for _ in range(chance.randint(2, 9))]
    if chance.random() < 0.5:
        people.append({"interprets": "yes"})
    room = joined(*people)
    return room.move("join_in", on="yes") if chance.random() < 0.5 else room, len(people)


@pytest.mark.parametrize(
    "seeds", [range(25), pytest.param(range(25, 400), marks=pytest.mark.long)]
)  # fmt: skip
def test_whoever_comes_each_person_who_has_a_table_tells_exactly_once(seeds):
    for seed in seeds:
        room, n = a_crowd(Random(seed))
        room.move("next").move("next").waits(1)
        seating = room.room.seating(room.scene)
        sizes = [len(seating.talking(table, (0, END))) for table in seating.tables_at((0, END))]
        assert all(2 <= size <= 4 for size in sizes), (seed, sizes)
        for who in NAMES[:n]:
            own = room.own(who)
            if own["table"] and not own["interprets"]:
                assert [len(turns) for turns in told(room, who)] == [1] * own["shared"], (seed, who)
        leads = room.console["leader"]
        assert not leads or not leads["tables"][0] or leads["roles"].count("teller") == 1, seed
        at_table = Counter()
        for who in NAMES[:n]:
            for turns in told(room, who) if room.own(who)["table"] else ():
                at_table.update((room.own(who)["table"], turn) for turn in turns)
        assert max(at_table.values(), default=1) == 1, (seed, "two tell at once")


@pytest.mark.parametrize(
    "seeds", [range(8), pytest.param(range(8, 150), marks=pytest.mark.long)]
)  # fmt: skip
def test_whatever_happens_nobody_is_alone_or_tells_twice(seeds):
    for seed in seeds:
        chance = Random(seed)
        room, n = a_crowd(chance)
        room.move("next").move("next").waits(1)
        for step in range(20):
            who, what = NAMES[chance.randrange(n)], chance.choice(HAPPENS)
            with suppress(Refused):
                if what == "gone":
                    room.by(who, "gone", role=chance.choice(("teller", "listener", "observer")))
                elif what == "late" and n < 20:
                    n += 1
                    said = chance.choice(({}, TWO, THREE, {"interprets": "yes"}))
                    room.by(NAMES[n - 1], "join", **said)
                elif what == "wait":
                    room.waits(chance.choice((3, 40)))
                elif what == "gather":
                    room.move("back").move("next")
                elif what in ("leave", "join"):
                    room.by(who, what)
                elif what in ("again", "extend"):
                    room.move(what, seconds=chance.choice((-30, 60)))
            check(room, NAMES[:n], (seed, step, what))


HAPPENS = ("gone", "gone", "late", "wait", "wait", "wait", "leave", "join", "again", "extend", "gather")  # fmt: skip


def check(room, everybody, where):
    """Nobody twice at a table or alone, nobody tells twice, and each phone shows what it should."""
    turn = min(room.room.moment(room.scene)[0], room.room.rounds - 1)
    seating, at = room.room.seating(room.scene), (turn, END)
    there = [seating.talking(table, at) for table in seating.tables_at(at)]
    seated = [chair for table in there for chair in table]
    assert len(seated) == len(set(seated)), where
    assert [len(one) for one in there].count(1) <= (len(seated) == 1), (where, there)
    for who in everybody:
        own = room.own(who)
        assert len(own["roles"]) == len(own["tables"]) == len(own["together"]), where
        assert len(own["roles"]) == own["shares"] + 1 == len(own["cards"] or own["roles"]), where
        assert all(len(turns) <= 1 for turns in told(room, who)), where
    leads = room.console["leader"]
    assert not leads or len(leads["roles"]) == len(leads["tables"]), where
