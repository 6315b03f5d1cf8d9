"""Who uses which profile version: told by the rooms above, which register here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Use:
    """One campaign that ranks under a profile version."""

    campaign_id: int
    title: str
    closes_on: date


Uses = Callable[[Session, Collection[int]], Mapping[int, Sequence[Use]]]
"""Gives the campaigns of profile versions by their id, newest first."""
