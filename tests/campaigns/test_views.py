"""The pages of campaigns: who may open them, what they say, what a fault leaves alone."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from assess.accounts.models import Member, RoleName
from assess.authoring import wordings
from assess.campaigns import outbox, queries, service
from assess.campaigns.models import Campaign, Invitation, Mailing, MailKind, MailState
from assess.candidates.models import Candidate
from assess.db.scope import reading, writing
from assess.instruments.folder import instrument_of
from tests.authoring.test_drafts import french
from tests.campaigns.conftest import PEOPLE, TODAY, answers
from tests.service import NOW, csrf


@pytest.fixture
def campaign_id(open_campaign) -> int:
    return open_campaign(opens_on=TODAY, closes_on=TODAY + timedelta(days=14))


@pytest.fixture
def post():
    """Give a function that posts a page's form with its forgery token."""

    def send(client, path, page=None, **data):
        token = csrf(client.get(page or path).text)
        return client.post(
            path, data={"csrf_token": token, **data}, content_type="multipart/form-data"
        )

    return send


@pytest.fixture
def rows(sessions, tenant):
    def of(model):
        with reading(sessions, tenant.organisation_id) as session:
            return session.scalars(select(model)).all()

    return of


def test_nobody_signed_in_is_led_to_sign_in(app, campaign_id):
    for path in ("/campaigns/", "/campaigns/new", f"/campaigns/{campaign_id}/"):
        answer = app.test_client().get(path)
        assert answer.status_code == 302
        assert answer.location.startswith("/sign-in")


@pytest.mark.parametrize("role", list(RoleName))
def test_each_role_sees_and_does_what_it_may(signed_in, tenant, sessions, campaign_id, post, role):
    service.invite(
        sessions, tenant.recruiter, campaign_id, PEOPLE, now=datetime.now(UTC), send=False
    )
    client = signed_in(tenant, role)
    shown = client.get(f"/campaigns/{campaign_id}/").text
    people = {RoleName.RECRUITER, RoleName.HIRING_MANAGER, RoleName.ADMINISTRATOR}
    assert ("Ada Okoye" in shown) == ("ada@example.org" in shown) == (role in people)
    assert ("Invite people" in shown) == (role in service.INVITES)
    assert ("/ranking" in shown) == (role is not RoleName.ANALYST)
    may_open = role in service.OPENS
    assert ("/campaigns/new" in client.get("/campaigns/").text) == may_open
    assert client.get("/campaigns/new").status_code == (200 if may_open else 403)
    posted = post(
        client, f"/campaigns/{campaign_id}/invite", "/campaigns/", addresses="cy@example.org"
    )
    assert posted.status_code == (302 if role in service.INVITES else 403)


def test_a_former_member_is_let_in_nowhere(signed_in, tenant, sessions, campaign_id):
    client = signed_in(tenant, RoleName.RECRUITER)
    assert client.get("/campaigns/").status_code == 200
    with writing(sessions, tenant.organisation_id) as session:
        session.get_one(Member, tenant.recruiter.id).active = False
    for path in ("/campaigns/", "/campaigns/new", f"/campaigns/{campaign_id}/"):
        assert client.get(path).status_code == 403


def test_another_organisation_is_told_that_nothing_is_there(
    signed_in, other_tenant, campaign_id, post, rows
):
    client = signed_in(other_tenant, RoleName.ADMINISTRATOR)
    assert "Spring intake" not in client.get("/campaigns/").text
    assert client.get(f"/campaigns/{campaign_id}/").status_code == 404
    for path, data in (
        (f"/campaigns/{campaign_id}/invite", {"addresses": "cy@example.org"}),
        (f"/campaigns/{campaign_id}/invitations/1/send", {}),
    ):
        assert post(client, path, "/campaigns/new", **data).status_code == 404
    assert rows(Invitation) == []


