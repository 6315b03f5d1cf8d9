"""What the job asks for beyond scores: the person says how it is; nothing stops them."""

from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assess.campaigns.requirement_queries import PersonRequirements
from assess.errors import Conflict, Invalid
from assess.sittings import declaring, requirement_page
from assess.sittings.access import (
    choice_of,
    form_claim,
    form_token,
    in_other_language,
    standing_here,
    standing_of,
    turned_away,
)
from assess.sittings.blueprints import candidate_blueprint
from assess.sittings.requirement_page import Question
from assess.sittings.service import Standing
from assess.web import pages

bp = candidate_blueprint("job_asks", "/take/job")

LARGEST_REQUEST: Final = 64 * 1024


@bp.get("")
def ask() -> ResponseReturnValue:
    """Show what the job asks for, with what was said so far."""
    standing = standing_here()
    turned = turned_away(standing)
    if turned is not None:
        return turned
    found = declaring.asked_of(pages.sessions(), standing.path)
    if found is None:
        return redirect(url_for("sittings.start"), 303)
    return _page(standing, found, requirement_page.questions(found))


@bp.post("")
def say() -> ResponseReturnValue:
    """Keep what was said; who does not meet a must is told what the job asks for, and goes on."""
    request.max_content_length = LARGEST_REQUEST
    claim = form_claim()
    standing = standing_of(claim)
    turned = turned_away(standing)
    if turned is not None:
        return turned
    if "language" in request.form:
        return _again(in_other_language(claim))
    number = request.form.get("number", 0, type=int)
    try:
        found = declaring.declare(
            pages.sessions(), claim, request.form, number=number, now=pages.now()
        )
    except (Invalid, Conflict) as error:
        return _again(standing, error)
    next_page = ".said" if requirement_page.not_met(found) else "sittings.start"
    return redirect(url_for(next_page), 303)


@bp.get("/said")
def said() -> ResponseReturnValue:
    """Say kindly what the job asks for that the person does not meet, and that they may go on."""
    standing = standing_here()
    turned = turned_away(standing)
    if turned is not None:
        return turned
    found = declaring.asked_of(pages.sessions(), standing.path)
    missed = requirement_page.not_met(found) if found else []
    if not missed:
        return redirect(url_for("sittings.start"), 303)
    return render_template(
        "sittings/job_said.html", path=standing.path, missed=missed, choice=choice_of(standing)
    )


def _again(standing: Standing, error: Invalid | Conflict | None = None) -> ResponseReturnValue:
    """Show the page with what was typed: in another language, or because something is wrong."""
    found = declaring.asked_of(pages.sessions(), standing.path)
    if found is None:
        return redirect(url_for("sittings.start"), 303)
    faults = error.faults if isinstance(error, Invalid) else ()
    shown = requirement_page.questions(found, request.form, faults)
    changed = isinstance(error, Conflict)
    status = 422 if faults else 409 if changed else 200
    return _page(standing, found, shown, changed=changed), status


def _page(
    standing: Standing, found: PersonRequirements, shown: list[Question], *, changed: bool = False
) -> str:
    return render_template(
        "sittings/job.html",
        path=standing.path,
        choice=choice_of(standing),
        token=form_token(standing),
        asks=requirement_page.job_asks(found),
        questions=shown,
        number=found.asked.number,
        changed=changed,
    )
