"""Set what a campaign asks for beyond scores, and keep what people say about it.

Nothing here reads or changes a score, and nobody is stopped by it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.campaigns import requirement_queries as queries
from assess.campaigns.models import Campaign, CampaignRequirements, Declaration, Invitation
from assess.campaigns.queries import InvitationView
from assess.campaigns.requirement_queries import AskedView, DeclaredView, PersonRequirements
from assess.campaigns.service import INVITES
from assess.candidates.requirements import (
    Outcome,
    Requirement,
    declared_of,
    judge_all,
    plain,
    requirement_faults,
    status,
)
from assess.db.scope import Sessions, writing
from assess.errors import Conflict, Invalid, NotFound

LONGEST_NOTE: Final = 500
_AT_ONCE: Final = 500


def set_requirements(
    sessions: Sessions,
    actor: Actor,
    campaign_id: int,
    requirements: Sequence[Requirement],
    note: str,
    *,
    after: int,
    now: datetime,
) -> int:
    """Ask for ``requirements`` from now on and return the number of that version.

    What people have said already is held against them anew. The same requirements again are the
    same version. ``after`` is the version the member saw, 0 for none: raises Conflict when there
    is a newer one, Invalid for faulty requirements or without a note once somebody has answered,
    NotFound for a campaign of nobody or of another organisation, Refused for a role that may not.
    """
    actor.must_be(*INVITES)
    words = note.strip()
    faults = requirement_faults(requirements)
    if len(words) > LONGEST_NOTE:
        faults.append(f"note: at most {LONGEST_NOTE} characters")
    with writing(sessions, actor.organisation_id) as session:
        answered = _lock(session, campaign_id)
        held = queries.newest(session, campaign_id)
        if held and held.requirements == tuple(requirements):
            return held.number
        if (held.number if held else 0) != after:
            raise Conflict(
                "Somebody else has changed the requirements meanwhile. Open the page anew."
            )
        if answered and not words:
            faults.append("note: people have answered already, so say why it changes")
        if faults:
            raise Invalid(*faults)
        row = CampaignRequirements(
            campaign_id=campaign_id,
            number=after + 1,
            asked={"requirements": plain(requirements)},
            note=words,
            made_by=actor.id if actor.kind == "member" else None,
            made_at=now,
        )
        session.add(row)
        session.flush()
        _judge_again(session, campaign_id, requirements)
        audit.record(
            session, actor, "requirements set", "campaign", campaign_id, now=now,
            number=row.number, musts=sum(one.must for one in requirements),
            nice=sum(not one.must for one in requirements), answered=answered,
        )  # fmt: skip
        return row.number


def declare(
    session: Session,
    actor: Actor,
    invitation: InvitationView,
    given: Mapping[str, str],
    *,
    number: int,
    now: datetime,
) -> PersonRequirements:
    """Keep what a person says, in the caller's transaction; what they said before goes.

    ``given`` holds the fields of a form by question. Returns how they stand now. Raises NotFound
    where nothing is asked, Conflict when version ``number``, which they saw, is not the newest,
    Invalid for what is no answer.
    """
    # Nobody changes the requirements between this look and the end of the transaction.
    session.execute(
        select(Campaign.id).where(Campaign.id == invitation.campaign_id).with_for_update(read=True)
    )
    asked = queries.asked(session, invitation.campaign_id)
    if asked is None:
        raise NotFound("This job asks for nothing to be said here.")
    if asked.number != number:
        raise Conflict("What the job asks for has changed meanwhile.")
    answers = declared_of(asked.requirements, given)
    before = queries.declared(session, invitation.id)
    if before is None or (before.number, before.answers) != (number, answers):
        _keep(session, invitation.id, asked, answers, now)
        audit.record(
            session, actor, "requirements answered", "invitation", invitation.id, now=now,
            number=number, answered=len(answers), first=before is None,
        )  # fmt: skip
    said = DeclaredView(answers, now, number)
    return PersonRequirements(asked, judge_all(asked.requirements, answers), said)


def _keep(
    session: Session, invitation_id: int, asked: AskedView, answers: dict[str, str], now: datetime
) -> None:
    values = {"requirements_id": asked.id, "answers": answers, "given_at": now}
    changed = session.execute(
        update(Declaration)
        .where(Declaration.invitation_id == invitation_id)
        .values(values)
        .returning(Declaration.id)
    )
    if changed.scalar_one_or_none() is None:
        session.add(Declaration(invitation_id=invitation_id, **values))
        session.flush()
    state = status(judge_all(asked.requirements, answers)).state
    session.execute(
        update(Invitation).where(Invitation.id == invitation_id).values(requirements_state=state)
    )


def _lock(session: Session, campaign_id: int) -> int:
    """Keep others from the campaign and from what its people said; give how many have answered."""
    # In the order in which `declare` takes them: first the invitation, then the campaign.
    session.execute(
        select(Invitation.id)
        .join(Declaration, Declaration.invitation_id == Invitation.id)
        .where(Invitation.campaign_id == campaign_id)
        .order_by(Invitation.id)
        .with_for_update(of=Invitation)
    )
    chosen = select(Campaign.id).where(Campaign.id == campaign_id).with_for_update()
    if session.scalar(chosen) is None:
        raise NotFound("This campaign does not exist.")
    answered = (
        select(func.count(Declaration.id))
        .join(Invitation, Invitation.id == Declaration.invitation_id)
        .where(Invitation.campaign_id == campaign_id)
    )
    return session.scalar(answered) or 0


def _judge_again(session: Session, campaign_id: int, requirements: Sequence[Requirement]) -> None:
    rows = session.execute(
        select(Declaration.invitation_id, Declaration.answers)
        .join(Invitation, Invitation.id == Declaration.invitation_id)
        .where(Invitation.campaign_id == campaign_id)
    )
    found: dict[Outcome | None, list[int]] = {}
    for invitation_id, answers in rows:
        state = status(judge_all(requirements, answers)).state if requirements else None
        found.setdefault(state, []).append(invitation_id)
    for state, ids in found.items():
        for start in range(0, len(ids), _AT_ONCE):
            session.execute(
                update(Invitation)
                .where(Invitation.id.in_(ids[start : start + _AT_ONCE]))
                .values(requirements_state=state)
            )
