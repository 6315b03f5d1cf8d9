"""Read providers, and whom they mean by a subject."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assess.accounts.models import Member, OidcLink, OidcProvider, Organisation, RoleName
from assess.accounts.oidc_discovery import Endpoints


@dataclass(frozen=True)
class ProviderView:
    """An organisation's provider; ``sealed`` is its client secret as it is stored."""

    id: int
    organisation_id: int
    organisation_name: str
    label: str
    short_name: str
    issuer: str
    client_id: str
    sealed: str
    endpoints: Endpoints
    on: bool
    required: bool
    tried_at: datetime | None


@dataclass(frozen=True)
class LinkView:
    """That a member's account is linked, and since when."""

    issuer: str
    subject: str
    linked_at: datetime


def provider(session: Session) -> ProviderView | None:
    """Return the organisation's provider, on or off."""
    return _view(session, _providers())


def provider_of(session: Session, organisation_id: int) -> ProviderView | None:
    """Return an organisation's provider, from a look-up over all of them."""
    return _view(session, _providers().where(OidcProvider.organisation_id == organisation_id))


def provider_named(session: Session, short_name: str) -> ProviderView | None:
    """Return the provider that is on under a short name, from a look-up over all of them."""
    named = _providers().where(OidcProvider.short_name == short_name.lower(), OidcProvider.on)
    return _view(session, named)


def link(session: Session, member_id: int, issuer: str) -> LinkView | None:
    """Return whom the organisation's provider means by a member, None for nobody."""
    found = session.scalar(
        select(OidcLink).where(OidcLink.member_id == member_id, OidcLink.issuer == issuer)
    )
    return LinkView(found.issuer, found.subject, found.linked_at) if found else None


def barred(session: Session, user_id: int) -> tuple[str, str] | None:
    """Say why a password opens nothing to a user: label and short name of the provider to use.

    None when it opens an organisation, or when the user is in none at all.
    """
    rows = session.execute(
        select(Member.role, OidcProvider)
        .outerjoin(
            OidcProvider,
            (OidcProvider.organisation_id == Member.organisation_id)
            & OidcProvider.on
            & OidcProvider.required,
        )
        .where(Member.user_id == user_id, Member.active)
        .order_by(Member.id)
    ).all()
    if any(one is None or role == RoleName.ADMINISTRATOR for role, one in rows):
        return None
    return next(((one.label, one.short_name) for _role, one in rows), None)


def _providers() -> Select[OidcProvider, str]:
    return select(OidcProvider, Organisation.name).join(
        Organisation, Organisation.id == OidcProvider.organisation_id
    )


def _view(session: Session, chosen: Select[OidcProvider, str]) -> ProviderView | None:
    found = session.execute(chosen).one_or_none()
    if found is None:
        return None
    row, name = found
    return ProviderView(
        row.id, row.organisation_id, name, row.label, row.short_name, row.issuer, row.client_id,
        row.secret, Endpoints.of(row.endpoints), row.on, row.required, row.tried_at,
    )  # fmt: skip
