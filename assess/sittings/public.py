"""Pages open to everybody: practice in every answer format, and what the work is like.

They need no link, store nothing and set no cookie; what is chosen goes back with the page and is
forgotten.
"""

from collections.abc import Mapping
from typing import cast

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from assess.errors import NotFound
from assess.instruments.model import Kind
from assess.instruments.practice import PracticeFormat
from assess.sittings.forms import DECLINED, FIELD, same_statement
from assess.sittings.overview import question_of
from assess.web import languages, pages

bp = Blueprint("public", __name__)
languages.candidate_pages(bp)

LARGEST_REQUEST = 16 * 1024


@bp.get("/practice")
def practice() -> ResponseReturnValue:
    """List the answer formats to try."""
    return render_template(
        "sittings/public_practice.html",
        practice=pages.catalogue().practice_in(languages.spoken()),
        choice=languages.LANGUAGES,
        asked=languages.asked(),
    )


@bp.get("/practice/<kind>")
def practice_format(kind: str) -> ResponseReturnValue:
    """Show the blocks of one format as a candidate sees them."""
    return _practice_page(_format(kind), {}, done=False)


@bp.post("/practice/<kind>")
def practised(kind: str) -> ResponseReturnValue:
    """Show what each block was meant to show beside what was chosen."""
    request.max_content_length = LARGEST_REQUEST
    switches = "language" in request.form
    if switches:
        languages.speak(request.form["language"])
    return _practice_page(
        _format(kind), request.form, done="done" in request.form if switches else True
    )


@bp.get("/previews")
def previews() -> ResponseReturnValue:
    """Tell what contacts of each kind are like."""
    return render_template(
        "sittings/public_previews.html",
        previews=pages.catalogue().previews_in(languages.spoken()),
        choice=languages.LANGUAGES,
        asked=languages.asked(),
    )


def _format(kind: str) -> PracticeFormat:
    formats = pages.catalogue().practice_in(languages.spoken()).formats
    if kind not in formats:
        raise NotFound("There is no such practice.")
    return formats[cast(Kind, kind)]


def _practice_page(shown: PracticeFormat, chosen: Mapping[str, str], *, done: bool) -> str:
    values = {
        block.id: {item: chosen.get(FIELD + item) for item in shown.block_item_ids(block)}
        for block in shown.blocks
    }
    clashes = {
        block: shown.kind == "most_least" and same_statement(marks.values())
        for block, marks in values.items()
    }
    return render_template(
        "sittings/public_format.html",
        shown=shown,
        question=question_of(shown),
        values=values,
        words={str(value): words for value, words in enumerate(shown.labels, shown.low)},
        clashes=clashes if done else {},
        field=FIELD,
        declined=DECLINED,
        done=done,
        choice=languages.LANGUAGES,
        asked=languages.known(request.form.get("language")) or languages.asked(),
    )
