"""Pages of pieces: what is filled in, what stands where, and that nothing loses its mark."""

import re
from dataclasses import replace

import pikepdf
import pytest

from assess.reports import composing, layout, plan
from assess.reports.composing import stacked
from assess.reports.fills import Fills, numbered, told
from assess.reports.person_sheets import Said
from assess.reports.pieces import Piece, cut, whole
from assess.reports.structure import LinkMark, Node, merge, tidied
from assess.reports.units import unpacked
from tests.reports.conftest import of_candidate, printed, ranked
from tests.reports.material import content_of, snapshot_view
from tests.reports.pdf_structure import Structure

PAGE = (
    "<html><body><section>\n<?piece?><h1>A</h1><table><colgroup><col/></colgroup><thead></thead>"
    "<?piece?><tbody><tr><td>1</td></tr><?piece?><tr><td>2<br/></td></tr></tbody></table>"
    "<?piece right?><p>B</p></section></body></html>"
)


def test_a_piece_opens_again_what_is_open_where_it_begins():
    bodies = [re.sub(r".*<body>|</body>.*|\n", "", one.html) for one in cut(PAGE)]
    table = "<table><colgroup><col/></colgroup>"
    assert bodies == [
        f"<section><h1>A</h1>{table}<thead></thead></table></section>",
        f"<section>{table}<tbody><tr><td>1</td></tr></tbody></table></section>",
        f"<section>{table}<tbody><tr><td>2<br/></td></tr></tbody></table></section>",
        "<section><p>B</p></section>",
    ]
    assert [(one.column, one.depth) for one in cut(PAGE)] == [
        ("full", 1), ("full", 2), ("full", 3), ("right", 1)
    ]  # fmt: skip
    assert "<?piece" not in whole(PAGE)
    assert cut(whole(PAGE)) == []


def node(kind, *kids):
    return Node(kind, 0, list(kids))


def test_pieces_go_on_in_the_elements_they_began_in():
    tree = [node("Sect", node("Table", node("TBody", node("TR", 0))))]
    merge(tree, [node("Sect", node("Table", node("TBody", node("TR", 1))))], 3)
    merge(tree, [node("Sect", node("P", 2))], 1)
    merge(tree, [node("Sect", node("L", node("LI", 3)))], 2)
    table = node("Table", node("TBody", node("TR", 0), node("TR", 1)))
    assert tree == [node("Sect", table, node("P", 2), node("L", node("LI", 3)))]


def test_elements_that_say_nothing_go_and_what_they_hold_stays():
    tree = [node("Div", node("Span", 0), node("NonStruct", LinkMark(0))), node("Div", node("Div"))]
    assert tidied(tree) == [node("P", 0, LinkMark(0))]
    assert tidied([node("TR", node("TD"), node("P"))]) == [node("TR", node("TD"))]


def test_fills_are_numbered_by_piece_and_no_word_of_a_person_is_taken_for_one():
    fills = Fills()
    fills.text(("line", "first"))
    said = fills.text(("name", "Ana"), most=100)
    html, numbers = numbered(f'<p>alt="fill-7 {said}</p>'.replace('alt="fill-7', "fill-7"))
    assert numbers == [1]
    assert "fill-7" in html
    assert "fill-0-t" in html


@pytest.mark.parametrize("name", ["محمد", "a 🙂", "e\N{COMBINING ACUTE ACCENT}", "x" * 90])
def test_what_cannot_be_written_simply_is_left_to_the_engine(name):
    fills = Fills()
    assert fills.text(("name", name), most=100) == name
    assert fills.all == []


def test_a_name_that_looks_like_a_mark_is_a_name(tmp_path):
    snapshot = snapshot_view(1, seats=1)
    content = of_candidate(snapshot, 1)
    for name in ("%%fill-0%%", "fill-1-p", "<?piece?>", "/MCID 3"):
        sheet = replace(content.person.sheet, name=name)
        person = replace(content, person=replace(content.person, sheet=sheet))
        assert name in printed(person, snapshot, tmp_path).text()


def marks_of(page) -> list[int]:
    """Give the marks of a page's content in the order they are drawn in."""
    found = []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "BDC" and "/MCID" in operands[1]:
            found.append(int(operands[1].MCID))
    return found


