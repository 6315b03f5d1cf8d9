"""Check questionnaires, and make the norm and reference files that the engine derives."""

from pathlib import Path

import click
import numpy as np

from assess import __version__
from assess.cli.content import date_option, folder_path, in_file, json_option, out_file
from assess.cli.experts import experts
from assess.cli.faults import faults_to_exit
from assess.cli.scoring import matched_columns, print_json, provenance
from assess.cli.stamping import stamp
from assess.cli.tables import Table, whole_file, whole_number
from assess.errors import Invalid
from assess.instruments.catalogue import Catalogue, default_catalogue
from assess.instruments.checks import check_catalogue, check_folder
from assess.instruments.load import INSTRUMENT_FILE, form_keys, load_instrument, norm_file
from assess.instruments.model import Instrument
from assess.instruments.norming import RATERS, SEED, norm_yaml, simulate_norm
from assess.instruments.reference import reference_correlations, reference_yaml
from assess.instruments.strategies import RATERS as HONEST
from assess.instruments.strategies import StrategyResult, strategy_results


@click.group()
def questionnaires() -> None:
    """Lint questionnaires and make what is derived from them."""


questionnaires.add_command(stamp)
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
@click.argument("folder", type=folder_path, required=False)
@click.option("--raters", type=click.IntRange(min=200), default=HONEST, show_default=True)
@json_option
@faults_to_exit
def strategies(folder: Path | None, raters: int, *, as_json: bool) -> None:
    """Report what rating without judgement earns on each judgement form of FOLDER.

    FOLDER is one instrument's or a whole content folder; without one, the shipped content. A
    strategy's median_percentile lies among simulated honest raters, blank where it has no score;
    rise is its mean less theirs in their SDs; at_most is the limit where there is one. A report:
    a limit that is passed is told on standard error and the exit code stays 0.
    """
    results = [
        result
        for form in _judgement_forms(folder or default_catalogue().folder)
        for result in strategy_results(form, raters=raters)
    ]
    if as_json:
        rows = [{**vars(one), "percentile": _or_none(one.percentile)} for one in results]
        rows = [{**row, "rise": _or_none(one.rise)} for row, one in zip(rows, results, strict=True)]
        print_json({"raters": raters, "simulated": True, "strategies": rows})
    else:
        click.echo("form,strategy,median_percentile,rise,at_most")
        for one in results:
            told = ["" if np.isnan(x) else f"{x:.{places}f}" for x, places in _figures(one)]
            limit = "" if one.limit is None else f"{one.limit:g}"
            click.echo(",".join([one.form, one.strategy, *told, limit]))
    for one in results:
        if one.fault:
            click.echo(one.fault, err=True)


def _judgement_forms(folder: Path) -> list[Instrument]:
    """Load every judgement form in an instrument's or a content folder."""
    folders = [folder] if (folder / INSTRUMENT_FILE).is_file() else Catalogue(folder).folders
    loaded = [
        load_instrument(one, form=form, derived=False)
        for one in folders
        for form in form_keys(one) or (None,)
    ]
    forms = [one for one in loaded if one.kind == "judgement"]
    if not forms:
        raise Invalid(f"{folder}: holds no judgement form")
    return forms


def _figures(result: StrategyResult) -> tuple[tuple[float, int], ...]:
    """Give each figure of a result with its decimals."""
    return (result.percentile, 1), (result.rise, 2)


def _or_none(figure: float) -> float | None:
    return None if np.isnan(figure) else figure


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
