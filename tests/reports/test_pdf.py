"""Files: what readers, printers and screen readers get."""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from weasyprint.urls import FatalURLFetchingError

from assess.candidates.requirements import Kind, Requirement, judge_all
from assess.reports import layout, pdf
from assess.reports.kept_units import UnitsOfOneRun
from assess.reports.pictures import Album
from assess.reports.press import OwnPress
from tests.reports.conftest import PAGES, Printed, of_candidate, printed, ranked, run
from tests.reports.material import snapshot_view, sure_scales, tuned

MUSTS = (
    Requirement(Kind.PLACE, places=tuple(f"{n} {'Llanfairpwllgwyn ' * 3}"[:60] for n in range(5))),
    Requirement(Kind.LANGUAGE, name="fr", level="native"),
    Requirement(Kind.SHIFT, name="night"),
    Requirement(Kind.WORK, name="FR"),
    Requirement(Kind.START, by=date(2030, 3, 1)),
    Requirement(Kind.EQUIPMENT, name="headset"),
)
#: No to everything but the last two, which are left and met.
SAID = {
    **{key: "no" for one in MUSTS[:4] for key in one.questions},
    "equipment:headset": "yes",
}
SIMULATED = "Simulated people: no one in this report is real"


def flowed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_the_layout_engine_has_nothing_to_complain_of(ranked_report, candidate_report):
    assert ranked_report.complaints == ()
    assert candidate_report.complaints == ()


def test_every_name_stands_in_the_table_once_with_its_figures(ranked_report):
    table = "\n".join(p for p in ranked_report.pages if re.search(r"Band 1 ·|Not ranked ·", p))
    for entry in ranked_report.snapshot.entries:
        lines = [line for line in table.splitlines() if entry.name in line]
        assert len(lines) == 1
        if entry.rank is not None:
            assert f"{entry.rank_low}–{entry.rank_high}" in lines[0]
            assert re.search(rf"\b{entry.fit:.0f} ", lines[0])


def test_a_person_has_one_page_with_all_that_decides_nothing(ranked_report):
    for page in ranked_report.content.people:
        own = [p for p in ranked_report.pages if "Ask in the interview" in p]
        own = [p for p in own if re.search(rf"^\s*{re.escape(page.sheet.name)}\b", p, re.M)]
        assert len(own) == 1
        text = flowed(own[0])
        assert "This report alone must not decide. Mara Lindqvist decides" in text
        assert f"{page.sheet.fit_sum:+.1f}".replace("-", "−") in text
        assert f"between {page.sheet.fit.low:.0f} and {page.sheet.fit.high:.0f}" in text


LONG = "Maximiliana Konstantinopolitanska-Featherstonehaugh y Castellón"


@pytest.mark.parametrize(
    ("stands_out", "asked", "name"),
    [
        (False, False, LONG),
        (True, False, LONG),
        (True, True, LONG),
        (True, True, f"{LONG} {LONG} {LONG}"[:200]),
    ],
)
def test_the_fullest_person_still_fits_one_page(tmp_path, stands_out, asked, name):
    snapshot = tuned(snapshot_view(1, seats=1))
    entry = snapshot.entries[0]
    signs = {"EMP": 2.0, "REG": 2.0, "OWN": 2.0, "GUI": -3.0, "INT": -2.0, "ESC": -3.0, "CHN": -3.0}
    full = replace(
        entry,
        name=name,
        mean=signs,
        scales=sure_scales() if stands_out else {},
        flags=tuple(f"{code}:one_part_missing" for code in signs),
    )
    content = of_candidate(
        replace(snapshot, entries=(full,)),
        entry.candidate_id,
        judge_all(MUSTS, SAID) if asked else (),
    )
    sheet = content.person.sheet
    assert len(sheet.strengths) + bool(sheet.strong_where) == len(sheet.explore) == 3
    pages = printed(content, snapshot, tmp_path).pages
    first = flowed(pages[0])
    assert "This report alone must not decide. Mara" in first
    assert ("Strong where these calls dominate: Delivery failed" in first) == stands_out
    told = "no part of the fit: 1 of 6 musts met, 1 not said, 4 not met: Night shifts; The right"
    assert (told in first) == asked
    assert len(pages) == 4


