"""Read which versions closed campaigns were ranked under, and what they came to by group."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assess.campaigns import queries as campaigns
from assess.campaigns.models import Campaign, Invitation
from assess.demographics.queries import Outcome
from assess.errors import NotFound
from assess.monitoring.models import VersionImpact
from assess.monitoring.ratios import GroupRatio, from_plain
from assess.profiles.models import Profile, ProfileVersion
from assess.rankings.models import RankingEntry, RankingSnapshot


@dataclass(frozen=True)
class ImpactView:
    """What was counted, by question; ``earlier`` questions show another version's figures."""

    day: date
    seats: int
    ratios: Mapping[str, tuple[GroupRatio, ...]]
    earlier: frozenset[str]


@dataclass(frozen=True)
class RankedVersion:
    """A version under which a closed campaign was ranked; ``impact`` None before it is counted."""

    version_id: int
    number: int
    profile: str
    campaign_id: int
    campaign: str
    closes_on: date
    impact: ImpactView | None


def ranked_versions(
    session: Session, *, now: datetime, version_id: int | None = None
) -> list[RankedVersion]:
    """Return the versions that closed campaigns were ranked under, newest campaign first."""
    wanted = select(RankingSnapshot.campaign_id, RankingSnapshot.profile_version_id).distinct()
    if version_id is not None:
        wanted = wanted.where(RankingSnapshot.profile_version_id == version_id)
    pairs = session.execute(wanted).all()
    found = [_ranked(session, campaign_id, version) for campaign_id, version in pairs]
    closed = [one for one in found if is_closed(one.closes_on, now)]
    return sorted(closed, key=lambda one: (one.closes_on, one.campaign_id, one.number))[::-1]


def is_closed(closes_on: date, now: datetime) -> bool:
    """Say whether nobody can answer any more, wherever they are."""
    return now >= campaigns.link_end(closes_on)


def version_name(session: Session, version_id: int) -> tuple[str, int]:
    """Return a version's profile and number; NotFound when there is none."""
    found = session.execute(
        select(Profile.name, ProfileVersion.number)
        .join(ProfileVersion, ProfileVersion.profile_id == Profile.id)
        .where(ProfileVersion.id == version_id)
    ).one_or_none()
    if found is None:
        raise NotFound("This profile version does not exist.")
    return found[0], found[1]


def newest_snapshot(session: Session, campaign_id: int, version_id: int) -> RankingSnapshot:
    """Return a campaign's newest ranking under a version; NotFound when there is none."""
    found = session.scalar(
        select(RankingSnapshot)
        .where(
            RankingSnapshot.campaign_id == campaign_id,
            RankingSnapshot.profile_version_id == version_id,
        )
        .order_by(RankingSnapshot.made_at.desc(), RankingSnapshot.id.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound("This campaign was not ranked under this version.")
    return found


def counted_on(session: Session, campaign_id: int, day: date) -> int | None:
    """Return the version of a campaign that was counted on a day, None for none."""
    return session.scalar(
        select(VersionImpact.profile_version_id).where(
            VersionImpact.campaign_id == campaign_id, VersionImpact.day == day
        )
    )


def finished(session: Session, campaign_id: int) -> int:
    """Return how many people of a campaign have finished."""
    counted = select(func.count(Invitation.id)).where(campaigns.finished(campaign_id))
    return session.scalars(counted).one()


def outcome_of(session: Session, snapshot_id: int, seats: int) -> Outcome:
    """Return who was in a ranking and who was among the first ``seats``; the unranked were not."""
    rows = session.execute(
        select(RankingEntry.candidate_id, RankingEntry.rank).where(
            RankingEntry.snapshot_id == snapshot_id
        )
    ).all()
    first = frozenset(one for one, rank in rows if rank is not None and rank <= seats)
    return Outcome(frozenset(one for one, _rank in rows), first)


def _ranked(session: Session, campaign_id: int, version_id: int) -> RankedVersion:
    title, closes_on = session.execute(
        select(Campaign.title, Campaign.closes_on).where(Campaign.id == campaign_id)
    ).one()
    profile, number = version_name(session, version_id)
    row = session.scalar(
        select(VersionImpact).where(
            VersionImpact.campaign_id == campaign_id,
            VersionImpact.profile_version_id == version_id,
        )
    )
    return RankedVersion(
        version_id=version_id,
        number=number,
        profile=profile,
        campaign_id=campaign_id,
        campaign=title,
        closes_on=closes_on,
        impact=None if row is None else _view(row),
    )


def _view(row: VersionImpact) -> ImpactView:
    return ImpactView(
        day=row.day,
        seats=row.seats,
        ratios={key: from_plain(one["groups"]) for key, one in row.ratios.items()},
        earlier=frozenset(key for key, one in row.ratios.items() if one["earlier"]),
    )
