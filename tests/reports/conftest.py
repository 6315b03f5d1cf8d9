"""One small ranked report and one candidate's, rendered once for all tests of their pages."""

import logging
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from assess.candidates.requirements import Result
from assess.instruments.catalogue import default_catalogue
from assess.rankings.queries import SnapshotView
from assess.reports import pdf
from assess.reports.content import candidate_content, ranked_content
from assess.reports.kept_units import UnitsOfOneRun
from assess.reports.press import OwnPress
from assess.reports.sheets import CandidateContent, RankedContent
from tests.reports.material import MADE_AT, campaign_view, snapshot_view

PEOPLE, PAGES = 16, 3


@dataclass(frozen=True)
class Printed:
    """A report with the file it became and what the layout engine complained of."""

    content: RankedContent | CandidateContent
    snapshot: SnapshotView
    path: Path
    complaints: tuple[str, ...]
    progress: tuple[tuple[int, int], ...]

    def text(self, *options: str) -> str:
        """Give the text of all pages."""
        return run("pdftotext", *options, str(self.path), "-")

    @property
    def pages(self) -> list[str]:
        """Give the text of each page."""
        return self.text("-layout").split("\f")[:-1]


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@contextmanager
def listening() -> Iterator[list[str]]:
    """Collect what the layout engine warns of."""
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record):
            heard.append(record.getMessage())

    logger, ear = logging.getLogger("weasyprint"), Ear(logging.WARNING)
    logger.addHandler(ear)
    try:
        yield heard
    finally:
        logger.removeHandler(ear)


def ranked(snapshot: SnapshotView, *, pages: int = PAGES) -> RankedContent:
    return ranked_content(
        snapshot,
        campaign_view(simulated=snapshot.simulated, seats=snapshot.seats),
        default_catalogue(),
        people_pages=pages,
        organisation="Harbour Care",
        made_at=MADE_AT,
    )


def of_candidate(
    snapshot: SnapshotView,
    candidate_id: int,
    results: Sequence[Result] = (),
    **changes: object,
) -> CandidateContent:
    return candidate_content(
        snapshot,
        campaign_view(simulated=snapshot.simulated, seats=snapshot.seats, **changes),
        default_catalogue(),
        candidate_id,
        organisation="Harbour Care",
        made_at=MADE_AT,
        required={candidate_id: results},
    )


def printed(content, snapshot: SnapshotView, folder: Path) -> Printed:
    steps: list[tuple[int, int]] = []
    with listening() as heard:
        made = pdf.render(
            content, OwnPress(), UnitsOfOneRun(),
            progress=lambda done, total: steps.append((done, total)),
        )  # fmt: skip
    path = folder / "report.pdf"
    path.write_bytes(made)
    return Printed(content, snapshot, path, tuple(heard), tuple(steps))


@pytest.fixture(scope="session")
def ranked_report(tmp_path_factory) -> Printed:
    """Give a simulated ranked report, one person of it unranked."""
    snapshot = snapshot_view(PEOPLE, unranked=1, seats=4, simulated=True)
    return printed(ranked(snapshot), snapshot, tmp_path_factory.mktemp("ranked"))


@pytest.fixture(scope="session")
def candidate_report(tmp_path_factory) -> Printed:
    """Give one person's report from the same ranking."""
    snapshot = snapshot_view(PEOPLE, unranked=1, seats=4, simulated=True)
    content = of_candidate(snapshot, snapshot.entries[2].candidate_id)
    return printed(content, snapshot, tmp_path_factory.mktemp("candidate"))
