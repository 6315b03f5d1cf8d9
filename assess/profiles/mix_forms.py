"""The part of a form that asks for a contact mix; campaigns and profiles share it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, FloatField, IntegerField
from wtforms.validators import NumberRange, Optional, StopValidation

from assess.instruments.model import CallDriver
from assess.profiles.mix import LONGEST_CONTACT, SUM_TOLERANCE, ContactMix, DriverShare
from assess.selection.demand import COMPETENCIES, HIGHEST_RATING
from assess.web.forms import BaseForm

MOST_CONTACTS = 1_000_000_000


@dataclass(frozen=True)
class DriverRow:
    """One call driver with its two fields."""

    driver: CallDriver
    share: Field
    minutes: Field

    @property
    def code(self) -> str:
        """The driver's code."""
        return self.driver.code

    @property
    def title(self) -> str:
        """The driver in words."""
        return self.driver.title

    @property
    def asks_most(self) -> list[str]:
        """The competencies, at most two, that it asks most of."""
        ratings = self.driver.ratings
        return sorted(COMPETENCIES, key=lambda code: -ratings[code])[:2]


@dataclass(frozen=True)
class Sketch:
    """A mix as far as it is typed, made whole so that its effect can be drawn.

    ``mix`` is None while no driver has a share; its shares are scaled to sum to 1 where the
    typed ones sum to ``total`` per cent. ``borrowed`` drivers have no minutes yet and count with
    the mean of the others.
    """

    mix: ContactMix | None
    total: float
    borrowed: tuple[str, ...]


class Number(FloatField):  # type: ignore[misc]
    """A number, with a decimal comma or point; an empty field is None."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed in the words of this page."""
        text = (valuelist[0] if valuelist else "").strip().replace(",", ".")
        self.data = None
        if not text:
            return
        try:
            typed = float(text)
        except ValueError:
            typed = math.nan
        if not math.isfinite(typed):
            raise ValueError(gettext("This is not a number."))
        self.data = typed


def between(low: float, high: float) -> NumberRange:
    """Give the check of a number with its two ends."""
    return NumberRange(low, high, _("Must be from %(min)s to %(max)s."))


