"""Alembic's entry: one connection, both databases."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection, Engine

from assess.db.base import Base

engine: Engine = context.config.attributes["engine"]


@contextmanager
def tables_rebuilt(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild a table that others refer to, and hold it to every reference after.

    A change that SQLite cannot make in place copies the table and drops the old one, which the
    references to it forbid. The switch works outside a transaction alone, so on the driver's own
    connection. See "Making Other Kinds Of Table Schema Changes" in SQLite's ALTER TABLE page.
    """
    driver = connection.connection.driver_connection
    if engine.dialect.name != "sqlite" or driver is None:
        yield
        return
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"references are broken after the migration: {broken[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


with engine.connect() as connection, tables_rebuilt(connection):
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
