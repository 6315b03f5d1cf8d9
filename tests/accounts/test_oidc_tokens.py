"""An ID token is believed when every claim is right, and for no other."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from assess.accounts.oidc_tokens import Claims, Expected, check
from assess.errors import Refused

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SECOND = int(NOW.timestamp())
KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER = RSAKey.generate_key(2048, {"kid": "one"})
KEYS = {"keys": [KEY.as_dict(private=False)]}
EXPECTED = Expected("https://id.example", "assess", "the nonce", ("RS256", "ES256"))
CLAIMS = {
    "iss": "https://id.example", "sub": "s-1", "aud": "assess", "iat": SECOND,
    "exp": SECOND + 300, "nonce": "the nonce",
}  # fmt: skip


def signed(claims=CLAIMS, key=KEY, **header):
    return jwt.encode({"alg": "RS256", "kid": "one"} | header, dict(claims), key)


def checked(token, expected=EXPECTED, keys=KEYS):
    return check(token, keys, expected, now=NOW)


def test_a_right_token_says_who_it_is():
    assert checked(signed()) == Claims("https://id.example", "s-1", None)
    told = CLAIMS | {"aud": ["assess", "b"], "azp": "assess", "auth_time": SECOND - 7}
    assert checked(signed(told)) == Claims("https://id.example", "s-1", SECOND - 7)
    elliptic = ECKey.generate_key("P-256", {"kid": "two"})
    keys = {"keys": [KEY.as_dict(private=False), elliptic.as_dict(private=False)]}
    assert checked(signed(key=elliptic, alg="ES256", kid="two"), keys=keys).subject == "s-1"


@pytest.mark.parametrize(
    "bent",
    [
        {"nonce": "another"}, {"nonce": None}, {"nonce": ["the nonce"]}, {"nonce": "the nonce "},
        {"aud": "another"}, {"aud": ["another"]}, {"aud": None}, {"aud": []}, {"aud": {"a": 1}},
        {"aud": ["assess", "another"]},
        {"aud": ["assess", "another"], "azp": "another"}, {"azp": "another"}, {"azp": 7},
        {"iss": "https://id.example/"}, {"iss": None}, {"iss": ["https://id.example"]},
        {"exp": SECOND - 61}, {"exp": None}, {"exp": "soon"}, {"exp": True},
        {"iat": SECOND + 61}, {"iat": None}, {"nbf": SECOND + 61},
        {"sub": None}, {"sub": ""}, {"sub": 7}, {"sub": "s" * 256},
    ],
)  # fmt: skip
def test_a_token_with_one_wrong_claim_is_refused(bent):
    claims = {name: value for name, value in (CLAIMS | bent).items() if value is not None}
    with pytest.raises(Refused):
        checked(signed(claims))


def test_clocks_may_differ_by_a_minute():
    assert checked(signed(CLAIMS | {"exp": SECOND - 59, "iat": SECOND + 59}))


def test_only_the_providers_own_signature_counts():
    part = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()
    body = signed().split(".")[1]
    shared = OctKey.import_key(json.dumps(KEY.as_dict(private=False)), {"kid": "one"})
    forged = [
        f"{part}.{body}.",
        f"{part}.{body}.{signed().split('.')[2]}",
        signed(key=OTHER),
        signed(kid="nobody"),
        jwt.encode({"alg": "HS256", "kid": "one"}, dict(CLAIMS), shared, algorithms=["HS256"]),
        jwt.encode({"alg": "RS512", "kid": "one"}, dict(CLAIMS), KEY, algorithms=["RS512"]),
        signed()[:-4] + "AAAA",
        "", "a.b.c", None, 7,
    ]  # fmt: skip
    for token in forged:
        with pytest.raises(Refused):
            checked(token)
    for keys in ({}, {"keys": []}, {"keys": [{"kty": "new"}]}, {"keys": [7]}, {"keys": None}):
        with pytest.raises(Refused):
            checked(signed(), keys=keys)


@pytest.mark.parametrize(
    ("told", "fresh"),
    [
        (SECOND, True), (SECOND - 60, True), (SECOND - 61, False), (None, False),
        (float("nan"), False), ("now", False), (True, False), (10**30, False), (-1, False),
    ],
)  # fmt: skip
def test_who_must_sign_in_anew_has_done_so(told, fresh):
    expected = Expected("https://id.example", "assess", "the nonce", ("RS256",), NOW)
    claims = CLAIMS if told is None else CLAIMS | {"auth_time": told}
    if fresh:
        assert checked(signed(claims), expected).shown_at == told
    else:
        with pytest.raises(Refused):
            checked(signed(claims), expected)


def test_a_moment_to_come_is_no_later_than_now():
    assert checked(signed(CLAIMS | {"auth_time": SECOND + 9999})).shown_at == SECOND


@given(st.text(max_size=200) | st.binary(max_size=200) | st.none() | st.integers())
def test_anything_at_all_in_the_place_of_a_token_is_refused(token):
    with pytest.raises(Refused):
        checked(token)


@given(st.integers(1, 400_000))
def test_a_token_ends_and_stays_ended(seconds):
    with pytest.raises(Refused):
        check(signed_once(), KEYS, EXPECTED, now=NOW + timedelta(seconds=359 + seconds))


def signed_once(kept=[]):  # noqa: B006 - signing is dear, and the token is the same
    if not kept:
        kept.append(signed())
    return kept[0]
