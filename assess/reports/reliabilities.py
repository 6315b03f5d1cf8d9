"""How reliable the scores of a report are, from the errors of the people in it."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from assess.instruments.catalogue import Catalogue
from assess.rankings.queries import EntryView, Pair, SnapshotView
from assess.rankings.readings import competency_pair
from assess.reports.sheets import Reliability

LEAST_POOL: Final = 30
"""People from whom on a spread of scores is worth a figure (`domain.md` 7)."""


def reliabilities(snapshot: SnapshotView, catalogue: Catalogue) -> tuple[Reliability, ...]:
    """Give the fit's, then that of each competency in the fit; none of what nobody has."""
    found = [_reliability(None, snapshot.entries, _fit_pair)]
    found += [
        _reliability(one.title, snapshot.entries, _pair_of(one.code))
        for one in catalogue.competencies
        if snapshot.weights.get(one.code)
    ]
    return tuple(one for one in found if one is not None)


def _fit_pair(entry: EntryView) -> Pair | None:
    """Give the fit in SDs of the reference."""
    if entry.fit is None or entry.fit_error is None:
        return None
    return (entry.fit - 50) / 10, entry.fit_error / 10


def _pair_of(code: str) -> Callable[[EntryView], Pair | None]:
    return lambda entry: competency_pair(entry, code)


def _reliability(
    title: str | None, entries: Sequence[EntryView], pair: Callable[[EntryView], Pair | None]
) -> Reliability | None:
    """Give one score's; an EAP score's own variance and its error variance add up to the truth's.

    Source: Bechger et al. 2003, Applied Psychological Measurement 27(5): empirical reliability.
    """
    seen = np.array([one for one in map(pair, entries) if one is not None], dtype=np.float64)
    if not seen.size:
        return None
    mean, error = seen.T
    noise = float(np.square(error).mean())
    spread = float(mean.var(ddof=1)) if len(mean) >= LEAST_POOL else None
    here = None if spread is None or spread + noise == 0 else spread / (spread + noise)
    return Reliability(title, len(mean), min(max(1 - noise, 0.0), 1.0), here)
