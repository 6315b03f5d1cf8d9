"""Reading calibration.yaml: item parameters, their errors, and what anchors them.

It names the instrument and version it was made for; what no longer matches is a fault.
"""

import hashlib
from itertools import pairwise
from math import isnan
from pathlib import Path

from assess.instruments.document import Node, read_document, refuse
from assess.instruments.model import (
    AnchorFile,
    AnchorSource,
    Calibration,
    Instrument,
    ItemParameters,
    Scale,
    ScaleCalibration,
)

_CALIBRATION_KEYS = (
    *("instrument", "version", "date", "engine", "persons", "source", "reference_group"),
    *("answers_sha256", "model", "scales"),
)
_LATENT_KEYS = ("latent_mean", "latent_sd")
_LATENT_ERROR_KEYS = ("latent_mean_se", "latent_sd_se")


def read_calibration(path: Path, instrument: Instrument, faults: list[str]) -> Calibration | None:
    """Read ``calibration.yaml`` and hold it against the instrument's scales and items."""
    root = read_document(path, faults)
    if not isinstance(root.value, dict):
        return None
    root.expect(_CALIBRATION_KEYS, ("anchors",))
    refuse_another(root, instrument)
    wanted = {scale.name: scale for scale in instrument.scales if scale.calibrated}
    scales = root.child("scales")
    for name, node in scales.pairs():
        if name not in wanted:
            node.fault("is not a calibrated scale of this instrument")
    steps = instrument.high - instrument.low
    found = {
        name: _scale_calibration(scales.child(name), scale, steps) for name, scale in wanted.items()
    }
    return Calibration(
        date=root.day("date"),
        engine=root.text("engine"),
        persons=root.whole("persons", 1),
        source=root.text("source"),
        reference_group=root.text("reference_group"),
        answers_sha256=root.text("answers_sha256"),
        scales=found,
        anchors=_anchor_source(root, anchored=any(one.anchored for one in found.values())),
    )


def read_anchors(path: Path, instrument: Instrument) -> AnchorFile:
    """Read an earlier calibration of an instrument, of this version or another, as anchors.

    Scales and items that no longer stand in the instrument are passed over.
    Raises Invalid when the file is no calibration of this instrument, or when an item that
    stands in both has another sign or another number of thresholds.
    """
    faults: list[str] = []
    root = read_document(path, faults)
    refuse(faults)
    root.expect(_CALIBRATION_KEYS, ("anchors",))
    refuse_another(root, instrument, ("instrument",))
    steps = instrument.high - instrument.low
    given = dict(root.child("scales").pairs())
    scales = {}
    for scale in (scale for scale in instrument.scales if scale.name in given):
        node = given[scale.name]
        items = node.child("items")
        standing = [item for item, _ in items.pairs()]
        held = [entry.value for entry in node.child("anchored").entries()]
        scales[scale.name] = tuple(
            _parameters(items.child(item), item, sign, steps, held=item in held)
            for item, sign in scale.items
            if item in standing
        )
    source = AnchorSource(
        version=root.text("version"),
        date=root.day("date"),
        engine=root.text("engine"),
        persons=root.whole("persons", 1),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )
    refuse(faults)
    return AnchorFile(source, root.text("reference_group"), scales)


def refuse_another(
    root: Node, instrument: Instrument, keys: tuple[str, ...] = ("instrument", "version")
) -> None:
    """Note that a derived file was made for another instrument, or another version of it."""
    values = {"instrument": instrument.key, "version": instrument.version}
    for key in keys:
        if root.has(key) and root.child(key).value != values[key]:
            root.child(key).fault(
                f"is {root.child(key).value!r}, but the instrument's is {values[key]!r}"
            )


def _anchor_source(root: Node, *, anchored: bool) -> AnchorSource | None:
    """Read whose scale is kept: said exactly when a scale has anchored items."""
    node = root.child("anchors")
    if not anchored:
        if root.has("anchors"):
            node.fault("no scale has anchored items")
        return None
    node.expect(("version", "date", "engine", "persons", "sha256"))
    return AnchorSource(
        version=node.text("version"),
        date=node.day("date"),
        engine=node.text("engine"),
        persons=node.whole("persons", 1),
        sha256=node.text("sha256"),
    )


