"""Keying: turning answers so that a high point always means much of what the scale measures."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def reverse_keyed(answers: FloatArray, signs: FloatArray, low: float, high: float) -> FloatArray:
    """Points in item direction, (n, J): x where the sign is +1, low + high - x where it is -1.

    ``answers`` (n, J) are in answer units from ``low`` to ``high``; a missing answer (NaN) stays
    missing. ``signs`` (J,) are +1 or -1.
    Raises ValueError for a sign other than these, shapes that do not fit, or an answer outside
    the answer range.
    """
    answers = np.asarray(answers, dtype=np.float64)
    signs = np.asarray(signs, dtype=np.float64)
    if answers.ndim != 2 or signs.shape != (answers.shape[1],):
        raise ValueError(f"answers {answers.shape} need one sign per item, got {signs.shape}")
    if not low < high:
        raise ValueError(f"the answer range runs from {low} to {high}")
    if not np.isin(signs, (-1.0, 1.0)).all():
        raise ValueError("every sign must be +1 or -1")
    outside = (answers < low) | (answers > high)
    if outside.any():
        person, item = np.argwhere(outside)[0]
        raise ValueError(
            f"person {person}, item {item}: {answers[person, item]:g} is not {low:g} to {high:g}"
        )
    return np.where(signs > 0, answers, low + high - answers)
