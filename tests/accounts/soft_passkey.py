"""A passkey in software, as WebAuthn says: makes a key pair, signs what it is asked."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


@dataclass
class SoftPasskey:
    """One credential for one place; ``verifies``: it asks for a finger or a PIN."""

    place: str = "localhost"
    origin: str = "http://localhost"
    verifies: bool = True
    count: int = 0
    handle: str | None = None
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def made(self, options: str) -> str:
        """Answer what a browser is asked at registration."""
        asked = json.loads(options)
        self.handle = asked["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        size = len(self.credential).to_bytes(2)
        held = bytes(16) + size + self.credential + encode_cbor(public)
        told = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + held}
        client = self._client("webauthn.create", asked["challenge"])
        return self._answer(clientDataJSON=client, attestationObject=encode_cbor(told))

    def signed(self, options: str) -> str:
        """Answer what a browser is asked at sign-in."""
        self.count += 1
        client, data = self._client("webauthn.get", json.loads(options)["challenge"]), self._data()
        to_sign = data + hashlib.sha256(client).digest()
        signature = self.key.sign(to_sign, ec.ECDSA(SHA256()))
        handle = base64url_to_bytes(self.handle or "")
        return self._answer(
            clientDataJSON=client, authenticatorData=data, signature=signature, userHandle=handle
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps(told).encode()

    def _data(self, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        place = hashlib.sha256(self.place.encode()).digest()
        return place + bytes([flags]) + self.count.to_bytes(4)

    def _answer(self, **parts: bytes) -> str:
        name = bytes_to_base64url(self.credential)
        response = {key: bytes_to_base64url(value) for key, value in parts.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
