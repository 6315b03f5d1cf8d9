"""One sitting serves several campaigns, with the person's agreement and not without."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from assess.accounts.models import AuditEvent
from assess.campaigns.models import Invitation, Mailing
from assess.db.scope import reading, writing
from assess.errors import Refused
from assess.experts import changes
from assess.sittings import reuse_service, service
from assess.sittings.models import Answer, Attempt, ReuseAgreement, Score, Sitting
from assess.sittings.path import on_path
from tests.portal.conftest import answer_all, hand_in
from tests.sittings.conftest import TODAY, Invited, invite, open_to_answers

pytestmark = pytest.mark.usefixtures("written_order")


@pytest.fixture
def finished(sessions, tenant, settings, sitting_bank) -> Invited:
    """Give somebody who has handed in everything for a first campaign."""
    campaign_id = open_to_answers(sessions, tenant, sitting_bank)
    person = invite(sessions, tenant, settings, campaign_id, "Ada")
    return hand_in(sessions, settings, sitting_bank, person)


@pytest.fixture
def again(sessions, tenant, settings, sitting_bank):
    """Give a function that invites the same person to another campaign."""

    def invite_again(battery=("work-style", "service-judgement-a")) -> Invited:
        campaign_id = open_to_answers(sessions, tenant, sitting_bank, battery=battery)
        return invite(sessions, tenant, settings, campaign_id, "Ada")

    return invite_again


def row(sessions, person):
    with reading(sessions, person.tenant.organisation_id) as session:
        found = session.get_one(Invitation, person.invitation_id)
        return found.sitting_id, found.submitted_at, found.items, found.answered


def count(sessions, person, model):
    with reading(sessions, person.tenant.organisation_id) as session:
        return session.scalar(select(func.count(model.id)))


def token(sessions, person, now=TODAY):
    return reuse_service.look_earlier(sessions, person.claim, now=now).plan.token


def use(sessions, bank, person, now=TODAY):
    shown = token(sessions, person, now)
    return reuse_service.agree_to_reuse(sessions, bank, person.claim, shown, now=now)


def take_back(sessions, person, now=TODAY):
    with on_path(sessions, person.claim) as (session, path):
        return reuse_service.take_back(session, path, now)


def test_opening_a_second_link_begins_nothing_and_asks(
    sessions, settings, sitting_bank, finished, again
):
    second = again()
    service.open_link(sessions, settings, sitting_bank, second.path.removeprefix("/i/"), now=TODAY)
    assert row(sessions, second)[0] is None
    plan = reuse_service.look_earlier(sessions, second.claim, now=TODAY).plan
    assert [one.source for one in plan.used] == [("Spring intake", "Parcel Friend")] * 2
    assert plan.again_on == (TODAY + timedelta(days=180)).date()
    with pytest.raises(Refused):
        service.begin_anew(sessions, sitting_bank, second.claim, now=TODAY)
    assert count(sessions, second, Sitting) == 1


def test_an_agreement_marks_the_invitation_finished_with_the_old_sitting(
    sessions, sitting_bank, finished, again
):
    second = again()
    assert use(sessions, sitting_bank, second)
    first = row(sessions, finished)
    assert row(sessions, second) == (first[0], TODAY, first[2], first[3])
    assert use(sessions, sitting_bank, second)
    assert count(sessions, second, ReuseAgreement) == 1
    with reading(sessions, second.tenant.organisation_id) as session:
        agreed = session.scalars(select(ReuseAgreement)).one()
        acts = session.scalars(select(AuditEvent.act).where(AuditEvent.act == "reuse agreed"))
        assert len(acts.all()) == 1
        mails = select(Mailing.kind).where(Mailing.invitation_id == second.invitation_id)
        assert session.scalars(mails).all() == ["thanks"]
    assert (agreed.notice_version, agreed.given_on) == (reuse_service.REUSE_NOTICE, TODAY.date())


def test_two_agreements_at_the_same_moment_are_one(sessions, sitting_bank, finished, again):
    second = again()
    shown, done = token(sessions, second), []

    def post():
        done.append(
            reuse_service.agree_to_reuse(sessions, sitting_bank, second.claim, shown, now=TODAY)
        )

    threads = [threading.Thread(target=post) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert done == [True] * 4
    assert count(sessions, second, ReuseAgreement) == 1


def test_what_was_not_shown_is_not_agreed_to(sessions, sitting_bank, finished, again):
    second = again()
    assert not reuse_service.agree_to_reuse(
        sessions, sitting_bank, second.claim, "1-2-3", now=TODAY
    )
    assert row(sessions, second)[0] is None


def test_a_longer_battery_asks_only_for_what_is_missing(sessions, sitting_bank, finished, again):
    longer = ("work-style", "service-recovery", "service-judgement-a")
    third = again(longer)
    assert use(sessions, sitting_bank, third)
    battery = service.battery_of(sessions, sitting_bank, service.look(sessions, third.claim))
    assert [one.key for one in battery] == ["service-recovery"]
    before = count(sessions, third, Answer)
    service.agree(sessions, third.claim, now=TODAY)
    answer_all(sessions, sitting_bank, third, ("service-recovery",))
    service.submit(sessions, sitting_bank, third.claim, now=TODAY)
    asked = len(sitting_bank.instrument("service-recovery").items)
    assert count(sessions, third, Answer) == before + asked
    with reading(sessions, third.tenant.organisation_id) as session:
        sitting_id = session.get_one(Invitation, third.invitation_id).sitting_id
        scores = session.scalars(
            select(Score.instrument).where(Score.sitting_id == sitting_id)
        ).all()
        judged = sitting_bank.instrument("service-judgement-a")
        # Two sittings have scores of it, one set of answers stands behind both.
        places, answers = changes._answers(session, judged)
    assert sorted(scores) == sorted(longer)
    assert list(places.values()) == [0, 0]
    assert len(answers) == 1
    items = sum(len(sitting_bank.instrument(key).items) for key in longer)
    assert row(sessions, third)[2:] == (items, items)


def test_answers_of_two_sittings_serve_a_third_campaign(sessions, sitting_bank, finished, again):
    second = again(("work-style", "service-recovery"))
    use(sessions, sitting_bank, second)
    service.agree(sessions, second.claim, now=TODAY)
    answer_all(sessions, sitting_bank, second, ("service-recovery",))
    service.submit(sessions, sitting_bank, second.claim, now=TODAY)
    third = again(("work-style", "service-recovery"))
    plan = reuse_service.look_earlier(sessions, third.claim, now=TODAY).plan
    assert plan.one_sitting is None
    assert not plan.missing
    assert use(sessions, sitting_bank, third)
    assert row(sessions, third)[1] == TODAY
    assert service.look(sessions, third.claim).path.sitting.submitted_at == TODAY


@pytest.mark.parametrize(
    "battery", [("work-style", "service-judgement-a"), ("work-style", "service-recovery")]
)
def test_taken_back_nothing_is_used_any_more(sessions, sitting_bank, finished, again, battery):
    second = again(battery)
    scores = count(sessions, second, Score)
    use(sessions, sitting_bank, second)
    assert take_back(sessions, second)
    assert not take_back(sessions, second)
    assert row(sessions, second) == (None, None, 0, 0)
    assert count(sessions, second, Score) == scores
    with reading(sessions, second.tenant.organisation_id) as session:
        assert session.scalar(select(Attempt.id).where(Attempt.given_in.is_not(None))) is None
    assert row(sessions, finished)[1] is not None
    assert use(sessions, sitting_bank, second)  # thought again
    assert count(sessions, second, ReuseAgreement) == 2


def test_other_versions_and_old_answers_are_not_offered(sessions, sitting_bank, finished, again):
    second = again()
    later = TODAY + timedelta(days=366)
    assert reuse_service.look_earlier(sessions, second.claim, now=later).plan.is_plain
    with writing(sessions, second.tenant.organisation_id) as session:
        session.execute(
            update(Attempt)
            .where(Attempt.instrument == "work-style")
            .values(instrument_digest="0" * 64)
        )
    plan = reuse_service.look_earlier(sessions, second.claim, now=TODAY).plan
    assert [one.instrument for one in plan.used] == ["service-judgement-a"]
    # The questions were seen all the same: the rest has to wait, and so has the agreement.
    assert plan.rest_on == plan.again_on == (TODAY + timedelta(days=180)).date()
    assert not plan.may_use


def test_another_organisation_offers_nothing(
    sessions, settings, sitting_bank, finished, other_tenant
):
    campaign_id = open_to_answers(sessions, other_tenant, sitting_bank)
    there = invite(sessions, other_tenant, settings, campaign_id, "Ada")
    assert reuse_service.look_earlier(sessions, there.claim, now=TODAY).plan.is_plain


def test_the_pages_lead_through_it(sessions, finished, again, browser):
    second = again()
    ada = browser()
    offer = ada.enter(second)
    assert "You have answered these questions before" in offer.text
    assert "I agree: use these answers" in offer.text
    assert "Answer again</button>" not in offer.text
    shown = token(sessions, second)
    thanks = ada.press(offer.text, "/take/earlier", go="use", answers=shown, lang="en")
    assert "are used for this job, too" in thanks.text
    assert "are used for this job, too" in ada.press(
        offer.text, "/take/earlier", go="use", answers=shown
    ).text  # fmt: skip
    assert count(sessions, second, ReuseAgreement) == 1


def test_who_wants_to_answer_again_too_early_is_told_the_day(finished, again, browser):
    second = again()
    ada = browser()
    offer = ada.enter(second)
    told = ada.press(offer.text, "/take/earlier", go="again")
    assert "Something has changed meanwhile" in told.text
    assert "You can answer everything again from" in told.text
