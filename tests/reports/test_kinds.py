"""Kinds of report, what can be asked of them, and that they fit their paper in each language."""

import re
from dataclasses import replace

import pytest

from assess.errors import NotFound
from assess.instruments.catalogue import default_catalogue
from assess.rankings.pairs import TOLD_APART, compare_pairs
from assess.reports import layout, plan
from assess.reports.content import comparison_content, interview_content
from assess.reports.listing import shortened
from assess.reports.models import ReportKind
from assess.reports.options import LANGUAGES, ReportOptions, stored_options
from assess.reports.overview import ranked_entries
from assess.reports.reliabilities import LEAST_POOL
from assess.reports.said import said_digest
from assess.selection.ranking import probability_beats
from tests.reports.conftest import of_candidate, printed, ranked
from tests.reports.material import (
    KINDS,
    MADE_AT,
    campaign_view,
    content_of,
    snapshot_view,
    sure_scales,
    tuned,
)

SNAPSHOT = snapshot_view(60, unranked=2, seats=8)
SAID = {"organisation": "Harbour Care", "made_at": MADE_AT}


def flowed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def listed(content) -> list[str]:
    return [row.name for page in content.table for block in page.blocks for row in block.rows]


@pytest.mark.parametrize("top", [1, 8, 20, 58, 500])
def test_a_shortened_table_leaves_nobody_out_who_cannot_be_told_apart(top):
    found, listing = shortened(SNAPSHOT, top)
    people = ranked_entries(SNAPSHOT)
    last, there = people[min(top, len(people)) - 1], {one.candidate_id for one in found.entries}
    assert {one.candidate_id for one in people[:top]} <= there
    for one in people[top:]:
        beats = probability_beats(last.fit, last.fit_error, one.fit, one.fit_error)
        assert (one.candidate_id in there) == (beats < TOLD_APART)
    assert listing.top + listing.beside == len(found.entries)
    assert listing.left_out == len(people) - len(found.entries)
    assert listing.unplaced == 2


def test_a_table_of_everybody_is_not_called_shortened():
    assert shortened(SNAPSHOT, None) == (SNAPSHOT, None)
    assert shortened(snapshot_view(3), 3)[1] is None
    nobody = replace(snapshot_view(2), entries=())
    assert shortened(nobody, 5) == (nobody, None)


def test_a_shortened_report_names_nobody_it_does_not_list():
    content = content_of("ranked", top=2)
    names = set(listed(content))
    everybody = {one.name for one in snapshot_view(16, unranked=1, seats=4).entries}
    assert content.listing.left_out > 0
    assert names < everybody
    said = repr(replace(content, appendix=None))
    assert [one for one in everybody - names if f"'{one}'" in said and one not in _firsts(content)]\
        == []  # fmt: skip
    assert sum(band.size for band in content.summary.bands) == 15
    assert sum(band.listed for band in content.summary.bands) == len(names)


def _firsts(content) -> set[str]:
    """Give the first people of bands: the content has them, no page prints them."""
    return {band.first for band in content.summary.bands}


def test_a_comparison_has_the_chances_and_the_steps_of_its_people():
    content = content_of("comparison")
    assert [one.name for one in content.people] == [
        one.name for one in snapshot_view(16, unranked=1, seats=4).entries
        if one.name in {person.name for person in content.people}
    ]  # fmt: skip
    for one in content.people:
        assert len(one.added) == len(content.steps)
        if one.fit:
            assert sum(x for x in one.added if x is not None) == pytest.approx(one.total)
            assert one.total == pytest.approx(one.fit.value - 50, abs=0.051)
            assert one.place.bands > 1, "bands are counted in the whole pool"
        else:
            assert one.added == (None,) * len(content.steps)
    assert len(content.pairs) == 1
    assert content.pairs == compare_pairs(
        [e for e in snapshot_view(16, unranked=1, seats=4).entries
         if e.name in {person.name for person in content.people}]
    )  # fmt: skip


def test_an_interview_pack_tells_no_score_and_stands_by_name():
    content = content_of("interview")
    names = [guide.name for guide in content.guides]
    assert names == sorted(names, key=str.casefold)
    text = " ".join(
        layout._html(sheet.request, 0)[0] for sheet in plan.plan(content) if sheet.request.tagged
    )
    for entry in snapshot_view(16, unranked=1, seats=4).entries:
        assert f">{entry.rank_low}–{entry.rank_high}<" not in text
    assert "whisker" not in text
    assert "90 %" not in text


