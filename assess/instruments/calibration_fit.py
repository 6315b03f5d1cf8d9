"""How well calibrated scales describe the answers they were calibrated from."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from assess.instruments.calibrating import named_items
from assess.instruments.model import Scale
from assess.psychometrics.calibration import GradedCalibration
from assess.psychometrics.information import marginal_reliability
from assess.psychometrics.irt import GradedItems
from assess.psychometrics.itemfit import item_fit, local_dependence
from assess.psychometrics.limited_information import ModelFit, model_fit

FloatArray = NDArray[np.float64]

FALSE_DISCOVERIES: Final = 0.05
"""Share of false alarms to expect among the items of a scale that stand out by S-X2."""


@dataclass(frozen=True)
class Misfit:
    """An item whose S-X2 stands out; ``adjusted`` is p over all items of the scale."""

    item: str
    statistic: float
    df: int
    p: float
    adjusted: float
    rmsea: float


@dataclass(frozen=True)
class Dependence:
    """Two items that share more than the trait: their Q3, and how far it is above the mean."""

    items: tuple[str, str]
    q3: float
    above_mean: float


@dataclass(frozen=True)
class ScaleFit:
    """How well one scale's parameters fit.

    ``reliability`` marginal, expected in people spread as these are, 0 to 1 · ``model`` C2 and
    its indices, ``misfits`` the items whose S-X2 stands out, None where there is none ·
    ``dependences`` the pairs whose Q3 does · ``notes`` why something is None.
    """

    reliability: float
    model: ModelFit | None
    misfits: tuple[Misfit, ...] | None
    dependences: tuple[Dependence, ...]
    notes: tuple[str, ...]


def scale_fit(scale: Scale, categories: FloatArray, calibration: GradedCalibration) -> ScaleFit:
    """Describe the fit of a ``calibration`` to its ``categories`` (n, J), NaN missing.

    An item stands out when its S-X2 is significant with at most 5 % false discoveries over the
    scale. With anchors the fit is that of the model in these people: it does not test whether
    the anchors have moved.

    Source: Benjamini & Hochberg (1995), J. R. Statist. Soc. B 57(1), 289-300.
    """
    items = _in_own_units(calibration)
    notes: list[str] = []
    model, misfits = None, None
    try:
        model = model_fit(categories, items)
    except ValueError as error:
        notes.append(f"C2: {named_items(str(error), scale)}")
    try:
        misfits = _misfits(scale, categories, items)
    except ValueError as error:
        notes.append(f"S-X2: {named_items(str(error), scale)}")
    local = local_dependence(categories, items)
    dependences = tuple(
        Dependence((scale.item_ids[i], scale.item_ids[j]), q3, q3 - local.mean)
        for i, j, q3 in local.dependent
    )
    return ScaleFit(marginal_reliability(items), model, misfits, dependences, tuple(notes))


def _in_own_units(calibration: GradedCalibration) -> GradedItems:
    """Give the items in the units in which theta is N(0, 1) in these people."""
    mean, sd = calibration.latent_mean, calibration.latent_sd
    items = calibration.items
    return GradedItems(items.slopes * sd, (items.thresholds - mean) / sd)


def _misfits(scale: Scale, categories: FloatArray, items: GradedItems) -> tuple[Misfit, ...]:
    """Give the items whose S-X2 stands out, in the scale's order."""
    fit = item_fit(categories, items)
    tested = np.flatnonzero(~np.isnan(fit.p))
    adjusted = np.full(fit.p.shape, np.nan)
    if tested.size:
        adjusted[tested] = false_discovery_control(fit.p[tested])
    return tuple(
        Misfit(
            item=scale.item_ids[place],
            statistic=float(fit.statistic[place]),
            df=int(fit.df[place]),
            p=float(fit.p[place]),
            adjusted=float(adjusted[place]),
            rmsea=float(fit.rmsea[place]),
        )
        for place in np.flatnonzero(adjusted < FALSE_DISCOVERIES)
    )
