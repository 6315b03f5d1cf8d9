"""The service answers as its public address, to clients told by its own proxies."""

from dataclasses import replace

import pytest
from flask import request

from assess.accounts.models import RoleName
from assess.app import create_app
from assess.instruments.catalogue import default_catalogue
from tests.service import csrf
from tests.sittings.conftest import open_to_answers


@pytest.mark.parametrize(("proxies", "expected"), [(0, "127.0.0.1"), (1, "9.9.9.9")])
def test_only_proxies_of_ones_own_say_who_the_client_is(settings, proxies, expected):
    app = create_app(replace(settings, proxies=proxies))

    @app.get("/who")
    def who():
        return f"{request.remote_addr} {request.host_url}"

    headers = {"X-Forwarded-For": "8.8.8.8, 9.9.9.9", "X-Forwarded-Host": "evil.example"}
    assert app.test_client().get("/who", headers=headers).text == f"{expected} http://localhost/"
    app.extensions["assess"]["engine"].dispose()


def test_a_number_no_database_can_hold_is_not_found(app, signed_in, tenant):
    client = signed_in(tenant, RoleName.ANALYST)
    assert client.get(f"/campaigns/{10**25}/").status_code == 404
    assert client.get(f"/campaigns/{2**63 - 1}/").status_code == 404


@pytest.mark.parametrize("address", ["/my/receipt/a%00", "/instruments/%00/"])
def test_a_zero_byte_in_an_address_is_not_found(app, signed_in, tenant, address):
    app.testing = False
    client = signed_in(tenant, RoleName.PSYCHOLOGIST)
    assert client.get(address).status_code == 404


def test_a_number_no_database_can_hold_is_refused_in_a_form(signed_in, sessions, tenant):
    campaign_id = open_to_answers(sessions, tenant, default_catalogue(), last=90)
    client = signed_in(tenant, RoleName.RECRUITER)
    asked = {"csrf_token": csrf(client.get("/campaigns/").text), "kind": "candidate"}
    answer = client.post(
        f"/campaigns/{campaign_id}/reports", data=asked | {"candidate_id": str(10**25)}
    )
    assert answer.status_code == 422
