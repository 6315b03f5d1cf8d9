"""From frozen content to one tagged PDF: plan its units, lay out what is not kept, join them."""

from collections.abc import Collection, Mapping
from typing import Protocol

from assess.reports import joining, plan
from assess.reports.joining import PAPERS, Part
from assess.reports.plan import Sheet
from assess.reports.press import Press
from assess.reports.sheets import Content, Progress, RankedContent
from assess.reports.units import Unit


class UnitStore(Protocol):
    """Keeps units that another report may need again."""

    def find(self, digests: Collection[str]) -> Mapping[str, Unit]:
        """Give the units that are kept, by digest."""
        ...

    def keep(self, digest: str, candidate_id: int | None, unit: Unit) -> None:
        """Keep a unit; ``candidate_id`` of the person it is about."""
        ...


def render(
    content: Content,
    press: Press,
    kept: UnitStore,
    *,
    paper: str = "a4",
    progress: Progress | None = None,
) -> bytes:
    """Give the PDF of ``content``; the same content gives the same bytes.

    ``progress`` is called with (units ready, units in all).
    Raises FatalURLFetchingError when the content makes a page ask for an outside address.
    """
    sheets = plan.plan(content)
    units = _units(sheets, press, kept, progress)
    last = [plan.frame(content, paper)]
    if isinstance(content, RankedContent):
        sheets.insert(0, plan.cover(content, _numbers(sheets, units)))
        last.insert(0, sheets[0].request)
    made = dict(press.units(last))
    if isinstance(content, RankedContent) and made[0].pages > 1:
        numbers = _numbers(sheets[1:], units, made[0].pages)
        made.update(press.units([plan.cover(content, numbers).request]))
    units = [*(made[place] for place in range(len(last) - 1)), *units]
    frame, about = made[len(last) - 1], plan.about(content)
    parts = [
        Part(unit, sheet.anchor, sheet.title, sheet.group, sheet.line)
        for sheet, unit in zip(sheets, units, strict=True)
    ]
    faces = press.faces(joining.glyphs_used(parts, frame, about))
    return joining.join(parts, frame, faces, about, PAPERS[paper])


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


def _numbers(sheets: list[Sheet], units: list[Unit], cover: int = 1) -> Mapping[str, int]:
    """Give the page each sheet begins on, behind a cover of so many pages, by its anchor."""
    numbers, page = {}, cover + 1
    for sheet, unit in zip(sheets, units, strict=True):
        numbers[sheet.anchor] = page
        page += unit.pages
    return numbers
