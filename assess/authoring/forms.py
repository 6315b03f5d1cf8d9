"""What a psychologist types: an upload, a note on publishing, a signature on a translation."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from assess.authoring.service import LONGEST_NOTE
from assess.authoring.wordings import LONGEST_REVIEWER
from assess.web.forms import BaseForm


class UploadForm(BaseForm):
    """The zip of an instrument's folder."""

    file = FileField(
        _("Zip of the instrument's folder"),
        [InputRequired(_("Choose a file."))],
        description=_("At most 5 MB, with files named .yaml and .md only."),
    )


class PublishForm(BaseForm):
    """What is worth knowing of this version."""

    note = StringField(
        _("Note"),
        [Length(max=LONGEST_NOTE)],
        description=_("For example what has changed. It stands beside the version."),
    )


class SignForm(BaseForm):
    """Who has read a translation against the source, and when."""

    reviewer = StringField(
        _("Reviewer"),
        [InputRequired(_("Please fill this in.")), Length(max=LONGEST_REVIEWER)],
        description=_("The person who has read every text beside its source."),
    )
    reviewed_on = DateField(_("Read on"), [InputRequired(_("Please fill this in."))])
