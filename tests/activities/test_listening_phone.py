"""What phones say in each part of a listening round: to each role, and where nobody has one."""

from __future__ import annotations

import re

import pytest

from facilitator.activities.listening import Listening
from facilitator.domain.activity import Refused
from facilitator.web.still import still
from tests.activities.test_listening import (
    LENGTHS,
    NAMES,
    joined,
    round_played,
    talking,
    to,
    who_is,
)
from tests.activities.test_listening_heard import beside
from tests.drawn import Drawn, words
from tests.play import play

PANEL = re.compile(r'<div class="part" data-part="([\w ]+)" data-role="([\w ]+)" hidden>')
DEEP = {**LENGTHS, "sum2": 20}


def panels(html, part, role):
    """The panels that a phone with this role shows in a part."""
    pieces = PANEL.split(html)
    found = zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True)
    return [text for parts, roles, text in found if part in parts.split() and role in roles.split()]


def shown(drawn, room, who):
    """What stands on somebody's phone now."""
    own = drawn.own(room, who) if who else ""
    page = still(room.at, drawn.phone(room), own)
    return words(re.sub(r"<(\w+)[^>]*\shidden>.*?</\1>", "", page.view, flags=re.S))


# -- with a neighbour


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("part", ["contrast", *DEEP, "after"])
def test_with_a_neighbour_each_part_says_what_to_do_under_one_heading(house, lang, part):
    room = talking(0, find="neighbour", size=2, contrast=90.0, lengths=DEEP)
    found = panels(Drawn(house, lang).phone(room), part, "any")
    assert len(found) == 1, "one panel, with all that there is to say"
    headings = re.findall(r"<h1[^>]*>([^<]+)</h1>", found[0])
    assert len(headings) == (2 if part == "land" else 1) and all(headings)
    assert len(words(found[0])) > len(headings[0])


def test_with_a_neighbour_everybody_is_told_to_swap_in_later_turns_only(house):
    drawn = Drawn(house)
    room = talking(0, find="neighbour", size=2, lengths=LENGTHS)
    first, second = (drawn.phone(to(room, turn, "land")) for turn in (0, 1))
    first, second = still(room.at - sum(LENGTHS.values()), first), still(room.at, second)
    says = '<h1 data-turn="0">Wie het dichtst bij de deur zit, vertelt.</h1>'
    assert says in first.view and says not in second.view
    says = '<h1 data-turn="1">Wissel: nu vertelt de ander.</h1>'
    assert says not in first.view and says in second.view


def test_with_a_neighbour_the_parts_tell_listener_and_teller_apart(house):
    html = Drawn(house).phone(talking(0, find="neighbour", size=2, lengths=LENGTHS))
    says = {
        "tell": "De een vertelt, de ander luistert.", "sum": "Wie luisterde, vat samen.",
        "ask": "Klopte het nog niet? Vat eerst nog eens samen.",
        "fb": "De luisteraar eerst: wat ging goed? Dan de verteller: wat hielp?",
    }  # fmt: skip
    for part, sentence in says.items():
        assert sentence in words(panels(html, part, "any")[0]), part


# -- silence


def test_that_silence_is_fine_is_said_after_a_minute_of_asking(house):
    room = talking(6, lengths={**LENGTHS, "ask": 120})
    drawn = Drawn(house)
    (asks, *_) = who_is(room, "listener", 0)
    begin = next(p["from"] for p in room.phone["parts"] if p["name"] == "ask")
    for into, said in ((1, False), (59, False), (60, True), (119, True)):
        room.at = begin + into
        page = still(room.at, drawn.phone(room), drawn.own(room, asks))
        after = re.search(
            r'<span data-part="ask" data-after="60"( hidden)?>Stilte is oké', page.view
        )
        assert bool(after[1]) is not said, into


# -- a tip that is wanted


def wanting(answer, part="fb", **set_up):
    room = to(talking(3, **set_up), 0, part)
    (listener,) = who_is(room, "listener", 0)
    return room.by(listener, "tip_wanted", answer=answer)


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_whether_a_tip_is_welcome_reaches_the_observer_and_is_kept_nowhere(answer):
    room = wanting(answer)
    (observer,) = who_is(room, "observer", 0)
    assert room.own(observer)["turns"][0]["wanted"] == answer
    chair = next(e.id for (who, slot), e in room.laid.items() if (who, slot) == (observer, "chair"))
    assert chair in room.touched, "at once"
    assert "tip_wanted" in room.room.fleeting
    left = {key: entry for key, entry in room.laid.items() if entry.body["what"] != "tip_wanted"}
    kept = room.results
    room.laid = left
    assert room.results == kept and "tip" not in str(kept)


