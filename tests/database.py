"""Fixtures of the database: every test that uses one runs on SQLite and on PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url

from assess.db.engine import make_engine, make_sessions
from assess.db.migrate import upgrade
from assess.db.scope import Sessions
from tests.absence import missing

#: Takes every row and starts every number anew, without asking in which order tables refer.
EMPTY = """
DO $$ DECLARE name text; BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT oid::regclass FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND relkind = 'r' AND relname <> 'alembic_version' LOOP EXECUTE 'DELETE FROM ' || name;
  END LOOP;
  PERFORM setval(oid::regclass, 1, false) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'S';
END $$
"""
#: Changes with every table, column, key, policy or number that comes, goes or is made again.
SCHEMA = """
SELECT (SELECT count(*) || '-' || max(oid) FROM pg_class),
  (SELECT count(*) FROM pg_attribute), (SELECT count(*) || '-' || max(oid) FROM pg_constraint),
  (SELECT count(*) || '-' || max(oid) FROM pg_policy), (SELECT version_num FROM alembic_version)
"""
SERVER = os.environ.get("ASSESS_TEST_POSTGRESQL", "postgresql+psycopg://127.0.0.1/postgres")


@pytest.fixture(scope="session", autouse=True)
def compiled_statements() -> Iterator[None]:
    """Keep compiled statements over the tests: each test opens engines of its own.

    A statement is compiled for a dialect, so the engines of one kind share the first one's.
    """
    first: dict[type, Engine] = {}

    def share(connection: Connection) -> None:
        engine = connection.engine
        kept = first.setdefault(type(engine.dialect), engine)
        if kept is engine:
            engine._compiled_cache.capacity = 5_000
        elif engine.dialect is not kept.dialect:
            connection.dialect = engine.dialect = kept.dialect
            engine._compiled_cache = kept._compiled_cache

    event.listen(Engine, "engine_connect", share)
    yield
    event.remove(Engine, "engine_connect", share)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an empty database at the newest schema, to be copied for each test."""
    path = tmp_path_factory.mktemp("schema") / "empty.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_postgresql() -> Iterator[str]:
    """Give the name of a template database at the newest schema."""
    name = f"assess_template_{uuid4().hex[:10]}"
    _on_server(f"CREATE DATABASE {name}")
    engine = make_engine(_database(name))
    upgrade(engine)
    engine.dispose()
    yield name
    _on_server(f"DROP DATABASE {name} WITH (FORCE)")


class KeptDatabase:
    """A database on the server that is emptied between tests: making one costs the disk a lot.

    A test that leaves another schema behind, or a database that cannot be emptied, ends it.
    """

    def __init__(self, template: str) -> None:
        self._template, self._name = template, ""
        self._schema: object = None

    def fresh(self) -> str:
        """Give the name of an empty database at the newest schema."""
        if not (self._name and self._empty()):
            self.drop()
            self._name = f"assess_test_{uuid4().hex[:10]}"
            _on_server(f"CREATE DATABASE {self._name} TEMPLATE {self._template}")
            with self._opened() as connection:
                self._schema = connection.execute(SCHEMA).fetchone()
        return self._name

    def drop(self) -> None:
        """Remove the database, if there is one."""
        if self._name:
            _on_server(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
            self._name = ""

    def _empty(self) -> bool:
        try:
            with self._opened() as connection:
                if connection.execute(SCHEMA).fetchone() != self._schema:
                    return False
                connection.execute(EMPTY)
        except psycopg.Error:
            return False
        return True

    def _opened(self) -> psycopg.Connection:
        address = make_url(SERVER).set(drivername="postgresql", database=self._name)
        return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)


@pytest.fixture(scope="session")
def kept_postgresql(migrated_postgresql: str) -> Iterator[KeptDatabase]:
    """Give the one database on the server of all tests in this process."""
    kept = KeptDatabase(migrated_postgresql)
    yield kept
    kept.drop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a fresh database, once of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "assess.sqlite"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    yield _database(request.getfixturevalue("kept_postgresql").fresh())


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Give an engine on the fresh database."""
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    """Give the session factory on the fresh database."""
    return make_sessions(engine)


def _database(name: str) -> str:
    # Nobody pulls the plug here: a commit need not wait for the disk.
    quick = make_url(SERVER).update_query_dict({"options": "-c synchronous_commit=off"})
    return quick.set(database=name).render_as_string(hide_password=False)


def _on_server(statement: str) -> None:
    address = make_url(SERVER).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement)  # type: ignore[call-overload]
    except psycopg.OperationalError as error:
        missing(f"PostgreSQL at {make_url(SERVER).host} ({error})")
