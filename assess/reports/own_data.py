"""What reports keep about a person: their own reports, and files that name them among others."""

from collections.abc import Collection
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
from assess.reports.options import OF_SEVERAL
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
    # A comparison or interview pack is of chosen people: without one of them it is another one.
    ranked = [row.id for row in rows if row.kind == ReportKind.RANKED]
    own = [row.id for row in rows if row.id not in ranked]
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
    for report in session.scalars(select(Report).where(_of_several(session, [drop]))):
        people = dict.fromkeys(keep if one == drop else one for one in report.options["people"])
        report.options = report.options | {"people": list(people)}
    session.execute(delete(ReportUnit).where(ReportUnit.candidate_id.in_((keep, drop))))


def _about(session: Session, candidate_id: int) -> ColumnElement[bool]:
    """Choose reports of the person, also among others, and ranked ones of snapshots with them."""
    ids = all_ids(session, candidate_id)
    return or_(
        Report.candidate_id == candidate_id,
        _of_several(session, ids),
        (Report.kind == ReportKind.RANKED)
        & Report.snapshot_id.in_(
            select(RankingEntry.snapshot_id).where(RankingEntry.candidate_id.in_(ids))
        ),
    )


def _of_several(session: Session, candidate_ids: Collection[int]) -> ColumnElement[bool]:
    """Choose comparisons and interview packs that one of these people is in.

    Their people stand in a document, which the two databases search in different ways.
    """
    rows = session.execute(
        select(Report.id, Report.options).where(Report.kind.in_(list(OF_SEVERAL)))
    )
    wanted = set(candidate_ids)
    return Report.id.in_([row for row, asked in rows if not wanted.isdisjoint(asked["people"])])


KEEPER = Keeper(
    "reports", frozenset({"report", "report_unit", "stored_file"}), _export, _erase, _merge
)
