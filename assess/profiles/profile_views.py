"""Pages of profiles: the list, one made or changed by hand, its versions, two compared."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from assess.accounts.guard import actor, member_required
from assess.accounts.queries import brands
from assess.db.scope import reading
from assess.errors import AssessError, Invalid, NotFound
from assess.instruments.catalogue import Catalogue
from assess.profiles import profile_queries, profile_service, queries, record_queries
from assess.profiles.comparison import compare
from assess.profiles.drift_page import DriftPage, drift_page
from assess.profiles.effect import (
    Effect,
    asked_by_version,
    driver_title,
    effect,
    effect_of_sketch,
    small_load,
)
from assess.profiles.mix import ContactMix
from assess.profiles.mix_forms import MixForm, loads_of, mix_data, mix_fields
from assess.profiles.profile_forms import change_form, new_profile_form
from assess.profiles.profile_queries import ProfileView
from assess.profiles.usage import Moved, Use, Uses
from assess.web import pages

bp = Blueprint("profiles", __name__, url_prefix="/profiles")

PROFILES_ON_A_PAGE = 50
SEE_EFFECT = "effect"


@dataclass(frozen=True)
class Counted:
    """The mix of contact records, and the brand they are of."""

    id: int
    brand: str
    mix: ContactMix


def install(app: Flask, uses: Uses, moved: Moved) -> None:
    """Let these pages ask ``uses`` which campaigns rank under a version.

    ``moved`` says what another mix would do to the seats of one.
    """
    app.extensions["assess"] |= {"profile_uses": uses, "profile_moved": moved}


@bp.get("/")
@member_required(*profile_service.SEES)
def index() -> ResponseReturnValue:
    """List the profiles by brand."""
    number = max(request.args.get("page", 1, type=int), 1)
    with reading(pages.sessions(), actor().organisation_id) as session:
        last = max(-(-profile_queries.count(session) // PROFILES_ON_A_PAGE), 1)
        found = profile_queries.overview(
            session,
            limit=PROFILES_ON_A_PAGE,
            offset=(min(number, last) - 1) * PROFILES_ON_A_PAGE,
        )
        used = _uses()(session, [line.newest.id for line in found])
        catalogue = queries.with_own_drivers(session, pages.catalogue(), retired=True)
    return _page(
        "index.html",
        brands=[(brand, list(lines)) for brand, lines in groupby(found, lambda one: one.brand)],
        loads={line.id: small_load(line.newest, catalogue) for line in found},
        used=used,
        page=min(number, last),
        pages=last,
    )


@bp.route("/new", methods=["GET", "POST"])
@member_required(*profile_service.CHANGES)
def new() -> ResponseReturnValue:
    """Show the cards of a new contact mix, or of records; on a valid post make the profile."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        catalogue = queries.with_own_drivers(session, pages.catalogue())
        known = [name for _id, name in brands(session)]
        found = _records(session, catalogue)
    loads = found.mix.emotional_load if found else None
    data = {**mix_data(found.mix), "brand": found.brand, "records": found.id} if found else {}
    form = new_profile_form(catalogue.call_drivers)(**data)
    if _asks_to_save() and form.accepted():
        try:
            profile_id = profile_service.make(
                pages.sessions(), actor(), catalogue, brand=form.brand.data, name=form.name.data,
                mix=form.mix(loads), reason=form.reason.data or "", now=pages.now(),
            )  # fmt: skip
        except AssessError as error:
            _tell(form, error)
        else:
            flash(_("The profile is saved."), "ok")
            return redirect(url_for(".show", profile_id=profile_id))
    drawn = effect_of_sketch(catalogue, form.sketch(loads))
    return _mixing("new.html", form, catalogue, drawn, found=found, brands=known)


@bp.get("/effect")
@member_required(*profile_service.CHANGES)
def show_effect() -> ResponseReturnValue:
    """Draw what the mix in the address does, as a part of a page; nothing is kept."""
    saved_id = request.args.get("saved", type=int)
    with reading(pages.sessions(), actor().organisation_id) as session:
        catalogue = queries.with_own_drivers(session, pages.catalogue())
        saved = queries.version(session, saved_id) if saved_id else None
    kind = type("EffectForm", (MixForm,), mix_fields(catalogue.call_drivers))
    form = kind(formdata=request.args, meta={"csrf": False})
    loads = loads_of(request.args, catalogue.call_drivers)
    drawn = effect_of_sketch(
        catalogue, form.sketch(loads), saved, keep_rated="keep_rated" in request.args
    )
    return render_template("profiles/effect_answer.html", effect=drawn)


