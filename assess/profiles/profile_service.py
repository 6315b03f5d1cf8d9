"""What members do to a profile on its pages: make one, change its mix by a new version."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.accounts.service import brand_named
from assess.db.scope import Sessions, writing
from assess.errors import Conflict, Invalid
from assess.instruments.catalogue import Catalogue
from assess.profiles import profile_queries, queries
from assess.profiles.mix import ContactMix
from assess.profiles.models import Profile
from assess.profiles.queries import VersionView
from assess.profiles.service import LONGEST_REASON, make_profile, new_version, profile_digest

CHANGES = (RoleName.RECRUITER, RoleName.HIRING_MANAGER, RoleName.ADMINISTRATOR)
SEES = (*CHANGES, RoleName.PSYCHOLOGIST)
LONGEST_NAME = 200
FIRST_REASON = "first version"


def make(
    sessions: Sessions,
    actor: Actor,
    catalogue: Catalogue,
    *,
    brand: str,
    name: str,
    mix: ContactMix,
    reason: str = "",
    now: datetime,
) -> int:
    """Make a profile of a brand, which is made when it is new; return the profile's id.

    ``catalogue`` must hold the organisation's own drivers. Raises Invalid with every fault,
    Conflict when the brand has a profile of this name: so a form sent twice makes one.
    """
    actor.must_be(*CHANGES)
    faults = [*_text_faults("name", name), *_text_faults("brand", brand)]
    if len(reason) > LONGEST_REASON:
        faults.append(f"reason: must have at most {LONGEST_REASON} characters")
    if faults:
        raise Invalid(*faults)
    with writing(sessions, actor.organisation_id) as session:
        brand_id = brand_named(session, brand)
        if _is_named(session, brand_id, name.strip()):
            raise Conflict(f"{brand.strip()} has a profile {name.strip()} already.")
        version_id = make_profile(
            session, actor, catalogue, brand_id, name, mix,
            reason=reason.strip() or FIRST_REASON, now=now,
        )  # fmt: skip
        return queries.version(session, version_id).profile_id


def change_mix(
    sessions: Sessions,
    actor: Actor,
    catalogue: Catalogue,
    profile_id: int,
    mix: ContactMix,
    *,
    seen: int,
    reason: str,
    now: datetime,
    keep_rated: bool = True,
) -> int:
    """Change a profile's mix by its next version; return that version's id.

    What was tuned stays: multipliers, minimums and the weight of style of the version ``seen``,
    which must still be the newest; with ``keep_rated`` also what people who know the job rated.
    The same form sent twice gives the same version. Raises Conflict when somebody saved another
    version meanwhile, and what `new_version` raises.
    """
    actor.must_be(*CHANGES)
    with writing(sessions, actor.organisation_id) as session:
        newest = profile_queries.profile(session, profile_id).newest
        whole = carried_over(mix, newest, keep_rated=keep_rated)
        if newest.id != seen and profile_digest(catalogue, whole) != newest.digest:
            raise Conflict(
                f"Somebody saved version {newest.number} meanwhile. "
                "Look at it, then make your change again."
            )
        return new_version(session, actor, catalogue, profile_id, whole, reason=reason, now=now)


def carried_over(mix: ContactMix, view: VersionView, *, keep_rated: bool = True) -> ContactMix:
    """Give a new mix with all that a version has beside its own."""
    return replace(
        queries.mix_of(view),
        drivers=mix.drivers,
        n_contacts=mix.n_contacts,
        emotional_load=mix.emotional_load,
        rated_demand=view.rated_demand if keep_rated else None,
    )


def _text_faults(place: str, text: str) -> list[str]:
    faults = []
    if not 0 < len(text.strip()) <= LONGEST_NAME:
        faults.append(f"{place}: must have 1 to {LONGEST_NAME} characters")
    if not text.isprintable():
        faults.append(f"{place}: holds a line break or a character that cannot be shown")
    return faults


def _is_named(session: Session, brand_id: int, name: str) -> bool:
    found = select(Profile.id).where(Profile.brand_id == brand_id, Profile.name == name).limit(1)
    return session.scalar(found) is not None
