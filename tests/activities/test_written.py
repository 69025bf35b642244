"""Summaries that are written down: the teller decides, and only what is gone through is shown."""

from __future__ import annotations

import itertools
import json
import random

import pytest

from facilitator.activities.listening import Listening
from facilitator.domain.activity import Act, Mine, Refused, Scene
from facilitator.domain.results import canonical, kept
from facilitator.keys import Token
from facilitator.store import Live
from facilitator.verify import check as problems
from tests.activities.test_listening import LENGTHS, TURN, round_played, talking, to, who_is
from tests.drawn import Drawn, words
from tests.play import play

NOTES = {"summary_mode": "note", "share": True}
FAR = 9999


def at_table(room, turn, role, number):
    """Who has this role at this table."""
    return next(w for w in who_is(room, role, turn) if room.own(w)["tables"][turn] == number)


def written(room, turn=0, most=99, part="check", says="samenvatting"):
    """In this turn each listener writes something down: (table, teller, text)."""
    to(room, turn, part)
    found = []
    for teller in who_is(room, "teller", turn)[:most]:
        number = room.own(teller)["tables"][turn]
        text = f"{says} {turn}.{number}"
        room.by(at_table(room, turn, "listener", number), "draft", text=text)
        found.append((number, teller, text))
    return found


def shared(n, **more):
    """So many summaries that tellers share, while all look together."""
    room = talking(15, **NOTES)
    for turn in range(3):
        for _, teller, _ in written(room, turn, max(0, n - 5 * turn)):
            room.by(teller, "verdict", answer="right", share="yes", turn=turn)
    return to(room, 2, "fb", into=FAR).move("next")


def cards(room):
    return {card["text"]: card["id"] for card in room.console["harvest"]["all"]}


def pages_of(room, audience="screen"):
    """The pages of what is shown: how many on each, and which."""
    found = []
    for n in range(room.screen["harvest"]["pages"]):
        texts = [
            card["text"] for card in getattr(room.move("page", n=n), audience)["harvest"]["cards"]
        ]
        found.append((len(texts), texts))
    return found


def told(room):
    """All that anybody but the console is shown, and all that is kept."""
    return str(room.screen) + str(room.phone) + canonical(kept(room.results))


# -- the harvest


def test_until_it_is_shown_the_console_alone_reads_it():
    room = shared(6)
    assert len(cards(room)) == 6 and "samenvatting" not in told(room)
    room.move("harvest", on="yes")
    assert room.screen["panel"] == 4 and [n for n, _ in pages_of(room)] == [3, 3]
    for text in cards(room):
        assert text in canonical(kept(room.results))
    for audience in ("screen", "phone"):
        assert sorted(text for _, texts in pages_of(room, audience) for text in texts) == sorted(
            cards(room)
        )
    assert "samenvatting" not in told(room.move("harvest", on="no"))


def test_another_panel_leaves_it_on_the_phones():
    room = shared(6).move("harvest", on="yes").move("panel", n=3)
    assert room.screen["panel"] == 3 and len(pages_of(room, "phone")) == 2
    with pytest.raises(Refused, match="choose_one_first"):
        room.move("harvest")


def test_a_panel_beyond_the_figures_shows_no_harvest():
    room = shared(6).move("panel", n=4)
    assert room.screen["panel"] == 3 and "samenvatting" not in told(room)


def test_the_console_has_it_without_table_or_turn_in_an_order_that_says_nothing(house):
    room = shared(12)
    assert [set(card) for card in room.console["harvest"]["all"]] == [
        {"id", "lane", "text", "parked"}] * 12  # fmt: skip
    ids = [card["id"] for card in room.console["harvest"]["all"]]
    assert ids == sorted(ids), "the ids are random"
    room.move("harvest", on="yes")
    bag = list(room.scene.entries)
    for seed in range(20):
        random.Random(seed).shuffle(bag)
        scene = Scene(room.stage, tuple(bag), (), 8, room.at)
        for audience in ("phone", "screen", "console"):
            assert room.room.view(scene, audience) == room.room.view(room.scene, audience)
        assert canonical(kept(room.room.results(scene))) == canonical(kept(room.results))


