"""From asking to the file: cancelled, asked for twice at once, told by mail, frozen."""

import io
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email import message_from_bytes

import pikepdf
import pytest
from sqlalchemy import select, update

from assess.accounts.look_service import Chosen, choose_look
from assess.accounts.models import AuditEvent, Brand, Member, Organisation, RoleName, User
from assess.app import HANDLERS
from assess.campaigns.models import Campaign
from assess.candidates.erasure import erase, receipt_number
from assess.candidates.models import Candidate
from assess.db.scope import Across, across, reading, writing
from assess.errors import Invalid, NotFound, Refused
from assess.instruments.catalogue import default_catalogue
from assess.jobs import queue
from assess.jobs.models import Job
from assess.jobs.worker import run_until_idle
from assess.rankings import service as rankings
from assess.reports import cancel_service, making_service, queries, ready_mail, service
from assess.reports.book import Book
from assess.reports.models import Report, ReportKind
from assess.reports.options import ReportOptions
from tests.accounts.test_looks import a_picture
from tests.rankings.people import drawn, finish, open_ranked
from tests.service import NOW, csrf


@pytest.fixture
def campaign_id(sessions, tenant):
    catalogue = default_catalogue()
    campaign_id = open_ranked(sessions, tenant, catalogue, seats=2, simulated=True)
    finish(sessions, tenant, catalogue, campaign_id, drawn(catalogue, 4))
    return campaign_id


@pytest.fixture
def snapshot_id(sessions, tenant, campaign_id):
    return rankings.rank_campaign(
        sessions, tenant.recruiter, default_catalogue(), campaign_id, now=NOW
    )


def ask(sessions, actor, snapshot_id, **options):
    return service.request(
        sessions, actor, snapshot_id, ReportKind.RANKED, None,
        ReportOptions(**{"people_pages": 0} | options), now=NOW,
    )  # fmt: skip


def view(sessions, tenant, campaign_id, report_id):
    with reading(sessions, tenant.organisation_id) as session:
        return queries.report(session, campaign_id, report_id)


def rows(sessions, tenant, model):
    with reading(sessions, tenant.organisation_id) as session:
        return list(session.scalars(select(model)))


def cancel(sessions, actor, campaign_id, report_id):
    return cancel_service.cancel(sessions, actor, campaign_id, report_id, now=NOW)


def pages_and_book(sessions, settings, tenant, campaign_id, report_id):
    with reading(sessions, tenant.organisation_id) as session:
        _row, path = queries.report_file(session, settings, campaign_id, report_id)
        return path.read_bytes(), Book(
            queries.report_book(session, settings, campaign_id, report_id)
        )


def test_one_question_asked_by_many_at_once_is_one_report_and_one_job(
    sessions, tenant, snapshot_id
):
    with ThreadPoolExecutor(6) as crowd:
        asked = [crowd.submit(ask, sessions, tenant.recruiter, snapshot_id) for _ in range(6)]
        assert len({one.result() for one in asked}) == 1
    assert len(rows(sessions, tenant, Report)) == 1
    assert [job.kind for job in rows(sessions, tenant, Job)] == [queries.JOB]
    acts = [event.act for event in rows(sessions, tenant, AuditEvent)]
    assert acts.count("report requested") == 1


def test_a_cancelled_report_is_not_made_and_can_be_asked_for_again(
    sessions, tenant, settings, campaign_id, snapshot_id, signed_in
):
    report_id = ask(sessions, tenant.recruiter, snapshot_id)
    client, address = signed_in(tenant, RoleName.RECRUITER), f"/campaigns/{campaign_id}/reports"
    page = client.get(f"{address}/{report_id}").text
    assert "Cancel the report" in page
    answer = client.post(f"{address}/{report_id}/cancel", data={"csrf_token": csrf(page)})
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "was cancelled" in page.text
    assert "Make it after all" in page.text
    assert "Refresh" not in page.headers
    assert "cancelled" in client.get(address).text
    assert not cancel(sessions, tenant.recruiter, campaign_id, report_id)
    assert run_until_idle(sessions, settings, HANDLERS) == 0
    assert ask(sessions, tenant.recruiter, snapshot_id) == report_id
    assert view(sessions, tenant, campaign_id, report_id).waiting
    assert run_until_idle(sessions, settings, HANDLERS) == 1
    assert view(sessions, tenant, campaign_id, report_id).ready
    assert not cancel(sessions, tenant.recruiter, campaign_id, report_id)
    acts = [event.act for event in rows(sessions, tenant, AuditEvent)]
    assert acts.count("report cancelled") == 1


