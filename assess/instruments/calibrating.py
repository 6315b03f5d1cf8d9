"""Making calibration.yaml: graded-response parameters of an instrument's scales from answers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import yaml
from numpy.typing import NDArray

from assess.errors import Invalid
from assess.instruments.model import AnchorFile, Instrument, ItemParameters, Scale
from assess.psychometrics.calibration import Anchors, GradedCalibration, calibrate_graded
from assess.psychometrics.irt import GradedItems
from assess.psychometrics.keying import reverse_keyed
from assess.psychometrics.standard_errors import ParameterErrors, parameter_errors

FloatArray = NDArray[np.float64]

_DECIMALS = 8
_HEADER = "# Made by `assess calibrate`; do not edit. Theta is N(0, 1) in the reference group.\n"
_ANCHORED_HEADER = (
    "# Made by `assess calibrate --anchors`; do not edit. Theta keeps the scale of the anchors:\n"
    "# it is N(0, 1) in their reference group. The latent mean and SD are of who answered now.\n"
)
_MODEL = (
    "Graded response, logistic, D = 1; Bock-Aitkin EM on 61 nodes from -6 to 6, {prior}, "
    "tolerance 1e-5 on parameters; reversed items enter as lowest + highest - answer; standard "
    "errors from the observed information."
)


@dataclass(frozen=True)
class Provenance:
    """Who answered, when this was made and with what: what a calibration must say of itself.

    ``reference_group`` is the group in which theta is N(0, 1).
    """

    source: str
    reference_group: str
    answers_sha256: str
    date: str
    engine: str


@dataclass(frozen=True)
class CalibratedScale:
    """One scale's estimates with their standard errors.

    Without ``errors`` the information does not give any: ``fault`` says why.
    """

    estimates: GradedCalibration
    errors: ParameterErrors | None
    fault: str = ""

    @property
    def flags(self) -> tuple[str, ...]:
        """What a reader must know: the calibration's own flags, and no-errors."""
        return (*self.estimates.flags, *(() if self.errors else ("no-errors",)))


def calibrate_instrument(
    instrument: Instrument,
    answers: FloatArray,
    *,
    anchors: AnchorFile | None = None,
    progress: Callable[[Scale], None] | None = None,
) -> dict[str, CalibratedScale]:
    """Calibrate each scale marked so, from ``answers`` (n, J) in item order, NaN missing.

    With ``anchors`` the items that stand in both are held at the earlier parameters, and the
    mean and SD of theta in these people are free. ``progress`` is told of each scale when it is
    done. Raises Invalid, naming the scale, when its answers cannot be calibrated, the iterations
    do not settle, or no anchor identifies it.
    """
    faults: list[str] = []
    found: dict[str, CalibratedScale] = {}
    for scale in (scale for scale in instrument.scales if scale.calibrated):
        held = None if anchors is None else anchors.scales.get(scale.name, ())
        try:
            found[scale.name] = _calibrated(
                categories_of(instrument, scale, answers),
                instrument.high - instrument.low + 1,
                None if held is None else _anchors(scale, held),
            )
        except ValueError as error:
            faults.append(f"scale {scale.name}: {named_items(str(error), scale)}")
        if progress is not None:
            progress(scale)
    if faults:
        raise Invalid(*faults)
    return found


def categories_of(instrument: Instrument, scale: Scale, answers: FloatArray) -> FloatArray:
    """Give a scale's ``answers`` as categories 0..K-1 (n, items of the scale), as keyed."""
    columns = [instrument.item_ids.index(item) for item in scale.item_ids]
    low, high = float(instrument.low), float(instrument.high)
    return reverse_keyed(answers[:, columns], np.array(scale.signs, float), low, high) - low


def named_items(fault: str, scale: Scale) -> str:
    """Put an item's id for its place in the scale, which is all that the estimation knows."""
    return re.sub(r"\bitem (\d+)", lambda found: scale.item_ids[int(found[1])], fault)


def _calibrated(
    categories: FloatArray, n_categories: int, anchors: Anchors | None
) -> CalibratedScale:
    """Calibrate one scale. Raises ValueError when that fails or does not settle."""
    estimates = calibrate_graded(categories, n_categories, anchors=anchors)
    if not estimates.converged:
        # Most often an item that repeats another, or too few people: its slope has no limit.
        steepest = int(estimates.items.slopes.argmax())
        raise ValueError(
            f"the iterations do not settle (after {estimates.iterations} cycles; "
            f"steepest: item {steepest}, slope {estimates.items.slopes[steepest]:.1f})"
        )
    try:
        return CalibratedScale(estimates, parameter_errors(categories, estimates))
    except ValueError as error:
        return CalibratedScale(estimates, None, str(error))


