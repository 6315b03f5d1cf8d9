"""What a recruiter types about the requirements of a campaign."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, IntegerField, TextAreaField
from wtforms import SelectField as AnySelectField
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from assess.campaigns.requirement_service import LONGEST_NOTE
from assess.campaigns.requirement_words import asked_words, country_name, language_name, level
from assess.candidates.requirements import (
    ANYWHERE,
    EQUIPMENT,
    LANGUAGE_CODES,
    LEVELS,
    MOST_LANGUAGES,
    SHIFTS,
    Kind,
    Requirement,
    countries,
)
from assess.web.forms import BaseForm

OFF, MUST, NICE = "off", "must", "nice"
_ANYWHERE: Final = "any"
_WEIGHTS: Final = [(MUST, _("a must")), (NICE, _("nice to have"))]
_OR_NOT: Final = [(OFF, _("not asked")), *_WEIGHTS]
_USUAL_LEVEL: Final = "good"


class SelectField(AnySelectField):  # type: ignore[misc]
    """One of several; something is always chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, validators=[DataRequired()], **kwargs)


class RequirementsForm(BaseForm):
    """What the job asks for; `requirements_form` adds languages, shifts and equipment."""

    places = TextAreaField(
        _("Places of work"),
        description=_("One on each line, at most five. One that the person can work in will do."),
        validators=[Length(max=400)],
    )
    home = SelectField(_("Work from home"), default=OFF)
    place_weight = SelectField(_("The place is"), choices=_WEIGHTS, default=MUST)
    start = DateField(_("Last day to start"), validators=[Optional()])
    start_weight = SelectField(_("The day is"), choices=_WEIGHTS, default=MUST)
    work = SelectField(_("Right to work in"), default=OFF)
    work_weight = SelectField(_("The right to work is"), choices=_WEIGHTS, default=MUST)
    sponsors = BooleanField(_("We help people to get a permit to work"))
    note = TextAreaField(
        _("Why does it change?"),
        description=_("Needed once somebody has answered. Members read it; candidates do not."),
        validators=[Length(max=LONGEST_NOTE)],
    )
    after = IntegerField(widget=HiddenInput(), validators=[Optional()], default=0)

    def languages(self) -> list[tuple[Any, Any, Any]]:
        """Give the fields of each line of languages: which, its level, its weight."""
        parts = ("language", "level", "language_weight")
        return [
            (self[f"{parts[0]}_{n}"], self[f"{parts[1]}_{n}"], self[f"{parts[2]}_{n}"])
            for n in range(1, MOST_LANGUAGES + 1)
        ]

    def shifts(self) -> list[Any]:
        """Give the fields of the shifts."""
        return [self[f"shift_{one}"] for one in SHIFTS]

    def equipment(self) -> list[Any]:
        """Give the fields of the equipment."""
        return [self[f"equipment_{one}"] for one in EQUIPMENT]

    def requirements(self) -> tuple[Requirement, ...]:
        """Give what was typed; only of an accepted form."""
        return tuple(self._requirements())

    def _requirements(self) -> Iterator[Requirement]:
        for language, least, weight in self.languages():
            if language.data != OFF:
                must = weight.data == MUST
                yield Requirement(Kind.LANGUAGE, must, language.data, least.data)
        yield from self._chosen(Kind.SHIFT, SHIFTS)
        names = tuple(line.strip() for line in (self.places.data or "").splitlines())
        places = tuple(name for name in names if name)
        home = {OFF: None, _ANYWHERE: ANYWHERE}.get(self.home.data, self.home.data)
        if places or home is not None:
            must = self.place_weight.data == MUST
            yield Requirement(Kind.PLACE, must, places=places, home=home)
        if self.start.data:
            yield Requirement(Kind.START, self.start_weight.data == MUST, by=self.start.data)
        yield from self._chosen(Kind.EQUIPMENT, EQUIPMENT)
        if self.work.data != OFF:
            must, sponsors = self.work_weight.data == MUST, self.sponsors.data
            yield Requirement(Kind.WORK, must, self.work.data, sponsors=sponsors)

    def _chosen(self, kind: Kind, names: Sequence[str]) -> Iterator[Requirement]:
        for name in names:
            weight = self[f"{kind}_{name}"].data
            if weight != OFF:
                yield Requirement(kind, weight == MUST, name)


def requirements_form(held: Sequence[Requirement], after: int) -> RequirementsForm:
    """Give the form, filled with what is asked now; ``after`` is the number of that version."""
    fields: dict[str, Any] = {}
    tongues = sorted(((one, language_name(one)) for one in LANGUAGE_CODES), key=lambda it: it[1])
    levels = [(one, level(one)) for one in LEVELS]
    for n in range(1, MOST_LANGUAGES + 1):
        fields[f"language_{n}"] = SelectField(
            _("Language"), choices=[(OFF, _("none")), *tongues], default=OFF
        )
        fields[f"level_{n}"] = SelectField(_("At least"), choices=levels, default=_USUAL_LEVEL)
        fields[f"language_weight_{n}"] = SelectField(_("It is"), choices=_WEIGHTS, default=MUST)
    for kind, names in ((Kind.SHIFT, SHIFTS), (Kind.EQUIPMENT, EQUIPMENT)):
        for name in names:
            words = asked_words(Requirement(kind, name=name))
            fields[f"{kind}_{name}"] = SelectField(words, choices=_OR_NOT, default=OFF)
    made = type("RequirementsFormHere", (RequirementsForm,), fields)
    form: RequirementsForm = made(after=after, **_filled(held))
    lands = sorted(((one, country_name(one)) for one in countries()), key=lambda it: it[1])
    form.work.choices = [(OFF, _("not asked")), *lands]
    at_home = [(code, _("possible, in %(country)s", country=name)) for code, name in lands]
    form.home.choices = [
        (OFF, _("not possible")), (_ANYWHERE, _("possible, in any country")), *at_home
    ]  # fmt: skip
    return form


def _filled(held: Sequence[Requirement]) -> dict[str, Any]:
    """Give the fields of a form that says what is asked now."""
    found: dict[str, Any] = {}
    lines = 0
    for one in held:
        weight = MUST if one.must else NICE
        if one.kind is Kind.LANGUAGE:
            lines += 1
            found[f"language_{lines}"], found[f"level_{lines}"] = one.name, one.level
            found[f"language_weight_{lines}"] = weight
        elif one.kind is Kind.PLACE:
            found |= {"places": "\n".join(one.places), "place_weight": weight}
            found["home"] = OFF if one.home is None else one.home or _ANYWHERE
        elif one.kind is Kind.START:
            found |= {"start": one.by, "start_weight": weight}
        elif one.kind is Kind.WORK:
            found |= {"work": one.name, "work_weight": weight, "sponsors": one.sponsors}
        else:
            found[f"{one.kind}_{one.name}"] = weight
    return found
