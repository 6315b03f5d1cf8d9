"""Which language a page speaks, and what its attributes say of it."""

from pathlib import Path

import pytest
from flask_babel import get_locale

from assess.web import languages
from assess.web.pages import STATIC

#: Properties that would stay put when the text runs from right to left.
PHYSICAL = ("left", "right")
SHEETS = ("tokens.css", "parts.css", "candidate.css", "most-least.css")


@pytest.fixture
def reader(app):
    """Give a function that opens a request as a candidate's page does, and tells its language."""

    def of(address="/practice", **headers: str) -> str:
        with app.test_request_context(address, headers=headers):
            app.preprocess_request()
            return languages.spoken()

    return of


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("id", "id"),
        ("fr-CA,en;q=0.9", "fr"),
        ("de, es-MX;q=0.8, en;q=0.7", "es"),
        ("de", "en"),
        ("", "en"),
        ("*", "en"),
    ],
)
def test_the_browser_s_order_decides_where_nothing_is_known(reader, accepted, language):
    assert reader(**{"Accept-Language": accepted}) == language


def test_the_address_goes_before_the_browser_and_nonsense_is_nothing(reader):
    assert reader("/practice?lang=es", **{"Accept-Language": "fr"}) == "es"
    assert reader("/practice?lang=xx", **{"Accept-Language": "fr"}) == "fr"
    assert reader("/sign-in?lang=es", **{"Accept-Language": "fr"}) == "en"


def test_speaking_changes_the_rest_of_the_request(app):
    with app.test_request_context("/practice?lang=es"):
        app.preprocess_request()
        languages.speak("fr")
        assert str(get_locale()) == "fr"
        assert languages.lang_of("fr") == ""
        assert languages.lang_of("en") == ' lang="en"'
        assert languages.lang_of('"><b>') == ' lang="&#34;&gt;&lt;b&gt;"'
        languages.speak("xx")
        assert str(get_locale()) == languages.ENGLISH


@pytest.mark.parametrize("sheet", SHEETS)
def test_the_candidate_s_style_runs_in_either_direction(sheet):
    text = Path(STATIC / sheet).read_text("utf-8")
    found = [line for line in text.splitlines() if any(f"{side}" in line for side in PHYSICAL)]
    assert found == []
