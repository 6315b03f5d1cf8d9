"""Open campaigns, invite people, keep what sittings tell of them."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assess.accounts import audit
from assess.accounts.actor import Actor
from assess.accounts.models import RoleName
from assess.accounts.service import brand_named
from assess.authoring import queries as library
from assess.authoring import service as authoring
from assess.campaigns import inviting, outbox, profile_choice
from assess.campaigns.adopting import OPENS, adopt_profile
from assess.campaigns.models import Campaign, Invitation, MailKind
from assess.campaigns.queries import InvitationView, ReminderChoice
from assess.campaigns.reminding import Reminder
from assess.candidates.models import Candidate
from assess.candidates.service import Person, person_faults
from assess.candidates.zones import all_zones
from assess.db.scope import Sessions, writing
from assess.errors import Conflict, Invalid, NotFound
from assess.instruments.catalogue import Catalogue
from assess.profiles.service import ContactMix, DriverShare
from assess.settings import Settings
from assess.web import links

__all__ = ["OPENS", "DriverShare", "Invited", "Opening", "Person", "adopt_profile"]

INVITES = (RoleName.RECRUITER, RoleName.ADMINISTRATOR)
LINK_PURPOSE = "candidate"
LONGEST_NAME = 200
MOST_SEATS = 100_000
SHORTEST_LIMIT, LONGEST_LIMIT = 5, 600
MOST_PEOPLE_AT_ONCE = 5_000


@dataclass(frozen=True)
class Opening:
    """What somebody decides when opening a campaign; shares are fractions that sum to 1."""

    title: str
    brand: str
    seats: int
    drivers: tuple[DriverShare, ...]
    n_contacts: int | None
    multipliers: Mapping[str, float] | None
    battery: tuple[str, ...]
    opens_on: date
    closes_on: date
    simulated: bool = False
    time_limit_minutes: int | None = None
    emotional_load: Mapping[str, float] | None = None
    profile_version_id: int | None = None
    """A saved version to rank under, in place of a mix of its own."""
    blind: bool = True

    @property
    def mix(self) -> ContactMix:
        """The contact mix."""
        return ContactMix(self.drivers, self.n_contacts, self.multipliers, self.emotional_load)


@dataclass(frozen=True)
class Invited:
    """Who was invited now, and how many were invited before."""

    invitation_ids: tuple[int, ...]
    already: int


def open_campaign(
    sessions: Sessions,
    actor: Actor,
    catalogue: Catalogue,
    opening: Opening,
    *,
    now: datetime,
    seed: int | None = None,
) -> int:
    """Open a campaign with its brand and profile, and return its id.

    The profile is made of the opening's mix, or the very saved version that it names.

    The battery names instruments of the organisation's library; from now on they are kept for
    this campaign as they are. ``seed`` is of every simulation in its ranking, drawn when None.
    Raises Invalid with every fault of the opening, Refused for a role that may not.
    """
    actor.must_be(*OPENS)
    faults = [*_opening_faults(opening), *profile_choice.faults(catalogue, opening)]
    with writing(sessions, actor.organisation_id) as session:
        instruments, unknown = library.choose(library.library(session, catalogue), opening.battery)
        if faults or unknown:
            raise Invalid(*faults, *unknown)
        authoring.freeze(session, actor, catalogue, instruments, now)
        battery = [{"key": i.key, "version": i.version, "digest": i.digest} for i in instruments]
        brand_id = brand_named(session, opening.brand)
        version_id = profile_choice.version_of(
            session, actor, catalogue, opening, brand_id, now=now
        )
        campaign = Campaign(
            brand_id=brand_id,
            profile_version_id=version_id,
            owner_id=actor.id if actor.kind == "member" else None,
            title=opening.title.strip(),
            seats=opening.seats,
            battery={"instruments": battery},
            opens_on=opening.opens_on,
            closes_on=opening.closes_on,
            simulated=opening.simulated,
            seed=secrets.randbelow(2**31) if seed is None else seed,
            created_at=now,
            time_limit_minutes=opening.time_limit_minutes,
            blind=opening.blind,
        )
        session.add(campaign)
        session.flush()
        audit.record(
            session, actor, "campaign opened", "campaign", campaign.id, now=now,
            profile_version_id=version_id, seats=opening.seats, battery=battery,
        )  # fmt: skip
        return campaign.id


def invite(
    sessions: Sessions,
    actor: Actor,
    campaign_id: int,
    people: Sequence[Person],
    *,
    now: datetime,
    send: bool = True,
) -> Invited:
    """Invite ``people``, all or nobody; who is in the campaign already is only counted.

    The first invitation freezes the profile version. With ``send`` a mail is queued for each.
    Raises Invalid with a line for each faulty person, NotFound for a campaign of nobody or of
    another organisation, Refused when the campaign is over or the role may not, Conflict when
    somebody else added the same person at the same moment.
    """
    actor.must_be(*INVITES)
    _check_people(people)
    try:
        with writing(sessions, actor.organisation_id) as session:
            campaign = inviting.open_for_update(session, campaign_id, now)
            made = inviting.place(
                session, actor, campaign, people, now=now, source="invitation", send=send
            ).made
            return Invited(tuple(made.values()), len(people) - len(made))
    except IntegrityError:
        raise Conflict(
            "Somebody else added one of these people at the same moment. Please try again."
        ) from None


def send_again(
    sessions: Sessions, actor: Actor, campaign_id: int, invitation_id: int, *, now: datetime
) -> None:
    """Queue the mail of an invitation that could not be sent.

    Raises Conflict unless it has failed, NotFound for an invitation of another campaign.
    """
    actor.must_be(*INVITES)
    with writing(sessions, actor.organisation_id) as session:
        campaign = inviting.open_for_update(session, campaign_id, now)
        row = session.scalar(
            select(Invitation)
            .where(Invitation.id == invitation_id, Invitation.campaign_id == campaign.id)
            .with_for_update()
        )
        if row is None:
            raise NotFound("This invitation does not exist.")
        if row.send_fault is None:
            raise Conflict("This invitation is sent already, or on its way.")
        row.send_fault = None
        ordinal = outbox.next_ordinal(session, row.id, MailKind.INVITATION)
        inviting.enqueue_mails(session, [(row.id, MailKind.INVITATION, ordinal)], campaign, now)
        audit.record(session, actor, "invitation queued again", "invitation", row.id, now=now)


def set_reminders(
    sessions: Sessions, actor: Actor, campaign_id: int, choice: ReminderChoice, *, now: datetime
) -> None:
    """Keep which reminders a campaign sends and when it is quiet.

    Raises Invalid for a time zone nobody knows, NotFound for a campaign of nobody or of another
    organisation, Refused for a role that may not.
    """
    actor.must_be(*INVITES)
    if choice.time_zone is not None and choice.time_zone not in all_zones():
        raise Invalid(f"time zone: there is no {choice.time_zone[:60]!r}")
    with writing(sessions, actor.organisation_id) as session:
        changed = session.execute(
            update(Campaign)
            .where(Campaign.id == campaign_id)
            .values(
                remind_not_started=Reminder.NOT_STARTED in choice.kinds,
                remind_stalled=Reminder.STALLED in choice.kinds,
                remind_deadline=Reminder.DEADLINE in choice.kinds,
                quiet_weekend=choice.quiet_weekend,
                time_zone=choice.time_zone,
            )
            .returning(Campaign.id)
        )
        if changed.scalar_one_or_none() is None:
            raise NotFound("This campaign does not exist.")
        audit.record(
            session, actor, "reminders set", "campaign", campaign_id, now=now,
            kinds=sorted(choice.kinds), quiet_weekend=choice.quiet_weekend,
            time_zone=choice.time_zone,
        )  # fmt: skip


def set_blind(
    sessions: Sessions, actor: Actor, campaign_id: int, *, blind: bool, now: datetime
) -> None:
    """Review by code until a decision, or by name; set to what it is, nothing happens.

    Raises NotFound for a campaign of nobody or of another organisation, Refused for a role that
    may not.
    """
    actor.must_be(*INVITES)
    with writing(sessions, actor.organisation_id) as session:
        campaign = session.scalar(
            select(Campaign).where(Campaign.id == campaign_id).with_for_update()
        )
        if campaign is None:
            raise NotFound("This campaign does not exist.")
        if campaign.blind == blind:
            return
        campaign.blind = blind
        audit.record(
            session, actor, "blind review set", "campaign", campaign_id, now=now, blind=blind
        )


def invitation_link(settings: Settings, invitation: InvitationView) -> str:
    """Write the candidate's own link: signed, never stored; it ends with the campaign."""
    token = links.token(
        settings, LINK_PURPOSE, invitation.id, invitation.generation, invitation.expires
    )
    return f"{settings.public_url}/i/{token}"


