"""Files of large rankings: how far each is, and the file itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.errors import NotFound, Refused
from assess.files import store
from assess.files.models import StoredFile
from assess.jobs.models import Job, JobState
from assess.rankings.labels import Sight
from assess.rankings.models import RankingExport, RankingSnapshot
from assess.settings import Settings

MAKE_JOB: Final = "make-ranking-file"
#: From more people on, the file is made by a job: a request must not take many seconds.
LARGE: Final = 5_000
KEPT: Final = timedelta(days=1)
_GONE: Final = (
    "This file is deleted, or was never made. Files of rankings are kept a day, and go at once "
    "when somebody in them is erased. Ask for it again."
)


@dataclass(frozen=True)
class ExportView:
    """A file and its making: ``done`` of ``total`` people are written.

    ``again`` when a try failed and another follows, ``failed`` when it was given up;
    ``deleted_at`` is known once it is made.
    """

    id: int
    form: str
    size: int | None
    deleted_at: datetime | None
    again: bool
    failed: bool
    done: int
    total: int

    @property
    def ready(self) -> bool:
        """Say whether there is a file."""
        return self.size is not None


def is_large(session: Session, snapshot_id: int) -> bool:
    """Say whether a ranking has too many people for one request."""
    return session.get_one(RankingSnapshot, snapshot_id).people > LARGE


def job_key(export_id: int) -> str:
    """Give the key under which the making of a file is queued."""
    return str(export_id)


def named(row: RankingExport) -> Collection[int] | None:
    """Give who stands in the file by name, None for everybody."""
    found: list[int] | None = row.options["named"]
    return found


def export(session: Session, campaign_id: int, export_id: int, seen: Sight) -> ExportView:
    """Return a file of a campaign's ranking as far as it is.

    Raises NotFound when the campaign has none of this id, Refused when it shows names that
    ``seen`` does not.
    """
    row = _row(session, campaign_id, export_id, seen)
    full_key = f"{row.organisation_id}:{MAKE_JOB}:{job_key(row.id)}"
    job = session.scalar(select(Job).where(Job.dedupe_key == full_key))
    size = session.scalar(select(StoredFile.size).where(StoredFile.id == row.stored_file_id))
    waits = size is None and job is not None
    return ExportView(
        id=row.id,
        form=row.form,
        size=size,
        deleted_at=None if row.made_at is None else row.made_at + KEPT,
        again=waits and job is not None and job.state == JobState.WAITING and job.attempts > 0,
        failed=waits and job is not None and job.state == JobState.DEAD,
        done=job.done if job else 0,
        total=job.total if job else 0,
    )


def stored_export(
    session: Session, settings: Settings, campaign_id: int, export_id: int, seen: Sight
) -> tuple[str, str, bytes, int]:
    """Return a file's name, media type and bytes, and its snapshot; raises as `export`.

    NotFound, too, until it is made.
    """
    row = _row(session, campaign_id, export_id, seen)
    if row.stored_file_id is None:
        raise NotFound("This file is not made yet.")
    stored, content = store.get(session, settings, row.stored_file_id)
    return stored.name, stored.media_type, content, row.snapshot_id


def _row(session: Session, campaign_id: int, export_id: int, seen: Sight) -> RankingExport:
    row = session.scalar(
        select(RankingExport)
        .join(RankingSnapshot, RankingSnapshot.id == RankingExport.snapshot_id)
        .where(RankingExport.id == export_id, RankingSnapshot.campaign_id == campaign_id)
    )
    if row is None:
        raise NotFound(_GONE)
    if not seen.sees_all(named(row)):
        raise Refused("This file shows names that are hidden from you. Ask for one of your own.")
    return row
