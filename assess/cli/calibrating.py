"""Calibrate from the command line: a CSV table of answers in, a calibration.yaml out."""

from collections.abc import Mapping
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from assess import __version__
from assess.cli.answer_files import finite
from assess.cli.content import (
    date_option,
    find_instrument,
    in_file,
    json_option,
    out_file,
    questionnaires_option,
)
from assess.cli.faults import faults_to_exit
from assess.cli.progress import progress
from assess.cli.scoring import matched_columns, print_json, provenance
from assess.cli.tables import Table, whole_file, whole_number
from assess.errors import Invalid
from assess.instruments.calibrating import (
    CalibratedScale,
    calibrate_instrument,
    calibration_yaml,
    categories_of,
    sparse_answers,
    warnings_of,
)
from assess.instruments.calibration_file import read_anchors
from assess.instruments.calibration_fit import ScaleFit, scale_fit
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import AnchorFile, Instrument, Scale
from assess.psychometrics.limited_information import ModelFit

FloatArray = NDArray[np.float64]


@click.command()
@click.argument("key")
@click.argument("answers", type=in_file)
@click.option("-o", "--output", type=out_file, required=True, help="The YAML file to write.")
@click.option(
    "--anchors",
    "anchor_path",
    type=in_file,
    help="An earlier calibration whose scale is kept: items that stand in both are held.",
)
@click.option("--source", help="Where the answers come from; default: the file's name.")
@click.option("--reference-group", help="Who answered, in words for a report.")
@date_option
@questionnaires_option
@json_option
@faults_to_exit
def calibrate(
    key: str,
    answers: Path,
    output: Path,
    anchor_path: Path | None,
    source: str | None,
    reference_group: str | None,
    date: str,
    catalogue: Catalogue,
    *,
    as_json: bool,
) -> None:
    """Calibrate the instrument KEY, a key or a folder, from ANSWERS.csv.

    Every scale marked as calibrated gets graded-response parameters with their standard errors:
    slope a and thresholds b of each item, theta being N(0, 1) in the people who answered.

    With --anchors items that stand in an earlier calibration too are held at its parameters, and
    the people's mean and SD are free: theta keeps the zero and unit of the earlier reference
    group, so that scores stay comparable. With --json the fit of each scale is in the document.
    """
    if anchor_path is not None and reference_group is not None:
        raise click.UsageError("With --anchors the reference group stays the anchors' own.")
    instrument = find_instrument(catalogue, key, derived=False)
    if instrument.kind != "rating":
        what = "normed" if instrument.kind == "judgement" else "a picture within the person"
        raise Invalid(f"{key}: a {instrument.kind} instrument is {what}, not calibrated")
    anchors = None if anchor_path is None else read_anchors(anchor_path, instrument)
    table = Table(answers)
    ignored, absent = matched_columns(table, instrument)
    parse = whole_number(instrument.low, instrument.high)
    values = np.vstack([chunk.values for chunk in table.chunks(instrument.item_ids, parse)])
    found = _calibrated(instrument, values, answers, anchors)
    group = reference_group if anchors is None else anchors.reference_group
    made = provenance(answers, source, group, date)
    with whole_file(output) as file:
        file.write(calibration_yaml(instrument, found, made, anchors))
    warnings = warnings_of(instrument, found)
    for warning in warnings:
        click.echo(warning, err=True)
    if as_json:
        document = _document(instrument, values, found, anchors)
        columns = {"ignored_columns": ignored, "absent_items": absent}
        print_json({**document, "warnings": warnings, **columns})
        return
    click.echo(f"{len(found)} scales calibrated on {len(values)} people: {output}")
    for line in _anchor_lines(instrument, found):
        click.echo(line)


def _scales(instrument: Instrument) -> list[Scale]:
    return [scale for scale in instrument.scales if scale.calibrated]


def _calibrated(
    instrument: Instrument,
    values: FloatArray,
    path: Path,
    anchors: AnchorFile | None,
) -> dict[str, CalibratedScale]:
    """Calibrate, and name the file in each fault."""
    try:
        with progress(len(_scales(instrument)), "Calibrating") as step:
            return calibrate_instrument(
                instrument, values, anchors=anchors, progress=lambda _: step(1)
            )
    except Invalid as error:
        raise Invalid(*(f"{path}: {fault}" for fault in error.faults)) from None


def _anchor_lines(instrument: Instrument, found: Mapping[str, CalibratedScale]) -> list[str]:
    """Say of each anchored scale what was held, and where these people stand on it."""
    return [
        f"scale {scale.name}: {len(one.anchored)} of {len(scale.items)} items anchored, "
        f"mean {one.latent_mean:.3f} and SD {one.latent_sd:.3f} on the anchors' scale"
        for scale in _scales(instrument)
        if (one := found[scale.name].estimates).anchored
    ]


def _document(
    instrument: Instrument,
    values: FloatArray,
    found: Mapping[str, CalibratedScale],
    anchors: AnchorFile | None,
) -> dict[str, object]:
    """Say what was calibrated, and give the figures of each scale."""
    return {
        "instrument": instrument.key,
        "version": instrument.version,
        "engine": __version__,
        "people": len(values),
        "anchors": None if anchors is None else vars(anchors.source),
        "scales": {
            scale.name: _scale_document(instrument, scale, values, found[scale.name])
            for scale in _scales(instrument)
        },
    }


def _scale_document(
    instrument: Instrument, scale: Scale, values: FloatArray, found: CalibratedScale
) -> dict[str, object]:
    """Give a scale's figures under the names scripts rely on."""
    one = found.estimates
    sparse = sparse_answers(instrument, scale, one)
    fit = scale_fit(scale, categories_of(instrument, scale, values), one)
    return {
        "people": one.n_persons,
        "items": len(scale.items),
        "log_likelihood": one.log_likelihood,
        "iterations": one.iterations,
        "converged": one.converged,
        "flags": list(found.flags),
        "sparse": [{"item": item, "answer": answer, "people": n} for item, answer, n in sparse],
        "anchored": [scale.item_ids[place] for place in one.anchored],
        "latent_mean": one.latent_mean,
        "latent_sd": one.latent_sd,
        "latent_mean_se": finite(found.errors.latent_mean) if found.errors else None,
        "latent_sd_se": finite(found.errors.latent_sd) if found.errors else None,
        **_fit_document(fit),
    }


def _fit_document(fit: ScaleFit) -> dict[str, object]:
    """Give the fit of a scale: as a whole, and the items that stand out."""
    misfits = fit.misfits
    return {
        "marginal_reliability": fit.reliability,
        "c2": _model_document(fit.model) if fit.model else None,
        "s_x2_stands_out": None
        if misfits is None
        else [
            {
                "item": one.item,
                "s_x2": one.statistic,
                "df": one.df,
                "p": one.p,
                "p_adjusted": one.adjusted,
                "rmsea": one.rmsea,
            }
            for one in misfits
        ],
        "q3_stands_out": [
            {"items": list(one.items), "q3": one.q3, "above_mean": one.above_mean}
            for one in fit.dependences
        ],
        "notes": list(fit.notes),
    }


def _model_document(model: ModelFit) -> dict[str, object]:
    return {
        "people": model.n_persons,
        "statistic": model.statistic,
        "df": model.df,
        "p": model.p,
        "rmsea": model.rmsea,
        "rmsea_low": model.rmsea_low,
        "rmsea_high": model.rmsea_high,
        "srmsr": model.srmsr,
        "tli": finite(model.tli),
        "cfi": finite(model.cfi),
        "flags": list(model.flags),
    }
