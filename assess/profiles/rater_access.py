"""A rater's way in: the signed link, the cookie it is traded for, and the saving of ratings."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.queries import organisation_name
from assess.db.scope import Across, Sessions, across, narrow
from assess.errors import Invalid, NotFound, Refused
from assess.instruments.catalogue import Catalogue
from assess.profiles import queries, rater_queries
from assess.profiles.models import Rater, RatingRound
from assess.profiles.rater_queries import RaterView, RoundView
from assess.profiles.rater_statements import CODES, HIGHEST, LOWEST
from assess.settings import Settings
from assess.web import links
from assess.web.links import LinkClaim

LINK_PURPOSE: Final = "rater"
COOKIE_PURPOSE: Final = "rate"
FORM_PURPOSE: Final = "rate-form"
#: So long a link works from the day it was sent.
LINK_LASTS: Final = timedelta(days=60)
#: So long the page stays open in a browser; the link opens it again.
COOKIE_LASTS: Final = timedelta(hours=12)


@dataclass(frozen=True)
class RatersPage:
    """What a rater sees: the job, who asks, and their own ratings; never another's.

    ``drivers`` are the call drivers' titles with their shares 0..1, the largest first.
    """

    organisation: str
    round: RoundView
    drivers: tuple[tuple[str, float], ...]
    me: RaterView

    @property
    def open(self) -> bool:
        """Whether ratings are still taken."""
        return self.round.closed_at is None


def rater_link(settings: Settings, rater: RaterView) -> str:
    """Write a rater's link."""
    token = links.token(settings, LINK_PURPOSE, rater.id, rater.generation, rater.link_ends)
    return f"{settings.public_url}/rate/i/{token}"


def cookie(settings: Settings, claim: LinkClaim, *, now: datetime) -> str:
    """Sign what the browser keeps in place of the link."""
    return links.token(settings, COOKIE_PURPOSE, claim.id, claim.generation, now + COOKIE_LASTS)


def form_token(settings: Settings, claim: LinkClaim, *, now: datetime) -> str:
    """Sign the token that the page sends back; it is never stale before the cookie is."""
    return links.token(settings, FORM_PURPOSE, claim.id, claim.generation, now + COOKIE_LASTS)


def look(sessions: Sessions, catalogue: Catalogue, claim: LinkClaim) -> RatersPage:
    """Give what the rater of a claim sees, and change nothing.

    Raises NotFound for a rater who is gone, Refused for a link that was taken back.
    """
    with _rater(sessions, claim, write=False) as (session, row):
        return _page(session, catalogue, row)


def enter(sessions: Sessions, claim: LinkClaim, *, now: datetime) -> None:
    """Note that a link was used for the first time. Raises as `look`."""
    with _rater(sessions, claim, write=True) as (session, row):
        if row.opened_at is None:
            row.opened_at = now
            _record(session, row, "rater's link opened", now)


def save(sessions: Sessions, claim: LinkClaim, ratings: Mapping[str, int], *, now: datetime) -> int:
    """Keep a rater's ratings, in place of those before; return how many of the twelve there are.

    Raises Invalid for an unknown statement or a rating outside 0..5, Refused once the round is
    closed, and as `look`.
    """
    faults = [
        f"{code[:40]}: is none of the statements" if code not in CODES else
        f"{code}: choose a number from {LOWEST} to {HIGHEST}"
        for code, value in ratings.items()
        if code not in CODES or not LOWEST <= value <= HIGHEST
    ]  # fmt: skip
    if faults:
        raise Invalid(*faults)
    with _rater(sessions, claim, write=True) as (session, row):
        # Whoever adopts the mean at this moment is waited for, or waits.
        closed_at = session.scalars(
            select(RatingRound.closed_at).where(RatingRound.id == row.round_id).with_for_update()
        ).one()
        if closed_at is not None:
            raise Refused("The ratings are closed. Thank you for your help.")
        if row.ratings != dict(ratings):
            row.ratings, row.saved_at = dict(ratings), now
            _record(session, row, "job rated", now, given=len(ratings))
    return len(ratings)


@contextmanager
def _rater(sessions: Sessions, claim: LinkClaim, *, write: bool) -> Iterator[tuple[Session, Rater]]:
    with across(sessions, Across.LINK, write=write) as session:
        owner = session.scalar(select(Rater.organisation_id).where(Rater.id == claim.id))
        if owner is None:
            raise NotFound("This link leads to nobody any more.")
        narrow(session, owner)
        row = session.scalars(select(Rater).where(Rater.id == claim.id)).one()
        if row.generation != claim.generation:
            raise Refused("This link was taken back, or there is a newer one.")
        yield session, row


def _page(session: Session, catalogue: Catalogue, row: Rater) -> RatersPage:
    found = rater_queries.round_of(session, row.round_id)
    titles = queries.with_own_drivers(session, catalogue, retired=True).call_drivers
    mix = queries.version(session, found.version_id).drivers
    return RatersPage(
        organisation=organisation_name(session, row.organisation_id),
        round=found,
        drivers=tuple(
            (titles[one.code].title if one.code in titles else one.code, one.share)
            for one in sorted(mix, key=lambda one: -one.share)
        ),
        me=found.rater(row.id),
    )


def _record(session: Session, row: Rater, act: str, now: datetime, **detail: int) -> None:
    actor = Actor(row.organisation_id, "link", row.id)
    audit.record(session, actor, act, "rater", row.id, now=now, **detail)
