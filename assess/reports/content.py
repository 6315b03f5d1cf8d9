"""Reports as frozen content: everything their pages say, without a page in sight."""

from collections.abc import Mapping
from datetime import datetime

from assess.campaigns.queries import CampaignView
from assess.errors import NotFound
from assess.instruments.catalogue import Catalogue
from assess.rankings.queries import EntryView, SnapshotView
from assess.reports.facts import make_appendix, make_facts, make_guide
from assess.reports.models import ReportKind
from assess.reports.overview import make_bands, make_summary, note_letters, ranked_entries
from assess.reports.person import band_sizes, driver_fits, person_place, person_sheet
from assess.reports.person_sheets import PersonPage, PersonSheet
from assess.reports.sheets import CandidateContent, RankedContent
from assess.reports.table import make_cut, make_rows, paginate


def ranked_content(
    snapshot: SnapshotView,
    campaign: CampaignView,
    catalogue: Catalogue,
    *,
    people_pages: int,
    organisation: str,
    made_at: datetime,
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
    bands, sizes = make_bands(snapshot), band_sizes(snapshot)
    drivers = driver_fits(with_page, snapshot, campaign, catalogue)
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
        people=tuple(
            _page(
                entry, person_sheet(entry, snapshot, campaign, catalogue, drivers), snapshot, sizes
            )
            for entry in with_page
        ),
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
) -> CandidateContent:
    """Give one person's report; NotFound when they are not in the ranking."""
    found = [entry for entry in snapshot.entries if entry.candidate_id == candidate_id]
    if not found:
        raise NotFound("This person is not in the ranking.")
    drivers = driver_fits(found, snapshot, campaign, catalogue)
    sheet = person_sheet(found[0], snapshot, campaign, catalogue, drivers)
    return CandidateContent(
        facts=make_facts(
            ReportKind.CANDIDATE,
            snapshot,
            campaign,
            catalogue,
            organisation=organisation,
            made_at=made_at,
        ),
        person=_page(found[0], sheet, snapshot, band_sizes(snapshot)),
        guide=make_guide(catalogue),
        appendix=make_appendix(snapshot, catalogue),
    )


def _page(
    entry: EntryView, sheet: PersonSheet, snapshot: SnapshotView, sizes: Mapping[int, int]
) -> PersonPage:
    return PersonPage(
        candidate_id=entry.candidate_id,
        anchor=_anchor(entry),
        sheet=sheet,
        place=person_place(entry, snapshot, sizes),
    )


def _anchor(entry: EntryView) -> str:
    return f"person-{entry.candidate_id}"
