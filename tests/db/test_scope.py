"""No statement leaves its organisation."""

import pytest
from sqlalchemy import func, select, text, update

from assess.accounts.models import Brand, Member
from assess.accounts.service import brand_named
from assess.db.scope import Across, across, reading, writing
from assess.errors import Refused


@pytest.fixture
def two_brands(sessions, tenant, other_tenant):
    for owner in (tenant, other_tenant):
        with writing(sessions, owner.organisation_id) as session:
            brand_named(session, f"Brand of {owner.organisation_id}")
    return tenant, other_tenant


def test_a_query_sees_its_own_organisation_only(sessions, two_brands):
    mine, _ = two_brands
    with reading(sessions, mine.organisation_id) as session:
        assert session.scalars(select(Brand.name)).all() == [f"Brand of {mine.organisation_id}"]
        assert session.scalar(select(func.count(Brand.id))) == 1
        inner = select(Brand.id).subquery()
        assert session.scalar(select(func.count()).select_from(inner)) == 1
        assert session.scalar(select(select(func.count(Brand.id)).scalar_subquery())) == 1


def test_a_bare_count_that_would_see_every_organisation_is_refused(sessions, two_brands):
    mine, _ = two_brands
    with reading(sessions, mine.organisation_id) as session, pytest.raises(Refused):
        session.scalar(select(func.count()).select_from(Brand))


def test_another_organisations_row_cannot_be_got_by_id(sessions, two_brands):
    mine, other = two_brands
    with reading(sessions, other.organisation_id) as session:
        theirs = session.scalars(select(Brand.id)).one()
    with reading(sessions, mine.organisation_id) as session:
        assert session.get(Brand, theirs) is None


def test_an_update_stays_inside(sessions, two_brands):
    mine, other = two_brands
    with writing(sessions, mine.organisation_id) as session:
        session.execute(update(Brand).values(name="Renamed"))
    with reading(sessions, other.organisation_id) as session:
        assert session.scalars(select(Brand.name)).one() == f"Brand of {other.organisation_id}"


def test_a_statement_without_an_organisation_is_refused(sessions, two_brands):
    with sessions.begin() as session, pytest.raises(Refused):
        session.scalars(select(Member))


def test_a_row_of_another_organisation_cannot_be_written(sessions, two_brands):
    mine, other = two_brands
    with pytest.raises(Refused), writing(sessions, mine.organisation_id) as session:
        session.add(Brand(organisation_id=other.organisation_id, name="Smuggled"))


def test_a_look_up_across_organisations_sees_all(sessions, two_brands):
    with across(sessions, Across.OPERATOR) as session:
        assert len(session.scalars(select(Brand.id)).all()) == 2


def test_postgresql_itself_hides_other_organisations(sessions, engine, two_brands):
    """Row-level security, seen by a server role that is no superuser."""
    if engine.dialect.name != "postgresql":
        pytest.skip("row-level security is PostgreSQL's")
    mine, _ = two_brands
    role = f"reader_{engine.url.database}"
    with engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role}"))
        connection.execute(text(f"GRANT SELECT ON brand TO {role}"))
    try:
        with engine.begin() as connection:
            connection.execute(text(f"SET LOCAL ROLE {role}"))
            assert connection.execute(text("SELECT count(*) FROM brand")).scalar() == 0
            connection.execute(
                text("SELECT set_config('assess.scope', :id, true)"),
                {"id": str(mine.organisation_id)},
            )
            assert connection.execute(text("SELECT count(*) FROM brand")).scalar() == 1
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))
