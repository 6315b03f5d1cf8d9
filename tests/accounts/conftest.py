"""Fixtures of single sign-on: a provider on loopback, and an administrator at a desk."""

from dataclasses import replace

import pytest

from assess.accounts.models import RoleName
from tests.accounts import provider as providers
from tests.accounts.desk import Desk

provider = providers.provider


@pytest.fixture
def settings(settings):
    """Allow providers on loopback."""
    return replace(settings, private_providers=True)


@pytest.fixture
def desk(app, sessions, tenant, provider, signed_in):
    return Desk(app, sessions, tenant, provider, signed_in(tenant, RoleName.ADMINISTRATOR))