def test_of_four_the_console_reads_none():
    room = shared(4)
    assert cards(room) == {} and room.console["harvest"]["enough"] is False
    assert "samenvatting" not in told(room.move("harvest", on="yes")) + str(room.console)


def test_what_is_set_aside_is_nowhere_until_it_is_put_back():
    room = shared(6).move("harvest", on="yes")
    text, card = next(iter(cards(room).items()))
    room.move("park", id=card)
    assert text in cards(room) and text not in told(room) + str(pages_of(room))
    assert len(room.results.items) == 5
    room.move("put_back", id=card)
    assert text in canonical(kept(room.results)) and text in str(pages_of(room))


def test_what_is_removed_is_nowhere_and_its_words_are_to_be_destroyed():
    room = shared(6).move("harvest", on="yes")
    text, card = next(iter(cards(room).items()))
    room.move("remove", id=card, reason="name")
    assert card in room.stage.gone and text not in told(room) + str(room.console)
    found = {f.measure: f.value for f in room.results.findings}
    assert found["removed:name"] == 1 and len(room.results.items) == 5
    with pytest.raises(Refused, match="choose_one_first"):
        room.move("remove", id=card)


@pytest.mark.parametrize("how", ["park", "remove"])
def test_when_fewer_than_five_are_left_none_is_shown_or_kept(how, house):
    room = shared(5).move("harvest", on="yes")
    first = next(iter(cards(room).values()))
    room.move(how, id=first, **({"reason": "insult"} if how == "remove" else {}))
    assert "samenvatting" not in told(room)
    assert "Fewer than five are left" in words(Drawn(house, "en").console(room))
    assert "Too few summaries" in words(Drawn(house, "en").screen(room))


def test_before_people_look_together_nobody_reads_it_nor_sorts_it():
    room = talking(15, **NOTES)
    for _, teller, _ in written(room):
        room.by(teller, "verdict", answer="right", share="yes")
    assert "samenvatting" not in told(room) + str(room.console)
    for name in ("park", "harvest", "put_back"):
        with pytest.raises(Refused):
            room.move(name, id="x", on="yes")


def test_many_go_by_pages_and_a_page_is_small(house):
    room = talking(15, **NOTES)
    for turn in range(3):
        for _, teller, _ in written(room, turn, says="x" * 270):
            room.by(teller, "verdict", answer="right", share="yes", turn=turn)
    to(room, 2, "fb", into=FAR).move("next").move("harvest", on="yes")
    assert [n for n, _ in pages_of(room, "phone")] == [4, 4, 4, 3]
    assert len(Drawn(house, "nl").phone(room).encode()) < 15_000


@pytest.mark.parametrize(("lang", "label"), [
    ("nl", "Bevestigd door de verteller"), ("en", "Confirmed by the teller")])  # fmt: skip
def test_each_page_says_who_confirmed_it(house, lang, label):
    room, pages = shared(7).move("harvest", on="yes"), Drawn(house, lang)
    activity = {"kind": "listening", "title": {}, "question": {}, **kept(room.results)}
    report = pages.faces.render("activities/listening/report.html", lang, a=activity)
    for html in (pages.screen(room), pages.phone(room), report):
        assert label in words(html)
    console = pages.console(room)
    for name in ("park", "remove", "harvest"):
        assert f'data-move="{name}"' in console


# -- what the teller decides


def test_what_is_kept_for_oneself_leaves_no_word_here():
    room = talking(3, **NOTES)
    [(_, teller, _)] = written(room, says="canary")
    room.by(teller, "verdict", answer="change", text="canary: in mijn woorden")
    assert "canary" not in str([e.body for e in room.laid.values()])
    assert room.own(teller)["turns"][0]["confirmed"] is True
    assert "canary" not in str(room.own(teller))


def test_the_phone_need_not_send_what_it_keeps_itself():
    room = talking(3, **NOTES)
    [(_, teller, _)] = written(room)
    room.by(teller, "verdict", answer="change", turn=0)
    assert [e.body["answer"] for e in room.laid.values() if e.body["what"] == "verdict"] == [
        "change"
    ]


