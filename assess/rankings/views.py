"""Pages of rankings: the ranked list, one person in it, the list as a file."""

from collections.abc import Sequence

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts.guard import actor, member_required
from assess.accounts.models import RoleName
from assess.authoring.queries import held
from assess.campaigns import queries as campaigns
from assess.campaigns import requests, requirement_queries
from assess.campaigns.queries import CampaignView
from assess.campaigns.results_seen import CampaignAct, note_seen
from assess.campaigns.service import INVITES
from assess.db.scope import reading
from assess.rankings import (
    difference_queries,
    export_queries,
    labels,
    order_service,
    queries,
    requirements_page,
    service,
)
from assess.rankings.asked import SIZES
from assess.rankings.columns import COOKIE, as_kept
from assess.rankings.decided import about_person
from assess.rankings.driver_fit import driver_table
from assess.rankings.driver_page import drivers_section
from assess.rankings.driver_queries import driver_ground
from assess.rankings.export_file import Form, export_file, export_ground
from assess.rankings.person_page import make_person_page
from assess.rankings.queries import SnapshotView
from assess.rankings.table import provisional_styles
from assess.rankings.table_page import asked_for, table_page
from assess.rankings.which_answers import which_answers
from assess.rankings.words import chance, minimums_asked, percent
from assess.web import pages

bp = Blueprint("rankings", __name__, url_prefix="/campaigns")

SEE_RANKINGS = service.SEE_RANKINGS
SEE_PEOPLE = (RoleName.RECRUITER, RoleName.HIRING_MANAGER, RoleName.ADMINISTRATOR)
MAKE_REPORTS = (RoleName.RECRUITER, RoleName.ADMINISTRATOR)


@bp.get("/<int:campaign_id>/ranking")
@member_required(*SEE_RANKINGS)
def show(campaign_id: int) -> ResponseReturnValue:
    """Show a page of the newest ranking, or offer to make the first."""
    asked, settings = asked_for(), pages.settings()
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        catalogue = held(session, pages.catalogue(), campaign.parts)
        standing = queries.standing(session, campaign_id)
        versions = difference_queries.versions(session, campaign)
        running = order_service.running(session, settings, campaign_id)
        table = None
        if standing.snapshot_id is not None:
            table = table_page(session, campaign, catalogue, standing.snapshot_id, asked)
    shown = {
        "campaign": campaign,
        "standing": standing,
        "running": running,
        "may_rank": actor().role in service.MAY_RANK,
        "section": "campaigns",
        "simulated": settings.simulated or campaign.simulated,
        "breadcrumbs": crumbs(campaign, (_("Ranking"), None)),
    }
    if table is None:
        return render_template("rankings/none.html", **shown)
    snapshot = table["snapshot"]
    _note_seen(campaign_id, "ranking viewed", snapshot)
    page = render_template(
        "rankings/ranking.html",
        indices=catalogue.indices,
        provisional_styles=provisional_styles(campaign, catalogue),
        evidenced=[one.title for one in catalogue.competencies if one.code in snapshot.evidenced],
        may_see_people=actor().role in SEE_PEOPLE,
        may_report=may_report(),
        may_consider=actor().role in INVITES,
        large=snapshot.people > export_queries.LARGE,
        percent=percent,
        may_compare=versions.former_snapshot is not None,
        minimums=minimums_asked(snapshot, catalogue),
        sizes=SIZES,
        **table,
        **shown,
    )
    return _keeping_columns(page, table["columns"])


def _keeping_columns(page: str, columns: Sequence[str]) -> ResponseReturnValue:
    """Have the browser keep the columns that the address tells; nothing is kept here."""
    response = make_response(page)
    if "columns" in request.args:
        response.set_cookie(
            COOKIE,
            as_kept(columns),
            max_age=pages.YEAR,
            path=url_for("campaigns.index"),
            secure=pages.settings().secure,
            httponly=True,
            samesite="Lax",
        )
    return response


@bp.post("/<int:campaign_id>/ranking")
@member_required(*service.MAY_RANK)
def rank(campaign_id: int) -> ResponseReturnValue:
    """Rank everybody who has finished and show it; of a large campaign its order first."""
    sessions, who, catalogue = pages.sessions(), actor(), pages.catalogue()
    with reading(sessions, who.organisation_id) as session:
        finished = queries.standing(session, campaign_id).finished
    if finished >= order_service.LARGE:
        found = order_service.begin_ranking(
            sessions, pages.settings(), who, catalogue, campaign_id, now=pages.now()
        )
        if found is None:
            return redirect(url_for("ranking_order.show", campaign_id=campaign_id), 303)
    else:
        service.rank_campaign(sessions, who, catalogue, campaign_id, now=pages.now())
    flash(_("The ranking is made of everybody who has finished."), "ok")
    return redirect(url_for("rankings.show", campaign_id=campaign_id), 303)


