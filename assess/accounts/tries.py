"""How often a password was tried: by account and by address, kept over restarts.

What is counted stands as an HMAC: a mistyped address is nobody's business.
"""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from assess.accounts.models import PasswordTries
from assess.db.scope import Across, Sessions, across
from assess.settings import Settings

WINDOW = timedelta(minutes=15)
MOST_BY_ACCOUNT = 20
MOST_BY_ADDRESS = 100
MOST_LINKS = 5
#: At codes; few, for whoever tries them has the password already.
MOST_CODES = 5


def may_try(
    sessions: Sessions, settings: Settings, email: str, address: str | None, *, now: datetime
) -> bool:
    """Count one try at the password of ``email``; False when there were too many of late.

    The try is counted before it is known to be wrong, so that many at once cannot slip by.
    """
    by_account = _count(sessions, _key(settings, "account", email), now)
    if address is None or not _is_one_client(address):
        return by_account <= MOST_BY_ACCOUNT
    by_address = _count(sessions, _key(settings, "address", address), now)
    return by_account <= MOST_BY_ACCOUNT and by_address <= MOST_BY_ADDRESS


def may_try_code(sessions: Sessions, settings: Settings, user_id: int, *, now: datetime) -> bool:
    """Count one try at a user's second factor; False when there were too many of late.

    The right password does not begin this count anew: it is known to whoever tries.
    """
    return _count(sessions, _key(settings, "code", str(user_id)), now) <= MOST_CODES


def forget_codes(sessions: Sessions, settings: Settings, user_id: int) -> None:
    """Begin the count of codes anew: a right one was given."""
    _forget(sessions, _key(settings, "code", str(user_id)))


def is_first_use(sessions: Sessions, settings: Settings, challenge: str, *, now: datetime) -> bool:
    """Say whether a challenge is answered for the first time; asked within `WINDOW` of making."""
    return _count(sessions, _key(settings, "challenge", challenge), now) == 1


def may_send_link(sessions: Sessions, settings: Settings, email: str, *, now: datetime) -> bool:
    """Count one mail with a password link to ``email``; False when there were too many."""
    return _count(sessions, _key(settings, "link", email), now) <= MOST_LINKS


def may_go_to_provider(
    sessions: Sessions, settings: Settings, address: str | None, *, now: datetime
) -> bool:
    """Count one trip to an organisation's provider; False when an address made too many."""
    if address is None or not _is_one_client(address):
        return True
    return _count(sessions, _key(settings, "provider", address), now) <= MOST_BY_ADDRESS


def forget(sessions: Sessions, settings: Settings, email: str) -> None:
    """Begin an account's count anew: the right password was given."""
    _forget(sessions, _key(settings, "account", email))


def _forget(sessions: Sessions, key: str) -> None:
    with across(sessions, Across.SIGN_IN, write=True) as session:
        session.execute(delete(PasswordTries).where(PasswordTries.key == key))


def _count(sessions: Sessions, key: str, now: datetime) -> int:
    with across(sessions, Across.SIGN_IN, write=True) as session:
        session.execute(delete(PasswordTries).where(PasswordTries.since <= now - WINDOW))
        on_sqlite = session.get_bind().dialect.name == "sqlite"
        insert = sqlite.insert if on_sqlite else postgresql.insert
        return session.scalars(
            insert(PasswordTries)
            .values(key=key, count=1, since=now)
            .on_conflict_do_update(
                index_elements=[PasswordTries.key], set_={"count": PasswordTries.count + 1}
            )
            .returning(PasswordTries.count)
        ).one()


def _key(settings: Settings, kind: str, what: str) -> str:
    text = f"{kind}:{what.strip().casefold()}"
    return hmac.new(
        settings.secret_key.encode(), text.encode(errors="replace"), hashlib.sha256
    ).hexdigest()


def _is_one_client(address: str) -> bool:
    """Say whether an address is one client's; a private one may be a proxy everyone uses."""
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False
