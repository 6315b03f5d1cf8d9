"""Two versions of a profile side by side: each figure of both, and the change drawn."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assess.charts import difference
from assess.instruments.catalogue import Catalogue
from assess.profiles.effect import driver_title, scale_end
from assess.profiles.mix import STYLE_LETTERS
from assess.profiles.queries import VersionView
from assess.selection.demand import COMPETENCIES, agreement


@dataclass(frozen=True)
class Pair:
    """One figure of two versions; None where a version has none. ``picture`` shows the change."""

    title: str
    before: float | None
    after: float | None
    picture: str = ""

    @property
    def change(self) -> float:
        """How much it grew; what a version does not have counts as 0."""
        return (self.after or 0.0) - (self.before or 0.0)

    @property
    def same(self) -> bool:
        """Say whether it is as it was."""
        return self.before == self.after


@dataclass(frozen=True)
class Comparison:
    """Two versions: shares, load, weights and styles of each; what was set beside the mix.

    ``rated`` is what people who know the job rated, 0 to 5. Shares, loads, weights and the
    style's weight are in per cent, minimums in shown points.
    ``alike`` is the correlation of the two fits: 1 ranks everybody the same.
    """

    before: VersionView
    after: VersionView
    shares: Sequence[Pair]
    minutes: Sequence[Pair]
    loads: Sequence[Pair]
    weights: Sequence[Pair]
    styles: Sequence[Pair]
    rated: Sequence[Pair]
    multipliers: Sequence[Pair]
    minimums: Sequence[Pair]
    style_weight: Pair
    alike: float


def compare(before: VersionView, after: VersionView, catalogue: Catalogue) -> Comparison:
    """Put two versions side by side; drivers by their larger share, the largest first."""
    codes = _codes(before, after)
    names = {code: driver_title(catalogue, code) for code in codes}
    shares = _by_driver(before, after, lambda view: [100 * one.share for one in view.drivers])
    loads = _by_driver(before, after, lambda view: (100 * view.load_share).tolist())
    minutes = _by_driver(before, after, lambda view: [one.minutes for one in view.drivers])
    titles = {one.code: one.title for one in catalogue.competencies}
    styles = {one.letter: one.title for one in catalogue.styles}
    highest = 100 * scale_end(before.weights, after.weights)
    return Comparison(
        before=before,
        after=after,
        shares=_drawn([(names[c], *shares[c]) for c in codes], _top(shares)),
        minutes=[Pair(names[c], *minutes[c]) for c in codes],
        loads=_drawn([(names[c], *loads[c]) for c in codes], _top(loads)),
        weights=_drawn(
            [
                (titles[code], 100 * float(before.weights[k]), 100 * float(after.weights[k]))
                for k, code in enumerate(COMPETENCIES)
            ],
            highest,
        ),
        styles=_drawn(
            [
                (styles.get(s, s), float(before.style_target[k]), float(after.style_target[k]))
                for k, s in enumerate(STYLE_LETTERS)
            ],
            100.0,
        ),
        rated=_set(before.rated_demand or {}, after.rated_demand or {}, titles),
        multipliers=_set(before.multipliers, after.multipliers, titles, usual=1.0),
        minimums=_set(before.minimums, after.minimums, titles),
        style_weight=Pair("", 100 * before.style_weight, 100 * after.style_weight),
        alike=agreement(before.weights, after.weights, np.array(catalogue.reference.matrix)),
    )


def weight_changes(
    before: Sequence[float], after: Sequence[float], catalogue: Catalogue
) -> list[Pair]:
    """Give two sets of weights (7,) as pairs in per cent, drawn on one scale."""
    titles = {one.code: one.title for one in catalogue.competencies}
    rows = zip(COMPETENCIES, before, after, strict=True)
    highest = 100 * scale_end(np.array(before), np.array(after))
    return _drawn([(titles[code], 100 * old, 100 * new) for code, old, new in rows], highest)


def share_changes(shares: Sequence[tuple[str, float, float]], catalogue: Catalogue) -> list[Pair]:
    """Give (code, share before, share after) as pairs in per cent, the largest first."""
    held = sorted(shares, key=lambda row: -max(row[1:]))
    rows = [(driver_title(catalogue, code), 100 * old, 100 * new) for code, old, new in held]
    return _drawn(rows, _next_ten(max(max(row[1:]) for row in rows)))


def _codes(before: VersionView, after: VersionView) -> list[str]:
    largest: dict[str, float] = {}
    for driver in (*before.drivers, *after.drivers):
        largest[driver.code] = max(driver.share, largest.get(driver.code, 0.0))
    return sorted(largest, key=lambda code: -largest[code])


def _by_driver(
    before: VersionView, after: VersionView, figures: Callable[[VersionView], Sequence[float]]
) -> dict[str, tuple[float | None, float | None]]:
    """Give both versions' figure of each driver."""
    old, new = (
        dict(zip([one.code for one in view.drivers], figures(view), strict=True))
        for view in (before, after)
    )
    return {code: (old.get(code), new.get(code)) for code in {**old, **new}}


def _set(
    before: Mapping[str, float],
    after: Mapping[str, float],
    titles: Mapping[str, str],
    usual: float | None = None,
) -> list[Pair]:
    """Give what one of the two sets by competency, in the order of the competencies."""
    return [
        Pair(titles[code], before.get(code, usual), after.get(code, usual))
        for code in COMPETENCIES
        if code in before or code in after
    ]


def _drawn(rows: Sequence[tuple[str, float | None, float | None]], highest: float) -> list[Pair]:
    return [
        Pair(
            title, old, new,
            difference(old or 0.0, new or 0.0, domain=(0.0, highest), title=title),
        )
        for title, old, new in rows
    ]  # fmt: skip


def _top(figures: Mapping[str, tuple[float | None, float | None]]) -> float:
    return _next_ten(max(value or 0.0 for both in figures.values() for value in both))


def _next_ten(value: float) -> float:
    return 10.0 * max(math.ceil(value / 10 - 1e-9), 1)
