"""Sign-in's second step: between the right password and being signed in.

The browser's signed cookie says whose password was right, and when. A new password, the end of
the account, and ten minutes make that void.
"""

from datetime import timedelta
from typing import Any, Final

from flask import redirect, request, session, url_for
from flask.typing import ResponseValue
from flask_security import UserMixin, current_user, login_user
from flask_security.proxies import _datastore
from flask_security.tf_plugin import TfPlugin

from assess.accounts import factors
from assess.web import pages

#: Where the cookie keeps whose password was right.
PENDING: Final = "second_step"
LASTS: Final = timedelta(minutes=10)


class SecondStep(TfPlugin):
    """The library's way to a second factor, with ours behind it."""

    def tf_enter(
        self,
        user: UserMixin,
        remember_me: bool | None,  # noqa: ARG002, FBT001 - nobody is remembered
        primary_authn_via: str,
        next_loc: str | None,  # noqa: ARG002 - the page asked for stands in the address
    ) -> ResponseValue | None:
        """Lead on to the second step; None when the first is all that is asked of this user."""
        if not factors.has_any(pages.sessions(), user.id):
            return None
        session[PENDING] = {
            "user": user.fs_uniquifier, "at": pages.now().timestamp(), "via": primary_authn_via,
        }  # fmt: skip
        return redirect(url_for("second_step.ask", next=request.args.get("next")), 303)


def pending() -> UserMixin | None:
    """Give the user who has passed the first step in this browser, None for nobody."""
    known: dict[str, Any] = session.get(PENDING) or {}
    if pages.now().timestamp() - known.get("at", 0) > LASTS.total_seconds():
        session.pop(PENDING, None)
        return None
    user = _datastore.find_user(fs_uniquifier=known["user"])
    return user if user is not None and user.is_active else None


def complete(user: UserMixin, factor: str) -> None:
    """Sign in who has passed both steps; ``factor`` is what the second was."""
    known = session.pop(PENDING, {"via": "passkey"})
    login_user(user, authn_via=[known["via"], factor])


def passkeys_here() -> dict[str, object]:
    """Tell the page that asks for the password again whether a passkey will do."""
    return {"has_passkeys": bool(factors.of_user(pages.sessions(), current_user.id).passkeys)}