def note_started(
    session: Session, invitation_id: int, sitting_id: int, items: int, now: datetime
) -> None:
    """Note that the person has begun a sitting of ``items`` items; the first moment stays."""
    row = session.scalar(select(Invitation).where(Invitation.id == invitation_id).with_for_update())
    if row is None:
        raise NotFound("This invitation does not exist.")
    row.sitting_id, row.items = sitting_id, items
    row.started_at = row.started_at or now


def note_answered(session: Session, sitting_id: int, answered: int, now: datetime) -> None:
    """Note how many items of the sitting are answered by now."""
    session.execute(
        update(Invitation)
        .where(Invitation.sitting_id == sitting_id)
        .values(answered=answered, last_answer_at=now)
    )


def note_submitted(session: Session, sitting_id: int, now: datetime) -> None:
    """Note that the sitting is submitted, and queue the mail that says so; the first moment stays.

    Who has no address gets no mail.
    """
    done = session.scalars(
        update(Invitation)
        .where(Invitation.sitting_id == sitting_id, Invitation.submitted_at.is_(None))
        .values(submitted_at=now)
        .returning(Invitation.id)
    ).all()
    reached = session.scalars(
        select(Invitation.id)
        .join(Candidate, Candidate.id == Invitation.candidate_id)
        .where(Invitation.id.in_(done), Candidate.email.is_not(None))
    ).all()
    # Not always the first: whoever takes back that earlier answers are used may finish again.
    mails = [
        (id_, MailKind.THANKS, outbox.next_ordinal(session, id_, MailKind.THANKS))
        for id_ in reached
    ]
    outbox.queue_mails(session, mails, now=now)


