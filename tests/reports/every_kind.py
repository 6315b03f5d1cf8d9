"""Every kind of report in every language, made of one small ranking and printed once."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from assess.rankings.queries import SnapshotView
from assess.reports import pdf
from assess.reports.kept_units import UnitsOfOneRun
from assess.reports.models import ReportKind
from assess.reports.press import OwnPress, Press
from assess.reports.sheets import Content
from tests.reports.conftest import of_candidate, ranked
from tests.reports.material import snapshot_view

LANGUAGES: Final = ("en", "fr", "es", "id")
PEOPLE: Final = 6

KINDS: Final[dict[ReportKind, Callable[[SnapshotView], Content]]] = {
    ReportKind.RANKED: lambda snapshot: ranked(snapshot, pages=2),
    ReportKind.CANDIDATE: lambda snapshot: of_candidate(snapshot, snapshot.entries[0].candidate_id),
}


def content(kind: ReportKind, language: str = "en") -> Content:
    """Give a report's content: some at the cut, one without a rank."""
    snapshot = snapshot_view(PEOPLE, unranked=1, seats=2, simulated=True)
    return in_language(KINDS[kind](snapshot), language)


def in_language(made: Any, language: str) -> Any:
    """Give the content with its pages' own words in a language."""
    return replace(made, facts=replace(made.facts, language=language))


def print_one(made: Content, paper: str = "a4", press: Press | None = None) -> bytes:
    return pdf.render(made, press or OwnPress(), UnitsOfOneRun(), paper=paper)
