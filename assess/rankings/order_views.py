"""The page of a large campaign's order, while its rank intervals are being computed."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts.guard import actor, member_required
from assess.campaigns import queries as campaigns
from assess.campaigns.results_seen import note_seen
from assess.candidates.models import Candidate
from assess.db.scope import reading
from assess.rankings import labels
from assess.rankings.order import Order, kept_order
from assess.rankings.order_service import rank_job
from assess.rankings.readings import Reading, with_error
from assess.rankings.service import MAY_RANK
from assess.rankings.views import SEE_RANKINGS, crumbs
from assess.web import pages

bp = Blueprint("ranking_order", __name__, url_prefix="/campaigns")

PER_PAGE: Final = 50
LOOK_AGAIN_SECONDS: Final = 2


@dataclass(frozen=True)
class Line:
    """One person of the order."""

    number: int
    label: str
    fit: Reading


@bp.get("/<int:campaign_id>/ranking/order")
@member_required(*SEE_RANKINGS)
def show(campaign_id: int) -> ResponseReturnValue:
    """Show who fits best so far as the figures go, and how far the ranking is."""
    who = actor()
    order = kept_order(pages.settings(), who.organisation_id, campaign_id)
    with reading(pages.sessions(), who.organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        job = rank_job(session, campaign_id, order.digest) if order else None
        if order is None or job is None or job.finished:
            return redirect(url_for("rankings.show", campaign_id=campaign_id))
        last = max(-(-len(order.rows) // PER_PAGE), 1)
        number = min(max(request.args.get("page", 1, type=int), 1), last)
        lines = _lines(session, campaign_id, order, (number - 1) * PER_PAGE)
    note_seen(
        pages.sessions(), who, campaign_id, "ranking viewed", now=pages.now(), order=order.digest
    )
    response = make_response(
        render_template(
            "rankings/order.html",
            campaign=campaign,
            job=job,
            lines=lines,
            people=len(order.rows),
            number=number,
            last=last,
            may_rank=who.role in MAY_RANK,
            section="campaigns",
            simulated=pages.settings().simulated or campaign.simulated,
            breadcrumbs=crumbs(campaign, (_("Ranking"), None)),
        )
    )
    if not job.stuck:
        response.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return response


def _lines(session: Session, campaign_id: int, order: Order, start: int) -> list[Line]:
    """Give a page of people as this member may see them; who was erased meanwhile is left out."""
    seen = labels.sight(session, campaign_id, actor().id)
    rows = order.rows[start : start + PER_PAGE]
    found = session.execute(
        select(Candidate.id, Candidate.code, Candidate.name).where(
            Candidate.id.in_(rows["candidate_id"].tolist()), Candidate.erased_at.is_(None)
        )
    )
    labelled = {one: seen.label(one, code=code, name=name) for one, code, name in found}
    return [
        Line(number, labelled[person], with_error(fit, error))
        for number, (person, fit, error) in enumerate(rows.tolist(), start + 1)
        if person in labelled
    ]
