"""Reports of nobody, of one, of two, of thousands: whole, in order, and alike in every process."""

import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from assess.reports import plan
from assess.reports.models import ReportKind
from tests.reports import pdf_file, pdf_structure
from tests.reports.conftest import ranked, run
from tests.reports.every_kind import content, print_one
from tests.reports.material import snapshot_view
from tests.reports.pdf_structure import Structure


def numbers_on_the_cover(file) -> dict[str, int]:
    """Give the number that stands beside each link of the contents, by the link's target."""
    of = Structure(file)
    found = {}
    for item in (one for one in of.elements if one.kind == "LI"):
        links = [one for one in item.all() if one.kind == "Link"]
        if links and next(item.leaves())[0] < 2:
            found[str(links[0].notes[0].Dest)] = int(of.text(item).split()[-1])
    return found


def targets(file) -> dict[str, int]:
    """Give the page each name leads to, the first is 1."""
    names = list(file.Root.Names.Dests.Names)
    pages = {page.obj.objgen: number for number, page in enumerate(file.pages, 1)}
    return {
        str(name): pages[to[0].objgen] for name, to in zip(names[::2], names[1::2], strict=True)
    }


def check(written: bytes) -> list[str]:
    """Check that a file is whole; give its bookmarks."""
    with pikepdf.open(BytesIO(written)) as file:
        assert pdf_structure.faults(file) == []
        assert pdf_file.faults(file, "en") == []
        said, real = numbers_on_the_cover(file), targets(file)
        assert len(said) >= 4
        assert said == {name: real[name] for name in said}
        with file.open_outline() as outline:
            return [str(one.title) for item in outline.root for one in [item, *item.children]]


@pytest.mark.parametrize(("people", "unranked"), [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1)])
def test_a_report_of_few_is_whole(people, unranked):
    made = ranked(snapshot_view(people, unranked=unranked, seats=1), pages=2)
    marks = check(print_one(made))
    assert [page.sheet.name in marks for page in made.people] == [True] * len(made.people)
    assert len(made.people) == people - unranked


def test_the_cover_counts_itself():
    """A dozen long call drivers and a long title take a second page for the cover."""
    made = content(ReportKind.RANKED)
    mix = tuple(replace(made.facts.mix[0], title="W" * 60, share=1 / 20) for _ in range(20))
    made = replace(made, facts=replace(made.facts, mix=mix))
    written = print_one(made)
    check(written)
    with pikepdf.open(BytesIO(written)) as file:
        assert targets(file)["summary"] == 3


def test_thousands_stand_in_the_table_once_and_in_order(tmp_path):
    """Everybody is in the content; of its hundred and more pages every thirtieth is printed."""
    made = ranked(snapshot_view(5000, unranked=7, seats=300), pages=2)
    blocks = [block for page in made.table for block in page.blocks]
    assert len({row.code for block in blocks for row in block.rows}) == 5000
    bands = [block.band.number for block in blocks if block.band]
    assert bands == sorted(bands)
    for block in blocks:
        names = [row.name.casefold() for row in block.rows]
        assert names == sorted(names)
    thin = replace(made, table=made.table[::30], cut=made.cut[:40])
    path = tmp_path / "report.pdf"
    path.write_bytes(print_one(thin))
    text = " ".join(run("pdftotext", str(path), "-").split())
    rows = [row for page in thin.table for block in page.blocks for row in block.rows]
    assert [row.name for row in rows if row.name not in text] == []
    with pikepdf.open(path) as file:
        said, real = numbers_on_the_cover(file), targets(file)
        assert said == {name: real[name] for name in said}
        assert path.stat().st_size / len(file.pages) < 60_000
        assert pdf_file.faces(file) == []


def test_a_file_says_what_its_units_say_and_its_running_lines(tmp_path):
    """Joined, no word is lost, doubled or moved to another page."""
    made = content(ReportKind.CANDIDATE)
    path = tmp_path / "report.pdf"
    path.write_bytes(print_one(made))
    with pikepdf.open(path) as file:
        of = Structure(file)
        tagged = [of.text(of.tops[0], page) for page in range(len(file.pages))]
    for number, words in enumerate(tagged, 1):
        seen = run("pdftotext", "-raw", "-f", str(number), "-l", str(number), str(path), "-")
        rest = sorted(seen.split())
        for word in words.split():
            assert word in rest, word
            rest.remove(word)
        lines = "Simulated people: no one in this report is real 5 January 2026 Candidate report ·"
        lines += (
            " Voice agents, spring intake, Harbour Parcels Confidential. This report alone must"
        )
        lines += f" not decide about a person. Page {number} / {len(tagged)}"
        assert rest == sorted(lines.split())


def test_another_process_makes_the_same_bytes():
    here = hashlib.sha256(print_one(content(ReportKind.RANKED))).hexdigest()
    script = (
        "import hashlib; from assess.reports.models import ReportKind;"
        "from tests.reports.every_kind import content, print_one;"
        "print(hashlib.sha256(print_one(content(ReportKind.RANKED))).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True,
        env={**__import__("os").environ, "PYTHONHASHSEED": "77"},
    )  # fmt: skip
    assert done.stdout.strip() == here


def test_the_same_sheets_have_the_same_digests_and_others_do_not():
    digests = [
        [sheet.request.digest for sheet in plan.plan(content(ReportKind.RANKED))] for _ in range(2)
    ]
    assert digests[0] == digests[1]
    assert len(set(digests[0])) == len(digests[0])
    french = {sheet.request.digest for sheet in plan.plan(content(ReportKind.RANKED, "fr"))}
    assert not french & set(digests[0])
    assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in digests[0])
