"""Signing in, setting a password by link, and who is let in."""

from flask.testing import FlaskClient

from assess.accounts.guard import current_member
from assess.accounts.models import RoleName
from assess.accounts.service import brand_named
from assess.accounts.sign_in import password_link
from assess.db.scope import writing
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
