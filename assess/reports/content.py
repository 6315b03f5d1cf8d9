"""Reports as frozen content: everything their pages say, without a page in sight."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from assess.campaigns.queries import CampaignView
from assess.campaigns.requirement_words import asked_words
from assess.candidates.requirements import Outcome, Result
from assess.errors import NotFound
from assess.instruments.catalogue import Catalogue
from assess.rankings.queries import EntryView, SnapshotView
from assess.reports.facts import make_appendix, make_facts, make_guide
from assess.reports.models import ReportKind
from assess.reports.overview import make_bands, make_summary, note_letters, ranked_entries
from assess.reports.person import band_sizes, person_place, person_sheet
from assess.reports.person_sheets import Asked, PersonPage
from assess.reports.sheets import CandidateContent, RankedContent
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
    required: Required = NOTHING_ASKED,
) -> RankedContent:
    """Give the ranked report: everybody in the table, pages for the first ``people_pages``.

    Who gets a page goes by rank, the pages themselves stand in the order of the table, so that
    leafing through them does not suggest an order inside a band.
    """
    first = ranked_entries(snapshot)[:people_pages]
    chosen = {entry.candidate_id for entry in first if not entry.erased}
    with_page = [entry for entry in snapshot.entries if entry.candidate_id in chosen]
    anchors = {entry.candidate_id: _anchor(entry) for entry in with_page}
    letters = note_letters(snapshot)
    bands = make_bands(snapshot)
    return RankedContent(
        facts=make_facts(
            ReportKind.RANKED,
            snapshot,
            campaign,
            catalogue,
            organisation=organisation,
            made_at=made_at,
        ),
        summary=make_summary(snapshot, bands),
        table=paginate(make_rows(snapshot, catalogue, anchors, letters), bands),
        cut=make_cut(snapshot, catalogue, anchors),
        people=tuple(_page(entry, snapshot, campaign, catalogue, required) for entry in with_page),
        guide=make_guide(catalogue),
        appendix=make_appendix(snapshot, catalogue),
        note_letters=letters,
    )


def candidate_content(
    snapshot: SnapshotView,
    campaign: CampaignView,
    catalogue: Catalogue,
    candidate_id: int,
    *,
    organisation: str,
    made_at: datetime,
    required: Required = NOTHING_ASKED,
) -> CandidateContent:
    """Give one person's report; NotFound when they are not in the ranking."""
    found = [entry for entry in snapshot.entries if entry.candidate_id == candidate_id]
    if not found:
        raise NotFound("This person is not in the ranking.")
    return CandidateContent(
        facts=make_facts(
            ReportKind.CANDIDATE,
            snapshot,
            campaign,
            catalogue,
            organisation=organisation,
            made_at=made_at,
        ),
        person=_page(found[0], snapshot, campaign, catalogue, required),
        guide=make_guide(catalogue),
        appendix=make_appendix(snapshot, catalogue),
    )


def _page(
    entry: EntryView,
    snapshot: SnapshotView,
    campaign: CampaignView,
    catalogue: Catalogue,
    required: Required,
) -> PersonPage:
    sheet = person_sheet(entry, snapshot, campaign, catalogue)
    return PersonPage(
        candidate_id=entry.candidate_id,
        anchor=_anchor(entry),
        sheet=replace(sheet, asked=_asked(required.get(entry.candidate_id, ()))),
        place=person_place(entry, snapshot, band_sizes(snapshot)),
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
