"""What goes wrong, on purpose: kills, full disks, locks, nonsense in the settings.

The rule: an acknowledgement means that it is on disk. What was acknowledged is there, once.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from socketio.exceptions import SocketIOError

from tests.server import (
    CARDS,
    VOTE,
    Console,
    Lost,
    Phone,
    Screen,
    Server,
    at_once,
    own_cards,
    slips,
    step,
)

PHONES = 8
BURST = 12  # acts of one phone between two kills: below what the turnstile lets through


class Outbox:
    """A phone as its page behaves: in order, one act in flight, again with the same id until it
    is answered. It knows what must be there in the end."""

    def __init__(self, phone: Phone, seed: int) -> None:
        self.phone, self.chance = phone, random.Random(seed)
        self.waiting: list[dict[str, Any]] = []
        self.must: dict[str, str] = {}  # card id -> text, by what was acknowledged
        self.choices: dict[str, int] = {}
        self.acknowledged, self.resent, self.odd = 0, 0, list[dict[str, Any]]()
        self.written = 0

    def write(self, until: threading.Event) -> None:
        """Cards, changes and withdrawals, one after another, until the line is gone."""
        self.talk(until, self.some_card)

    def vote(self, ballot: list[str], until: threading.Event) -> None:
        """Stones, moved again and again."""
        self.talk(until, lambda: self.phone.an_act("cast", {
            "choices": {card: 1 for card in self.chance.sample(ballot, self.chance.randint(0, 2))}}
        ))  # fmt: skip

    def talk(self, until: threading.Event, ask: Callable[[], dict[str, Any]]) -> None:
        for _ in range(BURST):
            if until.is_set() or not self.flush():
                return
            self.waiting.append(ask())
        self.flush()

    def some_card(self) -> dict[str, Any]:
        what = self.chance.choice(["add", "add", "change", "withdraw"]) if self.must else "add"
        if len(self.must) >= 12:
            what = "withdraw"
        self.written += 1
        text = f"{id(self) % 9973} kaart {self.written}"
        if what == "add":
            return self.phone.an_act("add", {"lane": "idea", "text": text})
        card = self.chance.choice(sorted(self.must))
        fields = {"id": card, "text": text} if what == "change" else {"id": card}
        return self.phone.an_act(what, fields)

    def flush(self) -> bool:
        """Send what waits. False when the line is gone; then it waits on."""
        while self.waiting:
            act = self.waiting[0]
            try:
                answer = self.phone.send(act, timeout=8)
            except (Lost, SocketIOError):
                self.resent += 1
                return False
            if answer.get("refused") in ("try_again", "not_saved", "too_fast"):
                time.sleep(0.2)
                continue
            self.waiting.pop(0)
            self.note(act, answer)
        return True

    def note(self, act: dict[str, Any], answer: dict[str, Any]) -> None:
        """It is on disk now: so it must be there for ever."""
        if "refused" in answer:
            self.odd.append({**act, **answer})
            return
        self.acknowledged += 1
        match act["name"]:
            case "cast":
                self.choices = act["fields"]["choices"]
            case "add":
                mine = own_cards(answer["own"])
                fresh = set(mine) - set(self.must)
                assert [mine[id] for id in fresh] == [act["fields"]["text"]], (mine, act)
                self.must |= {id: mine[id] for id in fresh}
            case "change":
                self.must[act["fields"]["id"]] = act["fields"]["text"]
            case "withdraw":
                del self.must[act["fields"]["id"]]

    def come_back(self) -> None:
        """After a restart: join with the same cookie, send what waits."""
        self.phone.close()
        assert "refused" not in self.phone.join()
        assert self.flush()


def rounds(server: Server, boxes: list[Outbox], kills: int, talk: str, *what: Any) -> float:
    """All phones talk; the server is killed in the middle; it comes back and nothing is lost."""
    slowest = 0.0
    chance = random.Random(kills)
    for _ in range(kills):
        gone = threading.Event()
        hands = [threading.Thread(target=getattr(box, talk), args=(*what, gone)) for box in boxes]
        for hand in hands:
            hand.start()
        time.sleep(chance.uniform(0.02, 0.35))
        server.kill9()
        gone.set()
        for hand in hands:
            hand.join(20)
        begun = time.monotonic()
        server.start()
        at_once(*(box.come_back for box in boxes))
        slowest = max(slowest, time.monotonic() - begun)
        for box in boxes:
            assert talk == "vote" or box.phone.cards() == box.must
            assert not box.odd, box.odd
    return slowest


def whole(database: Path) -> bool:
    """Whether SQLite finds nothing wrong."""
    with contextlib.closing(sqlite3.connect(database)) as live:
        return live.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize(
    ("writing", "voting"), [(3, 2), pytest.param(14, 12, marks=pytest.mark.long)]
)
def test_killed_again_and_again_nothing_is_lost_and_nothing_is_double(
    writing: int, voting: int
) -> None:
    with Server() as server:
        session = server.begin(agenda=[step("cards", "ideas", most=14), VOTE])
        code = session["code"]
        boxes = [Outbox(Phone(server, code), seed) for seed in range(PHONES)]
        rounds(server, boxes, writing, "write")
        console = Console(server, session)
        console.must("lock")
        there = slips(console.wait_for("view", lambda frame: bool(slips(frame.html))).html)
        assert Counter(there) == Counter(text for box in boxes for text in box.must.values())
        console.must("show")
        console.must("next")
        console.close()
        for box in boxes:
            box.come_back()
        ballot = re.findall(r'name="choices\[(\w+)\]"', boxes[0].phone.welcome["html"])[:5]
        assert ballot
        rounds(server, boxes, voting, "vote", ballot)
        console.join()
        console.must("show")
        html = console.wait_for("view", lambda frame: 'class="tally"' in frame.html).html
        stones = Counter(card for box in boxes for card in box.choices)
        tally = html[html.index('class="tally"') :].partition("</ol>")[0]
        counted = {unescape(text).strip(): int(n) for text, n in re.findall(
            r"<span>([^<]*).*?</span>\s*<b>(\d+)</b>", tally, re.S)}  # fmt: skip
        texts = {id: text for box in boxes for id, text in box.must.items()}
        assert {text: n for text, n in counted.items() if n} == {
            texts[card]: n for card, n in stones.items()
        }
        acknowledged = sum(box.acknowledged for box in boxes)
        assert server.count(code, "done") == acknowledged
        assert server.count(code, "roster") == PHONES
        assert acknowledged > (writing + voting) * 4 and sum(box.resent for box in boxes) > 0
        assert server.starts == 1 + writing + voting
        print(f"\n{server.starts - 1} kills, {acknowledged} acknowledged acts, "
              f"{sum(box.resent for box in boxes)} sent again")  # fmt: skip
        for box in boxes:
            box.phone.close()
        console.close()
        database = server.database(code)
        server.kill9()
        assert whole(database)
        server.assert_calm()


def test_asked_to_stop_it_stops_and_keeps_all() -> None:
    with Server() as server:
        session = server.begin(agenda=[step("cards", "ideas", most=14)])
        boxes = [Outbox(Phone(server, session["code"]), seed) for seed in range(PHONES)]
        screen, console = Screen(server, session), Console(server, session)
        gone = threading.Event()
        hands = [threading.Thread(target=box.write, args=(gone,)) for box in boxes]
        for hand in hands:
            hand.start()
        time.sleep(0.15)
        code, seconds = server.term()
        gone.set()
        for hand in hands:
            hand.join(20)
        assert code == 0
        assert seconds < 2, seconds
        assert not [name for name in server.folder.rglob("*.probe*")]
        server.start()
        at_once(*(box.come_back for box in boxes))
        for box in boxes:
            assert box.phone.cards() == box.must and not box.odd
        total = sum(box.acknowledged for box in boxes)
        assert server.count(session["code"], "done") == total > 0
        for one in (screen, console, *(box.phone for box in boxes)):
            one.close()
        server.assert_calm()


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_asked_to_stop_while_nobody_does_anything(transport: str) -> None:
    with Server() as server:
        phone = Phone(server, server.begin(agenda=[CARDS])["code"], join=False)
        phone.connect((transport,))
        phone.join()
        assert server.term()[0] == 0
        phone.close()
        server.assert_calm()


# -- a start that cannot be


def refuses(server: Server) -> str:
    """The one sentence with which a start is refused."""
    process = server.launch()
    try:
        assert process.wait(30) == 2, server.stderr()
    finally:
        process.kill()
        process.wait(5)
    said = server.stderr()
    assert "Traceback" not in said
    assert len(said.strip().splitlines()) == 1, said
    assert re.fullmatch(r"Steentje: .+[.!]\s*", said), said
    return said


NONSENSE = [
    ("PORT", "x"), ("PORT", ""), ("PORT", "99999"), ("HOST_KEY", "short"), ("HOST", "no.invalid"),
    ("PUBLIC_URL", "ftp://x"), ("PUBLIC_URL", "http://x/pad"), ("PUBLIC_URL", "http://["),
    ("DEFAULT_LANG", "fr"), ("JOIN_CODE_DIGITS", "5"), ("JOIN_CODE_DIGITS", "six"),
    ("CARE_TEXT", "x" * 201),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), NONSENSE)
def test_nonsense_is_refused_before_the_first_visitor(name: str, value: str) -> None:
    server = Server(**{name: value})
    try:
        said = refuses(server)
        assert name in said or name == "HOST"
    finally:
        server.close()


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    below = tmp_path / "file"
    below.write_text("here")
    server = Server(DATA_DIR=str(below / "data"))
    try:
        assert "DATA_DIR" in refuses(server)
        assert below.read_text() == "here"
    finally:
        server.close()


def test_a_port_that_is_taken_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = Server(PORT=str(taken.getsockname()[1]))
        try:
            assert f"port {taken.getsockname()[1]} is taken" in refuses(server)
        finally:
            server.close()


def newer_register(server: Server, code: str) -> Path:
    """As if a later version had changed the register."""
    path = server.folder / "register.db"
    with contextlib.closing(sqlite3.connect(path)) as register, register:
        register.execute("UPDATE alembic_version SET version_num = '9999'")
    return path


def newer_live(server: Server, code: str) -> Path:
    """As if a later version had changed a running session."""
    path = server.database(code)
    with contextlib.closing(sqlite3.connect(path)) as live, live:
        live.execute("PRAGMA user_version = 99")
    return path


@pytest.mark.parametrize("newer", [newer_register, newer_live])
def test_data_of_a_newer_version_are_refused_and_left_alone(
    newer: Callable[[Server, str], Path],
) -> None:
    with Server() as server:
        code = server.begin(agenda=[CARDS])["code"]
        server.term()
        path = newer(server, code)
        before = path.read_bytes()
        said = refuses(server)
        assert path.name in said and "newer version" in said
        assert path.read_bytes() == before


# -- a store that will not


def test_a_locked_database_stops_nobody_else() -> None:
    """A backup tool holds the lock for two seconds."""
    with Server() as server:
        session, other = server.begin(agenda=[CARDS]), server.begin(agenda=[CARDS])
        phone, elsewhere = Phone(server, session["code"]), Phone(server, other["code"])
        assert "refused" not in phone.act("add", lane="idea", text="voor het slot")
        waits: list[float] = []
        answers: list[dict[str, Any]] = []
        act = phone.an_act("add", {"lane": "idea", "text": "tijdens het slot"})
        with locked(server.database(session["code"])):
            asking = threading.Thread(target=lambda: answers.append(phone.send(act)))
            asking.start()
            until = time.monotonic() + 2
            while time.monotonic() < until:
                begun = time.monotonic()
                assert server.get("/healthz").status_code == 200
                waits.append(time.monotonic() - begun)
                assert "refused" not in elsewhere.join()
            assert "refused" not in elsewhere.act("add", lane="idea", text="elders")
            asking.join(10)
        assert max(waits) < 0.5, max(waits)
        assert answers[0].get("refused") in (None, "not_saved")
        there = ["voor het slot", "tijdens het slot"][: 1 if "refused" in answers[0] else 2]
        assert sorted(phone.cards().values()) == sorted(there)
        assert "refused" not in phone.send(act)
        assert sorted(phone.cards().values()) == ["tijdens het slot", "voor het slot"]
        phone.close()
        elsewhere.close()
        server.assert_calm()


LOCK = """
import sqlite3, sys
lock = sqlite3.connect(sys.argv[1], isolation_level=None)
lock.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.readline()
"""


@contextlib.contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another process holds this database."""
    with subprocess.Popen([sys.executable, "-c", LOCK, str(database)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as other:  # fmt: skip
        assert other.stdout and other.stdin
        try:
            assert other.stdout.readline() == b"locked\n"
            yield
        finally:
            other.stdin.close()
            other.wait(10)


def small_disk() -> None:
    """No file may grow beyond this: writing more fails, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))


def test_a_full_disk_acknowledges_nothing_and_kills_nobody() -> None:
    with Server(before=small_disk) as server:
        session = server.begin(agenda=[step("cards", "ideas", most=400)])
        code = session["code"]
        console = Console(server, session)
        phones = [Phone(server, code) for _ in range(12)]
        kept: list[str] = []
        refused: list[tuple[Phone, dict[str, Any]]] = []
        for n in range(12 * 28):
            phone = phones[n % 12]
            text = f"{n} " + "vol " * 60
            act = phone.an_act("add", {"lane": "idea", "text": text.strip()})
            answer = phone.send(act)
            if answer.get("refused") == "too_fast":
                continue
            if "refused" in answer:
                assert answer["refused"] == "not_saved", answer
                refused.append((phone, act))
                if len(refused) > 5:
                    break
            else:
                kept.append(text.strip())
        assert kept and refused
        assert server.get("/healthz").status_code == 200
        assert server.get(f"/{code}").status_code == 200
        assert sorted(t for one in phones for t in one.cards().values()) == sorted(kept)
        assert console.move("extend", seconds=60).get("refused") in (None, "not_saved")
        asked = server.post("/sessions", json={"agenda": [CARDS]}, headers=server.bearer)
        assert asked.status_code in (201, 422, 503)
        for one in (*phones, console):
            one.close()
        server.kill9()
        server.before = None
        server.start()
        for phone, act in refused:
            assert "refused" not in phone.join()
            assert "refused" not in phone.send(act), act
            kept.append(act["fields"]["text"])
            phone.close()
        assert sorted(t for one in phones for t in one.cards().values()) == sorted(kept)
        for one in (*phones, console):
            one.close()
        assert whole(server.database(code))
        server.assert_calm()


# -- closing and sealing


def test_closing_survives_a_kill() -> None:
    with Server() as server:
        session = server.begin(agenda=[CARDS])
        phone, console = Phone(server, session["code"]), Console(server, session)
        phone.act("add", lane="idea", text="blijft")
        console.must("close", force=True)
        server.kill9()
        server.start()
        assert "refused" not in phone.join()
        assert phone.act("add", lane="idea", text="te laat")["refused"] == "session_is_closing"
        assert "blijft" in phone.browser.get(phone.url("/results"), timeout=10).text
        console.join()
        console.must("reopen")
        assert "refused" not in phone.act("add", lane="idea", text="nog één")
        console.must("close", force=True)
        server.kill9()
        server.start()
        console.join()
        console.must("seal")
        kept = json.loads((server.home(session["code"]) / "results.json").read_text())
        assert sorted(item["text"] for item in kept["activities"][0]["items"]) == [
            "blijft", "nog één"
        ]  # fmt: skip
        phone.close()
        console.close()
        server.assert_calm()


@pytest.mark.parametrize("tries", [4, pytest.param(12, marks=pytest.mark.long)])
def test_a_seal_that_is_killed_loses_nothing_and_leaves_nothing(tries: int) -> None:
    """Killed at any moment: either all live data are there, or whole results; and after the next
    start the seal is done, or has not begun."""
    chance, died_at = random.Random(7), Counter[str]()
    with Server() as server:
        sealed_in = 0.0
        for n in range(tries):
            session = server.begin(agenda=[CARDS, VOTE])
            code = session["code"]
            phone, console = Phone(server, code), Console(server, session)
            texts = [f"kaart {n}.{m}" for m in range(3)]
            for text in texts:
                assert "refused" not in phone.act("add", lane="idea", text=text)
            console.must("close", force=True)
            entered = server.entered(code)
            begun = time.monotonic()
            assert console.socket
            if n == 0:
                console.must("seal")
                sealed_in = time.monotonic() - begun
            else:
                console.socket.emit("move", {"name": "seal", "fields": {}})
                time.sleep(chance.uniform(0, 1.5 * sealed_in))
            server.kill9()
            results = server.home(code) / "results.json"
            live, key = server.database(code), server.key_file(code)
            whole_results = results.exists() and json.loads(results.read_text())
            assert whole_results or (live.exists() and key.exists() and whole(live)), n
            state = server.entered(code)["state"]
            died_at[f"{state}, {'results' if whole_results else 'live'}"] += 1
            phone.close()
            console.close()
            server.start()
            if server.entered(code)["state"] == "live":
                assert not results.exists()
                console.join()
                console.must("seal")
                console.close()
            assert server.entered(code)["state"] == "sealed"
            kept = json.loads(results.read_text())
            assert sorted(item["text"] for item in kept["activities"][0]["items"]) == texts
            assert not key.exists() and not list(live.parent.glob(f"{entered['id']}*"))
            assert server.get(f"/r/{entered['report_key']}").status_code == 200
            assert not list(server.home(code).glob(".*"))
        print(f"\n{tries} kills in the middle of a seal: {dict(died_at)}")
        server.assert_calm()


def test_a_seal_that_stopped_between_two_steps_is_taken_up_again() -> None:
    """Each state in which a kill can leave the files, made by hand."""
    with Server() as server:
        session = server.begin(agenda=[CARDS])
        code = session["code"]
        phone, console = Phone(server, code), Console(server, session)
        phone.act("add", lane="idea", text="blijft")
        console.must("close", force=True)
        phone.close()
        console.close()
        server.term()
        copy, home = server.scratch / "copy", server.home(code)
        live, key = server.database(code), server.key_file(code)
        shutil.copytree(server.folder, copy)

        def taken_up() -> None:
            server.start()
            assert "blijft" in (home / "results.json").read_text()
            assert server.entered(code)["state"] == "sealed"
            assert not key.exists() and not live.exists()
            server.term()

        def sealing() -> None:
            shutil.rmtree(server.folder)
            shutil.copytree(copy, server.folder)
            with contextlib.closing(sqlite3.connect(server.folder / "register.db")) as it, it:
                it.execute("UPDATE session SET state = 'sealing'")

        sealing()
        taken_up()
        results = (home / "results.json").read_text()
        for files in ({".results.json.new": results[:40]}, {"results.json": results[:40]},
                      {"results.json": results}):  # fmt: skip
            sealing()
            home.mkdir()
            for name, text in files.items():
                (home / name).write_text(text)
            if files.get("results.json") == results:
                key.unlink()
            taken_up()
            assert (home / "results.json").read_text() == results
        server.assert_calm()
