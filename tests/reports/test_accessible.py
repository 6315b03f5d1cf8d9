"""Every kind of report in every language is a tagged file as PDF/UA-1 asks, on both papers."""

import re
from io import BytesIO

import pdfua
import pikepdf
import pytest

from assess.reports.models import ReportKind
from tests.reports import pdf_file, pdf_structure
from tests.reports.every_kind import KINDS, LANGUAGES, content, print_one
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
