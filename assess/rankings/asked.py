"""What a page of the ranking's table is asked for: all of it stands in the address (pure)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from math import isfinite
from typing import Any, Final

from assess.candidates.requirements import Outcome
from assess.selection.demand import COMPETENCIES

SIZES: Final = (25, 50, 100, 200)
USUAL_SIZE: Final = 50
BANDS: Final = "bands"
SORTS: Final = (BANDS, "rank", "fit", *COMPETENCIES, "finished", "decision")
"""By bands as on paper; best rank first; then the highest, or the latest, first."""
DECIDED: Final = ("none", "advance", "hold", "decline", "hired")
MOST_CHOSEN: Final = 100
END: Final = "end"
_TOO_LARGE: Final = 2**63


@dataclass(frozen=True)
class Asked:
    """A page of the table.

    ``up`` turns the sort's usual direction round. Filters: ``band`` a band's number, ``group``
    held, unranked or cut; ``decision`` one of DECIDED; ``requirements`` an Outcome; ``flag`` a
    kind; ``evidence`` complete or less; ``least`` a fit in shown points; ``q`` a part of a code
    or name. ``after`` and ``before`` are `Mark`s. ``chosen`` people ticked on any page.
    """

    sort: str = BANDS
    up: bool = False
    band: int | None = None
    group: str = ""
    decision: str = ""
    requirements: str = ""
    flag: str = ""
    evidence: str = ""
    least: float | None = None
    q: str = ""
    size: int = USUAL_SIZE
    after: str = ""
    before: str = ""
    chosen: tuple[int, ...] = field(default=())

    @property
    def filtered(self) -> bool:
        """Whether not everybody is asked for."""
        return any(getattr(self, name) not in (None, "") for name in FILTERS)

    def with_(self, **changes: Any) -> "Asked":
        """Give the same with some of it changed, from its first page on."""
        return replace(self, **{"after": "", "before": "", **changes})

    def address(self) -> dict[str, Any]:
        """Give the parameters of the address, those that are as usual left out."""
        usual, apart = Asked(), ("chosen", "up")
        said: dict[str, Any] = {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if one.name not in apart and getattr(self, one.name) != getattr(usual, one.name)
        }
        if self.up:
            said["up"] = 1
        if self.least is not None:
            said["least"] = f"{self.least:g}"
        if self.chosen:
            said["person"] = list(self.chosen)
        return said


FILTERS: Final = ("band", "group", "decision", "requirements", "flag", "evidence", "least", "q")
"""The fields that leave people out. One more filter: a field, a line here, a condition in
`table_queries.conditions`, a choice in `filters`."""


def read_asked(arguments: Mapping[str, str], chosen: Collection[int] = ()) -> Asked:
    """Read the parameters of an address; whatever makes no sense is as if it were not there."""

    def word(name: str, known: Collection[str]) -> str:
        said = arguments.get(name, "")
        return said if said in known else ""

    size = _whole(arguments.get("size", ""))
    return Asked(
        sort=word("sort", SORTS) or BANDS,
        up=arguments.get("up") == "1",
        band=_whole(arguments.get("band", "")[:9]),
        group=word("group", ("cut", "held", "unranked")),
        decision=word("decision", DECIDED),
        requirements=word("requirements", [one.value for one in Outcome]),
        flag=_kind(arguments.get("flag", "")),
        evidence=word("evidence", ("complete", "less")),
        least=_points(arguments.get("least", "")),
        q=arguments.get("q", "").strip()[:200],
        size=size if size in SIZES else USUAL_SIZE,
        after=arguments.get("after", "")[:80],
        before=arguments.get("before", "")[:80],
        chosen=tuple(dict.fromkeys(one for one in chosen if 0 < one < _TOO_LARGE))[:MOST_CHOSEN],
    )


@dataclass(frozen=True)
class Mark:
    """A person's place in an order: the value it goes by (None: nothing there), id and number.

    The number, from 1, is told on pages and decides nothing.
    """

    value: float | None
    candidate_id: int
    number: int = 1

    def __str__(self) -> str:
        """Write it for an address."""
        value = "" if self.value is None else repr(self.value)
        return f"{value}~{self.candidate_id}~{self.number}"


def read_mark(text: str) -> Mark | None:
    """Read a mark out of an address; None for anything else."""
    value, *rest = text.split("~")
    numbers = [_whole(one) for one in rest]
    if len(numbers) != 2 or None in numbers:
        return None
    person, number = (one or 1 for one in numbers)
    if not value:
        return Mark(None, person, number)
    found = _points(value)
    return None if found is None else Mark(found, person, number)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _points(text: str) -> float | None:
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return None
    return found if isfinite(found) else None


def _kind(text: str) -> str:
    return text if text.isascii() and text.replace("_", "").isalpha() and len(text) < 60 else ""
