"""How every picture is written: numbers, shapes, the frame with its title, one scale."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from assess.charts.tokens import ACCENT, LINE, PAPER, WHISKER


def number(value: float) -> str:
    """Write a coordinate with at most two decimals; ValueError when it is not finite."""
    if not math.isfinite(value):
        raise ValueError(f"a picture cannot place {value}")
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@dataclass(frozen=True)
class Axis:
    """A linear scale: values ``low``..``high`` to positions ``left``..``right``."""

    low: float
    high: float
    left: float
    right: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ValueError(f"a scale must run upward, got {self.low} to {self.high}")

    def at(self, value: float) -> float:
        """Give the position of a value, held inside the ends."""
        share = (value - self.low) / (self.high - self.low)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def side(self, value: float) -> int:
        """Say where a value lies: -1 before the scale, 0 on it, 1 beyond it."""
        return (value > self.high) - (value < self.low)


def frame(kind: str, width: float, height: float, title: str, shapes: Iterable[str]) -> str:
    """Give the whole picture; its title is also the text alternative."""
    if not title.strip():
        raise ValueError("a picture needs a title that says what is seen")
    words = escape(title, quote=True)
    w, h = number(width), number(height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart chart-{kind}" role="img" '
        f'aria-label="{words}" width="{w}" height="{h}" viewBox="0 0 {w} {h}">'
        f"<title>{words}</title>{''.join(shapes)}</svg>"
    )


def line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    kind: str,
    colour: str,
    *,
    width: float = 1.0,
    dashes: str = "",
) -> str:
    """Give a straight line; ``kind`` is the last part of its class."""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<line class="chart-{kind}" x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" '
        f'y2="{number(y2)}" stroke="{colour}" stroke-width="{number(width)}"{dashed}/>'
    )


def rectangle(
    x: float, y: float, width: float, height: float, kind: str, fill: str, *, stroke: str = "none"
) -> str:
    """Give a filled rectangle, outlined when ``stroke`` names a colour."""
    return (
        f'<rect class="chart-{kind}" x="{number(x)}" y="{number(y)}" '
        f'width="{number(max(width, 0.0))}" height="{number(height)}" fill="{fill}" '
        f'stroke="{stroke}"/>'
    )


def stroke_path(d: str, kind: str, colour: str, *, width: float = 1.0) -> str:
    """Give an unfilled path with round ends."""
    return (
        f'<path class="chart-{kind}" d="{d}" fill="none" stroke="{colour}" '
        f'stroke-width="{number(width)}" stroke-linecap="round" stroke-linejoin="round"/>'
    )


def dot(x: float, y: float, radius: float = 4.0) -> str:
    """Give a point estimate: a dot, parted from its whisker by a thin ring where there is room."""
    ring = 1.0 if radius >= 3 else 0.0
    return (
        f'<circle class="chart-dot" cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" '
        f'fill="{ACCENT}" stroke="{PAPER}" stroke-width="{number(ring)}"/>'
    )


def ring(x: float, y: float, radius: float = 4.0) -> str:
    """Give an open ring: what a value would be, or was, before something moved it."""
    return (
        f'<circle class="chart-ring" cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" '
        f'fill="{PAPER}" stroke="{WHISKER}" stroke-width="1.5"/>'
    )


def arrow(x: float, y: float, direction: int, kind: str, colour: str, size: float = 4.0) -> str:
    """Give a mark with its tip at x: what it stands for lies further that way."""
    back = x - direction * size * 1.5
    return (
        f'<path class="chart-{kind}" d="M{number(x)} {number(y)}L{number(back)} '
        f'{number(y - size)}L{number(back)} {number(y + size)}Z" fill="{colour}" stroke="none"/>'
    )


def axis_line(axis: Axis, y: float, *, missing: bool = False) -> str:
    """Give the scale's own line with its two ends; dashed where there is no score."""
    ends = (
        ""
        if missing
        else "".join(line(x, y - 3, x, y + 3, "axis", LINE) for x in (axis.left, axis.right))
    )
    return line(axis.left, y, axis.right, y, "axis", LINE, dashes="2 3" if missing else "") + ends


def interval(axis: Axis, low: float, high: float, y: float, *, radius: float = 4.0) -> str:
    """Give a whisker for a dot of ``radius``; beyond the scale it ends in an arrow, else a cap."""
    if not low <= high:
        raise ValueError(f"an interval runs from low to high, got {low} to {high}")
    marks = [line(axis.at(low), y, axis.at(high), y, "whisker", WHISKER, width=radius / 2)]
    cap = radius * 0.875
    for end in (low, high):
        x, side = axis.at(end), axis.side(end)
        if side:
            marks.append(arrow(x + side, y, side, "arrow", WHISKER, radius))
        else:
            marks.append(line(x, y - cap, x, y + cap, "whisker", WHISKER, width=radius * 0.375))
    return "".join(marks)


def score(
    axis: Axis,
    value: float,
    low: float | None,
    high: float | None,
    y: float,
    *,
    radius: float = 4.0,
) -> str:
    """Give a dot with its whisker; a dot beyond the scale becomes an arrow at its end.

    Raises ValueError when the value is not between ``low`` and ``high``.
    """
    whiskers = ""
    if low is not None and high is not None:
        if not low <= value <= high:
            raise ValueError(f"the score {value} is outside its interval {low} to {high}")
        whiskers = interval(axis, low, high, y, radius=radius)
    side = axis.side(value)
    if side:
        return whiskers + arrow(axis.at(value) + side, y, side, "beyond", ACCENT, radius + 1)
    return whiskers + dot(axis.at(value), y, radius)


def known(value: float | None) -> float | None:
    """Give a value, or None where it is missing: None and NaN both say so."""
    return None if value is None or math.isnan(value) else value
