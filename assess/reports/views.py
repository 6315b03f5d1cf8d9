"""Pages of reports: ask for one, wait for it, take it."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts.guard import actor, member_required
from assess.accounts.models import RoleName
from assess.campaigns import queries as campaigns
from assess.campaigns.results_seen import note_seen
from assess.db.scope import reading
from assess.errors import Invalid
from assess.rankings.service import rank_campaign
from assess.reports import queries, service
from assess.reports.forms import ReportForm, fields_of
from assess.reports.models import ReportKind
from assess.reports.options import OF_ONE
from assess.web import pages

bp = Blueprint("reports", __name__, url_prefix="/campaigns/<int:campaign_id>/reports")

SEE_REPORTS = (RoleName.RECRUITER, RoleName.HIRING_MANAGER, RoleName.ADMINISTRATOR)
LOOK_AGAIN_SECONDS = 2
_RANKED, _KINDS = ReportKind.RANKED, frozenset(kind.value for kind in ReportKind)


@bp.get("/new")
@member_required(*service.MAY_MAKE)
def choose(campaign_id: int) -> ResponseReturnValue:
    """Show the form for a report of the kind and people that the address names."""
    kind = ReportKind(request.args["kind"]) if request.args.get("kind") in _KINDS else _RANKED
    chosen = request.args.getlist("person", type=int)
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        people = queries.chosen(session, campaign_id, actor().id, chosen)
    form = ReportForm(formdata=None, kind=kind.value)
    faults = form.options(chosen).faults(kind, chosen[0] if kind in OF_ONE and chosen else None)
    return render_template(
        "reports/new.html",
        form=form,
        kind=kind.value,
        campaign=campaign,
        people=people,
        faults=faults,
        section="campaigns",
        simulated=pages.settings().simulated or campaign.simulated,
        breadcrumbs=_crumbs(campaign, _("New report")),
    )


@bp.post("")
@member_required(*service.MAY_MAKE)
def create(campaign_id: int) -> ResponseReturnValue:
    """Rank the campaign as it stands, ask for the report and go where it is waited for."""
    form = ReportForm()
    if not form.accepted():
        raise Invalid(*(f"{name}: {' '.join(map(str, e))}" for name, e in form.errors.items()))
    who, now = actor(), pages.now()
    snapshot_id = rank_campaign(pages.sessions(), who, pages.catalogue(), campaign_id, now=now)
    report_id = service.request(
        pages.sessions(),
        who,
        snapshot_id,
        ReportKind(form.kind.data),
        form.candidate_id.data,
        form.options(request.form.getlist("person", type=int)),
        now=now,
    )
    return redirect(url_for(".show", campaign_id=campaign_id, report_id=report_id), 303)


@bp.get("/<int:report_id>")
@member_required(*SEE_REPORTS)
def show(campaign_id: int, report_id: int) -> ResponseReturnValue:
    """Show how far a report is, then offer it."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        report = queries.report(session, campaign_id, report_id)
    response = make_response(
        render_template(
            "reports/report.html",
            campaign=campaign,
            report=report,
            may_make=actor().role in service.MAY_MAKE,
            section="campaigns",
            simulated=pages.settings().simulated or campaign.simulated,
            again=fields_of(report.kind, report.candidate_id, report.options),
            breadcrumbs=_crumbs(campaign, _("Report")),
        )
    )
    if not (report.ready or report.failed or report.withdrawn or report.hidden):
        response.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return response


@bp.get("/<int:report_id>.pdf")
@member_required(*SEE_REPORTS)
def download(campaign_id: int, report_id: int) -> ResponseReturnValue:
    """Send a report's file."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        name, content = queries.report_file(session, pages.settings(), campaign_id, report_id)
    note_seen(
        pages.sessions(), actor(), campaign_id, "report downloaded", now=pages.now(),
        report=report_id,
    )  # fmt: skip
    return Response(
        content,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _crumbs(campaign: campaigns.CampaignView, last: str) -> list[tuple[str, str | None]]:
    return [
        (_("Campaigns"), url_for("campaigns.index")),
        (campaign.title, url_for("campaigns.show", campaign_id=campaign.id)),
        (_("Ranking"), url_for("rankings.show", campaign_id=campaign.id)),
        (last, None),
    ]
