"""What counted contacts say: intervals of shares and times, and the load a brand really feels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from assess.selection.demand import HIGHEST_RATING, PRIOR_CONTACTS

FloatArray = NDArray[np.float64]

LEVEL: Final = 0.95
SMALL_EFFECT: Final = 0.1
"""Below this a difference between call drivers is too small to act on (Cohen 1988, w small)."""

FURTHEST_MOVE: Final = 1.0
"""A brand's records move no emotional load by more than this many of its five points."""

LEAST_DRIVERS: Final = 3


@dataclass(frozen=True, eq=False)
class Signal:
    """What a brand's contacts show of their heat, by call driver, all arrays (D,).

    ``n`` contacts have the signal, ``mean`` is its mean (a rate, when it is yes or no) where n is
    above 0; ``spread`` is the standard deviation over single contacts. Higher is more heated.
    """

    n: FloatArray
    mean: FloatArray
    spread: float


def share_interval(count: FloatArray, n: float, level: float = LEVEL) -> FloatArray:
    """Give Wilson's score interval of each share ``count / n``, as (D, 2).

    It holds for shares near 0 where the usual interval does not (Wilson 1927, J. Am. Stat.
    Assoc. 22, 209-212). Raises ValueError unless 0 <= count <= n and n > 0.
    """
    count = np.asarray(count, dtype=np.float64)
    if not n > 0 or (count < 0).any() or (count > n).any():
        raise ValueError("a share needs counts from 0 to n, and n above 0")
    z = float(ndtri((1 + level) / 2))
    middle = (count + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * np.sqrt(count * (n - count) / n + z * z / 4)
    share = count / n  # the last digit of a rounded end must not leave it outside
    low, high = np.minimum(middle - half, share), np.maximum(middle + half, share)
    return np.column_stack((np.maximum(low, 0), np.minimum(high, 1)))


def mean_interval(
    n: FloatArray, total: FloatArray, squares: FloatArray, level: float = LEVEL
) -> FloatArray:
    """Give the interval of each mean ``total / n`` from sums and sums of squares, as (D, 2).

    The normal interval of a mean: contacts come in hundreds, where a mean is near normal however
    skewed single times are. It never reaches below 0, and is NaN where n is below 2.
    """
    z = float(ndtri((1 + level) / 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / n
        variance = np.maximum(squares - n * mean**2, 0) / (n - 1)
        half = z * np.sqrt(variance / n)
    found = np.column_stack((np.maximum(mean - half, 0), mean + half))
    found[np.asarray(n) < 2] = np.nan
    return found


def adjusted_load(emotional_load: FloatArray, signals: Sequence[Signal]) -> FloatArray:
    """Move each driver's emotional load (D,) 0..5 towards what the brand's own contacts show.

    A signal says where each driver stands among the brand's own, in standard deviations between
    drivers; the load that this place would have on the catalogue's scale is
    ``mean(EL) + sd(EL) * (mean_d - mean) / tau``, both spreads by the same formula. So a brand
    whose drivers differ as the catalogue says they do moves nothing. The load goes there by
    ``n / (n + 500)``, the strength of the prior of the demand weights, averaged over the
    signals, never by more than one point.

    ``tau`` is the spread between drivers beyond sampling error (DerSimonian and Laird 1986). A
    signal is left out when tau is below a tenth of the spread of single contacts, or fewer than
    three drivers have it: then the differences are too small, or too few, to read anything from.
    """
    load = np.asarray(emotional_load, dtype=np.float64)
    moves = [move for signal in signals if (move := _move(load, signal)) is not None]
    if not moves:
        return load.copy()
    moved = np.clip(np.mean(moves, axis=0), -FURTHEST_MOVE, FURTHEST_MOVE)
    own: FloatArray = np.clip(load + moved, 0, HIGHEST_RATING)
    return own


def _move(load: FloatArray, signal: Signal) -> FloatArray | None:
    """Give how far one signal pulls each driver, None when it says nothing."""
    seen = signal.n > 0
    if seen.sum() < LEAST_DRIVERS or not signal.spread > 0:
        return None
    n, mean = signal.n[seen], signal.mean[seen]
    whole = n.sum()
    centre = n @ mean / whole
    parts = whole - n @ n / whole
    beyond = n @ (mean - centre) ** 2 - (n.size - 1) * signal.spread**2
    tau = float(np.sqrt(max(beyond, 0) / parts))
    if tau < SMALL_EFFECT * signal.spread:
        return None
    middle = n @ load[seen] / whole
    width = np.sqrt(n @ (load[seen] - middle) ** 2 / parts)
    implied = middle + width * (mean - centre) / tau
    move = np.zeros_like(load)
    move[seen] = n / (n + PRIOR_CONTACTS) * (implied - load[seen])
    return move
