"""Pages of panels: open one, send workbooks, read the agreement, see what changes, publish."""

from io import BytesIO

from flask import Blueprint, Response, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from assess.accounts.guard import actor, member_required
from assess.db.scope import reading
from assess.errors import Invalid
from assess.experts import queries, service
from assess.experts.changes import changes
from assess.experts.csv_file import ratings_csv
from assess.experts.forms import OpenForm, PublishForm, UploadForm
from assess.experts.page import agreement_page, figure, signed
from assess.experts.queries import PanelView
from assess.instruments.expert_workbook import write_workbook
from assess.web import pages

bp = Blueprint("experts", __name__, url_prefix="/experts")

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_FAULTS_SHOWN = 30


@bp.get("/")
@member_required(*service.LOOKS)
def index() -> ResponseReturnValue:
    """List the panels, and offer to open one."""
    return _index_page(OpenForm())


@bp.post("/")
@member_required(*service.ACTS)
def create() -> ResponseReturnValue:
    """Open a panel and go to it."""
    form = OpenForm()
    with reading(pages.sessions(), actor().organisation_id) as session:
        form.offer(queries.choices(session, pages.catalogue()))
    if not form.accepted():
        return _index_page(form), 422
    panel_id = service.open_panel(
        pages.sessions(), actor(), pages.catalogue(), form.bank.data, now=pages.now()
    )
    flash(_("The panel is open. Send a workbook to each expert."), "ok")
    return redirect(url_for(".show", panel_id=panel_id), 303)


@bp.get("/<int:panel_id>/")
@member_required(*service.LOOKS)
def show(panel_id: int) -> ResponseReturnValue:
    """Show how far the experts of a panel agree."""
    return _panel_page(_panel(panel_id), UploadForm())


@bp.get("/<int:panel_id>/workbook.xlsx")
@member_required(*service.LOOKS)
def workbook(panel_id: int) -> ResponseReturnValue:
    """Give the workbook that each expert fills in."""
    panel = _panel(panel_id)
    return send_file(
        BytesIO(write_workbook(panel.bank)),
        WORKBOOK,
        as_attachment=True,
        download_name=f"rate-{panel.folder}-{panel.version}.xlsx",
    )


@bp.post("/<int:panel_id>/import")
@member_required(*service.ACTS)
def import_(panel_id: int) -> ResponseReturnValue:
    """Keep the ratings in the posted workbooks, and say of each file what became of it."""
    form = UploadForm()
    if not form.accepted():
        return _panel_page(_panel(panel_id), form), 422
    try:
        found = service.import_workbooks(
            pages.sessions(), actor(), panel_id, form.files(), now=pages.now()
        )
    except Invalid as invalid:
        form.form_errors.append(_("No workbook was taken. What was there before is kept."))
        form.form_errors.extend(_shortened(invalid.faults))
        return _panel_page(_panel(panel_id), form), 422
    flash(_outcome(found), "ok" if found.added or found.replaced else "note")
    if found.missing:
        flash(_gaps(found), "note")
    if found.faults:
        form.form_errors.append(_("Some workbooks were not taken; the others are kept."))
        form.form_errors.extend(_shortened(found.faults))
        return _panel_page(_panel(panel_id), form), 422
    return redirect(url_for(".show", panel_id=panel_id), 303)


@bp.get("/<int:panel_id>/ratings.csv")
@member_required(*service.LOOKS)
def ratings(panel_id: int) -> ResponseReturnValue:
    """Give every rating as a CSV file."""
    panel = _panel(panel_id)
    name = f"ratings-{panel.folder}-{panel.version}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(ratings_csv(panel), mimetype="text/csv", headers=headers)


