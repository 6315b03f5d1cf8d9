"""What is asked when a report is made."""

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired, NumberRange, Optional

from assess.reports.models import ReportKind
from assess.reports.service import MOST_PAGES, ReportOptions
from assess.web.address import LARGEST_ID
from assess.web.forms import BaseForm


class ReportForm(BaseForm):
    """The kind of report, whose it is, and how many people get a page."""

    kind = StringField(_("Kind"), [InputRequired(), AnyOf([kind.value for kind in ReportKind])])
    candidate_id = IntegerField(_("Person"), [Optional(), NumberRange(1, LARGEST_ID)])
    people_pages = IntegerField(_("People's pages"), [Optional(), NumberRange(0, MOST_PAGES)])

    def options(self) -> ReportOptions:
        """Give the options, the usual ones where nothing was chosen."""
        pages = self.people_pages.data
        return ReportOptions() if pages is None else ReportOptions(people_pages=pages)