def test_an_observer_gives_no_tip_unless_it_is_asked_for(house):
    html = Drawn(house).phone(to(talking(3), 0, "fb"))
    says = panels(html, "fb", "observer")[0]
    assert 'data-wanted="no">Geen tip, alleen wat je zag.' in says
    assert 'data-wanted="yes" hidden>Geef een tip' in says


@pytest.mark.parametrize(("part", "role", "answer", "code"), [
    ("ask", "listener", "yes", "not_open_yet"), ("fb", "teller", "yes", "not_your_role"),
    ("fb", "observer", "yes", "not_your_role"), ("fb", "listener", "perhaps", "choose_one_first"),
])  # fmt: skip
def test_only_the_listener_says_so_while_all_give_back(part, role, answer, code):
    room = to(talking(3), 0, part)
    room.at += 6
    (who,) = who_is(room, role, 0)
    with pytest.raises(Refused, match=code):
        room.by(who, "tip_wanted", answer=answer)


def test_in_pairs_it_reaches_the_teller(house):
    room = to(talking(2, size=2), 0, "fb")
    (listener,), (teller,) = who_is(room, "listener", 0), who_is(room, "teller", 0)
    room.by(listener, "tip_wanted", answer="yes")
    assert room.own(teller)["turns"][0]["wanted"] == "yes"
    drawn = Drawn(house)
    assert 'data-wanted="yes" hidden>De luisteraar wil graag een tip.' in drawn.phone(room)
    assert (
        "wanted"
        not in drawn.phone(to(talking(3), 0, "fb"))
        .split('data-role="listener"')[0]
        .split("fb after")[-1]
    )


# -- what a teller adds


def test_that_a_teller_added_something_is_counted_and_not_what():
    room = to(talking(3), 0, "check")
    (teller,), (other,) = who_is(room, "teller", 0), who_is(room, "listener", 0)
    room.by(teller, "added")
    (laid,) = [e.body for (_, slot), e in room.laid.items() if slot == "added.0"]
    assert laid == {"what": "added", "turn": 0, "table": room.own(teller)["table"]}
    assert room.own(teller)["answers"]["added.0"] == "yes"
    with pytest.raises(Refused, match="not_your_role"):
        room.by(other, "added")


def test_nothing_is_added_before_it_was_summed_up():
    room = to(talking(3), 0, "tell")
    (teller,) = who_is(room, "teller", 0)
    with pytest.raises(Refused, match="not_open_yet"):
        room.by(teller, "added")


def test_with_a_neighbour_something_is_added_once_in_all():
    room = to(beside(1), 0, "check").by("p00", "added")
    assert room.laid["p00", "added"].body == {"what": "added", "turn": 0, "table": 0}


def test_once_figures_were_seen_nothing_is_added():
    room = round_played(9).move("next").move("back")
    (teller,) = who_is(room, "teller", 0)[:1]
    with pytest.raises(Refused, match="answering_is_over"):
        room.by(teller, "added", turn=0)


@pytest.mark.parametrize("role", ["teller any", "listener"])
def test_the_check_and_the_tip_are_taps(house, role):
    html = Drawn(house).phone(talking(3))
    act, part = {"teller any": ("added", "check"), "listener": ("tip_wanted", "fb")}[role]
    assert f'data-act="{act}"' in panels(html, part, role.split()[0])[0]


# -- looking back


def test_phones_show_the_one_panel_that_is_on(house):
    room = round_played(9).move("next")
    drawn = Drawn(house)
    figures = ("10 van de 10 voelden zich gehoord", "10 van de 10 samenvattingen klopten meteen")
    for n, on in enumerate(((True, False), (False, True), (False, False), (False, False))):
        says = words(drawn.phone(room.move("panel", n=n)))
        assert tuple(figure in says for figure in figures) == on, n


@pytest.mark.parametrize(("well", "heard", "right"), [
    (20, "10 van de 10 voelden zich gehoord", "10 van de 10 samenvattingen klopten meteen"),
    (19, "9 van de 10 voelden zich gehoord", "9 van de 10 samenvattingen klopten meteen"),
    (2, "1 van de 10 voelde zich gehoord", "1 van de 10 samenvattingen klopte meteen"),
    (0, "Nog niemand voelde zich gehoord.", "Geen samenvatting klopte meteen."),
    (-1, "Nog bijna niemand voelde zich gehoord.", "Bijna geen samenvatting klopte meteen."),
])  # fmt: skip
def test_phones_screen_and_console_say_a_share_alike(house, well, heard, right):
    """Ten of ten are all; and who stands alone is not called a nought. (-1: one of thirty.)"""
    people, well = (30, 1) if well < 0 else (20, well)
    room = talking(people, size=2)
    for turn in range(room.room.rounds):
        for part, act in (("check", "check"), ("fb", "heard")):
            to(room, turn, part)
            for who in who_is(room, "teller", turn):
                yes = NAMES.index(who) < well
                said = {"answer": "right" if yes else "no"} if act == "check" else {}
                room.by(who, act, **(said or {"value": "5" if yes else "2"}))
    to(room, room.room.rounds - 1, "fb", into=LENGTHS["fb"] + 1).move("next")
    for panel, says in enumerate((heard, right)):
        drawn = Drawn(house, "nl")
        room.move("panel", n=panel)
        for page in (drawn.phone(room), drawn.screen(room), drawn.console(room)):
            assert says in words(page)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("panel", range(5))
