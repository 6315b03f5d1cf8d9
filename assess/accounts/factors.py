"""Second factors of whoever signs in: an authenticator app, passkeys, and recovery codes.

They are a user's, as the password is, over all organisations. What is done to them stands in
the trail of each; secrets and codes never do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assess.accounts import audit, authenticator, recovery, sign_ins
from assess.accounts.actor import system
from assess.accounts.authenticator import factor_secrets
from assess.accounts.models import AuthenticatorApp, Member, Passkey, User
from assess.accounts.queries import has_second_factor
from assess.db.scope import Across, Sessions, across
from assess.errors import NotFound, Refused
from assess.settings import Settings

#: So long a key that was shown waits for its first code.
SET_UP_WITHIN: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class PasskeyView:
    """A passkey as its owner sees it."""

    id: int
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Factors:
    """What a user has beside the password; ``app_since`` None: no authenticator app."""

    app_since: datetime | None
    passkeys: Sequence[PasskeyView]
    codes_left: int

    @property
    def any(self) -> bool:
        """Say whether sign-in asks for more than the password."""
        return self.app_since is not None or bool(self.passkeys)


@dataclass(frozen=True)
class SetUp:
    """What an app needs: the address in the picture, and the key for typing."""

    address: str
    key: str


def of_user(sessions: Sessions, user_id: int) -> Factors:
    """Return what a user has beside the password; passkeys in the order they were added."""
    with across(sessions, Across.SIGN_IN) as session:
        since = session.scalar(
            select(AuthenticatorApp.added_at).where(
                AuthenticatorApp.user_id == user_id, AuthenticatorApp.in_use
            )
        )
        rows = session.scalars(
            select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)
        )
        keys = [PasskeyView(one.id, one.name, one.added_at, one.used_at) for one in rows]
        return Factors(since, keys, recovery.left(session, user_id))


def begin_app(sessions: Sessions, settings: Settings, user_id: int, *, now: datetime) -> None:
    """Make the key of an app to be; one that waited is void, the app in use works on."""
    with across(sessions, Across.SIGN_IN, write=True) as session:
        _forget_app(session, user_id, in_use=False)
        kept = authenticator.make(factor_secrets(settings))
        session.add(AuthenticatorApp(user_id=user_id, in_use=False, secret=kept, added_at=now))


def waiting_app(
    sessions: Sessions, settings: Settings, user_id: int, *, now: datetime
) -> SetUp | None:
    """Return what to show of the app being set up; None: none waits, or it cannot be read."""
    with across(sessions, Across.SIGN_IN) as session:
        row = _waiting(session, user_id, now)
        if row is None:
            return None
        email = session.get_one(User, user_id).email
        known = factor_secrets(settings), row.secret
    try:
        return SetUp(authenticator.address(*known, email), authenticator.spelt(*known))
    except KeyError:
        return None


def confirm_app(
    sessions: Sessions, settings: Settings, user_id: int, code: str, *, now: datetime
) -> Sequence[str] | None:
    """Take the app that waits into use, in the place of another; None when ``code`` is wrong.

    Return recovery codes to show, none when the user has some already. Raises NotFound when no
    app waits.
    """
    with across(sessions, Across.SIGN_IN, write=True) as session:
        row = _waiting(session, user_id, now)
        if row is None:
            raise NotFound("No app is being set up, or it took too long. Please begin again.")
        counter = authenticator.match(factor_secrets(settings), row.secret, code, None, now=now)
        if counter is None:
            return None
        _forget_app(session, user_id, in_use=True)
        row.in_use, row.last_counter, row.added_at = True, counter, now
        return added(session, user_id, "app", row.id, now=now)


def remove_app(sessions: Sessions, user_id: int, *, now: datetime) -> bool:
    """Remove the app in use, and one being set up; False when none was in use."""
    with across(sessions, Across.SIGN_IN, write=True) as session:
        _forget_app(session, user_id, in_use=False)
        was_in_use = _forget_app(session, user_id, in_use=True)
        if was_in_use:
            removed(session, user_id, "app", None, now=now)
        return was_in_use


def make_codes(sessions: Sessions, user_id: int, *, now: datetime) -> Sequence[str]:
    """Make new recovery codes, to be shown this once; Refused without a second factor."""
    with across(sessions, Across.SIGN_IN, write=True) as session:
        if not _has_any(session, user_id):
            raise Refused("Recovery codes stand in for a second factor. Set one up first.")
        audit.record_of_user(session, user_id, "recovery codes made", "user", user_id, now=now)
        return recovery.make_anew(session, user_id, now=now)


def check_code(
    sessions: Sessions, settings: Settings, user_id: int, code: str, *, now: datetime
) -> str | None:
    """Say which factor a code is of, "app" or "recovery code", and use it up; None: of none."""
    with across(sessions, Across.SIGN_IN, write=True) as session:
        if _use_app_code(session, settings, user_id, code, now):
            return "app"
        if not (_has_any(session, user_id) and recovery.use(session, user_id, code, now=now)):
            return None
        audit.record_of_user(
            session, user_id, "recovery code used", "user", user_id, now=now,
            left=recovery.left(session, user_id),
        )  # fmt: skip
        return "recovery code"


def has_any(sessions: Sessions, user_id: int) -> bool:
    """Say whether sign-in asks a user for more than the password."""
    with across(sessions, Across.SIGN_IN) as session:
        return _has_any(session, user_id)


def added(
    session: Session, user_id: int, kind: str, subject_id: int, *, now: datetime
) -> Sequence[str]:
    """Note a new factor; return recovery codes to show when there were none yet."""
    audit.record_of_user(
        session, user_id, "second factor added", "second_factor", subject_id, now=now, kind=kind
    )
    return () if recovery.left(session, user_id) else recovery.make_anew(session, user_id, now=now)


def removed(
    session: Session, user_id: int, kind: str, subject_id: int | None, *, now: datetime
) -> None:
    """Note that a factor went; with the last one go the codes that stand in for it."""
    audit.record_of_user(
        session, user_id, "second factor removed", "second_factor", subject_id, now=now, kind=kind
    )
    if not _has_any(session, user_id):
        recovery.forget(session, user_id)


def forget_all(session: Session, user_id: int) -> bool:
    """Remove a user's second factors, in the transaction of the reason; False: there were none."""
    had = _has_any(session, user_id)
    session.execute(delete(AuthenticatorApp).where(AuthenticatorApp.user_id == user_id))
    session.execute(delete(Passkey).where(Passkey.user_id == user_id))
    recovery.forget(session, user_id)
    return had


