"""Check and import files of people: the worker's part, safe to be killed and to run again.

Both steps walk the file in pieces, each one transaction that moves the import's ``place`` on. A
step that is killed, or claimed by two workers, goes on where the last transaction ended, and no
piece is done twice.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.campaigns import inviting
from assess.campaigns.import_queries import columns_of
from assess.campaigns.import_service import FILE_KEPT, FORGET_JOB, forget_later
from assess.campaigns.models import ImportRow, ImportState, PeopleImport, RowState
from assess.campaigns.people_reading import PersonRow, read_people, rows_about
from assess.db.scope import reading, writing
from assess.errors import Invalid, NotFound, Refused
from assess.files import store
from assess.jobs.queue import BULK
from assess.jobs.worker import Work
from assess.profiles.record_layout import find_layout

SOURCE: Final = "import"
#: Small enough that nobody waits long for SQLite's one writer.
PIECE: Final = 2_000
_TRIES: Final = 3

T = TypeVar("T")
Step = Callable[[Session, PeopleImport, Sequence[PersonRow]], dict[str, int]]


def check_people(work: Work) -> None:
    """Do the job of checking a file: count what would happen, note faulty rows, invite nobody."""
    _walk(work, ImportState.CHECKING, _check_piece)


def invite_people(work: Work) -> None:
    """Do the job of inviting: everybody in order, piece by piece; then delete the file."""
    actor = _who(work)

    def invite_piece(
        session: Session, row: PeopleImport, people: Sequence[PersonRow]
    ) -> dict[str, int]:
        return _invite_piece(session, row, people, actor, work.now)

    _walk(work, ImportState.IMPORTING, invite_piece)


def forget_file(work: Work) -> None:
    """Delete a file that nobody had imported within a day; one being imported is left."""
    import_id, key = work.job.payload["import_id"], work.job.payload["key"]
    with writing(work.sessions, work.job.organisation_id) as session:
        row = session.scalar(select(PeopleImport).where(PeopleImport.id == import_id))
        if row is not None and row.state == ImportState.IMPORTING:
            forget_later(
                session, FORGET_JOB, import_id, work.now + FILE_KEPT, work.now, key=key, again=True
            )
            return
        if row is not None and row.file_key is not None:
            _fail(row, ("file: it was deleted after a day; upload it again",))
            session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
            row.file_key, row.forgotten_at = None, work.now
    store.discard(work.settings, key)


def forget_rows(work: Work) -> None:
    """Delete what is known of the rows of a file that was imported long ago."""
    import_id = work.job.payload["import_id"]
    with writing(work.sessions, work.job.organisation_id) as session:
        session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
        row = session.scalar(select(PeopleImport).where(PeopleImport.id == import_id))
        if row is not None:
            row.forgotten_at = work.now


def _walk(work: Work, state: ImportState, step: Step) -> None:
    """Take a file through one step; what can never go on is noted on the import."""
    organisation_id = work.job.organisation_id
    with reading(work.sessions, organisation_id) as session:
        row = _at(session, work, state)
        if row is None or row.file_key is None:
            return
        key, columns, total = row.file_key, columns_of(row.columns), row.counts.get("rows", 0)
    try:
        path = store.local(work.settings, key)
        layout = find_layout(path, narrowest=1)
        total = total or rows_about(path, layout)
        place = 0
        for piece in pieces(read_people(path, layout, columns), PIECE):
            if not _do_piece(work, state, step, place, piece):
                return
            place += len(piece)
            work.progress(place, max(total, place))
    except (Invalid, NotFound, Refused) as fault:
        told = fault.faults if isinstance(fault, Invalid) else (str(fault),)
        with writing(work.sessions, organisation_id) as session:
            if (row := _at(session, work, state, lock=True)) is not None:
                _fail(row, told)
        return
    _end(work, state)


def _do_piece(
    work: Work, state: ImportState, step: Step, place: int, piece: Sequence[PersonRow]
) -> bool:
    """Do one piece unless it was done before; False when the step is no longer this job's."""
    for left in reversed(range(_TRIES)):
        try:
            with writing(work.sessions, work.job.organisation_id) as session:
                row = _at(session, work, state, lock=True)
                if row is None:
                    return False
                if row.place == place:
                    # The counter adds what this piece came to; nothing is known of others.
                    counts = Counter(row.counts)
                    counts.update(step(session, row, piece))
                    row.counts, row.place = dict(counts), place + len(piece)
                return True
        except IntegrityError:
            # Somebody else added one of these people at the same moment; now they are known.
            if not left:
                raise
    return False


