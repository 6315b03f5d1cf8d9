"""Adverse impact as a document and as lines to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import click

from assess.cli.answer_files import finite
from assess.selection.impact import Comparison
from assess.selection.impact_table import GroupImpact, ImpactTable


@dataclass(frozen=True)
class Grouping:
    """The comparison by some columns, None when nothing may be shown, and who is hidden."""

    columns: tuple[str, ...]
    table: ImpactTable | None
    hidden: tuple[str, ...]


def document(one: Grouping) -> dict[str, object]:
    """Give a grouping's figures under the names scripts rely on."""
    table = one.table
    return {
        "columns": list(one.columns),
        "reference": table.reference if table else None,
        "highest_rate_is_small": table.highest_is_small if table else None,
        "unknown": {
            "people": table.unknown.people,
            "selected": table.unknown.selected,
        }
        if table and not one.hidden
        else None,
        "hidden": list(one.hidden),
        "below_four_fifths": list(table.flagged) if table else [],
        "groups": [_group(group, table) for group in table.groups] if table else [],
    }


def _group(one: GroupImpact, table: ImpactTable) -> dict[str, object]:
    head: dict[str, object] = {
        "group": one.name,
        "people": one.counts.people,
        "selected": one.counts.selected,
        "rate": _decimal(one.counts.rate),
        "share": _decimal(one.share),
        "under_two_percent": one.small,
        "unstable": one.unstable,
        "impact_ratio": 1.0 if one.name == table.reference else None,
    }
    return head | (_comparison(one.against) if one.against else {})


def _comparison(one: Comparison) -> dict[str, object]:
    return {
        "impact_ratio": _decimal(one.ratio),
        "impact_ratio_exact": None if one.ratio is None else str(one.ratio),
        "ratio_low_95": finite(one.low),
        "ratio_high_95": finite(one.high),
        "below_four_fifths": one.below_four_fifths,
        "z_pooled": finite(one.z),
        "z_p": finite(one.z_p),
        "sd_hypergeometric": finite(one.sd_units),
        "beyond_two_sd": one.beyond_two_sd,
        "fisher_p": one.exact.fisher,
        "mid_p_minimum_likelihood": one.exact.mid_p_minimum_likelihood,
        "mid_p_doubled": one.exact.mid_p_doubled,
        "shortfall": float(one.shortfall),
        "shortfall_to_reference": float(one.shortfall_to_reference),
        "comparison_unstable": one.unstable,
        "one_person_flip": {
            "impact_ratio": _decimal(one.flip.ratio),
            "changes_four_fifths": one.flip.changes_four_fifths,
            "reverses_order": one.flip.reverses_order,
        },
    }


def print_groupings(groupings: Sequence[Grouping]) -> None:
    """Print each grouping as a table with its remarks below."""
    for one in groupings:
        click.echo(f"\nBy {' and '.join(one.columns)}")
        if one.table is None:
            click.echo("No group is large enough to be shown.")
            continue
        _print_table(one.table)
        if one.hidden:
            click.echo(f"Hidden, to protect small groups: {', '.join(one.hidden)}")
        elif one.table.unknown.people:
            click.echo(f"Group unknown: {one.table.unknown.people} people")


def _print_table(table: ImpactTable) -> None:
    wide = max(5, *(len(one.name) for one in table.groups))
    names = ("people", "chosen", "rate", "ratio", "95 % interval", "Fisher p", "short")
    widths = (7, 7, 7, 7, 15, 9, 7)
    head = (f"{name:>{width}}" for name, width in zip(names, widths, strict=True))
    click.echo(f"{'group':<{wide}}{''.join(head)}")
    for one in table.groups:
        line = f"{one.name:<{wide}}{one.counts.people:>7}{one.counts.selected:>7}"
        line += f"{float(one.counts.rate or 0):>7.3f}"
        click.echo(line + _ending(one, table))
    if table.reference is None:
        click.echo("Nobody was selected, so there is nothing to compare.")
    if table.highest_is_small:
        click.echo(f"{table.highest_is_small} has a higher rate, but is under 2 % of the people.")


def _ending(one: GroupImpact, table: ImpactTable) -> str:
    """Say how a group compares, or why it does not."""
    if one.against is None:
        if one.name == table.reference:
            return "   1.000  the highest rate"
        return "       -  under 2 %: not tested" if one.small else "       -"
    found = one.against
    ratio = f"{float(found.ratio):>8.3f}" if found.ratio is not None else f"{'-':>8}"
    interval = "-" if finite(found.low) is None else f"{found.low:.3f} - {found.high:.3f}"
    remarks = [
        word
        for word, said in (
            ("under four fifths", found.below_four_fifths),
            ("beyond two SD", found.beyond_two_sd),
            ("one person would reverse it", found.flip.reverses_order),
            ("unstable, under 30 people", found.unstable),
        )
        if said
    ]
    line = f"{ratio[1:]}{interval:>15}{found.exact.fisher:>9.4f}{float(found.shortfall):>7.1f}"
    return line + ("  " + "; ".join(remarks) if remarks else "")


def _decimal(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
