"""Alembic's way in: run the steps on the register."""

import sqlalchemy as sa
from alembic import context

url = context.config.get_main_option("sqlalchemy.url")
assert url
engine = sa.create_engine(url, poolclass=sa.pool.NullPool)


@sa.event.listens_for(engine, "connect")
def by_hand(connection, _) -> None:
    """Else the driver begins only at the first row, and commits tables half made."""
    connection.isolation_level = None


@sa.event.listens_for(engine, "begin")
def begin(connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


with engine.connect() as connection:  # all steps or none: a kill half way leaves what there was
    context.configure(connection=connection, render_as_batch=True, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
