"""Pictures for templates: charts are kept beside the page, not in it.

A page of inline pictures is parsed, styled and matched shape by shape; an image costs one
element. Their addresses exist only while the report is made.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final

from markupsafe import Markup

from assess import charts
from assess.charts.svg import Axis, frame, line, number
from assess.charts.tokens import ACCENT, LINE, WHISKER
from assess.rankings.readings import Reading
from assess.reports.drawing import Drawing, NotDrawn
from assess.reports.fills import SCHEME, Fills, plain
from assess.reports.units import LINK
from assess.reports.wording import legible

STYLE_DOMAIN = (0.0, 100.0)
_RADIUS = 1.4
_COLUMN = 12.0


class Album:
    """The pictures and fills of one page while it is made, by the names it uses; its logo."""

    def __init__(self, logo: bytes | None = None, *, close: bool = False) -> None:
        self.logo = logo
        self.fills = Fills(close=close)
        self.pictures: dict[str, str] = {}

    def functions(self) -> dict[str, Callable[..., object]]:
        """Give what a template calls: charts and fills, each put where it stands."""
        fills: dict[str, Callable[..., object]] = {
            "write": self.fills.text,
            "link": self.fills.link,
            "hatch": self.fills.hatch,
        }
        return fills | {chart.__name__: self._placed(chart) for chart in CHARTS}

    @property
    def digest(self) -> str:
        """Name pictures and logo, which a page's HTML only points to; empty without any."""
        drawn = repr((self.pictures, self.logo)) if self.pictures or self.logo else ""
        return drawn and hashlib.sha256(drawn.encode()).hexdigest()

    def get(self, name: str) -> bytes | None:
        """Give the picture of that name, None when there is none."""
        picture = self.pictures.get(name)
        return None if picture is None else picture.encode()

    def _placed(self, chart: Callable[..., str]) -> Callable[..., Markup]:
        def place(*args: Any, title: str, **kwargs: Any) -> Markup:
            title = legible(str(title))
            svg = chart(*args, title=title, **kwargs)
            try:
                return self.fills.picture(Drawing(svg), title)
            except NotDrawn:
                name = f"picture-{len(self.pictures) + 1}.svg"
                self.pictures[name] = svg
                return Markup('<img alt="{}" src="{}"/>').format(title, SCHEME + name)

        return place


class Screen:
    """The ``pictures`` of one page for the screen, by the names it uses; its words stay words."""

    def __init__(self) -> None:
        self.pictures: dict[str, str] = {}

    def functions(self) -> dict[str, Callable[..., object]]:
        """Give what a template calls, as `Album` does."""
        words: dict[str, Callable[..., object]] = {
            "write": lambda *runs, **_place: plain(*runs),
            "link": lambda target: f"{LINK}{target}",
            "hatch": lambda _height: Markup('<span class="hatch"></span>'),
        }
        return words | {chart.__name__: self._placed(chart) for chart in CHARTS}

    def _placed(self, chart: Callable[..., str]) -> Callable[..., Markup]:
        def place(*args: Any, title: str, **kwargs: Any) -> Markup:
            name = f"picture-{len(self.pictures) + 1}.svg"
            self.pictures[name] = chart(*args, title=legible(str(title)), **kwargs)
            return Markup('<img alt="{}" src="{}"/>').format(title, SCHEME + name)

        return place


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
        low, high = axis.at(reading.low), axis.at(reading.high)
        shapes.append(line(x, low, x, high, "whisker", WHISKER, width=1.25))
        # Without the ring of other dots: at this size it would hide the whisker.
        shapes.append(
            f'<circle class="chart-dot" cx="{number(x)}" cy="{number(axis.at(reading.value))}" '
            f'r="{number(_RADIUS)}" fill="{ACCENT}"/>'
        )
    return frame("style-marks", width, height, title, shapes)


CHARTS: Final[tuple[Callable[..., str], ...]] = (
    charts.contact_mix,
    charts.contributions,
    charts.demand_weights,
    charts.mix_swatch,
    charts.rank_intervals,
    charts.style_strip,
    charts.whisker,
    charts.within_person,
    style_marks,
)
"""The charts that templates of reports call by name."""
