"""What is typed about a file of people: the file, and which column means what."""

from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.validators import InputRequired, Optional

from assess.campaigns.people_columns import NEEDED, ROLES, PeopleColumns
from assess.profiles.record_layout import Layout
from assess.web.forms import BaseForm
from assess.web.languages import DEFAULT, LANGUAGES

ROLE_WORDS: Final = {
    "email": _("E-mail address"),
    "name": _("Name"),
    "given": _("First name"),
    "family": _("Family name"),
    "language": _("Language"),
    "time_zone": _("Time zone"),
    "phone": _("Phone number"),
    "birth_year": _("Year of birth"),
}
_ROLE_HELP: Final = {
    "name": _("The whole name, if one column holds it."),
    "language": _("en, fr, es or id, or the language's name."),
    "time_zone": _("As Europe/Paris, so that reminders do not come at night."),
    "phone": _("As +33 1 23 45 67 89. A number without the country's code is left out."),
    "birth_year": _(
        "Only to find out when one person is in the pool twice. It stands in no ranking, no score "
        "and no report."
    ),
}


class PeopleFileForm(BaseForm):
    """A file of people."""

    file = FileField(_("File"), [FileRequired(_("Please choose a file."))])


class PeopleColumnsForm(BaseForm):
    """Which column means what; `people_columns_form` adds a choice for each role."""

    usual = SelectField(
        _("Language of all others"),
        [InputRequired()],
        choices=list(LANGUAGES.items()),
        default=DEFAULT,
        description=_("Of people whose row names none. Each person can change it."),
    )

    def roles(self) -> list[Any]:
        """Give the fields of the roles."""
        return [self[f"role_{role}"] for role in ROLES]

    def columns(self) -> PeopleColumns:
        """Give what was chosen; only of an accepted form."""
        chosen = {role: self[f"role_{role}"].data for role in ROLES}
        places = {role: int(place) for role, place in chosen.items() if place}
        return PeopleColumns(places, self.usual.data)


def people_columns_form(layout: Layout) -> type[PeopleColumnsForm]:
    """Give the form of a file: its headers as the choices of each role."""
    heads = [
        (str(place), name or gettext("column %(number)s", number=place + 1))
        for place, name in enumerate(layout.header)
    ]
    fields = {
        f"role_{role}": SelectField(
            ROLE_WORDS[role],
            [InputRequired(_("Please choose a column."))] if role == NEEDED else [Optional()],
            choices=[
                ("", _("Choose a column") if role == NEEDED else _("Not in this file")),
                *heads,
            ],
            description=_ROLE_HELP.get(role, ""),
        )
        for role in ROLES
    }
    return type("PeopleColumnsFormHere", (PeopleColumnsForm,), fields)
