"""Make the files of reports that were asked for."""

import unicodedata
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import system
from assess.accounts.queries import organisation_name
from assess.authoring.queries import held
from assess.campaigns import queries as campaigns
from assess.campaigns import requirement_queries
from assess.campaigns.queries import CampaignView
from assess.db.scope import Sessions, reading, writing
from assess.errors import NotFound
from assess.files import store
from assess.instruments.catalogue import Catalogue, open_catalogue
from assess.jobs.worker import Work
from assess.profiles.queries import with_own_drivers
from assess.rankings import labels
from assess.rankings import queries as rankings
from assess.rankings.queries import SnapshotView
from assess.reports import pdf, ready_mail
from assess.reports.archiving import csv_table, with_table
from assess.reports.content import (
    candidate_content,
    comparison_content,
    interview_content,
    ranked_content,
)
from assess.reports.frozen import as_asked, look_of
from assess.reports.kept_units import KeptUnits
from assess.reports.models import Report, ReportKind
from assess.reports.options import ReportOptions, stored_options
from assess.reports.press import MOST_PROCESSES, press
from assess.reports.said import said_digest
from assess.reports.sheets import Content, Progress
from assess.settings import Settings

Ground = tuple[SnapshotView, CampaignView, Catalogue]


class NotWanted(Exception):
    """The report that is being made was cancelled."""


class _Said(TypedDict):
    """What every kind of content is told."""

    organisation: str
    made_at: datetime
    language: str


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
        if report.stored_file_id is not None or report.cancelled_at is not None:
            return
        options, ground = stored_options(report.options), _ground(session, catalogue, report)
        content = _content(session, ground, report)
        table = csv_table(session, *ground, options.top) if options.archive else None
        name = file_name(content.facts.kind, content.facts.title, report.created_at)
        withdrawn_at = report.withdrawn_at
    kept, began = KeptUnits(sessions, organisation_id), monotonic()
    made = _render(content, kept, progress, options.paper, settings.render_processes)
    if table is not None:
        made = replace(made, pdf=with_table(made.pdf, table, name, content.facts))
    took = monotonic() - began
    with writing(sessions, organisation_id) as session:
        report = _report(session, report_id, lock=True)
        # What was laid out may hold somebody who was erased meanwhile: it is not kept.
        if report.stored_file_id is not None or report.withdrawn_at != withdrawn_at:
            return
        # The sheets are worth keeping even for who no longer wants the file.
        kept.store(session, now)
        if report.cancelled_at is None:
            _keep(session, settings, report, made, name, said_digest(content), now)
            if ready_mail.is_long(made.pages, took):
                ready_mail.queue_mail(session, report, now=now)


def make_report(work: Work) -> None:
    """Do the job of a report that was asked for, until nobody wants it any more."""

    def told(done: int, total: int) -> None:
        if not work.progress(done, total):
            raise NotWanted

    with suppress(NotWanted):
        make(
            work.sessions,
            work.settings,
            open_catalogue(work.settings.questionnaires_dir),
            work.job.organisation_id,
            work.job.payload["report_id"],
            now=work.now,
            progress=told,
        )


def file_name(kind: ReportKind, title: str, made_at: datetime) -> str:
    """Give a name that is safe in every file system; it holds no person's name."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    slug = "-".join(words)[:60].strip("-") or "campaign"
    return f"{kind.value}-report-{slug}-{made_at:%Y-%m-%d}.pdf"


def _keep(
    session: Session, settings: Settings, report: Report, made: pdf.Rendered, name: str,
    said: str, now: datetime,
) -> None:  # fmt: skip
    """Store what was made with the report it is for."""
    report.withdrawn_at, report.pages = None, made.pages
    report.stored_file_id = store.put(
        session, settings, made.pdf, name=name, media_type="application/pdf", now=now
    )
    report.book_file_id = store.put(
        session, settings, made.book, name="sheets.zip", media_type="application/zip", now=now
    )
    audit.record(
        session, system(report.organisation_id), "report made", "report", report.id, now=now,
        bytes=len(made.pdf), said=said,
    )  # fmt: skip


def _ground(session: Session, catalogue: Catalogue, report: Report) -> Ground:
    """Give ranking, campaign and what may be named, as they were when the report was asked for."""
    seen = labels.sight_of(report.options.get("named"))
    snapshot = labels.blinded(rankings.snapshot(session, report.snapshot_id), seen)
    campaign = campaigns.campaign(session, snapshot.campaign_id)
    campaign = rankings.as_ranked(session, campaign, snapshot)
    held_content = held(session, catalogue, campaign.parts)
    return (
        *as_asked(snapshot, campaign, report.options.get("names", {})),
        with_own_drivers(session, held_content, retired=True),
    )


def _content(session: Session, ground: Ground, report: Report) -> Content:
    options = stored_options(report.options)
    names = report.options.get("names") or {}
    said: _Said = {
        "organisation": names.get("organisation")
        or organisation_name(session, report.organisation_id),
        "made_at": report.created_at,
        "language": options.language,
    }
    content = _of_kind(session, ground, report, options, said)
    return replace(content, look=look_of(session, report.look_id, report.options))


def _of_kind(
    session: Session, ground: Ground, report: Report, options: ReportOptions, said: _Said
) -> Content:
    if report.kind == ReportKind.COMPARISON:
        return comparison_content(*ground, options.people, **said)
    if report.kind == ReportKind.INTERVIEW:
        return interview_content(*ground, options.people, **said)
    required = requirement_queries.results(session, ground[1].id)
    if report.candidate_id is not None:
        return candidate_content(*ground, report.candidate_id, required=required, **said)
    return ranked_content(
        *ground, people_pages=options.people_pages, top=options.top, required=required, **said
    )


def _report(session: Session, report_id: int, *, lock: bool = False) -> Report:
    chosen = select(Report).where(Report.id == report_id)
    report = session.scalar(chosen.with_for_update() if lock else chosen)
    if report is None:
        raise NotFound("This report does not exist.")
    return report


def _render(
    content: Content,
    kept: pdf.UnitStore,
    progress: Progress | None,
    paper: str = "a4",
    processes: int = MOST_PROCESSES,
) -> pdf.Rendered:
    return pdf.render(content, press(processes), kept, paper=paper, progress=progress)
