"""What a forecast is asked: by which day, and how many finished people a seat takes."""

from datetime import date
from typing import Any, Final

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _
from wtforms import DateField, Field, FloatField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from assess.web.forms import BaseForm

PER_SEAT: Final = 3.0
MOST_PER_SEAT: Final = 100


class _Ratio(FloatField):  # type: ignore[misc]
    """A number that is written as short as it was meant: 3, not 3.0."""

    def _value(self) -> str:
        if self.raw_data or self.data is None:
            return str(super()._value())
        return f"{self.data:g}"


class ForecastForm(BaseForm):
    """Asks by its address: it changes nothing, so that it needs no token."""

    class Meta:
        """Without a token."""

        csrf = False

    by = DateField(_("Filled by"), [InputRequired(_("Choose a day."))])
    per_seat = _Ratio(
        _("Finished people for each seat"),
        [
            InputRequired(_("Enter a number.")),
            NumberRange(1, MOST_PER_SEAT, _("Enter a number from 1 to 100.")),
        ],
        description=_("How many you want to choose from for one seat."),
    )

    def __init__(self, arguments: Any, first: date, last: date) -> None:
        """Take the address's ``arguments``; the day lies between ``first`` and ``last``."""
        asked = "by" in arguments or "per_seat" in arguments
        super().__init__(
            formdata=arguments if asked else None, data={"by": last, "per_seat": PER_SEAT}
        )
        self.first, self.last, self.asked = first, last, asked

    def validate_by(self, field: Field) -> None:
        """Refuse a day on which nobody can answer."""
        if field.data and not self.first <= field.data <= self.last:
            raise ValidationError(
                gettext(
                    "Choose a day from %(first)s to %(last)s, while people can answer.",
                    first=format_date(self.first, "d MMM y"),
                    last=format_date(self.last, "d MMM y"),
                )
            )

    def sound(self) -> bool:
        """Say whether the answer can be computed; nothing asked is the usual question."""
        return not self.asked or bool(self.validate())
