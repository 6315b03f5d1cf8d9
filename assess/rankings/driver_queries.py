"""Read what fits to call drivers rest on."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.campaigns.queries import CampaignView
from assess.errors import NotFound
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument
from assess.profiles import queries as profiles
from assess.profiles.queries import VersionView
from assess.rankings.models import RankingSnapshot


@dataclass(frozen=True)
class DriverGround:
    """The version a ranking was made under, its battery, and every call driver there is.

    ``catalogue`` holds the organisation's own call drivers, those retired too.
    """

    version: VersionView
    battery: tuple[Instrument, ...]
    catalogue: Catalogue


def driver_ground(
    session: Session, snapshot_id: int, campaign: CampaignView, catalogue: Catalogue
) -> DriverGround:
    """Return the ground of a snapshot of ``campaign``, whose instruments ``catalogue`` holds.

    Raises NotFound when the organisation has no such snapshot, Invalid when a stored own driver
    does not hold what a driver must.
    """
    return DriverGround(
        version=ranked_under(session, snapshot_id),
        battery=tuple(catalogue.instrument(part.key) for part in campaign.battery),
        catalogue=profiles.with_own_drivers(session, catalogue, retired=True),
    )


def ranked_under(session: Session, snapshot_id: int) -> VersionView:
    """Return the profile version of a snapshot, which may not be the campaign's any more.

    Raises NotFound when the organisation has no such snapshot.
    """
    version_id = session.scalar(
        select(RankingSnapshot.profile_version_id).where(RankingSnapshot.id == snapshot_id)
    )
    if version_id is None:
        raise NotFound("This ranking does not exist.")
    return profiles.version(session, version_id)
