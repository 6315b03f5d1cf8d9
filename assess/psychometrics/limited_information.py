"""Whether one trait explains a scale's answers: the C2 statistic, RMSEA, SRMSR, TLI and CFI.

C2 compares observed with expected shares at or above each category (one margin for each
threshold) and mean products of two items' scores (one for each pair): few enough numbers to have
a known distribution where the full table of answers is all but empty.

Source: Cai & Monroe (2014), A new statistic for evaluating item response theory models for
ordinal data (CRESST Report 839); Maydeu-Olivares & Joe (2006), Psychometrika 71(4), 713-732.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import chi2, ncx2

from assess.psychometrics.graded_em import log_weights
from assess.psychometrics.irt import GRID, GradedItems

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_LEAST_ITEMS: Final = 4
_LEAST_PEOPLE: Final = 2


@dataclass(frozen=True)
class ModelFit:
    """How far the answers are from what the model expects.

    ``statistic`` C2, chi-square with ``df`` and ``p`` if the model holds · ``rmsea`` misfit for
    each degree of freedom, with its 90 % interval · ``srmsr`` root mean square residual
    correlation · ``tli``, ``cfi`` gain over items that have nothing in common · ``n_persons``
    people who answered every item: the others are left out (flag left-out).
    """

    statistic: float
    df: int
    p: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmsr: float
    tli: float
    cfi: float
    n_persons: int
    flags: tuple[str, ...]


@dataclass(frozen=True)
class _Margins:
    """Each item's chances at the nodes, and their change with its own parameters.

    ``at_least`` (Q, J, K-1) of a category or higher, thresholds that do not exist last and 0;
    ``change`` (Q, J, K-1, K) by slope and intercepts; ``weights`` (Q,) of the nodes;
    ``exists`` (J, K-1).
    """

    at_least: FloatArray
    change: FloatArray
    weights: FloatArray
    exists: BoolArray


def model_fit(categories: FloatArray, items: GradedItems) -> ModelFit:
    """Give C2 and its indices for ``items`` calibrated from ``categories`` (n, J), NaN missing.

    Raises ValueError with fewer than four items (no degree of freedom is left), fewer than two
    people who answered all of them, or answers that do not fit the items.
    """
    answers, n_left_out = _complete(categories, items)
    margins = _margins(items)
    codes = _told_apart(answers, items)
    reached = codes[:, :, None] > np.arange(margins.exists.shape[1])
    shares = reached.mean(axis=0)[margins.exists]
    pairs = np.triu_indices(items.n_items, 1)
    products = (codes.T @ codes / len(codes))[pairs]
    observed = np.concatenate([shares, products])
    statistic, df = _statistic(observed, margins, len(codes), _jacobian(margins))
    null = _independent(reached.mean(axis=0), margins.exists)
    null_statistic, null_df = _statistic(observed, null, len(codes), _threshold_jacobian(null))
    low, high = _noncentrality(statistic, df)
    per = df * (len(codes) - 1)
    return ModelFit(
        statistic=statistic,
        df=df,
        p=float(chi2.sf(statistic, df)),
        rmsea=float(np.sqrt(max(statistic - df, 0.0) / per)),
        rmsea_low=float(np.sqrt(low / per)),
        rmsea_high=float(np.sqrt(high / per)),
        srmsr=_residual_correlation(codes, margins),
        tli=(null_statistic / null_df - statistic / df) / (null_statistic / null_df - 1),
        cfi=1 - max(statistic - df, 0.0) / max(null_statistic - null_df, statistic - df, 1e-12),
        n_persons=len(codes),
        flags=("left-out",) if n_left_out else (),
    )


def _complete(categories: FloatArray, items: GradedItems) -> tuple[FloatArray, int]:
    """Answers of people who answered every item, and how many did not; refuses the impossible."""
    categories = np.asarray(categories, dtype=np.float64)
    if categories.ndim != 2 or categories.shape[1] != items.n_items:
        raise ValueError(f"{categories.shape} answers do not fit {items.n_items} items")
    if items.n_items < _LEAST_ITEMS:
        raise ValueError(f"C2 needs at least {_LEAST_ITEMS} items, got {items.n_items}")
    whole = ~np.isnan(categories).any(axis=1)
    answers = categories[whole]
    if len(answers) < _LEAST_PEOPLE:
        raise ValueError(f"{len(answers)} people answered every item: too few")
    possible = np.isin(answers, np.arange(items.n_categories))
    if not possible.all():
        raise ValueError(f"no category {answers[~possible][0]:g}")
    return answers, int((~whole).sum())


def _told_apart(answers: FloatArray, items: GradedItems) -> FloatArray:
    """Score answers (n, J) by how many existing thresholds lie under them."""
    exists = ~np.isnan(items.thresholds)
    under = np.concatenate([np.zeros((items.n_items, 1)), exists.cumsum(axis=1)], axis=1)
    return np.asarray(under[np.arange(items.n_items), answers.astype(np.int64)], dtype=np.float64)


def _margins(items: GradedItems) -> _Margins:
    """Give the model's chances on the grid, weighted N(0, 1)."""
    # NaN sorts last, which packs the existing thresholds, ascending, to the front.
    thresholds = np.sort(items.thresholds, axis=1)
    exists = ~np.isnan(thresholds)
    at_least = expit(items.slopes[:, None] * (GRID[:, None, None] - thresholds))
    at_least[:, ~exists] = 0.0
    rise = at_least * (1 - at_least)
    change = np.zeros((*at_least.shape, items.n_categories))
    change[..., 0] = rise * GRID[:, None, None]
    for place in range(thresholds.shape[1]):
        change[:, :, place, 1 + place] = rise[:, :, place]
    return _Margins(at_least, change, np.exp(log_weights()), exists)


