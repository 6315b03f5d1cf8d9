"""Pages of people who may be in the pool twice: the pairs, and merging two records."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts.guard import actor, member_required
from assess.candidates import merging, pool_queries
from assess.candidates.pool_forms import DETAIL_WORDS, STATE_WORDS, MergeForm, merge_form
from assess.candidates.pool_queries import PoolPerson
from assess.candidates.pool_views import SEES, facts
from assess.db.scope import reading
from assess.errors import Conflict, NotFound
from assess.web import pages
from assess.web.languages import LANGUAGES

bp = Blueprint("pool_merge", __name__, url_prefix="/candidates")

ON_A_PAGE: Final = 25


@bp.get("/duplicates")
@member_required(*SEES)
def pairs() -> ResponseReturnValue:
    """List the records that may be one person, the last found first."""
    before = request.args.get("before", type=int)
    with reading(pages.sessions(), actor().organisation_id) as session:
        found = pool_queries.pairs(session, facts(), before=before, limit=ON_A_PAGE + 1)
        count = pool_queries.pair_count(session)
    return render_template(
        "candidates/pairs.html",
        section="candidates",
        pairs=found[:ON_A_PAGE],
        count=count,
        first=before is None,
        later=found[ON_A_PAGE - 1].id if len(found) > ON_A_PAGE else None,
    )


@bp.post("/<handle>/not/<other>")
@member_required(*SEES)
def not_the_same(handle: str, other: str) -> ResponseReturnValue:
    """Keep that two records are two people."""
    one, two = _two(handle, other)
    merging.dismiss(pages.sessions(), actor(), one.id, two.id, now=pages.now())
    flash(_("Noted: %(one)s and %(two)s are two people.", one=one.name, two=two.name), "ok")
    return redirect(url_for(".pairs"), 303)


@bp.route("/<handle>/merge/<other>", methods=["GET", "POST"])
@member_required(*SEES, fresh="pool_merge.merge")
def merge(handle: str, other: str) -> ResponseReturnValue:
    """Show two records side by side, and make them one: ``handle`` stays."""
    if _is_done(handle, other):
        flash(_("These two are merged already."), "note")
        return redirect(url_for("pool.show", handle=handle), 303)
    keep, drop = _two(handle, other)
    form = merge_form(keep, drop)
    if not form.accepted():
        return _page(keep, drop, form), 422 if form.errors else 200
    try:
        merging.merge(
            pages.sessions(), actor(), keep.id, drop.id, taken=form.taken(), now=pages.now()
        )
    except Conflict as conflict:
        form.form_errors.append(str(conflict))
        return _page(keep, drop, form), 409
    flash(_("The two records are one now."), "ok")
    return redirect(url_for("pool.show", handle=handle), 303)


def _is_done(handle: str, other: str) -> bool:
    with reading(pages.sessions(), actor().organisation_id) as session:
        return pool_queries.goes_on_as(session, other) == handle


def _two(handle: str, other: str) -> tuple[PoolPerson, PoolPerson]:
    """Read both; NotFound for one and the same."""
    if handle == other:
        raise NotFound("This candidate does not exist.")
    with reading(pages.sessions(), actor().organisation_id) as session:
        one, two = (pool_queries.person(session, facts(), each) for each in (handle, other))
        return one, two


def _page(keep: PoolPerson, drop: PoolPerson, form: MergeForm) -> str:
    with reading(pages.sessions(), actor().organisation_id) as session:
        places = facts().places(session, [keep.id, drop.id])
        pairs = pool_queries.pairs_of(session, facts(), keep.id)
    both = {one.campaign_id for one in places.get(keep.id, ())} & {
        one.campaign_id for one in places.get(drop.id, ())
    }
    return render_template(
        "candidates/merge.html",
        section="candidates",
        keep=keep,
        drop=drop,
        form=form,
        places=places,
        likeness=next((p.likeness for p in pairs if drop.id in (p.first.id, p.second.id)), None),
        twice=[one.title for one in places.get(keep.id, ()) if one.campaign_id in both],
        rows=_rows(keep, drop),
        states=STATE_WORDS,
    )


def _rows(keep: PoolPerson, drop: PoolPerson) -> list[tuple[str, str, str]]:
    """Give each detail of both, in words."""
    shown: Mapping[str, Mapping[str, str]] = {"language": LANGUAGES}

    def words(person: PoolPerson, detail: str) -> str:
        value = getattr(person, detail)
        return "–" if value is None else shown.get(detail, {}).get(value, str(value))

    return [
        (str(label), words(keep, detail), words(drop, detail))
        for detail, label in DETAIL_WORDS.items()
    ]
