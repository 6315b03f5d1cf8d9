"""Read what a tuning page needs: which closed campaigns there are, who may be told of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.accounts.models import Brand
from assess.campaigns import queries as campaigns
from assess.campaigns.models import Campaign, Invitation
from assess.candidates.models import Candidate
from assess.errors import NotFound
from assess.instruments.catalogue import Catalogue

MOST_OFFERED = 30


@dataclass(frozen=True)
class ClosedCampaign:
    """A campaign that is over, with people whose scores a profile can be tried on."""

    id: int
    title: str
    brand: str
    closes_on: date
    finished: int
    simulated: bool


def closed_campaigns(
    session: Session, catalogue: Catalogue, campaign_id: int, keys: Sequence[str], *, now: datetime
) -> list[ClosedCampaign]:
    """Give the closed campaigns whose battery gives the same evidence as ``keys``, newest first.

    The campaign itself is none of them: its people wait for a decision.
    """
    evidence = _evidence(catalogue, keys)
    rows = session.execute(
        select(Campaign, Brand.name, func.count(Invitation.id))
        .join(Brand, Brand.id == Campaign.brand_id)
        .join(Invitation, Invitation.campaign_id == Campaign.id)
        .where(
            Campaign.id != campaign_id,
            Campaign.closes_on <= _last_closed(now),
            Invitation.submitted_at.is_not(None),
            Invitation.withdrawn_at.is_(None),
        )
        .group_by(Campaign.id, Brand.name)
        .order_by(Campaign.closes_on.desc(), Campaign.id.desc())
    )
    found = [
        ClosedCampaign(row.id, row.title, brand, row.closes_on, finished, row.simulated)
        for row, brand, finished in rows
        if _evidence(catalogue, [part["key"] for part in row.battery["instruments"]]) == evidence
    ]
    return found[:MOST_OFFERED]


def check_closed(
    session: Session,
    catalogue: Catalogue,
    campaign_id: int,
    keys: Sequence[str],
    chosen: int,
    *,
    now: datetime,
) -> None:
    """Raise NotFound unless ``chosen`` is a closed campaign of the same evidence, another one."""
    view = campaigns.campaign(session, chosen)
    theirs = [part.key for part in view.battery]
    closed = view.closes_on <= _last_closed(now)
    if (
        chosen == campaign_id
        or not closed
        or _evidence(catalogue, theirs) != _evidence(catalogue, keys)
    ):
        raise NotFound("This is no closed campaign with the same questionnaires.")


def codes(
    session: Session, campaign_id: int, chosen: int, people: Sequence[int]
) -> dict[int, str | None]:
    """Give the codes of some people of the closed campaign ``chosen``, by candidate id.

    None for somebody who is also in the campaign that is tuned: of its people nobody is told.
    Who has withdrawn or was erased since is left out.
    """
    here = set(
        session.scalars(
            select(Invitation.candidate_id).where(
                Invitation.campaign_id == campaign_id, Invitation.candidate_id.in_(people)
            )
        )
    )
    rows = session.execute(
        select(Candidate.id, Candidate.code)
        .join(Invitation, Invitation.candidate_id == Candidate.id)
        .where(campaigns.finished(chosen), Candidate.id.in_(people), Candidate.erased_at.is_(None))
    )
    return {person: None if person in here else code for person, code in rows}


def _last_closed(now: datetime) -> date:
    """Give the last day of a campaign whose links have ended by now, see `link_end`."""
    return (now - timedelta(days=2)).date()


def _evidence(catalogue: Catalogue, keys: Sequence[str]) -> frozenset[str]:
    """Give the scores among those of a battery that are evidence of a competency."""
    wanted = {name for one in catalogue.competencies for name in (one.code, one.scale)}
    return frozenset(name for key in keys for name in _scores(catalogue, key) if name in wanted)


def _scores(catalogue: Catalogue, key: str) -> tuple[str, ...]:
    """Give the names of a questionnaire's scores; none when the installation no longer has it."""
    try:
        return catalogue.instrument(key).scale_names
    except NotFound:
        return ()
