"""Change: who moves into the first seats and who moves out of them, and how many seats that is."""

from collections.abc import Sequence
from html import escape
from typing import Final, Literal, NamedTuple

from assess.charts.svg import dot, frame, line, number, rectangle
from assess.charts.tokens import ACCENT, BAND, CONTROL, INK, LINE, MUTED, SANS, WHISKER

Sureness = Literal["within", "shifted", "beyond"]

_HEAD: Final = 24.0
_STEP: Final = 17.0
_CUT: Final = 16.0
_LABEL: Final = 96.0
_STROKES: Final[dict[Sureness, tuple[str, float, str]]] = {
    "within": (CONTROL, 1.0, "3 3"),
    "shifted": (WHISKER, 1.25, ""),
    "beyond": (ACCENT, 2.5, ""),
}
"""Colour, width and dashes: what is surer is heavier, so that it is told without colour."""


class MoveRow(NamedTuple):
    """Somebody whose seat changes: rank before and after (None unranked), name, how surely."""

    before: int | None
    after: int | None
    name: str
    sureness: Sureness


def seat_moves(
    rows: Sequence[MoveRow],
    seats: int,
    *,
    title: str,
    heads: tuple[str, str],
    cut: str,
    width: float = 340,
) -> str:
    """Give a line for each who moves, from the place before on the left to that after it.

    Left and right list the same people, best first, each with the rank; between them lies the
    ``cut`` (its words) after the last of ``seats``. Dashed: within error; thin: surely moved by
    the change; heavy: beyond error. Raises ValueError without rows, for fewer than 1 seat, or
    for somebody who does not cross the cut.
    """
    if not rows or seats < 1:
        raise ValueError("a picture of moves needs people who move and at least 1 seat")
    if any(_seated(row.before, seats) == _seated(row.after, seats) for row in rows):
        raise ValueError("everybody in a picture of moves crosses the cut")
    left, left_cut = _places([row.before for row in rows], seats)
    right, right_cut = _places([row.after for row in rows], seats)
    height = _HEAD + _STEP * len(rows) + _CUT
    x1, x2 = _LABEL, width - _LABEL
    shapes = [_text(x1, 12, heads[0], "head", "end", INK, "600"),
              _text(x2, 12, heads[1], "head", "start", INK, "600"),
              line(x1, left_cut, x2, right_cut, "seats", INK, width=1.25, dashes="4 3"),
              _text(0, left_cut + 3.5, cut, "seats-number", "start", INK, "600")]  # fmt: skip
    # The heaviest last, so that nothing crosses over it.
    order = sorted(range(len(rows)), key=lambda i: list(_STROKES).index(rows[i].sureness))
    shapes += [_move(rows[i], x1, left[i], x2, right[i]) for i in order]
    return frame("moves", width, height, title, shapes)


def seats_bar(
    seats: int,
    changed: int,
    shifted: int,
    beyond: int,
    *,
    title: str,
    width: float = 340,
    height: float = 18,
) -> str:
    """Give the seats as one bar: kept, and from the right those that change, the surest last.

    Raises ValueError unless 0 <= beyond <= shifted <= changed <= seats.
    """
    if not 0 <= beyond <= shifted <= changed <= seats or seats < 1:
        raise ValueError("seats that change are some of all, and the sure ones some of these")
    counts = (seats - changed, changed - shifted, shifted - beyond, beyond)
    fills = ((BAND, "kept"), (LINE, "within"), (WHISKER, "shifted"), (ACCENT, "beyond"))
    least = 3.0
    room = width - sum(least for count in counts if count)
    shapes, x = [], 0.0
    for count, (fill, kind) in zip(counts, fills, strict=True):
        if count:
            wide = least + room * count / seats
            shapes.append(rectangle(x, 1, wide - 1, height - 2, kind, fill, stroke=CONTROL))
            x += wide
    return frame("seats", width, height, title, shapes)


def _seated(rank: int | None, seats: int) -> bool:
    return rank is not None and rank <= seats


def _places(ranks: Sequence[int | None], seats: int) -> tuple[list[float], float]:
    """Give each one's height in the column, best first, and the height of the cut."""
    keys = [float("inf") if rank is None else rank for rank in ranks]
    order = sorted(range(len(ranks)), key=keys.__getitem__)
    above = sum(_seated(rank, seats) for rank in ranks)
    places = [0.0] * len(ranks)
    for slot, row in enumerate(order):
        places[row] = _HEAD + _STEP * (slot + 0.5) + (_CUT if slot >= above else 0.0)
    return places, _HEAD + _STEP * above + _CUT / 2


def _move(row: MoveRow, x1: float, y1: float, x2: float, y2: float) -> str:
    """Give one person: rank and name on either side, and the line between."""
    colour, width, dashes = _STROKES[row.sureness]
    ink, weight = (INK, "600") if row.sureness == "beyond" else (MUTED, "400")
    before, after = ("–" if rank is None else f"{rank:,}" for rank in (row.before, row.after))
    shapes = [
        line(x1 + 6, y1, x2 - 6, y2, row.sureness, colour, width=width, dashes=dashes),
        _text(x1, y1 + 3.5, f"{row.name} · {before}", "text", "end", ink, weight),
        _text(x2, y2 + 3.5, f"{after} · {row.name}", "text", "start", ink, weight),
    ]
    if row.sureness == "beyond":
        shapes += [dot(x1 + 6, y1, 3), dot(x2 - 6, y2, 3)]
    return f"<g>{''.join(shapes)}</g>"


def _text(
    x: float, y: float, words: str, kind: str, anchor: str, colour: str, weight: str
) -> str:  # fmt: skip
    return (
        f'<text class="chart-{kind}" x="{number(x)}" y="{number(y)}" fill="{colour}" '
        f'font-family="{SANS}" font-size="11" font-weight="{weight}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )
