"""Signing in, setting a password by link, and who is let in."""

import time
from dataclasses import replace
from email import message_from_bytes

from flask.testing import FlaskClient
from flask_security import hash_password, recoverable
from sqlalchemy.exc import IntegrityError

from assess.accounts import sign_in, tries
from assess.accounts.guard import current_member
from assess.accounts.models import RoleName
from assess.accounts.service import brand_named
from assess.accounts.sign_in import password_link, set_password
from assess.app import create_app
from assess.db.scope import writing
from assess.jobs import mail
from tests.service import PASSWORD, csrf


def test_a_member_signs_in_with_the_right_password(signed_in, tenant):
    client = signed_in(tenant, RoleName.RECRUITER)
    with client.session_transaction() as cookie:
        assert "_user_id" in cookie


def test_a_wrong_password_says_nothing_about_the_account(app, tenant):
    answers = []
    for email in (tenant.emails[RoleName.RECRUITER], "nobody@harbour-care.example"):
        client: FlaskClient = app.test_client()
        token = csrf(client.get("/sign-in").text)
        page = client.post(
            "/sign-in", data={"email": email, "password": "wrong words here", "csrf_token": token}
        )
        answers.append(
            (page.status_code, "not recognised" in page.text.lower() or page.status_code)
        )
        assert email not in page.text.split("<form")[0]
    assert answers[0] == answers[1]


def test_the_password_link_sets_a_password_once(app, sessions, tenant):
    link = password_link(app, sessions, tenant.user_ids[RoleName.ADMINISTRATOR])
    path = link.removeprefix("http://localhost")
    client = app.test_client()
    form = client.get(path)
    assert form.status_code == 200
    new = {"password": PASSWORD, "password_confirm": PASSWORD, "csrf_token": csrf(form.text)}
    assert client.post(path, data=new).status_code == 302
    again = app.test_client().get(path)
    assert again.status_code == 302, "a used link leads away"


def test_a_post_without_the_forgery_token_is_refused(app, tenant):
    answer = app.test_client().post("/sign-in", data={"email": "a@b.example", "password": "x"})
    assert answer.status_code == 400


def test_every_answer_carries_the_security_headers(app):
    headers = app.test_client().get("/sign-in").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_a_signed_in_request_does_not_lock_out_its_own_writing(app, sessions, signed_in, tenant):
    """The session in which the library reads the user must hold no lock while the view writes."""

    @app.post("/write")
    def write():
        assert current_member() is not None
        with writing(sessions, tenant.organisation_id) as session:
            brand_named(session, "Written within the request")
        return "written"

    client = signed_in(tenant, RoleName.RECRUITER)
    token = csrf(client.get("/campaigns/").text)
    assert client.post("/write", data={"csrf_token": token}).text == "written"


def test_a_mailed_link_leads_to_the_public_address_whatever_host_was_asked(app, settings, tenant):
    client = app.test_client()
    there = "http://somebody-else.example"
    token = csrf(client.get("/password", base_url=there).text)
    email = tenant.emails[RoleName.RECRUITER]
    client.post("/password", base_url=there, data={"email": email, "csrf_token": token})
    text = _one_mail(settings)
    assert "http://localhost/password/" in text
    assert "somebody-else" not in text


def test_a_mail_that_cannot_be_sent_tells_nothing_of_the_account(app, monkeypatch, tenant):
    def broken(*_args):
        raise OSError("no server")

    monkeypatch.setattr(mail, "send", broken)
    client = app.test_client()
    answers = set()
    for email in (tenant.emails[RoleName.RECRUITER], "nobody@harbour-care.example"):
        token = csrf(client.get("/password").text)
        page = client.post("/password", data={"email": email, "csrf_token": token})
        answers.add((page.status_code, email in page.text))
    assert len(answers) == 1, answers


def test_a_forgotten_password_takes_as_much_work_for_nobody(app, monkeypatch, tenant):
    work = []
    for module in (sign_in, recoverable):
        monkeypatch.setattr(module, "hash_data", lambda text: work.append(text) or text)
    client, done = app.test_client(), []
    set_password(
        app, app.extensions["assess"]["sessions"], tenant.user_ids[RoleName.ANALYST], PASSWORD
    )
    for email in (tenant.emails[RoleName.ANALYST], "nobody@harbour-care.example"):
        work.clear()
        token = csrf(client.get("/password").text)
        client.post("/password", data={"email": email, "csrf_token": token})
        done.append(len(work))
    assert done == [1, 1]


