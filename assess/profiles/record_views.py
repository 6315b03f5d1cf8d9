"""Pages of contact records: upload, columns, reasons, and the contact mix they make."""

from flask import (
    Blueprint,
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
from flask_security import current_user

from assess.accounts.guard import actor, member_required
from assess.accounts.queries import brands
from assess.db.scope import reading
from assess.errors import Invalid
from assess.profiles import queries, record_queries, record_service
from assess.profiles.models import SummaryState
from assess.profiles.reasons import suggest_drivers
from assess.profiles.record_columns import preview, suggest
from assess.profiles.record_forms import (
    ROLE_WORDS,
    ColumnsForm,
    ExportForm,
    columns_form,
    question_form,
    reasons_data,
    reasons_form,
)
from assess.profiles.record_layout import Layout
from assess.profiles.record_mix import reason_lines
from assess.profiles.record_pictures import result_page
from assess.profiles.record_queries import SummaryView
from assess.web import pages

bp = Blueprint("records", __name__, url_prefix="/profiles/records")

LOOK_AGAIN_SECONDS = 1


@bp.url_value_preprocessor
def allow_a_large_file(endpoint: str | None, _values: object) -> None:
    """Let a member send a large file to the one page that takes one.

    This runs before the forgery check, which reads the form; nobody else may send so much.
    """
    if endpoint == f"{bp.name}.new" and current_user.is_authenticated:
        megabytes = pages.settings().largest_export
        request.max_content_length = megabytes * record_service.MEGABYTE + 100_000


@bp.get("/")
@member_required(*record_service.MAPS)
def index() -> ResponseReturnValue:
    """List the exports that were read, and how to read one."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        found = record_queries.summaries(session)
    return render_template("profiles/records.html", section="records", summaries=found)


@bp.route("/new", methods=["GET", "POST"])
@member_required(*record_service.MAPS)
def new() -> ResponseReturnValue:
    """Take a file; on a valid post go on to its columns."""
    form = ExportForm()
    if form.accepted():
        try:
            summary_id = record_service.take_export(
                pages.sessions(),
                pages.settings(),
                actor(),
                form.brand.data,
                form.file.data.stream,
                now=pages.now(),
            )
        except Invalid as invalid:
            form.form_errors.extend(invalid.faults)
        else:
            return redirect(url_for(".columns", summary_id=summary_id))
    with reading(pages.sessions(), actor().organisation_id) as session:
        known = [name for _id, name in brands(session)]
    page = render_template(
        "profiles/record_new.html",
        section="records",
        form=form,
        brands=known,
        most=pages.settings().largest_export,
    )
    return page, 422 if form.errors else 200


@bp.route("/<int:summary_id>/columns", methods=["GET", "POST"])
@member_required(*record_service.MAPS)
def columns(summary_id: int) -> ResponseReturnValue:
    """Ask which column means what; on a valid post have the file read."""
    view = _summary(summary_id)
    layout = record_service.layout_of(pages.sessions(), pages.settings(), actor(), summary_id)
    places = view.columns.places if view.columns else suggest(layout)
    form = columns_form(layout)(
        **{f"role_{role}": str(place) for role, place in places.items()},
        order=view.columns.order if view.columns else "",
        unit=view.columns.unit if view.columns else "",
    )
    if form.accepted():
        try:
            record_service.choose_columns(
                pages.sessions(), pages.settings(), actor(), summary_id, form.columns(),
                now=pages.now(),
            )  # fmt: skip
        except Invalid as invalid:
            form.form_errors.extend(_in_words(invalid.faults))
        else:
            return redirect(url_for(".show", summary_id=summary_id))
    return _columns_page(view, layout, form, list(places.values()))


@bp.get("/<int:summary_id>/")
@member_required(*record_service.MAPS)
def show(summary_id: int) -> ResponseReturnValue:
    """Show how far an export is, what it asks, or what it came to."""
    view = _summary(summary_id)
    if view.state is SummaryState.COLUMNS:
        return redirect(url_for(".columns", summary_id=summary_id))
    if view.state is SummaryState.READY:
        if not view.decided:
            return redirect(url_for(".reasons", summary_id=summary_id))
        return _result(view)
    if view.state is SummaryState.QUESTION:
        return _question(view, question_form(view.questions)())
    response = make_response(
        render_template("profiles/record_waiting.html", section="records", view=view)
    )
    if view.state is SummaryState.READING:
        response.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return response


@bp.post("/<int:summary_id>/answer")
@member_required(*record_service.MAPS)
def answer(summary_id: int) -> ResponseReturnValue:
    """Answer what the file left open."""
    view = _summary(summary_id)
    form = question_form(view.questions)()
    if not form.accepted():
        return _question(view, form), 422
    record_service.answer(
        pages.sessions(), actor(), summary_id,
        order=form.data.get("order") or "", unit=form.data.get("unit") or "", now=pages.now(),
    )  # fmt: skip
    return redirect(url_for(".show", summary_id=summary_id))


@bp.route("/<int:summary_id>/reasons", methods=["GET", "POST"])
@member_required(*record_service.MAPS)
def reasons(summary_id: int) -> ResponseReturnValue:
    """Ask what each reason means; on a valid post show the mix."""
    view = _summary(summary_id)
    if view.state is not SummaryState.READY:
        return redirect(url_for(".show", summary_id=summary_id))
    with reading(pages.sessions(), actor().organisation_id) as session:
        catalogue = queries.with_own_drivers(session, pages.catalogue(), view.brand_id)
        remembered = record_queries.remembered_reasons(session, view.brand_id)
    names = sorted({cell.reason for cell in view.cells if cell.reason})
    suggested = suggest_drivers(names, catalogue, remembered)
    choices = view.choices if view.decided else record_queries.first_choices(view)
    form = reasons_form(view, catalogue.call_drivers)(**reasons_data(view, choices, suggested))
    if form.accepted():
        try:
            record_service.decide(
                pages.sessions(), actor(), pages.catalogue(), summary_id, form.choices(),
                now=pages.now(),
            )  # fmt: skip
        except Invalid as invalid:
            form.form_errors.extend(_in_words(invalid.faults))
        else:
            flash(_("The reasons are kept, and remembered for this brand."), "ok")
            return redirect(url_for(".show", summary_id=summary_id))
    lines = reason_lines(view.cells, choices)
    page = render_template(
        "profiles/record_reasons.html",
        section="records",
        view=view,
        form=form,
        lines=sorted(
            lines, key=lambda line: bool(line.reason and form.driver_field(line.reason).data)
        ),
        suggested=suggested,
        titles={code: driver.title for code, driver in catalogue.call_drivers.items()},
    )
    return page, 422 if form.errors else 200


@bp.post("/<int:summary_id>/delete")
@member_required(*record_service.MAPS)
def delete(summary_id: int) -> ResponseReturnValue:
    """Delete an export's counts."""
    record_service.discard(pages.sessions(), pages.settings(), actor(), summary_id, now=pages.now())
    flash(_("The counts of this export are deleted."), "ok")
    return redirect(url_for(".index"))


def _summary(summary_id: int) -> SummaryView:
    with reading(pages.sessions(), actor().organisation_id) as session:
        return record_queries.summary(session, summary_id)


def _columns_page(
    view: SummaryView, layout: Layout, form: ColumnsForm, named: list[int]
) -> ResponseReturnValue:
    page = render_template(
        "profiles/record_columns.html",
        section="records",
        view=view,
        layout=layout,
        form=form,
        rows=preview(layout, named),
        marks={",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("upright line")},
    )
    return page, 422 if form.errors else 200


def _question(view: SummaryView, form: object) -> str:
    return render_template("profiles/record_question.html", section="records", view=view, form=form)


def _result(view: SummaryView) -> ResponseReturnValue:
    """Show the mix of mapped contacts; choices that no longer hold lead back to the reasons."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        catalogue = queries.with_own_drivers(session, pages.catalogue(), view.brand_id)
        try:
            found = record_queries.records_mix(session, catalogue, view.id)
        except Invalid as invalid:
            flash(" ".join(invalid.faults), "error")
            return redirect(url_for(".reasons", summary_id=view.id))
        compared = record_queries.drifts(session, catalogue, view.brand_id, found)
    use = None
    if "campaigns.new" in current_app.view_functions:
        use = url_for("campaigns.new", records=view.id)
    return render_template(
        "profiles/record_result.html",
        section="records",
        view=view,
        found=found,
        use=use,
        compared=compared,
        titles={code: driver.title for code, driver in catalogue.call_drivers.items()},
        competencies=[one.title for one in catalogue.competencies],
        **result_page(found, catalogue, title=_("Contact mix")),
    )


def _in_words(faults: tuple[str, ...]) -> list[str]:
    """Name the column of a fault as the page does."""
    told = []
    for fault in faults:
        place, _colon, what = fault.partition(": ")
        told.append(f"{ROLE_WORDS[place]}: {what}" if place in ROLE_WORDS else fault)
    return told