@bp.get("/<int:profile_id>/")
@member_required(*profile_service.SEES)
def show(profile_id: int) -> ResponseReturnValue:
    """Show a profile: what it asks, whether records have moved away from it, its versions."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        view = profile_queries.profile(session, profile_id)
        catalogue = queries.with_own_drivers(session, pages.catalogue(), retired=True)
        drift = drift_page(session, catalogue, view)
        used = _uses()(session, [line.id for line in view.lines])
        newest_use = next(iter(used.get(view.newest.id, ())), None)
        moved = _moved(session, catalogue, newest_use, drift) if drift else None
    raters = None
    if "profile_raters.index" in current_app.view_functions:
        raters = url_for("profile_raters.index", profile_id=profile_id)
    return _page(
        "show.html",
        view=view,
        effect=effect(asked_by_version(view.newest), catalogue),
        titles={one.code: one.title for one in catalogue.competencies},
        prior=catalogue.prior,
        drift=drift,
        moved=moved,
        moved_in=newest_use,
        used=used,
        raters=raters,
    )


@bp.route("/<int:profile_id>/mix", methods=["GET", "POST"])
@member_required(*profile_service.CHANGES)
def mix(profile_id: int) -> ResponseReturnValue:
    """Show the cards with the newest mix, or with that of records; on a valid post save it."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        view = profile_queries.profile(session, profile_id)
        catalogue = queries.with_own_drivers(session, pages.catalogue(), view.brand.id)
        everything = queries.with_own_drivers(session, pages.catalogue(), retired=True)
        found = _records(session, catalogue, view.brand.id)
    loads = found.mix.emotional_load if found else view.newest.emotional_load
    form = change_form(catalogue.call_drivers)(**_change_data(view, found))
    if _asks_to_save() and form.accepted():
        try:
            profile_service.change_mix(
                pages.sessions(), actor(), catalogue, profile_id, form.mix(loads),
                seen=form.seen.data or 0, reason=form.reason.data, now=pages.now(),
                keep_rated=form.keep_rated.data,
            )  # fmt: skip
        except AssessError as error:
            _tell(form, error)
        else:
            flash(_("The new version is saved. Earlier versions stay as they were."), "ok")
            return redirect(url_for(".show", profile_id=profile_id))
    gone = [one.code for one in view.newest.drivers if one.code not in catalogue.call_drivers]
    drawn = effect_of_sketch(
        catalogue, form.sketch(loads), view.newest, keep_rated=form.keep_rated.data
    )
    return _mixing(
        "mix.html", form, catalogue, drawn, found=found, view=view, loads=loads or {},
        gone=[driver_title(everything, code) for code in gone],
    )  # fmt: skip


@bp.get("/<int:profile_id>/compare")
@member_required(*profile_service.SEES)
def compare_versions(profile_id: int) -> ResponseReturnValue:
    """Show two versions side by side; without numbers the newest and the one before."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        view = profile_queries.profile(session, profile_id)
        lines = {line.number: line for line in view.lines}
        newest = view.newest.number
        chosen = [
            request.args.get(name, usual, type=int)
            for name, usual in (("a", max(newest - 1, 1)), ("b", newest))
        ]
        if not set(chosen) <= set(lines):
            raise NotFound("This profile version does not exist.")
        both = queries.versions(session, {lines[number].id for number in chosen})
        catalogue = queries.with_own_drivers(session, pages.catalogue(), retired=True)
    before, after = (both[lines[number].id] for number in chosen)
    return _page(
        "compare.html",
        view=view,
        lines=lines,
        compared=compare(before, after, catalogue),
    )


def _records(session: Session, catalogue: Catalogue, brand_id: int | None = None) -> Counted | None:
    """Give the mix of the records that the page names; with ``brand_id`` they must be its."""
    records_id = request.values.get("records", type=int)
    if records_id is None:
        return None
    summary = record_queries.summary(session, records_id)
    if brand_id not in (None, summary.brand_id):
        raise NotFound("This brand has no such contact records.")
    mix = record_queries.records_mix(session, catalogue, records_id).mix
    return Counted(records_id, summary.brand, mix)


def _change_data(view: ProfileView, found: Counted | None) -> dict[str, Any]:
    """Give what stands in the form at first: the newest mix, or the one of records."""
    newest = view.newest
    if found is None:
        mix = ContactMix(newest.drivers, newest.n_contacts)
        return {**mix_data(mix), "seen": newest.id, "keep_rated": True}
    reason = _(
        "Taken from %(n)s contact records on %(day)s.",
        n=f"{found.mix.evidence:,}",
        day=format_date(pages.now(), "d MMM y"),
    )
    data = {**mix_data(found.mix), "seen": newest.id, "keep_rated": True}
    return {**data, "records": found.id, "reason": reason}


def _mixing(
    template: str, form: MixForm, catalogue: Catalogue, drawn: Effect, **data: object
) -> ResponseReturnValue:
    """Render a page with the cards of a mix and what it does."""
    return _page(
        template,
        status=422 if form.errors else 200,
        form=form,
        effect=drawn,
        titles={one.code: one.title for one in catalogue.competencies},
        own=catalogue.own_drivers,
        **data,
    )


def _asks_to_save() -> bool:
    """Say whether the form is to be saved; its other button only shows what the mix does."""
    return request.form.get("act") != SEE_EFFECT


def _tell(form: MixForm, error: AssessError) -> None:
    """Put what a service refused into the page, beside what was typed."""
    form.form_errors.extend(error.faults if isinstance(error, Invalid) else [str(error)])


def _uses() -> Uses:
    uses: Uses = current_app.extensions["assess"].get("profile_uses", lambda _session, _ids: {})
    return uses


def _moved(session: Session, catalogue: Catalogue, use: Use | None, drift: DriftPage) -> str | None:
    """Say what the records' mix would do to a campaign's seats; None where nobody can say."""
    moved: Moved | None = current_app.extensions["assess"].get("profile_moved")
    if moved is None or use is None or not drift.drift.enough:
        return None
    return moved(session, catalogue, use.campaign_id, drift.mix)


def _page(template: str, *, status: int = 200, **data: object) -> ResponseReturnValue:
    """Render a page of this room with what the member may do in it."""
    can_open = "campaigns.new" in current_app.view_functions
    page = render_template(
        f"profiles/{template}",
        section="profiles",
        may_change=actor().role in profile_service.CHANGES,
        can_tune="tuning.show" in current_app.view_functions,
        may_open=can_open and actor().role in profile_service.CHANGES,
        **data,
    )
    return page, status
