"""A tuned profile and its consequence as pictures with their numbers, ready to show."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from assess.charts import MoveRow, demand_weights, seat_moves, seats_bar
from assess.instruments.catalogue import Catalogue
from assess.rankings.tuning_preview import Mover, Pair, Tuned, Weighing
from assess.rankings.tuning_reading import Pool
from assess.rankings.tuning_words import (
    RailWords,
    decimal,
    headline,
    meaning,
    order_words,
    sureness_words,
)
from assess.selection.demand import COMPETENCIES
from assess.selection.preview import Totals

HIGHEST_DRAWN: Final = 0.5
"""End of the weights' scale: with one multiplier at 2 and the rest at 0.5 a weight comes near."""

_LONGEST_CODE: Final = 9


@dataclass(frozen=True)
class WeightRow:
    """One competency; weights in per cent, ``base`` with every multiplier at 1."""

    code: str
    title: str
    definition: str
    weight: float
    present: float
    base: float
    picture: str


@dataclass(frozen=True)
class MoverCell:
    """Somebody in the table of moves: code, rank and fit before and after."""

    code: str
    ranks: tuple[str, str]
    fits: tuple[str, str]


@dataclass(frozen=True)
class PairRow:
    """One row of the table of moves; None where a tie leaves nobody on that side."""

    entered: MoverCell | None
    left: MoverCell | None
    sureness: str


@dataclass(frozen=True)
class PreviewPage:
    """Everything a preview shows; ``facts`` are (term, value, what it means).

    ``bar`` None where numbers about all may not be told, ``slope`` and ``rows`` empty where
    nobody may be pointed out, or nobody moves; ``unshown`` moves are left out.
    """

    headline: str
    meaning: str
    pool: Pool
    people: int
    seats: int
    facts: list[tuple[str, str, str]]
    rails: list[RailWords]
    weights: list[WeightRow]
    costs: list[str] = field(default_factory=list)
    bar: str | None = None
    slope: str | None = None
    rows: list[PairRow] = field(default_factory=list)
    unshown: int = 0

    def with_totals(self, bar: str, facts: list[tuple[str, str, str]]) -> "PreviewPage":
        """Add the numbers about all."""
        return replace(self, bar=bar, facts=facts)

    def with_moves(self, slope: str | None, rows: list[PairRow], unshown: int) -> "PreviewPage":
        """Add who moves."""
        return replace(self, slope=slope, rows=rows, unshown=unshown)


def weight_rows(
    catalogue: Catalogue, present: Weighing, after: Weighing, base: Weighing
) -> list[WeightRow]:
    """Give each competency's weight as tuned, on one scale, the tick where it is at present."""
    titles = {one.code: one for one in catalogue.competencies}
    return [
        WeightRow(
            code,
            titles[code].title,
            titles[code].definition,
            100 * float(weight),
            100 * float(now),
            float(plain),
            demand_weights(
                [(titles[code].title, float(weight), float(now))],
                title=titles[code].title, highest=HIGHEST_DRAWN, width=180,
            ),
        )
        for code, weight, now, plain in zip(
            COMPETENCIES, after.weights, present.weights, base.weights, strict=True
        )
    ]  # fmt: skip


def is_tuned(tuned: Tuned) -> bool:
    """Say whether a tuning changes anything of the plain contact mix."""
    return not tuned.says_as(Tuned())


def facts_of(found: Totals, alike: float) -> list[tuple[str, str, str]]:
    """Give the figures beside the picture."""
    facts = [_order(found.rank_correlation), _alike(alike)]
    facts.append((
        str(_("Reliability of the fit")), _change(found.reliability, decimal),
        str(_("Of the differences between people, the part that is not error. Below 0.80, decide "
              "about nobody by the fit alone.")),
    ))  # fmt: skip
    facts.append((
        str(_("Evidence on the demand")), _change(found.coverage, _percent),
        str(_("How much of what the job asks was measured, on average.")),
    ))  # fmt: skip
    if any(found.held):
        facts.append((
            str(_("Held back by a minimum")), _change(found.held, lambda n: f"{n:,.0f}"),
            str(_("Surely below it, so without a rank. A person decides about them.")),
        ))  # fmt: skip
    return facts


def least_facts(correlation: float, alike: float) -> list[tuple[str, str, str]]:
    """Give the figures that may be told of people who are ranked already."""
    return [_order(correlation), _alike(alike)]


def bar_of(found: Totals) -> str:
    """Draw the seats: kept, and those that change."""
    seats = max(found.seats, found.changed)
    return seats_bar(
        seats, found.changed, found.shifted, found.beyond_error, title=headline(found), width=420
    )


def slope_of(rows: Sequence[Pair], codes: Mapping[int, str | None], seats: int) -> str | None:
    """Draw who moves in and out; None where nobody does."""
    moves = [
        MoveRow(one.rank[0], one.rank[1], _clipped(_code(one, codes)), pair.sureness)
        for pair in rows
        for one in (pair.entered, pair.left)
        if one is not None
    ]
    if not moves:
        return None
    return seat_moves(
        moves,
        seats,
        title=str(_("Who moves into the first %(seats)s and who moves out", seats=f"{seats:,}")),
        heads=(str(_("now")), str(_("after"))),
        cut=str(ngettext("%(num)s seat", "%(num)s seats", seats)),
    )


def pair_rows(rows: Sequence[Pair], codes: Mapping[int, str | None]) -> list[PairRow]:
    """Give the table of moves."""
    return [
        PairRow(_cell(pair.entered, codes), _cell(pair.left, codes), sureness_words(pair.sureness))
        for pair in rows
    ]


def told_headline(pool: Pool, found: Totals) -> tuple[str, str]:
    """Give the sentence and its meaning, as far as may be told of the pool."""
    told = found.least if pool.told == "least" else found
    return headline(told), meaning(told)


def _order(correlation: float) -> tuple[str, str, str]:
    value = f"{decimal(correlation)}, {order_words(correlation)}"
    return (
        str(_("Order of everybody")),
        value,
        str(_("The rank correlation of both orders: 1 is the same order, 0 has nothing to do with "
              "it.")),
    )  # fmt: skip


def _alike(alike: float) -> tuple[str, str, str]:
    return (
        str(_("How alike the two profiles are")),
        decimal(alike, 3),
        str(_("The correlation of both fits in the reference group, whoever applies. Above 0.99, "
              "two profiles differ in words more than in people.")),
    )  # fmt: skip


def _change(pair: tuple[float, float], write: Callable[[float], str]) -> str:
    before, after = (write(one) for one in pair)
    return before if before == after else f"{before} → {after}"


def _percent(share: float) -> str:
    return str(_("not known")) if math.isnan(share) else f"{100 * share:.0f} %"


def _cell(mover: Mover | None, codes: Mapping[int, str | None]) -> MoverCell | None:
    if mover is None:
        return None
    ranks = tuple(
        _("held back") if held else _("none") if one is None else f"{one:,}"
        for one, held in zip(mover.rank, mover.held, strict=True)
    )
    fits = tuple("–" if one is None else f"{one:.1f}" for one in mover.fit)
    return MoverCell(_code(mover, codes), (str(ranks[0]), str(ranks[1])), (fits[0], fits[1]))


def _code(mover: Mover, codes: Mapping[int, str | None]) -> str:
    if mover.place not in codes:
        return str(_("gone since"))
    return codes[mover.place] or str(_("applies here"))


def _clipped(code: str) -> str:
    return code if len(code) <= _LONGEST_CODE else f"{code[: _LONGEST_CODE - 1]}…"
