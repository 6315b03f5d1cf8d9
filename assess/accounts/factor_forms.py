"""What is typed about second factors."""

from typing import Final

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from assess.accounts.passkeys import LONGEST_NAME
from assess.web.forms import BaseForm

#: Characters; the largest attestations take a few thousand.
LONGEST_ANSWER: Final = 20_000
_CODE = [InputRequired(_("Please type a code.")), Length(max=40)]


class AppCodeForm(BaseForm):
    """The six digits that an app shows."""

    code = StringField(
        _("Code in the app"),
        _CODE,
        description=_("Six digits. The app shows new ones every half minute."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 10},
    )

    @property
    def typed(self) -> StringField:
        """Give the field of the code."""
        return self.code


class RecoveryCodeForm(BaseForm):
    """One of the codes that were written down."""

    recovery_code = StringField(
        _("Recovery code"),
        _CODE,
        description=_("16 letters and digits. Each code works once."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )

    @property
    def typed(self) -> StringField:
        """Give the field of the code."""
        return self.recovery_code


class PasskeyForm(BaseForm):
    """A new passkey: what the browser made, under a name."""

    name = StringField(
        _("Name of the passkey"),
        [InputRequired(_("Please fill this in.")), Length(max=LONGEST_NAME)],
        description=_("So that you know it again, for example: work laptop."),
        render_kw={"autocomplete": "off"},
    )
    answer = HiddenField(validators=[Length(max=LONGEST_ANSWER)])


class PasskeyNameForm(BaseForm):
    """Another name of a passkey."""

    name = StringField(_("Name of the passkey"), [InputRequired(), Length(max=LONGEST_NAME)])


class PasskeyAnswerForm(BaseForm):
    """A passkey's answer at sign-in."""

    answer = HiddenField(validators=[Length(max=LONGEST_ANSWER)])
