"""Item fit: S-X2, observed against expected answers at each sum score; and Q3, what items share.

Both say which item is out of place; ``limited_information`` says whether the scale as a whole is.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from assess.psychometrics.graded_em import log_weights
from assess.psychometrics.irt import GRID, GradedItems, category_log_probabilities
from assess.psychometrics.theta import eap

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LEAST_EXPECTED: Final = 1.0
"""Cells in which fewer people are expected are put together with a neighbour."""
DEPENDENT_ABOVE: Final = 0.2
"""A pair whose Q3 exceeds the mean Q3 by more than this depends on more than the trait."""
_LEAST_COMPLETE: Final = 2
_LEAST_PAIR: Final = 3


@dataclass(frozen=True)
class ItemFit:
    """S-X2 of each item, (J,): ``statistic``, ``df``, ``p``, and ``rmsea``.

    NaN statistic, p and rmsea where no degree of freedom is left. ``n_persons`` people who
    answered every item; ``flags`` of each item: no-df.
    """

    statistic: FloatArray
    df: IntArray
    p: FloatArray
    rmsea: FloatArray
    n_persons: int
    flags: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class LocalDependence:
    """Q3: correlations (J, J) of what is left of the answers once theta is taken out.

    1 on the diagonal, NaN where fewer than three people answered both. ``mean`` off the
    diagonal, about -1/(J-1) when nothing is left; ``dependent`` pairs (item, item, Q3) more than
    0.2 above it.
    """

    q3: FloatArray
    mean: float
    dependent: tuple[tuple[int, int, float], ...]


def item_fit(categories: FloatArray, items: GradedItems) -> ItemFit:
    """Give S-X2 of items calibrated from ``categories`` (n, J), complete cases of NaN missing.

    Cells are put together within a sum score until at least one person is expected in each, and
    a score at which that fails joins the next one towards the middle. Degrees of freedom: free
    cells less the item's parameters.
    Raises ValueError for answers that do not fit the items, an item with a category nobody chose,
    or fewer than two complete cases.
    Source: Orlando & Thissen (2000), Applied Psychological Measurement 24(1), 50-64; for ratings
    Kang & Chen (2008), Journal of Educational Measurement 45(4), 391-406.
    """
    codes = _complete_codes(categories, items)
    chances = np.exp(category_log_probabilities(items, GRID))
    weights = np.exp(log_weights())
    scores = codes.sum(axis=1)
    n_at = np.bincount(scores, minlength=items.n_items * (items.n_categories - 1) + 1)
    everyone = _score_chances(chances) @ weights
    statistic, df = np.full(items.n_items, np.nan), np.zeros(items.n_items, dtype=np.int64)
    for item in range(items.n_items):
        rest = _score_chances(np.delete(chances, item, axis=0))
        expected = _expected_cells(chances[item], rest, weights, everyone) * n_at[:, None]
        observed = np.zeros_like(expected)
        np.add.at(observed, (scores, codes[:, item]), 1.0)
        cells = _gathered(observed[1:-1], expected[1:-1])
        df[item] = max(sum(len(row) - 1 for row, _ in cells) - items.n_categories, 0)
        if df[item]:
            statistic[item] = sum(float(((o - e) ** 2 / e).sum()) for o, e in cells)
    p = np.where(df > 0, chi2.sf(statistic, np.maximum(df, 1)), np.nan)
    excess = np.maximum(statistic - df, 0.0)
    rmsea = np.sqrt(excess / (np.maximum(df, 1) * (len(codes) - 1)))
    return ItemFit(
        statistic,
        df,
        p,
        rmsea,
        len(codes),
        tuple(("no-df",) if d == 0 else () for d in df.tolist()),
    )


def local_dependence(categories: FloatArray, items: GradedItems) -> LocalDependence:
    """Give Q3 of answers ``categories`` (n, J), NaN missing: left out pair by pair.

    The residual is the answer's category less its expectation at the person's EAP.
    Raises ValueError for a category the items do not have.
    Source: Yen (1984), Applied Psychological Measurement 8(2), 125-145; for the cut Christensen,
    Makransky & Horton (2017), ibid. 41(3), 178-194.
    """
    categories = np.asarray(categories, dtype=np.float64)
    theta = eap(categories, items).mean
    known = ~np.isnan(categories)
    residual = categories - _expected_answers(items, np.where(np.isnan(theta), 0.0, theta))
    q3 = np.eye(items.n_items)
    for i, j in zip(*np.triu_indices(items.n_items, 1), strict=True):
        both = known[:, i] & known[:, j]
        q3[i, j] = q3[j, i] = _correlation(residual[both, i], residual[both, j])
    pairs = [(int(i), int(j)) for i, j in zip(*np.triu_indices(items.n_items, 1), strict=True)]
    found = np.array([q3[pair] for pair in pairs])
    mean = float(np.nanmean(found)) if np.isfinite(found).any() else float("nan")
    return LocalDependence(
        q3,
        mean,
        tuple((i, j, float(q3[i, j])) for i, j in pairs if q3[i, j] - mean > DEPENDENT_ABOVE),
    )


def _complete_codes(categories: FloatArray, items: GradedItems) -> IntArray:
    """Answers (n, J) of people who answered every item, or refuse what S-X2 cannot use."""
    categories = np.asarray(categories, dtype=np.float64)
    if categories.ndim != 2 or categories.shape[1] != items.n_items:
        raise ValueError(f"{categories.shape} answers do not fit {items.n_items} items")
    for item, row in enumerate(items.thresholds):
        if np.isnan(row).any():
            raise ValueError(f"item {item}: not every category was chosen; S-X2 needs all of them")
    whole = categories[~np.isnan(categories).any(axis=1)]
    if len(whole) < _LEAST_COMPLETE:
        raise ValueError(f"{len(whole)} people answered every item: too few")
    possible = np.isin(whole, np.arange(items.n_categories))
    if not possible.all():
        raise ValueError(f"no category {whole[~possible][0]:g}")
    return whole.astype(np.int64)


def _score_chances(chances: FloatArray) -> FloatArray:
    """Chance (S, Q) of each sum score at each node from items (J, K, Q).

    Source: Lord & Wingersky (1984), Applied Psychological Measurement 8(4), 453-461.
    """
    n_categories, n_nodes = chances.shape[1:]
    total = np.ones((1, n_nodes))
    for item in chances:
        longer = np.zeros((len(total) + n_categories - 1, n_nodes))
        for category in range(n_categories):
            longer[category : category + len(total)] += total * item[category]
        total = longer
    return total


def _expected_cells(
    own: FloatArray, rest: FloatArray, weights: FloatArray, everyone: FloatArray
) -> FloatArray:
    """Chance (S, K) of each category of an item among people of each sum score."""
    cells = np.zeros((len(everyone), len(own)))
    for category, curve in enumerate(own):
        cells[category : category + len(rest), category] = rest @ (weights * curve)
    return np.asarray(cells / everyone[:, None])


def _gathered(observed: FloatArray, expected: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    """Put thin cells (S, K) together: pairs (observed, expected) of a score's cells."""
    occupied = observed.sum(axis=1) > 0
    observed, expected = observed[occupied].copy(), expected[occupied].copy()
    middle = len(observed) // 2
    inward = [(row, row + 1) for row in range(middle)]
    inward += [(row, row - 1) for row in range(len(observed) - 1, middle, -1)]
    gone = set()
    for row, heir in inward:
        if len(_merged(observed[row], expected[row])[0]) < 2:
            observed[heir] += observed[row]
            expected[heir] += expected[row]
            gone.add(row)
    kept = [row for row in range(len(observed)) if row not in gone]
    return [_merged(observed[row], expected[row]) for row in kept]


