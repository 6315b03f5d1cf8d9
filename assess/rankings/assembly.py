"""From stored scores to a ranking: competencies, coverage, fit, order (pure arrays).

What a fit rests on comes from the campaign alone: its battery, its profile's weights, frozen
reference correlations. Nothing about the other people enters it; only rank, chance of a seat
and band depend on the pool. Who is surely below a minimum of the profile is held back: they have
a fit and no rank, and the others are ranked without them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assess.instruments.evidence import (
    CompetencyTable,
    RankingDemand,
    competency_table,
    error_correlation,
    evidence_map,
    ranking_demand,
)
from assess.instruments.model import TOTAL, Competency, Instrument
from assess.instruments.scoring import NOT_SCORABLE, ONE_SIDED
from assess.selection.composite import NOT_MEASURED, ONE_PART_MISSING, Fit, coverage, fit
from assess.selection.demand import COMPETENCIES
from assess.selection.minimum import Below, below_minimums
from assess.selection.ranking import Ranking, rank_under_error
from assess.selection.style_match import (
    StyleDemand,
    StyleMatch,
    StyleScores,
    style_match,
    weight_in_use,
    with_style,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

NOTHING_MEASURED = "nothing_measured"
BELOW_MINIMUM = "below_minimum"
MAY_BE_BELOW = "may_be_below_minimum"
MINIMUM_NOT_MEASURED = "minimum_not_measured"
STYLE_NOT_MEASURED = "style_not_measured"
STYLE_PART_MISSING = "style_part_missing"
_COMMON_TO_ALL = "provisional"
"""A scale's own state, the same for everybody: the catalogue says it, not a person's flags."""


@dataclass(frozen=True)
class StoredTable:
    """Scores of n people on one instrument: ``mean`` and ``error`` (n, S), NaN not scored."""

    scales: tuple[str, ...]
    mean: FloatArray
    error: FloatArray


@dataclass(frozen=True)
class Basis:
    """What every fit in a campaign rests on, whoever finishes.

    ``weights`` (7,) are the profile's; ``demand.weights`` (7,) those in use, renormalised over
    the evidenced competencies when the battery's coverage is below .60; ``offered`` (7,) parts
    that somebody who answers everything has, of ``possible`` (7,). ``styles`` are the scales of
    the style strip, of which those ``counted`` (S,) are calibrated rating scales of the battery;
    ``style`` what the profile asks of them, None at weight 0 or where none counts; ``minimums``
    in shown points by a competency's place.
    """

    weights: FloatArray
    demand: RankingDemand
    offered: IntArray
    possible: IntArray
    error_correlation: FloatArray
    reference_correlation: FloatArray
    competencies: tuple[Competency, ...]
    styles: tuple[str, ...] = ()
    counted: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    style: StyleDemand | None = None
    minimums: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Assembly:
    """People with their evidence, in the order of the tables; see `Fit` and `CompetencyTable`.

    ``coverage`` (n,) of the whole profile's weights; ``ranked`` (n,); ``contributions`` (n, 7)
    in shown points sum to the shown fit - 50; ``flags`` per person, as "name:flag". ``fit``
    and ``error`` (n,) are shown: 50 + 10 fit / SD of the reference; NaN for the unranked.
    ``style`` (n,) is what style adds to the contributions where it has a weight, else None.
    ``below`` the minimums, and ``held`` (n,) who is ``ranked`` but for being surely below one.
    """

    table: CompetencyTable
    coverage: FloatArray
    ranked: BoolArray
    fit: FloatArray
    error: FloatArray
    contributions: FloatArray
    sd_ref: float
    flags: tuple[tuple[str, ...], ...]
    style: FloatArray | None
    below: Below
    held: BoolArray


def make_basis(
    battery: Sequence[Instrument],
    competencies: tuple[Competency, ...],
    weights: FloatArray,
    reference_correlation: FloatArray,
    *,
    styles: Sequence[str] = (),
    style: StyleDemand | None = None,
    minimums: Mapping[str, float] | None = None,
) -> Basis:
    """Decide what a campaign's fits rest on, from its battery and the profile's weights (7,).

    ``styles`` names the scales of the style strip, in the order of the targets of ``style``;
    ``minimums`` are in shown points by competency code. Raises Invalid when the battery holds two
    judgement forms, or measures nothing that the profile demands.
    """
    calibrated = {scale.name for one in battery for scale in one.scales if scale.calibrated}
    counted = np.array([scale in calibrated for scale in styles], dtype=np.bool_)
    asked = style if style and style.weight and counted.any() else None
    correlation = error_correlation(battery)
    complete = competency_table({one.key: _complete(one) for one in battery}, competencies)
    possible = evidence_map(competencies)
    return Basis(
        weights=np.asarray(weights, dtype=np.float64),
        demand=ranking_demand(weights, complete, possible),
        offered=complete.parts[0],
        possible=possible,
        error_correlation=correlation,
        reference_correlation=np.asarray(reference_correlation, dtype=np.float64),
        competencies=competencies,
        styles=tuple(styles),
        counted=counted,
        style=asked,
        minimums={COMPETENCIES.index(code): p for code, p in (minimums or {}).items()},
    )


def assemble(
    basis: Basis,
    tables: Mapping[str, StoredTable],
    score_flags: Sequence[Sequence[str]],
) -> Assembly:
    """Turn score tables by instrument key (the same n people) into fits.

    Unranked: a judgement form answered in a way that is not scorable, a rating instrument that
    counts answered on one side throughout, or nothing measured that counts.
    Raises ValueError when the tables do not have the same people.
    """
    table = competency_table(tables, basis.competencies)
    found = fit(
        table.mean,
        table.error,
        table.shared,
        basis.demand.weights,
        basis.error_correlation,
        basis.reference_correlation,
    )
    match, found = _style(basis, tables, found)
    usable = scorable(basis, tables, score_flags)
    ranked = np.isfinite(found.fit) & usable
    below = below_minimums(table.mean, table.error, basis.minimums)
    return Assembly(
        table=table,
        coverage=coverage(basis.weights, table.parts, basis.possible),
        ranked=ranked,
        fit=np.where(ranked, found.scaled, np.nan),
        error=np.where(ranked, found.scaled_error, np.nan),
        contributions=np.where(ranked[:, None], _shown(found), np.nan),
        sd_ref=found.sd_ref,
        flags=tuple(
            (*flags, *more)
            for flags, more in zip(
                _flags(basis, table, usable, np.isfinite(found.fit), score_flags),
                _profile_flags(basis, ranked, below, match),
                strict=True,
            )
        ),
        style=None if found.style is None else 10 * found.style / found.sd_ref,
        below=below,
        held=ranked & below.held,
    )


def style_scores(basis: Basis, tables: Mapping[str, StoredTable]) -> StyleScores | None:
    """Give the style scales of the people (n, S), NaN not measured; None where none is asked for.

    Raises ValueError when the tables do not have the same people.
    """
    if not basis.styles:
        return None
    columns = {
        name: (table.mean[:, place], table.error[:, place])
        for table in tables.values()
        for place, name in enumerate(table.scales)
        if name in basis.styles
    }
    n = len(next(iter(tables.values())).mean)
    absent = np.full(n, np.nan), np.full(n, np.nan)
    pairs = [columns.get(name, absent) for name in basis.styles]
    mean, error = (np.column_stack([pair[kind] for pair in pairs]) for kind in (0, 1))
    return StyleScores(mean, error, basis.counted)


def scorable(
    basis: Basis, tables: Mapping[str, StoredTable], score_flags: Sequence[Sequence[str]]
) -> BoolArray:
    """Say whose answers (n,) can be ranked at all, whatever the weights."""
    unusable = _unusable(basis, tables)
    return np.array([unusable.isdisjoint(flags) for flags in score_flags], dtype=np.bool_)


def place(assembly: Assembly, seats: int, *, seed: int) -> Ranking:
    """Rank the assembled people for ``seats``; different coverage never shares a band.

    Who is held back by a minimum has no rank, as if they were not in the pool.
    """
    fit, error = (np.where(assembly.held, np.nan, a) for a in (assembly.fit, assembly.error))
    return rank_under_error(fit, error, seats, coverage=assembly.coverage, seed=seed)


def _complete(instrument: Instrument) -> StoredTable:
    """Give the scores of one person who answered all: 0 with error 1 where a score exists."""
    names = instrument.scale_names
    keyed = set(names)
    if instrument.norm is not None:
        keyed = {*instrument.norm.competencies, TOTAL}
    mean = np.array([[0.0 if name in keyed else np.nan for name in names]])
    return StoredTable(names, mean, np.where(np.isnan(mean), np.nan, 1.0))


def _shown(found: Fit) -> FloatArray:
    """Give the contributions (n, 7) in points of the shown fit."""
    return 10 * found.contributions / found.sd_ref


def _style(
    basis: Basis, tables: Mapping[str, StoredTable], found: Fit
) -> tuple[StyleMatch | None, Fit]:
    """Give the nearness to the style's target and the fit with it; none, and the fit as it is."""
    scores = style_scores(basis, tables)
    weight = weight_in_use(basis.style, scores)
    if not weight or basis.style is None or scores is None:
        return None, found
    match = style_match(scores, basis.style.target)
    return match, with_style(found, match, weight)


