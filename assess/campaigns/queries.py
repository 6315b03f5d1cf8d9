"""Read campaigns, their people and how far they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from assess.accounts.models import Brand, Member, User
from assess.campaigns.invitation_queries import (
    TO_FINISH,
    BatteryPart,
    InvitationView,
    battery_of,
    invitation,
    link_end,
    parts_of,
)
from assess.campaigns.models import Campaign, Invitation
from assess.campaigns.reminding import Reminder
from assess.candidates.models import Candidate
from assess.errors import NotFound
from assess.profiles import queries as profiles
from assess.profiles.mix import DriverShare
from assess.profiles.queries import FloatArray, VersionView

__all__ = ["TO_FINISH", "BatteryPart", "InvitationView", "invitation", "link_end"]

State = Literal["invited", "started", "finished", "withdrawn", "taken_back"]


@dataclass(frozen=True)
class Progress:
    """How many people a campaign has at each step; each step counts those beyond it too."""

    invited: int = 0
    sent: int = 0
    started: int = 0
    finished: int = 0
    failed: int = 0
    advanced: int = 0
    hired: int = 0


@dataclass(frozen=True)
class ReminderChoice:
    """Which reminders a campaign sends, and when it is quiet; ``time_zone`` None is UTC."""

    kinds: frozenset[Reminder] = frozenset(Reminder)
    quiet_weekend: bool = False
    time_zone: str | None = None


@dataclass(frozen=True)
class CampaignView:
    """One campaign with its profile version."""

    id: int
    title: str
    brand_id: int
    brand: str
    seats: int
    opens_on: date
    closes_on: date
    simulated: bool
    seed: int
    battery: tuple[BatteryPart, ...]
    owner_id: int | None
    owner_name: str | None
    created_at: datetime
    profile: VersionView
    reminders: ReminderChoice = ReminderChoice()
    time_limit_minutes: int | None = None
    blind: bool = False
    closed_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Say whether nobody can begin any more."""
        return self.closed_at is not None or now >= link_end(self.closes_on)

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The instruments by key and digest."""
        return parts_of(self.battery)

    @property
    def profile_version_id(self) -> int:
        """The id of the profile version."""
        return self.profile.id

    @property
    def profile_number(self) -> int:
        """The number of the profile version."""
        return self.profile.number

    @property
    def drivers(self) -> tuple[DriverShare, ...]:
        """The contact mix."""
        return self.profile.drivers

    @property
    def weights(self) -> FloatArray:
        """The demand weights (7,), summing to 1."""
        return self.profile.weights

    @property
    def demand(self) -> FloatArray:
        """The load-weighted demand (7,), 0 to 5."""
        return self.profile.demand

    @property
    def style_target(self) -> FloatArray:
        """The D, I, S, C target (4,), 0 to 100."""
        return self.profile.style_target

    @property
    def load_share(self) -> FloatArray:
        """Each driver's share of the emotional workload (D,)."""
        return self.profile.load_share


@dataclass(frozen=True)
class CampaignLine:
    """A campaign in the list."""

    id: int
    title: str
    brand: str
    seats: int
    opens_on: date
    closes_on: date
    simulated: bool
    progress: Progress


@dataclass(frozen=True)
class InvitedPerson:
    """One candidate's place in a campaign."""

    invitation_id: int
    candidate_id: int
    sitting_id: int | None
    code: str
    name: str
    email: str | None
    created_at: datetime
    sent_at: datetime | None
    send_fault: str | None
    started_at: datetime | None
    last_answer_at: datetime | None
    answered: int
    items: int
    submitted_at: datetime | None
    withdrawn_at: datetime | None = None
    reminders_stopped_at: datetime | None = None
    withdrawn_by: int | None = None

    @property
    def state(self) -> State:
        """Where the person is."""
        if self.withdrawn_at is not None:
            return "withdrawn" if self.withdrawn_by is None else "taken_back"
        if self.submitted_at is not None:
            return "finished"
        return "started" if self.started_at is not None else "invited"


def finished(campaign_id: int) -> ColumnElement[bool]:
    """Choose the invitations of those who have handed in and have not withdrawn since."""
    return and_(
        Invitation.campaign_id == campaign_id,
        Invitation.submitted_at.is_not(None),
        Invitation.withdrawn_at.is_(None),
    )