@bp.get("/<int:campaign_id>/ranking.csv")
@member_required(*SEE_RANKINGS)
def download(campaign_id: int) -> ResponseReturnValue:
    """Send the newest ranking as a CSV file."""
    return _downloaded(campaign_id, "csv")


@bp.get("/<int:campaign_id>/ranking.xlsx")
@member_required(*SEE_RANKINGS)
def download_workbook(campaign_id: int) -> ResponseReturnValue:
    """Send the newest ranking as a workbook."""
    return _downloaded(campaign_id, "xlsx")


def _downloaded(campaign_id: int, form: Form) -> ResponseReturnValue:
    """Send the newest ranking as this member may see it, and note it; a large one is a job's."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        snapshot_id = queries.needed(session, campaign_id)
        if export_queries.is_large(session, snapshot_id):
            flash(_("This ranking is large: ask for its file here, it is made beside."), "note")
            return redirect(url_for("rankings.show", campaign_id=campaign_id))
        seen = labels.sight(session, campaign_id, actor().id)
        ground = export_ground(session, pages.catalogue(), snapshot_id, seen)
    _note_seen(campaign_id, "ranking downloaded", ground.snapshot)
    made = export_file(ground, form, now=pages.now())
    disposition = {"Content-Disposition": f"attachment; filename={made.name}"}
    return Response(made.content, mimetype=made.media_type, headers=disposition)


@bp.get("/<int:campaign_id>/people/<int:candidate_id>")
@member_required(*SEE_PEOPLE)
def person(campaign_id: int, candidate_id: int) -> ResponseReturnValue:
    """Show one person of the newest ranking."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        catalogue = held(session, pages.catalogue(), campaign.parts)
        snapshot_id = queries.needed(session, campaign_id)
        seen = labels.sight(session, campaign_id, actor().id)
        snapshot = labels.blinded(queries.snapshot(session, snapshot_id, candidate_id), seen)
        campaign = queries.as_ranked(session, campaign, snapshot)
        stale = queries.standing(session, campaign_id).stale
        review = requests.newest_review(session, campaign_id, candidate_id)
        decided = about_person(session, campaign_id, candidate_id, snapshot_id)
        reuse = which_answers(session, campaign_id, snapshot.entries[0])
        ground = driver_ground(session, campaign, snapshot, catalogue)
        required = requirement_queries.of_person(session, campaign_id, candidate_id)
    service.note_viewed(pages.sessions(), actor(), campaign_id, candidate_id, now=pages.now())
    entry = snapshot.entries[0]
    back = url_for("rankings.show", campaign_id=campaign_id)
    return render_template(
        "rankings/person.html",
        campaign=campaign,
        snapshot=snapshot,
        page=make_person_page(entry, snapshot, campaign, catalogue),
        drivers=drivers_section(driver_table([entry], snapshot, ground, others=True), candidate_id),
        stale=stale,
        review=review,
        reuse=reuse,
        required=required,
        asks=requirements_page.lines(required),
        hidden=seen.hides(candidate_id),
        today=pages.now().date(),
        chance=chance,
        percent=percent,
        may_report=may_report(),
        section="campaigns",
        simulated=pages.settings().simulated or campaign.simulated,
        breadcrumbs=crumbs(campaign, (_("Ranking"), back), (entry.name, None)),
        **decided,
    )


def _note_seen(campaign_id: int, act: CampaignAct, snapshot: SnapshotView) -> None:
    note_seen(pages.sessions(), actor(), campaign_id, act, now=pages.now(), snapshot=snapshot.id)


def may_report() -> bool:
    """Say whether this installation makes reports and this member may ask for one."""
    return "reports.create" in current_app.view_functions and actor().role in MAKE_REPORTS


def crumbs(campaign: CampaignView, *rest: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """Give the way from the list of campaigns to a page of a campaign's ranking."""
    index = url_for("campaigns.index")
    progress = url_for("campaigns.show", campaign_id=campaign.id)
    return [(_("Campaigns"), index), (campaign.title, progress), *rest]
