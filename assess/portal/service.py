"""What a person can do on their own pages; each act takes the claim of their link.

Delicate acts take a code that was mailed (`codes`). No name or address goes into the trail.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.campaigns import requests
from assess.candidates import erasure, personal_data
from assess.candidates import service as candidates
from assess.candidates.service import Person, person_faults
from assess.db.scope import Across, Sessions, across
from assess.demographics import service as demographics
from assess.demographics.questions import questions_of
from assess.errors import Conflict, Invalid, NotFound, Refused
from assess.instruments.catalogue import Catalogue
from assess.jobs import queue
from assess.portal import codes, queries
from assess.portal.codes import Act
from assess.portal.models import ContactChange, ErasureRequest, Experience
from assess.portal.queries import Material, OwnPage
from assess.settings import Settings
from assess.sittings.path import actor_of, on_path
from assess.sittings.queries import PathView
from assess.web.links import LinkClaim

ERASE_JOB: Final = "erase-person"
#: So long somebody can think again.
ERASE_AFTER: Final = timedelta(hours=24)
LONGEST_COMMENT: Final = 500


def look(sessions: Sessions, claim: LinkClaim) -> OwnPage:
    """Read where the person stands and change nothing; LinkShut when the link does not hold."""
    with across(sessions, Across.LINK) as session:
        return queries.own_page(session, claim)


def look_at_scores(
    sessions: Sessions, catalogue: Catalogue, claim: LinkClaim
) -> tuple[OwnPage, Material]:
    """Read what feedback is made of; Refused before everything is handed in."""
    with across(sessions, Across.LINK) as session:
        own = queries.own_page(session, claim)
        if own.received_at is None:
            raise Refused("Feedback is ready once your answers are handed in.")
        return own, queries.material(session, catalogue, own.path)


def look_at_data(sessions: Sessions, claim: LinkClaim) -> tuple[OwnPage, Mapping[str, Any]]:
    """Read everything held about the person, by room, to be shown as counts and dates."""
    with across(sessions, Across.LINK) as session:
        own = queries.own_page(session, claim)
        return own, personal_data.export(session, own.path.invitation.candidate_id)


def ask_code(sessions: Sessions, claim: LinkClaim, act: Act, *, now: datetime) -> None:
    """Have a code for ``act`` mailed; Refused without an address, or after too many."""
    with on_path(sessions, claim) as (session, path):
        _must_have_address(path)
        codes.ask(session, path.invitation.id, act, now)
        audit.record(
            session, actor_of(path), "code asked", "invitation", path.invitation.id, now=now,
            for_act=act.value,
        )  # fmt: skip


def download(
    sessions: Sessions,
    settings: Settings,
    claim: LinkClaim,
    code: str,
    *,
    catalogue: Catalogue,
    now: datetime,
) -> tuple[PathView, Mapping[str, Any], Material]:
    """Give everything held about the person, by room, and what explains the scores."""

    def do(session: Session, path: PathView) -> tuple[PathView, Mapping[str, Any], Material]:
        held = personal_data.export(session, path.invitation.candidate_id)
        found = queries.material(session, catalogue, path)
        _record(session, path, "data downloaded", now)
        return path, held, found

    return codes.perform(sessions, settings, claim, {Act.DOWNLOAD: code}, do, now=now)


def ask_correction(
    sessions: Sessions, claim: LinkClaim, name: str, email: str, *, now: datetime
) -> bool:
    """Keep a corrected name and address until the codes are typed; say whether two are needed.

    The address known so far gets a code, and a new one gets another. Raises Invalid for a
    faulty name or address, Refused without a known address.
    """
    person = Person(name.strip(), email)
    faults = person_faults(person)
    if not person.name:
        faults.append("name: write the name you want us to use")
    if faults:
        raise Invalid(*faults)
    with on_path(sessions, claim) as (session, path):
        _must_have_address(path)
        own = path.invitation
        session.execute(delete(ContactChange).where(ContactChange.invitation_id == own.id))
        session.add(
            ContactChange(
                invitation_id=own.id, name=person.name, email=person.address, asked_at=now
            )
        )
        is_new = person.address != own.email
        for act in (Act.CORRECT, Act.NEW_ADDRESS) if is_new else (Act.CORRECT,):
            codes.ask(session, own.id, act, now)
        _record(session, path, "correction asked", now, new_address=is_new)
        return is_new


def correct(
    sessions: Sessions, settings: Settings, claim: LinkClaim, typed: Mapping[Act, str], *,
    now: datetime,
) -> None:  # fmt: skip
    """Set the corrected name and address; a new address needs the codes of both.

    Raises CodeRefused, NotFound when nothing waits, Conflict for an address of somebody else.
    """
    change = look(sessions, claim)
    if change.new_contact is None:
        raise NotFound("There is no correction that waits.")
    is_new = change.new_contact[1] != change.path.invitation.email
    needed = (Act.CORRECT, Act.NEW_ADDRESS) if is_new else (Act.CORRECT,)

    def do(session: Session, path: PathView) -> None:
        row = session.scalar(
            select(ContactChange).where(ContactChange.invitation_id == path.invitation.id)
        )
        # Asked anew in another window meanwhile: these codes were for something else.
        if row is None or (row.name, row.email) != change.new_contact:
            raise Conflict("The correction was changed meanwhile. Please begin it again.")
        candidates.correct(session, path.invitation.candidate_id, row.name, row.email)
        session.delete(row)
        _record(session, path, "contact corrected", now, new_address=is_new)

    given = {act: typed.get(act, "") for act in needed}
    codes.perform(sessions, settings, claim, given, do, now=now)


def withdraw(
    sessions: Sessions, settings: Settings, claim: LinkClaim, code: str, *, now: datetime
) -> None:
    """Take the person out of the campaign; their data stay until they are erased."""

    def do(session: Session, path: PathView) -> None:
        requests.withdraw(session, path.invitation.id, now)
        _record(session, path, "withdrawn", now)

    codes.perform(sessions, settings, claim, {Act.WITHDRAW: code}, do, now=now)


def ask_erasure(
    sessions: Sessions, settings: Settings, claim: LinkClaim, code: str, *, now: datetime
) -> None:
    """Have the person erased after a day, in which it can be cancelled; asked twice is once."""

    def do(session: Session, path: PathView) -> None:
        candidate_id = path.invitation.candidate_id
        if queries.erasure(session, candidate_id) is not None:
            return
        row = ErasureRequest(
            candidate_id=candidate_id,
            receipt=erasure.receipt_number(),
            asked_at=now,
            due_at=now + ERASE_AFTER,
        )
        session.add(row)
        session.flush()
        queue.enqueue(
            session, ERASE_JOB, {"request_id": row.id},
            dedupe_key=str(row.id), now=now, run_after=row.due_at,
        )  # fmt: skip
        _record(session, path, "erasure asked", now)

    codes.perform(sessions, settings, claim, {Act.ERASE: code}, do, now=now)


def cancel_erasure(sessions: Sessions, claim: LinkClaim, *, now: datetime) -> None:
    """Keep the person after all; needs no code, for it only protects. NotFound when none waits."""
    with on_path(sessions, claim) as (session, path):
        row = session.scalar(
            select(ErasureRequest).where(
                ErasureRequest.candidate_id == path.invitation.candidate_id,
                ErasureRequest.cancelled_at.is_(None),
            )
        )
        if row is None:
            raise NotFound("There is no erasure that waits.")
        row.cancelled_at = now
        _record(session, path, "erasure cancelled", now)


def ask_review(sessions: Sessions, claim: LinkClaim, reason: str, *, now: datetime) -> None:
    """Ask for a second look by a human, answered within a named time.

    Raises Refused before the answers are handed in, Invalid and Conflict as `requests` does.
    """
    with on_path(sessions, claim) as (session, path):
        if path.invitation.submitted_at is None:
            raise Refused("There is nothing to look at yet: hand in your answers first.")
        requests.ask_review(session, path.invitation.id, reason.strip(), now)
        _record(session, path, "review asked", now)


def set_reminders(sessions: Sessions, claim: LinkClaim, *, wanted: bool, now: datetime) -> None:
    """Stop all reminders of the organisation to the person, or have them again."""
    with on_path(sessions, claim) as (session, path):
        candidate_id = path.invitation.candidate_id
        if wanted:
            candidates.resume_reminders(session, candidate_id)
        else:
            candidates.stop_reminders(session, candidate_id, now)
        _record(session, path, "reminders resumed" if wanted else "reminders stopped", now)


def tell_how_it_was(
    sessions: Sessions, claim: LinkClaim, fairness: int, ease: int, comment: str, *, now: datetime
) -> None:
    """Keep how it was, from 1 to 5 each; once.

    Raises Invalid for other numbers or a long comment, Refused before the answers are handed
    in, Conflict the second time.
    """
    text = comment.strip()
    faults = [
        f"{place}: choose 1 to 5"
        for place, value in (("fairness", fairness), ("ease", ease))
        if value not in range(1, 6)
    ]
    if len(text) > LONGEST_COMMENT:
        faults.append(f"comment: must have at most {LONGEST_COMMENT} characters")
    if "\0" in text:
        faults.append("comment: holds a character that cannot be kept")
    if faults:
        raise Invalid(*faults)
    with on_path(sessions, claim) as (session, path):
        own = path.invitation
        if own.submitted_at is None:
            raise Refused("These questions come after your answers are handed in.")
        told = select(Experience.id).where(Experience.invitation_id == own.id)
        if session.scalar(told) is not None:
            raise Conflict("You have told us already. Thank you.")
        session.add(
            Experience(
                campaign_id=own.campaign_id, invitation_id=own.id, fairness=fairness, ease=ease,
                comment=text, given_at=now,
            )
        )  # fmt: skip
        _record(session, path, "experience told", now)


def answer_about_self(
    sessions: Sessions,
    catalogue: Catalogue,
    claim: LinkClaim,
    answers: Mapping[str, str],
    *,
    now: datetime,
) -> None:
    """Keep voluntary answers behind their wall; Refused before everything is handed in."""
    with on_path(sessions, claim) as (session, path):
        if path.invitation.submitted_at is None:
            raise Refused("These questions come after your answers are handed in.")
        questions = questions_of(catalogue.folder)
        demographics.keep_answers(session, path.invitation.candidate_id, questions, answers)
        _record(session, path, "voluntary questions answered", now)


def _must_have_address(path: PathView) -> None:
    if path.invitation.email is None:
        raise Refused("We have no address to send a code to. Please write to whoever invited you.")


def _record(session: Session, path: PathView, act: str, now: datetime, **detail: Any) -> None:
    audit.record(session, actor_of(path), act, "invitation", path.invitation.id, now=now, **detail)
