"""Fixtures of rankings."""

import pytest

from assess.instruments.catalogue import default_catalogue


@pytest.fixture(scope="session")
def shipped():
    """Give the questionnaires of the installation."""
    return default_catalogue()
