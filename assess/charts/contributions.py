"""Contributions: signed steps from the reference that add up to the dot."""

import math
from collections.abc import Sequence
from html import escape

from assess.charts.svg import Axis, axis_line, frame, line, rectangle, score
from assess.charts.tokens import LINE, MUTED, PAPER, WHISKER

_MARGIN = 8.0
_TOLERANCE = 1e-6


def contributions(
    parts: Sequence[tuple[str, float]],
    total: float,
    *,
    title: str,
    low: float | None = None,
    high: float | None = None,
    domain: tuple[float, float] | None = None,
    width: float = 360,
    row_height: float = 22,
) -> str:
    """Give one row for each part and a last row for the total.

    Each step starts where the one before ended: filled to the right of its start, hollow to the
    left. The upright is the reference (0); ``low`` and ``high`` are the total's 90 % interval.
    Rows are ``row_height`` high, so that labels can stand beside them. ``domain`` fixes the scale
    over several people; else it is even on both sides of 0 and holds everything.

    Raises ValueError when the parts do not add up to the total or a part is missing.
    """
    values = [value for _, value in parts]
    if not values or not all(math.isfinite(v) for v in (*values, total)):
        raise ValueError("contributions need at least one part, and every part a number")
    if abs(math.fsum(values) - total) > _TOLERANCE:
        raise ValueError(f"the parts add up to {math.fsum(values):.6f}, not to {total:.6f}")
    starts = [math.fsum(values[:place]) for place in range(len(values) + 1)]
    if domain is None:
        ends = (*starts, total, *(v for v in (low, high) if v is not None))
        reach = max(abs(v) for v in ends) or 1.0
        domain = (-reach, reach)
    axis = Axis(*domain, _MARGIN, width - _MARGIN)
    height = row_height * (len(parts) + 1)
    zero, middle = axis.at(0.0), height - row_height / 2
    shapes = [line(zero, 2, zero, height - 2, "reference", MUTED)]
    for place, (name, value) in enumerate(parts):
        shapes.append(_step(axis, name, starts[place], value, row_height * place, row_height))
    shapes += [axis_line(axis, middle), score(axis, total, low, high, middle)]
    return frame("contributions", width, height, title, shapes)


def _step(axis: Axis, name: str, start: float, value: float, top: float, row_height: float) -> str:
    """Give one step with the thin line that carries its end to the next row."""
    end = start + value
    left, right = sorted((axis.at(start), axis.at(end)))
    thick = row_height * 0.5
    kind, fill = ("gain", WHISKER) if value >= 0 else ("loss", PAPER)
    bar = rectangle(
        left, top + (row_height - thick) / 2, right - left, thick, kind, fill, stroke=WHISKER
    )
    x = axis.at(end)
    carried = line(x, top + (row_height + thick) / 2, x, top + row_height * 1.25, "carry", LINE)
    return f"<g>{carried}<title>{escape(name)}: {value:+.2f}</title>{bar}</g>"