@pytest.mark.parametrize("make", [comparison_content, interview_content])
def test_a_report_of_somebody_who_is_not_there_is_not_made(make):
    with pytest.raises(NotFound):
        make(SNAPSHOT, campaign_view(), default_catalogue(), [1, 99999], **SAID)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fullest_pages_fit_their_paper_in_every_language(language):
    snapshot = tuned(snapshot_view(2, seats=1))
    signs = {"EMP": 2.0, "REG": 2.0, "OWN": 2.0, "GUI": -3.0, "INT": -2.0, "ESC": -3.0, "CHN": -3.0}
    full = tuple(
        replace(
            entry,
            name="Maximiliana Konstantinopolitanska-Featherstonehaugh y Castellón",
            mean=signs, scales=sure_scales(),
            flags=tuple(f"{code}:one_part_missing" for code in signs),
        )
        for entry in snapshot.entries
    )  # fmt: skip
    on = replace(snapshot, entries=full), campaign_view(), default_catalogue()
    asked = {**SAID, "language": language}
    several = [comparison_content(*on, [1, 2], **asked), interview_content(*on, [1, 2], **asked)]
    person = content_of("candidate", language)
    sheets = [sheet for content in (*several, person) for sheet in plan.plan(content)]
    one_page = [sheet.request for sheet in sheets if sheet.request.template in layout.ONE_PAGE]
    assert {request.template for request in one_page} == set(layout.ONE_PAGE)
    assert [layout.lay_out(request).pages for request in one_page] == [1] * len(one_page)


def test_the_fit_by_call_driver_stands_on_a_persons_page(tmp_path):
    snapshot = snapshot_view(9, seats=3)
    entry = replace(snapshot.entries[0], scales=sure_scales())
    content = of_candidate(replace(snapshot, entries=(entry,)), entry.candidate_id)
    drivers = content.person.sheet.drivers
    assert [one.title for one in drivers][:2] == ["Delivery failed or late", "Returns and refunds"]
    page = flowed(printed(content, snapshot, tmp_path).pages[0])
    assert "Fit by call driver, the most work first" in page
    for one in drivers:
        figures = f"{one.fit.value:.0f} {one.fit.low:.0f}–{one.fit.high:.0f}"
        assert one.title in page
        assert figures in page


def test_reliabilities_follow_from_the_errors():
    rows = {row.title: row for row in ranked(SNAPSHOT).appendix.reliabilities}
    assert rows["Empathic listening"].reference == pytest.approx(1 - 0.45**2)
    assert rows["Guidance and fair limits"].reference == pytest.approx(1 - 0.85**2)
    assert rows[None].people == 58
    means = [one.mean["EMP"] for one in SNAPSHOT.entries]
    spread = sum((m - sum(means) / 60) ** 2 for m in means) / 59
    assert rows["Empathic listening"].here == pytest.approx(spread / (spread + 0.45**2))
    few = ranked(snapshot_view(LEAST_POOL - 1)).appendix.reliabilities
    assert {row.here for row in few} == {None}


@pytest.mark.parametrize("kind", KINDS)
def test_the_digest_is_of_all_that_is_said_and_printed(kind):
    content = content_of(kind)
    digest = said_digest(content)
    assert digest == said_digest(content_of(kind))
    assert digest != said_digest(replace(content, facts=replace(content.facts, seats=5)))
    assert digest != said_digest(content_of(kind, "fr"))
    sheets = [layout._html(sheet.request, 0)[0] for sheet in plan.plan(content)]
    assert sum(digest in sheet for sheet in sheets) == 1


@pytest.mark.parametrize(
    ("people", "told"),
    [
        (0, ("Nobody is ranked in this report.", "Nobody has finished yet")),
        (1, ("1 person ranked for 8 seats", "The only person ranked", "nobody to tell apart from")),
        (2, ("2 people ranked for 8 seats", "Band 1")),
    ],
)
def test_a_report_of_hardly_anybody_comes_out_right(tmp_path, people, told):
    snapshot = snapshot_view(people or 1, seats=8)
    if not people:
        snapshot = replace(snapshot, entries=(), people=0)
    report = printed(ranked(snapshot), snapshot, tmp_path)
    text = flowed(report.text())
    assert report.complaints == ()
    assert [words for words in told if words not in text] == []
    assert ("Band 1" in text) == (people == 2)


def test_options_are_read_as_they_were_written_also_old_ones():
    asked = ReportOptions(3, top=9, blind=True, paper="letter", language="id", people=(4, 2))
    assert stored_options(asked.stored() | {"named": None}) == asked
    assert stored_options({"people_pages": 4, "named": [1]}) == ReportOptions(4)


@pytest.mark.parametrize(
    ("kind", "candidate_id", "options", "fault"),
    [
        (ReportKind.COMPARISON, None, ReportOptions(people=(1,)), "people"),
        (ReportKind.COMPARISON, None, ReportOptions(people=(1, 1)), "people"),
        (ReportKind.COMPARISON, None, ReportOptions(people=tuple(range(6))), "people"),
        (ReportKind.COMPARISON, 1, ReportOptions(people=(1, 2)), "candidate"),
        (ReportKind.INTERVIEW, None, ReportOptions(), "people"),
        (ReportKind.RANKED, None, ReportOptions(people=(1,)), "people"),
        (ReportKind.RANKED, None, ReportOptions(top=0), "top"),
        (ReportKind.RANKED, None, ReportOptions(paper="a3"), "paper"),
        (ReportKind.RANKED, None, ReportOptions(language="de"), "language"),
    ],
)
def test_what_makes_no_sense_is_said(kind, candidate_id, options, fault):
    assert [one.split(":")[0] for one in options.faults(kind, candidate_id)] == [fault]
