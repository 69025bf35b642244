"""What a round showed is true: each measure over the turns in which it could be tapped, and each
group counted once."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

import facilitator
from facilitator.activities.listening import Listening
from facilitator.domain.activity import Entry, Refused
from facilitator.domain.results import kept
from facilitator.domain.taps import ITEMS, MODES, QUESTIONS, TALLIES, TOGGLES, offered, offered_in
from facilitator.domain.trend import followed
from facilitator.web.still import still
from tests.activities.test_listening import LENGTHS, NAMES, joined, talking, to, who_is
from tests.drawn import Drawn, words
from tests.play import play

# -- what an observer may tap


def observed(taps, n=18, turns=3, **set_up):
    """A round in which every observer taps `taps(turn, place)`: a list of signs."""
    room = talking(n, **{"observer": "full", **set_up})
    for turn in range(turns):
        to(room, turn, "ask")
        for place, who in enumerate(who_is(room, "observer", turn)):
            for what in taps(turn, place):
                room.by(who, "tally", what=what, turn=turn)
    return to(room, 2, "fb", into=LENGTHS["fb"] + 1).move("next")


def reported(house, room, lang="nl"):
    """The words of the report."""
    a = {"title": {"nl": "x"}, "question": {}, **kept(room.results)}
    return words(Drawn(house).faces.render("activities/listening/report.html", lang, a=a))


def found(room):
    return {f.measure: f for f in room.results.findings}


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.parametrize("mode", MODES)
def test_what_is_not_offered_is_refused_and_what_is_offered_is_not(mode, turn):
    room = to(talking(3, observer=mode), turn, "ask")
    (observer,) = who_is(room, "observer", turn)
    for what in (*TALLIES, *TOGGLES):
        if what in offered(mode, turn):
            room.by(observer, "tally", what=what, turn=turn)
        else:
            with pytest.raises(Refused, match="nothing_to_answer_here"):
                room.by(observer, "tally", what=what, turn=turn)


@pytest.mark.parametrize("mode", MODES)
def test_a_phone_shows_what_is_offered_and_nothing_else(house, mode):
    html = Drawn(house).phone(talking(3, observer=mode))
    shown = {}
    for tag in re.findall(r"<button\b[^>]*\bname=\"?what\b[^>]*>", html):
        what, turns = (re.search(rf'{name}="?([\w ]+)', tag)[1] for name in ("value", "data-turn"))
        shown[what] = [int(n) for n in turns.split()]
    assert shown == offered_in(mode, 3)


def test_in_focus_each_turn_has_one_sort_of_thing_and_all_come_by():
    by_turn = [offered("focus", turn) for turn in range(3)]
    assert sorted(what for turn in by_turn for what in turn) == sorted((*TALLIES, *TOGGLES))
    assert offered("focus", 3) == by_turn[0], "a fourth turn begins anew"
    assert "open" not in offered_in("focus", 2)


def test_a_mode_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="observer"):
        Listening(observer="spy")


# -- over how many turns


def test_marks_alone_make_a_turn_that_was_observed():
    room = observed(lambda turn, place: ["asked_right"])
    assert (found(room)["asked"].value, found(room)["asked"].n) == (18, 18)
    assert found(room)["questions"].n == 18, "nobody asked a question; that was seen"


@pytest.mark.parametrize(("lang", "says"), [
    ("nl", "Geen vragen geteld."), ("en", "No questions were counted."),
])  # fmt: skip
def test_no_question_in_enough_turns_is_said_and_is_not_too_few(house, lang, says):
    room = observed(lambda turn, place: ["asked_right", "interruption"]).move("panel", n=2)
    drawn = Drawn(house, lang)
    for page in (drawn.screen(room), drawn.phone(room), drawn.console(room)):
        assert says in words(page)
        assert not re.search("Te weinig|Too few", words(page))
    assert ("18 beurten" if lang == "nl" else "18 turns") in words(drawn.screen(room))
    assert says in reported(house, room, lang)


def test_a_round_in_which_questions_were_counted_does_not_say_there_were_none(house):
    room = observed(lambda turn, place: ["open"]).move("panel", n=2)
    drawn = Drawn(house, "nl")
    for page in (drawn.screen(room), drawn.phone(room), drawn.console(room)):
        assert "Geen vragen geteld" not in words(page)
    assert "Geen vragen geteld" not in reported(house, room, "nl")


@pytest.mark.parametrize(
    ("lang", "does", "word"),
    [("nl", "vraagt door", "doorvragen"), ("en", "asks on", "asking on")],
)
def test_what_an_observer_taps_is_called_alike_on_every_page(house, lang, does, word):
    drawn = Drawn(house, lang)
    phone = drawn.phone(talking(3, observer="full"))
    (button,) = re.findall(r"<button\b[^>]*value=\"?deeper\b.*?</button>", phone, re.S)
    assert does in words(button).lower(), "short enough for a small button"
    room = observed(lambda turn, place: ["deeper"]).move("panel", n=2)
    pages = (words(drawn.screen(room)), words(drawn.console(room)), reported(house, room, lang))
    assert all(word in page.lower() for page in pages)


def test_in_focus_each_measure_has_its_own_turns():
    """Six tables: how often it was asked was to be marked in the second turn alone."""
    taps = {0: ["attention", "interruption"], 1: ["asked_right"], 2: ["advice", "open"]}
    room = observed(lambda turn, place: taps[turn], observer="focus")
    kept = found(room)
    assert (kept["asked"].value, kept["asked"].n) == (6, 6)
    assert (kept["questions"].value["advice"], kept["questions"].n) == (6, 6)
    assert (kept["interruptions"].value, kept["interruptions"].n) == (6, 6)
    assert room.screen["panels"]["mix"]["turns"] == 6


def test_in_light_what_was_not_offered_is_no_nought():
    room = observed(lambda turn, place: ["deeper", "advice"], observer="light")
    assert found(room)["questions"].value == {"deeper": 18, "advice": 18}
    assert found(room)["questions"].n == 18 and "interruptions" not in found(room)
    (open_share,) = [line for line in lines(room, room) if line["name"] == "open"]
    assert open_share["now"]["counted"] == (18, 36)


def test_in_full_all_share_the_same_turns():
    room = observed(lambda turn, place: ["open", "interruption"] if place < 4 else [])
    assert {f.n for f in found(room).values()} == {12}, "who tapped nothing observed nothing"
    assert found(room)["questions"].value == {**dict.fromkeys(QUESTIONS, 0), "open": 12}


def test_a_round_with_little_advice_is_not_left_out():
    """Four times advice in eighteen turns is a figure too: else only bad rounds would have one."""
    room = observed(lambda turn, place: ["content", *["advice"] * (turn == 0 and place < 4)])
    assert (found(room)["questions"].value["advice"], found(room)["questions"].n) == (4, 18)


def test_the_observer_takes_a_slip_back(house):
    room = to(talking(3, observer="full"), 0, "ask")
    (watcher,), pages = who_is(room, "observer", 0), Drawn(house)
    assert "Laatste tik terug" not in words(pages.own(room, watcher))
    room.by(watcher, "tally", what="open").by(watcher, "tally", what="advice")
    page = pages.own(room, watcher)
    assert "Laatste tik terug" in words(page)
    fields = dict(re.findall(r'name=(what|less) value="?(\w+)', page.partition('class="slip"')[2]))
    assert fields == {"what": "advice", "less": "yes"}
    room.by(watcher, "tally", **fields)
    assert room.own(watcher)["turns"][0]["counts"] == {"open": 1, "advice": 0}
    assert "Laatste tik terug" not in words(pages.own(room, watcher)), "one tap, one time"


def test_two_who_observe_one_turn_count_it_once():
    room = to(talking(9, observer="full"), 0, "ask")
    for who in who_is(room, "observer", 0):
        room.by(who, "tally", what="open")
    (teller, *_), (listener, *_) = who_is(room, "teller", 0), who_is(room, "listener", 0)
    here = [
        who
        for who in who_is(room, "observer", 0)
        if room.own(who)["table"] == room.own(teller)["table"]
    ]
    listener = next(who for who in who_is(room, "listener", 0)
                    if room.own(who)["table"] == room.own(teller)["table"])  # fmt: skip
    room.by(here[0], "leave").by("late", "join")
    seen = room.room.measured(room.scene).observed(*QUESTIONS)
    assert len(seen) == 3
    body = next(
        e.body for (who, slot), e in room.laid.items() if (who, slot) == (here[0], "tally.0")
    )
    room.laid[listener, "tally.0"] = type(next(iter(room.laid.values())))("x" * 16, body)
    seen = room.room.measured(room.scene).observed(*QUESTIONS)
    assert len(seen) == 3 and sum(one.counts["open"] for one in seen) == 4


@pytest.mark.parametrize(("n", "turns", "shown"), [(18, 1, True), (6, 3, False), (9, 1, False)])
def test_marks_of_two_tables_or_four_turns_are_not_kept(n, turns, shown):
    room = observed(lambda turn, place: ["asked_right", "interruption"], n=n, turns=turns)
    assert bool({"asked", "interruptions"} & {*found(room)}) is shown


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_interruptions_are_told_with_their_own_turns(house, lang):
    taps = {0: ["interruption"], 1: ["asked_right"], 2: ["advice", "open"]}
    room = observed(lambda turn, place: taps[turn], observer="focus").move("panel", n=2)
    drawn = Drawn(house, lang)
    told = {"nl": "Onderbreken: 6× in 6 beurten.", "en": "Interrupting: 6× in 6 turns."}[lang]
    assert told in words(drawn.screen(room)) and told in words(drawn.console(room))
    a = {"title": {"nl": "x"}, "question": {}, **kept(room.results)}
    assert told in words(drawn.faces.render("activities/listening/report.html", lang, a=a))


def test_how_much_tables_differ_is_kept_in_coarse_steps():
    """Six tables; in each turn there was advice all the time at one of them."""
    room = observed(lambda turn, place: ["open", *["advice"] * (6 if place == 0 else 1)])
    assert room.results.facts["dispersion"] == {"advice": 3.0, "interruptions": 1.0}
    room = observed(lambda turn, place: ["open", "advice"])
    assert room.results.facts["dispersion"] == {"advice": 1.0, "interruptions": 1.0}
    room = observed(lambda turn, place: ["deeper", "advice"], observer="light")
    assert set(room.results.facts["dispersion"]) == {"advice"}
    room = observed(lambda turn, place: ["open", "advice"], n=6)
    assert "dispersion" not in room.results.facts, "of two tables nothing is kept"


# -- over time


def lines(*rooms):
    told = [{"date": f"2026-0{n}-01", "activities": [kept(room.results)]}
            for n, room in enumerate(rooms, 1)]  # fmt: skip
    return followed(Listening.trend, told)


def test_another_way_to_observe_is_another_form(house):
    full = observed(lambda turn, place: ["deeper", "advice"])
    light = observed(lambda turn, place: ["deeper", "advice"], observer="light")
    for line in lines(full, full, light):
        assert [point["changed"] for point in line["points"]] == [False, False, True]
        assert line["other_form"]
    t = {"lines": lines(full, light)}
    page = words(Drawn(house).faces.render("activities/listening/trend.html", "nl", t=t))
    assert "in drietallen, gewone lengte, de meekijker telt een beetje." in page


def test_what_an_older_file_does_not_say_is_no_change():
    room = observed(lambda turn, place: ["deeper"])
    old = kept(room.results)
    old["facts"] = {"size": 3, "preset": "standaard"}
    told = [{"date": f"2026-0{n}-01", "activities": [one]}
            for n, one in enumerate((kept(room.results), old, kept(room.results)), 1)]  # fmt: skip
    assert not any(p["changed"] for line in followed(Listening.trend, told) for p in line["points"])


def test_between_files_that_do_not_say_a_change_is_still_seen():
    full, light = (
        observed(lambda turn, place: ["deeper"], observer=mode) for mode in ("full", "light")
    )
    old = {**kept(full.results), "facts": {"size": 3, "preset": "standaard"}}
    told = [{"date": f"2026-0{n}-01", "activities": [one]}
            for n, one in enumerate((kept(full.results), old, kept(light.results)), 1)]  # fmt: skip
    for line in followed(Listening.trend, told):
        assert [point["changed"] for point in line["points"]] == [False, False, True]


# -- with a neighbour


def beside(n, turns=2, rates=True, **set_up):
    """So many phones, all of which tap in every turn, though each of them told once."""
    lengths = {**LENGTHS, **set_up.pop("lengths", {})}
    room = play(Listening(**{"find": "neighbour", "size": 2, "turns": turns, "preset": "vloer",
                             "lengths": lengths, **set_up})).move("next")  # fmt: skip
    for turn in range(turns):
        to(room, turn, "check")
        for who in NAMES[:n]:
            room.by(who, "check", answer="right")
        to(room, turn, "fb")
        for who in NAMES[:n] if rates else ():
            room.by(who, "heard", value="5")
    return to(room, turns - 1, "fb", into=LENGTHS["fb"] + 1)


@pytest.mark.parametrize("turns", [2, 3])
@pytest.mark.parametrize(
    ("phones", "shown"), [(3, False), (4, False), (5, False), (6, True), (7, True)]
)
def test_with_a_neighbour_a_phone_answers_once_and_two_answers_are_a_group(
    house, phones, shown, turns
):
    room = beside(phones, turns=turns).move("next")
    panels, kept_too = room.screen["panels"], found(room)
    for name in ("heard", "summary"):
        assert bool(panels[name]) is shown and (name in kept_too) is shown
        assert bool(room.console["intervals"].get(name)) is shown
        if shown:
            assert panels[name]["n"] == kept_too[name].n == phones
    drawn = Drawn(house, "nl")
    few = "Te weinig antwoorden"
    for page in (drawn.screen(room), drawn.console(room)):
        assert (few not in words(page)) is shown
    a = {"title": {"nl": "x"}, "question": {}, **kept(room.results)}
    paper = words(drawn.faces.render("activities/listening/report.html", "nl", a=a))
    assert (f"{phones} van de {phones}" in paper or f"{phones} van {phones}" in paper) is shown
    assert ("Te weinig mensen" in paper) is not shown
    assert {line["name"] for line in lines(room, room)} == (
        {"heard", "summary"} if shown else set()
    )


def test_with_a_neighbour_every_question_counts_once():
    room = beside(6, items=ITEMS, rates=False)
    for turn in range(2):
        for who in NAMES[:6]:
            for item in ITEMS:
                to(room, turn, "fb").by(who, "heard", value="4", item=item)
    assert [len(room.scene.bodies(item)) for item in ITEMS] == [6] * 4
    assert {found(room)[item].n for item in ITEMS} == {6}


def test_with_a_neighbour_a_later_answer_replaces_the_earlier_one_while_people_talk():
    room = beside(6)
    room.by("p00", "check", answer="no").by("p00", "heard", value="1")
    assert found(room)["summary"].value == {"right": 5, "almost": 0, "no": 1}
    assert found(room)["heard"].value["1"] == 1 and found(room)["heard"].n == 6
    room.by("p00", "undo", item="heard")
    assert "heard" not in found(room), "five are two pairs and one"
    room.move("next")
    for act, fields in (
        ("check", {"answer": "no"}),
        ("heard", {"value": "1"}),
        ("undo", {"item": "heard"}),
    ):
        with pytest.raises(Refused, match="answering_is_over"):
            room.by("p00", act, **fields)


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("turn", [0, 1])
def test_with_a_neighbour_the_phone_says_who_taps_and_thanks_in_either_turn(house, lang, turn):
    drawn = Drawn(house, lang)
    only, thanks, other = {
        "nl": ("Heb jij net verteld? Dan tik jij. De ander niet.", "Je koos: Bijna.", "Vertelt de ander nu? Dan tikt die."),
        "en": ("Did you just tell? Then you tap. The other does not.", "You chose: Almost.", "Does the other tell now? Then they tap."),
    }[lang]  # fmt: skip
    room = to(beside(0), 0, "check")
    page = drawn.phone(room)
    assert words(page).count(only) == 2, "above either question"
    assert page.index(only) < page.index(
        "value=right" if "value=right" in page else 'value="right"'
    )
    assert thanks not in words(drawn.own(room, "p00")) and other not in words(
        drawn.own(room, "p00")
    )
    to(room.by("p00", "check", answer="almost"), 0, "fb").by("p00", "heard", value="4")
    own = drawn.own(to(room, turn, "check"), "p00")
    assert thanks in words(own) and other in words(own)
    assert room.own("p00")["answers"] == {"check": "almost", "heard": "4"}
    assert thanks in shown_at(room, own, turn, "check") and thanks not in shown_at(
        room, own, turn, "tell"
    )
    assert {"nl": "Je antwoorden zijn binnen", "en": "Your answers are in"}[lang] in shown_at(
        room, own, turn, "fb"
    )


def shown_at(room, own, turn, part):
    """What shows of an own part without scripts."""
    to(room, turn, part)
    clock = f'<stage-clock data-parts=\'{json.dumps(room.phone["parts"])}\' data-roles-in="#own" data-usual-role="any"></stage-clock>'
    html = still(room.at, clock, own).own
    return words(re.sub(r"<(p|div)\b[^>]* hidden[^>]*>.*?</\1>", "", html, flags=re.S))


# -- what is asked of who told


@pytest.mark.parametrize(
    ("preset", "asked"), [("vloer", 1), ("kort", 1), ("standaard", 4), ("diep", 4)]
)
def test_what_is_asked_fits_the_preset_unless_the_format_says(preset, asked):
    assert Listening(preset=preset).scales == ITEMS[:asked]
    assert Listening(preset=preset, items=("heard", "helped")).scales == ("heard", "helped")


def test_another_length_on_the_console_asks_other_things():
    room = joined(6).move("set", preset="kort").move("next").move("next")
    (teller, *_) = who_is(to(room, 0, "fb"), "teller", 0)
    assert room.own(teller)["rates"][0]["of"] == 1
    with pytest.raises(Refused, match="choose_one_first"):
        room.by(teller, "heard", value="4", item="voice")
    room = joined(6, preset="kort").move("set", preset="diep").move("next").move("next")
    (teller, *_) = who_is(to(room, 0, "fb"), "teller", 0)
    assert room.own(teller)["rates"][0]["of"] == 4


def test_the_ready_made_rounds_ask_what_fits():
    asked = {}
    for name, step in listening_steps():
        asked[name] = Listening(**step.get("set", {})).scales
    assert asked == {"luisterronde-duo/standaard": ITEMS[:1], "luisterronde-duo/kort": ITEMS[:1],
                     "luisterronde-trio/kort": ITEMS[:1], "luisterronde-trio/standaard": ITEMS,
                     "luisterronde-trio/diep": ITEMS}  # fmt: skip


def listening_steps():
    for path in sorted(Path(facilitator.__file__).parent.glob("formats/*.yaml")):
        for name, preset in yaml.safe_load(path.read_text(encoding="utf-8"))["presets"].items():
            for step in preset["steps"]:
                if step["kind"] == "listening":
                    yield f"{path.stem}/{name}", step


def test_questions_come_one_after_another_and_one_may_go_back(house):
    room = to(talking(3), 0, "fb")
    (teller,), (listener,) = who_is(room, "teller", 0), who_is(room, "listener", 0)
    for n, item in enumerate(ITEMS):
        assert room.own(teller)["rates"][0] == {
            "now": item, "given": n, "of": 4, "last": ITEMS[n - 1] if n else ""}  # fmt: skip
        own = Drawn(house, "en").own(room, teller)
        assert f"{n + 1} of 4" in words(own) and own.count("scale") == 1
        room.by(teller, "heard", value="pass" if n else "4", item=item, turn="0")
    assert room.own(teller)["rates"][0]["now"] == ""
    assert "Your answers are in" in words(Drawn(house, "en").own(room, teller))
    assert room.own(listener)["rates"][0] is None
    room.by(teller, "undo", item="helped", turn="0")
    assert room.own(teller)["rates"][0]["now"] == "helped"
    with pytest.raises(Refused, match="not_your_role"):
        room.by(listener, "undo", item="heard")


def test_on_a_shared_phone_too_and_thanks_come_after_the_last(house):
    room = joined(0).by("p00", "join", people=3).move("next").move("next")
    to(room, 0, "fb")
    for n, item in enumerate(ITEMS):
        own = Drawn(house, "en").own(room, "p00")
        assert f"{n + 1} of 4" in words(own) and "Nobody here can see it" not in words(own)
        room.by("p00", "heard", value="4", item=item, turn="0")
    assert "Nobody here can see it" in words(Drawn(house, "en").own(room, "p00"))


# -- what only the console and the report tell


def judged(room, answers, turns=3):
    """In each turn the tellers answer this, one after another and then anew."""
    for turn in range(turns):
        for place, who in enumerate(who_is(to(room, turn, "check"), "teller", turn)):
            room.by(who, "check", answer=answers[(turn * 3 + place) % len(answers)])
    return room


def adds(room, turn, table):
    """Who told at this table says on the phone that something is added."""
    body = {"what": "added", "turn": turn, "table": table}
    room.laid[f"added at {table}", f"added.{turn}"] = Entry(f"a{turn}{table}", body)


def test_almost_and_what_was_added_are_one_good_sign_a_turn(house):
    room = judged(talking(9), ["almost", "right", "no"])
    kept = found(room)["added_after_summary"]
    assert (kept.value, kept.n) == (3, 9)
    almost = {
        (b["table"], b["turn"]) for b in room.scene.bodies("check") if b["answer"] == "almost"
    }
    for table in (1, 2, 3):  # one of these three turns was *almost* already
        adds(room, 0, table)
    kept = found(room)["added_after_summary"]
    assert (kept.value, kept.n) == (3 + 3 - sum(turn == 0 for _, turn in almost), 9)
    to(room, 2, "fb", into=999).move("next").move("panel", n=1)
    for lang, told in (("nl", "In 5 van 9 beurten vulde de verteller iets aan. Dat is een goed teken"),
                       ("en", "In 5 of 9 turns the teller added something. That is a good sign")):  # fmt: skip
        drawn = Drawn(house, lang)
        a = {"title": {"nl": "x"}, "question": {}, **kept_of(room)}
        assert told in words(drawn.console(room))
        assert told in words(drawn.faces.render("activities/listening/report.html", lang, a=a))


def kept_of(room):
    return kept(room.results)


def test_what_was_added_rests_on_five_turns_at_three_tables():
    assert "added_after_summary" not in found(judged(talking(6), ["almost"]))
    room = judged(talking(9), ["almost"], turns=1)
    assert "added_after_summary" not in found(room)
    adds(room, 1, 1), adds(room, 1, 2)
    assert (found(room)["added_after_summary"].value, found(room)["added_after_summary"].n) == (
        5,
        5,
    )


def test_with_a_neighbour_what_was_added_is_no_more_than_what_is_sure():
    room = beside(7)
    for who in NAMES[:3]:
        room.by(who, "check", answer="almost")
    for n in range(2):
        room.laid[f"p{n}", "added"] = Entry(f"a{n}", {"what": "added", "turn": 0, "table": 0})
    assert (found(room)["added_after_summary"].value, found(room)["added_after_summary"].n) == (
        3,
        7,
    )


def test_summaries_stand_beside_questions_where_all_of_these_could_be_counted(house):
    room = judged(talking(9, observer="full"), ["almost", "right", "right"])
    for turn in range(3):
        for who in who_is(to(room, turn, "ask"), "observer", turn):
            for what in ("open", "deeper", "advice", "silence"):
                room.by(who, "tally", what=what, turn=turn)
        for who in who_is(room, "teller", turn):
            if room.own(who)["answers"][f"check.{turn}"] == "almost":
                room.by(who, "check", answer="right", turn=turn)
    kept = found(room)["sum_per_question"]
    assert (kept.value, kept.n) == ({"summaries": 12, "questions": 18}, 9)
    to(room, 2, "fb", into=999).move("next").move("panel", n=2)
    page = words(Drawn(house, "nl").console(room))
    assert (
        "12 samenvattingen en 18 vragen. Ongeveer 1 op 2 is gewoon. Waarschijnlijk 0.9"
        in page.replace("0,9", "0.9")
    )
    assert "Advies: 9× in 9 beurten. Ongeveer 1 keer per beurt." in page
    light = judged(talking(9), ["right"])
    for turn in range(3):
        for who in who_is(to(light, turn, "ask"), "observer", turn):
            light.by(who, "tally", what="deeper", turn=turn)
    assert "sum_per_question" not in found(light)


def test_a_deep_round_sums_up_twice_a_turn():
    lengths = {**LENGTHS, "sum2": 20}
    room = talking(9, observer="full", preset="diep", lengths=lengths)
    for turn in range(3):
        for who in who_is(room, "observer", 0) if turn == 0 else ():
            room.by(who, "tally", what="open", turn=0)
    assert room.room.measured(room.scene).sums == 2
    assert Listening(preset="standaard").measured(room.scene).sums == 1


@pytest.mark.parametrize(("count", "turns", "said"), [
    (0, 9, "Geen enkele keer."), (1, 9, "Ongeveer 1 keer in 9 beurten."),
    (4, 8, "Ongeveer 1 keer in 2 beurten."), (6, 9, "Ongeveer 1 keer per beurt."),
    (13, 9, "Ongeveer 1 keer per beurt."), (14, 9, "Ongeveer 2 keer per beurt."),
    (45, 9, "Ongeveer 5 keer per beurt."),
])  # fmt: skip
def test_how_often_is_said_in_words(house, count, turns, said):
    drawn = Drawn(house, "nl")
    for measure, told in (("interruptions", "Onderbreken"), ("questions", "Advies")):
        value = count if measure == "interruptions" else {"advice": count, "deeper": 1}
        found = {"measure": measure, "value": value, "n": turns}
        a = {"title": {"nl": "x"}, "question": {}, "findings": [found], "items": [], "facts": {}}
        page = words(drawn.faces.render("activities/listening/report.html", "nl", a=a))
        assert f"{told}: {count}× in {turns} beurten. {said}" in page


def test_every_figure_on_the_console_has_its_interval(house):
    """On each panel there are as many as there are figures, and each lies around its figure."""
    room = judged(talking(18, observer="full"), ["almost", "right", "no"])
    for who in NAMES[:18:2]:
        entry = room.laid[who, "chair"]
        room.laid[who, "chair"] = Entry(entry.id, {**entry.body, "side": "remote"})
    for turn in range(3):
        for who in who_is(to(room, turn, "ask"), "observer", turn):
            for what in (*QUESTIONS, "interruption", "asked_right"):
                room.by(who, "tally", what=what, turn=turn)
        for who in who_is(to(room, turn, "fb"), "teller", turn):
            room.by(who, "heard", value="4", turn=turn)
            if room.own(who)["answers"][f"check.{turn}"] != "right":
                room.by(who, "check", answer="right", turn=turn)
    to(room, 2, "fb", into=999).move("next")
    known, drawn = room.console["intervals"], Drawn(house, "en")
    figures = {"heard", "summary", "second", "asked", "added", "questions", "interruptions",
               "sum_per_question", "heard:room", "heard:remote"}  # fmt: skip
    assert set(known) == figures and set(known["questions"]) == set(QUESTIONS)
    for low, high in (
        *(known[name] for name in figures - {"questions"}),
        *known["questions"].values(),
    ):
        assert 0 <= low < high
    for panel, shares, often in ((0, 3, 0), (1, 4, 0), (2, 0, len(QUESTIONS) + 1)):
        page = words(drawn.console(room.move("panel", n=panel)))
        assert page.count("of the 100") == shares, page
        assert page.count("a turn") - page.count("once a turn") == often, page
    assert "beyond" not in room.screen and "beyond" not in room.phone
