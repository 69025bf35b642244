"""A crowd of phones in one session, with a screen and a console: what they do together."""

import random
from collections.abc import Callable
from functools import partial
from typing import Any

from bench import wire
from bench.figures import Clock, Row, Watch
from bench.loop import Loop, now
from bench.pages import Page
from bench.phones import Acks, Answer, Door, Phone, Sight

PATIENCE = 20  # seconds after the last scheduled tap
SETTLING = 0.3  # seconds for what a server does after its answers
MOVE_TRIES = 3
SILENCE = 8  # seconds after which a view that did not come is not awaited any more

Fields = Callable[[Phone], Answer]


class Crowd:
    """N phones, a screen and a console; each method is one phase and gives one row."""

    def __init__(
        self, phones: int, door: Door, keys: dict[str, str], cpu: Clock, seed: int = 1
    ) -> None:
        self.loop = Loop()
        self.cpu = cpu
        self.chance = random.Random(seed)
        self.sights: list[Sight] = []
        self.staff_sights: list[Sight] = []
        self.phones = [Phone(self.loop, number, door, self.sights) for number in range(phones)]
        self.staff = {
            role: Phone(
                self.loop, -1, Door(door.port, door.code, role, key, door.lang), self.staff_sights
            )
            for role, key in keys.items()
        }
        self.rows: list[Row] = []
        self.moves_refused: list[str] = []
        self.joined_after: list[float] = []  # seconds after the first arrival

    # --- coming and going

    def staff_arrives(self) -> None:
        """Screen and console join first, as they do in a room."""
        for person in self.staff.values():
            person.arrive(lambda _answer: None, page=False)
        self.loop.run(lambda: all(p.joined or p.failed for p in self.staff.values()), PATIENCE)
        for role, person in self.staff.items():
            if not person.joined:
                raise SystemExit(f"The {role} could not join: {person.failed or 'no answer'}")

    def arrive(self, window: float, what: str = "join") -> Row:
        """All phones load the page and join, their beginnings spread evenly over `window` s."""
        row, acks = Row(what, "join", len(self.phones)), Acks(sent=len(self.phones))
        with self._phase(row), Watch(row):
            begin = now() + 0.05
            for number, phone in enumerate(self.phones):
                due = begin + window * number / len(self.phones)
                self.loop.at(due, partial(self._arrive_one, phone, begin, due, acks))
            done = partial(self._all_in, acks)
            self.loop.run(done, window + PATIENCE)
        row.waits, row.refusals, row.late = acks.waits, acks.refusals, acks.late
        row.refusals.update(p.failed for p in self.phones if p.failed and not p.snapshot)
        return row

    def _arrive_one(self, phone: Phone, begin: float, due: float, acks: Acks) -> None:
        acks.late.append(now() - due)

        def joined(answer: Answer) -> None:
            acks.answered(due, answer)
            if phone.joined:
                self.joined_after.append(now() - begin)

        phone.arrive(joined)

    def _all_in(self, acks: Acks) -> bool:
        return acks.complete or all(phone.joined or phone.failed for phone in self.phones)

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, _kind: object, _error: object, _trace: object) -> None:
        """Everybody hangs up."""
        for phone in [*self.phones, *self.staff.values()]:
            phone.leave()

    @property
    def present(self) -> list[Phone]:
        """The phones that are in and still connected."""
        return [phone for phone in self.phones if phone.joined and not phone.failed]

    # --- acts

    def act(
        self, what: str, activity: Any, name: str, fields: Fields, window: float, again: str = ""
    ) -> Row:
        """Each phone does one act within `window` s; 0 is all at the same instant.

        The id of an act is made of `what`, or of `again` when an earlier act is sent once more.
        """
        row, acks = Row(what, "acts", len(self.phones)), Acks(sent=len(self.present))
        row.by_last = window == 0
        taps = sorted(self.chance.uniform(0, window) for _ in self.present)
        with self._phase(row), Watch(row):
            begin = now() + 0.05
            for phone, offset in zip(self._shuffled(), taps, strict=True):
                payload = {
                    "activity": activity,
                    "id": f"{again or what}-{phone.number}".replace(" ", "-"),
                    "name": name,
                    "fields": fields(phone),
                }
                due = begin + offset
                self.loop.at(due, partial(self.tap, phone, payload, acks, due))
            self.loop.run(lambda: acks.complete, window + PATIENCE)
        row.waits, row.refusals, row.late = acks.waits, acks.refusals, acks.late
        return row

    @staticmethod
    def tap(phone: Phone, payload: Answer, acks: Acks, due: float | None = None) -> None:
        """One act now, that was to be done at `due`; left out, that is now."""
        due = now() if due is None else due
        acks.late.append(now() - due)
        phone.ask("act", payload, partial(acks.answered, due))

    def _shuffled(self) -> list[Phone]:
        return self.chance.sample(self.present, len(self.present))

    # --- moves

    def show(self, what: str, steps: list[tuple[str, Any]], repeats: int = 1) -> Row:
        """Moves of the console, each timed until the last phone has its new view."""
        row = Row(what, "moves", by_last=True)
        with self._phase(row):
            for _ in range(repeats):
                for name, activity in steps:
                    self._show_once(row, name, activity)
                    self.loop.rest(SETTLING)
        return row

    def _show_once(self, row: Row, name: str, activity: Any) -> None:
        expected, measured = len(self.present), Row("")
        self.sights.clear()
        began = now()
        with Watch(measured):
            version = self.move(name, activity)
            if version:
                self.loop.run(partial(self._all_saw, version, expected), SILENCE)
        seen = self._first_sights(version)
        if not version or not seen:
            # Where no view changed the server rightly sends nothing: there is nothing to time.
            row.refusals["no new view" if version else "move refused"] += 1
            return
        waits = [at - began for at in seen.values()]
        row.wanted += expected
        row.waits += waits
        row.lasts.append(max(waits))
        row.hot += measured.hot
        row.busy += measured.busy

    def _all_saw(self, version: int, expected: int) -> bool:
        return len(self.sights) >= expected and len(self._first_sights(version)) >= expected

    def _first_sights(self, version: int) -> dict[int, float]:
        """Of each phone, when it first saw this version or a later one."""
        first: dict[int, float] = {}
        for sight in self.sights:
            if sight.version >= version:
                first.setdefault(sight.phone, sight.at)
        return first

    def move(self, name: str, activity: Any = None, **fields: Any) -> int:
        """A move of the console, naming the newest version; the version it made, 0 if refused."""
        console = self.staff["console"]
        for _ in range(MOVE_TRIES):
            answers: list[Answer] = []
            payload = {"name": name, "fields": fields, "version": self._newest()}
            if name == "open":
                payload["fields"] = {"activity": activity}
            elif activity is not None:
                payload["activity"] = activity
            console.ask("move", payload, answers.append)
            self.loop.run(lambda answers=answers: bool(answers), PATIENCE)  # type: ignore[misc]
            if answers and "refused" not in answers[0]:
                return int(answers[0].get("version") or 0)
            self.moves_refused.append(f"{name}: {answers[0]['refused'] if answers else 'silence'}")
        return 0

    def _newest(self) -> int:
        return max(p.version for p in [*self.phones, *self.staff.values()])

    # --- what stands on the phone

    def page(self) -> Page:
        """What the first phone shows now: its view, or what it was given on joining."""
        phone = self.present[0]
        html = phone.snapshot.get("html", "")
        if phone.view:
            html = wire.payload_of(phone.view).get("html", "")
        return Page(html)

    # --- counting

    def _phase(self, row: Row) -> "Phase":
        self.rows.append(row)
        return Phase(self, row)


class Phase:
    """Counts the server's CPU and each phone's bytes from beginning to end of a phase."""

    def __init__(self, crowd: Crowd, row: Row) -> None:
        self.crowd, self.row = crowd, row

    def __enter__(self) -> None:
        self._bytes = [(one.received, one.sent, one.unpacked) for one in self.crowd.phones]
        self._cpu = self.crowd.cpu()

    def __exit__(self, kind: object, _error: object, _trace: object) -> None:
        if kind is not None:
            return
        self.crowd.loop.rest(SETTLING)
        self.row.server_cpu = self.crowd.cpu() - self._cpu
        pairs = list(zip(self.crowd.phones, self._bytes, strict=True))
        heard = [phone.received - before for phone, (before, _, _) in pairs]
        said = [phone.sent - before for phone, (_, before, _) in pairs]
        unpacked = [phone.unpacked - before for phone, (_, _, before) in pairs]
        self.row.bytes_in = sum(heard) / len(heard)
        self.row.bytes_in_most = max(heard)
        self.row.bytes_out = sum(said) / len(said)
        self.row.unpacked_most = max(unpacked)
