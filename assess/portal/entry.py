"""The link to one's own pages: what it is traded for, and how either is read."""

from datetime import datetime, timedelta
from typing import Final

from assess.campaigns.portal_link import LINK_PURPOSE
from assess.errors import NotFound, Refused
from assess.settings import Settings
from assess.sittings.faults import LinkShut, ShutReason
from assess.web import links
from assess.web.links import LinkClaim

COOKIE_PURPOSE: Final = "my"
FORM_PURPOSE: Final = "my-form"
#: So long the pages stay open in a browser; the link opens them again.
COOKIE_LASTS: Final = timedelta(hours=12)


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
