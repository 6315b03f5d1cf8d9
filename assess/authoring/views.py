"""Pages of instruments: the list, one instrument, uploads, publishing, signing translations."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from assess.accounts.guard import actor, member_required
from assess.accounts.models import RoleName
from assess.authoring import drafts, listing, service, wordings
from assess.authoring.archive import LARGEST_ZIP
from assess.authoring.forms import PublishForm, SignForm, UploadForm
from assess.authoring.listing import Use
from assess.db.scope import reading
from assess.errors import Conflict, Invalid
from assess.web import pages

bp = Blueprint("authoring", __name__, url_prefix="/instruments")

LOOKS = (RoleName.PSYCHOLOGIST, RoleName.ADMINISTRATOR)

#: Tells of each digest how often it was used; the rooms above know that.
Uses = Callable[[Session, datetime], Mapping[str, Use]]


def install(app: Flask, uses: Uses) -> None:
    """Add the pages; ``uses`` is asked how often each instrument was used."""
    app.extensions["assess"]["instrument_uses"] = uses
    app.register_blueprint(bp)


@bp.get("/")
@member_required(*LOOKS)
def index() -> ResponseReturnValue:
    """List the instruments and the uploads that wait."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        found = listing.lines(session, pages.catalogue())
        waiting = listing.drafts(session)
        used = _uses(session)
    return _page("index.html", lines=found, drafts=waiting, uses=used, nothing=Use())


@bp.get("/<digest>/")
@member_required(*LOOKS)
def show(digest: str) -> ResponseReturnValue:
    """Show one instrument: what it rests on, its languages, where it is used."""
    return _instrument_page(digest, SignForm(reviewed_on=pages.now().date()), None)


@bp.post("/<digest>/translations/<language>/sign")
@member_required(*wordings.SIGNS)
def sign(digest: str, language: str) -> ResponseReturnValue:
    """Keep who has read a translation, and when."""
    form = SignForm()
    if not form.accepted():
        return _instrument_page(digest, form, language), 422
    try:
        wordings.sign_wording(
            pages.sessions(), actor(), pages.catalogue(), digest, language,
            form.reviewer.data, form.reviewed_on.data, now=pages.now(),
        )  # fmt: skip
    except Invalid as invalid:
        form.form_errors.extend(_sentences(invalid))
        return _instrument_page(digest, form, language), 422
    flash(_("The translation is signed."), "ok")
    return redirect(url_for(".show", digest=digest), 303)


@bp.route("/upload", methods=["GET", "POST"])
@member_required(*service.PUBLISHES)
def upload() -> ResponseReturnValue:
    """Take a zip, check it and go to what was found."""
    form = UploadForm()
    if form.accepted():
        with form.file.data.stream as stream:
            content = stream.read()
        try:
            draft_id = drafts.upload(
                pages.sessions(), actor(), pages.catalogue(), content, now=pages.now()
            )
        except Invalid as invalid:
            form.form_errors.extend(_sentences(invalid))
        else:
            return redirect(url_for(".draft", draft_id=draft_id), 303)
    return _page("upload.html", form=form), 422 if form.errors else 200


@bp.get("/drafts/<int:draft_id>")
@member_required(*LOOKS)
def draft(draft_id: int) -> ResponseReturnValue:
    """Show an upload, what its check has found, and what publishing does."""
    return _draft_page(draft_id, PublishForm())


@bp.post("/drafts/<int:draft_id>/publish")
@member_required(*service.PUBLISHES)
def publish(draft_id: int) -> ResponseReturnValue:
    """Publish an upload and go to the instrument."""
    form = PublishForm()
    if not form.accepted():
        return _draft_page(draft_id, form), 422
    try:
        digests = drafts.publish_draft(
            pages.sessions(), actor(), pages.catalogue(), draft_id,
            note=form.note.data or "", now=pages.now(),
        )  # fmt: skip
    except (Invalid, Conflict) as error:
        form.form_errors.extend(str(error).splitlines())
        return _draft_page(draft_id, form), 409 if isinstance(error, Conflict) else 422
    flash(_("It is published. New campaigns can choose it."), "ok")
    return redirect(url_for(".show", digest=digests[0]), 303)


@bp.post("/drafts/<int:draft_id>/discard")
@member_required(*service.PUBLISHES)
def discard(draft_id: int) -> ResponseReturnValue:
    """Throw an upload away."""
    drafts.discard(pages.sessions(), actor(), draft_id, now=pages.now())
    flash(_("The upload is thrown away."), "ok")
    return redirect(url_for(".index"), 303)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say how large a file may be."""
    page = render_template(
        "web/error.html",
        status=413,
        heading=_("The file is too large"),
        text=_("A zip of at most %(most)s MB is taken.", most=LARGEST_ZIP // 1024**2),
        kept=_("Nothing was changed."),
        action_label=_("Choose another file"),
        action_url=url_for(".upload"),
    )
    return page, 413


def _instrument_page(digest: str, form: SignForm, signing: str | None) -> str:
    with reading(pages.sessions(), actor().organisation_id) as session:
        line = listing.line(session, pages.catalogue(), digest)
        used = _uses(session)
    return _page(
        "show.html",
        line=line,
        use=used.get(digest, Use()),
        form=form,
        signing=signing,
        titles={one.code: one.title for one in pages.catalogue().competencies},
    )


def _draft_page(draft_id: int, form: PublishForm) -> str:
    with reading(pages.sessions(), actor().organisation_id) as session:
        found, files = listing.draft(session, draft_id)
    return _page("draft.html", draft=found, files=sorted(files), form=form)


def _uses(session: Session) -> Mapping[str, Use]:
    asked: Uses = current_app.extensions["assess"]["instrument_uses"]
    return asked(session, pages.now())


def _page(name: str, **context: Any) -> str:
    return render_template(
        f"authoring/{name}",
        section="instruments",
        may_publish=actor().role in service.PUBLISHES,
        **context,
    )


def _sentences(invalid: Invalid) -> list[str]:
    return [fault[:1].upper() + fault[1:] for fault in invalid.faults]
