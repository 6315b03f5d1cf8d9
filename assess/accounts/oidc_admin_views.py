"""Pages of administrators: the organisation's own sign-in."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts import oidc_exchange, oidc_queries, oidc_service, oidc_trip
from assess.accounts.guard import actor, member_required
from assess.accounts.member_service import MANAGES
from assess.accounts.oidc_discovery import discover
from assess.accounts.oidc_forms import ProviderForm, SwitchForm
from assess.accounts.oidc_queries import ProviderView
from assess.accounts.oidc_way_service import Purpose
from assess.db.scope import reading
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.web import pages

bp = Blueprint("oidc_admin", __name__, url_prefix="/members/provider")


@bp.get("")
@member_required(*MANAGES, fresh="oidc_admin.index")
def index() -> ResponseReturnValue:
    """Show the provider, or how to set it up."""
    return _page(_filled(_provider()))


@bp.post("")
@member_required(*MANAGES, fresh="oidc_admin.index")
def save() -> ResponseReturnValue:
    """Ask the provider at the typed address about itself, and keep both."""
    form = ProviderForm()
    if not form.accepted():
        return _page(form), 422
    settings, typed = pages.settings(), form.typed()
    try:
        endpoints = discover(typed.issuer, private=settings.private_providers)
    except Refused as refused:
        form.issuer.errors = [str(refused)]
        return _page(form), 422
    try:
        oidc_service.save(pages.sessions(), settings, actor(), typed, endpoints, now=pages.now())
    except Invalid as invalid:
        form.secret.errors = [str(invalid)]
        return _page(form), 422
    except Conflict as conflict:
        form.short_name.errors = [str(conflict)]
        return _page(form), 422
    flash(_("The settings are kept."), "ok")
    return redirect(url_for(".index"), 303)


@bp.post("/try")
@member_required(*MANAGES, fresh="oidc_admin.index")
def try_it() -> ResponseReturnValue:
    """Ask the provider about itself anew, then go there and come back."""
    try:
        known = _known()
        found = discover(known.issuer, private=pages.settings().private_providers)
        oidc_service.refresh(pages.sessions(), actor(), found, now=pages.now())
        return oidc_trip.send(_known(), Purpose.TRY, member_id=actor().id)
    except Refused as refused:
        flash(str(refused), "error")
        return redirect(url_for(".index"), 303)


@bp.post("/switch")
@member_required(*MANAGES, fresh="oidc_admin.index")
def switch() -> ResponseReturnValue:
    """Offer it to members or not, or to them alone."""
    form = SwitchForm()
    form.accepted()
    try:
        oidc_service.switch(
            pages.sessions(), actor(), on=form.on.data, required=form.required.data,
            now=pages.now(),
        )  # fmt: skip
    except Refused as refused:
        flash(str(refused), "error")
    else:
        flash(_("The settings are kept."), "ok")
    return redirect(url_for(".index"), 303)


def _page(form: ProviderForm) -> str:
    provider = _provider()
    form.secret.flags.required = provider is None
    settings, organisation_id = pages.settings(), actor().organisation_id
    return render_template(
        "accounts/oidc_provider.html",
        form=form,
        switch=SwitchForm(
            formdata=None,
            on=provider is not None and provider.on,
            required=provider is not None and provider.required,
        ),
        provider=provider,
        back=oidc_exchange.back_address(settings, organisation_id),
        sign_in=provider
        and settings.public_url + url_for("oidc.start", short_name=provider.short_name),
        section="members",
        breadcrumbs=[(_("Members"), url_for("members.index")), (_("Single sign-on"), None)],
    )


def _filled(provider: ProviderView | None) -> ProviderForm:
    if provider is None:
        return ProviderForm(formdata=None)
    return ProviderForm(
        formdata=None, label=provider.label, short_name=provider.short_name,
        issuer=provider.issuer, client_id=provider.client_id,
    )  # fmt: skip


def _provider() -> ProviderView | None:
    with reading(pages.sessions(), actor().organisation_id) as session:
        return oidc_queries.provider(session)


def _known() -> ProviderView:
    found = _provider()
    if found is None:
        raise NotFound("No sign-in of your organisation is set up.")
    return found
