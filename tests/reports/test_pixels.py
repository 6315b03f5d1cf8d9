"""Pages look as they should: six kinds of page on A4 and a person's on Letter, dot by dot."""

import pytest
from PIL import ImageChops, ImageDraw

from tests.reports.reference_pages import FOLDER, PAGES, apart, drawn, kept

NAMES = [f"{name.split('-')[0]}-{paper}" for paper, names in PAGES.items() for name in names]
MEAN, SEEN = 1.0, 0.004
"""A page may be so far from its picture: on the mean, of 255, and in the share of dots."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    found = dict(drawn(folder))
    for name, page in found.items():
        page.save(folder / f"{name}.png")
    return folder, found


@pytest.mark.parametrize("name", NAMES)
def test_a_page_looks_as_it_should(pages, name):
    folder, found = pages
    mean, seen = apart(found[name], kept(name))
    hint = f"compare {folder / name}.png with {FOLDER / name}.png"
    assert mean < MEAN, hint
    assert seen < SEEN, hint


@pytest.mark.parametrize("name", NAMES)
def test_a_page_that_moved_or_lacks_something_is_told_from_its_picture(name):
    page = kept(name)
    moved = ImageChops.offset(page, 0, 3)
    assert apart(page, moved)[1] > SEEN
    width, height = page.size
    box = (width // 10, height // 5, width * 9 // 10, height // 5 + height // 12)
    lacking = page.copy()
    ImageDraw.Draw(lacking).rectangle(box, fill=255)
    mean, seen = apart(page, lacking)
    assert mean > MEAN or seen > SEEN


def test_no_picture_is_large_or_left_over():
    sizes = {path.stem: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert set(sizes) == set(NAMES)
    assert max(sizes.values()) < 30_000
