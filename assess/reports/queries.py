"""Read reports and how far their making is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal, select
from sqlalchemy.orm import Session

from assess.accounts.models import Member, User
from assess.candidates.models import Candidate
from assess.errors import NotFound, Refused
from assess.files import store
from assess.files.models import StoredFile
from assess.jobs.models import Job, JobState
from assess.profiles.models import ProfileVersion
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
    ``size`` of the file in bytes; ``readable`` on the screen; ``engine`` that ranked.
    """

    id: int
    campaign_id: int
    kind: ReportKind
    candidate_id: int | None
    person: str | None
    options: ReportOptions
    asked_by: str | None
    created_at: datetime
    ranked_at: datetime
    profile_number: int
    engine: str
    pages: int | None
    size: int | None
    ready: bool
    readable: bool
    withdrawn: bool
    cancelled: bool
    hidden: bool
    again: bool
    failed: bool
    done: int
    total: int

    @property
    def waiting(self) -> bool:
        """Say whether it is being made, or will be."""
        return not (self.ready or self.failed or self.withdrawn or self.cancelled or self.hidden)


def job_key(report_id: int) -> str:
    """Give the key under which a report's job is queued."""
    return str(report_id)


def report(session: Session, campaign_id: int, report_id: int) -> ReportView:
    """Return a report of a campaign; NotFound when the campaign has none of this id."""
    found = _views(session, campaign_id, Report.id == report_id)
    if not found:
        raise NotFound("This report does not exist.")
    return found[0]


def reports(session: Session, campaign_id: int) -> Sequence[ReportView]:
    """Return a campaign's reports, the newest first."""
    return _views(session, campaign_id)


def report_file(
    session: Session, settings: Settings, campaign_id: int, report_id: int
) -> tuple[StoredFile, Path]:
    """Return a report's file: what is known of it, and where it lies.

    Raises NotFound until it is made, Refused while it names people whose names are hidden.
    """
    return _stored(session, settings, campaign_id, report_id, Report.stored_file_id)


def report_book(session: Session, settings: Settings, campaign_id: int, report_id: int) -> Path:
    """Return where a report's sheets for the screen lie; raises as `report_file` does."""
    return _stored(session, settings, campaign_id, report_id, Report.book_file_id)[1]


def _stored(
    session: Session, settings: Settings, campaign_id: int, report_id: int, column: Any
) -> tuple[StoredFile, Path]:
    if report(session, campaign_id, report_id).hidden:
        raise Refused("This report shows names that are hidden now. Make it again without them.")
    stored = session.scalar(select(column).where(Report.id == report_id))
    if stored is None:
        raise NotFound("This report is not made yet.")
    return store.located(session, settings, stored)


def _views(session: Session, campaign_id: int, *which: ColumnElement[bool]) -> Sequence[ReportView]:
    """Give those of a campaign's reports, the newest first."""
    key = literal(f"{session.info['organisation_id']}:{JOB}:").concat(cast(Report.id, String))
    file = StoredFile.size
    rows = session.execute(
        select(Report, RankingSnapshot, ProfileVersion.number, Candidate, User.name, file, Job)
        .join(RankingSnapshot, RankingSnapshot.id == Report.snapshot_id)
        .join(ProfileVersion, ProfileVersion.id == RankingSnapshot.profile_version_id)
        .outerjoin(Candidate, Candidate.id == Report.candidate_id)
        .outerjoin(Member, Member.id == Report.asked_by)
        .outerjoin(User, User.id == Member.user_id)
        .outerjoin(StoredFile, StoredFile.id == Report.stored_file_id)
        .outerjoin(Job, Job.dedupe_key == key)
        .where(RankingSnapshot.campaign_id == campaign_id, *which)
        .order_by(Report.id.desc())
    )
    seen = labels.sight(session, campaign_id, None)
    return [_view(seen, *row) for row in rows]


def _view(
    seen: labels.Sight,
    row: Report,
    snapshot: RankingSnapshot,
    profile_number: int,
    person: Candidate | None,
    asked_by: str | None,
    size: int | None,
    job: Job | None,
) -> ReportView:
    ready = row.stored_file_id is not None
    return ReportView(
        id=row.id,
        campaign_id=snapshot.campaign_id,
        kind=ReportKind(row.kind),
        candidate_id=row.candidate_id,
        person=seen.label(person.id, code=person.code, name=person.name) if person else None,
        options=stored_options(row.options),
        asked_by=asked_by,
        created_at=row.created_at,
        ranked_at=snapshot.made_at,
        profile_number=profile_number,
        engine=snapshot.method["engine"],
        pages=row.pages if ready else None,
        size=size,
        ready=ready,
        readable=ready and row.book_file_id is not None,
        withdrawn=not ready and row.withdrawn_at is not None and job is None,
        cancelled=not ready and row.cancelled_at is not None,
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
