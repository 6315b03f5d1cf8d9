"""Read what fits to call drivers rest on."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from assess.campaigns.queries import CampaignView
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument
from assess.profiles import queries as profiles
from assess.profiles.queries import VersionView
from assess.rankings.queries import SnapshotView, as_ranked


@dataclass(frozen=True)
class DriverGround:
    """The version a ranking was made under, its battery, and every call driver there is.

    ``catalogue`` holds the organisation's own call drivers, those retired too.
    """

    version: VersionView
    battery: tuple[Instrument, ...]
    catalogue: Catalogue


def driver_ground(
    session: Session, campaign: CampaignView, snapshot: SnapshotView, catalogue: Catalogue
) -> DriverGround:
    """Return the ground of a ``snapshot`` of ``campaign``, whose instruments ``catalogue`` holds.

    Raises Invalid when a stored own driver does not hold what a driver must.
    """
    return DriverGround(
        version=as_ranked(session, campaign, snapshot).profile,
        battery=tuple(catalogue.instrument(part.key) for part in campaign.battery),
        catalogue=profiles.with_own_drivers(session, catalogue, retired=True),
    )