def test_a_worker_at_it_stops_and_leaves_no_file(
    sessions, tenant, settings, campaign_id, snapshot_id
):
    report_id = ask(sessions, tenant.recruiter, snapshot_id)

    def make(work):
        told = work.progress

        class Interrupted(type(work)):
            def progress(self, done, total):
                cancel(sessions, tenant.recruiter, campaign_id, report_id)
                return told(done, total)

        making_service.make_report(Interrupted(work.sessions, work.settings, work.job, work.now))

    assert run_until_idle(sessions, settings, {**HANDLERS, queries.JOB: make}) == 1
    found = view(sessions, tenant, campaign_id, report_id)
    assert (found.ready, found.cancelled) == (False, True)
    assert not list(settings.files_dir.glob("*/*"))
    assert not rows(sessions, tenant, Job)


def test_who_may_cancel(sessions, tenant, other_tenant, campaign_id, snapshot_id):
    report_id = ask(sessions, tenant.recruiter, snapshot_id)
    with pytest.raises(Refused):
        cancel(sessions, tenant.members[RoleName.HIRING_MANAGER], campaign_id, report_id)
    with pytest.raises(NotFound):
        cancel(sessions, other_tenant.recruiter, campaign_id, report_id)
    with pytest.raises(NotFound):
        cancel(sessions, tenant.recruiter, campaign_id + 1, report_id)


@pytest.mark.parametrize(
    ("pages", "seconds", "long"),
    [(100, 30.0, False), (101, 1.0, True), (3, 30.1, True)],
)
def test_what_takes_long(pages, seconds, long):
    assert ready_mail.is_long(pages, seconds) is long


def test_who_asked_is_told_by_mail_when_a_long_report_is_ready(
    sessions, tenant, settings, campaign_id, snapshot_id, monkeypatch
):
    monkeypatch.setattr(ready_mail, "MANY_PAGES", 2)
    report_id = ask(sessions, tenant.recruiter, snapshot_id)
    assert run_until_idle(sessions, settings, HANDLERS) == 2
    (path,) = settings.mail_dir.rglob("*.eml")
    mail = message_from_bytes(path.read_bytes())
    text = mail.get_payload(decode=True).decode()
    assert mail["To"] == tenant.emails[RoleName.RECRUITER]
    assert f"http://localhost/campaigns/{campaign_id}/reports/{report_id}\n" in text
    assert not mail.is_multipart()
    with reading(sessions, tenant.organisation_id) as session:
        title = session.scalars(select(Campaign.title)).one()
    assert title not in path.read_text()


def test_a_former_member_is_told_nothing(sessions, tenant, settings, snapshot_id, monkeypatch):
    monkeypatch.setattr(ready_mail, "MANY_PAGES", 2)
    ask(sessions, tenant.recruiter, snapshot_id)
    with writing(sessions, tenant.organisation_id) as session:
        session.execute(update(Member).where(Member.id == tenant.recruiter.id).values(active=False))
    assert run_until_idle(sessions, settings, HANDLERS) == 2
    assert not list(settings.mail_dir.rglob("*.eml"))


