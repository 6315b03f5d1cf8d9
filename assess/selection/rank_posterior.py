"""The posterior of ranks: by simulation for small pools, analytically for large ones.

Everything takes people sorted best first: means ``m`` (n,) and positive errors ``s`` (n,).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
RankPosterior = tuple[IntArray, IntArray, FloatArray]
"""rank_low, rank_high, p_top, each (n,)."""

LOW, HIGH = 0.05, 0.95

_CHUNK = 2_000_000
_CACHED = 200_000
_Z_EDGES = np.linspace(-4.0, 4.0, 51)
_GRID = 512
_STEPS = 200
_EXACT = 1e-12
_ROOT_TWO_PI = float(np.sqrt(2 * np.pi))


def simulated_ranks(
    m: FloatArray, s: FloatArray, seats: int, *, seed: int, draws: int
) -> RankPosterior:
    """Give rank interval and P(top ``seats``) from ``draws`` simulated rankings.

    People equal in mean and error are exchangeable, so their ranks are pooled: they get the
    same figures, and breaking ties within a draw by position does no harm.
    """
    counts = _rank_counts(m, s, seed=seed, draws=draws)
    starts = np.flatnonzero(np.r_[True, (m[1:] != m[:-1]) | (s[1:] != s[:-1])][: m.size])
    sizes = np.diff(np.r_[starts, m.size])
    cumulative = np.cumsum(np.add.reduceat(counts, starts, axis=0), axis=1) if m.size else counts
    total = (sizes * draws)[:, None]
    low = (cumulative < LOW * total).sum(axis=1) + 1
    high = (cumulative < HIGH * total).sum(axis=1) + 1
    inside = cumulative[:, min(seats, m.size) - 1] if m.size else np.zeros(0)
    p_top = inside / (sizes * draws)
    return np.repeat(low, sizes), np.repeat(high, sizes), np.repeat(p_top, sizes)


def _rank_counts(m: FloatArray, s: FloatArray, *, seed: int, draws: int) -> IntArray:
    """Count how often each person (row) took each rank (column) in ``draws`` rankings, (n, n)."""
    n = m.size
    rng = np.random.default_rng(seed)
    counts = np.zeros(n * n, dtype=np.int64)
    if not n:
        return counts.reshape(0, 0)
    # Centred, so that single precision is spent on differences.
    centre = (m - np.median(m)).astype(np.float32)
    spread = s.astype(np.float32)
    person, place = np.arange(n, dtype=np.uint64), np.arange(n)
    done = 0
    while done < draws:
        rows = min(max(1, _CHUNK // n), draws - done)
        z = rng.standard_normal((rows, n), dtype=np.float32)
        keys = _descending_keys(centre + spread * z) | person
        keys.sort(axis=1)
        cells = (keys & np.uint64(0xFFFFFFFF)).astype(np.int64) * n + place
        counts += np.bincount(cells.ravel(), minlength=n * n)
        done += rows
    return counts.reshape(n, n)


def _descending_keys(scores: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Give integers whose ascending order is the scores' descending order, low 32 bits free.

    Sorting score and person packed in one integer is several times faster than an argsort.
    """
    bits = np.negative(scores).view(np.uint32)
    sign = np.uint32(0x80000000)
    ordered = np.where(bits & sign, ~bits, bits | sign)
    return ordered.astype(np.uint64) << np.uint64(32)


def analytic_ranks(m: FloatArray, s: FloatArray, seats: int) -> RankPosterior:
    """Give rank interval and P(top ``seats``) without simulation, for large pools.

    P(top k) is Phi((m - c) / s) with the cut c that makes these sum to k.

    The rank of a person whose true fit is x is 1 + N(x), N(x) the number of others above x:
    a Poisson-binomial count with mean M(x) = sum Phi((m_j - x) / s_j) and variance
    V(x) = sum p (1 - p), near normal when many people are in play. The rank's distribution is
    that normal averaged over the person's own posterior, done here in 50 strata of x; within a
    stratum M is taken as evenly spread, which adds its width squared / 12 to the variance.
    """
    low, high = _analytic_interval(m, s)
    return low, high, analytic_top(m, s, min(seats, m.size))


