"""The sheets of a report as plain data: what the pages say of the job, the pool and the order.

Scores are in shown units, 50 + 10 SD of the reference, each with its 90 % interval.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from assess.charts.scores import StylePosition
from assess.instruments.spoken import Translated
from assess.rankings.interview_guide import Guide as PersonGuide
from assess.rankings.pairs import Pair
from assess.rankings.readings import Reading
from assess.reports.models import ReportKind
from assess.reports.person_sheets import PersonFacts, PersonPage, Place, style_words

Progress = Callable[[int, int], None]
"""Told the steps done and how many there are in all."""


@dataclass(frozen=True)
class MixRow:
    """One call driver: shares of contacts and of the load (fractions), minutes a contact."""

    title: str
    share: float
    minutes: float
    load: float


@dataclass(frozen=True)
class DemandRow:
    """What the job asks of one competency: ``demand`` 0 to 5, weights as fractions.

    ``used`` is the weight in this ranking's fit, 0 where there is no evidence.
    """

    code: str
    title: str
    demand: float
    weight: float
    prior: float
    used: float


@dataclass(frozen=True)
class Facts:
    """What every page of a report may name: the job, the ranking, its reach and its limits.

    ``scaled`` has the competencies whose weight a manager multiplied, with the factor;
    ``minimums`` the indices with a minimum, in shown points, for which ``held_back`` people have
    a fit and no rank; ``style_weight`` is the share of the fit that style has.
    """

    kind: ReportKind
    organisation: str
    brand: str
    title: str
    seats: int
    opens_on: date
    closes_on: date
    profile_number: int
    people: int
    unranked: int
    coverage: float
    partial: bool
    evidenced: tuple[str, ...]
    simulated: bool
    owner: str | None
    ranked_at: datetime
    made_at: datetime
    valid_until: date
    mix: tuple[MixRow, ...]
    demand: tuple[DemandRow, ...]
    headlines: tuple[str, ...]
    scaled: tuple[tuple[str, float], ...]
    provisional_styles: tuple[str, ...]
    language: str
    held_back: int = 0
    minimums: tuple[tuple[str, float], ...] = ()
    style_weight: float = 0.0
    translated: Translated | None = None

    @property
    def ranked(self) -> int:
        """How many people have a rank."""
        return self.people - self.unranked - self.held_back

    @property
    def of_person(self) -> PersonFacts:
        """What a person's page may say of the job."""
        return PersonFacts(
            self.title, self.brand, self.profile_number, self.owner, self.style_weight,
            self.language,
        )  # fmt: skip

    @property
    def mix_shares(self) -> list[tuple[str, float]]:
        """The contact mix as a picture takes it."""
        return [(row.title, row.share) for row in self.mix]

    @property
    def highest_weight(self) -> float:
        """The end of the weights' scale, the next full 5 % above all of them."""
        most = max(max(row.weight, row.prior) for row in self.demand)
        return math.ceil(most * 20 - 1e-9) / 20


@dataclass(frozen=True)
class Row:
    """One person in the ranking table; ``anchor`` when they have a page."""

    name: str
    code: str
    anchor: str | None
    place: Place | None
    fit: Reading | None
    headlines: tuple[Reading | None, ...]
    style: tuple[tuple[str, Reading | None], ...]
    coverage: float
    notes: tuple[str, ...]

    @property
    def style_words(self) -> str:
        """The style strip in words, for those who cannot see it."""
        return style_words(self.style)


@dataclass(frozen=True)
class Band:
    """A band: its people cannot be told apart from the first of them.

    ``best`` to ``worst`` are ranks; ``seats`` of the campaign's seats lie among these ranks;
    ``last_seat`` says that the last seat does. The table lists ``listed`` of its people.
    """

    number: int
    size: int
    first: str
    best: int
    worst: int
    fit_high: float
    fit_low: float
    seats: int
    last_seat: bool
    listed: int


@dataclass(frozen=True)
class TableBlock:
    """Consecutive rows of one band on one page.

    ``band`` is None for the unranked and for those a minimum has ``held`` back.
    """

    band: Band | None
    continued: bool
    rows: tuple[Row, ...]
    held: bool = False


@dataclass(frozen=True)
class TablePage:
    """What stands on one page of the ranking table."""

    blocks: tuple[TableBlock, ...]


@dataclass(frozen=True)
class CutRow:
    """A person at the cut, and the competency whose uncertainty matters most to their fit."""

    name: str
    code: str
    anchor: str | None
    place: Place
    fit: Reading
    least_known: str


