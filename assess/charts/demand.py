"""Demand weights: one lollipop for each competency, with a small tick for the prior."""

import math
from collections.abc import Sequence
from html import escape

from assess.charts.svg import Axis, dot, frame, line
from assess.charts.tokens import INK, LINE, WHISKER

_MARGIN = 8.0


def demand_weights(
    rows: Sequence[tuple[str, float, float]],
    *,
    title: str,
    highest: float | None = None,
    width: float = 260,
    row_height: float = 24,
) -> str:
    """Give (title, weight, prior) rows as lollipops from 0 to ``highest`` (0..1).

    By default the scale ends at the next full 5 % above all of them. Rows are ``row_height``
    high, so that labels can stand beside them; one row at a time fits a table's cell, with
    ``highest`` given.

    Raises ValueError without rows, or when a weight or prior is not a number in 0..1.
    """
    figures = [figure for _, *both in rows for figure in both]
    if not figures or not all(0 <= figure <= 1 for figure in figures):
        raise ValueError("demand weights need rows, and every weight and prior in 0..1")
    if highest is None:
        highest = max(math.ceil(max(figures) * 20 - 1e-9) / 20, 0.05)
    axis = Axis(0.0, highest, _MARGIN, width - _MARGIN)
    height = row_height * len(rows)
    shapes = [line(axis.left, 2, axis.left, height - 2, "axis", LINE)]
    for place, (name, weight, prior) in enumerate(rows):
        y, x = row_height * (place + 0.5), axis.at(prior)
        shapes.append(
            f"<g><title>{escape(name)}: {weight:.1%} ({prior:.1%})</title>"
            + line(axis.left, y, axis.at(weight), y, "stem", WHISKER, width=2)
            + dot(axis.at(weight), y, 4.5)
            + line(x, y - 7, x, y + 7, "prior", INK, width=1.25)
            + "</g>"
        )
    return frame("demand", width, height, title, shapes)
