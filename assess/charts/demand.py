"""Demand weights: one lollipop for each competency, with a small tick for the prior."""

import math
from collections.abc import Sequence
from html import escape

from assess.charts.svg import Axis, dot, frame, line, ring
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


def pulled_weight(
    name: str,
    own: float | None,
    weight: float,
    prior: float,
    *,
    highest: float,
    title: str,
    width: float = 200,
    height: float = 24,
) -> str:
    """Give one weight as a lollipop between what pulls it, on a scale from 0 to ``highest``.

    The ring is what the contact mix alone asks (``own``, None where there is no mix yet), the
    tick the ``prior`` of the whole occupation, the dot the weight that both come to; a thin line
    from ring to tick shows the way the prior has pulled it. A dot beyond that line was scaled
    by hand.

    Raises ValueError when a figure is not a number in 0..1.
    """
    figures = [weight, prior, *([] if own is None else [own])]
    if not all(0 <= figure <= 1 for figure in figures):
        raise ValueError("demand weights and priors must lie in 0..1")
    axis, y = Axis(0.0, highest, _MARGIN, width - _MARGIN), height / 2
    tick = axis.at(prior)
    shapes = [
        line(axis.left, 2, axis.left, height - 2, "axis", LINE),
        line(axis.left, y, axis.at(weight), y, "stem", WHISKER, width=2),
    ]
    if own is not None:
        shapes += [
            line(axis.at(own), y, tick, y, "pull", WHISKER, dashes="2 2"),
            ring(axis.at(own), y, 4.5),
        ]
    shapes += [
        line(tick, y - 8, tick, y + 8, "prior", INK, width=1.25),
        dot(axis.at(weight), y, 4.5),
    ]
    words = f"{escape(name)}: {weight:.1%} ({prior:.1%})"
    return frame("pull", width, height, title, [f"<g><title>{words}</title>", *shapes, "</g>"])
