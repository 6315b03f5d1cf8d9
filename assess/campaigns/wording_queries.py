"""Read an organisation's own texts of mails: the one that counts, and every version before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from assess.accounts.models import Brand, Member, User
from assess.campaigns.models import Campaign, MailKind, MailWording
from assess.campaigns.wording import Wording
from assess.errors import NotFound


@dataclass(frozen=True)
class Scope:
    """Whose mails a text is for: one campaign's, all of a brand, or (neither) everybody's."""

    brand_id: int | None = None
    campaign_id: int | None = None


@dataclass(frozen=True)
class Version:
    """One version of a text; without ``wording`` the earlier ones were taken back."""

    id: int
    wording: Wording | None
    by: str
    at: datetime


def counting(session: Session, campaign_id: int, kind: MailKind, language: str) -> Wording | None:
    """Give the text that a campaign's mails have now: its own, its brand's, the organisation's.

    None when it is ours.
    """
    brand_id = session.scalar(select(Campaign.brand_id).where(Campaign.id == campaign_id))
    scopes = (Scope(campaign_id=campaign_id), Scope(brand_id=brand_id), Scope())
    found = (_newest(session, scope, kind, language) for scope in scopes)
    return next((one for one in found if one is not None), None)


def inherited(session: Session, scope: Scope, kind: MailKind, language: str) -> Wording | None:
    """Give the text of a wider scope that counts where this one has none; None when it is ours."""
    wider = [Scope()] if scope != Scope() else []
    if scope.campaign_id is not None:
        brand_id = session.scalar(select(Campaign.brand_id).where(Campaign.id == scope.campaign_id))
        wider.insert(0, Scope(brand_id=brand_id))
    found = (_newest(session, one, kind, language) for one in wider)
    return next((one for one in found if one is not None), None)


def versions(session: Session, scope: Scope, kind: MailKind, language: str) -> tuple[Version, ...]:
    """Give every version of a scope's own text, the newest first."""
    rows = session.execute(
        select(MailWording, User.name)
        .join(Member, Member.id == MailWording.written_by)
        .join(User, User.id == Member.user_id)
        .where(_of(scope), MailWording.kind == kind, MailWording.language == language)
        .order_by(MailWording.id.desc())
    )
    return tuple(Version(row.id, _wording(row), name, row.written_at) for row, name in rows)


def written(session: Session, scope: Scope) -> frozenset[tuple[MailKind, str]]:
    """Give kind and language of each mail that has a text of this scope's own now."""
    rows = session.scalars(select(MailWording).where(_of(scope)).order_by(MailWording.id))
    newest = {(MailKind(row.kind), row.language): row.body for row in rows}
    return frozenset(place for place, body in newest.items() if body is not None)


def scope_name(session: Session, scope: Scope) -> str | None:
    """Name the brand or campaign of a scope, None for the organisation.

    Raises NotFound when the organisation has none of that id.
    """
    if scope.campaign_id is not None:
        asked = select(Campaign.title).where(Campaign.id == scope.campaign_id)
    elif scope.brand_id is not None:
        asked = select(Brand.name).where(Brand.id == scope.brand_id)
    else:
        return None
    name = session.scalar(asked)
    if name is None:
        raise NotFound("There is no such brand or campaign.")
    return name


def scopes(session: Session) -> Sequence[tuple[Scope, str]]:
    """Give every brand of the organisation as a scope, by name."""
    rows = session.execute(select(Brand.id, Brand.name).order_by(Brand.name, Brand.id))
    return [(Scope(brand_id=id_), name) for id_, name in rows]


def _newest(session: Session, scope: Scope, kind: MailKind, language: str) -> Wording | None:
    row = session.scalar(
        select(MailWording)
        .where(_of(scope), MailWording.kind == kind, MailWording.language == language)
        .order_by(MailWording.id.desc())
        .limit(1)
    )
    return None if row is None else _wording(row)


def _wording(row: MailWording) -> Wording | None:
    if row.subject is None or row.body is None:
        return None
    return Wording(row.subject, row.body, row.id)


def _of(scope: Scope) -> ColumnElement[bool]:
    ids = ((MailWording.brand_id, scope.brand_id), (MailWording.campaign_id, scope.campaign_id))
    return and_(*(column.is_(None) if id_ is None else column == id_ for column, id_ in ids))
