"""Have the file of a large ranking made beside, keep it a day, delete it."""

from datetime import datetime
from typing import Final, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor, system
from assess.campaigns.models import Campaign
from assess.db.scope import Sessions, reading, writing
from assess.errors import Invalid
from assess.files import store
from assess.instruments.catalogue import open_catalogue
from assess.jobs.queue import BULK, URGENT, enqueue
from assess.jobs.worker import Work
from assess.rankings import labels, queries
from assess.rankings.export_file import ExportFile, Form, export_file, export_ground
from assess.rankings.export_queries import KEPT, MAKE_JOB, job_key, named
from assess.rankings.models import RankingExport
from assess.rankings.service import SEE_RANKINGS

FORGET_JOB: Final = "forget-ranking-file"


def request(
    sessions: Sessions, actor: Actor, campaign_id: int, form: Form, *, now: datetime
) -> int:
    """Ask for the newest ranking as a file; return its id.

    The same question while the file is there is the same file, and one that was given up is
    tried again. Raises NotFound for a campaign without a ranking, Invalid for an unknown form.
    """
    actor.must_be(*SEE_RANKINGS)
    if form not in get_args(Form):
        raise Invalid(f"form: must be one of {', '.join(get_args(Form))}")
    with writing(sessions, actor.organisation_id) as session:
        # Who asks twice at once waits here, and finds the first one's file.
        session.execute(select(Campaign.id).where(Campaign.id == campaign_id).with_for_update())
        snapshot_id = queries.needed(session, campaign_id)
        seen = labels.sight(session, campaign_id, actor.id).listed
        row = _same(session, snapshot_id, form, seen)
        if row is None:
            row = RankingExport(
                snapshot_id=snapshot_id, form=form, options={"named": seen}, asked_at=now
            )
            session.add(row)
            session.flush()
            audit.record(
                session, actor, "ranking file requested", "ranking_snapshot", snapshot_id, now=now,
                form=form, export=row.id,
            )  # fmt: skip
        if row.stored_file_id is None:
            payload = {"export_id": row.id}
            key = job_key(row.id)
            enqueue(session, MAKE_JOB, payload, dedupe_key=key, now=now, priority=URGENT)
        return row.id


def make_export(work: Work) -> None:
    """Do the job of making a file; one that is there, or no longer wanted, is left so."""
    export_id, owner = work.job.payload["export_id"], work.job.organisation_id
    with reading(work.sessions, owner) as session:
        row = session.scalar(select(RankingExport).where(RankingExport.id == export_id))
        if row is None or row.stored_file_id is not None:
            return
        form: Form = "csv" if row.form == "csv" else "xlsx"
        catalogue = open_catalogue(work.settings.questionnaires_dir)
        seen = labels.sight_of(named(row))
        ground = export_ground(session, catalogue, row.snapshot_id, seen)
    made = export_file(ground, form, now=work.now, progress=work.progress)
    _keep(work, export_id, made)


def _keep(work: Work, export_id: int, made: ExportFile) -> None:
    """Store a file, unless what it was made of holds somebody who was erased meanwhile."""
    owner = work.job.organisation_id
    with writing(work.sessions, owner) as session:
        row = session.scalar(
            select(RankingExport).where(RankingExport.id == export_id).with_for_update()
        )
        if row is None or row.stored_file_id is not None:
            return
        row.stored_file_id = store.put(
            session, work.settings, made.content,
            name=made.name, media_type=made.media_type, now=work.now,
        )  # fmt: skip
        row.made_at = work.now
        enqueue(
            session, FORGET_JOB, {"export_id": export_id}, dedupe_key=job_key(export_id),
            now=work.now, priority=BULK, run_after=work.now + KEPT,
        )  # fmt: skip
        audit.record(
            session, system(owner), "ranking file made", "ranking_snapshot", row.snapshot_id,
            now=work.now, form=row.form, export=export_id, bytes=len(made.content),
        )  # fmt: skip


def forget_export(work: Work) -> None:
    """Do the job of deleting a file after its day; one that went before is gone already."""
    export_id = work.job.payload["export_id"]
    with writing(work.sessions, work.job.organisation_id) as session:
        row = session.scalar(select(RankingExport).where(RankingExport.id == export_id))
        if row is None or row.stored_file_id is None:
            return
        stored = row.stored_file_id
        session.delete(row)
        session.flush()
        # Bytes go before the transaction ends: if it fails, the job is done again.
        for key in store.forget(session, [stored]):
            store.unlink(work.settings, key)


def _same(
    session: Session, snapshot_id: int, form: Form, seen: list[int] | None
) -> RankingExport | None:
    asked = select(RankingExport).where(
        RankingExport.snapshot_id == snapshot_id, RankingExport.form == form
    )
    return next((row for row in session.scalars(asked) if named(row) == seen), None)
