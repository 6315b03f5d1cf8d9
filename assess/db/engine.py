"""Engines for SQLite (the embedded default) and PostgreSQL, and the session factory."""

import os
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

from assess.db.scope import install


def make_engine(url: str) -> Engine:
    """Open ``url``; nothing acknowledged may be lost, so SQLite runs WAL with synchronous=FULL."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url)
    # What a statement was given (names, addresses, answers) has no place in an error's words.
    return create_engine(url, pool_size=8, max_overflow=8, pool_pre_ping=True, hide_parameters=True)


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """Give a session factory whose every statement is kept inside one organisation."""
    sessions = sessionmaker(engine, expire_on_commit=False)
    install(sessions)
    return sessions


def single_statements(engine: Engine) -> sessionmaker[Session]:
    """Give sessions that keep no transaction open on SQLite: each statement is its own.

    For code that reads early in a request and holds its session until the end, as the sign-in
    library does: a transaction held so long would lock out the request's own writing.
    """
    return sessionmaker(engine.execution_options(assess_single=True), expire_on_commit=False)


def empty_log(sessions: sessionmaker[Session], *, seconds: float = 5.0) -> None:
    """Move what SQLite's log holds into the database and cut the log to nothing.

    Pages that were overwritten live on in the log until then. Does nothing on PostgreSQL, whose
    log is the server's. Raises TimeoutError when somebody goes on reading for ``seconds``.
    """
    engine = sessions.kw["bind"]
    if engine.dialect.name != "sqlite":
        return
    ends = time.monotonic() + seconds
    with engine.execution_options(assess_single=True).connect() as connection:
        while connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]:
            if time.monotonic() > ends:
                raise TimeoutError("the log of the database is in use")
            time.sleep(0.05)


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 10}, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def closed(_dialect: Any, _record: Any, arguments: list[Any], _named: Any) -> None:
        # The owner's alone; SQLite gives the files beside it the same mode.
        if arguments and arguments[0] != ":memory:" and not str(arguments[0]).startswith("file:"):
            os.close(os.open(arguments[0], os.O_CREAT, 0o600))

    @event.listens_for(engine, "connect")
    def pragmas(dbapi: Any, _record: Any) -> None:
        # SQLAlchemy begins transactions itself (below), the driver must not.
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=10000",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        dbapi.create_function("small_letters", 1, str.lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later cannot wait for the lock in SQLite;
        # one that will write takes it at once, one that only reads never queues.
        options = connection.get_execution_options()
        if not options.get("assess_single"):
            connection.exec_driver_sql(
                "BEGIN" if options.get("assess_reading") else "BEGIN IMMEDIATE"
            )

    return engine
