"""Members set the retest rule, and let one person answer sooner."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.campaigns.models import Campaign, Invitation
from assess.db.scope import Sessions, writing
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.sittings import reuse_queries
from assess.sittings.models import RetestException, RetestRule
from assess.sittings.retest import Policy

SETS_FOR_ALL: Final = (RoleName.ADMINISTRATOR,)
SETS_FOR_CAMPAIGN: Final = (RoleName.RECRUITER, RoleName.ADMINISTRATOR)
LONGEST_REASON: Final = 1000


def set_rule(
    sessions: Sessions,
    actor: Actor,
    campaign_id: int | None,
    policy: Policy | None,
    *,
    now: datetime,
) -> None:
    """Keep the rule of a campaign or (None) the organisation; ``policy`` None takes it away.

    Set to what it is, nothing happens. What people have agreed to stays as it was agreed. Raises
    Invalid with the faults, NotFound for a campaign of nobody or of another organisation,
    Refused for a role that may not.
    """
    actor.must_be(*(SETS_FOR_ALL if campaign_id is None else SETS_FOR_CAMPAIGN))
    if policy is not None and (faults := policy.faults()):
        raise Invalid(*faults)
    with writing(sessions, actor.organisation_id) as session:
        if campaign_id is not None:
            _lock(session, campaign_id)
        if reuse_queries.own_policy(session, campaign_id) == policy:
            return
        session.execute(delete(RetestRule).where(reuse_queries.rule_of(campaign_id)))
        rule = None if policy is None else policy.plain()
        if rule is not None:
            session.add(RetestRule(campaign_id=campaign_id, changed_at=now, **rule))
        kind = "organisation" if campaign_id is None else "campaign"
        audit.record(
            session, actor, "retest rule set", kind, campaign_id or actor.organisation_id,
            now=now, rule=rule,
        )  # fmt: skip


def allow_sooner(
    sessions: Sessions,
    actor: Actor,
    campaign_id: int,
    invitation_id: int,
    reason: str,
    *,
    today: date,
    now: datetime,
) -> None:
    """Let one person answer before the rule would; allowed already, nothing happens.

    Raises Invalid without a reason, NotFound for an invitation of another campaign, Conflict
    when the person has begun or need not wait, Refused for anybody who is no member.
    """
    actor.must_be(*SETS_FOR_CAMPAIGN)
    if actor.kind != "member" or actor.id is None:
        raise Refused("Only a named person allows an exception.")
    said = reason.strip()
    if not 1 <= len(said) <= LONGEST_REASON or "\0" in said:
        raise Invalid(f"reason: must have 1 to {LONGEST_REASON} characters")
    with writing(sessions, actor.organisation_id) as session:
        campaign = _lock(session, campaign_id)
        _lock_invitation(session, campaign_id, invitation_id)
        allowed = select(RetestException.id).where(RetestException.invitation_id == invitation_id)
        if session.scalar(allowed) is not None:
            return
        parts = tuple((one["key"], one["digest"]) for one in campaign.battery["instruments"])
        waiting = reuse_queries.waiting(session, campaign_id, parts, today)
        if invitation_id not in {one.invitation_id for one in waiting}:
            raise Conflict("This person need not wait, or has begun already.")
        session.add(
            RetestException(
                invitation_id=invitation_id, reason=said, allowed_by=actor.id, allowed_at=now
            )
        )
        audit.record(session, actor, "retest allowed sooner", "invitation", invitation_id, now=now)


def _lock(session: Session, campaign_id: int) -> Campaign:
    campaign = session.scalar(select(Campaign).where(Campaign.id == campaign_id).with_for_update())
    if campaign is None:
        raise NotFound("This campaign does not exist.")
    return campaign


def _lock_invitation(session: Session, campaign_id: int, invitation_id: int) -> None:
    found = session.scalar(
        select(Invitation.id)
        .where(Invitation.id == invitation_id, Invitation.campaign_id == campaign_id)
        .with_for_update()
    )
    if found is None:
        raise NotFound("This invitation does not exist.")
