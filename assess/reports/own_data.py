"""What reports keep about a person: their own reports, and files that name them among others."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from assess.candidates.personal_data import Keeper, Plain, Removed, moment
from assess.candidates.queries import all_ids
from assess.files import store
from assess.files.models import StoredFile
from assess.jobs import queue
from assess.rankings.models import RankingEntry
from assess.reports.models import Report, ReportKind, ReportUnit
from assess.reports.queries import JOB


def _export(session: Session, candidate_id: int) -> Plain:
    rows = session.execute(
        select(Report, StoredFile.size)
        .outerjoin(StoredFile, StoredFile.id == Report.stored_file_id)
        .where(_about(session, candidate_id))
        .order_by(Report.id)
    )
    return {
        "reports": [
            {
                "kind": report.kind,
                "asked_at": moment(report.created_at),
                "bytes": size,
                "withdrawn_at": moment(report.withdrawn_at),
            }
            for report, size in rows
        ]
    }


def _erase(session: Session, candidate_id: int, now: datetime) -> Removed:
    """Remove the person's own reports, and the files of ranked ones; those are withdrawn."""
    rows = session.scalars(
        select(Report).where(_about(session, candidate_id)).with_for_update()
    ).all()
    files = [row.stored_file_id for row in rows if row.stored_file_id is not None]
    own = [row.id for row in rows if row.kind == ReportKind.CANDIDATE]
    ranked = [row.id for row in rows if row.kind == ReportKind.RANKED]
    jobs = queue.forget(session, JOB, "report_id", [row.id for row in rows])
    session.execute(
        update(Report)
        .where(Report.id.in_(ranked))
        .values(stored_file_id=None, withdrawn_at=now, fault=None)
    )
    session.execute(delete(Report).where(Report.id.in_(own)))
    session.execute(delete(ReportUnit).where(ReportUnit.candidate_id == candidate_id))
    counts = {"own reports": len(own), "ranked reports withdrawn": len(ranked), "jobs": len(jobs)}
    return Removed(counts, file_keys=store.forget(session, files))


def _merge(session: Session, keep: int, drop: int, now: datetime) -> None:  # noqa: ARG001
    session.execute(update(Report).where(Report.candidate_id == drop).values(candidate_id=keep))
    session.execute(delete(ReportUnit).where(ReportUnit.candidate_id.in_((keep, drop))))


def _about(session: Session, candidate_id: int) -> ColumnElement[bool]:
    """Choose reports of the person, and ranked ones of snapshots that have them."""
    ids = all_ids(session, candidate_id)
    return or_(
        Report.candidate_id == candidate_id,
        (Report.kind == ReportKind.RANKED)
        & Report.snapshot_id.in_(
            select(RankingEntry.snapshot_id).where(RankingEntry.candidate_id.in_(ids))
        ),
    )


KEEPER = Keeper(
    "reports", frozenset({"report", "report_unit", "stored_file"}), _export, _erase, _merge
)
