"""Ask for reports and make them."""

import hashlib
import json
import unicodedata
from datetime import datetime
from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess import __version__
from assess.accounts import audit
from assess.accounts.actor import Actor, system
from assess.accounts.models import RoleName
from assess.accounts.queries import organisation_name
from assess.authoring.queries import held
from assess.campaigns import queries as campaigns
from assess.campaigns import requirement_queries
from assess.db.scope import Sessions, reading, writing
from assess.errors import Invalid, NotFound
from assess.files import store
from assess.instruments.catalogue import Catalogue, open_catalogue
from assess.jobs.queue import URGENT, enqueue
from assess.jobs.worker import Work
from assess.profiles.queries import with_own_drivers
from assess.rankings import labels
from assess.rankings import queries as rankings
from assess.rankings import service as ranking
from assess.reports import pdf
from assess.reports.content import (
    candidate_content,
    comparison_content,
    interview_content,
    ranked_content,
)
from assess.reports.kept_units import KeptUnits, UnitsOfOneRun
from assess.reports.models import Report, ReportKind
from assess.reports.options import ReportOptions, stored_options
from assess.reports.press import MOST_PROCESSES, press
from assess.reports.queries import JOB, job_key
from assess.reports.said import said_digest
from assess.reports.sheets import Content, Progress
from assess.settings import Settings

MAY_MAKE = (RoleName.RECRUITER, RoleName.ADMINISTRATOR)


class _Said(TypedDict):
    """What every kind of content is told."""

    organisation: str
    made_at: datetime
    language: str


def request(
    sessions: Sessions,
    actor: Actor,
    snapshot_id: int,
    kind: ReportKind,
    candidate_id: int | None,
    options: ReportOptions,
    *,
    now: datetime,
) -> int:
    """Ask for a report; the same question is the same report, made once. Return its id.

    Raises NotFound for a snapshot or person that is not the organisation's, Invalid for a
    question that makes no sense.
    """
    actor.must_be(*MAY_MAKE)
    _check(kind, candidate_id, options)
    with writing(sessions, actor.organisation_id) as session:
        snapshot = _of_people(session, snapshot_id, candidate_id, options)
        # A report is handed on: it names whom everybody may see, and keeps to that.
        named = labels.sight(session, snapshot.campaign_id, None).listed
        if options.blind:
            named = []
        said = requirement_queries.stamp(session, snapshot.campaign_id)
        digest = _digest(snapshot.id, kind, candidate_id, options, named, said)
        found = session.scalar(select(Report).where(Report.content_digest == digest))
        if found is not None:
            _again(session, found, now)
            return found.id
        report = Report(
            snapshot_id=snapshot_id,
            kind=kind,
            candidate_id=candidate_id,
            options=options.stored() | {"named": named},
            content_digest=digest,
            created_at=now,
        )
        session.add(report)
        session.flush()
        _again(session, report, now)
        audit.record(
            session, actor, "report requested", "report", report.id, now=now,
            kind=kind.value, snapshot=snapshot_id, candidate=candidate_id, digest=digest,
        )  # fmt: skip
        return report.id


def make(
    sessions: Sessions,
    settings: Settings,
    catalogue: Catalogue,
    organisation_id: int,
    report_id: int,
    *,
    now: datetime,
    progress: Progress | None = None,
) -> None:
    """Make a report's file; a report that has one is left as it is.

    Raises NotFound when the report is not the organisation's.
    """
    with reading(sessions, organisation_id) as session:
        report = _report(session, report_id)
        if report.stored_file_id is not None:
            return
        content = _content(session, catalogue, report)
        name = file_name(content.facts.kind, content.facts.title, report.created_at)
        paper, withdrawn_at = stored_options(report.options).paper, report.withdrawn_at
    kept = KeptUnits(sessions, organisation_id)
    made = _render(content, kept, progress, paper, settings.render_processes)
    actor = system(organisation_id)
    with writing(sessions, organisation_id) as session:
        report = _report(session, report_id, lock=True)
        # What was laid out may hold somebody who was erased meanwhile: it is not kept.
        if report.stored_file_id is not None or report.withdrawn_at != withdrawn_at:
            return
        kept.store(session, now)
        report.withdrawn_at = None
        report.stored_file_id = store.put(
            session, settings, made, name=name, media_type="application/pdf", now=now
        )
        audit.record(
            session, actor, "report made", "report", report_id, now=now,
            bytes=len(made), said=said_digest(content),
        )  # fmt: skip


