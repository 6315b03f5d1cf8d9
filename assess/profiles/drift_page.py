"""Has the mix moved away from a profile? What newer records say, ready to show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from assess.errors import Invalid
from assess.instruments.catalogue import Catalogue
from assess.profiles import profile_queries, record_queries
from assess.profiles.comparison import Pair, share_changes, weight_changes
from assess.profiles.mix import ContactMix, demand_of
from assess.profiles.profile_queries import ProfileView
from assess.profiles.profile_service import carried_over
from assess.selection.demand import agreement
from assess.selection.drift import Drift


@dataclass(frozen=True)
class DriftPage:
    """The newest version beside the brand's newest records.

    ``newer`` says whether the records came after the version. ``weights`` are those the profile
    would have if it took the records' mix and kept what was tuned; ``alike`` how alike people
    are ranked before and after, 1 for the same. ``mix`` is what the profile would then state.
    """

    records_id: int
    made_at: datetime
    newer: bool
    contacts: int
    drift: Drift
    shares: Sequence[Pair]
    weights: Sequence[Pair]
    alike: float
    mix: ContactMix


def drift_page(session: Session, catalogue: Catalogue, view: ProfileView) -> DriftPage | None:
    """Hold a profile against the newest records of its brand.

    None when there are none, when the version was made of them, or when their reasons name a
    call driver that is gone.
    """
    newest, records = view.newest, profile_queries.newest_records(session, view.brand.id)
    if records is None or records.digest == newest.digest:
        return None
    try:
        found = record_queries.records_mix(session, catalogue, records.id)
    except Invalid:
        return None
    moved, shares = record_queries.mix_drift(ContactMix(newest.drivers, newest.n_contacts), found)
    mix = carried_over(found.mix, newest)
    new = demand_of(catalogue, mix).weights
    return DriftPage(
        records_id=records.id,
        made_at=records.made_at,
        newer=records.made_at > view.lines[0].created_at,
        contacts=found.n,
        drift=moved,
        shares=share_changes(shares, catalogue),
        weights=weight_changes(newest.weights.tolist(), new.tolist(), catalogue),
        alike=agreement(newest.weights, new, np.array(catalogue.reference.matrix)),
        mix=mix,
    )
