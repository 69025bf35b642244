"""Tables and the unit of work: SQL, and no rules.

A running session is a small database of its own. Its tables have no column in which a person
or a moment would fit.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from .domain.activity import Entry, Move
from .domain.session import Logged
from .keys import SessionKey

VERSION = 1

metadata = sa.MetaData()
# No rowid and no clock: these tables must not remember in which order people spoke.
entry = sa.Table(
    "entry", metadata,
    sa.Column("activity", sa.Text, primary_key=True),
    sa.Column("tag", sa.LargeBinary, primary_key=True),
    sa.Column("box", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip
done = sa.Table(
    "done", metadata, sa.Column("mark", sa.LargeBinary, primary_key=True), sqlite_with_rowid=False
)
roster = sa.Table(
    "roster", metadata, sa.Column("seat", sa.LargeBinary, primary_key=True), sqlite_with_rowid=False
)
# The facilitator's moves are ordered; that is what makes them a log.
move = sa.Table(
    "move", metadata,
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("box", sa.LargeBinary, nullable=False),
)  # fmt: skip
note = sa.Table(
    "note", metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("box", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip


def sql(statement: sa.ClauseElement) -> str:
    """A statement as text: the writer's thread must touch nothing that could wait on a lock."""
    return str(statement.compile(dialect=sqlite.dialect(paramstyle="named")))


KEEP_ENTRY = sql(sa.insert(entry).prefix_with("OR REPLACE"))
TAKE_ENTRY = sql(
    sa.delete(entry).where(
        entry.c.activity == sa.bindparam("activity"), entry.c.tag == sa.bindparam("tag")
    )
)
KEEP_MARK = sql(sa.insert(done).prefix_with("OR IGNORE"))
KEEP_SEAT = sql(sa.insert(roster).prefix_with("OR IGNORE"))
KEEP_MOVE = sql(sa.insert(move))
DROP_MOVE = sql(sa.delete(move).where(move.c.n == sa.bindparam("n")))
KEEP_NOTE = sql(sa.insert(note).prefix_with("OR REPLACE"))


@dataclass
class Change:
    """What one act or move writes: all of it or nothing."""

    database: Path
    put: list[tuple[str, bytes, bytes]] = field(default_factory=list)  # activity, tag, box
    take: list[tuple[str, bytes]] = field(default_factory=list)  # activity, tag
    marks: list[bytes] = field(default_factory=list)
    seats: list[bytes] = field(default_factory=list)
    moves: list[tuple[int, bytes]] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)
    notes: list[tuple[str, bytes]] = field(default_factory=list)


class StoreError(Exception):
    """The store could not take it. Nothing was written."""


class Writer:
    """The one writer. Runs in a real thread: plain data in, no green locks inside."""

    def __init__(self) -> None:
        self.connections: dict[Path, sqlite3.Connection] = {}

    def commit(self, changes: list[Change]) -> list[StoreError | None]:
        """Write all changes, one transaction for each database, and say how each fared."""
        answers: dict[Path, StoreError | None] = {}
        for database in dict.fromkeys(change.database for change in changes):
            batch = [change for change in changes if change.database == database]
            answers[database] = self.write(database, batch)
        return [answers[change.database] for change in changes]

    def write(self, database: Path, batch: list[Change]) -> StoreError | None:
        """One transaction, its rows sorted by tag so that a page does not tell who came first."""
        try:
            connection = self.connection(database)
            connection.execute("BEGIN IMMEDIATE")
            try:
                lay(connection, batch)
            except BaseException:
                connection.rollback()
                raise
            connection.commit()
        except (sqlite3.Error, OSError) as problem:
            self.forget(database)
            return StoreError(str(problem))
        return None

    def connection(self, database: Path) -> sqlite3.Connection:
        """The writing connection to one database, opened once."""
        if database not in self.connections:
            if not database.exists():
                raise OSError("this session's data are gone")
            self.connections[database] = connect(database)
        return self.connections[database]

    def forget(self, database: Path) -> None:
        """Close the connection to one database."""
        if connection := self.connections.pop(database, None):
            connection.close()


def lay(connection: sqlite3.Connection, batch: list[Change]) -> None:
    """All rows of a batch, each table sorted. The last word on a slot counts."""
    last: dict[tuple[str, bytes], bytes | None] = {}
    for change in batch:
        last |= dict.fromkeys(change.take)
        last |= {(a, t): box for a, t, box in change.put}
    takes = sorted(slot for slot, box in last.items() if box is None)
    puts = sorted((a, t, box) for (a, t), box in last.items() if box is not None)
    marks = sorted(mark for change in batch for mark in change.marks)
    seats = sorted(seat for change in batch for seat in change.seats)
    run = connection.executemany
    run(TAKE_ENTRY, [{"activity": a, "tag": t} for a, t in takes])
    run(KEEP_ENTRY, [{"activity": a, "tag": t, "box": b} for a, t, b in puts])
    run(KEEP_MARK, [{"mark": mark} for mark in marks])
    run(KEEP_SEAT, [{"seat": seat} for seat in seats])
    for change in batch:
        run(DROP_MOVE, [{"n": n} for n in change.dropped])
        run(KEEP_MOVE, [{"n": n, "box": box} for n, box in change.moves])
        run(KEEP_NOTE, [{"name": name, "box": box} for name, box in change.notes])