def reset(sessions: Sessions, email: str, *, now: datetime) -> bool:
    """Remove somebody's second factors for the operator, and end the sign-ins; False: had none.

    Raises NotFound for an unknown address.
    """
    with across(sessions, Across.OPERATOR, write=True) as session:
        user_id = session.scalar(select(User.id).where(User.email == email.strip().lower()))
        if user_id is None:
            raise NotFound("Nobody signs in with this address.")
        if not forget_all(session, user_id):
            return False
        sign_ins.end_all(session, user_id, now=now)
        for one in session.scalars(select(Member).where(Member.user_id == user_id)).all():
            actor = system(one.organisation_id)
            audit.record(session, actor, "second factors reset", "member", one.id, now=now)
        return True


def _use_app_code(
    session: Session, settings: Settings, user_id: int, code: str, now: datetime
) -> bool:
    row = session.scalar(
        select(AuthenticatorApp)
        .where(AuthenticatorApp.user_id == user_id, AuthenticatorApp.in_use)
        .with_for_update()
    )
    if row is None:
        return False
    secrets = factor_secrets(settings)
    counter = authenticator.match(secrets, row.secret, code, row.last_counter, now=now)
    if counter is None:
        return False
    row.last_counter, row.secret = counter, authenticator.renewed(secrets, row.secret)
    return True


def _waiting(session: Session, user_id: int, now: datetime) -> AuthenticatorApp | None:
    return session.scalar(
        select(AuthenticatorApp).where(
            AuthenticatorApp.user_id == user_id,
            ~AuthenticatorApp.in_use,
            AuthenticatorApp.added_at > now - SET_UP_WITHIN,
        )
    )


def _has_any(session: Session, user_id: int) -> bool:
    return bool(session.scalar(select(has_second_factor()).where(User.id == user_id)))


def _forget_app(session: Session, user_id: int, *, in_use: bool) -> bool:
    gone = session.scalars(
        delete(AuthenticatorApp)
        .where(AuthenticatorApp.user_id == user_id, AuthenticatorApp.in_use.is_(in_use))
        .returning(AuthenticatorApp.id)
    )
    return bool(gone.all())
