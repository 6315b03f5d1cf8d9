"""Opening campaigns and inviting people."""

from datetime import date, timedelta

import numpy as np
import pytest
from sqlalchemy import select

from assess.accounts.models import AuditEvent, RoleName
from assess.campaigns import queries, service
from assess.campaigns.models import Campaign, Invitation, Mailing
from assess.campaigns.service import DriverShare, Person
from assess.candidates.models import Candidate
from assess.db.scope import reading, writing
from assess.errors import Invalid, NotFound, Refused
from assess.jobs.models import Job
from assess.profiles.models import Profile, ProfileVersion
from assess.sittings.models import Sitting
from assess.web import links
from tests.campaigns.conftest import ANGRY, PEOPLE
from tests.service import NOW


@pytest.fixture
def look(sessions, tenant):
    """Give a function that asks a query inside the tenant."""

    def ask(query, *args, **options):
        with reading(sessions, tenant.organisation_id) as session:
            return query(session, *args, **options)

    return ask


@pytest.fixture
def rows(look):
    """Give a function that counts the rows of a model."""
    return lambda model: look(lambda session: len(session.scalars(select(model.id)).all()))


def test_a_campaign_holds_what_its_opening_said(open_campaign, look, bank):
    found = look(queries.campaign, open_campaign())
    assert (found.title, found.brand, found.seats) == ("Spring intake", "Parcel Friend", 5)
    assert found.owner_name == "recruiter of Harbour Care"
    assert found.drivers == ANGRY
    assert found.profile_number == 1
    assert [(p.key, p.digest) for p in found.battery] == [
        (key, bank.instrument(key).digest) for key in ("work-style", "service-judgement-a")
    ]


def test_the_worked_example_comes_through_the_service(open_campaign, look):
    """Mix A, with so many contacts that the prior does not count."""
    found = look(queries.campaign, open_campaign(n_contacts=10**9))
    assert np.round(found.load_share, 3).tolist() == [0.424, 0.231, 0.138, 0.069, 0.138]
    wanted = [0.148, 0.142, 0.180, 0.146, 0.170, 0.090, 0.124]
    assert np.round(found.weights, 3).tolist() == wanted
    assert found.weights.sum() == pytest.approx(1)


def test_a_mix_set_by_hand_weighs_as_much_as_the_prior(open_campaign, look):
    by_hand = look(queries.campaign, open_campaign()).profile
    counted = look(queries.campaign, open_campaign(n_contacts=10**12)).profile
    assert by_hand.prior_share == 0.5
    assert by_hand.weights == pytest.approx((counted.weights + by_hand.prior) / 2, abs=1e-9)


def test_every_fault_of_an_opening_is_told_and_nothing_is_kept(open_campaign, rows):
    with pytest.raises(Invalid) as caught:
        open_campaign(
            title=" ",
            seats=0,
            closes_on=date(2026, 1, 4),
            battery=("work-style", "palmistry"),
            drivers=(DriverShare("delivery", 0.5, 0), DriverShare("weather", 0.2, 3)),
        )
    told = "\n".join(caught.value.faults)
    for place in ("title", "seats", "last day", "palmistry", "minutes", "weather", "70 %"):
        assert place in told
    assert rows(Campaign) == rows(Profile) == rows(ProfileVersion) == 0


@pytest.mark.parametrize("role", list(RoleName))
def test_only_some_roles_open_and_invite(open_campaign, sessions, tenant, role):
    actor = tenant.members[role]
    if role in service.OPENS:
        assert open_campaign(actor)
    else:
        with pytest.raises(Refused):
            open_campaign(actor)
    campaign_id = open_campaign(tenant.system)
    if role in service.INVITES:
        service.invite(sessions, actor, campaign_id, PEOPLE, now=NOW)
    else:
        with pytest.raises(Refused):
            service.invite(sessions, actor, campaign_id, PEOPLE, now=NOW)


def test_who_is_in_already_is_counted_and_not_invited_again(
    open_campaign, sessions, tenant, rows, look
):
    campaign_id = open_campaign()
    first = service.invite(sessions, tenant.recruiter, campaign_id, PEOPLE, now=NOW)
    assert (len(first.invitation_ids), first.already) == (2, 0)
    more = [Person("A. Okoye", "ADA@example.org "), Person("Cy", "cy@example.org")]
    second = service.invite(sessions, tenant.recruiter, campaign_id, more, now=NOW)
    assert (len(second.invitation_ids), second.already) == (1, 1)
    assert rows(Invitation) == rows(Job) == rows(Candidate) == 3
    assert look(queries.progress, campaign_id).invited == 3
    assert [p.name for p in look(queries.people, campaign_id)] == [
        "Ada Okoye", "ben@example.org", "Cy",
    ]  # fmt: skip


def test_one_candidate_may_be_in_two_campaigns(open_campaign, sessions, tenant, rows):
    for campaign_id in (open_campaign(), open_campaign(title="Summer intake")):
        service.invite(sessions, tenant.recruiter, campaign_id, PEOPLE, now=NOW)
    assert (rows(Candidate), rows(Invitation)) == (2, 4)


@pytest.mark.parametrize(
    "faulty",
    [
        [Person("No mail", "no mail")],
        [Person("Broken\nline", "x@example.org")],
        [Person("Twin", "ada@example.org")],
        [Person("Header", "x@example.org\nBcc: all@example.org")],
    ],
)
def test_a_faulty_line_invites_nobody_and_changes_nothing(
    open_campaign, sessions, tenant, rows, look, faulty
):
    campaign_id = open_campaign()
    with pytest.raises(Invalid, match="person 3: "):
        service.invite(sessions, tenant.recruiter, campaign_id, PEOPLE + faulty, now=NOW)
    assert rows(Candidate) == rows(Invitation) == rows(Job) == 0
    assert look(queries.campaign, campaign_id).profile.frozen_at is None


