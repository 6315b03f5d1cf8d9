"""Read what was counted of exports of contacts, and compare it with profiles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.models import Brand
from assess.errors import Invalid, NotFound
from assess.instruments.catalogue import Catalogue
from assess.jobs.models import Job, JobState
from assess.profiles import record_document as document
from assess.profiles.mix import ContactMix, DriverShare, demand_of
from assess.profiles.models import (
    ContactSummary,
    Profile,
    ProfileVersion,
    ReasonMapping,
    SummaryState,
)
from assess.profiles.record_columns import Columns, plain
from assess.profiles.record_mix import Choices, MixFromRecords, machines, mix_from_records
from assess.profiles.record_reading import Cell, Fault, Question
from assess.selection.demand import Demand
from assess.selection.drift import Drift, drift

READ_JOB = "read-contacts"


@dataclass(frozen=True)
class SummaryLine:
    """One export in a list."""

    id: int
    brand: str
    state: SummaryState
    made_at: datetime
    contacts: int


@dataclass(frozen=True)
class SummaryView:
    """One export: how far it is, what was counted, what was decided.

    ``failed`` says why it could not be read; ``done`` of ``total`` steps of reading it.
    ``here`` while the file itself is still stored.
    """

    id: int
    brand_id: int
    brand: str
    state: SummaryState
    here: bool
    file_size: int
    file_digest: str
    columns: Columns | None
    headers: Mapping[str, str]
    questions: tuple[Question, ...]
    cells: Sequence[Cell]
    counts: Mapping[str, int]
    faults: Sequence[Fault]
    choices: Choices
    decided: bool
    profile_digest: str | None
    made_at: datetime
    failed: tuple[str, ...]
    done: int
    total: int

    @property
    def channels(self) -> list[tuple[str, int]]:
        """Channels with their contacts."""
        return _kinds((cell.channel, cell.measures[0]) for cell in self.cells)

    @property
    def lives(self) -> list[tuple[str, int]]:
        """Handlers with their contacts."""
        return _kinds((cell.live, cell.measures[0]) for cell in self.cells)

    @property
    def months(self) -> list[int]:
        """The months that contacts are of, the first first."""
        return sorted({cell.month for cell in self.cells if cell.month})


@dataclass(frozen=True)
class DriftLine:
    """A profile against new records: both mixes by driver, and what the new one demands.

    ``weights`` (7,) are the demand weights as they are, ``new`` what the records would make.
    """

    profile_id: int
    version_id: int
    name: str
    number: int
    drift: Drift
    shares: Sequence[tuple[str, float, float]]
    weights: Sequence[float]
    new: Sequence[float]


def summaries(session: Session) -> list[SummaryLine]:
    """Return the organisation's exports, newest first."""
    rows = session.execute(
        select(ContactSummary, Brand.name)
        .join(Brand, Brand.id == ContactSummary.brand_id)
        .order_by(ContactSummary.made_at.desc(), ContactSummary.id.desc())
    )
    return [
        SummaryLine(
            row.id,
            brand,
            SummaryState(row.state),
            row.made_at,
            row.counts.get("rows", {}).get("contacts", 0),
        )
        for row, brand in rows
    ]


def job_key(summary_id: int, tries: int) -> str:
    """Give the key under which the reading of an export is queued."""
    return f"{summary_id}:{tries}"


def summary(session: Session, summary_id: int) -> SummaryView:
    """Return one export; NotFound when the organisation has none of this id."""
    found = session.execute(
        select(ContactSummary, Brand.name)
        .join(Brand, Brand.id == ContactSummary.brand_id)
        .where(ContactSummary.id == summary_id)
    ).one_or_none()
    if found is None:
        raise NotFound("These contact records do not exist.")
    row, brand = found
    key = job_key(row.id, row.columns.get("tries", 0))
    job = session.scalar(
        select(Job).where(Job.dedupe_key == f"{row.organisation_id}:{READ_JOB}:{key}")
    )
    dead = row.state == SummaryState.READING and job is not None and job.state == JobState.DEAD
    return SummaryView(
        id=row.id,
        brand_id=row.brand_id,
        brand=brand,
        state=SummaryState.FAILED if dead else SummaryState(row.state),
        here=row.file_key is not None,
        file_size=row.file_size,
        file_digest=row.file_digest,
        columns=document.columns_of(row.columns) if row.columns else None,
        headers=row.columns.get("headers", {}),
        questions=tuple(Question(**asked) for asked in row.questions.get("asked", ())),
        cells=document.cells_of(row.contacts),
        counts=row.counts.get("rows", {}),
        faults=document.faults_of(row.counts),
        choices=document.choices_of(row.choices),
        decided=bool(row.choices),
        profile_digest=row.profile_digest,
        made_at=row.made_at,
        failed=tuple(row.counts.get("failed", ())),
        done=job.done if job else 0,
        total=job.total if job else 0,
    )


