"""The one guard of members' pages: who is signed in, in which organisation, as what."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any, Final

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user

from assess.accounts import queries, sign_ins
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.accounts.queries import MemberView
from assess.accounts.sign_in import KEY
from assess.db.scope import Across, across
from assess.web import pages

View = Callable[..., ResponseReturnValue]

#: So long after the password was given a delicate act needs it no second time.
FRESH: Final = timedelta(minutes=30)


#: Where the cookie keeps which of several organisations its user has entered.
ENTERED: Final = "organisation"


def current_member() -> MemberView | None:
    """Give the member who is signed in, None for nobody; asked once a request.

    Of several organisations it is the one entered last, else the first joined.
    """
    found = own_memberships()
    entered = session.get(ENTERED)
    return next((one for one in found if one.organisation_id == entered), (*found, None)[0])


def own_memberships() -> Sequence[MemberView]:
    """Give every membership of who is signed in, the first joined first; none for nobody."""
    if "memberships" not in g:
        g.memberships = _look_up()
    return g.memberships  # type: ignore[no-any-return]


def actor() -> Actor:
    """Give the actor for services; only behind `member_required`."""
    member = current_member()
    if member is None:
        abort(403)
    return Actor(member.organisation_id, "member", member.id, member.role)


def member_required(
    *roles: RoleName, fresh: str | None = None, before_factor: bool = False
) -> Callable[[View], View]:
    """Let in members with one of ``roles``; none named lets in every member.

    Nobody signed in goes to sign-in; another role, or a former member, gets 403. ``fresh`` is
    for acts that a browser left open must not do: whoever gave the password longer ago than
    `FRESH` is asked for it again, and led on to the page of this endpoint. Who must have a second
    factor and has none is led to set it up, from everywhere but what is open ``before_factor``.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return redirect(url_for("security.login", next=request.path))
            member = current_member()
            if member is None or (roles and member.role not in roles):
                abort(403)
            if member.factor_due and not before_factor:
                return redirect(url_for("factors.index"))
            if fresh is not None and not _is_fresh():
                again = "oidc_account.again" if member.by_provider else "security.verify"
                return redirect(url_for(again, next=_page_of(fresh)))
            return view(*args, **kwargs)

        guarded.roles = roles  # type: ignore[attr-defined]
        return guarded

    return decorate


def _is_fresh() -> bool:
    given_at = float(session.get("fs_paa", 0))
    return pages.now().timestamp() - given_at < FRESH.total_seconds()


def _page_of(endpoint: str) -> str:
    """Give the address of the page an act belongs to: it leads nowhere without its form."""
    rule = next(current_app.url_map.iter_rules(endpoint))
    given = request.view_args or {}
    return url_for(endpoint, **{name: given[name] for name in rule.arguments})


def install(app: Flask) -> None:
    """Give templates the member."""

    @app.context_processor
    def member() -> dict[str, object]:
        mine = current_member()
        others = [one for one in own_memberships() if one != mine]
        return {"member": mine, "other_memberships": others, "role_label": role_label}


def role_label(role: RoleName) -> str:
    """Give a role's name for people."""
    labels = {
        RoleName.RECRUITER: _("Recruiter"),
        RoleName.HIRING_MANAGER: _("Hiring manager"),
        RoleName.PSYCHOLOGIST: _("Psychologist"),
        RoleName.ANALYST: _("Analyst"),
        RoleName.ADMINISTRATOR: _("Administrator"),
    }
    return str(labels[role])


def _look_up() -> Sequence[MemberView]:
    if not current_user.is_authenticated:
        return ()
    with across(pages.sessions(), Across.SIGN_IN) as database:
        key_digest = sign_ins.digest(session.get(KEY, ""))
        return queries.memberships(database, current_user.id, key_digest)
