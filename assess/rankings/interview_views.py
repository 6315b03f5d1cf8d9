"""Interview guides to print: for one person, or for several, a sheet each."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from assess.accounts.guard import actor, member_required
from assess.authoring.queries import held
from assess.campaigns import queries as campaigns
from assess.db.scope import reading
from assess.rankings import labels, queries, service
from assess.rankings.interview_guide import MOST_PEOPLE, make_guides
from assess.rankings.views import SEE_PEOPLE, crumbs, may_report
from assess.web import pages

bp = Blueprint("interviews", __name__, url_prefix="/campaigns")


@bp.get("/<int:campaign_id>/people/<int:candidate_id>/interview")
@member_required(*SEE_PEOPLE)
def one(campaign_id: int, candidate_id: int) -> ResponseReturnValue:
    """Show one person's interview guide."""
    return _sheets(campaign_id, [candidate_id])


@bp.get("/<int:campaign_id>/interviews")
@member_required(*SEE_PEOPLE)
def several(campaign_id: int) -> ResponseReturnValue:
    """Show the guides of the people in the address, in the order of the ranking."""
    chosen = list(dict.fromkeys(request.args.getlist("person", type=int)))
    if not 1 <= len(chosen) <= MOST_PEOPLE:
        flash(_("Tick 1 to %(most)s people for their interview guides.", most=MOST_PEOPLE), "note")
        return redirect(url_for("rankings.show", campaign_id=campaign_id))
    return _sheets(campaign_id, chosen)


def _sheets(campaign_id: int, chosen: Sequence[int]) -> str:
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        catalogue = held(session, pages.catalogue(), campaign.parts)
        found = queries.people(session, queries.needed(session, campaign_id), chosen)
        snapshot = labels.blinded(found, labels.sight(session, campaign_id, actor().id))
        campaign = queries.as_ranked(session, campaign, snapshot)
    service.note_interviews(pages.sessions(), actor(), campaign_id, chosen, now=pages.now())
    pack = make_guides(snapshot, campaign, catalogue)
    ranking = url_for("rankings.show", campaign_id=campaign_id)
    count = len(pack.guides)
    return render_template(
        "rankings/interview.html",
        campaign=campaign,
        snapshot=snapshot,
        pack=pack,
        may_report=may_report(),
        title=_("Interview guide")
        if count == 1
        else ngettext("%(num)s interview guide", "%(num)s interview guides", count),
        section="campaigns",
        simulated=pages.settings().simulated or campaign.simulated,
        breadcrumbs=crumbs(campaign, (_("Ranking"), ranking), (_("Interview guides"), None)),
    )
