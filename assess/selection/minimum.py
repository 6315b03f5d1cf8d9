"""Who lies below a profile's minimum on an index, and how surely: it never turns anybody away.

An index is a posterior N(m, s^2); a minimum is in shown points, 50 + 10 SDs. Somebody is surely
below where P(true index < minimum) >= .95, and may be below where that chance is between .05 and
.95. Who is surely below any one minimum is held back from the order of the others, for a person
to decide about. What was not measured holds nobody back.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from assess.selection.guard_rails import MINIMUM_RANGE
from assess.selection.ranking import BEATEN

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_SMALLEST_ERROR = 1e-9


@dataclass(frozen=True)
class Below:
    """How n people stand to k minimums, in the order of the competencies' ``places`` (k,).

    ``minimum`` (k,) in shown points; ``chance`` (n, k) that the true index is below it, NaN not
    measured; ``surely``, ``may_be`` and ``unmeasured`` (n, k).
    """

    places: tuple[int, ...]
    minimum: FloatArray
    chance: FloatArray
    surely: BoolArray
    may_be: BoolArray
    unmeasured: BoolArray

    @property
    def held(self) -> BoolArray:
        """Who (n,) is surely below at least one minimum."""
        found: BoolArray = np.any(self.surely, axis=1, keepdims=False)
        return found


def below_minimums(mean: FloatArray, error: FloatArray, minimums: Mapping[int, float]) -> Below:
    """Hold indices, ``mean`` and ``error`` (n, C) in SDs, against ``minimums`` by place.

    Raises ValueError for a place that is no competency, or a minimum outside 20..80.
    """
    low, high = MINIMUM_RANGE
    for place, points in minimums.items():
        if not 0 <= place < mean.shape[1]:
            raise ValueError(f"there is no competency at place {place}")
        if not low <= points <= high:
            raise ValueError(f"a minimum lies in {low:g}..{high:g}, got {points}")
    places = tuple(sorted(minimums))
    columns = np.array(places, dtype=np.int64)
    minimum = np.array([minimums[place] for place in places], dtype=np.float64)
    m, s = mean[:, columns], np.maximum(error[:, columns], _SMALLEST_ERROR)
    short, sure = (minimum - 50) / 10 - m, BEATEN * s
    return Below(
        places=places,
        minimum=minimum,
        chance=ndtr(short / s),
        surely=short >= sure,
        may_be=(short < sure) & (short > -sure),
        unmeasured=np.isnan(m),
    )
