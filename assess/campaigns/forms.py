"""What recruiters and managers type: a campaign's opening, the people to invite."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import (
    DateField,
    Field,
    FloatField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    StopValidation,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from assess.authoring.queries import Offer
from assess.campaigns.addresses import read_file, read_text
from assess.campaigns.service import (
    LONGEST_LIMIT,
    LONGEST_NAME,
    MOST_SEATS,
    SHORTEST_LIMIT,
    DriverShare,
    Opening,
    Person,
)
from assess.instruments.model import CallDriver
from assess.profiles.mix import LONGEST_CONTACT, SUM_TOLERANCE
from assess.web.forms import BaseForm
from assess.web.languages import DEFAULT, LANGUAGES

MOST_CONTACTS = 1_000_000_000


@dataclass(frozen=True)
class DriverRow:
    """One call driver's two fields."""

    code: str
    title: str
    share: Field
    minutes: Field


def _required() -> InputRequired:
    return InputRequired(_("Please fill this in."))


def _between(low: float, high: float) -> NumberRange:
    return NumberRange(low, high, _("Must be from %(min)s to %(max)s."))


class _Number(FloatField):  # type: ignore[misc]
    """A number, with a decimal comma or point; an empty field is None."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed in the words of this page."""
        text = (valuelist[0] if valuelist else "").strip().replace(",", ".")
        self.data = None
        if not text:
            return
        try:
            typed = float(text)
        except ValueError:
            typed = math.nan
        if not math.isfinite(typed):
            raise ValueError(gettext("This is not a number."))
        self.data = typed


class _Boxes(SelectMultipleField):  # type: ignore[misc]
    """Several choices, each with its own box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class CampaignForm(BaseForm):
    """What is decided when a campaign is opened; `campaign_form` adds the call drivers."""

    drivers: Mapping[str, CallDriver] = {}
    today: date = date.min

    title = StringField(
        _("Title"),
        [_required(), Length(max=LONGEST_NAME)],
        description=_("Candidates see it, too, for example: Customer support, Leeds."),
    )
    brand = StringField(
        _("Brand"),
        [_required(), Length(max=LONGEST_NAME)],
        description=_("Whose customers call. Candidates see this name."),
    )
    seats = IntegerField(_("Seats to fill"), [_required(), _between(1, MOST_SEATS)])
    opens_on = DateField(_("First day"), [_required()])
    closes_on = DateField(
        _("Last day"), [_required()], description=_("The links end when this day is over.")
    )
    contacts = IntegerField(
        _("Contacts counted"),
        [Optional(), _between(1, MOST_CONTACTS)],
        description=_(
            "How many contacts the shares come from. Leave it empty when you set them by hand."
        ),
    )
    battery = _Boxes(_("Questionnaires"), [_required()])
    time_limit = IntegerField(
        _("Time limit in minutes"),
        [Optional(), _between(SHORTEST_LIMIT, LONGEST_LIMIT)],
        description=_(
            "Leave it empty, as most do: nobody is hurried. With a limit only active time counts, "
            "and candidates can choose extra time without telling you."
        ),
    )

    def validate_closes_on(self, field: Field) -> None:
        """Refuse a last day before the first, or one that is over."""
        if self.opens_on.data and field.data and field.data < self.opens_on.data:
            raise ValidationError(_("The last day comes before the first."))
        if field.data and field.data < self.today:
            raise ValidationError(_("The last day is over already."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, then whether the mix has minutes for each share and sums to 100."""
        sound = bool(super().validate(extra_validators))
        if any(row.share.errors for row in self.rows()):
            return False
        total = sum(row.share.data or 0 for row in self.rows())
        if abs(total - 100) > 100 * SUM_TOLERANCE + 1e-9:
            self.form_errors.append(
                gettext(
                    "Why customers call: the shares sum to %(total)s %%, not to 100 %%.",
                    total=f"{total:.4g}",
                )
            )
            return False
        return sound

    def rows(self) -> list[DriverRow]:
        """Give the call drivers with their fields."""
        return [
            DriverRow(code, driver.title, self[f"share_{code}"], self[f"minutes_{code}"])
            for code, driver in self.drivers.items()
        ]

    def opening(self) -> Opening:
        """Give what was decided; only of an accepted form."""
        return Opening(
            title=self.title.data,
            brand=self.brand.data,
            seats=self.seats.data,
            drivers=tuple(
                DriverShare(row.code, row.share.data / 100, row.minutes.data)
                for row in self.rows()
                if row.share.data
            ),
            n_contacts=self.contacts.data,
            multipliers=None,
            battery=tuple(self.battery.data),
            opens_on=self.opens_on.data,
            closes_on=self.closes_on.data,
            time_limit_minutes=self.time_limit.data,
        )


def campaign_form(
    drivers: Mapping[str, CallDriver], offers: Sequence[Offer], *, today: date
) -> type[CampaignForm]:
    """Give the form of an installation: its call drivers as rows, its questionnaires as boxes."""
    fields: dict[str, Any] = {"drivers": drivers, "today": today}
    for code, driver in drivers.items():
        fields[f"share_{code}"] = _Number(
            gettext("%(driver)s, share in %%", driver=driver.title), [Optional(), _between(0, 100)]
        )
        fields[f"minutes_{code}"] = _Number(
            gettext("%(driver)s, minutes each", driver=driver.title),
            [_MinutesOfShare(f"share_{code}")],
        )
    fields["battery"] = _Boxes(
        _("Questionnaires"),
        [_required()],
        choices=[(offer.choice, offer.title) for offer in offers],
    )
    return type("CampaignFormHere", (CampaignForm,), fields)


class _MinutesOfShare:
    """Minutes are needed where there is a share, and asked nowhere else."""

    def __init__(self, share: str) -> None:
        self.share = share

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Raise when a driver with a share has no minutes, or too few or many."""
        if not form[self.share].data:
            raise StopValidation
        if field.data is None and not field.errors:
            raise StopValidation(gettext("Say how many minutes one takes."))
        if field.data is not None and not 0 < field.data <= LONGEST_CONTACT:
            raise StopValidation(
                gettext("Must be more than 0 and at most %(most)s.", most=f"{LONGEST_CONTACT:g}")
            )


class InviteForm(BaseForm):
    """Who is to be invited: pasted addresses, or a file."""

    addresses = TextAreaField(_("Paste addresses"))
    file = FileField(
        _("Or choose a CSV file"),
        description=_("With columns name and email, and language if you have it, as UTF-8."),
    )
    language = SelectField(
        _("Their language"),
        choices=list(LANGUAGES.items()),
        default=DEFAULT,
        description=_(
            "Of the mail and the questions, for everybody whose line names none (en, fr, es, id). "
            "Each person can change it."
        ),
    )

    def people(self) -> list[Person]:
        """Read the people; Invalid with one line for each fault."""
        if self.file.data:
            return read_file(self.file.data.read(), language=self.language.data)
        return read_text(self.addresses.data or "", language=self.language.data)