def _independent(shares: FloatArray, exists: BoolArray) -> _Margins:
    """Give the chances (one node) of items that have nothing in common: the observed shares."""
    n_items, n_thresholds = exists.shape
    change = np.zeros((1, n_items, n_thresholds, n_thresholds + 1))
    for place in range(n_thresholds):
        change[0, :, place, 1 + place] = exists[:, place]
    return _Margins(shares[None], change, np.ones(1), exists)


def _jacobian(margins: _Margins) -> FloatArray:
    """Change of every expected margin with every parameter that exists, (S, P)."""
    weights, change = margins.weights, margins.change
    n_items, n_categories = change.shape[1], change.shape[3]
    single = np.zeros((*margins.exists.shape, n_items, n_categories))
    by_item = np.einsum("q,qjkp->jkp", weights, change)
    for item in range(n_items):
        single[item, :, item] = by_item[item]
    means, moves = margins.at_least.sum(axis=2), change.sum(axis=2)
    first, second = np.triu_indices(n_items, 1)
    double = np.zeros((len(first), n_items, n_categories))
    rows = np.arange(len(first))
    crossed = np.einsum("q,qjp,ql->jlp", weights, moves, means)
    double[rows, first] = crossed[first, second]
    double[rows, second] = crossed[second, first]
    whole = np.concatenate([single[margins.exists], double])
    used = np.column_stack([np.ones(n_items, dtype=np.bool_), margins.exists])
    return np.asarray(whole[:, used])


def _threshold_jacobian(margins: _Margins) -> FloatArray:
    """As ``_jacobian``, of a model whose items have no slope."""
    slopes = np.zeros((margins.exists.shape[0], margins.exists.shape[1] + 1), dtype=np.bool_)
    slopes[:, 0] = True
    used = np.column_stack([np.ones(len(slopes), dtype=np.bool_), margins.exists])
    return np.asarray(_jacobian(margins)[:, ~slopes[used]])


def _expected(margins: _Margins) -> FloatArray:
    """Give expected margins (S,): shares at each threshold, then mean products of pairs."""
    shares = np.einsum("q,qjk->jk", margins.weights, margins.at_least)[margins.exists]
    means = margins.at_least.sum(axis=2)
    crossed = (means * margins.weights[:, None]).T @ means
    return np.concatenate([shares, crossed[np.triu_indices(means.shape[1], 1)]])


