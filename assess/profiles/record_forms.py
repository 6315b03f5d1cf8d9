"""What is typed about an export of contacts: its brand, its columns, what its reasons mean."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from assess.instruments.model import CallDriver
from assess.profiles.reasons import NOT_CUSTOMER, Suggestion
from assess.profiles.record_columns import NEEDED, ROLES, Columns
from assess.profiles.record_layout import Layout
from assess.profiles.record_mix import Choices
from assess.profiles.record_queries import SummaryView
from assess.profiles.record_reading import Question
from assess.web.forms import BaseForm

ROLE_WORDS: Final = {
    "date": _("Date"),
    "reason": _("Reason of the contact"),
    "duration": _("Handling time"),
    "channel": _("Channel"),
    "live": _("Answered by a person, or by whom"),
    "escalated": _("Escalated"),
    "transferred": _("Transferred"),
    "sentiment": _("Sentiment"),
    "id": _("Number of the contact"),
}
_ROLE_HELP: Final = {
    "id": _("So that a contact in several rows counts once. It is not kept."),
    "live": _("Contacts that a machine answered can be left out in the next step."),
    "date": _("So that you can choose the months."),
}
ORDERS: Final = (("dmy", _("Day first: 31/12/2026")), ("mdy", _("Month first: 12/31/2026")))
UNITS: Final = (
    ("s", _("Seconds")),
    ("min", _("Minutes")),
    ("h", _("Hours")),
    ("ms", _("Milliseconds")),
)


class ExportForm(BaseForm):
    """A file of contacts and the brand they are of."""

    brand = StringField(
        _("Brand"),
        [InputRequired(_("Please fill this in.")), Length(max=200)],
        description=_("Whose customers these contacts are of."),
    )
    file = FileField(_("File"), [FileRequired(_("Please choose a file."))])


class ColumnsForm(BaseForm):
    """Which column means what; `columns_form` adds a choice for each role."""

    order = SelectField(
        _("How dates are written"),
        choices=[("", _("Find out from the file")), *ORDERS],
        validators=[Optional()],
    )
    unit = SelectField(
        _("What plain numbers of the handling time are"),
        choices=[("", _("Find out from the file")), *UNITS],
        validators=[Optional()],
    )

    def roles(self) -> list[Any]:
        """Give the fields of the roles."""
        return [self[f"role_{role}"] for role in ROLES]

    def columns(self) -> Columns:
        """Give what was chosen; only of an accepted form."""
        chosen = {role: self[f"role_{role}"].data for role in ROLES}
        return Columns(
            {role: int(place) for role, place in chosen.items() if place},
            self.order.data or "",
            self.unit.data or "",
        )


def columns_form(layout: Layout) -> type[ColumnsForm]:
    """Give the form of a file: its headers as the choices of each role."""
    heads = [
        (str(place), name or gettext("column %(number)s", number=place + 1))
        for place, name in enumerate(layout.header)
    ]
    fields = {
        f"role_{role}": SelectField(
            ROLE_WORDS[role],
            [InputRequired(_("Please choose a column."))] if role in NEEDED else [Optional()],
            choices=[
                ("", _("Choose a column") if role in NEEDED else _("Not in this file")),
                *heads,
            ],
            description=_ROLE_HELP.get(role, ""),
        )
        for role in ROLES
    }
    return type("ColumnsFormHere", (ColumnsForm,), fields)


def question_form(questions: Sequence[Question]) -> type[BaseForm]:
    """Give the form of what a file left open."""
    asked = {question.about for question in questions}
    fields: dict[str, Any] = {}
    need = [InputRequired(_("Please choose one."))]
    if "order" in asked:
        words = _("All dates could be read both ways, such as 03/04/2026. Which is it?")
        fields["order"] = RadioField(words, need, choices=list(ORDERS))
    if "unit" in asked:
        words = _("The handling times are plain numbers. What do they count?")
        fields["unit"] = RadioField(words, need, choices=list(UNITS))
    return type("QuestionFormHere", (BaseForm,), fields)


class _Boxes(SelectMultipleField):  # type: ignore[misc]
    """Several choices, each with its own box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ReasonsForm(BaseForm):
    """What reasons mean and which contacts count; `reasons_form` adds a choice a reason."""

    reasons: Sequence[str] = ()
    view: SummaryView

    adjusted = BooleanField(
        _("Take the emotional load from these records, too"),
        description=_(
            "Where a reason is escalated more often or felt worse than others, its load rises by "
            "at most one point, and falls in the same way. Few contacts change little."
        ),
    )

    def driver_field(self, reason: str) -> Any:
        """Give the field of a reason."""
        return self[f"driver_{self.reasons.index(reason)}"]

    def choices(self) -> Choices:
        """Give what was decided; only of an accepted form."""
        first, last = self["first"].data, self["last"].data
        period = (int(first), int(last)) if first and last else None
        return Choices(
            reasons={reason: self.driver_field(reason).data for reason in self.reasons},
            channels_out=_unticked(self["channels"], self.view.channels),
            lives_out=_unticked(self["lives"], self.view.lives),
            period=(min(period), max(period)) if period else None,
            adjusted=self.adjusted.data,
        )


