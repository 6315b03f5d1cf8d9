"""A proposed placement as a CSV file: everybody considered, by campaign and label."""

import csv
from io import StringIO

import numpy as np

from assess.rankings.csv_file import plain_text
from assess.rankings.placement_fit import Proposal, best_elsewhere
from assess.rankings.placement_page import finished_in
from assess.rankings.placement_queries import Placed
from assess.selection.placement import NOWHERE

COLUMNS = (
    *("person", "code", "took_part_in", "proposed_campaign", "proposed_brand", "ask_first"),
    *("fit_shown", "fit_shown_se", "elsewhere_campaign", "elsewhere_fit_shown"),
    *("elsewhere_loss", "elsewhere_loss_se", "either_place"),
    *("no_seat_loss", "no_seat_loss_se", "somebody_else_as_good"),
)
"""Without a seat all is blank from ``proposed_campaign`` on; a loss is blank where a seat would
stay empty, ``elsewhere`` where there is no other campaign for the person."""


def placement_csv(found: Placed, proposal: Proposal) -> str:
    """Write everybody considered, those without a seat last; text can be no formula."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    rows = [_cells(found, proposal, row) for row in range(len(found.applicants.candidates))]
    rows.sort(key=lambda one: (not one[3], one[4], one[3], one[0].casefold()))
    writer.writerows(rows)
    return out.getvalue()


def _cells(found: Placed, proposal: Proposal, row: int) -> list[str]:
    candidate_id = found.applicants.candidates[row]
    label, code = found.labels[candidate_id]
    finished = found.applicants.finished[row].tolist()
    who = [
        plain_text(label),
        plain_text(code),
        plain_text(finished_in(found.campaigns, finished)),
    ]
    column = int(proposal.placed.campaign[row])
    if column == NOWHERE:
        return who + [""] * (len(COLUMNS) - len(who))
    fits, elsewhere = proposal.fits, best_elsewhere(proposal, row)
    return [
        *who,
        plain_text(found.campaigns[column].title),
        plain_text(found.campaigns[column].brand),
        str(int(not finished[column])),
        _figure(fits.fit[row, column]),
        _figure(fits.error[row, column]),
        *_otherwise(proposal, row, elsewhere, found),
        str(int(proposal.as_good[row, :-1].any())),
        _figure(proposal.placed.loss[row, NOWHERE]),
        _figure(proposal.loss_error[row, NOWHERE]),
        str(int(proposal.as_good[row, NOWHERE])),
    ]


def _otherwise(proposal: Proposal, row: int, other: int | None, found: Placed) -> list[str]:
    if other is None:
        return [""] * 4
    figures = proposal.fits.fit, proposal.placed.loss, proposal.loss_error
    return [
        plain_text(found.campaigns[other].title),
        *(_figure(one[row, other]) for one in figures),
    ]


def _figure(value: np.float64) -> str:
    return f"{value:.6f}" if np.isfinite(value) else ""
