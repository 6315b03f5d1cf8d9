"""Show a member the name behind a code."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts.guard import actor, member_required
from assess.campaigns import queries as campaigns
from assess.db.scope import reading
from assess.rankings import labels, queries, reveal_service
from assess.rankings.reveal_forms import RevealForm
from assess.web import pages

bp = Blueprint("reveals", __name__, url_prefix="/campaigns")


@bp.route("/<int:campaign_id>/people/<int:candidate_id>/reveal", methods=["GET", "POST"])
@member_required(*reveal_service.REVEALS)
def reveal(campaign_id: int, candidate_id: int) -> ResponseReturnValue:
    """Ask why the name is needed; on a valid post show it to this member from now on."""
    form = RevealForm()
    person = url_for("rankings.person", campaign_id=campaign_id, candidate_id=candidate_id)
    if form.accepted():
        reveal_service.reveal(
            pages.sessions(), actor(), campaign_id, candidate_id, form.reason.data, now=pages.now()
        )
        flash(_("You see this name from now on. That is on record with your reason."), "ok")
        return redirect(person, 303)
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        entry = queries.entry(session, queries.needed(session, campaign_id), candidate_id)
        seen = labels.sight(session, campaign_id, actor().id)
    if not seen.hides(candidate_id):
        return redirect(person, 303)
    page = render_template(
        "rankings/reveal.html",
        campaign=campaign,
        code=entry.code,
        candidate_id=candidate_id,
        form=form,
        section="campaigns",
        simulated=pages.settings().simulated or campaign.simulated,
        breadcrumbs=[
            (_("Campaigns"), url_for("campaigns.index")),
            (campaign.title, url_for("campaigns.show", campaign_id=campaign_id)),
            (_("Ranking"), url_for("rankings.show", campaign_id=campaign_id)),
            (entry.code, person),
            (_("Reveal the name"), None),
        ],
    )
    return page, 422 if form.errors else 200
