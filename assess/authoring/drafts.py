"""Uploaded folders: checked at once, kept as drafts, published or discarded by a psychologist."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.authoring.archive import read_zip
from assess.authoring.models import InstrumentDraft, Source
from assess.authoring.service import LONGEST_TITLE, PUBLISHES, publish_files, size_faults
from assess.authoring.wordings import member_id
from assess.db.scope import Sessions, writing
from assess.errors import Conflict, Invalid, NotFound
from assess.instruments.catalogue import Catalogue
from assess.instruments.checks import check_folder
from assess.instruments.folder import (
    Files,
    content_digest,
    forms_of,
    inside,
    instrument_of,
    laid_out,
)
from assess.instruments.load import load_instrument
from assess.instruments.versions import VERSION_FILE, with_version

#: A page shows no more of them, and nobody mends more at once.
MOST_FINDINGS: Final = 200
LONGEST_FINDING: Final = 300


def upload(
    sessions: Sessions, actor: Actor, catalogue: Catalogue, content: bytes, *, now: datetime
) -> int:
    """Keep a zipped folder as a draft with what its check finds; return the draft's id.

    The same files again are the same draft. Raises Invalid for what is no honest zip of an
    instrument's folder, Refused for a role that may not.
    """
    actor.must_be(*PUBLISHES)
    files = read_zip(content)
    faults = findings(files, catalogue)
    digest = content_digest(files)
    with writing(sessions, actor.organisation_id) as session:
        there = select(InstrumentDraft).where(InstrumentDraft.digest == digest)
        row = session.scalars(there.with_for_update()).one_or_none()
        if row is not None:
            row.findings = {"faults": faults}
            return row.id
        row = InstrumentDraft(
            title=_title(files)[:LONGEST_TITLE],
            digest=digest,
            files=files,
            findings={"faults": faults},
            added_at=now,
            added_by_id=member_id(actor),
        )
        session.add(row)
        session.flush()
        audit.record(
            session, actor, "instrument uploaded", "instrument_draft", row.id, now=now,
            digest=digest, faults=len(faults),
        )  # fmt: skip
        return row.id


def publish_draft(
    sessions: Sessions,
    actor: Actor,
    catalogue: Catalogue,
    draft_id: int,
    *,
    note: str,
    now: datetime,
) -> list[str]:
    """Publish a draft and end it; return the digest of each form.

    Raises Invalid while the check finds a fault, Conflict when its version is there with other
    content, NotFound for a draft that is gone, Refused for a role that may not.
    """
    actor.must_be(*PUBLISHES)
    with writing(sessions, actor.organisation_id) as session:
        files = _draft(session, draft_id).files
        faults = findings(files, catalogue)
        if faults:
            raise Invalid(*faults)
        _refuse_a_version_of_the_folder(files, catalogue)
        digests = publish_files(
            session, actor, files, source=Source.UPLOADED, note=note.strip(), now=now
        )
        session.execute(delete(InstrumentDraft).where(InstrumentDraft.id == draft_id))
        return digests


def discard(sessions: Sessions, actor: Actor, draft_id: int, *, now: datetime) -> None:
    """Throw a draft away; NotFound for one that is gone, Refused for a role that may not."""
    actor.must_be(*PUBLISHES)
    with writing(sessions, actor.organisation_id) as session:
        digest = _draft(session, draft_id).digest
        session.execute(delete(InstrumentDraft).where(InstrumentDraft.id == draft_id))
        audit.record(
            session, actor, "instrument discarded", "instrument_draft", draft_id, now=now,
            digest=digest,
        )  # fmt: skip


def findings(files: Files, catalogue: Catalogue) -> list[str]:
    """Give the faults of the files, each once, by file and path: the first 200, shortened."""
    found = list(dict.fromkeys(_faults(files, catalogue)))
    told = [
        one if len(one) <= LONGEST_FINDING else f"{one[:LONGEST_FINDING]}…"
        for one in found[:MOST_FINDINGS]
    ]
    more = len(found) - MOST_FINDINGS
    return told if more <= 0 else [*told, f"and {more} more faults"]


def _faults(files: Files, catalogue: Catalogue) -> list[str]:
    with laid_out(files) as folder:
        try:
            # Read whole first: what is wrong with the list of forms is found before each is read.
            whole = load_instrument(folder, derived=False)
            # Who uploads needs no command line to record a version: the store keeps it as it is.
            recorded = with_version(folder, whole)
            if recorded is not None:
                (folder / VERSION_FILE).write_text(recorded, "utf-8")
        except Invalid as error:
            return [inside(fault, folder) for fault in error.faults]
        faults = [
            inside(one, folder) for one in check_folder(folder, tuple(catalogue.call_drivers))
        ]
    if not faults:
        faults = [
            one for form in forms_of(files) for one in size_faults(instrument_of(files, form))
        ]
    return faults


def _refuse_a_version_of_the_folder(files: Files, catalogue: Catalogue) -> None:
    for form in forms_of(files):
        one = instrument_of(files, form)
        if one.key not in catalogue.keys():  # noqa: SIM118 - no mapping
            continue
        own = catalogue.instrument(one.key)
        if own.version == one.version and own.digest != one.digest:
            raise Conflict(
                f"Version {one.version} of {one.key} is installed with other content. Give the "
                "changed one a new version."
            )


def _title(files: Files) -> str:
    """Give the title the files say, as far as they can be read."""
    try:
        with laid_out(files) as folder:
            return load_instrument(folder, derived=False).title
    except Invalid:
        lines: Sequence[str] = files["instrument.yaml"].splitlines()
        told = (line.partition(":")[2].strip(" \"'") for line in lines if line[:6] == "title:")
        return next(told, "") or "?"


def _draft(session: Session, draft_id: int) -> InstrumentDraft:
    row = session.scalars(
        select(InstrumentDraft).where(InstrumentDraft.id == draft_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("This draft is not there any more.")
    return row
