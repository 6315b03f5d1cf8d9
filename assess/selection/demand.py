"""What a contact mix asks of each competency: demand weights and the style target."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

COMPETENCIES = ("EMP", "REG", "OWN", "GUI", "INT", "ESC", "CHN")
"""The competency order of every array in the product."""

_ONET_ROUNDED = np.array([0.138, 0.154, 0.149, 0.126, 0.152, 0.133, 0.147])

ONET_PRIOR: FloatArray = _ONET_ROUNDED / _ONET_ROUNDED.sum()
"""Work-style importance for customer service representatives, mapped on the competencies.

Source: O*NET 29.3, 43-4051.00, USDOL/ETA (CC BY 4.0), modified; sums to 1.
"""
ONET_PRIOR.setflags(write=False)

PRIOR_CONTACTS = 500.0
"""So many contact records weigh as much as the prior."""

HIGHEST_EMPHASIS = 3.0
HIGHEST_RATING = 5.0
MULTIPLIER_RANGE = (0.5, 2.0)

ATTENTION = 3.5
"""From this load-weighted demand on, a low or unsure score is looked at in the interview."""


@dataclass(frozen=True)
class Demand:
    """What the job asks.

    ``load_share`` (D,) is each call driver's share of the emotional workload, summing to 1;
    ``demand`` (7,) the load-weighted rating 0..5 of each competency; ``weights`` (7,) the
    demand weights, summing to 1; ``style_target`` (4,) the D, I, S, C target 0..100.
    """

    load_share: FloatArray
    demand: FloatArray
    weights: FloatArray
    style_target: FloatArray


def demand(
    shares: FloatArray,
    minutes: FloatArray,
    emotional_load: FloatArray,
    ratings: FloatArray,
    style_targets: FloatArray,
    *,
    n_contacts: float = float("inf"),
    emphasis: float = 1.0,
    prior: FloatArray = ONET_PRIOR,
    multipliers: FloatArray | None = None,
    rated: FloatArray | None = None,
) -> Demand:
    """Turn a contact mix into demand weights.

    ``shares`` (D,) of contacts in any unit, ``minutes`` (D,) handling time, ``emotional_load``
    (D,) 0..5, ``ratings`` (D, 7) 0..5, ``style_targets`` (D, 4) 0..100. The load of a driver is
    ``share * minutes * (1 + emphasis * emotional_load / 5)``, so that calm drivers never vanish.
    With ``n_contacts`` records the weights shrink to ``prior`` by 500 / (500 + n); a manager's
    ``multipliers`` (7,), each 0.5 to 2, come last and the weights are scaled to sum to 1 again.
    ``rated`` (7,) 0..5, what people who know the job say it demands as a whole, stands for the
    load-weighted ``ratings`` where it is given.

    Raises ValueError when shapes disagree or a value lies outside its range.
    """
    shares, minutes, emotional_load, ratings, style_targets, prior = (
        np.asarray(values, dtype=np.float64)
        for values in (shares, minutes, emotional_load, ratings, style_targets, prior)
    )
    _check_mix(shares, minutes, emotional_load, ratings, style_targets)
    _check_settings(n_contacts, emphasis, prior)
    load = shares * minutes * (1 + emphasis * emotional_load / HIGHEST_RATING)
    load_share = load / load.sum()
    asked = load_share @ ratings if rated is None else _checked_rated(rated)
    if asked.sum() <= 0:
        raise ValueError("the ratings of the contact mix are all 0: nothing is demanded")
    shrinkage = PRIOR_CONTACTS / (PRIOR_CONTACTS + n_contacts)
    weights = (1 - shrinkage) * asked / asked.sum() + shrinkage * prior / prior.sum()
    weights = weights * _checked_multipliers(multipliers)
    return Demand(
        load_share=load_share,
        demand=asked,
        weights=weights / weights.sum(),
        style_target=load_share @ style_targets,
    )


def agreement(before: FloatArray, after: FloatArray, correlations: FloatArray) -> float:
    """Say how alike two sets of weights (7,) rank people: the correlation of the two fits.

    ``correlations`` (7, 7) are those of the competencies: with R, ``a'Rb / sqrt(a'Ra b'Rb)``.
    It is 1 for the same weights and stays high wherever weights are alike and the competencies
    go together, as composites do (Wilks 1938): it is why few profiles change many ranks.

    Raises ValueError when the shapes disagree or a composite has no variance.
    """
    a, b = np.asarray(before, np.float64), np.asarray(after, np.float64)
    R = np.asarray(correlations, np.float64)
    if a.shape != b.shape or R.shape != (a.size, a.size):
        raise ValueError(f"weights {a.shape}, {b.shape} and correlations {R.shape} disagree")
    spread = float((a @ R @ a) * (b @ R @ b))
    if not spread > 0:
        raise ValueError("weights that are all 0 rank nobody")
    return min(float(a @ R @ b) / float(np.sqrt(spread)), 1.0)


def _check_mix(
    shares: FloatArray,
    minutes: FloatArray,
    emotional_load: FloatArray,
    ratings: FloatArray,
    style_targets: FloatArray,
) -> None:
    """Raise ValueError unless the call drivers' figures agree in shape and range."""
    d = shares.size
    wanted = ((d,), (d,), (d,), (d, len(COMPETENCIES)), (d, 4))
    found = tuple(a.shape for a in (shares, minutes, emotional_load, ratings, style_targets))
    if d == 0 or found != wanted:
        raise ValueError(
            f"shares, minutes, load, ratings and style targets have shapes {found}, not {wanted}"
        )
    _check_range("shares", shares, 0, np.inf)
    _check_range("minutes", minutes, 0, np.inf)
    _check_range("emotional load", emotional_load, 0, HIGHEST_RATING)
    _check_range("ratings", ratings, 0, HIGHEST_RATING)
    _check_range("style targets", style_targets, 0, 100)
    if (shares * minutes).sum() <= 0:
        raise ValueError("the contact mix is empty: shares times minutes sum to 0")


