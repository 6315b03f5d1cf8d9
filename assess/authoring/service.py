"""Publish instruments: kept for ever under their digest, each act with its audit event."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import Organisation, RoleName
from assess.authoring.models import (
    InstrumentContent,
    PublishedInstrument,
    Source,
)
from assess.authoring.wordings import add_new_wordings, member_id
from assess.errors import Conflict, Invalid
from assess.instruments.catalogue import Catalogue
from assess.instruments.folder import Files, content_digest, forms_of, instrument_of
from assess.instruments.model import Instrument
from assess.instruments.wording import TRANSLATION_FOLDER

__all__ = ["PUBLISHES", "Source", "freeze", "publish_files"]

PUBLISHES: Final = (RoleName.PSYCHOLOGIST,)
LONGEST: Final = {"key": 80, "version": 20, "language": 10}
LONGEST_ITEM: Final = 60
LONGEST_TITLE: Final = 200
LONGEST_NOTE: Final = 500
#: Names of files, and choices such as key@version, hold the version.
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def publish_files(
    session: Session, actor: Actor, files: Files, *, source: str, note: str, now: datetime
) -> list[str]:
    """Publish a folder's ``files`` in the open transaction; return the digest of each form.

    What is published already stays as it is; translations it did not have are added to it.
    Raises Invalid with every fault of loading, Conflict when the same version of a key is
    published with other content, Refused for a role that may not.
    """
    actor.must_be(*PUBLISHES)
    instruments = [instrument_of(files, form) for form in forms_of(files)]
    faults = [fault for one in instruments for fault in size_faults(one)]
    if faults or len(note) > LONGEST_NOTE:
        too_long = [f"note: must have at most {LONGEST_NOTE} characters"]
        raise Invalid(*dict.fromkeys(faults), *(too_long if len(note) > LONGEST_NOTE else []))
    _one_at_a_time(session, actor)
    for one in instruments:
        _refuse_same_version(session, one)
    for one in instruments:
        _publish(session, actor, files, one, Source(source), note, now)
    return [one.digest for one in instruments]


def freeze(
    session: Session,
    actor: Actor,
    catalogue: Catalogue,
    instruments: Iterable[Instrument],
    now: datetime,
) -> None:
    """Keep the ``instruments`` of a battery, so that a changed folder changes nothing for it.

    Called in the transaction that opens a campaign; what is kept already stays as it is.
    """
    _one_at_a_time(session, actor)
    source = Source.SHIPPED if catalogue.is_shipped else Source.FOLDER
    for one in instruments:
        if one.key in catalogue.keys() and catalogue.instrument(one.key).digest == one.digest:  # noqa: SIM118
            _publish(session, actor, catalogue.files(one.key), one, source, "", now)


def _one_at_a_time(session: Session, actor: Actor) -> None:
    """Let nobody else publish in this organisation until the transaction ends."""
    session.execute(
        select(Organisation.id)
        .where(Organisation.id == actor.organisation_id)
        .with_for_update(key_share=True)
    )


def size_faults(instrument: Instrument) -> list[str]:
    """Say what the records of attempts and answers cannot hold: too long, or no plain version."""
    words = {"key": instrument.key, "version": instrument.version, "language": instrument.language}
    faults = [
        f"instrument.yaml: {name}: must have at most {LONGEST[name]} characters"
        for name, word in words.items()
        if len(word) > LONGEST[name]
    ]
    if not _VERSION.fullmatch(instrument.version):
        faults.append(
            "instrument.yaml: version: must be letters, digits, dots, - and _ only, not "
            f"{instrument.version[: LONGEST['version']]!r}"
        )
    faults += [
        f"{TRANSLATION_FOLDER}/{language}.yaml: language: must have at most "
        f"{LONGEST['language']} characters"
        for language in instrument.wordings
        if len(language) > LONGEST["language"]
    ]
    return faults + [
        f"instrument.yaml: blocks: the id {item!r} must have at most {LONGEST_ITEM} characters"
        for item in instrument.item_ids
        if len(item) > LONGEST_ITEM
    ]


def _refuse_same_version(session: Session, instrument: Instrument) -> None:
    rows = session.scalars(
        select(PublishedInstrument.digest).where(
            PublishedInstrument.key == instrument.key,
            PublishedInstrument.version == instrument.version,
        )
    ).all()
    if rows and instrument.digest not in rows:
        raise Conflict(
            f"Version {instrument.version} of {instrument.key} is published with other content. "
            "A published version never changes: give the changed one a new version."
        )


def _publish(
    session: Session,
    actor: Actor,
    files: Files,
    instrument: Instrument,
    source: Source,
    note: str,
    now: datetime,
) -> None:
    there = select(PublishedInstrument.id).where(PublishedInstrument.digest == instrument.digest)
    if session.scalar(there) is not None:
        add_new_wordings(session, actor, files, instrument, now)
        return
    if instrument_of(files, instrument.form).digest != instrument.digest:
        raise Conflict(
            f"The questionnaire {instrument.key} was changed a moment ago. Please try again."
        )
    row = PublishedInstrument(
        content_id=_content(session, files, now),
        folder=instrument.folder_key,
        key=instrument.key,
        version=instrument.version,
        form=instrument.form,
        kind=instrument.kind,
        title=instrument.title[:LONGEST_TITLE],
        digest=instrument.digest,
        source=source,
        note=note,
        published_at=now,
        published_by_id=member_id(actor),
    )
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "instrument published", "published_instrument", row.id, now=now,
        key=row.key, version=row.version, digest=row.digest, source=source.value,
    )  # fmt: skip


def _content(session: Session, files: Files, now: datetime) -> int:
    """Give the id of the stored files, stored now if they are new; forms of a bank share them."""
    digest = content_digest(files)
    found = session.scalar(select(InstrumentContent.id).where(InstrumentContent.digest == digest))
    if found is not None:
        return found
    row = InstrumentContent(digest=digest, files=dict(files), added_at=now)
    session.add(row)
    session.flush()
    return row.id
