"""What a member types as the text of a mail."""

import secrets
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from assess.campaigns.wording import LONGEST_BODY, LONGEST_SUBJECT, Wording, tidy
from assess.campaigns.wording_service import LONGEST_ACT
from assess.web.forms import BaseForm


class WordingForm(BaseForm):
    """Subject and text with places; the places are checked by the service."""

    act = HiddenField(validators=[InputRequired(), Length(max=LONGEST_ACT)])
    subject = StringField(
        _("Subject"), [InputRequired(_("Please fill this in.")), Length(max=LONGEST_SUBJECT)]
    )
    body = TextAreaField(
        _("Text"),
        [InputRequired(_("Please fill this in.")), Length(max=LONGEST_BODY + 500)],
        description=_("Plain text. An empty line begins a new paragraph."),
    )

    def __init__(self, **shown: Any) -> None:
        """Name the form anew, so that sending it twice writes once."""
        super().__init__(**{"act": secrets.token_urlsafe(24), **shown})

    def wording(self) -> Wording:
        """Give the text as it would be kept."""
        return tidy(self.subject.data or "", self.body.data or "")
