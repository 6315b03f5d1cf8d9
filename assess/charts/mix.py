"""The contact mix: one stacked bar, the largest share first and darkest; and what work it is."""

import math
from collections.abc import Sequence
from html import escape

from assess.charts.svg import frame, line, rectangle
from assess.charts.tokens import CONTROL, MIX, WHISKER

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
    places, whole = _places([value for _, value in present], width), sum(values)
    shapes = [
        f"<g><title>{escape(name)}: {value / whole:.0%}</title>"
        + _segment(x, 0.5, wide, height - 1, place, len(present))
        + "</g>"
        for place, ((name, value), (x, wide)) in enumerate(zip(present, places, strict=True))
    ]
    return frame("mix", width, height, title, shapes)


def mix_to_load(
    rows: Sequence[tuple[str, float, float]],
    *,
    title: str,
    width: float = 480,
    bar: float = 20,
    between: float = 22,
) -> str:
    """Give (name, share, load) rows as two bars: the contacts above, the work they make below.

    Both bars keep the order and the tones of ``contact_mix``, and thin lines lead from each end
    of a segment above to the same end below: where they spread, a driver takes more of the work
    than of the contacts. A row with a share of 0 has no segment in either bar.

    Raises ValueError when a figure is missing or negative, or a bar is empty.
    """
    figures = [figure for _, *both in rows for figure in both]
    present = sorted((row for row in rows if row[1] > 0), key=lambda row: -row[1])
    if not all(math.isfinite(figure) and figure >= 0 for figure in figures):
        raise ValueError("shares and loads must be numbers of 0 or more")
    upper = _places([share for _, share, _ in present], width)
    lower = _places([load for *_, load in present], width)
    height, shapes = 2 * bar + between, []
    for place, (name, share, load) in enumerate(present):
        (left, wide), (below, broad) = upper[place], lower[place]
        shapes.append(
            f"<g><title>{escape(name)}: {share / sum(row[1] for row in present):.0%} / "
            f"{load / sum(row[2] for row in present):.0%}</title>"
            + line(left, bar, below, bar + between, "flow", CONTROL, width=0.75)
            + line(left + wide, bar, below + broad, bar + between, "flow", CONTROL, width=0.75)
            + _segment(left, 0.5, wide, bar - 1, place, len(present))
            + _segment(below, bar + between + 0.5, broad, bar - 1, place, len(present))
            + "</g>"
        )
    return frame("load", width, height, title, shapes)


def _places(values: Sequence[float], width: float) -> list[tuple[float, float]]:
    """Give the left end and the width of each segment of a bar over the whole width."""
    if sum(values) <= 0:
        raise ValueError("a bar needs figures of 0 or more that are not all 0")
    room, x, places = width - _GAP * (len(values) - 1) - 1, 0.5, []
    for value in values:
        places.append((x, room * value / sum(values)))
        x += places[-1][1] + _GAP
    return places


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
