"""Reliability of a scale, classically: alpha, omega, item-rest correlations and errors.

Item points are persons x items in item direction (a high point means much of the scale), NaN
missing. Reliabilities are unitless and at most 1; SDs and errors are in the unit of the score.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.psychometrics.factor import minres, schmid_leiman
from assess.psychometrics.moments import (
    ItemMoments,
    correlation,
    item_moments,
    require_positive_definite,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

GROUP_FACTORS: Final = 3
HIERARCHICAL_ITEMS: Final = 6
"""Fewer items cannot carry three group factors."""


@dataclass(frozen=True)
class Omega:
    """Share of a total's variance that is common, and that is due to the general factor alone.

    ``hierarchical`` is None for one factor; ``loadings`` (k,) on the one or the general factor;
    ``improper`` when a uniqueness stands at its lowest bound (a Heywood case).
    """

    total: float
    hierarchical: float | None
    loadings: FloatArray
    improper: bool


@dataclass(frozen=True)
class ScaleReliability:
    """What is known of the reliability of one scale of k items.

    ``persons`` seen, of whom ``complete`` answered every item; only these count, but for
    ``alpha_pairwise``, which rests on each pair of items answered (NaN when a pair was not).
    ``mean`` and ``sd`` are of the item mean, in answer units, ``sem`` = sd sqrt(1 - alpha) and
    ``see`` = sd sqrt(alpha (1 - alpha)) in the same (NaN for an alpha below 0), while
    ``mean_answered`` and ``sd_answered`` are of each person's mean over what was answered, blanks
    or not; ``item_rest`` (k,) the correlation of each item with the sum of the others; ``omega``
    with one factor, ``omega_groups`` with three group factors, None with too few items, or when
    no solution was found: ``notes`` says why.
    """

    items: int
    persons: int
    complete: int
    alpha: float
    alpha_pairwise: float
    alpha_standardised: float
    lambda6: float
    mean_correlation: float
    omega: Omega | None
    omega_groups: Omega | None
    mean: float
    sd: float
    sem: float
    see: float
    mean_answered: float
    sd_answered: float
    item_rest: FloatArray
    notes: tuple[str, ...]


def cronbach_alpha(points: FloatArray) -> float:
    """Coefficient alpha of item points (n, k); persons with a missing item are left out.

    Raises ValueError when k < 2, fewer than two persons are complete or totals do not vary.
    Source: Cronbach (1951), Psychometrika 16(3), 297-334.
    """
    return alpha_of(_moments(points).covariance())


def alpha_of(covariance: FloatArray) -> float:
    """Coefficient alpha of a covariance (or, standardised, correlation) matrix (k, k).

    Raises ValueError when k < 2 or the total does not vary.
    """
    k, total = len(covariance), float(covariance.sum())
    scale = float(np.diag(covariance).sum())
    if k < 2 or not total > 1e-12 * max(scale, 1.0):
        raise ValueError(f"alpha needs 2+ items and varying totals, got {k} items")
    return k / (k - 1) * (1 - scale / total)


def item_rest_correlations(covariance: FloatArray) -> FloatArray:
    """Correlate each item with the sum of the others, (k,), from the covariances (k, k).

    NaN where an item, or the rest of the scale, does not vary.
    Source: Nunnally & Bernstein (1994), Psychometric Theory, 3rd ed.
    """
    variance = np.diag(covariance)
    shared = covariance.sum(axis=1) - variance
    rest = covariance.sum() - 2 * shared - variance
    product = variance * rest
    return np.asarray(
        np.divide(
            shared, np.sqrt(np.abs(product)), out=np.full(len(shared), np.nan), where=product > 0
        )
    )


def omega_one_factor(correlations: FloatArray) -> Omega:
    """Omega total of one factor: 1 - sum of uniquenesses / sum of the correlations (k, k).

    Raises ValueError for under 3 items or a matrix that is not positive definite.
    Source: McDonald (1999), Test Theory; R psych ``omega(nfactors=1)``, omega.tot.
    """
    found = minres(correlations, 1)
    total = float(correlations.sum())
    improper = bool((found.uniqueness < 0.005 + 1e-6).any())
    return Omega(1 - float(found.uniqueness.sum()) / total, None, found.loadings[:, 0], improper)


def omega_hierarchical(correlations: FloatArray, n_groups: int = GROUP_FACTORS) -> Omega:
    """Omega total and hierarchical by a Schmid-Leiman solution of correlations (k, k).

    Items are taken as keyed: one that loads negatively on the general factor is not turned.
    Raises ValueError for too few items, a matrix that is not positive definite, or a rotation
    that does not settle. Source: Zinbarg, Revelle, Yovel & Li (2005), Psychometrika 70(1); R
    psych ``omega``, minres and oblimin.
    """
    found = schmid_leiman(correlations, n_groups)
    total = float(correlations.sum())
    return Omega(
        1 - float(found.uniqueness.sum()) / total,
        float(found.general.sum()) ** 2 / total,
        found.general,
        found.heywood,
    )


def stratified_alpha(points: FloatArray, strata: IntArray) -> float:
    """Reliability of the sum of several subscales: 1 - sum var_g (1 - alpha_g) / var_total.

    ``points`` (n, k), ``strata`` (k,) a whole number for the subscale of each item.
    Raises ValueError for a subscale of one item, fewer than two complete persons, or a total
    that does not vary. Source: Cronbach, Schönemann & McKie (1965), Educ. Psychol. Meas. 25(2).
    """
    return stratified_alpha_of(_moments(points).covariance(), strata)


def stratified_alpha_of(covariance: FloatArray, strata: IntArray) -> float:
    """Stratified alpha from the covariances (k, k) and the stratum of each item (k,)."""
    strata = np.asarray(strata)
    if strata.shape != (len(covariance),):
        raise ValueError(f"{strata.shape} strata do not fit {len(covariance)} items")
    error = 0.0
    for stratum in np.unique(strata):
        own = covariance[np.ix_(strata == stratum, strata == stratum)]
        error += float(own.sum()) * (1 - alpha_of(own))
    total = float(covariance.sum())
    if not total > 0:
        raise ValueError("stratified alpha needs a total that varies")
    return 1 - error / total


def composite_reliability(
    weights: FloatArray, sds: FloatArray, reliabilities: FloatArray, correlations: FloatArray
) -> float:
    """Reliability of a weighted sum of c scores: 1 - sum w^2 sd^2 (1 - rel) / variance.

    ``weights``, ``sds`` and ``reliabilities`` (c,), ``correlations`` (c, c) of the observed
    scores; errors are taken as uncorrelated.
    Raises ValueError when shapes do not fit, an SD is not positive, a reliability lies outside
    0..1, or the correlations are not positive definite.
    Source: Mosier (1943), Psychometrika 8(3), 161-168.
    """
    weights, sds, reliabilities, correlations = (
        np.asarray(a, dtype=np.float64) for a in (weights, sds, reliabilities, correlations)
    )
    if not weights.shape == sds.shape == reliabilities.shape == correlations.shape[:1]:
        raise ValueError("weights, SDs, reliabilities and correlations do not fit")
    if not ((sds > 0).all() and ((reliabilities >= 0) & (reliabilities <= 1)).all()):
        raise ValueError("SDs must be positive and reliabilities from 0 to 1")
    require_positive_definite(correlations, "the correlation matrix of the scores")
    scaled = weights * sds
    variance = float(scaled @ correlations @ scaled)
    if not variance > 0:
        raise ValueError("the composite does not vary")
    return 1 - float((scaled**2 * (1 - reliabilities)).sum()) / variance


def scale_reliability(points: FloatArray) -> ScaleReliability:
    """Describe the reliability of one scale from its item points (n, k), NaN missing.

    Raises ValueError as ``reliability_from`` does.
    """
    return reliability_from(_moments(points))


def reliability_from(moments: ItemMoments) -> ScaleReliability:
    """Describe the reliability of one scale from the moments of its items.

    Raises ValueError for under 2 items, under 3 complete persons, or an item that does not
    vary among them.
    """
    if moments.complete < 3:
        raise ValueError(
            f"reliability needs 3+ persons who answered every item, got {moments.complete}"
        )
    covariance = moments.covariance()
    correlations = correlation(covariance)
    alpha, k = alpha_of(covariance), len(covariance)
    sd = float(np.sqrt(covariance.sum())) / k
    mean_answered, sd_answered = moments.averages()
    notes: list[str] = []
    return ScaleReliability(
        items=k,
        persons=moments.persons,
        complete=moments.complete,
        alpha=alpha,
        alpha_pairwise=_alpha_pairwise(moments, notes),
        alpha_standardised=alpha_of(correlations),
        lambda6=_lambda6(correlations, notes),
        mean_correlation=float((correlations.sum() - k) / (k * (k - 1))),
        omega=_omega(correlations, 3, notes),
        omega_groups=_omega(correlations, HIERARCHICAL_ITEMS, notes),
        mean=float(moments.mean.mean()),
        sd=sd,
        sem=sd * float(np.sqrt(1 - alpha)),
        see=sd * float(np.sqrt(alpha * (1 - alpha))) if alpha >= 0 else float("nan"),
        mean_answered=mean_answered,
        sd_answered=sd_answered,
        item_rest=item_rest_correlations(covariance),
        notes=tuple(dict.fromkeys(notes)),
    )


def _moments(points: FloatArray) -> ItemMoments:
    """Sum up points about their own means, so that nothing is lost to a large offset."""
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 2:
        raise ValueError(f"points must be persons x items, got {points.shape}")
    answered = np.maximum((~np.isnan(points)).sum(axis=0), 1)
    return item_moments(points, np.nansum(points, axis=0) / answered)


def _alpha_pairwise(moments: ItemMoments, notes: list[str]) -> float:
    try:
        return alpha_of(moments.pairwise_covariance())
    except ValueError as error:
        notes.append(f"no pairwise alpha: {error}")
        return float("nan")


def _lambda6(correlations: FloatArray, notes: list[str]) -> float:
    """Guttman's lambda 6, from the squared multiple correlations; NaN when there are none."""
    try:
        require_positive_definite(correlations, "the correlation matrix of the items")
    except ValueError as error:
        notes.append(str(error))
        return float("nan")
    unexplained = 1.0 / np.diag(np.linalg.inv(correlations))
    return float(1 - unexplained.sum() / correlations.sum())


def _omega(correlations: FloatArray, least: int, notes: list[str]) -> Omega | None:
    """One factor for ``least`` 3 items, three group factors for 6; None when there is none."""
    if len(correlations) < least:
        return None
    find = omega_one_factor if least < HIERARCHICAL_ITEMS else omega_hierarchical
    kind = "one factor" if least < HIERARCHICAL_ITEMS else "group factors"
    try:
        found = find(correlations)
    except ValueError as error:
        notes.append(f"no omega ({kind}): {error}")
        return None
    if found.improper:
        notes.append(f"omega ({kind}): improper, an item has almost no uniqueness")
    return found
