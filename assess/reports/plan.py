"""Which units a report is joined from, in order, each with its place in the whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assess.reports.description import About
from assess.reports.faces import Run
from assess.reports.person_sheets import PersonPage
from assess.reports.sheets import Content, Facts, RankedContent
from assess.reports.units import UnitRequest
from assess.reports.wording import place_line, words

_CUT_ROWS = 40
"""As many people at the cut stand on one page."""


@dataclass(frozen=True)
class Sheet:
    """A unit to be laid out, and its place as `joining.Part` has it; whose page it is, if any."""

    request: UnitRequest
    anchor: str
    title: str
    group: str | None = None
    line: tuple[Run, ...] = ()
    candidate_id: int | None = None

    @property
    def lasting(self) -> bool:
        """Whether another report can need the very same unit."""
        return self.request.template in ("person", "guide")


def plan(content: Content) -> list[Sheet]:
    """Give every sheet but the cover, which waits for the numbers of the pages."""
    return _ranked(content) if isinstance(content, RankedContent) else _candidate(content)


def cover(content: RankedContent, numbers: Mapping[str, int]) -> Sheet:
    """Give the cover; ``numbers`` are the first pages of the sheets by their anchors."""
    first = content.people[0].anchor if content.people else None
    said = {"numbers": dict(numbers), "pages": len(content.people), "first": first}
    title = words(content.facts.language).gettext("Cover")
    return Sheet(_request("cover", content.facts, **said), "cover", title)


def frame(content: Content, paper: str) -> UnitRequest:
    """Give the running lines of all pages."""
    facts, _ = content.facts, words(content.facts.language).gettext
    kinds = {
        "ranked": (_("Ranked report"), _("Ranked report, partial evidence")),
        "candidate": (_("Candidate report"), _("Candidate report, partial evidence")),
    }
    said = {"facts": facts, "head": kinds[facts.kind.value][facts.partial], "paper": paper}
    return UnitRequest("frame", facts.language, said | {"numbered": False}, tagged=False)


def about(content: Content) -> About:
    """Give what the file says of itself."""
    facts, _ = content.facts, words(content.facts.language).gettext
    named = {"title": facts.title, "brand": facts.brand}
    if isinstance(content, RankedContent):
        title = _("Ranked report: %(title)s, %(brand)s") % named
    else:
        named["name"] = content.person.sheet.name
        title = _("Candidate report: %(name)s, %(title)s") % named
    language = facts.language.replace("_", "-")
    return About(title, facts.organisation, language, facts.made_at, _("Page"))


def _ranked(content: RankedContent) -> list[Sheet]:
    facts, _ = content.facts, words(content.facts.language).gettext
    sheets = [
        Sheet(_request("summary", facts, summary=content.summary), "summary", _("Summary")),
        _method(content),
        *_table(content),
    ]
    sheets += _cut(content)
    sheets.append(_guide(content))
    sheets += [_person(page, facts, back=True) for page in content.people]
    return [*sheets, _appendix(content)]


def _candidate(content: Any) -> list[Sheet]:
    person = _person(content.person, content.facts, back=False)
    return [person, _guide(content), _method(content), _appendix(content)]


def _table(content: RankedContent) -> list[Sheet]:
    title = words(content.facts.language).gettext("The ranking")
    parts = len(content.table)
    return [
        Sheet(
            _request(
                "table", content.facts,
                page=page, part=part, parts=parts, note_letters=dict(content.note_letters),
            ),
            "ranking" if part == 1 else f"ranking-{part}",
            title if part == 1 else "",
        )
        for part, page in enumerate(content.table, 1)
    ]  # fmt: skip


def _cut(content: RankedContent) -> list[Sheet]:
    title = words(content.facts.language).gettext("People at the cut")
    return [
        Sheet(
            _request(
                "cut", content.facts,
                page=content.cut[start : start + _CUT_ROWS],
                part=part, people=len(content.cut),
            ),
            "cut" if part == 1 else f"cut-{part}",
            title if part == 1 else "",
        )
        for part, start in enumerate(range(0, len(content.cut), _CUT_ROWS), 1)
    ]  # fmt: skip


def _person(page: PersonPage, facts: Facts, *, back: bool) -> Sheet:
    """Give a person's page: all that the pool says of them is written on it when it is joined."""
    said = {"person": page.sheet, "ranked": page.place is not None, "back": back}
    return Sheet(
        UnitRequest("person", facts.language, {"facts": facts.of_person, **said}),
        page.anchor,
        page.sheet.name,
        words(facts.language).gettext("People") if back else None,
        place_line(page.place, facts.language) if page.place else (),
        page.candidate_id,
    )


def _method(content: Content) -> Sheet:
    title = words(content.facts.language).gettext("How to read it")
    instruments = content.appendix.instruments
    return Sheet(_request("method", content.facts, instruments=instruments), "method", title)


def _guide(content: Content) -> Sheet:
    title = words(content.facts.language).gettext("Guide for interviews")
    said = {"facts": content.facts.of_person, "guide": content.guide}
    return Sheet(UnitRequest("guide", content.facts.language, said), "guide", title)


def _appendix(content: Content) -> Sheet:
    title = words(content.facts.language).gettext("Versions and limits")
    return Sheet(_request("appendix", content.facts, appendix=content.appendix), "appendix", title)


def _request(template: str, facts: Facts, **said: Any) -> UnitRequest:
    return UnitRequest(template, facts.language, {"facts": facts, **said})
