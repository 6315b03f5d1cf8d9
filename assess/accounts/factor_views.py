"""A member's own second factors: set up, named, removed, and the codes for a lost phone."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import segno
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user
from flask_security.utils import _get_post_verify_redirect
from markupsafe import Markup

from assess.accounts import challenges, factors, passkeys
from assess.accounts.devices import browser_words
from assess.accounts.factor_forms import AppCodeForm, PasskeyForm, PasskeyNameForm
from assess.accounts.factor_mail import tell
from assess.accounts.guard import current_member, member_required
from assess.errors import AssessError, Conflict, Invalid, NotFound, Refused
from assess.web import pages

bp = Blueprint("factors", __name__, url_prefix="/account/factors")


def _own(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Let a member in who signed in as the person.

    An organisation's provider speaks for its own members only. Factors and passwords open every
    organisation of the person, so nobody whom a provider let in may change them.
    """

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        who = current_member()
        if who is not None and who.by_provider:
            raise Refused(_("Sign in with your password to see and change your second factors."))
        return view(*args, **kwargs)

    return member_required(fresh="factors.index", before_factor=True)(checked)


@bp.get("")
@_own
def index() -> ResponseReturnValue:
    """Show what the member has beside the password."""
    return _page(PasskeyForm(formdata=None, name=browser_words(request.user_agent.string)))


@bp.post("/app")
@_own
def begin_app() -> ResponseReturnValue:
    """Make the key of a new app, and lead to where it is shown."""
    factors.begin_app(pages.sessions(), pages.settings(), current_user.id, now=pages.now())
    return redirect(url_for(".app"), 303)


@bp.get("/app")
@_own
def app() -> ResponseReturnValue:
    """Show the picture and the key that an app needs, and ask for its first code."""
    return _app_page(AppCodeForm(formdata=None))


@bp.post("/app/confirm")
@_own
def confirm_app() -> ResponseReturnValue:
    """Take the app into use, now that it has shown the right code."""
    form = AppCodeForm()
    if not form.accepted():
        return _app_page(form, 422)
    kept = pages.sessions(), pages.settings(), current_user.id
    try:
        codes = factors.confirm_app(*kept, form.code.data, now=pages.now())
    except NotFound as gone:
        return _refused(gone)
    if codes is None:
        form.code.errors = [
            _("This is not the code of now. Is the time on your phone right? Try the next one.")
        ]
        return _app_page(form, 422)
    _tell(_("an app was set up"))
    flash(_("Your app is set up. The next sign-in asks for a code."), "ok")
    return _codes_once(codes)


@bp.post("/app/remove")
@_own
def remove_app() -> ResponseReturnValue:
    """Remove the app."""
    if factors.remove_app(pages.sessions(), current_user.id, now=pages.now()):
        _tell(_("the app was removed"))
    flash(_("The app is removed. Its codes no longer work."), "ok")
    return _back()


@bp.post("/codes")
@_own
def make_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them, this once."""
    try:
        codes = factors.make_codes(pages.sessions(), current_user.id, now=pages.now())
    except Refused as refused:
        return _refused(refused)
    _tell(_("new recovery codes were made"))
    return _codes_once(codes)


@bp.post("/passkeys/options")
@_own
def passkey_options() -> ResponseReturnValue:
    """Give the browser what it needs for a new passkey."""
    asked = passkeys.ask_to_register(
        pages.sessions(), pages.settings(), current_user.id, challenges.new()
    )
    return asked, {"Content-Type": "application/json"}


@bp.post("/passkeys")
@_own
def add_passkey() -> ResponseReturnValue:
    """Keep the passkey that the browser has made."""
    form, challenge = PasskeyForm(), challenges.taken()
    if not form.accepted():
        return _page(form), 422
    try:
        codes = passkeys.register(
            pages.sessions(), pages.settings(), current_user.id, form.name.data,
            form.answer.data, challenge or b"", now=pages.now(),
        )  # fmt: skip
    except (Conflict, Invalid) as error:
        return _refused(error)
    _tell(_("a passkey was added"))
    flash(_("The passkey is added. You can sign in with it."), "ok")
    return _codes_once(codes)


@bp.post("/passkeys/<int:passkey_id>/name")
@_own
def rename_passkey(passkey_id: int) -> ResponseReturnValue:
    """Call a passkey otherwise."""
    form = PasskeyNameForm()
    try:
        passkeys.rename(pages.sessions(), current_user.id, passkey_id, form.name.data or "")
    except Invalid as error:
        return _refused(error)
    flash(_("The passkey has its new name."), "ok")
    return _back()


@bp.post("/passkeys/<int:passkey_id>/remove")
@_own
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Remove a passkey."""
    passkeys.remove(pages.sessions(), current_user.id, passkey_id, now=pages.now())
    _tell(_("a passkey was removed"))
    flash(_("The passkey is removed. It no longer signs you in."), "ok")
    return _back()


@bp.post("/again/options")
@member_required(before_factor=True)
def again_options() -> ResponseReturnValue:
    """Give the browser what it asks a passkey for, in the place of the password."""
    return challenges.asked(None)


@bp.post("/again")
@member_required(before_factor=True)
def again() -> ResponseReturnValue:
    """Take a passkey for the password that is asked for again: it has made sure of its user."""
    if challenges.answered(None) != current_user.id:
        flash(_("This passkey did not work. Try again, or give your password."), "error")
        return redirect(url_for("security.verify", next=request.args.get("next")), 303)
    session["fs_paa"] = pages.now().timestamp()
    return redirect(_get_post_verify_redirect(), 303)


def _tell(what: str) -> None:
    tell("factor_changed", current_user.name, current_user.email, what=what)


def _back() -> ResponseReturnValue:
    return redirect(url_for(".index"), 303)


def _refused(error: AssessError) -> ResponseReturnValue:
    flash(str(error), "error")
    return _back()


def _page(form: PasskeyForm) -> str:
    mine = factors.of_user(pages.sessions(), current_user.id)
    return render_template("accounts/factors.html", mine=mine, form=form)


def _app_page(form: AppCodeForm, status: int = 200) -> ResponseReturnValue:
    waiting = factors.waiting_app(
        pages.sessions(), pages.settings(), current_user.id, now=pages.now()
    )
    if waiting is None:
        return _back()
    drawn = segno.make(waiting.address, error="m").svg_inline(scale=4, border=4, light="#ffffff")
    page = render_template(
        "accounts/app.html",
        form=form,
        key=waiting.key,
        address=waiting.address,
        picture=Markup(drawn),  # noqa: S704 - drawn by the library from our own address
    )
    return page, status


def _codes_once(codes: Sequence[str]) -> ResponseReturnValue:
    """Show codes in the answer to the act itself: no other page ever shows them."""
    return render_template("accounts/recovery_codes.html", codes=codes) if codes else _back()
