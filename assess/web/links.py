"""Signed links: one mechanism for candidates, raters, invitations and device hand-over.

A token carries purpose, id, generation and expiry; the database keeps only the generation.
Nothing here is stored, and nothing here needs the web framework: workers write links too.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from assess.errors import NotFound, Refused
from assess.settings import Settings


@dataclass(frozen=True)
class LinkClaim:
    """What a valid token says; the caller compares ``generation`` with the record's."""

    purpose: str
    id: int
    generation: int


def token(settings: Settings, purpose: str, id_: int, generation: int, expires: datetime) -> str:
    """Sign a link's token, valid until ``expires``."""
    return _serializer(settings, purpose).dumps([id_, generation, int(expires.timestamp())])


def claim(
    settings: Settings,
    purpose: str,
    signed: str,
    *,
    now: datetime,
    late: timedelta = timedelta(0),
) -> LinkClaim:
    """Read a token; NotFound when it is not ours, Refused when its time is over.

    With ``late`` it is read for so long afterwards: the record says then whether it still holds.
    """
    try:
        id_, generation, expires = _serializer(settings, purpose).loads(signed)
    except (BadSignature, ValueError, TypeError):
        raise NotFound("This link is not complete, or not one of ours.") from None
    if (now - late).timestamp() > expires:
        raise Refused("This link has expired.")
    return LinkClaim(purpose, int(id_), int(generation))


def _serializer(settings: Settings, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret_key, salt=f"link:{purpose}")
