"""What administrators type about members and brands."""

from flask_babel import lazy_gettext as _
from wtforms import EmailField, SelectField, StringField
from wtforms.validators import Email, InputRequired, Length

from assess.accounts.guard import role_label
from assess.accounts.models import RoleName
from assess.web.forms import BaseForm

LONGEST_NAME = 200


def roles() -> list[tuple[str, str]]:
    """Give the roles with their names for people."""
    return [(role.value, role_label(role)) for role in RoleName]


def _one_line(value: str | None) -> str:
    return " ".join((value or "").split())


class InviteForm(BaseForm):
    """Who is to become a member, as what."""

    name = StringField(
        _("Name"),
        [InputRequired(_("Please fill this in.")), Length(max=LONGEST_NAME)],
        filters=[_one_line],
    )
    email = EmailField(
        _("E-mail address"),
        [
            InputRequired(_("Please fill this in.")),
            Length(max=255),
            Email(_("This is not an e-mail address.")),
        ],
        filters=[_one_line],
    )
    role = SelectField(_("Role"), [InputRequired(_("Please choose one."))], choices=roles)


class RoleForm(BaseForm):
    """Another role."""

    role = SelectField(_("Role"), choices=roles)


class SecondFactorForm(BaseForm):
    """Whether every member must have a second factor."""

    asked = SelectField(
        _("Who must have one"),
        [InputRequired()],
        choices=[("yes", _("Every member")), ("no", _("Nobody: each member decides"))],
    )


class BrandForm(BaseForm):
    """Another name of a brand."""

    name = StringField(
        _("Name"),
        [InputRequired(_("Please fill this in.")), Length(max=LONGEST_NAME)],
        filters=[_one_line],
    )
