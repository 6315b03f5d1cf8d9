"""The page of a ranking beside the last one under the former profile version."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts.guard import actor, member_required
from assess.authoring.queries import held
from assess.campaigns import queries as campaigns
from assess.campaigns.results_seen import note_seen
from assess.db.scope import reading
from assess.rankings import difference_queries, labels, queries, service
from assess.rankings.difference import difference
from assess.rankings.difference_page import make_difference_page
from assess.rankings.queries import EntryView
from assess.rankings.views import SEE_PEOPLE, SEE_RANKINGS, crumbs
from assess.rankings.words import nobody
from assess.web import pages

bp = Blueprint("ranking_difference", __name__, url_prefix="/campaigns")


@bp.get("/<int:campaign_id>/ranking/difference")
@member_required(*SEE_RANKINGS)
def show(campaign_id: int) -> ResponseReturnValue:
    """Show what the last change of the profile did to the ranking."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        versions = difference_queries.versions(session, campaign)
        shown = {
            "campaign": campaign,
            "versions": versions,
            "standing": queries.standing(session, campaign_id),
            "may_rank": actor().role in service.MAY_RANK,
            "may_see_people": actor().role in SEE_PEOPLE,
            "section": "campaigns",
            "simulated": pages.settings().simulated or campaign.simulated,
            "breadcrumbs": crumbs(
                campaign,
                (_("Ranking"), url_for("rankings.show", campaign_id=campaign_id)),
                (_("Difference"), None),
            ),
        }
        former, former_id = versions.former, versions.former_snapshot
        if versions.present_snapshot is None or former is None or former_id is None:
            return render_template("rankings/difference.html", page=None, **shown)
        adopted = difference_queries.adopted(session, campaign)
        seen = labels.sight(session, campaign_id, actor().id)
        before = labels.blinded(queries.snapshot(session, former_id), seen)
        after = labels.blinded(queries.snapshot(session, versions.present_snapshot), seen)
        catalogue = held(session, pages.catalogue(), campaign.parts)
    battery = [catalogue.instrument(part.key) for part in campaign.battery]
    found = difference((before, former), (after, versions.present), catalogue, battery, label)
    note_seen(
        pages.sessions(), actor(), campaign_id, "ranking viewed", now=pages.now(),
        snapshot=after.id,
    )  # fmt: skip
    page = make_difference_page(
        found, (former, before), (versions.present, after), adopted, catalogue
    )
    return render_template("rankings/difference.html", page=page, **shown)


def label(entry: EntryView) -> str:
    """Give what a person is called on the page."""
    return nobody(entry) if entry.erased else entry.name
