"""Read what a placement is chosen from, and make the proposal of what was chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from assess.errors import NotFound
from assess.instruments.catalogue import Catalogue
from assess.rankings.labels import sight
from assess.rankings.open_campaigns import OpenCampaign, batteries, open_campaigns
from assess.rankings.placement_fit import Proposal, campaign_fits, check_choice, propose
from assess.rankings.placement_pool import Applicants, finished_counts, names, read_applicants

STILL_PLACED: Final = timedelta(days=30)
"""So long after its last day a campaign is offered: seats are filled when the answers are in."""


@dataclass(frozen=True)
class Choice:
    """One campaign on offer, and how many people have finished it."""

    campaign: OpenCampaign
    finished: int


@dataclass(frozen=True)
class Placed:
    """A proposal with what it is about; ``labels`` (label, code) by candidate id.

    ``campaigns`` have the seats that nobody was hired for yet; ``proposal`` is None where there is
    nobody to place.
    """

    campaigns: tuple[OpenCampaign, ...]
    applicants: Applicants
    labels: Mapping[int, tuple[str, str]]
    proposal: Proposal | None


def choices(session: Session, today: date) -> tuple[Choice, ...]:
    """Return the campaigns that are open or closed a short while ago, by brand and title."""
    found = open_campaigns(session, today - STILL_PLACED)
    counts = finished_counts(session, [one.id for one in found])
    return tuple(Choice(one, counts.get(one.id, 0)) for one in found)


def placed(
    session: Session,
    catalogue: Catalogue,
    campaign_ids: Sequence[int],
    today: date,
    *,
    member_id: int | None,
) -> Placed:
    """Propose who of these campaigns' finished people goes where; nothing is kept of it.

    A name is hidden where any of the campaigns hides it from the member, None from everybody.
    Raises NotFound for a campaign the organisation does not have or that is over, Invalid for
    campaigns that cannot be placed together or a battery that measures nothing its profile
    demands, Conflict when one campaign's people answered different versions.
    """
    wanted = set(campaign_ids)
    campaigns = open_campaigns(session, today - STILL_PLACED, ids=sorted(wanted))
    if len(campaigns) < len(wanted):
        raise NotFound("One of these campaigns does not exist, or is over.")
    check_choice(campaigns)
    instruments = batteries(session, catalogue, campaigns)
    applicants = read_applicants(session, campaigns, instruments)
    campaigns = tuple(
        replace(one, seats=max(one.seats - hired, 0))
        for one, hired in zip(campaigns, applicants.hired, strict=True)
    )
    proposal = None
    if applicants.candidates:
        fits = campaign_fits(campaigns, applicants, instruments, catalogue)
        proposal = propose(campaigns, applicants, fits)
    labels = _labels(session, sorted(wanted), member_id)
    return Placed(campaigns, applicants, labels, proposal)


def _labels(
    session: Session, campaign_ids: list[int], member_id: int | None
) -> Mapping[int, tuple[str, str]]:
    """Give what a page calls each person, and the code; one hidden name hides it on the page."""
    sights = [sight(session, one, member_id) for one in campaign_ids]
    return {
        person: (code if any(one.hides(person) for one in sights) else name or code, code)
        for person, (name, code) in names(session, campaign_ids).items()
    }
