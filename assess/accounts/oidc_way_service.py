"""A browser's way to the provider and back, and what becomes of who comes back."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assess.accounts import audit, oidc_queries
from assess.accounts.actor import Actor
from assess.accounts.models import Member, OidcLink, OidcRequest, RoleName, User
from assess.accounts.oidc_queries import ProviderView
from assess.accounts.oidc_service import end_sign_ins
from assess.accounts.oidc_tokens import Claims
from assess.db.scope import Across, Sessions, across, writing
from assess.errors import NotFound, Refused
from assess.settings import Settings
from assess.web import links
from assess.web.links import LinkClaim

#: So long a browser may be away.
AWAY: Final = timedelta(minutes=10)
#: So long a mailed way in works.
WAY_IN: Final = timedelta(days=1)
WAY_IN_PURPOSE: Final = "member-way-in"


class Purpose(StrEnum):
    """Why a browser goes to the provider."""

    SIGN_IN = "sign-in"
    JOIN = "join"
    LINK = "link"
    AGAIN = "again"
    TRY = "try"


class UnknownSubject(Refused):
    """The provider knows the person, and nobody has said which member that is."""


@dataclass(frozen=True)
class Way:
    """A way that was begun; nonce and PKCE verifier follow from state and browser."""

    provider: ProviderView
    purpose: Purpose
    member_id: int | None
    next_page: str
    began_at: datetime
    state: str
    browser: str

    def derived(self, settings: Settings, what: str) -> str:
        """Give the nonce or the verifier (43 to 128 characters); nothing of it is stored."""
        text = f"oidc {what} {self.state} {self.browser}".encode()
        return hmac.new(settings.secret_key.encode(), text, hashlib.sha256).hexdigest()


def begin(
    sessions: Sessions,
    provider: ProviderView,
    purpose: Purpose,
    *,
    browser: str,
    member_id: int | None,
    next_page: str,
    now: datetime,
) -> Way:
    """Keep a way on the server, bound to the browser; those that took too long go."""
    state = secrets.token_urlsafe(32)
    with writing(sessions, provider.organisation_id) as session:
        session.execute(delete(OidcRequest).where(OidcRequest.began_at <= now - AWAY))
        session.add(
            OidcRequest(
                provider_id=provider.id, purpose=purpose.value, member_id=member_id,
                state_digest=_digest(state), browser_digest=_digest(browser),
                next_page=next_page[:500], began_at=now,
            )
        )  # fmt: skip
    return Way(provider, purpose, member_id, next_page, now, state, browser)


def take(
    sessions: Sessions, organisation_id: int, *, state: str, browser: str, now: datetime
) -> Way:
    """Give the way that a browser came back from, once; Refused for any other.

    The address names the organisation, so that one provider cannot hand over another's code.
    """
    with across(sessions, Across.SIGN_IN, write=True) as session:
        row = session.execute(
            delete(OidcRequest)
            .where(
                OidcRequest.organisation_id == organisation_id,
                OidcRequest.state_digest == _digest(state),
                OidcRequest.browser_digest == _digest(browser),
                OidcRequest.began_at > now - AWAY,
            )
            .returning(
                OidcRequest.purpose, OidcRequest.member_id, OidcRequest.next_page,
                OidcRequest.began_at,
            )
        ).one_or_none()  # fmt: skip
        provider = oidc_queries.provider_of(session, organisation_id)
    if row is None or provider is None:
        raise Refused("This sign-in took too long, or was begun in another browser. Begin again.")
    purpose, member_id, next_page, began_at = row
    return Way(provider, Purpose(purpose), member_id, next_page, began_at, state, browser)


def finish(sessions: Sessions, way: Way, claims: Claims, *, now: datetime) -> int:
    """Do what the way was for; return the user whom the provider means.

    Raises UnknownSubject when nobody is linked, Refused when the membership has ended, when the
    account is linked otherwise, and when the provider was switched off meanwhile.
    """
    try:
        with writing(sessions, way.provider.organisation_id) as session:
            return _finish(session, way, claims, now)
    except IntegrityError:
        raise Refused("This account was linked at the same moment. Please look again.") from None


def _finish(session: Session, way: Way, claims: Claims, now: datetime) -> int:
    provider = oidc_queries.provider(session)
    if provider is None or provider.issuer != claims.issuer:
        raise Refused("Your organisation's sign-in was changed meanwhile. Begin again.")
    if not provider.on:
        raise Refused("Your organisation's sign-in is switched off.")
    linked = _linked(session, claims)
    if way.purpose in (Purpose.LINK, Purpose.JOIN):
        member = _link(session, way, claims, linked, now)
    elif linked is None:
        raise UnknownSubject("Nobody here is linked to this account.")
    else:
        member = _member(session, linked.member_id)
    if way.purpose is Purpose.AGAIN and member.id != way.member_id:
        raise Refused("This is not the account that yours is linked to.")
    return member.user_id


def unlink(sessions: Sessions, actor: Actor, member_id: int, *, now: datetime) -> None:
    """Forget whom the provider means by a member, and end the sign-ins it made; again: nothing.

    Members do so for themselves, administrators for anybody. Raises NotFound without such a
    member, Refused for a member who could not come in without.
    """
    if member_id != actor.id:
        actor.must_be(RoleName.ADMINISTRATOR)
    with writing(sessions, actor.organisation_id) as session:
        member = _member(session, member_id, active=False)
        row = session.scalar(select(OidcLink).where(OidcLink.member_id == member_id))
        if row is None:
            return
        if member_id == actor.id:
            _keep_own_way_in(session, member)
        session.delete(row)
        end_sign_ins(session, actor.organisation_id, now, user_id=member.user_id)
        audit.record(session, actor, "account unlinked", "member", member_id, now=now)


def mailed_way_in(
    sessions: Sessions, settings: Settings, actor: Actor, member_id: int, *, now: datetime
) -> str:
    """Give the token of a member's way in by the provider; those of before end."""
    actor.must_be(RoleName.ADMINISTRATOR)
    with writing(sessions, actor.organisation_id) as session:
        member = _member(session, member_id)
        member.way_in += 1
        return links.token(settings, WAY_IN_PURPOSE, member.id, member.way_in, now + WAY_IN)


