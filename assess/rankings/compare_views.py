"""The page that puts two to five people side by side."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts.guard import actor, member_required
from assess.authoring.queries import held
from assess.campaigns import queries as campaigns
from assess.db.scope import reading
from assess.rankings import decision_queries, labels, queries, service
from assess.rankings.compare_page import LEAST, MOST, make_comparison
from assess.rankings.decision_service import DECIDES
from assess.rankings.decision_words import done
from assess.rankings.table_page import asked_for
from assess.rankings.views import may_report
from assess.rankings.words import chance, percent
from assess.web import pages

bp = Blueprint("compare", __name__, url_prefix="/campaigns")


@bp.get("/<int:campaign_id>/compare")
@member_required(*DECIDES)
def show(campaign_id: int) -> ResponseReturnValue:
    """Show the people of the address side by side."""
    chosen = list(dict.fromkeys(request.args.getlist("person", type=int)))
    if not LEAST <= len(chosen) <= MOST:
        flash(
            _("Tick %(least)s to %(most)s people to compare them.", least=LEAST, most=MOST), "note"
        )
        where = asked_for().address()
        return redirect(url_for("rankings.show", campaign_id=campaign_id, **where))
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        catalogue = held(session, pages.catalogue(), campaign.parts)
        found = queries.people(session, queries.needed(session, campaign_id), chosen)
        snapshot = labels.blinded(found, labels.sight(session, campaign_id, actor().id))
        decisions = decision_queries.newest(session, campaign_id)
    service.note_compared(pages.sessions(), actor(), campaign_id, chosen, now=pages.now())
    return render_template(
        "rankings/compare.html",
        campaign=campaign,
        snapshot=snapshot,
        compared=make_comparison(snapshot, campaign, catalogue),
        decisions=decisions,
        done=done,
        percent=percent,
        may_report=may_report(),
        chance=chance,
        section="campaigns",
        simulated=pages.settings().simulated or campaign.simulated,
        breadcrumbs=[
            (_("Campaigns"), url_for("campaigns.index")),
            (campaign.title, url_for("campaigns.show", campaign_id=campaign_id)),
            (_("Ranking"), url_for("rankings.show", campaign_id=campaign_id)),
            (_("Compare"), None),
        ],
    )
