"""Which units a report is joined from, in order, each with its place in the whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from assess.reports.description import About
from assess.reports.faces import Run
from assess.reports.person_sheets import PersonPage
from assess.reports.said import said_digest
from assess.reports.sheets import (
    CandidateContent,
    ComparisonContent,
    Content,
    Facts,
    InterviewContent,
    RankedContent,
)
from assess.reports.units import UnitRequest
from assess.reports.wording import place_line, words

WithAppendix = RankedContent | CandidateContent | ComparisonContent
PEOPLE_A_PAGE: Final = 2
"""How many people's interview sheets stand on a page."""
_LETTERS_A_LINE: Final = 85
_ROOM: Final = 60.0
"""What a note and the rows of the contact mix may take of a cover, in millimetres."""
CUT_ROWS: Final = 40
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
    if isinstance(content, RankedContent):
        return _ranked(content)
    if isinstance(content, CandidateContent):
        return _candidate(content)
    if isinstance(content, ComparisonContent):
        return _comparison(content)
    return _interview(content)


def cover(content: RankedContent, numbers: Mapping[str, int]) -> Sheet:
    """Give the cover; ``numbers`` are the first pages of the sheets by their anchors."""
    first = content.people[0].anchor if content.people else None
    said = {
        "numbers": dict(numbers), "pages": len(content.people), "first": first,
        "listing": content.listing,
        "versions": [f"{one.title} {one.version}" for one in content.appendix.instruments],
        "look": content.look, "logo": content.look.logo, "apart": _foot_apart(content),
    }  # fmt: skip
    title = words(content.facts.language).gettext("Cover")
    return Sheet(_request("cover", content.facts, **said), "cover", title)


def _foot_apart(content: RankedContent) -> bool:
    """Say whether the cover's foot needs a page of its own: a note and the mix fill the first."""
    note = content.look.note
    lines = sum(1 + len(line) // _LETTERS_A_LINE for line in note.split("\n"))
    return bool(note) and 4.5 * lines + 5.5 * len(content.facts.mix) > _ROOM


def frame(content: Content, paper: str) -> UnitRequest:
    """Give the running lines of all pages."""
    facts, _ = content.facts, words(content.facts.language).gettext
    kinds = {
        "ranked": (_("Ranked report"), _("Ranked report, partial evidence")),
        "candidate": (_("Candidate report"), _("Candidate report, partial evidence")),
        "comparison": (_("Comparison"), _("Comparison, partial evidence")),
        "interview": (_("Interview pack"), _("Interview pack")),
    }
    said = {"facts": facts, "head": kinds[facts.kind.value][facts.partial], "paper": paper}
    said |= {"numbered": False, "accent": content.look.accent, "logo": content.look.logo}
    return UnitRequest("frame", facts.language, said, tagged=False)


def about(content: Content) -> About:
    """Give what the file says of itself."""
    facts, _ = content.facts, words(content.facts.language).gettext
    named = {"title": facts.title, "brand": facts.brand}
    if isinstance(content, RankedContent):
        title = _("Ranked report: %(title)s, %(brand)s") % named
    elif isinstance(content, ComparisonContent):
        title = _("Comparison: %(title)s, %(brand)s") % named
    elif isinstance(content, InterviewContent):
        title = _("Interview pack: %(title)s, %(brand)s") % named
    else:
        named["name"] = content.person.sheet.name
        title = _("Candidate report: %(name)s, %(title)s") % named
    language = facts.language.replace("_", "-")
    return About(title, facts.organisation, language, facts.made_at, _("Page"))


def _ranked(content: RankedContent) -> list[Sheet]:
    facts, _ = content.facts, words(content.facts.language).gettext
    summary = {"summary": content.summary, "listing": content.listing}
    sheets = [
        Sheet(_request("summary", facts, **summary), "summary", _("Summary")),
        _method(content),
        *_table(content),
    ]
    sheets += _cut(content)
    sheets.append(_guide(content))
    sheets += [_person(page, facts, back=True) for page in content.people]
    return [*sheets, _appendix(content)]


def _candidate(content: CandidateContent) -> list[Sheet]:
    person = _person(content.person, content.facts, back=False)
    return [person, _guide(content), _method(content), _appendix(content)]


def _comparison(content: ComparisonContent) -> list[Sheet]:
    title = words(content.facts.language).gettext("Comparison")
    request = _request("comparison", content.facts, compared=content)
    return [Sheet(request, "comparison", title), _method(content), _appendix(content)]


def _interview(content: InterviewContent) -> list[Sheet]:
    """Give the sheets of people, two to a page, then the levels; they carry no score."""
    said = {"follow_ups": content.follow_ups, "said": said_digest(content)}
    pages = [
        content.guides[at : at + PEOPLE_A_PAGE]
        for at in range(0, len(content.guides), PEOPLE_A_PAGE)
    ]
    sheets = [
        Sheet(
            _request("interview", content.facts, guides=page, last=place == len(pages), **said),
            f"interview-{place}",
            ", ".join(one.name for one in page),
        )
        for place, page in enumerate(pages, 1)
    ]
    return [*sheets, _guide(content)]


def _table(content: RankedContent) -> list[Sheet]:
    title = words(content.facts.language).gettext("The ranking")
    parts = len(content.table)
    return [
        Sheet(
            _request(
                "table", content.facts,
                page=page, part=part, parts=parts, note_letters=dict(content.note_letters),
                listing=content.listing,
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
                page=content.cut[start : start + CUT_ROWS],
                part=part, people=len(content.cut),
            ),
            "cut" if part == 1 else f"cut-{part}",
            title if part == 1 else "",
        )
        for part, start in enumerate(range(0, len(content.cut), CUT_ROWS), 1)
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


def _method(content: WithAppendix) -> Sheet:
    title = words(content.facts.language).gettext("How to read it")
    instruments = content.appendix.instruments
    return Sheet(_request("method", content.facts, instruments=instruments), "method", title)


def _guide(content: RankedContent | CandidateContent | InterviewContent) -> Sheet:
    title = words(content.facts.language).gettext("Guide for interviews")
    said = {"facts": content.facts.of_person, "guide": content.guide}
    return Sheet(UnitRequest("guide", content.facts.language, said), "guide", title)


def _appendix(content: WithAppendix) -> Sheet:
    title = words(content.facts.language).gettext("Versions and limits")
    said = {"appendix": content.appendix, "said": said_digest(content)}
    return Sheet(_request("appendix", content.facts, **said), "appendix", title)


def _request(template: str, facts: Facts, **said: Any) -> UnitRequest:
    return UnitRequest(template, facts.language, {"facts": facts, **said})
