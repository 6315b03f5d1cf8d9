"""Scores in the rows of a long table: what all share is drawn once, a row has its own marks alone.

A row of the table costs some two hundred bytes a score instead of eight hundred. Colours and
widths are the style sheet's: these pictures stand on pages only, never in a PDF.
"""

from collections.abc import Sequence
from typing import Final

from assess.charts.scores import LETTERS
from assess.charts.svg import Axis, known, number

Figures = tuple[float | None, float | None, float | None]
"""Value, low, high; None or NaN where there is none."""

SCORE_WIDTH: Final = 96
SCORE_HEIGHT: Final = 20
STYLE_WIDTH: Final = 104
STYLE_ROW: Final = 13
_SCORE: Final = Axis(20.0, 80.0, 6.0, SCORE_WIDTH - 6.0)
_STYLE: Final = Axis(0.0, 100.0, 22.0, STYLE_WIDTH - 6.0)


def table_grounds(targets: Sequence[tuple[str, float, float]], *, reference: float) -> str:
    """Give what the pictures of a page stand on, to be put on it once, before the first.

    ``targets`` are letter, low and high of the tolerance of each style, 0 to 100, in the order
    of `table_style`. Raises KeyError for a letter that is not one of D, I, S, C.
    """
    y, left, right = SCORE_HEIGHT / 2, number(_SCORE.left), number(_SCORE.right)
    score = (
        f'<path class="mini-axis" d="M{left} {number(y)}H{right}M{left} {number(y - 3)}v6'
        f'M{right} {number(y - 3)}v6"/><path class="mini-reference" '
        f'd="M{number(_SCORE.at(reference))} {number(y - 7)}v14"/>'
    )
    rows = "".join(_style_ground(place, *target) for place, target in enumerate(targets))
    height = STYLE_ROW * len(targets)
    return (
        '<svg class="mini-grounds" xmlns="http://www.w3.org/2000/svg" aria-hidden="true">'
        f'<symbol id="mini-score" viewBox="0 0 {SCORE_WIDTH} {SCORE_HEIGHT}">{score}</symbol>'
        f'<symbol id="mini-style" viewBox="0 0 {STYLE_WIDTH} {height}">{rows}</symbol></svg>'
    )


def table_score(value: float | None, low: float | None, high: float | None) -> str:
    """Give one score's dot and whisker; the numbers stand beside it, so it has no words.

    Raises ValueError when the value is not between its ends, or has only one of them.
    """
    whisker, dot = _marks(_SCORE, (value, low, high), SCORE_HEIGHT / 2)
    size = f'width="{SCORE_WIDTH}" height="{SCORE_HEIGHT}"'
    return (
        f'<svg class="mini" {size} aria-hidden="true"><use href="#mini-score"/>'
        f'<path class="mini-whisker" d="{whisker}"/><path class="mini-dot" d="{dot}"/></svg>'
    )


def table_style(positions: Sequence[Figures], words: str) -> str:
    """Give the strip of styles; ``words`` say its figures, already escaped.

    Raises ValueError as `table_score`.
    """
    marks = [
        _marks(_STYLE, one, STYLE_ROW * (place + 0.5), cap=2.5)
        for place, one in enumerate(positions)
    ]
    whiskers, dots = ("".join(one) for one in zip(*marks, strict=True))
    size = f'width="{STYLE_WIDTH}" height="{STYLE_ROW * len(positions)}"'
    return (
        f'<svg class="mini" {size} role="img" aria-label="{words}"><use href="#mini-style"/>'
        f'<path class="mini-whisker" d="{whiskers}"/><path class="mini-dot" d="{dots}"/></svg>'
    )


def _style_ground(place: int, letter: str, low: float, high: float) -> str:
    y = STYLE_ROW * (place + 0.5)
    left, right = _STYLE.at(low), _STYLE.at(high)
    return (
        f'<g transform="translate(4 {number(y - 4)}) scale(.8)">'
        f'<path class="mini-letter" d="{LETTERS[letter]}"/></g>'
        f'<path class="mini-band" d="M{number(left)} {number(y - 5)}h{number(right - left)}v10'
        f'H{number(left)}z"/><path class="mini-axis" d="M{number(_STYLE.left)} {number(y)}'
        f'H{number(_STYLE.right)}"/>'
    )


def _marks(axis: Axis, figures: Figures, y: float, *, cap: float = 3.5) -> tuple[str, str]:
    """Give the paths of a whisker and its dot; beyond the scale each ends in an arrow."""
    value, low, high = (known(one) for one in figures)
    if value is None:
        return "", ""
    if low is None or high is None or not low <= value <= high:
        raise ValueError(f"the score {value} is outside its interval {low} to {high}")
    line = f"M{number(axis.at(low))} {number(y)}H{number(axis.at(high))}"
    ends = "".join(_end(axis, end, y, cap) for end in (low, high))
    side = axis.side(value)
    # A line of no length with round ends is a dot.
    dot = f"M{number(axis.at(value))} {number(y)}h0" if not side else _arrow(axis, side, y, 4.5)
    return line + ends, dot


def _end(axis: Axis, end: float, y: float, cap: float) -> str:
    side = axis.side(end)
    if side:
        return _arrow(axis, side, y, cap)
    return f"M{number(axis.at(end))} {number(y - cap)}v{number(2 * cap)}"


def _arrow(axis: Axis, side: int, y: float, size: float) -> str:
    tip = axis.right if side > 0 else axis.left
    back = number(tip - side * size)
    return f"M{back} {number(y - size)}L{number(tip)} {number(y)}L{back} {number(y + size)}"
