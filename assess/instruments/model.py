"""Instruments, competencies and call drivers as frozen data.

In a rating instrument a block is a handful of statements and an item is one statement. In a
judgement instrument a block is one scenario and an item is one response to be rated, its id the
scenario's and the response's joined by a dot ("sjt-001.a"). In a most/least instrument a block is
four statements of one style each, and what is answered are its two marks ("dt-01.most" and
"dt-01.least"), each with the place, from 1, of the statement it names.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from assess.errors import NotFound
from assess.selection.demand import COMPETENCIES

if TYPE_CHECKING:
    from assess.instruments.wording import Wording

Kind = Literal["rating", "judgement", "most_least"]

TOTAL = "total"
"""The name of a judgement instrument's score over the whole form."""

MARKS = ("most", "least")
"""What is answered of each block of a most/least instrument."""


@dataclass(frozen=True)
class Item:
    """One statement, or one response of a scenario: what a person answers.

    A statement of a most/least block has its ``style`` and its ``sign``, +1 or -1, for it.
    """

    id: str
    text: str
    style: str | None = None
    sign: int = 1


@dataclass(frozen=True)
class OptionKey:
    """What experts say of one response, and what it is evidence of.

    ``points`` on the instrument's answer range; ``sd`` between the experts, None until several
    have rated; ``competencies`` maps a code to its weight; ``why`` is for reviewers only. An
    option that was ``dropped``, because experts disagree on it, is shown and rated like the
    others and counts nowhere.
    """

    points: float
    sd: float | None
    competencies: Mapping[str, float]
    why: str
    dropped: bool = False


@dataclass(frozen=True)
class Block:
    """Items shown together. ``explanation`` is shown after a practice block, and only there."""

    id: str
    scenario: str | None
    items: tuple[Item, ...]
    call_driver: str | None = None
    channel: str | None = None
    customer_state: str | None = None
    explanation: str | None = None


def block_item_ids(kind: Kind, block: Block) -> tuple[str, ...]:
    """Give the ids of what is answered in one block: its items, or of statements their marks."""
    if kind == "most_least":
        return tuple(f"{block.id}.{mark}" for mark in MARKS)
    return tuple(item.id for item in block.items)


@dataclass(frozen=True)
class AssumedNorm:
    """Mean, SD and reliability of an item mean that are stated, not measured."""

    mean: float
    sd: float
    reliability: float
    note: str


@dataclass(frozen=True)
class Scale:
    """A scored set of items with their signs, +1 or -1; ``assumed`` only while uncalibrated."""

    name: str
    title: str
    items: tuple[tuple[str, int], ...]
    calibrated: bool
    low_end: str
    high_end: str
    assumed: AssumedNorm | None = None

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The items in the order of the key."""
        return tuple(item for item, _ in self.items)

    @property
    def signs(self) -> tuple[int, ...]:
        """The items' signs, in the same order."""
        return tuple(sign for _, sign in self.items)


@dataclass(frozen=True)
class ItemParameters:
    """Graded-response slope and ascending thresholds of one item, in its keyed direction.

    A threshold that does not exist is NaN. The errors are standard errors, None where nobody
    knows them: of an item held fixed, of a threshold that does not exist, in an older file.
    """

    item: str
    sign: int
    slope: float
    thresholds: tuple[float, ...]
    slope_error: float | None = None
    threshold_errors: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class ScaleCalibration:
    """One scale's parameters, in the order of its items, and how well they fit.

    ``anchored`` items were held fixed; the people who answered then have ``latent_mean`` and
    ``latent_sd`` on the anchors' scale, with standard errors. Without them theta is N(0, 1).
    """

    log_likelihood: float
    parameters: tuple[ItemParameters, ...]
    anchored: tuple[str, ...] = ()
    latent_mean: float = 0.0
    latent_sd: float = 1.0
    latent_mean_error: float | None = None
    latent_sd_error: float | None = None


@dataclass(frozen=True)
class AnchorSource:
    """The earlier calibration whose scale is kept: the instrument's version, and the file's own.

    ``sha256`` is the file's, in hex.
    """

    version: str
    date: str
    engine: str
    persons: int
    sha256: str


@dataclass(frozen=True)
class AnchorFile:
    """What an earlier calibration gives to a new one.

    ``reference_group`` is still the group in which theta is N(0, 1); ``scales`` hold the items
    that stand in both, in the order of the new key.
    """

    source: AnchorSource
    reference_group: str
    scales: Mapping[str, tuple[ItemParameters, ...]]


@dataclass(frozen=True)
class Calibration:
    """Item parameters with what is needed to make them again.

    ``persons`` answered; ``reference_group`` is the group in which theta is N(0, 1): the same
    people, or with ``anchors`` the people of the calibration whose scale is kept.
    """

    date: str
    engine: str
    persons: int
    source: str
    reference_group: str
    answers_sha256: str
    scales: Mapping[str, ScaleCalibration]
    anchors: AnchorSource | None = None

    @property
    def label(self) -> str:
        """One line that names this calibration on reports and snapshots."""
        label = f"calibrated {self.date} on N = {self.persons}, engine {self.engine}"
        if self.anchors is None:
            return label
        return f"{label}, anchored to that of {self.anchors.date} on N = {self.anchors.persons}"


