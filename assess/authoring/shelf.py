"""Instruments out of their stored files, by digest, parsed once in a process."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from assess.authoring.models import InstrumentContent, InstrumentWording, PublishedInstrument
from assess.instruments.folder import instrument_of, wording_of
from assess.instruments.model import Instrument
from assess.instruments.wording import Wording

MOST_KEPT: Final = 64

#: A translation by its text's digest and who signed it when.
Signed = tuple[str, str | None, date | None]
#: The digest of the stored files, the form, the later translations. All name what never changes,
#: so an entry is never stale, and the same for every organisation that has these files.
Place = tuple[str, str | None, frozenset[Signed]]


class _Shelf:
    """The instruments used last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[Place, Instrument] = OrderedDict()

    def get(self, place: Place) -> Instrument | None:
        with self._lock:
            if place in self._kept:
                self._kept.move_to_end(place)
            return self._kept.get(place)

    def put(self, place: Place, instrument: Instrument) -> None:
        with self._lock:
            self._kept[place] = instrument
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)


_shelf = _Shelf()


def stored(session: Session, digests: Iterable[str]) -> dict[str, Instrument]:
    """Give those of ``digests`` that the organisation has published, with their translations.

    One statement when each was used before in this process.
    """
    rows = session.execute(
        select(
            PublishedInstrument.digest,
            PublishedInstrument.form,
            InstrumentContent.digest,
            InstrumentWording.id,
            InstrumentWording.language,
            InstrumentWording.digest,
            InstrumentWording.reviewer,
            InstrumentWording.reviewed_on,
        )
        .join(InstrumentContent, InstrumentContent.id == PublishedInstrument.content_id)
        .outerjoin(
            InstrumentWording,
            and_(
                InstrumentWording.folder == PublishedInstrument.folder,
                InstrumentWording.version == PublishedInstrument.version,
            ),
        )
        .where(PublishedInstrument.digest.in_(set(digests)))
        .order_by(InstrumentWording.id)
    )
    contents: dict[str, tuple[str | None, str]] = {}
    newest: dict[str, dict[str, tuple[int, Signed]]] = {}
    for digest, form, content, wording_id, language, text, reviewer, on in rows:
        contents[digest] = form, content
        later = newest.setdefault(digest, {})
        if wording_id is not None:
            later[language] = wording_id, (text, reviewer, on)
    return {
        digest: _take(session, form, content, newest[digest])
        for digest, (form, content) in contents.items()
    }


def _take(
    session: Session,
    form: str | None,
    content: str,
    later: Mapping[str, tuple[int, Signed]],
) -> Instrument:
    place = content, form, frozenset(signed for _, signed in later.values())
    kept = _shelf.get(place)
    if kept is None:
        files = session.scalars(
            select(InstrumentContent.files).where(InstrumentContent.digest == content)
        ).one()
        wordings = _wordings(session, [wording_id for wording_id, _ in later.values()])
        kept = with_wordings(instrument_of(files, form), wordings)
        _shelf.put(place, kept)
    return kept


def with_wordings(instrument: Instrument, wordings: Iterable[Wording]) -> Instrument:
    """Give the instrument with ``wordings`` in place of its own of their languages."""
    others = {one.language: one for one in wordings}
    return replace(instrument, wordings={**instrument.wordings, **others}) if others else instrument


def _wordings(session: Session, ids: Iterable[int]) -> list[Wording]:
    rows = session.execute(
        select(
            InstrumentWording.language,
            InstrumentWording.text,
            InstrumentWording.reviewer,
            InstrumentWording.reviewed_on,
        ).where(InstrumentWording.id.in_(list(ids)))
    )
    return [_wording(*row) for row in rows]


@lru_cache(maxsize=MOST_KEPT)
def _wording(language: str, text: str, reviewer: str | None, on: date | None) -> Wording:
    """Read a stored translation; who signed it is said by its row."""
    read = wording_of(language, text)
    return replace(read, reviewed_by=reviewer, reviewed_on=on.isoformat() if on else None)


def later_wordings(session: Session) -> dict[tuple[str, str], list[Wording]]:
    """Give the newest added translation of each language, by folder and version."""
    rows = session.execute(
        select(
            InstrumentWording.folder,
            InstrumentWording.version,
            InstrumentWording.language,
            InstrumentWording.id,
        ).order_by(InstrumentWording.id)
    )
    newest: dict[tuple[str, str], dict[str, int]] = {}
    for folder, version, language, wording_id in rows:
        newest.setdefault((folder, version), {})[language] = wording_id
    return {place: _wordings(session, ids.values()) for place, ids in newest.items()}
