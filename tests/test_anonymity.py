"""The first promise: nobody can tell who wrote what, nor in which order, then or later."""

from __future__ import annotations

import dataclasses
import importlib
import json
import random
import re
import shutil
import sqlite3

import pytest

from facilitator.activities import catalogue
from facilitator.domain.activity import Act
from facilitator.domain.results import canonical, kept
from facilitator.keys import Token
from facilitator.web.papers import table
from tests.drawn import Drawn

AUDIENCES = ("phone", "screen", "console")
every_room = pytest.mark.parametrize("kind", catalogue())


def crowd(kind):
    """The room with its six people, as its own test file tells of them."""
    return crowds(kind)[0]


def crowds(kind):
    """The same in each form in which the room can be held."""
    tests = importlib.import_module(f"tests.activities.test_{kind}")
    return tests.crowds() if hasattr(tests, "crowds") else [tests.crowd()]


def phases(play):
    """The play in its first phase, and in each one after it."""
    yield play
    while play.room.next_phase(play.stage):
        yield play.move("next", force=True)


# -- what can be seen


@every_room
def test_the_order_of_speaking_cannot_be_seen(kind):
    for play in (stand for people in crowds(kind) for stand in phases(people)):
        scene = play.scene
        told = [play.room.view(scene, audience) for audience in AUDIENCES]
        file = canonical(kept(play.room.results(scene)))
        for seed in range(20):
            bag = list(scene.entries)
            random.Random(seed).shuffle(bag)
            shuffled = dataclasses.replace(scene, entries=tuple(bag))
            assert [play.room.view(shuffled, audience) for audience in AUDIENCES] == told
            assert canonical(kept(play.room.results(shuffled))) == file


@every_room
def test_before_the_lock_nobody_sees_a_word(kind):
    play = crowd(kind)
    assert not play.stage.locked
    for audience in AUDIENCES:
        assert "canary" not in str(play.room.view(play.scene, audience))


#: What passes is no answer: it is there to be seen at once by who leads, and says no word.
@pytest.mark.parametrize("kind", [kind for kind, room in catalogue().items() if not room.passing])
def test_before_the_lock_counts_go_up_in_few_steps(kind):
    """Thirty people answer one by one; a view that changed each time would point at a thumb."""
    for play in crowds(kind):
        assert_few_steps(play)


def assert_few_steps(play):
    bodies = [entry.body for entry in play.scene.entries]
    full = [dataclasses.replace(e, id=f"{n:02}", body=bodies[n % len(bodies)])
            for n, e in enumerate(play.scene.entries * 5)] if bodies else []  # fmt: skip
    for audience in AUDIENCES:
        seen = [
            str(play.room.view(
                dataclasses.replace(play.scene, entries=tuple(full[:n]), present=30), audience))
            for n in range(len(full) + 1)
        ]  # fmt: skip
        changes = [n for n in range(1, len(seen)) if seen[n] != seen[n - 1]]
        assert len(changes) <= 5
        assert not [n for n in changes if 1 < n < 5], "below five, one more is not to be noticed"


@every_room
def test_what_is_mine_is_never_in_a_view(kind):
    """A view has no way to know who asks; what differs between two phones is in own alone."""
    play = crowd(kind)
    for stage in phases(play):
        for audience in AUDIENCES:
            view = stage.room.view(stage.scene, audience)
            assert not {"owner", "mine", "author", "seat", "tag", "token", "at"} & set(view)


# -- what is kept: two histories with the same final content, through the real desk

