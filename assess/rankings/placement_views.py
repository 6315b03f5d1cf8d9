"""Pages of a placement: choose campaigns, see who is proposed where, take it as a file."""

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts.guard import actor, member_required
from assess.campaigns.results_seen import CampaignAct, note_seen
from assess.db.scope import reading
from assess.errors import AssessError, Conflict, Invalid
from assess.rankings import placement_queries as queries
from assess.rankings.placement_csv import placement_csv
from assess.rankings.placement_page import PlacementPage, placement_page
from assess.rankings.views import SEE_PEOPLE
from assess.sittings.retest import Counts
from assess.sittings.reuse_queries import policy
from assess.web import pages

bp = Blueprint("placement", __name__, url_prefix="/placement")


@bp.get("/")
@member_required(*SEE_PEOPLE)
def show() -> ResponseReturnValue:
    """Offer the campaigns; with some chosen, propose who goes where. Nothing is kept or told."""
    chosen = _chosen()
    today = pages.now().date()
    page: PlacementPage | None = None
    refused: AssessError | None = None
    with reading(pages.sessions(), actor().organisation_id) as session:
        choices = queries.choices(session, today)
        counts = policy(session, None).counts
        if chosen:
            try:
                found = queries.placed(
                    session, pages.catalogue(), chosen, today, member_id=actor().id
                )
                page = placement_page(found, found.proposal) if found.proposal else None
            except (Invalid, Conflict) as error:
                refused = error
    if page:
        _note_seen(chosen, "ranking viewed")
    simulated = any(one.campaign.simulated for one in choices if one.campaign.id in chosen)
    shown = render_template(
        "rankings/placement.html",
        choices=choices,
        chosen=chosen,
        page=page,
        first_counts=counts is Counts.FIRST,
        faults=str(refused).splitlines() if refused else [],
        section="campaigns",
        simulated=pages.settings().simulated or simulated,
        breadcrumbs=[(_("Campaigns"), url_for("campaigns.index")), (_("Placement"), None)],
    )
    return shown, 200 if refused is None else 409 if isinstance(refused, Conflict) else 422


@bp.get("/placement.csv")
@member_required(*SEE_PEOPLE)
def download() -> ResponseReturnValue:
    """Send the proposal for the chosen campaigns as a CSV file."""
    today = pages.now().date()
    with reading(pages.sessions(), actor().organisation_id) as session:
        found = queries.placed(session, pages.catalogue(), _chosen(), today, member_id=actor().id)
    if found.proposal is None:
        raise Conflict("Nobody has finished any of these campaigns, so nobody can be placed.")
    _note_seen(_chosen(), "ranking downloaded")
    simulated = "simulated-" if found.campaigns[0].simulated else ""
    name = f"{simulated}placement-proposal-{today:%Y-%m-%d}.csv"
    return Response(
        placement_csv(found, found.proposal),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


def _note_seen(campaign_ids: list[int], act: CampaignAct) -> None:
    """Leave in each campaign's trail that a member saw how its people fit."""
    for one in campaign_ids:
        note_seen(pages.sessions(), actor(), one, act, now=pages.now(), placement=True)


def _chosen() -> list[int]:
    """Give the campaigns that the address names, each once."""
    return list(dict.fromkeys(request.args.getlist("campaign", type=int)))
