"""What an engine lets others see."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from assess.db.engine import make_engine


def test_a_fresh_sqlite_file_is_its_owners_alone(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'new.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE one (id INTEGER)"))
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    engine.dispose()
    assert set(modes.values()) == {0o600}
    assert "new.sqlite-wal" in modes


def test_an_error_does_not_repeat_what_a_statement_was_given(engine):
    add = text("INSERT INTO global_role (id, name, description) VALUES (:id, 'x', :who)")
    who = {"who": "ada@example.org"}
    with engine.begin() as connection:
        connection.execute(add, who | {"id": 1})
    with engine.connect() as connection, pytest.raises(IntegrityError) as caught:
        connection.execute(add, who | {"id": 2})
    assert "ada@" not in str(caught.value)
