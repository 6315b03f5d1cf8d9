"""What is asked of a provider stays on the public internet, and has an end."""

import ipaddress
import json
from http.server import BaseHTTPRequestHandler

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from assess.accounts import oidc_http
from assess.accounts.oidc_discovery import Endpoints, discover, read
from assess.accounts.oidc_http import check_url, get_json, may_connect
from assess.errors import Refused
from tests.accounts.provider import served

TOLD = {
    "issuer": "https://id.example",
    "authorization_endpoint": "https://id.example/a",
    "token_endpoint": "https://id.example/t",
    "jwks_uri": "https://id.example/k",
}


@pytest.mark.parametrize(
    ("address", "outside", "inside"),
    [
        ("93.184.216.34", True, True), ("2606:2800:220:1::1", True, True),
        ("127.0.0.1", False, True), ("::1", False, True), ("10.0.0.7", False, True),
        ("192.168.1.1", False, True), ("172.16.0.1", False, True), ("fd00::1", False, True),
        ("100.64.0.1", False, True), ("::ffff:10.0.0.7", False, True),
        ("169.254.169.254", False, False), ("fe80::1", False, False),
        ("::ffff:169.254.169.254", False, False), ("64:ff9b::a9fe:a9fe", False, False),
        ("64:ff9b::a00:7", False, False), ("2002:a00:7::1", False, False),
        ("0.0.0.1", False, False), ("::", False, False), ("224.0.0.1", False, False),
    ],
)  # fmt: skip
def test_an_address_of_ones_own_network_needs_leave(address, outside, inside):
    found = ipaddress.ip_address(address)
    assert may_connect(found, private=False) == outside
    assert may_connect(found, private=True) == inside


@given(st.ip_addresses())
def test_nothing_that_is_not_global_is_reached_without_leave(address):
    assert not may_connect(address, private=False) or address.is_global


@pytest.mark.parametrize(
    ("url", "right", "near"),
    [
        ("https://id.example", True, True), ("https://id.example:8443/a?b=c", True, True),
        ("http://id.example", False, False), ("http://localhost:9", False, True),
        ("http://127.0.0.1", False, True), ("http://10.0.0.7", False, False),
        ("https://user@id.example", False, False), ("https://:p@id.example", False, False),
        ("https://id.example/#x", False, False), ("https://", False, False),
        ("ftp://id.example", False, False), ("file:///etc/passwd", False, False),
        ("//id.example", False, False), ("https://[::1", False, False),
        ("https://id.example:99999", False, False),
    ],
)  # fmt: skip
def test_an_address_is_plain_https(url, right, near):
    for private, wanted in ((False, right), (True, near)):
        if wanted:
            check_url(url, private=private)
        else:
            with pytest.raises(Refused):
                check_url(url, private=private)


class Odd(BaseHTTPRequestHandler):
    """A server that tries things."""

    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "/right")
            self.end_headers()
            return
        body = {
            "/right": b'{"a": 1}', "/list": b"[]", "/words": b"hello",
            "/endless": b" " * (oidc_http.LARGEST + 1),
        }.get(self.path, b"{}")  # fmt: skip
        self.send_response(500 if self.path == "/broken" else 200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def test_an_answer_is_a_small_object_from_the_address_itself(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with served(Odd) as url:
        assert get_json(f"{url}/right", private=True) == {"a": 1}
        for path in ("away", "list", "words", "endless", "broken"):
            with pytest.raises(Refused):
                get_json(f"{url}/{path}", private=True)
        with pytest.raises(Refused, match="https"):
            get_json(f"{url}/right", private=False)
        monkeypatch.setattr(oidc_http, "WHOLE", -1)
        with pytest.raises(Refused, match="too long"):
            get_json(f"{url}/right", private=True)
    with pytest.raises(Refused, match="does not answer"):
        get_json(f"{url}/right", private=True)


def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(monkeypatch):
    with pytest.raises(Refused, match="public internet"):
        get_json("https://localhost/right", private=False)
    led = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("169.254.169.254", 443))]
    monkeypatch.setattr(oidc_http.socket, "getaddrinfo", lambda *_a, **_k: led)
    for private in (False, True):
        with pytest.raises(Refused, match="public internet"):
            get_json("https://id.example/right", private=private)


def test_a_session_has_no_way_around_the_guard():
    with requests.Session() as session:
        oidc_http.guard(session, private=False)
        with pytest.raises(requests.exceptions.InvalidSchema):
            session.get("http://127.0.0.1:9/")
        with pytest.raises(Refused):
            session.get("https://127.0.0.1:9/")


def test_a_discovery_document_is_of_its_issuer_and_whole():
    found = read("https://id.example", TOLD, private=False)
    assert found.way == "client_secret_basic"
    assert found.signatures == ("RS256",)
    assert Endpoints.of(json.loads(json.dumps(found.document()))) == found
    posted = TOLD | {
        "token_endpoint_auth_methods_supported": ["client_secret_post", "none"],
        "id_token_signing_alg_values_supported": ["none", "HS256", "ES256"],
        "authorization_response_iss_parameter_supported": True,
    }
    found = read("https://id.example", posted, private=False)
    assert (found.way, found.signatures) == ("client_secret_post", ("ES256",))
    assert found.names_itself
    for bent in (
        {"issuer": "https://id.example/"}, {"issuer": None}, {"token_endpoint": None},
        {"jwks_uri": 7}, {"jwks_uri": "http://id.example/k"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
        {"id_token_signing_alg_values_supported": ["none", "HS256"]},
        {"response_types_supported": ["id_token"]},
    ):  # fmt: skip
        with pytest.raises(Refused):
            read("https://id.example", TOLD | bent, private=False)
    for issuer in ("http://id.example", "https://id.example/?a", "nonsense", ""):
        with pytest.raises(Refused):
            discover(issuer, private=False)
