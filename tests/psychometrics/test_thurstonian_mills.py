"""The inverse Mills ratio holds its digits from one tail to the other."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import log_ndtr

from assess.psychometrics.thurstonian_mills import inverse_mills, mills_work


def exact(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """From scipy's log Phi, exact in the lower tail."""
    return np.exp(-0.5 * z * z - 0.5 * np.log(2 * np.pi) - log_ndtr(z))


def test_the_ratio_has_nine_digits_wherever_people_are() -> None:
    z = np.linspace(-30, 30, 60_001)[None, :]
    np.testing.assert_allclose(inverse_mills(z), exact(z), rtol=2e-9)


def test_the_tails_neither_overflow_nor_vanish() -> None:
    found = inverse_mills(np.array([[-1e8, -1e4, -100.0, 40.0, 1e4]]))[0]
    # phi(-x) / Phi(-x) = x + 1 / x - 2 / x^3 + ...
    assert found[:3] == pytest.approx([1e8, 1e4 + 1e-4, 100.009998], rel=2e-9)
    assert (found[3:] >= 0).all()
    assert (found[3:] < 1e-259).all()


def test_work_arrays_change_nothing_and_the_argument_stays() -> None:
    z = np.random.default_rng(1).normal(0, 3, (7, 5))
    kept = z.copy()
    found = inverse_mills(z, mills_work(20, 5))
    np.testing.assert_array_equal(found, inverse_mills(z))
    np.testing.assert_array_equal(z, kept)
