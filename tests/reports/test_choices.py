"""Choosing what a report holds, from the form to the file, and what becomes of it."""

import re
from io import BytesIO

import pikepdf
import pytest
from sqlalchemy import select

from assess.accounts.models import AuditEvent, RoleName
from assess.app import HANDLERS
from assess.db.scope import reading, writing
from assess.errors import Invalid, NotFound
from assess.instruments.catalogue import default_catalogue
from assess.jobs.worker import run_until_idle
from assess.rankings import service as rankings
from assess.reports import queries, service
from assess.reports.models import Report, ReportKind
from assess.reports.options import ReportOptions
from assess.reports.own_data import KEEPER
from tests.rankings.people import drawn, finish, open_ranked
from tests.reports.conftest import run
from tests.service import NOW, csrf


@pytest.fixture
def campaign(sessions, tenant):
    """Give a campaign of four finished people, ranked: its id, theirs and the ranking's."""
    catalogue = default_catalogue()
    campaign_id = open_ranked(sessions, tenant, catalogue, seats=2)
    people = finish(sessions, tenant, catalogue, campaign_id, drawn(catalogue, 4))
    snapshot = rankings.rank_campaign(sessions, tenant.recruiter, catalogue, campaign_id, now=NOW)
    return campaign_id, people, snapshot


def ask(sessions, tenant, snapshot_id, kind, options, candidate_id=None):
    return service.request(
        sessions, tenant.recruiter, snapshot_id, kind, candidate_id, options, now=NOW
    )


def names_of(sessions, tenant, snapshot_id):
    with reading(sessions, tenant.organisation_id) as session:
        found = service.rankings.snapshot(session, snapshot_id)
        return {one.candidate_id: (one.name, one.code) for one in found.entries}


def text_of(content, folder):
    path = folder / "made.pdf"
    path.write_bytes(content)
    return re.sub(r"\s+", " ", run("pdftotext", str(path), "-"))


def test_other_choices_are_another_report(sessions, tenant, campaign):
    *_, snapshot = campaign
    asked = [
        ReportOptions(), ReportOptions(top=2), ReportOptions(blind=True),
        ReportOptions(paper="letter"), ReportOptions(language="id"), ReportOptions(people_pages=0),
    ]  # fmt: skip
    made = [ask(sessions, tenant, snapshot, ReportKind.RANKED, options) for options in asked]
    assert len(set(made)) == len(asked)
    assert made == [ask(sessions, tenant, snapshot, ReportKind.RANKED, one) for one in asked]


def test_people_of_a_comparison_must_be_in_the_ranking(sessions, tenant, campaign):
    _, people, snapshot = campaign
    with pytest.raises(NotFound):
        ask(sessions, tenant, snapshot, ReportKind.COMPARISON, ReportOptions(people=(people[0], 0)))
    with pytest.raises(Invalid):
        ask(sessions, tenant, snapshot, ReportKind.COMPARISON, ReportOptions(people=(people[0],)))


def test_from_the_form_to_a_blind_comparison_on_letter_in_indonesian(
    sessions, tenant, settings, campaign, signed_in, tmp_path
):
    campaign_id, people, snapshot = campaign
    client = signed_in(tenant, RoleName.RECRUITER)
    address = f"/campaigns/{campaign_id}/reports"
    form = client.get(f"{address}/new?kind=comparison&person={people[0]}&person={people[1]}").text
    assert form.count('name="person"') == 2
    assert "Bahasa Indonesia" in form
    assert "Tick two to five people" in client.get(f"{address}/new?kind=comparison").text
    assert client.get(f"{address}/new?kind=comparison&person=999999").status_code == 404
    asked = client.post(address, data={
        "csrf_token": csrf(form), "kind": "comparison", "person": people[:2], "blind": "y",
        "paper": "letter", "language": "id",
    })  # fmt: skip
    assert asked.status_code == 303, asked.text
    assert run_until_idle(sessions, settings, HANDLERS) == 1
    page = client.get(asked.location).text
    assert "Comparison of people" in page
    file = client.get(f"{asked.location}.pdf").data
    with pikepdf.open(BytesIO(file)) as made:
        assert [round(float(x)) for x in made.pages[0].mediabox] == [0, 0, 612, 792]
        assert str(made.Root.Lang) == "id"
    text = text_of(file, tmp_path)
    known = names_of(sessions, tenant, snapshot)
    for person in people[:2]:
        assert known[person][1] in text
    assert [name for name, code in known.values() if name != code and name in text] == []
    assert "Terjemahan mesin, belum ditinjau." in text
    with reading(sessions, tenant.organisation_id) as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.act == "report made"))
        [digest] = [event.detail["said"] for event in events]
    assert digest in text.replace(" ", "")


def test_the_choices_are_kept_when_a_report_is_made_again(sessions, tenant, campaign, signed_in):
    campaign_id, people, snapshot = campaign
    options = ReportOptions(paper="letter", language="fr", people=tuple(people[:3]))
    report_id = ask(sessions, tenant, snapshot, ReportKind.INTERVIEW, options)
    with writing(sessions, tenant.organisation_id) as session:
        session.get_one(Report, report_id).withdrawn_at = NOW
    with reading(sessions, tenant.organisation_id) as session:
        assert queries.report(session, campaign_id, report_id).options == options
    client = signed_in(tenant, RoleName.RECRUITER)
    waiting = client.get(f"/campaigns/{campaign_id}/reports/{report_id}")
    assert "Interview pack" in waiting.text


def test_who_is_erased_takes_the_comparisons_along(sessions, tenant, campaign):
    _, people, snapshot = campaign
    first = ask(
        sessions, tenant, snapshot, ReportKind.COMPARISON, ReportOptions(people=tuple(people[:2]))
    )
    other = ask(
        sessions, tenant, snapshot, ReportKind.INTERVIEW, ReportOptions(people=tuple(people[1:3]))
    )
    with writing(sessions, tenant.organisation_id) as session:
        assert len(KEEPER.export_person(session, people[1])["reports"]) == 2
        assert len(KEEPER.export_person(session, people[0])["reports"]) == 1
        KEEPER.merge_people(session, people[3], people[2], NOW)
        assert session.get_one(Report, other).options["people"] == [people[1], people[3]]
        removed = KEEPER.erase_person(session, people[0], NOW)
        assert removed.counts["own reports"] == 1
    with reading(sessions, tenant.organisation_id) as session:
        assert list(session.scalars(select(Report.id))) == [other]
    assert first != other
