"""Pages of the pool: everybody, one person, their details. Recruiters and administrators alone."""

from typing import Final, cast

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from assess.accounts.guard import actor, member_required
from assess.candidates import details, pool_queries
from assess.candidates.merging import MERGES
from assess.candidates.pool_facts import PoolFacts
from assess.candidates.pool_forms import STATE_WORDS, DetailsForm, details_form, filter_form
from assess.candidates.pool_queries import Cursor, PoolPerson
from assess.db.scope import reading
from assess.errors import Invalid
from assess.web import pages
from assess.web.languages import LANGUAGES

bp = Blueprint("pool", __name__, url_prefix="/candidates")

SEES: Final = MERGES
ON_A_PAGE: Final = 50
_CURSORS: Final = ("after", "before")


def install(app: Flask, facts: PoolFacts) -> None:
    """Let these pages ask rooms above about people."""
    app.extensions["assess"] |= {"pool_facts": facts}


def facts() -> PoolFacts:
    """Give what rooms above tell about people."""
    return cast(PoolFacts, current_app.extensions["assess"]["pool_facts"])


@bp.get("/")
@member_required(*SEES)
def index() -> ResponseReturnValue:
    """List everybody in the pool, or those asked for."""
    asked = MultiDict([(k, v) for k, v in request.args.items() if v and k not in _CURSORS])
    with reading(pages.sessions(), actor().organisation_id) as session:
        form = filter_form(asked, list(facts().campaigns(session)), pool_queries.sources(session))
        wanted = form.wanted()
        page = pool_queries.page(session, facts(), wanted, _cursor(), ON_A_PAGE)
        places = facts().places(session, [one.id for one in page.people])
        doubled = pool_queries.doubled(session, [one.id for one in page.people])
        return render_template(
            "candidates/index.html",
            section="candidates",
            form=form,
            page=page,
            places=places,
            doubled=doubled,
            pairs=pool_queries.pair_count(session),
            asked=asked.to_dict(),
            narrowed=set(asked) - {"sort"},
            more_open=bool(set(asked) - {"q", "campaign", "state", "sort"}),
            states=STATE_WORDS,
            languages=LANGUAGES,
        )


@bp.get("/<handle>")
@member_required(*SEES)
def show(handle: str) -> ResponseReturnValue:
    """Show what the pool knows of one person; a merged record leads to the one it became."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        if (kept := pool_queries.goes_on_as(session, handle)) is not None:
            return redirect(url_for(".show", handle=kept))
        person = pool_queries.person(session, facts(), handle)
        return render_template(
            "candidates/show.html",
            section="candidates",
            person=person,
            places=facts().places(session, [person.id]).get(person.id, ()),
            notices=facts().notices(session, person.id),
            pairs=pool_queries.pairs_of(session, facts(), person.id),
            states=STATE_WORDS,
            languages=LANGUAGES,
        )


@bp.route("/<handle>/edit", methods=["GET", "POST"])
@member_required(*SEES)
def edit(handle: str) -> ResponseReturnValue:
    """Change a person's details."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        person = pool_queries.person(session, facts(), handle)
    form = details_form(person, pages.now().date())
    if not form.accepted():
        return _edit_page(person, form), 422 if form.errors else 200
    try:
        changed = details.change(
            pages.sessions(), actor(), person.id, form.details(), now=pages.now()
        )
    except details.AddressTaken:
        form.email.errors = [_("Somebody else in the pool has this address.")]
        return _edit_page(person, form, taken=form.details().email), 409
    except Invalid as invalid:
        form.form_errors.extend(invalid.faults)
        return _edit_page(person, form), 422
    flash(_("The details are changed.") if changed else _("Nothing was changed."), "ok")
    return redirect(url_for(".show", handle=handle), 303)


def _edit_page(person: PoolPerson, form: DetailsForm, taken: str | None = None) -> str:
    """Render the form; the owner of an address that is ``taken`` may be the same person."""
    owner = None
    if taken is not None:
        with reading(pages.sessions(), actor().organisation_id) as session:
            owner = pool_queries.owner_of(session, taken.lower())
    return render_template(
        "candidates/edit.html", section="candidates", person=person, form=form, owner=owner
    )


def _cursor() -> Cursor | None:
    for name in _CURSORS:
        if handle := request.args.get(name):
            return Cursor(handle, back=name == "before")
    return None
