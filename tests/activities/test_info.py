"""Info: people read; only the facilitator changes what stands there."""

import pytest

from facilitator.activities.info import INFLUENCE, Info
from facilitator.domain.activity import Refused
from facilitator.domain.breath import LEAD
from tests.drawn import Drawn, items, words
from tests.play import play

SET = {"topic": "Rooster", "answer_by": "2026-12-01", "influence": "decide"}


def crowd():
    return play(Info(topic="Rooster", answer_by="2026-12-01"))


BREATH = {"in": 4, "out": 6, "times": 5}


def crowds():
    return [
        crowd(),
        play(Info(breath=BREATH, question={"nl": "Adem mee.", "en": "Breathe along."})),
    ]


def test_there_is_nothing_to_answer():
    with pytest.raises(Refused, match="nothing_to_answer_here"):
        crowd().by("an", "add", text="toch iets")
    assert Info().slots() == ()


def test_the_console_changes_what_stands_there():
    changed = crowd().move("set", **SET | {"topic": "  Het   rooster "})
    for view in (changed.phone, changed.screen, changed.console):
        assert (view["topic"], view["influence"]) == ("Het rooster", "decide")
    assert changed.results.facts == {
        "topic": "Het rooster",
        "answer_by": "2026-12-01",
        "influence": "decide",
    }


def test_without_a_change_it_says_what_was_set_up():
    assert crowd().results.facts == {
        "topic": "Rooster",
        "answer_by": "2026-12-01",
        "influence": "think",
    }


def test_how_far_their_say_reaches_is_one_of_four():
    assert crowd().phone["choices"] == INFLUENCE == ("know", "think", "decide", "own")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"influence": "dictate"}, "choose_one_first"),
        ({"influence": ["decide"]}, "choose_one_first"),
        ({"answer_by": "morgen"}, "choose_a_day"),
        ({"answer_by": ""}, "choose_a_day"),
        ({"answer_by": 20261201}, "choose_a_day"),
        ({"answer_by": ["2026-12-01"]}, "choose_a_day"),
        ({"answer_by": "2026-02-30"}, "choose_a_day"),
        ({"topic": "x" * 81}, "too_long"),
        ({"topic": 7}, "not_understood"),
        ({"owner": "an"}, "not_understood"),
    ],
)
def test_nonsense_is_refused_and_changes_nothing(wrong, code):
    info = crowd()
    with pytest.raises(Refused, match=code):
        info.move("set", **SET | wrong)
    assert info.phone["topic"] == "Rooster"


def test_a_topic_may_be_left_empty():
    assert crowd().move("set", **SET | {"topic": ""}).phone["topic"] == ""


def test_what_was_promised_last_time_is_read_by_everybody():
    promise = {"what": "Nieuwe karren", "who": "Els", "by": "2026-11-01", "status": "done"}
    info = play(Info(previous=(promise,)))
    assert info.phone["previous"] == info.screen["previous"] == (promise,)


BEFORE = tuple(
    {"what": f"Belofte {n}", "who": "Els", "by": "2026-11-01", "status": status, "note": ""}
    for n, status in enumerate(("done", "busy", "wont", "open", "done"))
)


@pytest.mark.parametrize("joining", [False, True])
def test_the_screen_gives_account_of_three_promises_and_counts_the_rest(house, joining):
    screen = Drawn(house).screen(play(Info(previous=BEFORE, joining=joining)))
    said = words(screen)
    assert "Dit beloofden we de vorige keer" in said and "En nog 2, op je telefoon" in said
    assert "Belofte 2" in said and "Belofte 3" not in said
    for became in ("Gedaan", "We zijn ermee bezig", "Dit gaat niet door"):
        assert said.count(became) == 1
    assert "data-qr-large" not in screen and "big-qr" not in screen


def test_with_nothing_to_give_account_of_the_door_stands_open(house):
    pages = Drawn(house)
    assert "big-qr" in pages.screen(play(Info(joining=True)))
    assert "beloofden" not in words(pages.screen(play(Info())))
    assert "En nog" not in words(pages.screen(play(Info(previous=BEFORE[:3]))))


def test_what_was_promised_and_what_is_agreed_stand_side_by_side(house):
    agreed = ({"nl": "Overslaan mag altijd.", "en": "You may always skip."},)
    screen = Drawn(house).screen(play(Info(previous=BEFORE[:1], agreements=agreed)))
    assert len(items(screen, "agreements of-1")) == 1 and "Belofte 0" in words(screen)


def test_the_console_says_what_the_screen_shows(house):
    pages = Drawn(house)
    assert "wat er de vorige keer beloofd is" in words(pages.console(play(Info(previous=BEFORE))))
    assert "beloofd" not in words(pages.console(play(Info())))


def test_one_phase_has_no_next_no_back_and_nothing_to_show():
    info = crowd()
    assert info.room.next_phase(info.stage) is None
    for name in ("next", "back", "show", "dance"):
        with pytest.raises(Refused, match="unknown_move"):
            info.move(name)


def test_a_breath_begins_with_the_step_and_the_whole_of_it_is_told(house):
    breath = play(Info(breath=BREATH), at=1000.0)
    whole = {**BREATH, "begins": 1000 + LEAD, "ends": 1000 + LEAD + 50}
    assert breath.phone["breath"] == breath.screen["breath"] == breath.console["breath"] == whole
    assert breath.waits(20).phone["breath"] == whole, "no view hangs on the time"
    assert breath.move("breathe").phone["breath"]["begins"] == breath.at + LEAD


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_without_scripts_the_lines_say_how_to_breathe(house, lang):
    pages, breath = Drawn(house, lang), play(Info(breath=BREATH))
    lines = {
        "nl": ("Adem in, 4 tellen.", "Adem uit, 6 tellen.", "5 keer. Overslaan mag.", "Doe mee. Niemand hoeft."),
        "en": ("Breathe in, 4 counts.", "Breathe out, 6 counts.", "5 times. You may skip.", "Join in. Nobody has to."),
    }[lang]  # fmt: skip
    for page in (pages.phone(breath), pages.screen(breath)):
        said, own = page, page.split("<paced-breath")[1].split("</paced-breath>")[0]
        assert all(line in words(said.replace(own, "")) for line in lines)
        assert "aria-hidden" in own and 'role="status"' in own.replace(
            "role=status", 'role="status"'
        )
    assert "<form" not in pages.phone(breath)


def test_who_breathes_is_not_told_who_decides(house):
    breath = play(Info(breath=BREATH))
    assert "influence" not in breath.phone and breath.results.facts == {}
    assert "beslist" not in words(Drawn(house).screen(breath))
    assert "Wanneer horen ze" not in words(Drawn(house).console(breath))


def test_a_breath_is_whole_and_only_loaded_where_it_is():
    with pytest.raises(ValueError, match="a breath"):
        Info(breath={"in": 4, "out": 6})
    assert Info(breath=BREATH).brings == {"breath"} and Info().brings == frozenset()
    with pytest.raises(Refused, match="unknown_move"):
        crowd().move("breathe")
