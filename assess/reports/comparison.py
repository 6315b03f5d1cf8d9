"""Two to five people side by side: the same numbers as the page that compares them."""

from collections.abc import Sequence

from assess.campaigns.queries import CampaignView
from assess.instruments.catalogue import Catalogue
from assess.rankings.pairs import compare_pairs
from assess.rankings.queries import EntryView, SnapshotView
from assess.rankings.readings import style_reading
from assess.reports.overview import flag_kinds
from assess.reports.person import band_sizes, driver_fits, person_place, person_sheet
from assess.reports.person_sheets import PersonSheet
from assess.reports.sheets import Appendix, ComparedPerson, ComparisonContent, Facts


def comparison(
    entries: Sequence[EntryView],
    snapshot: SnapshotView,
    campaign: CampaignView,
    catalogue: Catalogue,
    facts: Facts,
    appendix: Appendix,
) -> ComparisonContent:
    """Put people of ``snapshot`` side by side, in the order given."""
    drivers = driver_fits(entries, snapshot, campaign, catalogue)
    sheets = [person_sheet(one, snapshot, campaign, catalogue, drivers) for one in entries]
    return ComparisonContent(
        facts=facts,
        people=tuple(
            _person(one, sheet, snapshot, catalogue)
            for one, sheet in zip(entries, sheets, strict=True)
        ),
        steps=tuple((part.title, part.weight) for part in sheets[0].parts),
        pairs=compare_pairs(entries),
        same_evidence=len({round(one.coverage, 9) for one in entries}) == 1,
        appendix=appendix,
    )


def _person(
    entry: EntryView, sheet: PersonSheet, snapshot: SnapshotView, catalogue: Catalogue
) -> ComparedPerson:
    tenths, total = sheet.shown
    return ComparedPerson(
        name=sheet.name,
        code=sheet.code,
        place=person_place(entry, snapshot, band_sizes(snapshot)),
        fit=sheet.fit,
        headlines=tuple(one.reading for one in sheet.headlines),
        added=tuple(
            points if part.parts and part.weight and sheet.fit else None
            for part, points in zip(sheet.parts, tenths, strict=True)
        ),
        total=total if sheet.fit else None,
        style=tuple(
            (style.letter, style_reading(entry.style.get(style.scale)))
            for style in catalogue.styles
        ),
        style_positions=tuple(sheet.style_positions),
        coverage=entry.coverage,
        flags=flag_kinds(entry),
    )
