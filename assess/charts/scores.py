"""Scores: one dot with its whisker, the strip of four styles, and the picture within a person."""

from collections.abc import Sequence

from assess.charts.svg import (
    Axis,
    axis_line,
    frame,
    known,
    line,
    number,
    rectangle,
    score,
    stroke_path,
)
from assess.charts.tokens import ACCENT, BAND, INK, MUTED, PAPER, WHISKER

_MARGIN = 8.0
_LETTER_ROOM = 26.0

# Letters are drawn, not set: they look alike on every page and in every PDF, need no font and
# stay out of the text that a reader copies. Each stands in a box 8 wide, 10 high.
LETTERS = {
    "D": "M1.5 0V10H3.5C6.5 10 8 8 8 5S6.5 0 3.5 0Z",
    "I": "M4 0V10",
    "S": "M7.2 1.8C6.6 .6 5.4 0 4 0C2.2 0 .9 1 .9 2.5C.9 6 7.3 4.2 7.3 7.5"
    "C7.3 9 5.9 10 4 10C2.4 10 1.1 9.3 .6 8",
    "C": "M7.7 2.2C7 .8 5.9 0 4.5 0C2.2 0 .6 2 .6 5S2.2 10 4.5 10C5.9 10 7 9.2 7.7 7.8",
}

StylePosition = tuple[str, float | None, float | None, float | None, float | None, float | None]
"""Letter, value, low, high, target_low, target_high; None or NaN where there is none."""


def whisker(
    value: float | None,
    low: float | None,
    high: float | None,
    *,
    domain: tuple[float, float] = (20.0, 80.0),
    title: str,
    width: float = 220,
    height: float = 22,
    reference: float | None = None,
) -> str:
    """Give a score as a dot with its 90 % whisker on ``domain``, T-score units by default.

    A thin upright marks ``reference``. What lies beyond the scale ends in an arrow. Without a
    score (None or NaN) the scale alone is drawn, dashed.

    Raises ValueError when the value is not between its ends, or has only one of them.
    """
    axis = Axis(*domain, _MARGIN, width - _MARGIN)
    middle = height / 2
    value, low, high, reference = (known(v) for v in (value, low, high, reference))
    shapes = [axis_line(axis, middle, missing=value is None)]
    if reference is not None and not axis.side(reference):
        x = axis.at(reference)
        shapes.append(line(x, middle - 7, x, middle + 7, "reference", MUTED))
    if value is not None:
        if low is None or high is None:
            raise ValueError("a score is never shown without its interval")
        shapes.append(score(axis, value, low, high, middle))
    return frame("score", width, height, title, shapes)


def style_strip(
    positions: Sequence[StylePosition],
    *,
    title: str,
    domain: tuple[float, float] = (0.0, 100.0),
    width: float = 260,
    row_height: float = 24,
) -> str:
    """Give the styles as labelled positions, one row each, with the job's tolerance as a band.

    Rows come in the order given. A whisker is drawn where both ends are known; a row without a
    value keeps its label and a dashed scale.

    Raises ValueError for a letter that is not one of D, I, S, C or a value outside its interval.
    """
    if not positions:
        raise ValueError("a style strip needs at least one position")
    axis = Axis(*domain, _LETTER_ROOM, width - _MARGIN)
    shapes = [
        _style_row(axis, row_height * (place + 0.5), position)
        for place, position in enumerate(positions)
    ]
    return frame("style", width, row_height * len(positions), title, shapes)


