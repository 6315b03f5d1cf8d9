"""Turn what services raise into a page that says what happened, what is kept, what to do."""

import logging
import traceback

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from assess.errors import AssessError, Conflict, Invalid, NotFound, Refused

log = logging.getLogger(__name__)
_STATUS: dict[type[AssessError], int] = {NotFound: 404, Refused: 403, Conflict: 409, Invalid: 422}


def install(app: Flask) -> None:
    """Register the handlers."""

    @app.errorhandler(AssessError)
    def domain(error: AssessError) -> ResponseReturnValue:
        status = next((s for kind, s in _STATUS.items() if isinstance(error, kind)), 400)
        # Sentences for candidates stand in the catalogues; the others are left as they are.
        return _page(status, _heading(status), gettext(text) if (text := str(error)) else "")

    @app.errorhandler(IntegrityError)
    def raced(_error: IntegrityError) -> ResponseReturnValue:
        return _page(
            409,
            _heading(409),
            _("Somebody made the same thing at the same moment. Nothing was changed; try again."),
        )

    @app.errorhandler(CSRFError)
    def stale(_error: CSRFError) -> ResponseReturnValue:
        return _page(
            400,
            _("This page was open too long"),
            _("Nothing was changed. Go back, reload the page and try again."),
        )

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if status < 400:
            return error
        return _page(status, _heading(status), _explanation(status))

    @app.errorhandler(Exception)
    def fault(error: Exception) -> ResponseReturnValue:
        # The endpoint, not the address, which may hold a token; the places and the kind of the
        # fault, not its words, which may hold what somebody typed or a row of the database.
        places = "".join(traceback.format_tb(error.__traceback__))
        kind = type(error).__name__
        log.error("fault in %s %s: %s\n%s", request.method, request.endpoint, kind, places)
        return _page(500, _heading(500), _explanation(500))


def _page(status: int, heading: str, text: str) -> ResponseReturnValue:
    return render_template("web/error.html", status=status, heading=heading, text=text), status


def _heading(status: int) -> str:
    words = {
        403: _("This is not open to you"),
        404: _("Nothing is here"),
        409: _("Somebody was quicker"),
        422: _("Something is not right yet"),
        429: _("Too many tries"),
    }
    other = _("Something went wrong") if status >= 500 else _("That did not work")
    return str(words.get(status, other))


def _explanation(status: int) -> str:
    words = {
        403: _("Your role does not allow this. Ask an administrator of your organisation."),
        404: _("The address may be mistyped, or what was here has been removed."),
        405: _("This address does not take that kind of request."),
        413: _("The file is too large."),
        429: _("Please wait a quarter of an hour and try again."),
    }
    other = (
        _("It is our fault, not yours. What you saved before is kept. Please try again.")
        if status >= 500
        else _("Go back and try again.")
    )
    return str(words.get(status, other))
