"""What authenticator apps make codes of (TOTP, RFC 6238): encrypted, shown once, matched.

`kept` is the text that is stored: JSON with the key encrypted by AES-256, as Flask-Security-Too
keeps it, and the name of the secret it was encrypted with; KeyError when that is not among
`secrets`, which `factor_secrets` gives.
"""

import hashlib
import hmac
import logging
from datetime import datetime
from functools import cache
from typing import Any, Final

from passlib.totp import TOTP, AppWallet, TokenError

from assess.settings import Settings

ISSUER: Final = "Assess"
#: A clock may be so many seconds ahead or behind: one code.
TOLERANCE: Final = 30
log = logging.getLogger(__name__)


def factor_secrets(settings: Settings) -> tuple[str, ...]:
    """Give what keys are encrypted with, the newest first: the others only decrypt."""
    return settings.factor_secrets or (settings.secret_key,)


def make(secrets: tuple[str, ...]) -> str:
    """Make a random key of 160 bits; return it as it is stored."""
    return str(_apps(secrets).new().to_json(encrypt=True))


def address(secrets: tuple[str, ...], kept: str, account: str) -> str:
    """Give the ``otpauth:`` address that an app reads from a picture."""
    return str(_apps(secrets).from_source(kept).to_uri(account))


def spelt(secrets: tuple[str, ...], kept: str) -> str:
    """Give the key as people type it into an app: in groups of four letters and digits."""
    return str(_apps(secrets).from_source(kept).pretty_key(sep=" "))


def match(
    secrets: tuple[str, ...], kept: str, code: str, last_counter: int | None, *, now: datetime
) -> int | None:
    """Return the counter of ``code`` when it is one of now and later than ``last_counter``.

    None for every other code, and for a key whose secret is not given any more.
    """
    try:
        app = _apps(secrets).from_source(kept)
    except KeyError:
        log.warning("the key of an authenticator app is encrypted with a secret that is not given")
        return None
    try:
        found = app.match(code, time=now, window=TOLERANCE, last_counter=last_counter)
    except (TokenError, ValueError):
        return None
    return int(found.counter)


def renewed(secrets: tuple[str, ...], kept: str) -> str:
    """Give a key as it is stored now: encrypted with the newest secret."""
    app = _apps(secrets).from_source(kept)
    return str(app.to_json(encrypt=True)) if app.changed else kept


@cache
def _apps(secrets: tuple[str, ...]) -> Any:
    named = {_keyed(one, "name")[:16]: _keyed(one, "key") for one in secrets}
    wallet = AppWallet(named, default_tag=_keyed(secrets[0], "name")[:16])
    return TOTP.using(issuer=ISSUER, wallet=wallet)


def _keyed(secret: str, what: str) -> str:
    text = f"authenticator apps: {what}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
