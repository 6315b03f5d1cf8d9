"""Translations that are added or signed after their instrument was published."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.authoring.models import InstrumentContent, InstrumentWording, PublishedInstrument
from assess.authoring.queries import find
from assess.db.scope import Sessions, writing
from assess.errors import Invalid, NotFound
from assess.instruments.catalogue import Catalogue
from assess.instruments.folder import Files, wording_of
from assess.instruments.model import Instrument
from assess.instruments.wording import (
    MACHINE_DRAFTED,
    TRANSLATION_FOLDER,
    Wording,
    source_texts,
)

SIGNS: Final = (RoleName.PSYCHOLOGIST,)
LONGEST_REVIEWER: Final = 200


def sign_wording(
    sessions: Sessions,
    actor: Actor,
    catalogue: Catalogue,
    digest: str,
    language: str,
    reviewer: str,
    reviewed_on: date,
    *,
    now: datetime,
) -> None:
    """Note that ``reviewer`` has read a translation and stands for it; no new version is needed.

    Raises NotFound for an unknown instrument or language, Invalid for a translation that is not
    whole, a missing name or a day to come, Refused for a role that may not.
    """
    actor.must_be(*SIGNS)
    with writing(sessions, actor.organisation_id) as session:
        instrument = find(session, catalogue, digest)
        wording = instrument.wordings.get(language)
        if wording is None:
            raise NotFound("There is no translation into this language.")
        faults = _signing_faults(instrument, wording, reviewer, reviewed_on, now)
        if faults:
            raise Invalid(*faults)
        signed = replace(wording, reviewed_by=reviewer.strip(), reviewed_on=reviewed_on.isoformat())
        text = _text(session, catalogue, instrument, language)
        row_id = add_wording(session, actor, instrument, signed, text, now)
        audit.record(
            session, actor, "wording signed", "instrument_wording", row_id, now=now,
            key=instrument.key, version=instrument.version, digest=digest, language=language,
        )  # fmt: skip


def _signing_faults(
    instrument: Instrument, wording: Wording, reviewer: str, reviewed_on: date, now: datetime
) -> list[str]:
    faults = []
    sources = source_texts(instrument)
    unfinished = [*wording.absent(sources), *wording.stale(sources)]
    if unfinished:
        faults.append(
            f"{wording.language}: {len(unfinished)} texts are missing or older than the source, "
            f"the first is {unfinished[0]}; bring the translation up to date first"
        )
    if not 1 <= len(reviewer.strip()) <= LONGEST_REVIEWER or not reviewer.isprintable():
        faults.append(f"reviewer: name the person who has read it, in 1 to {LONGEST_REVIEWER}")
    if reviewed_on > now.date():
        faults.append("reviewed on: this day is still to come")
    return faults


def _text(session: Session, catalogue: Catalogue, instrument: Instrument, language: str) -> str:
    """Give the text of the newest file of a translation."""
    later = session.scalars(
        select(InstrumentWording.text)
        .where(
            InstrumentWording.folder == instrument.folder_key,
            InstrumentWording.version == instrument.version,
            InstrumentWording.language == language,
        )
        .order_by(InstrumentWording.id.desc())
        .limit(1)
    ).first()
    if later is not None:
        return later
    files: Mapping[str, str] | None = session.scalars(
        select(InstrumentContent.files)
        .join(PublishedInstrument, PublishedInstrument.content_id == InstrumentContent.id)
        .where(PublishedInstrument.digest == instrument.digest)
    ).first()
    return (files or catalogue.files(instrument.key))[_path(language)]


def add_new_wordings(
    session: Session, actor: Actor, files: Files, instrument: Instrument, now: datetime
) -> None:
    """Add the translations in ``files`` that were never seen for this version."""
    seen = _seen(session, instrument.folder_key, instrument.version)
    for language in instrument.wordings:
        text = files.get(_path(language))
        if text is not None and _sha256(text) not in seen:
            add_wording(session, actor, instrument, wording_of(language, text), text, now)


def _seen(session: Session, folder: str, version: str) -> set[str]:
    """Give the digests of every translation this version ever had."""
    later = session.scalars(
        select(InstrumentWording.digest).where(
            InstrumentWording.folder == folder, InstrumentWording.version == version
        )
    )
    contents = session.scalars(
        select(InstrumentContent.files)
        .join(PublishedInstrument, PublishedInstrument.content_id == InstrumentContent.id)
        .where(PublishedInstrument.folder == folder, PublishedInstrument.version == version)
    )
    return {*later, *(_sha256(text) for files in contents for text in files.values())}


def add_wording(
    session: Session,
    actor: Actor,
    instrument: Instrument,
    wording: Wording,
    text: str,
    now: datetime,
) -> int:
    """Add a translation of an instrument's version, the newest from now on; return its id."""
    signed = wording.reviewed_on
    row = InstrumentWording(
        folder=instrument.folder_key,
        version=instrument.version,
        language=wording.language,
        text=text,
        digest=_sha256(text),
        status=MACHINE_DRAFTED if wording.machine_drafted else "reviewed",
        reviewer=wording.reviewed_by,
        reviewed_on=date.fromisoformat(signed) if signed else None,
        added_at=now,
        added_by_id=member_id(actor),
    )
    session.add(row)
    session.flush()
    return row.id


def member_id(actor: Actor) -> int | None:
    """Give the member who acts, None for the system."""
    return actor.id if actor.kind == "member" else None


def _path(language: str) -> str:
    return f"{TRANSLATION_FOLDER}/{language}.yaml"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