def test_a_panel_with_too_few_answers_is_drawn_too(house, lang, panel):
    room = to(talking(3), 2, "fb", into=LENGTHS["fb"] + 1).move("next")
    assert "%" not in words(Drawn(house, lang).phone(room.move("panel", n=panel)))


# -- a tap for one table


@pytest.mark.parametrize("what", ["softer", "switch", "all_well"])
def test_a_tap_reaches_who_observes_and_no_phone_that_lies_face_down(what):
    room = to(talking(3), 0, "tell").move("nudge", table=1, what=what)
    for turn in range(3):
        (observer,) = who_is(room, "observer", turn)
        reached = [who for who in ("p00", "p01", "p02") if turn in room.own(who)["nudge"]["turns"]]
        assert reached == [observer]


def test_in_a_pair_it_reaches_the_listener(house):
    room = to(talking(2, size=2), 0, "tell").move("nudge", table=1, what="softer")
    drawn = Drawn(house)
    for who in ("p00", "p01"):
        (listens,) = [n for n in (0, 1) if who_is(room, "listener", n) == [who]]
        assert room.own(who)["nudge"]["turns"] == [listens]
        assert f'<div class="nudged" data-turn="{listens}"' in drawn.own(room, who)


# -- memory aids

AIDS = re.compile(r"\b(OMA|NIVEA|KOE|DIK|LSD)\b")


@pytest.mark.parametrize(("lang", "on"), [("nl", True), ("nl", False), ("en", True), ("en", False)])
def test_memory_aids_are_dutch_and_can_be_off_everywhere(house, lang, on):
    drawn, said = Drawn(house, lang), ""
    room = joined(3, mnemonics=on, sync="group")
    said += drawn.phone(room) + drawn.screen(room)
    choices = drawn.console(room)
    room.move("next").move("next")
    to(room, 0, "ask")
    for tip in ("oma", "nivea", "strength"):
        room.waits(100).move("tip", id=tip)
        said += drawn.phone(room) + drawn.screen(room) + drawn.console(room)
        said += "".join(drawn.own(room, who) for who in ("p00", "p01", "p02"))
    found = set(AIDS.findall(words(said)))
    assert found == ({"OMA", "NIVEA", "KOE", "DIK", "LSD"} if lang == "nl" and on else set())
    assert ('name="mnemonics"' in choices) is (lang == "nl")


def test_where_they_stand_on_the_phone(house):
    html = Drawn(house).phone(talking(3))
    assert "Kaken op elkaar (KOE)." in panels(html, "land", "listener")[0]
    assert "Nog geen advies (OMA thuis)." in panels(html, "ask", "listener")[0]


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("on", [True, False])
def test_in_english_nothing_hangs_on_them(house, lang, on):
    room = to(talking(3, mnemonics=on), 0, "ask")
    same = to(talking(3, mnemonics=not on), 0, "ask")
    drawn = Drawn(house, lang)
    assert (words(drawn.screen(room)) == words(drawn.screen(same))) is (lang == "en")


# -- who listens


@pytest.mark.parametrize(("lang", "line"), [
    ("nl", "Voeten op de grond. Kijk. Luister."), ("en", "Feet on the floor. Look. Listen."),
])  # fmt: skip
def test_who_listens_lands_first(house, lang, line):
    panel = panels(Drawn(house, lang).phone(talking(3)), "land", "listener")[0]
    assert line in panel and 'class="posture here"' in panel


OPENERS = ("Waar zullen we beginnen?", "Hoe ging dat?", "Wat wil je dat ik weet?")


@pytest.mark.parametrize("part", ["land", "tell"])
def test_in_an_interview_who_listens_has_three_opening_questions(house, part):
    drawn = Drawn(house)
    for on in (True, False):
        panel = panels(drawn.phone(talking(3, interview=on)), part, "listener")[0]
        assert all((opener in panel) is on for opener in OPENERS)
    assert "Jij interviewt." in drawn.phone(talking(3, interview=True))