@pytest.mark.parametrize(("fields", "answer", "text"), [
    ({"answer": "change", "share": "yes", "text": "samenvatting 0.1"}, "right", "samenvatting 0.1"),
    ({"answer": "change", "share": "yes", "text": "anders"}, "change", "anders"),
    ({"answer": "right", "share": "yes"}, "right", "samenvatting 0.1"),
    ({"answer": "change", "text": "samenvatting 0.1"}, "right", None),
    ({"answer": "away", "share": "yes", "text": "x"}, "away", None),
])  # fmt: skip
def test_what_is_shared_are_the_words_that_the_teller_saw(fields, answer, text):
    room = talking(3, **NOTES)
    [(_, teller, _)] = written(room)
    room.by(teller, "verdict", **fields)
    bodies = [e.body for e in room.laid.values()]
    assert [b["answer"] for b in bodies if b["what"] == "verdict"] == [answer]
    assert [b for b in bodies if b["what"] == "harvest"] == (
        [{"what": "harvest", "text": text}] if text else []), "no table, no turn"  # fmt: skip
    assert not [b for b in bodies if b["what"] == "draft"]


def test_nothing_is_shared_where_sharing_is_not_offered():
    room = talking(3, summary_mode="note")
    [(_, teller, _)] = written(room)
    room.by(teller, "verdict", answer="right", share="yes")
    assert "samenvatting" not in str([e.body for e in room.laid.values()])


def test_an_empty_change_is_refused_and_the_draft_stays():
    room = talking(3, **NOTES)
    [(_, teller, text)] = written(room)
    for fields in ({"text": " "}, {"share": "yes"}):
        with pytest.raises(Refused, match="write_something_first"):
            room.by(teller, "verdict", answer="change", **fields)
    assert room.own(teller)["turns"][0]["draft"] == text


def test_after_the_teller_decided_nothing_is_written_once_more():
    room = talking(3, **NOTES)
    [(number, teller, _)] = written(room)
    room.by(teller, "verdict", answer="away")
    listener = at_table(room, 0, "listener", number)
    with pytest.raises(Refused, match="too_late_for_that"):
        room.by(listener, "draft", text="toch nog")
    assert "away" not in str(room.own(listener)), "the listener is not told what became of it"


@pytest.mark.parametrize(("turn", "part"), [(0, "fb"), (1, "land"), (1, "fb"), (2, "fb")])
def test_a_draft_can_be_decided_in_each_calm_moment_until_the_talk_ends(house, turn, part):
    room, pages = talking(3, **NOTES), Drawn(house, "en")
    [(_, teller, text)] = written(room)
    to(room, turn, part)
    assert room.own(teller)["turns"][0]["draft"] == text
    html = pages.own(room, teller)
    assert 'data-part="land fb" data-turn="0 1 2"' in html and text in html
    room.by(teller, "verdict", answer="right", turn=0)
    assert room.own(teller)["turns"][0]["confirmed"]


def test_who_shares_a_phone_can_decide_later_too(house):
    from tests.activities.test_shared_phone import THREE
    from tests.activities.test_shared_phone import talking as shares

    room, pages = to(shares(THREE, summary_mode="note"), 0, "check"), Drawn(house, "en")
    room.by("p00", "draft", text="canary")
    html = pages.own(to(room, 1, "land"), "p00")
    assert "who told in turn 1" in words(html) and 'data-turn="0 1 2"' in html
    room.by("p00", "verdict", answer="right", turn=0)
    assert "canary" not in pages.own(room, "p00")


def test_when_the_talk_is_over_nothing_is_written_or_decided():
    room = talking(3, **NOTES)
    [(number, teller, _)] = written(room, 2)
    listener = at_table(room, 2, "listener", number)
    to(room, 2, "fb", into=FAR)
    for who, act, fields in ((teller, "verdict", {"answer": "right"}),
                             (listener, "draft", {"text": "te laat"})):  # fmt: skip
        with pytest.raises(Refused, match="answering_is_over"):
            room.by(who, act, turn=2, **fields)


# -- what is learned from it


def decided(n, answers):
    """So many people; the tellers of the first turn decide so."""
    room = talking(n, **NOTES)
    for (_, teller, _), answer in zip(written(room), answers, strict=False):
        room.by(teller, "verdict", answer=answer, **({"text": "x"} if answer == "change" else {}))
    return to(room, 2, "fb", into=FAR).move("next")


