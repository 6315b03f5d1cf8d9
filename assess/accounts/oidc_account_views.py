"""A member's own account at the organisation's provider: link it, unlink it, show it again."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts import oidc_queries, oidc_trip, oidc_way_service
from assess.accounts.guard import actor, current_member, member_required
from assess.accounts.oidc_queries import LinkView, ProviderView
from assess.accounts.oidc_way_service import Purpose
from assess.db.scope import reading
from assess.errors import NotFound, Refused
from assess.web import pages

bp = Blueprint("oidc_account", __name__, url_prefix="/account/provider")


@bp.get("")
@member_required()
def index() -> ResponseReturnValue:
    """Show whether the member's account is linked."""
    provider, link = _mine()
    return render_template("accounts/oidc_account.html", provider=provider, link=link)


@bp.post("/link")
@member_required(fresh="oidc_account.index")
def link() -> ResponseReturnValue:
    """Lead to the provider, to link the account there."""
    provider = _provider()
    return oidc_trip.send(provider, Purpose.LINK, member_id=actor().id)


@bp.post("/unlink")
@member_required(fresh="oidc_account.index")
def unlink() -> ResponseReturnValue:
    """Forget the account at the provider."""
    me = actor()
    try:
        oidc_way_service.unlink(pages.sessions(), me, me.id or 0, now=pages.now())
    except Refused as refused:
        flash(str(refused), "error")
    else:
        flash(_("Your account is no longer linked."), "ok")
    return redirect(url_for(".index"), 303)


@bp.get("/again")
@member_required()
def again() -> ResponseReturnValue:
    """Ask who signed in with the provider to show there once more who they are."""
    next_page = oidc_trip.own_page(request.args.get("next", ""))
    if not _came_by_it():
        return redirect(url_for("security.verify", next=next_page))
    return render_template("accounts/oidc_again.html", provider=_provider(), next_page=next_page)


@bp.post("/again")
@member_required()
def go_again() -> ResponseReturnValue:
    """Lead to the provider, which asks anew."""
    next_page = request.form.get("next", "")
    if not _came_by_it():
        return redirect(url_for("security.verify", next=oidc_trip.own_page(next_page)), 303)
    return oidc_trip.send(_provider(), Purpose.AGAIN, member_id=actor().id, next_page=next_page)


def _came_by_it() -> bool:
    """Say whether the provider signed the member in: its word is no password to other places."""
    member = current_member()
    return member is not None and member.by_provider


def _provider() -> ProviderView:
    provider, _link = _mine()
    if provider is None or not provider.on:
        raise NotFound("Your organisation has no sign-in of its own.")
    return provider


def _mine() -> tuple[ProviderView | None, LinkView | None]:
    member = current_member()
    with reading(pages.sessions(), actor().organisation_id) as session:
        provider = oidc_queries.provider(session)
        if provider is None or member is None:
            return None, None
        return provider, oidc_queries.link(session, member.id, provider.issuer)
