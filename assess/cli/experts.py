"""Have a judgement questionnaire keyed by experts: their workbooks out, the new version in."""

import math
from collections.abc import Sequence
from pathlib import Path

import click

from assess import __version__
from assess.cli.content import date_option, folder_path, in_file, json_option, out_file
from assess.cli.faults import faults_to_exit
from assess.cli.progress import share_done
from assess.cli.scoring import print_json
from assess.cli.tables import whole_file
from assess.errors import Invalid
from assess.instruments.document import refuse
from assess.instruments.expert_key import (
    EXPERTS_WANTED,
    KeyStudy,
    Opinion,
    ratings_table,
    study_key,
)
from assess.instruments.expert_sheet import ExpertSheet, read_workbook
from assess.instruments.expert_workbook import write_workbook
from assess.instruments.folder import folder_files
from assess.instruments.load import load_instrument
from assess.instruments.model import Instrument
from assess.instruments.rekeying import new_version, next_version
from assess.psychometrics.key_quality import LEAST_RELIABILITY


@click.group()
def experts() -> None:
    """Have experts rate every response of a judgement questionnaire, and key it by them."""


@experts.command()
@click.argument("folder", type=folder_path)
@click.option("-o", "--output", type=out_file, required=True, help="The XLSX file to write.")
@faults_to_exit
def export(folder: Path, output: Path) -> None:
    """Write the workbook that each expert fills in, blind to the key of FOLDER."""
    content = write_workbook(load_instrument(folder, derived=False))
    output.write_bytes(content)
    click.echo(f"{output}: send a copy to each expert; {EXPERTS_WANTED} or more should rate")


@experts.command("import")
@click.argument("folder", type=folder_path)
@click.argument("workbooks", nargs=-1, required=True, type=in_file)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="A new folder for the next version."
)
@date_option
@json_option
@faults_to_exit
def import_(
    folder: Path, workbooks: tuple[Path, ...], output: Path | None, date: str, *, as_json: bool
) -> None:
    """Study the experts' WORKBOOKS, and write the version they key.

    Prints how far they agree, response by response. A later workbook of the same name replaces an
    earlier one. Nothing is written without -o.
    """
    bank = load_instrument(folder, derived=False)
    sheets = _sheets(workbooks, bank)
    study = study_key(bank, ratings_table(bank, [one.ratings for one in sheets]))
    if output is not None:
        _write(folder, output, bank, study, date)
    if as_json:
        print_json(_document(bank, sheets, study))
    else:
        _print(study)
    for words in (*_warnings(sheets, study), *study.findings):
        click.echo(words, err=True)


def _sheets(workbooks: Sequence[Path], bank: Instrument) -> list[ExpertSheet]:
    """Read every workbook; Invalid with the faults of all of them."""
    faults: list[str] = []
    found: dict[str, ExpertSheet] = {}
    for path in workbooks:
        try:
            sheet = read_workbook(path.read_bytes(), str(path), bank)
        except Invalid as error:
            faults += error.faults
            continue
        if sheet.person in found:
            click.echo(f"{path}: replaces an earlier workbook of {sheet.name}", err=True)
        found[sheet.person] = sheet
    refuse(faults)
    return list(found.values())


def _write(folder: Path, output: Path, bank: Instrument, study: KeyStudy, date: str) -> None:
    if output.exists():
        raise Invalid(f"{output}: exists already; name a new folder")
    with share_done("Norms") as tell:
        files = new_version(
            folder_files(folder),
            study,
            version=next_version(bank.version),
            date=date,
            engine=__version__,
            progress=tell,
        )
    for name, text in files.items():
        (output / name).parent.mkdir(parents=True, exist_ok=True)
        with whole_file(output / name) as file:
            file.write(text)
    click.echo(f"version {next_version(bank.version)}: {output}", err=True)


def _warnings(sheets: Sequence[ExpertSheet], study: KeyStudy) -> list[str]:
    words = [
        f"{sheet.name}: {len(sheet.missing)} responses are not rated "
        f"({', '.join(sheet.missing[:5])}{', …' if len(sheet.missing) > 5 else ''})"
        for sheet in sheets
        if sheet.missing
    ]
    if study.experts < EXPERTS_WANTED:
        words.append(f"{EXPERTS_WANTED} or more should rate; {study.experts} have")
    if not study.agreement.mean >= LEAST_RELIABILITY:
        words.append(f"ICC(2,k) is {study.agreement.mean:.2f}, wanted {LEAST_RELIABILITY:.2f}")
    if not study.settled:
        words.append("the key stays provisional")
    return words


def _print(study: KeyStudy) -> None:
    found = study.agreement
    click.echo(
        f"{study.experts} experts: ICC(2,k) {found.mean:.3f} "
        f"({found.mean_low:.3f} to {found.mean_high:.3f}) over {found.options} responses; "
        f"{len(study.dropped)} dropped"
    )
    names = ("mean", "low", "high", "SD", "rwg", "raters", "key")
    click.echo(f"{'response':<16}" + "".join(f"{name:>8}" for name in names))
    for one in study.opinions:
        figures = "".join(
            f"{value:8.2f}" if math.isfinite(value) else f"{'-':>8}"
            for value in (one.mean, one.low, one.high, one.sd, one.rwg)
        )
        mark = "" if one.kept else "  dropped" if one.raters > 1 else "  too few ratings"
        click.echo(f"{one.item:<16}{figures}{one.raters:>8}{one.now:>8g}{mark}")


def _document(
    bank: Instrument, sheets: Sequence[ExpertSheet], study: KeyStudy
) -> dict[str, object]:
    agreement = study.agreement
    return {
        "instrument": bank.key,
        "version": bank.version,
        "instrument_sha256": bank.digest,
        "engine": __version__,
        "experts": [
            {
                "name": sheet.name,
                "role": sheet.role,
                "years": sheet.years,
                "missing": list(sheet.missing),
                "r_with_others": _finite(one.r),
                "level": _finite(one.level),
            }
            for sheet, one in zip(sheets, study.deviations, strict=True)
        ],
        "icc_2_k": _finite(agreement.mean),
        "icc_2_k_low": _finite(agreement.mean_low),
        "icc_2_k_high": _finite(agreement.mean_high),
        "icc_2_1": _finite(agreement.single),
        "responses_all_rated": agreement.options,
        "provisional": not study.settled,
        "dropped": list(study.dropped),
        "too_few_ratings": list(study.unrated),
        "findings": list(study.findings),
        "responses": {one.item: _opinion(one) for one in study.opinions},
    }


def _opinion(one: Opinion) -> dict[str, object]:
    return {
        "mean": _finite(one.mean),
        "low": _finite(one.low),
        "high": _finite(one.high),
        "sd": _finite(one.sd),
        "rwg": _finite(one.rwg),
        "raters": one.raters,
        "kept": one.kept,
        "key": one.now,
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