def campaign(session: Session, campaign_id: int) -> CampaignView:
    """Return one campaign; NotFound when the organisation has none of that id."""
    found = session.execute(
        select(Campaign, Brand.name, User.name)
        .join(Brand, Brand.id == Campaign.brand_id)
        .outerjoin(Member, Member.id == Campaign.owner_id)
        .outerjoin(User, User.id == Member.user_id)
        .where(Campaign.id == campaign_id)
    ).one_or_none()
    if found is None:
        raise NotFound("This campaign does not exist.")
    row, brand, owner = found
    return CampaignView(
        id=row.id,
        title=row.title,
        brand_id=row.brand_id,
        brand=brand,
        seats=row.seats,
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        simulated=row.simulated,
        seed=row.seed,
        battery=battery_of(row),
        owner_id=row.owner_id,
        owner_name=owner,
        created_at=row.created_at,
        profile=profiles.version(session, row.profile_version_id),
        reminders=reminder_choice(row),
        time_limit_minutes=row.time_limit_minutes,
        blind=row.blind,
        closed_at=row.closed_at,
    )


def reminder_choice(row: Campaign) -> ReminderChoice:
    """Read which reminders a campaign sends out of its row."""
    wanted = (
        (Reminder.NOT_STARTED, row.remind_not_started),
        (Reminder.STALLED, row.remind_stalled),
        (Reminder.DEADLINE, row.remind_deadline),
    )
    kinds = frozenset(kind for kind, on in wanted if on)
    return ReminderChoice(kinds, row.quiet_weekend, row.time_zone)


def campaigns(session: Session) -> Sequence[CampaignLine]:
    """Return the organisation's campaigns with their progress, newest first."""
    rows = session.execute(
        select(Campaign, Brand.name, *_counts())
        .join(Brand, Brand.id == Campaign.brand_id)
        .outerjoin(Invitation, Invitation.campaign_id == Campaign.id)
        .group_by(Campaign.id, Brand.name)
        .order_by(Campaign.created_at.desc(), Campaign.id.desc())
    )
    return [
        CampaignLine(
            c.id, c.title, brand, c.seats, c.opens_on, c.closes_on, c.simulated, Progress(*counts)
        )
        for c, brand, *counts in rows
    ]


def open_batteries(session: Session, now: datetime) -> dict[str, list[tuple[int, str]]]:
    """Give by digest the (id, title) of the campaigns whose links have not ended."""
    still_open = Campaign.closes_on > (now - timedelta(days=2)).date()
    rows = session.scalars(select(Campaign).where(still_open).order_by(Campaign.id))
    found: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        for part in battery_of(row):
            found.setdefault(part.digest, []).append((row.id, row.title))
    return found


def progress(session: Session, campaign_id: int) -> Progress:
    """Count a campaign's people at each step."""
    counted = select(*_counts()).where(Invitation.campaign_id == campaign_id)
    return Progress(*session.execute(counted).one())


def people(
    session: Session,
    campaign_id: int,
    *,
    limit: int | None = None,
    offset: int = 0,
    named: bool = True,
) -> Sequence[InvitedPerson]:
    """Return a campaign's people, all or a page: by name (``named``), or as they came to the pool.

    By name everybody is read for each page; as they came, an index leads to it.
    """
    chosen = select(Invitation, Candidate).join(Candidate, Candidate.id == Invitation.candidate_id)
    here = Invitation.campaign_id == campaign_id
    if named:
        found = chosen.where(here).order_by(func.lower(Candidate.name), Candidate.id)
        found = found.limit(limit).offset(offset)
    else:
        came = Invitation.candidate_id
        page = select(Invitation.id).where(here).order_by(came).limit(limit).offset(offset)
        found = chosen.where(Invitation.id.in_(page)).order_by(came)
    return [person_of(*row) for row in session.execute(found)]


def _counts() -> tuple[Any, ...]:
    """Give the columns of Progress, in its order."""

    def those(condition: Any) -> Any:
        return func.count(case((condition, Invitation.id)))

    return (
        func.count(Invitation.id),
        those(Invitation.sent_at.is_not(None)),
        those(Invitation.started_at.is_not(None)),
        those(Invitation.submitted_at.is_not(None)),
        those(Invitation.send_fault.is_not(None)),
    )


def person_of(row: Invitation, candidate: Candidate) -> InvitedPerson:
    """Read an invited person out of the rows."""
    return InvitedPerson(
        invitation_id=row.id,
        candidate_id=candidate.id,
        sitting_id=row.sitting_id,
        code=candidate.code,
        name=candidate.name,
        email=candidate.email,
        created_at=row.created_at,
        sent_at=row.sent_at,
        send_fault=row.send_fault,
        started_at=row.started_at,
        last_answer_at=row.last_answer_at,
        answered=row.answered,
        items=row.items,
        submitted_at=row.submitted_at,
        withdrawn_at=row.withdrawn_at,
        reminders_stopped_at=candidate.reminders_stopped_at,
        withdrawn_by=row.withdrawn_by,
    )
