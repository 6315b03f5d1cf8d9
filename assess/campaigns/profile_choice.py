"""Which profile a campaign opens under: one of its own mix, or a saved version as it is."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from assess.accounts.actor import Actor
from assess.errors import Invalid, NotFound
from assess.instruments.catalogue import Catalogue
from assess.profiles import profile_queries
from assess.profiles import service as profiles

if TYPE_CHECKING:
    from assess.campaigns.service import Opening


def faults(catalogue: Catalogue, opening: "Opening") -> list[str]:
    """Say what is wrong with an opening's mix; nothing where it names a saved profile."""
    if opening.profile_version_id is not None:
        return []
    return profiles.mix_faults(catalogue, opening.mix)


def version_of(
    session: Session,
    actor: Actor,
    catalogue: Catalogue,
    opening: "Opening",
    brand_id: int,
    *,
    now: datetime,
) -> int:
    """Return the version to rank under; made of the opening's mix unless it names a saved one.

    Raises Invalid for a version that is not there, or that is of another brand: what one
    brand's customers ask says nothing of another's.
    """
    if opening.profile_version_id is None:
        return profiles.make_profile(
            session, actor, catalogue, brand_id, opening.title, opening.mix,
            reason="first version", now=now,
        )  # fmt: skip
    try:
        brand = profile_queries.brand_of(session, opening.profile_version_id)
    except NotFound:
        raise Invalid("profile: this saved profile does not exist") from None
    if brand.id != brand_id:
        raise Invalid(f"profile: it is of the brand {brand.name}, not of {opening.brand.strip()}")
    return opening.profile_version_id