def test_how_many_were_changed_is_kept_in_counts_alone(house):
    room = decided(18, ["right", "change", "change", "change", "away"])
    found = {f.measure: f for f in room.results.findings}
    assert found["written"].value == {"drafts": 6, "right": 1, "changed": 3, "away": 2}
    assert found["written"].n == 6
    activity = {"kind": "listening", "title": {}, "question": {}, **kept(room.results)}
    for lang, says in (
        ("nl", "3 van de 6 samenvattingen zijn aangepast: navragen helpt."),
        ("en", "3 of the 6 written summaries were changed: asking helps."),
    ):
        pages = Drawn(house, lang)
        report = pages.faces.render("activities/listening/report.html", lang, a=activity)
        assert says in words(report) and says in words(pages.console(room.move("panel", n=1)))
        assert says not in words(pages.screen(room))


@pytest.mark.parametrize(("people", "answers"), [(15, 4), (6, 2)])
def test_of_four_or_of_two_tables_it_is_not_kept(people, answers):
    room = decided(people, ["change"] * answers)
    assert "written" not in {f.measure for f in room.results.findings}
    assert room.console["written"] is None


def test_a_removed_summary_still_counts_among_the_written():
    room = shared(6)
    before = room.console["written"]
    card = next(iter(cards(room).values()))
    room.move("remove", id=card, reason="name")
    room.laid = {k: e for k, e in room.laid.items() if e.id != card}  # as the desk does
    assert room.console["written"] == before == {
        "drafts": 6, "right": 6, "changed": 0, "away": 0}  # fmt: skip


# -- after the figures


def test_once_figures_were_seen_no_tap_changes_them():
    room = round_played(9).move("next")
    before = room.screen["panels"]
    room.move("back")
    assert room.phone["stand"] == "talk"
    for role, act, fields in (("teller", "heard", {"value": "1"}), ("teller", "check", {"answer": "no"}),
                              ("teller", "heard", {"item": "voice", "value": "2"}),
                              ("observer", "tally", {"what": "open"})):  # fmt: skip
        for turn in range(3):
            with pytest.raises(Refused, match="answering_is_over"):
                room.by(who_is(room, role, turn)[0], act, turn=turn, **fields)
    assert room.move("next").screen["panels"] == before


def test_where_none_could_be_shown_people_may_answer_after_going_back():
    room = round_played(3).move("next")
    assert room.screen["panels"] == {"heard": None, "summary": None, "mix": None}
    room.move("back").by(who_is(room, "teller", 0)[0], "heard", value="2", turn=0)


def test_with_a_neighbour_too_what_was_seen_stays():
    room = play(Listening(find="neighbour", size=2, preset="vloer")).move("next").waits(190)
    for n in range(6):
        room.by(f"p{n}", "check", answer="right")
    room.waits(FAR).move("next").move("back")
    with pytest.raises(Refused, match="answering_is_over"):
        room.by("p0", "check", answer="no")


def test_looking_together_is_not_undone():
    room = round_played(9)
    before, room = room.stage, room.move("next")
    assert room.room.bars_undo(room.stage, before, room.at).code == "figures_were_seen"
    after = room.move("panel", n=2).stage
    assert room.room.bars_undo(after, room.stage, room.at) is None


# -- taps that come late


def checks(room):
    return {(e.body["what"], e.body["turn"]): e.body["answer"] for e in room.laid.values()
            if e.body["what"] in ("check", "second")}  # fmt: skip


@pytest.mark.parametrize("part", ["land", "sum", "check", "ask", "fb"])
def test_a_late_answer_is_never_a_rewrite_of_the_first(part):
    room = to(talking(3), 0, "check")
    (teller,) = who_is(room, "teller", 0)
    room.by(teller, "check", answer="no", turn=0)
    to(room, 1, part).by(teller, "check", answer="right", turn=0)
    assert checks(room) == {("check", 0): "no", ("second", 0): "right"}
    with pytest.raises(Refused, match="too_late_for_that"):
        room.by(teller, "check", answer="no", turn=0)


def test_a_late_answer_may_be_the_first_and_a_right_one_stays():
    room = to(talking(3), 1, "land")
    (teller,) = who_is(room, "teller", 0)
    room.by(teller, "check", answer="right", turn=0)
    with pytest.raises(Refused, match="too_late_for_that"):
        room.by(teller, "check", answer="no", turn=0)
    assert checks(room) == {("check", 0): "right"}