def check_marks(path) -> None:
    """See that each mark of each page is in one element, and each element's in its page."""
    with pikepdf.open(path) as file:
        numbers = file.Root.StructTreeRoot.ParentTree.Nums
        tree = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
        for page in file.pages:
            elements, drawn = tree[int(page.obj.StructParents)], marks_of(page)
            assert len(set(drawn)) == len(drawn)
            for mark in drawn:
                own = elements[mark]
                assert mark in [int(kid) for kid in own.K if not isinstance(kid, pikepdf.Object)]
                assert own.Pg.objgen == page.obj.objgen
            assert {at for at, one in enumerate(elements) if one is not None} == set(drawn)
            for link in page.obj.get("/Annots", []):
                assert any(
                    kid.Obj.objgen == link.objgen
                    for kid in tree[int(link.StructParent)].K
                    if isinstance(kid, pikepdf.Dictionary) and "/Obj" in kid
                )
        assert file.check_pdf_syntax() == []


def test_every_mark_is_in_one_element_and_every_link_in_its_own(ranked_report, candidate_report):
    check_marks(ranked_report.path)
    check_marks(candidate_report.path)


def test_a_page_is_read_from_top_to_bottom_and_the_left_column_first(candidate_report):
    heads = []
    with pikepdf.open(candidate_report.path) as file:
        stack = [file.Root.StructTreeRoot.K[0].K[0]]
        while stack:
            one = stack.pop()
            if isinstance(one, pikepdf.Dictionary) and "/S" in one:
                heads += [str(one.S)] * (str(one.S) in ("/H1", "/H2", "/Table", "/L"))
                stack += reversed(list(one.K))
    assert heads == [
        "/H1", "/H2", "/Table", "/H2", "/L", "/H2", "/L", "/H2", "/H2", "/H2", "/Table"
    ]  # fmt: skip


def test_who_has_more_to_say_than_a_page_gets_two(tmp_path):
    snapshot = snapshot_view(1, seats=1)
    content = of_candidate(snapshot, 1)
    said = tuple(
        Said(f"Strength {number}", "It is said at length. " * 9, None) for number in range(15)
    )
    sheet = replace(content.person.sheet, strengths=said)
    full = printed(
        replace(content, person=replace(content.person, sheet=sheet)), snapshot, tmp_path
    )
    assert len(full.pages) == 5
    text = "".join(full.pages[:2])
    assert all(f"Strength {number}." in text for number in range(15))
    assert "This report alone must not decide. Mara" in text
    check_marks(full.path)


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_page_of_pieces_is_as_high_as_the_whole_page_however_close_it_is_set(language):
    """So a page is set no closer than it must be."""
    request = next(
        one.request for one in plan.plan(content_of("candidate", language)) if one.candidate_id
    )
    for squeeze in range(layout.SQUEEZES):
        html, album = layout._html(request, squeeze)
        parts = stacked([layout._part(one, album) for one in cut(html)])
        page = layout._part(Piece(whole(html), "full", 0), album, alone=True)
        end = (
            composing.PAGE - parts[-1].move[1] - parts[-1].laid.page_height + parts[-1].laid.height
        )
        assert end == pytest.approx(page.laid.height, abs=0.1)


def test_a_cell_of_the_ranking_names_its_band_its_column_and_its_row(ranked_report):
    with pikepdf.open(ranked_report.path) as file:
        of = Structure(file)
        named = {bytes(one.said.ID): one for one in of.elements if "/ID" in one.said}
        tree = file.Root.StructTreeRoot.IDTree.Names
        assert [bytes(one) for one in tree[::2]] == sorted(named)
        rows = [one for one in of.elements if one.kind == "TR"]
        row = next(one for one in rows if ranked_report.snapshot.entries[0].name in of.text(one))
        heads = [of.text(named[bytes(one)]) for one in row.kids[1].said.A.Headers]
    assert heads[0].startswith("Band 1")
    assert heads[1:] == ["Rank 90 %", ranked_report.snapshot.entries[0].name]


def test_a_link_says_the_name_it_shows(ranked_report):
    with pikepdf.open(ranked_report.path) as file:
        said = {str(one.Contents) for page in file.pages for one in page.obj.get("/Annots", [])}
    assert {one.sheet.name for one in ranked_report.content.people} <= said


def test_a_link_with_a_persons_words_is_told_from_one_that_is_filled_in():
    fills = Fills()
    fills.text(("line", "Ana"))
    assert told("fill-0-t", fills.all) == "Ana"
    assert told("fill-7-t 🙂", fills.all) == "fill-7-t 🙂"


def test_a_unit_survives_being_kept():
    content = ranked(snapshot_view(3, seats=1), pages=1)
    for sheet in plan.plan(content):
        unit = layout.lay_out(sheet.request)
        assert unpacked(unit.packed()) == unit


def test_what_was_laid_out_before_gives_the_same_bytes():
    request = plan.plan(ranked(snapshot_view(3, seats=1), pages=1))[-2].request
    assert request.template == "person"
    layout._kept.clear()
    first = layout.lay_out(request)
    assert layout._kept
    assert layout.lay_out(request) == first
