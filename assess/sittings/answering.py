"""What the script of the screens talks to: answers one by one, what counts now, the worker."""

from typing import Final

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from assess.errors import AssessError, Conflict, Invalid, NotFound, Refused
from assess.sittings import service
from assess.sittings.access import (
    field_value,
    page_claim,
    screens_here,
    shown_values,
    standing_here,
    turned_away,
)
from assess.sittings.faults import UnusableAnswer
from assess.sittings.forms import answers_of_json
from assess.sittings.screens import screen_numbered
from assess.web import pages

bp = Blueprint("answering", __name__, url_prefix="/take")

LARGEST_REQUEST: Final = 256 * 1024


@bp.post("/answers")
def answers() -> ResponseReturnValue:
    """Keep answers sent one by one; 200 means they are committed.

    Takes {"answers": [{item, value, sequence, key, waited}], "after": row} and the page's
    X-Form-Token; names the items that were answered elsewhere since that row.
    """
    request.max_content_length = LARGEST_REQUEST
    try:
        claim = page_claim(request.headers.get("X-Form-Token", ""))
        given, after = answers_of_json(request.get_data() if request.is_json else b"")
        saved = service.save_answers(
            pages.sessions(), pages.catalogue(), claim, given, after=after, now=pages.now()
        )
    except AssessError as error:
        return _json_fault(error)
    return jsonify(
        saved=len(given),
        at=saved.at.isoformat(),
        answered=saved.answered,
        last=saved.last,
        elsewhere={one.item: field_value(one.value) for one in saved.elsewhere},
    )


@bp.get("/<int:number>/now")
def screen_now(number: int) -> ResponseReturnValue:
    """Give what counts on a screen by now, for a tab that was in the background."""
    try:
        standing = standing_here()
        if turned_away(standing) is not None:
            raise Refused("This page is over.")
        shown = screen_numbered(screens_here(standing), number)
    except AssessError as error:
        return _json_fault(error)
    return jsonify(last=standing.log.last, values=shown_values(standing, shown))


@bp.get("/worker.js")
def worker() -> ResponseReturnValue:
    """Give the service worker: it may keep only pages below its own address."""
    response = pages.static_file("worker.js", max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _json_fault(error: AssessError) -> tuple[Response, int]:
    item = error.item if isinstance(error, UnusableAnswer) else None
    statuses = {Invalid: 422, Conflict: 409, NotFound: 404}
    status = next((s for kind, s in statuses.items() if isinstance(error, kind)), 403)
    text = error.fault if isinstance(error, UnusableAnswer) else str(error)
    return jsonify(error=text, item=item), status
