"""What changed between two: a ring where it was, a dot where it is, a line between."""

import math

from assess.charts.svg import Axis, axis_line, dot, frame, line, ring
from assess.charts.tokens import WHISKER

_MARGIN = 8.0


def difference(
    before: float,
    after: float,
    *,
    domain: tuple[float, float],
    title: str,
    width: float = 200,
    height: float = 24,
) -> str:
    """Give one change on ``domain``: a ring ``before``, a dot ``after``, a line between them.

    Where nothing changed the dot stands in the ring. Rows of one table share one domain, so
    that the lengths of their lines can be compared.

    Raises ValueError when a value is not a number or lies outside the domain.
    """
    low, high = domain
    if not all(math.isfinite(value) and low <= value <= high for value in (before, after)):
        raise ValueError(f"a change must lie in {low:g}..{high:g}, got {before} to {after}")
    axis, y = Axis(low, high, _MARGIN, width - _MARGIN), height / 2
    shapes = [
        axis_line(axis, y),
        line(axis.at(before), y, axis.at(after), y, "change", WHISKER, width=2.5),
        ring(axis.at(before), y, 5),
        dot(axis.at(after), y, 3.5),
    ]
    return frame("difference", width, height, title, shapes)
