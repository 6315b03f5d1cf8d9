"""The audit trail: an event is written in the transaction of the act it tells of."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.actor import Actor
from assess.accounts.models import AuditEvent, Member, RoleName


def record(
    session: Session,
    actor: Actor,
    act: str,
    subject_kind: str,
    subject_id: int | None,
    *,
    now: datetime,
    **detail: Any,
) -> None:
    """Add an event; ``detail`` holds ids, counts and versions, never names or answers."""
    session.add(
        AuditEvent(
            organisation_id=actor.organisation_id,
            at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
            act=act,
            subject_kind=subject_kind,
            subject_id=subject_id,
            detail=detail,
        )
    )


def record_of_user(
    session: Session,
    user_id: int,
    act: str,
    subject_kind: str,
    subject_id: int | None,
    *,
    now: datetime,
    only: int | None = None,
    **detail: Any,
) -> None:
    """Add what users did to their own sign-in, to the trail of each of their organisations.

    ``only`` names one organisation when nothing else is that sign-in's business.
    """
    chosen = select(Member).where(Member.user_id == user_id, Member.active)
    if only is not None:
        chosen = chosen.where(Member.organisation_id == only)
    for one in session.scalars(chosen).all():
        who = Actor(one.organisation_id, "member", one.id, RoleName(one.role))
        record(session, who, act, subject_kind, subject_id, now=now, **detail)
