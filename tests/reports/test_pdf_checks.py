"""The checks of files find what is wrong: faults planted in a report that has none."""

import re
from io import BytesIO

import pdfua
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from assess.reports.models import ReportKind
from tests.reports import pdf_file, pdf_structure
from tests.reports.every_kind import content, print_one
from tests.reports.pdf_structure import Structure


@pytest.fixture(scope="module")
def good() -> bytes:
    return print_one(content(ReportKind.RANKED))


def first(file, kind, which=0):
    """Give an element of a kind in reading order."""
    return [one.said for one in Structure(file).elements if one.kind == kind][which]


def rewritten(file, page, old, new):
    """Change a page's own stream."""
    stream = file.pages[page].obj.Contents[1]
    before = stream.read_bytes()
    assert re.search(old, before), old
    stream.write(re.sub(old, new, before, count=1))


def header(file):
    return next(one.said for one in Structure(file).elements if "/ID" in one.said)


def cell_naming_headers(file):
    return next(
        one.said
        for one in Structure(file).elements
        if one.kind == "TD" and "/Headers" in one.said.get("/A", {})
    )


def as_artifact(file):
    rewritten(file, 1, rb"/Span\s*<</MCID \d+>>\s*BDC", b"/Artifact BMC")


def without_cell(file):
    row = [one.said for one in Structure(file).elements if one.kind == "TR"][2]
    del row.K[len(row.K) - 1]


def unused_number(file):
    numbers = file.Root.StructTreeRoot.ParentTree.Nums
    numbers.append(9999)
    numbers.append(first(file, "P"))


def twice(file):
    one = first(file, "P")
    file.Root.StructTreeRoot.K[0].K.append(one)


def swap(file):
    kids = first(file, "Sect", 1).K
    kids[0], kids[2] = kids[2], kids[0]


def without_words(file):
    heading = next(one for one in Structure(file).elements if one.kind == "H2")
    page, mark = next(heading.leaves())
    shown = rb"(?s)(<</MCID %d>>\s*BDC.*?)\[<.*?\] TJ" % mark
    rewritten(file, page, shown, rb"\1[] TJ")


def unmapped(file):
    file.Root.StructTreeRoot.ParentTree.Nums[1][4] = first(file, "H1")


def other_page(file):
    file.pages[1].obj.StructParents = 0


def other_parent(file):
    first(file, "H1").P = first(file, "Table")


def lost_link(file):
    note = file.pages[0].obj.Annots[0]
    note.StructParent = 0


