"""Work after the response: the codes of the person's own pages, and erasing."""

from functools import partial

from sqlalchemy import select

from assess.accounts import audit
from assess.accounts.actor import system
from assess.accounts.queries import organisation_name
from assess.campaigns import queries as campaigns
from assess.campaigns.mailing import Fault, hand_over
from assess.candidates import erasure
from assess.db.engine import empty_log
from assess.db.scope import reading, writing
from assess.jobs import mail
from assess.jobs.worker import NotNow, Work
from assess.portal import codes
from assess.portal.codes import Act
from assess.portal.models import ActCode, ContactChange, ErasureRequest


class LogInUse(NotNow):
    """The person is erased; the database's log is emptied by a later try."""


def send_code(work: Work) -> None:
    """Draw a code and mail it: to the known address, or to a new one that is to be proven."""
    with writing(work.sessions, work.job.organisation_id) as session:
        row = session.scalar(select(ActCode).where(ActCode.id == work.job.payload["code_id"]))
        if row is None:
            return
        act = Act(row.act)
        own = campaigns.invitation(session, row.invitation_id)
        change = session.scalar(
            select(ContactChange.email).where(ContactChange.invitation_id == own.id)
        )
        address = change if act is Act.NEW_ADDRESS else own.email
        code = codes.draw(session, work.settings, row.id, own.generation, work.now)
        organisation = organisation_name(session, own.organisation_id)
    if address is None or code is None:
        return
    half = codes.DIGITS // 2
    write = partial(
        mail.compose, work.settings, "code", address, codes.reference(work.job.id),
        language=own.language, organisation=organisation, act=act.value,
        code=f"{code[:half]} {code[half:]}", minutes=int(codes.LASTS.total_seconds() // 60),
        name=own.name if own.name != own.email else None, simulated=own.simulated,
    )  # fmt: skip
    hand_over(work, write, partial(_note, work, own.id, act))


def erase_person(work: Work) -> None:
    """Erase somebody who asked for it and did not think again.

    Raises LogInUse while others read from the database.
    """
    with reading(work.sessions, work.job.organisation_id) as session:
        row = session.scalar(
            select(ErasureRequest).where(ErasureRequest.id == work.job.payload["request_id"])
        )
    try:
        if row is None:
            empty_log(work.sessions)  # erased by an earlier try that got no further
        elif row.cancelled_at is None and work.now >= row.due_at:
            erasure.erase(
                work.sessions, work.settings, system(work.job.organisation_id),
                row.candidate_id, row.receipt, now=work.now,
            )  # fmt: skip
    except TimeoutError:
        raise LogInUse("others read from the database") from None


def _note(work: Work, invitation_id: int, act: Act, fault: Fault | None) -> None:
    """Keep in the trail whether the code went out; the words of a fault may hold the address."""
    why = {} if fault is None else {"status": fault.status}
    with writing(work.sessions, work.job.organisation_id) as session:
        audit.record(
            session, system(work.job.organisation_id),
            "code sent" if fault is None else "code not sent", "invitation", invitation_id,
            now=work.now, for_act=act.value, **why,
        )  # fmt: skip
