"""The recruiter's page of requirements."""

import pytest

from assess.accounts.models import RoleName
from assess.campaigns import requirement_queries
from assess.candidates.requirements import ANYWHERE, Kind, Requirement
from assess.db.scope import reading
from tests.service import csrf
from tests.web.test_templates import checked

TYPED = {
    "language_1": "fr", "level_1": "fluent", "language_weight_1": "must",
    "language_2": "en", "level_2": "good", "language_weight_2": "nice",
    "shift_night": "must", "shift_weekend": "nice", "equipment_headset": "nice",
    "places": "Lyon\r\n\r\n Saint-Étienne \r\n", "home": "any", "place_weight": "must",
    "start": "2026-03-01", "start_weight": "must",
    "work": "FR", "work_weight": "must", "sponsors": "y", "after": "0", "note": "",
}  # fmt: skip
ASKED = (
    Requirement(Kind.LANGUAGE, name="fr", level="fluent"),
    Requirement(Kind.LANGUAGE, must=False, name="en", level="good"),
    Requirement(Kind.SHIFT, name="night"),
    Requirement(Kind.SHIFT, must=False, name="weekend"),
    Requirement(Kind.PLACE, places=("Lyon", "Saint-Étienne"), home=ANYWHERE),
    Requirement(Kind.EQUIPMENT, must=False, name="headset"),
    Requirement(Kind.WORK, name="FR", sponsors=True),
)


@pytest.fixture
def page(sessions, tenant, signed_in, open_campaign):
    """Give the recruiter's browser, the address and a way to read what is asked."""
    campaign_id = open_campaign()
    client = signed_in(tenant, RoleName.RECRUITER)
    address = f"/campaigns/{campaign_id}/requirements"

    def asked():
        with reading(sessions, tenant.organisation_id) as session:
            return requirement_queries.newest(session, campaign_id)

    def post(**fields):
        token = csrf(client.get(address).text)
        return client.post(address, data={"csrf_token": token, **fields})

    return client, address, asked, post


def test_what_is_typed_is_asked_shown_and_typed_again(page):
    client, address, asked, post = page
    empty = checked(client.get(address).text)
    assert len(empty.all("select")) > 0
    answer = post(**TYPED)
    assert answer.status_code == 303
    kinds = {one.kind: one for one in asked().requirements}
    assert str(kinds[Kind.START].by) == "2026-03-01"
    assert tuple(one for one in asked().requirements if one.kind is not Kind.START) == ASKED
    shown = client.get(answer.location).text
    checked(shown)
    for words in (
        "French, at least: fluent",
        "English, at least: good",
        "Lyon or Saint-Étienne or at home",
        "Start on 1 March 2026 or before",
        "The right to work in France (the employer can help with a permit)",
        "Change the requirements",
    ):
        assert words in shown
    again = client.get(address).text
    checked(again)
    assert "Version 1" in again
    assert post(**TYPED | {"after": "1"}).status_code == 303
    assert asked().number == 1, "saved again, nothing has changed"


def test_faults_are_told_and_nothing_is_kept(page):
    _client, _address, asked, post = page
    twice = post(**TYPED | {"language_2": "fr"})
    assert twice.status_code == 422
    assert "fr is asked for twice" in twice.text
    assert "Nothing is lost" in twice.text
    assert post(**TYPED | {"start": "soon"}).status_code == 422
    assert post(**TYPED | {"work": "ZZ"}).status_code == 422
    assert asked() is None


def test_somebody_else_was_faster(page):
    _client, _address, asked, post = page
    post(**TYPED)
    late = post(**TYPED | {"shift_early": "must", "after": "0"})
    assert late.status_code == 422
    assert "Somebody else has changed the requirements" in late.text
    assert asked().number == 1
