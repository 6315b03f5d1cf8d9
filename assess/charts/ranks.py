"""The ranked list as one picture: rank intervals, bands, who is at the cut, the seats."""

from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

from assess.charts.svg import Axis, frame, line, number, score, stroke_path
from assess.charts.tokens import CONTROL, INK, LINE, MUTED, SANS

_BRACKET_ROOM = 26.0
_RIGHT = 12.0
_HEAD = 20.0
_FOOT = 6.0


class RankRow(NamedTuple):
    """One person: rank, 90 % rank interval, band (0 = none), at the cut, name for the tooltip."""

    rank: float
    low: float
    high: float
    band: int
    at_cut: bool
    name: str = ""


def rank_intervals(
    rows: Sequence[RankRow | tuple[float, float, float, int, bool]],
    seats: int,
    n: int,
    *,
    title: str,
    last: int | None = None,
    width: float = 640,
    row_height: float | None = None,
) -> str:
    """Give people, one row each, band by band, on the ranks 1 to ``last``.

    Inside a band people keep the order given. ``n`` people are ranked in all; ``last`` (by
    default n) ends the scale early, and what lies beyond ends in an arrow. Each band has a
    bracket on the left, neighbours at the cut share a hatched edge beside it, and the dashed
    line stands after the last seat.

    Raises ValueError without rows, for fewer than 1 seat, or a rank outside its interval.
    """
    people = sorted((RankRow(*row) for row in rows), key=lambda p: (p.band == 0, p.band))
    if not people or seats < 1 or n < 1:
        raise ValueError("a picture of ranks needs people and at least 1 seat")
    last = max(min(last or n, n), 2)
    step = row_height or min(16.0, max(4.0, 640.0 / len(people)))
    axis = Axis(0.5, last + 0.5, _BRACKET_ROOM, width - _RIGHT)
    height = _HEAD + step * len(people) + _FOOT
    shapes = [_guides(axis, len(people), step), _scale(axis, last, seats, height)]
    shapes += [_bracket(first, end, step) for first, end in _runs([p.band for p in people])]
    shapes += [_hatch(first, end, step) for first, end in _runs([int(p.at_cut) for p in people])]
    shapes += [_person(axis, p, _HEAD + step * (i + 0.5), step) for i, p in enumerate(people)]
    return frame("ranks", width, height, title, shapes)


def _person(axis: Axis, person: RankRow, y: float, step: float) -> str:
    """Give one person's dot and whisker, sized for the row."""
    radius = min(4.0, step * 0.34)
    drawn = score(axis, person.rank, person.low, person.high, y, radius=radius)
    named = f"<title>{escape(person.name)}</title>" if person.name else ""
    return f"<g>{named}{drawn}</g>"


def _runs(values: Sequence[int]) -> list[tuple[int, int]]:
    """Give the stretches (first, end) of equal neighbouring values, leaving out zeros."""
    runs, place = [], 0
    for value, run in groupby(values):
        end = place + len(list(run))
        if value:
            runs.append((place, end))
        place = end
    return runs


def _guides(axis: Axis, n_rows: int, step: float) -> str:
    """Give a faint line under every row that is high enough to be read along."""
    if step < 10:
        return ""
    return "".join(
        line(axis.left, y, axis.right, y, "guide", LINE, width=0.5)
        for y in (_HEAD + step * (row + 0.5) for row in range(n_rows))
    )


def _scale(axis: Axis, last: int, seats: int, height: float) -> str:
    """Give the ends of the scale and the seats' line with its number."""
    ends = {1: axis.at(1), last: axis.at(last)}
    shapes = line(axis.left, _HEAD - 4, axis.right, _HEAD - 4, "axis", LINE)
    if seats < last:
        x = axis.at(seats + 0.5)
        shapes += line(x, _HEAD - 6, x, height - 2, "seats", INK, width=1.25, dashes="4 3")
        shapes += _numeral(x, seats, INK, "600", "seats-number")
        ends = {value: end for value, end in ends.items() if abs(end - x) > 24}
    return shapes + "".join(_numeral(x, v, MUTED, "400", "text") for v, x in ends.items())


def _numeral(x: float, value: int, colour: str, weight: str, kind: str) -> str:
    """Give a number above the scale."""
    return (
        f'<text class="chart-{kind}" x="{number(x)}" y="{number(_HEAD - 9)}" fill="{colour}" '
        f'font-family="{SANS}" font-size="10" font-weight="{weight}" '
        f'text-anchor="middle">{value}</text>'
    )


def _bracket(first: int, end: int, step: float) -> str:
    """Give a bracket over the rows of one band."""
    inset = min(2.0, step * 0.15)
    top, bottom = _HEAD + step * first + inset, _HEAD + step * end - inset
    d = f"M7 {number(top)}H3V{number(bottom)}H7"
    return stroke_path(d, "bracket", MUTED, width=1.25)


def _hatch(first: int, end: int, step: float) -> str:
    """Give a hatched edge beside the rows at the cut.

    Its strokes are drawn one by one: a fill pattern needs an id, and ids clash on a page.
    """
    left, right, gap = 11.0, 18.0, 3.5
    top, bottom = _HEAD + step * first, _HEAD + step * end
    wide, strokes, y = right - left, [], top + gap / 2
    while y < bottom + wide:
        # From (left, y) up to the right, cut off at the strip's own ends.
        x1, y1 = (left, y) if y <= bottom else (left + y - bottom, bottom)
        x2, y2 = (right, y - wide) if y - wide >= top else (left + y - top, top)
        strokes.append(f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}")
        y += gap
    return stroke_path("".join(strokes), "cut", CONTROL, width=0.9)
