"""Who uses which profile version, and what another mix would do there: told by rooms above."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from assess.instruments.catalogue import Catalogue
from assess.profiles.mix import ContactMix


@dataclass(frozen=True)
class Use:
    """One campaign that ranks under a profile version."""

    campaign_id: int
    title: str
    closes_on: date


Uses = Callable[[Session, Collection[int]], Mapping[int, Sequence[Use]]]
"""Gives the campaigns of profile versions by their id, newest first."""

Moved = Callable[[Session, Catalogue, int, ContactMix], str]
"""Says in one sentence what another mix would do to the seats of a campaign, by its id."""
