"""Keep what a named person decides. Nothing here decides by itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.campaigns import service as campaigns
from assess.campaigns.models import Campaign, Invitation
from assess.db.scope import Sessions, writing
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.rankings import decision_queries, outcome_service
from assess.rankings.decisions import MOST_AT_ONCE, reason_faults, to_look_at
from assess.rankings.models import Decision, DecisionKind, RankingEntry, RankingSnapshot

DECIDES: Final = (RoleName.RECRUITER, RoleName.HIRING_MANAGER, RoleName.ADMINISTRATOR)
LONGEST_ACT: Final = 40


class LookFirst(Conflict):
    """Some of the people picked at random were not opened yet."""


@dataclass(frozen=True)
class Deciding:
    """One kind of decision about some people, with a reason for each by candidate id.

    ``snapshot_id`` is the ranking that was looked at, ``seen`` the campaign's last decision then
    (0: none), ``act`` names the form, so that a form sent twice decides once.
    """

    kind: DecisionKind
    reasons: Mapping[int, str]
    snapshot_id: int
    seen: int
    act: str


def decide(
    sessions: Sessions, actor: Actor, campaign_id: int, deciding: Deciding, *, now: datetime
) -> None:
    """Keep a member's decision about each person; all or nothing.

    Raises Refused for a role that may not and for anybody who is no member, Invalid without a
    reason, NotFound for a ranking or person that is not the campaign's, Conflict when somebody
    decided meanwhile or the person withdrew, LookFirst when several are to be declined and not
    everybody of the sample was opened by this member.
    """
    member_id = _member(actor)
    _check(deciding)
    people = tuple(deciding.reasons)
    with writing(sessions, actor.organisation_id) as session:
        # Two who decide about the same people at the same moment do so one after the other.
        seed = session.scalar(
            select(Campaign.seed).where(Campaign.id == campaign_id).with_for_update()
        )
        if seed is None:
            raise NotFound("This campaign does not exist.")
        if _kept_before(session, deciding.act):
            return
        invitations = _taking_part(session, campaign_id, people)
        made_at = _ranked_at(session, campaign_id, deciding.snapshot_id, people)
        if decision_queries.last_id(session, campaign_id, people) > deciding.seen:
            raise Conflict("Somebody decided meanwhile. Look at it, and decide again if you will.")
        sample: tuple[int, ...] = ()
        if deciding.kind is DecisionKind.DECLINE:
            sample = to_look_at(seed, member_id, deciding.snapshot_id, people)
            seen = decision_queries.opened(session, campaign_id, member_id, sample, made_at)
            if missing := len(set(sample) - seen):
                raise LookFirst(f"Open {missing} more of the people picked at random first.")
        outcome_service.take_back(session, campaign_id, invitations, now)
        _keep(session, actor, campaign_id, deciding, invitations, sample, now)


def _member(actor: Actor) -> int:
    """Give the id of the member who acts: a machine decides nothing."""
    actor.must_be(*DECIDES)
    if actor.kind != "member" or actor.id is None:
        raise Refused("Only a named person decides.")
    return actor.id


def _check(deciding: Deciding) -> None:
    faults = []
    if not 1 <= len(deciding.reasons) <= MOST_AT_ONCE:
        faults.append(f"people: choose 1 to {MOST_AT_ONCE}")
    if not 0 < len(deciding.act) <= LONGEST_ACT:
        faults.append("form: it has no name; load the page again")
    for number, reason in enumerate(deciding.reasons.values(), start=1):
        faults += [f"person {number}, {fault}" for fault in reason_faults(reason)]
    if faults:
        raise Invalid(*faults)


def _kept_before(session: Session, act: str) -> bool:
    return session.scalar(select(Decision.id).where(Decision.act == act).limit(1)) is not None


def _taking_part(
    session: Session, campaign_id: int, candidate_ids: Collection[int]
) -> dict[int, int]:
    """Give the invitations by candidate id; nobody is decided about who is not there."""
    found = session.execute(
        select(
            Invitation.candidate_id, Invitation.id, Invitation.withdrawn_at, Invitation.submitted_at
        ).where(Invitation.campaign_id == campaign_id, Invitation.candidate_id.in_(candidate_ids))
    ).all()
    if len(found) < len(candidate_ids):
        raise NotFound("This person is not in the campaign.")
    if any(one.withdrawn_at is not None for one in found):
        raise Conflict("Somebody among these people withdrew; there is nothing to decide.")
    if any(one.submitted_at is None for one in found):
        raise Conflict(
            "Somebody among these people no longer lets earlier answers be used here. "
            "Make the ranking anew."
        )
    return {one.candidate_id: one.id for one in found}


def _ranked_at(
    session: Session, campaign_id: int, snapshot_id: int, candidate_ids: Collection[int]
) -> datetime:
    """Give when the ranking was made that holds all of these people."""
    made_at = session.scalar(
        select(RankingSnapshot.made_at).where(
            RankingSnapshot.id == snapshot_id, RankingSnapshot.campaign_id == campaign_id
        )
    )
    held = session.scalar(
        select(func.count(RankingEntry.id)).where(
            RankingEntry.snapshot_id == snapshot_id, RankingEntry.candidate_id.in_(candidate_ids)
        )
    )
    if made_at is None or held != len(candidate_ids):
        raise NotFound("This person is not in the ranking.")
    return made_at


def _keep(
    session: Session,
    actor: Actor,
    campaign_id: int,
    deciding: Deciding,
    invitations: Mapping[int, int],
    sample: Collection[int],
    now: datetime,
) -> None:
    rows = [
        Decision(
            campaign_id=campaign_id,
            candidate_id=candidate_id,
            snapshot_id=deciding.snapshot_id,
            kind=deciding.kind,
            reason=reason.strip(),
            decided_by=actor.id,
            decided_at=now,
            act=deciding.act,
        )
        for candidate_id, reason in deciding.reasons.items()
    ]
    session.add_all(rows)
    session.flush()
    campaigns.note_decision(session, invitations.values(), deciding.kind.value)
    for row in rows:
        audit.record(
            session, actor, "decided", "invitation", invitations[row.candidate_id], now=now,
            decision=row.id, kind=deciding.kind.value, snapshot=deciding.snapshot_id,
            together=len(rows), looked_at=sorted(sample),
        )  # fmt: skip
