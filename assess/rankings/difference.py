"""Two rankings of one campaign under two versions of its profile: who moved, and how surely.

Both stay as they were made; this only looks at them. Ranks and seats are the stored ones. How
sure a move is follows from the newer ranking's scores under either version, as in `preview`, so
that a change is judged by what the answers can tell and not by what they cannot.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assess.charts.moves import Sureness
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument
from assess.profiles.queries import VersionView
from assess.rankings.assembly import Basis, StoredTable
from assess.rankings.profile_basis import minimums_by_place, profile_basis, style_demand
from assess.rankings.queries import EntryView, SnapshotView
from assess.rankings.score_matrix import score_matrix
from assess.selection.preview import Standing, how_sure, standing
from assess.selection.score_matrix import ScoreMatrix
from assess.selection.stability import rank_scores, score_correlation

IntArray = NDArray[np.int64]
Label = Callable[[EntryView], str]


@dataclass(frozen=True)
class Mover:
    """Somebody whose seat has changed; ranks None where there is none.

    ``sureness`` None where nobody moved the other way, so that there is nothing to hold the move
    against; ``held_back`` when a minimum of the present version is why.
    """

    candidate_id: int
    name: str
    code: str
    before: int | None
    after: int | None
    sureness: Sureness | None
    held_back: bool
    erased: bool


@dataclass(frozen=True)
class Difference:
    """What the change of version did, among the ``both`` people who stand in both rankings.

    ``moved_in`` and ``moved_out`` best first; ``more`` people have finished since, of whom
    ``newcomers`` have a seat. ``rank_correlation`` is Spearman's, NaN for ties only or nobody.
    """

    moved_in: tuple[Mover, ...]
    moved_out: tuple[Mover, ...]
    both: int
    more: int
    newcomers: int
    rank_correlation: float

    @property
    def changed(self) -> int:
        """How many seats changed hands."""
        return max(len(self.moved_in), len(self.moved_out))

    def count(self, *kinds: Sureness) -> int:
        """Count the moves in of some sureness."""
        return sum(one.sureness in kinds for one in self.moved_in)


def difference(
    former: tuple[SnapshotView, VersionView],
    present: tuple[SnapshotView, VersionView],
    catalogue: Catalogue,
    battery: Sequence[Instrument],
    label: Label,
) -> Difference:
    """Hold two rankings against each other; ``label`` gives what a person is called.

    ``catalogue`` and ``battery`` are those of the campaign. Raises Invalid as `make_basis` does.
    """
    old = {one.candidate_id: one for one in former[0].entries}
    people = [one for one in present[0].entries if one.candidate_id in old]
    was = [_seated(old[one.candidate_id], former[0].seats) for one in people]
    now = [_seated(one, present[0].seats) for one in people]
    order = sorted(range(len(people)), key=lambda i: _best_first(people[i], old))
    entered = np.array([i for i in order if now[i] and not was[i]], dtype=np.int64)
    left = np.array([i for i in order if was[i] and not now[i]], dtype=np.int64)
    pairs = min(entered.size, left.size)
    sure = _sureness(
        _matrix(people, profile_basis(catalogue, battery, present[1]), battery),
        former[1], present[1], entered[:pairs], left[:pairs],
    )  # fmt: skip

    def movers(who: IntArray) -> tuple[Mover, ...]:
        ways: list[Sureness | None] = [*sure, *[None] * (who.size - pairs)]
        return tuple(
            _mover(old[people[i].candidate_id], people[i], way, label)
            for i, way in zip(who.tolist(), ways, strict=True)
        )

    fits = [
        (old[one.candidate_id].fit, one.fit)
        for one in people
        if one.rank is not None and old[one.candidate_id].rank is not None
    ]
    newcomers = [one for one in present[0].entries if one.candidate_id not in old]
    return Difference(
        moved_in=movers(entered),
        moved_out=movers(left),
        both=len(people),
        more=len(newcomers),
        newcomers=sum(_seated(one, present[0].seats) for one in newcomers),
        rank_correlation=_correlation(np.array(fits, dtype=np.float64).reshape(-1, 2)),
    )


def _best_first(entry: EntryView, old: dict[int, EntryView]) -> tuple[int, int, int, int]:
    """Order by the present rank, the unranked last, then by the former one."""
    before = old[entry.candidate_id].rank
    return entry.rank is None, entry.rank or 0, before or 0, entry.candidate_id


def _seated(entry: EntryView, seats: int) -> bool:
    return entry.rank is not None and entry.rank <= seats


def _mover(old: EntryView, new: EntryView, sureness: Sureness | None, label: Label) -> Mover:
    return Mover(
        candidate_id=new.candidate_id,
        name=label(new),
        code=new.code,
        before=old.rank,
        after=new.rank,
        sureness=sureness,
        held_back=new.held_back and not old.held_back,
        erased=new.erased,
    )


def _sureness(
    pool: ScoreMatrix, former: VersionView, present: VersionView, entered: IntArray, left: IntArray
) -> list[Sureness]:
    """Say of each pair (m,), who moved in for whom, how surely the change of version parts them."""
    before, after = _standing(pool, former), _standing(pool, present)
    shifted, beyond = how_sure(pool, before, after, entered, left)
    return [
        "beyond" if is_beyond else "shifted" if is_shifted else "within"
        for is_shifted, is_beyond in zip(shifted.tolist(), beyond.tolist(), strict=True)
    ]


def _standing(pool: ScoreMatrix, version: VersionView) -> Standing:
    return standing(
        pool, version.weights, style=style_demand(version), minimums=minimums_by_place(version)
    )


def _matrix(
    people: Sequence[EntryView], basis: Basis, battery: Sequence[Instrument]
) -> ScoreMatrix:
    """Give the scores that the entries have kept; the erased have none left."""
    tables = {
        # A picture within the person is evidence of nothing.
        one.key: _table(people, one.scale_names)
        for one in battery
        if one.kind != "most_least"
    }
    return score_matrix(basis, tables, [one.flags for one in people])


def _table(people: Sequence[EntryView], names: tuple[str, ...]) -> StoredTable:
    nothing = (np.nan, np.nan)
    pairs = np.array([[one.scales.get(name) or nothing for name in names] for one in people])
    pairs = pairs.reshape(len(people), len(names), 2)
    return StoredTable(names, pairs[:, :, 0], pairs[:, :, 1])


def _correlation(fits: NDArray[np.float64]) -> float:
    """Give Spearman's correlation of two columns (n, 2), NaN for ties only or nobody."""
    if not len(fits):
        return float("nan")
    return score_correlation(rank_scores(fits[:, 0]), rank_scores(fits[:, 1]))
