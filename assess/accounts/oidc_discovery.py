"""What an OpenID provider says of itself: OpenID Connect Discovery 1.0, sections 3 and 4."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from assess.accounts.oidc_http import check_url, get_json
from assess.errors import Refused

WELL_KNOWN: Final = "/.well-known/openid-configuration"
#: Signatures that only the provider can make: never "none", never one by a shared secret.
SIGNATURES: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
)  # fmt: skip
#: Ways to show the client's secret, the preferred first; the first is what is meant by silence.
WAYS: Final = ("client_secret_basic", "client_secret_post")


@dataclass(frozen=True)
class Endpoints:
    """A provider's addresses, as it told them; ``names_itself``: its answers carry the issuer."""

    issuer: str
    authorization: str
    token: str
    keys: str
    way: str
    signatures: tuple[str, ...]
    names_itself: bool

    def document(self) -> dict[str, Any]:
        """Give it as it is stored."""
        return asdict(self)

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Endpoints":
        """Read what `document` gave."""
        return cls(**(stored | {"signatures": tuple(stored["signatures"])}))


def discover(issuer: str, *, private: bool) -> Endpoints:
    """Ask the provider; Refused when what it says cannot be worked with."""
    check_url(issuer, private=private)
    if "?" in issuer:
        raise Refused("The address must hold no question mark.")
    return read(issuer, get_json(issuer.rstrip("/") + WELL_KNOWN, private=private), private=private)


def read(issuer: str, told: dict[str, Any], *, private: bool) -> Endpoints:
    """Read a discovery document; Refused when it is another issuer's, or lacks what is needed."""
    if told.get("issuer") != issuer:
        raise Refused(
            "The provider gives itself another name. Enter the issuer exactly as its configuration "
            f"says it, with or without a slash at the end: {str(told.get('issuer'))[:200]}"
        )
    addresses = {
        name: told.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
    }
    for name, address in addresses.items():
        if not isinstance(address, str):
            raise Refused(f"The provider's configuration names no {name}.")
        check_url(address, private=private)
    ways = _words(told, "token_endpoint_auth_methods_supported") or WAYS[:1]
    signatures = _words(told, "id_token_signing_alg_values_supported") or SIGNATURES[:1]
    way = next((one for one in WAYS if one in ways), None)
    known = tuple(one for one in SIGNATURES if one in signatures)
    if way is None or not known:
        raise Refused("The provider takes no client secret, or signs in no way that is known here.")
    if "code" not in (_words(told, "response_types_supported") or ("code",)):
        raise Refused("The provider does not offer the authorization code flow.")
    return Endpoints(
        issuer,
        str(addresses["authorization_endpoint"]),
        str(addresses["token_endpoint"]),
        str(addresses["jwks_uri"]),
        way,
        known,
        told.get("authorization_response_iss_parameter_supported") is True,
    )


def _words(told: dict[str, Any], name: str) -> tuple[str, ...]:
    found = told.get(name)
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()
