"""What is asked when a report is made."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, NumberRange, Optional, ValidationError

from assess.reports.frozen import tidy
from assess.reports.models import ReportKind
from assess.reports.service import LONGEST_NOTE, MOST_LINES, MOST_PAGES, ReportOptions
from assess.web.address import LARGEST_ID
from assess.web.forms import BaseForm


class ReportForm(BaseForm):
    """The kind of report, whose it is, and how many people get a page."""

    kind = StringField(_("Kind"), [InputRequired(), AnyOf([kind.value for kind in ReportKind])])
    candidate_id = IntegerField(_("Person"), [Optional(), NumberRange(1, LARGEST_ID)])
    people_pages = IntegerField(
        _("People's pages"),
        [Optional(), NumberRange(0, MOST_PAGES)],
        description=_("So many of the first people by rank get a page of their own: 20 if empty."),
    )
    note = TextAreaField(
        _("Your note on the cover"),
        filters=[lambda typed: tidy(typed or "")],
        description=_(
            "Text only, at most 600 characters and 12 lines. It stands there under your name."
        ),
    )
    archive = BooleanField(
        _("File for an archive (PDF/A-3), with the ranking as a CSV file inside")
    )

    def options(self) -> ReportOptions:
        """Give the options, the usual ones where nothing was chosen."""
        pages = self.people_pages.data
        said = {"note": self.note.data, "archive": self.archive.data}
        return ReportOptions(**said) if pages is None else ReportOptions(pages, **said)

    def validate_note(self, field: TextAreaField) -> None:
        """Refuse what does not fit on a cover."""
        if len(field.data) > LONGEST_NOTE or field.data.count("\n") >= MOST_LINES:
            raise ValidationError(
                gettext(
                    "This is longer than 600 characters or 12 lines: %(count)s characters.",
                    count=len(field.data),
                )
            )
