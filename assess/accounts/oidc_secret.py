"""A client secret at rest: encrypted with a key of the installation's secret."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from assess.errors import Refused
from assess.settings import Settings

_NONCE = 12


def seal(settings: Settings, secret: str, organisation_id: int, issuer: str) -> str:
    """Encrypt a secret; it opens only for this organisation and this issuer."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = _cipher(settings).encrypt(nonce, secret.encode(), _bound(organisation_id, issuer))
    return urlsafe_b64encode(nonce + sealed).decode()


def unseal(settings: Settings, sealed: str, organisation_id: int, issuer: str) -> str:
    """Give the secret back; Refused when the installation's secret was changed since."""
    raw = urlsafe_b64decode(sealed)
    bound = _bound(organisation_id, issuer)
    try:
        return _cipher(settings).decrypt(raw[:_NONCE], raw[_NONCE:], bound).decode()
    except InvalidTag:
        raise Refused(
            "The client secret can no longer be read. An administrator must type it again."
        ) from None


def _cipher(settings: Settings) -> AESGCM:
    key = HKDF(SHA256(), length=32, salt=None, info=b"assess: secrets of OpenID clients")
    return AESGCM(key.derive(settings.secret_key.encode()))


def _bound(organisation_id: int, issuer: str) -> bytes:
    return f"{organisation_id} {issuer}".encode()