def test_within_the_check_one_may_think_again():
    room = to(talking(3), 0, "check")
    (teller,) = who_is(room, "teller", 0)
    room.by(teller, "check", answer="no", turn=0).by(teller, "check", answer="right", turn=0)
    assert checks(room) == {("check", 0): "right"}


def test_a_late_no_gives_a_table_at_its_own_pace_no_more_time():
    room = to(talking(3, sync="group"), 1, "tell")
    (teller,) = who_is(room, "teller", 0)
    before = room.own(teller)["parts"]
    room.by(teller, "check", answer="no", turn=0)
    assert room.own(teller)["parts"] == before


def test_what_an_observer_tapped_at_the_gong_counts_for_that_turn():
    room = to(talking(3), 1, "land")
    (observer,) = who_is(room, "observer", 0)
    room.by(observer, "tally", what="advice", turn=0)
    assert room.own(observer)["turns"][0]["counts"] == {"advice": 1}
    with pytest.raises(Refused, match="not_open_yet"):
        room.by(observer, "tally", what="advice", turn=2)


def test_a_neighbours_answer_is_one_in_all_while_people_talk():
    lengths = dict(LENGTHS)
    room = play(Listening(find="neighbour", size=2, lengths=lengths)).move("next").waits(TURN + 5)
    room.by("an", "check", answer="almost", turn=0).by("an", "check", answer="right", turn=1)
    assert checks(room) == {("check", 0): "right"}


# -- on a real desk

ROUND = {"id": "l", "kind": "listening", "title": {"nl": "Ronde"}, "minutes": 9,
         "set": {"size": 3, "lengths": LENGTHS, **NOTES}}  # fmt: skip
VOTE = {"id": "v", "kind": "vote", "title": {"nl": "Stenen"}, "minutes": 3, "takes": ["l"]}
THEMES = {"id": "t", "kind": "themes", "title": {"nl": "Thema's"}, "minutes": 3, "takes": ["l"]}


class AtDesk:
    """A round of fifteen on the real desk, with its store."""

    def __init__(self, house, *after):
        agenda = [ROUND, *after]
        self.house = house
        self.running = house.start("host", {"agenda": agenda, "title": "Ronde"}, "nl")
        self.code, self.acts = self.running.code, itertools.count()
        self.people = [Token.fresh() for _ in range(15)]
        for n, token in enumerate(self.people):
            house.arrive(self.code, f"socket {n}", token)
        self.move("next")
        for who in range(15):
            self.act(who, "join")
        self.move("next")
        self.move("next")
        self.begun = house.clock.now
        self.running.leading["who leads"] = "console"

    def move(self, name, **fields):
        self.house.move(self.code, name, fields)

    def act(self, who, name, **fields):
        self.house.act(self.code, None, self.people[who], Act(f"a{next(self.acts)}", name, fields))

    def own(self, who):
        return self.house.own(self.code, self.people[who])

    def view(self, audience):
        return self.house.view(self.code, audience)[1]

    def at(self, turn, part):
        before = list(LENGTHS).index(part)
        self.house.clock.now = self.begun + turn * TURN + sum(list(LENGTHS.values())[:before]) + 1
        self.house.wake()

    def pairs(self, turn):
        """Tellers with their listeners."""
        by_table = {}
        for who in range(15):
            own = self.own(who)
            by_table.setdefault(own["tables"][turn], {})[own["roles"][turn]] = who
        return [(roles["teller"], roles["listener"]) for roles in by_table.values()]

    def share(self, turn, says="canary gedeeld"):
        self.at(turn, "check")
        for n, (teller, listener) in enumerate(self.pairs(turn)):
            self.act(listener, "draft", text=f"{says} {turn}{n}", turn=turn)
            self.act(teller, "verdict", answer="right", share="yes", turn=turn)

    def look(self):
        self.house.clock.now = self.begun + 3 * TURN + 1
        self.house.wake()
        self.move("next")

    def cards(self):
        return {card["text"]: card["id"] for card in self.view("console")["harvest"]["all"]}

    def on_disk(self, what=""):
        bags = Live(self.running.database, self.running.key).bags()
        bodies = [e.body for bag in bags.values() for e in bag.values()]
        return [body for body in bodies if not what or body["what"] == what]


