"""The page of one person across the organisation's open jobs."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts.guard import actor, member_required
from assess.authoring.queries import held
from assess.campaigns import queries as campaigns
from assess.campaigns.service import INVITES
from assess.db.scope import reading
from assess.rankings import labels, queries, service
from assess.rankings.elsewhere import Job, job_fits, other_jobs
from assess.rankings.elsewhere_page import elsewhere_page
from assess.rankings.open_campaigns import batteries, newest_versions, open_campaigns
from assess.rankings.views import SEE_PEOPLE, crumbs
from assess.rankings.words import percent
from assess.web import pages

bp = Blueprint("elsewhere", __name__, url_prefix="/campaigns")


@bp.get("/<int:campaign_id>/people/<int:candidate_id>/elsewhere")
@member_required(*SEE_PEOPLE)
def show(campaign_id: int, candidate_id: int) -> ResponseReturnValue:
    """Show where else one person of the newest ranking would fit; nobody is told or moved."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        content = held(session, pages.catalogue(), campaign.parts)
        snapshot_id = queries.needed(session, campaign_id)
        seen = labels.sight(session, campaign_id, actor().id)
        snapshot = labels.blinded(queries.snapshot(session, snapshot_id, candidate_id), seen)
        version = queries.as_ranked(session, campaign, snapshot).profile
        others = [
            one
            for one in open_campaigns(session, pages.now().date())
            if one.simulated == campaign.simulated
            and one.version.profile_id != version.profile_id
        ]  # fmt: skip
        instruments = batteries(session, pages.catalogue(), others)
        newest = newest_versions(session, {one.version.profile_id for one in others})
    service.note_viewed(pages.sessions(), actor(), campaign_id, candidate_id, now=pages.now())
    entry = snapshot.entries[0]
    battery = [content.instrument(part.key) for part in campaign.battery]
    jobs, unknown = other_jobs(entry, snapshot, battery, content, others, instruments, newest)
    here = Job(version, campaign.brand, (campaign.title,))
    fits = job_fits(entry, snapshot, battery, content, here, jobs)
    person = url_for("rankings.person", campaign_id=campaign_id, candidate_id=candidate_id)
    ranking = url_for("rankings.show", campaign_id=campaign_id)
    return render_template(
        "rankings/elsewhere.html",
        campaign=campaign,
        label=entry.name,
        page=elsewhere_page(fits) if fits and jobs else None,
        ranked=bool(fits),
        unknown=unknown,
        percent=percent,
        candidate_id=candidate_id,
        may_consider=actor().role in INVITES,
        person=person,
        section="campaigns",
        simulated=pages.settings().simulated or campaign.simulated,
        breadcrumbs=crumbs(
            campaign, (_("Ranking"), ranking), (entry.name, person), (_("Other open jobs"), None)
        ),
    )
