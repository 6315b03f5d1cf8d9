"""Rank a large campaign in two steps: its order at once, the rest by a job."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.db.scope import Sessions, reading, writing
from assess.instruments.catalogue import Catalogue, open_catalogue
from assess.jobs import queue
from assess.jobs.models import Job, JobState
from assess.jobs.worker import Work
from assess.rankings import queries
from assess.rankings.assembly import assemble
from assess.rankings.collection import no_collection
from assess.rankings.order import keep_order, kept_digest
from assess.rankings.service import MAY_RANK, rank_campaign, read_ground
from assess.selection.ranking import ANALYTIC_FROM
from assess.settings import Settings

RANK_JOB: Final = "rank-campaign"
LARGE: Final = ANALYTIC_FROM
"""From so many people on a ranking is made by a job."""


@dataclass(frozen=True)
class RankJob:
    """How far a ranking is: ``done`` of ``total`` steps, 0 before it began; ``stuck`` given up."""

    done: int
    total: int
    finished: bool
    stuck: bool


def begin_ranking(
    sessions: Sessions,
    settings: Settings,
    actor: Actor,
    catalogue: Catalogue,
    campaign_id: int,
    *,
    now: datetime,
) -> int | None:
    """Put everybody in order now and have the rest computed; return the snapshot if there is one.

    The same people, scores, weights, seats and versions are one work, however often it is asked
    for. Raises as `rank_campaign`, and OSError when the order cannot be kept.
    """
    actor.must_be(*MAY_RANK)
    with no_collection():
        with reading(sessions, actor.organisation_id) as session:
            ground = read_ground(session, catalogue, campaign_id, named_too=False)
        if ground.found is not None:
            return ground.found
        assembly = assemble(ground.basis, ground.pool.tables, ground.pool.flags)
    keep_order(
        settings, actor.organisation_id, campaign_id, ground.digest, ground.pool.candidates,
        assembly,
    )  # fmt: skip
    payload = {"campaign_id": campaign_id, "member_id": actor.id, "role": actor.role}
    with writing(sessions, actor.organisation_id) as session:
        _forget_done(session, campaign_id, ground.digest)
        queue.enqueue(
            session, RANK_JOB, payload, dedupe_key=_key(campaign_id, ground.digest), now=now,
            priority=queue.URGENT,
        )  # fmt: skip
    return None


def rank_job(session: Session, campaign_id: int, digest: str) -> RankJob | None:
    """Return how far the ranking of a pool is; None when nobody asked for it."""
    job = session.scalar(select(Job).where(_of(session, campaign_id, digest)))
    if job is None:
        return None
    # A state read from the database is a plain word.
    finished, stuck = job.state == JobState.DONE, job.state == JobState.DEAD
    return RankJob(job.done, job.total, finished, stuck)


def running(session: Session, settings: Settings, campaign_id: int) -> RankJob | None:
    """Return how far the ranking is whose order was shown last; None when there is none to make."""
    digest = kept_digest(settings, session.info["organisation_id"], campaign_id)
    if digest is None or queries.of_digest(session, campaign_id, digest) is not None:
        return None
    job = rank_job(session, campaign_id, digest)
    return None if job is None or job.finished else job


def make_ranking(work: Work) -> None:
    """Do the job of a ranking that was asked for; its snapshot is the asking member's."""
    asked = work.job.payload
    actor = Actor(work.job.organisation_id, "system")
    if asked["member_id"] is not None:
        role = RoleName(asked["role"])
        actor = Actor(work.job.organisation_id, "member", asked["member_id"], role)
    catalogue = open_catalogue(work.settings.questionnaires_dir)
    rank_campaign(
        work.sessions, actor, catalogue, asked["campaign_id"], now=work.now,
        progress=work.progress,
    )  # fmt: skip


def _forget_done(session: Session, campaign_id: int, digest: str) -> None:
    """Let a work be asked for again whose job found another pool, when this one is back."""
    done = Job.state == JobState.DONE
    session.execute(delete(Job).where(_of(session, campaign_id, digest), done))


def _of(session: Session, campaign_id: int, digest: str) -> ColumnElement[bool]:
    organisation_id = session.info["organisation_id"]
    return Job.dedupe_key == f"{organisation_id}:{RANK_JOB}:{_key(campaign_id, digest)}"


def _key(campaign_id: int, digest: str) -> str:
    return f"{campaign_id}:{digest}"
