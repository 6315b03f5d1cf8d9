"""Read one invitation, as a link and its mail need it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assess.accounts.models import Brand, Member, User
from assess.campaigns.models import Campaign, Invitation
from assess.candidates.models import Candidate
from assess.errors import NotFound

#: So long whoever has begun can go on when a member closes the campaign.
TO_FINISH: Final = timedelta(days=1)


@dataclass(frozen=True)
class BatteryPart:
    """One instrument of a battery, named exactly."""

    key: str
    version: str
    digest: str


@dataclass(frozen=True)
class InvitationView:
    """What a link and its mail need; ``generation`` revokes older links when it rises."""

    id: int
    organisation_id: int
    campaign_id: int
    candidate_id: int
    sitting_id: int | None
    generation: int
    title: str
    brand: str
    battery: tuple[BatteryPart, ...]
    opens_on: date
    closes_on: date
    simulated: bool
    name: str
    email: str | None
    language: str
    owner_name: str | None
    owner_email: str | None
    sent_at: datetime | None
    started_at: datetime | None
    submitted_at: datetime | None
    withdrawn_at: datetime | None = None
    reminders_stopped_at: datetime | None = None
    time_limit_minutes: int | None = None
    withdrawn_by: int | None = None
    closed_at: datetime | None = None

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The instruments by key and digest."""
        return parts_of(self.battery)

    @property
    def expires(self) -> datetime:
        """When the link ends: a day after the last day, so that no time zone loses hours.

        When a member has closed the campaign, whoever has begun has a day more to finish.
        """
        last = link_end(self.closes_on)
        if self.closed_at is None:
            return last
        return min(last, self.closed_at + (TO_FINISH if self.started_at else timedelta(0)))


def link_end(closes_on: date) -> datetime:
    """Give the moment at which links of a campaign with this last day end."""
    return datetime.combine(closes_on + timedelta(days=2), time.min, UTC)


def invitation(session: Session, invitation_id: int) -> InvitationView:
    """Return one invitation; NotFound when there is none of that id."""
    found = session.execute(_invitations().where(Invitation.id == invitation_id)).one_or_none()
    if found is None:
        raise NotFound("This invitation does not exist.")
    row, held, person, brand, owner, owner_email = found
    return InvitationView(
        id=row.id,
        organisation_id=row.organisation_id,
        campaign_id=held.id,
        candidate_id=person.id,
        sitting_id=row.sitting_id,
        generation=row.generation,
        title=held.title,
        brand=brand,
        battery=battery_of(held),
        opens_on=held.opens_on,
        closes_on=held.closes_on,
        simulated=held.simulated,
        name=person.name,
        email=person.email,
        language=person.language,
        owner_name=owner,
        owner_email=owner_email,
        sent_at=row.sent_at,
        started_at=row.started_at,
        submitted_at=row.submitted_at,
        time_limit_minutes=held.time_limit_minutes,
        withdrawn_at=row.withdrawn_at,
        reminders_stopped_at=person.reminders_stopped_at,
        withdrawn_by=row.withdrawn_by,
        closed_at=held.closed_at,
    )


def _invitations() -> Select[Invitation, Campaign, Candidate, str, str, str]:
    return (
        select(Invitation, Campaign, Candidate, Brand.name, User.name, User.email)
        .join(Campaign, Campaign.id == Invitation.campaign_id)
        .join(Candidate, Candidate.id == Invitation.candidate_id)
        .join(Brand, Brand.id == Campaign.brand_id)
        .outerjoin(Member, Member.id == Campaign.owner_id)
        .outerjoin(User, User.id == Member.user_id)
    )


def battery_of(row: Campaign) -> tuple[BatteryPart, ...]:
    """Read which instruments a campaign has out of its row."""
    return tuple(BatteryPart(**part) for part in row.battery["instruments"])


def parts_of(battery: Sequence[BatteryPart]) -> tuple[tuple[str, str], ...]:
    """Give the instruments by key and digest."""
    return tuple((part.key, part.digest) for part in battery)