def _merged(observed: FloatArray, expected: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Join the thinnest cell of a row to its thinner neighbour until none is too thin."""
    here, hoped = observed.tolist(), expected.tolist()
    while len(hoped) > 1 and min(hoped) < LEAST_EXPECTED:
        thin = hoped.index(min(hoped))
        beside = [place for place in (thin - 1, thin + 1) if 0 <= place < len(hoped)]
        heir = min(beside, key=lambda place: hoped[place])
        here[heir] += here[thin]
        hoped[heir] += hoped[thin]
        del here[thin], hoped[thin]
    return np.array(here), np.array(hoped)


def _expected_answers(items: GradedItems, theta: FloatArray) -> FloatArray:
    """Give the expected category (n, J) of each item at each ``theta`` (n,).

    Categories not told apart share their chance equally.
    """
    chances = np.exp(category_log_probabilities(items, theta))
    first = np.zeros((items.n_items, 1), dtype=np.int64)
    group = np.hstack([first, (~np.isnan(items.thresholds)).cumsum(axis=1)])
    together = (group[:, :, None] == group[:, None, :]).sum(axis=2)
    points = np.arange(items.n_categories, dtype=np.float64) / together
    return np.asarray(np.einsum("jkn,jk->nj", chances, points))


def _correlation(first: FloatArray, second: FloatArray) -> float:
    """Pearson r, NaN where there are too few people or one does not vary."""
    if len(first) < _LEAST_PAIR or first.std() == 0 or second.std() == 0:
        return float("nan")
    return float(np.corrcoef(first, second)[0, 1])
