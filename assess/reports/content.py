"""Reports as frozen content: everything their pages say, without a page in sight."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from assess.campaigns.queries import CampaignView
from assess.campaigns.requirement_words import asked_words
from assess.candidates.requirements import Outcome, Result
from assess.errors import NotFound
from assess.instruments.catalogue import Catalogue
from assess.instruments.shared_wording import SOURCE_LANGUAGE
from assess.instruments.spoken import spoken
from assess.rankings.interview_guide import make_guides
from assess.rankings.queries import EntryView, SnapshotView
from assess.reports.comparison import comparison
from assess.reports.facts import make_appendix, make_facts, make_guide
from assess.reports.listing import shortened
from assess.reports.models import ReportKind
from assess.reports.overview import make_bands, make_summary, note_letters, ranked_entries
from assess.reports.person import band_sizes, driver_fits, person_place, person_sheet
from assess.reports.person_sheets import Asked, PersonPage, PersonSheet
from assess.reports.sheets import (
    CandidateContent,
    ComparisonContent,
    InterviewContent,
    RankedContent,
)
from assess.reports.table import make_cut, make_rows, paginate

Required = Mapping[int, Sequence[Result]]
"""How people stand to what the job asks for beyond scores, by candidate id."""

NOTHING_ASKED: Required = MappingProxyType({})


def ranked_content(
    snapshot: SnapshotView,
    campaign: CampaignView,
    catalogue: Catalogue,
    *,
    people_pages: int,
    organisation: str,
    made_at: datetime,
    top: int | None = None,
    language: str = SOURCE_LANGUAGE,
    required: Required = NOTHING_ASKED,
) -> RankedContent:
    """Give the ranked report: everybody in the table, pages for the first ``people_pages``.

    With ``top`` the table is shortened, see `listing`. Who gets a page goes by rank, the pages
    themselves stand in the order of the table, so that leafing through them does not suggest an
    order inside a band.
    """
    catalogue = spoken(catalogue, language)
    listed, listing = shortened(snapshot, top)
    first = ranked_entries(listed)[:people_pages]
    chosen = {entry.candidate_id for entry in first if not entry.erased}
    with_page = [entry for entry in listed.entries if entry.candidate_id in chosen]
    anchors = {entry.candidate_id: _anchor(entry) for entry in with_page}
    letters = note_letters(listed)
    named = None if listing is None else {entry.candidate_id for entry in listed.entries}
    bands, sizes = make_bands(snapshot, named), band_sizes(snapshot)
    drivers = driver_fits(with_page, snapshot, campaign, catalogue)
    return RankedContent(
        facts=make_facts(
            ReportKind.RANKED, snapshot, campaign, catalogue,
            organisation=organisation, made_at=made_at, language=language,
        ),
        summary=make_summary(snapshot, bands, named),
        table=paginate(
            make_rows(listed, snapshot, catalogue, anchors, letters), bands,
            shortened=listing is not None,
        ),
        cut=make_cut(listed, snapshot, catalogue, anchors),
        people=tuple(
            _page(
                entry, person_sheet(entry, snapshot, campaign, catalogue, drivers),
                snapshot, sizes, required,
            )
            for entry in with_page
        ),
        guide=make_guide(catalogue),
        appendix=make_appendix(snapshot, campaign, catalogue),
        note_letters=letters,
        listing=listing,
    )  # fmt: skip


def candidate_content(
    snapshot: SnapshotView,
    campaign: CampaignView,
    catalogue: Catalogue,
    candidate_id: int,
    *,
    organisation: str,
    made_at: datetime,
    language: str = SOURCE_LANGUAGE,
    required: Required = NOTHING_ASKED,
) -> CandidateContent:
    """Give one person's report; NotFound when they are not in the ranking."""
    found = [entry for entry in snapshot.entries if entry.candidate_id == candidate_id]
    if not found:
        raise NotFound("This person is not in the ranking.")
    catalogue = spoken(catalogue, language)
    drivers = driver_fits(found, snapshot, campaign, catalogue)
    sheet = person_sheet(found[0], snapshot, campaign, catalogue, drivers)
    return CandidateContent(
        facts=make_facts(
            ReportKind.CANDIDATE, snapshot, campaign, catalogue,
            organisation=organisation, made_at=made_at, language=language,
        ),
        person=_page(found[0], sheet, snapshot, band_sizes(snapshot), required),
        guide=make_guide(catalogue),
        appendix=make_appendix(snapshot, campaign, catalogue),
    )  # fmt: skip


def comparison_content(
    snapshot: SnapshotView,
    campaign: CampaignView,
    catalogue: Catalogue,
    people: Collection[int],
    *,
    organisation: str,
    made_at: datetime,
    language: str = SOURCE_LANGUAGE,
) -> ComparisonContent:
    """Give the comparison of these people; NotFound when one of them is not in the ranking."""
    catalogue = spoken(catalogue, language)
    facts = make_facts(
        ReportKind.COMPARISON, snapshot, campaign, catalogue,
        organisation=organisation, made_at=made_at, language=language,
    )  # fmt: skip
    appendix = make_appendix(snapshot, campaign, catalogue)
    return comparison(_of(snapshot, people), snapshot, campaign, catalogue, facts, appendix)


def interview_content(
    snapshot: SnapshotView,
    campaign: CampaignView,
    catalogue: Catalogue,
    people: Collection[int],
    *,
    organisation: str,
    made_at: datetime,
    language: str = SOURCE_LANGUAGE,
) -> InterviewContent:
    """Give the interview pack of these people, by name: their order says nothing.

    NotFound when one of them is not in the ranking.
    """
    catalogue = spoken(catalogue, language)
    pack = make_guides(replace(snapshot, entries=_of(snapshot, people)), campaign, catalogue)
    return InterviewContent(
        facts=make_facts(
            ReportKind.INTERVIEW, snapshot, campaign, catalogue,
            organisation=organisation, made_at=made_at, language=language,
        ),
        guides=tuple(sorted(pack.guides, key=lambda one: (one.name.casefold(), one.code))),
        follow_ups=pack.follow_ups,
        guide=make_guide(catalogue),
    )  # fmt: skip


def _of(snapshot: SnapshotView, people: Collection[int]) -> tuple[EntryView, ...]:
    """Give the entries of these people, in the order of paper."""
    found = tuple(one for one in snapshot.entries if one.candidate_id in people and not one.erased)
    if len(found) < len(people):
        raise NotFound("This person is not in the ranking.")
    return found


def _page(
    entry: EntryView,
    sheet: PersonSheet,
    snapshot: SnapshotView,
    sizes: Mapping[int, int],
    required: Required,
) -> PersonPage:
    return PersonPage(
        candidate_id=entry.candidate_id,
        anchor=_anchor(entry),
        sheet=replace(sheet, asked=_asked(required.get(entry.candidate_id, ()))),
        place=person_place(entry, snapshot, sizes),
    )


def _asked(results: Sequence[Result]) -> Asked | None:
    """Give how a person stands to the musts; None where there is none."""
    musts = [one for one in results if one.requirement.must]
    if not musts:
        return None
    outcomes = [one.outcome for one in musts]
    missed = [asked_words(one.requirement) for one in musts if one.outcome is Outcome.NOT_MET]
    return Asked(
        met=outcomes.count(Outcome.MET),
        musts=len(musts),
        not_said=outcomes.count(Outcome.NOT_SAID),
        # The line on paper may be cut: so it tells of more.
        not_met=tuple(sorted(missed, key=len)),
    )


def _anchor(entry: EntryView) -> str:
    return f"person-{entry.candidate_id}"