def connect(database: Path) -> sqlite3.Connection:
    """A connection on which a commit means: on disk."""
    connection = sqlite3.connect(
        database, timeout=0.05, isolation_level=None, check_same_thread=False
    )
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON",
                   "temp_store=MEMORY", "wal_autocheckpoint=200"):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")
    return connection


class Live:
    """Reads the database of one running session."""

    def __init__(self, database: Path, key: SessionKey) -> None:
        self.database, self.key = database, key

    @classmethod
    def make(cls, database: Path, key: SessionKey) -> Live:
        """A new, empty one."""
        with contextlib.closing(connect(database)) as connection:
            for table in metadata.sorted_tables:
                connection.execute(
                    str(sa.schema.CreateTable(table).compile(dialect=sqlite.dialect()))
                )
            connection.execute(f"PRAGMA user_version={VERSION}")
        database.chmod(0o600)
        return cls(database, key)

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(connect(self.database)) as connection:
            yield connection

    def version(self) -> int:
        """The version of the tables in this file."""
        with self.reading() as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])

    def log(self) -> list[tuple[int, Logged]]:
        """The moves in order, with their numbers."""
        with self.reading() as connection:
            rows = connection.execute("SELECT n, box FROM move ORDER BY n").fetchall()
        return [(n, self.logged(n, box)) for n, box in rows]

    def logged(self, n: int, box: bytes) -> Logged:
        """One move out of its box."""
        content = self.key.open(box, b"move", str(n).encode())
        move = Move(**{**content["move"], "chairs": tuple(content["move"].get("chairs", ()))})
        return Logged(content["item"], move, content.get("by_group", False))

    def bags(self) -> dict[str, dict[bytes, Entry]]:
        """All entries, by activity and tag."""
        found: dict[str, dict[bytes, Entry]] = {}
        with self.reading() as connection:
            for activity, tag, box in connection.execute("SELECT activity, tag, box FROM entry"):
                content = self.key.open(box, activity.encode(), tag)
                found.setdefault(activity, {})[tag] = Entry(content["id"], content["body"])
        return found

    def marks(self) -> set[bytes]:
        """The marks of all acts that were done."""
        with self.reading() as connection:
            return {row[0] for row in connection.execute("SELECT mark FROM done")}

    def seats(self) -> set[bytes]:
        """The roster: hashes, nothing else."""
        with self.reading() as connection:
            return {row[0] for row in connection.execute("SELECT seat FROM roster")}

    def notes(self) -> dict[str, object]:
        """The set-up and the counters of the doors."""
        with self.reading() as connection:
            rows = connection.execute("SELECT name, box FROM note").fetchall()
        return {name: self.key.open(box, b"note", name.encode()) for name, box in rows}

    # -- boxes, made where the writer's rows are made ready

    def entry_row(self, activity: str, tag: bytes, laid: Entry) -> tuple[str, bytes, bytes]:
        """One entry as the writer wants it."""
        box = self.key.shut({"id": laid.id, "body": laid.body}, activity.encode(), tag)
        return activity, tag, box

    def move_row(self, n: int, logged: Logged) -> tuple[int, bytes]:
        """One move as the writer wants it."""
        told = {"item": logged.item, "move": logged.move.__dict__, "by_group": logged.by_group}
        return n, self.key.shut(told, b"move", str(n).encode())

    def note_row(self, name: str, content: object) -> tuple[str, bytes]:
        """One note as the writer wants it."""
        return name, self.key.shut(content, b"note", name.encode())


def somebody_was_in(database: Path) -> bool:
    """Whether a phone ever came into this session. A file that cannot be read counts as one."""
    if not database.exists():
        return False
    try:
        with contextlib.closing(connect(database)) as connection:
            return connection.execute("SELECT 1 FROM roster").fetchone() is not None
    except sqlite3.OperationalError as problem:
        return "no such table" not in str(problem)
    except sqlite3.Error:
        return True


def keep_key(path: Path, secret: bytes) -> None:
    """Write a key where only this user can read it, and make sure that it is there."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, secret)
        os.fsync(handle)
    finally:
        os.close(handle)
    settle(path.parent)


def settle(folder: Path) -> None:
    """Make sure that the names in a folder are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def shred(paths: Iterable[Path]) -> None:
    """Overwrite and unlink; files that are gone already are fine."""
    for path in paths:
        if not path.exists():
            continue
        with path.open("r+b") as file:
            size = path.stat().st_size
            file.write(os.urandom(min(size, 4096)) if size else b"")
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        settle(path.parent)
