"""Pages of rankings: the ranked list, one person in it, the list as a file."""

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assess.accounts.guard import actor, member_required
from assess.accounts.models import RoleName
from assess.authoring.queries import held
from assess.campaigns import queries as campaigns
from assess.campaigns import requests
from assess.campaigns.queries import CampaignView
from assess.campaigns.results_seen import CampaignAct, note_seen
from assess.campaigns.service import INVITES
from assess.db.scope import reading
from assess.rankings import difference_queries, labels, queries, service
from assess.rankings.csv_file import ranking_csv
from assess.rankings.decided import about_person, in_ranking
from assess.rankings.driver_fit import DriverTable, driver_table
from assess.rankings.driver_page import drivers_section
from assess.rankings.driver_queries import driver_ground
from assess.rankings.person_page import make_person_page
from assess.rankings.queries import SnapshotView
from assess.rankings.table import make_page, overview, provisional_styles, shown_entries
from assess.rankings.which_answers import which_answers
from assess.rankings.words import chance, headline, minimums_asked, percent
from assess.rankings.xlsx_file import ranking_xlsx
from assess.web import pages

bp = Blueprint("rankings", __name__, url_prefix="/campaigns")

SEE_RANKINGS = (
    *(RoleName.RECRUITER, RoleName.HIRING_MANAGER),
    *(RoleName.PSYCHOLOGIST, RoleName.ADMINISTRATOR),
)
SEE_PEOPLE = (RoleName.RECRUITER, RoleName.HIRING_MANAGER, RoleName.ADMINISTRATOR)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAKE_REPORTS = (RoleName.RECRUITER, RoleName.ADMINISTRATOR)


@bp.get("/<int:campaign_id>/ranking")
@member_required(*SEE_RANKINGS)
def show(campaign_id: int) -> ResponseReturnValue:
    """Show the newest ranking, or offer to make the first."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        catalogue = held(session, pages.catalogue(), campaign.parts)
        standing = queries.standing(session, campaign_id)
        versions = difference_queries.versions(session, campaign)
        snapshot = None
        if standing.snapshot_id is not None:
            snapshot = _labelled(session, queries.snapshot(session, standing.snapshot_id))
            ground = driver_ground(session, campaign, snapshot, catalogue)
        decided = in_ranking(session, campaign_id)
    shown = {
        "campaign": campaign,
        "standing": standing,
        "may_rank": actor().role in service.MAY_RANK,
        "section": "campaigns",
        "simulated": pages.settings().simulated or campaign.simulated,
        "breadcrumbs": crumbs(campaign, (_("Ranking"), None)),
    }
    if snapshot is None:
        return render_template("rankings/none.html", **shown)
    _note_seen(campaign_id, "ranking viewed", snapshot)
    title = headline(snapshot)
    page = make_page(
        snapshot, catalogue, request.args.get("q", ""), request.args.get("page", 1, type=int)
    )
    return render_template(
        "rankings/ranking.html",
        snapshot=snapshot,
        title=title,
        page=page,
        drivers=driver_table(shown_entries(page, snapshot), snapshot, ground),
        overview=overview(snapshot, title),
        indices=catalogue.indices,
        provisional_styles=provisional_styles(campaign, catalogue),
        evidenced=[one.title for one in catalogue.competencies if one.code in snapshot.evidenced],
        at_cut=sum(entry.at_cut for entry in snapshot.entries),
        may_see_people=actor().role in SEE_PEOPLE,
        may_report=may_report(),
        may_consider=actor().role in INVITES,
        percent=percent,
        may_compare=versions.former_snapshot is not None,
        minimums=minimums_asked(snapshot, catalogue),
        **decided,
        **shown,
    )


@bp.post("/<int:campaign_id>/ranking")
@member_required(*service.MAY_RANK)
def rank(campaign_id: int) -> ResponseReturnValue:
    """Rank everybody who has finished and show it."""
    service.rank_campaign(
        pages.sessions(), actor(), pages.catalogue(), campaign_id, now=pages.now()
    )
    flash(_("The ranking is made of everybody who has finished."), "ok")
    return redirect(url_for("rankings.show", campaign_id=campaign_id), 303)


@bp.get("/<int:campaign_id>/ranking.csv")
@member_required(*SEE_RANKINGS)
def download(campaign_id: int) -> ResponseReturnValue:
    """Send the newest ranking as a CSV file."""
    snapshot, drivers, _blind = _downloaded(campaign_id)
    return _file(snapshot, ranking_csv(snapshot, drivers), "csv", "text/csv")


@bp.get("/<int:campaign_id>/ranking.xlsx")
@member_required(*SEE_RANKINGS)
def download_workbook(campaign_id: int) -> ResponseReturnValue:
    """Send the newest ranking as a workbook."""
    snapshot, drivers, blind = _downloaded(campaign_id)
    content = ranking_xlsx(snapshot, drivers, blind=blind, now=pages.now())
    return _file(snapshot, content, "xlsx", XLSX)


def _downloaded(campaign_id: int) -> tuple[SnapshotView, DriverTable, bool]:
    """Give the newest ranking as this member may see it, with its fits by driver; note it.

    The last says whether it is blind.
    """
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        catalogue = held(session, pages.catalogue(), campaign.parts)
        found = queries.snapshot(session, queries.needed(session, campaign_id))
        seen = labels.sight(session, campaign_id, actor().id)
        snapshot = labels.blinded(found, seen)
        ground = driver_ground(session, campaign, snapshot, catalogue)
    _note_seen(campaign_id, "ranking downloaded", found)
    return snapshot, driver_table(snapshot.entries, snapshot, ground), seen.blind


def _file(snapshot: SnapshotView, content: str | bytes, ending: str, kind: str) -> Response:
    simulated = "simulated-" if snapshot.simulated else ""
    name = f"{simulated}ranking-{snapshot.campaign_id}-{snapshot.made_at:%Y-%m-%d}.{ending}"
    disposition = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype=kind, headers=disposition)


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


def _labelled(session: Session, snapshot: SnapshotView) -> SnapshotView:
    """Give a ranking as this member may see it: with codes for the names that are hidden."""
    return labels.blinded(snapshot, labels.sight(session, snapshot.campaign_id, actor().id))


def may_report() -> bool:
    """Say whether this installation makes reports and this member may ask for one."""
    return "reports.create" in current_app.view_functions and actor().role in MAKE_REPORTS


def crumbs(campaign: CampaignView, *rest: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """Give the way from the list of campaigns to a page of a campaign's ranking."""
    index = url_for("campaigns.index")
    progress = url_for("campaigns.show", campaign_id=campaign.id)
    return [(_("Campaigns"), index), (campaign.title, progress), *rest]
