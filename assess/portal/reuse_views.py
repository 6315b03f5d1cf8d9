"""The page on which a person takes back that answers given before are used for this job."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.errors import AssessError, Refused
from assess.portal import reuse_service
from assess.portal.access import claim_here, form_claim, look_here
from assess.portal.views import page, refused, shut
from assess.sittings.faults import LinkShut
from assess.web import languages, pages

bp = Blueprint("portal_reuse", __name__, url_prefix="/my/reuse")
languages.candidate_pages(bp)
bp.register_error_handler(LinkShut, shut)
bp.register_error_handler(AssessError, refused)


@bp.get("")
def explain() -> ResponseReturnValue:
    """Say what is used, and what it means to take that back."""
    claim = claim_here()
    own = look_here(claim)
    decided = reuse_service.look_decided(pages.sessions(), claim)
    return page("portal/reuse.html", own, claim, decided=decided)


@bp.post("")
def take_back() -> ResponseReturnValue:
    """Take it back; sent twice is once."""
    claim = form_claim()
    look_here(claim)
    try:
        reuse_service.take_back(pages.sessions(), claim, now=pages.now())
    except LinkShut:
        raise
    except Refused:  # decided meanwhile: the page says so
        return redirect(url_for(".explain"), 303)
    flash(_("Taken back. Your earlier answers are not used for this job any more."), "ok")
    return redirect(url_for("portal.status"), 303)
