"""The ranking as a file inside a report's file for archives."""

from sqlalchemy.orm import Session

from assess.campaigns import requirement_queries
from assess.campaigns.queries import CampaignView
from assess.instruments.catalogue import Catalogue
from assess.rankings.csv_file import ranking_csv
from assess.rankings.driver_fit import driver_table
from assess.rankings.driver_queries import driver_ground
from assess.rankings.queries import SnapshotView
from assess.reports.archive import archived
from assess.reports.listing import shortened
from assess.reports.sheets import Facts
from assess.reports.wording import words


def csv_table(
    session: Session,
    snapshot: SnapshotView,
    campaign: CampaignView,
    catalogue: Catalogue,
    top: int | None = None,
) -> bytes:
    """Give the ranking as its page's CSV file has it, with the people and names of the report."""
    ground = driver_ground(session, campaign, snapshot, catalogue)
    listed, _listing = shortened(snapshot, top)
    required = requirement_queries.statuses(session, campaign.id)
    drivers = driver_table(listed.entries, snapshot, ground)
    return ranking_csv(listed, drivers, required).encode()


def with_table(pdf: bytes, table: bytes, name: str, facts: Facts) -> bytes:
    """Give the file of this ``name`` as PDF/A-3 with the table inside."""
    return archived(
        pdf, table,
        name=name.removesuffix(".pdf") + ".csv",
        title=words(facts.language).gettext("The ranking"),
        made_at=facts.made_at,
    )  # fmt: skip
