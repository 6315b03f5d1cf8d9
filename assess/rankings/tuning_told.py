"""A campaign's profile as it is and as tuned, and what of the difference may be told."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from assess.instruments.catalogue import Catalogue
from assess.rankings import tuning_page
from assess.rankings.tuning_page import PreviewPage
from assess.rankings.tuning_pools import Ground, ground, simulated_pool
from assess.rankings.tuning_preview import (
    Trial,
    Tuned,
    Weighing,
    cost_of_minimums,
    likeness,
    pairs,
    try_on,
    tuned_as,
    weighing,
    weighing_of,
)
from assess.rankings.tuning_rails import evidence_sources, look_over
from assess.rankings.tuning_reading import Pool, choose_pool, name_movers
from assess.rankings.tuning_words import RailWords, cost_words, rail_words
from assess.selection.minimum_cost import index_reliability
from assess.settings import Settings


@dataclass(frozen=True)
class Asked:
    """What is to be shown: the pool by name with its ticket, seats, and compared with what."""

    pool: str = "simulated"
    seats: int = 1
    with_plain_mix: bool = False
    ticket: str = ""


@dataclass(frozen=True)
class Tuning:
    """A campaign's profile: at ``present``, ``after`` the tuning, ``base`` with none at all.

    ``drivers_changed``: the call drivers ask something else than when the present version was
    made, so that saving changes its weights even untouched. ``bank`` is the catalogue as it is
    today, with the organisation's own drivers.
    """

    on: Ground
    bank: Catalogue
    tuned: Tuned
    present: Weighing
    after: Weighing
    base: Weighing
    drivers_changed: bool

    @property
    def is_untouched(self) -> bool:
        """Say whether it is set as the present version is."""
        return self.tuned.says_as(tuned_as(self.on.campaign.profile))


def read_tuning(
    session: Session, bank: Catalogue, campaign_id: int, tuned: Tuned | None = None
) -> Tuning:
    """Read a campaign's profile, tuned or (None) as it is.

    ``bank`` is the catalogue with the organisation's own drivers, those retired too. Raises
    NotFound for an unknown campaign, Invalid with every fault of the tuning.
    """
    on = ground(session, bank, campaign_id)
    version = on.campaign.profile
    present = weighing_of(version)
    as_is = weighing(bank, version, tuned_as(version))
    return Tuning(
        on=on,
        bank=bank,
        tuned=tuned_as(version) if tuned is None else tuned,
        present=present,
        after=as_is if tuned is None else weighing(bank, version, tuned),
        base=weighing(bank, version, Tuned()),
        drivers_changed=not np.allclose(as_is.weights, present.weights, rtol=0, atol=1e-9),
    )


def tell(
    session: Session, settings: Settings, tuning: Tuning, asked: Asked, *, now: datetime
) -> PreviewPage:
    """Try the tuning on the pool asked for, and give what of the outcome may be told.

    Raises NotFound for a pool that is not offered, Conflict when its scores cannot stand in one
    ranking.
    """
    on = tuning.on
    pool = choose_pool(
        session, settings, tuning.bank, on, asked.pool, asked.ticket, now=now
    )  # fmt: skip
    before = tuning.base if asked.with_plain_mix else tuning.present
    # People who wait for a decision are not tried with other seats: one could count them out.
    seats = on.campaign.seats if pool.told == "least" else asked.seats
    trial = try_on(pool.tried, before, tuning.after, seats)
    alike = likeness(before, tuning.after, on.basis.reference_correlation)
    found = trial.consequence.totals
    said = tuning_page.told_headline(pool, found)
    page = PreviewPage(
        headline=said[0],
        meaning=said[1],
        pool=pool,
        people=len(pool.tried.matrix.mean),
        seats=seats,
        facts=tuning_page.least_facts(found.rank_correlation, alike),
        rails=_rails(tuning, before),
        weights=tuning_page.weight_rows(on.catalogue, tuning.present, tuning.after, tuning.base),
        costs=_costs(tuning, pool, seats),
    )
    if pool.told == "least":
        return page
    return _told_more(session, settings, tuning, pool, trial, page, alike)


def _told_more(
    session: Session,
    settings: Settings,
    tuning: Tuning,
    pool: Pool,
    trial: Trial,
    page: PreviewPage,
    alike: float,
) -> PreviewPage:
    """Add the numbers about all, and who moves where that may be told."""
    found = trial.consequence.totals
    page = page.with_totals(tuning_page.bar_of(found), tuning_page.facts_of(found, alike))
    if pool.told != "moves":
        return page
    shown = pairs(trial)
    codes = name_movers(session, settings, tuning.on, pool, shown)
    return page.with_moves(
        tuning_page.slope_of(shown, codes, page.seats),
        tuning_page.pair_rows(shown, codes),
        max(found.changed - len(shown), 0),
    )


def _rails(tuning: Tuning, before: Weighing) -> list[RailWords]:
    on = tuning.on
    sources = evidence_sources(on.battery, on.catalogue.competencies)
    reliability = index_reliability(simulated_pool(on).matrix)
    found = look_over(sources, reliability, before, tuning.after, on.campaign.profile.n_contacts)
    titles = {one.code: one.title for one in on.catalogue.competencies}
    return rail_words(found, titles, on.battery)


def _costs(tuning: Tuning, pool: Pool, seats: int) -> list[str]:
    """Say what the minimums cost: in the pool, or where that would tell too much, in simulated."""
    on = tuning.on
    of = simulated_pool(on) if pool.told == "least" else pool.tried
    cost = cost_of_minimums(of, tuning.after, seats)
    if cost is None:
        return []
    titles = {one.competency: one.title for one in on.catalogue.indices}
    return cost_words(cost, titles, simulated=pool.told == "least")
