"""How people of a ranking fit each call driver alone: where is somebody strong (pure).

Everything rests on the scores stored with the ranking. A lead is a person's fit to one call
driver less the same person's fit to the whole job; it says nothing about anybody else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assess.instruments.model import CallDriver
from assess.profiles.queries import VersionView
from assess.rankings.driver_queries import DriverGround
from assess.rankings.entry_scores import entries_matrix, snapshot_basis
from assess.rankings.queries import EntryView, SnapshotView
from assess.rankings.readings import Reading, with_error
from assess.selection.demand import COMPETENCIES
from assess.selection.fit_by_driver import DriverFits, fit_by_driver
from assess.selection.preview import standing

FloatArray = NDArray[np.float64]
StandsOut = Literal["stronger", "weaker"]


@dataclass(frozen=True)
class DriverTable:
    """Fits of n people of a ranking to D call drivers.

    ``drivers`` (D,) those of the mix first, the heaviest load first, then the others in the
    catalogue's order; ``load`` (D,) their share of the work, 0 for the others. ``whole`` (n,)
    the fit to the whole job, NaN unranked; ``rows`` leads from a candidate's id to the row.
    """

    drivers: tuple[CallDriver, ...]
    load: tuple[float, ...]
    whole: FloatArray
    fits: DriverFits
    rows: Mapping[int, int]

    def stands_out(self, row: int, column: int) -> StandsOut | None:
        """Say how a fit surely differs from the person's own to the whole job, if it does."""
        if self.fits.stronger[row, column]:
            return "stronger"
        return "weaker" if self.fits.weaker[row, column] else None

    def titles(self, candidate_id: int, wanted: StandsOut) -> tuple[str, ...]:
        """Give the titles of the job's own call drivers at which somebody surely stands out."""
        row = self.rows.get(candidate_id)
        if row is None:
            return ()
        return tuple(
            driver.title
            for column, driver in enumerate(self.drivers)
            if self.load[column] and self.stands_out(row, column) == wanted
        )


@dataclass(frozen=True)
class DriverLine:
    """One person's fit to one call driver; ``lead`` over their own fit to the whole job."""

    title: str
    load: float
    fit: Reading
    lead: Reading
    stands_out: StandsOut | None


@dataclass(frozen=True)
class PersonDrivers:
    """Where one person is strong: the drivers of the mix, the others, and those that stand out."""

    whole: float
    mix: tuple[DriverLine, ...]
    others: tuple[DriverLine, ...]

    def titles(self, wanted: StandsOut) -> list[str]:
        """Give the titles of the mix's drivers that stand out in this way."""
        return [one.title for one in self.mix if one.stands_out == wanted]


def driver_table(
    entries: Sequence[EntryView],
    snapshot: SnapshotView,
    ground: DriverGround,
    *,
    others: bool = False,
) -> DriverTable:
    """Fit people of ``snapshot`` to each call driver of the version it was made under.

    With ``others`` to every call driver there is. A driver that demands nothing the battery
    measures is left out. Raises Invalid as `make_basis`.
    """
    basis = snapshot_basis(snapshot, ground.battery, ground.catalogue)
    pool = entries_matrix(entries, basis, ground.battery)
    load = _load(ground.version)
    known = ground.catalogue.call_drivers
    wanted = [*load, *(code for code in known if others and code not in load)]
    drivers = [known[code] for code in wanted if code in known]
    ratings = {one.code: np.array([one.ratings[c] for c in COMPETENCIES]) for one in drivers}
    drivers = [one for one in drivers if ratings[one.code] @ (basis.offered > 0) > 0]
    table = np.array([ratings[one.code] for one in drivers], dtype=np.float64)
    return DriverTable(
        drivers=tuple(drivers),
        load=tuple(load.get(one.code, 0.0) for one in drivers),
        whole=standing(pool, basis.weights).fit,
        fits=fit_by_driver(pool, table.reshape(-1, len(COMPETENCIES)), basis.weights),
        rows={entry.candidate_id: row for row, entry in enumerate(entries)},
    )


def person_drivers(table: DriverTable, candidate_id: int) -> PersonDrivers | None:
    """Give one person's lines of ``table``; None for somebody without a fit."""
    row = table.rows[candidate_id]
    if np.isnan(table.whole[row]) or not table.drivers:
        return None
    lines = [_line(table, row, column) for column in range(len(table.drivers))]
    return PersonDrivers(
        whole=float(table.whole[row]),
        mix=tuple(one for one in lines if one.load),
        others=tuple(one for one in lines if not one.load),
    )


def _load(version: VersionView) -> dict[str, float]:
    """Give each driver's share of the work, the largest first."""
    codes = [driver.code for driver in version.drivers]
    pairs = zip(codes, version.load_share.tolist(), strict=True)
    return dict(sorted(pairs, key=lambda pair: -pair[1]))


def _line(table: DriverTable, row: int, column: int) -> DriverLine:
    fits = table.fits
    return DriverLine(
        title=table.drivers[column].title,
        load=table.load[column],
        fit=with_error(float(fits.fit[row, column]), float(fits.error[row, column])),
        lead=with_error(float(fits.lead[row, column]), float(fits.lead_error[row, column])),
        stands_out=table.stands_out(row, column),
    )
