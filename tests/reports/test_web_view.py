"""The web view of a report says what its PDF says, and fits into a page of the house."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from assess.reports.book import FEW
from assess.reports.sheets import Look
from assess.reports.web_sheets import shown
from tests.reports.conftest import of_candidate, printed, ranked
from tests.reports.material import snapshot_view

#: Told to those who cannot see a table or a picture; on paper they stand in the tags.
UNSEEN = ("caption", "title")
SHORT = re.compile(r"\s+")


class Text(HTMLParser):
    """The text of a page as it is seen."""

    def __init__(self):
        super().__init__()
        self.found, self.hidden = [], 0

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - the parser's way
        self.hidden += tag in UNSEEN

    def handle_endtag(self, tag):
        self.hidden -= tag in UNSEEN

    def handle_data(self, data):
        if not self.hidden:
            self.found.append(data)


def sheets(report) -> dict[str, str]:
    """Give the report's sheets for the screen by their names, in the order of paper."""
    return {
        leaf.anchor: shown(
            report.book.sheet(leaf.anchor), leaf.line, "/view/{}".format, "/logo.png"
        )
        for leaf in report.book.index.leaves
    }


def letters(text: str) -> str:
    """Give a text without white space: where lines and cells end is the page's own."""
    return SHORT.sub("", text.replace("\N{NO-BREAK SPACE}", ""))


def on_screen(report) -> str:
    reader = Text()
    for html in sheets(report).values():
        reader.feed(html)
    return letters(" ".join(reader.found))


def on_paper(report) -> str:
    """Give the text of the pages in the order of reading, without their running lines."""
    kept = []
    for page in report.text("-raw").split("\f")[:-1]:
        lines = [line for line in page.split("\n") if line.strip()]
        kept += [line for line in lines if not is_running(line, report)]
    # A list's marks are the list's own, on the screen as in the tags of the file.
    return letters(" ".join(kept)).replace("•", "")


def is_running(line: str, report) -> bool:
    facts = report.content.facts
    head = f"· {facts.title}, {facts.brand}"
    return (
        "no one in this report is real" in line
        or head in line
        or line.startswith("Confidential. This report alone")
        or re.fullmatch(r"Page \d+ / \d+", line.strip()) is not None
        or line.strip() == "5 January 2026"
    )


@pytest.mark.parametrize("which", ["ranked_report", "candidate_report"])
def test_the_screen_says_what_the_paper_says(which, request):
    report = request.getfixturevalue(which)
    screen, paper = on_screen(report), on_paper(report)
    # The layout engine puts columns in an order of its own: the letters must be the same,
    # and so must each word of one be found in the other.
    assert sorted(screen) == sorted(paper)
    reader = Text()
    for html in sheets(report).values():
        reader.feed(html)
    for piece in reader.found:
        if piece.strip():
            assert letters(piece) in paper, piece


@pytest.mark.parametrize("which", ["ranked_report", "candidate_report"])
def test_sheets_fit_into_a_page_with_a_strict_policy(which, request):
    for anchor, html in sheets(request.getfixturevalue(which)).items():
        assert not re.search(r"<[^>]* (style|id|on\w+)=", html), anchor
        assert "asset:" not in html
        assert "<h1" not in html
        assert html.count("<svg") == html.count('role="img"')
        assert html.count("<table") == html.count('class="report-table" role="region"')


def test_links_lead_to_sheets(ranked_report):
    known = set(sheets(ranked_report))
    for html in sheets(ranked_report).values():
        assert "to:" not in re.sub(r">[^<]*<", "", html)
        assert {
            link.removeprefix("/view/") for link in re.findall(r'href="([^"]+)"', html)
        } <= known


def test_everybody_has_a_page_and_a_short_report_is_one(tmp_path, ranked_report, candidate_report):
    assert len(candidate_report.book.index.pages) == 1
    snapshot = snapshot_view(60, seats=4)
    pages = printed(ranked(snapshot, pages=5), snapshot, tmp_path).book.index.pages
    assert sum(map(len, pages)) > FEW
    assert [leaf.template for leaf in pages[0]][:3] == ["cover", "summary", "method"]
    assert all(len(page) == 1 for page in pages[1:])
    assert sum(page[0].template == "person" for page in pages[1:]) == 5
    assert sum(page[0].template == "table" for page in pages[1:]) >= 1


def test_a_name_and_a_note_are_text_on_the_screen(tmp_path):
    name = '<img src="asset:logo" style="x" id="place"> <!--place--> {{ 7 * 7 }} <table></table>'
    snapshot = snapshot_view(1, seats=1)
    content = of_candidate(snapshot, 1)
    person = replace(content.person, sheet=replace(content.person.sheet, name=name))
    report = printed(replace(content, person=person), snapshot, tmp_path)
    assert letters(name) in on_screen(report)
    assert "<img" not in "".join(sheets(report).values())
    cover = replace(ranked(snapshot, pages=0), look=Look("#1f4e8c", None, name, "Mara <b>"))
    noted = printed(cover, snapshot, tmp_path)
    assert letters(name) in on_screen(noted)
    assert letters("Note by Mara <b>") in on_screen(noted)
    assert letters(name) in letters(noted.pages[0])


def test_the_same_content_gives_the_same_book(tmp_path, candidate_report):
    again = printed(candidate_report.content, candidate_report.snapshot, tmp_path)
    first, second = (one.book._path.read_bytes() for one in (candidate_report, again))
    assert first == second


@pytest.mark.parametrize("lines", [1, 12])
def test_the_cover_names_the_pages_whatever_the_note_takes(tmp_path, lines):
    note = "\n".join(["n" * (590 // lines)] * lines)
    snapshot = snapshot_view(3, seats=1)
    content = ranked(snapshot, pages=1)
    facts = replace(content.facts, mix=content.facts.mix * 4)
    look = Look("#1f4e8c", None, note, "Mara")
    report = printed(replace(content, facts=facts, look=look), snapshot, tmp_path)
    named = re.findall(r"(Summary|How to read it|The ranking)\s+(\d+)\n", report.text("-layout"))
    assert len(named) == 3
    for words, number in named:
        assert words in report.pages[int(number) - 1]
