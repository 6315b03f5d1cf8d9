"""What is asked when a report is made."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import AnyOf, InputRequired, NumberRange, Optional

from assess.reports.joining import PAPERS
from assess.reports.models import ReportKind
from assess.reports.options import LANGUAGES, MOST_LISTED, MOST_PAGES, OF_SEVERAL, ReportOptions
from assess.web.address import LARGEST_ID
from assess.web.forms import BaseForm
from assess.web.languages import LANGUAGES as NAMES

_PAPERS = {"a4": _("A4"), "letter": _("US Letter")}


class ReportForm(BaseForm):
    """The kind of report, whose it is, and how much it holds."""

    kind = StringField(_("Kind"), [InputRequired(), AnyOf([kind.value for kind in ReportKind])])
    candidate_id = IntegerField(_("Person"), [Optional(), NumberRange(1, LARGEST_ID)])
    top = IntegerField(
        _("People in the table"),
        [Optional(), NumberRange(1, MOST_LISTED)],
        description=_(
            "The first so many by rank, and everybody who cannot be told apart from the last of"
            " them. Left empty: everybody."
        ),
    )
    people_pages = IntegerField(
        _("People's pages"),
        [Optional(), NumberRange(0, MOST_PAGES)],
        description=_("So many people get a page each, by rank. 0: the table alone."),
        render_kw={"placeholder": ReportOptions.people_pages},
    )
    blind = BooleanField(
        _("Codes in place of names"),
        description=_("Also where names may be seen, for readers who should not know them."),
    )
    paper = SelectField(
        _("Paper"), [Optional()], choices=[(one, _PAPERS[one]) for one in PAPERS], default="a4"
    )
    language = SelectField(
        _("Language"), [Optional()], choices=[(code, NAMES[code]) for code in LANGUAGES],
        default="en",
        description=_(
            "Other languages than English are machine translations that nobody has signed yet; the"
            " report says so."
        ),
    )  # fmt: skip

    def options(self, people: list[int]) -> ReportOptions:
        """Give the options, the usual ones where nothing was chosen."""
        usual = ReportOptions()
        several = ReportKind(self.kind.data) in OF_SEVERAL
        pages = self.people_pages.data
        return ReportOptions(
            people_pages=usual.people_pages if pages is None else pages,
            top=self.top.data,
            blind=self.blind.data,
            paper=self.paper.data or usual.paper,
            language=self.language.data or usual.language,
            people=tuple(dict.fromkeys(people)) if several else (),
        )


def fields_of(
    kind: ReportKind, candidate_id: int | None, options: ReportOptions
) -> Mapping[str, Any]:
    """Give the fields of a form that asks for the very same report, but for its people."""
    found: dict[str, Any] = {
        "kind": kind.value, "people_pages": options.people_pages, "paper": options.paper,
        "language": options.language,
    }  # fmt: skip
    found |= {"blind": "y"} if options.blind else {}
    found |= {} if options.top is None else {"top": options.top}
    return found | ({} if candidate_id is None else {"candidate_id": candidate_id})
