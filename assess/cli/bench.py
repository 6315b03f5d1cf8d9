"""Benchmarks: each a ratio to a baseline timed in the same run; tests never assert a time."""

import os
import subprocess
import sys
from collections.abc import Mapping

import click

from assess.cli.bench_clock import Bench
from assess.cli.bench_graded import GRADED_BENCHES
from assess.cli.bench_import import IMPORT_BENCHES
from assess.cli.bench_pdf import PDF_BENCHES
from assess.cli.bench_preview import PREVIEW_BENCHES
from assess.cli.bench_ranking import RANKING_BENCHES
from assess.cli.bench_records import RECORD_BENCHES
from assess.cli.bench_selection import SELECTION_BENCHES
from assess.cli.bench_thurstonian import THURSTONIAN_BENCHES
from assess.cli.bench_tuning import TUNING_BENCHES

BENCHES: Mapping[str, Bench] = {
    **GRADED_BENCHES,
    **THURSTONIAN_BENCHES,
    **SELECTION_BENCHES,
    **PREVIEW_BENCHES,
    **RECORD_BENCHES,
    **TUNING_BENCHES,
    **IMPORT_BENCHES,
    **RANKING_BENCHES,
    **PDF_BENCHES,
}

ONE_CORE: Mapping[str, str] = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)
"""Settings under which a matrix product keeps to one core, whichever library multiplies."""


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(sorted(BENCHES)))
@click.option(
    "--share",
    type=click.FloatRange(0, 1, min_open=True),
    default=1.0,
    help="Take only this share of the people, to try it out; ratios count at 1, the default.",
)
def bench(names: tuple[str, ...], share: float) -> None:
    """Time the science on one core against baselines of the same run; NAMES for some alone."""
    if any(os.environ.get(name) != number for name, number in ONE_CORE.items()):
        _on_one_core(names, share)
    for name in names or BENCHES:
        click.echo(f"[{name}] ", nl=False)
        for line in BENCHES[name](share).lines():
            click.echo(line)
        click.echo()


def _on_one_core(names: tuple[str, ...], share: float) -> None:
    """Run the command anew on one core, and end with its code.

    The matrix library reads its number of threads once, while numpy is loaded; by now it is.
    """
    command = [sys.executable, "-m", "assess", "bench", *names, "--share", str(share)]
    # The words are this very program's own, checked by click.
    anew = subprocess.run(command, env={**os.environ, **ONE_CORE}, check=False)  # noqa: S603
    raise SystemExit(anew.returncode)