def test_weights_scaled_by_hand_are_named(signed_in, tenant, open_campaign):
    plain, scaled = open_campaign(), open_campaign(multipliers={"EMP": 1.5, "CHN": 0.5})
    client = signed_in(tenant, RoleName.RECRUITER)
    assert "Scaled by hand" not in client.get(f"/campaigns/{plain}/").text
    said = " ".join(client.get(f"/campaigns/{scaled}/").text.split())
    assert "Empathic listening × 1.5" in said
    assert "Channel and workload handling × 0.5" in said


def test_an_empty_list_says_the_next_step(signed_in, tenant):
    shown = signed_in(tenant, RoleName.RECRUITER).get("/campaigns/").text
    assert "No campaign yet" in shown
    assert 'href="/campaigns/new"' in shown


def test_the_form_opens_a_campaign(signed_in, tenant, sessions, post, rows):
    client = signed_in(tenant, RoleName.HIRING_MANAGER)
    answer = post(client, "/campaigns/new", **answers())
    assert answer.status_code == 302, answer.text
    [row] = rows(Campaign)
    assert answer.location == f"/campaigns/{row.id}/"
    with reading(sessions, tenant.organisation_id) as session:
        found = queries.campaign(session, row.id)
    assert [(d.code, d.share, d.minutes) for d in found.drivers] == [
        ("delivery", 0.625, 7), ("status", 0.375, 3),
    ]  # fmt: skip
    assert [part.key for part in found.battery] == ["work-style", "service-judgement-a"]
    assert found.owner_name == "hiring_manager of Harbour Care"
    shown = client.get(answer.location).text
    for words in ("62.5 %", "set by hand", "50 % of the weights", "Empathic listening", "O*NET"):
        assert words in shown


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"share_status": "30", "title": ""}, "the shares sum to 92.5 %, not to 100 %"),
        ({"brand": "Two\x0blines"}, "brand: holds a line break"),
    ],
)
def test_a_faulty_opening_is_told_beside_what_was_typed_and_opens_nothing(
    signed_in, tenant, post, rows, changes, told
):
    answer = post(signed_in(tenant, RoleName.RECRUITER), "/campaigns/new", **answers(**changes))
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="62.5"' in answer.text
    assert rows(Campaign) == []


def test_people_are_invited_from_pasted_lines_and_from_a_file(
    signed_in, tenant, post, rows, campaign_id
):
    client = signed_in(tenant, RoleName.RECRUITER)
    path, page = f"/campaigns/{campaign_id}/invite", f"/campaigns/{campaign_id}/"
    first = post(client, path, page, addresses="Ada Okoye <ada@example.org>\nben@example.org")
    assert first.location == page
    assert "2 people are invited." in client.get(page).text
    table = io.BytesIO(b"name,email\nAda,ada@example.org\nCy,cy@example.org\n")
    post(client, path, page, file=(table, "people.csv"))
    shown = client.get(page).text
    assert "1 person is invited. 1 was in the campaign already." in shown
    assert len(rows(Invitation)) == 3
    post(client, path, page, addresses="cy@example.org")
    assert "Nobody new is invited." in client.get(page).text


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"addresses": "ada@example.org\nnobody <here>"}, "Line 2: &#39;here&#39; is not"),
        ({"addresses": ""}, "Line 1: there is nobody here"),
        ({"addresses": "<script>alert(1)</script>"}, "Line 1: there is no e-mail address"),
    ],
)
def test_a_faulty_line_is_shown_and_invites_nobody(
    signed_in, tenant, post, rows, campaign_id, data, told
):
    client = signed_in(tenant, RoleName.RECRUITER)
    page = f"/campaigns/{campaign_id}/"
    answer = post(client, f"{page}invite", page, **data)
    assert answer.status_code == 422
    assert told in answer.text
    assert "Nobody was invited" in answer.text
    assert "<script>alert" not in answer.text
    assert rows(Invitation) == []


