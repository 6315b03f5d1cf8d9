"""Content: what reports say, before any page."""

from dataclasses import replace

import pytest

from assess.errors import NotFound
from assess.instruments.catalogue import default_catalogue
from assess.instruments.phrases import Z_90
from assess.rankings.readings import CORE_PROBES, PERSONAL_PROBES, style_reading
from assess.reports.facts import make_facts
from assess.reports.models import ReportKind
from assess.reports.sheets import TablePage
from assess.reports.table import LINES_A_PAGE
from assess.selection.demand import COMPETENCIES
from tests.reports.conftest import of_candidate, ranked
from tests.reports.material import MADE_AT, WEIGHTS, campaign_view, snapshot_view

SNAPSHOT = snapshot_view(30, unranked=2, seats=6)


def rows(pages: tuple[TablePage, ...]):
    return [row for page in pages for block in page.blocks for row in block.rows]


def changed(snapshot, place, **changes):
    """Give the snapshot with one entry changed."""
    entries = list(snapshot.entries)
    entries[place] = replace(entries[place], **changes)
    return replace(snapshot, entries=tuple(entries))


def test_everybody_stands_in_the_table_once_in_the_order_of_paper():
    found = rows(ranked(SNAPSHOT).table)
    assert [row.name for row in found] == [entry.name for entry in SNAPSHOT.entries]
    assert [row.place is None for row in found] == [False] * 28 + [True] * 2


def test_a_fit_is_shown_with_its_ninety_percent_interval():
    entry, row = SNAPSHOT.entries[0], rows(ranked(SNAPSHOT).table)[0]
    assert row.fit.value == entry.fit
    assert row.fit.high - row.fit.low == pytest.approx(2 * Z_90 * entry.fit_error)


def test_a_competency_is_shown_as_fifty_and_ten_points_a_deviation():
    entry, row = SNAPSHOT.entries[0], rows(ranked(SNAPSHOT).table)[0]
    assert row.headlines[0].value == pytest.approx(50 + 10 * entry.mean["EMP"])


def test_contributions_add_up_to_the_fit_exactly():
    for page in ranked(SNAPSHOT).people:
        assert page.sheet.fit_sum == pytest.approx(page.sheet.fit.value - 50, abs=1e-12)


def test_the_tenths_on_paper_add_up_too():
    for page in ranked(SNAPSHOT).people:
        tenths, total = page.sheet.shown
        assert [round(10 * tenth, 6) % 1 for tenth in tenths] == [0] * len(tenths)
        assert sum(tenths) == pytest.approx(total, abs=1e-9)
        assert f"{50 + total:.1f}" == f"{page.sheet.fit.value:.1f}"


def test_pages_go_to_the_first_by_rank_and_stand_in_the_order_of_the_table():
    content = ranked(SNAPSHOT, pages=7)
    by_rank = sorted((e for e in SNAPSHOT.entries if e.rank), key=lambda e: e.rank)
    chosen = {entry.name for entry in by_rank[:7]}
    assert [p.sheet.name for p in content.people] == [
        entry.name for entry in SNAPSHOT.entries if entry.name in chosen
    ]


def test_only_people_with_a_page_are_linked():
    content = ranked(SNAPSHOT, pages=7)
    linked = {row.anchor for row in rows(content.table) if row.anchor}
    assert linked == {page.anchor for page in content.people}


def test_seats_are_counted_into_the_bands_that_hold_them():
    bands = ranked(SNAPSHOT).summary.bands
    assert sum(band.seats for band in bands) == 6
    assert sum(band.last_seat for band in bands) == 1
    assert sum(band.size for band in bands) == 28


def test_where_everybody_has_a_seat_no_band_ends_them():
    bands = ranked(snapshot_view(5, seats=5)).summary.bands
    assert not any(band.last_seat for band in bands)


def test_weights_scaled_by_hand_and_uncalibrated_styles_are_named():
    assert ranked(SNAPSHOT).facts.scaled == ()
    profile = replace(campaign_view().profile, multipliers={"EMP": 1.5})
    campaign = campaign_view(profile=profile)
    facts = make_facts(
        ReportKind.RANKED, SNAPSHOT, campaign, default_catalogue(),
        organisation="Harbour Care", made_at=MADE_AT,
    )  # fmt: skip
    assert facts.scaled == (("Empathic listening", 1.5),)
    assert facts.provisional_styles == ("Steadiness",)


def test_the_summary_counts_everybody_ranked_by_their_chance():
    summary = ranked(SNAPSHOT).summary
    assert summary.sure_in + summary.at_cut + summary.sure_out == 28
    assert set(summary.cut_names) == {e.name for e in SNAPSHOT.entries if e.at_cut}
    best = sorted((e for e in SNAPSHOT.entries if e.rank), key=lambda e: e.rank)[:6]
    assert summary.expected_top == pytest.approx(sum(e.p_top for e in best))


