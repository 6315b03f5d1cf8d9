"""A member's own sign-ins: where they are signed in, and how to end that."""

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user

from assess.accounts import sign_ins
from assess.accounts.guard import member_required
from assess.accounts.sign_in import KEY
from assess.web import pages

bp = Blueprint("sign_ins", __name__, url_prefix="/account/sign-ins")


@bp.get("")
@member_required()
def index() -> ResponseReturnValue:
    """Show where the member is signed in."""
    mine = sign_ins.listed(pages.sessions(), current_user.id, _key(), now=pages.now())
    return render_template("accounts/sign_ins.html", sign_ins=mine)


@bp.post("/<int:sign_in_id>/end")
@member_required()
def end(sign_in_id: int) -> ResponseReturnValue:
    """End one of the member's sign-ins."""
    sign_ins.end(pages.sessions(), current_user.id, sign_in_id, now=pages.now())
    flash(_("That browser is signed out."), "ok")
    return redirect(url_for(".index"), 303)


@bp.post("/end-others")
@member_required()
def end_others() -> ResponseReturnValue:
    """End all of the member's sign-ins but this one."""
    ended = sign_ins.end_others(pages.sessions(), current_user.id, _key(), now=pages.now())
    told = ngettext("%(num)s browser is signed out.", "%(num)s browsers are signed out.", ended)
    flash(told, "ok")
    return redirect(url_for(".index"), 303)


def _key() -> str:
    return str(session.get(KEY, ""))
