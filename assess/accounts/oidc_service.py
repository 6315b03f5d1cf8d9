"""An organisation's provider: set up, tried, switched on and off."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.member_service import MANAGES
from assess.accounts.models import Member, OidcProvider, RoleName, SignIn, User
from assess.accounts.oidc_discovery import Endpoints
from assess.accounts.oidc_queries import ProviderView
from assess.accounts.oidc_secret import seal
from assess.db.scope import Sessions, writing
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.settings import Settings


@dataclass(frozen=True)
class Typed:
    """What an administrator says of the provider; an empty secret keeps the one there is."""

    label: str
    short_name: str
    issuer: str
    client_id: str
    secret: str


def save(
    sessions: Sessions,
    settings: Settings,
    actor: Actor,
    typed: Typed,
    endpoints: Endpoints,
    *,
    now: datetime,
) -> None:
    """Keep a provider; ``endpoints`` are what it told at the typed issuer.

    Another issuer or client switches it off until it was tried, and ends the sign-ins it made.
    Raises Invalid without a secret for them (a secret is shown to the issuer it was typed for,
    and to nobody else), Conflict for a short name that is taken.
    """
    actor.must_be(*MANAGES)
    try:
        with writing(sessions, actor.organisation_id) as session:
            _save(session, settings, actor, typed, endpoints, now)
    except IntegrityError:
        raise Conflict("This short name is taken. Choose another.") from None


def _save(
    session: Session,
    settings: Settings,
    actor: Actor,
    typed: Typed,
    endpoints: Endpoints,
    now: datetime,
) -> None:
    row = session.scalar(select(OidcProvider).with_for_update())
    other = row is None or (row.issuer, row.client_id) != (typed.issuer, typed.client_id)
    if other and not typed.secret:
        raise Invalid("Please type the client secret.")
    if row is None:
        row = OidcProvider(on=False, required=False)
        session.add(row)
    elif other:
        _turn_off(session, row, now)
    row.label, row.short_name = typed.label, typed.short_name
    row.issuer, row.client_id, row.endpoints = typed.issuer, typed.client_id, endpoints.document()
    row.changed_at = now
    if typed.secret:
        row.secret = seal(settings, typed.secret, actor.organisation_id, typed.issuer)
        row.tried_at = None
    session.flush()
    audit.record(
        session, actor, "provider changed", "oidc_provider", row.id, now=now,
        issuer=typed.issuer, another=other, secret=bool(typed.secret),
    )  # fmt: skip


def refresh(sessions: Sessions, actor: Actor, endpoints: Endpoints, *, now: datetime) -> None:
    """Keep what the provider tells of itself today; NotFound when none is set up."""
    actor.must_be(*MANAGES)
    with writing(sessions, actor.organisation_id) as session:
        row = _provider(session)
        if row.issuer == endpoints.issuer:
            row.endpoints, row.changed_at = endpoints.document(), now


def passed(sessions: Sessions, actor: Actor, tried: ProviderView, *, now: datetime) -> None:
    """Note that an administrator came back from the provider; Conflict when it was changed since.

    ``tried`` is the provider as it was asked.
    """
    actor.must_be(*MANAGES)
    with writing(sessions, actor.organisation_id) as session:
        row = _provider(session)
        as_asked = (tried.issuer, tried.client_id, tried.sealed)
        if (row.issuer, row.client_id, row.secret) != as_asked:
            raise Conflict("The settings were changed meanwhile. Try it again.")
        row.tried_at = now
        audit.record(session, actor, "provider tried", "oidc_provider", row.id, now=now)


def switch(sessions: Sessions, actor: Actor, *, on: bool, required: bool, now: datetime) -> None:
    """Offer the provider to members or not; ``required``: to those who do not administer, alone.

    The same again changes nothing. Off ends the sign-ins that it made; required ends the others
    of those members. Raises Refused before it was tried, and when no administrator has a
    password to come back in by.
    """
    actor.must_be(*MANAGES)
    with writing(sessions, actor.organisation_id) as session:
        row = _provider(session)
        required = on and required
        if (row.on, row.required) == (on, required):
            return
        if on and row.tried_at is None:
            raise Refused("Try it first: what does not work would keep people out.")
        if required and not row.required:
            _keep_a_way_in(session)
            _end_passwords(session, now)
        if not on:
            _turn_off(session, row, now)
        row.on, row.required, row.changed_at = on, required, now
        audit.record(
            session, actor, "provider switched", "oidc_provider", row.id, now=now,
            on=on, required=required,
        )  # fmt: skip


def end_sign_ins(
    session: Session, organisation_id: int, now: datetime, *, user_id: int | None = None
) -> None:
    """End the sign-ins that an organisation's provider made, one user's or all."""
    made = [SignIn.only_organisation_id == organisation_id, SignIn.ended_at.is_(None)]
    if user_id is not None:
        made.append(SignIn.user_id == user_id)
    session.execute(update(SignIn).where(*made).values(ended_at=now))


def _turn_off(session: Session, row: OidcProvider, now: datetime) -> None:
    row.on = row.required = False
    end_sign_ins(session, row.organisation_id, now)


def _end_passwords(session: Session, now: datetime) -> None:
    """End the sign-ins by password of members who may no longer come in by one."""
    users = session.scalars(
        select(Member.user_id).where(Member.role != RoleName.ADMINISTRATOR, Member.active)
    ).all()
    session.execute(
        update(SignIn)
        .where(
            SignIn.user_id.in_(users),
            SignIn.only_organisation_id.is_(None),
            SignIn.ended_at.is_(None),
        )
        .values(ended_at=now)
    )


def _keep_a_way_in(session: Session) -> None:
    there = session.scalars(
        select(Member.id)
        .join(User, User.id == Member.user_id)
        .where(Member.role == RoleName.ADMINISTRATOR, Member.active, User.active)
        .where(User.password.is_not(None))
        .limit(1)
    )
    if there.first() is None:
        raise Refused("Give one administrator a password first: the way in when this one fails.")


def _provider(session: Session) -> OidcProvider:
    found = session.scalar(select(OidcProvider).with_for_update())
    if found is None:
        raise NotFound("No sign-in of your organisation is set up.")
    return found
