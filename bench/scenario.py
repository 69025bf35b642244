"""What is played: a yardstick, a whole round, and a rush, each in a session of its own."""

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bench.crowd import Crowd
from bench.figures import Row, percentile
from bench.host import Host
from bench.loop import now
from bench.phones import Acks, Answer, Door, Phone
from bench.server import Server

ROOT = Path(__file__).resolve().parent.parent
ECHOES = 200  # acts, one after another, of which the median is one unit
APART_ECHOES = 0.003  # seconds
UNIT_FANOUTS = 7
APART = 1.2  # seconds between two acts of one phone: well within any sane limit
JOINED_WITHIN = 5.0  # seconds from the first arrival
# With what breaks careless code: markup, an ampersand, a sign outside the BMP.
IDEA = "Bij lijn 7 is het licht te zwak & te koud (<300 lux) \u2744 \U0001f4a1 idee {n}"
FALLBACK_LANE = "concern"


@dataclass(frozen=True)
class Plan:
    """How a run is played; windows in seconds."""

    window: float = 20.0
    join_window: float = 4.5
    repeats: int = 5
    format: str = "werkvloergesprek-30"
    preset: str = "kort"
    lang: str = "nl"
    topic: str = "Licht en lawaai bij lijn 2"

    def wish(self) -> dict[str, str]:
        """The body of `POST /sessions`."""
        fields = {"format": self.format, "lang": self.lang, "topic": self.topic}
        return fields | ({"preset": self.preset} if self.preset else {})


@dataclass
class Unit:
    """What the bare server took for the same number of phones, in seconds."""

    echo: float
    join: float
    rush: float
    fanout: float
    generator: float  # share of a core that the generator used in the bare fan-out

    def measure(self, row: Row) -> None:
        """Hang the right unit on a row."""
        acts = self.rush if row.burst else self.echo
        row.unit = {"join": self.join, "moves": self.fanout, "acts": acts}[row.of]


@dataclass
class Level:
    """All that was found with one number of phones."""

    phones: int
    unit: Unit
    rows: list[Row] = field(default_factory=list)
    memory: dict[str, int] = field(default_factory=dict)  # kB
    facts: dict[str, Any] = field(default_factory=dict)
    checks: list[tuple[bool, str]] = field(default_factory=list)

    def add(self, row: Row) -> Row:
        """Keep a row, with its unit."""
        self.unit.measure(row)
        self.rows.append(row)
        return row

    def check(self, good: bool, words: str) -> None:
        """Keep the outcome of a check."""
        self.checks.append((good, words))


def yardstick(phones: int, core: int | None) -> Unit:
    """The same phones against a server that does nothing but answer."""
    with Server("python -m bench.bare", ROOT, core) as server:
        door = Door(server.port, "bare")
        with Crowd(phones, door, {"console": ""}, server.cpu) as crowd:
            crowd.staff_arrives()
            join = crowd.arrive(min(1.0, phones / 300))
            rush = crowd.act("rush", "a", "add", lambda _phone: {"text": IDEA}, 0)
            fanout = crowd.show("fan-out", [("show", None)], UNIT_FANOUTS)
            echo = _echo(crowd)
    return Unit(echo, percentile(join.waits, 0.5), rush.last, fanout.last, fanout.generator)


def _echo(crowd: Crowd) -> float:
    """The median of one act after another by one phone, in seconds."""
    phone, acks = crowd.present[0], Acks()
    payload = {"activity": "a", "id": "echo", "name": "add", "fields": {"text": IDEA}}
    for number in range(ECHOES):
        acks.sent += 1
        crowd.loop.at(now() + APART_ECHOES, partial(crowd.tap, phone, payload, acks))
        crowd.loop.run(lambda sent=number + 1: len(acks.waits) >= sent, 1)  # type: ignore[misc]
    return percentile(acks.waits, 0.5)


@dataclass(frozen=True)
class Course:
    """The activities that a round visits, by id: where people write, where it is shown, the vote.

    A conversation may write in one activity and open the cards in a later one.
    """

    write: Any
    table: Any
    vote: Any = None


