"""What a browser's passkey must answer: random, kept in its cookie, forgotten when answered."""

import secrets
from datetime import timedelta
from typing import Any, Final

from flask import session
from flask.typing import ResponseReturnValue
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from assess.accounts import passkeys
from assess.accounts.factor_forms import PasskeyAnswerForm
from assess.web import pages

#: Where the cookie keeps it.
CHALLENGE: Final = "passkey_challenge"
#: Shorter than the time for which `tries` remembers what was answered.
LASTS: Final = timedelta(minutes=5)


def new() -> bytes:
    """Make a challenge; one before it is void."""
    made = secrets.token_bytes(32)
    session[CHALLENGE] = {"text": bytes_to_base64url(made), "at": pages.now().timestamp()}
    return made


def taken() -> bytes | None:
    """Give the challenge that this browser was asked last, once; None when that is long ago."""
    known: dict[str, Any] = session.pop(CHALLENGE, None) or {}
    if pages.now().timestamp() - known.get("at", 0) > LASTS.total_seconds():
        return None
    return base64url_to_bytes(known["text"])


def asked(user_id: int | None) -> ResponseReturnValue:
    """Give a browser what it asks passkeys for: those of a user, or any (None)."""
    options = passkeys.ask_to_sign_in(pages.sessions(), pages.settings(), user_id, new())
    return options, {"Content-Type": "application/json"}


def answered(user_id: int | None) -> int | None:
    """Return whose passkey has answered the last challenge; see `passkeys.check`."""
    form, challenge = PasskeyAnswerForm(), taken()
    if challenge is None or not form.accepted():
        return None
    return passkeys.check(
        pages.sessions(), pages.settings(), user_id, form.answer.data, challenge, now=pages.now()
    )
