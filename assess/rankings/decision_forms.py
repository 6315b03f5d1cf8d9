"""What is asked when somebody decides: the kind, never chosen beforehand, and the reason."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, HiddenField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from assess.rankings.decision_service import LONGEST_ACT, Deciding
from assess.rankings.decision_words import OWN_WORDS, heading, ready_reasons, to_do
from assess.rankings.decisions import LONGEST_REASON
from assess.rankings.models import DecisionKind
from assess.web.address import LARGEST_ID
from assess.web.forms import BaseForm

HINT = _(
    "Say what in the result, the interview or the requirements of the job you decide on. Leave out "
    "age, health, family, origin, accent and whatever else is not about the work."
)


def _reason(label: str) -> SelectField:
    return SelectField(label, [InputRequired(_("Please choose a reason."))], description=HINT)


def _words(label: str) -> TextAreaField:
    return TextAreaField(label, [Optional(), Length(max=LONGEST_REASON - 200)])


class _Seen(BaseForm):
    """What the page was made of when the form was loaded."""

    snapshot_id = IntegerField(
        validators=[InputRequired(), NumberRange(1, LARGEST_ID)], widget=HiddenInput()
    )
    seen = IntegerField(
        validators=[InputRequired(), NumberRange(0, LARGEST_ID)], widget=HiddenInput()
    )
    act = HiddenField(validators=[InputRequired(), Length(max=LONGEST_ACT)])

    def deciding(self, kind: DecisionKind, reasons: Mapping[int, str]) -> Deciding:
        """Give what was decided; only of an accepted form."""
        return Deciding(kind, reasons, self.snapshot_id.data, self.seen.data, self.act.data)


class DecisionForm(_Seen):
    """One decision, with one reason, about one person or several together."""

    kind = RadioField(_("Your decision"), [InputRequired(_("Please choose."))])
    ready = _reason(_("Reason"))
    words = _words(_("In your own words"))

    def __init__(self, kinds: Sequence[DecisionKind], **seen: Any) -> None:
        super().__init__(**_fresh(seen))
        self.kind.choices = [(kind.value, to_do(kind)) for kind in kinds]
        self.ready.choices = _choices(kinds)

    def validate_ready(self, field: Field) -> None:
        """Refuse a ready reason of another kind of decision."""
        _check_own_words(field, self.words)
        kind = self.kind.data
        if kind and field.data != OWN_WORDS and not field.data.startswith(f"{kind}-"):
            raise ValidationError(gettext("This reason belongs to another decision."))

    def chosen(self, candidate_ids: Sequence[int]) -> Deciding:
        """Give the decision about these people; only of an accepted form."""
        said = _said(self.ready, self.words)
        return self.deciding(DecisionKind(self.kind.data), dict.fromkeys(candidate_ids, said))


class DeclineForm(_Seen):
    """Several people declined at once: a reason for each; `decline_form` adds the fields."""

    people: Mapping[int, str] = {}

    def __init__(self, **seen: Any) -> None:
        super().__init__(**_fresh(seen))
        for ready, _own in self.rows().values():
            ready.choices = _choices([DecisionKind.DECLINE])

    def rows(self) -> dict[int, tuple[Field, Field]]:
        """Give the two fields of each person by candidate id."""
        return {one: (self[f"ready_{one}"], self[f"words_{one}"]) for one in self.people}

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, then that whoever chose own words has written some."""
        sound = bool(super().validate(extra_validators))
        for ready, own in self.rows().values():
            try:
                _check_own_words(ready, own)
            except ValidationError as error:
                ready.errors = [*ready.errors, str(error)]
                sound = False
        return sound

    def chosen(self) -> Deciding:
        """Give the decision about each person; only of an accepted form."""
        reasons = {one: _said(*fields) for one, fields in self.rows().items()}
        return self.deciding(DecisionKind.DECLINE, reasons)


def decline_form(people: Mapping[int, str]) -> type[DeclineForm]:
    """Give the form for these people, by candidate id with their labels."""
    fields: dict[str, Any] = {"people": people}
    for one, label in people.items():
        fields[f"ready_{one}"] = SelectField(
            gettext("Reason for %(person)s", person=label),
            [InputRequired(_("Please choose a reason."))],
        )
        fields[f"words_{one}"] = _words(gettext("In your own words, for %(person)s", person=label))
    return type("DeclineFormHere", (DeclineForm,), fields)


def _fresh(seen: Mapping[str, Any]) -> dict[str, Any]:
    return {"act": secrets.token_urlsafe(24), **seen}


def _choices(kinds: Sequence[DecisionKind]) -> dict[str, list[tuple[str, str]]]:
    """Give the ready reasons under a heading each; the first choice is none."""
    groups = {heading(kind): list(ready_reasons(kind).items()) for kind in kinds}
    return {
        gettext("Reason"): [("", gettext("Choose a reason"))],
        **groups,
        gettext("Another reason"): [(OWN_WORDS, gettext("In my own words, below"))],
    }


def _check_own_words(ready: Field, own: Field) -> None:
    if ready.data == OWN_WORDS and not (own.data or "").strip():
        raise ValidationError(gettext("Write your reason below, in your own words."))


def _said(ready: Field, own: Field) -> str:
    """Join the ready reason and the own words."""
    words = (own.data or "").strip()
    if ready.data == OWN_WORDS:
        return words
    text = ready_reasons(DecisionKind(ready.data.rpartition("-")[0]))[ready.data]
    return f"{text}. {words}" if words else text
