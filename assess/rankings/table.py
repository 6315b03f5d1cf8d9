"""The ranking page as plain data: people by band, a page at a time, with their pictures."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask_babel import gettext as _

from assess.campaigns.queries import CampaignView
from assess.charts import RankRow, rank_intervals, style_strip, whisker
from assess.charts.scores import StylePosition
from assess.instruments.catalogue import Catalogue
from assess.rankings.queries import EntryView, SnapshotView
from assess.rankings.readings import (
    STYLE_TOLERANCE,
    Reading,
    competency_pair,
    fit_reading,
    last_seat_band,
    score_reading,
    style_reading,
)
from assess.rankings.words import chance, flag_labels, nobody, percent

PER_PAGE = 50
MOST_DRAWN = 50


@dataclass(frozen=True)
class Drawn:
    """A score with its picture."""

    reading: Reading | None
    svg: str


@dataclass(frozen=True)
class Row:
    """One person's row."""

    candidate_id: int
    name: str
    code: str
    rank_low: int | None
    rank_high: int | None
    fit: Drawn
    chance: str
    at_cut: bool
    headlines: tuple[tuple[str, Drawn], ...]
    style_svg: str
    coverage: str
    flags: tuple[str, ...]
    erased: bool
    given_on: date | None = None


@dataclass(frozen=True)
class Band:
    """People of one band on this page; ``number`` None holds the unranked, or the ``held`` back.

    ``size`` counts the whole band; ``seats_end`` when the last seat falls into this band and
    its last person is on this page.
    """

    number: int | None
    size: int
    continued: bool
    seats_end: bool
    rows: tuple[Row, ...]
    held: bool = False


@dataclass(frozen=True)
class Page:
    """A page of the table; ``found`` people match ``asked``."""

    bands: tuple[Band, ...]
    asked: str
    found: int
    number: int
    last: int


def make_page(
    snapshot: SnapshotView,
    catalogue: Catalogue,
    asked: str,
    number: int,
    only: Collection[int] | None = None,
) -> Page:
    """Cut the page ``number`` (from 1) out of everybody whose name or code holds ``asked``.

    With ``only`` out of these candidates alone.
    """
    wanted = asked.strip().casefold()
    found = [
        e
        for e in snapshot.entries
        if (wanted in e.name.casefold() or wanted in e.code.casefold())
        and (only is None or e.candidate_id in only)
    ]
    last = max(1, -(-len(found) // PER_PAGE))
    number = min(max(number, 1), last)
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    return Page(_bands(snapshot, catalogue, found, shown), asked.strip(), len(found), number, last)


def shown_entries(page: Page, snapshot: SnapshotView) -> list[EntryView]:
    """Give the people of one page of the table."""
    ids = {row.candidate_id for band in page.bands for row in band.rows}
    return [entry for entry in snapshot.entries if entry.candidate_id in ids]


def overview(snapshot: SnapshotView, title: str) -> tuple[str, int] | None:
    """Draw the rank intervals of everybody with a real chance; None when nobody is ranked.

    Gives the picture and how many people are in it: the best fifty at most.
    """
    ranked = [entry for entry in snapshot.entries if entry.band is not None]
    ranked.sort(key=lambda entry: (entry.band, entry.rank, entry.name.casefold()))
    rows = [
        RankRow(e.rank or 0, e.rank_low or 0, e.rank_high or 0, e.band or 0, e.at_cut, e.name)
        for e in ranked[:MOST_DRAWN]
    ]
    if not rows:
        return None
    svg = rank_intervals(rows, snapshot.seats, len(ranked), title=title, width=960, row_height=9)
    return svg, len(rows)


def style_picture(
    entry: EntryView, snapshot: SnapshotView, catalogue: Catalogue, *, width: float, row: float
) -> str:
    """Draw the strip of four styles with the tolerance of the job."""
    positions: list[StylePosition] = []
    said = []
    targets = snapshot.method["style_target"]
    for style, target in zip(catalogue.styles, targets, strict=True):
        seen = style_reading(entry.style.get(style.scale))
        values = (seen.value, seen.low, seen.high) if seen else (None, None, None)
        ends = max(target - STYLE_TOLERANCE, 0.0), min(target + STYLE_TOLERANCE, 100.0)
        positions.append((style.letter, *values, *ends))
        said.append(f"{style.letter} {interval(seen)}")
    title = _("Style, 0 to 100: %(positions)s", positions=", ".join(said))
    return style_strip(positions, title=str(title), width=width, row_height=row)


def provisional_styles(campaign: CampaignView, catalogue: Catalogue) -> tuple[str, ...]:
    """Give the titles of the styles whose scale is not calibrated yet."""
    uncalibrated = {
        scale.name
        for part in campaign.battery
        for scale in catalogue.instrument(part.key).scales
        if not scale.calibrated
    }
    return tuple(style.title for style in catalogue.styles if style.scale in uncalibrated)


def interval(seen: Reading | None) -> str:
    """Write a value with its interval for a text alternative."""
    if seen is None:
        return str(_("not measured"))
    return f"{seen.value:.0f} ({seen.low:.0f}–{seen.high:.0f})"


def drawn(seen: Reading | None, title: str, *, width: float = 132) -> Drawn:
    """Draw a score on 20 to 80 with the reference at 50."""
    values = (seen.value, seen.low, seen.high) if seen else (None, None, None)
    words = f"{title}: {interval(seen)}"
    return Drawn(seen, whisker(*values, title=words, width=width, reference=50.0))


def _bands(
    snapshot: SnapshotView,
    catalogue: Catalogue,
    found: Sequence[EntryView],
    shown: Sequence[EntryView],
) -> tuple[Band, ...]:
    sizes = Counter(entry.group for entry in snapshot.entries)
    cut = last_seat_band(snapshot.entries, snapshot.seats)
    final = {entry.group: entry.candidate_id for entry in found}
    bands = []
    for group, run in groupby(shown, key=lambda e: e.group):
        people = list(run)
        number = people[0].band
        last_seat = number is not None and number == cut
        first = next(entry for entry in found if entry.group == group)
        bands.append(
            Band(
                number=number,
                size=sizes[group],
                continued=people[0].candidate_id != first.candidate_id,
                seats_end=last_seat and people[-1].candidate_id == final[group],
                rows=tuple(_row(entry, snapshot, catalogue) for entry in people),
                held=people[0].held_back,
            )
        )
    return tuple(bands)


def _row(entry: EntryView, snapshot: SnapshotView, catalogue: Catalogue) -> Row:
    headlines = []
    for index in catalogue.indices:
        seen = score_reading(competency_pair(entry, index.competency))
        headlines.append((index.title, drawn(seen, index.title, width=112)))
    return Row(
        candidate_id=entry.candidate_id,
        name=nobody(entry) if entry.erased else entry.name,
        code=entry.code,
        rank_low=entry.rank_low,
        rank_high=entry.rank_high,
        fit=drawn(fit_reading(entry), str(_("Fit"))),
        chance=chance(entry.p_top),
        at_cut=entry.at_cut,
        headlines=tuple(headlines),
        style_svg=style_picture(entry, snapshot, catalogue, width=120, row=14),
        coverage=percent(entry.coverage),
        flags=tuple(flag_labels(entry)),
        erased=entry.erased,
        given_on=entry.given_on,
    )
