"""Calibration of the graded response model: marginal maximum likelihood by EM.

Bock-Aitkin EM on 61 nodes over -6..6 with an N(0, 1) prior (see ``graded_em``). With anchors,
items held at the parameters of an earlier calibration, the prior's mean and SD are estimated
instead: the anchors fix the scale's zero and unit, so that scores stay comparable.

Source: Bock & Aitkin (1981), Psychometrika 46(4), 443-459; Samejima (1969); for anchoring Kim
(2006), Journal of Educational Measurement 43(4), 355-381 (fixed parameter calibration).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from assess.psychometrics.graded_em import Design, State, climb, design_of, expect, one_hot
from assess.psychometrics.irt import GradedItems

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

SPARSE_BELOW: Final = 10
"""A category with fewer answers than this is estimated, and reported as sparse."""

_LEAST_ITEMS: Final = 3
_FEW_ANCHORS: Final = 3
_FAR: Final = 3.0
"""A latent mean further out, in SDs of the anchors' scale, nears the end of the grid."""


@dataclass(frozen=True)
class Anchors:
    """Items held fixed: their ``places`` among the columns, and their parameters, (A,) each.

    Raises ValueError when the numbers do not fit or a place repeats.
    """

    places: tuple[int, ...]
    items: GradedItems

    def __post_init__(self) -> None:
        if len(self.places) != self.items.n_items or len(set(self.places)) != len(self.places):
            raise ValueError(f"places {self.places} do not fit {self.items.n_items} anchors")


@dataclass(frozen=True)
class GradedCalibration:
    """What a calibration found, and how far it may be trusted.

    ``items`` slopes and thresholds in SD units of theta · ``log_likelihood`` marginal, in nats ·
    ``iterations`` EM cycles run · ``converged`` whether every parameter came to rest ·
    ``n_persons`` people with at least one answer · ``sparse`` (item index, category, answers)
    of each category with under 10 answers, 0 included · ``latent_mean`` and ``latent_sd`` of
    these people on the anchors' scale (0 and 1, by definition, without anchors) ·
    ``anchored`` the indices of the items held fixed.
    """

    items: GradedItems
    log_likelihood: float
    iterations: int
    converged: bool
    n_persons: int
    sparse: tuple[tuple[int, int, int], ...]
    latent_mean: float = 0.0
    latent_sd: float = 1.0
    anchored: tuple[int, ...] = ()

    @property
    def flags(self) -> tuple[str, ...]:
        """What a reader must know before using it: not-converged, sparse, few-anchors, far-off.

        far-off: the people's mean lies over 3 SDs from the anchors' zero, near the grid's end.
        """
        raised = {
            "not-converged": not self.converged,
            "sparse": bool(self.sparse),
            "few-anchors": 0 < len(self.anchored) < _FEW_ANCHORS,
            "far-off": abs(self.latent_mean) > _FAR,
        }
        return tuple(flag for flag, is_raised in raised.items() if is_raised)

    def sparse_warnings(self, names: Sequence[str]) -> tuple[str, ...]:
        """Give a line for each sparse category that calls the item by its name.

        ``names`` (J,) are the items'. Raises ValueError when their number does not fit.
        """
        if len(names) != self.items.n_items:
            raise ValueError(f"{len(names)} names do not fit {self.items.n_items} items")
        return tuple(
            f"{names[item]}: category {category} has {count} "
            f"{'answer' if count == 1 else 'answers'}, fewer than {SPARSE_BELOW}; "
            "its thresholds are uncertain"
            for item, category, count in self.sparse
        )


def calibrate_graded(
    categories: FloatArray,
    n_categories: int,
    *,
    anchors: Anchors | None = None,
    tolerance: float = 1e-5,
    max_iterations: int = 2000,
) -> GradedCalibration:
    """Estimate slopes and thresholds from ``categories`` (n, J): 0..K-1, NaN missing.

    No category that has an answer is collapsed. One that has none leaves a NaN threshold (see
    ``irt``). ``tolerance`` is the largest change of any slope or intercept in one cycle.
    A calibration that does not come to rest is returned with ``converged`` false.

    Identification: without ``anchors`` theta is N(0, 1) in these people; with them their
    parameters are held, theta's mean and SD in these people are free, and the other items come
    out in the anchors' units.
    Raises ValueError for an impossible category, fewer than three items, an item answered in
    fewer than two categories, anchors nobody answered, or an item that runs against its scale
    (slope not positive).
    """
    answers = _checked(categories, n_categories)
    counts = (answers[:, :, None] == np.arange(n_categories)).sum(axis=0)
    free = _free_items(counts, anchors)
    _refuse_constant_items(counts, free)
    design = design_of(counts > 0, free)
    indicators = one_hot(answers, n_categories)
    start = _starting_values(answers, counts, design, anchors)
    state, cycle, converged = climb(
        indicators, design, start, tolerance=tolerance, max_iterations=max_iterations
    )
    sparse = np.argwhere((counts < SPARSE_BELOW) & free[:, None])
    return GradedCalibration(
        items=_items(state, anchors),
        log_likelihood=expect(indicators, state).log_likelihood,
        iterations=cycle,
        converged=converged,
        n_persons=len(answers),
        sparse=tuple((int(j), int(k), int(counts[j, k])) for j, k in sparse),
        latent_mean=state.mean,
        latent_sd=state.sd,
        anchored=tuple(sorted(anchors.places)) if anchors else (),
    )


