"""What the portal keeps about a person: requests that wait, and how it was."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from assess.campaigns.own_data import invitation_ids
from assess.candidates.personal_data import Keeper, Plain, Removed, moment
from assess.errors import Conflict
from assess.jobs import queue
from assess.portal import codes
from assess.portal.models import ActCode, ContactChange, ErasureRequest, Experience


def _export(session: Session, candidate_id: int) -> Plain:
    own = invitation_ids(session, candidate_id)
    experiences = session.scalars(select(Experience).where(Experience.invitation_id.in_(own)))
    changes = session.scalars(select(ContactChange).where(ContactChange.invitation_id.in_(own)))
    asked = session.scalars(
        select(ErasureRequest)
        .where(ErasureRequest.candidate_id == candidate_id)
        .order_by(ErasureRequest.id)
    )
    sent = session.scalars(
        select(ActCode).where(ActCode.invitation_id.in_(own)).order_by(ActCode.id)
    )
    return {
        "how_it_was": [
            {
                "fairness": row.fairness,
                "ease": row.ease,
                "comment": row.comment,
                "at": moment(row.given_at),
            }
            for row in experiences
        ],
        "corrections_waiting": [
            {"name": row.name, "email": row.email, "asked_at": moment(row.asked_at)}
            for row in changes
        ],
        "erasures_asked": [
            {
                "asked_at": moment(row.asked_at),
                "due_at": moment(row.due_at),
                "cancelled_at": moment(row.cancelled_at),
                "receipt": row.receipt,
            }
            for row in asked
        ],
        "codes_mailed": [
            {"act": row.act, "asked_at": moment(row.asked_at), "used_at": moment(row.used_at)}
            for row in sent
        ],
    }


def _erase(session: Session, candidate_id: int, now: datetime) -> Removed:  # noqa: ARG001
    own = invitation_ids(session, candidate_id)
    sent = _gone(session, ActCode, ActCode.invitation_id.in_(own))
    jobs = queue.forget(session, codes.JOB, "code_id", sent)
    counts = {
        "codes": len(sent),
        "jobs": len(jobs),
        "corrections": len(_gone(session, ContactChange, ContactChange.invitation_id.in_(own))),
        "opinions": len(_gone(session, Experience, Experience.invitation_id.in_(own))),
        "erasure requests": len(
            _gone(session, ErasureRequest, ErasureRequest.candidate_id == candidate_id)
        ),
    }
    return Removed(counts, mails=[codes.reference(job_id) for job_id in jobs])


def _gone(session: Session, model: Any, condition: Any) -> list[int]:
    return list(session.scalars(delete(model).where(condition).returning(model.id)))


def _merge(session: Session, keep: int, drop: int, now: datetime) -> None:  # noqa: ARG001
    """Hand over; Conflict while an erasure waits, for it would take the other record along."""
    waiting = select(ErasureRequest.id).where(
        ErasureRequest.candidate_id.in_((keep, drop)), ErasureRequest.cancelled_at.is_(None)
    )
    if session.scalar(waiting.limit(1)) is not None:
        raise Conflict("One of the two asked to be erased. Wait until that is done or taken back.")
    session.execute(
        update(ErasureRequest).where(ErasureRequest.candidate_id == drop).values(candidate_id=keep)
    )


KEEPER = Keeper(
    "portal",
    frozenset({"act_code", "contact_change", "erasure_request", "experience"}),
    _export,
    _erase,
    _merge,
)
