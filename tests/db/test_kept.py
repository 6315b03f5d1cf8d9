"""The one database of the tests on the server is as good as new for each of them."""

import pytest
from sqlalchemy import select, text

from assess.accounts.models import Organisation
from assess.db.engine import make_engine, make_sessions
from tests.database import KeptDatabase, _database
from tests.service import make_tenant


@pytest.fixture
def kept(migrated_postgresql):
    given = KeptDatabase(migrated_postgresql)
    yield given
    given.drop()


def used(name: str, *statements: str) -> list[str]:
    engine = make_engine(_database(name))
    tenant = make_tenant(make_sessions(engine), "Harbour Care")
    assert tenant.organisation_id == 1
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
        names = list(connection.scalars(select(Organisation.name)))
    engine.dispose()
    return names


def test_it_comes_back_empty_with_numbers_from_one(kept):
    name = kept.fresh()
    assert used(name) == ["Harbour Care"]
    assert kept.fresh() == name
    assert used(name) == ["Harbour Care"]


def test_a_connection_somebody_forgot_does_not_hold_it_up(kept):
    name = kept.fresh()
    forgotten = make_engine(_database(name)).connect()
    forgotten.execute(text("LOCK TABLE organisation IN ACCESS EXCLUSIVE MODE"))
    assert kept.fresh() == name
    assert used(name) == ["Harbour Care"]
    forgotten.invalidate()
    forgotten.close()


@pytest.mark.parametrize(
    "change", ["ALTER TABLE brand ADD COLUMN more int", "DROP TABLE answer CASCADE"]
)
def test_a_changed_schema_is_not_passed_on(kept, change):
    name = kept.fresh()
    used(name, change)
    assert kept.fresh() != name