def _check_settings(n_contacts: float, emphasis: float, prior: FloatArray) -> None:
    """Raise ValueError unless shrinkage, emphasis and prior are usable."""
    if not n_contacts >= 0:
        raise ValueError(f"the number of contacts must be 0 or more, got {n_contacts}")
    if not 0 <= emphasis <= HIGHEST_EMPHASIS:
        raise ValueError(f"emphasis must lie in 0..{HIGHEST_EMPHASIS:g}, got {emphasis}")
    if prior.shape != (len(COMPETENCIES),) or not prior.sum() > 0:
        raise ValueError("the prior needs seven weights with a positive sum")
    _check_range("the prior", prior, 0, np.inf)


def _checked_multipliers(multipliers: FloatArray | None) -> FloatArray:
    """Give the manager's multipliers, ones when there are none; ValueError outside 0.5..2."""
    if multipliers is None:
        return np.ones(len(COMPETENCIES))
    checked = np.asarray(multipliers, dtype=np.float64)
    if checked.shape != (len(COMPETENCIES),):
        raise ValueError(f"multipliers need seven values, got shape {checked.shape}")
    _check_range("multipliers", checked, *MULTIPLIER_RANGE)
    return checked


def _checked_rated(rated: FloatArray) -> FloatArray:
    """Give the ratings of the job as a whole; ValueError unless they are seven in 0..5."""
    checked = np.asarray(rated, dtype=np.float64)
    if checked.shape != (len(COMPETENCIES),):
        raise ValueError(f"ratings of the job need seven values, got shape {checked.shape}")
    _check_range("ratings of the job", checked, 0, HIGHEST_RATING)
    return checked


def _check_range(name: str, values: FloatArray, low: float, high: float) -> None:
    """Raise ValueError when a value is missing, infinite or outside ``low``..``high``."""
    if not np.isfinite(values).all() or (values < low).any() or (values > high).any():
        raise ValueError(f"{name} must be numbers in {low:g}..{high:g}")
