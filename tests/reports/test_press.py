"""Pages laid out in other processes: the same bytes, and what happens when a process ends."""

import os
import signal
from pathlib import Path

import pytest

from assess.reports import pdf, plan
from assess.reports.kept_units import UnitsOfOneRun
from assess.reports.press import OwnPress, PressFailed, WarmPress
from tests.reports.conftest import ranked
from tests.reports.material import snapshot_view


def end_once(mark: str) -> str:
    """End the process it runs in, the first time that ``mark`` is asked for."""
    if not Path(mark).exists():
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return mark


def end(_asked: str) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def fill_memory(mark: str) -> str:
    """Run out of memory, the first time that ``mark`` is asked for."""
    if not Path(mark).exists():
        Path(mark).touch()
        raise MemoryError
    return mark


@pytest.fixture
def warm():
    made = WarmPress(1, few=0)
    yield made
    made.close()


@pytest.mark.parametrize("trouble", [end_once, fill_memory])
def test_processes_that_end_are_started_again(warm, tmp_path, trouble):
    marks = [str(tmp_path / name) for name in "abc"]
    (tmp_path / "a").touch()
    (tmp_path / "c").touch()
    assert sorted(warm._spread(trouble, marks)) == list(enumerate(marks))


def test_processes_that_end_twice_are_told_of(warm):
    with pytest.raises(PressFailed, match="ASSESS_RENDER_PROCESSES"):
        list(warm._spread(end, ["a"]))


@pytest.mark.slow
def test_the_same_content_gives_the_same_bytes_and_digests_in_one_process_and_two():
    content = ranked(snapshot_view(12, unranked=1, seats=4, simulated=True), pages=12)
    own = pdf.render(content, OwnPress(), UnitsOfOneRun())
    press = WarmPress(2, few=0)
    try:
        assert pdf.render(content, press, UnitsOfOneRun()) == own
    finally:
        press.close()
    again = ranked(snapshot_view(12, unranked=1, seats=4, simulated=True), pages=12)
    assert [one.request.digest for one in plan.plan(content)] == [
        one.request.digest for one in plan.plan(again)
    ]
