"""Fixtures of the database: every test that uses one runs on SQLite and on PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from assess.db.engine import make_engine, make_sessions
from assess.db.migrate import upgrade
from assess.db.scope import Sessions
from tests.absence import missing

SERVER = os.environ.get("ASSESS_TEST_POSTGRESQL", "postgresql+psycopg://127.0.0.1/postgres")


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


@pytest.fixture(scope="session")
def later() -> Iterator[ThreadPoolExecutor]:
    """Give what is done beside the tests: dropping a database waits for the server's disk."""
    with ThreadPoolExecutor(1) as beside:
        yield beside


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a fresh database, once of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "assess.sqlite"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("migrated_postgresql")
    later = request.getfixturevalue("later")
    name = f"assess_test_{uuid4().hex[:10]}"
    _on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _database(name)
    later.submit(_on_server, f"DROP DATABASE {name} WITH (FORCE)")


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
