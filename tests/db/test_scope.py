"""No statement leaves its organisation."""

import pytest
from sqlalchemy import delete, func, insert, select, text, update

from assess.accounts.models import Brand, Member
from assess.accounts.service import brand_named
from assess.db.engine import make_engine
from assess.db.row_security import is_passed_by
from assess.db.scope import Across, across, narrow, reading, writing
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


@pytest.mark.parametrize(
    "statement",
    [
        select(Brand.__table__.c.name),
        update(Brand.__table__).values(name="Taken"),
        delete(Brand.__table__),
        text("DELETE FROM brand"),
        select(Brand).from_statement(text("SELECT * FROM brand")),
        insert(Brand.__table__).from_select(["name"], select(Brand.name)),
    ],
    ids=["select", "update", "delete", "plain", "mapped plain", "insert"],
)
def test_a_statement_the_criteria_cannot_reach_is_refused(sessions, two_brands, statement):
    mine, _ = two_brands
    with writing(sessions, mine.organisation_id) as session, pytest.raises(Refused):
        session.execute(statement)


def test_an_update_by_a_list_of_ids_is_refused(sessions, two_brands):
    mine, other = two_brands
    with reading(sessions, other.organisation_id) as session:
        theirs = session.scalars(select(Brand.id)).one()
    with writing(sessions, mine.organisation_id) as session, pytest.raises(Refused):
        session.execute(update(Brand), [{"id": theirs, "name": "Taken"}])


def test_rows_are_inserted_in_bulk_for_ones_own_organisation_only(sessions, two_brands):
    mine, other = two_brands
    own = {"organisation_id": mine.organisation_id, "name": "New"}
    foreign = {"organisation_id": other.organisation_id, "name": "Smuggled"}
    with writing(sessions, mine.organisation_id) as session:
        session.execute(insert(Brand), [own])
        session.execute(insert(Brand).values(own | {"name": "Newer"}))
        for rows in ([own, foreign], [{"name": "Nobody's"}]):
            with pytest.raises(Refused):
                session.execute(insert(Brand), rows)
        with pytest.raises(Refused):
            session.execute(insert(Brand).values(foreign))


def test_a_row_cannot_be_given_away(sessions, two_brands):
    mine, other = two_brands
    with pytest.raises(Refused), writing(sessions, mine.organisation_id) as session:
        session.scalars(select(Brand)).one().organisation_id = other.organisation_id


def test_what_a_look_up_read_is_forgotten_when_it_goes_on_inside(sessions, two_brands):
    mine, other = two_brands
    with across(sessions, Across.LINK) as session:
        theirs = session.scalars(
            select(Brand).where(Brand.organisation_id == other.organisation_id)
        ).one()
        narrow(session, mine.organisation_id)
        assert session.get(Brand, theirs.id) is None


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


def test_a_role_that_row_level_security_does_not_bind_is_known(engine):
    if engine.dialect.name != "postgresql":
        assert not is_passed_by(engine)
        return
    role = f"plain_{engine.url.database}"
    with engine.begin() as connection:
        bound = text("SELECT NOT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert is_passed_by(engine) != connection.execute(bound).scalar()
        connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD 'plain'"))
    plain = make_engine(engine.url.set(username=role, password="plain").render_as_string(False))
    try:
        assert not is_passed_by(plain)
    finally:
        plain.dispose()
        with engine.begin() as connection:
            connection.execute(text(f"DROP ROLE {role}"))
