"""Read reports and how far their making is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.candidates.models import Candidate
from assess.errors import NotFound, Refused
from assess.files import store
from assess.jobs.models import Job, JobState
from assess.rankings import labels
from assess.rankings import queries as rankings
from assess.rankings.models import RankingSnapshot
from assess.reports.models import Report, ReportKind
from assess.reports.options import ReportOptions, stored_options
from assess.settings import Settings

JOB = "make-report"


@dataclass(frozen=True)
class ReportView:
    """A report and its making: ``done`` of ``total`` pages.

    ``withdrawn`` when its file held somebody who was erased and it is not being made anew,
    ``again`` when a try failed and another follows, ``failed`` when it was given up; ``hidden``
    when it names people whose names nobody may see now. ``person`` is a name, or a code.
    """

    id: int
    campaign_id: int
    kind: ReportKind
    candidate_id: int | None
    person: str | None
    options: ReportOptions
    created_at: datetime
    ready: bool
    withdrawn: bool
    hidden: bool
    again: bool
    failed: bool
    done: int
    total: int


def job_key(report_id: int) -> str:
    """Give the key under which a report's job is queued."""
    return str(report_id)


def report(session: Session, campaign_id: int, report_id: int) -> ReportView:
    """Return a report of a campaign; NotFound when the campaign has none of this id."""
    organisation_id = session.info["organisation_id"]
    found = session.execute(
        select(Report, RankingSnapshot.campaign_id, Candidate, Job)
        .join(RankingSnapshot, RankingSnapshot.id == Report.snapshot_id)
        .outerjoin(Candidate, Candidate.id == Report.candidate_id)
        .outerjoin(Job, Job.dedupe_key == f"{organisation_id}:{JOB}:{job_key(report_id)}")
        .where(Report.id == report_id, RankingSnapshot.campaign_id == campaign_id)
    ).one_or_none()
    if found is None:
        raise NotFound("This report does not exist.")
    row, campaign, person, job = found
    ready = row.stored_file_id is not None
    seen = labels.sight(session, campaign_id, None)
    return ReportView(
        id=row.id,
        campaign_id=campaign,
        kind=ReportKind(row.kind),
        candidate_id=row.candidate_id,
        person=seen.label(person.id, code=person.code, name=person.name) if person else None,
        options=stored_options(row.options),
        created_at=row.created_at,
        ready=ready,
        withdrawn=not ready and row.withdrawn_at is not None and job is None,
        hidden=not seen.sees_all(row.options.get("named")),
        again=not ready and job is not None and job.state == JobState.WAITING and job.attempts > 0,
        failed=not ready and job is not None and job.state == JobState.DEAD,
        done=job.done if job else 0,
        total=job.total if job else 0,
    )


def chosen(
    session: Session, campaign_id: int, member_id: int | None, candidate_ids: Sequence[int]
) -> list[tuple[int, str]]:
    """Return these people of the newest ranking, each with what the member sees of the name.

    Raises NotFound when one of them is not in it.
    """
    if not candidate_ids:
        return []
    found = rankings.people(session, rankings.needed(session, campaign_id), candidate_ids)
    seen = labels.sight(session, campaign_id, member_id)
    return [(one.candidate_id, one.name) for one in labels.blinded(found, seen).entries]


def report_file(
    session: Session, settings: Settings, campaign_id: int, report_id: int
) -> tuple[str, bytes]:
    """Return a report's file name and bytes.

    Raises NotFound until it is made, Refused while it names people whose names are hidden.
    """
    if report(session, campaign_id, report_id).hidden:
        raise Refused("This report shows names that are hidden now. Make it again without them.")
    stored = session.scalar(select(Report.stored_file_id).where(Report.id == report_id))
    if stored is None:
        raise NotFound("This report is not made yet.")
    row, content = store.get(session, settings, stored)
    return row.name, content
