"""What is asked before a name is shown."""

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from assess.rankings.decisions import LONGEST_REASON
from assess.web.forms import BaseForm


class RevealForm(BaseForm):
    """Why a member needs a name before deciding."""

    reason = TextAreaField(
        _("Why do you need the name?"),
        [InputRequired(_("Please say why.")), Length(max=LONGEST_REASON)],
        description=_("For example: to agree on a time for the interview."),
    )
