"""The practice block before the questions of a part: tried, explained, never kept."""

from collections.abc import Mapping

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from assess.errors import NotFound
from assess.sittings import service
from assess.sittings.access import (
    choice_of,
    form_claim,
    form_token,
    in_other_language,
    screens_here,
    standing_here,
    standing_of,
    turned_away,
)
from assess.sittings.blueprints import candidate_blueprint
from assess.sittings.forms import DECLINED, FIELD, same_statement
from assess.sittings.overview import question_of
from assess.sittings.service import Standing
from assess.web import pages

bp = candidate_blueprint("practising", "/take")


@bp.get("/practice")
@bp.get("/practice/<int:part>")
def practice(part: int = 1) -> ResponseReturnValue:
    """Show the practice block of a part, of the first before anything else."""
    standing = standing_here()
    turned = turned_away(standing)
    return turned or _practice(standing, part, chosen={}, done=False)


@bp.post("/practice")
@bp.post("/practice/<int:part>")
def practised(part: int = 1) -> ResponseReturnValue:
    """Explain the practice block; what was chosen is shown once more and not kept."""
    claim = form_claim()
    standing = standing_of(claim)
    turned = turned_away(standing)
    if turned is not None:
        return turned
    if "language" in request.form:
        standing = in_other_language(claim)
        return _practice(standing, part, chosen=request.form, done="done" in request.form)
    service.note_practised(pages.sessions(), claim, now=pages.now())
    return _practice(standing, part, chosen=request.form, done=True)


def _practice(
    standing: Standing, part: int, *, chosen: Mapping[str, str], done: bool
) -> ResponseReturnValue:
    screens = screens_here(standing)
    shown = next((screen for screen in screens if screen.part == part), None)
    if shown is None:
        raise NotFound("There is no such part.")
    instrument = shown.instrument
    values = {
        item: chosen.get(FIELD + item) for item in instrument.block_item_ids(instrument.practice)
    }
    clash = done and instrument.kind == "most_least" and same_statement(values.values())
    page = render_template(
        "sittings/practice.html",
        path=standing.path,
        choice=choice_of(standing),
        instrument=instrument,
        question=question_of(instrument),
        values=values,
        field=FIELD,
        declined=DECLINED,
        done=done and not clash,
        clash=clash,
        part=part,
        next_url=url_for("sittings.screen", number=shown.number),
        token=form_token(standing),
    )
    return (page, 422) if clash else page
