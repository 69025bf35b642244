"""The register: which sessions there are, and what was promised. Nothing about who said what."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).parent / "migrations"

#: What the key of a fixed door is made of: no letter looks like a digit, and all are upper case,
#: so that the whole link may be, and its QR code stays small.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

metadata = sa.MetaData()
series = sa.Table(
    "series", metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("format", sa.Text, nullable=False),
    sa.Column("title", sa.JSON, nullable=False),
)  # fmt: skip
session = sa.Table(
    "session", metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("series", sa.Text, sa.ForeignKey("series.id"), nullable=False),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("title", sa.JSON, nullable=False),
    sa.Column("format", sa.Text, nullable=False),
    sa.Column("lang", sa.Text, nullable=False),
    sa.Column("date", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # live, sealing, sealed
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("report_key", sa.Text, nullable=False, unique=True),
    sa.Column("loop_key", sa.Text, nullable=False, unique=True),
)  # fmt: skip
commitment = sa.Table(
    "commitment", metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("session", sa.Text, sa.ForeignKey("session.id"), nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("side", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("first_step", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),  # open, busy, done, wont
    sa.Column("note", sa.Text, nullable=False),
)  # fmt: skip
facilitator = sa.Table(
    "facilitator", metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("key_hash", sa.Text, nullable=False, unique=True),
)  # fmt: skip
shared = sa.Table(
    "shared", metadata,
    sa.Column("session", sa.Text, sa.ForeignKey("session.id"), primary_key=True),
    sa.Column("facilitator", sa.Text, primary_key=True),
)  # fmt: skip


class NewerData(Exception):
    """The data were written by a newer version of the product."""


#: Seconds that a request waits while another program, a backup say, holds the register.
LONGEST_WAIT = 1.0


@dataclass(frozen=True)
class Entered:
    """One session as the register knows it."""

    id: str
    series: str
    code: str
    owner: str
    title: dict[str, str]
    format: str
    lang: str
    date: str
    state: str
    folder: str
    report_key: str
    loop_key: str

    @property
    def report_path(self) -> str:
        """The link that everyone gets; it lives as long as the report."""
        return f"/r/{self.report_key}"


@dataclass(frozen=True)
class Series:
    """The same gathering again and again."""

    id: str
    key: str
    owner: str
    format: str
    title: dict[str, str]

    @property
    def path(self) -> str:
        """The fixed door: every time the same link."""
        return f"/t/{self.key}"


class Register:
    """Reads and writes register.db. Its writes are few: one when a session begins, two at its end,
    one for each word on what became of a promise."""

    def __init__(self, path: Path) -> None:
        self.engine = sa.create_engine(
            f"sqlite:///{path}", poolclass=sa.pool.NullPool, connect_args={"timeout": LONGEST_WAIT}
        )
        self.upgrade(path)

    def upgrade(self, path: Path) -> None:
        """Bring the tables up to this version, or refuse data from a newer one."""
        config = alembic.config.Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.set_main_option("sqlalchemy.url", f"sqlite:///{path}")
        known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
        with self.engine.connect() as connection:
            stands = MigrationContext.configure(connection).get_current_revision()
        if stands and stands not in known:
            raise NewerData(str(path))
        alembic.command.upgrade(config, "head")

    def enter(self, **columns: Any) -> Entered:
        """A new session; its links for the report and the loop page are made here, and its series
        when it is the first one in it."""
        gathering = {name: columns[name] for name in ("owner", "format", "title")}
        known = self.series_of(**gathering)
        belongs = known or Series(secrets.token_hex(8), fresh_key(), **gathering)
        row = Entered(
            series=belongs.id, report_key=secrets.token_urlsafe(18),
            loop_key=secrets.token_urlsafe(18), **columns,
        )  # fmt: skip
        with self.engine.begin() as connection:
            if not known:
                connection.execute(sa.insert(series).values(**belongs.__dict__))
            connection.execute(sa.insert(session).values(**row.__dict__))
        return row

    def one(self, **where: str) -> Entered | None:
        """The session for which this holds, if there is one."""
        found = self.many(**where)
        return found[0] if found else None

    def many(self, **where: str) -> list[Entered]:
        """All sessions for which this holds, the newest first. On one day the order of the rows
        tells; no moment is kept."""
        query = sa.select(session).filter_by(**where)
        query = query.order_by(session.c.date.desc(), sa.text("session.rowid DESC"))
        with self.engine.connect() as connection:
            return [Entered(**row._mapping) for row in connection.execute(query)]

    def share(self, session_id: str, who: str) -> None:
        """Another facilitator led along: from now on it stands among theirs."""
        with self.engine.begin() as connection:
            row = {"session": session_id, "facilitator": who}
            connection.execute(sa.insert(shared).prefix_with("OR IGNORE").values(**row))

    def of(self, who: str) -> list[Entered]:
        """The sessions of a facilitator and those that were shared with them, the newest first."""
        lent = sa.select(shared.c.session).where(shared.c.facilitator == who)
        query = sa.select(session).where((session.c.owner == who) | session.c.id.in_(lent))
        query = query.order_by(session.c.date.desc(), sa.text("session.rowid DESC"))
        with self.engine.connect() as connection:
            return [Entered(**row._mapping) for row in connection.execute(query)]

    def series_of(self, owner: str, format: str, title: dict[str, str]) -> Series | None:
        """The series that a session with these belongs to."""
        alike = self.all_series(owner=owner, format=format)
        return next((one for one in alike if one.title == title), None)

    def all_series(self, least: int = 0, **where: str) -> list[Series]:
        """The series for which this holds with at least so many sessions, the newest first."""
        query = sa.select(series).filter_by(**where).outerjoin(session).group_by(series.c.id)
        query = query.having(sa.func.count(session.c.id) >= least)
        query = query.order_by(
            sa.func.max(session.c.date).desc(), sa.text("max(session.rowid) DESC")
        )
        with self.engine.connect() as connection:
            return [Series(**row._mapping) for row in connection.execute(query)]

    def codes(self) -> set[str]:
        """All codes ever given: a code never comes to mean another session."""
        with self.engine.connect() as connection:
            return set(connection.execute(sa.select(session.c.code)).scalars())

    def mark(self, session_id: str, **columns: str) -> None:
        """Note how far a session has come."""
        with self.engine.begin() as connection:
            connection.execute(
                sa.update(session).where(session.c.id == session_id).values(**columns)
            )

    def promise(self, session_id: str, promises: list[dict[str, Any]]) -> None:
        """The agreements of a session, once: doing this again changes nothing."""
        with self.engine.begin() as connection:
            for place, promised in enumerate(promises):
                row = {"id": f"{session_id}-{place}", "session": session_id, "place": place,
                       "status": "open", "note": "", **promised}  # fmt: skip
                connection.execute(sa.insert(commitment).prefix_with("OR IGNORE").values(**row))

    def promises(self, session_id: str) -> list[dict[str, Any]]:
        """The agreements of a session and what became of them."""
        query = sa.select(commitment).where(commitment.c.session == session_id)
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(commitment.c.place))
            return [dict(row._mapping) for row in rows]

    def report(self, promise_id: str, status: str, note: str) -> None:
        """What became of one promise."""
        with self.engine.begin() as connection:
            connection.execute(
                sa.update(commitment).where(commitment.c.id == promise_id)
                .values(status=status, note=note)
            )  # fmt: skip

    def add_facilitator(self, name: str) -> str:
        """A personal key for one more facilitator; only its hash is kept."""
        key = secrets.token_urlsafe(24)
        with self.engine.begin() as connection:
            connection.execute(
                sa.insert(facilitator).values(
                    id=secrets.token_hex(6), name=name, key_hash=hashed(key)
                )
            )
        return key

    def facilitator(self, key: str) -> str | None:
        """Whose personal key this is."""
        query = sa.select(facilitator.c.id).where(facilitator.c.key_hash == hashed(key))
        with self.engine.connect() as connection:
            return connection.execute(query).scalar()


def fresh_key() -> str:
    """A key that can be read from a poster and typed; sixty random bits."""
    return "".join(secrets.choice(LETTERS) for _ in range(12))


def hashed(key: str) -> str:
    """A key that is random already needs no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()
