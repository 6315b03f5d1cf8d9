"""Who sends a request on a candidate's path, where that person is, and what they may see."""

import hmac

from flask import Response, g, redirect, request, url_for

from assess.errors import AssessError, Conflict
from assess.instruments.model import Instrument
from assess.sittings import service
from assess.sittings.faults import LinkShut, ShutReason
from assess.sittings.forms import DECLINED
from assess.sittings.language import offered, told
from assess.sittings.path import screens_of
from assess.sittings.queries import PathView, SittingView
from assess.sittings.screens import Screen
from assess.sittings.service import Opened, Standing
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
    """Give where the person of the cookie is, and make the page theirs."""
    return standing_of(cookie_claim())


def standing_of(claim: LinkClaim) -> Standing:
    """Give where the person of a claim is, and make the page theirs."""
    standing = service.look(pages.sessions(), claim)
    suit(standing.path)
    return standing


def suit(path: PathView) -> None:
    """Dress the page as the person of a path likes it, and go on in their language."""
    if path.sitting is not None:
        g.comfort = path.sitting.comfort
    languages.speak(path.language)


def in_other_language(claim: LinkClaim) -> Standing:
    """Go on in the language of the posted form."""
    chosen = request.form.get("language", "")
    service.choose_language(pages.sessions(), claim, chosen, now=pages.now())
    return standing_of(claim)


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


def let_in(opened: Opened, goal: str | None = None) -> Response:
    """Give the cookie that an opened link is traded for, and go on without its token."""
    goal = goal or url_for("sittings.start")
    return stay_in(redirect(goal, 303), opened)  # type: ignore[arg-type]


def stay_in(response: Response, opened: Opened) -> Response:
    """Set the candidate's cookie for as long as the path is open to this browser."""
    settings, now = pages.settings(), pages.now()
    response.set_cookie(
        cookie_name(),
        opened.cookie(settings),
        max_age=max(0, int((opened.ends - now).total_seconds())),
        path="/take",
        secure=settings.secure,
        httponly=True,
        samesite="Lax",
    )
    return response


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


def page_scope(standing: Standing) -> str:
    """Name the person's invitation to the browser: what waits on the device is kept under it."""
    secret = pages.settings().secret_key.encode()
    subject = f"page scope {standing.path.invitation.id}".encode()
    return hmac.digest(secret, subject, "sha256").hex()[:16]


def sitting_of(standing: Standing) -> SittingView:
    """Give the sitting; LinkShut before the link was opened."""
    if standing.path.sitting is None:
        raise LinkShut(ShutReason.NO_LINK)
    return standing.path.sitting


def battery_of(standing: Standing) -> tuple[Instrument, ...]:
    """Give the instruments of somebody's path, in order, in the language of their pages."""
    return told(source_of(standing), standing.path.language)


def source_of(standing: Standing) -> tuple[Instrument, ...]:
    """Give the instruments of somebody's path, in order, as they were written."""
    if "source" not in g:
        g.source = service.battery_of(pages.sessions(), pages.catalogue(), standing)
    return g.source  # type: ignore[no-any-return]


def choice_of(standing: Standing) -> dict[str, str]:
    """Give the languages to choose from; none when the questionnaires have changed meanwhile."""
    try:
        return offered(source_of(standing), standing.path.language)
    except Conflict:
        return {}


def screens_here(standing: Standing) -> tuple[Screen, ...]:
    """Give the screens as this person meets them."""
    return screens_of(sitting_of(standing), battery_of(standing))


def turned_away(standing: Standing) -> Response | None:
    """Send away from questions who may not see them: before consent, after submit."""
    sitting = sitting_of(standing)
    if sitting.submitted_at is not None:
        return redirect(url_for("sittings.thanks"), 303)  # type: ignore[return-value]
    standing.path.must_be_open(pages.now())
    if sitting.consented_at is None:
        return redirect(url_for("sittings.start"), 303)  # type: ignore[return-value]
    return None


def shown_values(standing: Standing, shown: Screen) -> dict[str, str | None]:
    """Give what counts of each item of a screen, as the value of its field; None is open."""
    found = {item: standing.answers.get(item) for item in shown.item_ids}
    return {item: None if kept is None else field_value(kept.value) for item, kept in found.items()}


def field_value(value: int | None) -> str:
    """Give the value of the field that stands for an answer."""
    return DECLINED if value is None else str(value)
