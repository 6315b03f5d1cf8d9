"""Score matrices made up for tests."""

import numpy as np

from assess.selection.score_matrix import ScoreMatrix

NAN = np.nan
POSSIBLE = np.array([2, 2, 2, 1, 2, 1, 1])
WEIGHTS = np.array([0.16, 0.15, 0.18, 0.13, 0.17, 0.09, 0.12])


def even(r, size=7):
    """Give correlations that are all ``r``."""
    return np.full((size, size), r) + (1 - r) * np.eye(size)


def drawn(n, *, seed=1, missing=0.05, error=(0.3, 0.7)):
    """Give ``n`` people with some gaps, of whom two are alike and one is not scorable."""
    rng = np.random.default_rng(seed)
    mean, own = rng.normal(0, 0.8, (n, 7)), rng.uniform(*error, (n, 7))
    shared = own * rng.uniform(0.2, 0.9, (n, 7))
    parts = np.tile(POSSIBLE, (n, 1))
    gone = rng.random((n, 7)) < missing
    mean[gone], own[gone], shared[gone], parts[gone] = NAN, NAN, NAN, 0
    scorable = np.ones(n, dtype=np.bool_)
    if n > 10:
        for table in (mean, own, shared, parts):
            table[3] = table[9]
        scorable[5] = False
    return ScoreMatrix(mean, own, shared, parts, scorable, POSSIBLE, POSSIBLE, even(0.2), even(0.3))


def taken(pool, rows):
    """Give some people of a pool, in the order of ``rows``."""
    rows = list(rows)
    return ScoreMatrix(
        pool.mean[rows],
        pool.error[rows],
        pool.shared[rows],
        pool.parts[rows],
        pool.scorable[rows],
        pool.offered,
        pool.possible,
        pool.error_correlation,
        pool.reference_correlation,
    )
