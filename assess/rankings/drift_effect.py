"""What another contact mix would do to a ranking, for the profile's own page."""

from sqlalchemy.orm import Session

from assess.instruments.catalogue import Catalogue
from assess.profiles.mix import ContactMix, demand_of
from assess.rankings.tuning_pools import ground, simulated_pool
from assess.rankings.tuning_preview import Weighing, try_on, weighing_of
from assess.rankings.tuning_words import headline
from assess.selection.preview import Totals


def seats_moved(session: Session, catalogue: Catalogue, campaign_id: int, mix: ContactMix) -> str:
    """Say in one sentence what ``mix`` would do to the campaign's seats among simulated people.

    ``catalogue`` holds the organisation's own call drivers. Raises NotFound for an unknown
    campaign, Invalid for a faulty mix.
    """
    return headline(totals_under(session, catalogue, campaign_id, mix))


def totals_under(
    session: Session, catalogue: Catalogue, campaign_id: int, mix: ContactMix
) -> Totals:
    """Give what ``mix`` would do in figures; no real person's scores are read."""
    on = ground(session, catalogue, campaign_id)
    asked = demand_of(catalogue, mix)
    after = Weighing(asked.weights, mix.minimums or {}, mix.style_weight, asked.style_target)
    now = weighing_of(on.campaign.profile)
    return try_on(simulated_pool(on), now, after, on.campaign.seats).consequence.totals
