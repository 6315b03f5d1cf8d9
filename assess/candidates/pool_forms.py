"""What is typed on the pool's pages: whom to list, a person's details, what a merge keeps."""

from datetime import date
from typing import Any, Final, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from assess.candidates.details import Details
from assess.candidates.merging import DETAILS
from assess.candidates.phones import read_phone
from assess.candidates.pool_facts import STATES, State
from assess.candidates.pool_queries import PoolPerson, Sort, Wanted
from assess.candidates.service import LONGEST_ADDRESS, LONGEST_NAME
from assess.candidates.zones import offered_zones
from assess.web.forms import BaseForm
from assess.web.languages import LANGUAGES

YOUNGEST: Final = 14
STATE_WORDS: Final = {
    "invited": _("invited"),
    "started": _("started"),
    "finished": _("finished"),
    "decided": _("decided"),
    "withdrawn": _("withdrawn"),
}
DETAIL_WORDS: Final = {
    "name": _("Name"),
    "email": _("E-mail address"),
    "phone": _("Phone number"),
    "birth_year": _("Year of birth"),
    "language": _("Language"),
    "time_zone": _("Time zone"),
}
BIRTH_YEAR_HELP: Final = _(
    "Only to find out when one person is in the pool twice. It stands in no ranking, no score "
    "and no report."
)


class FilterForm(Form):  # type: ignore[misc]
    """Whom to list; all of it stands in the address."""

    q = StringField(_("Name, e-mail, phone or code"), [Length(max=200)])
    campaign = SelectField(_("Campaign"), default="")
    state = SelectField(_("State"), default="")
    language = SelectField(_("Language"), default="")
    source = SelectField(_("Source"), default="")
    since = DateField(_("Added from"), [Optional()])
    until = DateField(_("Added until"), [Optional()])
    duplicates = BooleanField(_("Possible duplicates"))
    no_address = BooleanField(_("No e-mail address"))
    sort = SelectField(
        _("Order"), choices=[("name", _("By name")), ("added", _("Newest first"))], default="name"
    )

    def wanted(self) -> Wanted:
        """Give what was asked; a value that is no choice asks for nothing."""
        self.validate()
        given: dict[str, Any] = {
            name: None if field.errors else field.data for name, field in self._fields.items()
        }
        return Wanted(
            asked=(given["q"] or "").strip(),
            campaign_id=int(given["campaign"]) if given["campaign"] else None,
            state=cast(State, given["state"]) if given["state"] else None,
            language=given["language"] or "",
            source=given["source"] or "",
            since=given["since"],
            until=given["until"] if given["until"] != date.max else None,
            duplicates=bool(given["duplicates"]),
            no_address=bool(given["no_address"]),
            sort=cast(Sort, given["sort"] or "name"),
        )


def filter_form(
    asked: MultiDict[str, str], campaigns: list[tuple[int, str]], sources: list[str]
) -> FilterForm:
    """Give the form with the organisation's campaigns and sources as choices."""
    form = FilterForm(asked)
    form.campaign.choices = [("", _("Any")), *((str(id_), title) for id_, title in campaigns)]
    form.state.choices = [("", _("Any")), *((one, STATE_WORDS[one]) for one in STATES)]
    form.language.choices = [("", _("Any")), *LANGUAGES.items()]
    form.source.choices = [("", _("Any")), *((one, one) for one in sources)]
    return form


class DetailsForm(BaseForm):
    """A person's details."""

    name = StringField(
        _("Name"), [InputRequired(_("Please fill this in.")), Length(max=LONGEST_NAME)]
    )
    email = EmailField(
        _("E-mail address"),
        [Length(max=LONGEST_ADDRESS)],
        description=_(
            "New mails go to the new address. Links in mails of before stay valid: whoever reads "
            "the old address can open them."
        ),
    )
    phone = TelField(
        _("Phone number"),
        [Length(max=40)],
        description=_("With the country's code, as +33 1 23 45 67 89."),
    )
    birth_year = IntegerField(_("Year of birth"), [Optional()], description=BIRTH_YEAR_HELP)
    language = SelectField(
        _("Language"), [InputRequired(_("Please choose one."))], choices=list(LANGUAGES.items())
    )
    time_zone = SelectField(
        _("Time zone"),
        [Optional()],
        choices=lambda: [("", _("the campaign's")), *((zone, zone) for zone in offered_zones())],
        description=_("So that reminders do not come at night."),
    )

    def validate_phone(self, field: Any) -> None:
        """Read the number as the pool does."""
        try:
            read_phone(field.data or "")
        except ValueError:
            raise ValidationError(
                gettext("Begin with the country's code, as +33 1 23 45 67 89.")
            ) from None

    def details(self) -> Details:
        """Give what was typed; only of an accepted form."""
        return Details(
            name=self.name.data,
            email=(self.email.data or "").strip() or None,
            phone=self.phone.data or "",
            birth_year=self.birth_year.data,
            language=self.language.data,
            time_zone=self.time_zone.data or None,
        )


def details_form(person: PoolPerson, today: date) -> DetailsForm:
    """Give the form filled with what is known."""
    form = DetailsForm(obj=person)
    last = today.year - YOUNGEST
    between = NumberRange(1900, last, gettext("Write a year from 1900 to %(last)s.", last=last))
    form.birth_year.validators = [*form.birth_year.validators, between]
    if person.email is not None:
        # An address can be changed, not taken away: links could not be sent any more.
        form.email.validators = [InputRequired(_("Please fill this in.")), *form.email.validators]
        form.email.flags.required = True
    zone = person.time_zone
    if zone and zone not in offered_zones():
        form.time_zone.choices = [*form.time_zone.choices, (zone, zone)]
    return form


class MergeForm(BaseForm):
    """That two records are one person; `merge_form` adds a choice for each difference."""

    sure = BooleanField(
        _("These two are the same person. I know that this cannot be undone."),
        [InputRequired(_("Tick this box to merge the two."))],
    )

    def choices(self) -> list[Any]:
        """Give the fields of the details that the records differ in."""
        return [self[one] for one in DETAILS if one in self]

    def taken(self) -> frozenset[str]:
        """Give the details taken from the record that goes."""
        return frozenset(one.name for one in self.choices() if one.data == "drop")


def merge_form(keep: PoolPerson, drop: PoolPerson) -> MergeForm:
    """Give the form of two people; what one of them lacks comes from the other."""
    fields = {}
    for detail in DETAILS:
        mine, other = getattr(keep, detail), getattr(drop, detail)
        if mine != other and other is not None:
            fields[detail] = RadioField(
                DETAIL_WORDS[detail],
                [InputRequired(_("Please choose one."))],
                choices=[("keep", _shown(detail, mine)), ("drop", _shown(detail, other))],
                default="drop" if mine is None else "keep",
            )
    return cast(MergeForm, type("MergeFormHere", (MergeForm,), fields)())


def _shown(detail: str, value: Any) -> str:
    if value is None:
        return str(gettext("none"))
    return LANGUAGES.get(value, value) if detail == "language" else str(value)
