"""What candidates load comes compressed to who can read that, and plain to who cannot."""

import gzip
import re

import pytest


def asset_of(page: str, name: str) -> str:
    return re.search(rf'"(/assets/[0-9a-f]+/{name})"', page).group(1)


@pytest.fixture
def address(app):
    return asset_of(app.test_client().get("/sign-in").text, "candidate.css")


def test_a_static_file_is_compressed_once_and_told_apart(app, address):
    client = app.test_client()
    packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    refused = client.get(address, headers={"Accept-Encoding": "gzip;q=0"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data == refused.data
    assert "Content-Encoding" not in plain.headers
    assert "Content-Encoding" not in refused.headers
    for answer in (packed, plain):
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.mimetype == "text/css"
    assert len(packed.data) < len(plain.data) / 2
    assert packed.data == client.get(address, headers={"Accept-Encoding": "gzip"}).data


def test_no_other_file_is_reached_by_it(app, address):
    client = app.test_client()
    for name in ("../pages.py", "..%2fpages.py", "none.css"):
        bad = address.replace("candidate.css", name)
        assert client.get(bad, headers={"Accept-Encoding": "gzip"}).status_code == 404


def test_members_pages_are_not_compressed(app):
    # They repeat what is typed, beside a token: see assess.web.compression.
    page = app.test_client().get("/sign-in", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in page.headers
