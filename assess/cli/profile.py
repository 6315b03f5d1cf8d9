"""Contact records to a profile file: contact mix, demand weights, and what was left out."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import click
import yaml

from assess.cli.content import in_file, json_option, out_file, questionnaires_option
from assess.cli.faults import faults_to_exit
from assess.cli.progress import share_done
from assess.cli.scoring import print_json
from assess.cli.tables import whole_file
from assess.errors import Invalid
from assess.instruments.catalogue import Catalogue
from assess.profiles.mix import demand_of
from assess.profiles.reasons import NOT_CUSTOMER, suggest_drivers
from assess.profiles.record_columns import ROLES, Columns, plain, suggest
from assess.profiles.record_layout import Layout, find_layout
from assess.profiles.record_mix import Choices, MixFromRecords, machines, mix_from_records
from assess.profiles.record_reading import Reading, read_contacts
from assess.profiles.record_rewriting import file_digest
from assess.profiles.service import profile_digest
from assess.selection.demand import COMPETENCIES

OPTION_OF = {"order": "--dates", "unit": "--unit"}


@click.command()
@click.argument("contacts", type=in_file)
@click.option(
    "--map",
    "reasons_file",
    type=in_file,
    help="A CSV of columns reason and driver (a code, - for no customer contact, or blank); "
    "without it reasons get the driver they are most like.",
)
@click.option(
    "--columns",
    "columns_text",
    help="Which column means what, as date=Start,reason=Reason: "
    f"{', '.join(ROLES)}. Without it columns are found by their names.",
)
@click.option("--period", help="First and last month that count, as 2026-01..2026-06.")
@click.option("--dates", "order", type=click.Choice(["dmy", "mdy"]), default=None)
@click.option("--unit", type=click.Choice(["s", "min", "h", "ms"]), default=None)
@click.option(
    "--leave-out",
    "left_out",
    multiple=True,
    help="A channel or handler that no person is; default: what sounds like a machine.",
)
@click.option("--own-load", is_flag=True, help="Take the emotional load from the records, too.")
@click.option("-o", "--output", type=out_file, required=True, help="The profile file to write.")
@questionnaires_option
@json_option
@faults_to_exit
def profile(
    contacts: Path,
    reasons_file: Path | None,
    columns_text: str | None,
    period: str | None,
    order: Literal["dmy", "mdy"] | None,
    unit: Literal["s", "min", "h", "ms"] | None,
    left_out: tuple[str, ...],
    own_load: bool,  # noqa: FBT001 - click passes it by name
    output: Path,
    catalogue: Catalogue,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Turn contact records (CSV or XLSX) into a profile for `assess rank`."""
    layout = find_layout(contacts)
    columns = Columns(_places(layout, columns_text), order or "", unit or "")
    with share_done("reading") as tell:
        found = read_contacts(contacts, layout, columns, progress=tell)
    if not isinstance(found, Reading):
        raise Invalid(
            *(f"{contacts}: say {OPTION_OF[one.about]}: it is not clear" for one in found)
        )
    choices = Choices(
        reasons=_reasons(found, catalogue, reasons_file),
        channels_out=_kinds_out({cell.channel for cell in found.cells}, left_out),
        lives_out=_kinds_out({cell.live for cell in found.cells}, left_out),
        period=_period(period),
        adjusted=own_load,
    )
    made = mix_from_records(found.cells, choices, catalogue)
    with whole_file(output) as file:
        yaml.safe_dump(_document(made, contacts.stem), file, sort_keys=False, allow_unicode=True)
    told = _told(contacts, found, made, choices, catalogue)
    if as_json:
        print_json({**told, "output": str(output)})
    else:
        _say(told, found)


def _places(layout: Layout, text: str | None) -> dict[str, int]:
    """Read role=header pairs; a header is its name, or the column's number from 1."""
    if text is None:
        return suggest(layout)
    places, faults = {}, []
    for pair in next(csv.reader([text])):
        role, _equals, name = (part.strip() for part in pair.partition("="))
        heads = [i for i, head in enumerate(layout.header) if plain(head) == plain(name)]
        if len(heads) == 1:
            places[role] = heads[0]
        elif name.isdigit():
            places[role] = int(name) - 1
        else:
            many = "more than one column" if heads else "no column"
            faults.append(f"--columns: {role}: there is {many} {name!r}")
    if faults:
        raise Invalid(*faults)
    return places


