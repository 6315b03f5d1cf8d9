"""Check questionnaires, and make the norm and reference files that the engine derives."""

from pathlib import Path

import click
import numpy as np

from assess import __version__
from assess.cli.content import date_option, folder_path, in_file, json_option, out_file
from assess.cli.experts import experts
from assess.cli.faults import faults_to_exit
from assess.cli.scoring import matched_columns, print_json, provenance
from assess.cli.tables import Table, whole_file, whole_number
from assess.errors import Invalid
from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.checks import check_catalogue, check_folder
from assess.instruments.load import INSTRUMENT_FILE, form_keys, load_instrument, norm_file
from assess.instruments.norming import RATERS, SEED, norm_yaml, simulate_norm
from assess.instruments.reference import reference_correlations, reference_yaml


@click.group()
def questionnaires() -> None:
    """Lint questionnaires and make what is derived from them."""


questionnaires.add_command(experts)


@questionnaires.command()
@click.argument("folders", metavar="[DIR]...", nargs=-1, type=folder_path)
@json_option
@faults_to_exit
def check(folders: tuple[Path, ...], *, as_json: bool) -> None:
    """Check every instrument and table of each DIR; without one, the shipped content.

    A DIR is one instrument's folder or a whole content folder. Exit 1 with a line a fault.
    """
    faults: list[str] = []
    count = 0
    for folder in folders or (default_catalogue().folder,):
        if (folder / INSTRUMENT_FILE).is_file():
            count += 1
            faults += check_folder(folder, tuple(default_catalogue().call_drivers))
            continue
        catalogue = Catalogue(folder)
        if not catalogue.keys():
            faults.append(f"{folder}: holds no instrument (a folder with {INSTRUMENT_FILE})")
            continue
        count += len(catalogue.keys())
        faults += check_catalogue(catalogue)
    if as_json:
        print_json({"instruments": count, "faults": faults})
    if faults:
        raise Invalid(*faults)
    if not as_json:
        click.echo(f"{count} instruments checked, no fault")


@questionnaires.command()
@click.argument("folder", type=folder_path)
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True)
@click.option("--raters", type=click.IntRange(min=200), default=RATERS, show_default=True)
@click.option("--form", help="One form of a bank; default: every form.")
@date_option
@faults_to_exit
def norm(folder: Path, seed: int, raters: int, form: str | None, date: str) -> None:
    """Make the simulated, provisional norm of the judgement instrument in FOLDER.

    Writes FOLDER/norms/form.yaml, or norms/form-a.yaml and so on for the forms of a bank. The
    same seed gives the same numbers.
    """
    for each in [form] if form is not None else form_keys(folder) or [None]:
        instrument = load_instrument(folder, form=each, derived=False)
        made = simulate_norm(instrument, seed, raters=raters, date=date, engine=__version__)
        target = folder / norm_file(each)
        target.parent.mkdir(exist_ok=True)
        with whole_file(target) as file:
            file.write(norm_yaml(instrument, made))
        click.echo(f"{raters} simulated raters: {target}")


@questionnaires.command()
@click.argument("folder", type=folder_path)
@click.argument("answers", type=in_file)
@click.option("-o", "--output", type=out_file, required=True, help="The YAML file to write.")
@click.option("--source", help="Where the answers come from; default: the file's name.")
@click.option("--reference-group", help="Who answered, in words for a report.")
@date_option
@faults_to_exit
def reference(
    folder: Path,
    answers: Path,
    output: Path,
    source: str | None,
    reference_group: str | None,
    date: str,
) -> None:
    """Estimate how the competencies correlate from ANSWERS.csv to the instrument in FOLDER."""
    instrument = load_instrument(folder)
    competencies = default_catalogue().competencies
    table = Table(answers)
    matched_columns(table, instrument)
    parse = whole_number(instrument.low, instrument.high)
    values = np.vstack([chunk.values for chunk in table.chunks(instrument.item_ids, parse)])
    made = provenance(answers, source, reference_group, date)
    R = reference_correlations(instrument, values, competencies)
    with whole_file(output) as file:
        file.write(reference_yaml(R, competencies, made))
    click.echo(f"competency correlations from {len(values)} people: {output}")
