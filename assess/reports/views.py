"""Pages of reports: list them, ask for one, wait for it or stop it, take it."""

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts.guard import actor, member_required
from assess.accounts.models import RoleName
from assess.campaigns import queries as campaigns
from assess.campaigns.queries import CampaignView
from assess.campaigns.results_seen import note_seen
from assess.db.scope import reading
from assess.rankings.service import rank_campaign
from assess.reports import cancel_service, queries, service
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
        **around(campaign, (_("New report"), None)),
    )


@bp.get("")
@member_required(*SEE_REPORTS)
def index(campaign_id: int) -> ResponseReturnValue:
    """List a campaign's reports."""
    return _index(campaign_id, ReportForm(formdata=None))


@bp.post("")
@member_required(*service.MAY_MAKE)
def create(campaign_id: int) -> ResponseReturnValue:
    """Rank the campaign as it stands, ask for the report and go where it is waited for."""
    form = ReportForm()
    if not form.accepted():
        return _index(campaign_id, form), 422
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
            again=fields_of(report.kind, report.candidate_id, report.options),
            **around(campaign, (_("Report"), None)),
        )
    )
    if report.waiting:
        response.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return response


@bp.post("/<int:report_id>/cancel")
@member_required(*service.MAY_MAKE)
def cancel(campaign_id: int, report_id: int) -> ResponseReturnValue:
    """Stop a report's making."""
    stopped = cancel_service.cancel(
        pages.sessions(), actor(), campaign_id, report_id, now=pages.now()
    )
    if not stopped:
        flash(_("There was nothing left to cancel."), "note")
    return redirect(url_for(".show", campaign_id=campaign_id, report_id=report_id), 303)


@bp.get("/<int:report_id>.pdf")
@member_required(*SEE_REPORTS)
def download(campaign_id: int, report_id: int) -> ResponseReturnValue:
    """Send a report's file, a piece at a time."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        row, path = queries.report_file(session, pages.settings(), campaign_id, report_id)
        name, media_type, digest = row.name, row.media_type, row.sha256
    note_seen(
        pages.sessions(), actor(), campaign_id, "report downloaded", now=pages.now(),
        report=report_id,
    )  # fmt: skip
    response = send_file(
        path, media_type, as_attachment=True, download_name=name, etag=digest, conditional=True
    )
    # Whoever holds it may ask whether it changed; no browser keeps it by itself.
    response.headers["Cache-Control"] = "no-store"
    return response


def _index(campaign_id: int, form: ReportForm) -> str:
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = campaigns.campaign(session, campaign_id)
        found = queries.reports(session, campaign_id)
    return render_template(
        "reports/index.html",
        campaign=campaign,
        reports=found,
        form=form,
        may_make=actor().role in service.MAY_MAKE,
        **around(campaign),
    )


def around(campaign: CampaignView, *rest: tuple[str, str | None]) -> dict[str, object]:
    """Give what stands around a page of reports; ``rest`` is the way on from their list."""
    here = url_for("reports.index", campaign_id=campaign.id) if rest else None
    return {
        "section": "campaigns",
        "simulated": pages.settings().simulated or campaign.simulated,
        "breadcrumbs": [
            (_("Campaigns"), url_for("campaigns.index")),
            (campaign.title, url_for("campaigns.show", campaign_id=campaign.id)),
            (_("Ranking"), url_for("rankings.show", campaign_id=campaign.id)),
            (_("Reports"), here),
            *rest,
        ],
    }
