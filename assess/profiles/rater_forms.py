"""What is typed about raters, and what a rater chooses."""

from flask_babel import lazy_gettext
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from assess.profiles.service import LONGEST_REASON
from assess.web.forms import BaseForm


class AskForm(BaseForm):
    """Who is to rate the job."""

    people = TextAreaField(
        lazy_gettext("People to ask"),
        [InputRequired(lazy_gettext("Please fill this in.")), Length(max=20_000)],
        description=lazy_gettext(
            "One a line: an address, or a name with it, as in Ada Lovelace &lt;ada@example.org&gt;."
        ),
    )


class AdoptForm(BaseForm):
    """Why the raters' mean is used, and which ratings were looked at."""

    seal = HiddenField()
    reason = TextAreaField(
        lazy_gettext("Why this change is made"),
        [
            InputRequired(lazy_gettext("Please fill this in.")),
            Length(max=LONGEST_REASON, message=lazy_gettext("At most %(max)d characters.")),
        ],
        description=lazy_gettext("It stays on record with the new version."),
    )
