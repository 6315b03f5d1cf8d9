"""Pages of tuning: a profile's weights, and what a change does before it is saved."""

from urllib.parse import urlencode

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assess.accounts.guard import actor, member_required
from assess.accounts.models import RoleName
from assess.campaigns import queries as campaigns
from assess.campaigns.queries import CampaignView
from assess.db.scope import reading
from assess.errors import Conflict, Invalid, Refused
from assess.instruments.catalogue import Catalogue
from assess.profiles import queries as profiles
from assess.rankings import tuning_page, tuning_queries
from assess.rankings.tuning_forms import TuningForm, filled, tuning_data, tuning_form
from assess.rankings.tuning_preview import tuned_as
from assess.rankings.tuning_service import MAY_TUNE, save_tuning
from assess.rankings.tuning_told import Asked, read_tuning, tell
from assess.web import pages

bp = Blueprint("tuning", __name__, url_prefix="/campaigns")

SEE_TUNING = (*MAY_TUNE, RoleName.PSYCHOLOGIST)


@bp.get("/<int:campaign_id>/tuning")
@member_required(*SEE_TUNING)
def show(campaign_id: int) -> ResponseReturnValue:
    """Show a profile to tune, as it is or as the address says, and what that does."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        data = _data(campaign)
        form = tuning_form(pages.catalogue())(filled(request.args, data), data=data)
        return _page(session, campaign, form, is_faulty=not form.validate_shown())


@bp.post("/<int:campaign_id>/tuning")
@member_required(*MAY_TUNE)
def save(campaign_id: int) -> ResponseReturnValue:
    """Save the tuned profile with its reason; posted with ``look`` only show what it does."""
    form = tuning_form(pages.catalogue())()
    form.needs_reason = "look" not in request.form
    valid = form.accepted()
    if valid and not form.needs_reason and not form.reason.data:
        address = url_for(".show", campaign_id=campaign_id)
        return redirect(f"{address}?{urlencode(form.settings())}", 303)
    if valid and form.needs_reason:
        if _saved(campaign_id, form):
            return redirect(url_for("rankings.show", campaign_id=campaign_id), 303)
        valid = False
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        page = _page(session, campaign, form, is_faulty=form.cannot_be_shown)
    return page, 200 if valid else 422


@bp.get("/<int:campaign_id>/tuning/preview")
@member_required(*SEE_TUNING)
def preview(campaign_id: int) -> ResponseReturnValue:
    """Give the consequence of a tuning as a piece of the page, for a slider that moves."""
    form = tuning_form(pages.catalogue())(request.args)
    if not form.validate_shown():
        faults = [
            f"{one.label.text}: {' '.join(map(str, one.errors))}" for one in form if one.errors
        ]
        return render_template("rankings/_tuning_fault.html", faults=faults), 422
    try:
        with reading(pages.sessions(), actor().organisation_id) as session:
            tuning = read_tuning(session, _bank(session), campaign_id, form.tuned())
            asked = form.asked(request.args.get("ticket", ""))
            told = tell(session, pages.settings(), tuning, asked, now=pages.now())
    except (Conflict, Invalid) as fault:
        return render_template("rankings/_tuning_fault.html", faults=[str(fault)]), 422
    return render_template("rankings/_tuning_preview.html", told=told, tuning=tuning)


def _page(session: Session, campaign: CampaignView, form: TuningForm, *, is_faulty: bool) -> str:
    """Render the whole page for a form; what it would do only where it can be read."""
    version, settings, now = campaign.profile, pages.settings(), pages.now()
    tuned = None if is_faulty else form.tuned()
    tuning = read_tuning(session, _bank(session), campaign.id, tuned)
    asked = Asked(seats=campaign.seats) if is_faulty else form.asked()
    try:
        told, problem = tell(session, settings, tuning, asked, now=now), ""
    except Conflict as fault:
        told = tell(session, settings, tuning, Asked(seats=asked.seats), now=now)
        problem = str(fault)
    keys = [part.key for part in campaign.battery]
    closed = tuning_queries.closed_campaigns(
        session, tuning.on.catalogue, campaign.id, keys, now=now
    )
    return render_template(
        "rankings/tuning.html",
        campaign=campaign,
        version=version,
        form=form,
        tuning=tuning,
        told=told,
        problem=problem,
        first=urlencode(filled({}, _data(campaign))),
        indices=tuning.on.catalogue.indices,
        closed=closed,
        finished=campaigns.progress(session, campaign.id).finished,
        is_tuned=tuning_page.is_tuned(tuned_as(version)),
        may_tune=actor().role in MAY_TUNE,
        compare=_compare(version.profile_id) if version.number > 1 else None,
        section="campaigns",
        simulated=settings.simulated or campaign.simulated,
        breadcrumbs=[
            (_("Campaigns"), url_for("campaigns.index")),
            (campaign.title, url_for("campaigns.show", campaign_id=campaign.id)),
            (_("Tune the profile"), None),
        ],
    )


def _saved(campaign_id: int, form: TuningForm) -> bool:
    """Save what an accepted form says; False with the faults in the form."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        bank = _bank(session)
    version = form.version.data or ""
    try:
        save_tuning(
            pages.sessions(), actor(), bank, campaign_id, form.tuned(),
            version_id=int(version) if version.isdigit() else 0, reason=form.reason.data,
            now=pages.now(),
        )  # fmt: skip
    except Invalid as fault:
        form.form_errors.extend(fault.faults)
        return False
    except (Conflict, Refused) as fault:
        form.form_errors.append(str(fault))
        return False
    said = _("The profile is saved as a new version; this campaign ranks under it from now on. "
             "Rankings made before are kept.")  # fmt: skip
    flash(said, "ok")
    return True


def _bank(session: Session) -> Catalogue:
    """Give the catalogue with the organisation's own drivers, those retired too."""
    return profiles.with_own_drivers(session, pages.catalogue(), retired=True)


def _data(campaign: CampaignView) -> dict[str, object]:
    return tuning_data(tuned_as(campaign.profile), campaign.seats, campaign.profile.id)


def _compare(profile_id: int) -> str | None:
    """Give the address that lays versions side by side, where it is built."""
    if "profiles.compare" not in current_app.view_functions:
        return None
    return url_for("profiles.compare", profile_id=profile_id)
