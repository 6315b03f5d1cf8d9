"""Read the pool that is chosen, try the profile on it, and say how much of that may be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from assess.instruments.catalogue import Catalogue
from assess.rankings import queries, tuning_queries
from assess.rankings.tuning_pools import (
    Ground,
    Tried,
    ground,
    people_at,
    real_pool,
    simulated_code,
    simulated_pool,
)
from assess.rankings.tuning_preview import Pair
from assess.settings import Settings

Told = Literal["moves", "totals", "least"]


@dataclass(frozen=True)
class Pool:
    """The pool a profile is tried on, its title, and how much of the outcome may be told.

    ``told``: who moves, by code; numbers about all alone; or the least of these, once somebody
    may have seen the results of people who wait for a decision.
    """

    kind: Literal["simulated", "own", "closed"]
    title: str
    tried: Tried
    told: Told
    simulated: bool


def choose_pool(
    session: Session,
    settings: Settings,
    catalogue: Catalogue,
    on: Ground,
    chosen: str,
    ticket: str,
    *,
    now: datetime,
) -> Pool:
    """Give the pool named ``chosen``: simulated, own, or a closed campaign's id.

    Raises NotFound for anything else, Conflict as `real_pool` does.
    """
    campaign = on.campaign
    if chosen == "simulated":
        return Pool("simulated", "", simulated_pool(on), "moves", simulated=True)
    if chosen == "own":
        ranked = queries.newest(session, campaign.id) is not None
        tried = real_pool(session, settings, campaign.id, on, ticket)
        told: Told = "least" if ranked else "totals"
        return Pool("own", campaign.title, tried, told, campaign.simulated)
    keys = [part.key for part in campaign.battery]
    closed_id = int(chosen) if chosen.isascii() and chosen.isdigit() else 0
    tuning_queries.check_closed(session, on.catalogue, campaign.id, keys, closed_id, now=now)
    theirs = ground(session, catalogue, closed_id)
    tried = real_pool(session, settings, campaign.id, theirs, ticket)
    view = theirs.campaign
    return Pool("closed", view.title, tried, "moves", view.simulated)


def name_movers(
    session: Session, settings: Settings, on: Ground, pool: Pool, found: Sequence[Pair]
) -> dict[int, str | None]:
    """Give the code of everybody in ``found`` by place; only these few people are read.

    None for somebody who is also in the campaign that is tuned; who is gone has no entry.
    Raises ValueError for a pool of which nobody may be told.
    """
    if pool.told != "moves":
        raise ValueError("nobody of this pool may be pointed out")
    places = [one.place for pair in found for one in (pair.entered, pair.left) if one is not None]
    if pool.tried.campaign_id is None:
        return {place: simulated_code(place) for place in places}
    organisation_id = session.info["organisation_id"]
    ids = people_at(settings, organisation_id, pool.tried, places)
    known = tuning_queries.codes(
        session, on.campaign.id, pool.tried.campaign_id, [one for one in ids if one is not None]
    )
    return {
        place: known[person]
        for place, person in zip(places, ids, strict=True)
        if person is not None and person in known
    }
