"""Tell people how somebody decided: a member sends it, once for each decision."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.campaigns import outbox
from assess.campaigns.models import OUTCOMES, Campaign, Invitation, MailKind
from assess.candidates.models import Candidate
from assess.db.scope import Sessions, writing
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.rankings import decision_queries
from assess.rankings.models import Decision, DecisionKind, OutcomeTold

TELLS: Final = (RoleName.RECRUITER, RoleName.ADMINISTRATOR)
MOST_TOLD_AT_ONCE: Final = 1000
#: Which mail tells of which decision; of one on hold there is nothing to tell.
MAILS: Final[Mapping[DecisionKind, MailKind]] = {
    DecisionKind.ADVANCE: MailKind.ADVANCED,
    DecisionKind.DECLINE: MailKind.DECLINED,
    DecisionKind.HIRED: MailKind.HIRED,
}


def tell(
    sessions: Sessions,
    actor: Actor,
    campaign_id: int,
    decision_ids: Collection[int],
    *,
    now: datetime,
) -> int:
    """Queue the mail of each decision; those told already are left alone. Give how many are new.

    Raises Refused for a role that may not and for anybody who is no member, Invalid for nobody
    or too many, NotFound for a decision of another campaign, Conflict when a decision is on hold
    or no longer counts, or its person has no address or withdrew.
    """
    actor.must_be(*TELLS)
    if actor.kind != "member" or actor.id is None:
        raise Refused("Only a member tells a person of a decision.")
    wanted = set(decision_ids)
    if not 1 <= len(wanted) <= MOST_TOLD_AT_ONCE:
        raise Invalid(f"people: choose 1 to {MOST_TOLD_AT_ONCE}")
    with writing(sessions, actor.organisation_id) as session:
        # Neither a decision nor another telling comes between.
        found = select(Campaign.id).where(Campaign.id == campaign_id).with_for_update()
        if session.scalar(found) is None:
            raise NotFound("This campaign does not exist.")
        untold = _untold(session, campaign_id, wanted)
        for decision, invitation_id in untold:
            kind = MAILS[DecisionKind(decision.kind)]
            ordinal = outbox.next_ordinal(session, invitation_id, kind)
            outbox.queue_mails(session, [(invitation_id, kind, ordinal)], now=now)
            session.add(OutcomeTold(decision_id=decision.id, told_by=actor.id, told_at=now))
            audit.record(
                session, actor, "outcome told", "invitation", invitation_id, now=now,
                decision=decision.id, kind=decision.kind,
            )  # fmt: skip
        return len(untold)


def tell_again(
    sessions: Sessions,
    actor: Actor,
    campaign_id: int,
    candidate_ids: Collection[int],
    *,
    now: datetime,
) -> int:
    """Queue anew the mails of decisions that did not arrive; give how many there are.

    Whose mail arrived, or is on its way, is left alone: asked again, nothing is sent twice.
    Raises Refused and NotFound as `tell`, Conflict when one of them has no address.
    """
    actor.must_be(*TELLS)
    if actor.kind != "member":
        raise Refused("Only a member tells a person of a decision.")
    with writing(sessions, actor.organisation_id) as session:
        found = select(Campaign.id).where(Campaign.id == campaign_id).with_for_update()
        if session.scalar(found) is None:
            raise NotFound("This campaign does not exist.")
        lost = [
            one
            for one in decision_queries.undelivered(session, campaign_id)
            if one.candidate_id in candidate_ids
        ]
        if not all(one.has_address for one in lost):
            raise Conflict("Somebody among them has no address. Tell them in another way.")
        for one in lost:
            kind = MAILS[one.kind]
            ordinal = outbox.next_ordinal(session, one.invitation_id, kind)
            outbox.queue_mails(session, [(one.invitation_id, kind, ordinal)], now=now)
            audit.record(
                session, actor, "outcome told again", "invitation", one.invitation_id, now=now,
                kind=one.kind.value,
            )  # fmt: skip
        return len(lost)


def take_back(
    session: Session, campaign_id: int, invitations: Mapping[int, int], now: datetime
) -> None:
    """Stop mails that have not gone, when somebody decides anew: those people were not told.

    ``invitations`` are invitation ids by candidate id.
    """
    stopped = set(outbox.drop_queued(session, invitations.values(), OUTCOMES, now))
    people = [one for one, invitation_id in invitations.items() if invitation_id in stopped]
    last = (
        select(func.max(OutcomeTold.decision_id))
        .join(Decision, Decision.id == OutcomeTold.decision_id)
        .where(Decision.campaign_id == campaign_id, Decision.candidate_id.in_(people))
        .group_by(Decision.candidate_id)
    )
    session.execute(delete(OutcomeTold).where(OutcomeTold.decision_id.in_(last)))


def _untold(
    session: Session, campaign_id: int, wanted: Collection[int]
) -> list[tuple[Decision, int]]:
    """Give the wanted decisions that are not told yet, with their invitations."""
    newest = (
        select(func.max(Decision.id))
        .where(Decision.campaign_id == campaign_id)
        .group_by(Decision.candidate_id)
    )
    rows = session.execute(
        select(Decision, Invitation, Candidate.email)
        .join(Invitation, Invitation.candidate_id == Decision.candidate_id)
        .join(Candidate, Candidate.id == Decision.candidate_id)
        .where(Decision.id.in_(wanted), Decision.campaign_id == campaign_id)
        .where(Invitation.campaign_id == campaign_id)
        .order_by(Decision.id)
    ).all()
    if len(rows) < len(wanted):
        raise NotFound("This decision does not exist.")
    counting = set(session.scalars(newest))
    told = set(
        session.scalars(select(OutcomeTold.decision_id).where(OutcomeTold.decision_id.in_(wanted)))
    )
    fresh = []
    for decision, invitation, email in rows:
        if decision.id in told:
            continue
        if decision.id not in counting or decision.kind not in MAILS:
            raise Conflict("Somebody decided anew meanwhile. Look at it before you tell anybody.")
        if email is None or invitation.withdrawn_at is not None:
            raise Conflict("Somebody among them has no address, or withdrew.")
        fresh.append((decision, invitation.id))
    return fresh
