"""Describe how reliable an instrument's scales are, from a file of answers of any length."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from assess import __version__
from assess.cli.answer_files import (
    AnswerFile,
    finite,
    missing_option,
    person_option,
    points_of,
)
from assess.cli.content import find_instrument, in_file, json_option, questionnaires_option
from assess.cli.faults import faults_to_exit
from assess.cli.progress import progress
from assess.cli.scoring import print_json
from assess.errors import Invalid
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import TOTAL, Instrument
from assess.instruments.scoring import judgement_key, scored_options
from assess.psychometrics.judgement_points import closeness
from assess.psychometrics.moments import ItemMoments, item_moments
from assess.psychometrics.reliability import (
    ScaleReliability,
    reliability_from,
    stratified_alpha_of,
)
from assess.selection.demand import COMPETENCIES

FloatArray = NDArray[np.float64]

LOWER_BOUND = "internal consistency of a judgement score is a lower bound of its reliability"


@dataclass(frozen=True)
class _Part:
    """One score: its items, and the moments of their points."""

    items: tuple[str, ...]
    moments: ItemMoments
    strata: NDArray[np.int64] | None = None


@click.command()
@click.argument("key")
@click.argument("answers", type=in_file)
@missing_option
@person_option
@questionnaires_option
@json_option
@faults_to_exit
def reliability(
    key: str,
    answers: Path,
    missing: tuple[str, ...],
    person: str,
    catalogue: Catalogue,
    *,
    as_json: bool,
) -> None:
    """Describe the scales of the instrument KEY, a key or a folder, in ANSWERS.csv.

    Alpha (persons without a blank on the scale), omega total with one factor, omega total and
    hierarchical with three group factors (from 6 items), mean, SD, SEM and SEE of the item mean
    in answer units, and each item's correlation with the rest of its scale.
    """
    instrument = find_instrument(catalogue, key, derived=False)
    if instrument.kind == "most_least":
        raise Invalid(f"{key}: a picture within the person has no reliability of this kind")
    file = AnswerFile(answers, instrument, missing, person)
    parts = _summed(file)
    found, faults = _described(parts, file)
    if not found:
        raise Invalid(*faults)
    for fault in faults:
        click.echo(fault, err=True)
    people = next(iter(parts.values())).moments.persons
    if as_json:
        head = {
            "instrument": instrument.key,
            "version": instrument.version,
            "instrument_sha256": instrument.digest,
            "engine": __version__,
            "people": people,
        }
        scales = {name: _document(parts[name], one) for name, one in found.items()}
        columns = {"ignored_columns": file.ignored, "absent_items": file.absent}
        print_json({**head, "scales": scales, "not_described": faults, **columns})
    else:
        click.echo(f"{instrument.key} {instrument.version}: {people} people")
        _print(parts, found)


def _summed(file: AnswerFile) -> dict[str, _Part]:
    """Sum up the points of each score over the whole file, a chunk at a time."""
    parts: dict[str, _Part] = {}
    with progress(file.size, "Reading") as step:
        for chunk in file.chunks(step):
            for name, more in _parts(file.instrument, chunk.values).items():
                known = parts.get(name)
                moments = known.moments + more.moments if known else more.moments
                parts[name] = _Part(more.items, moments, more.strata)
    return parts


def _parts(instrument: Instrument, answers: FloatArray) -> dict[str, _Part]:
    """Sum up the points of each score of some people."""
    if instrument.kind == "judgement":
        return _judgement_parts(instrument, answers)
    middle = (instrument.low + instrument.high) / 2
    return {
        scale.name: _Part(
            scale.item_ids,
            item_moments(points_of(instrument, scale, answers), np.full(len(scale.items), middle)),
        )
        for scale in instrument.scales
    }


def _judgement_parts(instrument: Instrument, ratings: FloatArray) -> dict[str, _Part]:
    """Sum up the closeness to the key of each competency's options, and of all of them."""
    key, weights = judgement_key(instrument)
    scored = scored_options(instrument)
    main = weights.argmax(axis=0)
    parts = {}
    for name, own in (*zip(COMPETENCIES, weights, strict=True), (TOTAL, np.ones(key.size))):
        used = own > 0
        if used.any():
            points = closeness(ratings[:, scored], key, own)[:, used]
            items = tuple(np.array(instrument.item_ids)[scored][used].tolist())
            parts[name] = _Part(items, item_moments(points), main if name == TOTAL else None)
    return parts