def test_the_first_invitation_freezes_the_profile_for_good(open_campaign, sessions, tenant, look):
    campaign_id = open_campaign()
    assert look(queries.campaign, campaign_id).profile.frozen_at is None
    later = NOW + timedelta(days=1)
    for people, now in ((PEOPLE[:1], NOW), (PEOPLE, later)):
        service.invite(sessions, tenant.recruiter, campaign_id, people, now=now)
    assert look(queries.campaign, campaign_id).profile.frozen_at == NOW


def test_nobody_is_invited_after_the_end(open_campaign, sessions, tenant):
    campaign_id = open_campaign()
    with pytest.raises(Refused, match="ended on 2026-01-19"):
        service.invite(
            sessions, tenant.recruiter, campaign_id, PEOPLE, now=NOW + timedelta(days=30)
        )


def test_another_organisation_finds_nothing(open_campaign, sessions, tenant, other_tenant):
    campaign_id = open_campaign()
    with pytest.raises(NotFound):
        service.invite(sessions, other_tenant.recruiter, campaign_id, PEOPLE, now=NOW)
    invited = service.invite(sessions, tenant.recruiter, campaign_id, PEOPLE, now=NOW)
    with reading(sessions, other_tenant.organisation_id) as session:
        assert queries.campaigns(session) == []
        assert queries.people(session, campaign_id) == []
        assert queries.progress(session, campaign_id).invited == 0
        for query, id_ in (
            (queries.campaign, campaign_id),
            (queries.invitation, invited.invitation_ids[0]),
        ):
            with pytest.raises(NotFound):
                query(session, id_)


def test_the_outbox_and_the_audit_trail_name_nobody(open_campaign, sessions, tenant, look):
    campaign_id = open_campaign()
    invited = service.invite(sessions, tenant.recruiter, campaign_id, PEOPLE, now=NOW)
    jobs = look(lambda session: session.scalars(select(Job).order_by(Job.id)).all())
    mails = look(lambda session: session.scalars(select(Mailing).order_by(Mailing.id)).all())
    assert [mail.invitation_id for mail in mails] == list(invited.invitation_ids)
    assert [job.payload for job in jobs] == [{"mailing_id": mail.id} for mail in mails]
    events = look(lambda session: session.scalars(select(AuditEvent)).all())
    assert {"campaign opened", "profile made", "profile frozen", "people invited"} <= {
        event.act for event in events
    }
    told = str([event.detail for event in events]) + str([job.dedupe_key for job in jobs])
    assert "example.org" not in told
    assert "Ada" not in told


def test_without_sending_the_outbox_stays_empty(open_campaign, sessions, tenant, rows):
    campaign_id = open_campaign()
    service.invite(sessions, tenant.recruiter, campaign_id, PEOPLE, now=NOW, send=False)
    assert (rows(Invitation), rows(Job)) == (2, 0)


def test_a_link_names_its_invitation_and_ends_a_day_after_the_last(
    open_campaign, sessions, tenant, settings, look
):
    invited = service.invite(sessions, tenant.recruiter, open_campaign(), PEOPLE, now=NOW)
    invitation = look(queries.invitation, invited.invitation_ids[0])
    link = service.invitation_link(settings, invitation)
    token = link.removeprefix(f"{settings.public_url}/i/")
    end = queries.link_end(date(2026, 1, 19))
    claim = links.claim(settings, "candidate", token, now=end)
    assert (claim.id, claim.generation) == (invitation.id, 1)
    assert (end - NOW).days == 15
    with pytest.raises(Refused):
        links.claim(settings, "candidate", token, now=end + timedelta(seconds=1))


def test_a_sitting_tells_the_invitation_how_far_it_is(open_campaign, sessions, tenant, look):
    campaign_id = open_campaign()
    invited = service.invite(sessions, tenant.recruiter, campaign_id, PEOPLE, now=NOW)
    later = NOW + timedelta(hours=1)
    with writing(sessions, tenant.organisation_id) as session:
        candidate_id = queries.invitation(session, invited.invitation_ids[0]).candidate_id
        sitting = Sitting(candidate_id=candidate_id, started_at=NOW, notice_version="1")
        session.add(sitting)
        session.flush()
        for now in (NOW, later):
            service.note_started(session, invited.invitation_ids[0], sitting.id, 93, now)
        service.note_answered(session, sitting.id, 7, later)
    started = look(queries.people, campaign_id)[0]
    assert (started.state, started.started_at, started.answered) == ("started", NOW, 7)
    assert (started.items, started.last_answer_at) == (93, later)
    with writing(sessions, tenant.organisation_id) as session:
        service.note_submitted(session, sitting.id, later)
        service.note_submitted(session, sitting.id, later + timedelta(hours=1))
    both = look(queries.people, campaign_id)
    assert [person.state for person in both] == ["finished", "invited"]
    assert both[0].submitted_at == later
    counts = look(queries.progress, campaign_id)
    assert (counts.invited, counts.started, counts.finished) == (2, 1, 1)
    assert look(queries.campaigns)[0].progress == counts


def test_the_same_opening_has_the_same_digest_and_another_mix_has_another(open_campaign, look):
    def digest(**changes):
        return look(queries.campaign, open_campaign(**changes)).profile.digest

    assert digest() == digest(title="Another title")
    assert len({digest(), digest(n_contacts=900), digest(multipliers={"EMP": 1.5})}) == 3
