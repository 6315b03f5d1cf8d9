"""Read panels: what is rated, who has rated, what their ratings say."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.accounts import queries as accounts
from assess.authoring import queries as authoring
from assess.authoring.models import InstrumentContent, InstrumentWording, PublishedInstrument
from assess.errors import Invalid, NotFound
from assess.experts.models import Expert, ExpertPanel, ExpertRating
from assess.instruments.catalogue import Catalogue
from assess.instruments.expert_key import KeyStudy, ratings_table, study_key
from assess.instruments.folder import Files, laid_out
from assess.instruments.load import load_instrument
from assess.instruments.model import Instrument
from assess.instruments.wording import TRANSLATION_FOLDER


@dataclass(frozen=True)
class Choice:
    """A bank that experts can rate; ``digest`` of its first form names it."""

    digest: str
    folder: str
    version: str
    title: str


@dataclass(frozen=True)
class PanelLine:
    """A panel in the list; ``experts`` have rated so far."""

    id: int
    title: str
    folder: str
    version: str
    experts: int
    opened_at: datetime
    closed_at: datetime | None
    published_version: str | None


@dataclass(frozen=True)
class ExpertView:
    """One expert with their ratings and comments, by item id."""

    id: int
    name: str
    role: str
    years: float | None
    file_digest: str
    imported_at: datetime
    ratings: Mapping[str, int]
    comments: Mapping[str, str]


@dataclass(frozen=True)
class PanelView:
    """One panel with its experts, in the order they first came; ``files`` are the bank's."""

    id: int
    title: str
    folder: str
    version: str
    content_id: int
    digest: str
    opened_at: datetime
    opened_by: str | None
    closed_at: datetime | None
    closed_by: str | None
    published_version: str | None
    experts: tuple[ExpertView, ...]
    files: Files

    @property
    def is_open(self) -> bool:
        """Say whether ratings are still taken."""
        return self.closed_at is None

    @property
    def bank(self) -> Instrument:
        """The bank that is rated, without norms."""
        return bank_of(self.files)

    @property
    def seal(self) -> str:
        """Name these ratings: another import has another seal."""
        sent = sorted(one.file_digest for one in self.experts)
        return hashlib.sha256("\n".join(sent).encode()).hexdigest()

    def study(self) -> KeyStudy | None:
        """Give what the ratings say; None while they make no key (fewer than two experts)."""
        bank = self.bank
        try:
            return study_key(bank, ratings_table(bank, [one.ratings for one in self.experts]))
        except Invalid:
            return None


def bank_of(files: Files) -> Instrument:
    """Load a whole bank from its files, its norms left aside."""
    return _bank_of(tuple(sorted(files.items())))


@lru_cache(maxsize=8)
def _bank_of(files: tuple[tuple[str, str], ...]) -> Instrument:
    with laid_out(dict(files)) as folder:
        return load_instrument(folder, derived=False)


def choices(session: Session, catalogue: Catalogue) -> tuple[Choice, ...]:
    """Give the banks of the library that can be rated, the newest version of each key first."""
    found: dict[tuple[str, str], Choice] = {}
    for offer in authoring.library(session, catalogue):
        one = offer.instrument
        if one.kind == "judgement":
            choice = Choice(one.digest, one.folder_key, one.version, one.title)
            found.setdefault((one.folder_key, one.version), choice)
    return tuple(found.values())


def panels(session: Session) -> Sequence[PanelLine]:
    """Return the organisation's panels, newest first."""
    rows = session.execute(
        select(ExpertPanel, func.count(Expert.id))
        .outerjoin(Expert, Expert.panel_id == ExpertPanel.id)
        .group_by(ExpertPanel.id)
        .order_by(ExpertPanel.id.desc())
    )
    return [
        PanelLine(
            id=row.id,
            title=row.title,
            folder=row.folder,
            version=row.version,
            experts=count,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            published_version=row.published_version,
        )
        for row, count in rows
    ]


def panel(session: Session, panel_id: int) -> PanelView:
    """Return one panel; NotFound when the organisation has none of that id."""
    found = session.execute(
        select(ExpertPanel, InstrumentContent.files)
        .join(InstrumentContent, InstrumentContent.id == ExpertPanel.content_id)
        .where(ExpertPanel.id == panel_id)
    ).one_or_none()
    if found is None:
        raise NotFound("This panel does not exist.")
    row, files = found
    return PanelView(
        id=row.id,
        title=row.title,
        folder=row.folder,
        version=row.version,
        content_id=row.content_id,
        digest=row.digest,
        opened_at=row.opened_at,
        opened_by=accounts.member_name(session, row.opened_by_id),
        closed_at=row.closed_at,
        closed_by=accounts.member_name(session, row.closed_by_id),
        published_version=row.published_version,
        experts=_experts(session, panel_id),
        files=files,
    )


def versions(session: Session, folder: str) -> frozenset[str]:
    """Return the versions of a folder that are published."""
    return frozenset(
        session.scalars(
            select(PublishedInstrument.version).where(PublishedInstrument.folder == folder)
        )
    )


def present_digests(session: Session, panel: PanelView) -> dict[str | None, str]:
    """Return the digest of each form that the panel's bank was published with."""
    rows = session.execute(
        select(PublishedInstrument.form, PublishedInstrument.digest).where(
            PublishedInstrument.content_id == panel.content_id
        )
    )
    return dict(rows.all())


def later_translations(session: Session, panel: PanelView) -> dict[str, str]:
    """Return the newest text of each translation added to the panel's version since, by path."""
    rows = session.execute(
        select(InstrumentWording.language, InstrumentWording.text)
        .where(InstrumentWording.folder == panel.folder, InstrumentWording.version == panel.version)
        .order_by(InstrumentWording.id)
    )
    return {f"{TRANSLATION_FOLDER}/{language}.yaml": text for language, text in rows}


def _experts(session: Session, panel_id: int) -> tuple[ExpertView, ...]:
    said: dict[int, list[tuple[str, int | None, str | None]]] = {}
    rows = session.execute(
        select(
            ExpertRating.expert_id, ExpertRating.option, ExpertRating.value, ExpertRating.comment
        )
        .join(Expert, Expert.id == ExpertRating.expert_id)
        .where(Expert.panel_id == panel_id)
        .order_by(ExpertRating.id)
    )
    for expert_id, option, value, comment in rows:
        said.setdefault(expert_id, []).append((option, value, comment))
    experts = session.scalars(select(Expert).where(Expert.panel_id == panel_id).order_by(Expert.id))
    return tuple(_view(row, said.get(row.id, [])) for row in experts)


def _view(row: Expert, said: list[tuple[str, int | None, str | None]]) -> ExpertView:
    return ExpertView(
        id=row.id,
        name=row.name,
        role=row.role,
        years=row.years,
        file_digest=row.file_digest,
        imported_at=row.imported_at,
        ratings={option: value for option, value, _ in said if value is not None},
        comments={option: comment for option, _, comment in said if comment is not None},
    )
