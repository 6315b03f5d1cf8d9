"""Counting tries at passwords."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from assess.accounts import tries
from assess.accounts.models import PasswordTries
from assess.db.scope import Across, across
from tests.service import NOW


@pytest.fixture
def may_try(sessions, settings):
    return lambda email="a@b.example", address=None, now=NOW: tries.may_try(
        sessions, settings, email, address, now=now
    )


def test_an_account_may_be_tried_so_often_and_again_later(may_try):
    assert all(may_try() for _ in range(tries.MOST_BY_ACCOUNT))
    assert not may_try()
    assert may_try("other@b.example")
    assert may_try(now=NOW + tries.WINDOW)


def test_the_right_password_begins_the_count_anew(may_try, sessions, settings):
    for _ in range(tries.MOST_BY_ACCOUNT):
        may_try()
    tries.forget(sessions, settings, "A@B.example")
    assert may_try()


def test_one_client_may_try_so_many_accounts(may_try):
    for number in range(tries.MOST_BY_ADDRESS):
        assert may_try(f"{number}@b.example", "9.9.9.9")
    assert not may_try("last@b.example", "9.9.9.9")
    assert may_try("last@b.example", "8.8.8.8")


def test_a_private_address_may_be_everybodys_proxy_and_is_not_counted(may_try):
    assert all(
        may_try(f"{number}@b.example", "127.0.0.1") for number in range(tries.MOST_BY_ADDRESS + 1)
    )


def test_what_is_counted_is_not_readable_and_does_not_stay(may_try, sessions):
    may_try("a@b.example", "9.9.9.9")
    may_try("c@d.example", now=NOW + tries.WINDOW + timedelta(seconds=1))
    with across(sessions, Across.SIGN_IN) as session:
        keys = session.scalars(select(PasswordTries.key)).all()
    assert len(keys) == 1
    assert len(keys[0]) == 64
