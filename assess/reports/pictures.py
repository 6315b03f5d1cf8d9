"""Pictures for templates: the charts as markup, and the style strip in a table's cell."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from markupsafe import Markup

from assess.charts.svg import Axis, dot, frame, line
from assess.charts.tokens import LINE, WHISKER
from assess.reports.person_sheets import Reading

STYLE_DOMAIN = (20.0, 80.0)
_COLUMN = 12.0


def marked(chart: Callable[..., str]) -> Callable[..., Markup]:
    """Let a template place a chart as it is; charts escape the words they are given."""

    @wraps(chart)
    def draw(*args: Any, **kwargs: Any) -> Markup:
        return Markup(chart(*args, **kwargs))  # noqa: S704 - made of numbers and escaped titles

    return draw


def style_marks(
    readings: Sequence[tuple[str, Reading | None]], *, title: str, height: float = 18
) -> str:
    """Give the styles as upright whiskers side by side, in the order given; a gap is unknown.

    The thin line across is the middle of the reference.
    """
    axis = Axis(*STYLE_DOMAIN, height - 1.5, 1.5)
    width = _COLUMN * len(readings)
    shapes = [line(0, height / 2, width, height / 2, "axis", LINE, width=0.75)]
    for place, (_, reading) in enumerate(readings):
        if reading is None:
            continue
        x = _COLUMN * (place + 0.5)
        shapes.append(
            line(x, axis.at(reading.low), x, axis.at(reading.high), "whisker", WHISKER, width=1.25)
        )
        shapes.append(dot(x, axis.at(reading.value), 1.9))
    return frame("style-marks", width, height, title, shapes)
