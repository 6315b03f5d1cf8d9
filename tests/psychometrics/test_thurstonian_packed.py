"""Systems of many people at once give what numpy gives for each."""

import numpy as np
import pytest

from assess.psychometrics.thurstonian_packed import cholesky, inverted, solved


@pytest.mark.parametrize("size", [1, 2, 4, 7])
def test_packed_systems_are_solved_as_numpy_solves_each(size: int) -> None:
    rng = np.random.default_rng(size)
    roots = rng.normal(size=(40, size, size))
    matrices = roots @ roots.transpose(0, 2, 1) + 0.1 * np.eye(size)
    right = rng.normal(size=(40, size))
    rows, columns = np.tril_indices(size)
    factor = cholesky(matrices[:, rows, columns].T, size)
    expected = np.linalg.solve(matrices, right[:, :, None])[:, :, 0]
    np.testing.assert_allclose(solved(factor, right.T).T, expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(inverted(factor), np.linalg.inv(matrices), rtol=1e-9, atol=1e-9)