def first_choices(view: SummaryView) -> Choices:
    """Give the choices to start with: no machines, all months, the catalogue's load."""
    return Choices(
        reasons={},
        channels_out=machines(kind for kind, _ in view.channels if kind),
        lives_out=machines(kind for kind, _ in view.lives if kind),
    )


def remembered_reasons(session: Session, brand_id: int) -> dict[str, str]:
    """Return the driver that each reason of a brand was last given, by plain reason."""
    rows = session.execute(
        select(ReasonMapping.reason, ReasonMapping.driver).where(ReasonMapping.brand_id == brand_id)
    )
    return {row.reason: row.driver for row in rows}


def records_mix(session: Session, catalogue: Catalogue, summary_id: int) -> MixFromRecords:
    """Return the contact mix of an export whose reasons were mapped; Invalid before that.

    ``catalogue`` must hold the organisation's own drivers.
    """
    view = summary(session, summary_id)
    if view.state is not SummaryState.READY or not view.decided:
        raise Invalid("contact records: map the reasons to call drivers first")
    return mix_from_records(view.cells, view.choices, catalogue)


def new_demand(session: Session, catalogue: Catalogue, summary_id: int) -> Demand:
    """Return what new records demand: the weights a preview would rank with."""
    return demand_of(catalogue, records_mix(session, catalogue, summary_id).mix)


def drifts(
    session: Session, catalogue: Catalogue, brand_id: int, records: MixFromRecords
) -> list[DriftLine]:
    """Compare records with the newest version of each of the brand's profiles."""
    rows = session.execute(
        select(ProfileVersion, Profile.name)
        .join(Profile, Profile.id == ProfileVersion.profile_id)
        .where(Profile.brand_id == brand_id)
        .order_by(Profile.id.desc(), ProfileVersion.number.desc())
    )
    newest: dict[int, tuple[ProfileVersion, str]] = {}
    for row, name in rows:
        newest.setdefault(row.profile_id, (row, name))
    return [_drift_line(version, name, catalogue, records) for version, name in newest.values()]


def _drift_line(
    version: ProfileVersion, name: str, catalogue: Catalogue, records: MixFromRecords
) -> DriftLine:
    stored = version.contact_mix
    mix = ContactMix(
        tuple(DriverShare(**driver) for driver in stored["drivers"]), stored["n_contacts"]
    )
    found, shares = mix_drift(mix, records)
    return DriftLine(
        profile_id=version.profile_id,
        version_id=version.id,
        name=name,
        number=version.number,
        drift=found,
        shares=shares,
        weights=version.demand["weights"],
        new=demand_of(catalogue, records.mix).weights.tolist(),
    )


def mix_drift(
    mix: ContactMix, records: MixFromRecords
) -> tuple[Drift, list[tuple[str, float, float]]]:
    """Compare a profile's mix with new records; give both shares of each driver too.

    A mix set by hand counts as five hundred contacts, as it does in its weights.
    """
    before = {driver.code: driver.share for driver in mix.drivers}
    after = {line.driver: line.n for line in records.lines}
    codes = list(dict.fromkeys([*after, *before]))
    old = np.array([before.get(code, 0.0) for code in codes])
    new = np.array([after.get(code, 0) for code in codes], dtype=np.float64)
    found = drift(old / old.sum() * mix.evidence, new)
    shares = zip(codes, (old / old.sum()).tolist(), (new / new.sum()).tolist(), strict=True)
    return found, list(shares)


def plain_reasons(reasons: Mapping[str, str]) -> dict[str, str]:
    """Give reasons as they are remembered, with their drivers."""
    return {plain(reason)[:200]: driver for reason, driver in reasons.items() if plain(reason)}


def _kinds(pairs: Any) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for kind, n in pairs:
        sums[kind] = sums.get(kind, 0) + int(n)
    return sorted(sums.items(), key=lambda one: (-one[1], one[0]))