def test_everybody_at_the_cut_is_listed():
    names = [row.name for row in ranked(SNAPSHOT).cut]
    assert sorted(names) == sorted(e.name for e in SNAPSHOT.entries if e.at_cut)


def test_core_questions_are_the_same_for_everybody_and_the_heaviest():
    pages = ranked(SNAPSHOT, pages=28).people
    heaviest = sorted(range(7), key=lambda i: -WEIGHTS[i])[:CORE_PROBES]
    titles = {one.code: one.title for one in default_catalogue().competencies}
    for page in pages:
        core = [probe.title for probe in page.sheet.probes if probe.why == "core"]
        assert core == [titles[COMPETENCIES[i]] for i in heaviest]
        assert len(page.sheet.probes) - len(core) <= PERSONAL_PROBES


def test_the_same_score_gets_the_same_reviewed_sentence():
    catalogue, phrases = default_catalogue(), default_catalogue().phrases
    sentences = {phrase.report for phrase in phrases.table.values()}
    for page in ranked(SNAPSHOT, pages=28).people:
        assert {said.text for said in (*page.sheet.strengths, *page.sheet.explore)} <= sentences
        assert len(page.sheet.strengths) <= 3
        assert 1 <= len(page.sheet.explore) <= 3
    assert catalogue.phrases.provisional


def test_what_was_not_measured_is_said_once_and_never_shown_as_a_score():
    entry = SNAPSHOT.entries[0]
    blind = changed(
        SNAPSHOT,
        0,
        mean={**entry.mean, "EMP": None, "GUI": None},
        error={**entry.error, "EMP": None, "GUI": None},
        parts={**entry.parts, "EMP": 0, "GUI": 0},
        flags=("EMP:not_measured", "GUI:not_measured"),
    )
    sheet = of_candidate(blind, entry.candidate_id).person.sheet
    assert sheet.headlines[0].reading is None
    assert [said.title for said in sheet.explore].count("Guidance and fair limits") == 0
    joint = [said for said in sheet.explore if "Guidance and fair limits" in said.title]
    assert len(joint) == 1
    assert "Empathic listening" in joint[0].title
    assert sheet.evidence.flags == (
        ("not_measured", ("Empathic listening", "Guidance and fair limits")),
    )


def test_only_the_headline_indices_are_shown_alone_the_others_count():
    sheet = of_candidate(SNAPSHOT, SNAPSHOT.entries[0].candidate_id).person.sheet
    by_code = {part.code: part for part in sheet.parts}
    for code in ("OWN", "INT", "GUI", "ESC", "CHN"):
        assert by_code[code].reading is None
        assert by_code[code].contribution != 0
    for code in ("EMP", "REG"):
        assert by_code[code].reading is not None


def test_page_and_paper_put_a_style_at_the_same_place():
    entry = SNAPSHOT.entries[0]
    sheet = of_candidate(SNAPSHOT, entry.candidate_id).person.sheet
    scale = default_catalogue().styles[0].scale
    assert sheet.style[0].reading == style_reading(entry.style[scale])


def test_no_page_of_the_table_is_overfull_even_with_long_names():
    long = SNAPSHOT
    for place in range(0, 30, 3):
        long = changed(long, place, name="Maximiliana Konstantinopolitanska-Featherstonehaugh")
    for page in ranked(long).table:
        lines = sum(1 + sum(-(-len(row.name) // 23) for row in b.rows) for b in page.blocks)
        assert lines <= LINES_A_PAGE


def test_a_report_about_a_person_names_nobody_else():
    entry = SNAPSHOT.entries[4]
    words = repr(of_candidate(SNAPSHOT, entry.candidate_id))
    assert entry.name in words
    assert not [e.name for e in SNAPSHOT.entries if e is not entry and e.name in words]


def test_a_report_about_somebody_outside_the_ranking_is_not_found():
    with pytest.raises(NotFound):
        of_candidate(SNAPSHOT, 999)


@pytest.mark.parametrize("n", [1, 2])
def test_tiny_rankings_make_sense(n):
    content = ranked(snapshot_view(n, seats=4))
    assert len(rows(content.table)) == n
    assert content.summary.top == n


def test_a_ranking_of_nobody_ranked_has_no_bands_and_everybody_unranked():
    content = ranked(snapshot_view(2, unranked=2, seats=4))
    assert content.summary.bands == ()
    assert [row.place for row in rows(content.table)] == [None, None]