PLANTED = {
    "content .* is in no element": lambda f: first(f, "Sect").K.__delitem__(0),
    "names content .* which is not there": as_artifact,
    "neither tagged nor an artifact": lambda f: rewritten(f, 1, rb"/Artifact\s+BMC", b"/X BMC"),
    "text .* is neither tagged": lambda f: rewritten(
        f, 1, rb"/Span\s*<</MCID \d+>>\s*BDC", b"/Span BMC"
    ),
    "inside other marked content": lambda f: rewritten(
        f, 1, rb"(/Span\s*<</MCID )(\d+)(>>\s*BDC)", rb"\1\2\3 /Span <</MCID 999>> BDC EMC"
    ),
    "artifact is inside tagged content": lambda f: rewritten(
        f, 1, rb"(/Span\s*<</MCID \d+>>\s*BDC)", rb"\1 /Artifact BMC EMC"
    ),
    "stands in 2 elements": twice,
    "gives content .* to another element": unmapped,
    "parent tree's number 0 is used": other_page,
    "gives a link to another element": lost_link,
    "numbers that nothing uses": unused_number,
    "names another parent": other_parent,
    "is no kind of element": lambda f: first(f, "Div").__setitem__("/S", Name.Block),
    "TR stands in": lambda f: first(f, "THead").__setitem__("/S", Name.Div),
    "an empty H2": lambda f: first(f, "H2").__setitem__("/K", Array()),
    "H2 without words": without_words,
    "H1 is followed by H3": lambda f: first(f, "H2").__setitem__("/S", Name.H3),
    "H0 is followed by H2": lambda f: first(f, "H1").__setitem__("/S", Name.H2),
    "rows have": without_cell,
    "header without a scope": lambda f: first(f, "TH").A.__delitem__("/Scope"),
    "table without headers": lambda f: [
        one.said.__setitem__("/S", Name.TD) for one in Structure(f).elements if one.kind == "TH"
    ],
    "names a header that its table lacks": lambda f: cell_naming_headers(f).A.__setitem__(
        "/Headers", Array([String("nobody")])
    ),
    "identifier is given twice": lambda f: first(f, "P").__setitem__("/ID", header(f).ID),
    "identifiers and no tree": lambda f: f.Root.StructTreeRoot.__delitem__("/IDTree"),
    "item without a body": lambda f: first(f, "LBody").__setitem__("/S", Name.Lbl),
    "how it is numbered": lambda f: first(f, "L", -1).__delitem__("/A"),
    "picture without words": lambda f: first(f, "Figure").__delitem__("/Alt"),
    "picture without a box": lambda f: first(f, "Figure").__delitem__("/A"),
    "not where its box is": lambda f: first(f, "Figure").A.__setitem__(
        "/BBox", Array([0, 0, 10, 10])
    ),
    "link outside a Link": lambda f: first(f, "Link").__setitem__("/S", Name.Span),
    "link says": lambda f: f.pages[0].obj.Annots[0].__setitem__("/Contents", String("to:x")),
    "link leads nowhere": lambda f: f.pages[0].obj.Annots[0].__setitem__("/Dest", String("x")),
    "link outside the page": lambda f: f.pages[0].obj.Annots[0].__setitem__(
        "/Rect", Array([0, -9, 5, 5])
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_of_structure_is_found(good, fault):
    with pikepdf.open(BytesIO(good)) as file:
        PLANTED[fault](file)
        found = pdf_structure.faults(file)
    assert any(re.search(fault, one) for one in found), found


def font(file):
    return next(iter(file.pages[0].obj.Resources.Font.values()))


def below(file):
    return font(file).DescendantFonts[0]


PLANTED_IN_FILE = {
    "language is": lambda f: f.Root.__setitem__("/Lang", String("de")),
    "does not say that it is tagged": lambda f: f.Root.__delitem__("/MarkInfo"),
    "not its title": lambda f: f.Root.__delitem__("/ViewerPreferences"),
    "has no metadata": lambda f: f.Root.__delitem__("/Metadata"),
    "title is": lambda f: f.docinfo.__setitem__("/Title", String("Another")),
    "not name PDF/UA-1": lambda f: f.Root.Metadata.write(
        f.Root.Metadata.read_bytes().replace(b"<pdfuaid:part>1", b"<pdfuaid:part>2")
    ),
    "no bookmarks": lambda f: f.Root.__delitem__("/Outlines"),
    "has /OpenAction": lambda f: f.Root.__setitem__("/OpenAction", Array()),
    "an action": lambda f: f.make_indirect(Dictionary(S=Name.JavaScript)),
    "is not embedded": lambda f: below(f).FontDescriptor.__delitem__("/FontFile2"),
    "embedded more than once": lambda f: f.make_indirect(Dictionary(dict(font(f)))),
    "not tell its text": lambda f: font(f).__delitem__("/ToUnicode"),
    "another width": lambda f: below(f).__setitem__("/W", Array()),
    "not that of the structure": lambda f: f.pages[1].obj.__delitem__("/Tabs"),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTED_IN_FILE)
def test_a_planted_fault_of_the_file_is_found(good, fault):
    with pikepdf.open(BytesIO(good)) as file:
        PLANTED_IN_FILE[fault](file)
        found = pdf_file.faults(file, "en")
    assert any(fault in one for one in found), found


def test_words_out_of_order_and_off_the_page_are_found(good):
    with pikepdf.open(BytesIO(good)) as file:
        swap(file)
        assert pdf_structure.disorder(Structure(file))
    with pikepdf.open(BytesIO(good)) as file:
        file.pages[1].obj.MediaBox = Array([0, 0, 300, 841.89])
        assert Structure(file).painted[1].outside


#: What the other checker finds, by its rule. It takes a rule that broke off for one that held.
KNOWN_TO_PDFUA = {
    "UA-01-005": lambda f: f.Root.__delitem__("/StructTreeRoot"),
    "UA-01-002": lambda f: f.Root.__delitem__("/MarkInfo"),
    "UA-01-003": lambda f: f.pages[1].obj.Contents[1].write(
        b"BT /Regular 9 Tf 1 0 0 1 50 50 Tm <0041> Tj ET"
    ),
    "UA-06-001": lambda f: f.Root.__delitem__("/Lang"),
    "UA-07-001": lambda f: f.docinfo.__delitem__("/Title"),
    "UA-07-002": lambda f: f.Root.__delitem__("/ViewerPreferences"),
    "UA-28-004": lambda f: f.Root.__delitem__("/Metadata"),
    "UA-13-004": PLANTED["picture without words"],
    "UA-15-003": PLANTED["table without headers"],
    "UA-18-005": lambda f: f.pages[0].obj.Annots[0].__delitem__("/Contents"),
}  # fmt: skip


@pytest.mark.parametrize("rule", KNOWN_TO_PDFUA)
def test_what_the_other_checker_finds(good, rule, tmp_path):
    path = tmp_path / "faulty.pdf"
    with pikepdf.open(BytesIO(good)) as file:
        KNOWN_TO_PDFUA[rule](file)
        file.save(path)
    assert rule in {one.rule_id for one in pdfua.validate(str(path)).findings}
