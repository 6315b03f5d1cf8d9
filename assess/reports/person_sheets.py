"""A person's sheet as plain data: what their page says, in numbers and reviewed words.

Scores are in shown units, 50 + 10 SD of the reference, each with its 90 % interval. A sheet
knows nothing of rank, pages or other people; what the pool says of a person is a `Place`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assess.charts.scores import StylePosition
from assess.rankings.driver_fit import DriverLine
from assess.rankings.readings import Probe, Reading, in_tenths
from assess.rankings.within_person import WithinStyle, picture_words

Ease = Literal["natural", "comfortable", "effort"]


def style_words(readings: Sequence[tuple[str, Reading | None]]) -> str:
    """Spell the letters with their figures; a dash for what was not measured."""
    return ", ".join(
        f"{letter} {seen.value:.0f} ({seen.low:.0f}–{seen.high:.0f})" if seen else f"{letter} –"
        for letter, seen in readings
    )


@dataclass(frozen=True)
class Place:
    """Where the pool puts a person: 90 % rank interval among ``of``, chance of a seat, band."""

    rank: int
    rank_low: int
    rank_high: int
    of: int
    p_top: float
    seats: int
    band: int
    bands: int
    band_size: int
    at_cut: bool


@dataclass(frozen=True)
class Style:
    """One letter of the style strip; weight 0. The tolerance is the job's."""

    letter: str
    title: str
    low_end: str
    high_end: str
    reading: Reading | None
    target_low: float
    target_high: float
    ease: Ease | None
    provisional: bool


@dataclass(frozen=True)
class Headline:
    """A headline index with the words for the two ends of its scale."""

    title: str
    reading: Reading | None
    low_words: str
    high_words: str
    parts: int


@dataclass(frozen=True)
class Part:
    """One competency in the fit; ``contribution`` in shown points, 0 where nothing is known.

    ``reading`` is None where nothing was measured, and for all but the headline indices.
    """

    code: str
    title: str
    weight: float
    reading: Reading | None
    parts: int
    possible: int
    contribution: float


@dataclass(frozen=True)
class Said:
    """A reviewed sentence on a competency, and the call driver that asks most for it."""

    title: str
    text: str
    driver: str | None


@dataclass(frozen=True)
class Evidence:
    """How much a sheet rests on: answers given, coverage, and what is missing.

    ``situations`` is the judgement form all together, None where there is none.
    ``flags`` gives for each kind of gap the competencies or scales it concerns, ``blanks`` for
    each scale with blanks (title, left blank, of, low, high): the score's range had they all
    been answered lowest, or highest. ``given_on`` is the day of answers that were given for
    another campaign.
    """

    answered: int
    asked: int
    situations: Reading | None
    coverage: float
    flags: tuple[tuple[str, tuple[str, ...]], ...]
    blanks: tuple[tuple[str, int, int, float, float], ...]
    given_on: date | None = None


@dataclass(frozen=True)
class Asked:
    """How a person stands to the musts of a job beyond scores, as they say themselves.

    ``met`` of ``musts``, so many ``not_said``; what is not met in words, the shortest first.
    """

    met: int
    musts: int
    not_said: int
    not_met: tuple[str, ...]


@dataclass(frozen=True)
class PersonSheet:
    """Everything a person's page says that does not depend on anybody else.

    ``held_back``: surely below a minimum of the profile, so a fit and no rank; ``below`` has for
    each minimum the index, the points and the chance of being truly below, None not measured.
    ``strong_where`` names the job's call drivers, the most work first, whose fit is surely above
    the person's own fit to the whole job. ``drivers`` are the fits to each of them.
    """

    name: str
    code: str
    fit: Reading | None
    headlines: tuple[Headline, ...]
    parts: tuple[Part, ...]
    strengths: tuple[Said, ...]
    explore: tuple[Said, ...]
    style: tuple[Style, ...]
    probes: tuple[Probe, ...]
    evidence: Evidence
    picture: tuple[WithinStyle, ...] = ()
    held_back: bool = False
    below: tuple[tuple[str, float, float | None], ...] = ()
    strong_where: tuple[str, ...] = ()
    drivers: tuple[DriverLine, ...] = ()
    asked: Asked | None = None

    @property
    def fit_sum(self) -> float:
        """What the contributions add up to, in shown points."""
        return math.fsum(part.contribution for part in self.parts)

    @property
    def shown(self) -> tuple[list[float], float]:
        """The contributions in tenths, in the order of ``parts``, and the sum they add up to."""
        return in_tenths([part.contribution for part in self.parts], self.fit_sum)

    @property
    def style_words(self) -> str:
        """The style strip in words, for those who cannot see it."""
        return style_words([(style.letter, style.reading) for style in self.style])

    @property
    def picture_positions(self) -> list[tuple[str, float | None]]:
        """The picture within the person as a chart takes it; empty without one."""
        if all(one.value is None for one in self.picture):
            return []
        return [(one.letter, one.value) for one in self.picture]

    @property
    def picture_words(self) -> str:
        """The picture within the person in words, for those who cannot see it."""
        return picture_words(self.picture)

    @property
    def steps(self) -> list[tuple[str, float]]:
        """The contributions that add up to the fit, as a picture takes them."""
        return [(part.title, part.contribution) for part in self.parts]

    @property
    def style_positions(self) -> list[StylePosition]:
        """The style strip as a picture takes it."""
        return [
            (
                style.letter,
                *(
                    (style.reading.value, style.reading.low, style.reading.high)
                    if style.reading
                    else (None, None, None)
                ),
                style.target_low,
                style.target_high,
            )
            for style in self.style
        ]


@dataclass(frozen=True)
class PersonFacts:
    """What a person's page says of the job: nothing that another ranking of it would change."""

    title: str
    brand: str
    profile_number: int
    owner: str | None
    style_weight: float
    language: str


@dataclass(frozen=True)
class PersonPage:
    """A person's sheet, the place the pool gives them, and the page's name for links."""

    candidate_id: int
    anchor: str
    sheet: PersonSheet
    place: Place | None
