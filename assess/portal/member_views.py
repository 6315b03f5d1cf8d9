"""What members see of what candidates say: requests for a second look, and how it was."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts.guard import actor, member_required
from assess.campaigns import queries as campaigns
from assess.campaigns import requests
from assess.db.scope import reading
from assess.portal import queries
from assess.portal.forms import ReviewAnswerForm
from assess.rankings import labels
from assess.web import pages

bp = Blueprint("portal_members", __name__, url_prefix="/campaigns")


@bp.get("/<int:campaign_id>/candidates-say")
@member_required(*requests.ANSWERS)
def show(campaign_id: int) -> ResponseReturnValue:
    """Show who asks for a second look, and what people say of how it was."""
    return _page(campaign_id, ReviewAnswerForm(), None)


@bp.post("/<int:campaign_id>/candidates-say/<int:review_id>")
@member_required(*requests.ANSWERS)
def answer(campaign_id: int, review_id: int) -> ResponseReturnValue:
    """Answer one request."""
    form = ReviewAnswerForm()
    if not form.accepted():
        return _page(campaign_id, form, review_id), 422
    requests.answer_review(
        pages.sessions(), actor(), campaign_id, review_id, form.answer.data, now=pages.now()
    )
    flash(_("The person can read your answer now."), "ok")
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


def _page(campaign_id: int, form: ReviewAnswerForm, review_id: int | None) -> str:
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        asked = requests.reviews(session, campaign_id)
        told = queries.how_it_was(session, campaign_id)
        seen = labels.sight(session, campaign_id, actor().id)
    return render_template(
        "portal/members.html",
        section="campaigns",
        campaign=campaign,
        simulated=pages.settings().simulated or campaign.simulated,
        reviews=asked,
        seen=seen,
        told=told,
        least=queries.LEAST_TOGETHER,
        form=form,
        faulty=review_id,
        today=pages.now().date(),
        breadcrumbs=[
            (_("Campaigns"), url_for("campaigns.index")),
            (campaign.title, url_for("campaigns.show", campaign_id=campaign_id)),
            (_("What candidates say"), None),
        ],
    )
