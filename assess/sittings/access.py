"""Who sends a request on a candidate's path: the cookie, and the page it was sent from."""

from flask import request

from assess.errors import AssessError
from assess.sittings import service
from assess.sittings.faults import LinkShut, ShutReason
from assess.sittings.service import Standing
from assess.web import languages, links, pages
from assess.web.links import LinkClaim


def cookie_name() -> str:
    """Give the name of the candidate's cookie; over https it promises to be secure."""
    return "__Secure-take" if pages.settings().secure else "take"


def cookie_claim() -> LinkClaim:
    """Give what the cookie says; LinkShut without one."""
    token = request.cookies.get(cookie_name())
    return service.read_cookie(pages.settings(), token, now=pages.now())


def standing_here() -> Standing:
    """Give where the person of the cookie is, and go on in their language."""
    return standing_of(cookie_claim())


def standing_of(claim: LinkClaim) -> Standing:
    """Give where the person of a claim is, and go on in their language."""
    standing = service.look(pages.sessions(), claim)
    languages.speak(standing.path.language)
    return standing


def form_claim() -> LinkClaim:
    """Give the claim of a posted form; LinkShut unless it is this invitation's page."""
    return page_claim(request.form.get("csrf_token", ""))


def page_claim(token: str) -> LinkClaim:
    """Take the cookie's claim only from a page of the same invitation.

    The token forbids forgery, never goes stale before the cookie does, and keeps the answers of
    one assessment out of another that was opened in the same browser meanwhile.
    """
    claim = cookie_claim()
    try:
        page = links.claim(pages.settings(), service.FORM_PURPOSE, token, now=pages.now())
    except AssessError:
        page = None
    if page is None or (page.id, page.generation) != (claim.id, claim.generation):
        raise LinkShut(ShutReason.OTHER_PAGE)
    return claim


def form_token(standing: Standing) -> str:
    """Sign the token that a page's forms and script send back."""
    invitation = standing.path.invitation
    return links.token(
        pages.settings(),
        service.FORM_PURPOSE,
        invitation.id,
        invitation.generation,
        invitation.expires,
    )
