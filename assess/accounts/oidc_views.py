"""Sign in with one's organisation: open pages, to the provider and back.

The way back is a GET that signs in: the protocol has it so. It works once, in the browser that
began it, within ten minutes.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts import oidc_queries, oidc_service, oidc_trip, oidc_way_service
from assess.accounts.guard import actor, current_member
from assess.accounts.oidc_queries import ProviderView
from assess.accounts.oidc_way_service import Purpose, UnknownSubject, Way
from assess.db.scope import Across, across
from assess.errors import Conflict, NotFound, Refused
from assess.web import pages

bp = Blueprint("oidc", __name__, url_prefix="/sign-in")


@bp.get("/with")
def ask() -> ResponseReturnValue:
    """Ask for the organisation's short name, and lead to its page."""
    name, next_page = request.args.get("name", "").strip(), request.args.get("next")
    if name:
        return redirect(url_for(".start", short_name=name, next=next_page))
    return _asked(next_page=next_page)


@bp.get("/with/<short_name>")
def start(short_name: str) -> ResponseReturnValue:
    """Show the button that leads to the provider."""
    provider = _named(short_name)
    next_page = request.args.get("next")
    if provider is None:
        return _asked(name=short_name, next_page=next_page), 404
    return render_template("accounts/oidc_start.html", provider=provider, next_page=next_page)


@bp.post("/with/<short_name>")
def go(short_name: str) -> ResponseReturnValue:
    """Lead to the provider."""
    provider = _named(short_name)
    if provider is None:
        return redirect(url_for(".start", short_name=short_name), 303)
    return oidc_trip.send(provider, Purpose.SIGN_IN, next_page=request.form.get("next", ""))


@bp.get("/with/<short_name>/not-linked")
def not_linked(short_name: str) -> ResponseReturnValue:
    """Say how an account is linked."""
    provider = _named(short_name)
    if provider is None:
        return _asked(name=short_name), 404
    return render_template("accounts/oidc_not_linked.html", provider=provider), 404


@bp.get("/back/<int:organisation_id>")
def back(organisation_id: int) -> ResponseReturnValue:
    """Take who comes back from the provider, and lead on to an address without the code."""
    try:
        way = oidc_trip.take(organisation_id)
    except Refused as refused:
        return _asked(fault=str(refused)), 400
    try:
        return redirect(_arrive(way), 303)
    except UnknownSubject:
        return redirect(url_for(".not_linked", short_name=way.provider.short_name), 303)
    except (Conflict, NotFound, Refused) as refused:
        flash(str(refused), "error")
        return redirect(_begin_again(way), 303)


@bp.get("/join/<token>")
def join(token: str) -> ResponseReturnValue:
    """Show a new member the button; mail scanners open links, so nothing happens yet."""
    guest = oidc_way_service.guest(pages.sessions(), pages.settings(), token, now=pages.now())
    return render_template("accounts/oidc_join.html", guest=guest, token=token)


@bp.post("/join/<token>")
def join_now(token: str) -> ResponseReturnValue:
    """Lead a new member to the provider."""
    guest = oidc_way_service.guest(pages.sessions(), pages.settings(), token, now=pages.now())
    return oidc_trip.send(guest.provider, Purpose.JOIN, member_id=guest.member_id)


def _arrive(way: Way) -> str:
    """Do what the way was for; give the address to go on to."""
    if way.purpose in (Purpose.LINK, Purpose.AGAIN, Purpose.TRY):
        member = current_member()
        if member is None or member.id != way.member_id:
            raise Refused(_("You are signed in otherwise than when you began. Begin again."))
        if way.purpose is Purpose.AGAIN and not member.by_provider:
            raise Refused(_("You are signed in with a password. Please give that."))
    claims = oidc_trip.claims_of(way)
    sessions, now = pages.sessions(), pages.now()
    if way.purpose is Purpose.TRY:
        oidc_service.passed(sessions, actor(), way.provider, now=now)
        flash(_("It works: you came back signed in. You can switch it on now."), "ok")
        return url_for("oidc_admin.index")
    user_id = oidc_way_service.finish(sessions, way, claims, now=now)
    if way.purpose is Purpose.LINK:
        flash(_("Your account is linked. From now on you can sign in with it."), "ok")
        return url_for("oidc_account.index")
    if way.purpose is Purpose.AGAIN:
        oidc_trip.shown_again(claims)
        return oidc_trip.own_page(way.next_page)
    oidc_trip.enter(way, user_id, claims)
    return oidc_trip.own_page(way.next_page)


def _begin_again(way: Way) -> str:
    """Give the page on which a way is begun."""
    if way.purpose is Purpose.TRY:
        return url_for("oidc_admin.index")
    if way.purpose is Purpose.LINK:
        return url_for("oidc_account.index")
    if way.purpose is Purpose.AGAIN:
        return url_for("oidc_account.again", next=way.next_page)
    return url_for(".start", short_name=way.provider.short_name)


def _asked(name: str = "", next_page: str | None = None, fault: str = "") -> str:
    """Give the page that asks for a short name; ``name`` is one that is not known."""
    if name:
        fault = _("No sign-in is known here under this name. Ask your administrator for it.")
    return render_template("accounts/oidc_ask.html", name=name, next_page=next_page, fault=fault)


def _named(short_name: str) -> ProviderView | None:
    with across(pages.sessions(), Across.SIGN_IN) as session:
        return oidc_queries.provider_named(session, short_name)
