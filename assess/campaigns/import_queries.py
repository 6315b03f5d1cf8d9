"""Files of people: how far each is, what would happen, what became of each row."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.campaigns.models import ImportRow, ImportState, PeopleImport, RowState
from assess.campaigns.people_columns import PeopleColumns
from assess.candidates.models import Candidate
from assess.errors import NotFound
from assess.files.spreadsheet import plain_text
from assess.jobs.models import Job, JobState

CHECK_JOB: Final = "check-people"
INVITE_JOB: Final = "invite-people"
FIRST_FAULTS: Final = 20
RESULT_COLUMNS: Final = ("row", "name", "email", "state", "reason")
_JOBS: Final = {ImportState.CHECKING: CHECK_JOB, ImportState.IMPORTING: INVITE_JOB}


@dataclass(frozen=True)
class ImportView:
    """One file of people; ``counts`` are people by what would happen, and did happen.

    ``done`` of ``total`` people are behind the step at hand; ``total`` 0 is not known. ``stuck``
    says that the step was given up after several tries. ``here``: the file is not deleted yet.
    """

    id: int
    campaign_id: int
    state: ImportState
    stuck: bool
    here: bool
    columns: PeopleColumns | None
    headers: Mapping[str, str]
    counts: Mapping[str, int]
    failed: tuple[str, ...]
    done: int
    total: int
    made_at: datetime
    done_at: datetime | None
    forgotten_at: datetime | None

    @property
    def listed(self) -> bool:
        """Say whether there are rows to look at."""
        return self.forgotten_at is None and self.state not in (
            ImportState.COLUMNS,
            ImportState.CHECKING,
        )


@dataclass(frozen=True)
class FaultyRow:
    """A row nobody is invited by, with what was given in it."""

    number: int
    name: str
    email: str
    fault: str


def job_key(import_id: int, tries: int) -> str:
    """Give the key under which a step of an import is queued."""
    return f"{import_id}:{tries}"


def people_import(session: Session, campaign_id: int, import_id: int) -> ImportView:
    """Return one file of a campaign; NotFound when it has none of this id."""
    row = session.scalar(
        select(PeopleImport).where(
            PeopleImport.id == import_id, PeopleImport.campaign_id == campaign_id
        )
    )
    if row is None:
        raise NotFound("This file of people does not exist.")
    return _view(session, row)


def people_imports(session: Session, campaign_id: int) -> list[ImportView]:
    """Return the files of a campaign, newest first."""
    rows = session.scalars(
        select(PeopleImport)
        .where(PeopleImport.campaign_id == campaign_id)
        .order_by(PeopleImport.id.desc())
    ).all()
    return [_view(session, row) for row in rows]


def first_faults(session: Session, import_id: int) -> Sequence[FaultyRow]:
    """Return the first faulty rows of a file."""
    rows = session.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.state == RowState.FAULTY)
        .order_by(ImportRow.number)
        .limit(FIRST_FAULTS)
    )
    return [FaultyRow(r.number, r.name or "", r.email or "", r.fault or "") for r in rows]


def result_csv(session: Session, import_id: int, *, faulty_only: bool) -> str:
    """Write what became of each row; text can be no formula.

    Columns are RESULT_COLUMNS: the row's number in the file, name and address (as given of a
    faulty row, as the pool has them of the others), invited, already or faulty, and why.
    """
    chosen = (
        select(
            ImportRow.number,
            func.coalesce(ImportRow.name, Candidate.name, ""),
            func.coalesce(ImportRow.email, Candidate.email, ""),
            ImportRow.state,
            func.coalesce(ImportRow.fault, ""),
        )
        .outerjoin(Candidate, Candidate.id == ImportRow.candidate_id)
        .where(ImportRow.import_id == import_id)
        .order_by(ImportRow.number)
    )
    if faulty_only:
        chosen = chosen.where(ImportRow.state == RowState.FAULTY)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(RESULT_COLUMNS)
    for number, name, email, state, fault in session.execute(chosen):
        writer.writerow((number, plain_text(name), plain_text(email), state, plain_text(fault)))
    return out.getvalue()


def columns_of(document: Mapping[str, object]) -> PeopleColumns:
    """Give back the columns that a file's document holds."""
    places, language = document["places"], document["language"]
    assert isinstance(places, Mapping)  # noqa: S101 - written by `import_service` alone
    return PeopleColumns(places, str(language))


def _view(session: Session, row: PeopleImport) -> ImportView:
    state = ImportState(row.state)
    job = None
    if kind := _JOBS.get(state):
        key = job_key(row.id, row.columns.get("tries", 0))
        job = session.scalar(
            select(Job).where(Job.dedupe_key == f"{row.organisation_id}:{kind}:{key}")
        )
    known = row.counts.get("rows", 0) if state is ImportState.IMPORTING else 0
    return ImportView(
        id=row.id,
        campaign_id=row.campaign_id,
        state=state,
        stuck=job is not None and job.state == JobState.DEAD,
        here=row.file_key is not None,
        columns=columns_of(row.columns) if row.columns else None,
        headers=row.columns.get("headers", {}),
        counts={name: n for name, n in row.counts.items() if isinstance(n, int)},
        failed=tuple(row.counts.get("failed", ())),
        done=row.place,
        total=max(known or (job.total if job else 0), row.place),
        made_at=row.made_at,
        done_at=row.done_at,
        forgotten_at=row.forgotten_at,
    )
