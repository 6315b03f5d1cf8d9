"""The trip of a browser to the provider and back, as the pages use it."""

import secrets
from typing import Final
from urllib.parse import urlsplit

from flask import abort, g, render_template, request, session
from flask_security import current_user, login_user, logout_user
from flask_security.proxies import _datastore

from assess.accounts import oidc_exchange, oidc_way_service, tries
from assess.accounts.oidc_queries import ProviderView
from assess.accounts.oidc_tokens import Claims
from assess.accounts.oidc_way_service import Purpose, Way
from assess.accounts.sign_in import BY_PROVIDER_OF
from assess.errors import NotFound, Refused
from assess.web import pages

#: Where the cookie keeps what a way is bound to.
BROWSER: Final = "oidc"
FIRST_PAGE: Final = "/campaigns/"


def send(
    provider: ProviderView, purpose: Purpose, *, member_id: int | None = None, next_page: str = ""
) -> str:
    """Begin a way; give the page that leads the browser to the provider.

    Not a redirect: the page's policy would not let a form lead to another site.
    """
    if not tries.may_go_to_provider(
        pages.sessions(), pages.settings(), request.remote_addr, now=pages.now()
    ):
        abort(429)
    browser = session.setdefault(BROWSER, secrets.token_urlsafe(32))
    way = oidc_way_service.begin(
        pages.sessions(), provider, purpose, browser=browser, member_id=member_id,
        next_page=own_page(next_page), now=pages.now(),
    )  # fmt: skip
    address = oidc_exchange.address(pages.settings(), way)
    return render_template(
        "accounts/oidc_away.html",
        address=address,
        provider=provider,
        host=urlsplit(address).hostname,
    )


def take(organisation_id: int) -> Way:
    """Give the way that this browser came back from, once; Refused for any other."""
    return oidc_way_service.take(
        pages.sessions(), organisation_id, state=request.args.get("state", ""),
        browser=session.get(BROWSER, ""), now=pages.now(),
    )  # fmt: skip


def claims_of(way: Way) -> Claims:
    """Trade the code in the address for who it is; Refused when the provider said no."""
    told = request.args
    issuer = told.get("iss")
    if issuer != way.provider.issuer and (issuer or way.provider.endpoints.names_itself):
        raise Refused("The answer came from another provider. Please begin again.")
    if told.get("error"):
        raise Refused("The provider did not let you in, or you stopped there.")
    return oidc_exchange.redeem(pages.settings(), way, told.get("code", ""), now=pages.now())


def enter(way: Way, user_id: int, claims: Claims) -> None:
    """Sign the user in, in a session of its own; old is what was shown at the provider long ago."""
    user = _datastore.find_user(id=user_id)
    if user is None:
        raise NotFound("This member does not exist.")
    if current_user.is_authenticated:
        logout_user()
    session.clear()
    setattr(g, BY_PROVIDER_OF, way.provider.organisation_id)
    g.pop("memberships", None)
    login_user(user, remember=False, authn_via=["provider"])
    shown_again(claims)


def shown_again(claims: Claims) -> None:
    """Note when the person showed at the provider who they are; never, when it does not tell."""
    session["fs_paa"] = claims.shown_at or 0


def own_page(path: str) -> str:
    """Give ``path`` when it leads to a page of ours, the first page otherwise."""
    safe = path.startswith("/") and not path.startswith("//") and path.isprintable()
    return path if safe and "\\" not in path and len(path) <= 500 else FIRST_PAGE