AGENDA = [
    {"id": "cards", "kind": "ideas", "title": {"nl": "Pot"}, "minutes": 3,
     "set": {"hands_on": True}},
    {"id": "table", "kind": "ideas", "title": {"nl": "Tafel"}, "minutes": 3,
     "goes_on_with": "cards", "set": {"choose": True}},
    {"id": "stones", "kind": "vote", "title": {"nl": "Stenen"}, "minutes": 3, "takes": ["table"]},
    {"id": "right", "kind": "summary_check", "title": {"nl": "Klopt"}, "minutes": 1,
     "takes": ["stones"]},
    {"id": "mood", "kind": "checkin", "title": {"nl": "Energie"}, "minutes": 1,
     "set": {"word": True}},
    {"id": "taps", "kind": "pulse", "title": {"nl": "Tikken"}, "minutes": 1,
     "set": {"shows": False, "items": [{"id": "heard", "text": {"nl": "Gehoord"}},
                                       {"id": "safe", "text": {"nl": "Veilig"}}]}},
]  # fmt: skip

PEOPLE = 6
FATES = ("shown", "shown", "shown", "not_now", "said_before", "name", "insult")
TEXTS = ("karren", "lawaai", "rooster", "pauze", "koffie", "licht", "café")


class Content:
    """What is to be left in the end. Nothing in here knows a person but by the shape of answers."""

    def __init__(self, seed):
        chance = self.chance = random.Random(seed)
        texts = chance.choices(TEXTS, k=chance.randint(2, 7))
        self.cards = [
            (chance.choice(("concern", "idea")), f"{text} blijft", chance.choice(FATES))
            for text in texts
        ]
        self.chosen = [chance.random() < 0.6 for _ in self.cards]
        self.ballots = [chance.random() for _ in range(PEOPLE)]
        self.missing = chance.sample(TEXTS, chance.randint(0, 2))
        self.right = chance.choices(("right", "almost", "no", "pass"), k=chance.randint(0, PEOPLE))
        self.mood = [(chance.choice("12345"), chance.choice(("moe", "fris", "blij", "")))
                     for _ in range(chance.choice((0, 4, 5, PEOPLE, PEOPLE)))]  # fmt: skip
        self.taps = {item: chance.choices("12345", k=chance.randint(0, PEOPLE))
                     for item in ("heard", "safe")}  # fmt: skip


