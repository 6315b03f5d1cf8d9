"""What every test may use."""

import os
from pathlib import Path

import pytest

from tests.absence import missing

pytest_plugins = [
    "tests.browser",
    "tests.database",
    "tests.imap_server",
    "tests.mail_server",
    "tests.service",
]


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Give the folder of whole reference files: real answers and other programs' output."""
    folder = os.environ.get("ASSESS_REFERENCE_DATA")
    if not folder or not Path(folder).is_dir():
        missing("the reference data (ASSESS_REFERENCE_DATA)")
    return Path(folder)
