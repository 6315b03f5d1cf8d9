"""Flag answers that look careless, person by person, changing nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from assess.cli.answer_files import AnswerFile, missing_option, person_option, points_of
from assess.cli.content import (
    find_instrument,
    in_file,
    json_option,
    out_file,
    questionnaires_option,
)
from assess.cli.faults import faults_to_exit
from assess.cli.progress import progress
from assess.cli.scoring import print_json
from assess.cli.tables import cell, quoted, whole_file
from assess.errors import Invalid
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument, Scale
from assess.psychometrics.irt import GradedItems
from assess.psychometrics.mahalanobis import (
    AnswerSpace,
    empirical_percentile,
    mahalanobis,
    space_of,
)
from assess.psychometrics.moments import item_moments
from assess.psychometrics.person_fit import combined_fit, person_fit
from assess.psychometrics.quality import (
    QualityCuts,
    QualityIndices,
    quality_flags,
    quality_indices,
    with_distances,
    with_person_fit,
)

FloatArray = NDArray[np.float64]

COLUMNS = (
    *("person", "long_string", "average_string", "variability", "even_odd"),
    *("mahalanobis", "mahalanobis_percentile", "person_fit", "person_fit_percentile"),
    *("answered", "flags"),
)
DECIMALS = 6


@dataclass(frozen=True)
class _Reference:
    """A group's answer space, None if it has none, its members' distances and person fits.

    ``same`` when the group is the very file that is judged, so that the fits are its people's.
    """

    space: AnswerSpace | None
    distances: FloatArray
    fits: FloatArray
    same: bool


@click.command()
@click.argument("key")
@click.argument("answers", type=in_file)
@click.option("-o", "--output", type=out_file, required=True, help="The CSV file to write.")
@click.option(
    "--reference",
    type=in_file,
    help="Answers of the group that distances are taken from; default: ANSWERS.csv itself.",
)
@missing_option
@person_option
@questionnaires_option
@json_option
@faults_to_exit
def quality(
    key: str,
    answers: Path,
    output: Path,
    reference: Path | None,
    missing: tuple[str, ...],
    person: str,
    catalogue: Catalogue,
    *,
    as_json: bool,
) -> None:
    """Write indices of careless answering for each person of ANSWERS.csv.

    Longest and average run of one answer, SD within the person, consistency of odd and even
    halves, squared Mahalanobis distance with its percentile in the reference, person fit (lz*,
    when the instrument is calibrated) with its own, answers given, and the names of the flags
    raised, parted by a space. A flag is a reason to look, never to change a score.
    """
    instrument, notes = _instrument(catalogue, key)
    file = AnswerFile(answers, instrument, missing, person)
    group = file if reference is None else AnswerFile(reference, instrument, missing, person)
    people, raised = _write(file, group, output, notes)
    for note in notes:
        click.echo(note, err=True)
    if as_json:
        document = {
            "instrument": instrument.key,
            "version": instrument.version,
            "instrument_sha256": instrument.digest,
            "reference": str(group.path),
            "people": people,
            "columns": list(COLUMNS),
            "flags": raised,
            "cuts": dict(QualityCuts().__dict__),
            "notes": notes,
        }
        columns = {"ignored_columns": file.ignored, "absent_items": file.absent}
        print_json({**document, **columns})
    else:
        words = ", ".join(f"{name} {count}" for name, count in raised.items()) or "none"
        click.echo(f"{people} people, flags raised: {words}: {output}")


def _write(
    file: AnswerFile, group: AnswerFile, output: Path, notes: list[str]
) -> tuple[int, dict[str, int]]:
    """Write the output; give how many people there were, and how often each flag was raised."""
    people, raised = 0, dict[str, int]()
    # The reference is read twice: for its covariances, then for its distances.
    with progress(2 * group.size + file.size, "Reading") as step:
        found = _reference(group, step, notes, same=group is file)
        with whole_file(output) as target:
            target.write(",".join(COLUMNS) + "\n")
            for lines, flags in _written(file, found, step):
                target.writelines(lines)
                people += len(flags)
                for name in (name for person in flags for name in person):
                    raised[name] = raised.get(name, 0) + 1
    return people, dict(sorted(raised.items()))


def _instrument(catalogue: Catalogue, key: str) -> tuple[Instrument, list[str]]:
    """Load with the calibration when there is one that can be read; else say there is none."""
    plain = find_instrument(catalogue, key, derived=False)
    if plain.kind == "most_least":
        raise Invalid(f"{key}: marks of most and least have no such indices")
    if plain.kind == "judgement":
        return plain, [f"{key}: a judgement instrument has no even-odd scales and no person fit"]
    try:
        return find_instrument(catalogue, key), []
    except Invalid as error:
        return plain, [f"{key}: no person fit: {error.faults[0]}"]


def _reference(
    file: AnswerFile, step: Callable[[int], None], notes: list[str], *, same: bool
) -> _Reference:
    """Take the answer space of a file, with a note if it has none, and its people's indices.

    The whole file is read before anything is written, so that its faults are found.
    """
    instrument = file.instrument
    present = _present(file)
    middle = np.full(int(present.sum()), (instrument.low + instrument.high) / 2)
    moments = item_moments(np.empty((0, middle.size)), middle)
    for chunk in file.chunks(step):
        moments += item_moments(chunk.values[:, present], middle)
    try:
        space = space_of(moments)
    except ValueError as error:
        notes.append(f"{file.path}: no Mahalanobis distance: {error}")
        space = None
    distances, fits = [np.empty(0)], [np.empty(0)]
    for chunk in file.chunks(step):
        if space is not None:
            distances.append(mahalanobis(chunk.values[:, present], space).standard)
        fits.append(_fit(instrument, _points(instrument, chunk.values)))
    return _Reference(space, np.concatenate(distances), np.concatenate(fits), same)


def _present(file: AnswerFile) -> NDArray[np.bool_]:
    return np.array([item not in file.absent for item in file.instrument.item_ids])


def _written(
    file: AnswerFile, reference: _Reference, step: Callable[[int], None]
) -> Iterator[tuple[list[str], tuple[tuple[str, ...], ...]]]:
    """Give the lines of the output, and the flags, chunk by chunk."""
    instrument = file.instrument
    width = float(instrument.high - instrument.low)
    start = 0
    for chunk in file.chunks(step):
        points = _points(instrument, chunk.values)
        end = start + len(chunk.people)
        known = reference.same and reference.fits.size
        fit = reference.fits[start:end] if known else _fit(instrument, points)
        start = end
        indices = _indices(file, chunk.values, points, fit, reference)
        flags = quality_flags(indices, width)
        answered = (~np.isnan(chunk.values)).sum(axis=1)
        columns = (
            *(indices.average, indices.variability, indices.even_odd),
            *(indices.distance, indices.distance_percentile),
            *(indices.person_fit, indices.person_fit_percentile),
        )
        numbers = zip(*(column.tolist() for column in columns), strict=True)
        rows = zip(chunk.people, indices.longest, numbers, answered, flags, strict=True)
        lines = [
            f"{quoted(person)},{longest},"
            f"{','.join(cell(value, DECIMALS) for value in values)},{count},{' '.join(names)}\n"
            for person, longest, values, count, names in rows
        ]
        yield lines, flags


def _indices(
    file: AnswerFile,
    answers: FloatArray,
    points: Sequence[FloatArray],
    fit: FloatArray,
    reference: _Reference,
) -> QualityIndices:
    """Give every index that can be had of some people with ``points`` a scale, and their fit."""
    ends = np.cumsum([own.shape[1] for own in points]).tolist()
    scales = [range(end - own.shape[1], end) for end, own in zip(ends, points, strict=True)]
    keyed = np.hstack(points) if points else answers
    indices = quality_indices(answers, keyed, scales)
    if reference.space is not None:
        far = mahalanobis(answers[:, _present(file)], reference.space)
        rarity = empirical_percentile(far.standard, reference.distances)
        indices = with_distances(indices, far.squared, rarity)
    if not np.isnan(reference.fits).all():
        indices = with_person_fit(indices, fit, empirical_percentile(fit, reference.fits))
    return indices


def _points(instrument: Instrument, answers: FloatArray) -> list[FloatArray]:
    return [points_of(instrument, scale, answers) for scale in instrument.scales]


def _fit(instrument: Instrument, points: Sequence[FloatArray]) -> FloatArray:
    """Give lz* (n,) over all calibrated scales; empty when there are none."""
    fits = [
        person_fit(own - instrument.low, graded)
        for scale, own in zip(instrument.scales, points, strict=True)
        if (graded := _graded(instrument, scale)) is not None
    ]
    return combined_fit(fits) if fits else np.empty(0)


def _graded(instrument: Instrument, scale: Scale) -> GradedItems | None:
    """Give a scale's calibrated items, None while it has no calibration."""
    if instrument.calibration is None or not scale.calibrated:
        return None
    parameters = instrument.calibration.scales[scale.name].parameters
    return GradedItems(
        np.array([item.slope for item in parameters]),
        np.array([item.thresholds for item in parameters]),
    )
