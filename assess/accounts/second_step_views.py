"""Pages of sign-in behind the password, and sign-in by a passkey alone."""

from typing import cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import UserMixin
from flask_security.proxies import _datastore
from flask_security.utils import _get_post_login_redirect

from assess.accounts import challenges, factors, second_step, tries
from assess.accounts.factor_forms import AppCodeForm, RecoveryCodeForm
from assess.accounts.factor_mail import tell
from assess.accounts.models import User
from assess.web import pages

bp = Blueprint("second_step", __name__, url_prefix="/sign-in")


@bp.get("/second")
def ask() -> ResponseReturnValue:
    """Ask for a second factor, after the password."""
    user = second_step.pending()
    return _begin_again() if user is None else _page(user)


@bp.post("/second")
def check_code() -> ResponseReturnValue:
    """Look at a code of the app, or a recovery code."""
    user = second_step.pending()
    if user is None:
        return _begin_again()
    form = RecoveryCodeForm() if "recovery_code" in request.form else AppCodeForm()
    if not form.accepted():
        return _page(user, form), 422
    kept, now = (pages.sessions(), pages.settings(), user.id), pages.now()
    if not tries.may_try_code(*kept, now=now):
        abort(429)
    field = form.typed
    factor = factors.check_code(*kept, field.data, now=now)
    if factor is None:
        field.errors = [_("This code does not work, or it was used before.")]
        return _page(user, form), 422
    tries.forget_codes(*kept)
    return _let_in(user, factor)


@bp.post("/second/options")
def second_options() -> ResponseReturnValue:
    """Give the browser what it asks a passkey for, after the password."""
    user = second_step.pending()
    return _begin_again() if user is None else challenges.asked(user.id)


@bp.post("/second/passkey")
def check_second_passkey() -> ResponseReturnValue:
    """Look at a passkey's answer, after the password."""
    user = second_step.pending()
    if user is None:
        return _begin_again()
    if challenges.answered(user.id) is None:
        flash(_("This passkey did not work. Try again, or use a code."), "error")
        return redirect(url_for(".ask", next=request.args.get("next")), 303)
    return _let_in(user, "passkey")


@bp.post("/passkey/options")
def options() -> ResponseReturnValue:
    """Give the browser what it asks any passkey for."""
    return challenges.asked(None)


@bp.post("/passkey")
def check_passkey() -> ResponseReturnValue:
    """Sign in whoever's passkey has answered: device and person, so no password is asked."""
    user_id = challenges.answered(None)
    user = None if user_id is None else _datastore.find_user(id=user_id)
    if user is None or not user.is_active:
        flash(_("This passkey did not work. Sign in with your password."), "error")
        return redirect(url_for("security.login", next=request.args.get("next")), 303)
    return _let_in(user, "passkey")


def _let_in(user: UserMixin, factor: str) -> ResponseReturnValue:
    second_step.complete(user, factor)
    if factor == "recovery code":
        name = cast(User, user).name
        tell("factor_changed", name, user.email, what=_("a recovery code was used"))
        left = factors.of_user(pages.sessions(), user.id).codes_left
        flash(
            ngettext(
                "You have %(num)s recovery code left. The menu leads to new ones: Second factor.",
                "You have %(num)s recovery codes left. The menu leads to new ones: Second factor.",
                left,
            ),
            "note",
        )
    return redirect(_get_post_login_redirect(), 303)


def _begin_again() -> ResponseReturnValue:
    flash(_("Please sign in with your password first. It holds for ten minutes."), "note")
    return redirect(url_for("security.login", next=request.args.get("next")), 303)


def _page(user: UserMixin, faulty: AppCodeForm | RecoveryCodeForm | None = None) -> str:
    return render_template(
        "accounts/second_step.html",
        mine=factors.of_user(pages.sessions(), user.id),
        faulty=faulty,
        app_form=faulty if isinstance(faulty, AppCodeForm) else AppCodeForm(formdata=None),
        recovery_form=(
            faulty if isinstance(faulty, RecoveryCodeForm) else RecoveryCodeForm(formdata=None)
        ),
        next=request.args.get("next"),
    )