def _reasons(found: Reading, catalogue: Catalogue, path: Path | None) -> dict[str, str]:
    """Give the driver of each reason: as the file says, without one as it is most like."""
    names = sorted({cell.reason for cell in found.cells if cell.reason})
    if path is None:
        return {name: one.driver for name, one in suggest_drivers(names, catalogue, {}).items()}
    given = _read_map(path, catalogue)
    return {name: given[plain(name)] for name in names if given.get(plain(name))}


def _read_map(path: Path, catalogue: Catalogue) -> dict[str, str]:
    known = {*catalogue.call_drivers, NOT_CUSTOMER, ""}
    given: dict[str, str] = {}
    faults = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            rows = csv.DictReader(file)
            if not {"reason", "driver"} <= set(rows.fieldnames or ()):
                raise Invalid(f"{path}: row 1: the columns must be reason and driver")
            for number, row in enumerate(rows, 2):
                driver = (row["driver"] or "").strip()
                if driver not in known:
                    faults.append(f"{path}: row {number}: there is no call driver {driver!r}")
                given[plain(row["reason"] or "")] = driver
        except UnicodeDecodeError:
            raise Invalid(f"{path}: the text is not UTF-8") from None
    if faults:
        raise Invalid(*faults)
    return given


def _kinds_out(kinds: set[str], named: tuple[str, ...]) -> frozenset[str]:
    if not named:
        return machines(kind for kind in kinds if kind)
    return frozenset(kind for kind in kinds if plain(kind) in {plain(one) for one in named})


def _period(text: str | None) -> tuple[int, int] | None:
    """Read 2026-01..2026-06, or one month."""
    if text is None:
        return None
    ends = [end.strip().split("-") for end in text.split("..")]
    if len(ends) > 2 or not all(
        len(end) == 2 and all(part.isdigit() for part in end) and 1 <= int(end[1]) <= 12
        for end in ends
    ):
        raise Invalid(f"--period: {text!r} is not as 2026-01..2026-06")
    first, last = (int(end[0]) * 100 + int(end[1]) for end in (ends[0], ends[-1]))
    if last < first:
        raise Invalid("--period: the last month comes before the first")
    return first, last


def _document(made: MixFromRecords, title: str) -> dict[str, Any]:
    document: dict[str, Any] = {
        "title": title,
        "n_contacts": made.mix.n_contacts,
        "contact_mix": [
            {"driver": one.code, "share": one.share, "minutes": one.minutes}
            for one in made.mix.drivers
        ],
    }
    if made.mix.emotional_load:
        document["emotional_load"] = dict(made.mix.emotional_load)
    return document


def _told(
    contacts: Path, found: Reading, made: MixFromRecords, choices: Choices, catalogue: Catalogue
) -> dict[str, Any]:
    weights = demand_of(catalogue, made.mix).weights.tolist()
    return {
        "profile_digest": profile_digest(catalogue, made.mix),
        "file_sha256": file_digest(contacts),
        "contacts": made.n,
        "rows": dict(found.counts),
        "dates": found.order,
        "unit": found.unit,
        "unmapped": {"contacts": made.unmapped.n, "share": made.unmapped.share,
                     "time_share": made.unmapped.time_share},
        "not_customer": made.not_customer.n,
        "not_live": made.not_live,
        "other_months": made.other_months,
        "reasons": dict(choices.reasons),
        "drivers": [
            {
                "driver": line.driver, "n": line.n, "share": line.share,
                "share_low": line.share_interval[0], "share_high": line.share_interval[1],
                "minutes": line.minutes, "emotional_load": line.load, "own_load": line.own_load,
            }
            for line in made.lines
        ],
        "demand_weights": dict(zip(COMPETENCIES, weights, strict=True)),
        "faults": [f"row {fault.row}: {fault.what}" for fault in found.faults],
    }  # fmt: skip


def _say(told: Mapping[str, Any], found: Reading) -> None:
    """Tell on standard error what a person must know; the profile is in the file."""
    lost = told["unmapped"]
    click.echo(f"profile {told['profile_digest']}", err=True)
    click.echo(
        f"{told['contacts']:,} contacts of {told['rows']['rows']:,} rows; no driver: "
        f"{lost['contacts']:,} ({lost['share']:.1%} of contacts, {lost['time_share']:.1%} of "
        f"time); answered by a machine: {told['not_live']:,}",
        err=True,
    )
    for line in told["drivers"]:
        click.echo(
            f"  {line['driver']:10} {line['share']:6.1%}  {line['share_low']:.1%} to "
            f"{line['share_high']:.1%}, {line['minutes']:.1f} min",
            err=True,
        )
    for fault in found.faults:
        click.echo(f"  row {fault.row}: {fault.what}", err=True)
