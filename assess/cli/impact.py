"""Compare selection, or scoring, rates of groups in a table of people."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from assess.cli.answer_files import person_option
from assess.cli.content import in_file, json_option
from assess.cli.faults import faults_to_exit
from assess.cli.impact_words import Grouping, document, print_groupings
from assess.cli.progress import progress
from assess.cli.scoring import print_json
from assess.cli.tables import Table, number
from assess.errors import Invalid
from assess.selection.impact import Counts
from assess.selection.impact_table import BETWEEN, impact_table, intersect, scoring_rates
from assess.selection.suppression import suppress, suppress_crossed

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_GROUPS = 1000
UNKNOWN = "unknown"
YES = frozenset({"1", "yes", "y", "true", "selected"})
NO = frozenset({"0", "no", "n", "false", "not selected"})


@dataclass(frozen=True)
class _People:
    """Everybody with an outcome: group codes (n, columns), -1 unknown, and who was selected.

    ``names`` of the codes of each column; ``without_outcome`` people who have none; ``median``
    and ``tied`` of scores.
    """

    codes: IntArray
    names: tuple[tuple[str, ...], ...]
    selected: NDArray[np.bool_]
    without_outcome: int
    median: float | None = None
    tied: int | None = None


class _Names:
    """Numbers each different text from 0, as a parser of cells; unknown is NaN."""

    def __init__(self, unknown: Sequence[str]) -> None:
        self.codes: dict[str, int] = {}
        self._unknown = frozenset(unknown)

    def __call__(self, text: str) -> float:
        if text in self._unknown:
            return math.nan
        if text not in self.codes and len(self.codes) >= MOST_GROUPS:
            raise ValueError(f"{text!r} is one of more than {MOST_GROUPS} different groups")
        return float(self.codes.setdefault(text, len(self.codes)))


@click.command()
@click.argument("table", type=in_file)
@click.option(
    "--group",
    "columns",
    multiple=True,
    required=True,
    metavar="COLUMN",
    help="A column of groups; given again, each is compared, and so are their intersections.",
)
@click.option("--selected", metavar="COLUMN", help="Who was selected: 1 or 0, yes or no.")
@click.option("--score", metavar="COLUMN", help="Scores: who lies above the median of all.")
@click.option(
    "--unknown",
    multiple=True,
    metavar="TEXT",
    help="What else than a blank says that a group is unknown; may be given again.",
)
@click.option("--suppress", "hide", is_flag=True, help="Hide small groups, to show the result.")
@person_option
@json_option
@faults_to_exit
def impact(
    table: Path,
    columns: tuple[str, ...],
    selected: str | None,
    score: str | None,
    unknown: tuple[str, ...],
    person: str,
    *,
    hide: bool,
    as_json: bool,
) -> None:
    """Compare the rates of groups of people in TABLE.csv with the highest rate.

    Impact ratio with its 95 % interval, pooled z, hypergeometric SDs, Fisher's test and both
    mid-p variants, shortfall, and what one person more would change. Groups under 2 % are shown
    and not tested; a blank group is unknown, a blank outcome is left out, and both are counted.
    Full counts are for an auditor: --suppress hides groups under 10 people, 3 selected or 3 not
    selected, and what would give them away.
    """
    if (selected is None) == (score is None):
        raise click.UsageError("Give either --selected or --score.")
    if len(set(columns)) < len(columns):
        raise click.UsageError("Give each --group once.")
    if hide and len(columns) > 2:
        raise click.UsageError("--suppress takes one --group or two.")
    outcome = selected or score or ""
    people = _read(Table(table, person), columns, outcome, unknown, scored=score is not None)
    make = _suppressed if hide else _full
    groupings = make(table, columns, people)
    if as_json:
        head = {"table": str(table), **_head(people, outcome, hide=hide)}
        print_json({**head, "groupings": [document(one) for one in groupings]})
        return
    if people.median is not None:
        click.echo(f"Selected: {outcome} above the median of all, {people.median:g}")
        if not hide:
            click.echo(f"{people.tied} people are at the median, which lowers every rate")
    if not hide and people.without_outcome:
        click.echo(f"{people.without_outcome} people without {outcome} are left out")
    print_groupings(groupings)


def _head(people: _People, outcome: str, *, hide: bool) -> dict[str, object]:
    """Say what was compared; counts of everybody would give a hidden group away."""
    return {
        "outcome": {
            "kind": "selected" if people.median is None else "above_median",
            "column": outcome,
            "median": people.median,
            "tied_at_median": None if hide else people.tied,
        },
        "people": None if hide else len(people.selected),
        "without_outcome": None if hide else people.without_outcome,
        "suppressed": hide,
    }


def _read(
    file: Table, columns: Sequence[str], outcome: str, unknown: Sequence[str], *, scored: bool
) -> _People:
    """Read groups and outcomes side by side; a few bytes a person are kept."""
    table = file.path
    absent = [name for name in (*columns, outcome) if name not in file.columns]
    if absent:
        raise Invalid(*(f"{table}: row 1: there is no column {name!r}" for name in absent))
    names = [_Names(unknown) for _ in columns]
    with progress(table.stat().st_size, "Reading") as step:
        # One reading for each column, in step, for each has a parser of its own.
        readings: list[Iterator[FloatArray]] = [
            _column(file, name, parse) for name, parse in zip(columns, names, strict=True)
        ]
        readings.append(_column(file, outcome, number if scored else _yes_or_no, step))
        rows = [np.column_stack(parts) for parts in zip(*readings, strict=True)]
    cells = np.vstack(rows)
    known = ~np.isnan(cells[:, -1])
    if not known.any():
        raise Invalid(f"{table}: column {outcome}: nobody has an outcome")
    values, without = cells[known, -1], int((~known).sum())
    codes = np.where(np.isnan(cells[known, :-1]), -1, cells[known, :-1]).astype(np.int64)
    labels = tuple(tuple(one.codes) for one in names)
    if not scored:
        return _People(codes, labels, values == 1, without)
    rates = scoring_rates(values)
    return _People(codes, labels, rates.above, without, rates.median, rates.tied)


def _column(
    file: Table,
    name: str,
    parse: Callable[[str], float],
    step: Callable[[int], None] | None = None,
) -> Iterator[FloatArray]:
    return (chunk.values[:, 0] for chunk in file.chunks([name], parse, progress=step))


def _yes_or_no(text: str) -> float:
    """Parse an outcome."""
    word = text.casefold()
    if word in YES or word in NO:
        return float(word in YES)
    raise ValueError(f"{text!r} is neither 1 nor 0, yes nor no")


def _counts(people: _People, places: Sequence[int]) -> dict[tuple[str, ...], Counts]:
    """Count people and selected by the names of some columns, "" where unknown."""
    codes = people.codes[:, list(places)]
    kinds, which = np.unique(codes, axis=0, return_inverse=True)
    which = which.ravel()
    totals = np.bincount(which, minlength=len(kinds))
    chosen = np.bincount(which, weights=people.selected, minlength=len(kinds))
    return {
        tuple(
            people.names[place][code] if code >= 0 else ""
            for place, code in zip(places, kind, strict=True)
        ): Counts(int(total), int(picked))
        for kind, total, picked in zip(kinds.tolist(), totals, chosen, strict=True)
    }


def _full(table: Path, columns: Sequence[str], people: _People) -> list[Grouping]:
    """Compare by each column, and by all of them at once when there are several."""
    every: list[tuple[int, ...]] = [(place,) for place in range(len(columns))]
    if len(columns) > 1:
        every.append(tuple(range(len(columns))))
    groupings = []
    for places in every:
        counts = _counts(people, places)
        known = {intersect(*kind): one for kind, one in counts.items() if all(kind)}
        unknown = [one for kind, one in counts.items() if not all(kind)]
        total = Counts(sum(one.people for one in unknown), sum(one.selected for one in unknown))
        if not known:
            name = ", ".join(columns[place] for place in places)
            raise Invalid(f"{table}: column {name}: nobody's group is known")
        own = tuple(columns[place] for place in places)
        groupings.append(Grouping(own, impact_table(known, unknown=total), ()))
    return groupings


def _suppressed(table: Path, columns: Sequence[str], people: _People) -> list[Grouping]:
    """Compare only what may be shown; the unknown are a group like any other."""
    _full(table, columns, people)  # raises when nobody's group is known
    named: dict[tuple[str, ...], Counts] = {}
    for kind, one in _counts(people, range(len(columns))).items():
        name = tuple(part or UNKNOWN for part in kind)  # a group may be called so already
        other = named.get(name, Counts(0, 0))
        named[name] = Counts(other.people + one.people, other.selected + one.selected)
    if len(columns) == 1:
        groups = suppress({kind[0]: one for kind, one in named.items()}).groups
        return [_shown(columns, {one.name: one.counts for one in groups})]
    crossed = suppress_crossed({(first, second): one for (first, second), one in named.items()})
    cells = {place: one.counts for place, one in crossed.cells.items()}
    return [
        _shown(columns[:1], {one.name: one.counts for one in crossed.rows}),
        _shown(columns[1:], {one.name: one.counts for one in crossed.columns}),
        _shown(columns, {intersect(*place): one for place, one in cells.items()}),
    ]


def _shown(columns: Sequence[str], groups: dict[str, Counts | None]) -> Grouping:
    """Compare the groups that are shown with the highest rate among them."""
    shown = {
        name: one
        for name, one in groups.items()
        if one is not None and UNKNOWN not in name.split(BETWEEN)
    }
    hidden = tuple(name for name, one in groups.items() if one is None)
    return Grouping(tuple(columns), impact_table(shown) if shown else None, hidden)
