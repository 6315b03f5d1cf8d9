"""From frozen content to one tagged PDF: plan its units, lay out what is not kept, join them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from assess.reports import book, joining, plan
from assess.reports.joining import PAPERS, Part
from assess.reports.plan import Sheet
from assess.reports.press import Press
from assess.reports.sheets import Content, Progress, RankedContent
from assess.reports.units import Unit, UnitRequest


class UnitStore(Protocol):
    """Keeps units that another report may need again."""

    def find(self, digests: Collection[str]) -> Mapping[str, Unit]:
        """Give the units that are kept, by digest."""
        ...

    def keep(self, digest: str, candidate_id: int | None, unit: Unit) -> None:
        """Keep a unit; ``candidate_id`` of the person it is about."""
        ...


@dataclass(frozen=True)
class Rendered:
    """A report on paper and for the screen, from the same sheets: a PDF, and a `book`."""

    pdf: bytes
    pages: int
    book: bytes


def render(
    content: Content,
    press: Press,
    kept: UnitStore,
    *,
    paper: str = "a4",
    progress: Progress | None = None,
) -> Rendered:
    """Give ``content`` as a PDF and as a book; the same content gives the same bytes.

    ``progress`` is called with (units ready, units in all).
    Raises FatalURLFetchingError when the content makes a page ask for an outside address.
    """
    sheets = plan.plan(content)
    units = _units(sheets, press, kept, progress)
    frame = _made(press, plan.frame(content, paper))
    if isinstance(content, RankedContent):
        sheet, unit = _cover(content, press, sheets, units)
        sheets, units = [sheet, *sheets], [unit, *units]
    about = plan.about(content)
    parts = [
        Part(unit, sheet.anchor, sheet.title, sheet.group, sheet.line)
        for sheet, unit in zip(sheets, units, strict=True)
    ]
    faces = press.faces(joining.glyphs_used(parts, frame, about))
    return Rendered(
        joining.join(parts, frame, faces, about, PAPERS[paper]),
        sum(unit.pages for unit in units),
        _bound(content, sheets, units),
    )


def _bound(content: Content, sheets: list[Sheet], units: list[Unit]) -> bytes:
    about, facts, look = plan.about(content), content.facts, content.look
    drafted = bool(facts.translated and facts.translated.drafted)
    leaves = tuple(
        book.Leaf(sheet.anchor, sheet.title, sheet.group, sheet.request.template, sheet.line)
        for sheet in sheets
    )
    index = book.Index(about.title, about.language, drafted, look.accent, facts.brand, leaves)
    return book.bind(index, [unit.web for unit in units], look.logo)


def _units(
    sheets: list[Sheet], press: Press, kept: UnitStore, progress: Progress | None
) -> list[Unit]:
    """Give the units of ``sheets``: those that are kept, and those made now."""
    digests = [sheet.request.digest if sheet.lasting else "" for sheet in sheets]
    found = dict(kept.find({digest for digest in digests if digest}))
    units = [found.get(digest) for digest in digests]
    missing = [place for place, unit in enumerate(units) if unit is None]
    ready = len(units) - len(missing)
    for place, unit in press.units([sheets[place].request for place in missing]):
        at, ready = missing[place], ready + 1
        units[at] = unit
        if digests[at]:
            kept.keep(digests[at], sheets[at].candidate_id, unit)
        if progress:
            progress(ready, len(units) + 1)
    return [unit for unit in units if unit is not None]


def _cover(
    content: RankedContent, press: Press, sheets: list[Sheet], units: list[Unit]
) -> tuple[Sheet, Unit]:
    """Give the cover, which names the pages behind it; a long one is laid out twice."""
    sheet = plan.cover(content, _numbers(sheets, units, 1))
    unit = _made(press, sheet.request)
    if unit.pages > 1:
        sheet = plan.cover(content, _numbers(sheets, units, unit.pages))
        unit = _made(press, sheet.request)
    return sheet, unit


def _made(press: Press, request: UnitRequest) -> Unit:
    ((_place, unit),) = press.units([request])
    return unit


def _numbers(sheets: list[Sheet], units: list[Unit], before: int) -> Mapping[str, int]:
    """Give the page each sheet begins on, behind a cover of ``before`` pages, by its anchor."""
    numbers, page = {}, before + 1
    for sheet, unit in zip(sheets, units, strict=True):
        numbers[sheet.anchor] = page
        page += unit.pages
    return numbers