@dataclass(frozen=True)
class Guest:
    """Who holds a mailed way in."""

    member_id: int
    name: str
    has_password: bool
    provider: ProviderView


def guest(sessions: Sessions, settings: Settings, token: str, *, now: datetime) -> Guest:
    """Read a mailed way in; NotFound when it is none of ours, Refused when it has ended."""
    claim: LinkClaim = links.claim(settings, WAY_IN_PURPOSE, token, now=now)
    with across(sessions, Across.LINK) as session:
        found = session.execute(
            select(Member, User)
            .join(User, User.id == Member.user_id)
            .where(Member.id == claim.id, Member.active, User.active)
        ).one_or_none()
        provider = found and oidc_queries.provider_of(session, found[0].organisation_id)
        if not (found and provider and provider.on and found[0].way_in == claim.generation):
            raise Refused("This link was used already, or there is a newer one.")
        member, user = found
        return Guest(member.id, user.name, user.password is not None, provider)


def _link(
    session: Session, way: Way, claims: Claims, linked: OidcLink | None, now: datetime
) -> Member:
    """Link the member who began the way; the same again changes nothing."""
    member = _member(session, way.member_id)
    if linked is not None and linked.member_id != member.id:
        raise Refused("This account is linked to another member. Sign in there with another one.")
    mine = session.scalar(select(OidcLink).where(OidcLink.member_id == member.id))
    if linked is None and mine is not None and mine.issuer == claims.issuer:
        raise Refused("You are linked to another account already. Unlink it first.")
    if linked is None:
        if mine is not None:
            session.delete(mine)
            session.flush()
        session.add(
            OidcLink(
                member_id=member.id, issuer=claims.issuer, subject=claims.subject, linked_at=now
            )
        )
        member.way_in += 1
        actor = Actor(way.provider.organisation_id, "member", member.id, RoleName(member.role))
        audit.record(
            session, actor, "account linked", "member", member.id, now=now,
            issuer=claims.issuer, by_mail=way.purpose is Purpose.JOIN,
        )  # fmt: skip
    return member


def _linked(session: Session, claims: Claims) -> OidcLink | None:
    return session.scalar(
        select(OidcLink).where(OidcLink.issuer == claims.issuer, OidcLink.subject == claims.subject)
    )


def _member(session: Session, member_id: int | None, *, active: bool = True) -> Member:
    """Give a member, locked; with ``active`` Refused for one who is no longer."""
    found = session.scalar(select(Member).where(Member.id == member_id).with_for_update())
    if found is None:
        raise NotFound("This member does not exist.")
    user = session.get_one(User, found.user_id)
    if active and not (found.active and user.active):
        raise Refused("You are no longer a member here. Ask an administrator.")
    return found


def _keep_own_way_in(session: Session, member: Member) -> None:
    user, provider = session.get_one(User, member.user_id), oidc_queries.provider(session)
    if user.password is None:
        raise Refused("Set a password first, or you could not sign in any more.")
    needed = provider is not None and provider.on and provider.required
    if needed and member.role != RoleName.ADMINISTRATOR:
        raise Refused("Your organisation wants you to sign in with this account.")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
