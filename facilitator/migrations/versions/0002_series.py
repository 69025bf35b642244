"""The same gathering again and again is a series. Each session that is there gets its own."""

import json
import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def upgrade() -> None:
    series = op.create_table(
        "series",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("title", sa.JSON, nullable=False),
    )
    op.add_column("session", sa.Column("series", sa.Text))
    fill(op.get_bind(), series)
    with op.batch_alter_table("session") as session:
        session.alter_column("series", nullable=False)
        session.create_foreign_key("session_series", "series", ["series"], ["id"])


def fill(connection, series) -> None:
    """Sessions with the same owner, format and title are one series."""
    session = sa.table(
        "session", sa.column("id"), sa.column("owner"), sa.column("format"),
        sa.column("title", sa.JSON), sa.column("series"),
    )  # fmt: skip
    known = {}
    for one in connection.execute(sa.select(session)).all():
        gathering = {"owner": one.owner, "format": one.format, "title": one.title}
        alike = json.dumps(gathering, sort_keys=True)
        if alike not in known:
            known[alike] = secrets.token_hex(8)
            key = "".join(secrets.choice(LETTERS) for _ in range(12))
            connection.execute(series.insert().values(id=known[alike], key=key, **gathering))
        connection.execute(
            session.update().where(session.c.id == one.id).values(series=known[alike])
        )