@dataclass(frozen=True)
class CompetencyNorm:
    """Mean and SD of a judgement score, and its reliability; ``options`` carry the score."""

    mean: float
    sd: float
    reliability: float
    options: int


@dataclass(frozen=True)
class JudgementNormFile:
    """The norm of one form: competency norms, the total's, and the error correlations.

    ``error_correlation`` is 7 x 7 in the order of COMPETENCIES.
    """

    kind: Literal["simulated", "measured"]
    provisional: bool
    n: int
    seed: int
    engine: str
    date: str
    reference_group: str
    key_sha256: str
    competencies: Mapping[str, CompetencyNorm]
    total: CompetencyNorm
    error_correlation: tuple[tuple[float, ...], ...]

    @property
    def label(self) -> str:
        """One line that names this norm on reports and snapshots."""
        state = ", provisional" if self.provisional else ""
        return f"{self.kind} norm of {self.date}, N = {self.n}, engine {self.engine}{state}"


@dataclass(frozen=True)
class Instrument:
    """A published questionnaire, with the files' digest that names it exactly."""

    key: str
    version: str
    kind: Kind
    title: str
    purpose: str
    instruction: str
    labels: tuple[str, ...]
    low: int
    high: int
    blocks: tuple[Block, ...]
    practice: Block
    scales: tuple[Scale, ...]
    option_keys: Mapping[str, OptionKey]
    calibration: Calibration | None
    norm: JudgementNormFile | None
    digest: str
    provisional: bool
    language: str = "en"
    form: str | None = None
    """The letter of the form, where the folder holds a bank and forms of it."""
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The forms of a whole bank: their letters and blocks. Empty in a form itself."""
    wordings: Mapping[str, "Wording"] = field(default_factory=dict)
    """The translations there are, by language; whether one is whole, `wording.languages` says."""

    @property
    def staff_title(self) -> str:
        """The title with the form, for those who choose a form; candidates read ``title``."""
        return self.title if self.form is None else f"{self.title}, form {self.form.upper()}"

    @property
    def folder_key(self) -> str:
        """The key of the folder it comes from: a form's without its letter."""
        return self.key if self.form is None else self.key.removesuffix(f"-{self.form}")

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Everything that is answered, in the order shown: items, or the marks of blocks."""
        if self.kind == "most_least":
            return tuple(
                Item(mark, words)
                for block in self.blocks
                for mark, words in zip(self.block_item_ids(block), self.labels, strict=True)
            )
        return tuple(item for block in self.blocks for item in block.items)

    def block_item_ids(self, block: Block) -> tuple[str, ...]:
        """Give the ids of what is answered in one block of it, practice included."""
        return block_item_ids(self.kind, block)

    @cached_property
    def item_ids(self) -> tuple[str, ...]:
        """The ids of every scored item, in the order shown: the columns of an answer table."""
        return tuple(item.id for item in self.items)

    @cached_property
    def scale_names(self) -> tuple[str, ...]:
        """The names of its scores: the scales, or the seven competencies and the total."""
        if self.kind == "judgement":
            return (*COMPETENCIES, TOTAL)
        return tuple(scale.name for scale in self.scales)

    def item(self, item_id: str) -> Item:
        """Give one item, or raise NotFound."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise NotFound(f"The instrument {self.key} has no item {item_id}.")


@dataclass(frozen=True)
class Competency:
    """One of the seven: its behaviour at five levels, its probe and its evidence.

    ``scale`` is the rating scale that is its second part; the judgement part has its code.
    """

    code: str
    title: str
    definition: str
    bars: tuple[str, str, str, str, str]
    probe: str
    scale: str | None
    low_words: str
    high_words: str


@dataclass(frozen=True)
class CallDriver:
    """A reason customers call; ``ratings`` 0 to 5 per competency, ``style_targets`` 0 to 100."""

    code: str
    title: str
    emotional_load: float
    ratings: Mapping[str, float]
    style_targets: Mapping[str, float]
    channels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Index:
    """A headline index of every report: a competency under the name people know."""

    competency: str
    title: str


@dataclass(frozen=True)
class Style:
    """One letter of the DISC-style strip and the rating scale behind it."""

    letter: str
    scale: str
    title: str


@dataclass(frozen=True)
class Prior:
    """What the whole occupation asks: weights (7,) in the order of COMPETENCIES, with source."""

    weights: tuple[float, ...]
    source: str
    attribution: str


@dataclass(frozen=True)
class ReferenceCorrelations:
    """Correlations of the competencies (7, 7), and how each pair came by its value."""

    matrix: tuple[tuple[float, ...], ...]
    source: str
    provisional: bool
    estimated: tuple[tuple[str, str], ...]
    """The pairs that are estimated from answers; every other pair is assumed."""
