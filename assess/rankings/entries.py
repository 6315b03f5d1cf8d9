"""One row a person, as a snapshot keeps it."""

from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assess.rankings.assembly import Assembly, Basis
from assess.rankings.pool import Pool
from assess.rankings.queries import STYLE
from assess.selection.demand import COMPETENCIES
from assess.selection.ranking import Ranking


def entry_rows(
    pool: Pool, basis: Basis, assembly: Assembly, ranking: Ranking, styles: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Give everybody's entry by column name.

    The unranked have no figures, only evidence; who is held back by a minimum has a fit.
    """
    placed = {
        "rank": ranking.rank.tolist(),
        "rank_low": ranking.rank_low.tolist(),
        "rank_high": ranking.rank_high.tolist(),
        "p_top": ranking.p_top.tolist(),
        "band": ranking.band.tolist(),
    }
    fits = {"fit": assembly.fit.tolist(), "fit_error": assembly.error.tolist()}
    evidence, held = _evidence(pool, basis, assembly, styles), assembly.held.tolist()
    return [
        {name: values[i] if ranked and not held[i] else None for name, values in placed.items()}
        | {name: values[i] if ranked else None for name, values in fits.items()}
        | {
            "candidate_id": pool.candidates[i],
            "at_cut": bool(ranking.at_cut[i]),
            "coverage": float(assembly.coverage[i]),
            "evidence": evidence[i],
            "flags": " ".join(sorted({flag.rpartition(":")[2] for flag in assembly.flags[i]})),
        }
        for i, ranked in enumerate(assembly.ranked.tolist())
    ]


def _evidence(
    pool: Pool, basis: Basis, assembly: Assembly, styles: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Give what each person's place rests on."""
    table, scales, pictures = assembly.table, _scales(pool), _pictures(pool)
    means, errors, parts = _listed(table.mean), _listed(table.error), table.parts.tolist()
    steps = _steps(basis, assembly)
    below = _listed(assembly.below.chance)
    codes = [COMPETENCIES[place] for place in assembly.below.places]
    return [
        {
            "codes": list(COMPETENCIES),
            "mean": means[i],
            "error": errors[i],
            "parts": parts[i],
            "contributions": steps[i] if ranked else {},
            "style": {scale: scales[i].get(scale) for scale in styles},
            "scales": scales[i],
            "picture": pictures[i],
            "flags": list(assembly.flags[i]),
            "answered": pool.answered[i],
            "asked": pool.asked[i],
            "blanks": {name: list(blank) for name, blank in pool.blanks[i].items()},
        }
        | ({"below": dict(zip(codes, below[i], strict=True))} if codes and ranked else {})
        | _reused(pool, i)
        for i, ranked in enumerate(assembly.ranked.tolist())
    ]


def _reused(pool: Pool, person: int) -> dict[str, str]:
    """Give the day of answers that were given for another campaign."""
    day = pool.given_on.get(pool.candidates[person])
    return {} if day is None else {"given_on": day.isoformat()}


def _steps(basis: Basis, assembly: Assembly) -> list[dict[str, float]]:
    """Give what adds up to everybody's fit: weighted competencies, then style if it counts."""
    steps = assembly.contributions.tolist()
    used = [(c, code) for c, code in enumerate(COMPETENCIES) if basis.demand.weights[c]]
    found = [{code: row[c] for c, code in used} for row in steps]
    if assembly.style is not None:
        for one, points in zip(found, assembly.style.tolist(), strict=True):
            one[STYLE] = points
    return found


def _listed(values: NDArray[np.float64]) -> list[list[float | None]]:
    """Give an array's rows as lists with None for NaN, which JSON does not know."""
    return [[None if isnan(v) else v for v in row] for row in values.tolist()]


def _scales(pool: Pool) -> list[dict[str, list[float] | None]]:
    """Give everybody's (mean, error) on every scale of the battery, None where not scored."""
    people: list[dict[str, list[float] | None]] = [{} for _ in pool.candidates]
    for key, table in pool.tables.items():
        if key in pool.pictured:
            continue
        pairs = np.stack([table.mean, table.error], axis=2).tolist()
        for person, row in zip(people, pairs, strict=True):
            for name, pair in zip(table.scales, row, strict=True):
                person[name] = None if isnan(pair[0]) else pair
    return people


def _pictures(pool: Pool) -> list[dict[str, float | None]]:
    """Give everybody's picture within the person, None where there are too few marks."""
    people: list[dict[str, float | None]] = [{} for _ in pool.candidates]
    for key in pool.pictured:
        table = pool.tables[key]
        for person, row in zip(people, _listed(table.mean), strict=True):
            person.update(zip(table.scales, row, strict=True))
    return people
