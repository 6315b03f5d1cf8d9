"""The cycles of stochastic EM: draw what is not seen, move the parameters to what is then seen."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assess.psychometrics.thurstonian import score_most_least
from assess.psychometrics.thurstonian_augmentation import (
    Roles,
    draw_utilities,
    roles_of,
    starting_utilities,
)
from assess.psychometrics.thurstonian_model import ForcedChoiceItems

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_STARTING_LOADING: Final = 0.7
_STARTING_ROUNDS: Final = 5
_FIRST_DRAWS: Final = 3
_STRONGEST: Final = 0.99


@dataclass(frozen=True)
class Parameters:
    """Standardised loadings and intercepts (J,) of all statements in a row, correlations (D, D)."""

    loadings: FloatArray
    intercepts: FloatArray
    correlation: FloatArray

    def items(self, traits: IntArray) -> ForcedChoiceItems:
        """Give the statements in their blocks, ``traits`` (B, S)."""
        loadings = self.loadings.reshape(traits.shape)
        return ForcedChoiceItems(
            traits, self.intercepts.reshape(traits.shape), loadings, np.sqrt(1 - loadings**2)
        )


def starting_point(
    most: FloatArray,
    least: FloatArray,
    traits: IntArray,
    keys: FloatArray,
    correlation: FloatArray | None,
) -> tuple[Parameters, FloatArray]:
    """Start from equal loadings, the shares of marks, and the scores (n, D) that follow.

    Given correlations are kept; otherwise a few rounds of EM on the scores suggest them.
    """
    size = traits.shape[1]
    share = [(most == one).mean(axis=0) - (least == one).mean(axis=0) for one in range(size)]
    shares = np.stack(share, axis=1)
    intercepts = (shares - shares.mean(axis=1, keepdims=True)).ravel()
    loadings = _STARTING_LOADING * keys.ravel()
    R = np.eye(int(traits.max()) + 1) if correlation is None else correlation
    found = Parameters(loadings, intercepts, R)
    scores = score_most_least(most, least, found.items(traits), R)
    for _ in range(_STARTING_ROUNDS if correlation is None else 0):
        centred = scores.mean - scores.mean.mean(axis=0)
        spread = centred.T @ centred / len(centred) + scores.covariance.mean(axis=0)
        found = Parameters(loadings, intercepts, _as_correlation(spread))
        scores = score_most_least(most, least, found.items(traits), found.correlation)
    return found, scores.mean


def run_cycles(
    codes: NDArray[np.int16],
    traits: IntArray,
    start: tuple[Parameters, FloatArray],
    rng: np.random.Generator,
    cycles: int,
    *,
    freed: bool,
) -> list[Parameters]:
    """Run ``cycles`` on answer ``codes`` (n, B) and give the parameters after each."""
    found, theta = start
    own = traits.ravel()
    roles = roles_of(codes, traits.shape[1])
    utilities = starting_utilities(roles)
    for _ in range(_FIRST_DRAWS):
        _draw_given(utilities, theta, own, found, roles, rng)
    flat = np.empty((len(codes), own.size))
    history = []
    for _ in range(cycles):
        flat.ravel()[roles.cell] = utilities
        theta = _draw_theta(flat, own, found, rng)
        found, shift, scale = _moved(flat, theta, traits, found, freed=freed)
        history.append(found)
        utilities -= shift
        utilities /= scale
        _draw_given(utilities, theta, own, found, roles, rng)
    return history


def _draw_theta(
    flat: FloatArray, traits: IntArray, found: Parameters, rng: np.random.Generator
) -> FloatArray:
    """Draw traits (n, D) given all utilities (n, J): a normal distribution, the same for all."""
    own = traits[:, None] == np.arange(len(found.correlation))
    weights = own * found.loadings[:, None]
    over_noise = weights / (1 - found.loadings**2)[:, None]
    covariance = np.linalg.inv(np.linalg.inv(found.correlation) + weights.T @ over_noise)
    noise = rng.standard_normal((len(flat), len(covariance))) @ np.linalg.cholesky(covariance).T
    return np.asarray((flat - found.intercepts) @ over_noise @ covariance + noise)


def _moved(
    flat: FloatArray, theta: FloatArray, traits: IntArray, found: Parameters, *, freed: bool
) -> tuple[Parameters, FloatArray, FloatArray]:
    """Move the parameters to the completed data; give each block's shift and scale (B,) too.

    Answers fix the utilities of a block only up to a common shift and scale. Taking both from
    the data and putting them back (parameter expansion) spares hundreds of cycles.
    """
    people, shape = len(flat), traits.shape
    own = traits.ravel()
    middle = flat.mean(axis=0)
    centred = theta - theta.mean(axis=0)
    spread = centred.T @ centred / people
    variance = np.einsum("nj,nj->j", flat, flat) / people - middle**2
    together = (flat.T @ centred / people)[np.arange(own.size), own]
    own_variance = np.diag(spread)[own]
    loadings = together / np.sqrt(variance * own_variance)
    at_zero = (middle - together / own_variance * theta.mean(axis=0)[own]).reshape(shape)
    shift = at_zero.mean(axis=1)
    scale = np.sqrt(variance.reshape(shape).mean(axis=1))
    moved = Parameters(
        np.clip(loadings, -_STRONGEST, _STRONGEST),
        ((at_zero - shift[:, None]) / scale[:, None]).ravel(),
        _as_correlation(spread) if freed else found.correlation,
    )
    return moved, shift, scale


def _draw_given(
    utilities: FloatArray,
    theta: FloatArray,
    traits: IntArray,
    found: Parameters,
    roles: Roles,
    rng: np.random.Generator,
) -> None:
    """Draw utilities (S, n, B), in place, given traits ``theta`` (n, D) and the answers."""
    means = theta[:, traits] * found.loadings + found.intercepts
    unique = np.sqrt(1 - found.loadings**2)
    draw_utilities(
        utilities, means.ravel().take(roles.cell), unique.take(roles.statement), roles, rng
    )


def _as_correlation(covariance: FloatArray) -> FloatArray:
    """Scale a covariance matrix to ones on its diagonal."""
    sd = np.sqrt(np.diag(covariance))
    R = covariance / np.outer(sd, sd)
    np.fill_diagonal(R, 1.0)
    return np.asarray((R + R.T) / 2)
