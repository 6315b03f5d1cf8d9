"""Give people their places in a campaign, many at once, and queue their mails."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.campaigns import outbox, queries
from assess.campaigns.models import Campaign, Invitation, MailKind
from assess.candidates.models import Candidate
from assess.candidates.service import Person, find_or_make
from assess.errors import NotFound, Refused
from assess.jobs.queue import NORMAL
from assess.profiles import service as profiles

FIRST_MAILS: Final = time(7)


@dataclass(frozen=True)
class Placed:
    """The candidates of some people, in their order, and the invitations made for the new ones.

    ``made`` is invitation by candidate; who is not in it was in the campaign before.
    """

    candidate_ids: tuple[int, ...]
    made: dict[int, int]


@dataclass(frozen=True)
class Standing:
    """Somebody the pool knows, and whether they are in the campaign."""

    candidate_id: int
    invited: bool


def open_for_update(session: Session, campaign_id: int, now: datetime) -> Campaign:
    """Lock a campaign that people can be invited to.

    Raises NotFound for a campaign of nobody or of another organisation, Refused when it is over.
    """
    campaign = session.scalar(select(Campaign).where(Campaign.id == campaign_id).with_for_update())
    if campaign is None:
        raise NotFound("This campaign does not exist.")
    if campaign.closed_at is not None or now >= queries.link_end(campaign.closes_on):
        raise Refused(f"This campaign ended on {campaign.closes_on}; nobody can be invited.")
    return campaign


def standings(
    session: Session, campaign_id: int, addresses: Collection[str]
) -> dict[str, Standing]:
    """Say of each address the pool knows whose it is and whether they are in the campaign."""
    here = (Invitation.candidate_id == Candidate.id) & (Invitation.campaign_id == campaign_id)
    rows = session.execute(
        select(Candidate.email, Candidate.id, Invitation.id)
        .outerjoin(Invitation, here)
        .where(Candidate.email.in_(addresses))
    )
    return {email: Standing(id_, place is not None) for email, id_, place in rows if email}


def place(
    session: Session,
    actor: Actor,
    campaign: Campaign,
    people: Sequence[Person],
    *,
    now: datetime,
    source: str,
    send: bool = True,
    priority: int = NORMAL,
) -> Placed:
    """Invite ``people`` in the caller's transaction, each statement for all of them.

    The first invitation freezes the profile version. Who is in the campaign already is left
    alone. Raises Invalid for a faulty person, IntegrityError when somebody else added the same
    person at the same moment.
    """
    candidate_ids = find_or_make(
        session, people, now=now, source=source, simulated=campaign.simulated
    )
    made = new_invitations(session, campaign.id, candidate_ids, now)
    if made:
        profiles.freeze(session, actor, campaign.profile_version_id, now=now)
        ids = list(made.values())
        if send:
            mails = [(id_, MailKind.INVITATION, 1) for id_ in ids]
            enqueue_mails(session, mails, campaign, now, priority=priority)
        audit.record(
            session, actor, "people invited", "campaign", campaign.id, now=now,
            count=len(ids), first_invitation_id=ids[0], mailed=send,
        )  # fmt: skip
    return Placed(tuple(candidate_ids), made)


def enqueue_mails(
    session: Session,
    mails: Sequence[tuple[int, MailKind, int]],
    campaign: Campaign,
    now: datetime,
    *,
    priority: int = NORMAL,
    act_id: int | None = None,
) -> None:
    """Queue mails (invitation id, kind, ordinal); none goes before the campaign's first day.

    They hold ids only: link, name and address are looked up when a mail is sent.
    """
    early = campaign.opens_on > now.date()
    first = datetime.combine(campaign.opens_on, FIRST_MAILS, UTC)
    outbox.queue_mails(
        session, mails, now=now, run_after=first if early else now, priority=priority, act_id=act_id
    )


def new_invitations(
    session: Session,
    campaign_id: int,
    candidate_ids: Sequence[int],
    now: datetime,
    *,
    considered_from: int | None = None,
) -> dict[int, int]:
    """Make the invitations that are missing; give them by candidate, in the order of people."""
    there = set(
        session.scalars(
            select(Invitation.candidate_id).where(
                Invitation.campaign_id == campaign_id, Invitation.candidate_id.in_(candidate_ids)
            )
        )
    )
    rows = [
        {
            "organisation_id": session.info["organisation_id"],
            "campaign_id": campaign_id,
            "candidate_id": candidate_id,
            "created_at": now,
            "considered_from": considered_from,
        }
        for candidate_id in dict.fromkeys(candidate_ids)
        if candidate_id not in there
    ]
    if not rows:
        return {}
    # Asked for in the order of the rows, SQLite would insert them one by one.
    made = session.execute(
        insert(Invitation).returning(Invitation.candidate_id, Invitation.id), rows
    )
    ids = {row.candidate_id: row.id for row in made}
    return {row["candidate_id"]: ids[row["candidate_id"]] for row in rows}
