"""What administrators type about their organisation's provider."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from assess.accounts.oidc_service import Typed
from assess.web.forms import BaseForm


def _plain(value: str | None) -> str:
    return (value or "").strip()


class ProviderForm(BaseForm):
    """Where the provider is, and what it knows us by."""

    label = StringField(
        _("Its name on the button"),
        [DataRequired(_("Please fill this in.")), Length(max=60)],
        filters=[_plain],
        description=_("What your people call it, for example: Harbour account."),
    )
    short_name = StringField(
        _("Short name of your organisation"),
        [
            DataRequired(_("Please fill this in.")),
            Regexp(
                r"[a-z0-9][a-z0-9-]{1,38}[a-z0-9]\Z",
                message=_("3 to 40 small letters, digits and hyphens; no hyphen at an end."),
            ),
        ],
        filters=[_plain],
        description=_(
            "Your people type it to sign in. Whoever guesses it learns that you use Assess."
        ),
    )
    issuer = StringField(
        _("Issuer"),
        [DataRequired(_("Please fill this in.")), Length(max=255)],
        filters=[_plain],
        description=_("The address your provider calls its issuer. It begins with https://"),
    )
    client_id = StringField(
        _("Client ID"),
        [DataRequired(_("Please fill this in.")), Length(max=255)],
        filters=[_plain],
    )
    secret = PasswordField(
        _("Client secret"),
        [Optional(), Length(max=1000)],
        filters=[_plain],
        description=_("Kept encrypted and never shown again."),
    )

    def typed(self) -> Typed:
        """Give what was typed; only of an accepted form."""
        return Typed(
            self.label.data,
            self.short_name.data,
            self.issuer.data,
            self.client_id.data,
            self.secret.data or "",
        )


class SwitchForm(BaseForm):
    """Who signs in how."""

    on = BooleanField(_("Members can sign in with it"))
    required = BooleanField(
        _("Members must sign in with it"),
        description=_(
            "A password then opens your organisation to administrators alone: their way in when "
            "the provider fails."
        ),
    )
