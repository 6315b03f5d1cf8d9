"""Pages of administrators: the organisation's brands."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assess.accounts import brand_service, queries
from assess.accounts.guard import actor, member_required
from assess.accounts.member_forms import BrandForm
from assess.accounts.member_service import MANAGES
from assess.db.scope import reading
from assess.errors import Conflict, Invalid
from assess.web import pages

bp = Blueprint("brands", __name__, url_prefix="/members/brands")


@bp.get("")
@member_required(*MANAGES)
def index() -> ResponseReturnValue:
    """Show the brands, those that are archived last."""
    return _page(BrandForm(formdata=None))


@bp.post("")
@member_required(*MANAGES)
def add() -> ResponseReturnValue:
    """Make a brand."""
    form = BrandForm()
    if not form.accepted():
        return _page(form), 422
    try:
        brand_service.add_brand(pages.sessions(), actor(), form.name.data, now=pages.now())
    except (Conflict, Invalid) as error:
        form.name.errors = [*form.name.errors, str(error)]
        return _page(form), 422
    flash(_("%(name)s is one of your brands now.", name=form.name.data), "ok")
    return redirect(url_for(".index"), 303)


@bp.post("/<int:brand_id>")
@member_required(*MANAGES)
def rename(brand_id: int) -> ResponseReturnValue:
    """Call a brand otherwise."""
    form, back = BrandForm(), redirect(url_for(".index"), 303)
    if not form.accepted():
        flash(_("A brand's name has 1 to 200 characters."), "error")
        return back
    name = form.name.data
    try:
        brand_service.rename_brand(pages.sessions(), actor(), brand_id, name, now=pages.now())
    except (Conflict, Invalid) as error:
        flash(str(error), "error")
    else:
        flash(_("The brand is called %(name)s now.", name=name), "ok")
    return back


@bp.post("/<int:brand_id>/<any(archive, back):act>")
@member_required(*MANAGES)
def change(brand_id: int, act: str) -> ResponseReturnValue:
    """Archive a brand, or bring it back."""
    if act == "archive":
        brand_service.archive_brand(pages.sessions(), actor(), brand_id, now=pages.now())
        flash(_("The brand is archived: nothing new can be begun for it."), "ok")
    else:
        brand_service.bring_back(pages.sessions(), actor(), brand_id, now=pages.now())
        flash(_("The brand can be chosen again."), "ok")
    return redirect(url_for(".index"), 303)


def _page(form: BrandForm) -> str:
    with reading(pages.sessions(), actor().organisation_id) as session:
        lines = queries.brand_lines(session)
    return render_template(
        "accounts/brands.html",
        form=form,
        brands=lines,
        section="members",
        breadcrumbs=[(_("Members"), url_for("members.index")), (_("Brands"), None)],
    )