def test_names_are_those_of_the_moment_it_was_asked_for(
    sessions, tenant, settings, campaign_id, snapshot_id
):
    administrator = tenant.members[RoleName.ADMINISTRATOR]
    with reading(sessions, tenant.organisation_id) as session:
        brand_id, brand = session.execute(select(Brand.id, Brand.name)).one()
    choose_look(sessions, administrator, brand_id, Chosen("#7a1f5c", a_picture()), now=NOW)
    report_id = ask(sessions, tenant.recruiter, snapshot_id, note="Cut first.\n  Then ask.")
    choose_look(sessions, administrator, brand_id, Chosen("#004400", remove_logo=True), now=NOW)
    with writing(sessions, tenant.organisation_id) as session:
        session.execute(update(Brand).values(name="Another brand"))
        session.execute(update(Campaign).values(title="Another title"))
    with across(sessions, Across.SIGN_IN, write=True) as session:
        session.execute(update(Organisation).values(name="Another name"))
        session.execute(update(User).values(name="Another person"))
    run_until_idle(sessions, settings, HANDLERS)
    made, book = pages_and_book(sessions, settings, tenant, campaign_id, report_id)
    assert (book.index.accent, book.index.logo_words) == ("#7a1f5c", brand)
    assert book.has_logo
    with pikepdf.open(io.BytesIO(made)) as file:
        assert str(file.docinfo.Author) == "Harbour Care"
        assert "Another" not in str(file.docinfo.Title)
    sheet = zlib.decompress(book.sheet("cover")).decode()
    assert "Note by recruiter of Harbour Care" in sheet
    assert "Cut first.\n  Then ask." in sheet
    assert "Another" not in sheet
    assert ask(sessions, tenant.recruiter, snapshot_id, note="Cut first.\n  Then ask.") != report_id


@pytest.mark.parametrize("note", ["x" * 601, "\n".join("abcdefghijklm")])
def test_a_note_must_fit_on_the_cover(sessions, tenant, snapshot_id, note):
    with pytest.raises(Invalid, match="note: at most"):
        ask(sessions, tenant.recruiter, snapshot_id, note=note)


def test_a_file_for_an_archive_holds_the_ranking_with_names_as_seen(
    sessions, tenant, settings, campaign_id, snapshot_id, signed_in
):
    with writing(sessions, tenant.organisation_id) as session:
        session.execute(update(Campaign).values(blind=True))
    report_id = ask(sessions, tenant.recruiter, snapshot_id, archive=True)
    run_until_idle(sessions, settings, HANDLERS)
    made, _book = pages_and_book(sessions, settings, tenant, campaign_id, report_id)
    client = signed_in(tenant, RoleName.RECRUITER)
    exported = client.get(f"/campaigns/{campaign_id}/ranking.csv")
    with pikepdf.open(io.BytesIO(made)) as file:
        (name,) = file.attachments
        assert file.attachments[name].get_file().read_bytes() == exported.data
    assert name == "ranked-report-winter-team-2026-01-05.csv"


def test_erasing_somebody_takes_the_sheets_with_the_file(
    sessions, tenant, settings, campaign_id, snapshot_id, signed_in
):
    report_id = ask(sessions, tenant.recruiter, snapshot_id)
    run_until_idle(sessions, settings, HANDLERS)
    assert len(list(settings.files_dir.glob("*/*"))) == 2
    with reading(sessions, tenant.organisation_id) as session:
        person = session.scalars(select(Candidate.id)).first()
    erase(sessions, settings, tenant.system, person, receipt_number(), now=NOW)
    assert not list(settings.files_dir.glob("*/*"))
    client, address = signed_in(tenant, RoleName.RECRUITER), f"/campaigns/{campaign_id}/reports"
    assert client.get(f"{address}/{report_id}/view").status_code == 404
    assert "was withdrawn" in client.get(f"{address}/{report_id}").text
    assert "withdrawn" in client.get(address).text


def test_a_campaign_without_reports_says_so(tenant, campaign_id, signed_in):
    for role in (RoleName.RECRUITER, RoleName.HIRING_MANAGER):
        page = signed_in(tenant, role).get(f"/campaigns/{campaign_id}/reports").text
        assert "No report yet" in page
        assert ("Make a ranked report" in page) == (role is RoleName.RECRUITER)


def test_a_faulty_form_is_shown_again_with_what_was_typed(tenant, campaign_id, signed_in):
    client = signed_in(tenant, RoleName.RECRUITER)
    address = f"/campaigns/{campaign_id}/reports"
    token = csrf(client.get(address).text)
    typed = {"csrf_token": token, "kind": "ranked", "note": "wörd " * 130}
    answer = client.post(address, data=typed)
    assert answer.status_code == 422
    assert "longer than 600 characters" in answer.text
    assert "wörd wörd" in answer.text


def test_progress_of_a_job_that_is_gone_says_so(sessions, tenant, snapshot_id):
    ask(sessions, tenant.recruiter, snapshot_id)
    job = queue.claim(sessions, "w", now=NOW)
    assert queue.progress(sessions, job, 1, 2)
    assert not queue.progress(sessions, replace(job, owner="other"), 1, 2)