class History:
    """One way in which a content came to be: other authors, another order, other mistakes."""

    def __init__(self, house, reopen, content, seed):
        self.house, self.reopen, self.content = house, reopen, content
        self.chance, self.acts = random.Random(f"history {seed}"), 0
        running = house.start(f"host {seed}", {"agenda": AGENDA, "title": "Rooster"}, "nl")
        self.code, self.session, self.home = running.code, running.entered.id, None
        self.people = [Token.fresh() for _ in range(PEOPLE)]
        self.chance.shuffle(self.people)
        self.come_in()

    def come_in(self):
        for n, token in enumerate(self.people):
            self.house.arrive(self.code, f"socket {n}", token)
            self.house.seat(self.code, token)

    def act(self, who, name, **fields):
        """One act; now and then it is sent again, or the server is killed in between."""
        self.acts += 1
        act = Act(f"a{self.acts}", name, fields)
        self.house.act(self.code, None, who, act)
        if self.chance.random() < 0.2:
            self.house.act(self.code, None, who, act)
        if self.chance.random() < 0.01:
            self.house = self.reopen(self.house)
            self.come_in()

    def move(self, name, **fields):
        """One move; now and then another was made first, and undone."""
        if self.chance.random() < 0.2:
            self.house.move(self.code, "lock", {})
            self.house.move(self.code, "undo", {})
        self.house.move(self.code, name, fields)

    def own(self, who):
        return self.house.own(self.code, who)

    def shuffled(self, things):
        return self.chance.sample(list(things), len(things))

    def mistaken(self):
        return self.chance.random() < 0.3

    def run(self):
        self.house.move(self.code, "open", {"activity": "cards"})
        self.write()
        self.house.move(self.code, "open", {"activity": "table"})
        self.choose()
        self.sort()
        self.house.move(self.code, "open", {"activity": "stones"})
        self.vote()
        self.house.move(self.code, "open", {"activity": "right"})
        self.say(self.content.right, lambda who, a: self.act(who, "say", answer=a),
                 lambda who: self.act(who, "say", answer="no"))  # fmt: skip
        self.house.move(self.code, "open", {"activity": "mood"})
        self.say(self.content.mood, lambda who, a: self.act(who, "choose", value=a[0], word=a[1]),
                 lambda who: self.act(who, "choose", value="1", word="canary"))  # fmt: skip
        self.house.move(self.code, "open", {"activity": "taps"})
        for item, values in self.content.taps.items():
            self.say(values, lambda who, a, i=item: self.act(who, "answer", item=i, value=a),
                     lambda who, i=item: self.act(who, "answer", item=i, value="3"))  # fmt: skip
        self.move("close", force=True)
        self.house.move(self.code, "seal", {})
        entered = self.house.register.one(id=self.session)
        return (self.house.archive.home(entered.folder) / "results.json").read_text().replace(
            self.session, "one and the same")  # fmt: skip

    def write(self):
        """Cards come to lie with other people, after withdrawals, corrections and full hands."""
        self.cards = {}
        for n in self.shuffled(range(len(self.content.cards))):
            lane, text, _ = self.content.cards[n]
            who = self.chance.choice([p for p in self.people if self.own(p)["left"] > 1])
            if self.mistaken():
                self.act(who, "add", lane=lane, text="canary withdrawn")
                self.act(who, "withdraw", id=self.newest(who, "canary withdrawn"))
            if wrong := self.mistaken():
                self.act(who, "add", lane=lane, text="canary changed")
                card = self.newest(who, "canary changed")
                self.act(who, "change", id=card, text=text)
            else:
                known = {card["id"] for card in self.own(who)["cards"]}
                self.act(who, "add", lane=lane, text=text)
                card = next(c["id"] for c in self.own(who)["cards"] if c["id"] not in known)
            assert wrong or card
            self.cards[n] = (who, card)

    def newest(self, who, text):
        return next(card["id"] for card in self.own(who)["cards"] if card["text"] == text)

    def choose(self):
        for n in self.shuffled(self.cards):
            who, card = self.cards[n]
            if self.mistaken():
                self.act(who, "choose", id=card)
                self.act(who, "unchoose", id=card)
            if self.content.chosen[n]:
                self.act(who, "choose", id=card)

    def sort(self):
        self.move("lock")
        for n in self.shuffled(self.cards):
            fate, id = self.content.cards[n][2], self.cards[n][1]
            if fate in ("not_now", "said_before"):
                self.move("park", id=id, reason=fate)
            elif fate != "shown":
                self.move("remove", id=id, reason=fate)
        self.move("show")

    def vote(self):
        options = {(card["lane"]["id"], card["text"]): card["id"]
                   for card in self.house.view(self.code, "phone")[1]["options"]}  # fmt: skip
        order = sorted(options)
        for who, share in zip(self.shuffled(self.people), self.content.ballots, strict=True):
            if order and self.mistaken():
                self.act(who, "cast", choices={options[self.chance.choice(order)]: 1})
            first = int(share * len(order))
            mine = [order[first], order[-1]] if order and share < 0.5 else order[first : first + 1]
            self.act(who, "cast", choices={options[card]: 1 for card in mine})
        self.move("next")
        for who, text in zip(self.shuffled(self.people), self.content.missing, strict=False):
            if self.mistaken():
                self.act(who, "missing", text="canary missing")
                self.act(who, "take_back")
            self.act(who, "missing", text=text)

    def say(self, answers, say, wrong):
        people = self.shuffled(self.people)[: len(answers)]
        for who, answer in zip(people, self.shuffled(answers), strict=True):
            if self.mistaken():
                wrong(who)
            say(who, answer)