def _check_piece(
    session: Session, row: PeopleImport, people: Sequence[PersonRow]
) -> dict[str, int]:
    addresses = [one.person.address for one in people if one.person is not None]
    known = inviting.standings(session, row.campaign_id, addresses)
    faulty = [
        _row_values(
            row, one, RowState.FAULTY, name=one.name, email=one.email.lower(), fault=one.fault
        )
        for one in people
        if one.person is None
    ]
    if faulty:
        session.execute(insert(ImportRow), faulty)
    already = sum(standing.invited for standing in known.values())
    return {
        "rows": len(people),
        "new": len(addresses) - len(known),
        "known": len(known) - already,
        "already": already,
        "faulty": len(faulty),
    }


def _invite_piece(
    session: Session,
    row: PeopleImport,
    people: Sequence[PersonRow],
    actor: Actor,
    now: datetime,
) -> dict[str, int]:
    campaign = inviting.open_for_update(session, row.campaign_id, now)
    good = [(one, one.person) for one in people if one.person is not None]
    if not good:
        return {}
    placed = inviting.place(
        session, actor, campaign, [person for _, person in good],
        now=now, source=SOURCE, priority=BULK,
    )  # fmt: skip
    session.execute(
        insert(ImportRow),
        [
            _row_values(row, one, _became(placed, id_), candidate_id=id_)
            for (one, _), id_ in zip(good, placed.candidate_ids, strict=True)
        ],
    )
    return {"invited": len(placed.made), "left": len(good) - len(placed.made)}


def _became(placed: inviting.Placed, candidate_id: int) -> RowState:
    return RowState.INVITED if candidate_id in placed.made else RowState.ALREADY


def _row_values(
    row: PeopleImport, one: PersonRow, state: RowState, **values: object
) -> dict[str, object]:
    return {
        "organisation_id": row.organisation_id,
        "import_id": row.id,
        "number": one.number,
        "state": state,
        **values,
    }


def _end(work: Work, state: ImportState) -> None:
    """Note that a step is done; after the last one the file goes."""
    key = None
    with writing(work.sessions, work.job.organisation_id) as session:
        row = _at(session, work, state, lock=True)
        if row is None:
            return
        if state is ImportState.CHECKING:
            row.state = ImportState.CHECKED
            return
        key, row.file_key = row.file_key, None
        row.state, row.done_at = ImportState.DONE, work.now
        audit.record(
            session, _who(work), "people import done", "people_import", row.id, now=work.now,
            campaign_id=row.campaign_id, **row.counts,
        )  # fmt: skip
    if key is not None:
        store.discard(work.settings, key)


def pieces(rows: Iterator[T], size: int) -> Iterator[list[T]]:
    """Give ``rows`` in lists of ``size``, each for one transaction."""
    while piece := list(islice(rows, size)):
        yield piece


def _who(work: Work) -> Actor:
    """Give the member who asked for the job; their role was checked then."""
    member_id = work.job.payload["member_id"]
    kind = "member" if member_id is not None else "system"
    return Actor(work.job.organisation_id, kind, member_id)  # type: ignore[arg-type]


def _fail(row: PeopleImport, faults: Sequence[str]) -> None:
    row.state, row.counts = ImportState.FAILED, {**row.counts, "failed": list(faults)}


def _at(
    session: Session, work: Work, state: ImportState, *, lock: bool = False
) -> PeopleImport | None:
    """Give the job's import while it is at this step of these columns, else None."""
    asked = select(PeopleImport).where(PeopleImport.id == work.job.payload["import_id"])
    row = session.scalar(asked.with_for_update() if lock else asked)
    if row is None or row.state != state or row.columns["tries"] != work.job.payload["tries"]:
        return None
    return row