def reasons_form(view: SummaryView, drivers: Mapping[str, CallDriver]) -> type[ReasonsForm]:
    """Give the form of counted contacts: a choice for each reason, the kinds as boxes."""
    reasons = sorted({cell.reason for cell in view.cells if cell.reason})
    known = [
        ("", gettext("Not mapped")),
        *((code, driver.title) for code, driver in drivers.items()),
        (NOT_CUSTOMER, gettext("Not a customer contact")),
    ]
    months = [("", gettext("All")), *((str(m), f"{m // 100}-{m % 100:02d}") for m in view.months)]
    fields: dict[str, Any] = {"reasons": reasons, "view": view}
    for place, reason in enumerate(reasons):
        words = gettext("Call driver of %(reason)s", reason=reason)
        fields[f"driver_{place}"] = SelectField(words, [Optional()], choices=known)
    fields["first"] = SelectField(_("First month"), [Optional()], choices=months)
    fields["last"] = SelectField(_("Last month"), [Optional()], choices=months)
    for name, words, kinds in (
        ("channels", _("Channels that people answer"), view.channels),
        ("lives", _("Contacts that people answer"), view.lives),
    ):
        boxes = [
            (str(place), f"{kind or gettext('not given')} ({n:,})")
            for place, (kind, n) in enumerate(kinds)
        ]
        fields[name] = _Boxes(words, [Optional()], choices=boxes)
    return type("ReasonsFormHere", (ReasonsForm,), fields)


def reasons_data(
    view: SummaryView, choices: Choices, suggested: Mapping[str, Suggestion]
) -> dict[str, Any]:
    """Give the values a reasons form starts with: what was decided, else what is suggested."""
    reasons = sorted({cell.reason for cell in view.cells if cell.reason})
    first, last = choices.period or ("", "")
    data: dict[str, Any] = {
        "adjusted": choices.adjusted,
        "first": str(first),
        "last": str(last),
        "channels": _ticked(view.channels, choices.channels_out),
        "lives": _ticked(view.lives, choices.lives_out),
    }
    for place, reason in enumerate(reasons):
        guess = suggested.get(reason)
        data[f"driver_{place}"] = (
            choices.reasons.get(reason, "") if view.decided else guess.driver if guess else ""
        )
    return data


def _ticked(kinds: Sequence[tuple[str, int]], out: frozenset[str]) -> list[str]:
    return [str(place) for place, (kind, _n) in enumerate(kinds) if kind not in out]


def _unticked(field: Any, kinds: Sequence[tuple[str, int]]) -> frozenset[str]:
    # A single kind is not asked about.
    if len(kinds) < 2:
        return frozenset()
    return frozenset(kind for place, (kind, _n) in enumerate(kinds) if str(place) not in field.data)
