"""What every test may use: the reference answers, and loud absence of what CI demands."""

import os
from pathlib import Path
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """Skip for want of ``what``; under ASSESS_TEST_DEMAND_ALL (CI) fail instead."""
    if os.environ.get("ASSESS_TEST_DEMAND_ALL"):
        pytest.fail(f"{what} is demanded here and absent")
    pytest.skip(f"{what} is absent")


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Give the folder of whole reference files: real answers and other programs' output."""
    folder = os.environ.get("ASSESS_REFERENCE_DATA")
    if not folder or not Path(folder).is_dir():
        missing("the reference data (ASSESS_REFERENCE_DATA)")
    return Path(folder)
