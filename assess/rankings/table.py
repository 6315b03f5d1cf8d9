"""The ranking page as plain data: a page of people, by band or in another order, with pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from itertools import groupby

from flask_babel import gettext as _

from assess.campaigns.queries import CampaignView
from assess.charts import (
    RankRow,
    rank_intervals,
    style_strip,
    table_grounds,
    table_score,
    table_style,
    whisker,
)
from assess.charts.scores import StylePosition
from assess.instruments.catalogue import Catalogue
from assess.rankings.asked import BANDS, Asked
from assess.rankings.queries import STYLE, EntryView, SnapshotView
from assess.rankings.readings import (
    STYLE_TOLERANCE,
    Reading,
    competency_pair,
    fit_reading,
    in_tenths,
    score_reading,
    style_reading,
)
from assess.rankings.rows import HELD_BACK
from assess.rankings.table_queries import Counts, Cut
from assess.rankings.words import chance, flag_labels, nobody, percent


@dataclass(frozen=True)
class Drawn:
    """A score with its picture."""

    reading: Reading | None
    svg: str


@dataclass(frozen=True)
class Row:
    """One person's row; ``why`` what adds up to the fit from 50, in tenths that add up."""

    candidate_id: int
    name: str
    code: str
    band: int | None
    rank_low: int | None
    rank_high: int | None
    fit: Drawn
    why: tuple[tuple[str, float], ...]
    total: float | None
    chance: str
    at_cut: bool
    scores: dict[str, Drawn]
    style_svg: str
    coverage: str
    flags: tuple[str, ...]
    finished: datetime | None
    erased: bool
    given_on: date | None = None


@dataclass(frozen=True)
class Band:
    """People of one band on this page; ``number`` None holds the unranked, or the ``held`` back.

    ``size`` counts the whole band; ``seats_end`` when the last seat falls into this band and
    its last person is on this page. Without a ``head`` they are just people, in another order.
    """

    number: int | None
    size: int
    continued: bool
    seats_end: bool
    rows: tuple[Row, ...]
    held: bool = False
    head: bool = True


@dataclass(frozen=True)
class Page:
    """A page of the table: people ``first`` to ``last`` of ``found``, and marks of its neighbours.

    ``grounds`` is what its pictures stand on.
    """

    bands: tuple[Band, ...]
    found: int
    first: int
    last: int
    before: str
    after: str
    grounds: str


def make_page(
    cut: Cut,
    snapshot: SnapshotView,
    counts: Counts,
    catalogue: Catalogue,
    asked: Asked,
    columns: Sequence[str],
) -> Page:
    """Lay out the people of ``cut``, whose entries ``snapshot`` holds in its order.

    ``columns`` are the columns to be seen.
    """
    entries = {entry.candidate_id: entry for entry in snapshot.entries}
    rows = {
        one: _row(entries[one], catalogue, columns, at)
        for one, at in zip(cut.people, cut.finished, strict=True)
        if one in entries
    }
    if asked.sort != BANDS:
        plain = Band(None, len(rows), False, False, tuple(rows.values()), head=False)  # noqa: FBT003
        bands: tuple[Band, ...] = (plain,) if rows else ()
    else:
        bands = _bands(cut, rows, counts, None if asked.up else counts.last_band)
    return Page(
        bands=bands,
        found=cut.found,
        first=cut.first,
        last=cut.first + len(cut.people) - 1,
        before=cut.before,
        after=cut.after,
        grounds=_grounds(snapshot, catalogue),
    )


def overview(snapshot: SnapshotView, title: str) -> tuple[str, int] | None:
    """Draw the rank intervals of the best, the entries of ``snapshot``; None without any.

    Gives the picture and how many people are in it.
    """
    rows = [
        RankRow(e.rank or 0, e.rank_low or 0, e.rank_high or 0, e.band or 0, e.at_cut, e.name)
        for e in snapshot.entries
    ]
    if not rows:
        return None
    svg = rank_intervals(
        rows, snapshot.seats, snapshot.ranked, title=title, width=960, row_height=9
    )
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
    cut: Cut, rows: dict[int, Row], counts: Counts, last_band: int | None
) -> tuple[Band, ...]:
    bands = []
    runs = [
        (section, [rows[person] for person, _section in run if person in rows])
        for section, run in groupby(
            zip(cut.people, cut.sections, strict=True), key=lambda pair: pair[1]
        )
    ]
    for place, (section, people) in enumerate(runs):
        ends = place < len(runs) - 1 or cut.next_section != section
        bands.append(
            Band(
                number=section if section < HELD_BACK else None,
                size=counts.sections.get(section, len(people)),
                continued=not place and cut.continued,
                seats_end=section == last_band and ends,
                rows=tuple(people),
                held=section == HELD_BACK,
            )
        )
    return tuple(bands)


def _row(
    entry: EntryView, catalogue: Catalogue, columns: Sequence[str], finished: datetime | None
) -> Row:
    titles = {one.competency: one.title for one in catalogue.indices}
    titles = {one.code: titles.get(one.code, one.title) for one in catalogue.competencies}
    why, total = _why(entry, titles)
    return Row(
        candidate_id=entry.candidate_id,
        name=nobody(entry) if entry.erased else entry.name,
        code=entry.code,
        band=entry.band,
        rank_low=entry.rank_low,
        rank_high=entry.rank_high,
        fit=_small(fit_reading(entry)),
        why=why,
        total=total,
        chance=chance(entry.p_top),
        at_cut=entry.at_cut,
        scores={
            code: _small(score_reading(competency_pair(entry, code)))
            for code in titles
            if code in columns
        },
        style_svg=_style(entry, catalogue) if STYLE in columns else "",
        coverage=percent(entry.coverage),
        flags=tuple(flag_labels(entry)),
        finished=finished,
        erased=entry.erased,
        given_on=entry.given_on,
    )


def _why(
    entry: EntryView, titles: dict[str, str]
) -> tuple[tuple[tuple[str, float], ...], float | None]:
    """Give what each competency adds to the fit, in tenths of a point that add up."""
    if entry.fit is None or not entry.contributions:
        return (), None
    tenths, total = in_tenths(list(entry.contributions.values()), entry.fit - 50)
    named = {**titles, STYLE: str(_("Style"))}
    return tuple(zip((named[code] for code in entry.contributions), tenths, strict=True)), total


def _small(seen: Reading | None) -> Drawn:
    figures = (seen.value, seen.low, seen.high) if seen else (None, None, None)
    return Drawn(seen, table_score(*figures))


def _style(entry: EntryView, catalogue: Catalogue) -> str:
    readings = [style_reading(entry.style.get(one.scale)) for one in catalogue.styles]
    said = ", ".join(
        f"{style.letter} {interval(seen)}"
        for style, seen in zip(catalogue.styles, readings, strict=True)
    )
    figures = [(one.value, one.low, one.high) if one else (None,) * 3 for one in readings]
    return table_style(figures, escape(str(_("Style, 0 to 100: %(positions)s", positions=said))))


def _grounds(snapshot: SnapshotView, catalogue: Catalogue) -> str:
    """Draw the scale of a score, and of the styles with the tolerance of the job."""
    targets = zip(catalogue.styles, snapshot.method["style_target"], strict=True)
    return table_grounds(
        [
            (
                style.letter,
                max(target - STYLE_TOLERANCE, 0.0),
                min(target + STYLE_TOLERANCE, 100.0),
            )
            for style, target in targets
        ],
        reference=50.0,
    )