def _profile_flags(
    basis: Basis, ranked: BoolArray, below: Below, match: StyleMatch | None
) -> list[tuple[str, ...]]:
    """Give what a profile's minimums and its style's weight make of each person with a fit."""
    wanted = int(basis.counted.sum())
    everyone: list[tuple[str, ...]] = []
    for person, is_ranked in enumerate(ranked.tolist()):
        flags: list[str] = []
        for column, place_ in enumerate(below.places if is_ranked else ()):
            code = COMPETENCIES[place_]
            for kind, who in (
                (BELOW_MINIMUM, below.surely),
                (MAY_BE_BELOW, below.may_be),
                (MINIMUM_NOT_MEASURED, below.unmeasured),
            ):
                flags += [f"{code}:{kind}"] if who[person, column] else []
        if match is not None and is_ranked and match.measured[person] < wanted:
            less = STYLE_PART_MISSING if match.measured[person] else STYLE_NOT_MEASURED
            flags.append(f"style:{less}")
        everyone.append(tuple(flags))
    return everyone


def _unusable(basis: Basis, tables: Mapping[str, StoredTable]) -> frozenset[str]:
    """Give the flags that leave a person unranked: answers that were given and say nothing.

    A form never answered (imported answers) is missing evidence, not a fault of the answers:
    it lowers the coverage, and the rest is ranked. Rating scales that are evidence of nothing
    count for nothing, and so do one-sided answers to them.
    """
    evidence = {one.scale for one in basis.competencies}
    counting = [key for key, table in tables.items() if evidence.intersection(table.scales)]
    return frozenset([f"{TOTAL}:{NOT_SCORABLE}", *(f"{key}:{ONE_SIDED}" for key in counting)])


def _flags(
    basis: Basis,
    table: CompetencyTable,
    usable: BoolArray,
    measured: BoolArray,
    score_flags: Sequence[Sequence[str]],
) -> tuple[tuple[str, ...], ...]:
    """Give each person's flags: what their answers lack of what this battery could give."""
    less = table.parts < basis.offered
    plain = ~less.any(axis=1) & (measured | ~usable)
    everyone: list[tuple[str, ...]] = []
    for person, (stored, nothing_to_say) in enumerate(
        zip(score_flags, plain.tolist(), strict=True)
    ):
        if nothing_to_say and not stored:
            everyone.append(())
            continue
        flags = [flag for flag in stored if not flag.endswith(f":{_COMMON_TO_ALL}")]
        flags += [
            f"{COMPETENCIES[c]}:{ONE_PART_MISSING if table.parts[person, c] else NOT_MEASURED}"
            for c in np.flatnonzero(less[person])
        ]
        if usable[person] and not measured[person]:
            flags.append(f"fit:{NOTHING_MEASURED}")
        everyone.append(tuple(dict.fromkeys(flags)))
    return tuple(everyone)
