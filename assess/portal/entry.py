"""The link to one's own pages: what it says, how long it holds, what it is traded for."""

from datetime import UTC, datetime, time, timedelta
from typing import Final

from assess.campaigns.queries import InvitationView
from assess.errors import NotFound, Refused
from assess.settings import Settings
from assess.sittings.faults import LinkShut, ShutReason
from assess.sittings.overview import kept_until
from assess.web import links
from assess.web.links import LinkClaim

LINK_PURPOSE: Final = "portal"
COOKIE_PURPOSE: Final = "my"
FORM_PURPOSE: Final = "my-form"
#: So long the pages stay open in a browser; the link opens them again.
COOKIE_LASTS: Final = timedelta(hours=12)


def ends(invitation: InvitationView) -> datetime:
    """Give the moment the link ends: with the day until which data are kept."""
    return datetime.combine(kept_until(invitation.closes_on) + timedelta(days=1), time(), UTC)


def portal_link(settings: Settings, invitation: InvitationView) -> str:
    """Write the link to a person's own pages: signed, never stored."""
    token = links.token(
        settings, LINK_PURPOSE, invitation.id, invitation.generation, ends(invitation)
    )
    return f"{settings.public_url}/my/i/{token}"


def cookie(settings: Settings, claim: LinkClaim, *, now: datetime) -> str:
    """Sign what the browser keeps in place of the link."""
    return links.token(settings, COOKIE_PURPOSE, claim.id, claim.generation, now + COOKIE_LASTS)


def form_token(settings: Settings, claim: LinkClaim, *, now: datetime) -> str:
    """Sign the token that forms send back; it is never stale before the cookie is."""
    return links.token(settings, FORM_PURPOSE, claim.id, claim.generation, now + COOKIE_LASTS)


def read(settings: Settings, purpose: str, token: str | None, *, now: datetime) -> LinkClaim:
    """Read a token of ``purpose``; LinkShut without one, a foreign one or one out of time."""
    if not token:
        raise LinkShut(ShutReason.NO_LINK)
    try:
        return links.claim(settings, purpose, token, now=now)
    except NotFound:
        raise LinkShut(ShutReason.UNKNOWN) from None
    except Refused:
        reason = ShutReason.EXPIRED if purpose == LINK_PURPOSE else ShutReason.NO_LINK
        raise LinkShut(reason) from None
