"""Recovery codes: a set is shown once and stored as digests; each opens once.

A code is random with 79 bits, so its plain SHA-256 cannot be turned back by trying.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from assess.accounts.models import RecoveryCode

HOW_MANY: Final = 10
#: Without 0, o, 1, i and l, which look alike on paper.
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH: Final = 16


def make_anew(session: Session, user_id: int, *, now: datetime) -> Sequence[str]:
    """Make a new set, in groups of four letters; the set before opens nothing any more."""
    forget(session, user_id)
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(HOW_MANY)]
    session.add_all(
        RecoveryCode(user_id=user_id, digest=_digest(code), made_at=now) for code in codes
    )
    return ["-".join(code[at : at + 4] for at in range(0, _LENGTH, 4)) for code in codes]


def use(session: Session, user_id: int, code: str, *, now: datetime) -> bool:
    """Use up a code; False when it is none of the user's, or was used before."""
    plain = "".join(code.split()).replace("-", "").lower()
    used = session.scalars(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.digest == _digest(plain),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return used.one_or_none() is not None


def left(session: Session, user_id: int) -> int:
    """Count the codes that still open."""
    return session.scalars(
        select(func.count(RecoveryCode.id)).where(
            RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
        )
    ).one()


def forget(session: Session, user_id: int) -> None:
    """Remove a user's codes."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode(errors="replace")).hexdigest()
