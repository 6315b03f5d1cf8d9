"""The competency scores of a pool: all that a fit under any weights needs, names left out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assess.selection.style_match import StyleScores

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class ScoreMatrix:
    """The scores of n people on C competencies, persons first; see `composite.fit`.

    ``mean``, ``error``, ``shared`` (n, C) in SDs of the reference, NaN not measured; ``parts``
    (n, C) observed; ``scorable`` (n,) False for answers that say nothing, whatever the weights.
    ``offered`` (C,) parts that the battery observes of ``possible`` (C,); the correlations of
    errors and of the reference (C, C). ``style`` the same people's style scales, None where the
    pool has none.

    Raises ValueError when shapes disagree.
    """

    mean: FloatArray
    error: FloatArray
    shared: FloatArray
    parts: IntArray
    scorable: BoolArray
    offered: IntArray
    possible: IntArray
    error_correlation: FloatArray
    reference_correlation: FloatArray
    style: StyleScores | None = None

    def __post_init__(self) -> None:
        """Refuse arrays that are not of the same people and competencies."""
        n, size = self.mean.shape if self.mean.ndim == 2 else (-1, -1)
        wanted = {
            **dict.fromkeys(("mean", "error", "shared", "parts"), (n, size)),
            **dict.fromkeys(("offered", "possible"), (size,)),
            **dict.fromkeys(("error_correlation", "reference_correlation"), (size, size)),
            "scorable": (n,),
        }
        found = {name: getattr(self, name).shape for name in wanted}
        if found != wanted:
            raise ValueError(f"a score matrix has shapes {found}, not {wanted}")
        if self.style is not None and len(self.style.mean) != n:
            raise ValueError(f"style scores of {len(self.style.mean)} people beside {n}")