def analytic_top(m: FloatArray, s: FloatArray, k: int) -> FloatArray:
    """Give P(top k) (n,) that sums to k: Phi((m - c) / s) for the cut c with that sum.

    Newton's steps towards the cut, kept inside a bracket that each step narrows; a step that
    would leave it halves the bracket instead.
    """
    if k >= m.size:
        return np.ones(m.size)
    slope = 1 / s
    below, above = float((m - 12 * s).min()), float((m + 12 * s).max())
    cut = float(np.partition(m, m.size - k)[m.size - k])
    for _ in range(_STEPS):
        z = (m - cut) * slope
        p = ndtr(z)
        surplus = float(p.sum()) - k
        if abs(surplus) <= _EXACT * k:
            break
        below, above = (cut, above) if surplus > 0 else (below, cut)
        z *= z
        z *= -0.5
        fall = float(np.exp(z, out=z) @ slope) / _ROOT_TWO_PI
        step = cut + surplus / fall if fall > 0 else np.inf
        last, cut = cut, step if below < step < above else (below + above) / 2
        if cut == last:
            break
    return np.asarray(p, dtype=np.float64)


def _analytic_interval(m: FloatArray, s: FloatArray) -> tuple[IntArray, IntArray]:
    """Give the 90 % rank interval (n,), (n,) of ``analytic_ranks``."""
    nodes, mean_above, variance_above = _people_above(m, s)
    weights = np.diff(np.r_[0.0, ndtr(_Z_EDGES[1:-1]), 1.0])
    middle = (_Z_EDGES[1:] + _Z_EDGES[:-1]) / 2
    low, high = np.empty(m.size, dtype=np.int64), np.empty(m.size, dtype=np.int64)
    rows = max(1, _CACHED // middle.size)
    for start in range(0, m.size, rows):
        part = slice(start, start + rows)
        edges = m[part, None] + s[part, None] * _Z_EDGES
        centre = m[part, None] + s[part, None] * middle
        # The person does not stand above themselves.
        own = ndtr(-middle)
        mean = np.interp(centre, nodes, mean_above) - own
        width = np.diff(np.interp(edges, nodes, mean_above) - ndtr(-_Z_EDGES), axis=1)
        variance = np.interp(centre, nodes, variance_above) - own * (1 - own)
        spread = np.sqrt(np.maximum(variance, 1e-6) + width**2 / 12)
        low[part] = _mixture_quantile(LOW, mean, spread, weights, m.size)
        high[part] = _mixture_quantile(HIGH, mean, spread, weights, m.size)
    return low, high


def _people_above(m: FloatArray, s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give nodes x and mean and variance of the number of people whose true fit is above x.

    Half the nodes are even over the range, for the thin ends; half follow the people, so that
    an outlier does not cost the middle its resolution.
    """
    ends = np.concatenate([m + z * s for z in (-5.0, -2.0, -1.0, 0.0, 1.0, 2.0, 5.0)])
    nodes = np.unique(
        np.r_[
            np.linspace(ends.min(), ends.max(), _GRID), np.quantile(ends, np.linspace(0, 1, _GRID))
        ]
    )
    mean, variance = np.empty(nodes.size), np.empty(nodes.size)
    rows = max(1, _CHUNK // m.size)
    for start in range(0, nodes.size, rows):
        part = slice(start, start + rows)
        above = ndtr((m - nodes[part, None]) / s)
        mean[part] = above.sum(axis=1)
        variance[part] = (above * (1 - above)).sum(axis=1)
    return nodes, mean, variance


def _mixture_quantile(
    p: float, mean: FloatArray, spread: FloatArray, weights: FloatArray, n: int
) -> IntArray:
    """Give the smallest ranks r (rows,) with P(rank <= r) >= p, by bisection on whole ranks.

    ``mean`` and ``spread`` (rows, strata) are of the number of others above.
    """
    failing = np.zeros(mean.shape[0], dtype=np.int64)
    holding = np.full(mean.shape[0], n, dtype=np.int64)
    while (holding - failing > 1).any():
        tried = (failing + holding) // 2
        # At most tried - 1 others above; half a person is the continuity correction.
        reached = ndtr((tried[:, None] - 0.5 - mean) / spread) @ weights >= p
        holding = np.where(reached, tried, holding)
        failing = np.where(reached, failing, tried)
    return holding
