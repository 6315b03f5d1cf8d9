"""The page that stops reminders, and the one click of a mail program (RFC 8058)."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.campaigns import stopping
from assess.errors import Invalid
from assess.web import languages, pages

bp = Blueprint("stop_mail", __name__, url_prefix="/stop-mail")
languages.candidate_pages(bp)


@bp.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show one button; programs that open links change nothing by it."""
    return _page(token)


@bp.post("/<token>")
def change(token: str) -> ResponseReturnValue:
    """Stop the reminders, or take that back, and say so.

    A mail program posts `List-Unsubscribe=One-Click` without a cookie, and must not be led on.
    """
    acts = {"stop": stopping.stop, "resume": stopping.resume}
    one_click = request.form.get("List-Unsubscribe") == "One-Click"
    act = acts.get("stop" if one_click else request.form.get("act", ""))
    if act is None:
        raise Invalid(_("Press the button on the page of this link."))
    act(pages.sessions(), pages.settings(), token, now=pages.now())
    return _page(token)


def _page(token: str) -> ResponseReturnValue:
    view = stopping.look(pages.sessions(), pages.settings(), token, now=pages.now())
    languages.speak(view.language)
    return render_template("campaigns/stop_mail.html", view=view, token=token)