def same_bytes(build, reopen, contents, ways=8):
    """Each content in so many histories, every one against every other: how many pairs."""
    house, pairs, files = build(), 0, set()
    for number in contents:
        content, first = Content(number), None
        for way in range(ways):
            history = History(house, reopen, content, f"{number}/{way}")
            told, house = history.run(), history.house
            first = first or told
            assert told == first, f"content {number}, history {way}"
            pairs += way
        files.add(first)
        assert "canary" not in first
    assert len(files) == len(contents), "other content gives other bytes"
    return pairs


def test_equal_content_gives_equal_bytes_whoever_wrote_it(build, reopen):
    """A taste of it; five hundred pairs are in `test_same_bytes.py`."""
    assert same_bytes(build, reopen, range(18, 21), ways=4) == 18


# -- what is left on the disk

SECRETS = (b"canary withdrawn", b"canary changed", b"canary missing", b"Jan is een ezel")


def conversation(house, *, until="closing"):
    """A conversation in which words were withdrawn, changed and removed."""
    running = house.start("host", {"agenda": AGENDA, "title": "Rooster"}, "nl")
    code, people = running.code, [Token.fresh() for _ in range(PEOPLE)]
    acts = iter(range(1000))

    def act(who, name, **fields):
        house.act(code, None, people[who], Act(f"a{next(acts)}", name, fields))

    def card(who, n=0):
        return house.own(code, people[who])["cards"][n]["id"]

    house.move(code, "open", {"activity": "cards"})
    for who in range(PEOPLE):
        act(who, "add", lane="idea", text=f"blijft {who}")
    act(0, "add", lane="concern", text="canary withdrawn")
    act(0, "withdraw", id=card(0, 1))
    act(1, "add", lane="concern", text="canary changed")
    act(1, "change", id=card(1, 1), text="blijft ook")
    act(2, "add", lane="concern", text="Jan is een ezel")
    insult = card(2, 1)
    if until == "writing":
        return running, people
    house.move(code, "open", {"activity": "table"})
    house.move(code, "lock", {})
    house.move(code, "remove", {"id": insult, "reason": "insult"})
    house.move(code, "open", {"activity": "stones"})
    house.move(code, "show", {})
    act(3, "missing", text="canary missing")
    act(3, "take_back")
    house.move(code, "close", {"force": True})
    return running, people


