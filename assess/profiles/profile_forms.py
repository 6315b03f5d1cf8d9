"""What is typed to make a profile, or to change its mix."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from assess.instruments.model import CallDriver
from assess.profiles.mix_forms import MixForm, mix_fields
from assess.profiles.profile_service import LONGEST_NAME
from assess.profiles.service import LONGEST_REASON

_NEEDED = _("Please fill this in.")


class NewProfileForm(MixForm):
    """A profile to be made; `new_profile_form` adds the call drivers."""

    name = StringField(
        _("Name"),
        [InputRequired(_NEEDED), Length(max=LONGEST_NAME)],
        description=_("Of the job, for example: Customer support by phone."),
    )
    brand = StringField(
        _("Brand"),
        [InputRequired(_NEEDED), Length(max=LONGEST_NAME)],
        description=_("Whose customers call."),
    )
    reason = TextAreaField(
        _("Where the figures come from"),
        [Optional(), Length(max=LONGEST_REASON)],
        description=_("It stays with the first version, for whoever asks later."),
    )
    records = HiddenField()


class ChangeForm(MixForm):
    """A new mix of a profile, with the reason for it; `change_form` adds the call drivers."""

    reason = TextAreaField(
        _("Why the mix changes"),
        [InputRequired(_NEEDED), Length(max=LONGEST_REASON)],
        description=_("It stays on record with the new version."),
    )
    keep_rated = BooleanField(
        _("Keep the demand that people who know the job rated"),
        description=_(
            "Then the mix says what the work is made of, and the raters what it asks. Without it "
            "the call drivers say both."
        ),
    )
    seen = IntegerField(widget=HiddenInput())
    records = HiddenField()


def new_profile_form(drivers: Mapping[str, CallDriver]) -> type[NewProfileForm]:
    """Give the form with each call driver's fields."""
    return type("NewProfileFormHere", (NewProfileForm,), mix_fields(drivers))


def change_form(drivers: Mapping[str, CallDriver]) -> type[ChangeForm]:
    """Give the form with each call driver's fields."""
    return type("ChangeFormHere", (ChangeForm,), mix_fields(drivers))
