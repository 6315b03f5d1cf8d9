"""What candidates type on their own pages."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from assess.campaigns.requests import LONGEST_ANSWER, LONGEST_REASON
from assess.candidates.service import LONGEST_ADDRESS, LONGEST_NAME
from assess.portal.service import LONGEST_COMMENT
from assess.web.forms import BaseForm

POINTS = (5, 4, 3, 2, 1)


class OwnForm(BaseForm):
    """A form of a person's own pages, which carry a token of the person's own link."""

    class Meta:
        """Leave the members' token out."""

        csrf = False


class CodeForm(OwnForm):
    """The code of a mail."""

    code = StringField(
        _("Code from the mail"),
        validators=[InputRequired(_("Type the code from the mail.")), Length(max=30)],
    )


class EraseForm(CodeForm):
    """The code, and the second yes."""

    sure = BooleanField(
        _("Yes, erase everything about me"),
        validators=[InputRequired(_("Tick this box if you want everything erased."))],
    )


class TwoCodesForm(CodeForm):
    """The codes of the address known so far, and of a new one."""

    new_code = StringField(
        _("Code from the mail to the new address"),
        validators=[InputRequired(_("Type the code from the mail.")), Length(max=30)],
    )


class ContactForm(OwnForm):
    """A name and an address as they should be."""

    name = StringField(
        _("Name"),
        validators=[
            InputRequired(_("Write the name you want us to use.")),
            Length(max=LONGEST_NAME),
        ],
    )
    email = StringField(
        _("E-mail address"),
        validators=[
            InputRequired(_("Write the address you want us to use.")),
            Length(max=LONGEST_ADDRESS),
        ],
    )


class ReviewForm(OwnForm):
    """Why somebody should look again."""

    reason = TextAreaField(
        _("What should they look at?"),
        description=_("You need not give a reason."),
        validators=[Length(max=LONGEST_REASON, message=_("Please use at most 1000 characters."))],
    )


class ReviewAnswerForm(BaseForm):
    """A member's answer to a person who asked for a second look."""

    answer = TextAreaField(
        _("Your answer"),
        description=_("The person reads it on their own pages. Say what you looked at and why."),
        validators=[InputRequired(_("Write an answer.")), Length(max=LONGEST_ANSWER)],
    )


class ExperienceForm(OwnForm):
    """The two questions on how it was."""

    fairness = RadioField(_("How fair did you find it?"), coerce=int, validators=[])
    ease = RadioField(_("How easy was it to get through?"), coerce=int, validators=[])
    comment = TextAreaField(
        _("Anything you would like to add"),
        validators=[Length(max=LONGEST_COMMENT, message=_("Please use at most 500 characters."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fair = (_("very fair"), _("fair"), _("neither"), _("unfair"), _("very unfair"))
        easy = (_("very easy"), _("easy"), _("neither"), _("hard"), _("very hard"))
        for field, words in ((self.fairness, fair), (self.ease, easy)):
            field.choices = list(zip(POINTS, words, strict=True))
            field.flags.required = True
            field.validators = [InputRequired(_("Choose one."))]
