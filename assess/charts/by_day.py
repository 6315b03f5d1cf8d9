"""By day: how many had got how far, as lines that only rise."""

from collections.abc import Sequence
from html import escape
from typing import Final

from assess.charts.svg import Axis, frame, line, number, stroke_path
from assess.charts.tokens import ACCENT, CONTROL, INK, LINE, MUTED, SANS, WHISKER

_TOP, _BOTTOM, _LEFT, _RIGHT = 10.0, 24.0, 4.0, 120.0
_APART: Final = 15.0
_STROKES: Final = ((CONTROL, 1.25), (WHISKER, 2.0), (ACCENT, 3.0))
"""From the first step to the last: what matters most is heaviest."""


def by_day(
    series: Sequence[tuple[str, Sequence[int]]],
    ends: tuple[str, str],
    *,
    title: str,
    width: float = 440,
    height: float = 190,
) -> str:
    """Give a line for each of up to three steps, one point a day, its name and number at its end.

    ``ends`` are the words of the first and the last day. A single day is a flat line. Raises
    ValueError without a step, for more than three, or for days that do not match.
    """
    lengths = {len(points) for _, points in series}
    if not 1 <= len(series) <= len(_STROKES) or len(lengths) != 1 or lengths == {0}:
        raise ValueError("lines by day are of one to three steps with the same days")
    days = lengths.pop()
    highest = max(max(points) for _, points in series)
    across = Axis(0, max(days - 1, 1), _LEFT, width - _RIGHT)
    up = Axis(0, max(highest, 1), height - _BOTTOM, _TOP)
    base = up.at(0)
    shapes = [line(_LEFT, base, across.right, base, "axis", LINE)]
    shapes += [_line(points, across, up, at) for at, (_, points) in enumerate(series)]
    lasts = _parted([up.at(points[-1]) for _, points in series], base)
    for (name, points), y in zip(series, lasts, strict=True):
        shapes.append(_text(across.right + 8, y + 4, f"{name} {points[-1]:,}", "start", INK))
    shapes.append(_text(_LEFT, height - 6, ends[0], "start", MUTED))
    if days > 1:
        shapes.append(_text(across.right, height - 6, ends[1], "end", MUTED))
    return frame("by-day", width, height, title, shapes)


def _line(points: Sequence[int], across: Axis, up: Axis, at: int) -> str:
    colour, thick = _STROKES[at]
    held = [*points, points[0]] if len(points) == 1 else points
    places = [f"{number(across.at(day))} {number(up.at(y))}" for day, y in enumerate(held)]
    return stroke_path("M" + "L".join(places), f"step-{at + 1}", colour, width=thick)


def _parted(heights: Sequence[float], base: float) -> list[float]:
    """Move names up where they would lie upon one another; the lowest stays."""
    order = sorted(range(len(heights)), key=lambda at: (-heights[at], -at))
    found, above = [0.0] * len(heights), base + _APART
    for at in order:
        found[at] = above = min(heights[at], above - _APART)
    return found


def _text(x: float, y: float, words: str, anchor: str, colour: str) -> str:
    return (
        f'<text class="chart-text" x="{number(x)}" y="{number(y)}" fill="{colour}" '
        f'font-family="{SANS}" font-size="13" text-anchor="{anchor}">{escape(words)}</text>'
    )
