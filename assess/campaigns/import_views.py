"""Pages of importing people into a campaign: upload, columns, what would happen, what did."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask import url_for as address
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user

from assess.accounts.guard import actor, member_required
from assess.campaigns import import_queries, import_service, queries
from assess.campaigns.import_forms import ROLE_WORDS, PeopleFileForm, people_columns_form
from assess.campaigns.import_queries import ImportView
from assess.campaigns.models import ImportState
from assess.campaigns.people_columns import suggest
from assess.campaigns.people_reading import MOST_PEOPLE
from assess.campaigns.service import INVITES
from assess.db.scope import reading
from assess.errors import Invalid
from assess.web import pages

bp = Blueprint("people_imports", __name__, url_prefix="/campaigns/<int:campaign_id>/imports")

LOOK_AGAIN_SECONDS = 1
ROWS_SHOWN = 5


@bp.url_value_preprocessor
def allow_a_large_file(endpoint: str | None, _values: object) -> None:
    """Let a member send a large file to the one page that takes one.

    This runs before the forgery check, which reads the form; nobody else may send so much.
    """
    if endpoint == f"{bp.name}.new" and current_user.is_authenticated:
        request.max_content_length = import_service.LARGEST_FILE + 100_000


@bp.route("/", methods=["GET", "POST"])
@member_required(*INVITES)
def new(campaign_id: int) -> ResponseReturnValue:
    """Take a file, and list the earlier ones; on a valid post go on to its columns."""
    form = PeopleFileForm()
    if form.accepted():
        try:
            import_id = import_service.take_file(
                pages.sessions(), pages.settings(), actor(), campaign_id,
                form.file.data.stream, now=pages.now(),
            )  # fmt: skip
        except Invalid as invalid:
            form.form_errors.extend(invalid.faults)
        else:
            return redirect(address(".columns", campaign_id=campaign_id, import_id=import_id))
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = queries.campaign(session, campaign_id)
        earlier = import_queries.people_imports(session, campaign_id)
    page = render_template(
        "campaigns/import_new.html",
        section="campaigns",
        campaign=campaign,
        form=form,
        earlier=earlier,
        over=campaign.is_over(pages.now()),
        most=MOST_PEOPLE,
        megabytes=import_service.LARGEST_FILE // 1_000_000,
    )
    return page, 422 if form.errors else 200


@bp.route("/<int:import_id>/columns", methods=["GET", "POST"])
@member_required(*INVITES)
def columns(campaign_id: int, import_id: int) -> ResponseReturnValue:
    """Ask which column means what; on a valid post have the file checked."""
    view = _view(campaign_id, import_id)
    layout = import_service.layout_of(pages.sessions(), pages.settings(), actor(), import_id)
    places = view.columns.places if view.columns else suggest(layout)
    form = people_columns_form(layout)(
        **{f"role_{role}": str(place) for role, place in places.items()},
        **({"usual": view.columns.language} if view.columns else {}),
    )
    if form.accepted():
        try:
            import_service.choose_columns(
                pages.sessions(), pages.settings(), actor(), import_id, form.columns(),
                now=pages.now(),
            )  # fmt: skip
        except Invalid as invalid:
            form.form_errors.extend(_in_words(invalid.faults))
        else:
            return redirect(address(".show", campaign_id=campaign_id, import_id=import_id))
    page = render_template(
        "campaigns/import_columns.html",
        section="campaigns",
        campaign=_campaign(campaign_id),
        view=view,
        layout=layout,
        form=form,
        rows=layout.sample[:ROWS_SHOWN],
    )
    return page, 422 if form.errors else 200


@bp.get("/<int:import_id>/")
@member_required(*INVITES)
def show(campaign_id: int, import_id: int) -> ResponseReturnValue:
    """Show how far a file is, what would happen, or what became of its rows."""
    view = _view(campaign_id, import_id)
    if view.state is ImportState.COLUMNS:
        return redirect(address(".columns", campaign_id=campaign_id, import_id=import_id))
    with reading(pages.sessions(), actor().organisation_id) as session:
        campaign = queries.campaign(session, campaign_id)
        faults = import_queries.first_faults(session, import_id) if view.listed else []
    running = view.state in (ImportState.CHECKING, ImportState.IMPORTING) and not view.stuck
    response = make_response(
        render_template(
            "campaigns/import_running.html" if running else "campaigns/import_show.html",
            section="campaigns",
            campaign=campaign,
            view=view,
            faults=faults,
            early=campaign.opens_on > pages.now().date(),
            role_words=ROLE_WORDS,
            days=import_service.ROWS_KEPT.days,
        )
    )
    if running:
        response.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return response


@bp.post("/<int:import_id>/start")
@member_required(*INVITES)
def start(campaign_id: int, import_id: int) -> ResponseReturnValue:
    """Have the people invited; a step that was given up goes on."""
    _view(campaign_id, import_id)
    import_service.start(pages.sessions(), actor(), import_id, now=pages.now())
    return redirect(address(".show", campaign_id=campaign_id, import_id=import_id))


@bp.get("/<int:import_id>/rows.csv")
@member_required(*INVITES)
def rows(campaign_id: int, import_id: int) -> ResponseReturnValue:
    """Give what became of each row as a file; with ``only=faulty`` the faulty ones."""
    _view(campaign_id, import_id)
    faulty = request.args.get("only") == "faulty"
    with reading(pages.sessions(), actor().organisation_id) as session:
        content = import_queries.result_csv(session, import_id, faulty_only=faulty)
    name = f"{'faulty-rows' if faulty else 'rows'}-{import_id}.csv"
    # The mark in front tells Excel that the file is UTF-8.
    return Response(
        "\ufeff" + content,
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


@bp.post("/<int:import_id>/delete")
@member_required(*INVITES)
def delete(campaign_id: int, import_id: int) -> ResponseReturnValue:
    """Delete a file and what is known of its rows; who is invited stays so."""
    _view(campaign_id, import_id)
    import_service.discard(pages.sessions(), pages.settings(), actor(), import_id, now=pages.now())
    flash(_("The file and the list of its rows are deleted. Who is invited stays so."), "ok")
    return redirect(address(".new", campaign_id=campaign_id))


def _view(campaign_id: int, import_id: int) -> ImportView:
    with reading(pages.sessions(), actor().organisation_id) as session:
        return import_queries.people_import(session, campaign_id, import_id)


def _campaign(campaign_id: int) -> queries.CampaignView:
    with reading(pages.sessions(), actor().organisation_id) as session:
        return queries.campaign(session, campaign_id)


def _in_words(faults: Sequence[str]) -> list[str]:
    """Name the column of a fault as the page does."""
    told = []
    for fault in faults:
        place, _colon, what = fault.partition(": ")
        told.append(f"{ROLE_WORDS[place]}: {what}" if place in ROLE_WORDS else fault)
    return told
