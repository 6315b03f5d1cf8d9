"""Faults are told to people kindly and to the log without anybody's data."""

from assess.accounts.models import RoleName


def test_the_words_of_a_fault_are_in_neither_page_nor_log(app, caplog):
    @app.get("/faulty/<token>")
    def faulty(token):
        raise ValueError(token)

    app.testing = False
    answer = app.test_client().get("/faulty/very-secret-token")
    assert answer.status_code == 500
    assert "secret-token" not in answer.text
    assert "secret-token" not in caplog.text
    assert "ValueError" in caplog.text
    assert "in faulty" in caplog.text


def test_a_mistyped_address_says_where_the_way_goes_on(app, signed_in, tenant):
    anybody = app.test_client().get("/nowhere")
    assert anybody.status_code == 404
    assert 'href="/sign-in"' in anybody.text
    assert 'href="/take/"' in app.test_client().get("/take/nowhere").text
    assert 'href="/campaigns/"' in signed_in(tenant, RoleName.RECRUITER).get("/nowhere").text
