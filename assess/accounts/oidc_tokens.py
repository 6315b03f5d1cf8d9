"""Check an ID token: OpenID Connect Core 1.0, section 3.1.3.7."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from assess.errors import Refused

#: Seconds by which two clocks may differ.
LEEWAY: Final = 60
LONGEST_SUBJECT: Final = 255
#: The last moment that is taken for one, in seconds since 1970.
LATEST: Final = 1e11


@dataclass(frozen=True)
class Claims:
    """Who signed in at the provider, and when they last showed it there, if that is told."""

    issuer: str
    subject: str
    shown_at: float | None


@dataclass(frozen=True)
class Expected:
    """What a token must say; ``shown_since``: the person must have signed in after that."""

    issuer: str
    client_id: str
    nonce: str
    signatures: Sequence[str]
    shown_since: datetime | None = None


def check(token: object, keys: Mapping[str, Any], expected: Expected, *, now: datetime) -> Claims:
    """Return what an ID token claims; Refused when any of it is not as it must be."""
    try:
        known = KeySet.import_key_set(cast(KeySetSerialization, dict(keys)))
        read = jwt.decode(str(token), known, algorithms=list(expected.signatures))
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": expected.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": expected.client_id},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(read.claims)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise Refused("The provider's answer could not be trusted. Please try again.") from None
    _check_parties(read.claims, expected)
    return Claims(expected.issuer, _subject(read.claims), _shown(read.claims, expected, now))


def _check_parties(claims: Mapping[str, Any], expected: Expected) -> None:
    """Raise Refused for another browser's token, or one that was made for somebody else."""
    nonce, party = claims.get("nonce"), claims.get("azp")
    if not (isinstance(nonce, str) and hmac.compare_digest(_bytes(nonce), _bytes(expected.nonce))):
        raise Refused("The provider's answer belongs to another sign-in. Please try again.")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if party != expected.client_id and (several or party is not None):
        raise Refused("The provider's answer was made for another service.")


def _subject(claims: Mapping[str, Any]) -> str:
    subject = str(claims["sub"])
    if not 0 < len(subject) <= LONGEST_SUBJECT:
        raise Refused("The provider's answer names nobody.")
    return subject


def _shown(claims: Mapping[str, Any], expected: Expected, now: datetime) -> float | None:
    """Give when the person signed in at the provider; Refused when it was not anew, but had to."""
    told = claims.get("auth_time")
    # What is not a number, and NaN, is in no range.
    usable = isinstance(told, int | float) and 0 < told < LATEST
    shown = min(float(told), now.timestamp()) if usable and told is not None else None
    if expected.shown_since is None:
        return shown
    if shown is None:
        raise Refused(
            "Your organisation's sign-in does not tell when you signed in there (auth_time)."
        )
    if shown < expected.shown_since.timestamp() - LEEWAY:
        raise Refused("Your organisation's sign-in did not ask you anew. Please try again.")
    return shown


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")