def _anchors(scale: Scale, held: tuple[ItemParameters, ...]) -> Anchors:
    """Lay out the items to hold, or refuse a scale that has none."""
    if not held:
        raise ValueError("not identified: none of its items stands in the anchors' calibration")
    return Anchors(
        tuple(scale.item_ids.index(one.item) for one in held),
        GradedItems(
            np.array([one.slope for one in held]), np.array([one.thresholds for one in held])
        ),
    )


def warnings_of(instrument: Instrument, calibrations: Mapping[str, CalibratedScale]) -> list[str]:
    """Give a line for each thing to know before the parameters are used.

    Answers that fewer than 10 people gave, errors that could not be had, anchors that are few or
    that these people are far from.
    """
    lines = []
    for scale in instrument.scales:
        if scale.name not in calibrations:
            continue
        one = calibrations[scale.name]
        told = [
            f"{item}: answer {answer} was given by {_how_many(people)}"
            for item, answer, people in sparse_answers(instrument, scale, one.estimates)
        ]
        if one.errors is None:
            told.append(f"no standard errors: {named_items(one.fault, scale)}")
        if "few-anchors" in one.flags:
            names = ", ".join(scale.item_ids[place] for place in one.estimates.anchored)
            told.append(f"few anchors hold its scale: {names}")
        if "far-off" in one.flags:
            mean = one.estimates.latent_mean
            told.append(f"these people's mean is {mean:.2f} SD from the reference group's")
        lines += [f"scale {scale.name}: {line}" for line in told]
    return lines


def _how_many(people: int) -> str:
    return {0: "nobody", 1: "1 person only"}.get(people, f"{people} people only")


def sparse_answers(
    instrument: Instrument, scale: Scale, estimates: GradedCalibration
) -> list[tuple[str, int, int]]:
    """Give item, answer as it was given, and people, for each answer of fewer than 10 people."""
    found = []
    for place, category, count in estimates.sparse:
        item, sign = scale.items[place]
        answer = instrument.low + category if sign > 0 else instrument.high - category
        found.append((item, answer, count))
    return found


def calibration_yaml(
    instrument: Instrument,
    calibrations: Mapping[str, CalibratedScale],
    provenance: Provenance,
    anchors: AnchorFile | None = None,
) -> str:
    """Write calibrations as the text of a calibration.yaml."""
    persons = {one.estimates.n_persons for one in calibrations.values()}
    prior = "N(0, 1)" if anchors is None else "N(mean, SD) free, anchored items held"
    document = {
        "instrument": instrument.key,
        "version": instrument.version,
        "date": provenance.date,
        "engine": provenance.engine,
        "persons": max(persons),
        "source": provenance.source,
        "reference_group": provenance.reference_group,
        "answers_sha256": provenance.answers_sha256,
        "model": _MODEL.format(prior=prior),
        **({} if anchors is None else {"anchors": vars(anchors.source)}),
        "scales": {
            scale.name: _scale(scale, calibrations[scale.name])
            for scale in instrument.scales
            if scale.name in calibrations
        },
    }
    return (_HEADER if anchors is None else _ANCHORED_HEADER) + dump(document)


def dump(document: Mapping[str, object]) -> str:
    """Write a document as YAML, keys in the given order, innermost lists on one line."""
    text: str = yaml.safe_dump(
        dict(document), sort_keys=False, default_flow_style=None, width=100, allow_unicode=True
    )
    return text


def _scale(scale: Scale, one: CalibratedScale) -> dict[str, object]:
    estimates = one.estimates
    document: dict[str, object] = {
        "log_likelihood": round(estimates.log_likelihood, 6),
        "iterations": estimates.iterations,
    }
    if estimates.anchored:
        document["anchored"] = [scale.item_ids[place] for place in estimates.anchored]
        document["latent_mean"] = _rounded(estimates.latent_mean)
        document["latent_sd"] = _rounded(estimates.latent_sd)
        if one.errors is not None:
            document["latent_mean_se"] = _rounded(one.errors.latent_mean)
            document["latent_sd_se"] = _rounded(one.errors.latent_sd)
    document["items"] = {
        item: {"sign": sign, **_parameters(one, place)}
        for place, (item, sign) in enumerate(scale.items)
    }
    return document


def _parameters(one: CalibratedScale, place: int) -> dict[str, object]:
    """Give an item's slope and thresholds, and their standard errors where there are any."""
    items, errors = one.estimates.items, one.errors
    document: dict[str, object] = {
        "a": _rounded(items.slopes[place]),
        "b": [_rounded(b) for b in items.thresholds[place]],
    }
    if errors is not None:
        document["a_se"] = _rounded(errors.slopes[place])
        document["b_se"] = [_rounded(error) for error in errors.thresholds[place]]
    return document


def _rounded(value: float) -> float | None:
    """Round to the decimals that are kept; None for NaN."""
    return None if np.isnan(value) else round(float(value), _DECIMALS)
