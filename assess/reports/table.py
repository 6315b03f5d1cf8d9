"""The ranking table, cut into pages by hand, and the list of people at the cut."""

import math
from collections.abc import Mapping, Sequence
from itertools import groupby

from assess.instruments.catalogue import Catalogue
from assess.rankings.queries import EntryView, SnapshotView
from assess.rankings.readings import competency_pair, fit_reading, score_reading, style_reading
from assess.reports.overview import flag_kinds
from assess.reports.person import band_sizes, person_place
from assess.reports.person_sheets import Place
from assess.reports.sheets import Band, CutRow, Row, TableBlock, TablePage

LINES_A_PAGE = 44
"""Lines of one height that fit a page of the table, band heads among them."""

HEADING_LINES = 2
"""Lines that the heading takes from the first page."""

SHORTENED_LINES = 3
"""Lines that the words on a shortened table take besides."""

NAME_FITS = 23
"""Characters of a name that stay on one line of the table's column."""


def make_rows(
    listed: SnapshotView,
    snapshot: SnapshotView,
    catalogue: Catalogue,
    anchors: Mapping[int, str],
    letters: Mapping[str, str],
) -> list[tuple[tuple[int, int], Row]]:
    """Give the row of everybody ``listed`` of ``snapshot``, with their group, in paper's order."""
    places = _places(snapshot)
    return [
        (entry.group, _row(entry, places[entry.candidate_id], catalogue, anchors, letters))
        for entry in listed.entries
    ]


def paginate(
    rows: Sequence[tuple[tuple[int, int], Row]], bands: Sequence[Band], *, shortened: bool = False
) -> tuple[TablePage, ...]:
    """Cut rows into pages: a band's head opens it and is repeated where it goes on.

    A ``shortened`` table says so on its first page; one of nobody has a page that says so.
    Pages made here are independent tables, so that no page waits for the one before.
    """
    by_number = {band.number: band for band in bands}
    pages: list[list[TableBlock]] = [[]]
    room = LINES_A_PAGE - HEADING_LINES - SHORTENED_LINES * shortened
    for (kind, number), run in groupby(rows, key=lambda pair: pair[0]):
        rest, continued = [row for _, row in run], False
        while rest:
            # A head is never left alone at the foot of a page.
            if room < 3:
                pages.append([])
                room = LINES_A_PAGE
            taken = _fitting(rest, room - 1)
            band = by_number[number] if number else None
            pages[-1].append(TableBlock(band, continued, tuple(rest[:taken]), kind == 1))
            room -= 1 + sum(_lines(row) for row in rest[:taken])
            rest, continued = rest[taken:], True
            if rest:
                room = 0
    return tuple(TablePage(tuple(blocks)) for blocks in pages if blocks) or (TablePage(()),)


def make_cut(
    listed: SnapshotView, snapshot: SnapshotView, catalogue: Catalogue, anchors: Mapping[int, str]
) -> tuple[CutRow, ...]:
    """Give everybody ``listed`` of ``snapshot`` who is at the cut, by name."""
    titles = {one.code: one.title for one in catalogue.competencies}
    places = _places(snapshot)
    found = []
    for entry in listed.entries:
        place, fit = places[entry.candidate_id], fit_reading(entry)
        if entry.at_cut and place is not None and fit is not None:
            found.append(
                CutRow(
                    name=entry.name or entry.code,
                    code=entry.code,
                    anchor=anchors.get(entry.candidate_id),
                    place=place,
                    fit=fit,
                    least_known=titles[_least_known(entry, snapshot)],
                )
            )
    return tuple(sorted(found, key=lambda row: (row.name.casefold(), row.code)))


def _row(
    entry: EntryView,
    place: Place | None,
    catalogue: Catalogue,
    anchors: Mapping[int, str],
    letters: Mapping[str, str],
) -> Row:
    return Row(
        name=entry.name or entry.code,
        code=entry.code,
        anchor=anchors.get(entry.candidate_id),
        place=place,
        fit=fit_reading(entry),
        headlines=tuple(
            score_reading(competency_pair(entry, index.competency)) for index in catalogue.indices
        ),
        style=tuple(
            (style.letter, style_reading(entry.style.get(style.scale)))
            for style in catalogue.styles
        ),
        coverage=entry.coverage,
        notes=tuple(letters[kind] for kind in flag_kinds(entry)),
    )


def _places(snapshot: SnapshotView) -> dict[int, Place | None]:
    """Give everybody's place; the bands are counted once, not once a person."""
    sizes = band_sizes(snapshot)
    return {entry.candidate_id: person_place(entry, snapshot, sizes) for entry in snapshot.entries}


def _least_known(entry: EntryView, snapshot: SnapshotView) -> str:
    """Give the competency whose error weighs most in the fit; not measured counts as error 1."""
    errors = {code: (competency_pair(entry, code) or (0.0, 1.0))[1] for code in snapshot.weights}
    return max(snapshot.weights, key=lambda code: snapshot.weights[code] * errors[code])


def _fitting(rows: Sequence[Row], room: int) -> int:
    """Give how many rows fit into ``room`` lines, at least one."""
    used = 0
    for count, row in enumerate(rows):
        used += _lines(row)
        if used > room:
            return max(count, 1)
    return len(rows)


def _lines(row: Row) -> int:
    """Give how many lines a row takes; a long name is wrapped, never cut."""
    return max(math.ceil(len(row.name) / NAME_FITS), 1)