def test_an_interview_is_chosen_on_the_console(house):
    room = joined(3).move("set", interview="on")
    assert room.console["interview"] is True and room.console["set"]["interview"] == "on"
    assert "Interview: de luisteraar krijgt drie openingsvragen" in Drawn(house).console(room)
    assert "stelt één vraag" in Drawn(house).screen(room.move("next").move("next"))
    with pytest.raises(ValueError, match="interview"):
        Listening(interview="yes")


@pytest.mark.parametrize("part", ["land", "tell"])
def test_who_listens_elsewhere_looks_into_the_camera(house, part):
    panel = panels(Drawn(house).phone(talking(3)), part, "listener")[0]
    assert '<p class="there">Kijk in de camera. Zeg af en toe: ik ben er.</p>' in panel


def test_who_is_elsewhere_tries_the_sound_before_the_talk(house):
    far = play(Listening(size=2, find="remote"))
    near = play(Listening(size=2))
    for room, said in ((far, True), (near, False)):
        for who in ("p00", "p01"):
            room.by(who, "join", **({"side": "remote"} if said else {}))
        room.move("next")
        assert ("Headset op? Zeg even: hoor je mij?" in Drawn(house).own(room, "p00")) is said


@pytest.mark.parametrize("room", [{"find": "remote"}, {}])
@pytest.mark.parametrize("all_far", [True, False])
def test_where_all_are_in_a_call_no_words_are_of_chairs(house, room, all_far):
    """On the screen and for who leads. One who is in the room is enough for words of the room."""
    if room and not all_far:
        return
    played = play(Listening(size=2, **room))
    for n in range(4):
        played.by(f"p{n:02}", "join", side="room" if n > 1 and not all_far else "remote")
    played.move("next")
    tables = Drawn(house).screen(played)
    assert ("Zoek elkaar op" in tables) is all_far and ("Zoek je tafel" in tables) is not all_far
    played.move("next")
    talk, leads = Drawn(house).screen(played), Drawn(house).console(played)
    for said in ("Kijk in de camera", "Geluid aan", "kijkt in de camera", "Blijf in je oproep."):
        assert (said in talk) is all_far, said
    for said in ("Kijk de ander aan", "Telefoon weg", "legt de telefoon weg", "wissel van stoel"):
        assert (said in talk) is not all_far, said
    for said in ("Loop langs de rand.", "Laat ze opstaan"):
        assert (said in leads) is not all_far, said


def test_who_sums_up_once_more_sees_on_the_screen_that_it_is_on_now(house):
    html = Drawn(house).screen(talking(3, lengths=DEEP))
    beats = re.search(r'<ol class="beats" data-part="sum2">.*?</ol>', html, flags=re.S)
    assert beats and words(beats[0]) == "Luisteren klaar Doorvragen klaar Samenvatten nu"


def test_all_in_a_call_have_a_quarter_more_time_unless_it_was_chosen():
    assert Listening(find="remote").slower == 1.25
    assert Listening(find="remote", time_factor=1).slower == 1.0
    assert Listening(find="table").slower == 1.0
    assert joined(3).move("set", find="remote").console["set"]["time_factor"] == "1.25"


# -- the promise


@pytest.mark.parametrize(("lang", "said"), [
    ("nl", "Wat je vertelt, slaan we niet op. Alleen wat jij goedkeurt, gaat verder. Overslaan of een ander onderwerp mag altijd."),
    ("en", "What you tell is not kept. Only what you approve goes further. You may always pass or choose another topic."),
])  # fmt: skip
def test_the_promise_is_whole_on_every_page(house, lang, said):
    drawn, room = Drawn(house, lang), joined(3)
    for page in (drawn.phone(room), drawn.screen(room), drawn.console(room)):
        assert said in words(page)
    assert all(len(sentence.split()) <= 14 for sentence in said.split(". "))


# -- what belongs in one phone's hand


def test_a_phone_reads_aloud_and_turns_to_another_question(house):
    prompts = ({"nl": "Wat ging er goed?"}, {"nl": "Wat zou je anders willen?"})
    html = Drawn(house).phone(talking(3, prompts=prompts))
    assert re.search(
        r"<button type=\"button\" class=\"quiet\" data-aloud hidden>.*?Lees voor", html
    )
    assert "Een andere vraag" in panels(html, "land", "teller")[0]
    assert "Een andere vraag" not in Drawn(house).phone(talking(3, prompts=prompts[:1]))


def test_only_who_is_elsewhere_is_told_of_the_last_seconds(house):
    html = Drawn(house).phone(talking(3))
    assert 'class="soon there" data-part="ask fb" data-last="15" data-sound="ticks" hidden' in html