def test_a_file_that_is_not_text_is_refused_by_line(signed_in, tenant, post, rows, campaign_id):
    client = signed_in(tenant, RoleName.RECRUITER)
    page = f"/campaigns/{campaign_id}/"
    table = io.BytesIO("ada@example.org\nZoë <zoe@example.org>".encode("utf-16"))
    answer = post(client, f"{page}invite", page, file=(table, "people.csv"))
    assert answer.status_code == 422
    assert "Line 1: the file is not UTF-8 text" in answer.text
    assert rows(Invitation) == []


def test_of_many_faults_the_first_twenty_are_shown(signed_in, tenant, post, campaign_id):
    client = signed_in(tenant, RoleName.RECRUITER)
    page = f"/campaigns/{campaign_id}/"
    answer = post(client, f"{page}invite", page, addresses="\n".join(["nobody"] * 25))
    assert len(re.findall(r"<li>Line \d+:", answer.text)) == 20
    assert "and 5 more faults" in answer.text


def test_a_mail_that_failed_is_shown_and_can_be_sent_again(
    signed_in, tenant, sessions, post, rows, campaign_id
):
    [first, _second] = service.invite(
        sessions, tenant.recruiter, campaign_id, PEOPLE, now=datetime.now(UTC), send=False
    ).invitation_ids
    with writing(sessions, tenant.organisation_id) as session:
        service.note_sent(session, first, "The mail server refused it.", datetime.now(UTC))
    client = signed_in(tenant, RoleName.RECRUITER)
    page = f"/campaigns/{campaign_id}/"
    assert "1 mail could not be sent" in client.get(page).text
    assert "The mail server refused it." in client.get(page).text
    again = f"{page}invitations/{first}/send"
    assert post(client, again, page).status_code == 302
    assert post(client, again, page).status_code == 409
    assert [row.send_fault for row in rows(Invitation)] == [None, None]


def test_a_long_list_of_people_comes_in_pages(
    signed_in, tenant, sessions, campaign_id, monkeypatch
):
    monkeypatch.setattr("assess.campaigns.views.PEOPLE_ON_A_PAGE", 1)
    service.invite(
        sessions, tenant.recruiter, campaign_id, PEOPLE, now=datetime.now(UTC), send=False
    )
    client = signed_in(tenant, RoleName.RECRUITER)
    pages = [client.get(f"/campaigns/{campaign_id}/?page={n}").text for n in (1, 2, 99, -3)]
    found = [("ada@" in page, "ben@" in page) for page in pages]
    assert found == [(True, False), (False, True), (False, True), (True, False)]


def test_a_campaign_that_is_over_takes_nobody(signed_in, tenant, post, open_campaign):
    campaign_id = open_campaign()
    client = signed_in(tenant, RoleName.RECRUITER)
    page = f"/campaigns/{campaign_id}/"
    assert "This campaign is over" in client.get(page).text
    answer = post(client, f"{page}invite", "/campaigns/new", addresses="ada@example.org")
    assert answer.status_code == 403
    assert "nobody can be invited" in answer.text


def test_no_page_holds_a_candidates_link(signed_in, tenant, sessions, campaign_id, settings):
    service.invite(
        sessions, tenant.recruiter, campaign_id, PEOPLE, now=datetime.now(UTC), send=False
    )
    assert "/i/" not in signed_in(tenant, RoleName.RECRUITER).get(f"/campaigns/{campaign_id}/").text


def test_reminders_are_told_to_all_and_changed_by_recruiters(
    signed_in, tenant, sessions, post, campaign_id
):
    page = f"/campaigns/{campaign_id}/"
    client = signed_in(tenant, RoleName.RECRUITER)
    shown = " ".join(client.get(page).text.split())
    assert "who have not started, after 3 and 6 days; who stopped halfway" in shown
    assert "Every day, 8:00 to 20:00 where each person lives, else in UTC." in shown
    answer = post(
        client, f"{page}reminders", page,
        kinds=["deadline"], quiet_weekend="y", time_zone="Asia/Tokyo",
    )  # fmt: skip
    assert answer.status_code == 302
    shown = " ".join(client.get(page).text.split())
    assert "to people: who have not finished, two days before the last day." in shown
    assert "Monday to Friday, 8:00 to 20:00 where each person lives, else in Asia/Tokyo." in shown
    post(client, f"{page}reminders", page, time_zone="UTC")
    assert "Nobody is reminded." in client.get(page).text
    for wrong in ({"time_zone": "Mars/Base"}, {"kinds": ["daily"], "time_zone": "UTC"}):
        assert post(client, f"{page}reminders", page, **wrong).status_code == 422
    assert "Nobody is reminded." in client.get(page).text


