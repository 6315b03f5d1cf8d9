"""What every test may use."""

import os
import re
from pathlib import Path
from zlib import crc32

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
LONGEST = (
    "journeys/test_main_job",
    "journeys/test_experts",
    "journeys/test_tuning",
    "journeys/test_contact_records",
    "sittings/test_ease",
    "sittings/test_kill",
)


#: Files whose subject is pages: their words, forms and ways. What they ask of a database is asked
#: of both kinds by the tests of the services and queries behind them.
PAGES = re.compile(
    r"_views\.py$|_browser\.py$|_screen\.py$|/journeys/|/portal/test_journey\.py$"
    r"|/accounts/test_(factors|members|oidc|oidc_setup|passkeys)\.py$"
    r"|/sittings/test_(path|comfort|languages|screens|public|time_needed|walks|ease)\.py$"
)
KINDS = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let somebody run the tests of pages on both kinds of database."""
    parser.addoption("--both-databases", action="store_true", help="Run tests of pages on both.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose a database for the tests of pages, and begin with the files that take long."""
    if not config.getoption("--both-databases"):
        take_turns(config, items)
    begin_with_the_longest(items)


def take_turns(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each test of pages run on one kind of database; each file's tests share out both.

    Which is the test's own, by its name: the same in every run. A test that is written for one
    kind, or asked for by one kind's name, runs as it is.
    """
    names = {item.nodeid for item in items}

    def is_other_turn(item: pytest.Item) -> bool:
        kind = getattr(item, "callspec", None) and item.callspec.params.get("database_url")
        if kind not in KINDS or not PAGES.search(item.path.as_posix()):
            return False
        name, bracket, parameters = item.nodeid.rpartition("[")
        twins = [f"{name}{bracket}{parameters.replace(kind, one, 1)}" for one in KINDS]
        return names.issuperset(twins) and KINDS[crc32(twins[0].encode()) % 2] != kind

    left = {item: is_other_turn(item) for item in items}
    config.hook.pytest_deselected(items=[item for item in items if left[item]])
    items[:] = [item for item in items if not left[item]]


def begin_with_the_longest(items: list[pytest.Item]) -> None:
    """Put the files that take long first, so that no core waits for one of them at the end."""
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
