"""Scores of simulated people on a battery, drawn without answers: quick, for a preview.

The people are those of `simulation`: the seven competencies drawn with the reference
correlations, once as judgement part and once as rating part, the two correlating .30. What a
questionnaire then says of each is drawn with the error that it has:

* a judgement score, or a calibrated rating scale, of reliability r is a posterior mean:
  m = r theta + sqrt(r (1 - r)) e with error sqrt(1 - r). The judgement scores' r is the norm's,
  and the e of one person correlate over competencies as its errors do; a scale's r is the
  marginal one of its items;
* an uncalibrated scale of assumed reliability r is m = r x with error sqrt(r (1 - r)), x the
  observed score, as Kelley's regression gives it.

Nobody here is real, and whatever is made of these scores must say so.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument, Scale
from assess.instruments.simulation import graded_items, true_scores
from assess.psychometrics.information import marginal_reliability
from assess.selection.demand import COMPETENCIES

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class SimulatedTable:
    """Scores of n people on S scales: ``mean`` and ``error`` (n, S), NaN not scored."""

    scales: tuple[str, ...]
    mean: FloatArray
    error: FloatArray


def simulate_scores(
    catalogue: Catalogue, battery: tuple[str, ...], n: int, rng: np.random.Generator
) -> Mapping[str, SimulatedTable]:
    """Give the scores of ``n`` simulated people on each instrument of ``battery``, by key.

    Everybody has answered all. A picture within the person, and the total of a judgement form,
    are left unscored. Raises NotFound for an instrument the catalogue does not have.
    """
    judged, rated = true_scores(catalogue, n, rng)
    tables = {}
    for key in battery:
        instrument = catalogue.instrument(key)
        if instrument.kind == "judgement":
            mean, error = _judgement(instrument, judged, rng)
        elif instrument.kind == "most_least":
            mean = error = np.full((n, len(instrument.scales)), np.nan)
        else:
            mean, error = _ratings(catalogue, instrument, rated, rng)
        tables[key] = SimulatedTable(instrument.scale_names, mean, error)
    return tables


def _judgement(
    instrument: Instrument, judged: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Give means and errors (n, 8), the total's NaN; all NaN for a form without a norm."""
    mean = np.full((len(judged), len(COMPETENCIES) + 1), np.nan)
    error = mean.copy()
    norm = instrument.norm
    if norm is None:
        return mean, error
    noise = rng.standard_normal(judged.shape) @ _root(np.array(norm.error_correlation)).T
    for place, code in enumerate(COMPETENCIES):
        if code in norm.competencies:
            r = norm.competencies[code].reliability
            mean[:, place] = r * judged[:, place] + np.sqrt(r * (1 - r)) * noise[:, place]
            error[:, place] = np.sqrt(1 - r)
    return mean, error


def _ratings(
    catalogue: Catalogue, instrument: Instrument, rated: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Give means and errors (n, S); scales behind no competency are independent of the rest."""
    behind = {one.scale: COMPETENCIES.index(one.code) for one in catalogue.competencies}
    mean = np.full((len(rated), len(instrument.scales)), np.nan)
    error = mean.copy()
    for place, scale in enumerate(instrument.scales):
        column = behind.get(scale.name)
        theta = rng.standard_normal(len(rated)) if column is None else rated[:, column]
        noise = rng.standard_normal(theta.size)
        mean[:, place], error[:, place] = _observed(instrument, scale, theta, noise)
    return mean, error


def _observed(
    instrument: Instrument, scale: Scale, theta: FloatArray, noise: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give what a scale says of people (n,): mean and error, NaN where nothing scores it."""
    if scale.calibrated and instrument.calibration is not None:
        r = marginal_reliability(graded_items(instrument, scale))
        return r * theta + np.sqrt(r * (1 - r)) * noise, np.full(theta.size, np.sqrt(1 - r))
    if scale.assumed is None:
        return np.full(theta.size, np.nan), np.full(theta.size, np.nan)
    r = scale.assumed.reliability
    observed = np.sqrt(r) * theta + np.sqrt(1 - r) * noise
    return r * observed, np.full(theta.size, np.sqrt(r * (1 - r)))


def _root(matrix: FloatArray) -> FloatArray:
    """Give A with A A' the matrix, which may be singular or a rounding below it."""
    values, vectors = np.linalg.eigh(matrix)
    root: FloatArray = vectors * np.sqrt(np.maximum(values, 0.0))
    return root