def test_the_harvest_goes_on_to_a_vote_as_ordinary_cards(house):
    desk = AtDesk(house, VOTE, THEMES)
    desk.share(0)
    desk.share(1)
    desk.look()
    texts = desk.cards()
    removed, aside = sorted(texts)[:2]
    desk.move("remove", id=texts[removed], reason="name")
    desk.move("park", id=texts[aside])
    desk.move("harvest", on="yes")
    desk.move("open", activity="v")
    options = {card["text"]: card["id"] for card in desk.view("phone")["options"]}
    assert set(options) == set(texts) - {removed, aside}
    first = sorted(options)[0]
    for who in range(9):
        desk.act(who, "cast", choices={options[first]: 1})
    desk.move("show")
    rows = desk.view("screen")["rows"]
    assert (rows[0]["text"], rows[0]["dots"]) == (first, 9)
    desk.move("open", activity="t")
    assert desk.view("screen")["total"] == 8
    desk.move("close", force=True)
    desk.move("seal")
    folder = house.archive.home(desk.running.entered.folder)
    doc = json.loads((folder / "results.json").read_text())
    voted = next(part for part in doc["activities"] if part["kind"] == "vote")
    assert {item["text"] for item in voted["items"]} == set(options)
    assert voted["items"][0]["lane"]["name"]["nl"] == "Bevestigd door de verteller"
    assert not problems(folder), "the verifier finds nothing that says who"


def test_what_is_removed_after_all_is_gone_from_the_vote_too(house):
    desk = AtDesk(house, VOTE)
    desk.share(0)
    desk.share(1)
    desk.look()
    desk.move("harvest", on="yes")
    desk.move("open", activity="v")
    desk.move("open", activity="l")
    text, card = next(iter(desk.cards().items()))
    desk.move("remove", id=card, reason="insult")
    desk.move("open", activity="v")
    assert text not in str(desk.view("phone")["options"])
    assert text not in [body.get("text") for body in desk.on_disk("harvest")], "on disk neither"


def test_what_was_not_shown_goes_nowhere(house):
    desk = AtDesk(house, VOTE)
    desk.share(0)
    desk.look()
    desk.move("open", activity="v")
    assert desk.view("phone")["options"] == []


@pytest.mark.parametrize("ending", ["time", "next", "open", "close"])
def test_no_draft_outlives_the_talk(house, ending):
    desk = AtDesk(house, VOTE)
    desk.at(0, "check")
    teller, listener = desk.pairs(0)[0]
    desk.act(listener, "draft", text="canary ongelezen", turn=0)
    desk.at(2, "fb")
    assert desk.own(teller)["turns"][0]["draft"] == "canary ongelezen"
    assert len(desk.on_disk("draft")) == 1
    match ending:
        case "time":
            house.clock.now = desk.begun + 3 * TURN + 1
            house.wake()
        case "next":
            desk.move("next")  # the last part, and then looking together
            desk.move("next")
        case "open":
            desk.move("open", activity="v")
        case "close":
            desk.move("close", force=True)
    assert desk.on_disk("draft") == [] and "canary" not in str(desk.on_disk())
    assert "canary" not in str([e.body for bag in desk.running.bags.values()
                                for e in bag.laid.values()])  # fmt: skip


def test_what_was_kept_for_oneself_is_on_no_disk(house):
    desk = AtDesk(house)
    desk.at(0, "check")
    teller, listener = desk.pairs(0)[0]
    desk.act(listener, "draft", text="canary klad", turn=0)
    desk.act(teller, "verdict", answer="change", text="canary eigen woorden", turn=0)
    assert "canary" not in str(desk.on_disk())


def test_what_the_room_saw_is_not_undone_on_the_desk(house):
    desk = AtDesk(house)
    desk.look()
    with pytest.raises(Refused, match="figures_were_seen"):
        desk.move("undo")
    desk.move("back")
    assert desk.view("phone")["stand"] == "talk"


def test_somebody_who_laid_nothing_has_no_words():
    room = shared(5)
    assert "samenvatting" not in str(room.room.own(room.scene, Mine()))