def _checked(categories: FloatArray, n_categories: int) -> FloatArray:
    """Give the answers of people who gave any, or refuse what no calibration can use."""
    categories = np.asarray(categories, dtype=np.float64)
    if n_categories < 2:
        raise ValueError(f"an item needs at least 2 categories, not {n_categories}")
    if categories.ndim != 2 or categories.shape[1] < _LEAST_ITEMS:
        raise ValueError(
            f"a calibration needs persons x at least {_LEAST_ITEMS} items, got {categories.shape}"
        )
    known = ~np.isnan(categories)
    whole = categories == np.rint(categories)
    possible = whole & (categories >= 0) & (categories < n_categories)
    if (known & ~possible).any():
        person, item = np.argwhere(known & ~possible)[0]
        raise ValueError(
            f"person {person}, item {item}: no category {categories[person, item]:g}, "
            f"they run from 0 to {n_categories - 1}"
        )
    return categories[known.any(axis=1)]


def _free_items(counts: NDArray[np.int64], anchors: Anchors | None) -> BoolArray:
    """Which items are to be estimated, (J,); refuses anchors that fix no scale."""
    free = np.ones(len(counts), dtype=np.bool_)
    if anchors is None:
        return free
    places = np.array(anchors.places, dtype=np.int64)
    if ((places < 0) | (places >= len(counts))).any():
        raise ValueError(f"anchors at {anchors.places}: the items run from 0 to {len(counts) - 1}")
    if anchors.items.n_categories != counts.shape[1]:
        raise ValueError(
            f"anchors of {anchors.items.n_categories} categories do not fit {counts.shape[1]}"
        )
    if not ((counts[places] > 0).sum(axis=1) > 1).any():
        raise ValueError("not identified: no anchor was answered in two categories or more")
    free[places] = False
    return free


def _refuse_constant_items(counts: NDArray[np.int64], free: BoolArray) -> None:
    """Refuse an item whose answers, if any, are all the same: nothing can be learnt from it."""
    for item, used in enumerate((counts > 0).sum(axis=1)):
        if free[item] and used < 2:
            raise ValueError(
                f"item {item}: its answers fall in {used} of the categories; "
                "it takes at least 2 to calibrate it"
            )


def _starting_values(
    answers: FloatArray,
    counts: NDArray[np.int64],
    design: Design,
    anchors: Anchors | None,
) -> State:
    """Slopes from item-rest correlations, intercepts that give the observed category shares.

    Anchors start, and stay, at their own parameters.
    """
    slopes = _starting_slopes(answers)
    at_least = counts[:, ::-1].cumsum(axis=1)[:, ::-1]
    share = at_least[:, 1:] / np.maximum(at_least[:, :1], 1)
    exists = np.zeros(share.shape, dtype=np.bool_)
    exists[design.free] = design.exists
    # Theta's spread flattens a logistic curve by about this factor (1.7: logistic to normal).
    spread = np.sqrt(1 + (slopes / 1.7) ** 2)[:, None]
    intercepts = np.where(exists, logit(np.where(exists, share, 0.5)) * spread, np.nan)
    if anchors is not None:
        held = list(anchors.places)
        slopes[held] = anchors.items.slopes
        intercepts[held] = -anchors.items.slopes[:, None] * anchors.items.thresholds
    return State(slopes, intercepts)


def _starting_slopes(answers: FloatArray) -> FloatArray:
    """Slopes (J,) of a normal ogive whose loadings are the item-rest correlations."""
    centred = answers - np.nanmean(np.where(np.isnan(answers).all(axis=0), 0.0, answers), axis=0)
    centred = np.nan_to_num(centred)
    rest = centred.sum(axis=1, keepdims=True) - centred
    scale = np.sqrt((centred**2).sum(axis=0) * (rest**2).sum(axis=0))
    related = (centred * rest).sum(axis=0) / np.where(scale > 0, scale, 1.0)
    loading = np.clip(1.1 * related, 0.2, 0.9)
    return np.asarray(1.7 * loading / np.sqrt(1 - loading**2), dtype=np.float64)


def _items(state: State, anchors: Anchors | None) -> GradedItems:
    """Turn intercepts into thresholds, refusing an item that runs against its scale."""
    for item, slope in enumerate(state.slopes):
        if not slope > 0:
            raise ValueError(
                f"item {item}: runs against the rest of its scale (slope {slope:.3f}); "
                "check its sign in the key"
            )
    thresholds = -state.intercepts / state.slopes[:, None]
    if anchors is not None:
        # Exactly as given: a division does not undo a multiplication to the last digit.
        thresholds[list(anchors.places)] = anchors.items.thresholds
    return GradedItems(state.slopes, thresholds)
