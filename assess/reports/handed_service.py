"""Reports that are handed out at once and not kept, for the command line."""

from dataclasses import replace
from datetime import datetime

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.queries import organisation_name
from assess.authoring.queries import held
from assess.campaigns import queries as campaigns
from assess.campaigns import requirement_queries
from assess.db.scope import Sessions, reading, writing
from assess.instruments.catalogue import Catalogue
from assess.profiles.queries import with_own_drivers
from assess.rankings import labels
from assess.rankings import queries as rankings
from assess.rankings import service as ranking
from assess.reports import pdf
from assess.reports.content import candidate_content, ranked_content
from assess.reports.frozen import look_now
from assess.reports.kept_units import UnitsOfOneRun
from assess.reports.models import ReportKind
from assess.reports.options import ReportOptions
from assess.reports.press import press
from assess.reports.said import said_digest
from assess.reports.service import MAY_MAKE, check
from assess.reports.sheets import Content, Progress


def ranked_pdf(
    sessions: Sessions,
    actor: Actor,
    catalogue: Catalogue,
    campaign_id: int,
    *,
    people_pages: int,
    now: datetime,
    progress: Progress | None = None,
) -> bytes:
    """Rank a campaign as it stands now and give the ranked report, for the command line."""
    actor.must_be(*MAY_MAKE)
    check(ReportKind.RANKED, None, ReportOptions(people_pages))
    snapshot_id = ranking.rank_campaign(sessions, actor, catalogue, campaign_id, now=now)
    with reading(sessions, actor.organisation_id) as session:
        seen = labels.sight(session, campaign_id, None)
        snapshot = labels.blinded(rankings.snapshot(session, snapshot_id), seen)
        campaign = rankings.as_ranked(session, campaigns.campaign(session, campaign_id), snapshot)
        content = ranked_content(
            snapshot,
            campaign,
            with_own_drivers(session, held(session, catalogue, campaign.parts), retired=True),
            people_pages=people_pages,
            organisation=organisation_name(session, actor.organisation_id),
            made_at=now,
            required=requirement_queries.results(session, campaign_id),
        )
        content = replace(content, look=look_now(session, campaign.brand_id))
    return _told(sessions, actor, content, snapshot_id, None, now, progress)


def candidate_pdf(
    sessions: Sessions,
    actor: Actor,
    catalogue: Catalogue,
    campaign_id: int,
    candidate_id: int,
    *,
    now: datetime,
) -> bytes:
    """Rank a campaign as it stands now and give one person's report."""
    actor.must_be(*MAY_MAKE)
    snapshot_id = ranking.rank_campaign(sessions, actor, catalogue, campaign_id, now=now)
    with reading(sessions, actor.organisation_id) as session:
        seen = labels.sight(session, campaign_id, None)
        snapshot = labels.blinded(rankings.snapshot(session, snapshot_id), seen)
        campaign = rankings.as_ranked(session, campaigns.campaign(session, campaign_id), snapshot)
        content = candidate_content(
            snapshot,
            campaign,
            with_own_drivers(session, held(session, catalogue, campaign.parts), retired=True),
            candidate_id,
            organisation=organisation_name(session, actor.organisation_id),
            made_at=now,
            required=requirement_queries.results(session, campaign_id),
        )
        content = replace(content, look=look_now(session, campaign.brand_id))
    return _told(sessions, actor, content, snapshot_id, candidate_id, now, None)


def _told(
    sessions: Sessions,
    actor: Actor,
    content: Content,
    snapshot_id: int,
    candidate_id: int | None,
    now: datetime,
    progress: Progress | None,
) -> bytes:
    """Render ``content`` and leave the trail of a report that is handed out, not kept."""
    made = pdf.render(content, press(), UnitsOfOneRun(), progress=progress).pdf
    with writing(sessions, actor.organisation_id) as session:
        audit.record(
            session, actor, "report handed out", "ranking_snapshot", snapshot_id, now=now,
            kind=content.facts.kind.value, candidate=candidate_id, bytes=len(made),
            said=said_digest(content),
        )  # fmt: skip
    return made
