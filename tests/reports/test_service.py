"""Asking for reports, making them, taking them: services and pages."""

import re

import pytest
from sqlalchemy import select, update

from assess.accounts.models import AuditEvent, RoleName
from assess.app import HANDLERS
from assess.campaigns import queries as campaigns
from assess.campaigns import requirement_service
from assess.candidates.requirements import Kind, Requirement
from assess.db.scope import reading, writing
from assess.errors import Invalid, NotFound, Refused
from assess.instruments.catalogue import default_catalogue
from assess.jobs.models import Job, JobState
from assess.jobs.worker import run_until_idle
from assess.rankings import service as rankings
from assess.reports import queries, service
from assess.reports.models import Report, ReportKind
from assess.reports.service import ReportOptions
from tests.rankings.people import drawn, finish, open_ranked
from tests.service import NOW, csrf


@pytest.fixture
def campaign(sessions, tenant):
    """Give a campaign of five finished people: its id and theirs."""
    catalogue = default_catalogue()
    campaign_id = open_ranked(sessions, tenant, catalogue, seats=2, simulated=True)
    people = finish(sessions, tenant, catalogue, campaign_id, drawn(catalogue, 5))
    return campaign_id, people


@pytest.fixture
def snapshot_id(sessions, tenant, campaign):
    return rankings.rank_campaign(
        sessions, tenant.recruiter, default_catalogue(), campaign[0], now=NOW
    )


def ask(sessions, actor, snapshot_id, kind=ReportKind.RANKED, candidate_id=None, pages=1):
    return service.request(
        sessions, actor, snapshot_id, kind, candidate_id, ReportOptions(pages), now=NOW
    )


def rows(sessions, tenant, model):
    with reading(sessions, tenant.organisation_id) as session:
        return list(session.scalars(select(model)))


def test_the_same_question_is_one_report_and_one_job(sessions, tenant, snapshot_id):
    first = ask(sessions, tenant.recruiter, snapshot_id)
    assert ask(sessions, tenant.recruiter, snapshot_id) == first
    assert ask(sessions, tenant.recruiter, snapshot_id, pages=2) != first
    assert len(rows(sessions, tenant, Report)) == 2
    assert [job.kind for job in rows(sessions, tenant, Job)] == ["make-report"] * 2
    acts = [event.act for event in rows(sessions, tenant, AuditEvent)]
    assert acts.count("report requested") == 2


def test_what_people_say_meanwhile_makes_another_report_that_tells_of_it(
    sessions, tenant, campaign, snapshot_id, settings, monkeypatch
):
    told = []
    monkeypatch.setattr(service, "_render", lambda content, *_: told.append(content) or b"-")
    campaign_id, people = campaign
    night = [Requirement(Kind.SHIFT, name="night")]
    requirement_service.set_requirements(
        sessions, tenant.recruiter, campaign_id, night, "", after=0, now=NOW
    )
    own = (sessions, tenant.recruiter, snapshot_id, ReportKind.CANDIDATE, people[0], 0)
    first = ask(*own)
    assert ask(*own) == first
    run_until_idle(sessions, settings, HANDLERS)
    with writing(sessions, tenant.organisation_id) as session:
        [line] = [
            one for one in campaigns.people(session, campaign_id) if one.candidate_id == people[0]
        ]
        invitation = campaigns.invitation(session, line.invitation_id)
        requirement_service.declare(
            session, tenant.system, invitation, {"shift:night": "no"}, number=1, now=NOW
        )
    assert ask(*own) != first
    run_until_idle(sessions, settings, HANDLERS)
    before, after = (one.person.sheet for one in told)
    assert (before.asked.not_said, before.asked.not_met) == (1, ())
    assert (after.asked.not_said, after.asked.not_met) == (0, ("Night shifts",))
    assert before.fit == after.fit


def test_only_recruiters_and_administrators_ask(sessions, tenant, snapshot_id):
    for role in (RoleName.HIRING_MANAGER, RoleName.PSYCHOLOGIST, RoleName.ANALYST):
        with pytest.raises(Refused):
            ask(sessions, tenant.members[role], snapshot_id)
    assert ask(sessions, tenant.members[RoleName.ADMINISTRATOR], snapshot_id)


@pytest.mark.parametrize(
    ("kind", "of_somebody", "pages"),
    [
        (ReportKind.CANDIDATE, False, 0),
        (ReportKind.RANKED, True, 0),
        (ReportKind.RANKED, False, -1),
    ],
)
def test_a_question_without_sense_is_refused(
    sessions, tenant, campaign, snapshot_id, kind, of_somebody, pages
):
    whom = campaign[1][0] if of_somebody else None
    with pytest.raises(Invalid):
        ask(sessions, tenant.recruiter, snapshot_id, kind, whom, pages)
    assert rows(sessions, tenant, Report) == []


def test_another_organisation_finds_nothing(
    sessions, tenant, other_tenant, campaign, snapshot_id, settings
):
    report_id = ask(sessions, tenant.recruiter, snapshot_id)
    with pytest.raises(NotFound):
        ask(sessions, other_tenant.recruiter, snapshot_id)
    with pytest.raises(NotFound):
        service.make(
            sessions,
            settings,
            default_catalogue(),
            other_tenant.organisation_id,
            report_id,
            now=NOW,
        )
    with reading(sessions, other_tenant.organisation_id) as session:
        for look in (
            lambda: queries.report(session, campaign[0], report_id),
            lambda: queries.report_file(session, settings, campaign[0], report_id),
        ):
            with pytest.raises(NotFound):
                look()