def test_signing_out_ends_a_copied_cookie_too(app, signed_in, tenant):
    client = signed_in(tenant, RoleName.RECRUITER)
    cookie = client.get_cookie("assess")
    token = csrf(client.get("/campaigns/").text)
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 302
    thief = app.test_client()
    thief.set_cookie("assess", cookie.value)
    assert thief.get("/campaigns/").status_code == 302


def test_nothing_but_a_cookie_signs_in(app, sessions, tenant):
    set_password(app, sessions, tenant.user_ids[RoleName.RECRUITER], PASSWORD)
    client = app.test_client()
    token = csrf(client.get("/sign-in").text)
    who = {"email": tenant.emails[RoleName.RECRUITER], "password": PASSWORD}
    answer = client.post(
        "/sign-in?include_auth_token", json=who | {"csrf_token": token},
        headers={"X-CSRFToken": token, "Accept": "application/json"},
    )  # fmt: skip
    given = answer.json["response"]["user"].get("authentication_token", "")
    assert app.test_client().get(f"/campaigns/?auth_token={given}").status_code == 302
    headers = {"Authentication-Token": given}
    assert app.test_client().get("/campaigns/", headers=headers).status_code == 302


def test_too_many_wrong_passwords_end_the_trying_even_over_a_restart(app, settings, tenant):
    email = tenant.emails[RoleName.RECRUITER]
    statuses = [_try(app, email, "wrong words here") for _ in range(tries.MOST_BY_ACCOUNT)]
    assert set(statuses) == {200}
    again = create_app(settings)
    assert _try(again, email.upper(), PASSWORD) == 429
    again.extensions["assess"]["engine"].dispose()
    assert _try(app, tenant.emails[RoleName.ANALYST], "wrong words here") == 200


def test_nobodys_mailbox_is_filled_with_links(app, tenant):
    client = app.test_client()
    for email in (tenant.emails[RoleName.RECRUITER], "nobody@harbour-care.example"):
        data = {"email": email, "csrf_token": csrf(client.get("/password").text)}
        answers = [client.post("/password", data=data).status_code for _ in range(6)]
        assert answers == [200] * tries.MOST_LINKS + [429]


def _try(app, email, password):
    client = app.test_client()
    token = csrf(client.get("/sign-in").text)
    data = {"email": email, "password": password, "csrf_token": token}
    return client.post("/sign-in", data=data).status_code


def _one_mail(settings):
    for _ in range(1_000):
        found = list(settings.mail_dir.glob("*.eml"))
        if found and found[0].stat().st_size:
            return message_from_bytes(found[0].read_bytes()).get_payload(decode=True).decode()
        time.sleep(0.02)
    raise AssertionError("no mail was sent")


def test_passwords_are_hashed_hard_where_no_test_asks_for_less(app, settings):
    strong = create_app(replace(settings, weak_passwords_hash=False))
    costs = []
    for made in (strong, app):
        with made.test_request_context():
            costs.append(hash_password(PASSWORD).split("$")[3])
    strong.extensions["assess"]["engine"].dispose()
    assert costs == ["m=65536,t=3,p=4", "m=8,t=1,p=1"]


def test_passwords_outlive_a_change_of_the_secret_key(app, settings, sessions, tenant):
    set_password(app, sessions, tenant.user_ids[RoleName.RECRUITER], PASSWORD)
    renewed = create_app(replace(settings, secret_key="another secret of enough characters, new"))
    client = renewed.test_client()
    token = csrf(client.get("/sign-in").text)
    form = {"email": tenant.emails[RoleName.RECRUITER], "password": PASSWORD, "csrf_token": token}
    assert client.post("/sign-in", data=form).status_code == 302
    renewed.extensions["assess"]["engine"].dispose()


def test_two_who_make_the_same_thing_at_once_are_told_so(app):
    @app.get("/twice")
    def twice():
        raise IntegrityError("INSERT", {}, ValueError("unique"))

    page = app.test_client().get("/twice")
    assert page.status_code == 409
    assert "try again" in page.text
    assert "INSERT" not in page.text