def all_bytes(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_after_the_seal_nothing_is_left_of_what_was_taken_back(house):
    running, people = conversation(house)
    tokens = [token.written().encode() for token in people]
    secrets = [token.secret for token in people]
    house.move(running.code, "seal", {})
    left = all_bytes(house.folder)
    assert b"blijft ook" in left, "what is kept is there, so this looks in the right place"
    for text in (*SECRETS, *tokens, *secrets, running.key.secret):
        assert text not in left
    assert house.files_left() == []
    assert house.running == {}


def written_down(house):
    """A round in which a draft was left, a summary was kept for oneself, and one was removed."""
    from tests.activities.test_written import VOTE, AtDesk

    desk = AtDesk(house, VOTE)
    desk.share(0, "blijft")
    desk.share(1, "blijft ook")
    desk.at(2, "check")
    (first, wrote), (_, left) = desk.pairs(2)[:2]
    desk.act(wrote, "draft", text="canary draft", turn=2)
    desk.act(first, "verdict", answer="change", text="canary for myself", turn=2)
    desk.act(left, "draft", text="canary undecided", turn=2)
    desk.at(2, "fb")
    teller, listener = desk.pairs(2)[2]
    desk.act(listener, "draft", text="canary removed", turn=2)
    desk.act(teller, "verdict", answer="right", share="yes", turn=2)
    desk.look()
    desk.move("harvest", on="yes")
    desk.move("remove", id=desk.cards()["canary removed"], reason="name")
    desk.move("open", activity="v")
    return desk


def test_no_file_has_a_draft_a_removed_summary_or_one_that_is_kept_for_oneself(house, caplog):
    caplog.set_level("DEBUG")
    desk = written_down(house)
    shown = [str(desk.view(audience)) for audience in AUDIENCES]
    desk.move("close", force=True)
    desk.move("seal")
    doc = house.archive.read(desk.running.entered.folder)
    activity = doc["activities"][0]
    pages = [
        Drawn(house, lang).faces.render("activities/listening/report.html", lang, a=activity)
        for lang in ("nl", "en")
    ]
    tables = [table(doc, lang) for lang in ("nl", "en")]
    left = all_bytes(house.folder).decode(errors="replace")
    for place in (*shown, *pages, *tables, left, caplog.text):
        assert "canary" not in place
    for place in (*pages, *tables, left):
        assert "blijft ook" in place, "what is kept is there, so this looks in the right place"


def test_a_disk_stolen_in_mid_session_holds_no_word(house, tmp_path):
    running, people = conversation(house, until="writing")
    for path in (house.folder / "live").iterdir():
        shutil.copy(path, tmp_path)
    stolen = all_bytes(tmp_path)
    assert len(list(tmp_path.iterdir())) >= 2 and len(stolen) > 4096
    for text in (*SECRETS, b"blijft", b"Rooster", b"concern", b"idea", running.key.secret):
        assert text not in stolen
    for token in people:
        assert token.secret not in stolen and token.written().encode() not in stolen


def rows(running, query):
    connection = sqlite3.connect(running.database)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_no_table_has_a_column_for_a_person_or_a_moment(house):
    running, _ = conversation(house, until="writing")
    tables = dict(rows(running, "SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    for name in ("entry", "done", "roster", "note"):
        assert "WITHOUT ROWID" in tables[name], "a row number tells who came first"
    columns = {
        name: [row[1] for row in rows(running, f"PRAGMA table_info({name})")] for name in tables
    }
    assert columns == {
        "entry": ["activity", "tag", "box"],
        "done": ["mark"],
        "roster": ["seat"],
        "move": ["n", "box"],
        "note": ["name", "box"],
    }
    assert not re.search(r"TIMESTAMP|DATE|AUTOINCREMENT|TRIGGER", " ".join(tables.values()), re.I)


def test_the_roster_joins_to_nothing(house):
    running, people = conversation(house, until="writing")
    seats = {seat for (seat,) in rows(running, "SELECT seat FROM roster")}
    assert seats == {token.seat(running.entered.id) for token in people}
    others = {value for table in ("entry", "done") for row in rows(running, f"SELECT * FROM {table}")
              for value in row}  # fmt: skip
    assert not seats & others
    tags = [tag for (tag,) in rows(running, "SELECT tag FROM entry")]
    assert len(tags) == len(set(tags)) == PEOPLE + 2, "two cards of one person share nothing"


def test_all_boxes_of_short_texts_have_one_size(house):
    running, _ = conversation(house, until="writing")
    sizes = {len(box) for (box,) in rows(running, "SELECT box FROM entry")}
    assert len(sizes) == 1, "the length of a box must not tell the length of a name"


def test_an_entry_cannot_be_moved_to_another_place(house):
    from cryptography.exceptions import InvalidTag

    running, _ = conversation(house, until="writing")
    (activity, tag, box), (_, other, _) = rows(running, "SELECT * FROM entry")[:2]
    running.key.open(box, activity.encode(), tag)
    with pytest.raises(InvalidTag):
        running.key.open(box, activity.encode(), other)


def test_the_report_says_neither_who_nor_when(house):
    running, _ = conversation(house)
    house.move(running.code, "seal", {})
    doc = house.archive.read(running.entered.folder)
    told = json.dumps(doc)
    assert doc["session"]["present"] == 5, "how many were there is told in steps"
    assert not re.search(r'"(at|time|seat|tag|mark|seed|owner|author|token)":', told)
    assert not re.search(r"\d\d:\d\d", told)
    assert "blijft ook" in told and doc["activities"][0]["findings"] == [
        {"measure": "removed:insult", "value": 1, "n": 1}]  # fmt: skip
