"""Codes by mail for delicate acts: from `secrets`, kept as HMAC, ten minutes, once, five tries.

A code is drawn when its mail is sent, so it stands nowhere but in the mail. It opens one act on
one link: its HMAC names both.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.db.scope import Sessions
from assess.errors import Refused
from assess.jobs import queue
from assess.portal.models import ActCode
from assess.settings import Settings
from assess.sittings.path import on_path
from assess.sittings.queries import PathView
from assess.web.links import LinkClaim

JOB: Final = "mail-code"
LASTS: Final = timedelta(minutes=10)
MOST_TRIES: Final = 5
DIGITS: Final = 8
#: So many codes can be asked for on one link within an hour: nobody's mailbox is flooded.
MOST_ASKED: Final = 8
WINDOW: Final = timedelta(hours=1)

Done = TypeVar("Done")


class Act(StrEnum):
    """What a code opens."""

    DOWNLOAD = "download"
    CORRECT = "correct"
    NEW_ADDRESS = "new address"
    WITHDRAW = "withdraw"
    ERASE = "erase"


class Fault(StrEnum):
    """Why a code opens nothing."""

    WRONG = "wrong"
    EXPIRED = "expired"
    SPENT = "spent"
    NONE = "none"


class CodeRefused(Refused):
    """A code did not open the act; ``faults`` says of which act's code, and why."""

    def __init__(self, faults: Mapping[Act, Fault]) -> None:
        super().__init__("This code does not open what was asked for.")
        self.faults = faults


def reference(job_id: int) -> str:
    """Give the reference of a code's mail, by the job that sends it."""
    return f"code-{job_id}"


def ask(session: Session, invitation_id: int, act: Act, now: datetime) -> None:
    """Put a code's mail into the outbox; an older code of the same act opens nothing any more.

    Raises Refused after too many within an hour.
    """
    recent = select(func.count(ActCode.id)).where(
        ActCode.invitation_id == invitation_id, ActCode.asked_at > now - WINDOW
    )
    if (session.scalar(recent) or 0) >= MOST_ASKED:
        raise Refused("There were too many codes of late. Please try again in an hour.")
    row = ActCode(invitation_id=invitation_id, act=act.value, asked_at=now)
    session.add(row)
    session.flush()
    queue.enqueue(
        session, JOB, {"code_id": row.id}, dedupe_key=str(row.id), now=now, priority=queue.URGENT
    )


def draw(
    session: Session, settings: Settings, code_id: int, generation: int, now: datetime
) -> str | None:
    """Draw the code of a row as its mail is sent; None when a newer one was asked for, or used.

    A mail that is sent twice has two codes, of which the later one opens.
    """
    row = session.scalar(select(ActCode).where(ActCode.id == code_id).with_for_update())
    if row is None or row.used_at is not None:
        return None
    newest = _newest(session, row.invitation_id, Act(row.act))
    if newest is None or newest.id != row.id:
        return None
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    row.code_hmac = _hmac(settings, row, generation, code)
    row.expires_at, row.tries = now + LASTS, 0
    return code


def perform(
    sessions: Sessions,
    settings: Settings,
    claim: LinkClaim,
    typed: Mapping[Act, str],
    do: Callable[[Session, PathView], Done],
    *,
    now: datetime,
) -> Done:
    """Do something that needs the codes of ``typed``: all of them right, in one transaction.

    A wrong one counts as a try and is kept; the right ones are spent with the act. Raises
    CodeRefused, and whatever ``do`` raises, which spends nothing.
    """
    with on_path(sessions, claim) as (session, path):
        rows, faults = [], {}
        for act, code in typed.items():
            row, fault = _check(session, settings, path, act, code, now)
            if fault is not None:
                faults[act] = fault
            elif row is not None:
                rows.append(row)
        if not faults:
            for row in rows:
                row.used_at = now
            return do(session, path)
    raise CodeRefused(faults)


def _check(
    session: Session, settings: Settings, path: PathView, act: Act, typed: str, now: datetime
) -> tuple[ActCode | None, Fault | None]:
    row = _newest(session, path.invitation.id, act, lock=True)
    if row is None or row.code_hmac is None or row.expires_at is None or row.used_at is not None:
        return None, Fault.NONE
    if now >= row.expires_at:
        return None, Fault.EXPIRED
    if row.tries >= MOST_TRIES:
        return None, Fault.SPENT
    row.tries += 1
    code = "".join(typed.split())
    expected = _hmac(settings, row, path.invitation.generation, code)
    if not hmac.compare_digest(row.code_hmac, expected):
        return None, Fault.SPENT if row.tries >= MOST_TRIES else Fault.WRONG
    return row, None


def _newest(
    session: Session, invitation_id: int, act: Act, *, lock: bool = False
) -> ActCode | None:
    chosen = (
        select(ActCode)
        .where(ActCode.invitation_id == invitation_id, ActCode.act == act.value)
        .order_by(ActCode.id.desc())
        .limit(1)
    )
    return session.scalar(chosen.with_for_update() if lock else chosen)


def _hmac(settings: Settings, row: ActCode, generation: int, code: str) -> str:
    text = f"act-code:{row.id}:{row.act}:{row.invitation_id}:{generation}:{code}"
    return hmac.new(
        settings.secret_key.encode(), text.encode(errors="replace"), hashlib.sha256
    ).hexdigest()
