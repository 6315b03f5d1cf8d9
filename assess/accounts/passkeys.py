"""Passkeys (WebAuthn): what a browser is asked, and whether its answer holds.

`answer` is the JSON that a browser's credential gives, `challenge` the random bytes it was made
for, which the caller keeps beside the browser and forgets when it is answered.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from assess.accounts import factors, tries
from assess.accounts.models import Passkey, User
from assess.db.scope import Across, Sessions, across
from assess.errors import Conflict, Invalid, NotFound
from assess.settings import Settings

LONGEST_NAME: Final = 80
#: What parsing a browser's answer may raise: it is anybody's text.
_FAULTS: Final = (WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError)


def ask_to_register(sessions: Sessions, settings: Settings, user_id: int, challenge: bytes) -> str:
    """Return the options (JSON) for a new passkey, one that can sign in by itself if it can."""
    with across(sessions, Across.SIGN_IN) as session:
        user = session.get_one(User, user_id)
        return options_to_json(
            generate_registration_options(
                rp_id=_place(settings), rp_name="Assess", user_name=user.email,
                user_display_name=user.name, challenge=challenge,
                user_id=base64url_to_bytes(_handle(session, user_id, challenge)),
                exclude_credentials=_known(session, user_id),
                authenticator_selection=AuthenticatorSelectionCriteria(
                    resident_key=ResidentKeyRequirement.PREFERRED,
                    user_verification=UserVerificationRequirement.PREFERRED,
                ),
            )
        )  # fmt: skip


def register(
    sessions: Sessions,
    settings: Settings,
    user_id: int,
    name: str,
    answer: str,
    challenge: bytes,
    *,
    now: datetime,
) -> Sequence[str]:
    """Keep a new passkey; return recovery codes to show, none when the user has some.

    Raises Invalid when the answer does not hold or the name is empty, Conflict when the passkey
    is known.
    """
    name = _checked(name)
    try:
        made = verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=_place(settings),
            expected_origin=_origin(settings),
        )  # fmt: skip
    except _FAULTS as fault:
        raise Invalid("This passkey could not be added. Please try again.") from fault
    credential = bytes_to_base64url(made.credential_id)
    with across(sessions, Across.SIGN_IN, write=True) as session:
        if session.scalar(select(Passkey.id).where(Passkey.credential == credential)):
            raise Conflict("This passkey is known already.")
        row = Passkey(
            user_id=user_id, user_handle=_handle(session, user_id, challenge), name=name,
            credential=credential, public_key=made.credential_public_key,
            sign_count=made.sign_count, added_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return factors.added(session, user_id, "passkey", row.id, now=now)


def ask_to_sign_in(
    sessions: Sessions, settings: Settings, user_id: int | None, challenge: bytes
) -> str:
    """Return the options (JSON) for signing in with a passkey.

    Of a user whose password was right, any of theirs will do. Of somebody unknown (None) it must
    be one that the device itself names, and that asks for a finger, a face or a PIN.
    """
    known = []
    if user_id is not None:
        with across(sessions, Across.SIGN_IN) as session:
            known = _known(session, user_id)
    return options_to_json(
        generate_authentication_options(
            rp_id=_place(settings), challenge=challenge, allow_credentials=known,
            user_verification=(
                UserVerificationRequirement.PREFERRED if known
                else UserVerificationRequirement.REQUIRED
            ),
        )
    )  # fmt: skip


def check(
    sessions: Sessions,
    settings: Settings,
    user_id: int | None,
    answer: str,
    challenge: bytes,
    *,
    now: datetime,
) -> int | None:
    """Return whose passkey has answered, None when the answer does not hold; it holds once.

    ``user_id`` is whose it must be, None for anybody's; then the device must have made sure of
    the person, for the passkey stands in for the password too.
    """
    with across(sessions, Across.SIGN_IN, write=True) as session:
        row = _answering(session, answer, user_id)
        if row is None:
            return None
        found = _verified(settings, row, answer, challenge, alone=user_id is None)
        if found is None:
            return None
        # Of two answers at once with the same count, one is a copy.
        noted = session.scalars(
            update(Passkey)
            .where(Passkey.id == row.id, Passkey.sign_count == row.sign_count)
            .values(sign_count=found.new_sign_count, used_at=now)
            .returning(Passkey.user_id)
        ).one_or_none()
    text = bytes_to_base64url(challenge)
    return noted if tries.is_first_use(sessions, settings, text, now=now) else None


def rename(sessions: Sessions, user_id: int, passkey_id: int, name: str) -> None:
    """Call a passkey otherwise; NotFound for another's, Invalid for an empty name."""
    name = _checked(name)
    with across(sessions, Across.SIGN_IN, write=True) as session:
        row = session.scalar(
            select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id)
        )
        if row is None:
            raise NotFound("This passkey is not one of yours.")
        row.name = name


def remove(sessions: Sessions, user_id: int, passkey_id: int, *, now: datetime) -> None:
    """Remove a passkey; NotFound for another's and for one that was removed before."""
    with across(sessions, Across.SIGN_IN, write=True) as session:
        gone = session.scalars(
            delete(Passkey)
            .where(Passkey.id == passkey_id, Passkey.user_id == user_id)
            .returning(Passkey.id)
        ).one_or_none()
        if gone is None:
            raise NotFound("This passkey is not one of yours, or it was removed already.")
        factors.removed(session, user_id, "passkey", gone, now=now)


def _answering(session: Session, answer: str, user_id: int | None) -> Passkey | None:
    """Find the passkey that an answer names, of an active user and of ``user_id`` if given."""
    try:
        told = json.loads(answer)
        credential = bytes_to_base64url(base64url_to_bytes(told["rawId"]))
        handle = told["response"].get("userHandle") or None
    except _FAULTS:
        return None
    row = session.scalar(
        select(Passkey)
        .join(User, User.id == Passkey.user_id)
        .where(Passkey.credential == credential, User.active)
    )
    if row is None or user_id not in (None, row.user_id) or handle not in (None, row.user_handle):
        return None
    return row


def _verified(
    settings: Settings, row: Passkey, answer: str, challenge: bytes, *, alone: bool
) -> VerifiedAuthentication | None:
    try:
        return verify_authentication_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=_place(settings),
            expected_origin=_origin(settings), credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count, require_user_verification=alone,
        )  # fmt: skip
    except _FAULTS:
        return None


def _handle(session: Session, user_id: int, challenge: bytes) -> str:
    """Give the random number that stands for a user on their devices, new with the first key.

    It is made of the challenge, so that it is the same when the browser answers.
    """
    known = session.scalar(
        select(Passkey.user_handle).where(Passkey.user_id == user_id).order_by(Passkey.id).limit(1)
    )
    return known or bytes_to_base64url(hashlib.sha256(b"user handle" + challenge).digest())


def _known(session: Session, user_id: int) -> list[PublicKeyCredentialDescriptor]:
    mine = session.scalars(select(Passkey.credential).where(Passkey.user_id == user_id))
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in mine]


def _checked(name: str) -> str:
    wanted = " ".join(name.split())
    if not 0 < len(wanted) <= LONGEST_NAME:
        raise Invalid(f"A passkey's name has 1 to {LONGEST_NAME} characters.")
    return wanted


def _origin(settings: Settings) -> str:
    parts = urlsplit(settings.public_url)
    return f"{parts.scheme}://{parts.netloc}"


def _place(settings: Settings) -> str:
    return urlsplit(settings.public_url).hostname or "localhost"