def test_a_report_made_twice_is_made_once(sessions, tenant, settings, campaign, snapshot_id):
    report_id = ask(sessions, tenant.recruiter, snapshot_id, ReportKind.CANDIDATE, campaign[1][0])
    for _ in range(2):
        service.make(
            sessions, settings, default_catalogue(), tenant.organisation_id, report_id, now=NOW
        )
    with reading(sessions, tenant.organisation_id) as session:
        name, content = queries.report_file(session, settings, campaign[0], report_id)
    assert content.startswith(b"%PDF-")
    assert name == "candidate-report-winter-team-2026-01-05.pdf"
    assert len(list(settings.files_dir.rglob("*"))) == 2
    assert [e.act for e in rows(sessions, tenant, AuditEvent)].count("report made") == 1


def test_a_file_name_is_plain_whatever_the_title():
    title = '../Ärger "<b>\r\nSet-Cookie: a=b' + "x" * 600
    name = service.file_name(ReportKind.RANKED, title, NOW)
    assert re.fullmatch(r"ranked-report-[a-z0-9-]+-2026-01-05\.pdf", name)
    assert len(name) < 100
    assert "campaign" in service.file_name(ReportKind.RANKED, "招聘", NOW)


def test_from_the_button_over_the_waiting_page_to_the_file(
    sessions, tenant, settings, campaign, signed_in
):
    campaign_id, _people = campaign
    client = signed_in(tenant, RoleName.RECRUITER)
    token = csrf(client.get("/campaigns/new").text)
    asked = client.post(
        f"/campaigns/{campaign_id}/reports",
        data={"csrf_token": token, "kind": "ranked", "people_pages": "0"},
    )
    assert asked.status_code == 303
    waiting = client.get(asked.location)
    assert "waiting for its turn" in waiting.text
    assert waiting.headers["Refresh"] == "2"
    assert "no one here is real" in waiting.text
    assert client.get(f"{asked.location}.pdf").status_code == 404
    assert run_until_idle(sessions, settings, HANDLERS) == 1
    ready = client.get(asked.location)
    assert "Refresh" not in ready.headers
    assert f'href="{asked.location}.pdf"' in ready.text
    file = client.get(f"{asked.location}.pdf")
    assert file.mimetype == "application/pdf"
    assert file.data.startswith(b"%PDF-")
    expected = r'attachment; filename="ranked-report-winter-team-\d{4}-\d\d-\d\d\.pdf"'
    assert re.fullmatch(expected, file.headers["Content-Disposition"])
    assert file.headers["Cache-Control"] == "no-store"


def test_a_report_given_up_says_so_and_can_be_asked_for_again(
    sessions, tenant, campaign, snapshot_id, signed_in
):
    report_id = ask(sessions, tenant.recruiter, snapshot_id)
    with writing(sessions, tenant.organisation_id) as session:
        session.execute(update(Job).values(state=JobState.DEAD, fault="OSError: disk full"))
    address = f"/campaigns/{campaign[0]}/reports/{report_id}"
    page = signed_in(tenant, RoleName.RECRUITER).get(address)
    assert "could not be made" in page.text
    assert "disk full" not in page.text
    assert "Refresh" not in page.headers
    assert ask(sessions, tenant.recruiter, snapshot_id) == report_id
    assert [job.state for job in rows(sessions, tenant, Job)] == [JobState.WAITING]


def test_a_try_that_failed_is_said_to_be_tried_again(
    sessions, tenant, campaign, snapshot_id, signed_in
):
    report_id = ask(sessions, tenant.recruiter, snapshot_id)
    with writing(sessions, tenant.organisation_id) as session:
        session.execute(update(Job).values(attempts=1, fault="OSError"))
    page = signed_in(tenant, RoleName.RECRUITER).get(
        f"/campaigns/{campaign[0]}/reports/{report_id}"
    )
    assert "The last try did not work" in page.text
    assert "Refresh" in page.headers


def test_who_may_see_reports(sessions, tenant, other_tenant, campaign, snapshot_id, signed_in):
    address = f"/campaigns/{campaign[0]}/reports/{ask(sessions, tenant.recruiter, snapshot_id)}"
    assert signed_in(tenant, RoleName.HIRING_MANAGER).get(address).status_code == 200
    for role in (RoleName.PSYCHOLOGIST, RoleName.ANALYST):
        assert signed_in(tenant, role).get(address).status_code == 403
    stranger = signed_in(other_tenant, RoleName.RECRUITER)
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"{address}.pdf").status_code == 404


def test_a_report_of_one_campaign_is_not_in_another(sessions, tenant, snapshot_id, signed_in):
    report_id = ask(sessions, tenant.recruiter, snapshot_id)
    other = open_ranked(sessions, tenant, default_catalogue())
    client = signed_in(tenant, RoleName.RECRUITER)
    assert client.get(f"/campaigns/{other}/reports/{report_id}").status_code == 404