def _scale_calibration(node: Node, scale: Scale, steps: int) -> ScaleCalibration:
    node.expect(
        ("log_likelihood", "iterations", "items"),
        ("anchored", *_LATENT_KEYS, *_LATENT_ERROR_KEYS),
    )
    items = node.child("items")
    for item, entry in items.pairs():
        if item not in scale.item_ids:
            entry.fault(f"is not an item of the scale {scale.name}")
    anchored = _anchored(node, scale)
    mean, sd = (node.number(key) for key in _LATENT_KEYS) if anchored else (0.0, 1.0)
    if sd <= 0:
        node.child("latent_sd").fault("an SD must be positive")
    mean_error, sd_error = (
        _error(node.child(key)) if node.has(key) else None for key in _LATENT_ERROR_KEYS
    )
    return ScaleCalibration(
        log_likelihood=node.number("log_likelihood"),
        parameters=tuple(
            _parameters(items.child(item), item, sign, steps, held=item in anchored)
            for item, sign in scale.items
        ),
        anchored=anchored,
        latent_mean=mean,
        latent_sd=sd,
        latent_mean_error=mean_error,
        latent_sd_error=sd_error,
    )


def _anchored(node: Node, scale: Scale) -> tuple[str, ...]:
    """Read which items were held fixed; the latent mean and SD are given with them, or not."""
    anchored = tuple(entry.as_text() for entry in node.child("anchored").entries())
    for entry in node.child("anchored").entries():
        if entry.value not in scale.item_ids:
            entry.fault(f"is not an item of the scale {scale.name}")
        elif anchored.count(str(entry.value)) > 1:
            entry.fault("is given twice")
    for key in _LATENT_KEYS if anchored else ():
        if not node.has(key):
            node.child(key).fault("is missing: the scale has anchored items")
    for key in () if anchored else (*_LATENT_KEYS, *_LATENT_ERROR_KEYS):
        if node.has(key):
            node.child(key).fault("means nothing without anchored items")
    return anchored


def _parameters(node: Node, item: str, sign: int, steps: int, *, held: bool) -> ItemParameters:
    """Read an item: sign, slope a and thresholds b, null where two categories are one."""
    node.expect(("sign", "a", "b"), ("a_se", "b_se"))
    if node.has("sign") and node.whole("sign", -1, 1) != sign:
        node.child("sign").fault(f"is {node.child('sign').value!r}, but the instrument's is {sign}")
    thresholds = tuple(
        float("nan") if entry.value is None else entry.as_number()
        for entry in node.child("b").entries()
    )
    known = [value for value in thresholds if not isnan(value)]
    if node.has("b") and len(thresholds) != steps:
        node.child("b").fault(f"must hold {steps} thresholds, not {len(thresholds)}")
    elif node.has("b") and not known:
        node.child("b").fault("must hold at least one threshold")
    if any(low >= high for low, high in pairwise(known)):
        node.child("b").fault("thresholds must ascend")
    slope = node.number("a")
    if slope <= 0:
        node.child("a").fault("a slope must be positive")
    slope_error, threshold_errors = _parameter_errors(node, steps, held=held)
    return ItemParameters(item, sign, slope, thresholds, slope_error, threshold_errors)


def _parameter_errors(
    node: Node, steps: int, *, held: bool
) -> tuple[float | None, tuple[float | None, ...]]:
    """Read an item's standard errors, None for each that is null; older files have none.

    An error stands exactly where a parameter was estimated.
    """
    given = node.value if isinstance(node.value, dict) else {}
    if not {"a_se", "b_se"} & set(given):
        return None, (None,) * steps
    for key in {"a_se", "b_se"} - set(given):
        node.child(key).fault("is missing: a_se and b_se are given together")
    slope, entries = node.child("a_se"), node.child("b_se").entries()
    pairs = [(node.child("a"), slope)] if "a_se" in given else []
    if "b_se" in given and len(entries) != steps:
        node.child("b_se").fault(f"must hold {steps} standard errors, not {len(entries)}")
    else:
        pairs += zip(node.child("b").entries(), entries, strict=False)
    for parameter, error in pairs:
        estimated = parameter.value is not None and not held
        if error.value is not None and not estimated:
            what = "an anchored item" if held else "a threshold that does not exist"
            error.fault(f"{what} has no standard error: it must be null")
        elif error.value is None and estimated:
            error.fault("is null, but what it is the error of was estimated")
    return _error(slope), tuple(_error(entry) for entry in entries)


def _error(node: Node) -> float | None:
    """Read a standard error; None for null."""
    if node.value is None:
        return None
    error = node.as_number()
    if error <= 0:
        node.fault("a standard error must be positive")
    return error