def test_a_minimum_and_the_weight_of_style_are_told(tmp_path):
    snapshot = tuned(snapshot_view(9, unranked=1, seats=3))
    report = printed(ranked(snapshot, pages=2), snapshot, tmp_path)
    text = flowed(report.text())
    assert report.complaints == ()
    assert "7 people ranked for 3 seats" in text
    assert "1 person below the profile's minimum stands after them without a rank" in text
    assert "A minimum: Empathy 54. Whoever is below it with 95 %" in text
    assert "nearness to the job's style target is 10 % of the fit" in text
    assert "Style, 10 % of the fit; band: what the job asks" in text
    assert "weight 0" not in text
    table = next(page for page in report.pages if "Band 1 ·" in page)
    after = table.split("Below the profile's minimum, a person decides")[1]
    held = next(entry for entry in snapshot.entries if entry.held_back)
    assert held.name in after.split("Not ranked")[0]
    for page in report.content.people:
        assert page.sheet.parts[-1].weight == pytest.approx(0.1)
        assert sum(part.weight for part in page.sheet.parts) == pytest.approx(1)
        assert page.sheet.fit_sum == pytest.approx(page.sheet.fit.value - 50, abs=1e-9)
        assert page.place.of == 7
    alone = printed(of_candidate(snapshot, held.candidate_id), snapshot, tmp_path)
    own = flowed(alone.pages[0])
    assert "Below the profile's minimum, a person decides: a fit and no rank." in own
    assert "Chance that Empathy is truly below 54: 97 %." in own


def test_the_simulated_label_is_on_every_page(ranked_report, candidate_report):
    for report in (ranked_report, candidate_report):
        assert [SIMULATED in page for page in report.pages] == [True] * len(report.pages)


def test_a_candidate_report_names_nobody_else(candidate_report):
    own = candidate_report.content.person.sheet.name
    text = flowed(candidate_report.text())
    assert own in text
    assert not [
        e.name for e in candidate_report.snapshot.entries if e.name in text.replace(own, "")
    ]


def test_the_reference_group_is_named_and_no_percentile_is_given(ranked_report):
    text = flowed(ranked_report.text())
    assert "1008 anonymous web volunteers, 2019; neither applicants nor the public" in text
    assert "Provisional style scale: Steadiness." in text
    assert "are assumed to be .30" in text
    assert "Until 200 applicants have answered, the reliability" in text
    assert "9 of 10" not in text
    assert "cannot be told apart at the cut" not in text
    assert not re.search(r"\d+(st|nd|rd|th) percentile", text)


def named(name: str, folder: Path) -> Printed:
    """Give the report of a real person of this name."""
    snapshot = snapshot_view(1, seats=1)
    content = of_candidate(snapshot, 1)
    person = replace(content.person, sheet=replace(content.person.sheet, name=name))
    return printed(replace(content, person=person), snapshot, folder)


def test_partial_evidence_is_in_the_title_and_its_competencies_are_named(tmp_path):
    snapshot = replace(
        snapshot_view(3, seats=1), partial=True, coverage=0.41, evidenced=("EMP", "OWN")
    )
    text = flowed(printed(ranked(snapshot, pages=0), snapshot, tmp_path).text())
    assert "Simulated" not in text
    assert "Ranked report: partial evidence" in text
    assert "covers 41 % of what the job asks, so the order rests only on:" in text
    assert "Empathic listening, Ownership and follow-up." in text


def test_pages_are_counted_in_the_foot(ranked_report):
    n = len(ranked_report.pages)
    for number, page in enumerate(ranked_report.pages, 1):
        assert f"Page {number} / {n}" in flowed(page)


def test_both_faces_are_embedded_and_nothing_else(ranked_report):
    listed = run("pdffonts", str(ranked_report.path)).splitlines()[2:]
    assert len(listed) == 2
    assert {re.sub(r"^[A-Z]+\+", "", line.split()[0]) for line in listed} == {
        "Inter",
        "Inter-Semi-Bold",
    }
    assert all(" yes yes yes " in line for line in listed)


LETTERS = [chr(c) for c in (*range(0x21, 0x7F), 0xE9, 0x111, 0x1EB7, 0x15F, 0xF1, 0x131)]


