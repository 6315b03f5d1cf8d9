"""Names and titles that somebody made up to break a page: they stay words in their place."""

from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assess.reports import layout, plan
from assess.reports.models import ReportKind
from assess.reports.press import OwnPress
from assess.reports.wording import legible
from tests.reports import pdf_file, pdf_structure
from tests.reports.conftest import listening, run
from tests.reports.every_kind import content, print_one
from tests.reports.pdf_structure import Structure

LONGEST = 200
"""What the service takes of a name; a title, a brand and a house have no more either."""

INJECTED = (
    '<img src="file:///etc/hostname"/><script>alert(1)</script>',
    "</h1></section><style>*{display:none}</style><a href='http://a.example/'>x</a>",
    "{{ 7 * 7 }} {% include 'x' %} {# y #}",
    '=HYPERLINK("http://a.example","y")', "&lt;b&gt; &amp; ]]> &#0; &nosuch;",
    "a\\(b) <0041> Tj ET Q",
)  # fmt: skip
LONG = ("Wx" * 300, "W" * LONGEST, ("Maximiliana Konstantinopolitanska " * 20)[:600], "i" * 34)


@pytest.fixture(scope="module")
def fixed():
    """Give a candidate report's content, and its units but the person's page, made once."""
    made = content(ReportKind.CANDIDATE)
    kept = {sheet.request.digest: layout.lay_out(sheet.request) for sheet in plan.plan(made)[1:]}

    class Press(OwnPress):
        """Makes the person's page alone."""

        def units(self, requests):
            for place, request in enumerate(requests):
                yield place, kept.get(request.digest) or layout.lay_out(request)

    return made, Press()


def named(fixed, name):
    made, press = fixed
    person = replace(made.person, sheet=replace(made.person.sheet, name=name))
    return print_one(replace(made, person=person), press=press)


def stands(written: bytes, *, pages: int = 4) -> str:
    """Check that the first page is whole and in its place; return the heading's words."""
    with pikepdf.open(BytesIO(written)) as file:
        assert len(file.pages) == pages
        of = Structure(file)
        assert [page.outside for page in of.painted] == [[]] * pages
        assert pdf_structure.disorder(of) == []
        heading = next(one for one in of.elements if one.kind == "H1")
        following = next(one for one in of.elements if one.kind == "P" and of.text(one))
        above = min(y for leaf in heading.leaves() for _, y in of.painted[0].marks[leaf[1]].points)
        below = max(
            y for leaf in following.leaves() for _, y in of.painted[0].marks[leaf[1]].points
        )
        # The line below begins under the heading's last line: 0.75 of 8.5 points reach up.
        assert above - below > 0.75 * 8.5
        assert "This report alone must not decide." in of.text(of.tops[0], 0)
        assert not list(file.Root.get("/Names", {}).get("/EmbeddedFiles", []))
        assert not [note for page in file.pages for note in page.obj.get("/Annots", [])]
        return of.text(heading)


@pytest.mark.parametrize("name", INJECTED)
def test_markup_templates_and_formulas_are_words(fixed, name):
    with listening() as heard:
        written = named(fixed, name)
    assert stands(written) == name
    assert heard == []
    with pikepdf.open(BytesIO(written)) as file:
        assert pdf_structure.faults(file) == []
        assert pdf_file.faults(file, "en") == []
        assert name in str(file.docinfo.Title)


@pytest.mark.parametrize("name", LONG)
def test_a_long_name_leaves_the_page_whole(fixed, name):
    shown = "".join(stands(named(fixed, name)).split())
    whole = "".join(name.split())
    assert shown == whole or (len(name) > LONGEST and whole.startswith(shown.removesuffix("…")))
    assert len(shown) > min(len(whole), LONGEST) * 0.9


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ana\x00\x01\x0bBo\x7f\x9f\ufffe", "AnaBo"),
        ("A\ud800B", "AB"),
        ("Ana \u202eevE\u202c \u2066x\u2069", "Ana evE x"),
        ("Ana\nBo\tCy\r\nDi", "Ana Bo Cy Di"),
        ("A\u200bB\u2060C\ufeffD", "ABCD"),
        ("Zoe\u0308 Ana\u0301", "Zoe\u0308 Ana\u0301"),
        ("Đặng Gülşen Łukasz Çelik", "Đặng Gülşen Łukasz Çelik"),
    ],
)
def test_what_has_no_shape_is_left_out(fixed, name, shown):
    assert stands(named(fixed, name)) == shown


@pytest.mark.parametrize(
    "name", ["محمد عبد الرحمن", "יעל בן-דוד", "Ana 👩‍🚀🏽 Lee 🇫🇷", "招聘 太郎"]
)
def test_scripts_the_faces_lack_leave_the_page_whole_and_its_other_words_in_them(
    fixed, name, tmp_path
):
    written = named(fixed, name)
    stands(written)
    path = tmp_path / "report.pdf"
    path.write_bytes(written)
    assert "Fit with this job" in run("pdftotext", "-l", "1", str(path), "-")
    with pikepdf.open(path) as file:
        assert str(file.docinfo.Title).startswith("Candidate report: " + name)


@given(name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=LONGEST))
@settings(max_examples=12)
def test_any_name_leaves_the_page_whole(fixed, name):
    with listening():
        stands(named(fixed, f"A{name}"))


@given(text=st.text())
def test_what_is_legible_is_left_as_it_is(text):
    kept = legible(text)
    assert legible(kept) == kept
    assert [one for one in text if one.isprintable()] == [one for one in kept if one.isprintable()]


@pytest.mark.parametrize("kind", ReportKind)
def test_long_titles_brands_houses_and_owners_leave_every_page_whole(kind):
    usual, long = content(kind), "W" * LONGEST
    facts = replace(usual.facts, title=long, brand=long, organisation=long, owner=long)
    for paper in ("a4", "letter"):
        with pikepdf.open(BytesIO(print_one(replace(usual, facts=facts), paper))) as file:
            of = Structure(file)
            # The cover may need a second page, no other sheet does.
            assert len(file.pages) <= len(plan.plan(usual)) + 2 * (kind is ReportKind.RANKED)
            assert [page.outside for page in of.painted] == [[] for _ in file.pages]
            assert pdf_structure.disorder(of) == []
            assert pdf_structure.faults(file) == []
