"""Pages of files of large rankings: ask for one, wait for it, take it."""

from typing import cast

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assess.accounts.guard import actor, member_required
from assess.campaigns import queries as campaigns
from assess.campaigns.results_seen import note_seen
from assess.db.scope import reading
from assess.rankings import export_queries, export_service, labels
from assess.rankings.export_file import Form
from assess.rankings.labels import Sight
from assess.rankings.views import SEE_RANKINGS, crumbs
from assess.web import pages

bp = Blueprint("exports", __name__, url_prefix="/campaigns/<int:campaign_id>/ranking/exports")
LOOK_AGAIN_SECONDS = 2


@bp.post("")
@member_required(*SEE_RANKINGS)
def create(campaign_id: int) -> ResponseReturnValue:
    """Ask for the newest ranking as a file and go where it is waited for."""
    form = cast("Form", request.form.get("form", ""))
    export_id = export_service.request(
        pages.sessions(), actor(), campaign_id, form, now=pages.now()
    )
    return redirect(url_for(".show", campaign_id=campaign_id, export_id=export_id), 303)


@bp.get("/<int:export_id>")
@member_required(*SEE_RANKINGS)
def show(campaign_id: int, export_id: int) -> ResponseReturnValue:
    """Show how far a file is, then offer it."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        seen = _sight(session, campaign_id)
        export = export_queries.export(session, campaign_id, export_id, seen)
    ranking = url_for("rankings.show", campaign_id=campaign_id)
    response = make_response(
        render_template(
            "rankings/export.html",
            campaign=campaign,
            export=export,
            section="campaigns",
            simulated=pages.settings().simulated or campaign.simulated,
            breadcrumbs=crumbs(campaign, (_("Ranking"), ranking), (_("File"), None)),
        )
    )
    if not (export.ready or export.failed):
        response.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return response


@bp.get("/<int:export_id>/file")
@member_required(*SEE_RANKINGS)
def download(campaign_id: int, export_id: int) -> ResponseReturnValue:
    """Send a file."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        name, media_type, content, snapshot_id = export_queries.stored_export(
            session, pages.settings(), campaign_id, export_id, _sight(session, campaign_id)
        )
    note_seen(
        pages.sessions(), actor(), campaign_id, "ranking downloaded", now=pages.now(),
        snapshot=snapshot_id,
    )  # fmt: skip
    disposition = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype=media_type, headers=disposition)


def _sight(session: Session, campaign_id: int) -> Sight:
    return labels.sight(session, campaign_id, actor().id)