def style_target(
    letter: str,
    target: float,
    tolerance: float,
    *,
    title: str,
    domain: tuple[float, float] = (0.0, 100.0),
    width: float = 200,
    height: float = 24,
) -> str:
    """Give what a job asks of one style: the target as a tick inside its tolerance.

    This is no score, so it has no dot.

    Raises ValueError for a letter that is not one of D, I, S, C or a target off the scale.
    """
    axis, y = Axis(*domain, _LETTER_ROOM, width - _MARGIN), height / 2
    if letter not in LETTERS or not domain[0] <= target <= domain[1]:
        raise ValueError(f"a style target is a letter and a number on the scale, got {target}")
    x = axis.at(target)
    low, high = max(target - tolerance, domain[0]), min(target + tolerance, domain[1])
    shapes = [
        _letter(letter, 6, y - 5),
        _tolerance(axis, low, high, y),
        axis_line(axis, y),
        line(x, y - 8, x, y + 8, "target", INK, width=2),
    ]
    return frame("target", width, height, title, shapes)


def _style_row(axis: Axis, y: float, position: StylePosition) -> str:
    """Give one row of the strip: letter, tolerance, scale, score."""
    letter = position[0]
    if letter not in LETTERS:
        raise ValueError(f"a style is one of D, I, S, C, got {letter!r}")
    value, low, high, target_low, target_high = (known(v) for v in position[1:])
    row = _letter(letter, 6, y - 5)
    if target_low is not None and target_high is not None:
        row += _tolerance(axis, target_low, target_high, y)
    row += axis_line(axis, y, missing=value is None)
    if value is None:
        return row
    return row + score(axis, value, low, high, y)


def _tolerance(axis: Axis, low: float, high: float, y: float) -> str:
    """Give the tolerance area; its two edges keep it visible in black-and-white print."""
    if not low <= high:
        raise ValueError(f"a tolerance runs from low to high, got {low} to {high}")
    left, right = axis.at(low), axis.at(high)
    area = rectangle(left, y - 8, right - left, 16, "band", BAND)
    return area + "".join(
        line(axis.at(end), y - 8, axis.at(end), y + 8, "band-edge", WHISKER, width=0.75)
        for end in (low, high)
        if not axis.side(end)
    )


def _letter(letter: str, x: float, y: float) -> str:
    """Give a drawn letter with its box's upper left corner at x, y."""
    drawn = stroke_path(LETTERS[letter], "letter", INK, width=1.4)
    return f'<g transform="translate({x:g} {y:g})">{drawn}</g>'


def within_person(
    positions: Sequence[tuple[str, float | None]],
    *,
    title: str,
    domain: tuple[float, float] = (-1.0, 1.0),
    width: float = 260,
    row_height: float = 24,
) -> str:
    """Give how far each style stands out within one person, one row each, in the order given.

    This is no score: it has no interval, so it has no dot. A stem leads from the middle of
    ``domain``, where a style was marked most as often as least, to an open diamond; a row
    without a value (None or NaN) keeps its letter and a dashed scale.

    Raises ValueError for a letter that is not one of D, I, S, C.
    """
    if not positions:
        raise ValueError("a picture within the person needs at least one style")
    axis = Axis(*domain, _LETTER_ROOM, width - _MARGIN)
    shapes = [
        _within_row(axis, row_height * (place + 0.5), letter, known(value))
        for place, (letter, value) in enumerate(positions)
    ]
    return frame("within", width, row_height * len(positions), title, shapes)


def _within_row(axis: Axis, y: float, letter: str, value: float | None) -> str:
    """Give one row: letter, scale, middle, stem and diamond."""
    if letter not in LETTERS:
        raise ValueError(f"a style is one of D, I, S, C, got {letter!r}")
    middle = axis.at((axis.low + axis.high) / 2)
    row = _letter(letter, 6, y - 5) + axis_line(axis, y, missing=value is None)
    row += line(middle, y - 7, middle, y + 7, "reference", MUTED)
    if value is None:
        return row
    x = axis.at(value)
    left = f"M{number(x - 4.5)} {number(y)}"
    diamond = (
        f'<path class="chart-diamond" d="{left}l4.5 -4.5 4.5 4.5 -4.5 4.5Z" '
        f'fill="{PAPER}" stroke="{ACCENT}" stroke-width="1.5"/>'
    )
    return row + line(middle, y, x, y, "whisker", WHISKER, width=2) + diamond