def course(agenda: list[Answer]) -> Course:
    """The first ideas, the last ideas before the vote, and the first vote after them."""
    kinds = [item["kind"] for item in agenda]
    if "ideas" not in kinds:
        raise SystemExit(f"There is nothing to write in this conversation: {kinds}")
    ids = [item["id"] for item in agenda]
    first = kinds.index("ideas")
    if "vote" not in kinds[first:]:
        return Course(ids[first], ids[first])
    vote = kinds.index("vote", first)
    table = max(place for place in range(vote) if kinds[place] == "ideas")
    return Course(ids[first], ids[table], ids[vote])


@dataclass(frozen=True)
class Gathering:
    """A session that was just made: its door, the keys of its staff and the way through it."""

    door: Door
    keys: dict[str, str]
    way: Course

    def crowd(self, phones: int, server: Server) -> Crowd:
        """The crowd that comes to it."""
        return Crowd(phones, self.door, self.keys, server.cpu)


def gather(server: Server, plan: Plan) -> Gathering:
    """Make a session."""
    host = Host(server.port, server.key)
    links = host.start(plan.wish())
    keys = {role: key_in(links[f"{role}_url"]) for role in ("screen", "console")}
    way = course(host.agenda(links["code"]))
    return Gathering(Door(server.port, links["code"], lang=plan.lang), keys, way)


def key_in(url: str) -> str:
    """The key in the fragment of a link: `#k=KEY`."""
    return parse_qs(urlsplit(url).fragment).get("k", [""])[0]


def idea(crowd: Crowd, texts: list[str]) -> Any:
    """A maker of `add` fields that notes down each text it makes."""
    lane = next(iter(crowd.page().lanes), FALLBACK_LANE)

    def fields(phone: Phone) -> Answer:
        text = IDEA.format(n=10_000 + phone.number)
        texts.append(text)
        return {"lane": lane, "text": text}

    return fields


def play_round(server: Server, plan: Plan, level: Level) -> None:
    """A whole round as people live it: join, one idea each, show, one vote each, show."""
    session = gather(server, plan)
    way = session.way
    with session.crowd(level.phones, server) as crowd:
        _come_in(crowd, plan, level, server)
        if not crowd.present:
            return
        rows = [*_write_and_show(crowd, way, plan, level)]
        rows += _vote(crowd, way.vote, plan, level) if way.vote is not None else []
        _weigh_round(level, rows)
        again = way.table if way.vote is None else way.vote
        level.add(crowd.show("hide and show", [("hide", again), ("show", again)], plan.repeats))
        level.memory["after the round"] = server.memory()["now"]
        _check_acks(level, crowd, "round")


def _come_in(crowd: Crowd, plan: Plan, level: Level, server: Server) -> None:
    """Screen and console first, then all phones."""
    level.memory["before joining"] = before = server.memory()["now"]
    crowd.staff_arrives()
    join = level.add(crowd.arrive(plan.join_window))
    level.memory["after joining"] = after = server.memory()["now"]
    level.facts["memory_per_phone_kb"] = round((after - before) / level.phones, 1)
    level.facts["joined_within_5_s"] = sum(wait <= JOINED_WITHIN for wait in crowd.joined_after)
    level.facts["bytes_join_mean"] = round(join.bytes_in)
    level.check(len(join.waits) == level.phones, f"{len(join.waits)} of {level.phones} joined")


def _weigh_round(level: Level, rows: list[Row]) -> None:
    """The bytes of one round. Nobody votes twice at one instant in real life: no bursts."""
    kept = [row for row in rows if not row.burst]
    unseen = [row.name for row in kept if row.of == "moves" and not row.lasts]
    level.check(not unseen, f"each move of the round reached the phones; not so: {unseen}")
    level.facts["bytes_round_mean"] = round(sum(row.bytes_in for row in kept))
    level.facts["bytes_round_most"] = sum(row.bytes_in_most for row in kept)
    level.facts["bytes_round_unpacked"] = sum(row.unpacked_most for row in kept)
    level.facts["bytes_round_sent"] = round(sum(row.bytes_out for row in kept))


