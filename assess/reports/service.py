"""Ask for reports."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assess import __version__
from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.campaigns import queries as campaigns
from assess.campaigns import requirement_queries
from assess.db.scope import Sessions, writing
from assess.errors import Invalid
from assess.jobs.queue import URGENT, enqueue
from assess.rankings import labels
from assess.rankings import queries as rankings
from assess.reports.frozen import frozen_names, tidy
from assess.reports.models import Report, ReportKind
from assess.reports.options import ReportOptions
from assess.reports.queries import JOB, job_key

MAY_MAKE = (RoleName.RECRUITER, RoleName.ADMINISTRATOR)


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
    options = replace(options, note=tidy(options.note))
    check(kind, candidate_id, options)
    asked = snapshot_id, kind, candidate_id, options
    try:
        return _request(sessions, actor, *asked, now=now)
    except IntegrityError:
        # Somebody asked the same at the same moment, and was first: now it is found.
        return _request(sessions, actor, *asked, now=now)


def check(kind: ReportKind, candidate_id: int | None, options: ReportOptions) -> None:
    """Raise Invalid for what makes no sense in a report of this kind."""
    faults = options.faults(kind, candidate_id)
    if faults:
        raise Invalid(*faults)


def _request(
    sessions: Sessions,
    actor: Actor,
    snapshot_id: int,
    kind: ReportKind,
    candidate_id: int | None,
    options: ReportOptions,
    *,
    now: datetime,
) -> int:
    with writing(sessions, actor.organisation_id) as session:
        snapshot = _of_people(session, snapshot_id, candidate_id, options)
        campaign = campaigns.campaign(session, snapshot.campaign_id)
        # A report is handed on: it names whom everybody may see, and keeps to that.
        named = [] if options.blind else labels.sight(session, campaign.id, None).listed
        names, look_id = frozen_names(session, actor, campaign, options.note)
        said = requirement_queries.stamp(session, campaign.id)
        digest = _digest(snapshot.id, kind, candidate_id, options, named, names, said)
        chosen = select(Report).where(Report.content_digest == digest).with_for_update()
        report = session.scalar(chosen)
        if report is not None:
            _again(session, actor, report, now)
            return report.id
        report = Report(
            snapshot_id=snapshot_id,
            kind=kind,
            candidate_id=candidate_id,
            options=options.stored() | {"named": named, "names": names},
            look_id=look_id,
            content_digest=digest,
            created_at=now,
        )
        session.add(report)
        session.flush()
        _again(session, actor, report, now)
        audit.record(
            session, actor, "report requested", "report", report.id, now=now,
            kind=kind.value, snapshot=snapshot_id, candidate=candidate_id, digest=digest,
        )  # fmt: skip
        return report.id


def _again(session: Session, actor: Actor, report: Report, now: datetime) -> None:
    """Queue a report that has no file; a job that waits or runs already stays the one."""
    if report.stored_file_id is None:
        report.cancelled_at = None
        report.asked_by = actor.id if actor.kind == "member" else None
        enqueue(
            session,
            JOB,
            {"report_id": report.id},
            dedupe_key=job_key(report.id),
            now=now,
            priority=URGENT,
        )


def _digest(
    snapshot_id: int,
    kind: ReportKind,
    candidate_id: int | None,
    options: ReportOptions,
    named: list[int] | None,
    names: Mapping[str, Any],
    said: list[int | str] | None,
) -> str:
    """Name what a report would say: a snapshot never changes, names and the engine's version may.

    ``names`` have the digest of the brand's logo, too. What people have ``said`` about the
    requirements may change as well.
    """
    asked: list[object] = [snapshot_id, kind.value, candidate_id, options.stored(), __version__]
    asked.append(dict(names))
    if named is not None:
        asked.append(named)
    if said is not None:
        asked.append({"requirements": said})
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _of_people(
    session: Session, snapshot_id: int, candidate_id: int | None, options: ReportOptions
) -> rankings.SnapshotView:
    """Give the ranking with those a report is of; NotFound when it has not all of them."""
    if options.people:
        return rankings.people(session, snapshot_id, options.people)
    return rankings.snapshot(session, snapshot_id, candidate_id)
