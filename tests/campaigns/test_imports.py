"""Files of people through the pages and the worker: checked, imported, killed, run again."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from assess.accounts.models import AuditEvent, RoleName
from assess.app import HANDLERS
from assess.campaigns import import_jobs, import_queries, import_service, inviting
from assess.campaigns.models import (
    Campaign,
    ImportRow,
    ImportState,
    Invitation,
    Mailing,
    PeopleImport,
)
from assess.campaigns.people_columns import PeopleColumns, suggest
from assess.candidates import erasure, personal_data
from assess.candidates.models import Candidate
from assess.db.scope import reading, writing
from assess.errors import Conflict, Invalid, NotFound
from assess.jobs import queue
from assess.jobs.models import Job
from assess.jobs.worker import Work
from tests.campaigns.conftest import TODAY
from tests.campaigns.people_files import BAD, GOOD, thousand
from tests.profiles.test_record_views import fields
from tests.service import csrf

FIRST = b"Name,E-mail\nAda Okoye,ada@example.org\n"


@pytest.fixture
def campaign_id(open_campaign) -> int:
    """Open a campaign that begins tomorrow: mails are queued, none is sent."""
    first = TODAY + timedelta(days=1)
    return open_campaign(opens_on=first, closes_on=first + timedelta(days=14))


@pytest.fixture
def count(sessions, tenant):
    def of(model) -> int:
        with reading(sessions, tenant.organisation_id) as session:
            return session.scalar(select(func.count(model.id)))

    return of


@pytest.fixture
def work(sessions, settings):
    """Do the jobs that are due now, or ``later``; give their kinds. A fault ends the worker."""

    def run(later=timedelta(0)) -> list[str]:
        now, kinds = datetime.now(UTC) + later, []
        while job := queue.claim(sessions, "test", now=now):
            HANDLERS[job.kind](Work(sessions, settings, job, now))
            queue.finish(sessions, job, now=now)
            kinds.append(job.kind)
        return kinds

    return run


@pytest.fixture
def checked(sessions, settings, tenant, campaign_id, work):
    """Give a function that takes a file of people as far as it can go without inviting."""

    def take(content: bytes) -> int:
        who, now = tenant.recruiter, datetime.now(UTC)
        import_id = import_service.take_file(
            sessions, settings, who, campaign_id, io.BytesIO(content), now=now
        )
        layout = import_service.layout_of(sessions, settings, who, import_id)
        columns = PeopleColumns(suggest(layout))
        import_service.choose_columns(sessions, settings, who, import_id, columns, now=now)
        work()
        return import_id

    return take


@pytest.fixture
def view(sessions, tenant, campaign_id):
    def of(import_id: int):
        with reading(sessions, tenant.organisation_id) as session:
            return import_queries.people_import(session, campaign_id, import_id)

    return of


def upload(client, here: str, content: bytes):
    token = csrf(client.get(here).text)
    data = {"csrf_token": token, "file": (io.BytesIO(content), "people.csv")}
    return client.post(here, data=data, content_type="multipart/form-data")


def listed(client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_a_thousand_rows_of_which_seven_are_bad(
    signed_in, tenant, other_tenant, sessions, settings, campaign_id, count, work, monkeypatch
):
    """993 are invited, the file lists 7, and running it again invites nobody twice."""
    monkeypatch.setattr(import_jobs, "PIECE", 200)
    client = signed_in(tenant, RoleName.RECRUITER)
    here = f"/campaigns/{campaign_id}/imports/"
    assert here in client.get(f"/campaigns/{campaign_id}/").text
    assert "Please choose a file." in client.post(here, data=fields(client.get(here).text)).text
    mapping = upload(client, here, thousand()).location
    chosen = fields(client.get(mapping).text)
    assert [chosen[f"role_{role}"] for role in ("email", "name", "language")] == ["1", "0", "3"]
    place = client.post(mapping, data=chosen).location
    answer = client.get(place)
    assert "The file is being checked" in answer.text
    assert answer.headers["Refresh"] == "1"

    assert work() == ["check-people"]
    page = client.get(place).text
    assert "993 people can be invited" in page
    assert "the same address stands in row 2" in page
    faulty = listed(client, f"{place}rows.csv?only=faulty")
    assert [row["state"] for row in faulty] == ["faulty"] * 7
    for row, (_name, _email, _language, told) in zip(faulty, BAD, strict=True):
        assert told in row["reason"]
    assert faulty[4]["name"].startswith("'=HYPERLINK")
    assert count(Invitation) == count(Candidate) == count(Mailing) == 0

    # The worker dies in the third piece, and the job is claimed anew a minute later.
    begun = client.post(f"{place}start", data={"csrf_token": csrf(page)})
    assert begun.location == place
    done_before = inviting.place
    pieces = iter(range(2))

    def dies(*args, **options):
        if next(pieces, None) is None:
            raise RuntimeError("killed")
        return done_before(*args, **options)

    monkeypatch.setattr(inviting, "place", dies)
    with pytest.raises(RuntimeError, match="killed"):
        work()
    monkeypatch.setattr(inviting, "place", done_before)
    assert 390 < count(Invitation) < 400
    page = client.get(place).text
    assert "400 of 1,000 rows are done." in page
    client.post(f"{place}start", data={"csrf_token": csrf(client.get(here).text)})
    assert work(timedelta(minutes=2)) == ["invite-people"]

    page = client.get(place).text
    assert "993 people are invited" in page
    everybody = listed(client, f"{place}rows.csv")
    assert [row["state"] for row in everybody].count("invited") == GOOD
    assert len(everybody) == 1000
    assert not list((settings.files_dir / str(tenant.organisation_id)).iterdir())

    # The same file once more.
    mapping = upload(client, here, thousand()).location
    again = client.post(mapping, data=fields(client.get(mapping).text)).location
    work()
    assert "Nobody new can be invited" in client.get(again).text
    import_id = int(again.rstrip("/").rsplit("/", 1)[1])
    import_service.start(sessions, tenant.recruiter, import_id, now=datetime.now(UTC))
    work()
    assert "Nobody new is invited" in client.get(again).text
    assert count(Invitation) == count(Candidate) == count(Mailing) == GOOD
    assert [row["state"] for row in listed(client, f"{again}rows.csv")].count("already") == GOOD

    manager = signed_in(tenant, RoleName.HIRING_MANAGER)
    rival = signed_in(other_tenant, RoleName.RECRUITER)
    for address in (here, place, mapping, f"{place}rows.csv"):
        assert (manager.get(address).status_code, rival.get(address).status_code) == (403, 404)
    token = csrf(client.get(here).text)
    gone = client.post(f"{place}delete", data={"csrf_token": token}, follow_redirects=True)
    assert "Who is invited stays so." in gone.text
    assert client.get(place).status_code == 404
    assert (count(PeopleImport), count(ImportRow), count(Invitation)) == (1, 1000, GOOD)


def test_two_workers_at_one_file_and_a_job_done_twice_invite_once(
    sessions, settings, tenant, checked, view, count, monkeypatch
):
    monkeypatch.setattr(import_jobs, "PIECE", 2)
    content = FIRST + b"".join(b"P%d,p%d@example.org\n" % (n, n) for n in range(7))
    import_id = checked(content)
    import_service.start(sessions, tenant.recruiter, import_id, now=datetime.now(UTC))
    job = queue.claim(sessions, "one", now=datetime.now(UTC))
    one = Work(sessions, settings, job, datetime.now(UTC))
    place = inviting.place

    def meanwhile(*args, **options):
        """Let the other worker do all the rest as soon as this one has done a piece."""
        monkeypatch.setattr(inviting, "place", place)
        return place(*args, **options)

    monkeypatch.setattr(inviting, "place", meanwhile)
    walked = import_jobs._do_piece

    def overtaken(*args):
        done = walked(*args)
        monkeypatch.setattr(import_jobs, "_do_piece", walked)
        import_jobs.invite_people(one)
        return done

    monkeypatch.setattr(import_jobs, "_do_piece", overtaken)
    import_jobs.invite_people(one)
    import_jobs.invite_people(one)
    found = view(import_id)
    assert (found.state, found.counts["invited"], found.counts["left"]) == (ImportState.DONE, 8, 0)
    assert count(Invitation) == count(Mailing) == count(ImportRow) == 8
    with reading(sessions, tenant.organisation_id) as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
        mails = session.scalars(select(Job).where(Job.kind == "mail")).all()
    assert [e.act for e in events].count("people import done") == 1
    invited = [e for e in events if e.act == "people invited"]
    assert sum(e.detail["count"] for e in invited) == 8
    assert {e.actor_id for e in invited} == {tenant.recruiter.id}
    # Many mails wait behind what people wait for, and nobody hears before the first day.
    assert {m.priority for m in mails} == {queue.BULK}
    assert min(m.run_after for m in mails).date() == TODAY + timedelta(days=1)


def test_what_a_file_holds_of_a_person_goes_with_them(
    sessions, settings, tenant, checked, count, work
):
    content = FIRST + b"Ada,Ada@Example.org\nBen,ben@\nCem,cem@example.org\n"
    import_id = checked(content)
    import_service.start(sessions, tenant.recruiter, import_id, now=datetime.now(UTC))
    work()
    assert count(ImportRow) == 4
    with reading(sessions, tenant.organisation_id) as session:
        ada = session.scalar(select(Candidate.id).where(Candidate.email == "ada@example.org"))
        rows = personal_data.export(session, ada)["campaigns"]["rows_of_imported_files"]
    assert [(row["row"], row["state"]) for row in rows] == [(2, "invited"), (3, "faulty")]
    erasure.erase(sessions, settings, tenant.system, ada, "e" * 32, now=datetime.now(UTC))
    with reading(sessions, tenant.organisation_id) as session:
        told = import_queries.result_csv(session, import_id, faulty_only=False)
    assert "ada" not in told.casefold()
    assert count(ImportRow) == 2
    # What is left of the others goes after thirty days.
    assert "forget-people-rows" in work(timedelta(days=31))
    assert count(ImportRow) == 0


def test_a_file_nobody_imports_is_deleted_and_what_cannot_go_on_says_why(
    sessions, settings, tenant, campaign_id, checked, view, count, work
):
    who, now = tenant.recruiter, datetime.now(UTC)
    with pytest.raises(Invalid, match="row 1: this should name the columns"):
        checked(b"ada@example.org\nben@example.org\n")
    empty = checked(b"Name,E-mail\n,\n")
    assert view(empty).failed == ("file: there is nobody under its header",)
    with pytest.raises(Conflict, match="not checked"):
        import_service.start(sessions, who, empty, now=now)

    late = checked(FIRST)
    import_service.start(sessions, who, late, now=now)
    with writing(sessions, tenant.organisation_id) as session:
        campaign = session.get_one(Campaign, campaign_id)
        campaign.opens_on = campaign.closes_on = TODAY - timedelta(days=3)
    work()
    assert view(late).state is ImportState.FAILED
    assert "ended on" in view(late).failed[0]
    assert count(Invitation) == 0
    with pytest.raises(Conflict, match="invited already"):
        import_service.choose_columns(
            sessions, settings, who, late, PeopleColumns({"email": 1}), now=now
        )

    work(timedelta(days=1, minutes=1))
    assert not view(empty).here
    assert "deleted after a day" in view(empty).failed[0]
    assert not list((settings.files_dir / str(tenant.organisation_id)).iterdir())
    with pytest.raises(Conflict, match="upload it again"):
        import_service.layout_of(sessions, settings, who, empty)
    import_service.discard(sessions, settings, who, empty, now=now)
    with pytest.raises(NotFound):
        view(empty)
