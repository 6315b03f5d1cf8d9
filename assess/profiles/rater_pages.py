"""A rater's own pages: the link with its one button, and twelve statements to rate."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.errors import NotFound, Refused
from assess.profiles import rater_access
from assess.profiles.rater_access import COOKIE_LASTS, COOKIE_PURPOSE, FORM_PURPOSE, LINK_PURPOSE
from assess.profiles.rater_statements import ANSWERS, CODES, STATEMENTS
from assess.web import links, pages
from assess.web.links import LinkClaim

#: Where the mailed link leads; its token stays on this address alone.
door = Blueprint("rater_link", __name__, url_prefix="/rate/i")
bp = Blueprint("rater", __name__, url_prefix="/rate")

#: The cookie goes to these pages alone.
PATH = "/rate"


@door.errorhandler(NotFound)
@bp.errorhandler(NotFound)
def _gone(error: NotFound) -> ResponseReturnValue:
    return render_template("profiles/rate_shut.html", words=str(error)), 404


@door.errorhandler(Refused)
@bp.errorhandler(Refused)
def _shut(error: Refused) -> ResponseReturnValue:
    return render_template("profiles/rate_shut.html", words=str(error)), 403


@door.get("/<token>")
def link(token: str) -> ResponseReturnValue:
    """Say who asks for what and show one button; programs that open links change nothing."""
    page = rater_access.look(pages.sessions(), pages.catalogue(), _link_claim(token))
    return render_template("profiles/rate_invited.html", page=page, token=token)


@door.post("/<token>")
def enter(token: str) -> ResponseReturnValue:
    """Trade the link for a cookie and go on at an address without the token."""
    claim = _link_claim(token)
    rater_access.enter(pages.sessions(), claim, now=pages.now())
    response: Response = redirect(url_for("rater.show"), 303)  # type: ignore[assignment]
    settings = pages.settings()
    response.set_cookie(
        cookie_name(),
        rater_access.cookie(settings, claim, now=pages.now()),
        max_age=int(COOKIE_LASTS.total_seconds()),
        path=PATH,
        secure=settings.secure,
        httponly=True,
        samesite="Lax",
    )
    return response


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show the twelve statements with what was given so far."""
    return _page(_claim())


@bp.post("/")
def save() -> ResponseReturnValue:
    """Keep what was chosen; all twelve or fewer."""
    claim = _form_claim()
    chosen = {code: request.form[code] for code in CODES if request.form.get(code)}
    ratings = {code: int(value) if value.isdecimal() else -1 for code, value in chosen.items()}
    given = rater_access.save(pages.sessions(), claim, ratings, now=pages.now())
    left = len(CODES) - given
    if left:
        words = _("Saved. %(n)s of 12 are still open; yours count once all are rated.", n=left)
    else:
        words = _("Saved. That is all; thank you. You can change it until the ratings close.")
    flash(words, "note" if left else "ok")
    return redirect(url_for(".show"), 303)


def cookie_name() -> str:
    """Give the name of the cookie; over https it promises to be secure."""
    return "__Secure-rate" if pages.settings().secure else "rate"


def _page(claim: LinkClaim) -> str:
    return render_template(
        "profiles/rate.html",
        page=rater_access.look(pages.sessions(), pages.catalogue(), claim),
        statements=STATEMENTS,
        answers=ANSWERS,
        token=rater_access.form_token(pages.settings(), claim, now=pages.now()),
    )


def _link_claim(token: str) -> LinkClaim:
    return links.claim(pages.settings(), LINK_PURPOSE, token, now=pages.now())


def _claim() -> LinkClaim:
    """Give what the cookie says; Refused without one that holds."""
    token = request.cookies.get(cookie_name(), "")
    try:
        return links.claim(pages.settings(), COOKIE_PURPOSE, token, now=pages.now())
    except (NotFound, Refused):
        raise Refused(_("Please press the link of your mail again.")) from None


def _form_claim() -> LinkClaim:
    """Take the cookie's claim only from a page of the same rater."""
    claim = _claim()
    try:
        token = request.form.get("csrf_token", "")
        page = links.claim(pages.settings(), FORM_PURPOSE, token, now=pages.now())
    except (NotFound, Refused):
        page = None
    if page is None or (page.id, page.generation) != (claim.id, claim.generation):
        raise Refused(_("This page is too old. Please press the link of your mail again."))
    return claim
