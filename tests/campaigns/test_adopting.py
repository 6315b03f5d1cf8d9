"""A campaign under another profile version: what freezes, who may, and who knew what by then."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from assess.accounts.models import AuditEvent, RoleName
from assess.campaigns import queries, service
from assess.campaigns.results_seen import note_seen, seen_before
from assess.candidates.service import Person
from assess.db.scope import reading, writing
from assess.errors import NotFound, Refused
from assess.instruments.catalogue import default_catalogue
from assess.profiles import service as profiles
from assess.profiles.mix import ContactMix, DriverShare
from assess.rankings.service import note_viewed
from tests.service import NOW

BANK = default_catalogue()
DRIVERS = (DriverShare("delivery", 0.6, 7.0), DriverShare("status", 0.4, 3.0))
LATER = NOW + timedelta(days=2)


def opened(sessions, tenant, brand="Harbour Parcels"):
    opening = service.Opening(
        title="Winter team", brand=brand, seats=5, drivers=DRIVERS, n_contacts=None,
        multipliers=None, battery=("work-style",), opens_on=NOW.date(),
        closes_on=NOW.date() + timedelta(days=30),
    )  # fmt: skip
    return service.open_campaign(sessions, tenant.recruiter, BANK, opening, now=NOW)


def changed(sessions, tenant, campaign_id, minimum=40.0):
    """Save a next version of the campaign's profile and return its id."""
    with writing(sessions, tenant.organisation_id) as session:
        profile_id = queries.campaign(session, campaign_id).profile.profile_id
        mix = ContactMix(DRIVERS, minimums={"EMP": minimum})
        return profiles.new_version(
            session, tenant.recruiter, BANK, profile_id, mix, reason="tuned", now=NOW
        )


def view(sessions, tenant, campaign_id):
    with reading(sessions, tenant.organisation_id) as session:
        return queries.campaign(session, campaign_id)


def test_a_campaign_goes_on_under_the_version_and_freezes_it_once_people_are_invited(
    sessions, tenant, other_tenant
):
    who = tenant.members[RoleName.HIRING_MANAGER]
    campaign_id = opened(sessions, tenant)
    first, second = (view(sessions, tenant, campaign_id).profile.id,
                     changed(sessions, tenant, campaign_id))  # fmt: skip
    for role in (RoleName.PSYCHOLOGIST, RoleName.ANALYST):
        with pytest.raises(Refused):
            service.adopt_profile(sessions, tenant.members[role], campaign_id, second, now=NOW)
    assert service.adopt_profile(sessions, who, campaign_id, second, now=NOW)
    assert not service.adopt_profile(sessions, who, campaign_id, second, now=LATER)
    seen = view(sessions, tenant, campaign_id)
    assert (seen.profile.id, seen.profile_number, seen.profile.frozen_at) == (second, 2, None)
    # The first invitation freezes it; from then on a version that is adopted is frozen at once.
    people = [Person(name="Ada Okafor", email="ada@people.example", language="en")]
    service.invite(sessions, tenant.recruiter, campaign_id, people, now=NOW, send=False)
    assert view(sessions, tenant, campaign_id).profile.frozen_at == NOW
    assert service.adopt_profile(sessions, who, campaign_id, first, now=LATER)
    assert view(sessions, tenant, campaign_id).profile.frozen_at == LATER

    other = opened(sessions, tenant, brand="Rival Parcels")
    with pytest.raises(Refused, match="another brand"):
        service.adopt_profile(sessions, who, other, second, now=NOW)
    with pytest.raises(NotFound):
        service.adopt_profile(sessions, who, campaign_id, 10**6, now=NOW)
    foreign = opened(sessions, other_tenant)
    for campaign, version in (
        (campaign_id, second),
        (foreign, second),
        (foreign + 10**6, view(sessions, other_tenant, foreign).profile.id),
    ):
        with pytest.raises(NotFound):
            service.adopt_profile(sessions, other_tenant.recruiter, campaign, version, now=NOW)
    assert view(sessions, tenant, campaign_id).profile.id == first


def test_the_trail_says_who_had_seen_results_before_the_change(sessions, tenant):
    campaign_id = opened(sessions, tenant)
    version_id = changed(sessions, tenant, campaign_id)
    people = [Person(name="Ada Okafor", email="ada@people.example", language="en")]
    service.invite(sessions, tenant.recruiter, campaign_id, people, now=NOW, send=False)
    with reading(sessions, tenant.organisation_id) as session:
        [person] = queries.people(session, campaign_id)
    recruiter, manager = tenant.recruiter, tenant.members[RoleName.HIRING_MANAGER]
    psychologist = tenant.members[RoleName.PSYCHOLOGIST]
    hours = [NOW + timedelta(hours=hour) for hour in (1, 2, 3, 25)]
    for at in hours:  # twice the same day is told once
        note_seen(sessions, manager, campaign_id, "ranking viewed", now=at, snapshot=4)
    note_seen(sessions, manager, campaign_id, "ranking viewed", now=hours[1], snapshot=5)
    note_viewed(sessions, recruiter, campaign_id, person.candidate_id, now=hours[1])
    note_seen(sessions, psychologist, opened(sessions, tenant), "ranking viewed", now=hours[0])
    service.adopt_profile(sessions, recruiter, campaign_id, version_id, now=LATER)
    note_seen(sessions, psychologist, campaign_id, "report downloaded", now=LATER, report=1)
    with reading(sessions, tenant.organisation_id) as session:
        seen = seen_before(session, campaign_id, LATER)
        event = session.scalars(select(AuditEvent).where(AuditEvent.act == "profile adopted")).one()
        views = session.scalars(
            select(AuditEvent).where(
                AuditEvent.act == "ranking viewed", AuditEvent.actor_id == manager.id
            )
        ).all()
    assert [(one.member_id, one.acts) for one in seen] == [
        (manager.id, ("ranking viewed",)),
        (recruiter.id, ("person viewed",)),
    ]
    assert (seen[0].first_at, seen[0].last_at) == (hours[0], hours[3])
    assert seen[0].name == "hiring_manager of Harbour Care"
    assert len(views) == 3
    assert event.detail["seen"] == [manager.id, recruiter.id]
    assert event.detail["present"]["version"] == version_id
    assert event.detail["former"]["digest"] != event.detail["present"]["digest"]
