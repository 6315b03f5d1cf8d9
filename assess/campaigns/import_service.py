"""Take a file of people for a campaign, have it checked, have who is in order invited."""

from datetime import datetime, timedelta
from typing import BinaryIO, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.campaigns import inviting
from assess.campaigns.import_queries import CHECK_JOB, INVITE_JOB, job_key
from assess.campaigns.models import ImportRow, ImportState, PeopleImport
from assess.campaigns.people_columns import PeopleColumns, check
from assess.campaigns.service import INVITES
from assess.db.scope import Sessions, reading, writing
from assess.errors import Conflict, NotFound
from assess.files import store
from assess.jobs.queue import BULK, NORMAL, URGENT, enqueue
from assess.profiles.record_layout import Layout, find_layout
from assess.settings import Settings

FORGET_JOB: Final = "forget-people-file"
FORGET_ROWS_JOB: Final = "forget-people-rows"
#: A file that nobody imports is deleted after a day, what became of its rows after thirty.
FILE_KEPT: Final = timedelta(days=1)
ROWS_KEPT: Final = timedelta(days=30)
LARGEST_FILE: Final = 50_000_000


def take_file(
    sessions: Sessions,
    settings: Settings,
    actor: Actor,
    campaign_id: int,
    stream: BinaryIO,
    *,
    now: datetime,
) -> int:
    """Store a file of people until its columns are chosen; return the id of the import.

    Raises Invalid for a file that is too large, empty or no table, NotFound and Refused as
    `inviting.open_for_update`.
    """
    actor.must_be(*INVITES)
    with writing(sessions, actor.organisation_id) as session:
        inviting.open_for_update(session, campaign_id, now)
    received = store.receive(settings, actor.organisation_id, stream, most=LARGEST_FILE)
    try:
        find_layout(store.local(settings, received.key), narrowest=1)
        with writing(sessions, actor.organisation_id) as session:
            row = PeopleImport(
                campaign_id=campaign_id,
                state=ImportState.COLUMNS,
                file_key=received.key,
                file_size=received.size,
                file_digest=received.sha256,
                columns={}, counts={}, place=0,
                made_by=actor.id if actor.kind == "member" else None,
                made_at=now,
            )  # fmt: skip
            session.add(row)
            session.flush()
            forget_later(session, FORGET_JOB, row.id, now + FILE_KEPT, now, key=received.key)
            forget_later(session, FORGET_ROWS_JOB, row.id, now + ROWS_KEPT, now)
            audit.record(
                session, actor, "people file taken", "people_import", row.id, now=now,
                campaign_id=campaign_id, bytes=received.size, digest=received.sha256,
            )  # fmt: skip
            return row.id
    except BaseException:
        store.discard(settings, received.key)
        raise


def layout_of(sessions: Sessions, settings: Settings, actor: Actor, import_id: int) -> Layout:
    """Look at a stored file; Conflict when it is deleted."""
    with reading(sessions, actor.organisation_id) as session:
        key = _row(session, import_id).file_key
    if key is None:
        raise Conflict("This file is deleted; upload it again.")
    return find_layout(store.local(settings, key), narrowest=1)


def choose_columns(
    sessions: Sessions,
    settings: Settings,
    actor: Actor,
    import_id: int,
    columns: PeopleColumns,
    *,
    now: datetime,
) -> None:
    """Note which column means what, and have the file checked; nobody is invited yet.

    Raises Invalid for columns the file has not, Conflict once people are being invited.
    """
    actor.must_be(*INVITES)
    layout = layout_of(sessions, settings, actor, import_id)
    check(columns, len(layout.header))
    with writing(sessions, actor.organisation_id) as session:
        row = _row(session, import_id, lock=True)
        if row.state == ImportState.DONE or "invited" in row.counts:
            raise Conflict("People of this file are invited already; upload it again.")
        session.execute(delete(ImportRow).where(ImportRow.import_id == row.id))
        row.columns = {
            "places": dict(columns.places),
            "headers": {role: layout.header[place] for role, place in columns.places.items()},
            "language": columns.language,
            "tries": row.columns.get("tries", 0) + 1,
        }
        row.state, row.place, row.counts = ImportState.CHECKING, 0, {}
        _enqueue(session, row, CHECK_JOB, actor, now, priority=URGENT)


def start(sessions: Sessions, actor: Actor, import_id: int, *, now: datetime) -> None:
    """Have the people of a checked file invited; asked again, nothing is begun twice.

    A step that was given up goes on where it stopped. Raises Conflict before the check is done.
    """
    actor.must_be(*INVITES)
    with writing(sessions, actor.organisation_id) as session:
        row = _row(session, import_id, lock=True)
        if row.state == ImportState.DONE:
            return
        if row.state == ImportState.CHECKED:
            row.state, row.place = ImportState.IMPORTING, 0
            row.counts = {**row.counts, "invited": 0, "left": 0}
            audit.record(
                session, actor, "people import begun", "people_import", row.id, now=now,
                campaign_id=row.campaign_id, **row.counts,
            )  # fmt: skip
        if row.state == ImportState.CHECKING:
            _enqueue(session, row, CHECK_JOB, actor, now, priority=URGENT)
        elif row.state == ImportState.IMPORTING:
            _enqueue(session, row, INVITE_JOB, actor, now, priority=NORMAL)
        else:
            raise Conflict("This file is not checked yet.")


def discard(
    sessions: Sessions, settings: Settings, actor: Actor, import_id: int, *, now: datetime
) -> None:
    """Delete a file and what is known of its rows; who is invited stays so.

    While people are being invited this stops it after the piece at hand.
    """
    actor.must_be(*INVITES)
    with writing(sessions, actor.organisation_id) as session:
        row = _row(session, import_id, lock=True)
        key, campaign_id = row.file_key, row.campaign_id
        session.execute(delete(ImportRow).where(ImportRow.import_id == row.id))
        session.delete(row)
        audit.record(
            session, actor, "people import deleted", "people_import", import_id, now=now,
            campaign_id=campaign_id,
        )  # fmt: skip
    if key is not None:
        store.discard(settings, key)


def _row(session: Session, import_id: int, *, lock: bool = False) -> PeopleImport:
    asked = select(PeopleImport).where(PeopleImport.id == import_id)
    row = session.scalar(asked.with_for_update() if lock else asked)
    if row is None:
        raise NotFound("This file of people does not exist.")
    return row


def _enqueue(
    session: Session, row: PeopleImport, kind: str, actor: Actor, now: datetime, *, priority: int
) -> None:
    tries = row.columns["tries"]
    member_id = actor.id if actor.kind == "member" else None
    payload = {"import_id": row.id, "tries": tries, "member_id": member_id}
    enqueue(session, kind, payload, dedupe_key=job_key(row.id, tries), now=now, priority=priority)


def forget_later(
    session: Session,
    kind: str,
    import_id: int,
    when: datetime,
    now: datetime,
    *,
    again: bool = False,
    **payload: str,
) -> None:
    """Queue what deletes a file or its rows at ``when``; ``again`` for one that put it off."""
    key = f"{import_id}:{now.isoformat()}" if again else str(import_id)
    enqueue(
        session, kind, {"import_id": import_id, **payload}, dedupe_key=key,
        now=now, priority=BULK, run_after=when,
    )  # fmt: skip
