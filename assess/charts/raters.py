"""One statement as several people rated it: each rating an open circle, the mean a dot."""

from collections import Counter
from collections.abc import Mapping
from html import escape

from assess.charts.svg import Axis, axis_line, frame, line, number, score
from assess.charts.tokens import LINE, PAPER, WHISKER

_MARGIN = 18.0
_ACROSS = 5
_STEP = 7.0
_RADIUS = 2.75


def rater_spread(
    ratings: Mapping[str, int],
    mean: float,
    low: float,
    high: float,
    *,
    title: str,
    highest: int = 5,
    width: float = 220,
) -> str:
    """Give ratings from 0 to ``highest`` by rater as circles over their points, the mean below.

    Up to five circles stand side by side, more in rows above one another; a pointer on one names
    its rater. The mean is a dot with its interval ``low`` to ``high``.

    Raises ValueError without a rating, for one off the scale, or a mean outside its interval.
    """
    if not ratings or not all(0 <= value <= highest for value in ratings.values()):
        raise ValueError(f"a spread needs ratings from 0 to {highest}")
    axis = Axis(0.0, float(highest), _MARGIN, width - _MARGIN)
    counts = Counter(ratings.values())
    rows = -(-max(counts.values()) // _ACROSS)
    ground = rows * _STEP + 2
    middle = ground + 8
    shapes = [
        line(axis.at(point), 2, axis.at(point), middle + 4, "point", LINE)
        for point in range(highest + 1)
    ]
    shapes.append(axis_line(axis, middle))
    seen: Counter[int] = Counter()
    for name, value in ratings.items():
        place, seen[value] = seen[value], seen[value] + 1
        row, column = divmod(place, _ACROSS)
        here = min(_ACROSS, counts[value] - row * _ACROSS)
        x = axis.at(value) + (column - (here - 1) / 2) * _STEP * 0.9
        shapes.append(_circle(x, ground - 3 - row * _STEP, f"{name}: {value}"))
    shapes.append(score(axis, mean, low, high, middle))
    return frame("raters", width, middle + 8, title, shapes)


def _circle(x: float, y: float, words: str) -> str:
    """Give one rating: an open circle, which no score ever is."""
    return (
        f'<circle class="chart-rating" cx="{number(x)}" cy="{number(y)}" '
        f'r="{number(_RADIUS)}" fill="{PAPER}" stroke="{WHISKER}" stroke-width="1.25">'
        f"<title>{escape(words)}</title></circle>"
    )
