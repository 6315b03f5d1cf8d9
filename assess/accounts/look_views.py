"""The page where an administrator chooses how a brand's reports look."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms import BooleanField, StringField

from assess.accounts import look_service
from assess.accounts.brand_picture import LARGEST_FILE
from assess.accounts.guard import actor, member_required
from assess.accounts.look_queries import brand_look
from assess.accounts.member_service import MANAGES
from assess.db.scope import reading
from assess.errors import Invalid, NotFound
from assess.web import pages
from assess.web.forms import BaseForm

bp = Blueprint("looks", __name__, url_prefix="/brands/<int:brand_id>/look")


class LookForm(BaseForm):
    """A colour and a picture."""

    accent = StringField(
        lazy_gettext("Accent colour"),
        description=lazy_gettext(
            "Written as # and six of 0-9 and a-f, for example #1f4e8c. It must be dark enough to "
            "be read on white. Leave it empty for our own blue."
        ),
    )
    logo = FileField(
        lazy_gettext("Logo"),
        description=lazy_gettext(
            "A PNG or JPEG, at most 1 MB and 4 million pixels. We draw it anew on white and keep "
            "nothing else of the file."
        ),
    )
    remove_logo = BooleanField(lazy_gettext("Remove the logo"))


@bp.get("")
@member_required(*MANAGES)
def show(brand_id: int) -> ResponseReturnValue:
    """Show how a brand's reports look."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        accent = brand_look(session, brand_id).accent
    return _page(brand_id, LookForm(formdata=None, accent=accent))


@bp.post("")
@member_required(*MANAGES)
def change(brand_id: int) -> ResponseReturnValue:
    """Keep another colour or logo."""
    form = LookForm()
    if not form.accepted():
        return _page(brand_id, form), 422
    # One byte more than is allowed is enough to know.
    content = form.logo.data.read(LARGEST_FILE + 1) if form.logo.data else None
    chosen = look_service.Chosen(form.accent.data or "", content or None, form.remove_logo.data)
    try:
        look_service.choose_look(pages.sessions(), actor(), brand_id, chosen, now=pages.now())
    except Invalid as error:
        for fault in error.faults:
            name, _colon, words = fault.partition(": ")
            form[name].errors = [*form[name].errors, words]
        return _page(brand_id, form), 422
    flash(_("New reports of this brand look like this from now on."), "ok")
    return redirect(url_for(".show", brand_id=brand_id), 303)


@bp.get("/logo.png")
@member_required(*MANAGES)
def logo(brand_id: int) -> ResponseReturnValue:
    """Send the logo."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        found = brand_look(session, brand_id).logo
    if found is None:
        raise NotFound("This brand has no logo.")
    return Response(found, mimetype="image/png")


def _page(brand_id: int, form: LookForm) -> str:
    with reading(pages.sessions(), actor().organisation_id) as session:
        look = brand_look(session, brand_id)
    return render_template(
        "accounts/look.html", form=form, look=look, section="members",
        breadcrumbs=[
            (_("Members"), url_for("members.index")),
            (_("Brands"), url_for("brands.index")),
            (_("Look of %(brand)s", brand=look.brand), None),
        ],
    )  # fmt: skip
