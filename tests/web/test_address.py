"""The service answers as its public address, to clients told by its own proxies."""

from dataclasses import replace

import pytest
from flask import request

from assess.app import create_app


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
    client = signed_in(tenant, next(iter(tenant.members)))
    assert client.get(f"/campaigns/{10**25}/").status_code == 404
    assert client.get(f"/campaigns/{2**63 - 1}/").status_code == 404
