"""A house to test in: the real desk, register, archive and writer, on a clock that waits."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from facilitator.archive import Archive
from facilitator.desk import Desk
from facilitator.register import Register
from facilitator.store import Change, StoreError, Writer

#: A disk in memory, where there is one: commits are real, only waiting for a disk is left out.
MEMORY = Path("/dev/shm")
NOON = 1_790_000_000.0


class Clock:
    """Stands still until a test lets time pass."""

    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += seconds


class House(Desk):
    """The desk with its own writer, whose disk can be made to fail once."""

    def __init__(self, folder: Path, clock: Clock, register: Register) -> None:
        self.writer, self.disk_is_full = Writer(), 0
        super().__init__(folder, register, Archive(folder), self.write, clock=clock)
        self.clock: Clock = clock
        self.forget = self.writer.forget

    def write(self, change: Change) -> None:
        if self.disk_is_full:
            self.disk_is_full -= 1
            raise StoreError("the disk is full")
        if problem := self.writer.commit([change])[0]:
            raise problem

    def stop(self) -> None:
        """As a kill does it: what SQLite would tidy up at its leisure is left as it was."""
        before = {path: path.read_bytes() for path in (self.folder / "live").iterdir()}
        for database in list(self.writer.connections):
            self.writer.forget(database)
        for path, content in before.items():
            path.write_bytes(content)

    def files_left(self) -> list[str]:
        """What stands in live/ and keys/."""
        return [p.name for part in ("live", "keys") for p in (self.folder / part).iterdir()]


@pytest.fixture(scope="session")
def ground() -> Iterator[Callable[[], Path]]:
    """Gives an empty folder with a register in it, made once and copied."""
    root = Path(tempfile.mkdtemp(prefix="steentje-", dir=MEMORY if MEMORY.is_dir() else None))
    Register(root / "register.db").engine.dispose()
    numbers = itertools.count()

    def fresh() -> Path:
        folder = root / str(next(numbers))
        (folder / "live").mkdir(parents=True)
        (folder / "keys").mkdir()
        shutil.copy(root / "register.db", folder)
        return folder

    yield fresh
    shutil.rmtree(root)


@pytest.fixture
def build(ground: Callable[[], Path]) -> Iterator[Callable[..., House]]:
    """Builds a desk: on ground of its own, or on a folder that is there already."""
    built: list[House] = []

    def build(folder: Path | None = None, clock: Clock | None = None) -> House:
        folder = folder or ground()
        house = House(folder, clock or Clock(), Register(folder / "register.db"))
        built.append(house)
        return house

    yield build
    for house in built:
        house.stop()


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    """One desk, with nothing running."""
    return build()


@pytest.fixture
def reopen(build: Callable[..., House]) -> Callable[[House], House]:
    """A second desk on the same folder, as after a kill and a start one second later."""

    def reopen(before: House) -> House:
        before.stop()
        before.clock.passes(1)
        after = build(before.folder, before.clock)
        after.take_up()
        return after

    return reopen