class MixForm(BaseForm):
    """A form with a contact mix; `mix_fields` gives the call drivers' fields."""

    drivers: Mapping[str, CallDriver] = {}

    contacts = IntegerField(
        _("Contacts counted"),
        [Optional(), between(1, MOST_CONTACTS)],
        description=_(
            "How many contacts the shares come from. Leave it empty when you set them by hand."
        ),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, then whether the mix has minutes for each share and sums to 100."""
        sound = bool(super().validate(extra_validators))
        if not self.asks_mix():
            return sound
        if any(row.share.errors for row in self.rows()):
            return False
        if abs(self.total() - 100) > 100 * SUM_TOLERANCE + 1e-9:
            self.form_errors.append(
                gettext(
                    "Why customers call: the shares sum to %(total)s %%, not to 100 %%.",
                    total=f"{self.total():.4g}",
                )
            )
            return False
        return sound

    def asks_mix(self) -> bool:
        """Say whether the form's mix is what counts."""
        return True

    def rows(self) -> list[DriverRow]:
        """Give the call drivers with their fields."""
        return [
            DriverRow(driver, self[f"share_{code}"], self[f"minutes_{code}"])
            for code, driver in self.drivers.items()
        ]

    def total(self) -> float:
        """Give the sum of the shares, in per cent."""
        return math.fsum(row.share.data or 0 for row in self.rows())

    def shares(self) -> tuple[DriverShare, ...]:
        """Give the drivers that have a share; only of an accepted form."""
        return tuple(
            # Rounded, so that a share from records has the very digits it had there.
            DriverShare(row.code, round(row.share.data / 100, 10), row.minutes.data)
            for row in self.rows()
            if row.share.data
        )

    def loads(self, emotional_load: Mapping[str, float] | None) -> dict[str, float] | None:
        """Give what records make of the emotional load, kept where there is a share."""
        known = emotional_load or {}
        named = {row.code for row in self.rows() if row.share.data}
        return {code: load for code, load in known.items() if code in named} or None

    def mix(self, emotional_load: Mapping[str, float] | None = None) -> ContactMix:
        """Give the mix; only of an accepted form."""
        return ContactMix(
            self.shares(), self.contacts.data, emotional_load=self.loads(emotional_load)
        )

    def sketch(self, emotional_load: Mapping[str, float] | None = None) -> Sketch:
        """Give the mix as far as it is typed; what cannot be read is as if it were empty."""
        typed = {row.code: _positive(row.share.data, 100) for row in self.rows()}
        typed = {code: share for code, share in typed.items() if share}
        given = {row.code: _positive(row.minutes.data, LONGEST_CONTACT) for row in self.rows()}
        known = {code: given[code] for code in typed if given[code]}
        usual = _mean_minutes(known, typed)
        total, contacts = math.fsum(typed.values()), self.contacts.data
        loads = {code: load for code, load in (emotional_load or {}).items() if code in typed}
        mix = ContactMix(
            tuple(
                DriverShare(code, share / total, known.get(code, usual))
                for code, share in typed.items()
            ),
            contacts if contacts and 1 <= contacts <= MOST_CONTACTS else None,
            emotional_load=loads or None,
        )
        borrowed = tuple(row.title for row in self.rows() if row.code in typed.keys() - known)
        return Sketch(mix if typed else None, total, borrowed)


def mix_fields(drivers: Mapping[str, CallDriver]) -> dict[str, Any]:
    """Give the fields of a form's call drivers, for `type(name, (MixForm, ...), fields)`."""
    fields: dict[str, Any] = {"drivers": drivers}
    for code, driver in drivers.items():
        fields[f"share_{code}"] = Number(
            gettext("%(driver)s, share in %%", driver=driver.title), [Optional(), between(0, 100)]
        )
        fields[f"minutes_{code}"] = Number(
            gettext("%(driver)s, minutes each", driver=driver.title),
            [_MinutesOfShare(f"share_{code}")],
        )
    return fields


def mix_data(mix: ContactMix) -> dict[str, Any]:
    """Give a mix as the data of such a form's fields."""
    data: dict[str, Any] = {"contacts": mix.n_contacts}
    for driver in mix.drivers:
        data[f"share_{driver.code}"] = round(100 * driver.share, 6)
        data[f"minutes_{driver.code}"] = driver.minutes
    return data


def loads_of(typed: Mapping[str, str], drivers: Mapping[str, CallDriver]) -> dict[str, float]:
    """Read the emotional loads that go along with a mix; what is none is left out."""
    loads = {}
    for code in drivers:
        try:
            load = float(typed.get(f"load_{code}", ""))
        except ValueError:
            continue
        if 0 <= load <= HIGHEST_RATING:
            loads[code] = load
    return loads


class _MinutesOfShare:
    """Minutes are needed where there is a share, and asked nowhere else."""

    def __init__(self, share: str) -> None:
        self.share = share

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Raise when a driver with a share has no minutes, or too few or many."""
        if not form[self.share].data:
            raise StopValidation
        if field.data is None and not field.errors:
            raise StopValidation(gettext("Say how many minutes one takes."))
        if field.data is not None and not 0 < field.data <= LONGEST_CONTACT:
            raise StopValidation(
                gettext("Must be more than 0 and at most %(most)s.", most=f"{LONGEST_CONTACT:g}")
            )


def _mean_minutes(known: Mapping[str, float], shares: Mapping[str, float]) -> float:
    """Give the mean time of the contacts whose time is known; one minute when none is."""
    weight = math.fsum(shares[code] for code in known)
    return math.fsum(shares[code] * known[code] for code in known) / weight if known else 1.0


def _positive(value: float | None, most: float) -> float:
    """Give a number that can be drawn; 0 for none."""
    return value if value is not None and 0 < value <= most else 0.0
