"""What members say about answering again: the rule, and why somebody need not wait."""

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, StopValidation

from assess.sittings.retest import LONGEST_DAYS, MOST_ALLOWED, Counts, Policy
from assess.sittings.retest_service import LONGEST_REASON
from assess.web.forms import BaseForm

COUNTS = (
    (Counts.LATEST.value, _("the newest answers")),
    (Counts.FIRST.value, _("the first answers, as long as they are in use")),
)


def _needed(low: int, high: int) -> list[object]:
    return [
        InputRequired(_("Please fill this in.")),
        NumberRange(low, high, _("From %(low)s to %(high)s.", low=low, high=high)),
    ]


class RuleForm(BaseForm):
    """The retest rule."""

    cool_off_days = IntegerField(
        _("Days between two times"),
        _needed(0, LONGEST_DAYS),
        description=_(
            "Who has answered a questionnaire answers it again this many days later at the "
            "earliest. 0: no waiting. Practice questions are never limited."
        ),
    )
    most_in_year = IntegerField(
        _("Most times in 12 months"),
        _needed(1, MOST_ALLOWED),
        description=_("The first time counts, too."),
    )
    counts = RadioField(
        _("Which answers count"),
        [InputRequired(_("Please choose one."))],
        choices=COUNTS,
        description=_(
            "There is no “best of all”: every score has an error, so the best of several is too "
            "high by chance, and the more often somebody may try, the higher. That would reward "
            "trying often, not being able."
        ),
    )
    valid_days = IntegerField(
        _("Days that answers stay in use"),
        _needed(1, LONGEST_DAYS),
        description=_(
            "So long answers can be used for another campaign, if the person agrees. A "
            "convention, not a finding: choose what you can give a reason for."
        ),
    )

    def policy(self) -> Policy:
        """Give the rule of the form."""
        return Policy(
            self.cool_off_days.data,
            self.most_in_year.data,
            Counts(self.counts.data),
            self.valid_days.data,
        )


class CampaignRuleForm(RuleForm):
    """The rule of one campaign, or the organisation's."""

    whose = SelectField(
        _("Rule of this campaign"),
        [InputRequired(_("Please choose one."))],
        choices=[("organisation", _("that of the organisation")), ("own", _("one of its own"))],
    )


def _not_blank(_form: object, field: TextAreaField) -> None:
    if not (field.data or "").strip():
        raise StopValidation(str(_("Please say why.")))


class ReasonForm(BaseForm):
    """Why somebody need not wait."""

    reason = TextAreaField(
        _("Reason"),
        [_not_blank, Length(max=LONGEST_REASON)],
        description=_("It is kept with your name, and the person can have a copy."),
    )
