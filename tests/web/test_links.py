"""Signed links: purpose, id, generation, expiry, and nothing to forge."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assess.errors import NotFound, Refused
from assess.settings import Settings
from assess.web import links
from tests.service import NOW

SETTINGS = Settings.from_env(
    {
        "ASSESS_SECRET_KEY": "k" * 40,
        "ASSESS_PUBLIC_URL": "http://localhost",
        "ASSESS_DATABASE_URL": "sqlite://",
    }
)
TOMORROW = NOW + timedelta(days=1)


@given(st.integers(1, 2**60), st.integers(1, 10_000))
def test_a_claim_says_what_was_signed(id_, generation):
    signed = links.token(SETTINGS, "candidate", id_, generation, TOMORROW)
    assert links.claim(SETTINGS, "candidate", signed, now=NOW) == links.LinkClaim(
        "candidate", id_, generation
    )


def test_a_link_for_one_purpose_is_worth_nothing_for_another():
    signed = links.token(SETTINGS, "candidate", 1, 1, TOMORROW)
    with pytest.raises(NotFound):
        links.claim(SETTINGS, "rater", signed, now=NOW)


def test_a_link_ends():
    signed = links.token(SETTINGS, "candidate", 1, 1, TOMORROW)
    with pytest.raises(Refused, match="expired"):
        links.claim(SETTINGS, "candidate", signed, now=TOMORROW + timedelta(seconds=1))


@given(st.data())
def test_a_changed_token_is_not_ours(data):
    signed = links.token(SETTINGS, "candidate", 7, 1, TOMORROW)
    place = data.draw(st.integers(0, len(signed) - 2))
    letter = data.draw(st.sampled_from("abcXYZ019-_.").filter(lambda c: c != signed[place]))
    with pytest.raises(NotFound):
        links.claim(SETTINGS, "candidate", signed[:place] + letter + signed[place + 1 :], now=NOW)


@given(st.text())
def test_any_other_text_is_not_ours(text):
    with pytest.raises(NotFound):
        links.claim(SETTINGS, "candidate", text, now=NOW)