def test_reminders_of_a_campaign_are_no_other_roles_or_organisations(
    signed_in, tenant, other_tenant, post, campaign_id
):
    manager = signed_in(tenant, RoleName.HIRING_MANAGER)
    page = f"/campaigns/{campaign_id}/"
    assert "Change the reminders" not in manager.get(page).text
    assert post(manager, f"{page}reminders", "/campaigns/new").status_code == 403
    stranger = signed_in(other_tenant, RoleName.RECRUITER)
    assert post(stranger, f"{page}reminders", "/campaigns/new").status_code == 404


def test_the_mails_to_a_person_are_listed_with_what_became_of_them(
    signed_in, tenant, sessions, campaign_id
):
    now = datetime.now(UTC)
    [first, _second] = service.invite(
        sessions, tenant.recruiter, campaign_id, PEOPLE, now=now, send=False
    ).invitation_ids
    with writing(sessions, tenant.organisation_id) as session:
        outbox.queue_mails(
            session, [(first, MailKind.STALLED, 1), (first, MailKind.DEADLINE, 1)], now=now
        )
        stalled, deadline = session.scalars(select(Mailing).order_by(Mailing.id)).all()
        outbox.note_sent(session, stalled.id, now)
        outbox.note_ended(session, deadline.id, MailState.REFUSED, "It said <b>no</b>.", now)
        session.scalars(
            select(Candidate).where(Candidate.email == "ben@example.org")
        ).one().reminders_stopped_at = now
    shown = " ".join(
        signed_in(tenant, RoleName.RECRUITER).get(f"/campaigns/{campaign_id}/").text.split()
    )
    for words in (
        "2 mails", "reminder: stopped halfway, sent ", "reminder: last day, refused ",
        "It said &lt;b&gt;no&lt;/b&gt;.", "not delivered", "wants no reminders since",
    ):  # fmt: skip
        assert words in shown
    analyst = signed_in(tenant, RoleName.ANALYST).get(f"/campaigns/{campaign_id}/").text
    assert "reminder: stopped halfway" not in analyst


@pytest.mark.parametrize("role", list(RoleName))
def test_the_public_bank_is_told_to_members(signed_in, tenant, open_campaign, role):
    judged = open_campaign(battery=("service-judgement-a",))
    rated = open_campaign(battery=("work-style",))
    client = signed_in(tenant, role)
    told = client.get(f"/campaigns/{judged}/").text
    assert "This campaign uses the published example questions" in told
    assert "ASSESS_QUESTIONNAIRES" in told
    assert "example questions" not in client.get(f"/campaigns/{rated}/").text
    if role in service.OPENS:
        page = client.get("/campaigns/new").text
        assert "(Service situations, form A, Service situations, form B)" in page


@pytest.mark.parametrize("role", list(RoleName))
def test_an_unsigned_translation_is_told_to_those_who_keep_instruments(
    signed_in, tenant, sessions, open_campaign, bank, role
):
    campaign_id = open_campaign(battery=("service-recovery",))
    one = bank.instrument("service-recovery")
    with writing(sessions, tenant.organisation_id) as session:
        files = {**bank.files(one.key), "translations/fr.yaml": french(one)}
        wordings.add_new_wordings(session, tenant.system, files, instrument_of(files), NOW)
    told = "not yet signed" in signed_in(tenant, role).get(f"/campaigns/{campaign_id}/").text
    assert told == (role in (RoleName.PSYCHOLOGIST, RoleName.ADMINISTRATOR))
