"""The job table: the source of truth for all work after the response."""

from enum import StrEnum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assess.db.base import OrganisationBase, document, owned, pk, utc


class JobState(StrEnum):
    """Where a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class Job(OrganisationBase):
    """One piece of work; its row commits with the data it concerns."""

    __tablename__ = "job"
    __table_args__ = owned(Index(None, "state", "priority", "run_after", "id"))

    id: Mapped[pk]
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[document]
    dedupe_key: Mapped[str] = mapped_column(
        String(200), unique=True, comment="a second enqueue of the same work is the same row"
    )
    state: Mapped[JobState] = mapped_column(String(10))
    priority: Mapped[int] = mapped_column(comment="smaller goes first")
    run_after: Mapped[utc]
    created_at: Mapped[utc]
    attempts: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None] = mapped_column(String(80), comment="fence: who may finish it")
    lease_until: Mapped[utc | None]
    finished_at: Mapped[utc | None]
    fault: Mapped[str | None] = mapped_column(String(500))
    done: Mapped[int] = mapped_column(default=0, comment="steps done, for progress")
    total: Mapped[int] = mapped_column(default=0)
