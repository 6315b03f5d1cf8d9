"""A campaign goes on under another profile version, and the trail says who knew what by then."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.campaigns.models import Campaign, Invitation
from assess.campaigns.results_seen import seen_before
from assess.db.scope import Sessions, writing
from assess.errors import NotFound, Refused
from assess.profiles import service as profiles
from assess.profiles.models import Profile, ProfileVersion

OPENS = (RoleName.RECRUITER, RoleName.HIRING_MANAGER, RoleName.ADMINISTRATOR)
PROFILE_ADOPTED = "profile adopted"


def adopt_profile(
    sessions: Sessions, actor: Actor, campaign_id: int, version_id: int, *, now: datetime
) -> bool:
    """Rank a campaign under another version of a profile of its brand from now on.

    Rankings that exist stay as they are; the next one is made under the new version. A version
    that people are already invited under is frozen at once. The trail keeps who had seen results
    before. False when the campaign is under that version already, which then changes nothing.

    Raises NotFound for a campaign or version that is not the organisation's, Refused for a
    version of another brand or a role that may not.
    """
    actor.must_be(*OPENS)
    with writing(sessions, actor.organisation_id) as session:
        campaign = session.scalar(
            select(Campaign).where(Campaign.id == campaign_id).with_for_update()
        )
        if campaign is None:
            raise NotFound("This campaign does not exist.")
        version = _of_brand(session, version_id, campaign.brand_id)
        if version.id == campaign.profile_version_id:
            return False
        former = session.get_one(ProfileVersion, campaign.profile_version_id)
        campaign.profile_version_id = version.id
        invited = session.scalar(
            select(Invitation.id).where(Invitation.campaign_id == campaign_id).limit(1)
        )
        if invited is not None:
            profiles.freeze(session, actor, version.id, now=now)
        audit.record(
            session, actor, PROFILE_ADOPTED, "campaign", campaign_id, now=now,
            former={"version": former.id, "digest": former.digest},
            present={"version": version.id, "digest": version.digest},
            seen=[one.member_id for one in seen_before(session, campaign_id, now)],
        )  # fmt: skip
        return True


def _of_brand(session: Session, version_id: int, brand_id: int) -> ProfileVersion:
    found = session.execute(
        select(ProfileVersion, Profile.brand_id)
        .join(Profile, Profile.id == ProfileVersion.profile_id)
        .where(ProfileVersion.id == version_id)
    ).one_or_none()
    if found is None:
        raise NotFound("This profile version does not exist.")
    version, owner = found
    if owner != brand_id:
        raise Refused("This profile is of another brand.")
    return version
