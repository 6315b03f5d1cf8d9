"""Make profiles, change them by a new version, freeze versions."""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.errors import Invalid, NotFound, Refused
from assess.instruments.catalogue import Catalogue
from assess.profiles.mix import (
    BY_HAND_CONTACTS,
    ContactMix,
    DriverShare,
    demand_of,
    mix_faults,
    prior_share,
)
from assess.profiles.models import Profile, ProfileVersion
from assess.selection.demand import COMPETENCIES

__all__ = [
    "BY_HAND_CONTACTS",
    "ContactMix",
    "DriverShare",
    "demand_of",
    "freeze",
    "make_profile",
    "mix_faults",
    "new_version",
    "prior_share",
    "profile_digest",
]

LONGEST_REASON = 500


def make_profile(
    session: Session,
    actor: Actor,
    catalogue: Catalogue,
    brand_id: int,
    name: str,
    mix: ContactMix,
    *,
    reason: str,
    now: datetime,
) -> int:
    """Make a profile with its first version in the caller's transaction; return the version's id.

    Raises Invalid with every fault of the mix.
    """
    if not name.strip():
        raise Invalid("profile: give it a name")
    version = _version(actor, catalogue, mix, number=1, reason=reason, now=now)
    profile = Profile(brand_id=brand_id, name=name.strip(), created_at=now)
    session.add(profile)
    session.flush()
    version.profile_id = profile.id
    session.add(version)
    session.flush()
    audit.record(
        session, actor, "profile made", "profile_version", version.id, now=now,
        digest=version.digest, reason=reason,
    )  # fmt: skip
    return version.id


def new_version(
    session: Session,
    actor: Actor,
    catalogue: Catalogue,
    profile_id: int,
    mix: ContactMix,
    *,
    reason: str,
    now: datetime,
) -> int:
    """Change a profile by its next version in the caller's transaction; return that one's id.

    ``catalogue`` is the one with the organisation's own drivers. Two people who save at once get
    two numbers. The newest version's content with its very reason is the same form sent twice
    and gives that version; with another reason there is nothing that the reason explains.
    Raises NotFound for an unknown profile, Invalid with every fault of mix and reason, Refused
    when nothing differs.
    """
    found = session.scalar(select(Profile.id).where(Profile.id == profile_id).with_for_update())
    if found is None:
        raise NotFound("This profile does not exist.")
    reason = reason.strip()
    faults = [*mix_faults(catalogue, mix), *_reason_faults(reason)]
    if faults:
        raise Invalid(*faults)
    newest = session.scalars(
        select(ProfileVersion)
        .where(ProfileVersion.profile_id == profile_id)
        .order_by(ProfileVersion.number.desc())
        .limit(1)
    ).one()
    version = _version(actor, catalogue, mix, number=newest.number + 1, reason=reason, now=now)
    if version.digest == newest.digest:
        if reason == newest.reason:
            return newest.id
        raise Refused(f"This is what version {newest.number} says already; nothing is changed.")
    version.profile_id = profile_id
    session.add(version)
    session.flush()
    audit.record(
        session, actor, "profile changed", "profile_version", version.id, now=now,
        number=version.number, old=newest.digest, new=version.digest,
    )  # fmt: skip
    return version.id


def profile_digest(catalogue: Catalogue, mix: ContactMix) -> str:
    """Name a contact mix and what it demands; the same mix has the same digest everywhere.

    Raises Invalid with every fault of the mix.
    """
    asked = _demand_document(catalogue, mix)
    return _digest({"contact_mix": _mix_document(mix), "demand": _rounded(asked)})


def freeze(session: Session, actor: Actor, version_id: int, *, now: datetime) -> bool:
    """Freeze a version for good; False when it is frozen already, whose moment then stays."""
    version = session.scalar(
        select(ProfileVersion).where(ProfileVersion.id == version_id).with_for_update()
    )
    if version is None:
        raise NotFound("This profile version does not exist.")
    if version.frozen_at is not None:
        return False
    version.frozen_at = now
    audit.record(session, actor, "profile frozen", "profile_version", version_id, now=now)
    return True


def _version(
    actor: Actor, catalogue: Catalogue, mix: ContactMix, *, number: int, reason: str, now: datetime
) -> ProfileVersion:
    """Give a version of no profile yet; Invalid with every fault of the mix."""
    return ProfileVersion(
        number=number,
        contact_mix=_mix_document(mix),
        demand=_demand_document(catalogue, mix),
        digest=profile_digest(catalogue, mix),
        reason=reason,
        made_by=actor.id if actor.kind == "member" else None,
        created_at=now,
    )


def _reason_faults(reason: str) -> list[str]:
    if not reason:
        return ["reason: say why the profile changes"]
    if len(reason) > LONGEST_REASON:
        return [f"reason: at most {LONGEST_REASON} characters, not {len(reason)}"]
    return []


def _mix_document(mix: ContactMix) -> dict[str, Any]:
    document: dict[str, Any] = {
        "drivers": [asdict(driver) for driver in mix.drivers],
        "n_contacts": mix.n_contacts,
        "multipliers": dict(mix.multipliers) if mix.multipliers else None,
    }
    # Only where there is one: a mix without keeps the digest it always had.
    if mix.emotional_load:
        document["emotional_load"] = dict(sorted(mix.emotional_load.items()))
    if mix.minimums:
        document["minimums"] = {c: float(p) for c, p in sorted(mix.minimums.items())}
    if mix.style_weight:
        document["style_weight"] = float(mix.style_weight)
    if mix.rated_demand:
        document["rated_demand"] = {c: float(mix.rated_demand[c]) for c in COMPETENCIES}
    return document


def _demand_document(catalogue: Catalogue, mix: ContactMix) -> dict[str, Any]:
    asked = demand_of(catalogue, mix)
    prior = catalogue.prior.weights
    used = {driver.code for driver in mix.drivers}
    # An own driver that this mix does not name is no part of what the profile rests on.
    drivers = {
        code: asdict(driver)
        for code, driver in catalogue.call_drivers.items()
        if code in used or code not in catalogue.own_drivers
    }
    return {
        "competencies": list(COMPETENCIES),
        "weights": asked.weights.tolist(),
        "demand": asked.demand.tolist(),
        "load_share": asked.load_share.tolist(),
        "style_target": asked.style_target.tolist(),
        "prior": [weight / sum(prior) for weight in prior],
        "prior_share": prior_share(mix.evidence),
        "call_drivers_digest": _digest({"call_drivers": drivers, "prior": list(prior)}),
    }


def _rounded(document: dict[str, Any]) -> dict[str, Any]:
    """Round floats where machines may differ, so that the same mix has the same digest."""
    return {
        key: [round(v, 10) if isinstance(v, float) else v for v in value]
        if isinstance(value, list)
        else value
        for key, value in document.items()
    }


def _digest(document: dict[str, Any]) -> str:
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
