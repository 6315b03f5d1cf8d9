"""Do one act to many people of a campaign: begun by a member, done in pieces by a worker.

Each piece is one transaction that moves the act's ``place`` on: an act that is killed, or claimed
by two workers, goes on where the last piece ended, and nobody is written to twice.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import Member, User
from assess.campaigns import inviting, outbox, people_acts
from assess.campaigns.models import (
    REMINDERS,
    Campaign,
    Invitation,
    MailKind,
    PeopleAct,
    PeopleActKind,
)
from assess.campaigns.people_acts import DONE, Chosen, Outcome
from assess.campaigns.service import INVITES
from assess.db.scope import Sessions, writing
from assess.errors import Invalid, NotFound, Refused
from assess.jobs import queue
from assess.jobs.models import Job, JobState
from assess.jobs.worker import Work

ACT_JOB: Final = "people-act"
#: Small enough that nobody waits long for SQLite's one writer.
PIECE: Final = 1_000
MOST_CHOSEN: Final = 1_000
LONGEST_ACT: Final = 40


@dataclass(frozen=True)
class ActView:
    """An act: what, by whom, how far; ``counts`` are people by what became of them."""

    id: int
    campaign_id: int
    kind: PeopleActKind
    counts: dict[str, int]
    people: int
    by: str
    made_at: datetime
    done_at: datetime | None
    stuck: bool


def begin(
    sessions: Sessions,
    actor: Actor,
    campaign_id: int,
    kind: PeopleActKind,
    chosen: Chosen,
    *,
    act: str,
    now: datetime,
) -> int:
    """Queue an act and return its id; the same ``act`` twice is the same one.

    Raises Invalid when nobody is chosen, NotFound for a campaign of nobody or of another
    organisation, Refused for a role that may not, and when the campaign is over unless
    invitations are taken back.
    """
    actor.must_be(*INVITES)
    if actor.kind != "member" or actor.id is None:
        raise Refused("Only a member does this.")
    if not 0 < len(act) <= LONGEST_ACT:
        raise Invalid("form: load the page again")
    if chosen.state is None and not 1 <= len(chosen.invitation_ids) <= MOST_CHOSEN:
        raise Invalid(f"people: choose 1 to {MOST_CHOSEN:,}")
    with writing(sessions, actor.organisation_id) as session:
        _campaign(session, campaign_id, kind, now)
        before = session.scalar(select(PeopleAct).where(PeopleAct.act == act))
        if before is not None:
            if before.campaign_id != campaign_id:
                raise NotFound("This act does not exist.")
            return before.id
        condition = chosen.condition(campaign_id, now)
        people = session.scalar(select(func.count(Invitation.id)).where(condition)) or 0
        row = PeopleAct(
            campaign_id=campaign_id, kind=kind, chosen=chosen.kept(), counts={"people": people},
            place=0, made_by=actor.id, made_at=now, act=act,
        )  # fmt: skip
        session.add(row)
        session.flush()
        queue.enqueue(session, ACT_JOB, {"act_id": row.id}, dedupe_key=str(row.id), now=now)
        audit.record(
            session, actor, "people act begun", "campaign", campaign_id, now=now,
            people_act=row.id, kind=kind.value, people=people,
        )  # fmt: skip
        return row.id


def do(work: Work) -> None:
    """Do the job of an act, piece by piece, and note when it is done."""
    while True:
        with writing(work.sessions, work.job.organisation_id) as session:
            row = session.scalar(
                select(PeopleAct)
                .where(PeopleAct.id == work.job.payload["act_id"])
                .with_for_update()
            )
            if row is None or row.done_at is not None:
                return
            if not _piece(session, row, work.now):
                row.done_at = work.now
                _record(session, row, work.now)
                return
            done, people = sum(row.counts.values()) - row.counts["people"], row.counts["people"]
        work.progress(done, max(people, done))


def act(session: Session, campaign_id: int, act_id: int) -> ActView:
    """Return an act; NotFound when the campaign has none of that id."""
    found = session.execute(
        select(PeopleAct, User.name)
        .join(Member, Member.id == PeopleAct.made_by)
        .join(User, User.id == Member.user_id)
        .where(PeopleAct.id == act_id, PeopleAct.campaign_id == campaign_id)
    ).one_or_none()
    if found is None:
        raise NotFound("This act does not exist.")
    row, by = found
    key = f"{row.organisation_id}:{ACT_JOB}:{row.id}"
    state = session.scalar(select(Job.state).where(Job.dedupe_key == key))
    counts = {word: number for word, number in row.counts.items() if word != "people"}
    return ActView(
        id=row.id,
        campaign_id=row.campaign_id,
        kind=PeopleActKind(row.kind),
        counts=counts,
        people=row.counts["people"],
        by=by,
        made_at=row.made_at,
        done_at=row.done_at,
        stuck=row.done_at is None and state == JobState.DEAD,
    )


def _campaign(session: Session, campaign_id: int, kind: PeopleActKind, now: datetime) -> Campaign:
    if kind is not PeopleActKind.TAKE_BACK:
        return inviting.open_for_update(session, campaign_id, now)
    row = session.scalar(select(Campaign).where(Campaign.id == campaign_id).with_for_update())
    if row is None:
        raise NotFound("This campaign does not exist.")
    return row


def _piece(session: Session, row: PeopleAct, now: datetime) -> bool:
    """Do the next piece; False when there is nobody left.

    Whom a state holds is asked of the moment the act was begun.
    """
    chosen = Chosen.read(row.chosen).condition(row.campaign_id, row.made_at)
    ids = session.scalars(
        select(Invitation.id)
        .where(chosen, Invitation.id > row.place)
        .order_by(Invitation.id)
        .limit(PIECE)
    ).all()
    if not ids:
        return False
    campaign = session.get_one(Campaign, row.campaign_id)
    condition = Invitation.id.in_(ids)
    found = list(people_acts.outcomes(session, campaign, PeopleActKind(row.kind), condition, now))
    _carry_out(session, row, campaign, found, now)
    counts = Counter(row.counts)
    counts.update(one.word for one in found)
    row.counts, row.place = dict(counts), ids[-1]
    return True


def _carry_out(
    session: Session, row: PeopleAct, campaign: Campaign, found: Sequence[Outcome], now: datetime
) -> None:
    ids = [one.invitation_id for one in found if one.word == DONE]
    mails = [one.mail for one in found if one.mail is not None]
    these = update(Invitation).where(Invitation.id.in_(ids))
    if row.kind == PeopleActKind.TAKE_BACK:
        session.execute(these.values(withdrawn_at=now, withdrawn_by=row.made_by))
        outbox.drop_queued(session, ids, {MailKind.INVITATION, *REMINDERS}, now)
        return
    if row.kind == PeopleActKind.SEND_AGAIN:
        session.execute(these.values(send_fault=None))
    inviting.enqueue_mails(session, mails, campaign, now, priority=queue.BULK, act_id=row.id)


def _record(session: Session, row: PeopleAct, now: datetime) -> None:
    actor = Actor(row.organisation_id, "member", row.made_by)
    counts = {word: number for word, number in row.counts.items() if word != "people"}
    audit.record(
        session, actor, "people act done", "campaign", row.campaign_id, now=now,
        people_act=row.id, kind=row.kind, counts=counts,
    )  # fmt: skip