def _covariance(margins: _Margins) -> FloatArray:
    """Covariance (S, S) of one person's margins under the model.

    Between nodes from the margins' means; within a node only margins that share an item vary
    together, as items are independent there.
    """
    at_least, weights, exists = margins.at_least, margins.weights, margins.exists
    means = at_least.sum(axis=2)
    # E(x^2) = sum over k of (2 k - 1) P(x >= k), k from 1.
    odd = 2 * np.arange(at_least.shape[2]) + 1
    variances = at_least @ odd - means**2
    first, second = np.triu_indices(means.shape[1], 1)
    conditional = np.concatenate([at_least[:, exists], means[:, first] * means[:, second]], axis=1)
    overall = _expected(margins)
    result = (conditional * weights[:, None]).T @ conditional - np.outer(overall, overall)
    n_single = int(exists.sum())
    owners = np.nonzero(exists)[0]
    for item in range(means.shape[1]):
        pairs = np.flatnonzero((first == item) | (second == item))
        others = means[:, np.where(first[pairs] == item, second[pairs], first[pairs])]
        own = np.flatnonzero(owners == item)
        levels = at_least[:, item, : len(own)]
        inner = _nested(levels, weights)
        result[np.ix_(own, own)] += inner
        # Cov(1[x >= k], x) = sum over l of Cov(1[x >= k], 1[x >= l]).
        with_score = _with_score(levels) * weights[:, None]
        mixed = with_score.T @ others
        result[np.ix_(own, n_single + pairs)] += mixed
        result[np.ix_(n_single + pairs, own)] += mixed.T
        shared = (others * (weights * variances[:, item])[:, None]).T @ others
        result[np.ix_(n_single + pairs, n_single + pairs)] += shared
    both = np.einsum("q,qp,qp->p", weights, variances[:, first], variances[:, second])
    places = n_single + np.arange(len(first))
    result[places, places] += both
    return np.asarray(result)


def _nested(levels: FloatArray, weights: FloatArray) -> FloatArray:
    """Covariance (k, k) within a node of one item's indicators, averaged over the nodes."""
    size = levels.shape[1]
    higher = np.maximum.outer(np.arange(size), np.arange(size))
    joint = np.einsum("q,qk->k", weights, levels)[higher]
    return np.asarray(joint - (levels * weights[:, None]).T @ levels)


def _with_score(levels: FloatArray) -> FloatArray:
    """Covariance (Q, k) within a node of each indicator of an item with the item's score."""
    size = levels.shape[1]
    higher = np.maximum.outer(np.arange(size), np.arange(size))
    joint = levels[:, higher].sum(axis=2)
    return np.asarray(joint - levels * levels.sum(axis=1, keepdims=True))


def _statistic(
    observed: FloatArray, margins: _Margins, n_people: int, jacobian: FloatArray
) -> tuple[float, int]:
    """Give C2 and its degrees of freedom: the residuals no change of parameters explains."""
    df = jacobian.shape[0] - jacobian.shape[1]
    beyond = np.linalg.qr(jacobian, mode="complete")[0][:, jacobian.shape[1] :]
    left = beyond.T @ (observed - _expected(margins))
    spread = beyond.T @ _covariance(margins) @ beyond
    return float(n_people * left @ np.linalg.solve(spread, left)), df


def _noncentrality(statistic: float, df: int) -> tuple[float, float]:
    """Give the noncentralities at which the statistic is the 95th and the 5th percentile."""

    def solved(tail: float) -> float:
        if chi2.cdf(statistic, df) <= tail:
            return 0.0
        high = statistic + 10 * np.sqrt(statistic) + 50
        return float(brentq(lambda at: ncx2.cdf(statistic, df, at) - tail, 1e-12, high))

    return solved(0.95), solved(0.05)


def _residual_correlation(codes: FloatArray, margins: _Margins) -> float:
    """Give the root mean square of observed minus expected correlations of item scores."""
    means, weights = margins.at_least.sum(axis=2), margins.weights
    odd = 2 * np.arange(margins.at_least.shape[2]) + 1
    crossed = (means * weights[:, None]).T @ means
    np.fill_diagonal(crossed, weights @ (margins.at_least @ odd))
    overall = weights @ means
    covariance = crossed - np.outer(overall, overall)
    spread = np.sqrt(np.diagonal(covariance))
    residual = np.corrcoef(codes.T) - covariance / np.outer(spread, spread)
    return float(np.sqrt((residual[np.triu_indices(len(residual), 1)] ** 2).mean()))
