"""A ranking as a file to take away, CSV or a workbook, as somebody may see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy.orm import Session

from assess.authoring.queries import held
from assess.campaigns import queries as campaigns
from assess.campaigns import requirement_queries
from assess.candidates.requirements import Status
from assess.instruments.catalogue import Catalogue
from assess.rankings import labels, queries
from assess.rankings.csv_file import ranking_csv
from assess.rankings.driver_fit import driver_table
from assess.rankings.driver_queries import DriverGround, driver_ground
from assess.rankings.export_rows import Progress
from assess.rankings.labels import Sight
from assess.rankings.queries import SnapshotView
from assess.rankings.xlsx_file import ranking_xlsx

Form = Literal["csv", "xlsx"]
MEDIA_TYPES: Final[Mapping[str, str]] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class ExportGround:
    """What a file is made of: a ranking with codes for hidden names, if it is ``blind``.

    ``required`` says how people stand to the requirements now.
    """

    snapshot: SnapshotView
    drivers: DriverGround
    required: Mapping[int, Status]
    blind: bool


@dataclass(frozen=True)
class ExportFile:
    """A file of a ranking; its name holds no person's."""

    name: str
    media_type: str
    content: bytes


def export_ground(
    session: Session, catalogue: Catalogue, snapshot_id: int, seen: Sight
) -> ExportGround:
    """Read what the file of a snapshot is made of; NotFound when there is none of this id."""
    snapshot = labels.blinded(queries.snapshot(session, snapshot_id), seen)
    campaign = campaigns.campaign(session, snapshot.campaign_id)
    catalogue = held(session, catalogue, campaign.parts)
    ground = driver_ground(session, campaign, snapshot, catalogue)
    required = requirement_queries.statuses(session, campaign.id)
    return ExportGround(snapshot, ground, required, seen.blind)


def export_file(
    ground: ExportGround, form: Form, *, now: datetime, progress: Progress | None = None
) -> ExportFile:
    """Write the file."""
    snapshot = ground.snapshot
    drivers = driver_table(snapshot.entries, snapshot, ground.drivers)
    if form == "csv":
        content = ranking_csv(snapshot, drivers, ground.required, progress).encode()
    else:
        content = ranking_xlsx(
            snapshot, drivers, ground.required,
            blind=ground.blind, now=now, progress=progress,
        )  # fmt: skip
    simulated = "simulated-" if snapshot.simulated else ""
    name = f"{simulated}ranking-{snapshot.campaign_id}-{snapshot.made_at:%Y-%m-%d}.{form}"
    return ExportFile(name, MEDIA_TYPES[form], content)
