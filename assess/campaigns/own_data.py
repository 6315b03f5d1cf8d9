"""What campaigns keep about a person: invitations, mails, and what was asked on them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from assess.accounts.queries import events_about
from assess.campaigns import another_way, merged_invitations, requirement_queries
from assess.campaigns.models import (
    Campaign,
    Declaration,
    ImportRow,
    Invitation,
    Mailing,
    ReviewRequest,
    WayRequest,
)
from assess.campaigns.outbox import MAIL_JOB
from assess.candidates.models import Candidate
from assess.candidates.personal_data import Keeper, Plain, Removed, moment
from assess.candidates.queries import all_ids
from assess.candidates.requirements import plain
from assess.jobs import queue
from assess.profiles.queries import version


def invitation_ids(session: Session, candidate_id: int) -> list[int]:
    """Give the ids of a person's invitations, oldest first."""
    found = select(Invitation.id).where(Invitation.candidate_id.in_(all_ids(session, candidate_id)))
    return list(session.scalars(found.order_by(Invitation.id)))


def _export(session: Session, candidate_id: int) -> Plain:
    rows = session.execute(
        select(Invitation, Campaign)
        .join(Campaign, Campaign.id == Invitation.campaign_id)
        .where(Invitation.id.in_(invitation_ids(session, candidate_id)))
        .order_by(Invitation.id)
    ).all()
    named = session.scalars(
        select(ImportRow)
        .where(_names(session, candidate_id))
        .order_by(ImportRow.import_id, ImportRow.number)
    )
    return {
        "invitations": [_invitation(session, *row) for row in rows],
        "rows_of_imported_files": [_import_row(row) for row in named],
    }


def _names(session: Session, candidate_id: int) -> ColumnElement[bool]:
    """Give the condition of rows of imported files that are the person's, the faulty ones too."""
    address = session.scalar(select(Candidate.email).where(Candidate.id == candidate_id))
    own = ImportRow.candidate_id == candidate_id
    return own if address is None else or_(own, ImportRow.email == address)


def _import_row(row: ImportRow) -> dict[str, Any]:
    return {
        "row": row.number,
        "state": row.state,
        "name": row.name,
        "email": row.email,
        "fault": row.fault,
    }


def _invitation(session: Session, row: Invitation, campaign: Campaign) -> dict[str, Any]:
    profile = version(session, campaign.profile_version_id)
    reviews = session.scalars(
        select(ReviewRequest)
        .where(ReviewRequest.invitation_id == row.id)
        .order_by(ReviewRequest.id)
    )
    ways = session.scalars(
        select(WayRequest).where(WayRequest.invitation_id == row.id).order_by(WayRequest.id)
    )
    mails = session.scalars(
        select(Mailing).where(Mailing.invitation_id == row.id).order_by(Mailing.id)
    )
    return {
        "campaign": campaign.title,
        "questionnaires": campaign.battery["instruments"],
        "profile_version": profile.number,
        "profile_digest": profile.digest,
        "invited_at": moment(row.created_at),
        "mailed_at": moment(row.sent_at),
        "mail_fault": row.send_fault,
        "started_at": moment(row.started_at),
        "last_answer_at": moment(row.last_answer_at),
        "answered": row.answered,
        "items": row.items,
        "submitted_at": moment(row.submitted_at),
        "withdrawn_at": moment(row.withdrawn_at),
        "taken_back_by_a_member": row.withdrawn_by is not None,
        "mails": [_mail(mail) for mail in mails],
        "requirements": _requirements(session, row),
        "reviews": [_review(review) for review in reviews],
        "other_ways_asked_for": [_way(way) for way in ways],
        "acts": events_about(session, "invitation", [row.id]),
    }


def _requirements(session: Session, row: Invitation) -> dict[str, Any] | None:
    """Give what the job asks for now and what the person said; None where it asks nothing."""
    said = requirement_queries.declared(session, row.id)
    asked = requirement_queries.asked(session, row.campaign_id)
    if said is None and asked is None:
        return None
    return {
        "asked": plain(asked.requirements) if asked else [],
        "said": dict(said.answers) if said else {},
        "version": said.number if said else None,
        "at": moment(said.given_at) if said else None,
        "state": row.requirements_state,
    }


def _mail(row: Mailing) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "ordinal": row.ordinal,
        "state": row.state,
        "queued_at": moment(row.queued_at),
        "sent_at": moment(row.sent_at),
        "closed_at": moment(row.closed_at),
        "status": row.status,
        "fault": row.fault,
        "text_version": row.wording_id,
    }


def _review(row: ReviewRequest) -> dict[str, Any]:
    return {
        "asked_at": moment(row.asked_at),
        "due_on": row.due_on.isoformat(),
        "reason": row.reason,
        "answered_at": moment(row.answered_at),
        "answer": row.answer,
    }


def _way(row: WayRequest) -> dict[str, Any]:
    return {
        "message": row.message,
        "asked_at": moment(row.asked_at),
        "mailed_at": moment(row.mailed_at),
        "answered_at": moment(row.answered_at),
    }


def _erase(session: Session, candidate_id: int, now: datetime) -> Removed:  # noqa: ARG001
    ids = invitation_ids(session, candidate_id)
    mails = session.execute(
        delete(Mailing)
        .where(Mailing.invitation_id.in_(ids))
        .returning(Mailing.id, Mailing.message_id)
    ).all()
    jobs = queue.forget(session, MAIL_JOB, "mailing_id", [mail.id for mail in mails])
    asking = queue.forget(session, another_way.MAIL_JOB, "invitation_id", ids)
    ways = _gone(session, WayRequest, WayRequest.invitation_id.in_(ids))
    reviews = _gone(session, ReviewRequest, ReviewRequest.invitation_id.in_(ids))
    declared = _gone(session, Declaration, Declaration.invitation_id.in_(ids))
    invitations = _gone(session, Invitation, Invitation.id.in_(ids))
    rows = _gone(session, ImportRow, _names(session, candidate_id))
    counts = {
        "invitations": invitations,
        "mails": len(mails),
        "review requests": reviews,
        "questions for another way": ways,
        "answers on what a job asks for": declared,
        "rows of imported files": rows,
        "jobs": len(jobs) + len(asking),
    }
    references = [mail.message_id for mail in mails]
    return Removed(counts, mails=references + [another_way.mail_reference(one) for one in asking])


def _gone(session: Session, model: Any, condition: Any) -> int:
    return len(session.scalars(delete(model).where(condition).returning(model.id)).all())


def _merge(session: Session, keep: int, drop: int, now: datetime) -> None:
    """Hand over; of two invitations to one campaign one counts, see `merged_invitations`."""
    merged_invitations.settle(session, keep, drop, now)
    session.execute(
        update(ImportRow).where(ImportRow.candidate_id == drop).values(candidate_id=keep)
    )


KEEPER = Keeper(
    "campaigns",
    frozenset(
        {"declaration", "import_row", "invitation", "mailing", "review_request", "way_request"}
    ),
    _export,
    _erase,
    _merge,
)
