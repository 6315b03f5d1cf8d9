"""What all of a candidate's pages share: their language, their weight, how they say a fault."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from assess.errors import Conflict
from assess.sittings.faults import LinkShut, ShutReason
from assess.web import languages
from assess.web.compression import compress_pages


def candidate_blueprint(name: str, url_prefix: str) -> Blueprint:
    """Give a blueprint for pages behind a candidate's link."""
    bp = Blueprint(name, __name__, url_prefix=url_prefix)
    languages.candidate_pages(bp)
    compress_pages(bp)
    bp.register_error_handler(LinkShut, _shut)
    bp.register_error_handler(Conflict, _changed)
    return bp


def _shut(error: LinkShut) -> ResponseReturnValue:
    """Say kindly why the link does not open, and what to do."""
    status = 404 if error.reason is ShutReason.UNKNOWN else 403
    return render_template("sittings/shut.html", reason=error.reason.value), status


def _changed(_error: Conflict) -> ResponseReturnValue:
    """Say that it cannot go on here, that nothing is lost, and whom to ask."""
    return render_template("sittings/shut.html", reason="conflict"), 409
