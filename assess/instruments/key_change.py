"""What another key would do to scores already given: arrays in, a frozen result out.

Nothing is changed by it: attempts keep the scores of the version they were answered under.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assess.instruments.model import Instrument
from assess.instruments.phrases import Z_90
from assess.instruments.scoring import score_table

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class ScaleChange:
    """One score under two keys, over the ``people`` scored by both.

    ``r`` their correlation, NaN under three people or without variance · ``shift`` mean change in
    SDs of the norm (true-score units) · ``moved`` people whose change is larger than the reach of
    their present 90 % interval.
    """

    scale: str
    people: int
    r: float
    shift: float
    moved: int


@dataclass(frozen=True)
class KeyChange:
    """Every score of a form under the present and the proposed key.

    ``people`` answered; ``unscored`` have a score now and none under the proposed key, or the
    other way round; ``before`` and ``after`` (n, S) true scores, NaN where not scored.
    """

    people: int
    unscored: int
    scales: tuple[ScaleChange, ...]
    before: FloatArray
    after: FloatArray


def key_change(present: Instrument, proposed: Instrument, answers: FloatArray) -> KeyChange:
    """Score ``answers`` (n, J), columns in the order of the items, under both keys.

    Raises ValueError when the two do not ask the same items in the same order, Invalid when one
    has no norm.
    """
    if present.item_ids != proposed.item_ids:
        raise ValueError(f"{present.key} and {proposed.key} do not ask the same items")
    old, new = score_table(present, answers), score_table(proposed, answers)
    reach = Z_90 * old.error
    return KeyChange(
        people=len(answers),
        unscored=int((np.isnan(old.mean[:, -1]) != np.isnan(new.mean[:, -1])).sum()),
        scales=tuple(
            _scale(name, old.mean[:, place], new.mean[:, place], reach[:, place])
            for place, name in enumerate(old.scales)
        ),
        before=old.mean,
        after=new.mean,
    )


def _scale(name: str, old: FloatArray, new: FloatArray, reach: FloatArray) -> ScaleChange:
    both = np.isfinite(old) & np.isfinite(new)
    old, new, reach = old[both], new[both], reach[both]
    n = len(old)
    varied = n >= 3 and min(np.ptp(old), np.ptp(new)) > 0
    return ScaleChange(
        scale=name,
        people=n,
        r=float(np.corrcoef(old, new)[0, 1]) if varied else float("nan"),
        shift=float((new - old).mean()) if n else float("nan"),
        moved=int((np.abs(new - old) > reach).sum()),
    )


def seat_changes(before: FloatArray, after: FloatArray, seats: int) -> tuple[IntArray, IntArray]:
    """Give who (rows) would come into the best ``seats`` fits and who would leave them.

    ``before`` and ``after`` (n,) are fits, NaN for who has none; equal fits stand in the order of
    the rows, so that the same people give the same answer.
    """
    first, second = (_best(fits, seats) for fits in (before, after))
    return np.setdiff1d(second, first), np.setdiff1d(first, second)


def _best(fits: FloatArray, seats: int) -> IntArray:
    order = np.argsort(np.where(np.isnan(fits), np.inf, -fits), kind="stable")
    return order[: min(seats, int(np.isfinite(fits).sum()))]