def _described(
    parts: Mapping[str, _Part], file: AnswerFile
) -> tuple[dict[str, ScaleReliability], list[str]]:
    """Describe each score that can be, and say of the others why not."""
    found, faults = {}, []
    for name, part in parts.items():
        try:
            _check(part, file)
            found[name] = reliability_from(part.moments)
        except ValueError as error:
            faults.append(f"{file.path}: scale {name}: {error}")
    return found, faults


def _check(part: _Part, file: AnswerFile) -> None:
    """Raise ValueError, naming the items, when some are absent or do not vary."""
    absent = [item for item in part.items if item in file.absent]
    if absent:
        raise ValueError(f"these items are absent: {', '.join(absent)}")
    if part.moments.complete > 2:
        variance = np.diag(part.moments.covariance())
        flat = [item for item, one in zip(part.items, variance, strict=True) if not one > 0]
        if flat:
            raise ValueError(f"everybody gave the same answer to {', '.join(flat)}")


def _document(part: _Part, one: ScaleReliability) -> dict[str, object]:
    """Give a scale's figures under the names scripts rely on."""
    document: dict[str, object] = {
        "items": one.items,
        "complete": one.complete,
        "alpha": finite(one.alpha),
        "alpha_pairwise": finite(one.alpha_pairwise),
        "alpha_standardised": finite(one.alpha_standardised),
        "lambda6": finite(one.lambda6),
        "mean_interitem_r": finite(one.mean_correlation),
        "omega_total": one.omega.total if one.omega else None,
        "omega_total_groups": one.omega_groups.total if one.omega_groups else None,
        "omega_hierarchical": one.omega_groups.hierarchical if one.omega_groups else None,
        "mean": one.mean,
        "sd": one.sd,
        "sem": finite(one.sem),
        "see": finite(one.see),
        "mean_answered": one.mean_answered,
        "sd_answered": one.sd_answered,
        "item_rest": dict(zip(part.items, map(finite, one.item_rest), strict=True)),
        "notes": list(one.notes),
    }
    if part.strata is not None:
        document["alpha_stratified"] = _stratified(part)
        document["notes"] = [LOWER_BOUND, *one.notes]
    return document


def _stratified(part: _Part) -> float | None:
    """Alpha stratified by each option's main competency; None when one has a single option."""
    if part.strata is None:
        return None
    try:
        return stratified_alpha_of(part.moments.covariance(), part.strata)
    except ValueError:
        return None


def _print(parts: Mapping[str, _Part], found: Mapping[str, ScaleReliability]) -> None:
    """Print a line a scale, and under it each item's correlation with the rest."""
    wide = max(map(len, found))
    names = ("items", "people", "alpha", "omega", "omega 3", "omega h", "mean", "SD", "SEM")
    click.echo(" ".join([" " * wide, *(f"{name:>7}" for name in names)]))
    for name, one in found.items():
        groups = one.omega_groups
        figures = [
            one.alpha,
            one.omega.total if one.omega else None,
            groups.total if groups else None,
            groups.hierarchical if groups else None,
            one.mean,
            one.sd,
            one.sem,
        ]
        cells = [f"{one.items:>7}", f"{one.complete:>7}", *map(_figure, figures)]
        click.echo(" ".join([f"{name:<{wide}}", *cells]))
    click.echo("\nCorrelation of each item with the rest of its scale")
    for name, one in found.items():
        pairs = zip(parts[name].items, one.item_rest, strict=True)
        click.echo(f"{name}: " + ", ".join(f"{item} {_figure(r).strip()}" for item, r in pairs))
    for name, one in found.items():
        for note in one.notes:
            click.echo(f"{name}: {note}", err=True)


def _figure(value: float | None) -> str:
    """Write three decimals in seven places, a dash for what there is not."""
    return f"{'-':>7}" if value is None or np.isnan(value) else f"{value:7.3f}"
