"""Erase a person everywhere, for good."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.candidates import personal_data
from assess.candidates.models import Candidate, ErasureReceipt
from assess.db.engine import empty_log
from assess.db.scope import Across, Sessions, across, writing
from assess.errors import NotFound
from assess.files import store
from assess.jobs import mail
from assess.settings import Settings


@dataclass(frozen=True)
class Receipt:
    """That somebody was erased: when, and how many records of each kind; nothing of who."""

    number: str
    erased_at: datetime
    removed: Mapping[str, int]


def receipt_number() -> str:
    """Draw the number of a receipt: 128 random bits, nobody can guess one."""
    return secrets.token_hex(16)


def erase(
    sessions: Sessions,
    settings: Settings,
    actor: Actor,
    candidate_id: int,
    number: str,
    *,
    now: datetime,
) -> None:
    """Remove a person from tables, files, mails and SQLite's log, and leave a receipt.

    Files go before the transaction ends: if it fails, the act is done again and they are gone
    already. Somebody erased before stays so, with the first receipt; the log is emptied again.
    Raises NotFound when the organisation has nobody of this id, TimeoutError while SQLite's log
    cannot be emptied because others read: the person is erased, try again for the log.
    """
    with writing(sessions, actor.organisation_id) as session:
        row = session.scalar(
            select(Candidate).where(Candidate.id == candidate_id).with_for_update()
        )
        if row is None:
            raise NotFound("This candidate does not exist.")
        if row.erased_at is None:
            removed = personal_data.erase(session, candidate_id, now)
            for key in (*removed.file_keys, *removed.working_keys):
                store.unlink(settings, key)
            mail.forget(settings, removed.mails)
            counts = dict(removed.counts) | {"files": len(removed.file_keys)}
            session.add(ErasureReceipt(number=number, erased_at=now, removed=counts))
            # The receipt's number stays out of the trail: it must not lead from the id to it.
            audit.record(session, actor, "person erased", "candidate", candidate_id, now=now)
    empty_log(sessions)


def receipt(sessions: Sessions, number: str) -> Receipt | None:
    """Return the receipt of this number, None before the erasure is done or without one."""
    with across(sessions, Across.LINK) as session:
        row = session.scalar(select(ErasureReceipt).where(ErasureReceipt.number == number))
        return None if row is None else Receipt(row.number, row.erased_at, row.removed)
