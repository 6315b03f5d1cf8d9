"""Take an export of contacts, count it in the background, delete it, keep what was decided."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import BinaryIO, Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor, system
from assess.accounts.models import RoleName
from assess.accounts.service import brand_named
from assess.db.scope import Sessions, reading, writing
from assess.errors import Conflict, Invalid, NotFound
from assess.files import store
from assess.instruments.catalogue import Catalogue
from assess.jobs.queue import BULK, URGENT, enqueue
from assess.jobs.worker import Work
from assess.profiles import queries, record_queries
from assess.profiles import record_document as document
from assess.profiles.models import ContactSummary, ReasonMapping, SummaryState
from assess.profiles.record_columns import Columns, check
from assess.profiles.record_layout import Layout, find_layout
from assess.profiles.record_mix import Choices, mix_from_records
from assess.profiles.record_queries import READ_JOB, job_key
from assess.profiles.record_reading import Question, Reading, read_contacts
from assess.profiles.service import profile_digest
from assess.settings import Settings

MAPS = (RoleName.RECRUITER, RoleName.HIRING_MANAGER, RoleName.ADMINISTRATOR)
FORGET_JOB = "forget-contacts"
KEPT_UNREAD = timedelta(days=1)
MEGABYTE = 1_000_000


def take_export(
    sessions: Sessions,
    settings: Settings,
    actor: Actor,
    brand: str,
    stream: BinaryIO,
    *,
    now: datetime,
) -> int:
    """Store an export until its columns are chosen; return the id of its summary.

    The raw file is deleted once it is read, and after a day in any case. Raises Invalid for a
    file that is too large, empty or no table.
    """
    actor.must_be(*MAPS)
    most = settings.largest_export * MEGABYTE
    received = store.receive(settings, actor.organisation_id, stream, most=most)
    try:
        find_layout(store.local(settings, received.key))
        with writing(sessions, actor.organisation_id) as session:
            row = ContactSummary(
                brand_id=brand_named(session, brand),
                state=SummaryState.COLUMNS,
                file_key=received.key,
                file_size=received.size,
                file_digest=received.sha256,
                columns={}, questions={}, contacts={}, counts={}, choices={},
                made_by=actor.id if actor.kind == "member" else None,
                made_at=now,
            )  # fmt: skip
            session.add(row)
            session.flush()
            _forget_later(session, row.id, received.key, now)
            audit.record(
                session, actor, "contact export taken", "contact_summary", row.id, now=now,
                bytes=received.size, digest=received.sha256,
            )  # fmt: skip
            return row.id
    except BaseException:
        store.discard(settings, received.key)
        raise


def layout_of(sessions: Sessions, settings: Settings, actor: Actor, summary_id: int) -> Layout:
    """Look at a stored export; Conflict when it was read and is deleted."""
    with reading(sessions, actor.organisation_id) as session:
        row = _row(session, summary_id)
        if row.file_key is None:
            raise Conflict("This file was read and is deleted; upload it again to map it anew.")
        return find_layout(store.local(settings, row.file_key))


def choose_columns(
    sessions: Sessions,
    settings: Settings,
    actor: Actor,
    summary_id: int,
    columns: Columns,
    *,
    now: datetime,
) -> None:
    """Note which column means what, and have the file read. Invalid for columns it has not."""
    actor.must_be(*MAPS)
    layout = layout_of(sessions, settings, actor, summary_id)
    check(columns, len(layout.header))
    with writing(sessions, actor.organisation_id) as session:
        row = _row(session, summary_id, lock=True)
        _read_next(session, row, document.columns_document(columns, layout, _tries(row)), now)


def answer(
    sessions: Sessions,
    actor: Actor,
    summary_id: int,
    *,
    order: Literal["", "dmy", "mdy"],
    unit: Literal["", "s", "min", "ms", "h"],
    now: datetime,
) -> None:
    """Answer what the file left open, and have it read again. Conflict when nothing was asked."""
    actor.must_be(*MAPS)
    with writing(sessions, actor.organisation_id) as session:
        row = _row(session, summary_id, lock=True)
        if row.state != SummaryState.QUESTION:
            raise Conflict("These contact records ask nothing now.")
        told = {"order": order or row.columns["order"], "unit": unit or row.columns["unit"]}
        _read_next(session, row, {**row.columns, **told, "tries": _tries(row)}, now)


def read_export(work: Work) -> None:
    """Do the job of reading an export: count it, then delete the file."""
    organisation_id, summary_id = work.job.organisation_id, work.job.payload["summary_id"]
    with reading(work.sessions, organisation_id) as session:
        row = _row(session, summary_id)
        key, columns = row.file_key, document.columns_of(row.columns)
        if row.state != SummaryState.READING or key is None:
            return
    found = _read(work, key, columns)
    with writing(work.sessions, organisation_id) as session:
        row = _row(session, summary_id, lock=True)
        if row.state != SummaryState.READING:
            return
        _keep(session, row, found, work.now)
        if isinstance(found, Reading):
            row.file_key = None
    if isinstance(found, Reading):
        store.discard(work.settings, key)


def forget_export(work: Work) -> None:
    """Delete a file that nobody had read within a day."""
    store.discard(work.settings, work.job.payload["key"])
    with writing(work.sessions, work.job.organisation_id) as session:
        row = session.scalar(
            select(ContactSummary).where(ContactSummary.id == work.job.payload["summary_id"])
        )
        if row is not None and row.file_key is not None:
            row.file_key, row.state = None, SummaryState.FAILED
            row.counts = {"failed": ["file: it was deleted after a day; upload it again"]}


def discard(
    sessions: Sessions, settings: Settings, actor: Actor, summary_id: int, *, now: datetime
) -> None:
    """Delete an export's counts and its file; remembered reasons stay."""
    actor.must_be(*MAPS)
    with writing(sessions, actor.organisation_id) as session:
        row = _row(session, summary_id, lock=True)
        key = row.file_key
        session.delete(row)
        audit.record(
            session, actor, "contact records deleted", "contact_summary", summary_id, now=now
        )
    if key is not None:
        store.discard(settings, key)