def note_decision(session: Session, invitation_ids: Collection[int], kind: str) -> None:
    """Note how somebody decided on these people; the newest decision counts."""
    session.execute(
        update(Invitation).where(Invitation.id.in_(invitation_ids)).values(decision=kind)
    )


def note_sent(session: Session, invitation_id: int, fault: str | None, now: datetime) -> None:
    """Note that the mail was handed over, or why it cannot be; a mail that is sent stays so."""
    session.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.sent_at.is_(None))
        .values(sent_at=now if fault is None else None, send_fault=fault)
    )


def _opening_faults(opening: Opening) -> list[str]:
    faults = []
    for place, text in (("title", opening.title), ("brand", opening.brand)):
        if not text.strip() or len(text.strip()) > LONGEST_NAME:
            faults.append(f"{place}: must have 1 to {LONGEST_NAME} characters")
        if not text.isprintable():
            faults.append(f"{place}: holds a line break or a character that cannot be shown")
    if not 1 <= opening.seats <= MOST_SEATS:
        faults.append(f"seats: must be 1 to {MOST_SEATS}")
    if opening.closes_on < opening.opens_on:
        faults.append("last day: comes before the first day")
    limit = opening.time_limit_minutes
    if limit is not None and not SHORTEST_LIMIT <= limit <= LONGEST_LIMIT:
        faults.append(f"time limit: must be {SHORTEST_LIMIT} to {LONGEST_LIMIT} minutes, or none")
    if not opening.battery:
        faults.append("battery: choose at least one questionnaire")
    return faults


def _check_people(people: Sequence[Person]) -> None:
    faults = []
    if not 1 <= len(people) <= MOST_PEOPLE_AT_ONCE:
        faults.append(f"people: name 1 to {MOST_PEOPLE_AT_ONCE} people at once")
    first: dict[str, int] = {}
    for number, person in enumerate(people, start=1):
        faults += [f"person {number}: {fault}" for fault in person_faults(person)]
        if person.address in first:
            faults.append(
                f"person {number}: {person.address} is person {first[person.address]} already"
            )
        first.setdefault(person.address, number)
    if faults:
        raise Invalid(*faults)
