"""What the pool's pages ask of rooms above: which campaigns people are in, and what they may show.

`app.py` hands it over; the pool itself knows no campaign.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args

from sqlalchemy import Select
from sqlalchemy.orm import Session

State = Literal["invited", "started", "finished", "decided", "withdrawn"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True)
class Place:
    """One person in one campaign."""

    campaign_id: int
    title: str
    state: State
    invited_at: datetime
    closes_on: date


@dataclass(frozen=True)
class Notice:
    """A notice that a person was shown."""

    version: str
    language: str
    shown_at: datetime
    agreed_at: datetime | None


@dataclass(frozen=True)
class PoolFacts:
    """Questions about people by id.

    ``campaigns`` gives (id, title), newest first; ``taking_part`` selects the ids of candidates
    in a campaign (None: in any) and a state (None: in any); ``places`` and ``notices`` tell of
    people, newest first; ``hidden`` gives those of some people whose code must not stand beside
    their name.
    """

    campaigns: Callable[[Session], Sequence[tuple[int, str]]]
    taking_part: Callable[[int | None, State | None], Select[Any]]
    places: Callable[[Session, Collection[int]], Mapping[int, Sequence[Place]]]
    notices: Callable[[Session, int], Sequence[Notice]]
    hidden: Callable[[Session, Collection[int]], frozenset[int]]
