"""Which questionnaires a command works with: options and look-ups that commands share."""

from datetime import UTC, datetime
from pathlib import Path

import click

from assess.instruments.catalogue import Catalogue, open_catalogue
from assess.instruments.load import load_instrument, locate
from assess.instruments.model import Instrument

in_file = click.Path(exists=True, dir_okay=False, path_type=Path)
out_file = click.Path(dir_okay=False, path_type=Path)
folder_path = click.Path(exists=True, file_okay=False, path_type=Path)

questionnaires_option = click.option(
    "--questionnaires",
    "catalogue",
    type=folder_path,
    envvar="ASSESS_QUESTIONNAIRES",
    callback=lambda _ctx, _param, folder: open_catalogue(folder),
    help="A content folder of your own; default: the shipped one.",
)
date_option = click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=lambda _ctx, _param, day: (day or datetime.now(tz=UTC)).date().isoformat(),
    help="The date to note; default: today.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def find_instrument(catalogue: Catalogue, key: str, *, derived: bool = True) -> Instrument:
    """Give the instrument or form of the folder ``key``, or of that key in the catalogue.

    ``derived`` is false while its calibration is being made.
    """
    place = locate(Path(key))
    if place is not None:
        folder, form = place
        return load_instrument(folder, form=form, derived=derived)
    if not derived and key in catalogue.keys():  # noqa: SIM118 - a catalogue is no dict
        return catalogue.without_derived(key)
    return catalogue.instrument(key)
