"""The analyst's pages of group outcomes; no other role reaches them."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts.guard import actor, member_required
from assess.db.scope import reading
from assess.demographics.questions import Question, questions_of, told
from assess.errors import Refused
from assess.monitoring import queries, service
from assess.web import pages

bp = Blueprint("monitoring", __name__, url_prefix="/monitoring")


@bp.get("/impact")
@member_required(*service.SEES)
def index() -> ResponseReturnValue:
    """List the profile versions that closed campaigns were ranked under."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        found = queries.ranked_versions(session, now=pages.now())
    return render_template("monitoring/index.html", section="monitoring", found=found)


@bp.get("/profiles/<int:version_id>/impact")
@member_required(*service.SEES)
def show(version_id: int) -> ResponseReturnValue:
    """Show what a version came to by group, on each closed campaign."""
    return _page(version_id)


@bp.post("/profiles/<int:version_id>/impact/<int:campaign_id>")
@member_required(*service.SEES)
def count(version_id: int, campaign_id: int) -> ResponseReturnValue:
    """Count a version's ratios on a closed campaign, once."""
    try:
        service.count_impact(
            pages.sessions(), actor(), _questions(), campaign_id, version_id, now=pages.now()
        )
    except Refused as refused:
        flash(str(refused), "note")
        return _page(version_id), 409
    return redirect(url_for(".show", version_id=version_id), 303)


def _questions() -> tuple[Question, ...]:
    return questions_of(pages.catalogue().folder)


def _page(version_id: int) -> str:
    with reading(pages.sessions(), actor().organisation_id) as session:
        name, number = queries.version_name(session, version_id)
        found = queries.ranked_versions(session, now=pages.now(), version_id=version_id)
    questions = _questions()
    return render_template(
        "monitoring/impact.html",
        section="monitoring",
        name=name,
        number=number,
        version_id=version_id,
        found=found,
        questions=[(one.key, told(one.text, "en")) for one in questions],
        choices={
            (one.key, choice.code): told(choice.text, "en")
            for one in questions
            for choice in one.choices
        },
        breadcrumbs=[(_("Group outcomes"), url_for(".index")), (name, None)],
    )
