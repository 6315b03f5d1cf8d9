"""Two invitations of one person to one campaign, once two records of the person are merged.

One counts; the other is withdrawn and stays with the emptied record. Its link leads to the one
that counts.
"""

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assess.campaigns.models import Invitation, MailKind
from assess.campaigns.outbox import drop_queued
from assess.candidates.models import Candidate
from assess.candidates.queries import merged_into
from assess.candidates.service import fresh_codes


def settle(session: Session, keep: int, drop: int, now: datetime) -> None:
    """Give ``keep`` the invitations of ``drop``; of two to one campaign the one that counts.

    That is the one handed in first; of two not handed in, the one begun first, else sent first.
    """
    kept, dropped = _by_campaign(session, keep), _by_campaign(session, drop)
    both = kept.keys() & dropped.keys()
    swapped = {one for one in both if _order(dropped[one]) < _order(kept[one])}
    for campaign_id in both:
        left_over = kept if campaign_id in swapped else dropped
        _withdraw(session, left_over[campaign_id], now)
    _hand_over(session, [row.id for one, row in dropped.items() if one not in both], keep)
    if swapped:
        _swap(session, [kept[one].id for one in swapped], [dropped[one].id for one in swapped],
              keep, drop, now)  # fmt: skip


def counting(session: Session, invitation_id: int, *, lock: bool = False) -> int:
    """Give the invitation that counts in place of one; the same unless its person was merged.

    With ``lock`` nobody else changes it until the transaction ends.
    """
    row = session.execute(
        select(Invitation.campaign_id, Invitation.candidate_id).where(
            Invitation.id == invitation_id
        )
    ).one_or_none()
    if row is None:
        return invitation_id
    kept = merged_into(session, row.candidate_id)
    if kept == row.candidate_id:
        return invitation_id
    other = select(Invitation.id).where(
        Invitation.campaign_id == row.campaign_id, Invitation.candidate_id == kept
    )
    return session.scalar(other.with_for_update() if lock else other) or invitation_id


def _by_campaign(session: Session, candidate_id: int) -> dict[int, Invitation]:
    rows = session.scalars(
        select(Invitation).where(Invitation.candidate_id == candidate_id).with_for_update()
    )
    return {row.campaign_id: row for row in rows}


def _order(row: Invitation) -> tuple[object, ...]:
    """Give what the invitation that counts has least of."""
    never = datetime.min.replace(tzinfo=UTC)
    return (
        row.withdrawn_at is not None,
        row.submitted_at is None,
        row.submitted_at or never,
        row.started_at is None,
        row.started_at or never,
        row.id,
    )


def _withdraw(session: Session, row: Invitation, now: datetime) -> None:
    """Take an invitation out of its campaign; mails that wait are not sent."""
    row.withdrawn_at = row.withdrawn_at or now
    drop_queued(session, [row.id], list(MailKind), now)


def _hand_over(session: Session, invitation_ids: Collection[int], candidate_id: int) -> None:
    session.execute(
        update(Invitation)
        .where(Invitation.id.in_(invitation_ids))
        .values(candidate_id=candidate_id)
    )


def _swap(
    session: Session,
    of_keep: Collection[int],
    of_drop: Collection[int],
    keep: int,
    drop: int,
    now: datetime,
) -> None:
    """Exchange the owners by way of a third: a campaign has nobody twice, not for a moment."""
    [code] = fresh_codes(session, 1)
    between = Candidate(code=code, name="", source="", created_at=now)
    session.add(between)
    session.flush()
    _hand_over(session, of_keep, between.id)
    _hand_over(session, of_drop, keep)
    _hand_over(session, of_keep, drop)
    session.delete(between)
    session.flush()
