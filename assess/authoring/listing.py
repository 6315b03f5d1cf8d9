"""What the pages of instruments show: each with its figures, translations and standing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.queries import member_name
from assess.authoring.models import InstrumentDraft, PublishedInstrument, Source
from assess.authoring.queries import find, is_public_example, library
from assess.authoring.shelf import stored
from assess.errors import NotFound
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import TOTAL, Instrument, Scale
from assess.instruments.wording import Wording, source_texts
from assess.psychometrics.information import marginal_reliability
from assess.psychometrics.irt import GradedItems

Basis = Literal["calibrated", "assumed", "simulated", "measured"]
State = Literal["source", "reviewed", "machine_drafted", "unfinished"]


@dataclass(frozen=True)
class Use:
    """How often an instrument was used: attempts ever and lately; open campaigns (id, title)."""

    ever: int = 0
    lately: int = 0
    campaigns: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Reliability:
    """The reliability of one score, 0 to 1, and what it rests on."""

    title: str
    value: float
    basis: Basis


@dataclass(frozen=True)
class Translation:
    """One language of an instrument; ``missing`` texts are absent or older than the source."""

    language: str
    state: State
    reviewer: str | None = None
    reviewed_on: str | None = None
    missing: int = 0


@dataclass(frozen=True)
class Line:
    """One instrument in the list; ``offered`` when a campaign can choose it."""

    instrument: Instrument
    source: Source
    offered: bool
    is_public: bool
    reliabilities: tuple[Reliability, ...]
    translations: tuple[Translation, ...]
    published_at: datetime | None = None
    published_by: str | None = None
    note: str = ""

    @property
    def persons(self) -> int | None:
        """How many people the calibration or the norm rests on."""
        one = self.instrument
        return one.calibration.persons if one.calibration else one.norm.n if one.norm else None


@dataclass(frozen=True)
class DraftView:
    """An upload that is not published yet."""

    id: int
    title: str
    added_at: datetime
    added_by: str | None
    faults: tuple[str, ...]


def lines(session: Session, catalogue: Catalogue) -> list[Line]:
    """Give what a campaign can choose, then what older campaigns still use, by key."""
    records = {row.digest: row for row in session.scalars(select(PublishedInstrument))}
    offers = library(session, catalogue)
    offered = {offer.instrument.digest for offer in offers}
    found = [
        _line(session, offer.instrument, offer.source, records, offered=True) for offer in offers
    ]
    older = stored(session, records.keys() - offered)
    found += [
        _line(session, one, Source(records[digest].source), records, offered=False)
        for digest, one in sorted(older.items(), key=lambda pair: (pair[1].key, pair[1].version))
    ]
    return found


def line(session: Session, catalogue: Catalogue, digest: str) -> Line:
    """Give one instrument; NotFound when the organisation has none of this digest."""
    one = find(session, catalogue, digest)
    return next(
        found for found in lines(session, catalogue) if found.instrument.digest == one.digest
    )


def drafts(session: Session) -> list[DraftView]:
    """Give the uploads that are not published yet, newest first."""
    rows = session.scalars(select(InstrumentDraft).order_by(InstrumentDraft.id.desc()))
    return [_draft(session, row) for row in rows]


def draft(session: Session, draft_id: int) -> tuple[DraftView, Mapping[str, str]]:
    """Give one upload with its files; NotFound when it is gone."""
    row = session.scalar(select(InstrumentDraft).where(InstrumentDraft.id == draft_id))
    if row is None:
        raise NotFound("This draft is not there any more.")
    return _draft(session, row), row.files


def translations(instrument: Instrument) -> tuple[Translation, ...]:
    """Give the languages of an instrument, its own first."""
    sources = source_texts(instrument)
    others = sorted(instrument.wordings.items())
    return (
        Translation(instrument.language, "source"),
        *(_translation(wording, sources) for _, wording in others),
    )


def reliabilities(instrument: Instrument) -> tuple[Reliability, ...]:
    """Give how exactly each score is measured, as far as anybody knows.

    A calibrated scale: expected of people from N(0, 1). A judgement score: of its norm.
    """
    if instrument.norm is not None:
        norm, parts = instrument.norm, instrument.norm.competencies
        return (
            Reliability(TOTAL, norm.total.reliability, norm.kind),
            *(Reliability(code, one.reliability, norm.kind) for code, one in parts.items()),
        )
    found = (_scale_reliability(instrument, scale) for scale in instrument.scales)
    return tuple(one for one in found if one is not None)


def _scale_reliability(instrument: Instrument, scale: Scale) -> Reliability | None:
    if scale.assumed is not None:
        return Reliability(scale.title, scale.assumed.reliability, "assumed")
    if not scale.calibrated or instrument.calibration is None:
        return None
    parameters = instrument.calibration.scales[scale.name].parameters
    items = GradedItems(
        np.array([one.slope for one in parameters]),
        np.array([one.thresholds for one in parameters]),
    )
    return Reliability(scale.title, marginal_reliability(items), "calibrated")


def _line(
    session: Session,
    instrument: Instrument,
    source: Source,
    records: Mapping[str, PublishedInstrument],
    *,
    offered: bool,
) -> Line:
    record = records.get(instrument.digest)
    return Line(
        instrument=instrument,
        source=source,
        offered=offered,
        is_public=is_public_example(instrument),
        reliabilities=reliabilities(instrument),
        translations=translations(instrument),
        published_at=record.published_at if record else None,
        published_by=member_name(session, record.published_by_id) if record else None,
        note=record.note if record else "",
    )


def _translation(wording: Wording, sources: Mapping[str, str]) -> Translation:
    missing = len(wording.absent(sources)) + len(wording.stale(sources))
    if missing:
        return Translation(wording.language, "unfinished", missing=missing)
    if wording.machine_drafted:
        return Translation(wording.language, "machine_drafted")
    return Translation(wording.language, "reviewed", wording.reviewed_by, wording.reviewed_on)


def _draft(session: Session, row: InstrumentDraft) -> DraftView:
    return DraftView(
        id=row.id,
        title=row.title,
        added_at=row.added_at,
        added_by=member_name(session, row.added_by_id),
        faults=tuple(row.findings["faults"]),
    )
