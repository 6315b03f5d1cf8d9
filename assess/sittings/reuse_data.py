"""What is kept about the use of a person's earlier answers: agreements, exceptions to the rule.

A keeper of its own: both refer to invitations, and are erased before them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assess.campaigns.models import Campaign, Invitation
from assess.candidates.personal_data import Keeper, Plain, Removed, moment
from assess.sittings.models import RetestException, ReuseAgreement


def _export(session: Session, candidate_id: int) -> Plain:
    return {
        "agreements": [
            {
                "campaign": title,
                "agreed_at": moment(row.agreed_at),
                "withdrawn_at": moment(row.withdrawn_at),
                "notice_version": row.notice_version,
                "language": row.language,
                "given_on": row.given_on.isoformat(),
                "which_counted": row.counts,
                "answers_used": row.used["answers"],
            }
            for row, title in _of(session, ReuseAgreement, candidate_id)
        ],
        "allowed_to_answer_sooner": [
            {"campaign": title, "allowed_at": moment(row.allowed_at), "reason": row.reason}
            for row, title in _of(session, RetestException, candidate_id)
        ],
    }


def _of(session: Session, model: Any, candidate_id: int) -> list[tuple[Any, str]]:
    """Give the rows about a person's invitations with the titles of the campaigns."""
    rows = session.execute(
        select(model, Campaign.title)
        .join(Invitation, Invitation.id == model.invitation_id)
        .join(Campaign, Campaign.id == Invitation.campaign_id)
        .where(Invitation.candidate_id == candidate_id)
        .order_by(model.id)
    )
    return [(row, title) for row, title in rows]


def _erase(session: Session, candidate_id: int, now: datetime) -> Removed:  # noqa: ARG001
    own = select(Invitation.id).where(Invitation.candidate_id == candidate_id)
    ids = session.scalars(own).all()
    counts = {
        words: len(
            session.scalars(
                delete(model).where(model.invitation_id.in_(ids)).returning(model.id)
            ).all()
        )
        for words, model in (
            ("agreements to use answers again", ReuseAgreement),
            ("leaves to answer sooner", RetestException),
        )
    }
    return Removed(counts)


def _merge(session: Session, keep: int, drop: int, now: datetime) -> None:
    """Both go with their invitations, which `campaigns` gives to the person who stays."""


KEEPER = Keeper(
    "reuse", frozenset({"reuse_agreement", "retest_exception"}), _export, _erase, _merge
)
