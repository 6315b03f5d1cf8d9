"""Score from the command line: a CSV table of answers in, a CSV table of scores out."""

import hashlib
import json
from pathlib import Path

import click

from assess import __version__
from assess.cli.content import (
    find_instrument,
    in_file,
    json_option,
    out_file,
    questionnaires_option,
)
from assess.cli.faults import faults_to_exit
from assess.cli.progress import progress
from assess.cli.score_rows import ScoreRows
from assess.cli.tables import Table, whole_file, whole_number
from assess.errors import Invalid
from assess.instruments.calibrating import Provenance
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument

MOST_NAMED = 20
"""How many people a line on standard error names; --json names all."""


def matched_columns(table: Table, instrument: Instrument) -> tuple[list[str], list[str]]:
    """Say which columns are ignored and which items are absent, and name both on stderr, once.

    Raises Invalid when the table has no item of the instrument.
    """
    known = set(instrument.item_ids)
    ignored = [name for name in table.columns if name not in known]
    absent = [item for item in instrument.item_ids if item not in table.columns]
    if len(absent) == len(known):
        example = instrument.item_ids[0]
        raise Invalid(f"{table.path}: row 1: no column is an item of {instrument.key} ({example})")
    if ignored:
        click.echo(f"{table.path}: not items of {instrument.key}: {', '.join(ignored)}", err=True)
    if absent:
        click.echo(f"{table.path}: absent, so missing: {', '.join(absent)}", err=True)
    return ignored, absent


def print_json(document: dict[str, object]) -> None:
    """Print one JSON document; NaN has no place in it."""
    click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))


@click.command()
@click.argument("key")
@click.argument("answers", type=in_file)
@click.option("-o", "--output", type=out_file, help="The CSV file to write.")
@questionnaires_option
@json_option
@faults_to_exit
def score(
    key: str, answers: Path, output: Path | None, catalogue: Catalogue, *, as_json: bool
) -> None:
    """Score ANSWERS.csv by the instrument KEY, a key or a folder.

    Columns: person, then for each scale SCALE_theta (rating scales) or SCALE_score (judgement:
    1 is the key's own pattern, 0 random), SCALE_se (standard error of the true score, SD 1),
    SCALE_t (50 + 10 x true score) and SCALE_n (items answered). Not scored is blank. With --json
    and no -o the scores themselves are in the document.
    """
    if output is None and not as_json:
        raise click.UsageError("Say where to write with -o, or ask for --json.")
    instrument = find_instrument(catalogue, key)
    table = Table(answers)
    ignored, absent = matched_columns(table, instrument)
    scored = ScoreRows(instrument)
    with progress(answers.stat().st_size, "Scoring") as step:
        parse = whole_number(instrument.low, instrument.high)
        chunks = table.chunks(instrument.item_ids, parse, progress=step)
        if output is not None:
            with whole_file(output) as file:
                scored.write(chunks, file)
        else:
            scored.keep(chunks)
    if scored.one_sided:
        named = scored.one_sided[:MOST_NAMED]
        more = len(scored.one_sided) - len(named)
        click.echo(
            "agreed or disagreed with nearly every statement, opposites too; leave out of a "
            f"ranking: {', '.join(named)}{f' and {more} more' if more else ''}",
            err=True,
        )
    if as_json:
        print_json({**scored.document(), "ignored_columns": ignored, "absent_items": absent})
    else:
        click.echo(f"{scored.people} people scored on {len(scored.names)} scales: {output}")


def provenance(
    answers: Path, source: str | None, reference_group: str | None, date: str
) -> Provenance:
    """Say where the numbers made from ``answers`` come from, in the words given or plain ones."""
    return Provenance(
        source=source or answers.name,
        reference_group=reference_group or f"The people in {answers.name}, not described further",
        answers_sha256=hashlib.sha256(answers.read_bytes()).hexdigest(),
        date=date,
        engine=__version__,
    )
