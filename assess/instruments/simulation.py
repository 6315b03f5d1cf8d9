"""Simulated candidates for demonstrations: answers drawn from the calibrated model.

Nobody here is real, and whatever is made of these answers must say so. The seven competencies of
a person are drawn with the reference correlations, once as the judgement part and once as the
rating part; the two parts of a competency correlate .30 (assumed, as the scoring assumes). Scales
behind no competency are independent of the rest. Rating answers follow the graded response model
with the shipped calibration (an uncalibrated scale: slope 1.2, thresholds evenly from -2 to 2);
judgement answers follow the honest-rater model, with an accuracy that grows with the competencies
an option is evidence of. Most/least answers follow the Thurstonian model with equal statements
(loading .8 with the statement's sign, unique SD .6, equal intercepts); the four styles correlate
-.5 where they are opposites, D with S and I with C, else 0 (assumed), and nothing else.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument, Scale
from assess.instruments.most_least import style_key
from assess.psychometrics.irt import GradedItems, draw_categories
from assess.psychometrics.thurstonian_model import ForcedChoiceItems
from assess.psychometrics.thurstonian_simulation import draw_most_least, draw_traits
from assess.selection.demand import COMPETENCIES

FloatArray = NDArray[np.float64]

_PARTS_CORRELATE: Final = 0.30
_SLOPE_ASSUMED: Final = 1.2
_THRESHOLDS_ASSUMED: Final = (-2.0, 2.0)
_LOADING_ASSUMED: Final = 0.8
_UNIQUE_ASSUMED: Final = 0.6
_STYLES_CORRELATE: Final = (
    (1.0, 0.0, -0.5, 0.0),
    (0.0, 1.0, 0.0, -0.5),
    (-0.5, 0.0, 1.0, 0.0),
    (0.0, -0.5, 0.0, 1.0),
)
_ACCURACY: Final = 0.60
_ACCURACY_PER_SD: Final = 0.15


def simulate_answers(
    catalogue: Catalogue, battery: tuple[str, ...], n: int, rng: np.random.Generator
) -> Mapping[str, FloatArray]:
    """Answers of ``n`` simulated people to each instrument of ``battery``, (n, J) each.

    Columns are in the order of the instrument's items; nobody leaves a blank. Rating answers are
    whole numbers of the answer range, in the wording's direction (reversed items stay reversed).
    Raises NotFound for an instrument the catalogue does not have.
    """
    judged, rated = true_scores(catalogue, n, rng)
    answers = {}
    for key in battery:
        instrument = catalogue.instrument(key)
        if instrument.kind == "judgement":
            answers[key] = _judgements(instrument, judged, rng)
        elif instrument.kind == "most_least":
            answers[key] = _marks(instrument, n, rng)
        else:
            answers[key] = _ratings(catalogue, instrument, rated, rng)
    return answers


def true_scores(
    catalogue: Catalogue, n: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Draw the competencies of ``n`` people, (n, 7) as judgement parts and as rating parts."""
    reference = np.array(catalogue.reference.matrix)
    both = np.kron([[1.0, _PARTS_CORRELATE], [_PARTS_CORRELATE, 1.0]], reference)
    drawn = rng.multivariate_normal(
        np.zeros(2 * len(COMPETENCIES)), both, size=n, method="cholesky"
    )
    return drawn[:, : len(COMPETENCIES)], drawn[:, len(COMPETENCIES) :]


def _ratings(
    catalogue: Catalogue, instrument: Instrument, rated: FloatArray, rng: np.random.Generator
) -> FloatArray:
    behind = {c.scale: COMPETENCIES.index(c.code) for c in catalogue.competencies if c.scale}
    answers = np.full((len(rated), len(instrument.items)), np.nan)
    for scale in instrument.scales:
        column = behind.get(scale.name)
        theta = rng.standard_normal(len(rated)) if column is None else rated[:, column]
        points = instrument.low + draw_categories(graded_items(instrument, scale), theta, rng)
        for (item, sign), drawn in zip(scale.items, points.T, strict=True):
            said = drawn if sign > 0 else instrument.low + instrument.high - drawn
            answers[:, instrument.item_ids.index(item)] = said
    return answers


def graded_items(instrument: Instrument, scale: Scale) -> GradedItems:
    """Give a scale's calibrated items, or those assumed of an uncalibrated one."""
    if scale.calibrated and instrument.calibration is not None:
        found = instrument.calibration.scales[scale.name].parameters
        return GradedItems(
            np.array([item.slope for item in found]), np.array([item.thresholds for item in found])
        )
    steps = np.linspace(*_THRESHOLDS_ASSUMED, instrument.high - instrument.low)
    n = len(scale.items)
    return GradedItems(np.full(n, _SLOPE_ASSUMED), np.tile(steps, (n, 1)))


def _judgements(instrument: Instrument, judged: FloatArray, rng: np.random.Generator) -> FloatArray:
    keys = [instrument.option_keys[item] for item in instrument.item_ids]
    points = np.array([key.points for key in keys])
    ideal = (points - points.mean()) / points.std()
    weights = np.array([[key.competencies.get(c, 0.0) for c in COMPETENCIES] for key in keys])
    ability = judged @ (weights / weights.sum(axis=1, keepdims=True)).T
    accuracy = np.clip(_ACCURACY + _ACCURACY_PER_SD * ability, 0, 0.98)
    noise = rng.standard_normal(accuracy.shape)
    view = accuracy * ideal + np.sqrt(1 - accuracy**2) * noise
    middle = rng.normal(3.0, 0.35, size=(len(judged), 1))
    spread = rng.lognormal(np.log(1.15), 0.20, size=(len(judged), 1))
    ratings: FloatArray = np.clip(np.rint(middle + spread * view), instrument.low, instrument.high)
    return ratings


def _marks(instrument: Instrument, n: int, rng: np.random.Generator) -> FloatArray:
    """Draw most and least of each block, as places from 1, side by side."""
    traits, signs = style_key(instrument)
    items = ForcedChoiceItems(
        traits,
        intercepts=np.zeros(traits.shape),
        loadings=_LOADING_ASSUMED * signs,
        unique=np.full(traits.shape, _UNIQUE_ASSUMED),
    )
    theta = draw_traits(np.array(_STYLES_CORRELATE), n, rng)
    most, least = draw_most_least(items, theta, rng)
    drawn: FloatArray = np.stack([most, least], axis=2).reshape(n, -1) + instrument.low
    return drawn
