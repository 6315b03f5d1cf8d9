"""What the job asks for beyond scores, on a person's own pages after handing in."""

from typing import Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.errors import AssessError, Conflict, Invalid, NotFound
from assess.portal import job_service
from assess.portal.access import claim_here, form_claim, look_here
from assess.portal.views import page, refused, shut
from assess.sittings.faults import LinkShut
from assess.sittings.requirement_page import job_asks, questions
from assess.web import languages, pages

bp = Blueprint("portal_job", __name__, url_prefix="/my/job")
languages.candidate_pages(bp)
bp.register_error_handler(LinkShut, shut)
bp.register_error_handler(AssessError, refused)

LARGEST_REQUEST: Final = 64 * 1024


@bp.route("", methods=["GET", "POST"])
def ask() -> ResponseReturnValue:
    """Show what was said; keep a correction, or say what is wrong with it."""
    request.max_content_length = LARGEST_REQUEST
    claim = form_claim() if request.method == "POST" else claim_here()
    error: Invalid | Conflict | None = None
    if request.method == "POST":
        number = request.form.get("number", 0, type=int)
        try:
            job_service.declare(
                pages.sessions(), claim, request.form, number=number, now=pages.now()
            )
        except (Invalid, Conflict) as fault:
            error = fault
        else:
            look_here(claim)
            flash(_("What you said is changed."), "ok")
            return redirect(url_for("portal.status"), 303)
    own = look_here(claim)
    if own.job_asks is None:
        raise NotFound("This job asks for nothing to be said here.")
    faults = error.faults if isinstance(error, Invalid) else ()
    shown = page(
        "portal/job.html", own, claim,
        asks=job_asks(own.job_asks),
        questions=questions(own.job_asks, request.form if error else None, faults),
        number=own.job_asks.asked.number,
        changed=isinstance(error, Conflict),
    )  # fmt: skip
    return shown, 200 if error is None else 422 if faults else 409
