"""Pages of an organisation's own call drivers: list, rate, take away."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import FloatField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Regexp

from assess.accounts.guard import actor, member_required
from assess.db.scope import reading
from assess.errors import AssessError, Invalid
from assess.instruments.model import CallDriver, Competency
from assess.profiles import driver_service, queries, record_service
from assess.profiles.mix import STYLE_LETTERS
from assess.selection.demand import COMPETENCIES, HIGHEST_RATING
from assess.web import pages
from assess.web.forms import BaseForm

bp = Blueprint("drivers", __name__, url_prefix="/profiles/drivers")

SEES = tuple(dict.fromkeys((*record_service.MAPS, *driver_service.RATES)))


class DriverForm(BaseForm):
    """One call driver with its demands; `driver_form` adds the ratings."""

    title = StringField(
        lazy_gettext("Reason for the call"),
        [InputRequired(lazy_gettext("Please fill this in.")), Length(max=200)],
    )
    code = StringField(
        lazy_gettext("Short code"),
        [
            InputRequired(lazy_gettext("Please fill this in.")),
            Regexp(
                r"[a-z][a-z0-9-]{1,59}\Z",
                message=lazy_gettext("Small letters, digits and hyphens only, a letter first."),
            ),
        ],
        description=lazy_gettext("Small letters without spaces, for example: meter-reading."),
    )

    def driver(self) -> CallDriver:
        """Give the driver; only of an accepted form."""
        return CallDriver(
            self.code.data,
            self.title.data,
            self["load"].data,
            {code: self[f"rating_{code}"].data for code in COMPETENCIES},
            {style: self[f"style_{style}"].data for style in STYLE_LETTERS},
        )


def driver_form(competencies: Sequence[Competency], styles: Mapping[str, str]) -> type[DriverForm]:
    """Give the form with a rating for each competency and a target for each style."""

    def figure(words: str, highest: float, default: float) -> FloatField:
        need = InputRequired(_("Please fill this in."))
        scale = NumberRange(0, highest, _("Must be from %(min)s to %(max)s."))
        return FloatField(words, [need, scale], default=default)

    titles = {one.code: one.title for one in competencies}
    fields: dict[str, Any] = {"load": figure(_("Emotional load"), HIGHEST_RATING, 3)}
    for code in COMPETENCIES:
        fields[f"rating_{code}"] = figure(titles[code], HIGHEST_RATING, 3)
    for style in STYLE_LETTERS:
        fields[f"style_{style}"] = figure(styles.get(style, style), 100, 50)
    return type("DriverFormHere", (DriverForm,), fields)


@bp.get("/")
@member_required(*SEES)
def index() -> ResponseReturnValue:
    """List the catalogue's call drivers and the organisation's own."""
    with reading(pages.sessions(), actor().organisation_id) as session:
        whole = queries.with_own_drivers(session, pages.catalogue())
    return render_template(
        "profiles/drivers.html",
        section="profiles",
        drivers=whole.call_drivers.values(),
        own=whole.own_drivers,
        competencies=whole.competencies,
        may_rate=actor().role in driver_service.RATES,
    )


@bp.route("/new", methods=["GET", "POST"], defaults={"code": None})
@bp.route("/<code>/", methods=["GET", "POST"])
@member_required(*driver_service.RATES)
def rate(code: str | None) -> ResponseReturnValue:
    """Show the form of a new or of an own call driver; on a valid post keep it."""
    base = pages.catalogue()
    with reading(pages.sessions(), actor().organisation_id) as session:
        whole = queries.with_own_drivers(session, base)
    if code is not None and code not in whole.own_drivers:
        abort(404)
    form = driver_form(base.competencies, {one.letter: one.title for one in base.styles})(
        **(_data(whole.call_drivers[code]) if code else {})
    )
    if form.accepted():
        driver = form.driver()
        try:
            if code is not None and driver.code != code:
                raise Invalid(_("The short code of a call driver stays as it is."))
            driver_service.save_driver(
                pages.sessions(), actor(), base, driver, now=pages.now(), replacing=bool(code)
            )
        except AssessError as error:
            form.form_errors.extend(error.faults if isinstance(error, Invalid) else [str(error)])
        else:
            flash(_("The call driver is kept. New mixes can use it."), "ok")
            return redirect(url_for(".index"))
    page = render_template(
        "profiles/driver.html", section="profiles", form=form, code=code, styles=STYLE_LETTERS,
        competencies=COMPETENCIES,
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.post("/<code>/remove")
@member_required(*driver_service.RATES)
def remove(code: str) -> ResponseReturnValue:
    """Take an own call driver away from new mixes."""
    driver_service.retire_driver(pages.sessions(), actor(), code, now=pages.now())
    flash(_("The call driver is removed. Profiles that were made with it keep it."), "ok")
    return redirect(url_for(".index"))


def _data(driver: CallDriver) -> dict[str, Any]:
    return {
        "title": driver.title,
        "code": driver.code,
        "load": driver.emotional_load,
        **{f"rating_{code}": value for code, value in driver.ratings.items()},
        **{f"style_{style}": value for style, value in driver.style_targets.items()},
    }