def make_report(work: Work) -> None:
    """Do the job of a report that was asked for."""
    make(
        work.sessions,
        work.settings,
        open_catalogue(work.settings.questionnaires_dir),
        work.job.organisation_id,
        work.job.payload["report_id"],
        now=work.now,
        progress=work.progress,
    )


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
    _check(ReportKind.RANKED, None, ReportOptions(people_pages))
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
    return _told(sessions, actor, content, snapshot_id, candidate_id, now, None)


def file_name(kind: ReportKind, title: str, made_at: datetime) -> str:
    """Give a name that is safe in every file system; it holds no person's name."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    slug = "-".join(words)[:60].strip("-") or "campaign"
    return f"{kind.value}-report-{slug}-{made_at:%Y-%m-%d}.pdf"


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
    made = _render(content, UnitsOfOneRun(), progress)
    with writing(sessions, actor.organisation_id) as session:
        audit.record(
            session, actor, "report handed out", "ranking_snapshot", snapshot_id, now=now,
            kind=content.facts.kind.value, candidate=candidate_id, bytes=len(made),
            said=said_digest(content),
        )  # fmt: skip
    return made


def _content(session: Session, catalogue: Catalogue, report: Report) -> Content:
    seen = labels.sight_of(report.options.get("named"))
    snapshot = labels.blinded(rankings.snapshot(session, report.snapshot_id), seen)
    campaign = campaigns.campaign(session, snapshot.campaign_id)
    campaign = rankings.as_ranked(session, campaign, snapshot)
    held_content = held(session, catalogue, campaign.parts)
    catalogue = with_own_drivers(session, held_content, retired=True)
    on, asked = (snapshot, campaign, catalogue), stored_options(report.options)
    said: _Said = {
        "organisation": organisation_name(session, report.organisation_id),
        "made_at": report.created_at,
        "language": asked.language,
    }
    if report.kind == ReportKind.COMPARISON:
        return comparison_content(*on, asked.people, **said)
    if report.kind == ReportKind.INTERVIEW:
        return interview_content(*on, asked.people, **said)
    required = requirement_queries.results(session, campaign.id)
    if report.candidate_id is not None:
        return candidate_content(*on, report.candidate_id, required=required, **said)
    return ranked_content(
        *on, people_pages=asked.people_pages, top=asked.top, required=required, **said
    )


def _again(session: Session, report: Report, now: datetime) -> None:
    """Queue a report that has no file; a job that waits or runs already stays the one."""
    if report.stored_file_id is None:
        enqueue(
            session,
            JOB,
            {"report_id": report.id},
            dedupe_key=job_key(report.id),
            now=now,
            priority=URGENT,
        )


def _check(kind: ReportKind, candidate_id: int | None, options: ReportOptions) -> None:
    faults = options.faults(kind, candidate_id)
    if faults:
        raise Invalid(*faults)


def _digest(
    snapshot_id: int,
    kind: ReportKind,
    candidate_id: int | None,
    options: ReportOptions,
    named: list[int] | None,
    said: list[int | str] | None,
) -> str:
    """Name what a report would say: a snapshot never changes, the engine's version may.

    So may what people have ``said`` about the requirements.
    """
    asked: list[object] = [snapshot_id, kind.value, candidate_id, options.stored(), __version__]
    if named is not None:
        asked.append(named)
    if said is not None:
        asked.append({"requirements": said})
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _report(session: Session, report_id: int, *, lock: bool = False) -> Report:
    chosen = select(Report).where(Report.id == report_id)
    report = session.scalar(chosen.with_for_update() if lock else chosen)
    if report is None:
        raise NotFound("This report does not exist.")
    return report


def _of_people(
    session: Session, snapshot_id: int, candidate_id: int | None, options: ReportOptions
) -> rankings.SnapshotView:
    """Give the ranking with those a report is of; NotFound when it has not all of them."""
    if options.people:
        return rankings.people(session, snapshot_id, options.people)
    return rankings.snapshot(session, snapshot_id, candidate_id)


def _render(
    content: Content,
    kept: pdf.UnitStore,
    progress: Progress | None,
    paper: str = "a4",
    processes: int = MOST_PROCESSES,
) -> bytes:
    return pdf.render(content, press(processes), kept, paper=paper, progress=progress)
