"""What can be asked of a report: how much of it, in which language, on which paper (pure)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from assess.reports.joining import PAPERS
from assess.reports.models import ReportKind

LANGUAGES: Final = ("en", "fr", "es", "id")
MOST_PAGES: Final = 1000
MOST_LISTED: Final = 100_000
OF_ONE: Final = (ReportKind.CANDIDATE,)
OF_SEVERAL: Final[Mapping[ReportKind, tuple[int, int]]] = {
    ReportKind.COMPARISON: (2, 5),
    ReportKind.INTERVIEW: (1, 30),
}
"""Kinds that are of chosen people, the fewest and the most."""


@dataclass(frozen=True)
class ReportOptions:
    """What is asked of a report.

    Of a ranked one ``people_pages`` people get a page each and the table lists the first ``top``
    by rank with everybody who cannot be told apart from the last of them, None: everybody.
    ``people`` are those a comparison or interview pack is of. ``blind``: codes, also where names
    may be seen.
    """

    people_pages: int = 20
    top: int | None = None
    blind: bool = False
    paper: str = "a4"
    language: str = "en"
    people: tuple[int, ...] = ()

    def stored(self) -> dict[str, Any]:
        """Give it as a document."""
        return asdict(self) | {"people": list(self.people)}

    def faults(self, kind: ReportKind, candidate_id: int | None) -> list[str]:
        """Say what makes no sense in a report of this kind."""
        found = []
        if (kind in OF_ONE) != (candidate_id is not None):
            found.append("candidate: a candidate report is of one person, the others of none")
        least, most = OF_SEVERAL.get(kind, (0, 0))
        if not least <= len(self.people) <= most or len(set(self.people)) < len(self.people):
            found.append(f"people: this report is of {least} to {most} people, each named once")
        if not 0 <= self.people_pages <= MOST_PAGES:
            found.append(f"people_pages: give a number from 0 to {MOST_PAGES}")
        if self.top is not None and not 1 <= self.top <= MOST_LISTED:
            found.append(f"top: give a number from 1 to {MOST_LISTED}, or leave it out")
        if self.paper not in PAPERS:
            found.append(f"paper: must be one of {', '.join(PAPERS)}")
        if self.language not in LANGUAGES:
            found.append(f"language: must be one of {', '.join(LANGUAGES)}")
        return found


def stored_options(document: Mapping[str, Any]) -> ReportOptions:
    """Read what `ReportOptions.stored` wrote; what an older report did not ask is as usual."""
    known = {key: document[key] for key in ReportOptions.__dataclass_fields__ if key in document}
    return ReportOptions(**known | {"people": tuple(document.get("people", ()))})
