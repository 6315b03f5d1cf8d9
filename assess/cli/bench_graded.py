"""Benchmarks of the graded response model against girth: calibration and scoring."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from assess.cli.bench_clock import SEED, Bench, Cost, Timed, costed, peak_megabytes, sized
from assess.psychometrics.calibration import calibrate_graded
from assess.psychometrics.graded_em import State, expect, one_hot
from assess.psychometrics.irt import GRID, GradedItems, draw_categories
from assess.psychometrics.theta import ThetaScores, eap

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

NO_GIRTH: Final = (
    "no baseline: girth is not installed; `make bench` installs it, or "
    "`pip install 'assess[bench]'`"
)
_ITEMS: Final = 20
_CATEGORIES: Final = 5


def answers_of(n: int) -> tuple[FloatArray, GradedItems]:
    """Simulate answers of ``n`` people to 20 items of 5 categories, (n, 20), and give the items."""
    rng = np.random.default_rng(SEED)
    thresholds = np.sort(rng.normal(0, 1.2, (_ITEMS, _CATEGORIES - 1)), axis=1)
    items = GradedItems(rng.uniform(0.8, 2.2, _ITEMS), thresholds)
    return draw_categories(items, rng.standard_normal(n), rng), items


def calibrate(share: float) -> Timed:
    """Calibrate 2,000 x 20 x 5; baseline girth's grm_mml with the settings it ships with."""
    answers, _ = answers_of(sized(2_000, share))
    found, ours = costed("Assess", lambda: calibrate_graded(answers, _CATEGORIES))
    what = f"calibrate, {len(answers):,} x {_ITEMS} x {_CATEGORIES}, {found.iterations} cycles"
    if find_spec("girth") is None:
        return Timed(what, ours, None, notes=(NO_GIRTH,))
    turned = answers.T.astype(np.int64)
    theirs, baseline = costed("girth grm_mml", lambda: _girth_items(turned), rounds=3)
    closer = _girth_items(turned, _same_nodes())
    reached = log_likelihood(answers, found.items.slopes, found.items.thresholds)
    notes = [f"log-likelihood on the same {GRID.size} nodes: Assess {reached:.4f}"]
    for settings, result in (("as shipped", theirs), ("with these nodes", closer)):
        its = log_likelihood(answers, result["Discrimination"], result["Difficulty"])
        notes.append(f"  girth {settings} {its:.4f}: Assess is higher by {reached - its:.4f}")
    return Timed(what, ours, baseline, at_least=5, notes=tuple(notes))


def scoring(share: float) -> Timed:
    """Score 100,000 x 20 x 5 by EAP with SD; baseline girth's internals on as many nodes."""
    answers, items = answers_of(sized(100_000, share))
    found, ours = costed("Assess", lambda: eap(answers, items))
    what = f"EAP and SD, {len(answers):,} x {_ITEMS} x {_CATEGORIES}, {GRID.size} nodes"
    if find_spec("girth") is None:
        return Timed(what, ours, None, notes=(NO_GIRTH,))
    theirs, baseline = _cost_of_girth(answers, items)
    furthest = max(np.abs(theirs.mean - found.mean).max(), np.abs(theirs.error - found.error).max())
    note = f"largest difference in a score or its SD: {furthest:.0e}"
    return Timed(what, ours, baseline, at_least=8, notes=(note,))


def scoring_a_million(share: float) -> Timed:
    """Score 1,000,000 x 20 x 5; baseline girth's internals on a tenth of them, scaled."""
    tenth, items = answers_of(sized(100_000, share))
    answers = np.tile(tenth, (10, 1))
    _, ours = costed("Assess", lambda: eap(answers, items), rounds=2)
    what = f"EAP and SD, {len(answers):,} x {_ITEMS} x {_CATEGORIES}, {GRID.size} nodes"
    result = answers.size * 8 / _ITEMS * 3 / 1e6
    few = peak_megabytes(lambda: eap(tenth, items)) - result / 10
    note = (
        f"beyond the {result:.1f} MB of scores that it returns: "
        f"{(ours.megabytes or 0) - result:.1f} MB, and {few:.1f} MB for a tenth of the people"
    )
    if find_spec("girth") is None:
        return Timed(what, ours, None, notes=(note, NO_GIRTH))
    _, baseline = _cost_of_girth(tenth, items, scale=10)
    return Timed(what, ours, baseline, at_least=8, notes=(note,))


def log_likelihood(answers: FloatArray, slopes: FloatArray, thresholds: FloatArray) -> float:
    """Marginal log-likelihood of items on our own nodes, whoever estimated them."""
    state = State(np.asarray(slopes), -np.asarray(slopes)[:, None] * np.asarray(thresholds))
    return expect(one_hot(answers, _CATEGORIES), state).log_likelihood


def _girth_items(turned: IntArray, options: dict[str, Any] | None = None) -> dict[str, FloatArray]:
    """Calibrate with girth; of few people it warns that thresholds cross, and goes on."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found: dict[str, FloatArray] = import_module("girth").grm_mml(turned, options)
    return found


def _cost_of_girth(
    answers: FloatArray, items: GradedItems, *, scale: float = 1.0
) -> tuple[ThetaScores, Cost]:
    """Time girth's internals on these people; answers are turned and coded before the clock."""
    sample = "" if scale == 1 else f" (timed on {len(answers):,}, scaled)"
    turned = answers.T.astype(np.int64) + _CATEGORIES * np.arange(_ITEMS)[:, None]
    return costed(
        f"girth's internals{sample}", lambda: _girth_scores(turned, items), scale=scale, rounds=3
    )


def _girth_scores(turned: IntArray, items: GradedItems) -> ThetaScores:
    """Score as the last lines of girth's grm_mml do: it has no call that scores new people.

    ``turned`` (J, n) number an item's categories on from the item's before, as girth does. It
    gives no SD; the posterior's second moment comes from the same function as its first.
    """
    integrals = import_module("girth.unidimensional.polytomous.partial_integrals_poly")
    abilities = import_module("girth.unidimensional.polytomous.ability_estimation_poly")
    latent = import_module("girth.utilities.latent_ability_distribution").LatentPDF(_same_nodes())
    theta, weight = latent.quadrature_locations, latent.null_distribution * latent.weights
    lower = np.hstack([np.full((_ITEMS, 1), -10_000.0), items.thresholds]).ravel()
    upper = np.hstack([items.thresholds, np.full((_ITEMS, 1), 10_000.0)]).ravel()
    slopes = np.repeat(items.slopes, _CATEGORIES)
    invalid = np.zeros(turned.shape, dtype=np.bool_)
    density = np.ones((turned.shape[1], theta.size))
    for own, unknown in zip(turned, invalid, strict=True):
        density *= integrals._graded_partial_integral(  # noqa: SLF001
            theta, lower, upper, slopes, own, unknown
        )
    estimate = abilities._ability_eap_abstract  # noqa: SLF001
    mean, square = estimate(density, weight, theta), estimate(density, weight, theta**2)
    return ThetaScores(mean, np.sqrt(square - mean**2), (~invalid).sum(axis=0))


def _same_nodes() -> dict[str, Any]:
    """Give girth's settings for as many nodes over the same range as ours."""
    return {"quadrature_n": GRID.size, "quadrature_bounds": (float(GRID[0]), float(GRID[-1]))}


GRADED_BENCHES: Final[dict[str, Bench]] = {
    "calibrate": calibrate,
    "eap": scoring,
    "eap-million": scoring_a_million,
}
