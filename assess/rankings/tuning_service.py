"""Save a tuned profile: the next version of it, under which the campaign ranks from now on."""

from datetime import datetime

from assess.accounts.actor import Actor
from assess.campaigns import queries as campaigns
from assess.campaigns.service import OPENS, adopt_profile
from assess.db.scope import Sessions, reading, writing
from assess.errors import Conflict
from assess.instruments.catalogue import Catalogue
from assess.profiles import service as profiles
from assess.profiles.queries import VersionView
from assess.rankings.tuning_preview import Tuned

MAY_TUNE = OPENS


def save_tuning(
    sessions: Sessions,
    actor: Actor,
    catalogue: Catalogue,
    campaign_id: int,
    tuned: Tuned,
    *,
    version_id: int,
    reason: str,
    now: datetime,
) -> int:
    """Make the tuned profile's next version and let the campaign rank under it; return its id.

    ``catalogue`` is the one with the organisation's own drivers, ``version_id`` what the member
    saw as present. The version and the campaign change in two transactions: a fault between them
    leaves a version that nobody uses yet, and the same form sent again goes on from there. Sent
    twice it saves once. Raises NotFound for an unknown campaign, Conflict when the campaign's
    profile has changed meanwhile, Invalid with every fault, Refused when nothing differs or the
    role does not allow.
    """
    actor.must_be(*MAY_TUNE)
    with reading(sessions, actor.organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
    version = campaign.profile
    if version.id != version_id:
        if _is(catalogue, version, tuned, reason):  # the same form sent twice
            return version.id
        raise Conflict(
            f"The campaign ranks under version {version.number} of its profile by now. Nothing "
            "was saved; look at that version first."
        )
    with writing(sessions, actor.organisation_id) as session:
        made = profiles.new_version(
            session, actor, catalogue, version.profile_id, tuned.mix(version),
            reason=reason, now=now,
        )  # fmt: skip
    adopt_profile(sessions, actor, campaign_id, made, now=now)
    return made


def _is(catalogue: Catalogue, version: VersionView, tuned: Tuned, reason: str) -> bool:
    """Say whether a version is what this tuning and reason would make."""
    digest = profiles.profile_digest(catalogue, tuned.mix(version))
    return version.digest == digest and version.reason == reason.strip()
