"""Sign-ins are kept on the server, so that they can be listed and ended.

A browser's cookie holds a random key, the table only its digest. A sign-in that was not seen for
twelve hours is over, and one that an organisation's provider made twelve hours after it began; its
row goes a month after it was seen last.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.models import SignIn
from assess.db.scope import Across, Sessions, across
from assess.errors import NotFound

LASTS: Final = timedelta(hours=12)
KEPT: Final = timedelta(days=30)
#: So exactly is known when a sign-in was seen; a write for each page would be dear.
SEEN_STEP: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class SignInView:
    """One sign-in as its owner sees it; ``here``: it is the browser that asks.

    ``by_provider``: the organisation's own sign-in said who it is.
    """

    id: int
    browser: str
    address: str
    began_at: datetime
    seen_at: datetime
    here: bool
    by_provider: bool


def begin(
    sessions: Sessions,
    user_id: int,
    *,
    browser: str,
    address: str,
    now: datetime,
    only: int | None = None,
) -> str:
    """Note a sign-in, in the trail of the user's organisations too; return the cookie's key.

    ``only`` is the organisation whose provider said who this is; the sign-in opens no other.
    """
    key = secrets.token_urlsafe(32)
    with across(sessions, Across.SIGN_IN, write=True) as session:
        session.execute(
            delete(SignIn).where(SignIn.user_id == user_id, SignIn.seen_at <= now - KEPT)
        )
        row = SignIn(
            user_id=user_id, key_digest=digest(key), browser=browser[:80], address=address[:50],
            began_at=now, seen_at=now, only_organisation_id=only,
        )  # fmt: skip
        session.add(row)
        session.flush()
        _record(session, user_id, "signed in", row.id, now, only)
    return key


def holds(sessions: Sessions, user_id: int, key: str, *, now: datetime) -> bool:
    """Say whether the sign-in of a cookie's key still holds, and note that it was seen."""
    with across(sessions, Across.SIGN_IN) as session:
        seen_at = session.scalar(
            select(SignIn.seen_at).where(SignIn.key_digest == digest(key), *_live(user_id, now))
        )
    if seen_at is None:
        return False
    if seen_at <= now - SEEN_STEP:
        with across(sessions, Across.SIGN_IN, write=True) as session:
            session.execute(
                update(SignIn)
                .where(SignIn.key_digest == digest(key), SignIn.seen_at < now)
                .values(seen_at=now)
            )
    return True


def listed(sessions: Sessions, user_id: int, key: str, *, now: datetime) -> Sequence[SignInView]:
    """Return a user's sign-ins that hold: this browser's first, then the last seen."""
    with across(sessions, Across.SIGN_IN) as session:
        rows = session.scalars(
            select(SignIn)
            .where(*_live(user_id, now), *_in_reach(session, key))
            .order_by(SignIn.seen_at.desc(), SignIn.id)
        ).all()
    here = digest(key)
    views = [
        SignInView(
            row.id,
            row.browser,
            row.address,
            row.began_at,
            row.seen_at,
            row.key_digest == here,
            row.only_organisation_id is not None,
        )
        for row in rows
    ]
    return sorted(views, key=lambda one: not one.here)


def end(sessions: Sessions, user_id: int, sign_in_id: int, *, now: datetime) -> None:
    """End one of a user's own sign-ins; again changes nothing. NotFound for another's."""
    with across(sessions, Across.SIGN_IN, write=True) as session:
        row = session.scalar(
            select(SignIn).where(SignIn.id == sign_in_id, SignIn.user_id == user_id)
        )
        if row is None:
            raise NotFound("This sign-in is not one of yours, or it ended long ago.")
        if row.ended_at is None:
            row.ended_at = now
            _record(session, user_id, "sign-in ended", row.id, now)


def end_others(sessions: Sessions, user_id: int, key: str, *, now: datetime) -> int:
    """End a user's sign-ins but the one of ``key``; return how many held until now."""
    with across(sessions, Across.SIGN_IN, write=True) as session:
        others = session.scalars(
            select(SignIn).where(
                *_live(user_id, now), *_in_reach(session, key), SignIn.key_digest != digest(key)
            )
        ).all()
        for row in others:
            row.ended_at = now
            _record(session, user_id, "sign-in ended", row.id, now)
        return len(others)


def sign_out(sessions: Sessions, user_id: int, key: str, *, now: datetime) -> None:
    """End the sign-in of a cookie's key; one that is over stays as it is."""
    with across(sessions, Across.SIGN_IN, write=True) as session:
        row = session.scalar(
            select(SignIn).where(SignIn.key_digest == digest(key), *_live(user_id, now))
        )
        if row is not None:
            row.ended_at = now
            _record(session, user_id, "signed out", row.id, now)


def end_all(session: Session, user_id: int, *, now: datetime) -> None:
    """End every sign-in of a user, in the transaction of the act that is the reason."""
    session.execute(
        update(SignIn)
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
        .values(ended_at=now)
    )


def _live(user_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        SignIn.user_id == user_id,
        SignIn.ended_at.is_(None),
        SignIn.seen_at > now - LASTS,
        # Who may no longer sign in at the organisation's provider is out by then.
        or_(SignIn.only_organisation_id.is_(None), SignIn.began_at > now - LASTS),
    )


def _in_reach(session: Session, key: str) -> tuple[ColumnElement[bool], ...]:
    """Keep to an organisation whose provider signed this browser in: no other is its business."""
    only = session.scalar(
        select(SignIn.only_organisation_id).where(SignIn.key_digest == digest(key))
    )
    return () if only is None else (SignIn.only_organisation_id == only,)


def _record(
    session: Session,
    user_id: int,
    act: str,
    sign_in_id: int,
    now: datetime,
    only: int | None = None,
) -> None:
    told = {} if only is None else {"by": "provider"}
    audit.record_of_user(session, user_id, act, "sign_in", sign_in_id, now=now, only=only, **told)


def digest(key: str) -> str:
    """Give what the table keeps of a cookie's key."""
    return hashlib.sha256(key.encode()).hexdigest()