@dataclass(frozen=True)
class Summary:
    """The ranking on one page.

    ``expected_top`` of the first ``top`` people by rank belong, by expectation, to the best
    ``top``; ``sure_in``, ``at_cut`` and ``sure_out`` count people by their chance of a seat.
    ``picture`` has (rank, low, high, band, at cut, name) of the first people by rank.
    ``complete`` people answered everything; ``flags`` counts people by what is missing.
    """

    bands: tuple[Band, ...]
    top: int
    expected_top: float
    sure_in: int
    at_cut: int
    sure_out: int
    cut_names: tuple[str, ...]
    picture: tuple[tuple[int, int, int, int, bool, str], ...]
    complete: int
    flags: tuple[tuple[str, int], ...]
    coverages: tuple[tuple[float, int], ...]

    @property
    def picture_last(self) -> int:
        """The last rank the picture shows: where the intervals drawn end."""
        return max((high for _, _, high, *_ in self.picture), default=1)


@dataclass(frozen=True)
class InstrumentRow:
    """One instrument of the battery, exactly named, and what its scores rest on."""

    title: str
    key: str
    version: str
    digest: str
    calibration: str | None
    norm: str | None
    reference_group: str | None
    provisional: bool


@dataclass(frozen=True)
class Reliability:
    """One score's reliability in the reference group, and in this pool where it is known.

    From the errors of the ``people`` measured: 1 less their mean error variance, which is 1 in the
    reference. ``here`` is what of the scores' spread in this pool is not error, None below
    `reliabilities.LEAST_POOL` people. ``title`` of the competency, None for the fit.
    """

    title: str | None
    people: int
    reference: float
    here: float | None


@dataclass(frozen=True)
class Appendix:
    """The versions behind every number, so that it can be made again."""

    instruments: tuple[InstrumentRow, ...]
    method: str
    seed: int
    draws: int
    engine: str
    correlations: str
    attribution: str
    competencies_source: str
    call_drivers_source: str
    reliabilities: tuple[Reliability, ...]
    call_drivers_digest: str
    profile_digest: str
    snapshot: int


@dataclass(frozen=True)
class Guide:
    """A competency with its five levels, for the people who rate an interview."""

    title: str
    definition: str
    bars: tuple[str, ...]


@dataclass(frozen=True)
class RankedContent:
    """A ranked report."""

    facts: Facts
    summary: Summary
    table: tuple[TablePage, ...]
    cut: tuple[CutRow, ...]
    people: tuple[PersonPage, ...]
    guide: tuple[Guide, ...]
    appendix: Appendix
    note_letters: Mapping[str, str]
    listing: "Listing | None" = None


@dataclass(frozen=True)
class Listing:
    """What a shortened table holds: the first ``top`` and the ``beside`` they cannot be told from.

    ``left_out`` people with a rank, ``unplaced`` without one are not in it.
    """

    top: int
    beside: int
    left_out: int
    unplaced: int


@dataclass(frozen=True)
class CandidateContent:
    """One person's report: nobody else is in it."""

    facts: Facts
    person: PersonPage
    guide: tuple[Guide, ...]
    appendix: Appendix


@dataclass(frozen=True)
class ComparedPerson:
    """One column of a comparison."""

    name: str
    code: str
    place: Place | None
    fit: Reading | None
    headlines: tuple[Reading | None, ...]
    added: tuple[float | None, ...]
    total: float | None
    style: tuple[tuple[str, Reading | None], ...]
    style_positions: tuple[StylePosition, ...]
    coverage: float
    flags: tuple[str, ...]

    @property
    def style_words(self) -> str:
        """The style strip in words, for those who cannot see it."""
        return style_words(self.style)


@dataclass(frozen=True)
class ComparisonContent:
    """Two to five people side by side, in an order that says nothing.

    ``steps`` (title, weight) name what ``added`` of each person has, in its order, shown points
    in tenths that add up to ``total``, None not measured. ``same_evidence``: all rest on as much.
    """

    facts: Facts
    people: tuple[ComparedPerson, ...]
    steps: tuple[tuple[str, float], ...]
    pairs: tuple[Pair, ...]
    same_evidence: bool
    appendix: Appendix


@dataclass(frozen=True)
class InterviewContent:
    """Questions and rating boxes for several people; no score is in it."""

    facts: Facts
    guides: tuple[PersonGuide, ...]
    follow_ups: tuple[str, ...]
    guide: tuple[Guide, ...]


Content = RankedContent | CandidateContent | ComparisonContent | InterviewContent
