"""Send a browser to the provider, and trade the code it brings back for who it is.

The authorization code flow with PKCE (OpenID Connect Core 1.0, section 3.1; RFC 7636), by Authlib.
The tokens live as long as this takes: none is kept.
"""

from datetime import datetime
from typing import Final

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from urllib3.exceptions import HTTPError

from assess.accounts import oidc_tokens
from assess.accounts.oidc_http import get_json, guard
from assess.accounts.oidc_queries import ProviderView
from assess.accounts.oidc_secret import unseal
from assess.accounts.oidc_tokens import Claims, Expected
from assess.accounts.oidc_way_service import Purpose, Way
from assess.errors import Refused
from assess.settings import Settings

#: Who it is, and nothing else: no name, no address.
SCOPE: Final = "openid"
LONGEST_CODE: Final = 4096


def back_address(settings: Settings, organisation_id: int) -> str:
    """Give the address to come back to: one for each organisation, so that none gets another's."""
    return f"{settings.public_url}/sign-in/back/{organisation_id}"


def address(settings: Settings, way: Way) -> str:
    """Give the provider's address to send the browser to."""
    anew = {"prompt": "login", "max_age": "0"} if way.purpose is Purpose.AGAIN else {}
    with _client(settings, way.provider, None) as client:
        url, _state = client.create_authorization_url(
            way.provider.endpoints.authorization,
            state=way.state,
            code_verifier=way.derived(settings, "verifier"),
            nonce=way.derived(settings, "nonce"),
            **anew,
        )
    return str(url)


def redeem(settings: Settings, way: Way, code: str, *, now: datetime) -> Claims:
    """Trade a code for checked claims; Refused when the provider or its answer will not do."""
    provider, private = way.provider, settings.private_providers
    secret = unseal(settings, provider.sealed, provider.organisation_id, provider.issuer)
    if not 0 < len(code) <= LONGEST_CODE:
        raise Refused("The provider sent no code. Please try again.")
    with _client(settings, provider, secret) as client:
        guard(client, private=private)
        try:
            tokens = client.fetch_token(
                provider.endpoints.token,
                code=code,
                code_verifier=way.derived(settings, "verifier"),
                grant_type="authorization_code",
            )
        except OAuthError:
            raise Refused("The provider refused. The client secret may have ended.") from None
        except (requests.RequestException, HTTPError, ValueError):
            raise Refused("The provider does not answer as it should. Try again later.") from None
    return oidc_tokens.check(
        tokens.get("id_token"),
        get_json(provider.endpoints.keys, private=private),
        Expected(
            provider.issuer,
            provider.client_id,
            way.derived(settings, "nonce"),
            provider.endpoints.signatures,
            way.began_at if way.purpose is Purpose.AGAIN else None,
        ),
        now=now,
    )


def _client(settings: Settings, provider: ProviderView, secret: str | None) -> OAuth2Session:
    return OAuth2Session(
        client_id=provider.client_id,
        client_secret=secret,
        token_endpoint_auth_method=provider.endpoints.way,
        scope=SCOPE,
        redirect_uri=back_address(settings, provider.organisation_id),
        code_challenge_method="S256",
    )
