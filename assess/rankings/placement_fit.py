"""From stored scores to a proposal: who fits where, placed, and how sure each place is (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assess.errors import Invalid
from assess.instruments.catalogue import Catalogue
from assess.instruments.model import Instrument
from assess.rankings.assembly import Basis, StoredTable
from assess.rankings.open_campaigns import Battery, OpenCampaign, evidencing
from assess.rankings.placement_pool import Applicants, Version
from assess.rankings.profile_basis import profile_basis
from assess.rankings.score_matrix import score_matrix
from assess.selection.placement import NOWHERE, Placement, propose_placement
from assess.selection.placement_error import loss_error, within_error
from assess.selection.preview import Standing, apart_error, standing
from assess.selection.score_matrix import ScoreMatrix

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

MOST_CAMPAIGNS = 20
MOST_SEATS = 1500
"""What one assignment holds: its table has a row a seat."""


@dataclass(frozen=True)
class Fits:
    """n people's fits to C campaigns.

    ``fit`` and ``error`` (n, C) as each campaign's own ranking shows them, NaN where somebody is
    not considered; ``pools`` and ``standings`` (C,) what each rests on.
    """

    fit: FloatArray
    error: FloatArray
    pools: tuple[ScoreMatrix, ...]
    standings: tuple[Standing, ...]

    def apart(self, people: IntArray, here: int, other: int) -> FloatArray:
        """Give the errors (m,) of the difference of some people's fits to two campaigns.

        For -1, nowhere, those of the one fit. Where the two measure with other questionnaires
        the errors are taken as independent, which is never too small while they go together.
        """
        if NOWHERE in (here, other):
            alone: FloatArray = self.error[people, here if other == NOWHERE else other]
            return alone
        if self.pools[here] is not self.pools[other]:
            both: FloatArray = np.hypot(self.error[people, here], self.error[people, other])
            return both
        pair = self.standings[here], self.standings[other]
        return apart_error(self.pools[here], people, *pair)


@dataclass(frozen=True)
class Proposal:
    """A placement of everybody, how sure each place is, and what each campaign had alone.

    ``loss_error`` and ``as_good`` (n, C + 1) go with ``placed.loss``: which other place, the last
    of them no seat, is as good within error. ``alone`` fills each campaign from the people who
    finished there and nobody else.
    """

    fits: Fits
    placed: Placement
    loss_error: FloatArray
    as_good: BoolArray
    alone: Placement


def campaign_fits(
    campaigns: Sequence[OpenCampaign],
    applicants: Applicants,
    instruments: Mapping[Battery, Sequence[Instrument]],
    catalogue: Catalogue,
) -> Fits:
    """Fit everybody to every campaign they can be considered for.

    That is where they finished; and elsewhere if they have a score of each questionnaire, in the
    very same version, that the campaign measures competencies with. Nobody is where they have
    withdrawn or were declined, or where a minimum holds them back.
    Raises Invalid when a battery measures nothing that its profile demands.
    """
    matrices: dict[tuple[Version, ...], ScoreMatrix] = {}
    pools, standings, columns = [], [], []
    for place, campaign in enumerate(campaigns):
        battery = instruments[campaign.battery]
        version = applicants.versions[place]
        basis = profile_basis(catalogue, battery, campaign.version)
        name = tuple(version.items())
        if name not in matrices:
            matrices[name] = _matrix(basis, name, battery, applicants)
        found = standing(matrices[name], basis.weights, style=basis.style, minimums=basis.minimums)
        needed = evidencing(tuple(version.items()), battery, catalogue.competencies)
        known = np.ones(len(applicants.candidates), dtype=np.bool_)
        for one in needed.items():
            known &= applicants.scores[one].has if one in applicants.scores else False
        considered = (known | applicants.finished[:, place]) & ~applicants.out[:, place]
        pools.append(matrices[name])
        standings.append(found)
        columns.append(np.where(considered, [found.fit, found.error], np.nan))
    both = np.array(columns).reshape(len(campaigns), 2, len(applicants.candidates))
    return Fits(both[:, 0].T, both[:, 1].T, tuple(pools), tuple(standings))


def propose(campaigns: Sequence[OpenCampaign], applicants: Applicants, fits: Fits) -> Proposal:
    """Fill the seats best; `check_size` has let the campaigns pass."""
    seats = np.array([campaign.seats for campaign in campaigns])
    placed = propose_placement(fits.fit, seats)
    error = loss_error(placed, fits.apart)
    own = np.where(applicants.finished, fits.fit, np.nan)
    return Proposal(
        fits=fits,
        placed=placed,
        loss_error=error,
        as_good=within_error(placed, error),
        alone=propose_placement(own, seats),
    )


def best_elsewhere(proposal: Proposal, row: int) -> int | None:
    """Give a placed person's best other campaign: one as good, else the one that costs least.

    None where they can be in no other without a seat staying empty.
    """
    losses, as_good = proposal.placed.loss[row, :-1], proposal.as_good[row, :-1]
    likely = np.where(as_good, losses, np.inf) if as_good.any() else losses
    return int(likely.argmin()) if np.isfinite(likely).any() else None


def check_choice(campaigns: Sequence[OpenCampaign]) -> None:
    """Raise Invalid, with every reason, for campaigns that cannot be placed together."""
    faults = []
    if len(campaigns) < 2:
        faults.append("Choose at least two campaigns: a placement sets them side by side.")
    if len(campaigns) > MOST_CAMPAIGNS:
        faults.append(f"Choose at most {MOST_CAMPAIGNS} campaigns at once.")
    seats = sum(campaign.seats for campaign in campaigns)
    if seats > MOST_SEATS:
        faults.append(
            f"These campaigns have {seats:,} seats together; {MOST_SEATS:,} can be placed at once."
        )
    if len({campaign.simulated for campaign in campaigns}) > 1:
        faults.append("Simulated campaigns and real ones cannot be placed together.")
    if faults:
        raise Invalid(*faults)


def _matrix(
    basis: Basis,
    version: tuple[Version, ...],
    battery: Sequence[Instrument],
    applicants: Applicants,
) -> ScoreMatrix:
    """Give everybody's competency scores from exactly these questionnaires."""
    n = len(applicants.candidates)
    kept = {one[0]: applicants.scores[one] for one in version if one in applicants.scores}
    flags = [[flag for one in kept.values() for flag in one.flags[person]] for person in range(n)]
    empty = {one.key: np.full((n, len(one.scale_names)), np.nan) for one in battery}
    tables = {
        one.key: kept[one.key].table
        if one.key in kept
        else StoredTable(one.scale_names, empty[one.key], empty[one.key])
        for one in battery
        if one.kind != "most_least"
    }
    return score_matrix(basis, tables, flags)
