"""Faults are told to people kindly and to the log without anybody's data."""


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
