"""The contact mix: one stacked bar, the largest share first and darkest."""

import math
from collections.abc import Sequence
from html import escape

from assess.charts.svg import frame, rectangle
from assess.charts.tokens import MIX, WHISKER

_GAP = 2.0


def contact_mix(
    shares: Sequence[tuple[str, float]],
    *,
    title: str,
    width: float = 480,
    height: float = 24,
) -> str:
    """Give the shares of call drivers as one bar over the whole width, largest first.

    Shares may be in any unit; a share of 0 has no segment. Neighbours differ in tone and are
    parted by a gap; equal shares keep their order. ``mix_swatch`` gives the key for labels.

    Raises ValueError when a share is missing or negative, or all are 0.
    """
    values = [value for _, value in shares]
    if not all(math.isfinite(value) and value >= 0 for value in values) or sum(values) <= 0:
        raise ValueError("a contact mix needs shares of 0 or more that are not all 0")
    present = sorted((row for row in shares if row[1] > 0), key=lambda row: -row[1])
    whole, room = sum(values), width - _GAP * (len(present) - 1) - 1
    shapes, x = [], 0.5
    for place, (name, value) in enumerate(present):
        wide = room * value / whole
        shapes.append(
            f"<g><title>{escape(name)}: {value / whole:.0%}</title>"
            + _segment(x, 0.5, wide, height - 1, place, len(present))
            + "</g>"
        )
        x += wide + _GAP
    return frame("mix", width, height, title, shapes)


def mix_swatch(place: int, n: int, *, title: str, size: float = 12) -> str:
    """Give the key of the segment at ``place`` (0 = the largest) of ``n``, for its label.

    Raises ValueError when there is no such segment.
    """
    if not 0 <= place < n:
        raise ValueError(f"a bar of {n} segments has none at {place}")
    segment = _segment(0.5, 0.5, size - 1, size - 1, place, n)
    return frame("swatch", size, size, title, [segment])


def _segment(x: float, y: float, width: float, height: float, place: int, n: int) -> str:
    """Give one segment: a tone by its place, outlined so that the lightest has an edge."""
    tone = place if n <= len(MIX) else round(place * (len(MIX) - 1) / (n - 1))
    return rectangle(x, y, width, height, f"mix-{tone + 1}", MIX[tone], stroke=WHISKER)
