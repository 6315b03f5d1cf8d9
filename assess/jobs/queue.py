"""Put work into the job table, claim it, finish it: at least once, never lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from assess.db.scope import Across, Sessions, across
from assess.jobs.models import Job, JobState

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 6
FIRST_RETRY = timedelta(seconds=5)

#: A person is waiting / soon / whenever there is room. There are no others: `claim` asks for each.
URGENT, NORMAL, BULK = PRIORITIES = (0, 5, 9)


@dataclass(frozen=True)
class Claimed:
    """A job this worker may do until its lease ends."""

    id: int
    organisation_id: int
    kind: str
    payload: Mapping[str, Any]
    attempts: int
    owner: str


def enqueue(
    session: Session,
    kind: str,
    payload: Mapping[str, Any],
    *,
    dedupe_key: str,
    now: datetime,
    priority: int = NORMAL,
    run_after: datetime | None = None,
) -> int:
    """Add a job in the caller's transaction; the same ``dedupe_key`` twice is one job.

    The key is made unique per organisation here. Returns the job's id.
    """
    full_key = f"{session.info['organisation_id']}:{kind}:{dedupe_key}"
    found = session.scalar(select(Job).where(Job.dedupe_key == full_key))
    if found is not None:
        # A state read from the database is a plain word: equal, but not the same object.
        if found.state == JobState.DEAD:
            found.state, found.attempts, found.run_after = JobState.WAITING, 0, now
        return found.id
    job = Job(
        kind=kind,
        payload=dict(payload),
        dedupe_key=full_key,
        state=JobState.WAITING,
        priority=priority,
        run_after=run_after or now,
        created_at=now,
    )
    session.add(job)
    session.flush()
    return job.id


def enqueue_new(
    session: Session,
    kind: str,
    works: Sequence[tuple[Mapping[str, Any], str]],
    *,
    now: datetime,
    priority: int = NORMAL,
    run_after: datetime | None = None,
) -> None:
    """Add many jobs, each (payload, dedupe key) that was never there before, at once.

    One that was there raises IntegrityError, and none is added.
    """
    organisation_id = session.info["organisation_id"]
    rows = [
        {
            "organisation_id": organisation_id,
            "kind": kind,
            "payload": dict(payload),
            "dedupe_key": f"{organisation_id}:{kind}:{key}",
            "state": JobState.WAITING,
            "priority": priority,
            "run_after": run_after or now,
            "created_at": now,
            "attempts": 0,
            "done": 0,
            "total": 0,
        }
        for payload, key in works
    ]
    if rows:
        session.execute(insert(Job), rows)


def forget_done(session: Session, kind: str, *, before: datetime) -> None:
    """Remove the finished jobs of a kind that comes round again and again."""
    session.execute(
        delete(Job).where(Job.kind == kind, Job.state == JobState.DONE, Job.finished_at < before)
    )


def claim(sessions: Sessions, owner: str, *, now: datetime) -> Claimed | None:
    """Take the next job that is due, or one whose worker has gone silent."""
    with across(sessions, Across.JOB, write=True) as session:
        job = _next(session, now)
        if job is None:
            return None
        job.state, job.owner, job.lease_until = JobState.RUNNING, owner, now + LEASE
        job.attempts += 1
        return Claimed(job.id, job.organisation_id, job.kind, job.payload, job.attempts, owner)


def _next(session: Session, now: datetime) -> Job | None:
    """Lock the job whose turn it is: each question is one step into the index, however many wait.

    Asked as one, the database would sort everything that is due for every claim.
    """
    due = (
        (Job.state == JobState.WAITING) & (Job.run_after <= now),
        (Job.state == JobState.RUNNING) & (Job.lease_until < now),
    )
    for priority in PRIORITIES:
        for condition in due:
            job = session.scalar(
                select(Job)
                .where(Job.priority == priority, condition)
                .order_by(Job.run_after, Job.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if job is not None:
                return job
    return None


def renew(sessions: Sessions, job: Claimed, *, now: datetime) -> bool:
    """Extend the lease; False when the job has gone to another worker."""
    return _fenced(sessions, job, lease_until=now + LEASE)


def progress(sessions: Sessions, job: Claimed, done: int, total: int) -> bool:
    """Note how far the job is, for the page that waits for it."""
    return _fenced(sessions, job, done=done, total=total)


def finish(sessions: Sessions, job: Claimed, *, now: datetime) -> bool:
    """Mark the job done; False when another worker owns it by now."""
    return _fenced(
        sessions, job, state=JobState.DONE, finished_at=now, lease_until=None, fault=None
    )


def fail(sessions: Sessions, job: Claimed, fault: str, *, now: datetime) -> bool:
    """Give the job back for a later try, waiting twice as long each time; at last it is dead."""
    if job.attempts >= MAX_ATTEMPTS:
        return _fenced(sessions, job, state=JobState.DEAD, fault=fault[:500], finished_at=now)
    wait = FIRST_RETRY * 2 ** (job.attempts - 1)
    return _fenced(sessions, job, state=JobState.WAITING, fault=fault[:500], run_after=now + wait)


def postpone(sessions: Sessions, job: Claimed, until: datetime) -> bool:
    """Give the job back to be done at ``until``; that it was claimed does not count as a try."""
    return _fenced(
        sessions, job, state=JobState.WAITING, run_after=until, attempts=job.attempts - 1
    )


def forget(session: Session, kind: str, field: str, ids: Iterable[int]) -> list[int]:
    """Remove the jobs of ``kind`` whose payload's ``field`` is one of ``ids``; return their ids."""
    about = Job.payload[field].as_integer().in_(list(ids))
    return list(session.scalars(delete(Job).where(Job.kind == kind, about).returning(Job.id)))


def _fenced(sessions: Sessions, job: Claimed, **values: Any) -> bool:
    with across(sessions, Across.JOB, write=True) as session:
        done = session.execute(
            update(Job)
            .where(Job.id == job.id, Job.owner == job.owner, Job.state == JobState.RUNNING)
            .values(**values)
            .returning(Job.id)
        )
        return done.scalar_one_or_none() is not None
