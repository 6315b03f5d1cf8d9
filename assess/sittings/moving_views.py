"""The pages that move a person from one device to another."""

import segno
from flask import render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from assess.sittings import moving, service
from assess.sittings.access import form_claim, form_token, let_in, standing_here
from assess.sittings.blueprints import candidate_blueprint
from assess.web import pages

entry = candidate_blueprint("moving_entry", "/i/move")
bp = candidate_blueprint("moving", "/take/move")


@bp.get("/")
def offer() -> ResponseReturnValue:
    """Say what a code does, with the button that makes one."""
    standing = standing_here()
    return render_template(
        "sittings/move.html", path=standing.path, token=form_token(standing), picture=None
    )


@bp.post("/")
def code() -> ResponseReturnValue:
    """Show a new code; the one before ends."""
    claim, settings = form_claim(), pages.settings()
    token = moving.make_code(pages.sessions(), settings, claim, now=pages.now())
    standing = service.look(pages.sessions(), claim)
    address = f"{settings.public_url}{entry.url_prefix}/{token}"
    drawn = segno.make(address, error="l").svg_inline(scale=5, border=4, light="#ffffff")
    return render_template(
        "sittings/move.html",
        path=standing.path,
        token=form_token(standing),
        picture=Markup(drawn),  # noqa: S704 - drawn by the library from our own token
    )


@entry.get("/<token>")
def arrived(token: str) -> ResponseReturnValue:
    """Show one button; programs that open links change nothing by it."""
    moving.check_code(pages.settings(), token, now=pages.now())
    return render_template("sittings/moved.html", token=token)


@entry.post("/<token>")
def enter(token: str) -> ResponseReturnValue:
    """Trade the code for a cookie on this device."""
    opened = moving.use_code(pages.sessions(), pages.settings(), token, now=pages.now())
    return let_in(opened)
