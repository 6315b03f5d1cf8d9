"""What a psychologist sends: the bank to rate, workbooks, the ratings that were looked at."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import HiddenField, SelectField
from wtforms.validators import AnyOf, InputRequired, Length

from assess.experts.queries import Choice
from assess.instruments.expert_sheet import LARGEST
from assess.web.forms import BaseForm


class OpenForm(BaseForm):
    """The bank that a new panel rates."""

    bank = SelectField(_("Questionnaire"), validate_choice=False)

    def offer(self, choices: Sequence[Choice]) -> "OpenForm":
        """Offer the banks there are; another one is no choice."""
        self.bank.choices = [
            (one.digest, f"{one.title} ({one.folder}), version {one.version}") for one in choices
        ]
        self.bank.validators = [
            AnyOf([one.digest for one in choices], _("Choose one of the questionnaires."))
        ]
        return self


class UploadForm(BaseForm):
    """Workbooks that came back."""

    workbooks = MultipleFileField(
        _("Workbooks from experts"),
        [FileRequired(_("Choose one or more workbooks."))],
        description=_("One or more .xlsx files, each at most 5 MB."),
    )

    def files(self) -> list[tuple[str, bytes]]:
        """Read what was sent, as (file name, content); no more of a file than may be read."""
        return [
            (sent.filename, sent.read(LARGEST + 1))
            for sent in self.workbooks.data or ()
            if sent and sent.filename
        ]


class PublishForm(BaseForm):
    """The seal of the ratings whose agreement was looked at."""

    seal = HiddenField(validators=[InputRequired(), Length(64, 64)])
