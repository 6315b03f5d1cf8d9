"""Who sends a request to their own pages: the cookie, and the page it was sent from."""

from flask import Response, request

from assess.portal import entry, service
from assess.portal.queries import OwnPage
from assess.sittings.access import suit
from assess.sittings.faults import LinkShut, ShutReason
from assess.web import pages
from assess.web.links import LinkClaim

#: The cookie goes to these pages alone.
PATH = "/my"


def cookie_name() -> str:
    """Give the name of the cookie; over https it promises to be secure."""
    return "__Secure-my" if pages.settings().secure else "my"


def let_in(response: Response, claim: LinkClaim) -> Response:
    """Set the cookie that opens the person's own pages."""
    settings = pages.settings()
    response.set_cookie(
        cookie_name(),
        entry.cookie(settings, claim, now=pages.now()),
        max_age=int(entry.COOKIE_LASTS.total_seconds()),
        path=PATH,
        secure=settings.secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def claim_here() -> LinkClaim:
    """Give what the cookie says; LinkShut without one."""
    token = request.cookies.get(cookie_name())
    return entry.read(pages.settings(), entry.COOKIE_PURPOSE, token, now=pages.now())


def form_claim() -> LinkClaim:
    """Give the claim of a posted form; LinkShut unless it is a page of the same invitation."""
    claim = claim_here()
    try:
        token = request.form.get("csrf_token")
        page = entry.read(pages.settings(), entry.FORM_PURPOSE, token, now=pages.now())
    except LinkShut:
        page = None
    if page is None or (page.id, page.generation) != (claim.id, claim.generation):
        raise LinkShut(ShutReason.OTHER_PAGE)
    return claim


def form_token(claim: LinkClaim) -> str:
    """Sign the token that a page's forms send back."""
    return entry.form_token(pages.settings(), claim, now=pages.now())


def look_here(claim: LinkClaim) -> OwnPage:
    """Give where the person of a claim is, and go on in their language."""
    own = service.look(pages.sessions(), claim)
    suit(own.path)
    return own