def _write_and_show(crowd: Crowd, way: Course, plan: Plan, level: Level) -> list[Row]:
    """One idea each, and all of them shown."""
    rows = [
        level.add(crowd.show("open ideas", [("open", way.write)])),
        level.add(crowd.act("ideas", way.write, "add", idea(crowd, []), plan.window)),
    ]
    if way.table != way.write:
        rows.append(level.add(crowd.show("open table", [("open", way.table)])))
    return [*rows, level.add(crowd.show("show ideas", [("show", way.table)]))]


def _vote(crowd: Crowd, vote: Any, plan: Plan, level: Level) -> list[Row]:
    """The vote of a round; between ballots and result everybody votes anew at one instant."""
    opened = level.add(crowd.show("open vote", [("open", vote)]))
    cards = crowd.page().cards
    level.facts["cards"] = len(cards)
    if not cards:
        level.check(False, "the vote has cards (looked for data-card in the phone's view)")
        return [opened]

    def ballot(phone: Phone) -> Answer:
        return {"choices": {cards[phone.number % len(cards)]: 1}}

    cast = level.add(crowd.act("votes", vote, "cast", ballot, plan.window))
    crowd.loop.rest(APART)
    burst = level.add(crowd.act("votes at once", vote, "cast", ballot, 0))
    return [opened, cast, burst, level.add(crowd.show("show vote", [("show", vote)]))]


def play_rush(server: Server, plan: Plan, level: Level) -> None:
    """Everybody taps at the same instant, and again with the same id; then what was kept."""
    session = gather(server, plan)
    write, host = session.way.write, Host(server.port, server.key)
    with session.crowd(level.phones, server) as crowd:
        crowd.staff_arrives()
        level.add(crowd.arrive(plan.join_window, "join, second session"))
        if not crowd.present:
            return
        crowd.move("open", write)
        crowd.loop.rest(APART)
        texts: list[str] = []
        fields = idea(crowd, texts)
        level.add(crowd.act("ideas at once", write, "add", fields, 0))
        crowd.loop.rest(APART)
        level.add(crowd.act("same ideas resent", write, "add", fields, 0, again="ideas at once"))
        closed = crowd.move("close", force=True)
        _check_kept(level, host, session.door.code, set(texts), bool(closed))
        _check_acks(level, crowd, "rush")
        level.memory["after two sessions"] = server.memory()["now"]


def _check_acks(level: Level, crowd: Crowd, where: str) -> None:
    """Each act that left was answered, and none was refused."""
    rows = [row for row in crowd.rows if row.of == "acts"]
    sent, back = sum(row.wanted for row in rows), sum(len(row.waits) for row in rows)
    refused = sum((row.refusals for row in rows), start=Counter[str]())
    words = f"{where}: {back} of {sent} acts acknowledged; refused: {dict(refused)}"
    level.check(back == sent, words)
    lost = [phone.failed for phone in crowd.phones if phone.failed]
    level.check(not lost, f"{where}: {len(lost)} phones lost {sorted(set(lost))[:3]}")
    refusals = crowd.moves_refused
    level.check(not refusals, f"{where}: {len(refusals)} moves refused {refusals[:5]}")


def _check_kept(level: Level, host: Host, code: str, texts: set[str], closed: bool) -> None:
    """Each text that was acknowledged stands in the results, once."""
    if not closed:
        level.check(False, "the session could not be closed, so nothing can be counted")
        return
    answer = host.fetch(f"/{code}/results.json")
    if answer.status != 200:
        level.check(False, f"results.json answered {answer.status}")
        return
    counts = count_texts(answer.json(), texts)
    lost = sum(count == 0 for count in counts.values())
    twice = sum(count > 1 for count in counts.values())
    level.facts |= {"lost": lost, "kept_more_than_once": twice}
    level.check(lost == 0, f"{lost} of {len(texts)} acknowledged ideas lost")
    level.check(twice == 0, f"{twice} of {len(texts)} ideas kept more than once")


def count_texts(found: Any, texts: set[str]) -> dict[str, int]:
    """How often each of these strings is a value somewhere inside."""
    counts, queue = dict.fromkeys(texts, 0), [found]
    while queue:
        item = queue.pop()
        if isinstance(item, str) and item in counts:
            counts[item] += 1
        elif isinstance(item, dict):
            queue += item.values()
        elif isinstance(item, list):
            queue += item
    return counts
