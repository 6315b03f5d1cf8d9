"""Stop a report that is being made."""

from datetime import datetime

from sqlalchemy import select

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.db.scope import Sessions, writing
from assess.errors import NotFound
from assess.jobs import queue
from assess.rankings.models import RankingSnapshot
from assess.reports.models import Report
from assess.reports.queries import JOB
from assess.reports.service import MAY_MAKE


def cancel(
    sessions: Sessions, actor: Actor, campaign_id: int, report_id: int, *, now: datetime
) -> bool:
    """Stop a report's making; False when it is made already, or was stopped before.

    A worker that is at it notices at its next page. Asked for again, the report is made after
    all. Raises NotFound for a report that the campaign does not have.
    """
    actor.must_be(*MAY_MAKE)
    with writing(sessions, actor.organisation_id) as session:
        report = session.scalar(
            select(Report)
            .join(RankingSnapshot, RankingSnapshot.id == Report.snapshot_id)
            .where(Report.id == report_id, RankingSnapshot.campaign_id == campaign_id)
            .with_for_update(of=Report)
        )
        if report is None:
            raise NotFound("This report does not exist.")
        if report.stored_file_id is not None or report.cancelled_at is not None:
            return False
        report.cancelled_at = now
        queue.forget(session, JOB, "report_id", [report_id])
        audit.record(session, actor, "report cancelled", "report", report_id, now=now)
        return True
