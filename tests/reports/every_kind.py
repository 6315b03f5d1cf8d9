"""Every kind of report in every language, made of one small ranking and printed once."""

from typing import Final

from assess.reports import pdf
from assess.reports.kept_units import UnitsOfOneRun
from assess.reports.models import ReportKind
from assess.reports.press import OwnPress, Press
from assess.reports.sheets import Content
from tests.reports.material import content_of, snapshot_view

LANGUAGES: Final = ("en", "fr", "es", "id")
PEOPLE: Final = 6


def content(kind: ReportKind, language: str = "en") -> Content:
    """Give a report's content: some at the cut, one without a rank."""
    snapshot = snapshot_view(PEOPLE, unranked=1, seats=2, simulated=True)
    return content_of(kind.value, language, snapshot)


def print_one(made: Content, paper: str = "a4", press: Press | None = None) -> bytes:
    return pdf.render(made, press or OwnPress(), UnitsOfOneRun(), paper=paper)
