"""Every statement stays inside one organisation, or names why it may not.

The hook adds the organisation to each ORM statement and refuses one without it. On PostgreSQL
the same scope is told to the server, whose row-level security checks it once more.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Executable, Insert, Select, Table, TextClause, event, text
from sqlalchemy.orm import (
    FromStatement,
    ORMExecuteState,
    Session,
    sessionmaker,
    with_loader_criteria,
)
from sqlalchemy.sql import visitors

from assess.db.base import OrganisationBase
from assess.errors import Refused

Sessions = sessionmaker[Session]


class Across(StrEnum):
    """The few look-ups that cannot know their organisation yet."""

    LINK = "a signed link names its own record"
    SIGN_IN = "a person signing in may be a member of several organisations"
    JOB = "the worker takes the oldest job of any organisation"
    PLANNED = "work that comes round is put into the table for every organisation"
    REPORT = "a delivery report names only the mail it is about"
    OPERATOR = "the command line acts for the operator of the installation"


@contextmanager
def writing(sessions: Sessions, organisation_id: int) -> Iterator[Session]:
    """One transaction that may write inside ``organisation_id``; all of it or none of it."""
    with sessions.begin() as session:
        _enter(session, organisation_id)
        yield session


@contextmanager
def reading(sessions: Sessions, organisation_id: int) -> Iterator[Session]:
    """One transaction that only reads inside ``organisation_id``."""
    with sessions.begin() as session:
        session.connection(execution_options={"assess_reading": True})
        _enter(session, organisation_id)
        yield session


@contextmanager
def across(sessions: Sessions, why: Across, *, write: bool = False) -> Iterator[Session]:
    """One transaction over all organisations, for a reason on the list."""
    with sessions.begin() as session:
        if not write:
            session.connection(execution_options={"assess_reading": True})
        session.info["across"] = why
        _tell(session, "all")
        yield session


def narrow(session: Session, organisation_id: int) -> None:
    """Go on in the same transaction inside the organisation the look-up has found."""
    session.info.pop("across", None)
    # What was read over all organisations must not be found again by its id alone.
    session.flush()
    session.expunge_all()
    _enter(session, organisation_id)


def install(sessions: Sessions) -> None:
    """Hang the hooks on a session factory."""
    event.listen(sessions, "do_orm_execute", _scope_statement)
    event.listen(sessions, "before_flush", _scope_new_rows)


def _enter(session: Session, organisation_id: int) -> None:
    session.info["organisation_id"] = organisation_id
    _tell(session, str(organisation_id))


def _tell(session: Session, scope: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        told = text("SELECT set_config('assess.scope', :scope, true)")
        session.connection().execute(told, {"scope": scope})


def _scope_statement(state: ORMExecuteState) -> None:
    session = state.session
    if session.info.get("across"):
        return
    if isinstance(state.statement, TextClause | FromStatement):
        raise Refused("A statement in plain SQL cannot be kept inside an organisation.")
    if not _touches_owned(state.statement):
        return
    organisation_id = session.info.get("organisation_id")
    if organisation_id is None:
        raise Refused("A statement on an organisation's records names no organisation.")
    if state.is_column_load or state.is_relationship_load:
        return
    _refuse_what_the_criteria_miss(state)
    if state.is_insert:
        _refuse_foreign_rows(state, organisation_id)
        return
    state.statement = state.statement.options(
        with_loader_criteria(
            OrganisationBase,
            lambda cls: cls.organisation_id == organisation_id,
            include_aliases=True,
        )
    )


def _refuse_what_the_criteria_miss(state: ORMExecuteState) -> None:
    """Refuse a statement on bare tables, and an update by a list of primary keys."""
    if not state.is_orm_statement:
        raise Refused("Name the record's class, not its table.")
    if state.is_update and isinstance(state.parameters, list):
        raise Refused("Update by a condition, not by a list of rows.")


def _refuse_foreign_rows(state: ORMExecuteState, organisation_id: int) -> None:
    """Refuse an insert unless it says of each row that it is the organisation's."""
    statement = cast(Insert, state.statement)
    given = state.parameters or {}
    rows = [given] if isinstance(given, Mapping) else list(given)
    fixed = statement.compile().params if statement._values else {}  # noqa: SLF001
    if any({**fixed, **row}.get("organisation_id") != organisation_id for row in rows):
        raise Refused("A record of another organisation cannot be written here.")


def _touches_owned(statement: Executable) -> bool:
    """Say whether ``statement`` reads or writes organisations' tables, at any depth.

    The criteria reach entities that are selected or joined, not one that stands in
    ``select_from`` alone; such a select is refused, for it would see every organisation.
    """
    owned = False
    for element in visitors.iterate(cast(visitors.ExternallyTraversible, statement)):
        if isinstance(element, Table):
            owned = owned or "organisation_id" in element.c
        elif isinstance(element, Select):
            _refuse_bare_source(element)
    return owned


def _refuse_bare_source(select: Select[Any]) -> None:
    chosen = {column.get("entity") for column in select.column_descriptions}
    for source in select._from_obj:  # noqa: SLF001 - there is no public way to see it
        entity = source._annotations.get("parententity")  # noqa: SLF001
        if entity is None or not issubclass(entity.mapper.class_, OrganisationBase):
            continue
        if entity.entity not in chosen:
            raise Refused("Select a column of the record, not a bare count of its table.")


def _scope_new_rows(session: Session, _context: Any, _instances: Any) -> None:
    scope = session.info.get("organisation_id")
    for row in session.dirty:
        if isinstance(row, OrganisationBase) and scope not in (None, vars(row)["organisation_id"]):
            raise Refused("A record of another organisation cannot be written here.")
    for row in session.new:
        if not isinstance(row, OrganisationBase):
            continue
        owner = vars(row).get("organisation_id")
        if owner is None and scope is not None:
            row.organisation_id = scope
        elif scope is not None and owner != scope:
            raise Refused("A record of another organisation cannot be written here.")
