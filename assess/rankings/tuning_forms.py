"""What is set on a tuning page: multipliers, minimums, the weight of style, seats, a reason."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from assess.campaigns.service import MOST_SEATS
from assess.instruments.catalogue import Catalogue
from assess.profiles.mix_forms import Number
from assess.profiles.service import LONGEST_REASON
from assess.rankings.tuning_preview import Tuned
from assess.rankings.tuning_told import Asked
from assess.selection.demand import COMPETENCIES, MULTIPLIER_RANGE
from assess.selection.guard_rails import HIGHEST_STYLE, MINIMUM_RANGE
from assess.web.forms import BaseForm

SIMULATED, OWN = "simulated", "own"
NOW, MIX = "now", "mix"
_BETWEEN: Final = _("Must be from %(min)s to %(max)s.")


class _Number(Number):
    """A number that is written without zeros that say nothing."""

    def _value(self) -> str:
        """Write the number without zeros that say nothing."""
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:g}"


class TuningForm(BaseForm):
    """One profile as tuned; `tuning_form` adds the fields of competencies and the pools."""

    style = _Number(
        _("Weight of the style"),
        [InputRequired(_("Please fill this in.")), NumberRange(0, 100 * HIGHEST_STYLE, _BETWEEN)],
    )
    seats = IntegerField(
        _("Seats"), [InputRequired(_("Please fill this in.")), NumberRange(1, MOST_SEATS, _BETWEEN)]
    )
    against = SelectField(
        _("Compared with"), choices=[(NOW, ""), (MIX, "")], default=NOW, validators=[Optional()]
    )
    pool = HiddenField(_("Try it on"), default=SIMULATED)
    version = HiddenField()
    reason = TextAreaField(
        _("Why this change?"),
        [Length(max=LONGEST_REASON)],
        description=_("Write what the job asks that the contact mix does not show. Everybody who "
                      "opens the profile can read it."),
    )  # fmt: skip

    needs_reason = False

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        # Asked for when the profile is saved, not when it is looked at.
        self.reason.flags.required = True

    def validate_reason(self, field: TextAreaField) -> None:
        """Ask for the reason where the profile is to be saved."""
        if self.needs_reason and not (field.data or "").strip():
            raise ValidationError(gettext("Please say why: the reason is kept with the version."))

    def validate_shown(self) -> bool:
        """Say whether what an address asks for is in order: it changes nothing, so no token."""
        found = [field.validate(self) for field in self if field.name != "csrf_token"]
        return all(found)

    @property
    def cannot_be_shown(self) -> bool:
        """Say whether a validated form says no tuning: something but the reason is faulty."""
        return any(field.errors for field in self if field.name not in ("reason", "csrf_token"))

    def tuned(self) -> Tuned:
        """Give what is set; only of a valid form."""
        lows = {code: self[f"min_{code}"].data for code in COMPETENCIES if f"min_{code}" in self}
        return Tuned(
            multipliers={code: self[f"w_{code}"].data for code in COMPETENCIES},
            minimums={code: low for code, low in lows.items() if low is not None},
            style_weight=(self.style.data or 0.0) / 100,
        )

    def asked(self, ticket: str = "") -> Asked:
        """Give what is to be shown; only of a valid form."""
        return Asked(
            pool=self.pool.data or SIMULATED,
            seats=self.seats.data,
            with_plain_mix=self.against.data == MIX,
            ticket=ticket,
        )

    def settings(self) -> dict[str, str]:
        """Give what is set as text, for an address that shows it again."""
        left_out = ("csrf_token", "version", "reason")
        return {
            field.name: str(field.raw_data[0])
            for field in self
            if field.name not in left_out and field.raw_data
        }


def tuning_data(tuned: Tuned, seats: int, version_id: int) -> dict[str, Any]:
    """Give the form's values for a tuning."""
    return {
        **{f"w_{code}": tuned.factor(code) for code in COMPETENCIES},
        **{f"min_{code}": low for code, low in tuned.minimums.items()},
        "style": 100 * tuned.style_weight,
        "seats": seats,
        "version": str(version_id),
        "pool": SIMULATED,
        "against": NOW,
    }


def filled(asked: Mapping[str, str], data: Mapping[str, Any]) -> MultiDict[str, str]:
    """Give what an address asks for, and ``data`` for all that it does not name."""
    plain = {name: f"{one:g}" if isinstance(one, float) else str(one) for name, one in data.items()}
    return MultiDict({**plain, **asked})


def tuning_form(catalogue: Catalogue) -> type[TuningForm]:
    """Give the form for a catalogue's competencies and indices."""
    titles = {one.code: one.title for one in catalogue.competencies}
    fields: dict[str, Any] = {
        f"w_{code}": _Number(
            titles[code],
            [InputRequired(_("Please fill this in.")), NumberRange(*MULTIPLIER_RANGE, _BETWEEN)],
        )
        for code in COMPETENCIES
    }
    for index in catalogue.indices:
        fields[f"min_{index.competency}"] = _Number(
            index.title, [Optional(), NumberRange(*MINIMUM_RANGE, _BETWEEN)]
        )
    return type("TuningFormHere", (TuningForm,), fields)
