"""What every test may use."""

import os
from pathlib import Path

import hypothesis
import pytest

from tests.absence import missing

# Before NumPy is loaded. The workers fill the cores; threads of OpenBLAS beside them spin while one
# of them waits for a core. What the tests start inherits it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# No test asserts a time, a busy machine is no fault. The examples are the same in every run, so
# that a commit passes or fails; --hypothesis-profile=explore draws others.
hypothesis.settings.register_profile(
    "explore", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile(
    "assess", hypothesis.settings.get_profile("explore"), derandomize=True
)
hypothesis.settings.load_profile("assess")

pytest_plugins = [
    "tests.browser",
    "tests.database",
    "tests.imap_server",
    "tests.mail_server",
    "tests.service",
]


#: Files that take longest but are not marked as a whole, in the order in which they begin.
LONGEST = ("packaging/test_wheel", "journeys/test_main_job")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long, so that no core waits for one of them at the end."""
    long = {
        item.path
        for item in items
        if item.get_closest_marker("journey") or item.get_closest_marker("slow")
    }

    def place(item: pytest.Item) -> int:
        name = item.path.with_suffix("").as_posix()
        for number, longest in enumerate(LONGEST):
            if name.endswith(longest):
                return number
        return len(LONGEST) + (item.path not in long)

    items.sort(key=place)


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Give the folder of whole reference files: real answers and other programs' output."""
    folder = os.environ.get("ASSESS_REFERENCE_DATA")
    if not folder or not Path(folder).is_dir():
        missing("the reference data (ASSESS_REFERENCE_DATA)")
    return Path(folder)