def decide(
    sessions: Sessions,
    actor: Actor,
    catalogue: Catalogue,
    summary_id: int,
    choices: Choices,
    *,
    now: datetime,
) -> str:
    """Keep what was decided about counted contacts, remember the reasons; return the digest.

    The digest is that of the profile which the mix makes. Raises Invalid when the choices leave
    no contact mapped, Conflict before the file was read.
    """
    actor.must_be(*MAPS)
    with writing(sessions, actor.organisation_id) as session:
        row = _row(session, summary_id, lock=True)
        if row.state != SummaryState.READY:
            raise Conflict("These contact records are not read yet.")
        whole = queries.with_own_drivers(session, catalogue, row.brand_id)
        cells = document.cells_of(row.contacts)
        here = {cell.reason for cell in cells}
        choices = replace(
            choices, reasons={r: d for r, d in choices.reasons.items() if d and r in here}
        )
        found = mix_from_records(cells, choices, whole)
        row.choices = document.choices_document(choices)
        row.profile_digest = profile_digest(whole, found.mix)
        _remember(session, row.brand_id, here, choices.reasons, now)
        audit.record(
            session, actor, "contact reasons mapped", "contact_summary", summary_id, now=now,
            digest=row.profile_digest, contacts=found.n, unmapped=found.unmapped.n,
        )  # fmt: skip
        return row.profile_digest


def _read(work: Work, key: str, columns: Columns) -> Reading | tuple[Question, ...] | Invalid:
    """Give what is in a stored file, the questions it leaves, or why it cannot be read."""
    try:
        path = store.local(work.settings, key)
        return read_contacts(path, find_layout(path), columns, progress=work.progress)
    except Invalid as invalid:
        return invalid
    except NotFound as gone:
        return Invalid(str(gone))


def _keep(
    session: Session,
    row: ContactSummary,
    found: Reading | tuple[Question, ...] | Invalid,
    now: datetime,
) -> None:
    """Note what reading the file came to."""
    if isinstance(found, tuple):
        asked = [{"about": one.about, "contacts": one.contacts} for one in found]
        row.state, row.questions = SummaryState.QUESTION, {"asked": asked}
        return
    if isinstance(found, Invalid):
        row.state, row.counts = SummaryState.FAILED, {"failed": list(found.faults)}
    else:
        row.contacts = document.cells_document(found.cells)
        row.counts = document.counts_document(found)
        row.columns = {**row.columns, "order": found.order, "unit": found.unit}
        row.state, row.questions, row.read_at = SummaryState.READY, {}, now
    audit.record(
        session, system(row.organisation_id), "contact export read", "contact_summary", row.id,
        now=now, state=str(row.state), **row.counts.get("rows", {}),
    )  # fmt: skip


def _read_next(
    session: Session, row: ContactSummary, columns: Mapping[str, object], now: datetime
) -> None:
    row.columns = dict(columns)
    row.state, row.questions, row.counts = SummaryState.READING, {}, {}
    enqueue(
        session,
        READ_JOB,
        {"summary_id": row.id},
        dedupe_key=job_key(row.id, row.columns["tries"]),
        now=now,
        priority=URGENT,
    )


def _forget_later(session: Session, summary_id: int, key: str, now: datetime) -> None:
    enqueue(
        session,
        FORGET_JOB,
        {"summary_id": summary_id, "key": key},
        dedupe_key=str(summary_id),
        now=now,
        priority=BULK,
        run_after=now + KEPT_UNREAD,
    )


def _remember(
    session: Session, brand_id: int, here: set[str], reasons: Mapping[str, str], now: datetime
) -> None:
    """Keep the drivers of this file's reasons; what was taken back is forgotten."""
    told = record_queries.plain_reasons({reason: reasons.get(reason, "") for reason in here})
    stored = {
        row.reason: row
        for row in session.scalars(select(ReasonMapping).where(ReasonMapping.brand_id == brand_id))
    }
    for reason, driver in told.items():
        row = stored.get(reason)
        if not driver:
            if row is not None:
                session.execute(delete(ReasonMapping).where(ReasonMapping.id == row.id))
        elif row is None:
            session.add(
                ReasonMapping(brand_id=brand_id, reason=reason, driver=driver, changed_at=now)
            )
        elif row.driver != driver:
            row.driver, row.changed_at = driver, now


def _tries(row: ContactSummary) -> int:
    return int(row.columns.get("tries", 0)) + 1


def _row(session: Session, summary_id: int, *, lock: bool = False) -> ContactSummary:
    asked = select(ContactSummary).where(ContactSummary.id == summary_id)
    row = session.scalar(asked.with_for_update() if lock else asked)
    if row is None:
        raise NotFound("These contact records do not exist.")
    return row
