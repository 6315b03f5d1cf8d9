"""Every kind of report in every language is a tagged file as PDF/UA-1 asks, on both papers."""

import re
from io import BytesIO

import pdfua
import pikepdf
import pytest

from assess.reports.faces import write_line
from assess.reports.models import ReportKind
from assess.reports.person_sheets import Place
from assess.reports.wording import place_line
from tests.reports import pdf_file, pdf_structure
from tests.reports.every_kind import LANGUAGES, content, print_one
from tests.reports.material import KINDS
from tests.reports.pdf_structure import Structure

CASES = [(kind, language, "a4") for kind in ReportKind for language in LANGUAGES]
CASES += [(kind, "id", "letter") for kind in ReportKind]

#: A rule of pdfua 0.1.3 that breaks off on lists of kids, and is then left out without a word.
BREAKS_OFF = "UA-14-001"


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def made(request):
    """Give one report: its language and its bytes."""
    kind, language, paper = request.param
    return language, print_one(content(kind, language), paper)


def test_every_kind_is_looked_at():
    assert set(KINDS) == set(ReportKind)


def test_the_structure_has_no_fault(made):
    with pikepdf.open(BytesIO(made[1])) as file:
        assert pdf_structure.faults(file) == []


def test_the_file_and_its_faces_have_no_fault(made):
    language, written = made
    with pikepdf.open(BytesIO(written)) as file:
        assert pdf_file.faults(file, language) == []
        assert len(written) / len(file.pages) < 25_000


def test_what_is_read_first_stands_first_and_nothing_leaves_the_page(made):
    with pikepdf.open(BytesIO(made[1])) as file:
        structure = Structure(file)
        assert pdf_structure.disorder(structure) == []
        assert [page.outside for page in structure.painted] == [[] for _ in file.pages]


def test_another_checker_finds_nothing_either(made, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(made[1])
    report = pdfua.validate(str(path))
    assert report.findings == ()
    broken = {one.rule_id for one in report.outcomes if one.skipped_reason}
    assert broken <= {BREAKS_OFF}


def test_a_persons_page_is_heard_as_it_is_seen():
    """The words in reading order are those that stand on the page from top to bottom."""
    with pikepdf.open(BytesIO(print_one(content(ReportKind.CANDIDATE)))) as file:
        structure = Structure(file)
        heard = " ".join(structure.text(top, 0) for top in structure.tops)
    told = [
        "for Voice agents, spring intake at", "Band", "Fit with this job", "Empathy",
        "Stress resilience", "What the fit is made of", "Competency, the heaviest first",
        "Fit: 50 and the sum", "Strengths", "To explore", "Style, weight 0", "Evidence",
        "Ask in the interview", "Your rating", "This report alone must not decide.",
    ]  # fmt: skip
    found = re.search(".*".join(map(re.escape, told)), heard)
    assert found, heard


#: As much as a place in the ranking ever says.
FULLEST = Place(
    rank=4321, rank_low=3987, rank_high=4765, of=4990, p_top=0.43, seats=1250,
    band=118, bands=123, band_size=1234, at_cut=True,
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_line_of_a_persons_place_is_legible_however_much_it_says(language):
    runs = place_line(FULLEST, language)
    line = write_line(runs, at=(0, 0), size=8.5, most=174 * 72 / 25.4)
    sizes = {float(size) for size in re.findall(rb" ([\d.]+) Tf", line.operators)}
    assert min(sizes) >= 7
    said = {letter for glyphs in line.glyphs.values() for letter, _ in glyphs.values()}
    assert set("".join(run.text for run in runs)) == said


def test_what_is_written_on_a_page_stands_in_its_frame_on_both_papers():
    """A person's place lies between the page's edges, and no other words touch it."""
    for paper in ("a4", "letter"):
        with pikepdf.open(BytesIO(print_one(content(ReportKind.RANKED), paper))) as file:
            of = Structure(file)
            lines = [one for one in of.elements if "chance of belonging" in of.text(one)]
            lines = [one for one in lines if one.kind == "P" and of.text(one).startswith("Band ")]
            assert len(lines) == 2
            for line in lines:
                [(page, mark)] = line.content
                left, *_, right = of.painted[page].marks[mark].points
                others = [
                    point
                    for number, one in of.painted[page].marks.items()
                    for point in one.points
                    if number != mark
                ]
                assert min(x for x, _ in others) < left[0] < right[0] < max(x for x, _ in others)
                assert all(abs(y - left[1]) > 6 for _, y in others)