@bp.get("/<int:panel_id>/changes")
@member_required(*service.LOOKS)
def show_changes(panel_id: int) -> ResponseReturnValue:
    """Show what the proposed key would change for scores already given; publish from here."""
    now = pages.now()
    with reading(pages.sessions(), actor().organisation_id) as session:
        panel = queries.panel(session, panel_id)
        study = panel.study()
        if study is None:
            raise Invalid(_("At least two experts must have rated before there is a key."))
        files = service.proposed_files(session, panel, study, date=now.date().isoformat())
        found = changes(session, pages.catalogue(), panel, files, today=now.date())
    return render_template(
        "experts/changes.html",
        section="experts",
        breadcrumbs=_crumbs(panel, _("What changes")),
        panel=panel,
        study=study,
        changes=found,
        figure=figure,
        signed=signed,
        titles=_titles(),
        may_act=panel.is_open and actor().role in service.ACTS,
    )


@bp.post("/<int:panel_id>/publish")
@member_required(*service.ACTS)
def publish(panel_id: int) -> ResponseReturnValue:
    """Publish the version that the panel keys."""
    form = PublishForm()
    if not form.accepted():
        raise Invalid(_("Open the page of what changes again, and publish from there."))
    version, _digests = service.publish_key(
        pages.sessions(), actor(), panel_id, seal=form.seal.data, now=pages.now()
    )
    flash(_("Version %(version)s is published. The panel is closed.", version=version), "ok")
    return redirect(url_for(".show", panel_id=panel_id), 303)


@bp.post("/<int:panel_id>/close")
@member_required(*service.ACTS)
def close(panel_id: int) -> ResponseReturnValue:
    """Close a panel without a key."""
    service.close_panel(pages.sessions(), actor(), panel_id, now=pages.now())
    flash(_("The panel is closed. Its ratings are kept."), "ok")
    return redirect(url_for(".show", panel_id=panel_id), 303)


def _panel(panel_id: int) -> PanelView:
    with reading(pages.sessions(), actor().organisation_id) as session:
        return queries.panel(session, panel_id)


def _index_page(form: OpenForm) -> str:
    with reading(pages.sessions(), actor().organisation_id) as session:
        panels = queries.panels(session)
        form.offer(queries.choices(session, pages.catalogue()))
    return render_template(
        "experts/index.html",
        section="experts",
        panels=panels,
        form=form,
        may_act=actor().role in service.ACTS,
    )


def _panel_page(panel: PanelView, form: UploadForm) -> str:
    bank, study = panel.bank, panel.study()
    return render_template(
        "experts/panel.html",
        section="experts",
        breadcrumbs=_crumbs(panel),
        panel=panel,
        responses=len(bank.item_ids),
        study=study,
        page=None if study is None else agreement_page(panel, bank, study),
        titles=_titles(),
        form=form,
        may_act=panel.is_open and actor().role in service.ACTS,
    )


def _titles() -> dict[str, str]:
    return {one.code: one.title for one in pages.catalogue().competencies}


def _crumbs(panel: PanelView, here: str | None = None) -> list[tuple[str, str | None]]:
    name = _("%(title)s, version %(version)s", title=panel.title, version=panel.version)
    first = (_("Keys from experts"), url_for(".index"))
    if here is None:
        return [first, (name, None)]
    return [first, (name, url_for(".show", panel_id=panel.id)), (here, None)]


def _shortened(faults: tuple[str, ...]) -> list[str]:
    hidden = len(faults) - MOST_FAULTS_SHOWN
    if hidden <= 0:
        return list(faults)
    more = ngettext("and %(num)s more fault", "and %(num)s more faults", hidden)
    return [*faults[:MOST_FAULTS_SHOWN], more]


def _outcome(found: service.Imported) -> str:
    words = []
    if found.added:
        count = len(found.added)
        words.append(ngettext("%(num)s expert is added.", "%(num)s experts are added.", count))
    if found.replaced:
        names = ", ".join(found.replaced)
        words.append(_("The earlier ratings of %(names)s are replaced.", names=names))
    if found.known:
        words.append(_("Already there: %(files)s.", files=", ".join(found.known)))
    return " ".join(map(str, words))


def _gaps(found: service.Imported) -> str:
    told = "; ".join(f"{name}: {count}" for name, count in found.missing.items())
    return str(_("Responses that are not rated yet. %(told)s.", told=told))