@pytest.mark.parametrize("letters", [LETTERS[:34], LETTERS[34:67], LETTERS[67:]])
def test_letters_are_drawn_and_not_only_stored(tmp_path, letters):
    """A face in pieces keeps its text and loses its shapes: only ink tells."""
    report = named(" ".join(letters), tmp_path)
    first = ("-r", "72", "-f", "1", "-l", "1")
    run("pdftoppm", *first, "-gray", str(report.path), str(tmp_path / "p"))
    boxes = run("pdftotext", "-bbox", "-f", "1", "-l", "1", str(report.path), "-")
    words = re.findall(
        r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)</word>', boxes
    )
    big = [w for w in words if float(w[3]) - float(w[1]) > 14 and len(unescape(w[4])) == 1]
    assert len(big) == len(letters)
    with Image.open(next(tmp_path.glob("p*.pgm"))) as page:
        for *corners, letter in big:
            box = tuple(round(float(corner)) for corner in corners)
            assert page.crop(box).getextrema()[0] < 140, f"{letter} left no ink"


def test_every_link_leads_somewhere(ranked_report):
    with pikepdf.open(ranked_report.path) as file:
        names = file.Root.Names.Dests.Names
        known = {str(names[i]) for i in range(0, len(names), 2)}
        links = [
            str(note.A.D) if "/A" in note else str(note.Dest)
            for page in file.pages
            for note in page.get("/Annots", [])
        ]
    assert len(links) >= PAGES * 3
    assert set(links) <= known


def test_bookmarks_name_every_part_and_every_person_with_a_page(ranked_report):
    with pikepdf.open(ranked_report.path) as file, file.open_outline() as outline:
        titles = [str(item.title) for item in outline.root]
        people = [str(one.title) for item in outline.root for one in item.children]
    for part in ("Summary", "How to read it", "The ranking", "Guide for interviews"):
        assert part in titles
    for page in ranked_report.content.people:
        assert page.sheet.name in people


def test_the_file_is_tagged_titled_and_in_a_language(ranked_report):
    with pikepdf.open(ranked_report.path) as file:
        assert str(file.Root.Lang) == "en"
        assert bool(file.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in file.Root
        assert bool(file.Root.ViewerPreferences.DisplayDocTitle)
        with file.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert "Voice agents, spring intake" in metadata["dc:title"]


def test_every_picture_has_words_and_every_header_cell_a_scope(ranked_report):
    with pikepdf.open(ranked_report.path) as file:
        kinds = {}
        stack = [file.Root.StructTreeRoot.K]
        while stack:
            node = stack.pop()
            if isinstance(node, pikepdf.Array):
                stack.extend(node)
            elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
                kinds.setdefault(str(node.S), []).append(node)
                stack.append(node.get("/K", pikepdf.Array()))
        figures, heads = kinds["/Figure"], kinds["/TH"]
        assert all(str(figure.get("/Alt", "")) for figure in figures)
        assert len(figures) > 30
        assert all("/Scope" in str(dict(head.get("/A", {}))) or "/A" in head for head in heads)


def test_the_same_content_gives_the_same_bytes(candidate_report):
    made = pdf.render(candidate_report.content, OwnPress(), UnitsOfOneRun())
    assert made == candidate_report.path.read_bytes()


@pytest.mark.parametrize(
    "url",
    ["file:///etc/hostname", "http://example.org/a.png", "https://example.org/a.css",
     "asset:picture-1.svg", "asset:../pdf/report.css", "data:image/png;base64,AAAA",
     "Inter-Regular.woff2"],
)  # fmt: skip
def test_the_fetcher_refuses_whatever_is_not_its_own(url):
    with pytest.raises(FatalURLFetchingError):
        layout.ClosedFetcher(Album()).fetch(url)


def test_a_name_is_text_and_never_markup(tmp_path):
    name = '<img src="file:///etc/hostname"><b>Eve</b> {{ 7 * 7 }}'
    report = named(name, tmp_path)
    assert name in flowed(report.text())
    assert report.complaints == ()


def test_progress_counts_pages_up_to_what_was_expected(candidate_report):
    seen = candidate_report.progress
    assert seen
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert all(0 < done <= expected for done, expected in seen)
