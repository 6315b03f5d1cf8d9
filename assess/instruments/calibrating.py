"""Making calibration.yaml: graded-response parameters of an instrument's scales from answers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import yaml
from numpy.typing import NDArray

from assess.errors import Invalid
from assess.instruments.model import Instrument, Scale
from assess.psychometrics.calibration import GradedCalibration, calibrate_graded
from assess.psychometrics.keying import reverse_keyed

FloatArray = NDArray[np.float64]

_DECIMALS = 8
_HEADER = "# Made by `assess calibrate`; do not edit. Theta is N(0, 1) in the reference group.\n"
_MODEL = (
    "Graded response, logistic, D = 1; Bock-Aitkin EM on 61 nodes from -6 to 6, N(0, 1), "
    "tolerance 1e-5 on parameters; reversed items enter as lowest + highest - answer."
)


@dataclass(frozen=True)
class Provenance:
    """Who answered, when this was made and with what: what a calibration must say of itself."""

    source: str
    reference_group: str
    answers_sha256: str
    date: str
    engine: str


def calibrate_instrument(
    instrument: Instrument,
    answers: FloatArray,
    *,
    progress: Callable[[Scale], None] | None = None,
) -> dict[str, GradedCalibration]:
    """Calibrate each scale marked so, from ``answers`` (n, J) in item order, NaN missing.

    ``progress`` is told of each scale when it is done. Raises Invalid, naming the scale, when
    its answers cannot be calibrated or the iterations do not settle.
    """
    faults: list[str] = []
    found: dict[str, GradedCalibration] = {}
    low, high = float(instrument.low), float(instrument.high)
    for scale in (scale for scale in instrument.scales if scale.calibrated):
        columns = [instrument.item_ids.index(item) for item in scale.item_ids]
        points = reverse_keyed(answers[:, columns], np.array(scale.signs, float), low, high)
        try:
            found[scale.name] = calibrate_graded(points - low, int(high - low) + 1)
        except ValueError as error:
            faults.append(f"scale {scale.name}: {_named(str(error), scale)}")
        else:
            if not found[scale.name].converged:
                faults.append(f"scale {scale.name}: the iterations do not settle")
        if progress is not None:
            progress(scale)
    if faults:
        raise Invalid(*faults)
    return found


def _named(fault: str, scale: Scale) -> str:
    """Put an item's id for its place in the scale, which is all that the estimation knows."""
    return re.sub(r"\bitem (\d+)", lambda found: scale.item_ids[int(found[1])], fault)


def sparse_warnings(
    instrument: Instrument, calibrations: Mapping[str, GradedCalibration]
) -> list[str]:
    """Give a line for each answer category that fewer than 10 people chose."""
    lines = []
    for scale in instrument.scales:
        if scale.name not in calibrations:
            continue
        for place, category, count in calibrations[scale.name].sparse:
            item, sign = scale.items[place]
            answer = instrument.low + category if sign > 0 else instrument.high - category
            people = "1 person" if count == 1 else f"{count} people"
            lines.append(f"scale {scale.name}: {item}: answer {answer} was given by {people} only")
    return lines


def calibration_yaml(
    instrument: Instrument,
    calibrations: Mapping[str, GradedCalibration],
    provenance: Provenance,
) -> str:
    """Write calibrations as the text of a calibration.yaml."""
    persons = {calibration.n_persons for calibration in calibrations.values()}
    document = {
        "instrument": instrument.key,
        "version": instrument.version,
        "date": provenance.date,
        "engine": provenance.engine,
        "persons": max(persons),
        "source": provenance.source,
        "reference_group": provenance.reference_group,
        "answers_sha256": provenance.answers_sha256,
        "model": _MODEL,
        "scales": {
            scale.name: _scale(scale, calibrations[scale.name])
            for scale in instrument.scales
            if scale.name in calibrations
        },
    }
    return _HEADER + dump(document)


def dump(document: Mapping[str, object]) -> str:
    """Write a document as YAML, keys in the given order, innermost lists on one line."""
    text: str = yaml.safe_dump(
        dict(document), sort_keys=False, default_flow_style=None, width=100, allow_unicode=True
    )
    return text


def _scale(scale: Scale, calibration: GradedCalibration) -> dict[str, object]:
    return {
        "log_likelihood": round(calibration.log_likelihood, 6),
        "iterations": calibration.iterations,
        "items": {
            item: {
                "sign": sign,
                "a": round(float(slope), _DECIMALS),
                "b": [None if np.isnan(b) else round(float(b), _DECIMALS) for b in thresholds],
            }
            for (item, sign), slope, thresholds in zip(
                scale.items, calibration.items.slopes, calibration.items.thresholds, strict=True
            )
        },
    }
